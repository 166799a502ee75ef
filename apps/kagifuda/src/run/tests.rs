// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders carried out with a scripted agent and a scripted person: what is asked of whom, what is shown,
//! and how it ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;

use kagifuda_linux::keyring::{Attributes, KeyringTrouble};
use kagifuda_linux::tpm::{About, Sealed, TpmTrouble};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};

mod opening;

use super::asking::Asker;
use super::keyring::Ring;
use super::session::{Answers, Kept, Session};
use super::tpm::Chip;
use super::*;
use crate::agent::failure::Failure;
use crate::agent::fields::{Field, FieldValue, Kind};
use crate::agent::protocol::{
    Code, Hidden, ImportLine, ImportOutcome, ImportReport, ItemId, ItemLine, KeyringWay, Keyrings,
    MergeLocks, MergeReport, NewSecret, OpenSecret, Refusal, Reply, Request, SealedWay, State,
    Status, Ticket, Tpms, Turn, Way, WayId, WayKind, WayStanding,
};
use crate::commands::resolve::{By, CodeJob, SecretSource, Settings};
use crate::text::Lang;

type Shared<T> = Rc<RefCell<T>>;
type Answer = Result<Reply, Failure>;

/// How long a keyring is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// An agent that gives these answers in turn and remembers what it was asked.
struct Script {
    answers: VecDeque<Answer>,
    keyrings: Vec<KeyringWay>,
    sealed: Vec<SealedWay>,
    asked: Shared<Vec<&'static str>>,
}

impl Answers for Script {
    fn ask(&mut self, request: &Request) -> Answer {
        // Asked on the way to every unlocking; what comes of it is what a test is about, if anything.
        if matches!(request, Request::Keyrings) {
            let (vault, ways) = ("0f".repeat(16), self.keyrings.clone());
            return Ok(Reply::Keyrings(Keyrings { vault, ways }));
        }
        if matches!(request, Request::Tpms) {
            return Ok(Reply::Tpms(Tpms { ways: self.sealed.clone() }));
        }
        // Done, and the answer lost on the way.
        if let Request::AddWay { secret: NewSecret::Keyring { way, .. }, .. } = request
            && matches!(self.answers.front(), Some(Err(Failure::AgentTimedOut)))
        {
            self.keyrings.push(KeyringWay { id: *way, is_of_this_pc: true });
        }
        self.asked.borrow_mut().push(match request {
            Request::Unlock { secret: OpenSecret::Keyring { .. } } => "unlock by keyring",
            Request::AddWay { secret: NewSecret::Keyring { .. }, .. } => "add keyring",
            Request::Unlock { secret: OpenSecret::Tpm { .. } } => "unlock by tpm",
            Request::AddWay { secret: NewSecret::Tpm { .. }, .. } => "add tpm",
            Request::ForgetSealed { .. } => "forget sealed",
            Request::RemoveWay { .. } => "remove way",
            Request::Codes { .. } => "codes",
            Request::HotpNext { .. } => "hotp",
            Request::Items { .. } => "items",
            Request::Item { .. } => "item",
            Request::AddItem { .. } => "add",
            Request::RemoveItem { .. } => "remove",
            Request::UseBackupCode { .. } => "use",
            Request::Unlock { .. } => "unlock",
            Request::Create { .. } => "create",
            Request::Status => "status",
            Request::ImportPreview { password: None, .. } => "preview",
            Request::ImportPreview { .. } => "preview with password",
            Request::ImportCommit { .. } => "commit",
            Request::Export { .. } => "export",
            Request::Ways => "ways",
            Request::ConfirmWay { .. } => "confirm",
            Request::Merge { may_lock: false, .. } => "merge",
            Request::Merge { may_lock: true, .. } => "merge and lock",
            _ => "other",
        });
        self.answers.pop_front().expect("the script has an answer")
    }
}

/// A person who says these things in turn.
struct Actor {
    present: bool,
    says: VecDeque<&'static str>,
    told: Shared<String>,
}

