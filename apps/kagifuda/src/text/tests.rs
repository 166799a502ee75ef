// SPDX-License-Identifier: MIT OR Apache-2.0
//! Both languages say everything the program can say, with the same variables, and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

type Variables = BTreeSet<String>;

/// The messages of a source, attributes as `id.attribute`, each with its variables.
fn messages(source: &str) -> BTreeMap<String, Variables> {
    let mut found = BTreeMap::new();
    let mut id = String::new();
    let mut now = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        let trimmed = line.trim_start();
        if let (false, Some((name, _))) = (line.starts_with(' '), line.split_once(" =")) {
            name.clone_into(&mut id);
            now.clone_from(&id);
            assert!(found.insert(now.clone(), Variables::new()).is_none(), "{now} twice");
        } else if let Some((name, _)) = trimmed.strip_prefix('.').and_then(|t| t.split_once(" =")) {
            now = format!("{id}.{name}");
            found.insert(now.clone(), Variables::new());
        }
        for part in line.split('$').skip(1) {
            let name: String =
                part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            found.get_mut(&now).unwrap().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    for topic in &TOPICS {
        assert_eq!(messages(topic.en), messages(topic.ja));
    }
}

/// What a README shows as recorded is what the program says; `docs/screens/record.py` records it anew.
#[test]
fn the_recorded_first_steps_are_those_of_today() {
    for (lang, page) in [(Lang::En, "README.md"), (Lang::Ja, "README.ja.md")] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = std::fs::read_to_string(root.join(page)).unwrap();
        let (_, recorded) = page.split_once("<pre>").unwrap();
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let recorded = squeezed(recorded.split_once("</pre>").unwrap().0);
        let texts = Texts::new(lang);
        let path = "/home/hanako/.local/share/kagifuda/vault.kagifuda";
        for said in [
            say!(texts, "vault-init-intro"),
            say!(texts, "vault-words-intro"),
            say!(texts, "vault-made", path = path),
            say!(texts, "import-summary", new = 4, same = 0, refused = 0),
            say!(texts, "import-question", new = 4),
            say!(texts, "import-done", new = 4),
        ] {
            assert!(recorded.contains(&squeezed(&said)), "{said}\n{recorded}");
        }
    }
}

/// People type what opens their PC, three times over, and the key is blocked.
#[test]
fn whoever_is_asked_for_a_pin_hears_that_it_is_not_the_pcs() {
    for lang in [Lang::En, Lang::Ja] {
        let texts = Texts::new(lang);
        let told = [
            say!(texts, "key-ask-pin", name = "K"),
            say!(texts, "key-ask-new-pin", name = "K", least = 4),
            say!(texts, "key-ask-pin-again"),
            say!(texts, "key-wrong-pin-again", left = 1),
            say!(texts, "key-wrong-pin-again", left = 5),
        ];
        let says = if lang == Lang::En { "not that of your PC" } else { "PCのPINでは" };
        assert!(told.iter().all(|told| told.contains(says)), "{told:?}");
    }
}

#[test]
fn every_message_stands_in_the_topic_its_id_names() {
    for topic in &TOPICS {
        for id in messages(topic.en).keys() {
            let word = id.split('-').next().unwrap();
            assert!(topic.words.contains(&word), "{id}");
        }
    }
}

#[test]
fn japanese_sentences_are_japanese() {
    for topic in &TOPICS {
        for id in messages(topic.en).keys() {
            let texts = Texts::new(Lang::Ja);
            let variables: Vec<(&'static str, Value<'_>)> = messages(topic.en)[id]
                .iter()
                .map(|name| (&*name.clone().leak(), Value::from(3)))
                .collect();
            let text = texts.find_with(id, &variables).unwrap();
            let is_japanese =
                text.chars().any(|c| c >= '\u{3000}') || !text.chars().any(char::is_alphabetic);
            assert!(is_japanese || id.ends_with(".example"), "{id}: {text}");
        }
    }
}

/// The ids in the program's sources: `say!(texts, "id", name = ...)` with their variables, and any
/// other string that looks like one.
fn used() -> (BTreeMap<String, Vec<Variables>>, BTreeSet<String>) {
    let mut said: BTreeMap<String, Vec<Variables>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                read_source(&source, &mut said, &mut named);
            }
        }
    }
    (said, named)
}

