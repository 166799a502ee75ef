// SPDX-License-Identifier: MIT OR Apache-2.0
//! What other rooms refuse, as a [`Failure`].

use std::path::Path;

use kagifuda_linux::{LinuxError, Step};
use kagifuda_secret::words::WordsError;
use kagifuda_vault::exchange::{ImportError, Place, WriteError};
use kagifuda_vault::{Damage, VaultError};
use kagifuda_vaultfile::FileError;

use super::protocol::{Failure, ItemId, MAX_FRAME_BYTES, Tried};

impl From<LinuxError> for Failure {
    fn from(error: LinuxError) -> Self {
        match error {
            LinuxError::SetUserId => Self::SetUserId,
            LinuxError::UnsafeDirectory { path } => {
                Self::UnsafeDirectory { path: path.display().to_string() }
            }
            LinuxError::StrangePeer { uid } => Self::StrangePeer { uid },
            LinuxError::System { step, path, errno } => Self::File {
                path: path.map(|path| path.display().to_string()).unwrap_or_default(),
                tried: match step {
                    Step::Directory => Tried::Write,
                    Step::Lock => Tried::Lock,
                    Step::Listen | Step::Connect | Step::Peer => Tried::Connect,
                    Step::Start => Tried::Start,
                    _ => Tried::Read,
                },
                errno,
            },
            _ => Self::AgentUnreachable,
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            // The file says that it is a vault, or no row of it would have been read.
            VaultError::NotAVault => Self::Damaged { what: "head".to_owned() },
            VaultError::NewerFormat { found } => Self::NewerFormat { found: found.into() },
            VaultError::Damaged { damage, .. } => {
                Self::Damaged { what: damage_name(damage).to_owned() }
            }
            VaultError::ForeignVault { .. } => Self::ForeignVault,
            VaultError::WrongSecret => Self::WrongSecret,
            VaultError::NoSuchWay => Self::NoSuchWay,
            VaultError::WayRemoved { at, .. } => Self::WayRemoved { at: at.as_secs() },
            VaultError::TooCostly { memory_kib, passes } => Self::TooCostly { memory_kib, passes },
            VaultError::TooCheap => Self::TooCheap,
            VaultError::OlderThanSeen => Self::OlderThanSeen,
            VaultError::LastWay => Self::LastWay,
            VaultError::OnlyMachineBound => Self::OnlyMachineBound,
            VaultError::NoSuchItem(id) => Self::NoSuchItem { id: ItemId(id.0) },
            VaultError::UnreadableItem(id) => Self::UnreadableItem { id: ItemId(id.0) },
            VaultError::NoSuchField => Self::NoSuchField { field: String::new() },
            VaultError::BadValue { field } => Self::BadValue { field: field.to_owned() },
            VaultError::TooLarge { limit } => Self::TooLarge { limit: limit as u64 },
            VaultError::CodeAlreadyUsed => Self::CodeAlreadyUsed,
            VaultError::CounterExhausted => Self::CounterExhausted,
            VaultError::NoSuchOperation(_) => Self::NoSuchOperation,
            VaultError::UndoTooOld => Self::UndoTooOld,
            VaultError::NothingToUndo => Self::NothingToUndo,
            // Before the vault can be written at all, or a damaged chain of keys.
            VaultError::NoEpoch => Self::Damaged { what: "keys".to_owned() },
            _ => Self::Internal,
        }
    }
}

/// A short name of what is wrong with a record, the same in every language.
#[must_use]
pub(super) fn damage_name(damage: Damage) -> &'static str {
    match damage {
        Damage::Magic => "magic",
        Damage::Class => "class",
        Damage::Shape => "shape",
        Damage::OtherVault => "other-vault",
        Damage::Seal => "seal",
        Damage::Signature => "signature",
        Damage::UnknownDevice => "unknown-device",
        Damage::Twin => "twin",
        Damage::NoEpoch => "no-key",
        _ => "other",
    }
}

/// A short name of why a record cannot be read.
#[must_use]
pub(super) fn reason_name(why: &VaultError) -> &'static str {
    match why {
        VaultError::Damaged { damage, .. } => damage_name(*damage),
        VaultError::NewerFormat { .. } => "newer-format",
        VaultError::NoEpoch => "no-key",
        _ => "other",
    }
}

