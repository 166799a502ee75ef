// SPDX-License-Identifier: MIT OR Apache-2.0
//! What was wrong with a command line, in the holder's language.
//!
//! `clap` says which rule was broken and by what; the sentences are ours. A word that could be a
//! secret is never repeated: commands that ask for secrets have a place where such a word is
//! refused before it gets here.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::table::{self, Command, ROOT};
use crate::say;
use crate::text::Texts;

/// One mistake on a command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub what: String,
    /// What would have been right, where we can guess.
    pub hint: Option<String>,
}

/// Puts a parse error into words. `path` is how far the command was understood.
#[must_use]
pub fn explain(error: &clap::Error, path: &[&'static str], texts: &Texts) -> Mistake {
    let arg = named(error, ContextKind::InvalidArg);
    let value = named(error, ContextKind::InvalidValue);
    let command = spell(path);
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            say!(texts, "usage-value-missing", arg = arg)
        }
        ErrorKind::InvalidValue => say!(
            texts,
            "usage-value-unknown",
            value = value,
            arg = arg,
            choices = named(error, ContextKind::ValidValue),
        ),
        ErrorKind::ValueValidation => {
            let (from, to) = bounds(path, &arg).unwrap_or((0, u64::MAX));
            say!(
                texts,
                "usage-value-out-of-range",
                value = value,
                arg = arg,
                from = from.to_string(),
                to = to.to_string(),
            )
        }
        ErrorKind::UnknownArgument => {
            say!(texts, "usage-argument-unknown", arg = arg, command = command.as_str())
        }
        ErrorKind::InvalidSubcommand => say!(
            texts,
            "usage-command-unknown",
            word = named(error, ContextKind::InvalidSubcommand),
            command = command.as_str(),
        ),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            say!(texts, "usage-command-missing", command = command.as_str())
        }
        ErrorKind::MissingRequiredArgument => {
            say!(texts, "usage-argument-missing", arg = missing(error, path, texts))
        }
        ErrorKind::ArgumentConflict => {
            let other = named(error, ContextKind::PriorArg);
            if other == arg || other.is_empty() {
                say!(texts, "usage-argument-twice", arg = arg)
            } else {
                say!(texts, "usage-argument-conflict", arg = arg, other = other)
            }
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            say!(texts, "usage-value-missing", arg = arg)
        }
        ErrorKind::TooManyValues => say!(texts, "usage-value-too-many", arg = arg),
        ErrorKind::InvalidUtf8 => say!(texts, "usage-not-text"),
        _ => say!(texts, "usage-not-understood"),
    };
    Mistake { what, hint: suggestion(error, texts) }
}

/// A command as it is typed.
#[must_use]
pub fn spell(path: &[&str]) -> String {
    [&["kagifuda"], path].concat().join(" ")
}

