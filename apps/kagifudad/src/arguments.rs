// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the daemon may be told at its start. Under systemd it is told nothing but how long to stay.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use kagifuda_linux::uhid::UHID;

/// How it is called.
pub const USAGE: &str = "usage: kagifudad [--socket PATH] [--uhid PATH] [--idle SECONDS]

Plugs virtual security keys in for users. Started by kagifudad.socket, it serves that socket.

  --socket PATH    make this socket and serve it, where no service manager hands one over
  --uhid PATH      the kernel's door for virtual devices (default: /dev/uhid)
  --idle SECONDS   end when no key has been plugged in for so long";

/// The start's settings.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The socket to make; `None` where one is handed over.
    pub socket: Option<PathBuf>,
    /// The kernel's door.
    pub uhid: PathBuf,
    /// How long to stay with nothing to do; `None` is for ever.
    pub idle: Option<Duration>,
}

/// The arguments are not understood.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake;

impl Arguments {
    /// Reads the arguments, without the program's name.
    ///
    /// # Errors
    /// [`Mistake`] where they are not as [`USAGE`] says.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, Mistake> {
        let mut arguments = Self { socket: None, uhid: UHID.into(), idle: None };
        let mut words = words.into_iter();
        while let Some(flag) = words.next() {
            let value = words.next().filter(|value| !value.is_empty()).ok_or(Mistake)?;
            match flag.to_str() {
                Some("--socket") => arguments.socket = Some(value.into()),
                Some("--uhid") => arguments.uhid = value.into(),
                Some("--idle") => {
                    let seconds = value.to_str().and_then(|text| text.parse::<u32>().ok());
                    arguments.idle = Some(Duration::from_secs(seconds.ok_or(Mistake)?.into()));
                }
                _ => return Err(Mistake),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, Mistake> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn nothing_need_be_said() {
        let usual = Arguments { socket: None, uhid: "/dev/uhid".into(), idle: None };
        assert_eq!(read(&[]), Ok(usual));
    }

    #[test]
    fn every_flag_is_understood_and_what_is_none_is_not() {
        let all = Arguments {
            socket: Some("/tmp/s".into()),
            uhid: "/tmp/u".into(),
            idle: Some(Duration::from_secs(30)),
        };
        assert_eq!(read(&["--socket", "/tmp/s", "--uhid", "/tmp/u", "--idle", "30"]), Ok(all));
        for words in
            [&["--help"][..], &["--idle"], &["--idle", "-1"], &["--socket", ""], &["x", "y"]]
        {
            assert_eq!(read(words), Err(Mistake), "{words:?}");
        }
    }
}
