// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the program asks the agent and what the agent answers: whole verbs, so that the program only
//! shows and every secret that can stay in the agent does.
//!
//! One connection carries requests and replies in turn. The first request is [`Request::Hello`];
//! it and [`Request::Shutdown`] keep their shape for ever, so that a program can tell an agent of
//! another version and ask it to go. One agent serves one vault file, the one it was started for.

use kagifuda_secret::SecretText;
use minicbor::{Decode, Encode};

pub use super::failure::{Failure, Tried};
pub use super::fields::{BackupCode, Field, FieldValue, Kind, name};
pub use super::wire::{
    CodeId, FrameBytes, Hidden, ItemId, MAX_FRAME_BYTES, OperationId, PREFIX_BYTES, Ticket, WayId,
};
use kagifuda_secret::SecretBytes;

/// The version of everything below.
pub const PROTOCOL_VERSION: u32 = 1;
/// The version of the program; an agent of another one is replaced even where the protocol is the same.
pub const PROGRAM_VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the program asks.
#[derive(Encode, Decode)]
pub enum Request {
    /// Begins a connection. Answer: [`Reply::Hello`].
    #[n(0)]
    Hello {
        /// [`PROTOCOL_VERSION`] of the program.
        #[n(0)]
        protocol: u32,
    },
    /// Ends the agent after locking. Answer: [`Reply::Done`].
    #[n(1)]
    Shutdown,
    /// Answer: [`Reply::Status`].
    #[n(2)]
    Status,
    /// Makes the vault, opened by a passphrase and by recovery words. Answer: [`Reply::Words`], once.
    #[n(3)]
    Create {
        /// The passphrase.
        #[n(0)]
        passphrase: Hidden<SecretText>,
        /// The language of the words.
        #[n(1)]
        words: WordsLanguage,
    },
    /// Opens the vault. Answer: [`Reply::Status`].
    #[n(4)]
    Unlock {
        /// What opens it.
        #[n(0)]
        secret: OpenSecret,
    },
    /// Forgets keys and items. Answer: [`Reply::Done`].
    #[n(5)]
    Lock,
    /// Changes after how much idle time the vault locks. Answer: [`Reply::Status`].
    #[n(6)]
    LockAfter {
        /// Seconds; 0 is refused.
        #[n(0)]
        seconds: u32,
    },

    /// The codes that match, best first. Answer: [`Reply::Codes`].
    #[n(10)]
    Codes {
        /// Fuzzy words; `None` for all tokens in the holder's order.
        #[n(0)]
        query: Option<String>,
        /// Whether the codes of the following step are wanted too.
        #[n(1)]
        next: bool,
        /// At most so many; 0 for all.
        #[n(2)]
        limit: u32,
        /// Asked by a display that repeats by itself: does not count as the holder's presence.
        #[n(3)]
        watching: bool,
    },
    /// The next code of an HOTP token; its counter is durable before the answer leaves.
    /// Answer: [`Reply::Codes`] with one code.
    #[n(11)]
    HotpNext {
        /// Which token.
        #[n(0)]
        id: ItemId,
    },
    /// The items that match. Answer: [`Reply::Items`].
    #[n(12)]
    Items {
        /// Only this kind.
        #[n(0)]
        kind: Option<Kind>,
        /// Fuzzy words.
        #[n(1)]
        query: Option<String>,
    },
    /// All fields of one item. Answer: [`Reply::Item`].
    #[n(13)]
    Item {
        /// Which.
        #[n(0)]
        id: ItemId,
        /// Whether secret fields are wanted; without, they are left out, and backup codes are blank.
        #[n(1)]
        secrets: bool,
    },
    /// Answer: [`Reply::Added`].
    #[n(14)]
    AddItem {
        /// What it is.
        #[n(0)]
        kind: Kind,
        /// Its fields.
        #[n(1)]
        fields: Vec<Field>,
    },
    /// Sets the given fields and leaves the others. Answer: [`Reply::Done`].
    #[n(15)]
    EditItem {
        /// Which.
        #[n(0)]
        id: ItemId,
        /// The fields to set; [`FieldValue::Empty`] empties one.
        #[n(1)]
        fields: Vec<Field>,
    },
    /// Answer: [`Reply::Done`].
    #[n(16)]
    RemoveItem {
        /// Which.
        #[n(0)]
        id: ItemId,
    },
    /// Records a backup code as used; durable before the answer leaves.
    /// Answer: [`Reply::Secret`] with the code.
    #[n(17)]
    UseBackupCode {
        /// Which set.
        #[n(0)]
        id: ItemId,
        /// Which code; `None` for the first unused one.
        #[n(1)]
        code: Option<CodeId>,
    },
    /// The `otpauth` URI of a token, to draw as a QR code. Answer: [`Reply::Secret`].
    #[n(18)]
    Uri {
        /// Which token.
        #[n(0)]
        id: ItemId,
    },

