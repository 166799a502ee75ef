// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads the command line: the table as a `clap` command, and the matches.
//!
//! Building a `clap` command for everything costs more than showing a code. So the words typed are
//! walked first, only the commands on their way are built, and without texts; when that fails
//! to parse, the whole table is built to say what would have been right.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{ArgAction, ArgMatches, builder::PossibleValuesParser, value_parser};

use super::table::{self, Arg, Command, GLOBAL, ROOT, Takes};
use crate::text::Texts;

/// What was read.
#[derive(Debug)]
pub struct Parsed {
    /// The commands on the way, from the first level down.
    pub path: Vec<&'static str>,
    /// The last one's arguments, and the global ones.
    pub matches: ArgMatches,
}

/// Reads a command line, the program's name included.
///
/// # Errors
/// What `clap` says; [`super::usage`] turns it into sentences.
pub fn parse(args: &[OsString]) -> Result<Parsed, clap::Error> {
    let path = path_of(args);
    match build(Some(&path), None).try_get_matches_from(args) {
        Ok(matches) => Ok(descend(matches)),
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            Err(error)
        }
        Err(_) => build(None, None).try_get_matches_from(args).map(descend),
    }
}

/// The commands the words lead to, as far as they are known: what help is asked for, or what an
/// error is about.
#[must_use]
pub fn path_of(args: &[OsString]) -> Vec<&'static str> {
    let mut here: &Command = &ROOT;
    let mut path = Vec::new();
    let mut words = args.iter().skip(1);
    while let Some(word) = words.next().and_then(|word| word.to_str()) {
        if word == "--" || !here.is_group() {
            break;
        }
        if word.starts_with('-') {
            let takes_next = GLOBAL.iter().any(|arg| {
                arg.value().is_some() && word.strip_prefix("--").is_some_and(|w| w == arg.name)
            });
            if takes_next {
                words.next();
            }
            continue;
        }
        match here.find(word) {
            Some(below) => {
                path.push(below.name);
                here = below;
            }
            None => break,
        }
    }
    path
}

/// The value of a global flag, found without parsing: the language of an error about parsing.
#[must_use]
pub fn peek<'a>(args: &'a [OsString], flag: &str) -> Option<&'a str> {
    let mut words = args.iter().map(|word| word.as_os_str()).skip(1);
    let mut found = None;
    while let Some(word) = words.next().filter(|word| *word != OsStr::new("--")) {
        let Some(name) = word.to_str().and_then(|word| word.strip_prefix("--")) else {
            continue;
        };
        if name == flag {
            found = words.next().and_then(OsStr::to_str);
        } else if let Some(value) = name.strip_prefix(flag).and_then(|v| v.strip_prefix('=')) {
            found = Some(value);
        }
    }
    found
}

fn descend(mut matches: ArgMatches) -> Parsed {
    let mut here: &Command = &ROOT;
    let mut path = Vec::new();
    while let Some((name, below)) = matches.remove_subcommand() {
        let Some(command) = here.find(&name) else {
            break;
        };
        path.push(command.name);
        here = command;
        matches = below;
    }
    Parsed { path, matches }
}

