// SPDX-License-Identifier: MIT OR Apache-2.0
//! Carrying out orders: ask the agent, show what it says, and say what went wrong.
//!
//! A [`session::Session`] holds what an order needs: the way to the agent, the person to ask, the
//! sentences, the screen. Each module below carries out a few orders with it. Results go to standard
//! output; questions, remarks and faults go to standard error or the terminal, so that a pipe gets nothing but results.

mod asking;
mod checklist;
mod clipboard;
mod code;
pub(crate) mod doctor;
mod drafts;
mod export;
mod fields;
mod guide;
mod history;
mod import;
mod items;
mod json;
mod key;
mod keyring;
mod keys;
mod map;
mod moving;
mod report;
mod screen;
mod session;
mod settings;
mod sheet;
mod status;
mod strength;
mod tokens;
mod tpm;
mod vaults;
mod watch;
mod ways;

use std::ffi::OsString;
use std::io::{ErrorKind as IoErrorKind, IsTerminal as _, Write as _};
use std::time::Duration;

use clap::error::ErrorKind;

use crate::agent::fields::Kind;
use crate::commands::resolve::{self, Job, Order};
use crate::commands::{generate, help, parse, usage};
use crate::exit::Exit;
use crate::fault::Fault;
use crate::say;
use crate::term::{Colour, Screen};
use crate::text::Texts;
use crate::{agent, demo};
pub(crate) use fields::label as field_label;
use session::Session;

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
    let done = kagifuda_linux::process::harden()
        .map_err(|error| Some(Fault::System(error)))
        .and_then(|()| parse_or_screen(args).map_err(|e| unparsed(&e, args, &texts, colour)))
        .and_then(|parsed| resolve::resolve(&parsed, &variable).map_err(Some))
        .and_then(|order| run(order, &texts).map_err(Some));
    match done {
        Ok(()) | Err(None) => Exit::Ok,
        // Whoever read our output has seen enough.
        Err(Some(Fault::Output(error))) if error.kind() == IoErrorKind::BrokenPipe => Exit::Ok,
        Err(Some(fault)) => {
            let text = fault.render(&texts, Screen::of_stderr(colour));
            let _ = std::io::stderr().write_all(text.as_bytes());
            fault.exit()
        }
    }
}

/// Who types no command at a terminal gets the screen.
fn parse_or_screen(args: &[OsString]) -> Result<parse::Parsed, clap::Error> {
    parse::parse(args).or_else(|error| {
        let is_bare = error.kind() == ErrorKind::MissingSubcommand
            && parse::path_of(args).is_empty()
            && std::io::stdin().is_terminal()
            && std::io::stdout().is_terminal();
        if is_bare {
            parse::parse(&[args, &[OsString::from("screen")]].concat())
        } else {
            Err(error)
        }
    })
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
        // Whoever types nothing more wants to know what there is.
        ErrorKind::MissingSubcommand if path.is_empty() => {
            help::page(&path, texts, Screen::of_stdout(colour))
        }
        ErrorKind::DisplayVersion => {
            concat!("kagifuda ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
        }
        _ => {
            let mut mistake = usage::explain(error, &path, texts);
            if error.kind() == ErrorKind::MissingSubcommand {
                mistake.hint = Some(usage::commands_of(&path));
            }
            let more = say!(texts, "usage-more-help", command = usage::spell(&path));
            mistake.hint = Some(match mistake.hint {
                Some(guess) => say!(texts, "usage-both", guess = guess, more = more),
                None => more,
            });
            return Some(Fault::Usage(mistake));
        }
    };
    print(&shown).err()
}

fn print(text: &str) -> Result<(), Fault> {
    std::io::stdout().write_all(text.as_bytes()).map_err(Fault::Output)
}

