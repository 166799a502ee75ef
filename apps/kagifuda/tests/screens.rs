// SPDX-License-Identifier: MIT OR Apache-2.0
//! Screens that people see, compared with what was looked at and found good.
//!
//! `KAGIFUDA_BLESS=1 cargo test -p kagifuda --test screens` takes over what is shown now.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use kagifuda::commands::{generate, help, table};
use kagifuda::term::Screen;
use kagifuda::term::width::columns;
use kagifuda::text::{Lang, Texts};

fn room() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn compare(path: &Path, shown: &str) {
    if std::env::var_os("KAGIFUDA_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, shown).unwrap();
    }
    let good = fs::read_to_string(path).unwrap_or_default();
    assert!(good == shown, "{} differs from what is shown:\n{shown}", path.display());
}

fn every_help(lang: Lang, width: usize) -> String {
    let texts = Texts::new(lang);
    let screen = Screen { columns: Some(width), is_coloured: false };
    let mut all = String::new();
    table::walk(&mut |path, _| {
        all.push_str(&format!(
            "$ {} --help\n",
            ["kagifuda"].iter().chain(path).copied().collect::<Vec<_>>().join(" ")
        ));
        all.push_str(&help::page(path, &texts, screen));
        all.push('\n');
    });
    all
}

#[test]
fn help_in_both_languages() {
    for lang in Lang::ALL {
        let path = room().join(format!("tests/screens/help.{}.txt", lang.name()));
        compare(&path, &every_help(lang, 80));
    }
}

#[test]
fn help_fits_narrow_terminals() {
    for lang in Lang::ALL {
        for line in every_help(lang, 50).lines() {
            // Usage, examples and choices are to be copied, so they stay whole.
            let may_be_long = line.starts_with('$')
                || line.contains("kagifuda")
                || line.contains("export")
                || !line.contains(' ');
            assert!(columns(line) <= 50 || may_be_long, "{line}");
        }
    }
}

#[test]
fn the_reference_page_is_what_the_table_says() {
    for (lang, name) in [(Lang::En, "commands.md"), (Lang::Ja, "commands.ja.md")] {
        let path = room().join("../../docs/manual").join(name);
        compare(&path, &generate::reference(&Texts::new(lang)));
    }
}

#[test]
fn packagers_get_man_pages_and_completions() {
    let folder = tempfile::tempdir().unwrap();
    generate::man(folder.path()).unwrap();
    let page = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(page("man1/kagifuda-token-add.1").contains(".SH \"SYNOPSIS\""));
    assert!(page("ja/man1/kagifuda-token-add.1").contains(".SH \"書式\""));
    assert!(page("man1/kagifuda.1").contains(" 1 \"\" \"kagifuda "));
    assert!(!page("ja/man1/kagifuda-method-add.1").contains("Possible"));
    assert!(!folder.path().join("man1/kagifuda-agent.1").exists());
    for lang in Lang::ALL {
        let place = folder.path().join(lang.name());
        generate::completions(&place, &Texts::new(lang)).unwrap();
        for name in ["kagifuda.bash", "_kagifuda", "kagifuda.fish"] {
            let script = fs::read_to_string(place.join(name)).unwrap();
            assert!(script.contains("open-with"), "{name}");
            assert!(!script.contains("--secret ") || name == "kagifuda.bash", "{name}");
            assert!(!script.contains("--passphrase "), "{name} offers what is refused");
        }
    }
}
