// SPDX-License-Identifier: MIT OR Apache-2.0
//! From what was read to what is to be done: defaults filled in, paths made absolute, contradictions
//! and secrets on the command line refused. An [`Order`] holds nothing left to interpret.

mod keys;
mod map;
mod moving;
mod order;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;
use kagifuda_linux::pcsc::vpcd;

pub use keys::{KeyJob, KeySetting, KeyVerb};
pub use map::MapJob;
pub use moving::{Mark, MoveJob, Reader, Which};
pub use order::{
    By, CodeJob, Draft, ExportJob, GuideJob, Job, KeyRunJob, Order, Picture, Protect, Query,
    SecretSource, Settings,
};

use super::parse::Parsed;
use super::table::Takes;
use super::usage::command_at;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{ExportFormat, KeyVerify, WordsLanguage};
use crate::fault::Fault;
use crate::term::Colour;
use crate::text::Lang;

/// Resolves what was parsed; `variable` reads the environment.
///
/// # Errors
/// A secret among the arguments, or no place for the vault.
pub fn resolve(
    parsed: &Parsed,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Order, Fault> {
    refuse_secrets(parsed)?;
    let settings = settings(&parsed.matches, variable)?;
    let words = WordsLanguage::from(settings.lang);
    Ok(Order { job: job(parsed, words)?, settings })
}

/// The language to speak, known before anything is parsed.
#[must_use]
pub fn language(flag: Option<&str>, variable: &dyn Fn(&str) -> Option<OsString>) -> Lang {
    flag.and_then(Lang::parse)
        .unwrap_or_else(|| Lang::of_locale(|name| variable(name)?.into_string().ok()))
}

impl From<Lang> for WordsLanguage {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Ja => Self::Japanese,
        }
    }
}

fn refuse_secrets(parsed: &Parsed) -> Result<(), Fault> {
    let refused = command_at(&parsed.path)
        .args
        .iter()
        .filter(|arg| matches!(arg.takes, Takes::Refused))
        .any(|arg| parsed.matches.contains_id(arg.name));
    if refused { Err(Fault::SecretInArguments) } else { Ok(()) }
}

fn settings(
    matches: &ArgMatches,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Settings, Fault> {
    let vault = match path(matches, "vault") {
        Some(given) => given,
        None => usual_place(variable).ok_or(Fault::NoHome)?,
    };
    let secrets = match number(matches, "passphrase-fd") {
        Some(descriptor) => SecretSource::Descriptor(descriptor.try_into().unwrap_or(i32::MAX)),
        None if matches.get_flag("passphrase-stdin") => SecretSource::Stdin,
        None => SecretSource::Terminal,
    };
    Ok(Settings {
        vault: std::path::absolute(&vault).unwrap_or(vault),
        lang: language(text(matches, "lang").as_deref(), variable),
        colour: match text(matches, "color").as_deref() {
            Some("always") => Colour::Always,
            Some("never") => Colour::Never,
            _ => Colour::Auto,
        },
        secrets,
        is_sure: matches.get_flag("yes"),
    })
}

/// `$XDG_DATA_HOME/kagifuda/vault.kagifuda`; a relative value of the variable is ignored, as the XDG
/// Base Directory Specification asks.
fn usual_place(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let data = variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| {
            let home = variable("HOME").map(PathBuf::from).filter(|path| path.is_absolute())?;
            Some(home.join(".local").join("share"))
        })?;
    Some(data.join("kagifuda").join("vault.kagifuda"))
}

fn key_run(m: &ArgMatches) -> KeyRunJob {
    let card = switch(m, "card").then_some(vpcd::PORT);
    #[cfg(feature = "testing")]
    let port = |name| number(m, name).and_then(|number| number.try_into().ok());
    KeyRunJob {
        #[cfg(not(feature = "testing"))]
        card,
        #[cfg(feature = "testing")]
        card: port("card-at").or(card),
        post_quantum: switch(m, "post-quantum"),
        verify: text(m, "verify").and_then(|by| verify_by(&by)),
        #[cfg(feature = "testing")]
        udp: port("udp"),
        #[cfg(feature = "testing")]
        control: port("control"),
        #[cfg(feature = "testing")]
        touch_by_itself: switch(m, "touch-by-itself"),
    }
}