impl Asker for Actor {
    fn is_present(&self) -> bool {
        self.present
    }

    fn secret(&mut self, _: &str) -> Result<Hidden<SecretText>, Fault> {
        self.says.pop_front().map(|said| Hidden(said.into())).ok_or(Fault::NobodyToAsk)
    }

    fn line(&mut self, _: &str) -> Result<String, Fault> {
        self.says.pop_front().map(str::to_owned).ok_or(Fault::NobodyToAsk)
    }

    fn tell(&mut self, text: &str) {
        let mut told = self.told.borrow_mut();
        told.push_str(text);
        told.push('\n');
    }
}

/// A keyring that holds one secret, or nothing, or is in trouble; and what was done to it.
struct Shelf {
    holds: Result<Option<String>, KeyringTrouble>,
    done: Shared<Vec<String>>,
    /// How long each search for a secret was to wait.
    waits: Shared<Vec<Duration>>,
}

impl Ring for Shelf {
    fn patience(&self) -> Duration {
        PATIENCE
    }

    fn find(
        &self,
        attributes: &Attributes,
        within: Duration,
    ) -> Result<Option<SecretText>, KeyringTrouble> {
        self.waits.borrow_mut().push(within);
        assert_eq!(attributes["application"], "kagifuda");
        self.done.borrow_mut().push(format!("find {}", &attributes["way"][..2]));
        Ok(self.holds.clone()?.map(|text| text.as_str().into()))
    }

    fn put(
        &self,
        label: &str,
        _: &Attributes,
        secret: &SecretText,
        waiting: &mut dyn FnMut(),
    ) -> Result<(), KeyringTrouble> {
        waiting();
        assert_eq!(secret.expose().len(), 64);
        self.done.borrow_mut().push(format!("put {label}"));
        self.holds.clone().map(drop)
    }

    fn remove(&self, _: &Attributes, waiting: &mut dyn FnMut()) -> Result<usize, KeyringTrouble> {
        waiting();
        self.done.borrow_mut().push("remove".to_owned());
        Ok(usize::from(self.holds.clone()?.is_some()))
    }
}

/// A TPM that opens whatever it is given, or is in trouble; and what was done to it.
struct Silicon {
    trouble: Option<TpmTrouble>,
    done: Shared<Vec<&'static str>>,
}

impl Silicon {
    fn does<T>(&self, what: &'static str, value: T) -> Result<T, TpmTrouble> {
        self.done.borrow_mut().push(what);
        self.trouble.map_or(Ok(value), Err)
    }
}

impl Chip for Silicon {
    fn look(&self) -> Result<About, TpmTrouble> {
        self.does("look", About { manufacturer: "NTC".to_owned(), revision: 159 })
    }

    fn seal(&self, _: &SecretArray<32>) -> Result<Sealed, TpmTrouble> {
        self.does("seal", Sealed::from_bytes(&sealed(1)).unwrap())
    }

    fn open(&self, _: &Sealed) -> Result<SecretArray<32>, TpmTrouble> {
        self.does("open", SecretArray::from_slice(&[0x5A; 32]).unwrap())
    }
}

/// What a TPM may have sealed, told apart by a byte.
fn sealed(mark: u8) -> Vec<u8> {
    let public = [&[0, 8, 0, 11, 0, 0, 4, 0x52, 0, 0, 0, 16, 0, 32][..], &[mark; 32]].concat();
    [&[1, 0, 34][..], &[mark; 34], &[0, 3, mark, mark, mark, 0, 46], &public].concat()
}

/// What came of an order.
struct Outcome {
    result: Result<(), Fault>,
    shown: String,
    told: String,
    asked: Vec<&'static str>,
    keyring: Vec<String>,
    waits: Vec<Duration>,
    tpm: Vec<&'static str>,
}

impl Outcome {
    fn exit(&self) -> Exit {
        self.result.as_ref().err().map_or(Exit::Ok, Fault::exit)
    }
}

