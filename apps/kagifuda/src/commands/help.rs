// SPDX-License-Identifier: MIT OR Apache-2.0
//! Help, set for the terminal at hand. `clap` could print its own, but not in Japanese and not with
//! lines broken where Japanese may be broken.

use super::table::{self, Arg, Command, GLOBAL, Takes};
use super::usage::{command_at, spell};
use crate::exit::Exit;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::wrap;
use crate::term::{Screen, Style};
use crate::text::Texts;

/// The help page of the command at the end of `path`.
#[must_use]
pub fn page(path: &[&'static str], texts: &Texts, screen: Screen) -> String {
    let command = command_at(path);
    let id = table::text_of(path);
    let mut out = String::new();
    paragraph(&mut out, &texts.get(&id), screen);
    if let Some(more) = texts.find(&format!("{id}.more")) {
        out.push('\n');
        paragraph(&mut out, &more, screen);
    }
    heading(&mut out, &say!(texts, "usage-heading-usage"), screen);
    for line in wrap(&format!("  {}", usage(path, texts)), screen.page()) {
        out.push_str(&line);
        out.push('\n');
    }
    section(&mut out, "usage-heading-commands", &commands(path, command, texts), texts, screen);
    section(&mut out, "usage-heading-arguments", &arguments(command, texts), texts, screen);
    section(&mut out, "usage-heading-flags", &flags(command.args, texts), texts, screen);
    if let Some(example) = texts.find(&format!("{id}.example")) {
        heading(&mut out, &say!(texts, "usage-heading-examples"), screen);
        for line in example.lines() {
            out.push_str(&format!("  {line}\n"));
        }
    }
    if path.is_empty() {
        section(&mut out, "usage-heading-global", &flags(GLOBAL, texts), texts, screen);
        section(&mut out, "usage-heading-exit", &exits(texts), texts, screen);
    } else {
        out.push('\n');
        paragraph(&mut out, &say!(texts, "usage-see-global"), screen);
    }
    out
}

/// A command's usage line.
#[must_use]
pub fn usage(path: &[&'static str], texts: &Texts) -> String {
    let command = command_at(path);
    let mut line = spell(path);
    if command.is_group() {
        line.push_str(&format!(" <{}>", texts.get("value-command")));
    }
    for arg in command.shown_args().filter(|arg| !arg.is_positional && arg.is_required) {
        line.push_str(&format!(" {}", spelled(arg, texts)));
    }
    for arg in command.shown_args().filter(|arg| arg.is_positional) {
        line.push_str(&format!(" {}", spelled(arg, texts)));
    }
    if command.shown_args().any(|arg| !arg.is_positional && !arg.is_required) {
        line.push_str(&format!(" [{}]", texts.get("usage-flags")));
    }
    line
}

/// An argument as it is typed: `<FILE>`, `[QUERY]...`, `--digits <NUMBER>`.
#[must_use]
pub fn spelled(arg: &Arg, texts: &Texts) -> String {
    let value = arg.value().map(|value| texts.get(&format!("value-{value}")));
    match (value, arg.is_positional) {
        (Some(value), true) => {
            let more = if matches!(arg.takes, Takes::Many(_)) { "..." } else { "" };
            // What may be left out for a flag that says the same in another way stands in square brackets.
            let is_needed = arg.is_required && arg.not_with.is_empty();
            if is_needed { format!("<{value}>{more}") } else { format!("[{value}]{more}") }
        }
        (Some(value), false) => format!("--{} <{value}>", arg.name),
        (None, _) => format!("--{}", arg.name),
    }
}

/// What an argument's text says, with the words it takes.
#[must_use]
pub fn described(arg: &Arg, texts: &Texts) -> String {
    let text = texts.get(arg.text);
    match arg.takes {
        Takes::Choice(_, words) => {
            say!(texts, "usage-one-of", text = text, choices = words.join(", "))
        }
        Takes::Number(_, from, to) if to < u64::from(u32::MAX) => {
            say!(texts, "usage-from-to", text = text, from = from.to_string(), to = to.to_string(),)
        }
        _ => text,
    }
}

/// The commands below one, with their texts.
#[must_use]
pub fn commands(
    path: &[&'static str],
    command: &'static Command,
    texts: &Texts,
) -> Vec<(String, String)> {
    let row = |below: &'static Command| {
        let id = table::text_of(&[path, &[below.name]].concat());
        (below.name.to_owned(), texts.get(&id))
    };
    command.shown().map(row).collect()
}

/// The positional arguments of a command, with their texts.
#[must_use]
pub fn arguments(command: &'static Command, texts: &Texts) -> Vec<(String, String)> {
    let args = command.shown_args().filter(|arg| arg.is_positional);
    args.map(|arg| (spelled(arg, texts), described(arg, texts))).collect()
}

/// Flags with their texts.
#[must_use]
pub fn flags(args: &'static [Arg], texts: &Texts) -> Vec<(String, String)> {
    let shown = args.iter().filter(|arg| !matches!(arg.takes, Takes::Refused));
    let has_short = args.iter().any(|arg| arg.short.is_some());
    let row = |arg: &'static Arg| {
        let short = match arg.short {
            Some(short) => format!("-{short}, "),
            None if has_short => "    ".to_owned(),
            None => String::new(),
        };
        (format!("{short}{}", spelled(arg, texts)), described(arg, texts))
    };
    shown.filter(|arg| !arg.is_positional).map(row).collect()
}

/// The exit codes.
#[must_use]
pub fn exits(texts: &Texts) -> Vec<(String, String)> {
    Exit::ALL.iter().map(|exit| (exit.code().to_string(), texts.get(exit.text()))).collect()
}

fn section(
    out: &mut String,
    title: &str,
    rows: &[(String, String)],
    texts: &Texts,
    screen: Screen,
) {
    if !rows.is_empty() {
        heading(out, &texts.get(title), screen);
        out.push_str(&beside(rows, screen.page()));
    }
}

fn heading(out: &mut String, text: &str, screen: Screen) {
    out.push_str(&format!("\n{}\n", screen.paint(Style::Strong, text)));
}

fn paragraph(out: &mut String, text: &str, screen: Screen) {
    for line in wrap(text, screen.page()) {
        out.push_str(&line);
        out.push('\n');
    }
}
