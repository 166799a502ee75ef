// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a task of a list that is worked through looks on the screen: a box, its number, what to do, where.

use crate::term::width::wrap;
use crate::term::{Screen, Style};

/// Columns before the text.
const LEFT: usize = 9;

/// What stands in the box of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    /// To be done.
    Open,
    /// To be done, and only while the old thing works.
    Urgent,
    /// Begun.
    Begun,
    /// Done.
    Done,
    /// Left out on purpose.
    Skipped,
}

impl Tick {
    const fn signs(self) -> (&'static str, char) {
        match self {
            Self::Open => ("[ ]", ' '),
            Self::Urgent => ("[ ]", '!'),
            Self::Begun => ("[>]", ' '),
            Self::Done => ("[x]", ' '),
            Self::Skipped => ("[-]", ' '),
        }
    }

    /// Tells whether nothing more is to be done about it.
    const fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }
}

/// A task as it is shown.
pub(super) struct Line<'l> {
    pub(super) number: usize,
    pub(super) tick: Tick,
    pub(super) text: &'l str,
    /// Where to do it; shown while it is to be done.
    pub(super) link: Option<&'l str>,
}

impl Line<'_> {
    /// Its lines on a screen.
    pub(super) fn lines(&self, screen: Screen) -> String {
        let (mark, sign) = self.tick.signs();
        let left = format!("{mark} {:>3}{sign} ", self.number);
        let is_settled = self.tick.is_settled();
        let width = screen.page().saturating_sub(LEFT).max(20);
        let link = self.link.filter(|_| !is_settled).into_iter();
        let text = wrap(self.text, width).into_iter().chain(link.flat_map(|it| wrap(it, width)));
        let mut out = String::new();
        for (at, line) in text.enumerate() {
            let start = if at == 0 { left.clone() } else { " ".repeat(LEFT) };
            let line = format!("{start}{line}");
            out.push_str(&if is_settled { screen.paint(Style::Faint, &line) } else { line });
            out.push('\n');
        }
        out
    }
}
