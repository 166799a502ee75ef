// SPDX-License-Identifier: MIT OR Apache-2.0

//! Finds what this machine knows of a vault, and tells a moved vault from a copied one.
//!
//! A move keeps the file (same inode) or leaves nothing behind; a copy leaves the first one where
//! it was. Where the two cannot be told apart - the old place is an unplugged stick - it is called
//! a copy, because a needless new device costs a line in a list and a shared one costs edits.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::record::{self, MAX_RECORD_BYTES, Memory};
use super::{MAX_SEED_BYTES, MachineState, UnreadableReason};
use crate::error::FileError;
use crate::header;
use crate::os::{self, Identity};

/// The largest note, in bytes.
const MAX_NOTE_BYTES: u64 = 4096;

/// Keeps one small file per vault and path in a private directory.
pub struct MachineStore {
    directory: PathBuf,
    machine: [u8; 32],
}

/// What this machine knows of the vault at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a copied vault must not be written under the old device"]
pub enum Found {
    /// This very file, here: go on as this device.
    Known(MachineState),
    /// This vault under a path where it is no more, or this path with another file in it (a sync
    /// tool or a restore put it there): compare with the state, then go on as this device.
    Moved(MachineState),
    /// This vault is known at another path and is still there, or may be: this is a copy. The state
    /// is the other's; write here only as a new device.
    Copied(MachineState),
    /// The memory came from another machine, with a copied home directory: write only as a new
    /// device.
    ForeignMachine,
    /// Never seen here.
    Unknown,
    /// There is a memory, but it cannot be used: whether this is an older copy cannot be told.
    Unreadable(UnreadableReason),
}

impl MachineStore {
    /// Uses `directory`, which is made with mode 0700 on first saving. `machine_id` is what the
    /// system calls this machine (`/etc/machine-id`); only a hash of it is kept.
    pub fn new(directory: impl Into<PathBuf>, machine_id: &[u8]) -> Self {
        let machine = Sha256::new()
            .chain_update(b"kagifuda machine\0")
            .chain_update(machine_id)
            .finalize()
            .into();
        Self { directory: directory.into(), machine }
    }

    /// Says what is known of `vault` when its file is opened at `path`.
    ///
    /// # Errors
    /// If `path` or the store's directory cannot be looked at; memories that cannot be read are
    /// [`Found::Unreadable`].
    pub fn find(&self, vault: [u8; 16], path: impl AsRef<Path>) -> Result<Found, FileError> {
        let path = os::settle(path.as_ref())?;
        let here = Identity::at(&path).ok_or(FileError::NotFound)?;
        let mut unreadable = None;
        let mut is_foreign = false;
        let mut candidates: Vec<(Relation, MachineState)> = Vec::new();
        for file in self.files_of(vault)? {
            match read(&file, vault) {
                Ok(memory) if memory.machine != self.machine => is_foreign = true,
                Ok(memory) => {
                    candidates.push((relation(&memory, &path, here), memory.state));
                }
                Err(reason) if file == self.file_for(vault, &path) => {
                    return Ok(Found::Unreadable(reason));
                }
                Err(reason) => unreadable = Some(reason),
            }
        }
        let best = candidates
            .into_iter()
            .min_by_key(|(relation, state)| (*relation, std::cmp::Reverse(state.highest_seq)));
        Ok(match best {
            Some((Relation::ThisFile, state)) => Found::Known(state),
            Some((Relation::CarriedHere | Relation::OtherFileHere, state)) => Found::Moved(state),
            // An unreadable memory may be of a place from which this file was copied.
            Some((Relation::GoneElsewhere, _)) if unreadable.is_some() => {
                Found::Unreadable(unreadable.unwrap_or(UnreadableReason::NotOurs))
            }
            Some((Relation::GoneElsewhere, state)) => Found::Moved(state),
            Some((Relation::StillElsewhere, state)) => Found::Copied(state),
            None => match unreadable {
                Some(reason) => Found::Unreadable(reason),
                None if is_foreign => Found::ForeignMachine,
                None => Found::Unknown,
            },
        })
    }

