// SPDX-License-Identifier: MIT OR Apache-2.0
//! `doctor key`: why a site says "insert your security key", and what to do. First what can be seen from here,
//! then what cannot: nothing on this PC knows where a passkey lives or what a site wants.
//!
//! Looks only; a key that is plugged in is not talked to, and the vault has no part in it.

mod codes;
mod pc;
mod surroundings;

use std::path::{Path, PathBuf};

use kagifuda_linux::LinuxError;
use kagifuda_linux::hidraw::Usability;
use kagifuda_linux::pcsc::{CardTrouble, readers};
use kagifuda_linux::uhid::{BrokerTrouble, DeviceTrouble, Places, UhidDevice, broker};
use serde_json::{Value, json};

use super::json as shape;
use super::keys::{PluggedIn, plugged_in};
use super::session::Session;
use crate::fault::Fault;
use crate::say;
use crate::term::Style;
use crate::term::grid::beside;
use crate::text::{Texts, Value as Said};
pub(crate) use codes::SYMPTOM_WORDS;
pub(super) use codes::{clock, code};
pub(super) use pc::look as vault;
use surroundings::{Bluetooth, Packaging, Surroundings};

/// How grave something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gravity {
    /// As it should be.
    Well,
    /// Worth knowing.
    Notable,
    /// In the way.
    Bad,
}

/// Something that was looked at.
struct Finding {
    /// What, by a name for scripts.
    check: &'static str,
    gravity: Gravity,
    /// What was found, and what to do.
    text: String,
}

/// Why a site may ask for a key all the same, and the two ways out that all of it has in common: a name for
/// scripts, a heading, and what to do.
const CAUSES: [(&str, &str, &str); 7] = [
    ("elsewhere", "doctor-cause-elsewhere", "doctor-elsewhere"),
    ("phone", "doctor-cause-phone", "doctor-phone"),
    ("kind", "doctor-cause-kind", "doctor-kind"),
    ("stale", "doctor-cause-stale", "doctor-stale"),
    ("policy", "doctor-cause-policy", "doctor-policy"),
    ("once", "doctor-cause-once", "doctor-once"),
    ("remove", "doctor-cause-remove", "doctor-remove"),
];

/// Looks at everything that keys need here.
pub(super) fn key(s: &mut Session<'_>, json: bool) -> Result<(), Fault> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let around = Surroundings::look(Path::new("/"), home.as_deref());
    let is_remote = std::env::var_os("SSH_CONNECTION").is_some();
    let mut findings = keys_here(s.texts, plugged_in());
    findings.extend(cards(s.texts, readers().map(|_| ())));
    findings.push(this_pc(s.texts, &Places::default()));
    findings.extend(surrounding(s.texts, &around, is_remote));
    let is_bad = findings.iter().any(|finding| finding.gravity == Gravity::Bad);
    if json {
        let findings: Vec<Value> = findings.iter().map(Finding::shown).collect();
        let causes = causes(s.texts);
        s.print(&shape::page(json!({ "findings": findings, "causes": causes })))?;
    } else {
        let page = page(s, &findings);
        s.print(&page)?;
    }
    if is_bad { Err(Fault::NotWell) } else { Ok(()) }
}

impl Finding {
    const fn new(check: &'static str, gravity: Gravity, text: String) -> Self {
        Self { check, gravity, text }
    }

    fn shown(&self) -> Value {
        let gravity = match self.gravity {
            Gravity::Well => "well",
            Gravity::Notable => "notable",
            Gravity::Bad => "bad",
        };
        json!({ "check": self.check, "state": gravity, "text": self.text })
    }
}

fn page(s: &Session<'_>, findings: &[Finding]) -> String {
    let t = s.texts;
    let mut page = s.screen.paint(Style::Strong, &say!(t, "doctor-head-here"));
    page.push('\n');
    page.push_str(&beside(&findings_as_rows(t, findings), s.screen.page()));
    page.push('\n');
    page.push_str(&s.screen.paint(Style::Strong, &say!(t, "doctor-head-causes")));
    page.push('\n');
    let rows: Vec<(String, String)> =
        CAUSES.iter().map(|(_, heading, text)| (t.get(heading), t.get(text))).collect();
    page.push_str(&beside(&rows, s.screen.page()));
    page
}

/// A word for how grave it is, and what was found.
fn findings_as_rows(t: &Texts, findings: &[Finding]) -> Vec<(String, String)> {
    let row = |finding: &Finding| {
        let word = match finding.gravity {
            Gravity::Well => say!(t, "doctor-well"),
            Gravity::Notable => say!(t, "doctor-notable"),
            Gravity::Bad => say!(t, "doctor-bad"),
        };
        (word, finding.text.clone())
    };
    findings.iter().map(row).collect()
}

