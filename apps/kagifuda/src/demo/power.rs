// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power cuts: a second process writes to the vault without pause and is killed without warning,
//! again and again. What it had acknowledged must be there.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kagifuda_secret::SecretText;

use super::pc::Pc;
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::Request;
use crate::fault::Fault;

/// The longest a writer lives.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a power cut met.
pub(super) struct Cut {
    /// How many writes the writer had acknowledged.
    pub(super) acknowledged: usize,
    /// Whether it was in the middle of another one.
    pub(super) has_torn: bool,
}

/// Starts a writer on a PC's vault and kills it after `survived` acknowledged writes and `then` more
/// time.
pub(super) fn cut_while_writing(
    pc: &Pc,
    words: &SecretText,
    (survived, then): (usize, Duration),
) -> std::io::Result<Cut> {
    let mut writer = Command::new(std::env::current_exe()?)
        .arg("demo-writer")
        .arg(pc.folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = writer.stdin.take().ok_or_else(|| std::io::Error::other("no pipe"))?;
    input.write_all(words.expose().as_bytes())?;
    drop(input);
    let output = writer.stdout.take().ok_or_else(|| std::io::Error::other("no pipe"))?;
    let mut lines = BufReader::new(output).lines();
    let started = Instant::now();
    let mut acknowledged = 0;
    while acknowledged < survived && started.elapsed() < PATIENCE {
        match lines.next() {
            Some(line) => acknowledged += usize::from(line.is_ok()),
            None => break,
        }
    }
    std::thread::sleep(then);
    writer.kill()?;
    writer.wait()?;
    acknowledged += lines.map_while(Result::ok).count();
    // A commit keeps a journal beside the file until it is whole.
    let mut journal = pc.vault().into_os_string();
    journal.push("-journal");
    Ok(Cut { acknowledged, has_torn: std::fs::exists(journal)? })
}

/// What the writer does until it is killed: adds notes, and says so after each is durable.
pub(crate) fn write_until_killed(folder: &Path) -> Result<(), Fault> {
    let mut words = String::new();
    std::io::stdin().read_to_string(&mut words).map_err(Fault::Output)?;
    let mut pc = Pc::at(folder, "PC")?;
    pc.unlock(&SecretText::new(words))?;
    let started = Instant::now();
    let mut out = std::io::stdout();
    for number in 1.. {
        if started.elapsed() > PATIENCE {
            break;
        }
        let text = FieldValue::Text(format!("written while the power was cut: {number}"));
        pc.ask(Request::AddItem { kind: Kind::Note, fields: vec![Field::new(name::NAME, text)] })?;
        writeln!(out, "{number}").and_then(|()| out.flush()).map_err(Fault::Output)?;
    }
    Ok(())
}
