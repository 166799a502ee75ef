// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clipboard, through the programs every desktop has (`wl-copy`, `xclip`, `xsel`) or through the
//! terminal (OSC 52), and a way to take a secret out of it again after a while.
//!
//! The text travels through pipes, never as an argument or in the environment. Taking it out is done by
//! a process of its own that reads the text from a pipe, waits, and clears the clipboard only if the
//! text is still there. A terminal cannot be asked what its clipboard holds: there it is always cleared.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kagifuda_secret::{SecretText, equal_in_constant_time};
use zeroize::Zeroizing;

use crate::process::background;
use crate::terminal::{Terminal, write_all};
use crate::{LinuxError, Step};

/// How the clipboard is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clipboard {
    /// `wl-copy` and `wl-paste`, under Wayland.
    Wayland,
    /// `xclip`, under X11.
    Xclip,
    /// `xsel`, under X11.
    Xsel,
    /// The terminal's own, by OSC 52; also over SSH, where the terminal allows it.
    Terminal,
}

impl Clipboard {
    const EVERY: [Self; 4] = [Self::Wayland, Self::Xclip, Self::Xsel, Self::Terminal];

    /// Finds the way that works here, from the environment and the installed programs.
    ///
    /// # Errors
    /// [`LinuxError::NoClipboard`] where there is none.
    pub fn find() -> Result<Self, LinuxError> {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = variable("PATH").unwrap_or_default();
        let has =
            |program: &str| std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
        let (wayland, x11) = (variable("WAYLAND_DISPLAY"), variable("DISPLAY"));
        Self::EVERY
            .into_iter()
            .find(|way| match way {
                Self::Wayland => wayland.is_some() && has("wl-copy") && has("wl-paste"),
                Self::Xclip => x11.is_some() && has("xclip"),
                Self::Xsel => x11.is_some() && has("xsel"),
                Self::Terminal => Terminal::of_this_process().is_ok(),
            })
            .ok_or(LinuxError::NoClipboard)
    }

    /// A word that names the way, for [`Self::named`].
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wayland => "wayland",
            Self::Xclip => "xclip",
            Self::Xsel => "xsel",
            Self::Terminal => "terminal",
        }
    }

    /// The way that a word names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|way| way.name() == name)
    }

    /// Puts text into the clipboard.
    ///
    /// # Errors
    /// [`LinuxError::ClipboardFailed`] or [`LinuxError::System`].
    pub fn copy(self, text: &SecretText) -> Result<(), LinuxError> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Wayland => ("wl-copy", &["--type", "text/plain"]),
            Self::Xclip => ("xclip", &["-selection", "clipboard", "-in"]),
            Self::Xsel => ("xsel", &["--clipboard", "--input"]),
            Self::Terminal => return tell_terminal(text.expose().as_bytes()),
        };
        feed(Command::new(program).args(arguments), program, text.expose().as_bytes())
    }

    /// What is on the clipboard: a picture where there is one, else text; at most so many bytes. A terminal's
    /// clipboard cannot be read.
    ///
    /// # Errors
    /// [`LinuxError::NoClipboard`], [`LinuxError::NothingCopied`] or [`LinuxError::System`].
    pub fn paste(self, limit: u64) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
        type Arguments = &'static [&'static str];
        let (program, pictures, text): (_, [Arguments; 2], Arguments) = match self {
            Self::Wayland => (
                "wl-paste",
                [&["--type", "image/png"], &["--type", "image/jpeg"]],
                &["--no-newline", "--type", "text"],
            ),
            Self::Xclip => (
                "xclip",
                [
                    &["-selection", "clipboard", "-target", "image/png", "-out"],
                    &["-selection", "clipboard", "-target", "image/jpeg", "-out"],
                ],
                &["-selection", "clipboard", "-out"],
            ),
            Self::Xsel => ("xsel", [&[], &[]], &["--clipboard", "--output"]),
            Self::Terminal => return Err(LinuxError::NoClipboard),
        };
        let pictures = pictures.into_iter().filter(|arguments| !arguments.is_empty());
        for arguments in pictures.chain([text]) {
            let held = output_of(program, arguments, limit)?;
            if !held.is_empty() {
                return Ok(held);
            }
        }
        Err(LinuxError::NothingCopied)
    }

    /// Clears the clipboard if it still holds this text; tells whether it was cleared.
    ///
    /// # Errors
    /// [`LinuxError::ClipboardFailed`] or [`LinuxError::System`].
    pub fn clear_if_unchanged(self, text: &SecretText) -> Result<bool, LinuxError> {
        let (program, arguments): (_, &[&str]) = match self {
            Self::Wayland => ("wl-paste", &["--no-newline"]),
            Self::Xclip => ("xclip", &["-selection", "clipboard", "-out"]),
            Self::Xsel => ("xsel", &["--clipboard", "--output"]),
            Self::Terminal => return tell_terminal(b"").map(|()| true),
        };
        // What is longer is something else.
        let held = output_of(program, arguments, text.expose().len() as u64 + 1)?;
        if !equal_in_constant_time(&held, text.expose().as_bytes()) {
            return Ok(false);
        }
        self.clear().map(|()| true)
    }

    fn clear(self) -> Result<(), LinuxError> {
        match self {
            Self::Wayland => feed(Command::new("wl-copy").arg("--clear"), "wl-copy", b""),
            Self::Xclip => self.copy(&SecretText::default()),
            Self::Xsel => feed(Command::new("xsel").args(["--clipboard", "--clear"]), "xsel", b""),
            Self::Terminal => tell_terminal(b""),
        }
    }

    /// Starts `program` with `arguments` as the process that takes the text out again; it is to call
    /// [`clear_after`]. The text goes to its standard input.
    ///
    /// # Errors
    /// [`LinuxError::System`] where it cannot be started.
    pub fn clear_later(
        self,
        (program, arguments): (&Path, &[&str]),
        text: &SecretText,
    ) -> Result<(), LinuxError> {
        let mut command = background(program, arguments);
        for name in ["WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // In a session of its own it has no terminal: the one to clear is its standard output.
        if self == Self::Terminal {
            let terminal = Terminal::of_this_process()?.into_fd();
            command.stdout(Stdio::from(terminal));
        } else {
            command.stdout(Stdio::null());
        }
        let failed = LinuxError::io(Step::Start, Some(program));
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(&failed)?;
        let mut pipe = child.stdin.take();
        pipe.as_mut()
            .map_or(Ok(()), |pipe| pipe.write_all(text.expose().as_bytes()))
            .map_err(failed)
    }
}

