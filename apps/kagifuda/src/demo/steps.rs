// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of the demonstration. Each returns only if what it says was true.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use getrandom::SysRng;
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{self, EntryExtras, Outgoing};
use rand_core::UnwrapErr;

use super::pc::{Pc, by_words, unwritten};
use super::telling::Telling;
use super::{power, tokens};
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{
    Code, Failure, Hidden, ImportOutcome, ImportReport, ItemId, OpenSecret, Reply, Request,
    VerifyReport, WordsLanguage,
};
use crate::fault::Fault;
use crate::text::Lang;

/// How often the power is cut at least, and how often at most to hit a write.
const CUTS: usize = 5;
const MOST_CUTS: usize = 100;

/// A claim of the demonstration that has to hold.
fn claim(holds: bool) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::DemoFailed) }
}

/// A vault, made with a passphrase and recovery words.
pub(super) fn create(pc: &mut Pc, telling: &mut Telling<'_>) -> Result<SecretText, Fault> {
    telling.step("demo-create")?;
    let words = match telling.texts().lang() {
        Lang::Ja => WordsLanguage::Japanese,
        Lang::En => WordsLanguage::English,
    };
    let passphrase = Hidden(SecretText::from("a passphrase for the demonstration"));
    let Reply::Words(Hidden(words)) = pc.ask(Request::Create { passphrase, words })? else {
        return Err(Fault::DemoFailed);
    };
    let mode = std::fs::metadata(pc.vault()).map_err(unwritten(&pc.vault()))?.permissions().mode();
    claim(mode & 0o777 == 0o600)?;
    telling.proved("demo-create-private", &[])?;
    let count = words.expose().split_whitespace().count();
    telling.proved("demo-create-words", &[("count", count.into())])?;
    pc.ask(Request::Lock)?;
    let wrong = OpenSecret::Passphrase(Hidden(SecretText::from("a wrong passphrase")));
    claim(matches!(pc.ask(Request::Unlock { secret: wrong }), Err(Failure::WrongSecret)))?;
    telling.proved("demo-create-wrong", &[])?;
    pc.unlock(&words)?;
    telling.took()?;
    Ok(words)
}

/// Another app's export, encrypted as that app would, read as a holder would bring it.
pub(super) fn import(pc: &mut Pc, telling: &mut Telling<'_>) -> Result<(), Fault> {
    telling.step("demo-import")?;
    let tokens = tokens::all();
    let extras = EntryExtras::default();
    let entries: Vec<_> = tokens.iter().map(|token| Outgoing { token, extras: &extras }).collect();
    let password = SecretText::from("the other app's password");
    let protection = exchange::Protection::Password(&password);
    let written = exchange::write_aegis(&entries, protection, &mut UnwrapErr(SysRng));
    let written = written.map_err(|_| Fault::DemoFailed)?;
    let preview = |password: Option<&SecretText>| Request::ImportPreview {
        bytes: Hidden(written.content.duplicate()),
        password: password.map(|password| Hidden(password.duplicate())),
    };
    claim(matches!(pc.ask(preview(None)), Err(Failure::NeedsPassword)))?;
    telling.proved("demo-import-password", &[])?;
    let report = report_of(pc.ask(preview(Some(&password)))?)?;
    let new = report.lines.iter().filter(|line| line.outcome == ImportOutcome::Imported).count();
    claim(new == tokens.len())?;
    let ticket = report.ticket.ok_or(Fault::DemoFailed)?;
    pc.ask(Request::ImportCommit { ticket })?;
    telling.proved("demo-import-all", &[("count", new.into())])?;
    let again = report_of(pc.ask(preview(Some(&password)))?)?;
    claim(again.ticket.is_none())?;
    telling.proved("demo-import-twice", &[])?;
    telling.took()
}

fn report_of(reply: Reply) -> Result<ImportReport, Fault> {
    match reply {
        Reply::Import(report) => Ok(report),
        _ => Err(Fault::DemoFailed),
    }
}

