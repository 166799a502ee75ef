// SPDX-License-Identifier: MIT OR Apache-2.0
//! Asking for a secret on a terminal without showing it.
//!
//! While the question stands, echo is off and the signals that end or stop the program wait: the
//! terminal is put back first, then they are delivered. So a terminal is never left mute.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use kagifuda_secret::SecretText;
use rustix::event::{PollFd, PollFlags};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios};
use zeroize::Zeroizing;

use crate::signals::HeldSignals;
use crate::{LinuxError, Step};

/// The longest line a terminal hands over (`N_TTY_BUF_SIZE`).
const LINE_BYTES: usize = 4096;

/// The terminal this process belongs to, whatever its standard streams are.
pub struct Terminal(OwnedFd);

impl Terminal {
    /// Opens `/dev/tty`.
    ///
    /// # Errors
    /// [`LinuxError::NotATerminal`] where the process has none.
    pub fn of_this_process() -> Result<Self, LinuxError> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        rustix::fs::open(Path::new("/dev/tty"), flags, Mode::empty())
            .map(Self)
            .map_err(|_| LinuxError::NotATerminal)
    }

    /// Uses this descriptor.
    ///
    /// # Errors
    /// [`LinuxError::NotATerminal`] where it is none.
    pub fn on(fd: OwnedFd) -> Result<Self, LinuxError> {
        if rustix::termios::isatty(&fd) { Ok(Self(fd)) } else { Err(LinuxError::NotATerminal) }
    }

    /// Writes text, such as a question.
    ///
    /// # Errors
    /// [`LinuxError::System`] where the terminal is gone.
    pub fn write(&self, text: &str) -> Result<(), LinuxError> {
        write_all(&self.0, text.as_bytes())
    }

    /// Reads one line without showing it; the line end is not part of it.
    ///
    /// # Errors
    /// [`LinuxError::InputEnded`] at the end of input, [`LinuxError::NotText`], [`LinuxError::TooLong`].
    pub fn read_secret(&self) -> Result<SecretText, LinuxError> {
        let mut line = Zeroizing::new([0_u8; LINE_BYTES]);
        loop {
            let held = HeldSignals::that_end_or_stop()?;
            let mute = Mute::begin(&self.0)?;
            let has_line = wait_for_line(&self.0, &held)?;
            let count = if has_line { read_once(&self.0, &mut line[..])? } else { 0 };
            drop(mute);
            drop(held);
            if has_line {
                return line_of(&line[..count]);
            }
            // A signal came: it has been delivered by now, and the process was only stopped.
        }
    }

    /// The descriptor, for a process that writes to the terminal later.
    #[must_use]
    pub fn into_fd(self) -> OwnedFd {
        self.0
    }

    /// Columns and rows; `None` where the terminal does not say.
    #[must_use]
    pub fn size(&self) -> Option<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(&self.0).ok()?;
        (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
    }
}

/// Tells whether a descriptor is a terminal.
#[must_use]
pub fn is_terminal(fd: impl AsFd) -> bool {
    rustix::termios::isatty(fd)
}

/// Reads one line as a secret from a pipe or file, for scripts; reads no byte beyond the line.
///
/// # Errors
/// [`LinuxError::InputEnded`] where there is not even an empty line, [`LinuxError::NotText`],
/// [`LinuxError::TooLong`].
pub fn read_secret_line(fd: impl AsFd) -> Result<SecretText, LinuxError> {
    let mut line = Zeroizing::new([0_u8; LINE_BYTES]);
    let mut count = 0;
    while count < LINE_BYTES {
        if read_once(fd.as_fd(), &mut line[count..=count])? == 0 {
            return match count {
                0 => Err(LinuxError::InputEnded),
                _ => line_of(&line[..count]),
            };
        }
        count += 1;
        if line[count - 1] == b'\n' {
            return line_of(&line[..count]);
        }
    }
    Err(LinuxError::TooLong)
}

/// Takes the line end off; a whole buffer without one is too long.
fn line_of(bytes: &[u8]) -> Result<SecretText, LinuxError> {
    if bytes.is_empty() {
        return Err(LinuxError::InputEnded);
    }
    if bytes.len() >= LINE_BYTES - 1 && !bytes.ends_with(b"\n") {
        return Err(LinuxError::TooLong);
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    std::str::from_utf8(line).map(SecretText::from).map_err(|_| LinuxError::NotText)
}

/// Waits until a line can be read; `false` where a signal came first.
fn wait_for_line(terminal: &OwnedFd, held: &HeldSignals) -> Result<bool, LinuxError> {
    loop {
        let mut waited = [PollFd::new(held, PollFlags::IN), PollFd::new(terminal, PollFlags::IN)];
        match rustix::event::poll(&mut waited, None) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(LinuxError::during(Step::Terminal)(errno)),
        }
        if !waited[0].revents().is_empty() {
            return Ok(false);
        }
        if !waited[1].revents().is_empty() {
            return Ok(true);
        }
    }
}

fn read_once(fd: impl AsFd, buffer: &mut [u8]) -> Result<usize, LinuxError> {
    loop {
        match rustix::io::read(fd.as_fd(), &mut *buffer) {
            Ok(count) => return Ok(count),
            Err(Errno::INTR) => {}
            // What reading from a terminal whose other end is gone says.
            Err(Errno::IO) => return Ok(0),
            Err(errno) => return Err(LinuxError::during(Step::Terminal)(errno)),
        }
    }
}

