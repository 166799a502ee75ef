// SPDX-License-Identifier: MIT OR Apache-2.0
//! A home directory with a large vault that is open, for measuring what runs over it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kagifuda_secret::words::{self, Language};

use crate::big::{self, Drafter};

/// A home directory of nobody's, with a large vault and its agent.
pub(crate) struct Home<'p> {
    folder: tempfile::TempDir,
    program: &'p Path,
}

impl<'p> Home<'p> {
    /// Makes the vault and opens it.
    pub(crate) fn new(program: &'p Path, items: usize, draft: Drafter) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        drop(big::filled(&folder.path().join("vault.kagifuda"), items, draft));
        let home = Self { folder, program };
        home.unlock();
        home
    }

    /// The program at this vault.
    pub(crate) fn command(&self) -> Command {
        command(self.program, self.folder.path())
    }

    /// Opens the vault.
    pub(crate) fn unlock(&self) {
        let mut unlocking = self
            .command()
            .args(["unlock", "--words", "--passphrase-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let spoken = words::write(&big::words().0, Language::English);
        let mut input = unlocking.stdin.take().expect("a pipe");
        input.write_all(spoken.expose().as_bytes()).expect("the words are taken");
        drop(input);
        assert!(unlocking.wait().expect("it ends").success(), "unlocking failed");
    }

    /// The agent that the first unlocking started.
    pub(crate) fn agent_pid(&self) -> u32 {
        let output =
            self.command().args(["status", "--json"]).output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let after =
            text.split_once("\"agent_pid\":").map(|(_, after)| after.trim_start().to_owned());
        let digits: Option<String> =
            after.map(|after| after.chars().take_while(char::is_ascii_digit).collect());
        digits.and_then(|digits| digits.parse().ok()).expect("the status names the agent")
    }
}

fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--vault")
        .arg(home.join("vault.kagifuda"))
        .env("HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_RUNTIME_DIR", home);
    command
}

impl Drop for Home<'_> {
    fn drop(&mut self) {
        // Our own agent, by the number it gave itself.
        let _ = Command::new("kill").arg(self.agent_pid().to_string()).status();
    }
}
