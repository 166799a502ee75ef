// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the program costs from start to exit, and what its agent holds in memory.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kagifuda_secret::words::{self, Language};

use crate::big;
use crate::scale::{Report, median_of, millis};

/// Runs of each command.
const RUNS: usize = 201;
/// When an agent's memory is looked at.
const SETTLED: Duration = Duration::from_secs(5);

/// Measures `code QUERY` against `/bin/true`, and the agent's memory.
pub(crate) fn measure(program: &Path, items: usize, report: &mut Report) {
    let home = Home::new(program, items);
    let true_alone = median_of(RUNS, || run(&mut Command::new("/bin/true")));
    let code = median_of(RUNS, || {
        let mut command = home.command();
        command.args(["code", "Service 4998"]);
        run(&mut command);
    });
    let ratio = code.as_secs_f64() / true_alone.as_secs_f64();
    report.note("/bin/true, start to exit", millis(true_alone), "ms");
    report.note("code QUERY through the agent, start to exit", millis(code), "ms");
    report.bound("code QUERY against /bin/true", ratio, 3.0, "x");
    let resident = home.resident_mib();
    report.bound("the agent's memory, five seconds after unlocking", resident, 60.0, "MB");
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.expect("the command starts").success(), "{command:?} failed");
}

/// A home directory of nobody's, with a large vault and its agent.
struct Home<'p> {
    folder: tempfile::TempDir,
    program: &'p Path,
}

impl<'p> Home<'p> {
    fn new(program: &'p Path, items: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        drop(big::vault(&folder.path().join("vault.kagifuda"), items));
        let home = Self { folder, program };
        home.unlock();
        home
    }

    fn command(&self) -> Command {
        command(self.program, self.folder.path())
    }

    fn unlock(&self) {
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
    fn agent_pid(&self) -> u32 {
        let output =
            self.command().args(["status", "--json"]).output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let after =
            text.split_once("\"agent_pid\":").map(|(_, after)| after.trim_start().to_owned());
        let digits: Option<String> =
            after.map(|after| after.chars().take_while(char::is_ascii_digit).collect());
        digits.and_then(|digits| digits.parse().ok()).expect("the status names the agent")
    }

    /// The agent's resident memory, after it had time to settle since it was unlocked anew.
    fn resident_mib(&self) -> f64 {
        run(self.command().arg("lock"));
        self.unlock();
        std::thread::sleep(SETTLED);
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.agent_pid()));
        let status = status.expect("the agent runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.trim().parse::<f64>().ok()).expect("a number") / 1024.0
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
