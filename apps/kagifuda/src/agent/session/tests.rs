// SPDX-License-Identifier: MIT OR Apache-2.0
//! The session, told in stories: real files, no processes, and time as a value.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing call is a failing test")]

mod exchange;
mod harmed;
mod keyrings;
mod meeting;
mod power;
mod services;
mod tpms;
mod virtual_key;
mod who;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use kagifuda_linux::clock::Moment;
use kagifuda_secret::SecretText;
use kagifuda_vault::{KdfCost, KdfPolicy};
use kagifuda_vaultfile::machine::MachineStore;
use tempfile::TempDir;

use super::{Session, Settings};
use crate::agent::place::Place;
use crate::agent::protocol::{
    BackupCode, Code, Drift, Failure, Field, FieldValue, Hidden, ItemId, Kind, NewSecret,
    OpenSecret, ReadOnly, Reply, Request, State, Status, Turn, Verb, VerifyReport, WayKind,
    WordsLanguage, name,
};
use crate::agent::server::{Desk as _, Next};

const PASSPHRASE: &str = "correct horse 鍵";
/// The secret of the vectors of RFC 4226 and RFC 6238, in base32.
const RFC_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const LOCK_AFTER: Duration = Duration::from_secs(600);
/// As cheap as Argon2id gets: these tests are not about its cost.
const CHEAP: KdfCost = KdfCost { memory_kib: 8, passes: 1 };

/// A PC: a place for vaults, and what it remembers of them.
struct Pc {
    room: TempDir,
    now: Moment,
    /// Where fingers are read; nowhere.
    system_bus: String,
}

