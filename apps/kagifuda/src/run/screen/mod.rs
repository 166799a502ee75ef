// SPDX-License-Identifier: MIT OR Apache-2.0
//! The screen: what `kagifuda` shows by itself. Codes with the time they have left, found as one types; backup
//! codes, the map, the review and the history beside them.
//!
//! The loop here waits for keys and for the seconds, and does what [`state`] says has to be done outside; [`draw`]
//! shows the state. Only codes that are on the screen are asked of the agent, so ten thousand
//! tokens cost what twenty do. Asking every second does not count as the holder's presence: a screen that is left
//! open locks with the vault.

mod draw;
mod state;
#[cfg(test)]
mod tests;

use std::io::stdout;
use std::time::{Duration, Instant};

use kagifuda_linux::signals::HeldSignals;
use kagifuda_secret::SecretText;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use super::session::Session;
use super::{clipboard, history, map, settings};
use crate::agent::failure::Failure;
use crate::agent::fields::Kind;
use crate::agent::protocol::{Code, ItemId, Reply, Request, State as VaultState, Turn};
use crate::commands::help;
use crate::commands::resolve::MapJob;
use crate::fault::Fault;
use crate::qr::{Code as Qr, Ground};
use crate::say;
use state::{Act, List, Popup, Press, State, View};

/// How often codes are looked at again.
const TICK: Duration = Duration::from_secs(1);
/// Operations on the history's page.
const HISTORY_COUNT: u32 = 500;

/// Shows the screen until the holder leaves it.
pub(super) fn show(s: &mut Session<'_>) -> Result<(), Fault> {
    if let Reply::Status(status) = s.ask_as_it_is(&Request::Status)?
        && status.state == VaultState::Absent
    {
        // Nothing to show yet: what there is to do first stands in the help.
        let page = help::page(&[], s.texts, s.screen);
        return s.print(&page);
    }
    // Opened first: the passphrase is asked for on the plain terminal.
    let tokens = s.items(Kind::Token, "")?;
    let mut state = State::new(tokens, settings::is_concealed());
    let held = HeldSignals::that_end()?;
    let mut stage = Stage::enter()?;
    let result = play(s, &mut state, &mut stage, &held);
    drop(stage);
    // The signal asked us to end, which is what we do.
    while held.take().is_some() {}
    if matches!(result, Err(Fault::Agent(Failure::Locked))) {
        let told = say!(s.texts, "screen-locked");
        s.tell(&told);
        return Ok(());
    }
    result
}

fn play(
    s: &mut Session<'_>,
    state: &mut State,
    stage: &mut Stage,
    held: &HeldSignals,
) -> Result<(), Fault> {
    while held.take().is_none() {
        state.rows = stage.rows()?;
        refresh(s, state)?;
        stage.terminal.draw(|frame| draw::draw(frame, state, s.texts)).map_err(Fault::Output)?;
        let until = Instant::now() + TICK;
        while let Some(event) = next_event(until)? {
            let Event::Key(key) = event else { break };
            let Some(press) = press_of(key) else { continue };
            let act = state.press(press);
            if act == Act::Leave {
                return Ok(());
            }
            perform(s, state, act, stage)?;
            break;
        }
    }
    Ok(())
}

fn next_event(until: Instant) -> Result<Option<Event>, Fault> {
    let left = until.saturating_duration_since(Instant::now());
    if event::poll(left).map_err(Fault::Output)? {
        return event::read().map(Some).map_err(Fault::Output);
    }
    Ok(None)
}

/// Asks for the codes that are on the screen.
fn refresh(s: &mut Session<'_>, state: &mut State) -> Result<(), Fault> {
    let ids = state.wanted();
    if ids.is_empty() {
        return Ok(());
    }
    let Reply::Codes(codes) = s.ask_as_it_is(&Request::CodesOf { ids })? else {
        return Err(Fault::Internal);
    };
    // A code that was made on demand stays until the next one.
    let made = |code: &Code| matches!(code.turn, Turn::Counter { .. }) && code.code.is_some();
    state.codes.retain(|_, code| made(code));
    for code in codes {
        state.codes.entry(code.id).or_insert(code);
    }
    Ok(())
}