    /// Reads another app's file and tells what importing it would do. Answer: [`Reply::Import`].
    #[n(20)]
    ImportPreview {
        /// The file, or the text read out of a picture.
        #[n(0)]
        bytes: Hidden<SecretBytes>,
        /// The password it is encrypted with.
        #[n(1)]
        password: Option<Hidden<SecretText>>,
    },
    /// Makes the import that was shown, all or nothing. Answer: [`Reply::Imported`].
    #[n(21)]
    ImportCommit {
        /// Which.
        #[n(0)]
        ticket: Ticket,
    },
    /// Answer: [`Reply::Exported`].
    #[n(22)]
    Export {
        /// In which format.
        #[n(0)]
        format: ExportFormat,
        /// Which tokens; empty for all.
        #[n(1)]
        ids: Vec<ItemId>,
        /// How it is protected.
        #[n(2)]
        protection: Protection,
    },

    /// Takes in the changes of another copy of this vault. Answer: [`Reply::Merged`].
    #[n(30)]
    Merge {
        /// The other file, absolute.
        #[n(0)]
        path: String,
    },
    /// Reads everything and checks it. Works while locked, then without the items.
    /// Answer: [`Reply::Verified`].
    #[n(31)]
    Verify,
    /// Writes a copy of the vault, 0600. Answer: [`Reply::Done`].
    #[n(32)]
    Backup {
        /// Where, absolute; must not exist.
        #[n(0)]
        path: String,
    },
    /// Puts a backup in the vault's place; a vault there is merged in when it is the same vault and
    /// kept beside otherwise. This machine becomes a new device. Answer: [`Reply::Restored`].
    #[n(33)]
    Restore {
        /// The backup, absolute.
        #[n(0)]
        from: String,
        /// What opens the backup.
        #[n(1)]
        secret: OpenSecret,
    },
    /// What was done, newest first. Answer: [`Reply::History`].
    #[n(34)]
    History {
        /// Only what touched this item.
        #[n(0)]
        item: Option<ItemId>,
        /// At most so many; 0 for all.
        #[n(1)]
        limit: u32,
    },
    /// Takes an operation back. Answer: [`Reply::Undone`].
    #[n(35)]
    Undo {
        /// Which; `None` for this machine's last.
        #[n(0)]
        operation: Option<OperationId>,
    },

    /// Answer: [`Reply::Ways`].
    #[n(40)]
    Ways,
    /// Adds a way to open. Answer: [`Reply::WayAdded`].
    #[n(41)]
    AddWay {
        /// What it takes.
        #[n(0)]
        secret: NewSecret,
        /// What the holder calls it.
        #[n(1)]
        label: String,
    },
    /// Gives a way to open a new secret. Answer: [`Reply::WayAdded`].
    #[n(42)]
    ChangeWay {
        /// Which.
        #[n(0)]
        id: WayId,
        /// What it takes from now on.
        #[n(1)]
        secret: NewSecret,
    },
    /// Removes a way to open. Old copies of the vault still open by it. Answer: [`Reply::Done`].
    #[n(43)]
    RemoveWay {
        /// Which.
        #[n(0)]
        id: WayId,
    },
}