/// What cannot be seen from here, for scripts.
fn causes(t: &Texts) -> Vec<Value> {
    let shown = |(name, heading, text): &(&str, &str, &str)| {
        let (heading, text) = (t.get(heading), t.get(text));
        json!({ "cause": name, "heading": heading, "text": text })
    };
    CAUSES.iter().map(shown).collect()
}

/// The keys that are plugged in.
fn keys_here(t: &Texts, keys: Vec<PluggedIn>) -> Vec<Finding> {
    if keys.is_empty() {
        return vec![Finding::new("keys", Gravity::Notable, say!(t, "doctor-no-key"))];
    }
    let finding = |(name, path, usability, is_by_broker)| match usability {
        Usability::Usable => {
            let text = say!(t, "doctor-key-usable", name = name, path = path);
            Finding::new("keys", Gravity::Well, text)
        }
        Usability::Forbidden if is_by_broker => {
            let text = say!(t, "doctor-key-anothers", name = name, path = path);
            Finding::new("keys", Gravity::Notable, text)
        }
        Usability::Forbidden => {
            let text = say!(t, "doctor-key-forbidden", name = name, path = path);
            Finding::new("keys", Gravity::Bad, text)
        }
        Usability::NoNode => {
            let text = say!(t, "doctor-key-no-node", name = name, path = path);
            Finding::new("keys", Gravity::Bad, text)
        }
    };
    let card =
        |name| Finding::new("keys", Gravity::Notable, say!(t, "doctor-key-card", name = name));
    keys.into_iter()
        .map(|key| match key.is_card() {
            true => card(key.name),
            false => {
                let is_by_broker = key.is_by_broker();
                finding((key.name, key.device, key.usability, is_by_broker))
            }
        })
        .collect()
}

/// Whether keys in card readers are out of reach. That there is no reader, or nothing to ask for one, is as it
/// should be on most PCs.
fn cards(t: &Texts, asked: Result<(), LinuxError>) -> Option<Finding> {
    let is_forbidden = matches!(asked, Err(LinuxError::SmartCard { why: CardTrouble::Forbidden }));
    is_forbidden.then(|| {
        let text = say!(t, "doctor-cards-forbidden");
        Finding::new("keys", Gravity::Notable, text)
    })
}

/// Whether this PC can be a key itself: by the broker, or by a rule that lets its user plug devices in.
fn this_pc(t: &Texts, places: &Places) -> Finding {
    let broker = match broker::is_there(&places.broker) {
        Ok(()) => return Finding::new("this-pc", Gravity::Well, say!(t, "doctor-pc-broker")),
        Err(trouble) => trouble,
    };
    let device = match UhidDevice::may_open(&places.uhid) {
        Ok(()) => return Finding::new("this-pc", Gravity::Notable, say!(t, "doctor-pc-rule")),
        Err(trouble) => trouble,
    };
    let (broker, device) = (of_broker(t, broker), of_device(t, device));
    let text = say!(t, "doctor-pc-neither", broker = broker, device = device);
    Finding::new("this-pc", Gravity::Notable, text)
}

fn of_broker(t: &Texts, trouble: BrokerTrouble) -> String {
    match trouble {
        BrokerTrouble::NotThere => say!(t, "doctor-broker-not-there"),
        BrokerTrouble::Forbidden => say!(t, "doctor-broker-forbidden"),
        _ => say!(t, "doctor-broker-silent"),
    }
}

fn of_device(t: &Texts, trouble: DeviceTrouble) -> String {
    match trouble {
        DeviceTrouble::NoModule => say!(t, "doctor-uhid-no-module"),
        DeviceTrouble::Forbidden => say!(t, "doctor-uhid-forbidden"),
        _ => say!(t, "doctor-uhid-refused"),
    }
}

/// What stands between a key and the programs here.
fn surrounding(t: &Texts, around: &Surroundings, is_remote: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |check, text| findings.push(Finding::new(check, Gravity::Notable, text));
    if around.is_container {
        note("container", say!(t, "doctor-container"));
    }
    if is_remote {
        note("remote", say!(t, "doctor-remote"));
    }
    for (place, name) in &around.browsers {
        let name = Said::from(name.clone());
        note(
            "browser",
            match place {
                Packaging::Snap => say!(t, "doctor-snap", name = name),
                Packaging::Flatpak => say!(t, "doctor-flatpak", name = name),
            },
        );
    }
    let (gravity, text) = match around.bluetooth {
        Bluetooth::On => (Gravity::Well, say!(t, "doctor-bluetooth")),
        Bluetooth::Off => (Gravity::Notable, say!(t, "doctor-bluetooth-off")),
        Bluetooth::None => (Gravity::Notable, say!(t, "doctor-no-bluetooth")),
    };
    findings.push(Finding::new("bluetooth", gravity, text));
    findings
}

#[cfg(test)]
mod tests;