    /// Remembers `state` for the vault file at `path`, durably, and drops memories of places this
    /// file has moved away from. Call it after the commit it speaks of has returned.
    ///
    /// # Errors
    /// If `path` names nothing, or the store's directory cannot be written.
    pub fn save(&self, path: impl AsRef<Path>, state: &MachineState) -> Result<(), FileError> {
        if state.sealed_seed.len() > MAX_SEED_BYTES {
            return Err(FileError::BodyTooLarge { bytes: state.sealed_seed.len() });
        }
        let path = os::settle(path.as_ref())?;
        let identity = Identity::at(&path).ok_or(FileError::NotFound)?;
        let target = self.file_for(state.vault, &path);
        let memory =
            Memory { state: state.clone(), path: path.clone(), identity, machine: self.machine };

        os::make_private_directory(&self.directory)?;
        let draft = os::beside(&target, ".new");
        os::write_whole(&draft, &record::encode(&memory))?;
        os::replace(&draft, &target)?;

        for file in self.files_of(state.vault)?.into_iter().filter(|file| *file != target) {
            let left_behind = read(&file, state.vault).is_ok_and(|old| {
                old.machine == self.machine
                    && old.state.device == state.device
                    && relation(&old, &path, identity) != Relation::StillElsewhere
            });
            if left_behind {
                os::remove(&file)?;
            }
        }
        Ok(())
    }

    /// Forgets the vault at `path`; the file itself need not exist any more.
    ///
    /// # Errors
    /// If the store's directory cannot be written.
    pub fn forget(&self, vault: [u8; 16], path: impl AsRef<Path>) -> Result<(), FileError> {
        let path = os::settle(path.as_ref()).or_else(|_| {
            std::path::absolute(path.as_ref()).map_err(|e| FileError::io("naming the vault", e))
        })?;
        os::remove(&self.file_for(vault, &path))
    }

    /// Where all of it lies.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Reads a note about the vault at `path` that belongs to this machine and is needed while the vault is
    /// locked, such as the PIN tries of a key that lives in it; `None` where there never was one.
    ///
    /// # Errors
    /// If there is one and it cannot be read, or is larger than any note.
    pub fn note(&self, path: impl AsRef<Path>, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        read_note(&self.note_for(path.as_ref(), name)?)
    }

    /// Reads a note about a vault that holds wherever on this machine its file lies.
    ///
    /// # Errors
    /// As [`Self::note`].
    pub fn vault_note(&self, vault: [u8; 16], name: &str) -> Result<Option<Vec<u8>>, FileError> {
        read_note(&self.vault_note_for(vault, name))
    }

    /// Writes a note, durably and whole.
    ///
    /// # Errors
    /// If the store's directory cannot be written, or the note is larger than any.
    pub fn set_note(
        &self,
        path: impl AsRef<Path>,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), FileError> {
        self.write_note(&self.note_for(path.as_ref(), name)?, bytes)
    }

    /// Writes a note about a vault wherever its file lies, durably and whole.
    ///
    /// # Errors
    /// As [`Self::set_note`].
    pub fn set_vault_note(
        &self,
        vault: [u8; 16],
        name: &str,
        bytes: &[u8],
    ) -> Result<(), FileError> {
        self.write_note(&self.vault_note_for(vault, name), bytes)
    }

    fn write_note(&self, target: &Path, bytes: &[u8]) -> Result<(), FileError> {
        if bytes.len() as u64 > MAX_NOTE_BYTES {
            return Err(FileError::BodyTooLarge { bytes: bytes.len() });
        }
        os::make_private_directory(&self.directory)?;
        let draft = os::beside(target, ".new");
        os::write_whole(&draft, bytes)?;
        os::replace(&draft, target)
    }