fn run(order: Order, texts: &Texts) -> Result<(), Fault> {
    let Order { settings, job } = order;
    match job {
        Job::Help { path } => print(&help::page(&path, texts, Screen::of_stdout(settings.colour))),
        Job::Man { folder } => {
            generate::man(&folder).map_err(|error| Fault::Unwritten { path: folder, error })
        }
        Job::Completions { folder } => generate::completions(&folder, texts)
            .map_err(|error| Fault::Unwritten { path: folder, error }),
        Job::Reference => print(&generate::reference(texts)),
        Job::ClearClipboard { place, after_seconds } => clipboard::clear(&place, after_seconds),
        Job::Demo { keep } => demo::run(&settings, texts, keep),
        Job::DemoWriter { folder } => demo::write_until_killed(&folder),
        Job::Agent { idle_seconds } => {
            let idle = idle_seconds.map(|seconds| Duration::from_secs(seconds.into()));
            Ok(agent::run(&settings.vault, idle)?)
        }
        job => carry_out(&mut Session::new(&settings, texts)?, job),
    }
}

/// Carries out an order that concerns a vault.
fn carry_out(s: &mut Session<'_>, job: Job) -> Result<(), Fault> {
    match job {
        Job::Code(job) => code::show(s, &job),
        Job::Init => vaults::init(s),
        Job::Unlock { by, idle_minutes } => vaults::unlock(s, &by, idle_minutes),
        Job::Lock => vaults::lock(s),
        Job::Status { json } => status::show(s, json),
        Job::Add { kind, draft } => drafts::add(s, kind, draft),
        Job::Edit { kind, query, draft } => drafts::edit(s, kind, &query, draft),
        Job::List { kind: Kind::Key, query, tag, json } => {
            keys::list(s, &query, tag.as_deref(), json)
        }
        Job::List { kind, query, tag, json } => items::list(s, kind, &query, tag.as_deref(), json),
        Job::Show { kind, query, secrets, json } => items::show(s, kind, &query, secrets, json),
        Job::Remove { kind, query } => items::remove(s, kind, &query),
        Job::UseCode { query, copy } => items::use_code(s, &query, copy),
        Job::Scan { picture, dry_run, json } => {
            import::scan(s, picture, import::Manner { dry_run, json })
        }
        Job::Import { file, dry_run, json } => {
            import::import(s, &file, import::Manner { dry_run, json })
        }
        Job::Export(job) => export::export(s, &job),
        Job::Qr { query } => export::qr(s, &query),
        Job::Merge { other, json } => vaults::merge(s, &other, json),
        Job::Verify { json } => vaults::verify(s, json),
        Job::Backup { file } => vaults::backup(s, &file),
        Job::Restore { file, by } => vaults::restore(s, &file, &by),
        Job::History { query, limit, json } => history::show(s, &query, limit, json),
        Job::Undo { change } => history::undo(s, change.as_deref()),
        Job::KeyRun(job) => key::run(s, &job),
        Job::Key(job) => keys::run(s, &job),
        Job::Map(job) => map::run(s, &job),
        Job::Move(job) => moving::run(s, &job),
        Job::DoctorKey { json } => doctor::key(s, json),
        Job::DoctorVault { json } => doctor::vault(s, json),
        Job::DoctorCode { query, symptom } => doctor::code(s, &query, symptom.as_deref()),
        Job::DoctorClock { query } => doctor::clock(s, &query),
        Job::Report { query, symptom } => report::show(s, &query, symptom.as_deref()),
        Job::Ways { json } => ways::list(s, json),
        Job::AddPassphrase { label } => ways::add_passphrase(s, label),
        Job::AddWords { label, language } => ways::add_words(s, label, language),
        Job::AddKeyring { label } => keyring::add(s, label),
        Job::AddTpm { label } => tpm::add(s, label),
        Job::Guide(said) => guide::show(s, &said),
        Job::Screen => screen::show(s),
        Job::Sheet { file, words } => sheet::make(s, &file, words),
        Job::ChangeWay { way } => ways::change(s, &way),
        Job::ConfirmWay { way } => ways::confirm(s, &way),
        Job::RemoveWay { way } => ways::remove(s, &way),
        _ => Err(Fault::Internal),
    }
}

/// Ids of messages that are put together while running, for the test that walks them all.
#[cfg(test)]
pub(crate) fn computed_ids() -> Vec<String> {
    let mut ids = fields::computed_ids();
    ids.extend(history::computed_ids());
    ids.extend(import::computed_ids());
    ids.extend(map::computed_ids());
    ids.extend(moving::computed_ids());
    ids
}

#[cfg(test)]
mod tests;
