// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key under a real Linux kernel, met by the programs people have: libfido2's tools,
//! OpenSSH, pam_u2f, systemd's disk encryption, browsers; the broker, which plugs it in for users, also as systemd
//! runs the units that ship; and the TPM as a way to open the vault.
//!
//! Two guests run side by side, one for the tools and one for the browsers, which are slow to start
//! where the processor is emulated. The kernel is Debian's own; `tests/vm/setup` unpacks it.

use std::path::{Path, PathBuf};
use std::thread;

use super::{PYTHON, PYTHON_NACL, PYTHON_VENV, SWTPM, counted, testing};
use crate::house::House;
use crate::need::{self, Need, Proof};
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// What the guests and the host need.
pub(crate) const NEEDS: &[Need] = &[
    PYTHON,
    PYTHON_VENV,
    PYTHON_NACL,
    SWTPM,
    program("tpm2-tools", "tpm2_unseal"),
    program("qemu-system-x86", "qemu-system-x86_64"),
    program("busybox-static", "busybox"),
    program("dbus", "dbus-daemon"),
    program("xz-utils", "xz"),
    program("zstd", "zstd"),
    file("kmod", "/sbin/modprobe"),
    file("udev", "/lib/systemd/systemd-udevd"),
    program("fido2-tools", "fido2-token"),
    program("openssh-client", "ssh-agent"),
    file("openssh-server", "/usr/sbin/sshd"),
    file("libpam-u2f", "/lib/x86_64-linux-gnu/security/pam_u2f.so"),
    program("pamtester", "pamtester"),
    file("cryptsetup-bin", "/sbin/cryptsetup"),
    program("systemd", "systemd-cryptenroll"),
    file("pcscd", "/usr/sbin/pcscd"),
    file("vsmartcard-vpcd", "/etc/reader.conf.d/vpcd"),
    file("python3-pyscard", "/usr/lib/python3/dist-packages/smartcard/__init__.py"),
    program("chromium-headless-shell", "chromium-headless-shell"),
    program("firefox-esr", "firefox-esr"),
];

/// The broker as it ships.
fn broker(house: &House) -> Result<PathBuf, Trouble> {
    Program::cargo()
        .args(["build", "--quiet", "--profile", "ci", "--package", "kagifudad"])
        .within(house.root())
        .run()?;
    Ok(house.target()?.join("ci").join("kagifudad"))
}

const fn program(package: &'static str, name: &'static str) -> Need {
    Need { package, proof: Proof::Program(name) }
}

const fn file(package: &'static str, path: &'static str) -> Need {
    Need { package, proof: Proof::File(path) }
}

/// One machine: which stories are told there, and what it has.
struct Guest {
    scripts: &'static [&'static str],
    options: &'static [&'static str],
}

const GUESTS: &[Guest] = &[
    Guest {
        scripts: &["libfido2", "ssh", "pam", "luks", "replug", "card", "broker", "units", "tpm"],
        options: &[],
    },
    Guest { scripts: &["browsers"], options: &["--smp", "2", "--memory", "3G"] },
];

/// Tells all stories.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let key = testing::program(house)?;
    let broker = broker(house)?;
    let python =
        need::find_python("ensurepip").ok_or_else(|| Trouble::new("no Python makes a venv"))?;
    let nacl = need::find_python("nacl").ok_or_else(|| Trouble::new("no Python has PyNaCl"))?;
    let tools = testing::folder(house)?.join("fido2");
    let site = Program::new(python).arg("tests/conformance/fido2/tools.py").arg(tools);
    let site = site.env("PYTHONDONTWRITEBYTECODE", "1").within(house.root()).read()?;
    Program::new(house.path("tests/vm/setup")).run()?;
    let (root, site) = (house.root(), site.trim());
    let programs =
        [("KAGIFUDA", key.as_path()), ("KAGIFUDAD", &broker), ("NACL_PYTHON", Path::new(nacl))];
    thread::scope(|scope| {
        let start = |guest: &'static Guest| {
            scope.spawn(move || counted(guest.program(root, programs, site)))
        };
        let guests: Vec<_> = GUESTS.iter().map(start).collect();
        guests.into_iter().map(|guest| guest.join().unwrap_or(Ok(Tally::ONE_FAILED))).sum()
    })
}

impl Guest {
    fn program(&self, root: &Path, programs: [(&str, &Path); 3], site: &str) -> Program {
        let machine = Program::new(root.join("tests/vm/run"))
            .args(["--module", "uhid", "--timeout", "600"])
            .args(self.options)
            .args(["--", "tests/vm/key/all"])
            .args(self.scripts)
            .env("SITE_PYTHON", site)
            .within(root);
        programs.into_iter().fold(machine, |machine, (name, path)| machine.env(name, path))
    }
}
