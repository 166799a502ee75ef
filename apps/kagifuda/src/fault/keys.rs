// SPDX-License-Identifier: MIT OR Apache-2.0
//! What goes wrong with a security key that is plugged in: whether it is the key, the PC or the person who
//! has to do something, and what. The statuses are those of CTAP 2.3 section 8.2.

use std::path::Path;

use kagifuda_ctap::client::ClientError;
use kagifuda_ctap::status::Status;
use kagifuda_linux::LinuxError;
use kagifuda_linux::pcsc::CardTrouble;

use super::Variables;
use crate::agent::protocol::KeyReader;
use crate::exit::Exit;
use crate::text::Value;

/// Why a key that is plugged in did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTrouble {
    /// There is none.
    NonePluggedIn,
    /// None of those that are there is meant.
    NoSuchKey {
        /// What was looked for.
        wanted: String,
    },
    /// Several are there and one is needed; they have been listed.
    Several,
    /// This user may not use it.
    Forbidden {
        /// Its file.
        path: String,
    },
    /// This user may not use smart cards.
    CardsForbidden,
    /// The reader of this PC recognises nobody.
    Reader(KeyReader),
    /// A passphrase is to be asked for, and there is no terminal.
    NoTerminal,
    /// The system has not made its file.
    NoNode {
        /// Where it would be.
        path: String,
    },
    /// It was pulled out.
    Gone,
    /// Another program talks to it.
    Busy,
    /// It says nothing.
    Silent,
    /// What it says cannot be understood.
    Garbled,
    /// It is too old: it knows neither PINs nor passkeys.
    TooOld,
    /// It cannot do this.
    CannotDo,
    /// The PIN is wrong.
    WrongPin {
        /// How often it may still be tried.
        left: u64,
    },
    /// The PIN was wrong too often in a row; the key wants to be plugged in anew.
    NeedsReplug,
    /// The PIN was wrong too often; only a reset helps.
    PinBlocked,
    /// It has no PIN, and this needs one.
    NoPin,
    /// It has a PIN already.
    HasPin,
    /// The PIN is too short.
    PinTooShort {
        /// The fewest characters.
        least: u64,
    },
    /// The PIN is too long.
    PinTooLong {
        /// The most bytes.
        most: u64,
    },
    /// The key does not take this PIN.
    PinRefused,
    /// The PIN has to be changed first.
    PinMustChange,
    /// A minimum can only grow.
    OnlyStricter {
        /// What it is now.
        least: u64,
    },
    /// It takes a reset only in the first seconds after it was plugged in.
    ResetTooLate,
    /// Nobody touched it.
    NotTouched,
    /// It has no room.
    Full,
    /// No passkey on it is meant.
    NoSuchPasskey {
        /// What was looked for.
        wanted: String,
    },
    /// It has no fingerprint sensor.
    NoSensor,
    /// It has no room for another finger.
    FingersFull,
    /// No finger it knows is meant.
    NoSuchFinger {
        /// What was looked for.
        wanted: String,
    },
    /// The name of a finger is too long.
    FingerNameTooLong {
        /// The most bytes.
        most: u64,
    },
    /// It took samples of a finger, and does not know it all the same.
    FingerNotTaken,
    /// The passkey has no blob.
    NoBlob {
        /// Which.
        name: String,
    },
    /// The passkey was made without a key for a blob.
    NoBlobKey {
        /// Which.
        name: String,
    },
    /// The blob is not for a screen.
    BlobIsNoText,
    /// What it keeps is damaged.
    Damaged,
    /// It refuses, with this status.
    Refused {
        /// The status.
        status: u8,
    },
}

impl KeyTrouble {
    /// What a refusal of the system comes to; `None` where it has nothing to do with the key.
    #[must_use]
    pub(crate) fn of_system(error: &LinuxError) -> Option<Self> {
        let text = |path: &Path| path.display().to_string();
        Some(match error {
            LinuxError::DeviceForbidden { path } => Self::Forbidden { path: text(path) },
            LinuxError::DeviceGone { .. } => Self::Gone,
            LinuxError::DeviceBusy { .. } => Self::Busy,
            LinuxError::SmartCard { why: CardTrouble::Forbidden } => Self::CardsForbidden,
            LinuxError::SmartCard { why: CardTrouble::Busy } => Self::Busy,
            LinuxError::SmartCard { why: CardTrouble::Mute } => Self::Silent,
            LinuxError::SmartCard { .. } => Self::Gone,
            LinuxError::NotAKey { .. } | LinuxError::SpeaksOtherwise => Self::Garbled,
            _ => return None,
        })
    }

    /// What a key's refusal comes to, where nothing more is known.
    #[must_use]
    pub(crate) const fn of_answer(error: ClientError) -> Self {
        match error {
            ClientError::Key(status) => Self::of_status(status),
            ClientError::Unnamed(status) => Self::Refused { status },
            ClientError::PinTooLong => Self::PinTooLong { most: 63 },
            ClientError::Damaged => Self::Damaged,
            _ => Self::Garbled,
        }
    }

