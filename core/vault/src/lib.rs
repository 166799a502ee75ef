// SPDX-License-Identifier: MIT OR Apache-2.0
//! The holder's items: sealed changes, folding, merging, import and export.
//!
//! A vault is a set of immutable sealed *changes*. Merging is set union; an item is the fold of its
//! changes; two vaults are the same when their folds are equal. This room knows no files: it turns
//! [`record::Row`]s into items and edits into new rows, and a store keeps them.
//!
//! The way of data: rows -> [`Sealed`] -> a [`WayToOpen`] fits -> [`Vault`] -> fold -> typed items
//! ([`item`]); and back: [`Draft`]s -> [`Pending`] rows -> the store -> [`Vault::accept`].
#![forbid(unsafe_code)]

mod access;
pub mod change;
mod collections;
mod copies;
mod device;
mod error;
pub mod exchange;
mod fold;
mod history;
mod hlc;
mod ids;
pub mod item;
mod kdf;
pub mod map;
mod merge;
pub mod record;
pub mod schema;
mod seal;
mod sealed;
pub mod value;
mod vault;
mod verify;
mod way;
mod ways;
mod write;

pub use change::{Deed, Edit, Edits, FieldId, KindId, RawValue, Rule};
pub use copies::Copies;
pub use device::{MachineMemory, Standing};
pub use error::{Damage, VaultError};
pub use fold::{Fold, ItemState};
pub use history::{Operation, Touched, UNDO_MILLIS, Undo};
pub use hlc::{Hlc, Stamp, UnixMillis};
pub use ids::*;
pub use kdf::{KdfCost, KdfPolicy};
pub use merge::Merged;
pub use seal::SlotKey;
pub use sealed::{Sealed, Unreadable};
pub use vault::Vault;
pub use verify::{Fork, Gap, Verified};
pub use way::{KeptBy, KeptSecret, Passphrase, RecoveryWords, SlotCandidate, WayToOpen};
pub use ways::{Way, WayStanding};
pub use write::{Draft, Pending};
