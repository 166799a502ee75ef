// SPDX-License-Identifier: MIT OR Apache-2.0
//! The screen over thousands of tokens, as a person at a terminal meets it: from start to the first list with
//! codes, and from a key to the picture that answers it.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::big;
use crate::home::Home;
use crate::scale::{Report, middle, millis};

/// Keys typed: a search, letter by letter, and all of it taken back.
const KEYS: &[u8] = b"service 49\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f";
/// How often the screen is opened.
const RUNS: usize = 5;
/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// Nothing more is coming when nothing came for so long.
const QUIET: Duration = Duration::from_millis(40);
/// Every picture ends by hiding the cursor.
const END_OF_PICTURE: &[u8] = b"\x1b[?25l";

/// Measures the first list and the answer to each key.
pub(crate) fn measure(program: &Path, tokens: usize, report: &mut Report) {
    let home = Home::new(program, tokens, big::token_draft);
    let (mut first, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let mut screen = Screen::open(&home);
        first.push(screen.shows("Service"));
        screen.settle();
        answers.extend(KEYS.iter().map(|key| screen.answers(*key)));
        screen.close();
    }
    let what = format!("first list of {tokens} tokens on the screen, from the start");
    report.bound(&what, millis(middle(first)), 100.0, "ms");
    let what = format!("a key to its picture, {tokens} tokens, searching");
    report.bound(&what, millis(middle(answers)), 5.0, "ms");
}

/// The program at a terminal of 80 columns and 24 lines.
struct Screen {
    seen: File,
    /// The side of programs, which stays when the program ends.
    _side: File,
    program: Child,
    begun: Instant,
}

impl Screen {
    fn open(home: &Home<'_>) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let seen = openpt(flags).expect("a terminal");
        grantpt(&seen).and_then(|()| unlockpt(&seen)).expect("the terminal is ours");
        let name = ptsname(&seen, Vec::new()).expect("the terminal has a name");
        let name = name.into_string().expect("the name is text");
        let side = OpenOptions::new().read(true).write(true).open(name).expect("its other side");
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&side, size).expect("the terminal has a size");
        let clone = || side.try_clone().expect("the other side");
        let mut command = home.command();
        command.env("TERM", "xterm").stdin(clone()).stdout(clone()).stderr(clone());
        let begun = Instant::now();
        let program = command.spawn().expect("the program starts");
        Self { seen: File::from(seen), _side: side, program, begun }
    }

    /// Waits for more; nothing after so long.
    fn more(&mut self, wait: Duration) -> Option<Vec<u8>> {
        let wait = Timespec::try_from(wait).expect("a short wait");
        let mut waiting = [PollFd::new(&self.seen, PollFlags::IN)];
        if poll(&mut waiting, Some(&wait)).expect("the terminal can be waited for") == 0 {
            return None;
        }
        let mut buffer = vec![0; 1 << 16];
        let count = self.seen.read(&mut buffer).expect("the terminal is read");
        buffer.truncate(count);
        Some(buffer)
    }

    /// How long after the start a word is seen.
    fn shows(&mut self, word: &str) -> Duration {
        let mut shown = Vec::new();
        while !String::from_utf8_lossy(&shown).contains(word) {
            shown.extend(self.more(PATIENCE).expect("the screen shows a list"));
        }
        self.begun.elapsed()
    }

    fn settle(&mut self) {
        while self.more(QUIET).is_some() {}
    }

    /// How long after a key its picture is whole.
    fn answers(&mut self, key: u8) -> Duration {
        self.settle();
        let pressed = Instant::now();
        self.seen.write_all(&[key]).expect("the key is taken");
        let mut shown = Vec::new();
        while !shown.ends_with(END_OF_PICTURE) {
            shown.extend(self.more(PATIENCE).expect("the screen answers"));
        }
        pressed.elapsed()
    }

    fn close(mut self) {
        // Ctrl-C leaves from wherever the screen is.
        self.seen.write_all(b"\x03").expect("the key is taken");
        while self.program.try_wait().expect("the program can be waited for").is_none() {
            assert!(self.begun.elapsed() < PATIENCE, "the screen does not close");
            let _ = self.more(QUIET);
        }
    }
}