/// Codes, against what the RFCs say, and against `oathtool` where it is installed.
pub(super) fn codes(pc: &mut Pc, telling: &mut Telling<'_>) -> Result<(), Fault> {
    telling.step("demo-codes")?;
    show_codes_now(pc, telling)?;
    let checked = check_timed(pc)?;
    telling.proved("demo-codes-rfc6238", &[("count", checked.into())])?;
    let counting = codes_of(pc.ask(query(tokens::COUNTING_ISSUER))?)?;
    let id = counting.first().ok_or(Fault::DemoFailed)?.id;
    for expected in tokens::BY_COUNTER {
        let next = codes_of(pc.ask(Request::HotpNext { id })?)?;
        claim(next.first().is_some_and(|code| shown(code) == Some(expected)))?;
    }
    telling.proved("demo-codes-rfc4226", &[("count", tokens::BY_COUNTER.len().into())])?;
    match check_oathtool()? {
        0 => telling.proved("demo-codes-no-oathtool", &[])?,
        agreed => telling.proved("demo-codes-oathtool", &[("count", agreed.into())])?,
    }
    telling.took()
}

fn show_codes_now(pc: &mut Pc, telling: &mut Telling<'_>) -> Result<(), Fault> {
    let all = Request::Codes { query: None, next: false, limit: 0, watching: false };
    for code in codes_of(pc.ask(all)?)? {
        if let Some(digits) = shown(&code) {
            telling.show(&format!("{digits:<10} {} ({})", code.issuer, code.account))?;
        }
    }
    Ok(())
}

fn query(issuer: &str) -> Request {
    Request::Codes { query: Some(issuer.to_owned()), next: false, limit: 0, watching: false }
}

fn codes_of(reply: Reply) -> Result<Vec<Code>, Fault> {
    match reply {
        Reply::Codes(codes) => Ok(codes),
        _ => Err(Fault::DemoFailed),
    }
}

fn shown(code: &Code) -> Option<&str> {
    code.code.as_ref().map(|Hidden(digits)| digits.expose())
}

/// Asks for all codes at the RFC's times.
fn check_timed(pc: &mut Pc) -> Result<usize, Fault> {
    let mut checked = 0;
    for (time, expected) in tokens::BY_TIME {
        let codes = codes_of(pc.ask_at(time, query(tokens::ISSUER))?)?;
        for ((account, ..), expected) in tokens::BY_HASH.iter().zip(expected) {
            let code = codes.iter().find(|code| code.account == *account);
            claim(code.and_then(shown) == Some(expected))?;
            checked += 1;
        }
    }
    Ok(checked)
}

fn check_oathtool() -> Result<usize, Fault> {
    let mut agreed = 0;
    for (time, expected) in tokens::BY_TIME {
        for ((hash, _, secret_bytes), expected) in tokens::BY_HASH.into_iter().zip(expected) {
            let Some(theirs) = tokens::oathtool((hash, secret_bytes), time) else { return Ok(0) };
            claim(theirs == expected)?;
            agreed += 1;
        }
    }
    Ok(agreed)
}

/// The power is cut in the middle of writing; nothing acknowledged is lost.
pub(super) fn power_cut(
    pc: &mut Pc,
    words: &SecretText,
    telling: &mut Telling<'_>,
) -> Result<(), Fault> {
    telling.step("demo-power")?;
    let (mut cuts, mut acknowledged, mut torn) = (0, 0, 0);
    let before = count_notes(pc)?;
    while cuts < CUTS || (torn == 0 && cuts < MOST_CUTS) {
        pc.ask(Request::Lock)?;
        let survived = 3 + cuts % CUTS;
        // Moments that differ from cut to cut.
        let moment = Duration::from_micros(3000 + 6700 * cuts as u64 % 31_000);
        let cut = power::cut_while_writing(pc, words, (survived, moment))
            .map_err(unwritten(pc.folder()))?;
        acknowledged += cut.acknowledged;
        torn += usize::from(cut.has_torn);
        cuts += 1;
        pc.unlock(words)?;
    }
    let kept = count_notes(pc)? - before;
    claim(torn > 0)?;
    claim(acknowledged >= cuts && (acknowledged..=acknowledged + cuts).contains(&kept))?;
    let counts = [("cuts", cuts.into()), ("torn", torn.into()), ("count", acknowledged.into())];
    telling.proved("demo-power-kept", &counts)?;
    let verified = verified_of(pc.ask(Request::Verify)?)?;
    claim(verified.file_is_whole && verified.damaged.is_empty() && verified.unreadable.is_empty())?;
    telling.proved("demo-power-verified", &[("records", verified.records.into())])?;
    claim(check_timed(pc)? > 0)?;
    telling.took()
}

fn verified_of(reply: Reply) -> Result<VerifyReport, Fault> {
    match reply {
        Reply::Verified(report) => Ok(report),
        _ => Err(Fault::DemoFailed),
    }
}

