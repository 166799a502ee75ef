// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the demonstration says: numbered steps, what each proved, how long it took.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::fault::Fault;
use crate::say;
use crate::term::Screen;
use crate::text::{Texts, Value};

/// How many steps there are.
const STEPS: usize = 6;

/// The voice of the demonstration.
pub(super) struct Telling<'a> {
    texts: &'a Texts,
    screen: Screen,
    step: usize,
    started: Instant,
}

impl<'a> Telling<'a> {
    pub(super) fn new(texts: &'a Texts, screen: Screen) -> Self {
        Self { texts, screen, step: 0, started: Instant::now() }
    }

    pub(super) fn texts(&self) -> &Texts {
        self.texts
    }

    pub(super) fn begin(&mut self, folder: &Path) -> Result<(), Fault> {
        let folder = folder.display().to_string();
        say_line(&say!(self.texts, "demo-begin", folder = folder))
    }

    /// Begins a step.
    pub(super) fn step(&mut self, id: &str) -> Result<(), Fault> {
        self.step += 1;
        self.started = Instant::now();
        let title = self.texts.get(id);
        let heading = format!("{}/{STEPS}  {title}", self.step);
        let heading =
            if self.screen.is_coloured { format!("\x1b[1m{heading}\x1b[0m") } else { heading };
        say_line(&format!("\n{heading}"))
    }

    /// Says what was proved.
    pub(super) fn proved(
        &mut self,
        id: &str,
        variables: &[(&'static str, Value<'_>)],
    ) -> Result<(), Fault> {
        let mark = if self.screen.is_coloured { "\x1b[32m✓\x1b[0m" } else { "✓" };
        say_line(&format!("     {mark} {}", self.texts.with(id, variables)))
    }

    /// Shows a line of a result.
    pub(super) fn show(&mut self, line: &str) -> Result<(), Fault> {
        say_line(&format!("       {line}"))
    }

    /// Ends a step.
    pub(super) fn took(&mut self) -> Result<(), Fault> {
        let seconds = format!("{:.2}", self.started.elapsed().as_secs_f64());
        say_line(&format!("       {}", say!(self.texts, "demo-took", seconds = seconds)))
    }

    pub(super) fn end(&mut self) -> Result<(), Fault> {
        say_line(&format!("\n{}", say!(self.texts, "demo-end")))
    }

    pub(super) fn kept(&mut self, vault: &Path) -> Result<(), Fault> {
        let vault = vault.display().to_string();
        say_line(&format!("\n{}", say!(self.texts, "demo-kept", vault = vault)))
    }
}

fn say_line(line: &str) -> Result<(), Fault> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Fault::Output)
}