    const fn of_status(status: Status) -> Self {
        match status {
            Status::PinAuthBlocked => Self::NeedsReplug,
            Status::PinBlocked => Self::PinBlocked,
            Status::PinNotSet => Self::NoPin,
            Status::PinPolicyViolation => Self::PinRefused,
            Status::OperationDenied
            | Status::UserActionTimeout
            | Status::ActionTimeout
            | Status::UpRequired => Self::NotTouched,
            Status::KeyStoreFull | Status::LargeBlobStorageFull => Self::Full,
            Status::FpDatabaseFull => Self::FingersFull,
            Status::ChannelBusy => Self::Busy,
            Status::InvalidCommand | Status::InvalidSubcommand | Status::UnsupportedOption => {
                Self::CannotDo
            }
            other => Self::Refused { status: other as u8 },
        }
    }

    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::NonePluggedIn
            | Self::NoSuchKey { .. }
            | Self::NoSuchPasskey { .. }
            | Self::NoSuchFinger { .. }
            | Self::NoBlob { .. } => Exit::NotFound,
            Self::Several => Exit::Ambiguous,
            Self::WrongPin { .. } => Exit::WrongSecret,
            Self::NeedsReplug | Self::PinBlocked | Self::HasPin | Self::OnlyStricter { .. } => {
                Exit::Refused
            }
            Self::Garbled | Self::Damaged => Exit::Damaged,
            Self::NotTouched => Exit::Declined,
            _ => Exit::Failure,
        }
    }

    pub(super) fn message(&self) -> (&'static str, Variables) {
        let text = |name, text: &str| vec![(name, Value::from(text.to_owned()))];
        let plain = |id| (id, Vec::new());
        match self {
            Self::NonePluggedIn => plain("fault-key-none-plugged-in"),
            Self::NoSuchKey { wanted } => ("fault-key-not-there", text("wanted", wanted)),
            Self::Several => plain("fault-key-several"),
            Self::Forbidden { path } => ("fault-key-forbidden", text("path", path)),
            Self::CardsForbidden => plain("fault-key-cards-forbidden"),
            Self::Reader(reader) => plain(of_reader(*reader)),
            Self::NoTerminal => plain("fault-key-no-terminal"),
            Self::NoNode { path } => ("fault-key-no-node", text("path", path)),
            Self::Gone => plain("fault-key-gone"),
            Self::Busy => plain("fault-key-busy"),
            Self::Silent => plain("fault-key-silent"),
            Self::Garbled => plain("fault-key-garbled"),
            Self::TooOld => plain("fault-key-too-old"),
            Self::CannotDo => plain("fault-key-cannot-do"),
            Self::WrongPin { left } => ("fault-key-wrong-pin", vec![("left", Value::from(*left))]),
            Self::NeedsReplug => plain("fault-key-needs-replug"),
            Self::PinBlocked => plain("fault-key-pin-blocked"),
            Self::NoPin => plain("fault-key-no-pin"),
            Self::HasPin => plain("fault-key-has-pin"),
            Self::PinTooShort { least } => {
                ("fault-key-pin-too-short", vec![("least", Value::from(*least))])
            }
            Self::PinTooLong { most } => {
                ("fault-key-pin-too-long", vec![("most", Value::from(*most))])
            }
            Self::PinRefused => plain("fault-key-pin-refused"),
            Self::PinMustChange => plain("fault-key-pin-must-change"),
            Self::OnlyStricter { least } => {
                ("fault-key-only-stricter", vec![("least", Value::from(*least))])
            }
            Self::ResetTooLate => plain("fault-key-reset-too-late"),
            Self::NotTouched => plain("fault-key-not-touched"),
            Self::Full => plain("fault-key-full"),
            Self::NoSuchPasskey { wanted } => ("fault-key-no-such-passkey", text("wanted", wanted)),
            Self::NoSensor => plain("fault-key-no-sensor"),
            Self::FingersFull => plain("fault-key-fingers-full"),
            Self::NoSuchFinger { wanted } => ("fault-key-no-such-finger", text("wanted", wanted)),
            Self::FingerNameTooLong { most } => {
                ("fault-key-finger-name-too-long", vec![("most", Value::from(*most))])
            }
            Self::FingerNotTaken => plain("fault-key-finger-not-taken"),
            Self::NoBlob { name } => ("fault-key-no-blob", text("name", name)),
            Self::NoBlobKey { name } => ("fault-key-no-blob-key", text("name", name)),
            Self::BlobIsNoText => plain("fault-key-blob-no-text"),
            Self::Damaged => plain("fault-key-damaged"),
            Self::Refused { status } => {
                ("fault-key-refused", text("status", &format!("0x{status:02X}")))
            }
        }
    }
}

/// What to say of a reader that recognises nobody.
pub(crate) const fn of_reader(reader: KeyReader) -> &'static str {
    match reader {
        KeyReader::NoService => "fault-reader-no-service",
        KeyReader::NoReader => "fault-reader-none",
        KeyReader::NoFinger => "fault-reader-no-finger",
        KeyReader::InUse => "fault-reader-in-use",
        KeyReader::NotAllowed => "fault-reader-not-allowed",
        KeyReader::Gone => "fault-reader-gone",
        KeyReader::Failed => "fault-reader-failed",
    }
}