    /// Removes a note; one that never was is removed already.
    ///
    /// # Errors
    /// If the store's directory cannot be written.
    pub fn remove_note(&self, path: impl AsRef<Path>, name: &str) -> Result<(), FileError> {
        os::remove(&self.note_for(path.as_ref(), name)?)
    }

    fn note_for(&self, path: &Path, name: &str) -> Result<PathBuf, FileError> {
        let place = Sha256::digest(os::path_bytes(&os::settle(path)?));
        Ok(self.directory.join(format!("{}.{name}.note", hex(&place[..16]))))
    }

    fn vault_note_for(&self, vault: [u8; 16], name: &str) -> PathBuf {
        self.directory.join(format!("{}.{name}.note", hex(&vault)))
    }

    /// The vault's id in the clear, so that all its places are found; the path only hashed.
    fn file_for(&self, vault: [u8; 16], path: &Path) -> PathBuf {
        let place = Sha256::digest(os::path_bytes(path));
        self.directory.join(format!("{}-{}.state", hex(&vault), hex(&place[..16])))
    }

    fn files_of(&self, vault: [u8; 16]) -> Result<Vec<PathBuf>, FileError> {
        let doing = "reading this machine's memory";
        let prefix = format!("{}-", hex(&vault));
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(FileError::io(doing, e)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| FileError::io(doing, e))?;
            let name = entry.file_name();
            let is_one =
                name.to_str().is_some_and(|n| n.starts_with(&prefix) && n.ends_with(".state"));
            if is_one {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }
}

/// How a remembered place stands to the file that is being opened; the best answer first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    /// Same path, same file.
    ThisFile,
    /// Another path, same file: it was renamed.
    CarriedHere,
    /// Same path, another file.
    OtherFileHere,
    /// Another path, and a vault is or may be there.
    StillElsewhere,
    /// Another path, and it is certain that no vault is there any more.
    GoneElsewhere,
}

fn relation(memory: &Memory, path: &Path, here: Identity) -> Relation {
    match (memory.path == path, memory.identity == here) {
        (true, true) => Relation::ThisFile,
        (false, true) => Relation::CarriedHere,
        (true, false) => Relation::OtherFileHere,
        (false, false) if is_gone(memory) => Relation::GoneElsewhere,
        (false, false) => Relation::StillElsewhere,
    }
}

/// Says whether the remembered place certainly holds no vault: its directory is there, on the same
/// file system as then, and the name is free or names something else.
fn is_gone(memory: &Memory) -> bool {
    let on_the_same_disk = os::device_below(&memory.path) == Some(memory.identity.device);
    match os::open_plain(&memory.path, false) {
        Ok(file) => !header::looks_like_a_vault(&file),
        Err(FileError::NotFound) => on_the_same_disk,
        Err(FileError::IsDirectory | FileError::NotAFile) => true,
        Err(_) => false,
    }
}

fn read(file: &Path, vault: [u8; 16]) -> Result<Memory, UnreadableReason> {
    let opened = os::open_plain(file, false).map_err(|_| UnreadableReason::Denied)?;
    let mut bytes = Vec::new();
    opened.take(MAX_RECORD_BYTES).read_to_end(&mut bytes).map_err(|_| UnreadableReason::Denied)?;
    let memory = record::decode(&bytes)?;
    if memory.state.vault == vault { Ok(memory) } else { Err(UnreadableReason::Misfiled) }
}

fn read_note(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let file = match os::open_plain(path, false) {
        Ok(file) => file,
        Err(FileError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let doing = "reading this machine's memory";
    let mut bytes = Vec::new();
    let taken = file.take(MAX_NOTE_BYTES + 1).read_to_end(&mut bytes);
    taken.map_err(|error| FileError::io(doing, error))?;
    if bytes.len() as u64 > MAX_NOTE_BYTES {
        return Err(FileError::BodyTooLarge { bytes: bytes.len() });
    }
    Ok(Some(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
