// SPDX-License-Identifier: MIT OR Apache-2.0
//! A place of its own for one test: folders, a vault's file and an agent that belong to nobody else.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_kagifuda");
/// The passphrase of a vault, as a pipe brings it.
pub(crate) const PASSPHRASE: &str = "a passphrase of this test\n";

/// A place of its own for one test, whose agent ends with it.
pub(crate) struct Room(tempfile::TempDir);

impl Room {
    /// Makes the folders.
    pub(crate) fn new() -> Self {
        let room = tempfile::tempdir().unwrap();
        for name in ["run", "state", "data", "home", "tmp"] {
            fs::create_dir(room.path().join(name)).unwrap();
            fs::set_permissions(room.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self(room)
    }

    /// Something in its folder; the folder itself by the empty name.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program without a controlling terminal, as a script or a service has it.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("setsid");
        command.arg("--wait").arg(PROGRAM).args(args).env_clear();
        command.env("PATH", "/usr/bin:/bin").env("HOME", self.path("home"));
        command.env("XDG_RUNTIME_DIR", self.path("run")).env("XDG_DATA_HOME", self.path("data"));
        command.env("XDG_STATE_HOME", self.path("state")).env("TMPDIR", self.path("tmp"));
        // Where `cargo xtask coverage` gathers which lines ran.
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|it| ("LLVM_PROFILE_FILE", it)));
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, "")
    }

    /// Runs the program and gives it this on standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &str) -> Output {
        self.finish(self.command(args), input)
    }

    /// Runs a command to its end and gives it this on standard input.
    pub(crate) fn finish(&self, mut command: Command, input: &str) -> Output {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that refuses does not read what it is told; that is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs what has to succeed, and returns what it printed.
    pub(crate) fn prints(&self, args: &[&str], input: &str) -> String {
        let output = self.run_with(args, input);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let status = self.run(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap_or_default();
        let pid =
            status["agent_pid"].as_i64().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        if let Some(pid) = pid {
            let _ = kill_process(pid, Signal::TERM);
        }
    }
}

/// What a program said that is no result.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The code it ended with.
pub(crate) fn exit(output: &Output) -> i32 {
    output.status.code().unwrap()
}
