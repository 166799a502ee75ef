// SPDX-License-Identifier: MIT OR Apache-2.0
//! The screens of a move, in both languages, wide and narrow, compared with what was looked at and found good; and a person
//! who types codes. `KAGIFUDA_BLESS=1 cargo test -p kagifuda --lib run::moving` takes over what is shown now.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kagifuda_linux::keyring::Keyring;
use kagifuda_secret::SecretText;
use kagifuda_vault::map::{
    Door, DoorKind, Importance, Method, Need, StandsFor, ThingKind, UseFor, standing,
};

use super::*;
use crate::agent::failure::Failure;
use crate::agent::protocol::{Drift, Hidden, ItemId, ItemView, Proof};
use crate::commands::resolve::{SecretSource, Settings};
use crate::run::asking::Asker;
use crate::run::session::{Answers, Kept};
use crate::run::tests::{copied, line};
use crate::term::width::columns;
use crate::term::{Colour, Screen};
use crate::text::{Lang, Texts};

const PLAN: ItemId = ItemId([9; 16]);
const COUNTS: [u8; 16] = [8; 16];

type Fields = Rc<RefCell<Vec<Field>>>;

/// An agent that knows a map, keeps one plan, and says of codes what it was told to say.
struct Agent {
    world: World,
    plan: Fields,
    proofs: RefCell<VecDeque<Proof>>,
}

impl Answers for Agent {
    fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        let view = |fields| ItemView { id: PLAN, kind: Kind::Move, fields, created: 0, changed: 0 };
        Ok(match request {
            Request::Map => Reply::Map(self.world.clone()),
            Request::Items { .. } => {
                let line = line(PLAN, Kind::Move, "");
                let has_plan = !self.plan.borrow().is_empty();
                Reply::Items(has_plan.then_some(line).into_iter().collect())
            }
            Request::Item { id: PLAN, .. } => Reply::Item(view(copied(&self.plan.borrow()))),
            Request::Item { id, .. } => {
                let kind = if id.0 == COUNTS { "hotp" } else { "totp" };
                Reply::Item(view(vec![Field::new("type", FieldValue::Text(kind.to_owned()))]))
            }
            Request::AddItem { fields, .. } => {
                *self.plan.borrow_mut() = copied(fields);
                if !self.proofs.borrow().is_empty() {
                    // Where codes are typed, the tokens were handed over.
                    let sent = vec!["0003".to_owned(), "0004".to_owned()];
                    self.plan.borrow_mut().push(Field::new(name::SENT, FieldValue::List(sent)));
                }
                Reply::Added(PLAN)
            }
            Request::EditItem { id: PLAN, fields } => {
                let mut plan = self.plan.borrow_mut();
                plan.retain(|old| fields.iter().all(|new| new.name != old.name));
                plan.extend(copied(fields));
                Reply::Done
            }
            Request::Prove { .. } => Reply::Proof(self.proofs.borrow_mut().pop_front().unwrap()),
            _ => panic!("showing a move asks for nothing else"),
        })
    }
}

/// A person who agrees, and types these codes.
struct Scripted {
    codes: VecDeque<&'static str>,
    told: Rc<RefCell<String>>,
}

impl Asker for Scripted {
    fn is_present(&self) -> bool {
        !self.codes.is_empty()
    }

    fn secret(&mut self, prompt: &str) -> Result<Hidden<SecretText>, Fault> {
        self.tell(prompt);
        Ok(Hidden(self.codes.pop_front().ok_or(Fault::NobodyToAsk)?.into()))
    }

    fn line(&mut self, _: &str) -> Result<String, Fault> {
        Err(Fault::NobodyToAsk)
    }

    fn tell(&mut self, text: &str) {
        let mut told = self.told.borrow_mut();
        told.push_str(text);
        told.push('\n');
    }
}

fn thing(kind: ThingKind, name: &str, item: Option<u8>) -> Thing {
    let item = item.map(|byte| [byte; 16]);
    Thing { kind, name: name.to_owned(), item, ..Thing::default() }
}

