// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ways to open the vault: listed, added, changed, confirmed, removed.

use serde_json::json;

use super::asking::new_passphrase;
use super::json as shape;
use super::session::Session;
use super::vaults::show_words;
use super::{keyring, tpm};
use crate::agent::failure::Failure;
use crate::agent::protocol::{NewSecret, Reply, Request, Way, WayKind, WayStanding, WordsLanguage};
use crate::fault::{Fault, KeyringFault, TpmFault};
use crate::say;
use crate::term::width::harmless;
use crate::term::{Grid, Style, date};
use crate::text::Texts;

/// How much of an id is shown.
const SHORT: usize = 8;

/// Lists the ways to open.
pub(super) fn list(s: &mut Session<'_>, json: bool) -> Result<(), Fault> {
    let ways = ways(s)?;
    if json {
        let list: Vec<serde_json::Value> = ways.iter().map(shape::way).collect();
        return s.print(&shape::page(json!({ "ways": list })));
    }
    let mut grid = Grid::new()
        .column(say!(s.texts, "way-head-id"))
        .styled(Style::Faint)
        .column(say!(s.texts, "way-head-kind"))
        .shrinking(say!(s.texts, "way-head-label"))
        .column(say!(s.texts, "way-head-created"))
        .column("");
    for way in &ways {
        grid.row([
            short(way),
            kind(s.texts, way.kind),
            way.label.clone(),
            date::day(way.created),
            remark(s.texts, way),
        ]);
    }
    let listing = grid.render(s.screen);
    s.print(&listing)
}

/// Adds a passphrase.
pub(super) fn add_passphrase(s: &mut Session<'_>, label: String) -> Result<(), Fault> {
    // Opened first, so that the new passphrase is not asked for in vain.
    ways(s)?;
    let prompt = say!(s.texts, "ask-new-vault-passphrase");
    let secret = NewSecret::Passphrase(new_passphrase(s, &prompt)?);
    let reply = s.ask(&Request::AddWay { secret, label })?;
    made(s, reply)
}

/// Adds recovery words.
pub(super) fn add_words(
    s: &mut Session<'_>,
    label: String,
    language: WordsLanguage,
) -> Result<(), Fault> {
    let reply = s.ask(&Request::AddWay { secret: NewSecret::Words(language), label })?;
    made(s, reply)
}

/// Gives a way a new secret.
pub(super) fn change(s: &mut Session<'_>, way: &str) -> Result<(), Fault> {
    let way = find(s, way)?;
    let secret = match way.kind {
        WayKind::Passphrase => {
            let prompt = say!(s.texts, "ask-new-vault-passphrase");
            NewSecret::Passphrase(new_passphrase(s, &prompt)?)
        }
        WayKind::Words => NewSecret::Words(s.settings.lang.into()),
        WayKind::Keyring => return Err(Fault::Keyring(KeyringFault::Unchangeable)),
        WayKind::Tpm => return Err(Fault::Tpm(TpmFault::Unchangeable)),
        WayKind::Other => return Err(Fault::Agent(Failure::NoSuchWay)),
    };
    let reply = s.ask(&Request::ChangeWay { id: way.id, secret })?;
    made(s, reply)?;
    let told = say!(s.texts, "way-old-copies");
    s.tell(&told);
    Ok(())
}

/// Confirms a way to open that another PC added, after a question.
pub(super) fn confirm(s: &mut Session<'_>, way: &str) -> Result<(), Fault> {
    let way = find(s, way)?;
    if way.standing != WayStanding::Unconfirmed {
        let told = say!(s.texts, "way-confirm-needless");
        s.tell(&told);
        return Ok(());
    }
    let question = say!(
        s.texts,
        "way-confirm-question",
        name = named(s.texts, &way),
        date = date::day(way.created)
    );
    s.confirm(&question)?;
    s.ask(&Request::ConfirmWay { id: way.id })?;
    let told = say!(s.texts, "way-made");
    s.tell(&told);
    Ok(())
}

