// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keys that are plugged in or lie in a card reader, and which of them is meant: the only one, or the
//! one named by its device file or reader, its name or its serial number.
//!
//! In `testing` builds `KAGIFUDA_TEST_KEY` names a UDP port of loopback that is the only key there is.

use kagifuda_linux::hidraw::{HidrawKey, KeyNode, Roots, Usability, keys};
use kagifuda_linux::pcsc::{Card, readers};
use kagifuda_linux::uhid::Plugger;

use super::talk::{Talk, Wire};
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::term::width::harmless;

/// The variable that names the port of a test's key.
#[cfg(feature = "testing")]
const TEST_KEY: &str = "KAGIFUDA_TEST_KEY";

/// A key that is plugged in.
#[derive(Clone, Debug)]
pub(in crate::run) struct PluggedIn {
    /// What its maker calls it, fit to be shown.
    pub(in crate::run) name: String,
    /// Its file.
    pub(in crate::run) device: String,
    /// Its serial number.
    pub(super) serial: Option<String>,
    /// Who made it and what it is, as USB numbers both; a card has none.
    pub(super) usb: Option<(u16, u16)>,
    /// Whether this process may use it.
    pub(in crate::run) usability: Usability,
    socket: Socket,
}

/// How it is reached.
#[derive(Clone, Debug)]
enum Socket {
    Hid(KeyNode),
    /// The reader a card lies in.
    Card(String),
    #[cfg(feature = "testing")]
    Udp(u16),
}

impl PluggedIn {
    /// A key at the system's USB.
    pub(in crate::run) fn hid(node: KeyNode) -> Self {
        Self {
            name: harmless(&node.name),
            device: node.path.display().to_string(),
            serial: node.serial.as_deref().map(harmless).filter(|serial| !serial.is_empty()),
            usb: Some((node.vendor_id, node.product_id)),
            usability: node.usability,
            socket: Socket::Hid(node),
        }
    }

    /// What lies in a reader, if it is a key.
    fn card(reader: String) -> Option<Self> {
        Talk::with_card(Card::connect(&reader).ok()?).ok()??;
        Some(Self::in_reader(reader))
    }

    /// A key in a reader. It is called like the reader, for a card has no name.
    pub(in crate::run) fn in_reader(reader: String) -> Self {
        Self {
            name: harmless(&reader),
            device: format!("pcsc:{}", harmless(&reader)),
            serial: None,
            usb: None,
            usability: Usability::Usable,
            socket: Socket::Card(reader),
        }
    }

    /// Whether it is a card in a reader.
    pub(in crate::run) const fn is_card(&self) -> bool {
        matches!(self.socket, Socket::Card(_))
    }

    /// Whether a word of a person means it.
    pub(super) fn is_called(&self, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        let serial = self.serial.as_deref().unwrap_or_default();
        [&self.name, serial].iter().any(|text| text.to_lowercase().contains(&wanted))
    }

    /// Whether it is that key, as far as can be seen: it may have another file now.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        (&self.name, &self.serial, self.usb) == (&other.name, &other.serial, other.usb)
    }

    /// Whether the broker plugged it in, for one user and no other.
    pub(in crate::run) fn is_by_broker(&self) -> bool {
        let serial = self.serial.as_deref().unwrap_or_default();
        serial.starts_with(Plugger::Broker.serial_prefix())
    }

    /// Whether it is a program of a PC and not a thing to hold.
    pub(super) fn is_this_pc(&self) -> bool {
        let serial = self.serial.as_deref().unwrap_or_default();
        let is_ours = |plugger: Plugger| serial.starts_with(plugger.serial_prefix());
        is_ours(Plugger::Broker) || is_ours(Plugger::Holder)
    }

    /// Whether this process may use it.
    pub(super) fn is_usable(&self) -> bool {
        self.usability == Usability::Usable
    }

    /// Whether a person can pull it out.
    #[cfg_attr(
        not(feature = "testing"),
        allow(clippy::unused_self, reason = "a test's key cannot")
    )]
    pub(super) const fn can_be_pulled_out(&self) -> bool {
        match &self.socket {
            Socket::Hid(_) | Socket::Card(_) => true,
            #[cfg(feature = "testing")]
            Socket::Udp(_) => false,
        }
    }

    fn is_at(&self, wanted: &str) -> bool {
        self.device == wanted || self.device.rsplit('/').next() == Some(wanted)
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<Talk, Fault> {
        let wire = match &self.socket {
            Socket::Hid(node) => {
                let path = self.device.clone();
                match self.usability {
                    Usability::Usable => {}
                    Usability::Forbidden => return Err(KeyTrouble::Forbidden { path }.into()),
                    Usability::NoNode => return Err(KeyTrouble::NoNode { path }.into()),
                }
                Wire::Hid(HidrawKey::open(node)?)
            }
            Socket::Card(reader) => {
                let talk = Talk::with_card(Card::connect(reader)?)?;
                return talk.ok_or_else(|| KeyTrouble::Gone.into());
            }
            #[cfg(feature = "testing")]
            Socket::Udp(port) => Wire::udp(*port)?,
        };
        Talk::begin(wire)
    }
}

/// Lists what is plugged in. A system that shows no devices has none.
pub(in crate::run) fn plugged_in() -> Vec<PluggedIn> {
    #[cfg(feature = "testing")]
    if let Some(port) = std::env::var(TEST_KEY).ok().and_then(|text| text.parse().ok()) {
        return vec![PluggedIn {
            name: "Key of a test".to_owned(),
            device: format!("udp:{port}"),
            serial: None,
            usb: None,
            usability: Usability::Usable,
            socket: Socket::Udp(port),
        }];
    }
    let nodes = keys(&Roots::default()).unwrap_or_default().into_iter().map(PluggedIn::hid);
    // Where no smart card service runs there are no cards either.
    let cards = readers().unwrap_or_default().into_iter().filter_map(PluggedIn::card);
    nodes.chain(cards).collect()
}

/// The key that is meant; where several may be, they are listed for the holder.
pub(super) fn choose(s: &mut Session<'_>, wanted: Option<&str>) -> Result<PluggedIn, Fault> {
    let all = plugged_in();
    if all.is_empty() {
        return Err(KeyTrouble::NonePluggedIn.into());
    }
    let mut meant = match wanted {
        None => all,
        Some(wanted) => match all.iter().find(|key| key.is_at(wanted)) {
            Some(key) => vec![key.clone()],
            None => all.into_iter().filter(|key| key.is_called(wanted)).collect(),
        },
    };
    if meant.len() > 1 {
        s.list_candidates(meant.iter().map(|key| [key.name.as_str(), key.device.as_str()]));
        return Err(KeyTrouble::Several.into());
    }
    meant.pop().ok_or_else(|| {
        KeyTrouble::NoSuchKey { wanted: wanted.unwrap_or_default().to_owned() }.into()
    })
}