/// Builds the `clap` command: only along `path` where one is given, with texts where they are given.
#[must_use]
pub fn build(path: Option<&[&'static str]>, texts: Option<&Texts>) -> clap::Command {
    let root = grow(&ROOT, &mut Vec::new(), path, texts);
    GLOBAL
        .iter()
        .fold(root, |root, arg| root.arg(argument(arg, texts).global(true)))
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
}

fn grow(
    command: &'static Command,
    here: &mut Vec<&'static str>,
    only: Option<&[&'static str]>,
    texts: Option<&Texts>,
) -> clap::Command {
    let mut built = clap::Command::new(command.name)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .hide(command.is_hidden);
    if let Some(texts) = texts {
        let id = table::text_of(here);
        let about = texts.get(&id);
        if let Some(more) = texts.find(&format!("{id}.more")) {
            built = built.long_about(format!("{about}\n\n{more}"));
        }
        if let Some(example) = texts.find(&format!("{id}.example")) {
            built = built.after_help(example);
        }
        built = built.about(about);
    }
    if command.is_group() {
        built = built.subcommand_required(true);
    }
    for arg in command.args {
        built = built.arg(argument(arg, texts));
    }
    let next = only.and_then(|path| path.get(here.len()));
    for below in command.commands {
        if next.is_none_or(|name| *name == below.name) {
            here.push(below.name);
            built = built.subcommand(grow(below, here, only, texts));
            here.pop();
        }
    }
    built
}

fn argument(arg: &Arg, texts: Option<&Texts>) -> clap::Arg {
    let mut built = clap::Arg::new(arg.name);
    if arg.is_positional {
        built = built.required(arg.is_required);
    } else {
        built = built.long(arg.name).required(arg.is_required);
    }
    if let Some(short) = arg.short {
        built = built.short(short);
    }
    let once = if arg.is_repeated { ArgAction::Append } else { ArgAction::Set };
    built = match arg.takes {
        Takes::Nothing => built.action(match arg.name {
            "help" => ArgAction::Help,
            "version" => ArgAction::Version,
            _ => ArgAction::SetTrue,
        }),
        Takes::One(_) => built.action(once),
        Takes::Many(_) => built.action(ArgAction::Append).num_args(0..),
        Takes::Choice(_, words) => {
            built.action(once).value_parser(PossibleValuesParser::new(words))
        }
        Takes::Number(_, from, to) => {
            built.action(once).value_parser(value_parser!(u64).range(from..=to))
        }
        Takes::Path(_) => {
            let hint = if arg.value() == Some("folder") {
                clap::ValueHint::DirPath
            } else {
                clap::ValueHint::FilePath
            };
            built.action(once).value_parser(value_parser!(std::path::PathBuf)).value_hint(hint)
        }
        // Anything is taken here, so that it can be refused with the reason instead of echoed.
        Takes::Refused => {
            let most = if arg.is_positional { usize::MAX } else { 1 };
            let parser = value_parser!(OsString);
            built.hide(true).action(ArgAction::Append).num_args(0..=most).value_parser(parser)
        }
    };
    if let Some(texts) = texts {
        built = built.help(texts.get(arg.text));
        if let Some(value) = arg.value() {
            built = built.value_name(texts.get(&format!("value-{value}")));
        }
    }
    built.conflicts_with_all(arg.not_with.iter().copied())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_whole_table_is_a_valid_clap_command() {
        build(None, None).debug_assert();
        for lang in crate::text::Lang::ALL {
            build(None, Some(&Texts::new(lang))).debug_assert();
        }
    }

    #[test]
    fn global_flags_may_stand_before_between_and_after() {
        for line in [
            "kagifuda --vault a token list --lang ja git",
            "kagifuda token --lang=ja --vault a list git",
            "kagifuda token list git --vault=a --lang ja",
        ] {
            let args = words(line);
            assert_eq!(path_of(&args), ["token", "list"], "{line}");
            assert_eq!(peek(&args, "lang"), Some("ja"), "{line}");
            let parsed = parse(&args).unwrap();
            assert_eq!(parsed.path, ["token", "list"]);
            let query: Vec<&String> = parsed.matches.get_many("query").unwrap().collect();
            assert_eq!(query, ["git"]);
            let vault: Option<&std::path::PathBuf> = parsed.matches.get_one("vault");
            assert_eq!(vault.unwrap().as_os_str(), "a");
        }
    }

    #[test]
    fn only_the_way_to_the_command_is_built() {
        let narrow = build(Some(&["code"]), None);
        assert_eq!(narrow.get_subcommands().count(), 1);
        assert!(build(None, None).get_subcommands().count() > 15);
    }
}