/// What the agent answers.
#[derive(Encode, Decode)]
pub enum Reply {
    /// To [`Request::Hello`].
    #[n(0)]
    Hello {
        /// [`PROTOCOL_VERSION`] of the agent.
        #[n(0)]
        protocol: u32,
        /// The vault it serves.
        #[n(1)]
        vault: String,
        /// The version of the program it was started from.
        #[n(2)]
        program: String,
    },
    /// Done; there is nothing to tell.
    #[n(1)]
    Done,
    /// Refused.
    #[n(2)]
    Failed(#[n(0)] Failure),
    /// The state of agent and vault.
    #[n(3)]
    Status(#[n(0)] Status),
    /// Recovery words, shown once.
    #[n(4)]
    Words(#[n(0)] Hidden<SecretText>),
    /// Codes, best match first.
    #[n(5)]
    Codes(#[n(0)] Vec<Code>),
    /// Items, best match first.
    #[n(6)]
    Items(#[n(0)] Vec<ItemLine>),
    /// One item.
    #[n(7)]
    Item(#[n(0)] ItemView),
    /// The id of what was added.
    #[n(8)]
    Added(#[n(0)] ItemId),
    /// A secret that was asked for.
    #[n(9)]
    Secret(#[n(0)] Hidden<SecretText>),
    /// What an import would do.
    #[n(10)]
    Import(#[n(0)] ImportReport),
    /// How many items an import made.
    #[n(11)]
    Imported {
        /// New items.
        #[n(0)]
        added: u32,
        /// The operation, to undo it whole.
        #[n(1)]
        operation: Option<OperationId>,
    },
    /// An export, one or more files or pictures' texts.
    #[n(12)]
    Exported {
        /// The files; more than one only for Google batches.
        #[n(0)]
        parts: Vec<Hidden<SecretBytes>>,
        /// How many items they carry.
        #[n(1)]
        items: u32,
        /// Items the format cannot carry.
        #[n(2)]
        left_out: Vec<ItemId>,
    },
    /// What a merge brought.
    #[n(13)]
    Merged(#[n(0)] MergeReport),
    /// What verifying found.
    #[n(14)]
    Verified(#[n(0)] VerifyReport),
    /// What a restore did.
    #[n(15)]
    Restored {
        /// Where the file that stood there before was put.
        #[n(0)]
        kept_as: Option<String>,
        /// Changes of the file that stood there before, taken over.
        #[n(1)]
        merged: Option<MergeReport>,
        /// The state now.
        #[n(2)]
        status: Status,
    },
    /// Operations, newest first.
    #[n(16)]
    History(#[n(0)] Vec<OperationLine>),
    /// What was taken back.
    #[n(17)]
    Undone {
        /// Which operation.
        #[n(0)]
        operation: OperationId,
        /// Items it touched.
        #[n(1)]
        items: u32,
        /// Fields that were changed again since, and are left alone.
        #[n(2)]
        overwritten: u32,
    },
    /// The ways to open.
    #[n(18)]
    Ways(#[n(0)] Vec<Way>),
    /// A way to open was added or changed.
    #[n(19)]
    WayAdded {
        /// Its id.
        #[n(0)]
        id: WayId,
        /// New recovery words, shown once, where it takes words.
        #[n(1)]
        words: Option<Hidden<SecretText>>,
    },
}

/// The language of recovery words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum WordsLanguage {
    /// English.
    #[n(0)]
    English,
    /// Japanese.
    #[n(1)]
    Japanese,
}

/// What opens a vault.
#[derive(Encode, Decode)]
pub enum OpenSecret {
    /// A passphrase.
    #[n(0)]
    Passphrase(#[n(0)] Hidden<SecretText>),
    /// Recovery words, in either language, as typed.
    #[n(1)]
    Words(#[n(0)] Hidden<SecretText>),
}

/// What a new way to open takes.
#[derive(Encode, Decode)]
pub enum NewSecret {
    /// This passphrase.
    #[n(0)]
    Passphrase(#[n(0)] Hidden<SecretText>),
    /// New recovery words, which the agent draws.
    #[n(1)]
    Words(#[n(0)] WordsLanguage),
}

/// The state of agent and vault.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Status {
    /// The vault file.
    #[n(0)]
    pub vault: String,
    /// Open, locked or absent.
    #[n(1)]
    pub state: State,
    /// Seconds of idle time after which the vault locks.
    #[n(2)]
    pub lock_after_seconds: u32,
    /// Seconds left until then; `None` unless open.
    #[n(3)]
    pub locks_in_seconds: Option<u32>,
    /// Whether keys could be kept out of swap.
    #[n(4)]
    pub memory_locked: bool,
    /// The agent's process id.
    #[n(5)]
    pub pid: u32,
}

/// Open, locked or absent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum State {
    /// There is no file yet.
    #[n(0)]
    Absent,
    /// There is a file; nobody unlocked it.
    #[n(1)]
    Locked,
    /// Unlocked.
    #[n(2)]
    Open {
        /// Items that are not removed.
        #[n(0)]
        items: u32,
        /// Those of them that are tokens.
        #[n(1)]
        tokens: u32,
        /// Items that cannot be read and are kept as they are.
        #[n(2)]
        unreadable: u32,
        /// Why nothing can be written, where that is so.
        #[n(3)]
        read_only: Option<ReadOnly>,
    },
}

/// Why a vault is open for reading only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ReadOnly {
    /// It is older than this machine last saw: merge or restore.
    #[n(0)]
    OlderThanSeen,
    /// The file or its directory cannot be written to.
    #[n(1)]
    FileSystem,
}

/// One token with its code.
#[derive(Encode, Decode)]
pub struct Code {
    /// The token.
    #[n(0)]
    pub id: ItemId,
    /// What the holder calls it; empty where only issuer and account are known.
    #[n(1)]
    pub title: String,
    /// Who issued it.
    #[n(2)]
    pub issuer: String,
    /// Whose account it is.
    #[n(3)]
    pub account: String,
    /// The code; `None` for an HOTP token that was not asked for its next one, and for a token that
    /// cannot make one.
    #[n(4)]
    pub code: Option<Hidden<SecretText>>,
    /// The code of the following step, where asked for.
    #[n(5)]
    pub next: Option<Hidden<SecretText>>,
    /// What the code turns with.
    #[n(6)]
    pub turn: Turn,
    /// How well it matches; greater is better, 0 without a query.
    #[n(7)]
    pub score: u32,
}

/// What a code turns with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Turn {
    /// With time.
    #[n(0)]
    Time {
        /// Seconds until the next code.
        #[n(0)]
        seconds_left: u32,
        /// Seconds of a whole step.
        #[n(1)]
        period: u32,
    },
    /// With each use.
    #[n(1)]
    Counter {
        /// The counter of the code shown, or of the next one where none is.
        #[n(0)]
        counter: u64,
    },
}

/// One item in a list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ItemLine {
    /// Which.
    #[n(0)]
    pub id: ItemId,
    /// What it is.
    #[n(1)]
    pub kind: Kind,
    /// What the holder calls it, or the best name there is.
    #[n(2)]
    pub title: String,
    /// Issuer, domain or service; empty where there is none.
    #[n(3)]
    pub issuer: String,
    /// Account or user name; empty where there is none.
    #[n(4)]
    pub account: String,
    /// Its folder.
    #[n(5)]
    pub folder: String,
    /// Its tags.
    #[n(6)]
    pub tags: Vec<String>,
    /// Shown first.
    #[n(7)]
    pub pinned: bool,
    /// How well it matches; greater is better, 0 without a query.
    #[n(8)]
    pub score: u32,
}

/// One item with its fields.
#[derive(Encode, Decode)]
pub struct ItemView {
    /// Which.
    #[n(0)]
    pub id: ItemId,
    /// What it is.
    #[n(1)]
    pub kind: Kind,
    /// Its fields that hold something, in the schema's order.
    #[n(2)]
    pub fields: Vec<Field>,
    /// When it was made, in Unix seconds.
    #[n(3)]
    pub created: u64,
    /// When it was last changed, in Unix seconds.
    #[n(4)]
    pub changed: u64,
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ImportReport {
    /// Names this import in [`Request::ImportCommit`]; `None` where nothing would be added.
    #[n(0)]
    pub ticket: Option<Ticket>,
    /// The format that was recognised, as a short name (`aegis`, `2fas`, `otpauth`).
    #[n(1)]
    pub format: String,
    /// One line per entry of the file, in its order.
    #[n(2)]
    pub lines: Vec<ImportLine>,
    /// Parts of a batch that are missing, counted from 1.
    #[n(3)]
    pub missing_parts: Vec<u32>,
}

/// What happens to one entry of an import.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ImportLine {
    /// The entry's issuer.
    #[n(0)]
    pub issuer: String,
    /// The entry's account.
    #[n(1)]
    pub account: String,
    /// What happens to it.
    #[n(2)]
    pub outcome: ImportOutcome,
    /// Things in the entry the holder should know were left behind, as short names.
    #[n(3)]
    pub notes: Vec<String>,
}

/// What happens to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ImportOutcome {
    /// It becomes an item.
    #[n(0)]
    Imported,
    /// The vault has it already, or it stood earlier in the same file.
    #[n(1)]
    SameAsExisting {
        /// Which item, where it is in the vault.
        #[n(0)]
        id: Option<ItemId>,
    },
    /// It cannot be taken.
    #[n(2)]
    Refused {
        /// Why.
        #[n(0)]
        why: Refusal,
    },
}

/// Why an entry cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Refusal {
    /// It has no secret.
    #[n(0)]
    NoSecret,
    /// Its secret is not in the encoding it should be in.
    #[n(1)]
    BadSecret,
    /// Its type is unknown.
    #[n(2)]
    UnknownType {
        /// The type, as the file says.
        #[n(0)]
        found: String,
    },
    /// Its hash function is unknown.
    #[n(3)]
    UnknownAlgorithm {
        /// The name, as the file says.
        #[n(0)]
        found: String,
    },
    /// Its number of digits is out of range.
    #[n(4)]
    BadDigits,
    /// Its period is out of range.
    #[n(5)]
    BadPeriod,
    /// Its counter is missing or out of range.
    #[n(6)]
    BadCounter,
    /// It is not a token: something this import leaves alone.
    #[n(7)]
    NotAToken,
    /// It is broken in another way.
    #[n(8)]
    Broken,
}

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ExportFormat {
    /// One `otpauth` URI per line.
    #[n(0)]
    Otpauth,
    /// `otpauth-migration` URIs, a part each, to draw as QR codes.
    #[n(1)]
    Google,
    /// An Aegis vault file.
    #[n(2)]
    Aegis,
    /// A 2FAS backup file.
    #[n(3)]
    TwoFas,
}

/// How an export is protected.
#[derive(Encode, Decode)]
pub enum Protection {
    /// Not at all: plain text.
    #[n(0)]
    None,
    /// By the format's own encryption (Aegis, 2FAS).
    #[n(1)]
    Password(#[n(0)] Hidden<SecretText>),
    /// As an age file, opened by a passphrase.
    #[n(2)]
    AgePassphrase(#[n(0)] Hidden<SecretText>),
    /// As an age file, opened by the identity of this recipient (`age1...`).
    #[n(3)]
    AgeRecipient(#[n(0)] String),
}

/// What a merge brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct MergeReport {
    /// Records that are new here.
    #[n(0)]
    pub records: u32,
    /// Items that are new here.
    #[n(1)]
    pub added: u32,
    /// Items that changed here.
    #[n(2)]
    pub changed: u32,
    /// Items that were removed there.
    #[n(3)]
    pub removed: u32,
    /// Records of the other file that are damaged and were left out.
    #[n(4)]
    pub damaged: u32,
}

/// What verifying found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct VerifyReport {
    /// Records read.
    #[n(0)]
    pub records: u64,
    /// Items read; `None` while locked.
    #[n(1)]
    pub items: Option<u32>,
    /// Whether the file's own structure is whole.
    #[n(2)]
    pub file_is_whole: bool,
    /// Records that are damaged or foreign, each with a short name of what is wrong.
    #[n(3)]
    pub damaged: Vec<DamagedRecord>,
    /// Items that cannot be read.
    #[n(4)]
    pub unreadable: Vec<ItemId>,
    /// Whether the file is older than this machine last saw.
    #[n(5)]
    pub older_than_seen: bool,
}

/// One damaged record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DamagedRecord {
    /// Its name.
    #[n(0)]
    pub record: String,
    /// A short name of what is wrong (`seal`, `signature`), the same in every language.
    #[n(1)]
    pub what: String,
}

/// One operation of the history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OperationLine {
    /// Which.
    #[n(0)]
    pub id: OperationId,
    /// When, in Unix seconds.
    #[n(1)]
    pub at: u64,
    /// On which device: its name.
    #[n(2)]
    pub device: String,
    /// Whether that is this one.
    #[n(3)]
    pub here: bool,
    /// What it was.
    #[n(4)]
    pub verb: Verb,
    /// The items it touched, each with its title now and the fields that changed.
    #[n(5)]
    pub touched: Vec<Touched>,
    /// Whether it can be undone now.
    #[n(6)]
    pub can_undo: bool,
}

/// An item an operation touched.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Touched {
    /// Which.
    #[n(0)]
    pub id: ItemId,
    /// What it is called now.
    #[n(1)]
    pub title: String,
    /// The names of the fields that changed; never their values.
    #[n(2)]
    pub fields: Vec<String>,
}

/// What an operation was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Verb {
    /// The vault was made.
    #[n(0)]
    Create,
    /// An item was added.
    #[n(1)]
    Add,
    /// An item was edited.
    #[n(2)]
    Edit,
    /// An item was removed.
    #[n(3)]
    Remove,
    /// Another app's file was imported.
    #[n(4)]
    Import,
    /// A code was used: a backup code, or an HOTP counter raised.
    #[n(5)]
    Use,
    /// An operation was undone.
    #[n(6)]
    Undo,
    /// A way to open was added, changed or removed.
    #[n(7)]
    Way,
    /// A device introduced itself.
    #[n(8)]
    Device,
    /// Something a newer version knows.
    #[n(9)]
    Other,
}

/// One way to open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Way {
    /// Which.
    #[n(0)]
    pub id: WayId,
    /// What it takes.
    #[n(1)]
    pub kind: WayKind,
    /// What the holder calls it.
    #[n(2)]
    pub label: String,
    /// When it was made, in Unix seconds.
    #[n(3)]
    pub created: u64,
    /// Whether this session was opened by it.
    #[n(4)]
    pub in_use: bool,
}

/// What a way to open takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum WayKind {
    /// A passphrase.
    #[n(0)]
    Passphrase,
    /// Recovery words.
    #[n(1)]
    Words,
    /// A kind a newer version knows.
    #[n(2)]
    Other,
}
