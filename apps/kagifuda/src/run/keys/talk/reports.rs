// SPDX-License-Identifier: MIT OR Apache-2.0
//! The line to a USB key: a channel of its own over reports of 64 bytes (CTAP 2.3 section 11.2). A key that
//! another program keeps busy is asked again for a moment.

use std::time::{Duration, Instant};

use kagifuda_ctap::hid::{
    self, Answer, Client, Command, ErrorCode, Greeting, MAX_MESSAGE_BYTES, NONCE_BYTES, Waiting,
};
use kagifuda_linux::hid_report::Report;
use kagifuda_linux::hidraw::HidrawKey;
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::{Pause, rng};
use crate::fault::{Fault, KeyTrouble};

/// How long is waited for a report before signals and time are looked at again.
const SLICE: Duration = Duration::from_millis(50);
/// How long a key that is busy is asked again.
const BUSY_PATIENCE: Duration = Duration::from_secs(3);
/// How long until a busy key is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// What carries the reports.
pub(in crate::run::keys) enum Wire {
    /// A key at the system's USB.
    Hid(HidrawKey),
    /// A key of a test.
    #[cfg(feature = "testing")]
    Udp(std::net::UdpSocket),
}

impl Wire {
    /// To the key of a test.
    #[cfg(feature = "testing")]
    pub(in crate::run::keys) fn udp(port: u16) -> Result<Self, Fault> {
        use std::net::{Ipv4Addr, UdpSocket};
        let connected = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| {
            socket.connect((Ipv4Addr::LOCALHOST, port))?;
            Ok(socket)
        });
        Ok(Self::Udp(connected.map_err(|_| KeyTrouble::Gone)?))
    }

    fn send(&mut self, report: &Report) -> Result<(), Fault> {
        match self {
            Self::Hid(key) => Ok(key.send(report)?),
            #[cfg(feature = "testing")]
            Self::Udp(socket) => match socket.send(report) {
                Ok(_) => Ok(()),
                Err(_) => Err(KeyTrouble::Gone.into()),
            },
        }
    }

    fn receive_within(&self, wait: Duration) -> Result<Option<Report>, Fault> {
        match self {
            Self::Hid(key) => Ok(key.receive_within(wait)?),
            #[cfg(feature = "testing")]
            Self::Udp(socket) => {
                use std::io::ErrorKind;
                let mut report: Report = [0; 64];
                let got =
                    socket.set_read_timeout(Some(wait)).and_then(|()| socket.recv(&mut report));
                match got {
                    Ok(_) => Ok(Some(report)),
                    Err(error)
                        if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                    {
                        Ok(None)
                    }
                    Err(_) => Err(KeyTrouble::Gone.into()),
                }
            }
        }
    }
}

/// What came in.
enum Heard {
    Greeting(Greeting),
    Waiting(Waiting),
    Answer(Zeroizing<Vec<u8>>),
}

/// A channel of a key.
pub(super) struct Reports {
    wire: Wire,
    client: Box<Client<MAX_MESSAGE_BYTES>>,
    begun: Instant,
    greeting: Option<Greeting>,
}

impl Reports {
    /// Asks for a channel.
    pub(super) fn begin(wire: Wire) -> Result<Self, Fault> {
        let client = Box::new(Client::new());
        let mut line = Self { wire, client, begun: Instant::now(), greeting: None };
        let mut nonce = [0; NONCE_BYTES];
        rng().fill_bytes(&mut nonce);
        let packet = line.client.greet(nonce, line.begun.elapsed());
        line.wire.send(&packet)?;
        while line.greeting.is_none() {
            if let Some(Heard::Greeting(greeting)) = line.hear().map_err(lost)? {
                line.greeting = Some(greeting);
            }
        }
        Ok(line)
    }

    /// What the key said of itself at the beginning.
    pub(super) fn greeting(&self) -> Greeting {
        self.greeting.expect("a conversation begins with a greeting")
    }

    /// Sends a request, again while the key is busy, and waits for the answer.
    pub(super) fn send(
        &mut self,
        command: Command,
        message: &[u8],
        pause: &mut Pause<'_, '_>,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let first = Instant::now();
        loop {
            match self.send_once(command, message, pause) {
                Err(Trouble::Frames(hid::ClientError::Refused(ErrorCode::ChannelBusy)))
                    if first.elapsed() < BUSY_PATIENCE =>
                {
                    std::thread::sleep(BUSY_PAUSE);
                }
                outcome => return outcome.map_err(lost),
            }
        }
    }

    fn send_once(
        &mut self,
        command: Command,
        message: &[u8],
        pause: &mut Pause<'_, '_>,
    ) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        for packet in self.client.send(command, message, self.begun.elapsed())? {
            self.wire.send(&packet)?;
        }
        let mut is_taken_back = false;
        loop {
            match self.hear()? {
                Some(Heard::Answer(_)) if is_taken_back => return Err(Fault::Declined.into()),
                Some(Heard::Answer(answer)) => return Ok(answer),
                Some(Heard::Waiting(waiting)) => pause.tell(waiting),
                _ => {}
            }
            if pause.is_interrupted() {
                match self.client.cancel() {
                    Some(packet) if !is_taken_back => self.wire.send(&packet)?,
                    _ => return Err(Fault::Declined.into()),
                }
                is_taken_back = true;
            }
        }
    }

    fn hear(&mut self) -> Result<Option<Heard>, Trouble> {
        let report = self.wire.receive_within(SLICE)?;
        let now = self.begun.elapsed();
        let Some(report) = report else {
            self.client.check(now)?;
            return Ok(None);
        };
        Ok(self.client.receive(&report, now)?.map(|answer| match answer {
            Answer::Greeting(greeting) => Heard::Greeting(greeting),
            Answer::Waiting(waiting) => Heard::Waiting(waiting),
            Answer::Message(bytes) => Heard::Answer(Zeroizing::new(bytes.to_vec())),
        }))
    }
}

/// Why nothing came back.
enum Trouble {
    Frames(hid::ClientError),
    Fault(Fault),
}

impl From<hid::ClientError> for Trouble {
    fn from(error: hid::ClientError) -> Self {
        Self::Frames(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn lost(trouble: Trouble) -> Fault {
    let trouble = match trouble {
        Trouble::Fault(fault) => return fault,
        Trouble::Frames(error) => error,
    };
    match trouble {
        hid::ClientError::Refused(ErrorCode::ChannelBusy | ErrorCode::LockRequired) => {
            KeyTrouble::Busy
        }
        hid::ClientError::Refused(ErrorCode::InvalidCommand) => KeyTrouble::CannotDo,
        hid::ClientError::Silent => KeyTrouble::Silent,
        _ => KeyTrouble::Garbled,
    }
    .into()
}
