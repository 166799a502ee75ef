// SPDX-License-Identifier: MIT OR Apache-2.0
//! `doctor vault`: whether this PC is a good place for the vault. Who may read its file, whether keys can end
//! up on the disk, whether the keyring and the TPM still open it, whether the clock is right, and what the agent says of
//! itself. It only looks.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use kagifuda_linux::clock::{Discipline, discipline};
use kagifuda_linux::tpm::{About, TpmTrouble};
use serde_json::{Value, json};

use super::{Finding, Gravity, findings_as_rows};
use crate::agent::protocol::{Reply, Request, State, Status};
use crate::fault::Fault;
use crate::run::json as shape;
use crate::run::keyring::{self, NotOpened};
use crate::run::session::Session;
use crate::run::tpm;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::harmless;
use crate::text::Texts;

/// Looks at everything the vault needs here.
pub(in crate::run) fn look(s: &mut Session<'_>, json: bool) -> Result<(), Fault> {
    let Reply::Status(status) = s.ask_as_it_is(&Request::Status)? else {
        return Err(Fault::Internal);
    };
    let mut findings = of_file(s.texts, &s.settings.vault);
    findings.extend(of_agent(s.texts, &status));
    if let Ok(Reply::Keyrings(keyrings)) = s.ask_as_it_is(&Request::Keyrings) {
        findings
            .extend(keyring::standing(s, &keyrings).map(|standing| of_keyring(s.texts, standing)));
    }
    let sealed = tpm::standing(s);
    findings.push(of_tpm(s.texts, sealed, || s.tpm.look()));
    findings.push(of_swap(s.texts, Path::new("/")));
    findings.push(of_clock(s.texts, discipline()));
    let is_bad = findings.iter().any(|finding| finding.gravity == Gravity::Bad);
    if json {
        let findings: Vec<Value> = findings.iter().map(Finding::shown).collect();
        s.print(&shape::page(json!({ "findings": findings })))?;
    } else {
        let page = beside(&findings_as_rows(s.texts, &findings), s.screen.page());
        s.print(&page)?;
    }
    if is_bad { Err(Fault::NotWell) } else { Ok(()) }
}

/// The file and its folder: there, the holder's, and nobody else's.
fn of_file(t: &Texts, vault: &Path) -> Vec<Finding> {
    let shown = harmless(&vault.display().to_string());
    let Ok(file) = fs::metadata(vault) else {
        let text = say!(t, "doctor-vault-absent", path = shown);
        return vec![Finding::new("file", Gravity::Notable, text)];
    };
    let me = rustix::process::geteuid().as_raw();
    let mut findings = Vec::new();
    let mode = file.permissions().mode() & 0o777;
    findings.push(if file.uid() != me {
        Finding::new("file", Gravity::Bad, say!(t, "doctor-vault-anothers", path = shown))
    } else if mode & 0o077 != 0 {
        let mode = format!("{mode:04o}");
        let text = say!(t, "doctor-vault-open", path = shown, mode = mode);
        Finding::new("file", Gravity::Bad, text)
    } else {
        Finding::new("file", Gravity::Well, say!(t, "doctor-vault-private", path = shown))
    });
    let folder = vault.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let is_open = fs::metadata(&folder).is_ok_and(|it| it.permissions().mode() & 0o022 != 0);
    if is_open {
        let folder = harmless(&folder.display().to_string());
        let text = say!(t, "doctor-vault-folder", path = folder);
        findings.push(Finding::new("folder", Gravity::Bad, text));
    }
    findings
}

fn of_agent(t: &Texts, status: &Status) -> Vec<Finding> {
    let state = match &status.state {
        State::Open { .. } => say!(t, "doctor-agent-open", pid = status.pid),
        _ => say!(t, "doctor-agent-locked", pid = status.pid),
    };
    let mut findings = vec![Finding::new("agent", Gravity::Well, state)];
    findings.push(if status.memory_locked {
        Finding::new("memory", Gravity::Well, say!(t, "doctor-memory-locked"))
    } else {
        Finding::new("memory", Gravity::Notable, say!(t, "doctor-memory-loose"))
    });
    // The program refuses to leave core files, whatever the system is set to: `process::harden`.
    findings.push(Finding::new("core", Gravity::Well, say!(t, "doctor-no-core")));
    findings
}

/// Whether the keyring of this PC still gives what opens the vault. Where it does not, the passphrase opens it all
/// the same, so nothing is in the way.
fn of_keyring(t: &Texts, standing: Result<(), NotOpened>) -> Finding {
    match standing {
        Ok(()) => Finding::new("keyring", Gravity::Well, say!(t, "doctor-keyring-well")),
        Err(why) => Finding::new("keyring", Gravity::Notable, t.get(keyring::text_of(why))),
    }
}

