// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be shown: how wide the terminal is, whether it takes colours, and text that fits.

pub mod date;
pub mod grid;
pub mod width;

use std::io::IsTerminal as _;

pub use grid::Grid;
use width::{hanging, wrap};

/// How wide a page of running text gets at most: longer lines are hard to read.
const PAGE_COLUMNS: usize = 100;
/// What is assumed where nobody says.
const USUAL_COLUMNS: usize = 80;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal that knows them, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What an output is: a value, so that a screen can be tested at any width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns; `None` where it is no terminal and nothing needs to fit.
    pub columns: Option<usize>,
    /// Whether colours are wanted.
    pub is_coloured: bool,
}

impl Screen {
    /// A pipe or file.
    pub const PLAIN: Self = Self { columns: None, is_coloured: false };

    /// Looks at standard output.
    #[must_use]
    pub fn of_stdout(colour: Colour) -> Self {
        let stdout = std::io::stdout();
        let is_terminal = stdout.is_terminal();
        Self::new(is_terminal, rustix::termios::tcgetwinsize(stdout).ok(), colour)
    }

    /// Looks at standard error.
    #[must_use]
    pub fn of_stderr(colour: Colour) -> Self {
        let stderr = std::io::stderr();
        let is_terminal = stderr.is_terminal();
        Self::new(is_terminal, rustix::termios::tcgetwinsize(stderr).ok(), colour)
    }

    fn new(is_terminal: bool, size: Option<rustix::termios::Winsize>, colour: Colour) -> Self {
        let told = size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
        let knows_colours = || {
            let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        };
        Self {
            columns: is_terminal.then(|| told.unwrap_or(USUAL_COLUMNS)),
            is_coloured: match colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => is_terminal && knows_colours(),
            },
        }
    }

    /// How wide running text is set.
    #[must_use]
    pub fn page(self) -> usize {
        self.columns.unwrap_or(USUAL_COLUMNS).min(PAGE_COLUMNS)
    }

    /// Puts text into an emphasis, where there are colours.
    #[must_use]
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.is_coloured {
            format!("\x1b[{}m{text}\x1b[0m", style.code())
        } else {
            text.to_owned()
        }
    }
}

/// Running text, each as lines that end.
impl Screen {
    /// Sentences.
    #[must_use]
    pub fn paragraph(self, text: &str) -> String {
        wrap(text, self.page()).into_iter().map(|line| line + "\n").collect()
    }

    /// What the eye should find first.
    #[must_use]
    pub fn heading(self, text: &str) -> String {
        let lines = wrap(text, self.page());
        lines.iter().map(|line| self.paint(Style::Strong, line) + "\n").collect()
    }

    /// One point of a list, behind its mark.
    #[must_use]
    pub fn point(self, mark: &str, text: &str) -> String {
        hanging(mark, text, self.page()).into_iter().map(|line| line + "\n").collect()
    }
}

/// An emphasis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// What the eye should find first.
    Strong,
    /// What it may skip.
    Faint,
    /// Something went wrong.
    Alarm,
    /// Soon over, or to be looked at.
    Care,
    /// Good.
    Good,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Alarm => "1;31",
            Self::Care => "33",
            Self::Good => "32",
        }
    }
}