/// The commands a group has, as words.
#[must_use]
pub fn commands_of(path: &[&'static str]) -> String {
    command_at(path).shown().map(|command| command.name).collect::<Vec<_>>().join(", ")
}

fn suggestion(error: &clap::Error, texts: &Texts) -> Option<String> {
    [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .map(|kind| named(error, kind))
        .find(|guess| !guess.is_empty())
        .map(|guess| say!(texts, "usage-did-you-mean", guess = guess))
}

/// A part of the error's context as text. `clap` writes an argument with its value's id, such as
/// `--digits <digits>`; the flag alone is what a person knows.
fn named(error: &clap::Error, kind: ContextKind) -> String {
    let plain = |text: &str| text.split(" <").next().unwrap_or(text).to_owned();
    match error.get(kind) {
        Some(ContextValue::String(text)) if kind == ContextKind::InvalidArg => plain(text),
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => {
            texts.iter().map(|text| plain(text)).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The missing arguments as help shows them.
fn missing(error: &clap::Error, path: &[&'static str], texts: &Texts) -> String {
    let Some(ContextValue::Strings(names)) = error.get(ContextKind::InvalidArg) else {
        return String::new();
    };
    let args = command_at(path).args;
    let shown = names.iter().map(|name| {
        let bare = name.trim_start_matches("--");
        let bare = bare.split([' ', '.']).next().unwrap_or(bare).trim_matches(['<', '>', '[', ']']);
        args.iter()
            .find(|arg| arg.name == bare)
            .map_or_else(|| name.clone(), |arg| super::help::spelled(arg, texts))
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn bounds(path: &[&'static str], shown: &str) -> Option<(u64, u64)> {
    let name = shown.trim_start_matches("--");
    let args = command_at(path).args.iter().chain(table::GLOBAL);
    args.filter(|arg| arg.name == name).find_map(|arg| match arg.takes {
        table::Takes::Number(_, from, to) => Some((from, to)),
        _ => None,
    })
}

/// The command at the end of a path.
#[must_use]
pub fn command_at(path: &[&'static str]) -> &'static Command {
    path.iter().try_fold(&ROOT, |here: &'static Command, name| here.find(name)).unwrap_or(&ROOT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    use super::super::parse::{parse, path_of};
    use super::*;
    use crate::text::Lang;

    fn mistake(words: &[&str], lang: Lang) -> Mistake {
        let args: Vec<OsString> = ["kagifuda"].iter().chain(words).map(OsString::from).collect();
        explain(&parse(&args).unwrap_err(), &path_of(&args), &Texts::new(lang))
    }

    #[test]
    fn mistakes_are_named_with_what_would_have_been_right() {
        for (words, what, hint) in [
            (
                ["token", "lst"].as_slice(),
                "“kagifuda token” has no command “lst”.",
                Some("Did you mean “list”?"),
            ),
            (&["token"], "“kagifuda token” needs one of its commands.", None),
            (
                &["code", "--copi"],
                "“kagifuda code” has no argument “--copi”.",
                Some("Did you mean “--copy”?"),
            ),
            (
                &["token", "add", "--digits", "4"],
                "--digits takes a number from 5 to 10, not “4”.",
                None,
            ),
            (
                &["token", "add", "--digits", "six"],
                "--digits takes a number from 5 to 10, not “six”.",
                None,
            ),
            (
                &["--lang", "fr", "status"],
                "--lang does not know “fr”. It takes one of: en, ja.",
                None,
            ),
            (&["status", "--lang"], "--lang needs a value.", None),
            (&["vault", "merge"], "Something is missing: <FILE>.", None),
            (&["token", "export", "x"], "Something is missing: --format <FORMAT>.", None),
            (&["code", "--watch", "--json"], "--watch and --json cannot be used together.", None),
            (&["status", "--json", "--json"], "--json is given twice.", None),
        ] {
            let found = mistake(words, Lang::En);
            assert_eq!(found.what, what);
            assert_eq!(found.hint.as_deref(), hint, "{words:?}");
        }
    }

    #[test]
    fn a_japanese_holder_reads_no_sentence_of_the_parser() {
        for words in [
            ["tokn"].as_slice(),
            &["token"],
            &["token", "lst"],
            &["code", "--copi"],
            &["code", "--copy=yes"],
            &["token", "add", "--digits", "4"],
            &["--lang", "fr", "status"],
            &["status", "--lang"],
            &["vault", "merge"],
            &["vault", "merge", "a", "b"],
            &["code", "--watch", "--json"],
            &["status", "--json", "--json"],
            &["open-with", "add"],
        ] {
            let found = mistake(words, Lang::Ja);
            let all = format!("{} {}", found.what, found.hint.unwrap_or_default());
            assert!(all.contains(['。', ':']) && all.chars().any(|c| c >= 'ぁ'), "{all}");
            for english in ["error", "unexpected", "argument", "value", "Usage", "required"] {
                assert!(!all.contains(english), "{words:?}: {all}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_said_to_be_none() {
        let args = vec!["kagifuda".into(), "code".into(), OsString::from_vec(vec![0xff])];
        let mistake = explain(&parse(&args).unwrap_err(), &["code"], &Texts::new(Lang::En));
        assert_eq!(mistake.what, "An argument is no text in UTF-8.");
    }
}