/// What the process started by [`Clipboard::clear_later`] does: reads the text from its standard
/// input, waits, and clears the clipboard if it still holds the text.
///
/// # Errors
/// As [`Clipboard::clear_if_unchanged`].
pub fn clear_after(clipboard: Clipboard, delay: Duration) -> Result<(), LinuxError> {
    let text = crate::terminal::read_secret_line(rustix::stdio::stdin())?;
    std::thread::sleep(delay);
    if clipboard == Clipboard::Terminal {
        return write_all(rustix::stdio::stdout(), &osc_52(b""));
    }
    clipboard.clear_if_unchanged(&text).map(|_| ())
}

/// What a program writes, at most so much of it; nothing where it fails.
fn output_of(
    program: &str,
    arguments: &[&str],
    limit: u64,
) -> Result<Zeroizing<Vec<u8>>, LinuxError> {
    let failed = LinuxError::io(Step::Start, Some(Path::new(program)));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(&failed)?;
    let mut held = Zeroizing::new(Vec::with_capacity(64 * 1024));
    if let Some(pipe) = child.stdout.take() {
        pipe.take(limit).read_to_end(&mut held).map_err(&failed)?;
    }
    // With the pipe closed it ends, whatever it had left to write.
    if !child.wait().map_err(failed)?.success() && (held.len() as u64) < limit {
        held.clear();
    }
    Ok(held)
}

/// Runs a program that takes what it is to hold from its standard input.
fn feed(command: &mut Command, program: &'static str, bytes: &[u8]) -> Result<(), LinuxError> {
    let failed = LinuxError::io(Step::Start, Some(Path::new(program)));
    // These programs stay to serve the clipboard: they must not hold our output open.
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(&failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(bytes).map_err(&failed)?;
    }
    match child.wait().map_err(failed)?.success() {
        true => Ok(()),
        false => Err(LinuxError::ClipboardFailed { program }),
    }
}

fn tell_terminal(bytes: &[u8]) -> Result<(), LinuxError> {
    write_all(Terminal::of_this_process()?.into_fd(), &osc_52(bytes))
}

/// The sequence that sets a terminal's clipboard (xterm control sequences, OSC 52).
fn osc_52(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut sequence = Zeroizing::new(Vec::with_capacity(bytes.len() * 4 / 3 + 16));
    sequence.extend_from_slice(b"\x1b]52;c;");
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, &byte| group << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let is_padding = place > chunk.len();
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            sequence.push(if is_padding { b'=' } else { digit });
        }
    }
    sequence.push(b'\x07');
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_in_base64() {
        assert_eq!(&osc_52(b"")[..], b"\x1b]52;c;\x07");
        assert_eq!(&osc_52(b"1")[..], b"\x1b]52;c;MQ==\x07");
        assert_eq!(&osc_52(b"12")[..], b"\x1b]52;c;MTI=\x07");
        assert_eq!(&osc_52(b"123456")[..], b"\x1b]52;c;MTIzNDU2\x07");
    }

    #[test]
    fn every_way_has_a_word() {
        for way in Clipboard::EVERY {
            assert_eq!(Clipboard::named(way.name()), Some(way));
        }
        assert_eq!(Clipboard::named("telepathy"), None);
    }
}
