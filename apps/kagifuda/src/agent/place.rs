// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the agent of a vault is found, and where this machine keeps what it remembers of vaults.
//!
//! One agent serves one vault file. Its socket is named after the file's path, so that two vaults have
//! two agents and a program finds the right one without asking around.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use kagifuda_linux::fingerprint::SYSTEM_BUS;
use kagifuda_linux::socket::RuntimeDirectory;
use kagifuda_linux::tpm::Tpm;
use kagifuda_vaultfile::machine::MachineStore;

use super::protocol::{Failure, Tried};

/// A vault file, by its one true path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    vault: PathBuf,
}

impl Place {
    /// The place of a vault that may not exist yet. Links in its directory are resolved, so that one
    /// file has one agent.
    ///
    /// # Errors
    /// [`Failure::File`] where the path cannot be made absolute.
    pub fn of(vault: &Path) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| Failure::File {
            path: vault.display().to_string(),
            tried: Tried::Read,
            errno: error.raw_os_error().unwrap_or(0),
        };
        let absolute = std::path::absolute(vault).map_err(refused)?;
        let Some(name) = absolute.file_name() else { return Ok(Self { vault: absolute }) };
        // The nearest directory that exists has all the links: what is yet to be made below it has none.
        let mut below = vec![name];
        let mut directory = absolute.parent();
        while let Some(at) = directory {
            if let Ok(resolved) = at.canonicalize() {
                let vault = below.iter().rev().fold(resolved, |path, name| path.join(name));
                return Ok(Self { vault });
            }
            below.extend(at.file_name());
            directory = at.parent();
        }
        Ok(Self { vault: absolute })
    }

    /// The vault file.
    #[must_use]
    pub fn vault(&self) -> &Path {
        &self.vault
    }

    /// The vault file, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        self.vault.display().to_string()
    }

    /// The name of the agent's socket.
    #[must_use]
    pub fn socket_name(&self) -> String {
        use std::os::unix::ffi::OsStrExt as _;
        format!("agent-{:016x}", fnv_1a(self.vault.as_os_str().as_bytes()))
    }

    /// The directory of this user's sockets.
    ///
    /// # Errors
    /// [`Failure::UnsafeDirectory`] where it is not the user's alone.
    pub fn sockets() -> Result<RuntimeDirectory, Failure> {
        RuntimeDirectory::of_this_user().map_err(Failure::from)
    }
}

/// Names only: a collision is noticed, because both ends name the whole path in their greeting.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What this machine remembers of vaults, outside of them.
///
/// It lies in `$XDG_STATE_HOME/kagifuda`, else `~/.local/state/kagifuda`; without a home directory
/// nothing is remembered, and going back in time is not noticed.
#[must_use]
pub fn machine_store() -> Option<MachineStore> {
    let variable = |name: &str| -> Option<PathBuf> {
        std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
    };
    let state = variable("XDG_STATE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".local/state")))?;
    let machine_id = std::fs::read("/etc/machine-id").unwrap_or_default();
    Some(MachineStore::new(state.join("kagifuda"), &machine_id))
}

/// The bus of the system, where the service for fingerprint readers is. No variable can put another in its
/// place; in builds for tests a socket beside the agent's can.
#[must_use]
pub fn system_bus() -> String {
    #[cfg(feature = "testing")]
    if let Some(run) = std::env::var_os("XDG_RUNTIME_DIR") {
        let path = PathBuf::from(run).join("system_bus_socket");
        if path.exists() {
            return format!("unix:path={}", path.display());
        }
    }
    SYSTEM_BUS.to_owned()
}

/// The TPM of this machine. No variable can put another in its place; in builds for tests a socket beside the agent's
/// can.
#[must_use]
pub fn tpm() -> Tpm {
    let tpm = Tpm::of_this_machine();
    #[cfg(feature = "testing")]
    if let Some(run) = std::env::var_os("XDG_RUNTIME_DIR") {
        let path = PathBuf::from(run).join("tpm");
        if path.is_symlink() || path.exists() {
            return tpm.moved_to(path);
        }
    }
    tpm
}

/// What this machine is called.
#[must_use]
pub fn device_name() -> String {
    let name: OsString =
        std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().into();
    match name.into_string() {
        Ok(name) if !name.is_empty() => name,
        _ => "PC".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use super::*;

    #[test]
    fn one_file_has_one_agent_whatever_links_lead_to_it() {
        let room = tempfile::tempdir().unwrap();
        let direct = room.path().join("real");
        std::fs::create_dir(&direct).unwrap();
        std::os::unix::fs::symlink(&direct, room.path().join("link")).unwrap();
        let place = Place::of(&direct.join("vault")).unwrap();
        assert_eq!(Place::of(&room.path().join("link/vault")).unwrap(), place);
        assert_eq!(Place::of(&room.path().join("link/../real/vault")).unwrap(), place);
        let deep = |start: &str| Place::of(&room.path().join(start).join("new/er/vault")).unwrap();
        assert_eq!(deep("link"), deep("real"), "also where the directories are yet to be made");
        let before = deep("link");
        std::fs::create_dir_all(direct.join("new/er")).unwrap();
        assert_eq!(deep("link"), before);
        let other = Place::of(&direct.join("other")).unwrap();
        assert_ne!(other.socket_name(), place.socket_name());
    }
}
