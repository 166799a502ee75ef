// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why a request was refused, as facts: the program turns them into a sentence in the holder's
//! language. A failure carries parameters, but neither sentences nor secrets.

use minicbor::{Decode, Encode};

use super::wire::ItemId;

/// Why the agent, or the way to it, refused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Failure {
    // The way to the agent.
    /// No agent answers and none could be started.
    #[n(0)]
    AgentUnreachable,
    /// The agent did not answer in time.
    #[n(1)]
    AgentTimedOut,
    /// What answers on the socket belongs to another user, or was answered by one.
    #[n(2)]
    StrangePeer {
        /// The user id of the other end.
        #[n(0)]
        uid: u32,
    },
    /// The directory of the socket is not the holder's alone.
    #[n(3)]
    UnsafeDirectory {
        /// Which directory.
        #[n(0)]
        path: String,
    },
    /// The bytes were no message of this protocol.
    #[n(4)]
    Garbled,
    /// The message is larger than a frame may be.
    #[n(5)]
    FrameTooLarge {
        /// The limit in bytes.
        #[n(0)]
        limit: u64,
    },
    /// The agent speaks another version and would not go.
    #[n(6)]
    OtherProtocol {
        /// The version of the agent.
        #[n(0)]
        theirs: u32,
    },
    /// The process was started with another user's rights (setuid or setgid).
    #[n(7)]
    SetUserId,

    // The state of the vault.
    /// There is no vault at this place.
    #[n(10)]
    NoVault {
        /// Where it was looked for.
        #[n(0)]
        path: String,
    },
    /// There is a vault at this place already.
    #[n(11)]
    VaultExists {
        /// Where.
        #[n(0)]
        path: String,
    },
    /// The vault is locked.
    #[n(12)]
    Locked,
    /// The file is older than this machine last saw: merge or restore before writing.
    #[n(13)]
    OlderThanSeen,
    /// The vault's file was replaced by another while it was open; unlock again.
    #[n(14)]
    Replaced,
    /// Another process holds the file.
    #[n(15)]
    Busy {
        /// Which file.
        #[n(0)]
        path: String,
    },

    // The secret and the ways to open.
    /// No way to open accepted the secret.
    #[n(20)]
    WrongSecret,
    /// The words are not recovery words: a mistyped word or a wrong order.
    #[n(21)]
    NotRecoveryWords {
        /// The first word that is in no list, counted from 1; `None` where only the checksum is wrong.
        #[n(0)]
        at: Option<u32>,
    },
    /// The vault has no such way to open.
    #[n(22)]
    NoSuchWay,
    /// The secret is right but this way to open was removed.
    #[n(23)]
    WayRemoved {
        /// When, in Unix seconds.
        #[n(0)]
        at: u64,
    },
    /// Removing this would leave no way to open.
    #[n(24)]
    LastWay,
    /// Removing this would leave only ways bound to a machine.
    #[n(25)]
    OnlyMachineBound,
    /// The passphrase is empty.
    #[n(26)]
    EmptySecret,
    /// Another copy was merged, and with it the removal of the way this vault was open by: it is locked.
    #[n(27)]
    MergedAndLocked {
        /// When that way was removed, in Unix seconds.
        #[n(0)]
        at: u64,
    },

    // The file.
    /// It is not a vault.
    #[n(30)]
    NotAVault,
    /// It was written by a newer Kagifuda.
    #[n(31)]
    NewerFormat {
        /// The version found.
        #[n(0)]
        found: u32,
    },
    /// It is damaged so far that it cannot be opened.
    #[n(32)]
    Damaged {
        /// A short name of what is wrong (`seal`, `shape`, `file`), the same in every language.
        #[n(0)]
        what: String,
    },
    /// It is another vault; its items can be imported, not merged.
    #[n(33)]
    ForeignVault,
    /// Deriving the key would cost more than is reasonable: a hostile file.
    #[n(34)]
    TooCostly {
        /// Memory asked for, in KiB.
        #[n(0)]
        memory_kib: u32,
        /// Passes asked for.
        #[n(1)]
        passes: u32,
    },
    /// The key derivation asked for is weaker than is safe.
    #[n(35)]
    TooCheap,
    /// The file system refused.
    #[n(36)]
    File {
        /// Which file.
        #[n(0)]
        path: String,
        /// What was tried.
        #[n(1)]
        tried: Tried,
        /// The number of the error (`errno`); 0 where the system gave none.
        #[n(2)]
        errno: i32,
    },

    // Items and changes.
    /// There is no such item, or it was removed.
    #[n(40)]
    NoSuchItem {
        /// Which.
        #[n(0)]
        id: ItemId,
    },
    /// The item cannot be read; it is kept as it is.
    #[n(41)]
    UnreadableItem {
        /// Which.
        #[n(0)]
        id: ItemId,
    },
    /// The kind of item has no such field.
    #[n(42)]
    NoSuchField {
        /// The field's name.
        #[n(0)]
        field: String,
    },
    /// A value does not fit its field.
    #[n(43)]
    BadValue {
        /// The field's name.
        #[n(0)]
        field: String,
    },
    /// The field cannot be left out.
    #[n(44)]
    MissingField {
        /// The field's name.
        #[n(0)]
        field: String,
    },
    /// The change is larger than a change may be.
    #[n(45)]
    TooLarge {
        /// The limit in bytes.
        #[n(0)]
        limit: u64,
    },
    /// The item is of another kind than the request needs.
    #[n(46)]
    OtherKind {
        /// Which item.
        #[n(0)]
        id: ItemId,
    },
    /// The backup code was used before.
    #[n(47)]
    CodeAlreadyUsed,
    /// The counter cannot be raised any further.
    #[n(48)]
    CounterExhausted,
    /// There is no such operation.
    #[n(49)]
    NoSuchOperation,
    /// The operation is older than the time during which it can be undone.
    #[n(50)]
    UndoTooOld,
    /// Nothing of the operation is left to undo.
    #[n(51)]
    NothingToUndo,

    // Bringing in and taking out.
    /// The file is in no format that can be imported.
    #[n(60)]
    UnknownFormat,
    /// The file is in a known format, but broken or cut off.
    #[n(61)]
    BrokenImport {
        /// The name of the format.
        #[n(0)]
        format: String,
        /// Where, as a short name: `text`, `json`, `xml`, `byte`, `row`, `content`, `compressed`,
        /// `parameters`, `ciphertext`, `database`, or `other`.
        #[n(1)]
        place: String,
        /// The line, or for `byte` how many bytes come before; 0 where there is none.
        #[n(2)]
        line: u64,
        /// The column; 0 where there is none.
        #[n(3)]
        column: u64,
    },
    /// The file to import is encrypted: its password is needed.
    #[n(62)]
    NeedsPassword,
    /// The password of the file to import is wrong, or the file was changed.
    #[n(63)]
    WrongPassword,
    /// The import that was shown is no longer known: show it again.
    #[n(64)]
    NoSuchTicket,
    /// The import is of a newer schema of its app than is known here.
    #[n(65)]
    NewerImport {
        /// The name of the format.
        #[n(0)]
        format: String,
    },
    /// Nothing matches what was to be exported.
    #[n(66)]
    NothingToExport,
    /// The format cannot carry this item.
    #[n(67)]
    NotExportable {
        /// Which item.
        #[n(0)]
        id: ItemId,
    },
    /// The recipient is no age recipient.
    #[n(68)]
    BadRecipient,
    /// The file to import is encrypted, and no password given here could open it.
    #[n(69)]
    UnopenedImport {
        /// The name of the format.
        #[n(0)]
        format: String,
        /// What alone opens it, as a short name: `phone`, `account`, or `method` where how it is sealed or packed
        /// is not known here.
        #[n(1)]
        by: String,
    },

    /// No key is plugged in.
    #[n(70)]
    NoKey,
    /// What this machine remembers of the key, its PIN among it, cannot be read, or nothing can be
    /// remembered here.
    #[n(71)]
    KeyRecords,

    /// Our bug: something that cannot happen did.
    #[n(90)]
    Internal,
}

impl Failure {
    /// Whether what was presented opens nothing here, and something else might.
    #[must_use]
    pub const fn opens_nothing(&self) -> bool {
        matches!(self, Self::WrongSecret | Self::NoSuchWay | Self::WayRemoved { .. })
    }
}

/// What was tried with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Tried {
    /// To open or read it.
    #[n(0)]
    Read,
    /// To create or write it.
    #[n(1)]
    Write,
    /// To lock it against other processes.
    #[n(2)]
    Lock,
    /// To listen on or connect to a socket.
    #[n(3)]
    Connect,
    /// To start a process.
    #[n(4)]
    Start,
}
