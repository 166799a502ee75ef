// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the agent tells about itself, the vault and its items: the contents of replies.

use kagifuda_secret::SecretText;
use minicbor::{Decode, Encode};

use super::fields::{Field, Kind};
use super::wire::{Hidden, ItemId, OperationId, WayId};

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
        /// Records that cannot be read and are kept as they are.
        #[n(2)]
        unreadable: u32,
        /// Why nothing can be written, where that is so.
        #[n(3)]
        read_only: Option<ReadOnly>,
        /// Ways to open whose [`WayStanding`] wants the holder's attention.
        #[n(4)]
        unsettled_ways: u32,
        /// How this file was taken for a copy, and became a device of its own when it was opened.
        #[n(5)]
        copy_of: Option<CopyOf>,
    },
}

/// What a vault file that is here for the first time is a copy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum CopyOf {
    /// Of a file that is still where this machine keeps it.
    #[n(0)]
    FileHere,
    /// Of another machine's file, with what that machine remembered of it.
    #[n(1)]
    OtherMachine,
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
    /// Ways to open whose [`WayStanding`] wants the holder's attention.
    #[n(5)]
    pub unsettled_ways: u32,
    /// Records that were damaged here and are whole again.
    #[n(6)]
    pub healed: u32,
}

/// A merge that was not made, because it would lock the vault: the way it is open by was removed elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MergeLocks {
    /// When, in Unix seconds.
    #[n(0)]
    pub at: u64,
    /// On which PC, by its name in the vault.
    #[n(1)]
    pub by: String,
    /// The ways that would open the vault then.
    #[n(2)]
    pub left: Vec<Way>,
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
    /// Changes sealed with keys that the way in use does not lead to; nothing is known of them.
    #[n(6)]
    pub closed: u32,
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
    /// This PC's key was reset.
    #[n(10)]
    Reset,
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
    /// Whether it opens the vault.
    #[n(5)]
    pub standing: WayStanding,
}

/// Whether a way opens the vault; those that were removed and do not are not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum WayStanding {
    /// It does.
    #[n(0)]
    Open,
    /// It was added on a PC that had not met the removal of another, as far as this one knows.
    #[n(1)]
    Unconfirmed,
    /// It was removed, but so were all others: it stays until another is added.
    #[n(2)]
    LastResort,
    /// It was removed, but some changes are sealed for no other way.
    #[n(3)]
    StillNeeded,
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
    /// A secret in the keyring of a PC.
    #[n(3)]
    Keyring,
    /// A secret that the TPM of a PC sealed.
    #[n(4)]
    Tpm,
}

/// The keyrings that open a vault, as far as can be told while it is locked.
#[derive(Encode, Decode)]
pub struct Keyrings {
    /// The vault's id, as hexadecimal digits.
    #[n(0)]
    pub vault: String,
    /// The ways to open, those of this PC first.
    #[n(1)]
    pub ways: Vec<KeyringWay>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyringWay {
    /// The way to open.
    #[n(0)]
    pub id: WayId,
    /// Whether this PC has added it, and so has its secret.
    #[n(1)]
    pub is_of_this_pc: bool,
}

/// What this machine's TPM sealed for a vault, as far as can be told while it is locked.
#[derive(Encode, Decode)]
pub struct Tpms {
    /// The ways to open, those added last at the end.
    #[n(0)]
    pub ways: Vec<SealedWay>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedWay {
    /// The way to open.
    #[n(0)]
    pub id: WayId,
    /// What the TPM sealed; no secret by itself.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// What stands on a new recovery sheet.
#[derive(Encode, Decode)]
pub struct NewSheet {
    /// The way to open that it is.
    #[n(0)]
    pub id: WayId,
    /// The recovery words, shown once.
    #[n(1)]
    pub words: Hidden<SecretText>,
    /// The vault's id, as hexadecimal digits.
    #[n(2)]
    pub vault_id: String,
    /// Which sheet of the vault it is, counted from 1; those that were removed count.
    #[n(3)]
    pub generation: u32,
    /// When it was made, Unix seconds.
    #[n(4)]
    pub created: u64,
    /// The recovery words that open the vault besides.
    #[n(5)]
    pub replaces: Vec<WayId>,
}

/// How this clock stands to another one, to a step of the token it was compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Drift {
    /// In the same step.
    #[n(0)]
    None,
    /// This clock is ahead by about so many seconds.
    #[n(1)]
    Ahead {
        /// Seconds, in whole steps.
        #[n(0)]
        seconds: u32,
    },
    /// This clock is behind by about so many seconds.
    #[n(2)]
    Behind {
        /// Seconds, in whole steps.
        #[n(0)]
        seconds: u32,
    },
    /// No step near now has this code.
    #[n(3)]
    NoSuchCode {
        /// How far was looked, in minutes each way.
        #[n(0)]
        minutes: u32,
    },
}

/// What a code says of the device that shows it. A code of six digits fits by chance now and then, so what is not
/// [`Proof::Given`] is the likeliest cause and no certainty.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Proof {
    /// The device has the token, and its clock is right enough.
    #[n(0)]
    Given,
    /// It makes codes of the same secret by another rule: hash, length or period.
    #[n(1)]
    OtherSettings,
    /// It is the code of another token of this vault.
    #[n(2)]
    OtherToken {
        /// What the holder calls that one.
        #[n(0)]
        title: String,
    },
    /// It is right for another time.
    #[n(3)]
    OtherTime(#[n(0)] Drift),
    /// Of a token that counts: this code was used before.
    #[n(4)]
    UsedBefore,
    /// The token's codes are longer or shorter.
    #[n(5)]
    NotACode,
    /// It fits nothing.
    #[n(6)]
    Nothing,
}
