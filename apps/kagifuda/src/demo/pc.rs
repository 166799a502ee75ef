// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PC of the demonstration: a folder with a vault, and what that PC remembers of it.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use kagifuda_linux::clock::Moment;
use kagifuda_secret::SecretText;
use kagifuda_vault::KdfPolicy;
use kagifuda_vaultfile::machine::MachineStore;

use crate::agent::place::Place;
use crate::agent::protocol::{Failure, Hidden, OpenSecret, Reply, Request};
use crate::agent::server::Desk as _;
use crate::agent::session::{LOCK_AFTER, Session, Settings};
use crate::fault::Fault;

/// The name of the vault file in a PC's folder.
pub(super) const VAULT: &str = "vault.kagifuda";

/// A PC: its own folder, its own memory, its own session.
pub(super) struct Pc {
    folder: PathBuf,
    session: Session,
    /// The moment of the next request; `None` for now.
    moment: Option<Moment>,
}

impl Pc {
    /// A PC in a folder that is made if needed.
    pub(super) fn at(folder: &Path, name: &str) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder).map_err(unwritten(folder))?;
        let settings = Settings {
            lock_after: LOCK_AFTER,
            policy: KdfPolicy::STANDARD,
            memory: Some(Rc::new(MachineStore::new(folder.join("memory"), name.as_bytes()))),
            device_name: name.to_owned(),
            system_bus: String::new(),
        };
        let place = Place::of(&folder.join(VAULT))?;
        let session = Session::new(place, settings, Moment::now());
        Ok(Self { folder: folder.to_owned(), session, moment: None })
    }

    /// Its folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its vault.
    pub(super) fn vault(&self) -> PathBuf {
        self.folder.join(VAULT)
    }

    /// Asks; a refusal is the error.
    pub(super) fn ask(&mut self, request: Request) -> Result<Reply, Failure> {
        let now = self.moment.take().unwrap_or_else(Moment::now);
        match self.session.answer(request, now) {
            Reply::Failed(failure) => Err(failure),
            reply => Ok(reply),
        }
    }

    /// Asks as if it were another time: the RFCs' vectors have times of their own.
    pub(super) fn ask_at(&mut self, unix_seconds: u64, request: Request) -> Result<Reply, Failure> {
        self.moment = Some(Moment { unix_millis: unix_seconds * 1000, ..Moment::now() });
        self.ask(request)
    }

    /// Opens the vault by its recovery words.
    pub(super) fn unlock(&mut self, words: &SecretText) -> Result<(), Failure> {
        self.ask(Request::Unlock { secret: by_words(words) }).map(drop)
    }
}

/// What it means that a file or folder of the demonstration could not be made or read.
pub(super) fn unwritten(path: &Path) -> impl Fn(std::io::Error) -> Fault {
    move |error| Fault::Unwritten { path: path.to_owned(), error }
}

/// Recovery words as a request carries them.
pub(super) fn by_words(words: &SecretText) -> OpenSecret {
    OpenSecret::Words(Hidden(words.duplicate()))
}

/// A folder of nobody else's that goes with the demonstration, unless it is kept.
pub(super) struct TemporaryFolder {
    path: Option<PathBuf>,
}

impl TemporaryFolder {
    pub(super) fn new() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let name = format!("kagifuda-demo-{:016x}", u64::from_ne_bytes(random));
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path: Some(path) })
    }

    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or_else(|| Path::new(""))
    }

    /// Leaves the folder where it is.
    pub(super) fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}
