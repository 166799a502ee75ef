// SPDX-License-Identifier: MIT OR Apache-2.0
//! The screens of the map, in both languages, wide and narrow, compared with what was looked at and found good.
//! `KAGIFUDA_BLESS=1 cargo test -p kagifuda --lib run::map` takes over what is shown now.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use kagifuda_linux::keyring::Keyring;
use kagifuda_vault::map::{
    Door, DoorKind, Held, Importance, Loose, Method, Need, StandsFor, Thing, ThingKind, UseFor,
    standing,
};

use super::*;
use crate::agent::failure::Failure;
use crate::agent::fields::{Field, FieldValue, Kind};
use crate::agent::protocol::{ItemId, ItemView};
use crate::commands::resolve::{SecretSource, Settings};
use crate::run::session::{Answers, Kept, Nobody};
use crate::run::tests::{copied, line};
use crate::term::width::columns;
use crate::term::{Colour, Screen};
use crate::text::{Lang, Texts};

/// An agent that knows a map and keeps one list.
struct Agent {
    world: World,
    list: Rc<RefCell<Option<Vec<Field>>>>,
}

const LIST: ItemId = ItemId([9; 16]);

impl Answers for Agent {
    fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        let title = || {
            let list = self.list.borrow();
            let name = list.iter().flatten().find(|field| field.name == "name");
            match name.map(|field| &field.value) {
                Some(FieldValue::Text(name)) => name.clone(),
                _ => panic!("a list has a name"),
            }
        };
        let line = || line(LIST, Kind::Loss, &title());
        Ok(match request {
            Request::Map => Reply::Map(self.world.clone()),
            Request::Items { .. } => {
                Reply::Items(self.list.borrow().iter().map(|_| line()).collect())
            }
            Request::Item { .. } => Reply::Item(ItemView {
                id: LIST,
                kind: Kind::Loss,
                fields: copied(self.list.borrow().as_deref().unwrap()),
                created: 0,
                changed: 0,
            }),
            Request::AddItem { fields, .. } => {
                let fields = copied(fields);
                *self.list.borrow_mut() = Some(fields);
                Reply::Added(LIST)
            }
            Request::EditItem { id: LIST, fields } => {
                self.list.borrow_mut().as_mut().unwrap().extend(copied(fields));
                Reply::Done
            }
            Request::EditItem { .. } => Reply::Done,
            _ => panic!("the map asks for nothing else"),
        })
    }
}

fn thing(kind: ThingKind, name: &str) -> Thing {
    Thing { kind, name: name.to_owned(), ..Thing::default() }
}

fn item_of(name: &str) -> [u8; 16] {
    let mut item = [0; 16];
    name.bytes().enumerate().for_each(|(at, byte)| item[at % 16] ^= byte);
    item
}

fn method(what: &str, lives: &str, needs: &[Need]) -> Method {
    let (stands_for, use_for) = match what {
        "vault-copy" => (StandsFor::First, UseFor::Daily),
        "way" => (StandsFor::Second, UseFor::Daily),
        what => standing(what, ""),
    };
    Method {
        what: what.to_owned(),
        lives: lives.to_owned(),
        stands_for,
        use_for,
        needs: needs.to_vec(),
        ..Method::default()
    }
}

fn door(name: &str, known: &str, importance: Importance, methods: Vec<Method>) -> Door {
    Door {
        kind: if name.is_empty() { DoorKind::Vault } else { DoorKind::Service },
        name: name.to_owned(),
        // One is on the map by what is in the vault alone.
        item: (!name.is_empty() && known != "github").then(|| item_of(name)),
        importance,
        known: (!known.is_empty()).then(|| known.to_owned()),
        methods,
        ..Door::default()
    }
}

/// A person with a bit of everything.
fn sample(lang: Lang) -> World {
    use Importance::{High, Low, Normal};
    use Need::{Door as Through, Thing as On, Unknown};
    let say = |en: &str, ja: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Ja => ja.to_owned(),
    };
    let things = vec![
        thing(ThingKind::Phone, "Pixel"),
        thing(ThingKind::Pc, ""),
        thing(ThingKind::Number, "090-1234-5678"),
        thing(ThingKind::Key, &say("Green key", "緑のキー")),
        thing(ThingKind::Paper, &say("drawer", "引き出し")),
        thing(ThingKind::Passphrase, ""),
        thing(ThingKind::Sheet, ""),
        thing(ThingKind::Memory, ""),
        Thing { item: Some(item_of("Example Mail")), ..thing(ThingKind::Account, "Example Mail") },
        Thing {
            state: Held::Lost, ..thing(ThingKind::Stick, &say("Blue stick", "青いメモリー"))
        },
    ];
    let mut used_up = method("backup-codes", "this-vault", &[Through(0)]);
    used_up.codes_left = Some(1);
    let mut old = method("passkey", "icloud", &[On(0)]);
    old.proven = Some(1_700_000_000);
    let doors = vec![
        door(
            "",
            "",
            High,
            vec![
                method("vault-copy", "device", &[On(1)]),
                method("way", "memory", &[On(5)]),
                method("way", "paper", &[On(6)]),
            ],
        ),
        door(
            &say("Midori Bank", "みどり銀行オンラインサービス"),
            "",
            High,
            vec![method("password", "memory", &[On(7)]), method("app-token", "", &[On(0)])],
        ),
        door(
            "Example Mail",
            "",
            Normal,
            vec![
                method("password", "memory", &[On(7), On(8)]),
                method("sms", "", &[On(0), On(2), On(8)]),
                method("backup-codes", "paper", &[On(4), On(8)]),
            ],
        ),
        door(
            "GitHub",
            "github",
            Normal,
            vec![
                method("password", "this-vault", &[Through(0)]),
                method("token", "this-vault", &[Through(0)]),
                method("passkey", "key", &[On(3)]),
                used_up,
            ],
        ),
        door(
            &say("Shop", "お店"),
            "amazon",
            Low,
            vec![method("password", "memory", &[On(7)]), method("email", "", &[Through(2)])],
        ),
        door("Old Forum", "", Low, vec![method("passkey", "", &[Unknown])]),
        door(&say("Circle", "堂々"), "", Low, vec![method("email", "", &[Through(7)])]),
        door(&say("Round", "巡り"), "", Low, vec![method("email", "", &[Through(6)])]),
        door("Photos", "apple", Low, vec![old]),
    ];
    let loose = vec![Loose { name: say("Stray", "迷子"), kind: "codes".to_owned() }];
    World { things, doors, loose }
}