fn method(what: &str, item: u8, needs: &[Need]) -> Method {
    let (stands_for, use_for) = match what {
        "vault-copy" => (StandsFor::First, UseFor::Daily),
        "way" => (StandsFor::Second, UseFor::Daily),
        what => standing(what, ""),
    };
    Method {
        what: what.to_owned(),
        stands_for,
        use_for,
        needs: needs.to_vec(),
        item: Some([item; 16]),
        since: (what == "token").then_some(1),
        ..Method::default()
    }
}

fn door(name: &str, importance: Importance, methods: Vec<Method>) -> Door {
    Door {
        kind: if name.is_empty() { DoorKind::Vault } else { DoorKind::Service },
        name: name.to_owned(),
        importance,
        known: (name == "GitHub").then(|| "github".to_owned()),
        methods,
        ..Door::default()
    }
}

/// A person with an old phone and a new one.
fn sample(lang: Lang) -> World {
    use Importance::{High, Low, Normal};
    use Need::{Door as Through, Thing as On};
    let say = |en: &str, ja: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Ja => ja.to_owned(),
    };
    let things = vec![
        thing(ThingKind::Phone, &say("Old", "古いスマホ"), Some(1)),
        thing(ThingKind::Phone, &say("New", "新しいスマホ"), Some(2)),
        thing(ThingKind::Number, "090-1234-5678", None),
        thing(ThingKind::Memory, "", None),
        thing(ThingKind::Pc, "", None),
    ];
    let password = || method("password", 20, &[On(3)]);
    let vault = method("vault-copy", 21, &[On(4)]);
    let doors = vec![
        door("", High, vec![vault, method("way", 22, &[On(3)])]),
        door(
            &say("Midori Bank", "みどり銀行オンラインサービス"),
            High,
            vec![password(), method("app-token", 10, &[On(0)]), method("sms", 11, &[On(0), On(2)])],
        ),
        door("GitHub", Normal, vec![password(), method("token", 12, &[Through(0)])]),
        door("VPN", Normal, vec![password(), method("token", COUNTS[0], &[Through(0)])]),
        door(
            &say("Shop", "お店"),
            Low,
            vec![method("passkey", 13, &[On(0)]), method("other", 14, &[On(0)])],
        ),
    ];
    World { things, doors, loose: Vec::new() }
}

