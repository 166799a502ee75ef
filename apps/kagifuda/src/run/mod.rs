// SPDX-License-Identifier: MIT OR Apache-2.0
//! Carrying out orders.

use std::ffi::OsString;
use std::io::Write as _;

use clap::error::ErrorKind;

use crate::commands::resolve::{self, Job, Order};
use crate::commands::{generate, help, parse, usage};
use crate::exit::Exit;
use crate::fault::Fault;
use crate::say;
use crate::term::{Colour, Screen};
use crate::text::Texts;

/// Parses, resolves and runs; says what went wrong.
#[must_use]
pub fn start(args: &[OsString]) -> Exit {
    let variable = |name: &str| std::env::var_os(name);
    let texts = Texts::new(resolve::language(parse::peek(args, "lang"), &variable));
    let colour = match parse::peek(args, "color") {
        Some("always") => Colour::Always,
        Some("never") => Colour::Never,
        _ => Colour::Auto,
    };
    let done = parse::parse(args)
        .map_err(|error| unparsed(&error, args, &texts, colour))
        .and_then(|parsed| resolve::resolve(&parsed, &variable).map_err(Some))
        .and_then(|order| run(order, &texts).map_err(Some));
    match done {
        Ok(()) | Err(None) => Exit::Ok,
        Err(Some(fault)) => {
            let screen = Screen::of_stderr(colour);
            let _ = std::io::stderr().write_all(fault.render(&texts, screen).as_bytes());
            fault.exit()
        }
    }
}

/// Help and version come from the parser as errors; they are none.
fn unparsed(
    error: &clap::Error,
    args: &[OsString],
    texts: &Texts,
    colour: Colour,
) -> Option<Fault> {
    let path = parse::path_of(args);
    let shown = match error.kind() {
        ErrorKind::DisplayHelp => help::page(&path, texts, Screen::of_stdout(colour)),
        ErrorKind::DisplayVersion => {
            concat!("kagifuda ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
        }
        _ => {
            let mut mistake = usage::explain(error, &path, texts);
            let more = say!(texts, "usage-more-help", command = usage::spell(&path));
            mistake.hint = Some(match mistake.hint {
                Some(guess) => format!("{guess} {more}"),
                None => more,
            });
            return Some(Fault::Usage(mistake));
        }
    };
    print(&shown).err()
}

fn print(text: &str) -> Result<(), Fault> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(Fault::Output)
}

fn run(order: Order, texts: &Texts) -> Result<(), Fault> {
    let Order { settings, job } = order;
    match job {
        Job::Help { path } => print(&help::page(
            &path,
            texts,
            Screen::of_stdout(settings.colour),
        )),
        Job::Man { folder } => generate::man(&folder).map_err(|error| Fault::Unwritten {
            path: folder,
            error,
        }),
        Job::Completions { folder } => {
            generate::completions(&folder, texts).map_err(|error| Fault::Unwritten {
                path: folder,
                error,
            })
        }
        Job::Reference => print(&generate::reference(texts)),
        _ => Err(Fault::Internal),
    }
}

#[cfg(test)]
pub(crate) fn computed_ids() -> Vec<String> {
    Vec::new()
}