impl Pc {
    fn new() -> Self {
        let now = Moment { unix_millis: 1_800_000_000_000, since_boot: Duration::from_secs(5000) };
        let system_bus = "unix:path=/nowhere".to_owned();
        Self { room: tempfile::tempdir().unwrap(), now, system_bus }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    fn session_at(&self, vault: &Path) -> Session {
        let settings = Settings {
            lock_after: LOCK_AFTER,
            policy: KdfPolicy { preferred: CHEAP, floor: CHEAP, cap: CHEAP },
            memory: Some(Rc::new(MachineStore::new(self.path("memory"), b"this machine"))),
            device_name: "desk".to_owned(),
            system_bus: self.system_bus.clone(),
        };
        Session::new(Place::of(vault).unwrap(), settings, self.now)
    }

    fn session(&self) -> Session {
        self.session_at(&self.path("vault"))
    }

    /// A session with a new, open vault, and the words of its recovery sheet.
    fn with_vault(&self) -> (Session, SecretText) {
        let mut session = self.session();
        let create =
            Request::Create { passphrase: text(PASSPHRASE), words: WordsLanguage::English };
        let Reply::Words(words) = session.answer(create, self.now) else { panic!("no words") };
        (session, words.0)
    }

    fn unlock(&self, session: &mut Session, passphrase: &str) -> Result<Status, Failure> {
        let secret = OpenSecret::Passphrase(text(passphrase));
        match session.answer(Request::Unlock { secret }, self.now) {
            Reply::Status(status) => Ok(status),
            Reply::Failed(failure) => Err(failure),
            _ => panic!("another reply"),
        }
    }

    fn reopened(&self) -> Session {
        let mut session = self.session();
        self.unlock(&mut session, PASSPHRASE).unwrap();
        session
    }

    fn ask(&self, session: &mut Session, request: Request) -> Reply {
        session.answer(request, self.now)
    }

    fn refused(&self, session: &mut Session, request: Request) -> Failure {
        match session.answer(request, self.now) {
            Reply::Failed(failure) => failure,
            _ => panic!("not refused"),
        }
    }

    fn add_token(&self, session: &mut Session, uri: &str) -> ItemId {
        let fields = vec![Field::new(name::URI, FieldValue::Secret(text(uri)))];
        self.add(session, Kind::Token, fields)
    }

    fn add(&self, session: &mut Session, kind: Kind, fields: Vec<Field>) -> ItemId {
        match self.ask(session, Request::AddItem { kind, fields }) {
            Reply::Added(id) => id,
            Reply::Failed(failure) => panic!("{failure:?}"),
            _ => panic!("another reply"),
        }
    }

    fn edit(&self, session: &mut Session, id: ItemId, name: &str, value: FieldValue) -> Reply {
        self.ask(session, Request::EditItem { id, fields: vec![Field::new(name, value)] })
    }

    fn fields(&self, session: &mut Session, id: ItemId, secrets: bool) -> Vec<Field> {
        match self.ask(session, Request::Item { id, secrets }) {
            Reply::Item(item) => item.fields,
            _ => panic!("no item"),
        }
    }

    fn titles(&self, session: &mut Session) -> Vec<String> {
        match self.ask(session, Request::Items { kind: None, query: None }) {
            Reply::Items(items) => items.into_iter().map(|item| item.title).collect(),
            _ => panic!("no items"),
        }
    }

    fn merge(&self, session: &mut Session, other: &Path) -> Reply {
        self.ask(session, Request::Merge { path: other.display().to_string(), may_lock: true })
    }
}

fn text(text: &str) -> Hidden<SecretText> {
    Hidden(text.into())
}

fn codes(reply: Reply) -> Vec<Code> {
    match reply {
        Reply::Codes(codes) => codes,
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("no codes"),
    }
}

fn shown(code: &Code) -> &str {
    code.code.as_ref().map_or("", |code| code.expose())
}

fn all_codes() -> Request {
    Request::Codes { query: None, next: false, limit: 0, watching: false }
}

fn uri(issuer: &str, account: &str) -> String {
    format!("otpauth://totp/{issuer}:{account}?secret={RFC_SECRET}&issuer={issuer}")
}

#[test]
fn a_vault_opens_by_its_passphrase_and_its_words_and_by_nothing_else() {
    let pc = Pc::new();
    let (mut session, words) = pc.with_vault();
    pc.ask(&mut session, Request::Lock);
    assert_eq!(pc.refused(&mut session, all_codes()), Failure::Locked);
    assert_eq!(pc.unlock(&mut session, "correct house"), Err(Failure::WrongSecret));
    let status = pc.unlock(&mut session, PASSPHRASE).unwrap();
    assert!(matches!(status.state, State::Open { items: 0, read_only: None, .. }));

    let mut elsewhere = pc.session();
    drop(session);
    let by_words = Request::Unlock { secret: OpenSecret::Words(Hidden(words.duplicate())) };
    assert!(matches!(pc.ask(&mut elsewhere, by_words), Reply::Status(_)));
    pc.ask(&mut elsewhere, Request::Lock);
    let slip = words.expose().replacen(' ', " xyzzy ", 1);
    let slipped = Request::Unlock { secret: OpenSecret::Words(text(&slip)) };
    assert_eq!(pc.refused(&mut elsewhere, slipped), Failure::NotRecoveryWords { at: Some(2) });
}

#[test]
fn a_vault_is_never_made_over_another_nor_without_a_passphrase() {
    let pc = Pc::new();
    let mut session = pc.session();
    let create = |passphrase: &str| Request::Create {
        passphrase: text(passphrase),
        words: WordsLanguage::Japanese,
    };
    assert!(matches!(pc.refused(&mut session, all_codes()), Failure::NoVault { .. }));
    assert_eq!(pc.refused(&mut session, create("")), Failure::EmptySecret);
    assert!(matches!(pc.ask(&mut session, create("one")), Reply::Words(_)));
    assert!(matches!(pc.refused(&mut session, create("two")), Failure::VaultExists { .. }));
}

#[test]
fn idle_time_locks_and_a_watching_screen_does_not_prevent_it() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let at = |seconds| pc.now.after(Duration::from_secs(seconds));
    assert_eq!(session.pass(at(10)), Next::Within(Duration::from_secs(590)));
    session.answer(all_codes(), at(300));
    session.pass(at(899));
    let watching = Request::Codes { query: None, next: false, limit: 0, watching: true };
    assert!(matches!(session.answer(watching, at(899)), Reply::Codes(_)));
    session.pass(at(900));
    assert!(matches!(session.answer(all_codes(), at(900)), Reply::Failed(Failure::Locked)));
}

