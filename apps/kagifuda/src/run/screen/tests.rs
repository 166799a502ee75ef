// SPDX-License-Identifier: MIT OR Apache-2.0
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use ratatui::backend::TestBackend;

use super::*;
use crate::agent::protocol::{Hidden, ItemLine};
use crate::term::width::columns;
use crate::text::{Lang, Texts};

fn id(number: u16) -> ItemId {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    ItemId(id)
}

fn line(number: u16, title: &str, folder: &str) -> ItemLine {
    ItemLine {
        issuer: title.to_owned(),
        account: format!("hana{number}@inn.example"),
        folder: folder.to_owned(),
        pinned: number == 0,
        score: 0,
        ..crate::run::tests::line(id(number), Kind::Token, title)
    }
}

fn code(number: u16, digits: &str, seconds_left: u32) -> Code {
    Code {
        id: id(number),
        title: String::new(),
        issuer: String::new(),
        account: String::new(),
        code: Some(Hidden(digits.into())),
        next: None,
        turn: Turn::Time { seconds_left, period: 30 },
        score: 0,
    }
}

fn furnished() -> State {
    let titles = ["楽天銀行", "GitHub", "Inn", "メールと書庫の非常に長い名前のサービス", "Bank"];
    let folders = ["金融", "", "仕事", "", "金融"];
    let lines = titles.iter().zip(folders).enumerate();
    let lines = lines.map(|(number, (title, folder))| line(number as u16, title, folder));
    let mut state = State::new(lines.collect(), false);
    state.rows = 20;
    for number in 0..5 {
        state.codes.insert(id(number), code(number, "123456", if number == 1 { 3 } else { 17 }));
    }
    state
}

fn drawn(state: &State, (width, height): (u16, u16), lang: Lang) -> Vec<String> {
    let texts = Texts::new(lang);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw::draw(frame, state, &texts)).unwrap();
    let buffer = terminal.backend().buffer();
    let rows = (0..height).map(|y| {
        let mut row = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            x += columns(symbol).max(1) as u16;
        }
        row
    });
    rows.collect()
}

fn typed(state: &mut State, text: &str) {
    for letter in text.chars() {
        assert_eq!(state.press(Press::Letter(letter)), Act::Draw);
    }
}

#[test]
fn codes_stand_in_one_column_whatever_the_names_are_written_in() {
    for size in [(80, 24), (120, 40), (60, 12)] {
        for lang in Lang::ALL {
            let rows = drawn(&furnished(), size, lang);
            let places: Vec<usize> = rows
                .iter()
                .filter_map(|row| row.find("123 456").map(|at| columns(&row[..at])))
                .collect();
            assert_eq!(places.len(), 5, "{rows:#?}");
            assert!(places.iter().all(|place| *place == places[0]), "{rows:#?}");
            assert!(rows.iter().all(|row| columns(row) <= usize::from(size.0)), "{rows:#?}");
            assert!(rows[4].contains("3 s!") && rows[3].contains("17 s "), "{rows:#?}");
        }
    }
}

#[test]
fn what_is_selected_is_marked_and_not_by_a_colour_alone() {
    let mut state = furnished();
    state.press(Press::Down);
    let rows = drawn(&state, (80, 24), Lang::En);
    let marked: Vec<&String> = rows.iter().filter(|row| row.starts_with(" > ")).collect();
    assert_eq!(marked.len(), 1);
    assert!(marked[0].contains("GitHub"));
    assert_eq!(state.press(Press::Enter), Act::Copy(id(1)));
}

#[test]
fn typing_searches_and_escape_goes_back_before_it_leaves() {
    let mut state = furnished();
    typed(&mut state, "rakuten");
    assert_eq!(state.list().counts(), (0, 5));
    for _ in 0..7 {
        state.press(Press::Erase);
    }
    typed(&mut state, "楽天");
    assert_eq!(state.list().counts(), (1, 5));
    assert_eq!(state.press(Press::Enter), Act::Copy(id(0)));
    assert_eq!(state.press(Press::Back), Act::Draw);
    assert_eq!(state.list().counts(), (5, 5));
    assert_eq!(state.press(Press::Back), Act::Leave);
}

#[test]
fn folders_come_one_after_the_other_and_then_everything_again() {
    let mut state = furnished();
    let mut counts = Vec::new();
    for _ in 0..3 {
        state.press(Press::Folder);
        counts.push((state.folder.clone(), state.list().counts().0));
    }
    let named = |name: &str, count| (Some(name.to_owned()), count);
    assert_eq!(counts, [named("仕事", 1), named("金融", 2), (None, 5)]);
}

#[test]
fn concealed_codes_show_no_digit_until_asked_for() {
    let mut state = State { is_concealed: true, ..furnished() };
    let rows = drawn(&state, (80, 24), Lang::Ja).join("\n");
    assert!(!rows.contains("123") && rows.contains("••••••"), "{rows}");
    state.press(Press::Reveal);
    assert!(drawn(&state, (80, 24), Lang::Ja).join("\n").contains("123 456"));
}

#[test]
fn a_backup_code_is_used_only_after_a_yes() {
    let mut state = furnished();
    assert_eq!(state.press(Press::NextView), Act::Load(View::Backup));
    state.sets = List::of(vec![line(9, "GitHub codes", "")]);
    assert_eq!(state.press(Press::Enter), Act::Draw);
    assert!(matches!(state.popup, Some(Popup::MayUse(_))));
    assert_eq!(state.press(Press::Back), Act::Draw);
    assert!(state.popup.is_none());
    state.press(Press::Enter);
    assert_eq!(state.press(Press::Enter), Act::UseCode(id(9)));
}

#[test]
fn among_ten_thousand_only_what_is_on_the_screen_is_asked_for() {
    let lines = (0..10_000).map(|number| line(number, &format!("Site {number}"), "")).collect();
    let mut state = State::new(lines, false);
    state.rows = 20;
    assert_eq!(state.wanted().len(), 20);
    state.press(Press::Last);
    assert_eq!(state.wanted().last(), Some(&id(9_999)));
    assert_eq!(state.wanted().len(), 20);
    typed(&mut state, "site 777");
    assert_eq!(state.wanted()[0], id(777));
}

#[test]
fn a_page_of_text_scrolls_and_stops_at_its_ends() {
    let mut state = furnished();
    for _ in 0..4 {
        state.press(Press::NextView);
    }
    assert_eq!(state.view, View::History);
    state.page.0 = (0..50).map(|number| format!("line {number}")).collect();
    state.press(Press::PageDown);
    assert_eq!(state.page.1, 20);
    state.press(Press::PageDown);
    assert_eq!(state.page.1, 30);
    state.press(Press::First);
    state.press(Press::Up);
    assert_eq!(state.page.1, 0);
}

#[test]
fn a_box_fits_the_smallest_screen_and_a_strangers_name_moves_nothing() {
    for lang in Lang::ALL {
        let mut state = furnished();
        state.press(Press::Help);
        let rows = drawn(&state, (80, 24), lang);
        assert!(rows.iter().any(|row| row.contains("Ctrl-C")), "{rows:#?}");
        assert!(rows.iter().any(|row| row.contains("settings")), "{rows:#?}");
    }
    let state = State::new(vec![line(1, "a\x1b[2J", "")], false);
    assert!(!drawn(&State { rows: 5, ..state }, (80, 24), Lang::En).join("").contains('\x1b'));
}
