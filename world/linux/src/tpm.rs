// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TPM of this machine: seals 32 bytes so that they come out in this machine alone (TPM 2.0 Library,
//! revision 1.59, by way of the kernel's `/dev/tpmrm0`).
//!
//! What is sealed lies under the storage key of the owner's hierarchy, which the TPM makes of a seed that never leaves
//! it and that is drawn anew when it is cleared. No PCR is asked for, so a new kernel or firmware changes nothing; no
//! password, so no wrong one counts against the TPM (noDA). The secret is covered on the bus, by a session that only
//! the TPM with the expected storage key can read along with. Nothing is left in the TPM, and none of its own keys,
//! passwords and settings is changed.

pub mod answer;
mod command;
mod sealed;
mod session;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use kagifuda_secret::SecretArray;
use zeroize::Zeroizing;

use self::answer::{ANSWER_MAX_BYTES, Answer, HEADER_BYTES, Shape, StorageKey, Unread};
use self::command::{Bytes, Verb};
pub use self::sealed::Sealed;
use self::session::{Covers, Salt, Session};
use crate::random::random;

/// The TPM with a resource manager in front of it, so that several programs may use it at once.
pub const DEVICE: &str = "/dev/tpmrm0";
/// How long a TPM may take for all that is asked of it. Those on a slow bus take half a second to make a key.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a TPM answers that has no time right now (part 2, TPM_RC): TPM_RC_YIELDED, TPM_RC_TESTING, TPM_RC_RETRY.
const LATER: [u32; 3] = [0x908, 0x90A, 0x922];
/// How long it is left alone then.
const PAUSE: Duration = Duration::from_millis(50);
/// What it answers where the hierarchy has a password (TPM_RC_AUTH_FAIL, TPM_RC_BAD_AUTH) or is switched off
/// (TPM_RC_HIERARCHY), without the bits that say of which handle or parameter.
const CLOSED: [u32; 3] = [0x08E, 0x0A2, 0x085];
/// The properties that are read: TPM_PT_FAMILY_INDICATOR to TPM_PT_MANUFACTURER.
const FAMILY: u32 = 0x100;
const REVISION: u32 = 0x102;
const MANUFACTURER: u32 = 0x105;
const PROPERTIES_COUNT: u32 = 6;
/// TPM 2.0, in the letters of its family.
const FAMILY_2: u32 = u32::from_be_bytes(*b"2.0\0");

/// Why a TPM did not do what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TpmTrouble {
    /// This machine has none of version 2.0, or it is switched off.
    Absent,
    /// This user may not use it.
    Forbidden,
    /// It does not answer.
    Silent,
    /// What is to be opened was sealed by another TPM, or before this one was cleared.
    Foreign,
    /// Its storage hierarchy has a password, or is switched off.
    Closed,
    /// Something else; the TPM refused, or what answered was none.
    Failed,
}

/// What a TPM says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The four letters of who made it, as far as they are letters.
    pub manufacturer: String,
    /// The revision of the specification that it keeps to, times 100.
    pub revision: u32,
}

/// A TPM.
#[derive(Clone, Debug)]
pub struct Tpm {
    path: PathBuf,
    patience: Duration,
}