pub(crate) fn write_all(fd: impl AsFd, mut bytes: &[u8]) -> Result<(), LinuxError> {
    while !bytes.is_empty() {
        match rustix::io::write(fd.as_fd(), bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(errno) => return Err(LinuxError::during(Step::Terminal)(errno)),
        }
    }
    Ok(())
}

/// A terminal that shows nothing of what is typed until this is dropped: for a program that waits for other things,
/// too, and reads a line once the terminal has one.
pub struct Silence(Mute<OwnedFd>);

impl Silence {
    /// Begins; what was typed before is forgotten.
    ///
    /// # Errors
    /// [`LinuxError::System`] where this is no terminal, or one that is gone.
    pub fn begin(terminal: impl AsFd) -> Result<Self, LinuxError> {
        let terminal = rustix::io::fcntl_dupfd_cloexec(terminal, 0);
        Ok(Self(Mute::begin(terminal.map_err(LinuxError::during(Step::Terminal))?)?))
    }

    /// Reads the line that is there.
    ///
    /// # Errors
    /// As [`Terminal::read_secret`].
    pub fn read_line(&self) -> Result<SecretText, LinuxError> {
        let mut line = Zeroizing::new([0_u8; LINE_BYTES]);
        let count = read_once(&self.0.terminal, &mut line[..])?;
        line_of(&line[..count])
    }
}

/// A terminal that does not echo until this is dropped.
struct Mute<T: AsFd> {
    terminal: T,
    before: Termios,
}

impl<T: AsFd> Mute<T> {
    fn begin(terminal: T) -> Result<Self, LinuxError> {
        let failed = LinuxError::during(Step::Terminal);
        let before = rustix::termios::tcgetattr(&terminal).map_err(&failed)?;
        let mut mute = before.clone();
        mute.local_modes.remove(LocalModes::ECHO | LocalModes::ECHOE | LocalModes::ECHOK);
        mute.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        // What was typed before the question is not an answer to it.
        rustix::termios::tcsetattr(&terminal, OptionalActions::Flush, &mute).map_err(failed)?;
        Ok(Self { terminal, before })
    }
}

impl<T: AsFd> Drop for Mute<T> {
    fn drop(&mut self) {
        // A terminal that is gone needs no echo.
        let _ = rustix::termios::tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::io::Write as _;

    use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};

    use super::*;

    /// A terminal and the keyboard and screen at its other end.
    fn pair() -> (Terminal, std::fs::File) {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let keyboard = openpt(flags).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let terminal = ioctl_tiocgptpeer(&keyboard, flags).unwrap();
        (Terminal::on(terminal).unwrap(), keyboard.into())
    }

    fn echoes(terminal: &Terminal) -> bool {
        let modes = rustix::termios::tcgetattr(&terminal.0).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    #[test]
    fn a_secret_is_read_without_being_shown_and_the_terminal_is_put_back() {
        let (terminal, mut keyboard) = pair();
        let typist = std::thread::spawn({
            let watched = terminal.0.try_clone().unwrap();
            move || {
                let watched = Terminal(watched);
                while echoes(&watched) {
                    std::thread::yield_now();
                }
                keyboard.write_all("鍵 と 札\n".as_bytes()).unwrap();
                keyboard
            }
        });
        let secret = terminal.read_secret().unwrap();
        assert_eq!(secret.expose(), "鍵 と 札");
        assert!(echoes(&terminal));
        let keyboard = typist.join().unwrap();
        rustix::io::ioctl_fionbio(&keyboard, true).unwrap();
        let mut screen = [0; 64];
        let count = rustix::io::read(&keyboard, &mut screen).unwrap();
        assert_eq!(&screen[..count], b"\r\n");
    }

    #[test]
    fn the_end_of_input_is_no_empty_secret() {
        let (terminal, keyboard) = pair();
        drop(keyboard);
        assert!(terminal.read_secret().is_err());
    }

    #[test]
    fn a_pipe_is_no_terminal() {
        let (reader, _writer) = rustix::pipe::pipe().unwrap();
        assert!(!is_terminal(&reader));
        assert_eq!(Terminal::on(reader).err(), Some(LinuxError::NotATerminal));
    }

    #[test]
    fn a_script_gives_a_secret_on_its_own_line_and_keeps_the_rest() {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        write_all(&writer, "opens\r\nrest".as_bytes()).unwrap();
        drop(writer);
        assert_eq!(read_secret_line(&reader).unwrap().expose(), "opens");
        assert_eq!(read_secret_line(&reader).unwrap().expose(), "rest");
        assert_eq!(read_secret_line(&reader).err(), Some(LinuxError::InputEnded));
    }

    #[test]
    fn what_is_no_text_or_no_line_is_refused() {
        assert_eq!(line_of(b"\xff\xfe\n").err(), Some(LinuxError::NotText));
        assert_eq!(line_of(&[b'x'; LINE_BYTES]).err(), Some(LinuxError::TooLong));
        assert_eq!(line_of(b"\n").map(|line| line.expose().len()), Ok(0));
    }
}
