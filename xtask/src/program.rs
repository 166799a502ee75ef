// SPDX-License-Identifier: MIT OR Apache-2.0
//! Running other programs: shown before they run, and their failure told with their name.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::trouble::{Doing as _, Trouble};

/// A program about to be run.
pub(crate) struct Program {
    command: Command,
    shown: String,
}

impl Program {
    /// Names the program.
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        let name = name.as_ref();
        let mut command = Command::new(name);
        // Cargo sets this for the task's own process; another toolchain must not load these.
        command.env_remove("LD_LIBRARY_PATH");
        let shown = Path::new(name).file_name().unwrap_or(name).to_string_lossy().into_owned();
        Self { command, shown }
    }

    /// The Cargo that runs this task.
    pub(crate) fn cargo() -> Self {
        let mut cargo = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Set for the task's own package; a build script must not read them as its own.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_")) {
                cargo.command.env_remove(name);
            }
        }
        cargo.command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
        cargo
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let argument = argument.as_ref();
        self.shown.push(' ');
        self.shown.push_str(&argument.to_string_lossy());
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Runs it in `folder`.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Sets an environment variable for it.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable from what it inherits.
    pub(crate) fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it on the same terminal.
    ///
    /// # Errors
    /// It cannot be started, or does not end with success.
    pub(crate) fn run(mut self) -> Result<(), Trouble> {
        eprintln!("    $ {}", self.shown);
        let status = self.command.status().doing(format!("starting {}", self.shown))?;
        if status.success() {
            Ok(())
        } else {
            Err(Trouble::new(format!("`{}` ended with {status}", self.shown)))
        }
    }

    /// Tells whether it runs and ends with success; nothing is shown.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Runs it quietly and returns what it wrote.
    ///
    /// # Errors
    /// It cannot be started, does not end with success, or writes something that is not UTF-8.
    pub(crate) fn read(mut self) -> Result<String, Trouble> {
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .doing(format!("starting {}", self.shown))?;
        if !output.status.success() {
            return Err(Trouble::new(format!("`{}` ended with {}", self.shown, output.status)));
        }
        String::from_utf8(output.stdout).doing(format!("reading the output of {}", self.shown))
    }

    /// Runs it on the same terminal and hands each line it writes to `reader` too.
    ///
    /// Returns whether it ended with success.
    ///
    /// # Errors
    /// It cannot be started or its output breaks off.
    pub(crate) fn follow(mut self, mut reader: impl FnMut(&str)) -> Result<bool, Trouble> {
        eprintln!("    $ {}", self.shown);
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .doing(format!("starting {}", self.shown))?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line.doing(format!("reading the output of {}", self.shown))?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                reader(&line);
            }
        }
        let status = child.wait().doing(format!("waiting for {}", self.shown))?;
        Ok(status.success())
    }
}