#[test]
fn a_locked_agent_that_nobody_asks_ends() {
    let pc = Pc::new();
    let mut session = pc.session();
    assert_ne!(session.pass(pc.now.after(LOCK_AFTER - Duration::from_secs(1))), Next::End);
    assert_eq!(session.pass(pc.now.after(LOCK_AFTER)), Next::End);
}

#[test]
fn the_holder_chooses_the_idle_time() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let reply = pc.ask(&mut session, Request::LockAfter { seconds: 60 });
    assert!(matches!(reply, Reply::Status(Status { locks_in_seconds: Some(60), .. })));
    session.pass(pc.now.after(Duration::from_secs(60)));
    assert_eq!(pc.refused(&mut session, all_codes()), Failure::Locked);
    let never = Request::LockAfter { seconds: 0 };
    assert!(matches!(pc.refused(&mut session, never), Failure::BadValue { .. }));
}

#[test]
fn a_token_shows_the_codes_of_the_rfc() {
    let mut pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &(uri("RFC", "6238") + "&digits=8"));
    pc.now.unix_millis = 59_999;
    let request = Request::Codes { query: None, next: true, limit: 0, watching: false };
    let codes = codes(pc.ask(&mut session, request));
    assert_eq!(shown(&codes[0]), "94287082");
    assert_eq!(codes[0].turn, Turn::Time { seconds_left: 1, period: 30 });
    assert_eq!(codes[0].next.as_ref().map(|next| next.expose()), Some("37359152"));
}

#[test]
fn a_query_finds_the_token_and_puts_the_best_first() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    for (issuer, account) in [("GitLab", "me"), ("GitHub", "me"), ("Rakuten", "me")] {
        pc.add_token(&mut session, &uri(issuer, account));
    }
    let query =
        Request::Codes { query: Some("github".to_owned()), next: false, limit: 2, watching: false };
    let found = codes(pc.ask(&mut session, query));
    assert_eq!(found[0].issuer, "GitHub");
    assert!(found.iter().all(|code| code.issuer != "Rakuten"));
}

#[test]
fn a_counters_use_is_durable_before_its_code_is_shown() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    let listed = codes(pc.ask(&mut session, all_codes()));
    assert!(listed[0].code.is_none());
    assert_eq!(listed[0].turn, Turn::Counter { counter: 0 });
    for code in ["755224", "287082"] {
        let next = codes(pc.ask(&mut session, Request::HotpNext { id }));
        assert_eq!(shown(&next[0]), code);
        // The agent is gone the moment after: the next one must not show the code again.
        drop(session);
        session = pc.reopened();
    }
    let undo = Request::Undo { operation: None };
    pc.ask(&mut session, undo);
    let next = pc.refused(&mut session, Request::HotpNext { id });
    assert!(matches!(next, Failure::NoSuchItem { .. }), "undoing the addition removes it");
}

#[test]
fn a_counter_can_be_raised_and_never_lowered() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=5");
    let id = pc.add_token(&mut session, &hotp);
    let lower = pc.edit(&mut session, id, name::COUNTER, FieldValue::Int(4));
    assert!(matches!(lower, Reply::Failed(Failure::BadValue { .. })));
    assert!(matches!(pc.edit(&mut session, id, name::COUNTER, FieldValue::Int(9)), Reply::Done));
    let next = codes(pc.ask(&mut session, Request::HotpNext { id }));
    assert_eq!(shown(&next[0]), "520489");
}

#[test]
fn a_token_made_to_count_time_and_then_codes_again_goes_on_counting() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    for _ in 0..3 {
        pc.ask(&mut session, Request::HotpNext { id });
    }
    for kind in ["totp", "hotp"] {
        let kind = FieldValue::Text(kind.to_owned());
        assert!(matches!(pc.edit(&mut session, id, name::TYPE, kind), Reply::Done));
    }
    let listed = codes(pc.ask(&mut session, all_codes()));
    assert_eq!(listed[0].turn, Turn::Counter { counter: 3 });
}

