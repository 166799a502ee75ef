// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a command line comes to mean.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use super::super::{parse::parse, table};
use super::*;

const HOME: &[(&str, &str)] = &[("HOME", "/home/hana"), ("LANG", "ja_JP.UTF-8")];

fn order_in(set: &[(&str, &str)], line: &[&str]) -> Result<Order, Fault> {
    let args: Vec<OsString> = ["kagifuda"].iter().chain(line).map(OsString::from).collect();
    let parsed = parse(&args).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    resolve(&parsed, &|name| {
        set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
    })
}

fn order(line: &[&str]) -> Order {
    order_in(HOME, line).unwrap()
}

#[test]
fn the_vault_lies_where_xdg_says() {
    let at = |set: &[(&str, &str)]| order_in(set, &["status"]).map(|order| order.settings.vault);
    let usual = PathBuf::from("/home/hana/.local/share/kagifuda/vault.kagifuda");
    assert_eq!(at(HOME).unwrap(), usual);
    let data = [("HOME", "/home/hana"), ("XDG_DATA_HOME", "/data")];
    assert_eq!(at(&data).unwrap(), PathBuf::from("/data/kagifuda/vault.kagifuda"));
    let relative = [("HOME", "/home/hana"), ("XDG_DATA_HOME", "data")];
    assert_eq!(at(&relative).unwrap(), usual);
    assert!(matches!(at(&[]), Err(Fault::NoHome)));
}

#[test]
fn the_flag_wins_over_the_locale() {
    assert_eq!(order(&["status"]).settings.lang, Lang::Ja);
    assert_eq!(order(&["--lang", "en", "status"]).settings.lang, Lang::En);
}

#[test]
fn secrets_come_from_the_terminal_unless_said_otherwise() {
    assert_eq!(order(&["unlock"]).settings.secrets, SecretSource::Terminal);
    let fd = order(&["unlock", "--passphrase-fd", "3"]);
    assert_eq!(fd.settings.secrets, SecretSource::Descriptor(3));
    assert_eq!(order(&["--passphrase-stdin", "unlock"]).settings.secrets, SecretSource::Stdin);
}

#[test]
fn a_secret_on_the_command_line_is_refused_wherever_one_might_be_typed() {
    for line in [
        ["token", "add", "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"].as_slice(),
        &["token", "add", "GEZD", "GNBV"],
        &["token", "add", "--secret", "GEZDGNBVGY3TQOJQ"],
        &["token", "add", "--secret=GEZDGNBVGY3TQOJQ"],
        &["token", "import", "file", "--password", "x"],
        &["unlock", "correct horse"],
        &["init", "--passphrase", "x"],
        &["open-with", "add", "passphrase", "x"],
        &["codes", "add", "GitHub", "1234-5678"],
        &["note", "add", "Wi-Fi", "the password"],
    ] {
        assert!(matches!(order_in(HOME, line), Err(Fault::SecretInArguments)), "{line:?}");
    }
}

#[test]
fn plain_exports_are_asked_for_by_name() {
    let export = ["token", "export", "out.txt", "--format", "otpauth"];
    assert!(matches!(order_in(HOME, &export), Err(Fault::UnprotectedExport)));
    let Job::Export(plain) = order(&[&export[..], &["--plain"]].concat()).job else { panic!() };
    assert_eq!(plain.protect, Protect::Plain);
    let Job::Export(aegis) = order(&["token", "export", "a.json", "--format", "aegis"]).job else {
        panic!()
    };
    assert_eq!(aegis.protect, Protect::Own);
}

#[test]
fn flags_become_fields() {
    let line = [
        "method",
        "add",
        "Phone",
        "--service",
        "git",
        "--what",
        "passkey",
        "--lives",
        "icloud",
        "--synced",
        "yes",
        "--proven",
        "--tag",
        "work",
        "--tag",
        "home",
        "--pin",
    ];
    let Job::Add { kind: Kind::Method, draft } = order(&line).job else { panic!() };
    let names: Vec<&str> = draft.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["name", "what", "lives", "synced", "pinned"]);
    assert_eq!(draft.tags, ["work", "home"]);
    assert_eq!(draft.service.as_deref(), Some("git"));
    assert!(draft.is_proven && !draft.asks_note);
}

#[test]
fn an_empty_value_empties_the_field() {
    let Job::Edit { draft, .. } = order(&["token", "edit", "git", "--folder", ""]).job else {
        panic!()
    };
    assert!(matches!(draft.fields[0].value, FieldValue::Empty));
}

#[test]
fn every_command_of_the_table_means_something() {
    table::walk(&mut |path, command| {
        if command.is_group() {
            return;
        }
        let mut line: Vec<&str> = path.to_vec();
        for arg in command.args.iter().filter(|arg| arg.is_required) {
            let value = match arg.takes {
                Takes::Choice(_, words) => words[0],
                Takes::Number(_, least, _) => &*least.to_string().leak(),
                _ => "x",
            };
            if arg.is_positional {
                line.push(value);
            } else {
                line.extend(["--".to_owned() + arg.name].iter().map(|flag| &*flag.clone().leak()));
                line.push(value);
            }
        }
        if path.last() == Some(&"export") {
            line.push("--plain");
        }
        assert!(order_in(HOME, &line).is_ok(), "{line:?}");
    });
}

/// The words of a line as a shell takes them apart; what other programs get, and remarks, are left out.
fn shell_words(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            (q, Some(open)) if q == open => quote = None,
            (q @ ('"' | '\''), None) => {
                quote = Some(q);
                word.get_or_insert_default();
            }
            ('\\', None) => word.get_or_insert_default().extend(letters.next()),
            ('#', None) if word.is_none() => break,
            (c, None) if c.is_whitespace() || matches!(c, '|' | ';' | '&' | '<' | '>') => {
                commands.last_mut().unwrap().extend(word.take());
                if !c.is_whitespace() {
                    commands.push(Vec::new());
                }
            }
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    commands.last_mut().unwrap().extend(word);
    commands.retain(|command| command.first().is_some_and(|word| word == "kagifuda"));
    commands
}

/// What stands in blocks of commands on a page.
fn commands_on(page: &str) -> Vec<Vec<String>> {
    let blocks = page.split("```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix("sh\n"));
    blocks
        .flat_map(|block| {
            block.replace("\\\n", " ").lines().flat_map(shell_words).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_the_manual_and_the_readme_tell_to_type_is_understood() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manual = std::fs::read_dir(root.join("docs/manual")).unwrap();
    let mut pages: Vec<_> = manual.map(|entry| entry.unwrap().path()).collect();
    pages.extend(["README.md", "README.ja.md"].map(|name| root.join(name)));
    // The page of all commands is made from their table, with remarks beside the examples.
    let is_made = |name: &str| name.starts_with("commands.") || !name.ends_with(".md");
    pages.retain(|page| !is_made(&page.file_name().unwrap().to_string_lossy()));
    let mut count = 0;
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for words in commands_on(&text) {
            let line = words.join(" ");
            let args: Vec<OsString> = words.into_iter().map(OsString::from).collect();
            let parsed = crate::commands::parse::parse(&args);
            let parsed =
                parsed.unwrap_or_else(|error| panic!("{}: {line}: {error}", page.display()));
            let home = |name: &str| (name == "HOME").then(|| OsString::from("/home/hana"));
            if let Err(fault) = resolve(&parsed, &home) {
                panic!("{}: {line}: {fault:?}", page.display());
            }
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}
