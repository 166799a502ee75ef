// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can go wrong with a recovery sheet, and whose fault it is.

use std::path::PathBuf;

use super::Variables;
use crate::exit::Exit;
use crate::text::Value;

/// What went wrong with a recovery sheet.
#[derive(Debug)]
pub enum SheetTrouble {
    /// The file's name does not say what to write.
    NoSuchPaper {
        /// The name.
        path: PathBuf,
    },
    /// It would be written to a screen.
    OnScreen,
    /// The picture's codes are of something else.
    NotASheet {
        /// The picture.
        path: PathBuf,
    },
    /// The sheet was made by a newer Kagifuda.
    Newer {
        /// The picture.
        path: PathBuf,
    },
}

impl SheetTrouble {
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::NoSuchPaper { .. } | Self::OnScreen => Exit::Usage,
            Self::NotASheet { .. } => Exit::NotFound,
            Self::Newer { .. } => Exit::Failure,
        }
    }

    pub(super) fn message(&self) -> (&'static str, Variables) {
        let at = |path: &PathBuf| vec![("path", Value::from(path.display().to_string()))];
        match self {
            Self::NoSuchPaper { path } => ("fault-sheet-paper", at(path)),
            Self::OnScreen => ("fault-sheet-on-screen", Vec::new()),
            Self::NotASheet { path } => ("fault-sheet-none", at(path)),
            Self::Newer { path } => ("fault-sheet-newer", at(path)),
        }
    }
}
