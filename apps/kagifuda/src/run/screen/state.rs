// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is on the screen, and what a pressed key makes of it: a machine without a terminal, a clock or an
//! agent. Letters always search, so nobody has to learn a mode; what is not searching has a key of its own.

use std::collections::HashMap;

use kagifuda_secret::SecretText;

use crate::agent::protocol::{Code, ItemId, ItemLine};
use crate::find::{Folded, Query};

/// The views, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Tokens and their codes.
    Codes,
    /// Sets of backup codes.
    Backup,
    /// What protects what.
    Map,
    /// What deserves attention.
    Review,
    /// What was done.
    History,
}

impl View {
    /// All of them, as they stand side by side.
    pub(super) const ALL: [Self; 5] =
        [Self::Codes, Self::Backup, Self::Map, Self::Review, Self::History];

    fn step(self, by: usize) -> Self {
        let here = Self::ALL.iter().position(|view| *view == self).unwrap_or(0);
        Self::ALL[(here + by) % Self::ALL.len()]
    }

    /// Whether it is a list of items, and not a page of text.
    pub(super) const fn is_list(self) -> bool {
        matches!(self, Self::Codes | Self::Backup)
    }
}

/// A key a person presses, as far as it means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// A letter to search for.
    Letter(char),
    /// The last letter goes.
    Erase,
    /// One up or down.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
    /// Do the obvious thing with what is selected.
    Enter,
    /// Show or hide codes.
    Reveal,
    /// The selected token as a QR code.
    Qr,
    /// The next folder only.
    Folder,
    /// The next view.
    NextView,
    /// The view before.
    PreviousView,
    /// What the keys do.
    Help,
    /// Back: a box, then the search, then out.
    Back,
    /// Out at once.
    Quit,
}

/// What has to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Nothing more than drawing.
    Draw,
    /// Copy the code of this token; one that counts makes its next code first.
    Copy(ItemId),
    /// Draw this token as a QR code.
    Qr(ItemId),
    /// Use the next backup code of this set.
    UseCode(ItemId),
    /// Fill this view.
    Load(View),
    /// Leave.
    Leave,
}

/// A box over the view.
pub(super) enum Popup {
    /// Lines of text: a QR code, a backup code.
    Text(SecretText),
    /// Whether to use a backup code: the set is this one.
    MayUse(ItemId),
    /// What the keys do.
    Help,
}

/// One item with what a search is held against.
struct Row {
    line: ItemLine,
    folded: Vec<Folded>,
}

/// The items of one kind, and which of them are shown.
#[derive(Default)]
pub(super) struct List {
    rows: Vec<Row>,
    /// Places in `rows`, best first.
    shown: Vec<usize>,
    selected: usize,
    top: usize,
}

impl List {
    /// Takes up items in the holder's order.
    pub(super) fn of(lines: Vec<ItemLine>) -> Self {
        let rows = lines.into_iter().map(|line| {
            let fields = [&line.title, &line.issuer, &line.account, &line.folder];
            let mut folded: Vec<Folded> =
                fields.into_iter().map(|text| Folded::new(text)).collect();
            folded.extend(line.tags.iter().map(|tag| Folded::new(tag)));
            Row { line, folded }
        });
        let rows: Vec<Row> = rows.collect();
        let shown = (0..rows.len()).collect();
        Self { rows, shown, selected: 0, top: 0 }
    }

    /// Shows what matches, best first.
    fn search(&mut self, query: &str, folder: Option<&str>) {
        let query = Query::new(query);
        let in_folder = |row: &Row| folder.is_none_or(|folder| row.line.folder == folder);
        let mut found: Vec<(u32, usize)> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| in_folder(row))
            .filter_map(|(place, row)| Some((query.score(&row.folded)?, place)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.shown = found.into_iter().map(|(_, place)| place).collect();
        (self.selected, self.top) = (0, 0);
    }

    /// What is shown of the list on so many rows, and which of it is selected.
    pub(super) fn visible(&self, rows: usize) -> impl Iterator<Item = (&ItemLine, bool)> {
        let places = self.shown.iter().enumerate().skip(self.top).take(rows);
        places.map(|(index, place)| (&self.rows[*place].line, index == self.selected))
    }

    /// How many are shown, and how many there are.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.shown.len(), self.rows.len())
    }

    fn selected(&self) -> Option<ItemId> {
        self.shown.get(self.selected).map(|place| self.rows[*place].line.id)
    }

    fn select(&mut self, to: usize, page: usize) {
        self.selected = to.min(self.shown.len().saturating_sub(1));
        let page = page.max(1);
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + page {
            self.top = self.selected + 1 - page;
        }
    }

    fn folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> = self.rows.iter().map(|row| row.line.folder.as_str()).collect();
        folders.retain(|folder| !folder.is_empty());
        folders.sort_unstable();
        folders.dedup();
        folders
    }
}

