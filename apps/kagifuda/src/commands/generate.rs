// SPDX-License-Identifier: MIT OR Apache-2.0
//! Man pages, shell completions and the reference page, made from the table for packagers.

use std::fs;
use std::io;
use std::path::Path;

use clap_complete::Shell;

use super::table::{self, Command, GLOBAL, ROOT};
use super::{help, parse};
use crate::say;
use crate::text::{Lang, Texts};

/// Writes a man page for every command, English into `folder/man1`, Japanese into `folder/ja/man1`.
///
/// # Errors
/// Where the folder cannot be written.
pub fn man(folder: &Path) -> io::Result<()> {
    for lang in Lang::ALL {
        let texts = Texts::new(lang);
        let place = match lang {
            Lang::En => folder.join("man1"),
            Lang::Ja => folder.join("ja").join("man1"),
        };
        fs::create_dir_all(&place)?;
        let mut root = parse::build(None, Some(&texts)).disable_help_subcommand(true);
        root.build();
        write_pages(&root, &texts, &place)?;
    }
    Ok(())
}

fn write_pages(command: &clap::Command, texts: &Texts, place: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let page = clap_mangen::Man::new(command.clone())
        .manual(say!(texts, "usage-man-manual"))
        .source(concat!("kagifuda ", env!("CARGO_PKG_VERSION")));
    let mut roff = Vec::new();
    page.render(&mut roff)?;
    let roff = String::from_utf8(roff).map_err(io::Error::other)?;
    fs::write(place.join(format!("{name}.1")), in_language(&roff, texts))?;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_pages(below, texts, place)?;
    }
    Ok(())
}

/// The headings of a man page in the reader's language; the generator knows English only.
fn in_language(roff: &str, texts: &Texts) -> String {
    let heading = |line: &str| {
        Some(match line.strip_prefix(".SH ")?.trim_matches('"') {
            "NAME" => say!(texts, "usage-man-name"),
            "SYNOPSIS" => say!(texts, "usage-man-synopsis"),
            "DESCRIPTION" => say!(texts, "usage-man-description"),
            "OPTIONS" => say!(texts, "usage-man-options"),
            "SUBCOMMANDS" => say!(texts, "usage-man-subcommands"),
            "EXTRA" => say!(texts, "usage-man-extra"),
            "VERSION" => say!(texts, "usage-man-version"),
            _ => return None,
        })
    };
    let lines = roff.lines().map(|line| match heading(line) {
        Some(text) => format!(".SH \"{text}\"\n"),
        None => format!("{line}\n"),
    });
    let page: String = lines.collect();
    // Pages carry no date; an empty one has to be said, or the fields after it move up.
    let page = page.replacen(" 1  \"", " 1 \"\" \"", 1);
    page.replace("Possible values:", &say!(texts, "usage-man-values"))
}

/// Writes completions for bash, zsh and fish.
///
/// # Errors
/// Where the folder cannot be written.
pub fn completions(folder: &Path, texts: &Texts) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut command = without_refused(&ROOT, parse::build(None, Some(texts)));
        clap_complete::generate_to(shell, &mut command, "kagifuda", folder)?;
    }
    Ok(())
}

/// Takes away what exists only to be refused and what people do not type: completions would
/// offer them.
fn without_refused(table: &Command, command: clap::Command) -> clap::Command {
    let mut kept = clap::Command::new(table.name)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .version(env!("CARGO_PKG_VERSION"));
    if let Some(about) = command.get_about() {
        kept = kept.about(about.clone());
    }
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        kept = kept.arg(arg.clone());
    }
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        if let Some(row) = table.find(below.get_name()) {
            kept = kept.subcommand(without_refused(row, below.clone()));
        }
    }
    kept
}

/// The reference page in Markdown.
#[must_use]
pub fn reference(texts: &Texts) -> String {
    let mut out = format!("# {}\n\n", say!(texts, "usage-reference-title"));
    out.push_str(&format!("{}\n", say!(texts, "usage-reference-intro")));
    table::walk(&mut |path, command| {
        let is_hidden =
            (0..path.len()).any(|depth| super::usage::command_at(&path[..=depth]).is_hidden);
        if !is_hidden {
            describe(&mut out, path, command, texts);
        }
    });
    out.push_str(&format!("\n## {}\n\n", say!(texts, "usage-heading-exit")));
    rows(&mut out, &help::exits(texts));
    out
}

fn describe(out: &mut String, path: &[&'static str], command: &'static Command, texts: &Texts) {
    let id = table::text_of(path);
    let depth = "#".repeat(path.len() + 2).chars().take(4).collect::<String>();
    out.push_str(&format!("\n{depth} `{}`\n\n", super::usage::spell(path)));
    out.push_str(&format!("{}\n", texts.get(&id)));
    if let Some(more) = texts.find(&format!("{id}.more")) {
        out.push_str(&format!("\n{more}\n"));
    }
    out.push_str(&format!("\n```text\n{}\n```\n", help::usage(path, texts)));
    let flags = if path.is_empty() { GLOBAL } else { command.args };
    let mut all = help::arguments(command, texts);
    all.extend(help::flags(flags, texts));
    if !all.is_empty() {
        out.push('\n');
        rows(out, &all);
    }
    if let Some(example) = texts.find(&format!("{id}.example")) {
        out.push_str(&format!("\n```sh\n{example}\n```\n"));
    }
}

fn rows(out: &mut String, rows: &[(String, String)]) {
    for (name, text) in rows {
        out.push_str(&format!("- `{}`: {text}\n", name.trim()));
    }
}
