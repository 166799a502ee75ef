// SPDX-License-Identifier: MIT OR Apache-2.0
//! What went wrong, for a person: what happened and whose fault it is, and what to do next; and for
//! a script: the exit code.
//!
//! Every fault has a message `fault-...` in both languages whose value says what happened and whose
//! attribute `.hint`, where there is one, says what next. A fault never carries a secret.

mod keyrings;
mod keys;
mod moves;
mod refusals;
mod sheets;
mod tpms;

use std::io;
use std::path::{Path, PathBuf};

use kagifuda_linux::LinuxError;
pub use keyrings::KeyringFault;
pub use keys::KeyTrouble;
pub(crate) use keys::of_reader;
pub use moves::MoveTrouble;
use refusals::{exit_of, message_of, message_of_system};
pub use sheets::SheetTrouble;
pub use tpms::TpmFault;

use crate::agent::failure::Failure;
use crate::commands::usage::Mistake;
use crate::exit::Exit;
use crate::term::width::{harmless, wrap};
use crate::term::{Screen, Style};
use crate::text::{Texts, Value};

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Fault {
    /// The command line is not understood.
    Usage(Mistake),
    /// A secret was given as an argument.
    SecretInArguments,
    /// There is no such command to help with.
    NoSuchHelp {
        /// The word.
        word: String,
    },
    /// Neither `XDG_DATA_HOME` nor `HOME` say where the vault is.
    NoHome,
    /// The process was started with another user's rights.
    SetUserId,
    /// The export would be readable by anybody, and that was not asked for.
    UnprotectedExport,
    /// Nothing matches.
    NotFound {
        /// What was looked for.
        query: String,
    },
    /// Several match where one is needed; they have been listed.
    Ambiguous {
        /// How many.
        count: usize,
    },
    /// There is no list of what to do after a loss, or not of this thing.
    NoSuchList,
    /// The holder said no.
    Declined,
    /// Something must be asked, but there is no terminal to ask at.
    NobodyToAsk,
    /// A question must be answered with yes, but there is nobody to ask.
    NotConfirmed,
    /// Watching codes needs a terminal.
    NoTerminalToWatch,
    /// An edit that says nothing.
    NothingToChange,
    /// The two entries of a new secret differ.
    SecretsDiffer,
    /// A secret that must not be empty is.
    NothingEntered,
    /// The system refused something only Linux offers.
    System(LinuxError),
    /// The output could not be written.
    Output(io::Error),
    /// A file could not be read.
    Unread {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file could not be written.
    Unwritten {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file would be overwritten.
    FileExists {
        /// Which.
        path: PathBuf,
    },
    /// The picture has no QR code in it that can be read.
    NoQrCode {
        /// Which.
        path: PathBuf,
    },
    /// The picture's QR code cannot be read.
    UnreadableQrCode {
        /// Which.
        path: PathBuf,
    },
    /// The picture is larger than is read.
    PictureTooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The file is no picture, or a broken one.
    NotAPicture {
        /// Which.
        path: PathBuf,
    },
    /// The QR code is wider than the terminal.
    TerminalTooNarrow {
        /// Columns it needs.
        columns: usize,
    },
    /// The vault is damaged in part; the parts have been listed.
    VerifyFailed,
    /// The code does not fit into a QR code.
    QrTooLarge,
    /// The token has no code to show.
    NoCode,
    /// All backup codes are used.
    NoCodesLeft,
    /// The steps of the demonstration did not all succeed.
    DemoFailed,
    /// Something is in the way of keys; it has been said.
    NotWell,
    /// The agent, or the way to it, refused.
    Agent(Failure),
    /// A key that is plugged in, or the way to it, refused.
    Key(KeyTrouble),
    /// A recovery sheet.
    Sheet(SheetTrouble),
    /// The keyring of this PC.
    Keyring(KeyringFault),
    /// The TPM of this PC.
    Tpm(TpmFault),
    /// A move from one thing to another.
    Move(MoveTrouble),
    /// Our bug.
    Internal,
}

impl From<LinuxError> for Fault {
    fn from(error: LinuxError) -> Self {
        match KeyTrouble::of_system(&error) {
            Some(trouble) => Self::Key(trouble),
            None => Self::System(error),
        }
    }
}

impl From<KeyTrouble> for Fault {
    fn from(trouble: KeyTrouble) -> Self {
        Self::Key(trouble)
    }
}

impl From<SheetTrouble> for Fault {
    fn from(trouble: SheetTrouble) -> Self {
        Self::Sheet(trouble)
    }
}

impl From<MoveTrouble> for Fault {
    fn from(trouble: MoveTrouble) -> Self {
        Self::Move(trouble)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Agent(failure)
    }
}

type Variables = Vec<(&'static str, Value<'static>)>;

impl Fault {
    /// The exit code.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::NoSuchHelp { .. } => Exit::Usage,
            Self::SecretInArguments
            | Self::SetUserId
            | Self::UnprotectedExport
            | Self::FileExists { .. } => Exit::Refused,
            Self::NotFound { .. }
            | Self::NoQrCode { .. }
            | Self::NoCodesLeft
            | Self::NoSuchList => Exit::NotFound,
            Self::System(LinuxError::NothingCopied) => Exit::NotFound,
            Self::System(LinuxError::ScreenshotDeclined) => Exit::Declined,
            Self::Ambiguous { .. } => Exit::Ambiguous,
            Self::Declined | Self::NotConfirmed => Exit::Declined,
            Self::NothingToChange => Exit::Usage,
            Self::UnreadableQrCode { .. } | Self::NotAPicture { .. } | Self::VerifyFailed => {
                Exit::Damaged
            }
            Self::NobodyToAsk | Self::System(LinuxError::NotATerminal) => Exit::Locked,
            Self::System(LinuxError::SetUserId | LinuxError::UnsafeDirectory { .. }) => {
                Exit::Refused
            }
            Self::System(LinuxError::InputEnded) => Exit::WrongSecret,
            Self::SecretsDiffer | Self::NothingEntered => Exit::WrongSecret,
            Self::Agent(failure) => exit_of(failure),
            Self::Key(trouble) => trouble.exit(),
            Self::Sheet(trouble) => trouble.exit(),
            Self::Keyring(fault) => fault.exit(),
            Self::Tpm(fault) => fault.exit(),
            Self::Move(trouble) => trouble.exit(),
            Self::NoHome
            | Self::System(_)
            | Self::Output(_)
            | Self::Unread { .. }
            | Self::Unwritten { .. }
            | Self::QrTooLarge
            | Self::NoCode
            | Self::NoTerminalToWatch
            | Self::PictureTooLarge { .. }
            | Self::TerminalTooNarrow { .. }
            | Self::DemoFailed
            | Self::NotWell
            | Self::Internal => Exit::Failure,
        }
    }

    /// What happened.
    #[must_use]
    pub fn what(&self, texts: &Texts) -> String {
        match self {
            Self::Usage(mistake) => mistake.what.clone(),
            _ => {
                let (id, mut variables) = self.message();
                // A field is named as the listings name it.
                for (name, value) in &mut variables {
                    if let ("field", Value::String(field)) = (*name, &*value) {
                        *value = Value::from(crate::run::field_label(texts, field));
                    }
                }
                texts.with(id, &variables)
            }
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self, texts: &Texts) -> Option<String> {
        match self {
            Self::Usage(mistake) => mistake.hint.clone(),
            _ => {
                let (id, variables) = self.message();
                texts.find_with(&format!("{id}.hint"), &variables)
            }
        }
    }

    /// The whole of it, as shown on standard error.
    #[must_use]
    pub fn render(&self, texts: &Texts, screen: Screen) -> String {
        const NAME: &str = "kagifuda: ";
        let mut out = String::new();
        for (index, line) in
            wrap(&harmless(&self.what(texts)), screen.page() - NAME.len()).iter().enumerate()
        {
            let start = if index == 0 {
                screen.paint(Style::Alarm, NAME.trim_end()) + " "
            } else {
                " ".repeat(NAME.len())
            };
            out.push_str(&format!("{start}{line}\n"));
        }
        if let Some(hint) = self.hint(texts) {
            for line in wrap(&hint, screen.page() - NAME.len()) {
                out.push_str(&format!("{}{}\n", " ".repeat(NAME.len()), harmless(&line)));
            }
        }
        out
    }

    /// The message and its variables.
    fn message(&self) -> (&'static str, Variables) {
        let text = |name, text: &str| vec![(name, Value::from(text.to_owned()))];
        let file = |path: &Path, error: &io::Error| {
            vec![
                ("path", Value::from(path.display().to_string())),
                ("why", Value::from(reason(error))),
            ]
        };
        let plain = |id| (id, Vec::new());
        match self {
            Self::Usage(_) => plain("fault-usage"),
            Self::SecretInArguments => plain("fault-secret-in-arguments"),
            Self::NoSuchHelp { word } => ("fault-no-such-help", text("word", word)),
            Self::NoHome => plain("fault-no-home"),
            Self::SetUserId => plain("fault-set-user-id"),
            Self::UnprotectedExport => plain("fault-unprotected-export"),
            Self::NotFound { query } if query.is_empty() => plain("fault-nothing-there"),
            Self::NotFound { query } => ("fault-not-found", text("query", query)),
            Self::Ambiguous { count } => ("fault-ambiguous", vec![("count", Value::from(*count))]),
            Self::NoSuchList => plain("fault-no-such-list"),
            Self::Declined => plain("fault-declined"),
            Self::NobodyToAsk => plain("fault-nobody-to-ask"),
            Self::NotConfirmed => plain("fault-not-confirmed"),
            Self::NoTerminalToWatch => plain("fault-no-terminal-to-watch"),
            Self::NothingToChange => plain("fault-nothing-to-change"),
            Self::UnreadableQrCode { path } => {
                ("fault-unreadable-qr-code", text("path", &path.display().to_string()))
            }
            Self::PictureTooLarge { path } => {
                ("fault-picture-too-large", text("path", &path.display().to_string()))
            }
            Self::NotAPicture { path } => {
                ("fault-not-a-picture", text("path", &path.display().to_string()))
            }
            Self::TerminalTooNarrow { columns } => {
                ("fault-terminal-too-narrow", text("columns", &columns.to_string()))
            }
            Self::VerifyFailed => plain("fault-verify-failed"),
            Self::SecretsDiffer => plain("fault-secrets-differ"),
            Self::NothingEntered => plain("fault-nothing-entered"),
            Self::System(error) => message_of_system(error),
            Self::Output(error) => ("fault-output", text("why", &reason(error))),
            Self::Unread { path, error } => ("fault-unread", file(path, error)),
            Self::Unwritten { path, error } => ("fault-unwritten", file(path, error)),
            Self::FileExists { path } => {
                ("fault-file-exists", text("path", &path.display().to_string()))
            }
            Self::NoQrCode { path } => {
                ("fault-no-qr-code", text("path", &path.display().to_string()))
            }
            Self::QrTooLarge => plain("fault-qr-too-large"),
            Self::NoCode => plain("fault-no-code"),
            Self::NoCodesLeft => plain("fault-no-codes-left"),
            Self::DemoFailed => plain("fault-demo-failed"),
            Self::NotWell => plain("fault-not-well"),
            Self::Agent(failure) => message_of(failure),
            Self::Key(trouble) => trouble.message(),
            Self::Sheet(trouble) => trouble.message(),
            Self::Keyring(fault) => fault.message(),
            Self::Tpm(fault) => fault.message(),
            Self::Move(trouble) => trouble.message(),
            Self::Internal => plain("fault-internal"),
        }
    }
}

/// The system's own word for an error, without the program's addition of its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