fn count_notes(pc: &mut Pc) -> Result<usize, Fault> {
    match pc.ask(Request::Items { kind: Some(Kind::Note), query: None })? {
        Reply::Items(items) => Ok(items.len()),
        _ => Err(Fault::DemoFailed),
    }
}

/// A copy on a second PC; both edit the same token; both edits survive the merge.
pub(super) fn second_pc(
    first: &mut Pc,
    (folder, words): (&Path, &SecretText),
    telling: &mut Telling<'_>,
) -> Result<(), Fault> {
    telling.step("demo-merge")?;
    let mut second = Pc::at(folder, "second PC")?;
    first.ask(Request::Backup { path: second.vault().display().to_string() })?;
    second.unlock(words)?;
    let token = one_token(first, "sha1")?;
    let gone = one_token(first, "sha512")?;
    set(first, token, name::NAME, "renamed on the first PC")?;
    set(&mut second, token, name::NOTE, "noted on the second PC")?;
    second.ask(Request::RemoveItem { id: gone })?;
    second.ask(Request::Lock)?;
    let path = second.vault().display().to_string();
    let Reply::Merged(report) = first.ask(Request::Merge { path, may_lock: false })? else {
        return Err(Fault::DemoFailed);
    };
    claim(report.damaged == 0)?;
    let (has_name, has_note) = (
        text_of(first, token, name::NAME)?.as_deref() == Some("renamed on the first PC"),
        text_of(first, token, name::NOTE)?.as_deref() == Some("noted on the second PC"),
    );
    claim(has_name && has_note)?;
    telling.proved("demo-merge-both", &[])?;
    claim(matches!(
        first.ask(Request::Item { id: gone, secrets: false }),
        Err(Failure::NoSuchItem { .. })
    ))?;
    telling.proved("demo-merge-removed", &[])?;
    first.ask(Request::Undo { operation: None })?;
    claim(text_of(first, token, name::NAME)?.is_none())?;
    telling.proved("demo-merge-undone", &[])?;
    telling.took()
}

fn one_token(pc: &mut Pc, account: &str) -> Result<ItemId, Fault> {
    let codes = codes_of(pc.ask(query(tokens::ISSUER))?)?;
    let found = codes.iter().find(|code| code.account == account);
    found.map(|code| code.id).ok_or(Fault::DemoFailed)
}

fn set(pc: &mut Pc, id: ItemId, field: &str, text: &str) -> Result<(), Fault> {
    let fields = vec![Field::new(field, FieldValue::Text(text.to_owned()))];
    Ok(pc.ask(Request::EditItem { id, fields }).map(drop)?)
}

fn text_of(pc: &mut Pc, id: ItemId, field: &str) -> Result<Option<String>, Fault> {
    let Reply::Item(view) = pc.ask(Request::Item { id, secrets: false })? else {
        return Err(Fault::DemoFailed);
    };
    Ok(view.fields.into_iter().find(|held| held.name == field).and_then(|held| match held.value {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }))
}

/// The PC is gone; a backup and the words bring everything back.
pub(super) fn lost_pc(
    mut first: Pc,
    (folder, words): (&Path, &SecretText),
    telling: &mut Telling<'_>,
) -> Result<Pc, Fault> {
    telling.step("demo-lost")?;
    let mut restored = Pc::at(folder, "new PC")?;
    let backup = folder.join("backup.kagifuda").display().to_string();
    first.ask(Request::Backup { path: backup.clone() })?;
    let lost = first.folder().to_owned();
    drop(first);
    std::fs::remove_dir_all(&lost).map_err(unwritten(&lost))?;
    restored.ask(Request::Restore { from: backup, secret: by_words(words) })?;
    telling.proved("demo-lost-restored", &[])?;
    let counting = codes_of(restored.ask(query(tokens::COUNTING_ISSUER))?)?;
    let id = counting.first().ok_or(Fault::DemoFailed)?.id;
    let next = codes_of(restored.ask(Request::HotpNext { id })?)?;
    // The eleventh code of RFC 4226's secret; the first ten were used before the PC was lost.
    claim(next.first().and_then(shown) == Some("403154"))?;
    telling.proved("demo-lost-counter", &[])?;
    let codes = codes_of(restored.ask_at(59, query(tokens::ISSUER))?)?;
    claim(codes.iter().any(|code| shown(code) == Some("94287082")))?;
    telling.proved("demo-lost-codes", &[])?;
    telling.took()?;
    Ok(restored)
}
