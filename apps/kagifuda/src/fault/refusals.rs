// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the agent and the system refuse, as messages and exit codes. The match of the agent's failures
//! is complete, so a new one cannot be left without a sentence.

use std::io;

use kagifuda_linux::LinuxError;

use super::{Variables, reason};
use crate::agent::failure::{Failure, Tried};
use crate::exit::Exit;
use crate::text::Value;

pub(super) const fn exit_of(failure: &Failure) -> Exit {
    match failure {
        Failure::Locked | Failure::MergedAndLocked { .. } => Exit::Locked,
        Failure::WrongSecret
        | Failure::NotRecoveryWords { .. }
        | Failure::WayRemoved { .. }
        | Failure::EmptySecret
        | Failure::NeedsPassword
        | Failure::WrongPassword => Exit::WrongSecret,
        Failure::NoVault { .. }
        | Failure::NoSuchItem { .. }
        | Failure::NoSuchWay
        | Failure::NoSuchOperation
        | Failure::NothingToUndo
        | Failure::NothingToExport => Exit::NotFound,
        Failure::StrangePeer { .. }
        | Failure::UnsafeDirectory { .. }
        | Failure::SetUserId
        | Failure::VaultExists { .. }
        | Failure::LastWay
        | Failure::OnlyMachineBound
        | Failure::ForeignVault
        | Failure::TooCostly { .. }
        | Failure::TooCheap
        | Failure::CodeAlreadyUsed
        | Failure::UndoTooOld => Exit::Refused,
        Failure::NotAVault
        | Failure::NewerFormat { .. }
        | Failure::Damaged { .. }
        | Failure::UnreadableItem { .. }
        | Failure::UnknownFormat
        | Failure::BrokenImport { .. }
        | Failure::UnopenedImport { .. }
        | Failure::NewerImport { .. } => Exit::Damaged,
        Failure::OlderThanSeen => Exit::RolledBack,
        _ => Exit::Failure,
    }
}

pub(super) fn message_of_system(error: &LinuxError) -> (&'static str, Variables) {
    let plain = |id| (id, Vec::new());
    match error {
        LinuxError::SetUserId => plain("fault-set-user-id"),
        LinuxError::UnsafeDirectory { path } => {
            let path = path.display().to_string();
            ("fault-unsafe-directory", vec![("path", Value::from(path))])
        }
        LinuxError::StrangePeer { uid } => {
            ("fault-strange-peer", vec![("uid", Value::from(uid.to_string()))])
        }
        LinuxError::AlreadyListening => plain("fault-agent-runs"),
        LinuxError::NotATerminal => plain("fault-nobody-to-ask"),
        LinuxError::InputEnded => plain("fault-nothing-entered"),
        LinuxError::NotText => plain("fault-input-no-text"),
        LinuxError::TooLong => plain("fault-input-too-long"),
        LinuxError::NoClipboard => plain("fault-no-clipboard"),
        LinuxError::ClipboardFailed { program } => {
            ("fault-clipboard-failed", vec![("program", Value::from((*program).to_owned()))])
        }
        LinuxError::NothingCopied => plain("fault-nothing-copied"),
        LinuxError::NoScreenshot => plain("fault-no-screenshot"),
        LinuxError::ScreenshotDeclined => plain("fault-screenshot-declined"),
        LinuxError::NoVirtualKey { .. } => plain("fault-no-virtual-key"),
        LinuxError::BrokerRefused { .. } => plain("fault-broker-refused"),
        LinuxError::System { path, errno, .. } => {
            let why = Value::from(reason(&io::Error::from_raw_os_error(*errno)));
            match path {
                Some(path) => {
                    let path = Value::from(path.display().to_string());
                    ("fault-system-file", vec![("path", path), ("why", why)])
                }
                None => ("fault-system", vec![("why", why)]),
            }
        }
        _ => plain("fault-internal"),
    }
}