impl Tpm {
    /// The TPM of this machine.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self::at(DEVICE, PATIENCE)
    }

    /// The TPM behind a device or, as one made of software has it (swtpm), behind a socket.
    #[must_use]
    pub fn at(path: impl AsRef<Path>, patience: Duration) -> Self {
        Self { path: path.as_ref().to_owned(), patience }
    }

    /// The same, behind another device or socket.
    #[must_use]
    pub fn moved_to(self, path: impl AsRef<Path>) -> Self {
        Self::at(path, self.patience)
    }

    /// Asks who made it, and of which version it is.
    ///
    /// # Errors
    /// [`TpmTrouble`].
    pub fn look(&self) -> Result<About, TpmTrouble> {
        self.talk(Talk::look)
    }

    /// Seals a secret, and opens it again to see that it comes out.
    ///
    /// # Errors
    /// [`TpmTrouble`].
    pub fn seal(&self, secret: &SecretArray<32>) -> Result<Sealed, TpmTrouble> {
        let secret = secret.duplicate();
        self.talk(move |talk| {
            let (key, handle) = talk.storage_key()?;
            let mut session = talk.session(&key, handle)?;
            let sealing = (Verb::Create, handle, &[&key.name[..]][..]);
            let parameters = command::sealing(&secret);
            let (_, made) = talk.by(&mut session, sealing, parameters, Covers::Command)?;
            let (private, public) = answer::created(&made)?;
            let (private, public) = (private.to_vec(), public.to_vec());
            let sealed = Sealed { under: key.name, private, public };
            let opened = talk.open(&sealed, &mut session, handle)?;
            if opened == secret { Ok(sealed) } else { Err(TpmTrouble::Failed) }
        })
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`TpmTrouble`].
    pub fn open(&self, sealed: &Sealed) -> Result<SecretArray<32>, TpmTrouble> {
        let sealed = sealed.clone();
        self.talk(move |talk| {
            let (key, handle) = talk.storage_key()?;
            // The session is for this key, so what stands between us and the TPM cannot pass for it.
            if key.name != sealed.under {
                return Err(TpmTrouble::Foreign);
            }
            let mut session = talk.session(&key, handle)?;
            talk.open(&sealed, &mut session, handle)
        })
    }

    /// Talks in a thread of its own, which is left behind where it takes too long: the kernel waits for a TPM for
    /// minutes, and lets nobody go before.
    fn talk<T: Send + 'static>(
        &self,
        say: impl FnOnce(&mut Talk) -> Result<T, TpmTrouble> + Send + 'static,
    ) -> Result<T, TpmTrouble> {
        let path = self.path.clone();
        let (tell, told) = channel();
        let talk = move || {
            let said = Talk::begin(&path).and_then(|mut talk| {
                let said = say(&mut talk);
                talk.end();
                said
            });
            let _ = tell.send(said);
        };
        let thread = std::thread::Builder::new().name("tpm".to_owned());
        thread.spawn(talk).map_err(|_| TpmTrouble::Failed)?;
        told.recv_timeout(self.patience).unwrap_or_else(|error| {
            let is_late = error == RecvTimeoutError::Timeout;
            Err(if is_late { TpmTrouble::Silent } else { TpmTrouble::Failed })
        })
    }
}

/// What commands and answers go over.
trait Line: Read + Write + Send {}

impl<T: Read + Write + Send> Line for T {}

/// A conversation with a TPM.
struct Talk {
    line: Box<dyn Line>,
    /// What the TPM keeps for this conversation: objects and sessions.
    held: Vec<u32>,
}

