// SPDX-License-Identifier: MIT OR Apache-2.0

//! What this PC remembers of a vault, outside of it, so that an older copy is noticed.
//!
//! A vault that was restored from a backup, copied to a second place or carried to another PC looks
//! exactly like the vault itself. Two devices that believe to be the same one would each go on
//! counting, and their changes would contradict each other. So every PC keeps, per vault and path,
//! which device it is there, how far that device had come, and which file it was. Everything here
//! is only as strong as the directory it lies in: who can write there can make the PC forget.
//!
//! Save after the vault's commit returned, never before (see the crate's page).

mod record;
mod store;

pub use self::store::{Found, MachineStore};

/// What this machine knows of one vault at one path.
#[derive(Clone, PartialEq, Eq)]
pub struct MachineState {
    /// Which vault.
    pub vault: [u8; 16],
    /// Which device this machine is in that vault.
    pub device: [u8; 16],
    /// The sequence of the newest change this device wrote.
    pub highest_seq: u64,
    /// The hash of that change.
    pub head: [u8; 32],
    /// The device's signing seed, sealed; opaque here, at most [`MAX_SEED_BYTES`].
    pub sealed_seed: Vec<u8>,
    /// Tells which key sealed the seed; opaque here.
    pub root: [u8; 16],
    /// The greatest hybrid logical clock this machine has seen in the vault.
    pub newest_hlc: u64,
}

impl std::fmt::Debug for MachineState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MachineState {{ highest_seq: {}, .. }}", self.highest_seq)
    }
}

/// The longest sealed seed that is kept.
pub const MAX_SEED_BYTES: usize = 4096;

/// Says why a file of this machine's memory could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadableReason {
    /// The file is not one of ours, or cut short. Usual cause: a full disk, or another program.
    NotOurs,
    /// The bytes do not add up. Usual cause: a failing disk.
    Checksum,
    /// A newer program wrote it.
    NewerFormat {
        /// The format it names.
        found: u16,
    },
    /// It does not belong to the vault its name says. Usual cause: files renamed by hand.
    Misfiled,
    /// The system would not read it. Usual cause: permissions.
    Denied,
}
