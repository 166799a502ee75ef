// SPDX-License-Identifier: MIT OR Apache-2.0
//! The words for what an import has to tell of an entry: why it is refused, and what its owner should know.

use kagifuda_otp::otpauth::{self, OtpauthError};
use kagifuda_vault::exchange::{Notice, RefuseReason, Refused, Setting};

use super::passkeys::{NO_ROOM, REMOVED_BEFORE};
use crate::agent::protocol::{ImportLine, ImportOutcome, Refusal};

pub(super) fn refused_line(refused: &Refused) -> ImportLine {
    ImportLine {
        issuer: refused.name.clone(),
        account: String::new(),
        outcome: ImportOutcome::Refused { why: refusal(&refused.reason) },
        notes: Vec::new(),
        kind: None,
    }
}

fn refusal(reason: &RefuseReason) -> Refusal {
    let unknown = String::new;
    match reason {
        RefuseReason::NotAToken => Refusal::NotAToken,
        RefuseReason::NoSecret => Refusal::NoSecret,
        RefuseReason::BadSecret => Refusal::BadSecret,
        RefuseReason::UnknownKind => Refusal::UnknownType { found: unknown() },
        RefuseReason::UnknownAlgorithm => Refusal::UnknownAlgorithm { found: unknown() },
        RefuseReason::BadDigits => Refusal::BadDigits,
        RefuseReason::BadPeriod => Refusal::BadPeriod,
        RefuseReason::NotKept => Refusal::NotKept,
        RefuseReason::AppBound => Refusal::AppBound,
        RefuseReason::Uri(error) => match error {
            OtpauthError::NotOtpauth | OtpauthError::IsMigration => Refusal::NotAToken,
            OtpauthError::UnknownKind => Refusal::UnknownType { found: unknown() },
            OtpauthError::SecretMissing => Refusal::NoSecret,
            OtpauthError::SecretTwice
            | OtpauthError::Secret(_)
            | OtpauthError::SecretNotHexadecimal
            | OtpauthError::YandexSecretDamaged => Refusal::BadSecret,
            OtpauthError::Algorithm => Refusal::UnknownAlgorithm { found: unknown() },
            OtpauthError::Digits => Refusal::BadDigits,
            OtpauthError::Period => Refusal::BadPeriod,
            OtpauthError::Counter => Refusal::BadCounter,
            _ => Refusal::Broken,
        },
        _ => Refusal::Broken,
    }
}

/// The short names of what is to be noted about an entry, for tables of texts.
pub const NOTES: &[&str] = &[
    "assumed-type",
    "assumed-algorithm",
    "assumed-digits",
    "assumed-period",
    "assumed-counter",
    "ignored-setting",
    "icon-dropped",
    "was-trashed",
    "was-archived",
    "unknown-kept",
    "display-unreadable",
    "group-missing",
    "pin-missing",
    "other-name",
    "issuers-disagree",
    "nameless",
    "repeated-parameter",
    "name-damaged",
    "prf-unreadable",
    "blob-dropped",
    "protection-assumed",
    "saved-password",
    "attachment-dropped",
    "unknown-as-text",
    "signatures-counted",
    NO_ROOM,
    REMOVED_BEFORE,
    "other",
];

pub(super) fn note(notice: &Notice) -> String {
    let name = match notice {
        Notice::Assumed(Setting::Kind) => "assumed-type",
        Notice::Assumed(Setting::Algorithm) => "assumed-algorithm",
        Notice::Assumed(Setting::Digits) => "assumed-digits",
        Notice::Assumed(Setting::Period) => "assumed-period",
        Notice::Assumed(Setting::Counter) => "assumed-counter",
        Notice::Ignored(_) => "ignored-setting",
        Notice::IconDropped => "icon-dropped",
        Notice::WasTrashed => "was-trashed",
        Notice::WasArchived => "was-archived",
        Notice::UnknownKept { .. } => "unknown-kept",
        Notice::DisplayUnreadable => "display-unreadable",
        Notice::GroupMissing => "group-missing",
        Notice::PinMissing | Notice::Uri(otpauth::Notice::PinMissing) => "pin-missing",
        Notice::ShownAs { .. } => "other-name",
        Notice::PrfUnreadable => "prf-unreadable",
        Notice::BlobDropped => "blob-dropped",
        Notice::ProtectionAssumed => "protection-assumed",
        Notice::SavedPassword => "saved-password",
        Notice::AttachmentDropped => "attachment-dropped",
        Notice::UnknownAsText => "unknown-as-text",
        Notice::SignaturesCounted => "signatures-counted",
        Notice::Uri(otpauth::Notice::IssuersDisagree) => "issuers-disagree",
        Notice::Uri(otpauth::Notice::Nameless) => "nameless",
        Notice::Uri(otpauth::Notice::CounterAssumedZero) => "assumed-counter",
        Notice::Uri(otpauth::Notice::ParameterRepeated) => "repeated-parameter",
        Notice::Uri(otpauth::Notice::NameDamaged) => "name-damaged",
        Notice::Uri(otpauth::Notice::SettingIgnored) => "ignored-setting",
        _ => "other",
    };
    name.to_owned()
}