impl Talk {
    fn begin(path: &Path) -> Result<Self, TpmTrouble> {
        let is_socket = path.metadata().is_ok_and(|it| it.file_type().is_socket());
        let line = if is_socket {
            UnixStream::connect(path).map(|stream| Box::new(stream) as Box<dyn Line>)
        } else {
            let file = OpenOptions::new().read(true).write(true).open(path);
            file.map(|file| Box::new(file) as Box<dyn Line>)
        };
        let line = line.map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => TpmTrouble::Absent,
            ErrorKind::PermissionDenied => TpmTrouble::Forbidden,
            // The node is there and nothing is behind it.
            _ if error.raw_os_error() == Some(libc::ENODEV) => TpmTrouble::Absent,
            _ => TpmTrouble::Failed,
        })?;
        Ok(Self { line, held: Vec::new() })
    }

    /// Lets go of everything. What the kernel manages it lets go of by itself; elsewhere there is room for three
    /// objects.
    fn end(&mut self) {
        for handle in std::mem::take(&mut self.held).into_iter().rev() {
            let _ = self.ask(&command::flush(handle));
        }
    }

    /// Gives a command and waits for the answer.
    fn ask(&mut self, command: &Bytes) -> Result<Bytes, TpmTrouble> {
        loop {
            self.line.write_all(command).map_err(|_| TpmTrouble::Failed)?;
            let mut bytes: Bytes = Zeroizing::new(vec![0; ANSWER_MAX_BYTES]);
            let mut length = 0;
            // A device gives the whole answer at once, a socket what has come.
            while length < HEADER_BYTES || length < announced(&bytes) {
                match self.line.read(&mut bytes[length..]) {
                    Ok(count) if count > 0 => length += count,
                    _ => return Err(TpmTrouble::Failed),
                }
            }
            bytes.truncate(length);
            let is_later = matches!(
                Answer::read(&bytes, Shape::Plain),
                Err(Unread::Refused(code)) if LATER.contains(&code)
            );
            if !is_later {
                return Ok(bytes);
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn look(&mut self) -> Result<About, TpmTrouble> {
        let bytes = self.ask(&command::get_properties(PROPERTIES_COUNT))?;
        let answer = Answer::read(&bytes, Shape::Plain)?;
        let properties = answer::properties(answer.parameters)?;
        let value = |wanted| {
            let found = properties.iter().find(|(property, _)| *property == wanted);
            found.map(|(_, value)| *value).ok_or(TpmTrouble::Failed)
        };
        if value(FAMILY)? != FAMILY_2 {
            return Err(TpmTrouble::Absent);
        }
        let letters = value(MANUFACTURER)?.to_be_bytes().map(char::from);
        let letters = letters.into_iter().filter(char::is_ascii_alphanumeric);
        Ok(About { manufacturer: letters.collect(), revision: value(REVISION)? })
    }

    /// The storage key, and its handle.
    fn storage_key(&mut self) -> Result<(StorageKey, u32), TpmTrouble> {
        let bytes = self.ask(&command::create_primary())?;
        let answer = Answer::read(&bytes, Shape::HandleAndSession).map_err(|unread| {
            let is_closed =
                matches!(unread, Unread::Refused(code) if CLOSED.contains(&plain(code)));
            if is_closed { TpmTrouble::Closed } else { unread.into() }
        })?;
        self.held.push(answer.handle);
        Ok((StorageKey::read(answer.parameters)?, answer.handle))
    }

    /// Begins a session that only the TPM which has this key can follow.
    fn session(&mut self, key: &StorageKey, handle: u32) -> Result<Session, TpmTrouble> {
        let salt = Salt::draw(key).ok_or(TpmTrouble::Failed)?;
        let ours = random().ok_or(TpmTrouble::Failed)?;
        let bytes = self.ask(&command::start_session(handle, &ours, &salt.sent))?;
        let answer = Answer::read(&bytes, Shape::Handle)?;
        self.held.push(answer.handle);
        let theirs = answer::first_nonce(answer.parameters)?;
        Ok(Session::begun(answer.handle, &salt, &ours, theirs))
    }

    /// Loads what was sealed under the storage key, and opens it.
    fn open(
        &mut self,
        sealed: &Sealed,
        session: &mut Session,
        under: u32,
    ) -> Result<SecretArray<32>, TpmTrouble> {
        let loading = command::loading(&sealed.private, &sealed.public);
        let load = (Verb::Load, under, &[&sealed.under[..]][..]);
        let (handle, loaded) = self.by(session, load, loading, Covers::Nothing)?;
        let name = answer::loaded(&loaded)?;
        if name != answer::name_of(&sealed.public) {
            return Err(TpmTrouble::Failed);
        }
        let unseal = (Verb::Unseal, handle, &[&name[..]][..]);
        let (_, opened) = self.by(session, unseal, Bytes::default(), Covers::Answer)?;
        Ok(answer::unsealed(&opened)?)
    }

    /// Gives a command by way of a session; answers with what it made, where it makes something, and its parameters.
    fn by(
        &mut self,
        session: &mut Session,
        (verb, handle, names): (Verb, u32, &[&[u8]]),
        mut parameters: Bytes,
        covers: Covers,
    ) -> Result<(u32, Bytes), TpmTrouble> {
        let word = session.vouch(verb, names, &mut parameters, covers).ok_or(TpmTrouble::Failed)?;
        let bytes = self.ask(&command::authorized(verb, handle, &word.bytes, &parameters))?;
        let shape = if verb == Verb::Load { Shape::HandleAndSession } else { Shape::Session };
        let answer = Answer::read(&bytes, shape)?;
        if verb == Verb::Load {
            self.held.push(answer.handle);
        }
        Ok((answer.handle, session.take(&word, &answer)?))
    }
}

impl From<Unread> for TpmTrouble {
    fn from(_: Unread) -> Self {
        Self::Failed
    }
}

/// How long an answer says that it is.
fn announced(bytes: &[u8]) -> usize {
    let length = bytes.get(2..6).and_then(|length| <[u8; 4]>::try_from(length).ok());
    length.map_or(0, |length| usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX))
}

/// A response code of format one without the bits that say of which handle, session or parameter (part 2,
/// "Response Codes").
const fn plain(code: u32) -> u32 {
    const FORMAT_ONE: u32 = 0x080;
    if code & FORMAT_ONE == 0 { code } else { code & 0x0BF }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::collections::VecDeque;
    use std::io;

    use super::*;

    /// A TPM that gives these answers in turn, each in these pieces.
    struct Script(VecDeque<Vec<u8>>);

    impl Read for Script {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(mut piece) = self.0.pop_front() else { return Ok(0) };
            let count = piece.len().min(buffer.len());
            buffer[..count].copy_from_slice(&piece[..count]);
            if count < piece.len() {
                self.0.push_front(piece.split_off(count));
            }
            Ok(count)
        }
    }

    impl Write for Script {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            Ok(buffer.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn talk(pieces: &[&[u8]]) -> Talk {
        let pieces = pieces.iter().map(|piece| piece.to_vec()).collect();
        Talk { line: Box::new(Script(pieces)), held: Vec::new() }
    }

    fn refusal(code: u32) -> Vec<u8> {
        [&[0x80, 0x01, 0, 0, 0, 10][..], &code.to_be_bytes()].concat()
    }

    /// The first properties of a TPM of this family.
    fn properties(family: &[u8; 4]) -> Vec<u8> {
        let values = [u32::from_be_bytes(*family), 0, 159, 0, 0, u32::from_be_bytes(*b"NTC\0")];
        let pairs: Vec<u8> = values
            .into_iter()
            .zip(0x100u32..)
            .flat_map(|(value, property)| [property, value].map(u32::to_be_bytes).concat())
            .collect();
        let head = [0x80, 0x01, 0, 0, 0, 67, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 6];
        [&head[..], &pairs].concat()
    }

    #[test]
    fn an_answer_may_come_in_pieces_and_a_busy_tpm_is_asked_again() {
        let whole = properties(b"2.0\0");
        let (first, rest) = whole.split_at(7);
        let about = talk(&[first, rest]).look().unwrap();
        assert_eq!((about.manufacturer.as_str(), about.revision), ("NTC", 159));
        for code in LATER {
            assert_eq!(talk(&[&refusal(code), &whole]).look().as_ref(), Ok(&about), "{code:x}");
        }
    }

    #[test]
    fn what_is_no_answer_is_trouble_and_not_waited_for() {
        let whole = properties(b"2.0\0");
        let too_long = [0x80, 0x01, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
        for pieces in [&[][..], &[&whole[..20]], &[&too_long], &[&refusal(0x101)]] {
            assert_eq!(talk(pieces).look(), Err(TpmTrouble::Failed));
        }
        assert_eq!(talk(&[&properties(b"1.2\0")]).look(), Err(TpmTrouble::Absent));
    }

    #[test]
    fn a_hierarchy_with_a_password_is_told_from_other_refusals() {
        // Of the first session; of the first handle; a lock-out, which the storage key has nothing to do with.
        for (code, trouble) in [
            (0x9A2, TpmTrouble::Closed),
            (0x98E, TpmTrouble::Closed),
            (0x185, TpmTrouble::Closed),
            (0x921, TpmTrouble::Failed),
            (0x1D5, TpmTrouble::Failed),
        ] {
            let made = talk(&[&refusal(code)]).storage_key();
            assert_eq!(made.err(), Some(trouble), "{code:x}");
        }
    }

    #[test]
    fn where_there_is_no_node_or_nothing_behind_it_there_is_no_tpm() {
        let room = tempfile::tempdir().unwrap();
        let at = |name: &str| Tpm::at(room.path().join(name), Duration::from_secs(5)).look();
        assert_eq!(at("tpmrm0"), Err(TpmTrouble::Absent));
        std::fs::write(room.path().join("file"), "").unwrap();
        assert_eq!(at("file"), Err(TpmTrouble::Failed));
    }
}
