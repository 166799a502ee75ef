// SPDX-License-Identifier: MIT OR Apache-2.0
//! A conversation with one key: a channel of its own, one request at a time, and the person told to touch
//! when the key waits for that (CTAP 2.3 section 11.2).
//!
//! Ctrl-C takes a request back, so that the key does not go on blinking for nobody. A key that another
//! program keeps busy is asked again for a moment.

use std::time::{Duration, Instant};

use getrandom::SysRng;
use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::hid::{
    self, Answer, Client, Command, ErrorCode, Greeting, MAX_MESSAGE_BYTES, NONCE_BYTES, Waiting,
};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_linux::hid_report::Report;
use kagifuda_linux::hidraw::HidrawKey;
use kagifuda_linux::signals::HeldSignals;
use rand_core::{Rng as _, UnwrapErr};
use zeroize::Zeroizing;

use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::say;

/// How long is waited for a report before signals and time are looked at again.
const SLICE: Duration = Duration::from_millis(50);
/// How long a key that is busy is asked again.
const BUSY_PATIENCE: Duration = Duration::from_secs(3);
/// How long until a busy key is asked again.
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// The random numbers of this process.
pub(super) const fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// What carries the reports.
pub(super) enum Wire {
    /// A key at the system's USB.
    Hid(HidrawKey),
    /// A key of a test.
    #[cfg(feature = "testing")]
    Udp(std::net::UdpSocket),
}

impl Wire {
    /// To the key of a test.
    #[cfg(feature = "testing")]
    pub(super) fn udp(port: u16) -> Result<Self, Fault> {
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

/// What a key says of itself, as it said it.
pub(super) struct Introduction(Zeroizing<Vec<u8>>);

impl Introduction {
    /// Reads it.
    pub(super) fn read(&self) -> Result<Info<'_>, Fault> {
        Ok(client::read_info(&self.0).map_err(KeyTrouble::of_answer)?)
    }
}

/// A conversation with a key.
pub(super) struct Talk {
    wire: Wire,
    client: Box<Client<MAX_MESSAGE_BYTES>>,
    begun: Instant,
    greeting: Option<Greeting>,
    request: Zeroizing<Vec<u8>>,
}

impl Talk {
    /// Asks for a channel.
    pub(super) fn begin(wire: Wire) -> Result<Self, Fault> {
        let request = Zeroizing::new(vec![0; MAX_MESSAGE_BYTES]);
        let client = Box::new(Client::new());
        let mut talk = Self { wire, client, begun: Instant::now(), greeting: None, request };
        let mut nonce = [0; NONCE_BYTES];
        rng().fill_bytes(&mut nonce);
        let packet = talk.client.greet(nonce, talk.begun.elapsed());
        talk.wire.send(&packet)?;
        while talk.greeting.is_none() {
            if let Some(Heard::Greeting(greeting)) = talk.hear().map_err(lost)? {
                talk.greeting = Some(greeting);
            }
        }
        Ok(talk)
    }

    /// What the key said of itself at the beginning.
    pub(super) fn greeting(&self) -> Greeting {
        self.greeting.expect("a conversation begins with a greeting")
    }

    /// Lets the key show which one it is.
    pub(super) fn wink(&mut self, s: &mut Session<'_>) -> Result<(), Fault> {
        self.send(s, Command::Wink, 0).map(|_| ())
    }

    /// Asks the key what it is.
    pub(super) fn introduce(&mut self, s: &mut Session<'_>) -> Result<Introduction, Fault> {
        self.ask(s, client::get_info).map(Introduction)
    }

    /// Sends the request that `write` writes, and waits for the answer. A key that knows no such requests
    /// is too old.
    pub(super) fn ask(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if !self.greeting().capabilities.speaks_ctap2() {
            return Err(KeyTrouble::TooOld.into());
        }
        let length = write(&mut self.request).map_err(KeyTrouble::of_answer)?;
        self.send(s, Command::Cbor, length)
    }

    /// Asks for what a list wants next; `None` at its end.
    pub(super) fn ask_next(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<Option<usize>, ClientError>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let length = write(&mut self.request).map_err(KeyTrouble::of_answer)?;
        length.map(|length| self.send(s, Command::Cbor, length)).transpose()
    }

    /// Asks for what has no result but that it was done.
    pub(super) fn order(
        &mut self,
        s: &mut Session<'_>,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<(), Fault> {
        let answer = self.ask(s, write)?;
        Ok(client::read_done(&answer).map_err(KeyTrouble::of_answer)?)
    }

    /// Sends what lies in the request, again while the key is busy.
    fn send(
        &mut self,
        s: &mut Session<'_>,
        command: Command,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let signals = HeldSignals::that_end()?;
        let first = Instant::now();
        loop {
            match self.send_once(s, command, length, &signals) {
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
        s: &mut Session<'_>,
        command: Command,
        length: usize,
        signals: &HeldSignals,
    ) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let message = &self.request[..length];
        for packet in self.client.send(command, message, self.begun.elapsed())? {
            self.wire.send(&packet)?;
        }
        let (mut was_told, mut is_taken_back) = (false, false);
        loop {
            match self.hear()? {
                Some(Heard::Answer(_)) if is_taken_back => return Err(Fault::Declined.into()),
                Some(Heard::Answer(answer)) => return Ok(answer),
                Some(Heard::Waiting(Waiting::UserPresence)) if !was_told => {
                    was_told = true;
                    let told = say!(s.texts, "key-touch-it");
                    s.tell(&told);
                }
                _ => {}
            }
            if signals.take().is_some() {
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
