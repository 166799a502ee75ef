// SPDX-License-Identifier: MIT OR Apache-2.0
//! How many columns text takes, and how to make it fit: East Asian wide characters take two
//! (Unicode Standard Annex 11), and a Japanese line may break nearly anywhere, but no line begins
//! with what closes and none ends with what opens (JIS X 4051).

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// May not begin a line.
const CLOSING: &str =
    "、。，．・：；？！）」』】〕］｝〉》ーっゃゅょァィゥェォッャュョぁぃぅぇぉ々…,.:;?!)]}";
/// May not end a line.
const OPENING: &str = "（「『【〔［｛〈《([{";

/// Columns a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Makes text safe to show: what would move the cursor or change colours becomes visible instead.
///
/// Names come out of other people's files and QR codes; a terminal obeys what it is shown.
#[must_use]
pub fn harmless(text: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().any(is_harmful) {
        text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect()
    } else {
        text.to_owned()
    }
}

/// Fills up with spaces.
#[must_use]
pub fn pad(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Cuts to at most `to` columns; what is cut is told by an ellipsis.
#[must_use]
pub fn cut(text: &str, to: usize) -> String {
    if columns(text) <= to {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > to {
            break;
        }
        kept.push(c);
        used += wide;
    }
    if to > 0 {
        kept.push('…');
    }
    kept
}

/// Breaks text into lines of at most `to` columns. Line breaks in it stay. A word longer than a line
/// gets a line of its own, whole: it may be something to copy.
#[must_use]
pub fn wrap(text: &str, to: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrap_line(line, to)).collect()
}

/// Breaks text into lines of at most `to` columns behind a mark; further lines begin under its first letter.
#[must_use]
pub fn hanging(mark: &str, text: &str, to: usize) -> Vec<String> {
    let indent = columns(mark);
    let lines = wrap(text, to.saturating_sub(indent)).into_iter().enumerate();
    let begin = |at| if at == 0 { mark.to_owned() } else { " ".repeat(indent) };
    lines.map(|(at, line)| begin(at) + &line).collect()
}

fn wrap_line(text: &str, to: usize) -> Vec<String> {
    let indent: String = text.chars().take_while(|c| *c == ' ').collect();
    let mut lines = Vec::new();
    let mut line = indent.clone();
    let mut gap = "";
    for piece in pieces(text.trim_start_matches(' ')) {
        if piece == " " {
            gap = " ";
            continue;
        }
        let is_empty = line.len() == indent.len();
        if !is_empty && columns(&line) + gap.len() + columns(piece) > to {
            lines.push(std::mem::replace(&mut line, indent.clone()));
        } else if !is_empty {
            line.push_str(gap);
        }
        line.push_str(piece);
        gap = "";
    }
    lines.push(line);
    lines
}

/// What may not be broken: words, quoted commands, and wide characters with what clings to them.
/// Spaces are pieces of their own.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut whole_until = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if at >= whole_until && before.is_some_and(|before| may_break(before, c)) {
            pieces.push(&text[start..at]);
            start = at;
        }
        if let Some(end) = quoted_command(&text[at..]) {
            whole_until = at + end;
        }
        before = Some(c);
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// Where a command in quotes ends that begins here: something to be typed stays on one line.
fn quoted_command(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('「').or_else(|| text.strip_prefix('“'))?;
    let end = inner.find(['」', '”'])?;
    let is_command = inner[..end].is_ascii() && end < 40;
    is_command.then_some(text.len() - inner.len() + end)
}

fn may_break(before: char, after: char) -> bool {
    if before == ' ' || after == ' ' {
        return true;
    }
    let is_wide = |c: char| c.width().unwrap_or(0) == 2;
    (is_wide(before) || is_wide(after)) && !CLOSING.contains(after) && !OPENING.contains(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("鍵札 key"), 8);
        assert_eq!(pad("鍵札", 6), "鍵札  ");
        assert_eq!(cut("鍵札保管庫", 7), "鍵札保…");
        assert_eq!(cut("鍵札保管庫", 6), "鍵札…");
        assert_eq!(cut("key", 3), "key");
    }

    #[test]
    fn no_line_begins_with_what_closes() {
        assert_eq!(wrap("保管庫を開けます。", 16), ["保管庫を開けま", "す。"]);
        assert_eq!(wrap("これは「鍵」です", 8), ["これは", "「鍵」で", "す"]);
    }

    #[test]
    fn words_stay_whole_and_breaks_stay() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("  $ one\n  $ two", 80), ["  $ one", "  $ two"]);
        assert_eq!(wrap("x 0123456789", 4), ["x", "0123456789"]);
        assert_eq!(wrap("まず「kagifuda init」で", 20), ["まず", "「kagifuda init」で"]);
    }

    #[test]
    fn a_name_from_a_stranger_cannot_drive_the_terminal() {
        assert_eq!(harmless("a\x1b[2Jb"), "a\u{fffd}[2Jb");
        assert_eq!(harmless("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(harmless("鍵 key"), "鍵 key");
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "[a-z ぁ-ん、。「」（）]{0,80}", to in 4..60usize) {
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&wrap(&text, to).concat()), squeeze(&text));
        }

        #[test]
        fn what_is_cut_fits(text in "\\PC{0,40}", to in 0..40usize) {
            prop_assert!(columns(&cut(&text, to)) <= to);
        }
    }
}