/// What a job shows on a screen of so many columns, with what is told beside it.
fn shown(lang: Lang, width: usize, jobs: &[MapJob]) -> String {
    let settings = Settings {
        vault: PathBuf::from("/nowhere/vault.kagifuda"),
        lang,
        colour: Colour::Never,
        secrets: SecretSource::Terminal,
        is_sure: true,
    };
    let texts = Texts::new(lang);
    let (out, told) = (Kept::default(), Kept::default());
    let agent = Agent { world: sample(lang), list: Rc::default() };
    let screen = Screen { columns: Some(width), is_coloured: false };
    let mut s = Session::scripted(
        &settings,
        &texts,
        (Box::new(agent), Box::new(Nobody(told.clone())), Box::new(Keyring::of_session())),
        (screen, Box::new(out.clone())),
    );
    for job in jobs {
        run(&mut s, job).unwrap();
    }
    drop(s);
    format!("{}~ {}", out.take(), told.take().replace('\n', "\n~ "))
        .trim_end_matches("~ ")
        .to_owned()
}

fn lose(done: &[u64]) -> MapJob {
    MapJob::Lose { thing: Some("phone".to_owned()), done: done.to_vec(), ends: false, json: false }
}

/// Every view.
fn views() -> Vec<(&'static str, Vec<MapJob>)> {
    let change = MapJob::ChangePassword { service: "mail".to_owned(), json: false };
    vec![
        ("map", vec![MapJob::Show { query: String::new(), json: false }]),
        ("map next", vec![MapJob::Next { json: false }]),
        ("map --lose phone --done 1", vec![lose(&[1])]),
        ("map --review", vec![MapJob::Review { json: false }]),
        ("map --drill phone", vec![MapJob::Drill { thing: "phone".to_owned() }]),
        ("map --change-password mail", vec![change]),
    ]
}

#[test]
fn the_screens_of_the_map_in_both_languages() {
    for lang in Lang::ALL {
        let mut all = String::new();
        for width in [80, 110, 50] {
            for (name, jobs) in views() {
                // A list is made before anything can be ticked off; that page is left out.
                let made = if name.contains("--done") { vec![lose(&[])] } else { Vec::new() };
                let is_result = |line: &&str| !line.starts_with('~') && !line.is_empty();
                let skipped = shown(lang, width, &made).lines().filter(is_result).count();
                let page = shown(lang, width, &[made, jobs].concat());
                let page: String =
                    page.lines().skip(skipped).map(|line| format!("{line}\n")).collect();
                all.push_str(&format!("$ kagifuda {name}    # {width} columns\n{page}\n"));
            }
        }
        let name = format!("tests/screens/map.{}.txt", lang.name());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("KAGIFUDA_BLESS").is_some() {
            std::fs::write(&path, &all).unwrap();
        }
        let good = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(good == all, "{} differs from what is shown:\n{all}", path.display());
    }
}

#[test]
fn no_screen_of_the_map_is_wider_than_the_terminal() {
    for lang in Lang::ALL {
        for width in [50, 80, 110] {
            for (name, jobs) in views() {
                let jobs = if name.contains("--done") { vec![lose(&[])] } else { jobs };
                for line in shown(lang, width, &jobs).lines() {
                    // What is told is broken by whoever tells it; what is typed or opened stays whole.
                    let may_be_long = line.starts_with('~')
                        || line.contains("https://")
                        || line.contains("kagifuda");
                    assert!(columns(line) <= width || may_be_long, "{name} at {width}: {line}");
                }
            }
        }
    }
}

#[test]
fn a_map_without_services_says_how_to_begin() {
    let settings = Settings {
        vault: PathBuf::from("/nowhere/vault.kagifuda"),
        lang: Lang::En,
        colour: Colour::Never,
        secrets: SecretSource::Terminal,
        is_sure: true,
    };
    let texts = Texts::new(Lang::En);
    let told = Kept::default();
    let mut world = sample(Lang::En);
    world.doors.truncate(1);
    world.loose.clear();
    let agent = Agent { world, list: Rc::default() };
    let screen = Screen { columns: Some(80), is_coloured: false };
    let mut s = Session::scripted(
        &settings,
        &texts,
        (Box::new(agent), Box::new(Nobody(told.clone())), Box::new(Keyring::of_session())),
        (screen, Box::new(std::io::sink())),
    );
    run(&mut s, &MapJob::Show { query: String::new(), json: false }).unwrap();
    assert!(told.take().contains("kagifuda token import"));
}
