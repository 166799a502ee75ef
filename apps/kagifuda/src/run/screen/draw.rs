// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the screen looks: from 80 columns and 24 lines, on any ground, without colours where there are none. What is
//! selected is told by a mark and not by a colour alone; columns are counted as terminals do, so that
//! Japanese names stand in line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Clear, Paragraph};

use super::state::{List, Popup, State, View};
use crate::agent::protocol::{Code, ItemLine, Turn};
use crate::say;
use crate::term::width::{columns, cut, harmless, pad, wrap};
use crate::text::Texts;

/// Lines that are no rows of the list: tabs, search, a line between, and the keys.
pub(super) const FRAME_LINES: u16 = 4;
/// The widest a box of text is.
const BOX_COLUMNS: usize = 72;
/// From so many seconds left a code is said to be nearly over.
const SOON_SECONDS: u32 = 5;

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
const CHOSEN: Style = Style::new().add_modifier(Modifier::REVERSED);

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, state: &State, texts: &Texts) {
    let area = frame.area();
    let width = usize::from(area.width);
    let mut lines = vec![tabs(state, texts), search(state, texts, width), Line::default()];
    let rows = usize::from(area.height.saturating_sub(FRAME_LINES));
    if state.view.is_list() {
        let shown = items(state, texts, (width, rows));
        let is_empty = shown.is_empty();
        lines.extend(shown);
        if is_empty {
            let id =
                if state.list().counts().1 == 0 { "screen-none-yet" } else { "screen-no-match" };
            let told = texts.get(id);
            lines.extend(
                wrap(&told, width.saturating_sub(4))
                    .into_iter()
                    .map(|line| Line::raw(format!("  {line}"))),
            );
        }
    } else {
        let (page, top) = &state.page;
        lines.extend(page.iter().skip(*top).take(rows).map(|line| Line::raw(cut(line, width))));
    }
    frame.render_widget(Paragraph::new(Text::from(lines)), area);
    let bottom = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    frame.render_widget(Paragraph::new(bottom_line(state, texts, width)), bottom);
    if let Some(popup) = &state.popup {
        draw_popup(frame, popup, texts);
    }
}

fn tabs<'a>(state: &State, texts: &Texts) -> Line<'a> {
    let mut spans = vec![Span::styled(" 鍵札  ", BOLD)];
    for view in View::ALL {
        let name = texts.get(name_of(view));
        if view == state.view {
            spans.push(Span::styled(format!("[{name}]"), CHOSEN));
        } else {
            spans.push(Span::raw(format!(" {name} ")));
        }
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

const fn name_of(view: View) -> &'static str {
    match view {
        View::Codes => "screen-codes",
        View::Backup => "screen-backup",
        View::Map => "screen-map",
        View::Review => "screen-review",
        View::History => "screen-history",
    }
}

fn search<'a>(state: &State, texts: &Texts, width: usize) -> Line<'a> {
    if !state.view.is_list() {
        return Line::default();
    }
    let (shown, all) = state.list().counts();
    let count = say!(texts, "screen-count", shown = shown, all = all);
    let label = say!(texts, "screen-search");
    let mut left = format!(" {label} {}_", harmless(&state.query));
    if let Some(folder) = &state.folder {
        left.push_str(&format!("   {} {}", say!(texts, "screen-folder"), harmless(folder)));
    }
    let room = width.saturating_sub(columns(&count) + 2);
    Line::from(vec![
        Span::raw(pad(&cut(&left, room), room)),
        Span::styled(format!(" {count}"), FAINT),
    ])
}

fn items<'a>(state: &State, texts: &Texts, (width, rows): (usize, usize)) -> Vec<Line<'a>> {
    let list: &List = state.list();
    list.visible(rows)
        .map(|(line, is_selected)| {
            let tail = match state.view {
                View::Codes => code_column(state, texts, line),
                _ => String::new(),
            };
            row(line, &tail, is_selected, width)
        })
        .collect()
}

/// A mark, the names in what room is left, and the code at the right edge.
fn row<'a>(line: &ItemLine, tail: &str, is_selected: bool, width: usize) -> Line<'a> {
    let mark = if is_selected { " > " } else { "   " };
    let pin = if line.pinned { "* " } else { "  " };
    let room = width.saturating_sub(mark.len() + pin.len() + columns(tail) + 2);
    let (title_room, account_room) = (room / 2, room - room / 2 - 1);
    let account_named = format!(" ({})", line.account);
    let title = line.title.strip_suffix(&account_named).unwrap_or(&line.title);
    let account = if line.folder.is_empty() || line.account.is_empty() {
        format!("{}{}", line.account, line.folder)
    } else {
        format!("{} ({})", line.account, line.folder)
    };
    let cell = |text: &str, room| pad(&cut(&harmless(text), room), room);
    let text =
        format!("{mark}{pin}{} {} {tail} ", cell(title, title_room), cell(&account, account_room));
    Line::styled(text, if is_selected { CHOSEN } else { Style::new() })
}

/// `123 456  12 s`, always as wide.
fn code_column(state: &State, texts: &Texts, line: &ItemLine) -> String {
    let Some(code) = state.codes.get(&line.id) else { return pad("", 17) };
    let is_hidden = state.is_concealed;
    let digits = match &code.code {
        Some(code) if !is_hidden => grouped(code.0.expose()),
        Some(code) => "•".repeat(code.0.expose().chars().count()),
        None if matches!(code.turn, Turn::Counter { .. }) => say!(texts, "screen-on-enter"),
        None => "?".to_owned(),
    };
    format!("{}{}", pad(&digits, 10), pad(&left(code), 7))
}

fn left(code: &Code) -> String {
    match code.turn {
        Turn::Time { seconds_left, period } if period > 0 => {
            let mark = if seconds_left <= SOON_SECONDS { "!" } else { " " };
            format!("{seconds_left:>4} s{mark}")
        }
        _ => String::new(),
    }
}

/// Digits in halves or thirds, as people read them out.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let size = if letters.len().is_multiple_of(3) { 3 } else { letters.len().div_ceil(2) };
    let groups = letters.chunks(size.max(1)).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

fn bottom_line<'a>(state: &State, texts: &Texts, width: usize) -> Line<'a> {
    if !state.told.is_empty() {
        return Line::styled(cut(&format!(" {}", state.told), width), BOLD);
    }
    let id = match state.view {
        View::Codes => "screen-keys-codes",
        View::Backup => "screen-keys-backup",
        _ => "screen-keys-page",
    };
    Line::styled(cut(&format!(" {}", texts.get(id)), width), FAINT)
}

fn draw_popup(frame: &mut Frame<'_>, popup: &Popup, texts: &Texts) {
    let area = frame.area();
    let most = usize::from(area.width.saturating_sub(4)).min(BOX_COLUMNS);
    let lines: Vec<String> = match popup {
        Popup::Text(text) => text.expose().lines().map(str::to_owned).collect(),
        Popup::MayUse(_) => wrap(&say!(texts, "screen-may-use"), most),
        // Its columns stand as they are written.
        Popup::Help => say!(texts, "screen-help").lines().map(str::to_owned).collect(),
    };
    let widest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
    let size = |inner: usize, all: u16| u16::try_from(inner + 2).unwrap_or(all).min(all);
    let (width, height) = (size(widest + 2, area.width), size(lines.len(), area.height));
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let text: Vec<Line<'_>> = lines.into_iter().map(|line| Line::raw(format!(" {line}"))).collect();
    frame.render_widget(Clear, place);
    frame.render_widget(Paragraph::new(text).block(Block::bordered()), place);
}
