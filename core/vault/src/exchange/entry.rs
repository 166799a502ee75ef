// SPDX-License-Identifier: MIT OR Apache-2.0
//! What comes out of another app's file: tokens, passkeys, services and notes, each with its place in the
//! file and what the holder should know about it, and what was refused.
//!
//! A password is never among it. That there is one, and where it is kept, is a fact about a service.

use kagifuda_otp::Token;
use kagifuda_secret::SecretText;

use super::{FileNotice, FormatName, LargeBlob, Notice, Refused};
use crate::item::Passkey;

/// What an entry carries besides its token; empty where the file says nothing.
#[derive(Default)]
pub struct EntryExtras {
    /// Names of the folders or groups the entry is in.
    pub folders: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The holder's note; may hold secrets, such as backup codes.
    pub note: SecretText,
    /// Whether the entry is pinned or a favourite.
    pub is_pinned: bool,
    /// A colour by the name the app gives it.
    pub colour: Option<String>,
    /// The place in the file of the service it belongs to, where the file has that as an entry of its own.
    pub service: Option<usize>,
}

/// One token as a file held it.
pub struct Entry {
    /// Which entry of the file it is, counted from 1, refused ones included.
    pub position: usize,
    /// The token.
    pub token: Token,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// One passkey as a file held it.
pub struct PasskeyEntry {
    /// Which entry of the file it is, counted from 1, tokens and refused ones included.
    pub position: usize,
    /// What it was called, where that is more than its site.
    pub name: String,
    /// The passkey. It has no key for a blob: the file names none.
    pub passkey: Passkey,
    /// What its site left beside it.
    pub large_blob: Option<LargeBlob>,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// One service as a file held it: where somebody signs in, without what they sign in with.
pub struct ServiceEntry {
    /// Which entry of the file it is, counted from 1, all others included.
    pub position: usize,
    /// What it is called.
    pub name: String,
    /// Where it is, as the file spells it.
    pub urls: Vec<String>,
    /// Whose account.
    pub account: String,
    /// What else the file says there is to sign in with, and does not come along.
    pub methods: Vec<KeptElsewhere>,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// A way to sign in whose secret stays where it is; that it exists is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptElsewhere {
    /// What it is.
    pub what: MethodKind,
    /// Where it is kept.
    pub lives: Lives,
    /// The program that keeps it, by its name.
    pub provider: String,
}

/// What a way to sign in is, as far as files of others tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MethodKind {
    /// A saved password.
    Password,
    /// A passkey that the file names and does not hold.
    Passkey,
}

/// Where a way to sign in is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lives {
    /// In a password manager or a browser.
    PasswordManager,
    /// In a Google account.
    Google,
    /// In iCloud.
    ICloud,
}

/// One note as a file held it.
pub struct NoteEntry {
    /// Which entry of the file it is, counted from 1, all others included.
    pub position: usize,
    /// What it is called.
    pub title: String,
    /// What it says; may hold secrets.
    pub text: SecretText,
    /// What the format carries besides.
    pub extras: EntryExtras,
    /// What the holder should know about this entry.
    pub notices: Vec<Notice>,
}

/// What was read from a file. Entries, passkeys, services, notes and refusals together are all entries of
/// the file.
pub struct Import {
    /// The format the file turned out to be.
    pub format: FormatName,
    /// The tokens among what can be imported, in the file's order.
    pub entries: Vec<Entry>,
    /// The passkeys among what can be imported, in the file's order.
    pub passkeys: Vec<PasskeyEntry>,
    /// The services among what can be imported, in the file's order.
    pub services: Vec<ServiceEntry>,
    /// The notes among what can be imported, in the file's order.
    pub notes: Vec<NoteEntry>,
    /// What cannot, and why.
    pub refused: Vec<Refused>,
    /// What concerns the file as a whole.
    pub notices: Vec<FileNotice>,
}