/// Does what a key asked for. What goes wrong is told on the screen, unless the vault has locked.
fn perform(s: &mut Session<'_>, state: &mut State, act: Act, stage: &Stage) -> Result<(), Fault> {
    let done = match act {
        Act::Draw | Act::Leave => Ok(()),
        Act::Copy(id) => copy(s, state, id),
        Act::Qr(id) => qr(s, state, id),
        Act::UseCode(id) => use_code(s, state, id),
        Act::Load(view) => load(s, state, view, stage),
    };
    match done {
        Err(Fault::Agent(Failure::Locked)) => done,
        Err(fault) => {
            state.told = fault.what(s.texts);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn copy(s: &mut Session<'_>, state: &mut State, id: ItemId) -> Result<(), Fault> {
    let counts = |code: &Code| matches!(code.turn, Turn::Counter { .. });
    let request = if state.codes.get(&id).is_some_and(counts) {
        Request::HotpNext { id }
    } else {
        // Asked for by its number, which is what using it is.
        Request::Codes { query: Some(id.to_string()), next: false, limit: 1, watching: false }
    };
    let Reply::Codes(codes) = s.ask_as_it_is(&request)? else {
        return Err(Fault::Internal);
    };
    state.codes.extend(codes.into_iter().map(|code| (code.id, code)));
    let code = state.codes.get(&id).and_then(|code| code.code.as_ref()).ok_or(Fault::NoCode)?;
    let seconds = clipboard::put(&code.0)?;
    state.told = say!(s.texts, "screen-copied", seconds = seconds);
    Ok(())
}

fn qr(s: &mut Session<'_>, state: &mut State, id: ItemId) -> Result<(), Fault> {
    let Reply::Secret(uri) = s.ask_as_it_is(&Request::Uri { id })? else {
        return Err(Fault::Internal);
    };
    let code = Qr::of(&uri.0).map_err(|_| Fault::QrTooLarge)?;
    let needed = code.lines() + 2;
    if needed > state.rows + usize::from(draw::FRAME_LINES) {
        state.told = say!(s.texts, "screen-too-low", lines = needed);
        return Ok(());
    }
    state.popup = Some(Popup::Text(code.text(Ground::Dark)));
    Ok(())
}

fn use_code(s: &mut Session<'_>, state: &mut State, id: ItemId) -> Result<(), Fault> {
    match s.ask_as_it_is(&Request::UseBackupCode { id, code: None })? {
        Reply::Secret(code) => {
            let hint = say!(s.texts, "screen-code-used");
            state.popup =
                Some(Popup::Text(SecretText::new(format!("\n{}\n\n{hint}", code.0.expose()))));
            Ok(())
        }
        _ => Err(Fault::Internal),
    }
}

fn load(s: &mut Session<'_>, state: &mut State, view: View, stage: &Stage) -> Result<(), Fault> {
    if view == View::Backup {
        state.sets = List::of(s.items(Kind::BackupCodes, "")?);
        return Ok(());
    }
    let columns = stage.columns()?;
    let page = match view {
        View::History => s.page_of(columns, |s| history::show(s, "", HISTORY_COUNT, false))?,
        View::Map => s.page_of(columns, |s| map::run(s, &whole_map()))?,
        View::Review => s.page_of(columns, |s| map::run(s, &MapJob::Review { json: false }))?,
        View::Codes | View::Backup => String::new(),
    };
    state.page = (page.lines().map(str::to_owned).collect(), 0);
    Ok(())
}

const fn whole_map() -> MapJob {
    MapJob::Show { query: String::new(), json: false }
}

/// The key that was pressed, as far as it means something.
fn press_of(key: KeyEvent) -> Option<Press> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let is_held = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c' | 'd') if is_held => Press::Quit,
        KeyCode::Char('r') if is_held => Press::Reveal,
        KeyCode::Char('q') if is_held => Press::Qr,
        KeyCode::Char('f') if is_held => Press::Folder,
        KeyCode::Char('h') if is_held => Press::Erase,
        KeyCode::Char(_) if is_held => return None,
        KeyCode::F(1) | KeyCode::Char('?') => Press::Help,
        KeyCode::Char(letter) => Press::Letter(letter),
        KeyCode::Backspace => Press::Erase,
        KeyCode::Up => Press::Up,
        KeyCode::Down => Press::Down,
        KeyCode::PageUp => Press::PageUp,
        KeyCode::PageDown => Press::PageDown,
        KeyCode::Home => Press::First,
        KeyCode::End => Press::Last,
        KeyCode::Enter => Press::Enter,
        KeyCode::Tab | KeyCode::Right => Press::NextView,
        KeyCode::BackTab | KeyCode::Left => Press::PreviousView,
        KeyCode::Esc => Press::Back,
        _ => return None,
    })
}

/// The terminal while the screen has it; dropping it gives the terminal back as it was.
struct Stage {
    terminal: Terminal<CrosstermBackend<std::io::Stdout>>,
}

impl Stage {
    fn enter() -> Result<Self, Fault> {
        enable_raw_mode().map_err(Fault::Output)?;
        // From here on dropping has something to undo.
        let terminal = Terminal::new(CrosstermBackend::new(stdout())).map_err(Fault::Output)?;
        let stage = Self { terminal };
        execute!(stdout(), EnterAlternateScreen).map_err(Fault::Output)?;
        Ok(stage)
    }

    fn rows(&self) -> Result<usize, Fault> {
        let size = self.terminal.size().map_err(Fault::Output)?;
        Ok(usize::from(size.height.saturating_sub(draw::FRAME_LINES)).max(1))
    }

    fn columns(&self) -> Result<usize, Fault> {
        Ok(usize::from(self.terminal.size().map_err(Fault::Output)?.width))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = execute!(stdout(), LeaveAlternateScreen);
        let _ = disable_raw_mode();
        let _ = self.terminal.show_cursor();
    }
}
