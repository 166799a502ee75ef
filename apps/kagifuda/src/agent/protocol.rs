// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the program asks the agent and what the agent answers: whole verbs, so that the program only
//! shows and every secret that can stay in the agent does.
//!
//! One connection carries requests and replies in turn. The first request is [`Request::Hello`];
//! it and [`Request::Shutdown`] keep their shape for ever, so that a program can tell an agent of
//! another version and ask it to go. One agent serves one vault file, the one it was started for.

use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::map::World;
use minicbor::{Decode, Encode};

pub use super::answers::{
    Code, CopyOf, DamagedRecord, Drift, ItemLine, ItemView, KeyringWay, Keyrings, MergeLocks,
    MergeReport, NewSheet, OperationLine, Proof, ReadOnly, SealedWay, State, Status, Touched, Tpms,
    Turn, Verb, VerifyReport, Way, WayKind, WayStanding,
};
pub use super::exchanges::{
    ExportFormat, ExportLoss, ImportLine, ImportOutcome, ImportReport, LossExtent, Protection,
    Refusal,
};
pub use super::failure::{Failure, Tried};
pub use super::fields::{BackupCode, Field, FieldValue, Kind, name};
pub use super::keys::{
    KeyAbout, KeyAsk, KeyConsent, KeyFrame, KeyHint, KeyKind, KeyProof, KeyQuestion, KeyReader,
    KeySaid, KeyVerify, KeyVerifying,
};
pub use super::wire::{
    CodeId, FrameBytes, Hidden, ItemId, MAX_FRAME_BYTES, OperationId, PREFIX_BYTES, Ticket, WayId,
};

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
    /// The codes of these tokens, for a display that repeats by itself: does not count as the holder's
    /// presence. Those that are gone are left out. Answer: [`Reply::Codes`].
    #[n(19)]
    CodesOf {
        /// Which.
        #[n(0)]
        ids: Vec<ItemId>,
    },
    /// Compares this clock with another by a code that a device with the right time shows for the same token.
    /// Answer: [`Reply::Drift`].
    #[n(23)]
    DriftOf {
        /// Which token.
        #[n(0)]
        id: ItemId,
        /// The code.
        #[n(1)]
        code: Hidden<SecretText>,
    },
    /// Compares a code that a new device shows with the token it was given. A counter-based token's counter is durable
    /// behind that code before the answer leaves. Answer: [`Reply::Proof`].
    #[n(24)]
    Prove {
        /// Which token.
        #[n(0)]
        id: ItemId,
        /// The code.
        #[n(1)]
        code: Hidden<SecretText>,
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
        /// Which tokens, or passkeys where the format is for those; empty for all.
        #[n(1)]
        ids: Vec<ItemId>,
        /// How it is protected.
        #[n(2)]
        protection: Protection,
    },

    /// Takes in the changes of another copy of this vault. Answer: [`Reply::Merged`], or
    /// [`Reply::MergeLocks`] and nothing was taken in.
    #[n(30)]
    Merge {
        /// The other file, absolute.
        #[n(0)]
        path: String,
        /// Whether the holder agreed to what [`Reply::MergeLocks`] said.
        #[n(1)]
        may_lock: bool,
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
    /// Draws new recovery words for a sheet of paper, beside those there are. Answer: [`Reply::Sheet`].
    #[n(45)]
    NewSheet {
        /// The language of the words.
        #[n(0)]
        words: WordsLanguage,
    },
    /// Removes a way to open. Old copies of the vault still open by it. Answer: [`Reply::Done`].
    #[n(43)]
    RemoveWay {
        /// Which.
        #[n(0)]
        id: WayId,
    },
    /// Which keyrings open the vault. Works while locked. Answer: [`Reply::Keyrings`].
    #[n(46)]
    Keyrings,
    /// What this machine's TPM sealed for the vault. Works while locked. Answer: [`Reply::Tpms`].
    #[n(47)]
    Tpms,
    /// Forgets what the TPM sealed for a way. Works while locked. Answer: [`Reply::Done`].
    #[n(48)]
    ForgetSealed {
        /// Which.
        #[n(0)]
        id: WayId,
    },
    /// Vouches for a way to open that is unconfirmed here. Answer: [`Reply::Done`].
    #[n(44)]
    ConfirmWay {
        /// Which.
        #[n(0)]
        id: WayId,
    },

    /// Plugs the security key in that lives in the vault, or in again. Works while locked.
    /// Answer: [`Reply::Done`].
    #[n(50)]
    KeyPlug(#[n(0)] KeyKind),
    /// Unplugs it. Answer: [`Reply::Done`].
    #[n(51)]
    KeyUnplug,
    /// Says that it is still plugged in. Answer: [`Reply::Done`].
    #[n(52)]
    KeyHeartbeat,
    /// A request to the key. Answer: [`Reply::KeyAnswer`], or [`Reply::KeyAsk`], after which the same
    /// request comes again with the answer to the question. Works while locked, as far as a key does.
    #[n(53)]
    KeyMessage {
        /// In which kind of frame it came.
        #[n(0)]
        frame: KeyFrame,
        /// The request.
        #[n(1)]
        message: Hidden<SecretBytes>,
        /// What people have said about it so far.
        #[n(2)]
        consent: KeyConsent,
    },
    /// Goes on with the verification that the last [`Reply::KeyAsk`] asked for. Answer:
    /// [`Reply::KeyVerifying`]. Once it is decided the request comes again. Works while locked: the right
    /// passphrase opens the vault, too.
    #[n(54)]
    KeyVerify {
        /// What somebody said to it.
        #[n(0)]
        proof: KeyProof,
    },

    /// The facts of the access map. Answer: [`Reply::Map`].
    #[n(70)]
    Map,
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
        /// What the format could not carry, in the order of the tokens.
        #[n(2)]
        losses: Vec<ExportLoss>,
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
        /// Whether it was a reset of this PC's key, which has its secret again.
        #[n(3)]
        is_of_reset: bool,
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
    /// How this clock stands to another.
    #[n(31)]
    Drift(#[n(0)] Drift),
    /// The keyrings that open the vault.
    #[n(32)]
    Keyrings(#[n(0)] Keyrings),
    /// What this machine's TPM sealed.
    #[n(34)]
    Tpms(#[n(0)] Tpms),
    /// What a code says of the device that shows it.
    #[n(33)]
    Proof(#[n(0)] Proof),
    /// What stands on a new recovery sheet.
    #[n(30)]
    Sheet(#[n(0)] NewSheet),
    /// The key's answer, ready to be framed.
    #[n(20)]
    KeyAnswer(#[n(0)] Hidden<SecretBytes>),
    /// The key needs a person first.
    #[n(21)]
    KeyAsk(#[n(0)] KeyAsk),
    /// How a verification stands.
    #[n(22)]
    KeyVerifying(#[n(0)] KeyVerifying),
    /// What a merge would do to the way in use, before it is made.
    #[n(23)]
    MergeLocks(#[n(0)] MergeLocks),
    /// The facts of the access map; no secret is among them.
    #[n(40)]
    Map(#[n(0)] World),
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
    /// What a keyring kept.
    #[n(2)]
    Keyring {
        /// For which way.
        #[n(0)]
        way: WayId,
        /// The secret.
        #[n(1)]
        secret: Hidden<SecretBytes>,
    },
    /// What a TPM opened.
    #[n(3)]
    Tpm {
        /// For which way.
        #[n(0)]
        way: WayId,
        /// The secret.
        #[n(1)]
        secret: Hidden<SecretBytes>,
    },
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
    /// What lies in the keyring of this PC already.
    #[n(2)]
    Keyring {
        /// The name of the new way, under which it lies there.
        #[n(0)]
        way: WayId,
        /// The secret.
        #[n(1)]
        secret: Hidden<SecretBytes>,
    },
    /// What the TPM of this machine sealed.
    #[n(3)]
    Tpm {
        /// The name of the new way.
        #[n(0)]
        way: WayId,
        /// The secret.
        #[n(1)]
        secret: Hidden<SecretBytes>,
        /// What the TPM made of it, to be noted.
        #[cbor(n(2), with = "minicbor::bytes")]
        sealed: Vec<u8>,
    },
}