/// How a key recognises its person; the table knows no other words.
fn verify_by(by: &str) -> Option<KeyVerify> {
    match by {
        "fingerprint" => Some(KeyVerify::Fingerprint),
        "passphrase" => Some(KeyVerify::Passphrase),
        _ => None,
    }
}

/// What the vault is opened with; the table lets only one of the two be said.
fn by(m: &ArgMatches) -> By {
    match path(m, "sheet") {
        Some(picture) => By::Sheet(picture),
        None if switch(m, "words") => By::Words,
        None => By::Passphrase,
    }
}

fn words_language(m: &ArgMatches) -> Option<WordsLanguage> {
    text(m, "words").as_deref().and_then(Lang::parse).map(WordsLanguage::from)
}

fn job(parsed: &Parsed, words: WordsLanguage) -> Result<Job, Fault> {
    let m = &parsed.matches;
    let json = || switch(m, "json");
    let file = || path(m, "file").unwrap_or_default();
    let folder = || path(m, "folder").unwrap_or_default();
    let way = || text(m, "way").unwrap_or_default();
    let label = || text(m, "label").unwrap_or_default();
    if let ["key", path @ ..] = parsed.path.as_slice()
        && let Some(job) = keys::job(path, m)
    {
        return Ok(Job::Key(job));
    }
    Ok(match parsed.path.as_slice() {
        ["init"] => Job::Init,
        ["unlock"] => Job::Unlock { by: by(m), idle_minutes: small(m, "idle") },
        ["lock"] => Job::Lock,
        ["key", "run"] => Job::KeyRun(key_run(m)),
        ["status"] => Job::Status { json: json() },
        ["code"] => Job::Code(CodeJob {
            query: query(m),
            copy: switch(m, "copy"),
            watch: switch(m, "watch"),
            next: switch(m, "next"),
            json: json(),
        }),
        ["token" | "passkey", "import"] => {
            Job::Import { file: file(), dry_run: switch(m, "dry-run"), json: json() }
        }
        ["token", "scan"] => Job::Scan {
            picture: match (switch(m, "clipboard"), switch(m, "screen")) {
                (true, _) => Picture::Clipboard,
                (_, true) => Picture::Screen,
                _ => Picture::File(file()),
            },
            dry_run: switch(m, "dry-run"),
            json: json(),
        },
        ["token", "export"] => Job::Export(export(m, export_format(m))?),
        ["passkey", "export"] => Job::Export(export(m, ExportFormat::Cxf)?),
        ["token", "qr"] => Job::Qr { query: query(m) },
        ["codes", "use"] => Job::UseCode { query: query(m), copy: switch(m, "copy") },
        ["vault", "merge"] => {
            Job::Merge { other: path(m, "other").unwrap_or_default(), json: json() }
        }
        ["vault", "verify"] => Job::Verify { json: json() },
        ["vault", "backup"] => Job::Backup { file: file() },
        ["vault", "restore"] => Job::Restore { file: file(), by: by(m) },
        ["history"] => {
            Job::History { query: query(m), limit: small(m, "limit").unwrap_or(30), json: json() }
        }
        ["undo"] => Job::Undo { change: text(m, "change") },
        ["open-with", "list"] => Job::Ways { json: json() },
        ["open-with", "add", "passphrase"] => Job::AddPassphrase { label: label() },
        ["open-with", "add", "words"] => {
            Job::AddWords { label: label(), language: words_language(m).unwrap_or(words) }
        }
        ["open-with", "add", "keyring"] => Job::AddKeyring { label: label() },
        ["open-with", "add", "tpm"] => Job::AddTpm { label: label() },
        ["guide"] => Job::Guide(GuideJob {
            goal: text(m, "for"),
            system: text(m, "system"),
            socket: text(m, "socket"),
            phone: text(m, "phone"),
            rules: text(m, "rules"),
        }),
        ["screen"] => Job::Screen,
        ["sheet"] => Job::Sheet { file: file(), words: words_language(m).unwrap_or(words) },
        ["open-with", "change"] => Job::ChangeWay { way: way() },
        ["open-with", "confirm"] => Job::ConfirmWay { way: way() },
        ["open-with", "remove"] => Job::RemoveWay { way: way() },
        ["map"] => Job::Map(map::job(m)),
        ["move"] => Job::Move(moving::job(m)),
        ["doctor", "key"] => Job::DoctorKey { json: json() },
        ["doctor", "vault"] => Job::DoctorVault { json: json() },
        ["doctor", "code"] => Job::DoctorCode { query: query(m), symptom: text(m, "symptom") },
        ["doctor", "clock"] => Job::DoctorClock { query: query(m) },
        ["report"] => Job::Report { query: query(m), symptom: text(m, "symptom") },
        ["demo"] => Job::Demo { keep: switch(m, "keep") },
        ["help"] => Job::Help { path: help_path(m)? },
        ["generate", "man"] => Job::Man { folder: folder() },
        ["generate", "completions"] => Job::Completions { folder: folder() },
        ["generate", "reference"] => Job::Reference,
        ["demo-writer"] => Job::DemoWriter { folder: folder() },
        ["agent"] => Job::Agent { idle_seconds: small(m, "idle") },
        ["clear-clipboard"] => Job::ClearClipboard {
            place: text(m, "place").unwrap_or_default(),
            after_seconds: small(m, "after").unwrap_or(0),
        },
        [noun, verb] => match kind_of(noun) {
            Some(kind) => item_job(kind, verb, m),
            None => return Err(Fault::Internal),
        },
        _ => return Err(Fault::Internal),
    })
}