/// What jobs show on a screen of so many columns, with what is told beside it.
fn shown(
    lang: Lang,
    width: usize,
    jobs: &[MoveJob],
    (codes, proofs): (&[&'static str], &[Proof]),
) -> (String, String) {
    let settings = Settings {
        vault: PathBuf::from("/nowhere/vault.kagifuda"),
        lang,
        colour: Colour::Never,
        secrets: SecretSource::Terminal,
        is_sure: true,
    };
    let texts = Texts::new(lang);
    let (out, told) = (Kept::default(), Rc::<RefCell<String>>::default());
    let proofs = RefCell::new(proofs.iter().cloned().collect());
    let agent = Agent { world: sample(lang), plan: Fields::default(), proofs };
    let person = Scripted { codes: codes.iter().copied().collect(), told: Rc::clone(&told) };
    let screen = Screen { columns: Some(width), is_coloured: false };
    let mut s = Session::scripted(
        &settings,
        &texts,
        (Box::new(agent), Box::new(person), Box::new(Keyring::of_session())),
        (screen, Box::new(out.clone())),
    );
    for job in jobs {
        match run(&mut s, job) {
            Ok(()) => {}
            Err(fault) => s.tell(&fault.what(&texts)),
        }
    }
    drop(s);
    (out.take(), told.take())
}

fn begin(lang: Lang) -> MoveJob {
    let [from, to] = match lang {
        Lang::En => ["Old", "New"],
        Lang::Ja => ["古いスマホ", "新しいスマホ"],
    };
    let which = Which { from: Some(from.to_owned()), to: Some(to.to_owned()) };
    MoveJob::Show { which, json: false }
}

fn tick(marks: &[(Mark, u64)]) -> MoveJob {
    MoveJob::Tick { which: Which::default(), marks: marks.to_vec(), json: false }
}

/// The beginning, the middle, and the end.
fn views(lang: Lang) -> Vec<(&'static str, Vec<MoveJob>)> {
    use Mark::{Done, Off, Skipped};
    let middle = [(Done, 6), (Done, 1), (Skipped, 3), (Done, 5), (Off, 1)];
    let all = [(Done, 2), (Skipped, 4), (Done, 7), (Done, 8), (Done, 9), (Off, 2), (Off, 5)];
    vec![
        ("move --from OLD --to NEW", vec![begin(lang)]),
        ("move", vec![begin(lang), tick(&middle)]),
        ("move", vec![begin(lang), tick(&middle), tick(&all)]),
    ]
}

#[test]
fn the_screens_of_a_move_in_both_languages() {
    for lang in Lang::ALL {
        let mut all = String::new();
        for width in [80, 50] {
            for (name, jobs) in views(lang) {
                // What the steps before it showed is left out.
                let (earlier, _) = jobs.split_at(jobs.len() - 1);
                let skipped = shown(lang, width, earlier, (&[], &[]));
                let (page, told) = shown(lang, width, &jobs, (&[], &[]));
                let page = &page[skipped.0.len()..];
                let told = told[skipped.1.len()..].trim_end().replace('\n', "\n~ ");
                all.push_str(&format!(
                    "$ kagifuda {name}    # {width} columns\n{page}~ {told}\n\n"
                ));
                for line in page.lines() {
                    let may_be_long = line.contains("https://") || line.contains("kagifuda");
                    assert!(columns(line) <= width || may_be_long, "{name} at {width}: {line}");
                }
            }
        }
        let name = format!("tests/screens/move.{}.txt", lang.name());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("KAGIFUDA_BLESS").is_some() {
            std::fs::write(&path, &all).unwrap();
        }
        let good = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(good == all, "{} differs from what is shown:\n{all}", path.display());
    }
}

#[test]
fn whoever_mistypes_may_try_again_and_enter_leaves_a_code_for_later() {
    let prove = MoveJob::Prove { which: Which::default(), only: vec![3, 4] };
    let other = Proof::OtherToken { title: "Inn".to_owned() };
    let proofs = [Proof::Nothing, other, Proof::Given];
    let jobs = [begin(Lang::En), prove];
    let (_, told) =
        shown(Lang::En, 80, &jobs, (&["111111", "222222", "333333", "", "unasked"], &proofs));
    assert!(told.contains("VPN: wrong.") && told.contains("2 more tries"), "{told}");
    assert!(told.contains("that is the code of Inn") && told.contains("One more try"), "{told}");
    assert!(told.contains("VPN: right.") && told.contains("One was proven"), "{told}");
    assert_eq!(told.matches("Code that “New” shows").count(), 4, "{told}");
    // Three wrong ones are enough, and what is told says which way the clock is off.
    let seconds = 600;
    let clock = Proof::OtherTime(Drift::Ahead { seconds });
    let proofs = [clock, Proof::OtherSettings, Proof::NotACode, Proof::UsedBefore];
    let (_, told) =
        shown(Lang::Ja, 80, &jobs_ja(), (&["1", "2", "3", "4", "", "unasked"], &proofs));
    assert!(told.contains("およそ 600 秒遅れています"), "{told}");
    assert!(told.contains("作り方") && told.contains("桁数が違います"), "{told}");
    assert!(
        told.contains("一度使ったコード") && told.contains("1 件のコードが合いません"),
        "{told}"
    );
}

fn jobs_ja() -> [MoveJob; 2] {
    [begin(Lang::Ja), MoveJob::Prove { which: Which::default(), only: vec![3, 4] }]
}