/// What the file of a vault refused; `tried` says what for.
pub(super) fn of_file(path: &Path, tried: Tried) -> impl Fn(FileError) -> Failure {
    move |error| {
        let shown = || path.display().to_string();
        let refused = |errno: i32| Failure::File { path: shown(), tried, errno };
        let damaged = |what: &str| Failure::Damaged { what: what.to_owned() };
        match error {
            FileError::NotFound => Failure::NoVault { path: shown() },
            FileError::AlreadyExists => Failure::VaultExists { path: shown() },
            FileError::IsDirectory => refused(errno::EISDIR),
            FileError::IsSymlink => refused(errno::ELOOP),
            FileError::NotAFile => refused(errno::EINVAL),
            FileError::NotYours { .. } | FileError::AccessDenied => refused(errno::EACCES),
            FileError::ReadOnlyPlace | FileError::OpenedReadOnly => refused(errno::EROFS),
            FileError::DiskFull => refused(errno::ENOSPC),
            FileError::CannotLock => refused(errno::ENOLCK),
            FileError::InUse => Failure::Busy { path: shown() },
            FileError::Empty => damaged("empty"),
            FileError::NotAVault => Failure::NotAVault,
            FileError::NewerFormat { found, .. } => Failure::NewerFormat { found },
            FileError::Truncated { .. } => damaged("cut-off"),
            FileError::Damaged(_) => damaged("file"),
            FileError::Altered(_) => damaged("altered"),
            FileError::Replaced => Failure::Replaced,
            FileError::Unsettled => damaged("unsettled"),
            FileError::ReadBackDiffers => damaged("read-back"),
            FileError::BodyTooLarge { bytes } => Failure::TooLarge { limit: bytes as u64 },
            FileError::TooLarge => refused(errno::EFBIG),
            FileError::Io { source, .. } => refused(source.raw_os_error().unwrap_or(errno::EIO)),
            _ => Failure::Internal,
        }
    }
}

/// The numbers of errors that the system itself would have given.
mod errno {
    use rustix::io::Errno;

    pub(super) const EISDIR: i32 = Errno::ISDIR.raw_os_error();
    pub(super) const ELOOP: i32 = Errno::LOOP.raw_os_error();
    pub(super) const EINVAL: i32 = Errno::INVAL.raw_os_error();
    pub(super) const EACCES: i32 = Errno::ACCESS.raw_os_error();
    pub(super) const EROFS: i32 = Errno::ROFS.raw_os_error();
    pub(super) const ENOSPC: i32 = Errno::NOSPC.raw_os_error();
    pub(super) const ENOLCK: i32 = Errno::NOLCK.raw_os_error();
    pub(super) const EFBIG: i32 = Errno::FBIG.raw_os_error();
    pub(super) const EIO: i32 = Errno::IO.raw_os_error();
}

impl From<WordsError> for Failure {
    fn from(error: WordsError) -> Self {
        let at = match error {
            WordsError::NotAWord { position, .. } | WordsError::OtherLanguage { position } => {
                u32::try_from(position).ok()
            }
            _ => None,
        };
        Self::NotRecoveryWords { at }
    }
}

/// What reading another app's file refused; `format` is what people call the file's kind.
#[must_use]
pub(super) fn of_import(error: &ImportError, format: &str) -> Failure {
    let format = || format.to_owned();
    match error {
        ImportError::UnknownFormat | ImportError::NotThisFormat | ImportError::Empty => {
            Failure::UnknownFormat
        }
        ImportError::TooLarge { .. } | ImportError::TooManyEntries { .. } => {
            Failure::FrameTooLarge { limit: MAX_FRAME_BYTES as u64 }
        }
        ImportError::PasswordNeeded => Failure::NeedsPassword,
        ImportError::WrongPassword => Failure::WrongPassword,
        ImportError::TooCostly { memory_kib, .. } => Failure::TooCostly {
            memory_kib: u32::try_from(*memory_kib).unwrap_or(u32::MAX),
            passes: 0,
        },
        ImportError::NewerVersion { .. } => Failure::NewerImport { format: format() },
        ImportError::Damaged { at } => {
            let (place, line, column) = place_of(*at);
            Failure::BrokenImport { format: format(), place: place.to_owned(), line, column }
        }
        ImportError::NotEnoughMemory { memory_kib } => Failure::TooCostly {
            memory_kib: u32::try_from(*memory_kib).unwrap_or(u32::MAX),
            passes: 0,
        },
        ImportError::NoPasswordWay | ImportError::AccountBound | ImportError::UnknownMethod => {
            let by = match error {
                ImportError::NoPasswordWay => "phone",
                ImportError::AccountBound => "account",
                _ => "method",
            };
            Failure::UnopenedImport { format: format(), by: by.to_owned() }
        }
        _ => Failure::BrokenImport {
            format: format(),
            place: "parameters".to_owned(),
            line: 0,
            column: 0,
        },
    }
}

/// The short name of a place in a file, and its line and column where it has them.
const fn place_of(at: Place) -> (&'static str, u64, u64) {
    match at {
        Place::Text => ("text", 0, 0),
        Place::Json { line, column } => ("json", line as u64, column as u64),
        Place::Xml { line } => ("xml", line as u64, 0),
        Place::Row { line } => ("row", line as u64, 0),
        Place::Compressed => ("compressed", 0, 0),
        Place::Byte { offset } => ("byte", offset, 0),
        Place::Content => ("content", 0, 0),
        Place::Parameters => ("parameters", 0, 0),
        Place::Ciphertext => ("ciphertext", 0, 0),
        Place::Database => ("database", 0, 0),
        _ => ("other", 0, 0),
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::EmptyPassword => Self::EmptySecret,
            _ => Self::Internal,
        }
    }
}