#[test]
fn no_code_is_shown_when_its_use_cannot_be_written() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    // A sync tool puts another file in the place of the vault.
    std::fs::copy(pc.path("vault"), pc.path("other")).unwrap();
    std::fs::rename(pc.path("other"), pc.path("vault")).unwrap();
    assert_eq!(pc.refused(&mut session, Request::HotpNext { id }), Failure::Replaced);
    assert_eq!(pc.refused(&mut session, all_codes()), Failure::Locked);
    let mut again = pc.reopened();
    assert_eq!(shown(&codes(pc.ask(&mut again, Request::HotpNext { id }))[0]), "755224");
}

#[test]
fn secrets_are_left_out_unless_asked_for() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let id = pc.add_token(&mut session, &uri("GitHub", "me"));
    let names = |fields: &[Field]| -> Vec<String> {
        fields.iter().map(|field| field.name.clone()).collect()
    };
    let plain = pc.fields(&mut session, id, false);
    assert!(!names(&plain).contains(&name::SECRET.to_owned()), "{:?}", names(&plain));
    let whole = pc.fields(&mut session, id, true);
    let is_secret = |field: &&Field| field.name == name::SECRET;
    let secret = whole.iter().find(is_secret).map(|field| &field.value);
    assert!(secret == Some(&FieldValue::Secret(text(RFC_SECRET))));
}

#[test]
fn fields_are_edited_by_name_and_mistakes_are_named() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let id = pc.add_token(&mut session, &uri("GitHub", "me"));
    let mut edit = |name: &str, value| match pc.edit(&mut session, id, name, value) {
        Reply::Done => Ok(()),
        Reply::Failed(failure) => Err(failure),
        _ => panic!("another reply"),
    };
    let words = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(edit(name::NAME, words("Work")), Ok(()));
    assert_eq!(edit(name::TAGS, FieldValue::List(vec!["a".to_owned()])), Ok(()));
    let bad = |field: &str| Err(Failure::BadValue { field: field.to_owned() });
    let unknown = |field: &str| Err(Failure::NoSuchField { field: field.to_owned() });
    assert_eq!(edit(name::DIGITS, FieldValue::Int(11)), bad(name::DIGITS));
    assert_eq!(edit(name::PERIOD, FieldValue::Int(0)), bad(name::PERIOD));
    assert_eq!(edit(name::ALGORITHM, words("MD5")), bad(name::ALGORITHM));
    assert_eq!(edit("favourite-dish", words("soba")), unknown("favourite-dish"));
    assert_eq!(edit("secret-id", FieldValue::Empty), unknown("secret-id"));
    let fields = pc.fields(&mut session, id, false);
    let value = |name: &str| fields.iter().find(|field| field.name == name).map(|f| &f.value);
    assert!(value(name::NAME) == Some(&words("Work")));
    assert!(value(name::ISSUER) == Some(&words("GitHub")));
    assert!(value(name::DIGITS) == Some(&FieldValue::Int(6)));
}

#[test]
fn a_token_needs_a_secret_that_is_one() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let mut add = |secret: Option<&str>| {
        let issuer = Field::new(name::ISSUER, FieldValue::Text("X".to_owned()));
        let secret = secret.map(|s| Field::new(name::SECRET, FieldValue::Secret(text(s))));
        let fields = std::iter::once(issuer).chain(secret).collect();
        pc.refused(&mut session, Request::AddItem { kind: Kind::Token, fields })
    };
    assert_eq!(add(None), Failure::MissingField { field: name::SECRET.to_owned() });
    let bad = Failure::BadValue { field: name::SECRET.to_owned() };
    assert_eq!(add(Some("")), bad);
    assert_eq!(add(Some("not base32 1!")), bad);
}

