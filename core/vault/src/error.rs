// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong with a vault, said by whose fault it is. Apps turn these into sentences.

use core::fmt;

use crate::hlc::UnixMillis;
use crate::ids::{ItemId, OperationId, RecordId, SlotId, VaultId};

/// Why a vault refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultError {
    /// The records hold no vault head: not a vault, or one that lost its first record.
    NotAVault,
    /// A record was written by a newer Kagifuda; this one leaves it alone.
    NewerFormat {
        /// The version byte found.
        found: u8,
    },
    /// A record does not keep to the format: a damaged file or a foreign writer.
    Damaged {
        /// The record.
        record: RecordId,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The other file is a different vault; its items can be imported, not merged.
    ForeignVault {
        /// The open vault.
        ours: VaultId,
        /// The one in the other file.
        theirs: VaultId,
    },
    /// No way to open accepted the secret: mistyped, or of another vault.
    WrongSecret,
    /// The vault has no way to open of this kind.
    NoSuchWay,
    /// The secret is right but this way to open was removed by the holder.
    WayRemoved {
        /// The slot.
        slot: SlotId,
        /// When it was removed.
        at: UnixMillis,
    },
    /// Deriving the key would cost more than the policy allows: a hostile or foreign file.
    TooCostly {
        /// Memory asked for, in KiB.
        memory_kib: u32,
        /// Passes asked for.
        passes: u32,
    },
    /// The key derivation asked for lies below the floor.
    TooCheap,
    /// The file is older than this machine last saw: merge or restore before writing.
    OlderThanSeen,
    /// No device identity is set; the caller forgot `resume` or `mint_device`.
    NoDevice,
    /// Removing this would leave no way to open the vault.
    LastWay,
    /// This would leave, or there are left, only ways that are bound to a machine.
    OnlyMachineBound,
    /// There is no such item, or it was deleted.
    NoSuchItem(ItemId),
    /// The item cannot be read; it is kept as it is.
    UnreadableItem(ItemId),
    /// The kind of item has no such field.
    NoSuchField,
    /// A value does not fit its field.
    BadValue {
        /// The field's name.
        field: &'static str,
    },
    /// The change would exceed the largest size a change may have.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The code was used before.
    CodeAlreadyUsed,
    /// The counter cannot be raised any further.
    CounterExhausted,
    /// There is no such operation.
    NoSuchOperation(OperationId),
    /// The operation is older than the time during which it can be undone.
    UndoTooOld,
    /// Nothing of the operation is left to undo.
    NothingToUndo,
    /// No key in hand opens the collection's newest epoch.
    NoEpoch,
}

/// What is wrong with a damaged record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// It does not begin with the format's magic.
    Magic,
    /// Its class is unknown or differs from what the store says.
    Class,
    /// Its structure is not what the format says.
    Shape,
    /// It belongs to another vault.
    OtherVault,
    /// Its seal does not open under the right key: bits were changed.
    Seal,
    /// Its device's signature does not verify.
    Signature,
    /// It was written by a device that never introduced itself.
    UnknownDevice,
    /// Its id is taken by a record with other bytes.
    Twin,
    /// It names an epoch of which there is no sound record: either of the two was changed or lost.
    NoEpoch,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl core::error::Error for VaultError {}
