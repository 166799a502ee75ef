// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the key is plugged in, and the frames requests come in there: what stands above sees requests and
//! gives replies.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use kagifuda_ctap::hid::{Kind, Waiting};

use super::card::CardInReader;
use super::usb::Usb;
use crate::commands::resolve::KeyRunJob;
use crate::fault::Fault;

/// The longest message CTAPHID carries, and a card takes.
pub(super) const MESSAGE_BYTES: usize = 7609;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A request is whole.
    Request,
    /// The platform takes its request back, and waits for a reply to it.
    Cancel,
    /// The request is void, and nobody waits for a reply.
    Abandon,
    /// Somebody asks which key this is.
    Wink,
}

/// A request at work.
pub(super) struct Request<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// All of it.
    pub(super) message: &'a [u8],
}

/// Where the key is plugged in.
pub(super) enum Port {
    /// The USB of this PC, or what a test has in its place.
    Usb(Usb),
    /// The virtual smart card reader.
    Card(CardInReader),
}

/// Does the same with whichever it is.
macro_rules! whichever {
    ($port:expr, $it:ident => $does:expr) => {
        match $port {
            Self::Usb($it) => $does,
            Self::Card($it) => $does,
        }
    };
}

impl Port {
    /// Plugs the key in.
    pub(super) fn open(job: &KeyRunJob) -> Result<Self, Fault> {
        #[cfg(feature = "testing")]
        if let Some(port) = job.udp {
            return Ok(Self::Usb(Usb::udp(port)?));
        }
        match job.card {
            Some(port) => Ok(Self::Card(CardInReader::insert(port))),
            None => Ok(Self::Usb(Usb::plug()?)),
        }
    }

    /// Whether it is a card.
    pub(super) const fn is_card(&self) -> bool {
        matches!(self, Self::Card(_))
    }

    /// What to tell the person who plugged it in.
    pub(super) const fn greeting(&self) -> &'static str {
        match self {
            Self::Usb(_) => "key-plugged-in",
            Self::Card(card) if card.is_in_reader() => "key-in-the-reader",
            Self::Card(_) => "key-awaits-the-reader",
        }
    }

    /// Pulls the key out, which programs that have it open are told; what was under way is void.
    pub(super) fn pull_out(&mut self) {
        whichever!(self, it => it.pull_out());
    }

    /// Puts a key that was pulled out in again.
    pub(super) fn put_in(&mut self) -> Result<(), Fault> {
        match self {
            Self::Usb(usb) => usb.put_in()?,
            Self::Card(card) => card.put_in(),
        }
        Ok(())
    }

    /// Takes in what came until something is to be done.
    pub(super) fn next(&mut self, now: Duration) -> Result<Option<Event>, Fault> {
        match self {
            Self::Usb(usb) => usb.next(now),
            Self::Card(card) => Ok(card.next(now)),
        }
    }

    /// The request at work.
    pub(super) fn request(&mut self) -> Option<Request<'_>> {
        whichever!(self, it => it.request())
    }

    /// Replies to it.
    pub(super) fn reply_with(&mut self, reply: &[u8]) {
        whichever!(self, it => it.reply_with(reply));
    }

    /// Says what it is waiting for.
    pub(super) fn keep_alive(&mut self, waiting: Waiting) {
        whichever!(self, it => it.keep_alive(waiting));
    }

    /// Says whether the key offers U2F now, which a card tells whoever selects it.
    pub(super) fn offer_u2f(&mut self, is_offered: bool) {
        if let Self::Card(card) = self {
            card.offer_u2f(is_offered);
        }
    }

    /// Sends what there is to send.
    pub(super) fn send_out(&mut self, now: Duration) -> Result<(), Fault> {
        match self {
            Self::Usb(usb) => usb.send_out(now)?,
            Self::Card(card) => card.send_out(now),
        }
        Ok(())
    }

    /// When something is due though nothing comes in.
    pub(super) fn deadline(&self) -> Option<Duration> {
        whichever!(self, it => it.deadline())
    }

    /// What to wait on, while it is plugged in.
    pub(super) fn waited(&self) -> Option<BorrowedFd<'_>> {
        whichever!(self, it => it.waited())
    }
}