#[test]
fn a_backup_code_is_used_once_and_others_stay() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let code = |code: &str| BackupCode { id: None, code: text(code), used_at: None };
    let held = FieldValue::Codes(vec![code("1111-2222"), code("3333-4444")]);
    let id = pc.add(
        &mut session,
        Kind::BackupCodes,
        vec![
            Field::new(name::NAME, FieldValue::Text("Bank".to_owned())),
            Field::new(name::CODES, held),
        ],
    );
    let take = Request::UseBackupCode { id, code: None };
    for expected in ["1111-2222", "3333-4444"] {
        let take = Request::UseBackupCode { id, code: None };
        let reply = pc.ask(&mut session, take);
        assert!(matches!(&reply, Reply::Secret(code) if code.expose() == expected));
        drop(session);
        session = pc.reopened();
    }
    assert_eq!(pc.refused(&mut session, take), Failure::CodeAlreadyUsed);

    let fields = pc.fields(&mut session, id, false);
    let codes = fields.into_iter().find(|field| field.name == name::CODES).map(|f| f.value);
    let Some(FieldValue::Codes(mut codes)) = codes else { panic!("no codes") };
    assert!(codes.iter().all(|code| code.code.expose().is_empty() && code.used_at.is_some()));
    codes.pop();
    codes.push(code("5555-6666"));
    pc.edit(&mut session, id, name::CODES, FieldValue::Codes(codes));
    let fresh = pc.ask(&mut session, Request::UseBackupCode { id, code: None });
    assert!(matches!(&fresh, Reply::Secret(code) if code.expose() == "5555-6666"));
}

#[test]
fn two_pcs_merge_and_both_edits_survive() {
    let (desk, laptop) = (Pc::new(), Pc::new());
    let (mut at_desk, _) = desk.with_vault();
    let id = desk.add_token(&mut at_desk, &uri("GitHub", "me"));
    let carried = laptop.path("vault");
    desk.ask(&mut at_desk, Request::Backup { path: carried.display().to_string() });
    let mut at_laptop = laptop.reopened();
    laptop.edit(&mut at_laptop, id, name::ISSUER, FieldValue::Text("Hub".to_owned()));
    laptop.add_token(&mut at_laptop, &uri("Laptop", "me"));
    desk.edit(&mut at_desk, id, name::ACCOUNT, FieldValue::Text("you".to_owned()));

    let back = desk.path("from-laptop");
    laptop.ask(&mut at_laptop, Request::Backup { path: back.display().to_string() });
    let Reply::Merged(report) = desk.merge(&mut at_desk, &back) else { panic!("no merge") };
    assert_eq!((report.added, report.changed, report.removed, report.damaged), (1, 1, 0, 0));
    assert_eq!(desk.titles(&mut at_desk), ["Hub (you)", "Laptop (me)"]);
    let Reply::Merged(again) = desk.merge(&mut at_desk, &back) else { panic!("no merge") };
    assert_eq!(again.records, 0);
    drop(at_desk);
    assert_eq!(desk.titles(&mut desk.reopened()), ["Hub (you)", "Laptop (me)"]);
}

#[test]
fn another_vault_is_not_merged() {
    let (mine, theirs) = (Pc::new(), Pc::new());
    let (mut session, _) = mine.with_vault();
    drop(theirs.with_vault());
    let reply = mine.merge(&mut session, &theirs.path("vault"));
    assert!(matches!(reply, Reply::Failed(Failure::ForeignVault)));
    assert!(mine.titles(&mut session).is_empty());
}

#[test]
fn a_vault_older_than_this_machine_saw_is_read_only_until_it_is_merged() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("First", "me"));
    let (old, new) = (pc.path("old"), pc.path("new"));
    pc.ask(&mut session, Request::Backup { path: old.display().to_string() });
    pc.add_token(&mut session, &uri("Second", "me"));
    pc.ask(&mut session, Request::Backup { path: new.display().to_string() });
    drop(session);
    std::fs::rename(&old, pc.path("vault")).unwrap();

    let mut session = pc.session();
    let status = pc.unlock(&mut session, PASSPHRASE).unwrap();
    let State::Open { read_only, .. } = status.state else { panic!("not open") };
    assert_eq!(read_only, Some(ReadOnly::OlderThanSeen));
    assert_eq!(pc.titles(&mut session), ["First (me)"]);
    let fields = vec![Field::new(name::URI, FieldValue::Secret(text(&uri("Third", "me"))))];
    let add = Request::AddItem { kind: Kind::Token, fields };
    assert_eq!(pc.refused(&mut session, add), Failure::OlderThanSeen);

    assert!(matches!(pc.merge(&mut session, &new), Reply::Merged(_)));
    pc.add_token(&mut session, &uri("Third", "me"));
    assert_eq!(pc.titles(&mut session).len(), 3);
}