pub(super) fn message_of(failure: &Failure) -> (&'static str, Variables) {
    let text = |name, text: &str| vec![(name, Value::from(text.to_owned()))];
    let number = |name, number: u64| vec![(name, Value::from(number.to_string()))];
    let plain = |id| (id, Vec::new());
    match failure {
        Failure::AgentUnreachable => plain("fault-agent-unreachable"),
        Failure::AgentTimedOut => plain("fault-agent-timed-out"),
        Failure::StrangePeer { uid } => ("fault-strange-peer", number("uid", (*uid).into())),
        Failure::UnsafeDirectory { path } => ("fault-unsafe-directory", text("path", path)),
        Failure::Garbled => plain("fault-garbled"),
        Failure::FrameTooLarge { .. } => plain("fault-frame-too-large"),
        Failure::OtherProtocol { .. } => plain("fault-other-protocol"),
        Failure::SetUserId => plain("fault-set-user-id"),
        Failure::NoVault { path } => ("fault-no-vault", text("path", path)),
        Failure::VaultExists { path } => ("fault-vault-exists", text("path", path)),
        Failure::Locked => plain("fault-locked"),
        Failure::OlderThanSeen => plain("fault-older-than-seen"),
        Failure::Replaced => plain("fault-replaced"),
        Failure::Busy { path } => ("fault-busy", text("path", path)),
        Failure::WrongSecret => plain("fault-wrong-secret"),
        Failure::NotRecoveryWords { at: Some(at) } => {
            ("fault-unknown-word", number("at", (*at).into()))
        }
        Failure::NotRecoveryWords { at: None } => plain("fault-not-recovery-words"),
        Failure::NoSuchWay => plain("fault-no-such-way"),
        Failure::WayRemoved { at } => {
            ("fault-way-removed", text("date", &crate::term::date::day(*at)))
        }
        Failure::MergedAndLocked { at } => {
            ("fault-merged-and-locked", text("date", &crate::term::date::day(*at)))
        }
        Failure::LastWay => plain("fault-last-way"),
        Failure::OnlyMachineBound => plain("fault-only-machine-bound"),
        Failure::EmptySecret => plain("fault-nothing-entered"),
        Failure::NotAVault => plain("fault-not-a-vault"),
        Failure::NewerFormat { .. } => plain("fault-newer-format"),
        Failure::Damaged { what } => ("fault-damaged", text("what", what)),
        Failure::ForeignVault => plain("fault-foreign-vault"),
        Failure::TooCostly { memory_kib, .. } => {
            ("fault-too-costly", number("mebibytes", u64::from(memory_kib / 1024)))
        }
        Failure::TooCheap => plain("fault-too-cheap"),
        Failure::File { path, tried, errno } => {
            let error = io::Error::from_raw_os_error(*errno);
            let why = if *errno == 0 { "?".to_owned() } else { reason(&error) };
            let id = match tried {
                Tried::Read => "fault-unread",
                Tried::Write => "fault-unwritten",
                Tried::Lock => "fault-not-locked",
                Tried::Connect => "fault-not-connected",
                Tried::Start => "fault-not-started",
            };
            (id, vec![("path", Value::from(path.clone())), ("why", Value::from(why))])
        }
        Failure::NoSuchItem { .. } => plain("fault-no-such-item"),
        Failure::UnreadableItem { .. } => plain("fault-unreadable-item"),
        Failure::NoSuchField { field } => ("fault-no-such-field", text("field", field)),
        Failure::BadValue { field } => ("fault-bad-value", text("field", field)),
        Failure::MissingField { field } => ("fault-missing-field", text("field", field)),
        Failure::TooLarge { limit } => ("fault-too-large", number("kibibytes", limit / 1024)),
        Failure::OtherKind { .. } => plain("fault-other-kind"),
        Failure::CodeAlreadyUsed => plain("fault-code-already-used"),
        Failure::CounterExhausted => plain("fault-counter-exhausted"),
        Failure::NoSuchOperation => plain("fault-no-such-operation"),
        Failure::UndoTooOld => plain("fault-undo-too-old"),
        Failure::NothingToUndo => plain("fault-nothing-to-undo"),
        Failure::UnknownFormat => plain("fault-unknown-format"),
        Failure::BrokenImport { format, place, line, column } => {
            let mut facts = text("format", format);
            facts.extend(text("place", place));
            facts.extend(number("line", *line));
            facts.extend(number("column", *column));
            ("fault-broken-import", facts)
        }
        Failure::UnopenedImport { format, by } => {
            let mut facts = text("format", format);
            facts.extend(text("by", by));
            ("fault-unopened-import", facts)
        }
        Failure::NeedsPassword => plain("fault-needs-password"),
        Failure::WrongPassword => plain("fault-wrong-password"),
        Failure::NoSuchTicket => plain("fault-no-such-ticket"),
        Failure::NewerImport { format } => ("fault-newer-import", text("format", format)),
        Failure::NothingToExport => plain("fault-nothing-to-export"),
        Failure::NotExportable { .. } => plain("fault-not-exportable"),
        Failure::BadRecipient => plain("fault-bad-recipient"),
        Failure::NoKey => plain("fault-no-key"),
        Failure::KeyRecords => plain("fault-key-records"),
        Failure::Internal => plain("fault-internal"),
    }
}
