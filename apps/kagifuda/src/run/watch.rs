// SPDX-License-Identifier: MIT OR Apache-2.0
//! `code --watch`: codes that tick in place, until Ctrl-C or `q`.
//!
//! While it runs the cursor is hidden and keys do not echo; both are put back when it ends, however it
//! ends, because the signals that would end it are held and waited for. Asking again and again
//! does not count as the holder's presence, so a forgotten watch does not keep the vault open.

use std::os::fd::AsFd as _;
use std::time::Duration;

use kagifuda_linux::signals::HeldSignals;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::code;
use super::session::Session;
use crate::agent::failure::Failure;
use crate::agent::protocol::Code;
use crate::commands::resolve::CodeJob;
use crate::fault::Fault;
use crate::say;
use crate::term::{Screen, Style};

/// How often the seconds tick.
const TICK: Duration = Duration::from_secs(1);

/// No cursor, and lines that are too long are cut instead of broken (DECTCEM, DECAWM).
const QUIET_CURSOR: &str = "\x1b[?25l\x1b[?7l";
/// As terminals usually are.
const USUAL_CURSOR: &str = "\x1b[?25h\x1b[?7h";

/// Shows the codes until the holder has seen enough.
pub(super) fn watch(s: &mut Session<'_>, job: &CodeJob, mut codes: Vec<Code>) -> Result<(), Fault> {
    if s.screen.columns.is_none() {
        return Err(Fault::NoTerminalToWatch);
    }
    let held = HeldSignals::that_end()?;
    let quiet = Quiet::begin();
    let mut lines = 0;
    let result = loop {
        let before = s.screen.columns;
        s.screen = Screen::of_stdout(s.settings.colour);
        let frame = frame(s, &codes, job.next);
        // A terminal that changed its width has broken the lines anew: only its top is certain.
        let back = match lines {
            0 => String::new(),
            _ if s.screen.columns != before => "\x1b[H".to_owned(),
            lines => format!("\x1b[{lines}A"),
        };
        lines = frame.lines().count();
        if let Err(fault) = s.print(&format!("{QUIET_CURSOR}{back}\r\x1b[J{frame}")) {
            break Err(fault);
        }
        if is_over(&held) {
            break Ok(());
        }
        match code::ask(s, job, true) {
            Ok(now) => codes = now,
            Err(Fault::Agent(Failure::Locked)) => break show_locked(s, lines),
            Err(fault) => break Err(fault),
        }
    };
    let shown = s.print(USUAL_CURSOR);
    drop(quiet);
    // The signal asked us to end, which is what we do.
    while held.take().is_some() {}
    result.and(shown)
}

/// Takes the codes off the terminal, and says why.
fn show_locked(s: &mut Session<'_>, lines: usize) -> Result<(), Fault> {
    s.print(&format!("\x1b[{lines}A\r\x1b[J"))?;
    let told = say!(s.texts, "screen-locked");
    s.tell(&told);
    Ok(())
}

/// The table, and below it how to leave; never more than the terminal has rows.
fn frame(s: &Session<'_>, codes: &[Code], has_next: bool) -> String {
    let rows = rustix::termios::tcgetwinsize(std::io::stdout())
        .map_or(24, |size| usize::from(size.ws_row))
        .max(4);
    let table = code::table(s, codes, has_next).render(s.screen);
    let mut frame: String = table.lines().take(rows - 2).map(|line| format!("{line}\n")).collect();
    frame.push_str(&s.screen.paint(Style::Faint, &say!(s.texts, "code-watch-end")));
    frame.push('\n');
    frame
}

/// Waits for the next tick; tells whether the holder wants to end instead.
fn is_over(held: &HeldSignals) -> bool {
    let stdin = std::io::stdin();
    let mut waiting = [PollFd::new(held, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
    let tick = Timespec::try_from(TICK).ok();
    let ready = poll(&mut waiting, tick.as_ref()).unwrap_or(0);
    if ready == 0 {
        return false;
    }
    if !waiting[0].revents().is_empty() {
        return true;
    }
    let mut key = [0];
    match rustix::io::read(stdin.as_fd(), &mut key) {
        Ok(0) | Err(_) => true,
        Ok(_) => matches!(key[0], b'q' | 0x1b),
    }
}

/// Keys that do not echo and need no line end, while this lives.
struct Quiet(Option<Termios>);

impl Quiet {
    fn begin() -> Self {
        let stdin = std::io::stdin();
        let Ok(before) = tcgetattr(&stdin) else { return Self(None) };
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
        let _ = tcsetattr(&stdin, OptionalActions::Now, &quiet);
        Self(Some(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}