fn read_source(
    source: &str,
    said: &mut BTreeMap<String, Vec<Variables>>,
    named: &mut BTreeSet<String>,
) {
    for literal in source.split('"').skip(1).step_by(1) {
        let word = literal.split('-').next().unwrap_or_default();
        let is_id = literal.contains('-')
            && literal.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && TOPICS.iter().any(|topic| topic.words.contains(&word));
        if is_id {
            named.insert(literal.to_owned());
        }
    }
    for call in source.split("say!(").skip(1) {
        let Some(id) = call.split('"').nth(1) else {
            continue;
        };
        if !call.split('"').next().unwrap().trim_end().ends_with(',') || id.contains('$') {
            continue;
        }
        let mut depth = 1;
        let mut inner = String::new();
        for c in call.split_once(id).unwrap().1.chars() {
            depth +=
                i32::from(matches!(c, '(' | '{' | '[')) - i32::from(matches!(c, ')' | '}' | ']'));
            if depth == 0 {
                break;
            }
            if depth == 1 {
                inner.push(c);
            }
        }
        let names = inner.split(',').filter_map(|part| {
            let (name, _) = part.trim().split_once(" = ")?;
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_').then(|| name.to_owned())
        });
        said.entry(id.to_owned()).or_default().push(names.collect());
    }
}

#[test]
fn what_the_program_says_exists_with_the_variables_it_is_given() {
    let (said, named) = used();
    assert!(said.len() > 20 && named.len() > 100, "{} {}", said.len(), named.len());
    let all: BTreeMap<String, Variables> =
        TOPICS.iter().flat_map(|topic| messages(topic.en)).collect();
    let mut commands = BTreeSet::new();
    crate::commands::table::walk(&mut |path, _| commands.extend(path.last().copied()));
    for id in named.iter().filter(|id| !commands.contains(id.as_str())) {
        assert!(all.contains_key(id), "{id} is said nowhere");
    }
    for (id, calls) in &said {
        for variables in calls {
            let hint = all.get(&format!("{id}.hint")).cloned().unwrap_or_default();
            let wanted: Variables = all[id].union(&hint).cloned().collect();
            assert_eq!(&wanted, variables, "{id}");
        }
    }
}

#[test]
fn every_prompt_for_a_secret_says_what_it_is_not() {
    let secrets = ["passphrase", "password", "secret", "pin"];
    let asks = |id: &str| secrets.iter().any(|secret| id.ends_with(&format!("-{secret}")));
    let prompts: Vec<String> = TOPICS
        .iter()
        .flat_map(|topic| messages(topic.en).into_keys())
        .filter(|id| id.starts_with("ask-") && asks(id))
        .collect();
    assert!(prompts.len() >= 7, "{prompts:?}");
    for (lang, not) in [(Lang::En, "not "), (Lang::Ja, "ありません")] {
        let texts = Texts::new(lang);
        for id in &prompts {
            let prompt = texts.find(id).unwrap();
            assert!(prompt.contains(not), "{prompt}");
        }
    }
}

#[test]
fn no_message_is_left_over() {
    let (said, named) = used();
    let mut commands = BTreeSet::new();
    crate::commands::table::walk(&mut |path, command| {
        commands.insert(crate::commands::table::text_of(path));
        commands
            .extend(command.args.iter().filter_map(|arg| Some(format!("value-{}", arg.value()?))));
    });
    let global = crate::commands::table::GLOBAL.iter();
    commands.extend(global.filter_map(|arg| Some(format!("value-{}", arg.value()?))));
    commands.extend(crate::run::computed_ids());
    for topic in &TOPICS {
        for id in messages(topic.en).keys() {
            let id = id.split('.').next().unwrap();
            let is_used = said.contains_key(id) || named.contains(id) || commands.contains(id);
            assert!(is_used, "{id} is never said");
        }
    }
}

#[test]
fn every_command_argument_and_value_has_a_text() {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        crate::commands::table::walk(&mut |path, command| {
            let id = crate::commands::table::text_of(path);
            assert!(texts.find(&id).is_some(), "{id}");
            for arg in command.args.iter().chain(crate::commands::table::GLOBAL) {
                assert!(texts.find(arg.text).is_some(), "{}", arg.text);
                if let Some(value) = arg.value() {
                    assert!(texts.find(&format!("value-{value}")).is_some(), "{value}");
                }
            }
        });
    }
}