/// A stage to play an order on.
struct Stage {
    answers: Vec<Answer>,
    says: Vec<&'static str>,
    present: bool,
    columns: Option<usize>,
    is_sure: bool,
    secrets: SecretSource,
    keyrings: Vec<KeyringWay>,
    holds: Result<Option<String>, KeyringTrouble>,
    sealed: Vec<SealedWay>,
    tpm_trouble: Option<TpmTrouble>,
}

impl Stage {
    fn new(answers: Vec<Answer>) -> Self {
        Self {
            answers,
            says: Vec::new(),
            present: true,
            columns: Some(80),
            is_sure: false,
            secrets: SecretSource::Terminal,
            keyrings: Vec::new(),
            holds: Ok(None),
            sealed: Vec::new(),
            tpm_trouble: None,
        }
    }

    /// With something that the TPM of this PC sealed, and the trouble that it is in now.
    fn with_tpm(mut self, trouble: impl Into<Option<TpmTrouble>>) -> Self {
        self.sealed.push(SealedWay { id: WayId([0xcd; 16]), sealed: sealed(9) });
        self.tpm_trouble = trouble.into();
        self
    }

    /// With a keyring that opens the vault, of this PC or of another, and what is in the one here.
    fn with_keyring(
        mut self,
        is_of_this_pc: bool,
        holds: Result<Option<&str>, KeyringTrouble>,
    ) -> Self {
        self.keyrings.push(KeyringWay { id: WayId([0xab; 16]), is_of_this_pc });
        self.holds = holds.map(|text| text.map(str::to_owned));
        self
    }

    fn saying(mut self, says: &[&'static str]) -> Self {
        self.says = says.to_vec();
        self
    }

    fn piped(mut self) -> Self {
        self.columns = None;
        self.present = false;
        self
    }

    fn play(self, order: impl FnOnce(&mut Session<'_>) -> Result<(), Fault>) -> Outcome {
        let settings = Settings {
            vault: PathBuf::from("/nowhere/vault.kagifuda"),
            lang: Lang::En,
            colour: Colour::Never,
            secrets: self.secrets,
            is_sure: self.is_sure,
        };
        let texts = Texts::new(Lang::En);
        let (asked, told, shown) = (Shared::default(), Shared::default(), Kept::default());
        let (answers, keyrings, sealed) = (self.answers.into(), self.keyrings, self.sealed);
        let agent = Script { answers, keyrings, sealed, asked: Rc::clone(&asked) };
        let (done, waits) = (Shared::default(), Shared::default());
        let (noted, waited) = (Rc::clone(&done), Rc::clone(&waits));
        let ring = Shelf { holds: self.holds, done: noted, waits: waited };
        let person =
            Actor { present: self.present, says: self.says.into(), told: Rc::clone(&told) };
        let screen = Screen { columns: self.columns, is_coloured: false };
        let mut session = Session::scripted(
            &settings,
            &texts,
            (Box::new(agent), Box::new(person), Box::new(ring)),
            (screen, Box::new(shown.clone())),
        );
        let tpm = Shared::default();
        session.tpm = Box::new(Silicon { trouble: self.tpm_trouble, done: Rc::clone(&tpm) });
        let result = order(&mut session);
        drop(session);
        Outcome {
            result,
            shown: shown.take(),
            told: told.take(),
            asked: asked.take(),
            keyring: done.take(),
            waits: waits.take(),
            tpm: tpm.take(),
        }
    }
}

fn code(issuer: &str, account: &str, digits: Option<&str>, score: u32) -> Code {
    Code {
        id: ItemId([score as u8; 16]),
        title: String::new(),
        issuer: issuer.to_owned(),
        account: account.to_owned(),
        code: digits.map(|digits| Hidden(digits.into())),
        next: None,
        turn: match digits {
            Some(_) => Turn::Time { seconds_left: 12, period: 30 },
            None => Turn::Counter { counter: 7 },
        },
        score,
    }
}

fn token_line(title: &str) -> ItemLine {
    line(ItemId([1; 16]), Kind::Token, title)
}

/// An item as it is listed.
pub(in crate::run) fn line(id: ItemId, kind: Kind, title: &str) -> ItemLine {
    ItemLine {
        id,
        kind,
        title: title.to_owned(),
        issuer: String::new(),
        account: String::new(),
        folder: String::new(),
        tags: Vec::new(),
        pinned: false,
        score: 1000,
    }
}

/// The fields of a list or a plan, as an agent keeps them. Pages are compared, so it was always the same day.
pub(in crate::run) fn copied(fields: &[Field]) -> Vec<Field> {
    let value = |value: &FieldValue| match value {
        FieldValue::Text(text) => FieldValue::Text(text.clone()),
        FieldValue::Int(_) => FieldValue::Int(1_798_000_000),
        FieldValue::List(list) => FieldValue::List(list.clone()),
        _ => panic!("nothing else is kept"),
    };
    fields.iter().map(|field| Field::new(&field.name, value(&field.value))).collect()
}

fn asking_for(query: &str) -> CodeJob {
    CodeJob { query: query.to_owned(), ..CodeJob::default() }
}

fn open() -> Answer {
    Ok(Reply::Status(Status {
        vault: String::new(),
        state: State::Open {
            items: 1,
            tokens: 1,
            unreadable: 0,
            read_only: None,
            unsettled_ways: 0,
            copy_of: None,
        },
        lock_after_seconds: 600,
        locks_in_seconds: Some(600),
        memory_locked: true,
        pid: 1,
    }))
}

#[test]
fn one_match_is_shown_with_the_time_it_has_left() {
    let answer = Ok(Reply::Codes(vec![code("GitHub", "me", Some("123456"), 1000)]));
    let outcome = Stage::new(vec![answer]).play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.shown, "123 456  12 s  GitHub (me)\n");
    assert_eq!(outcome.exit(), Exit::Ok);
}

#[test]
fn a_pipe_gets_the_digits_and_nothing_else() {
    let answer = Ok(Reply::Codes(vec![code("GitHub", "me", Some("123456"), 1000)]));
    let outcome = Stage::new(vec![answer]).piped().play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.shown, "123456\n");
    assert_eq!(outcome.told, "");
}