#[test]
fn a_lost_pc_comes_back_from_a_backup_and_the_words() {
    let lost = Pc::new();
    let (mut session, words) = lost.with_vault();
    lost.add_token(&mut session, &uri("GitHub", "me"));
    let new = Pc::new();
    let backup = new.path("stick");
    lost.ask(&mut session, Request::Backup { path: backup.display().to_string() });

    let mut session = new.session();
    let restore = |secret| Request::Restore { from: backup.display().to_string(), secret };
    let wrong = restore(OpenSecret::Passphrase(text("wrong")));
    assert_eq!(new.refused(&mut session, wrong), Failure::WrongSecret);
    assert!(!new.path("vault").exists(), "a refused restore leaves nothing");
    let reply = new.ask(&mut session, restore(OpenSecret::Words(Hidden(words))));
    assert!(matches!(reply, Reply::Restored { kept_as: None, merged: None, .. }));
    new.add_token(&mut session, &uri("New", "me"));
    assert_eq!(new.titles(&mut session), ["GitHub (me)", "New (me)"]);
}

#[test]
fn restoring_over_the_same_vault_takes_in_what_it_has_and_keeps_it() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("First", "me"));
    let backup = pc.path("backup");
    pc.ask(&mut session, Request::Backup { path: backup.display().to_string() });
    pc.add_token(&mut session, &uri("Second", "me"));
    let restore = Request::Restore {
        from: backup.display().to_string(),
        secret: OpenSecret::Passphrase(text(PASSPHRASE)),
    };
    let reply = pc.ask(&mut session, restore);
    let Reply::Restored { kept_as: Some(kept), merged: Some(merged), .. } = reply else {
        panic!("not restored")
    };
    assert!(Path::new(&kept).exists());
    assert_eq!(merged.added, 1);
    assert_eq!(pc.titles(&mut session), ["First (me)", "Second (me)"]);
    drop(session);
    let mut session = pc.reopened();
    pc.add_token(&mut session, &uri("Third", "me"));
    assert_eq!(pc.titles(&mut session).len(), 3);
}

#[test]
fn history_tells_what_was_done_and_undo_takes_it_back() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let id = pc.add_token(&mut session, &uri("GitHub", "me"));
    pc.edit(&mut session, id, name::ISSUER, FieldValue::Text("Hub".to_owned()));
    pc.ask(&mut session, Request::RemoveItem { id });
    assert!(pc.titles(&mut session).is_empty());
    let history = Request::History { item: Some(id), limit: 0 };
    let Reply::History(lines) = pc.ask(&mut session, history) else { panic!("no history") };
    let verbs: Vec<_> = lines.iter().map(|line| line.verb).collect();
    assert_eq!(verbs, [Verb::Remove, Verb::Edit, Verb::Add]);
    assert!(lines.iter().all(|line| line.here && line.device == "desk" && line.can_undo));
    assert_eq!(lines[1].touched[0].fields, [name::ISSUER]);

    pc.ask(&mut session, Request::Undo { operation: None });
    assert_eq!(pc.titles(&mut session), ["Hub (me)"]);

    pc.edit(&mut session, id, name::ISSUER, FieldValue::Text("Other".to_owned()));
    let newest = Request::History { item: None, limit: 1 };
    let Reply::History(lines) = pc.ask(&mut session, newest) else { panic!("no history") };
    pc.edit(&mut session, id, name::ACCOUNT, FieldValue::Text("you".to_owned()));
    pc.ask(&mut session, Request::Undo { operation: Some(lines[0].id) });
    assert_eq!(pc.titles(&mut session), ["Hub (you)"]);
    let again = Request::Undo { operation: Some(lines[0].id) };
    assert_eq!(pc.refused(&mut session, again), Failure::NothingToUndo);
}