/// Removes a way to open, after a question.
pub(super) fn remove(s: &mut Session<'_>, way: &str) -> Result<(), Fault> {
    let way = find(s, way)?;
    let question = say!(s.texts, "way-remove-question", name = named(s.texts, &way));
    s.confirm(&question)?;
    // Once it is removed, nobody knows any more whose it was.
    let (keyrings, sealed) = (keyring::keyrings(s)?, tpm::ways(s)?);
    s.ask(&Request::RemoveWay { id: way.id })?;
    let told = say!(s.texts, "way-removed");
    s.tell(&told);
    keyring::forget(s, &way, &keyrings);
    tpm::forget(s, &way, &sealed);
    let told = say!(s.texts, "way-old-copies");
    s.tell(&told);
    Ok(())
}

fn made(s: &mut Session<'_>, reply: Reply) -> Result<(), Fault> {
    let Reply::WayAdded { words, .. } = reply else { return Err(Fault::Internal) };
    if let Some(words) = &words {
        show_words(s, &words.0)?;
    }
    let told = say!(s.texts, "way-made");
    s.tell(&told);
    Ok(())
}

fn ways(s: &mut Session<'_>) -> Result<Vec<Way>, Fault> {
    match s.ask(&Request::Ways)? {
        Reply::Ways(ways) => Ok(ways),
        _ => Err(Fault::Internal),
    }
}

/// The way that is meant: by the beginning of its id, its label, or its kind where that is the only one, or the only
/// one of this PC.
fn find(s: &mut Session<'_>, text: &str) -> Result<Way, Fault> {
    let ways = ways(s)?;
    let text = text.trim();
    let matches = |way: &Way| {
        let word = match way.kind {
            WayKind::Passphrase => "passphrase",
            WayKind::Words => "words",
            WayKind::Keyring => "keyring",
            WayKind::Tpm => "tpm",
            WayKind::Other => "",
        };
        let is_id = text.len() >= 2 && way.id.to_string().starts_with(&text.to_ascii_lowercase());
        is_id || way.label == text || word == text
    };
    let mut matching: Vec<Way> = ways.into_iter().filter(matches).collect();
    let is_bound = |way: &Way| matches!(way.kind, WayKind::Keyring | WayKind::Tpm);
    if matching.len() > 1 && matching.iter().all(is_bound) {
        let (keyrings, sealed) = (keyring::keyrings(s)?.ways, tpm::ways(s)?);
        let is_own = |way: &Way| {
            keyrings.iter().any(|it| it.id == way.id && it.is_of_this_pc)
                || sealed.iter().any(|it| it.id == way.id)
        };
        if matching.iter().filter(|way| is_own(way)).count() == 1 {
            matching.retain(is_own);
        }
    }
    match matching.len() {
        0 => Err(Fault::Agent(Failure::NoSuchWay)),
        1 => Ok(matching.remove(0)),
        count => Err(Fault::Ambiguous { count }),
    }
}

fn kind(texts: &Texts, kind: WayKind) -> String {
    match kind {
        WayKind::Passphrase => say!(texts, "way-passphrase"),
        WayKind::Words => say!(texts, "way-words"),
        WayKind::Keyring => say!(texts, "way-keyring"),
        WayKind::Tpm => say!(texts, "way-tpm"),
        WayKind::Other => say!(texts, "way-other"),
    }
}

/// Kind and label, fit for a question.
pub(super) fn named(texts: &Texts, way: &Way) -> String {
    harmless(format!("{} {}", kind(texts, way.kind), way.label).trim())
}

/// What is to be said of it in a list.
fn remark(texts: &Texts, way: &Way) -> String {
    match way.standing {
        WayStanding::Unconfirmed => say!(texts, "way-unconfirmed"),
        WayStanding::LastResort => say!(texts, "way-last-resort"),
        WayStanding::StillNeeded => say!(texts, "way-still-needed"),
        WayStanding::Open if way.in_use => say!(texts, "way-in-use"),
        WayStanding::Open => String::new(),
    }
}

fn short(way: &Way) -> String {
    way.id.to_string().chars().take(SHORT).collect()
}