#[test]
fn two_equal_matches_are_listed_and_a_pipe_gets_no_code_of_either() {
    let two = || {
        let codes = vec![
            code("GitHub", "work", Some("111111"), 780),
            code("GitHub", "home", Some("222222"), 780),
            code("Digital", "x", Some("333333"), 400),
        ];
        vec![Ok(Reply::Codes(codes))]
    };
    let seen = Stage::new(two()).play(|s| code::show(s, &asking_for("git")));
    assert_eq!(seen.exit(), Exit::Ambiguous);
    assert!(seen.shown.contains("111 111") && seen.shown.contains("222 222"));
    assert!(!seen.shown.contains("333 333"), "a worse match is not offered");
    let piped = Stage::new(two()).piped().play(|s| code::show(s, &asking_for("git")));
    assert_eq!(piped.exit(), Exit::Ambiguous);
    assert_eq!(piped.shown, "");
    assert!(piped.told.contains("home") && !piped.told.contains("222222"));
}

#[test]
fn a_better_match_is_taken_over_worse_ones() {
    let codes = vec![
        code("GitHub", "me", Some("123456"), 1000),
        code("GitHub Enterprise", "me", Some("654321"), 780),
    ];
    let outcome = Stage::new(vec![Ok(Reply::Codes(codes))])
        .piped()
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.shown, "123456\n");
}

#[test]
fn a_counter_moves_only_when_exactly_one_token_is_meant() {
    let one = vec![
        Ok(Reply::Codes(vec![code("Bank", "me", None, 1000)])),
        Ok(Reply::Codes(vec![code("Bank", "me", Some("755224"), 1000)])),
    ];
    let outcome = Stage::new(one).piped().play(|s| code::show(s, &asking_for("bank")));
    assert_eq!((outcome.shown.as_str(), outcome.asked), ("755224\n", vec!["codes", "hotp"]));
    let two =
        vec![Ok(Reply::Codes(vec![code("Bank", "me", None, 780), code("Bank", "you", None, 780)]))];
    let outcome = Stage::new(two).play(|s| code::show(s, &asking_for("bank")));
    assert_eq!(outcome.asked, ["codes"]);
    let all = vec![Ok(Reply::Codes(vec![code("Bank", "me", None, 0)]))];
    let outcome = Stage::new(all).play(|s| code::show(s, &asking_for("")));
    assert_eq!(outcome.asked, ["codes"]);
}