/// Whether the TPM of this PC still opens the vault; and where it was not made to, whether it could.
fn of_tpm(
    t: &Texts,
    standing: Option<Result<(), tpm::NotOpened>>,
    look: impl FnOnce() -> Result<About, TpmTrouble>,
) -> Finding {
    if let Some(Err(why)) = standing {
        return Finding::new("tpm", Gravity::Notable, t.get(tpm::text_of(why)));
    }
    let (gravity, text) = match look() {
        Ok(About { manufacturer, revision }) => {
            let revision = format!("{}.{:02}", revision / 100, revision % 100);
            let text = if standing.is_some() {
                say!(t, "doctor-tpm-opens", maker = manufacturer, revision = revision)
            } else {
                say!(t, "doctor-tpm-ready", maker = manufacturer, revision = revision)
            };
            (Gravity::Well, text)
        }
        // Nothing needs it.
        Err(TpmTrouble::Absent) => (Gravity::Well, say!(t, "doctor-tpm-absent")),
        Err(TpmTrouble::Forbidden) => (Gravity::Well, say!(t, "doctor-tpm-forbidden")),
        Err(_) => (Gravity::Notable, say!(t, "doctor-tpm-odd")),
    };
    Finding::new("tpm", gravity, text)
}

/// Whether what is swapped out lands on a disk that is not encrypted (proc(5): /proc/swaps).
fn of_swap(t: &Texts, root: &Path) -> Finding {
    let swaps = fs::read_to_string(root.join("proc/swaps")).unwrap_or_default();
    let plain: Vec<&str> = swaps
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .filter(|device| !stays_secret(root, device))
        .collect();
    if plain.is_empty() {
        return Finding::new("swap", Gravity::Well, say!(t, "doctor-swap-well"));
    }
    let devices = harmless(&plain.join(", "));
    Finding::new("swap", Gravity::Notable, say!(t, "doctor-swap-plain", devices = devices))
}

/// Memory that is compressed, or a device that the kernel encrypts.
fn stays_secret(root: &Path, device: &str) -> bool {
    let name = device.rsplit('/').next().unwrap_or_default();
    if name.starts_with("zram") {
        return true;
    }
    let real = fs::canonicalize(root.join(device.trim_start_matches('/')));
    let name = real.ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let name = name.unwrap_or_else(|| device.rsplit('/').next().unwrap_or_default().to_owned());
    let uuid = root.join("sys/class/block").join(name).join("dm/uuid");
    fs::read_to_string(uuid).is_ok_and(|uuid| uuid.starts_with("CRYPT-"))
}

fn of_clock(t: &Texts, discipline: Discipline) -> Finding {
    let (gravity, text) = match discipline {
        Discipline::Kept => (Gravity::Well, say!(t, "doctor-clock-kept")),
        Discipline::Free => (Gravity::Notable, say!(t, "doctor-clock-free")),
        Discipline::Unknown => (Gravity::Notable, say!(t, "doctor-clock-unknown")),
    };
    Finding::new("clock", gravity, text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::text::Lang;

    #[test]
    fn swap_on_a_plain_disk_is_told_and_swap_that_stays_secret_is_not() {
        let room = tempfile::tempdir().unwrap();
        let root = room.path();
        fs::create_dir_all(root.join("proc")).unwrap();
        fs::create_dir_all(root.join("sys/class/block/dm-3/dm")).unwrap();
        fs::create_dir_all(root.join("dev")).unwrap();
        fs::write(root.join("dev/dm-3"), "").unwrap();
        let texts = Texts::new(Lang::En);
        let head = "Filename Type Size Used Priority\n";
        let said = |lines: &str| {
            fs::write(root.join("proc/swaps"), format!("{head}{lines}")).unwrap();
            of_swap(&texts, root)
        };
        assert_eq!(said("").gravity, Gravity::Well);
        assert_eq!(said("/dev/zram0 partition 1 0 100\n").gravity, Gravity::Well);
        let plain = said("/dev/sda2 partition 1 0 -2\n/dev/zram0 partition 1 0 100\n");
        assert_eq!(plain.gravity, Gravity::Notable);
        assert!(plain.text.contains("/dev/sda2") && !plain.text.contains("zram0"));
        assert_eq!(said("/dev/dm-3 partition 1 0 -2\n").gravity, Gravity::Notable);
        fs::write(root.join("sys/class/block/dm-3/dm/uuid"), "CRYPT-PLAIN-swap\n").unwrap();
        assert_eq!(said("/dev/dm-3 partition 1 0 -2\n").gravity, Gravity::Well);
    }

    #[test]
    fn a_vault_that_others_can_read_or_replace_is_amiss() {
        let room = tempfile::tempdir().unwrap();
        let (folder, file) = (room.path().join("data"), room.path().join("data/vault"));
        fs::create_dir(&folder).unwrap();
        let texts = Texts::new(Lang::Ja);
        let gravities = || of_file(&texts, &file).iter().map(|f| f.gravity).collect::<Vec<_>>();
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(&folder, 0o700);
        assert_eq!(gravities(), [Gravity::Notable], "there is none yet");
        fs::write(&file, "").unwrap();
        mode(&file, 0o600);
        assert_eq!(gravities(), [Gravity::Well]);
        mode(&file, 0o640);
        assert_eq!(gravities(), [Gravity::Bad]);
        mode(&folder, 0o777);
        assert_eq!(gravities(), [Gravity::Bad, Gravity::Bad]);
    }
}