/// What is on the screen.
pub(super) struct State {
    /// The view.
    pub(super) view: View,
    /// What is searched for.
    pub(super) query: String,
    /// Only this folder.
    pub(super) folder: Option<String>,
    /// The tokens.
    pub(super) tokens: List,
    /// The sets of backup codes.
    pub(super) sets: List,
    /// The codes of visible tokens, as of now.
    pub(super) codes: HashMap<ItemId, Code>,
    /// Whether codes are hidden until asked for.
    pub(super) is_concealed: bool,
    /// The lines of a page of text, and the first that is shown.
    pub(super) page: (Vec<String>, usize),
    /// A box over everything.
    pub(super) popup: Option<Popup>,
    /// What was done last, or went wrong.
    pub(super) told: String,
    /// Rows the list has on the screen.
    pub(super) rows: usize,
}

impl State {
    /// The screen as it begins.
    pub(super) fn new(tokens: Vec<ItemLine>, is_concealed: bool) -> Self {
        Self {
            view: View::Codes,
            query: String::new(),
            folder: None,
            tokens: List::of(tokens),
            sets: List::default(),
            codes: HashMap::new(),
            is_concealed,
            page: (Vec::new(), 0),
            popup: None,
            told: String::new(),
            rows: 1,
        }
    }

    /// The list on the screen.
    pub(super) const fn list(&self) -> &List {
        if matches!(self.view, View::Backup) { &self.sets } else { &self.tokens }
    }

    fn list_mut(&mut self) -> &mut List {
        if self.view == View::Backup { &mut self.sets } else { &mut self.tokens }
    }

    /// The tokens whose codes are on the screen.
    pub(super) fn wanted(&self) -> Vec<ItemId> {
        if self.view != View::Codes {
            return Vec::new();
        }
        self.tokens.visible(self.rows).map(|(line, _)| line.id).collect()
    }

    /// What a key makes of it.
    pub(super) fn press(&mut self, press: Press) -> Act {
        self.told.clear();
        if press == Press::Quit {
            return Act::Leave;
        }
        if let Some(popup) = self.popup.take() {
            return match (popup, press) {
                (Popup::MayUse(set), Press::Enter) => Act::UseCode(set),
                _ => Act::Draw,
            };
        }
        match press {
            Press::NextView => return self.turn_to(self.view.step(1)),
            Press::PreviousView => return self.turn_to(self.view.step(View::ALL.len() - 1)),
            Press::Help => self.popup = Some(Popup::Help),
            Press::Back if self.query.is_empty() && self.folder.is_none() => return Act::Leave,
            Press::Back => {
                self.query.clear();
                self.folder = None;
                self.search();
            }
            _ if !self.view.is_list() => self.scroll(press),
            _ => return self.press_in_list(press),
        }
        Act::Draw
    }

    fn press_in_list(&mut self, press: Press) -> Act {
        let (rows, selected) = (self.rows, self.list().selected);
        let is_codes = self.view == View::Codes;
        match press {
            Press::Letter(letter) => {
                self.query.push(letter);
                self.search();
            }
            Press::Erase => {
                self.query.pop();
                self.search();
            }
            Press::Up => self.list_mut().select(selected.saturating_sub(1), rows),
            Press::Down => self.list_mut().select(selected + 1, rows),
            Press::PageUp => self.list_mut().select(selected.saturating_sub(rows), rows),
            Press::PageDown => self.list_mut().select(selected + rows, rows),
            Press::First => self.list_mut().select(0, rows),
            Press::Last => self.list_mut().select(usize::MAX, rows),
            Press::Reveal => self.is_concealed = !self.is_concealed,
            Press::Folder => self.next_folder(),
            Press::Enter | Press::Qr => return self.act_on_selected(press, is_codes),
            _ => {}
        }
        Act::Draw
    }

    fn act_on_selected(&mut self, press: Press, is_codes: bool) -> Act {
        match (self.list().selected(), press, is_codes) {
            (Some(id), Press::Enter, true) => Act::Copy(id),
            (Some(id), Press::Qr, true) => Act::Qr(id),
            (Some(id), Press::Enter, false) => {
                self.popup = Some(Popup::MayUse(id));
                Act::Draw
            }
            _ => Act::Draw,
        }
    }

    fn turn_to(&mut self, view: View) -> Act {
        self.view = view;
        self.query.clear();
        self.folder = None;
        self.page = (Vec::new(), 0);
        if view.is_list() {
            self.search();
        }
        if view == View::Codes { Act::Draw } else { Act::Load(view) }
    }

    fn search(&mut self) {
        let (query, folder) = (self.query.clone(), self.folder.clone());
        self.list_mut().search(&query, folder.as_deref());
    }

    fn next_folder(&mut self) {
        let folders = self.list().folders();
        let next = match &self.folder {
            None => folders.first(),
            Some(now) => folders.iter().find(|folder| **folder > now.as_str()),
        };
        self.folder = next.map(|folder| (*folder).to_owned());
        self.search();
    }

    fn scroll(&mut self, press: Press) {
        let last = self.page.0.len().saturating_sub(self.rows);
        let top = self.page.1;
        self.page.1 = match press {
            Press::Up => top.saturating_sub(1),
            Press::Down => top + 1,
            Press::PageUp => top.saturating_sub(self.rows),
            Press::PageDown => top + self.rows,
            Press::First => 0,
            Press::Last => last,
            _ => top,
        }
        .min(last);
    }
}