#[test]
fn a_locked_vault_is_opened_on_the_way() {
    let answers = vec![
        Err(Failure::Locked),
        open(),
        Ok(Reply::Codes(vec![code("GitHub", "me", Some("123456"), 1000)])),
    ];
    let outcome = Stage::new(answers)
        .saying(&["the passphrase"])
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.asked, ["codes", "unlock", "codes"]);
    assert!(outcome.shown.starts_with("123 456"));
}

fn locked_codes(opened: Vec<Answer>) -> Vec<Answer> {
    let codes = Ok(Reply::Codes(vec![code("GitHub", "me", Some("123456"), 1000)]));
    std::iter::once(Err(Failure::Locked)).chain(opened).chain([codes]).collect()
}

#[test]
fn a_person_may_mistype_twice_and_a_script_not_once() {
    let wrong = || Err(Failure::WrongSecret);
    let answers = vec![Err(Failure::Locked), wrong(), wrong(), wrong()];
    let outcome =
        Stage::new(answers).saying(&["a", "b", "c", "d"]).play(|s| code::show(s, &asking_for("x")));
    assert_eq!(outcome.asked, ["codes", "unlock", "unlock", "unlock"]);
    assert_eq!(outcome.exit(), Exit::WrongSecret);
    let outcome = Stage::new(vec![Err(Failure::Locked), wrong()])
        .piped()
        .saying(&["a", "b"])
        .play(|s| code::show(s, &asking_for("x")));
    assert_eq!(outcome.asked, ["codes", "unlock"]);
}

#[test]
fn with_nobody_to_ask_a_locked_vault_stays_locked() {
    let outcome =
        Stage::new(vec![Err(Failure::Locked)]).piped().play(|s| code::show(s, &asking_for("x")));
    assert_eq!(outcome.exit(), Exit::Locked);
    assert_eq!(outcome.asked, ["codes"]);
}

#[test]
fn nothing_is_removed_without_a_yes() {
    let found = || Ok(Reply::Items(vec![token_line("GitHub")]));
    let remove = |s: &mut Session<'_>| items::remove(s, Kind::Token, "github");
    let no = Stage::new(vec![found()]).saying(&["n"]).play(remove);
    assert_eq!((no.exit(), no.asked), (Exit::Declined, vec!["items"]));
    let nobody = Stage::new(vec![found()]).piped().play(remove);
    assert_eq!((nobody.exit(), nobody.asked), (Exit::Declined, vec!["items"]));
    for yes in ["y", "YES", "はい"] {
        let done = Stage::new(vec![found(), Ok(Reply::Done)]).saying(&[yes]).play(remove);
        assert_eq!((done.exit(), done.asked), (Exit::Ok, vec!["items", "remove"]));
    }
    let mut sure = Stage::new(vec![found(), Ok(Reply::Done)]).piped();
    sure.is_sure = true;
    assert_eq!(sure.play(remove).exit(), Exit::Ok);
}

