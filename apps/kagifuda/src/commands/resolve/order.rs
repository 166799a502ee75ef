// SPDX-License-Identifier: MIT OR Apache-2.0
//! An order: what a command line comes to mean, with nothing left to interpret.

use std::path::PathBuf;

use super::keys::KeyJob;
use super::map::MapJob;
use super::moving::MoveJob;
use crate::agent::fields::{Field, Kind};
use crate::agent::protocol::{ExportFormat, KeyVerify, WordsLanguage};
use crate::term::Colour;
use crate::text::Lang;

/// A command ready to run.
#[derive(Debug)]
pub struct Order {
    /// What holds for every command.
    pub settings: Settings,
    /// What to do.
    pub job: Job,
}

/// What holds for every command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The vault file, absolute.
    pub vault: PathBuf,
    /// The language to speak.
    pub lang: Lang,
    /// When to use colours.
    pub colour: Colour,
    /// Where secrets come from.
    pub secrets: SecretSource,
    /// Whether questions are answered with yes.
    pub is_sure: bool,
}

/// Where secrets come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// The person at the terminal.
    Terminal,
    /// Standard input, a line each.
    Stdin,
    /// An open file descriptor, a line each.
    Descriptor(i32),
}

/// What the holder opens the vault with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The passphrase, typed.
    Passphrase,
    /// The recovery words, typed.
    Words,
    /// A picture of a recovery sheet.
    Sheet(PathBuf),
}

/// Where a picture with codes comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// A file; `-` is standard input.
    File(PathBuf),
    /// The clipboard.
    Clipboard,
    /// The screen, as the desktop takes it.
    Screen,
}

/// Which items: the words of a fuzzy search; empty for all.
pub type Query = String;

/// What to do.
#[derive(Debug)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub enum Job {
    Init,
    Unlock { by: By, idle_minutes: Option<u32> },
    Lock,
    Status { json: bool },
    Code(CodeJob),
    Add { kind: Kind, draft: Draft },
    List { kind: Kind, query: Query, tag: Option<String>, json: bool },
    Show { kind: Kind, query: Query, secrets: bool, json: bool },
    Edit { kind: Kind, query: Query, draft: Draft },
    Remove { kind: Kind, query: Query },
    UseCode { query: Query, copy: bool },
    Import { file: PathBuf, dry_run: bool, json: bool },
    Scan { picture: Picture, dry_run: bool, json: bool },
    Export(ExportJob),
    Qr { query: Query },
    Merge { other: PathBuf, json: bool },
    Verify { json: bool },
    Backup { file: PathBuf },
    Restore { file: PathBuf, by: By },
    History { query: Query, limit: u32, json: bool },
    Undo { change: Option<String> },
    KeyRun(KeyRunJob),
    Key(KeyJob),
    DoctorKey { json: bool },
    DoctorVault { json: bool },
    DoctorCode { query: Query, symptom: Option<String> },
    DoctorClock { query: Query },
    Report { query: Query, symptom: Option<String> },
    Map(MapJob),
    Move(MoveJob),
    Ways { json: bool },
    AddPassphrase { label: String },
    AddWords { label: String, language: WordsLanguage },
    AddKeyring { label: String },
    AddTpm { label: String },
    Guide(GuideJob),
    Screen,
    Sheet { file: PathBuf, words: WordsLanguage },
    ChangeWay { way: String },
    ConfirmWay { way: String },
    RemoveWay { way: String },
    Demo { keep: bool },
    DemoWriter { folder: PathBuf },
    Help { path: Vec<&'static str> },
    Man { folder: PathBuf },
    Completions { folder: PathBuf },
    Reference,
    Agent { idle_seconds: Option<u32> },
    ClearClipboard { place: String, after_seconds: u32 },
}

/// What `code` shows and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub struct CodeJob {
    pub query: Query,
    pub copy: bool,
    pub watch: bool,
    pub next: bool,
    pub json: bool,
}

/// What `guide` need not ask; a word of the table each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub struct GuideJob {
    pub goal: Option<String>,
    pub system: Option<String>,
    pub socket: Option<String>,
    pub phone: Option<String>,
    pub rules: Option<String>,
}

impl GuideJob {
    /// Whether nothing is left to ask.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.goal.is_some()
            && self.system.is_some()
            && self.socket.is_some()
            && self.phone.is_some()
            && self.rules.is_some()
    }
}

/// How the key is plugged in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyRunJob {
    /// The TCP port of the virtual smart card reader the key lies in; the key is a USB key without.
    pub card: Option<u16>,
    /// Whether it offers ML-DSA too.
    pub post_quantum: bool,
    /// How the key recognises its person, besides by the PIN.
    pub verify: Option<KeyVerify>,
    /// The UDP port of the test transport.
    #[cfg(feature = "testing")]
    pub udp: Option<u16>,
    /// The HTTP port of a test's button and plug.
    #[cfg(feature = "testing")]
    pub control: Option<u16>,
    /// Whether the key touches itself.
    #[cfg(feature = "testing")]
    pub touch_by_itself: bool,
}

/// What is exported and how it is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are the arguments the table describes")]
pub struct ExportJob {
    pub file: PathBuf,
    pub format: ExportFormat,
    pub query: Query,
    pub protect: Protect,
}

/// How an export is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protect {
    /// By the format's own encryption.
    Own,
    /// As an age file with a passphrase.
    Age,
    /// As an age file for a recipient.
    Recipient(String),
    /// Not at all.
    Plain,
}

/// What the command line says about an item that is added or edited.
#[derive(Default)]
pub struct Draft {
    /// Fields set by flags; none of them is secret.
    pub fields: Vec<Field>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// Tags to take away.
    pub untag: Vec<String>,
    /// The service it belongs to, as a query.
    pub service: Option<String>,
    /// What it lives on or goes through, as a query.
    pub on: Option<String>,
    /// Whether to ask for a note.
    pub asks_note: bool,
    /// Whether to record that it was proven just now.
    pub is_proven: bool,
    /// Whether backup codes themselves are to be stored, not only where they are kept.
    pub stores_codes: bool,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        f.debug_struct("Draft").field("fields", &names).finish_non_exhaustive()
    }
}
