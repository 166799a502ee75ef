// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key as a smart card in the virtual reader of `pcscd` (CTAP 2.3 section 11.3).
//!
//! The reader switches its card off and on whenever a program asks for that. What a person has to do on
//! a real card, take it away and bring it back, is then not done: the tries of the PIN and the time of a
//! reset go on as they were, and begin anew when the key itself is pulled out and put in.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Duration;

use kagifuda_ctap::apdu::{self, Device, U2f};
use kagifuda_ctap::hid::Waiting;
use kagifuda_linux::pcsc::vpcd::{CardRequest, Reader};
use zeroize::Zeroizing;

use super::port::{Event, MESSAGE_BYTES, Request};

/// A card without contacts that speaks T=1 and is called `Kagifuda`; the last byte is the exclusive-or of
/// those after the first (ISO/IEC 7816-3 section 8.2).
const ATR: [u8; 13] =
    [0x3B, 0x88, 0x80, 0x01, b'K', b'a', b'g', b'i', b'f', b'u', b'd', b'a', 0x3B];
/// How long a client that asks how its request is going waits for the answer: it asks again at once.
const PAUSE: Duration = Duration::from_millis(100);

/// How often a reader that is not there is looked for: `pcscd` ends when nobody needs it, and comes back.
const LOOK: Duration = Duration::from_secs(1);

/// A card.
pub(super) struct CardInReader {
    place: Place,
    /// The reader's TCP port.
    port: u16,
    device: Box<Device<MESSAGE_BYTES>>,
    /// Until when a client is left to wait for a reply, instead of being told that there is none yet.
    held: Option<Duration>,
}

/// Where the card is.
enum Place {
    InReader(Reader),
    /// It goes into the reader as soon as there is one, which is looked for then.
    Waiting {
        look: Duration,
    },
    TakenOut,
}

impl CardInReader {
    /// Puts the card into the reader that listens at this port, once it does.
    pub(super) fn insert(port: u16) -> Self {
        let device = Box::new(Device::new(U2f::Offered));
        let mut card = Self { place: Place::TakenOut, port, device, held: None };
        card.put_in();
        card
    }

    /// Whether the reader is there and has the card.
    pub(super) const fn is_in_reader(&self) -> bool {
        matches!(self.place, Place::InReader(_))
    }

    /// Takes the card out; what was under way is void.
    pub(super) fn pull_out(&mut self) {
        self.place = Place::TakenOut;
        self.held = None;
        self.device.reset();
    }

    /// Puts a card that was taken out in again.
    pub(super) fn put_in(&mut self) {
        if !self.is_in_reader() {
            self.look_for_reader(Duration::ZERO);
        }
    }

    fn look_for_reader(&mut self, now: Duration) {
        self.place = match Reader::insert_at(self.port) {
            Ok(reader) => Place::InReader(reader),
            Err(_) => Place::Waiting { look: now + LOOK },
        };
    }

    /// The reader is gone, and what was under way is void: whether anything was.
    fn lose_reader(&mut self, now: Duration) -> Option<Event> {
        self.place = Place::Waiting { look: now + LOOK };
        self.held = None;
        self.device.reset().map(|_| Event::Abandon)
    }

    /// Takes in commands until something is to be done.
    pub(super) fn next(&mut self, now: Duration) -> Option<Event> {
        if matches!(self.place, Place::Waiting { look } if look <= now) {
            self.look_for_reader(now);
        }
        loop {
            let Place::InReader(reader) = &mut self.place else { return None };
            let event = match reader.receive() {
                Ok(None) => return None,
                Ok(Some(CardRequest::GetAtr)) => match reader.answer(&ATR) {
                    Ok(()) => None,
                    Err(_) => self.lose_reader(now),
                },
                Ok(Some(CardRequest::Command(command))) => self.obey(&command, now),
                Ok(Some(CardRequest::PowerOff | CardRequest::PowerOn | CardRequest::Reset)) => {
                    self.held = None;
                    self.device.reset().map(|_| Event::Abandon)
                }
                Err(_) => self.lose_reader(now),
            };
            if event.is_some() {
                return event;
            }
            self.send_out(now);
        }
    }

    fn obey(&mut self, command: &[u8], now: Duration) -> Option<Event> {
        let event = match self.device.receive(command) {
            apdu::Event::Request { .. } => Some(Event::Request),
            apdu::Event::Cancel => Some(Event::Cancel),
            apdu::Event::Abandon => Some(Event::Abandon),
            apdu::Event::Poll | apdu::Event::Respond => None,
        };
        self.held = self.device.job().map(|_| now + PAUSE);
        event
    }

    /// The request at work.
    pub(super) fn request(&mut self) -> Option<Request<'_>> {
        self.device.job().map(|job| Request { kind: job.kind, message: job.request })
    }

    /// Replies to it.
    pub(super) fn reply_with(&mut self, reply: &[u8]) {
        self.held = None;
        self.device.reply_with(reply);
    }

    /// Says what it is waiting for.
    pub(super) fn keep_alive(&mut self, waiting: Waiting) {
        self.device.keep_alive(waiting);
    }

    /// Says whether the key offers U2F now.
    pub(super) fn offer_u2f(&mut self, is_offered: bool) {
        self.device.set_u2f(if is_offered { U2f::Offered } else { U2f::Off });
    }

    /// Answers the last command, if it is time.
    pub(super) fn send_out(&mut self, now: Duration) {
        if self.held.is_some_and(|until| until > now) {
            return;
        }
        self.held = None;
        let (Place::InReader(reader), Some(response)) = (&mut self.place, self.device.response())
        else {
            return;
        };
        let mut answer = Zeroizing::new(vec![0; MESSAGE_BYTES + 2]);
        let length = response.write(&mut answer).expect("the room is for the longest response");
        // A reader that does not take it is gone, which the next look at it tells.
        let _ = reader.answer(&answer[..length]);
    }

    /// When something is due though nothing comes in.
    pub(super) const fn deadline(&self) -> Option<Duration> {
        match self.place {
            Place::InReader(_) => self.held,
            Place::Waiting { look } => Some(look),
            Place::TakenOut => None,
        }
    }

    /// What to wait on for commands, while the card is in the reader.
    pub(super) fn waited(&self) -> Option<BorrowedFd<'_>> {
        match &self.place {
            Place::InReader(reader) => Some(reader.as_fd()),
            Place::Waiting { .. } | Place::TakenOut => None,
        }
    }
}