#[test]
fn an_import_is_shown_asked_for_and_then_done() {
    let report = || {
        let entry = |issuer: &str, outcome| ImportLine {
            issuer: issuer.to_owned(),
            account: "me".to_owned(),
            outcome,
            notes: vec!["icon-dropped".to_owned()],
            kind: Some(Kind::Token),
        };
        Ok(Reply::Import(ImportReport {
            ticket: Some(Ticket([9; 16])),
            format: "aegis".to_owned(),
            lines: vec![
                entry("GitHub", ImportOutcome::Imported),
                entry("GitLab", ImportOutcome::SameAsExisting { id: None }),
                entry("Broken", ImportOutcome::Refused { why: Refusal::BadSecret }),
            ],
            missing_parts: Vec::new(),
        }))
    };
    let import = |manner| {
        move |s: &mut Session<'_>| import::bytes(s, SecretBytes::new(b"{}".to_vec()), manner)
    };
    let plain = import::Manner::default();
    let answers = vec![
        Err(Failure::NeedsPassword),
        Err(Failure::WrongPassword),
        report(),
        Ok(Reply::Imported { added: 1, operation: None }),
    ];
    let done = Stage::new(answers).saying(&["wrong", "right", "y"]).play(import(plain));
    assert_eq!(done.asked, ["preview", "preview with password", "preview with password", "commit"]);
    assert!(done.shown.contains("new (without its icon)"), "{}", done.shown);
    assert!(done.shown.contains("cannot be taken: its secret is not readable"));
    assert!(done.told.contains("1 new, 1 already there, 1 that cannot be taken."));

    let declined = Stage::new(vec![report()]).saying(&["n"]).play(import(plain));
    assert_eq!((declined.exit(), declined.asked), (Exit::Declined, vec!["preview"]));
    let dry = import::Manner { dry_run: true, json: true };
    let dry = Stage::new(vec![report()]).piped().play(import(dry));
    assert_eq!((dry.exit(), dry.asked), (Exit::Ok, vec!["preview"]));
    let json: serde_json::Value = serde_json::from_str(&dry.shown).unwrap();
    assert_eq!(json["entries"][2]["why"], "bad-secret");
}

#[test]
fn a_new_passphrase_is_typed_twice_and_its_weakness_told() {
    let absent = || {
        let Ok(Reply::Status(mut status)) = open() else { panic!() };
        status.state = State::Absent;
        Ok(Reply::Status(status))
    };
    let differ = Stage::new(vec![absent()])
        .saying(&["correct horse battery staple lamp", "correct horse"])
        .play(vaults::init);
    assert_eq!((differ.exit(), differ.asked), (Exit::WrongSecret, vec!["status"]));
    let weak = Stage::new(vec![absent()]).saying(&["hanako1990", "n"]).play(vaults::init);
    assert!(weak.told.contains("guessed within days"));
    assert_eq!(weak.exit(), Exit::Declined);
}

#[test]
fn recovery_words_are_checked_as_they_are_typed() {
    let secret = kagifuda_secret::SecretArray::filled_by(|bytes| bytes.fill(7));
    let words = kagifuda_secret::words::write(&secret, kagifuda_secret::words::Language::English);
    let words: Vec<&str> = words.expose().split(' ').collect();
    let (first, second) = (words[..12].join(" "), words[12..].join(" "));
    let says = [&*first.leak(), "notaword zzz", &*second.leak()];
    let unlocked =
        Stage::new(vec![open()]).saying(&says).play(|s| s.unlock(&By::Words).map(|_| ()));
    assert_eq!(unlocked.exit(), Exit::Ok);
    assert!(unlocked.told.contains("Word 13 is not one of the words"), "{}", unlocked.told);
}

#[test]
fn a_fault_says_what_and_what_next_in_both_languages() {
    let fault = Fault::Agent(Failure::NoVault { path: "/x/vault\x1b[2J".to_owned() });
    let at = |lang, columns| {
        let screen = Screen { columns: Some(columns), is_coloured: false };
        fault.render(&Texts::new(lang), screen)
    };
    let english = at(Lang::En, 60);
    assert!(english.starts_with("kagifuda: There is no vault at /x/vault"), "{english}");
    assert!(english.contains("kagifuda init"));
    assert!(!english.contains('\x1b'), "a path cannot drive the terminal");
    let japanese = at(Lang::Ja, 60);
    assert!(japanese.contains("保管庫はありません") && japanese.contains("kagifuda init"));
    for line in japanese.lines() {
        assert!(crate::term::width::columns(line) <= 60, "{line}");
    }
}
