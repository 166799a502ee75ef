// SPDX-License-Identifier: MIT OR Apache-2.0
//! A TPM made of software (swtpm) behind a socket of a test's own, that a test clears, hangs, ends and replaces; and
//! somebody who sits on the bus between it and us.
#![allow(dead_code, reason = "every test file uses a part of the TPM")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::bus::started;

/// Who gives the command (TPM_RH), and what the test needs of TPM_CC.
const OWNER: u32 = 0x4000_0001;
const LOCKOUT: u32 = 0x4000_000A;
const CLEAR: u32 = 0x126;
const HIERARCHY_CHANGE_AUTH: u32 = 0x129;
const GET_CAPABILITY: u32 = 0x17A;

/// A TPM that ends with the test.
pub(crate) struct Chip {
    folder: tempfile::TempDir,
    process: Option<Child>,
}

impl Chip {
    /// Starts one; where none is installed the test is left out, which is said past libtest. `cargo xtask test`
    /// installs it and insists on it.
    pub(crate) fn start() -> Option<Self> {
        let mut chip = Self { folder: tempfile::tempdir().unwrap(), process: None };
        chip.begin("one").then_some(chip)
    }

    /// Starts the chip of a name: another name, another chip.
    pub(crate) fn begin(&mut self, name: &str) -> bool {
        self.end();
        let state = self.folder.path().join(name);
        fs::create_dir_all(&state).unwrap();
        let mut command = Command::new("swtpm");
        command.args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear"]);
        command.arg("--tpmstate").arg(format!("dir={}", state.display()));
        command.arg("--server").arg(format!("type=unixio,path={}", self.path().display()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let Some(process) = started(&mut command, "swtpm") else { return false };
        self.process = Some(process);
        let begun = Instant::now();
        while UnixStream::connect(self.path()).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the TPM does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("tpm")
    }

    /// Takes it away.
    pub(crate) fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        let _ = fs::remove_file(self.path());
    }

    /// Puts in its place what takes commands and never answers.
    pub(crate) fn hang(&mut self) -> UnixListener {
        self.end();
        UnixListener::bind(self.path()).unwrap()
    }

    /// Lets nobody reach it, or everybody again. Means nothing to root.
    pub(crate) fn forbid(&self, is_forbidden: bool) {
        let mode = if is_forbidden { 0o000 } else { 0o600 };
        fs::set_permissions(self.path(), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Clears it, as firmware does for who asks it to (`TPM2_Clear`).
    pub(crate) fn clear(&self) {
        assert_eq!(self.tell(CLEAR, LOCKOUT, &[]), 0);
    }

    /// Gives the storage hierarchy a password (`TPM2_HierarchyChangeAuth`).
    pub(crate) fn close(&self, password: &str) {
        let length = u16::try_from(password.len()).unwrap().to_be_bytes();
        let new = [&length[..], password.as_bytes()].concat();
        assert_eq!(self.tell(HIERARCHY_CHANGE_AUTH, OWNER, &new), 0);
    }

    /// How many objects and sessions it holds for somebody (`TPM2_GetCapability`, handles).
    pub(crate) fn held(&self) -> u32 {
        const HANDLES: u32 = 1;
        let count = |first: u32| {
            let asked = [HANDLES, first, 64].map(u32::to_be_bytes).concat();
            let answer = self.exchange(0x8001, GET_CAPABILITY, &asked);
            u32::from_be_bytes(answer[15..19].try_into().unwrap())
        };
        // Objects, sessions that are loaded, and those that are saved.
        count(0x8000_0000) + count(0x0200_0000) + count(0x0300_0000)
    }

    /// Gives a command with an empty password; answers with the response code.
    fn tell(&self, code: u32, handle: u32, parameters: &[u8]) -> u32 {
        let word = [&0x4000_0009u32.to_be_bytes()[..], &[0; 5]].concat();
        let length = u32::try_from(word.len()).unwrap();
        let rest = [&handle.to_be_bytes(), &length.to_be_bytes(), &word[..], parameters].concat();
        let answer = self.exchange(0x8002, code, &rest);
        u32::from_be_bytes(answer[6..10].try_into().unwrap())
    }

    fn exchange(&self, tag: u16, code: u32, rest: &[u8]) -> Vec<u8> {
        let length = u32::try_from(10 + rest.len()).unwrap();
        let command =
            [&tag.to_be_bytes()[..], &length.to_be_bytes(), &code.to_be_bytes(), rest].concat();
        let mut stream = UnixStream::connect(self.path()).unwrap();
        stream.write_all(&command).unwrap();
        next(&mut stream).unwrap()
    }
}

impl Drop for Chip {
    fn drop(&mut self) {
        self.end();
    }
}

/// Changes the nth answer.
pub(crate) type Change = Box<dyn FnMut(usize, &mut Vec<u8>) + Send>;

/// Somebody on the bus, who reads along and changes answers.
pub(crate) struct Bug {
    folder: tempfile::TempDir,
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Bug {
    /// Sits down between a TPM and one who is about to talk to it, once.
    pub(crate) fn at(chip: &Path, mut change: Change) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = UnixListener::bind(folder.path().join("tpm")).unwrap();
        let (chip, notes) = (chip.to_owned(), Arc::clone(&heard));
        std::thread::spawn(move || {
            let mut ours = listener.accept().unwrap().0;
            let mut theirs = UnixStream::connect(chip).unwrap();
            for count in 0.. {
                let Some(command) = next(&mut ours) else { return };
                theirs.write_all(&command).unwrap();
                let mut answer = next(&mut theirs).unwrap();
                notes.lock().unwrap().extend([command, answer.clone()]);
                change(count, &mut answer);
                if ours.write_all(&answer).is_err() {
                    return;
                }
            }
        });
        Self { folder, heard }
    }

    /// Where it passes for the TPM.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("tpm")
    }

    /// The commands and answers that went by.
    pub(crate) fn heard(&self) -> Vec<Vec<u8>> {
        self.heard.lock().unwrap().clone()
    }
}

/// The next command or answer, which says how long it is.
fn next(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 6];
    stream.read_exact(&mut bytes).ok()?;
    let length = u32::from_be_bytes(bytes[2..6].try_into().unwrap());
    bytes.resize(usize::try_from(length).unwrap(), 0);
    stream.read_exact(&mut bytes[6..]).ok()?;
    Some(bytes)
}