/// The kind of item a noun of the command line names.
#[must_use]
pub fn kind_of(noun: &str) -> Option<Kind> {
    Some(match noun {
        "token" => Kind::Token,
        "passkey" => Kind::Passkey,
        "service" => Kind::Service,
        "method" => Kind::Method,
        "codes" => Kind::BackupCodes,
        "note" => Kind::Note,
        "key" => Kind::Key,
        "stick" => Kind::Stick,
        "phone" => Kind::Phone,
        _ => return None,
    })
}

fn item_job(kind: Kind, verb: &str, m: &ArgMatches) -> Job {
    match verb {
        "add" => Job::Add { kind, draft: draft(kind, m) },
        "list" => Job::List { kind, query: query(m), tag: text(m, "tag"), json: switch(m, "json") },
        "show" => Job::Show {
            kind,
            query: query(m),
            // A note is nothing but its text, so showing it is asking for it.
            secrets: kind == Kind::Note || switch(m, "secret"),
            json: switch(m, "json"),
        },
        "edit" => Job::Edit { kind, query: query(m), draft: draft(kind, m) },
        _ => Job::Remove { kind, query: query(m) },
    }
}

/// Flags whose value goes into a field of text as it is; the field's name where it differs.
const TEXT_FLAGS: [(&str, &str); 19] = [
    ("name", name::NAME),
    ("issuer", name::ISSUER),
    ("account", name::ACCOUNT),
    ("kind", name::TYPE),
    ("algorithm", name::ALGORITHM),
    ("folder", name::FOLDER),
    ("tint", "colour"),
    ("what", "what"),
    ("lives", "lives"),
    ("provider", "provider"),
    ("synced", "synced"),
    ("where", name::WHERE),
    ("model", "model"),
    ("serial", "serial"),
    ("firmware", "firmware"),
    ("importance", "importance"),
    ("role", "role"),
    ("system", "system"),
    ("number", "number"),
];