#[test]
fn ways_to_open_are_added_changed_and_removed_but_never_the_last() {
    let pc = Pc::new();
    let (mut session, words) = pc.with_vault();
    let ways = |session: &mut Session| match pc.ask(session, Request::Ways) {
        Reply::Ways(ways) => ways,
        _ => panic!("no ways"),
    };
    let kinds: Vec<_> = ways(&mut session).iter().map(|way| way.kind).collect();
    assert_eq!(kinds, [WayKind::Passphrase, WayKind::Words]);
    let old = ways(&mut session)[0].id;
    let secret = NewSecret::Passphrase(text("a new one"));
    let changed = pc.ask(&mut session, Request::ChangeWay { id: old, secret });
    assert!(matches!(changed, Reply::WayAdded { words: None, .. }));
    pc.ask(&mut session, Request::Lock);
    assert_eq!(pc.unlock(&mut session, PASSPHRASE), Err(Failure::WrongSecret));
    pc.unlock(&mut session, "a new one").unwrap();

    let secret = NewSecret::Words(WordsLanguage::Japanese);
    let label = "safe".to_owned();
    let added = pc.ask(&mut session, Request::AddWay { secret, label });
    let Reply::WayAdded { words: Some(second), .. } = added else { panic!("no words") };
    assert!(second.expose() != words.expose());
    for way in ways(&mut session).into_iter().filter(|way| way.label != "safe") {
        let reply = pc.ask(&mut session, Request::RemoveWay { id: way.id });
        assert!(matches!(reply, Reply::Done));
    }
    let last = ways(&mut session)[0].id;
    assert_eq!(pc.refused(&mut session, Request::RemoveWay { id: last }), Failure::LastWay);
    pc.ask(&mut session, Request::Lock);
    let by_words = Request::Unlock { secret: OpenSecret::Words(second) };
    assert!(matches!(pc.ask(&mut session, by_words), Reply::Status(_)));
}

#[test]
fn verifying_finds_nothing_in_a_sound_vault_open_or_locked() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("GitHub", "me"));
    let mut verify = || match session.answer(Request::Verify, pc.now) {
        Reply::Verified(report) => report,
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("no report"),
    };
    let open: VerifyReport = verify();
    assert_eq!((open.items, open.file_is_whole, open.damaged.len()), (Some(1), true, 0));
    session.lock();
    let mut verify = || match session.answer(Request::Verify, pc.now) {
        Reply::Verified(report) => report,
        _ => panic!("no report"),
    };
    let locked = verify();
    assert_eq!((locked.items, locked.file_is_whole, locked.records), (None, true, open.records));
}

#[test]
fn a_copy_of_a_vault_becomes_a_device_of_its_own() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("One", "me"));
    std::fs::copy(pc.path("vault"), pc.path("copy")).unwrap();
    let mut copy = pc.session_at(&pc.path("copy"));
    pc.unlock(&mut copy, PASSPHRASE).unwrap();
    pc.add_token(&mut session, &uri("Two", "me"));
    pc.add_token(&mut copy, &uri("Three", "me"));
    let carried = pc.path("carried");
    pc.ask(&mut copy, Request::Backup { path: carried.display().to_string() });
    pc.merge(&mut session, &carried);
    assert_eq!(pc.titles(&mut session).len(), 3);
    let Reply::Verified(report) = pc.ask(&mut session, Request::Verify) else { panic!() };
    assert!(report.damaged.is_empty(), "{:?}", report.damaged);
}

#[test]
fn a_clock_that_is_off_is_measured_by_a_code_of_one_that_is_right() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let id = pc.add_token(&mut session, &uri("Inn", "hana"));
    let mut shown_at = |millis: i64| {
        let unix_millis = pc.now.unix_millis.checked_add_signed(millis).unwrap();
        let there = Moment { unix_millis, ..pc.now };
        let Reply::Codes(codes) = session.answer(Request::CodesOf { ids: vec![id] }, there) else {
            panic!("no codes")
        };
        let code = Hidden(codes[0].code.as_ref().unwrap().0.duplicate());
        match session.answer(Request::DriftOf { id, code }, pc.now) {
            Reply::Drift(drift) => drift,
            _ => panic!("no drift"),
        }
    };
    assert_eq!(shown_at(0), Drift::None);
    assert_eq!(shown_at(-90_000), Drift::Ahead { seconds: 90 });
    assert_eq!(shown_at(9 * 3_600_000), Drift::Behind { seconds: 9 * 3600 });
    let code = Hidden("abcdef".into());
    let reply = session.answer(Request::DriftOf { id, code }, pc.now);
    assert!(matches!(reply, Reply::Drift(Drift::NoSuchCode { minutes: 840 })));
}
