// SPDX-License-Identifier: MIT OR Apache-2.0
//! The vault as a whole: made, opened, closed, merged, checked, backed up and restored.

use std::path::Path;
use std::time::Duration;

use kagifuda_secret::SecretText;

use super::asking::new_passphrase;
use super::json as shape;
use super::session::Session;
use super::ways;
use crate::agent::client::Agent;
use crate::agent::place::Place;
use crate::agent::protocol::{
    MergeLocks, MergeReport, Reply, Request, State, Status, VerifyReport, WordsLanguage,
};
use crate::commands::resolve::By;
use crate::fault::Fault;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::{columns, harmless, pad};
use crate::term::{Grid, Style};
use crate::text::Texts;

/// Makes a vault.
pub(super) fn init(s: &mut Session<'_>) -> Result<(), Fault> {
    if let Reply::Status(status) = s.ask_as_it_is(&Request::Status)?
        && status.state != State::Absent
    {
        return Err(Fault::Agent(crate::agent::failure::Failure::VaultExists {
            path: status.vault,
        }));
    }
    let intro = say!(s.texts, "vault-init-intro");
    s.tell(&intro);
    let prompt = say!(s.texts, "ask-new-vault-passphrase");
    let passphrase = new_passphrase(s, &prompt)?;
    let words = WordsLanguage::from(s.settings.lang);
    match s.ask_as_it_is(&Request::Create { passphrase, words })? {
        Reply::Words(words) => {
            show_words(s, &words.0)?;
            let path = harmless(&s.settings.vault.display().to_string());
            let told = say!(s.texts, "vault-made", path = path);
            s.tell(&told);
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

/// Shows recovery words once, and has the holder prove one of them.
pub(super) fn show_words(s: &mut Session<'_>, text: &SecretText) -> Result<(), Fault> {
    let words: Vec<&str> = text.expose().split_whitespace().collect();
    if s.screen.columns.is_none() || !s.person.is_present() {
        return s.print(&format!("{}\n", text.expose()));
    }
    let intro = say!(s.texts, "vault-words-intro");
    s.tell(&intro);
    s.print(&sheet(&words, s.screen.page()))?;
    if prove_a_word(s, text)? == Proof::Skipped {
        let skipped = say!(s.texts, "vault-words-skipped");
        s.tell(&skipped);
    }
    Ok(())
}

/// Whether the holder proved to have their recovery words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// They said one.
    Given,
    /// They did not want to.
    Skipped,
}

/// Has the holder say one of their recovery words; an empty answer skips it.
pub(super) fn prove_a_word(s: &mut Session<'_>, text: &SecretText) -> Result<Proof, Fault> {
    let words: Vec<&str> = text.expose().split_whitespace().collect();
    // Which one is asked need not be a secret; that it is asked makes people write them down.
    let asked =
        1 + usize::from(*text.expose().as_bytes().last().unwrap_or(&0)) % words.len().max(1);
    let question = say!(s.texts, "ask-word-number", number = asked);
    loop {
        let answer = s.person.line(&question)?;
        if answer.is_empty() {
            return Ok(Proof::Skipped);
        }
        if same_word(&answer, words.get(asked - 1).copied().unwrap_or_default()) {
            return Ok(Proof::Given);
        }
        let again = say!(s.texts, "ask-word-wrong");
        s.tell(&again);
    }
}

/// Compares as reading a sheet does: composed or not, any case.
fn same_word(typed: &str, word: &str) -> bool {
    use unicode_normalization::UnicodeNormalization as _;
    let folded = |text: &str| text.trim().nfkc().flat_map(char::to_lowercase).collect::<String>();
    folded(typed) == folded(word)
}

/// Numbered words, downwards in as many columns as fit.
fn sheet(words: &[&str], page: usize) -> String {
    let widest = words.iter().map(|word| columns(word)).max().unwrap_or(0) + 7;
    let across = (page / widest.max(1)).clamp(1, 4);
    let down = words.len().div_ceil(across);
    let mut out = String::from("\n");
    for row in 0..down {
        let mut line = String::new();
        for number in (row..words.len()).step_by(down) {
            line.push_str(&pad(&format!("{:>4} {}", number + 1, words[number]), widest));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
    out
}

/// Opens the vault.
pub(super) fn unlock(s: &mut Session<'_>, by: &By, idle_minutes: Option<u32>) -> Result<(), Fault> {
    s.lock_after(idle_minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60)));
    let Reply::Status(mut status) = s.ask_as_it_is(&Request::Status)? else {
        return Err(Fault::Internal);
    };
    if status.state == State::Absent {
        return Err(Fault::Agent(crate::agent::failure::Failure::NoVault { path: status.vault }));
    }
    if status.state == State::Locked {
        status = match s.unlock(by)? {
            Reply::Status(status) => status,
            _ => return Err(Fault::Internal),
        };
    }
    if let Some(minutes) = idle_minutes {
        let seconds = minutes.saturating_mul(60);
        if let Reply::Status(now) = s.ask_as_it_is(&Request::LockAfter { seconds })? {
            status = now;
        }
    }
    let minutes = status.lock_after_seconds.div_ceil(60);
    let told = say!(s.texts, "vault-unlocked", minutes = minutes);
    s.tell(&told);
    s.tell_standing(&status.state);
    Ok(())
}

/// Closes the vault. Where no agent runs there is nothing to close, and none is started for it.
pub(super) fn lock(s: &mut Session<'_>) -> Result<(), Fault> {
    let place = Place::of(&s.settings.vault)?;
    match Agent::running(&place) {
        Ok(Some(mut agent)) => {
            agent.ask(&Request::Lock)?;
        }
        Ok(None) => {}
        Err(failure) => return Err(failure.into()),
    }
    let told = say!(s.texts, "vault-is-locked");
    s.tell(&told);
    Ok(())
}

/// Takes in another copy; after a question, where the vault will not open any more by what it is open by now.
pub(super) fn merge(s: &mut Session<'_>, other: &Path, json: bool) -> Result<(), Fault> {
    let path = absolute(other);
    let mut reply = s.ask(&Request::Merge { path: path.clone(), may_lock: false })?;
    if let Reply::MergeLocks(locks) = &reply {
        let told = locking(s.texts, locks);
        s.tell(&told);
        let question = say!(s.texts, "vault-merge-question");
        s.confirm(&question)?;
        reply = s.ask(&Request::Merge { path, may_lock: true })?;
    }
    match reply {
        Reply::Merged(report) if json => s.print(&shape::page(shape::merge(&report))),
        Reply::Merged(report) => {
            let page = merged(s, &report);
            s.print(&page)?;
            s.tell_unsettled_ways(report.unsettled_ways);
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

fn locking(texts: &Texts, locks: &MergeLocks) -> String {
    let left: Vec<String> = locks.left.iter().map(|way| ways::named(texts, way)).collect();
    let by = match locks.by.as_str() {
        "" => say!(texts, "history-nameless"),
        name => harmless(name),
    };
    let removed =
        say!(texts, "vault-merge-locks", by = by, date = crate::term::date::day(locks.at));
    let left = match left.is_empty() {
        true => say!(texts, "vault-merge-leaves-nothing"),
        false => say!(texts, "vault-merge-leaves", ways = left.join(", ")),
    };
    format!("{removed}\n{left}")
}

fn merged(s: &Session<'_>, report: &MergeReport) -> String {
    let t = s.texts;
    if report.records == 0 && report.damaged == 0 {
        return say!(t, "vault-merged-nothing") + "\n";
    }
    let mut rows = Vec::new();
    for (label, count) in [
        (say!(t, "vault-merged-added"), report.added),
        (say!(t, "vault-merged-changed"), report.changed),
        (say!(t, "vault-merged-removed"), report.removed),
        (say!(t, "vault-merged-damaged"), report.damaged),
        (say!(t, "vault-merged-healed"), report.healed),
    ] {
        if count > 0 {
            rows.push((label, count.to_string()));
        }
    }
    let mut page = say!(t, "vault-merged") + "\n";
    page.push_str(&beside(&rows, s.screen.page()));
    page
}

/// Checks the whole vault.
pub(super) fn verify(s: &mut Session<'_>, json: bool) -> Result<(), Fault> {
    let Reply::Verified(report) = s.ask_as_it_is(&Request::Verify)? else {
        return Err(Fault::Internal);
    };
    let page = if json { shape::page(shape::verify(&report)) } else { verified(s, &report) };
    s.print(&page)?;
    match (is_whole(&report), report.older_than_seen) {
        (false, _) => Err(Fault::VerifyFailed),
        (true, true) => Err(Fault::Agent(crate::agent::failure::Failure::OlderThanSeen)),
        (true, false) => Ok(()),
    }
}

fn is_whole(report: &VerifyReport) -> bool {
    report.file_is_whole && report.damaged.is_empty() && report.unreadable.is_empty()
}

fn verified(s: &Session<'_>, report: &VerifyReport) -> String {
    let t = s.texts;
    let records = report.records.to_string();
    let mut page = match report.items {
        Some(items) => say!(t, "vault-verified-open", records = records, items = items),
        None => say!(t, "vault-verified-locked", records = records),
    };
    page.push('\n');
    if report.closed > 0 {
        page.push_str(&say!(t, "vault-verified-closed", count = report.closed));
        page.push('\n');
    }
    if is_whole(report) {
        page.push_str(&s.screen.paint(Style::Good, &say!(t, "vault-verified-whole")));
        page.push('\n');
        return page;
    }
    if !report.file_is_whole {
        page.push_str(&say!(t, "vault-verified-file"));
        page.push('\n');
    }
    if !report.unreadable.is_empty() {
        page.push_str(&say!(t, "vault-verified-unreadable", count = report.unreadable.len()));
        page.push('\n');
    }
    let mut grid =
        Grid::new().column(say!(t, "vault-head-record")).column(say!(t, "vault-head-damage"));
    for record in &report.damaged {
        grid.row([record.record.clone(), say!(t, "vault-damage", what = record.what.clone())]);
    }
    if !grid.is_empty() {
        page.push_str(&grid.render(s.screen));
    }
    page
}

/// Writes a copy.
pub(super) fn backup(s: &mut Session<'_>, file: &Path) -> Result<(), Fault> {
    if file.symlink_metadata().is_ok() {
        return Err(Fault::FileExists { path: file.to_owned() });
    }
    s.ask(&Request::Backup { path: absolute(file) })?;
    let told = say!(s.texts, "vault-backed-up", path = harmless(&file.display().to_string()));
    s.tell(&told);
    if let Reply::Status(Status { state: State::Open { unreadable, .. }, .. }) =
        s.ask_as_it_is(&Request::Status)?
    {
        s.tell_unreadable(unreadable);
    }
    Ok(())
}

/// Puts a backup in the vault's place.
pub(super) fn restore(s: &mut Session<'_>, file: &Path, by: &By) -> Result<(), Fault> {
    let from = absolute(file);
    let question = say!(s.texts, "vault-restore-question");
    s.confirm(&question)?;
    let prompt = say!(s.texts, "ask-backup-passphrase");
    let reply =
        s.with_secret(by, &prompt, |secret| Request::Restore { from: from.clone(), secret })?;
    let Reply::Restored { kept_as, merged: taken_over, .. } = reply else {
        return Err(Fault::Internal);
    };
    let told = say!(s.texts, "vault-restored");
    s.tell(&told);
    if let Some(path) = kept_as {
        let told = say!(s.texts, "vault-restored-kept", path = harmless(&path));
        s.tell(&told);
    }
    if let Some(report) = taken_over {
        let page = merged(s, &report);
        s.tell(page.trim_end());
        s.tell_unsettled_ways(report.unsettled_ways);
    }
    Ok(())
}

/// The agent has another working directory.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_numbers_words_downwards_and_fits() {
        let words: Vec<String> = (1..=24).map(|n| format!("ことば{n}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for page in [40, 80, 100] {
            let sheet = sheet(&words, page);
            assert!(sheet.lines().all(|line| columns(line) <= page), "{sheet}");
            assert!(words.iter().all(|word| sheet.contains(word)));
        }
        assert!(sheet(&words, 80).contains("   1 ことば1"));
    }

    #[test]
    fn a_word_is_compared_as_it_is_read() {
        assert!(same_word(" Apple ", "apple"));
        assert!(same_word("か\u{3099}いじ", "がいじ"));
        assert!(!same_word("apply", "apple"));
    }
}
