// SPDX-License-Identifier: MIT OR Apache-2.0

//! The vault on disk: one SQLite file, and what this machine remembers of it.
//!
//! The room stores *rows*: an id, a class and a body sealed by `kagifuda-vault`, all opaque here.
//! It promises four things and nothing else: a commit that returned is on the disk, a commit that
//! did not return is there whole or not at all, a damaged file still gives up every row that can
//! be read and is never written to, and a file that is not ours is refused before it is touched.
//!
//! ```text
//! commit -> exclusive lock -> rollback journal -> fsync -> pages -> fsync -> journal gone -> fsync
//! ```
//!
//! | file | decides |
//! |---|---|
//! | `file.rs` | what an open vault is, and how it is opened |
//! | `header.rs`, `schema.rs` | whether this is a vault we wrote |
//! | `journal.rs` | what to do with an unfinished write somebody left behind |
//! | `read.rs`, `pages.rs`, `salvage.rs` | how every readable row is found |
//! | `commit.rs` | when a write is durable |
//! | `fresh.rs` | how a whole new vault, backup or salvaged file appears at once |
//! | `foreign.rs` | what of another app's database is handed over as rows |
//! | `machine.rs` | what this PC remembers, so that an older copy is noticed |
//! | `os.rs`, `lock.rs` | the only lines that know the operating system |
//!
//! **Order of saving.** Commit to the vault first, then save the [`machine::MachineState`]. A crash
//! in between leaves the vault ahead of the machine's memory, which is fine; the other order would
//! make the machine remember a change the vault never had, and refuse it as rolled back.

mod commit;
mod error;
mod file;
mod foreign;
mod fresh;
mod header;
mod journal;
mod lock;
pub mod machine;
mod os;
mod pages;
mod read;
mod salvage;
mod schema;
#[cfg(test)]
mod testing;

pub use error::{Alteration, Damage, FileError};
pub use file::{Notice, VaultFile};
pub use foreign::read_foreign;
pub use read::{CheckReport, ReadReport};
pub use salvage::SalvageReport;

pub use kagifuda_vault::RecordId;
pub use kagifuda_vault::record::Row;

/// The longest body a row may claim; a longer one is refused on writing and unreadable on reading.
pub const MAX_BODY_BYTES: usize = 2 << 20;

/// The most rows a vault may hold, counted by order of arrival, so that a hostile file cannot make
/// a reader remember more than this many ids.
pub const MAX_ROW_COUNT: u64 = 1 << 22;

/// The largest vault file that is opened or written.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// The file format this build writes, and the newest it reads (`PRAGMA user_version`).
pub const FORMAT: u32 = 1;