fn draft(kind: Kind, m: &ArgMatches) -> Draft {
    let mut fields = Vec::new();
    for (flag, field) in TEXT_FLAGS {
        if let Some(value) = text(m, flag) {
            let value = if flag == "algorithm" { value.to_uppercase() } else { value };
            let value = if value.is_empty() { FieldValue::Empty } else { FieldValue::Text(value) };
            fields.push(Field::new(field, value));
        }
    }
    for (flag, field) in
        [("digits", name::DIGITS), ("period", name::PERIOD), ("counter", name::COUNTER)]
    {
        if let Some(value) = number(m, flag) {
            fields.push(Field::new(field, FieldValue::Int(value)));
        }
    }
    // The place 0 is none: behind all that have one.
    if let Some(place) = number(m, "place") {
        let value = if place == 0 { FieldValue::Empty } else { FieldValue::Int(place) };
        fields.push(Field::new("order", value));
    }
    for (flag, field) in [("url", "urls"), ("opens", "opens")] {
        let values = texts(m, flag);
        if !values.is_empty() {
            fields.push(Field::new(field, FieldValue::List(values)));
        }
    }
    for (flag, field, says) in [
        ("pin", name::PINNED, true),
        ("unpin", name::PINNED, false),
        ("lost", "lost", true),
        ("found", "lost", false),
    ] {
        if switch(m, flag) {
            fields.push(Field::new(field, FieldValue::Bool(says)));
        }
    }
    if kind == Kind::BackupCodes && switch(m, "emergency") {
        let purpose = FieldValue::Text("emergency-release".to_owned());
        fields.push(Field::new(name::PURPOSE, purpose));
    }
    Draft {
        fields,
        tags: texts(m, "tag"),
        untag: texts(m, "untag"),
        service: text(m, "service"),
        on: text(m, "on"),
        asks_note: switch(m, "note") || switch(m, "text"),
        is_proven: switch(m, "proven"),
        stores_codes: switch(m, "store"),
    }
}

fn export_format(m: &ArgMatches) -> ExportFormat {
    match text(m, "format").as_deref() {
        Some("google") => ExportFormat::Google,
        Some("aegis") => ExportFormat::Aegis,
        Some("2fas") => ExportFormat::TwoFas,
        _ => ExportFormat::Otpauth,
    }
}

fn export(m: &ArgMatches, format: ExportFormat) -> Result<ExportJob, Fault> {
    let protect = if switch(m, "plain") {
        Protect::Plain
    } else if switch(m, "age") {
        Protect::Age
    } else if let Some(recipient) = text(m, "to") {
        Protect::Recipient(recipient)
    } else if matches!(format, ExportFormat::Aegis | ExportFormat::TwoFas) {
        Protect::Own
    } else {
        return Err(Fault::UnprotectedExport);
    };
    let file = path(m, "file").unwrap_or_default();
    Ok(ExportJob { file, format, query: text(m, "query").unwrap_or_default(), protect })
}

fn help_path(m: &ArgMatches) -> Result<Vec<&'static str>, Fault> {
    let mut here = command_at(&[]);
    let mut path = Vec::new();
    for word in texts(m, "command") {
        here = here.find(&word).ok_or(Fault::NoSuchHelp { word })?;
        path.push(here.name);
    }
    Ok(path)
}

fn switch(m: &ArgMatches, flag: &str) -> bool {
    matches!(m.try_get_one::<bool>(flag), Ok(Some(true)))
}

fn text(m: &ArgMatches, flag: &str) -> Option<String> {
    m.try_get_one::<String>(flag).ok().flatten().cloned()
}

fn texts(m: &ArgMatches, flag: &str) -> Vec<String> {
    m.try_get_many::<String>(flag).ok().flatten().map_or_else(Vec::new, |v| v.cloned().collect())
}

fn query(m: &ArgMatches) -> Query {
    texts(m, "query").join(" ")
}

fn number(m: &ArgMatches, flag: &str) -> Option<u64> {
    m.try_get_one::<u64>(flag).ok().flatten().copied()
}

fn small(m: &ArgMatches, flag: &str) -> Option<u32> {
    number(m, flag).and_then(|number| number.try_into().ok())
}

fn path(m: &ArgMatches, flag: &str) -> Option<PathBuf> {
    m.try_get_one::<PathBuf>(flag).ok().flatten().cloned()
}

#[cfg(test)]
mod tests;
