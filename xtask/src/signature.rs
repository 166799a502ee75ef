// SPDX-License-Identifier: MIT OR Apache-2.0
//! The signature of a release: `ssh-keygen -Y sign` over `SHA256SUMS` (OpenSSH's `PROTOCOL.sshsig`).
//!
//! The key may be a plain Ed25519 key or one that lives in a FIDO2 security key; the person who
//! verifies needs OpenSSH and nothing of ours. The namespace keeps a signature made for something
//! else (a git commit) from passing as one of a release.

use std::fs;
use std::path::Path;

use crate::need::{self, Need, Proof};
use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

const OPENSSH: &[Need] = &[Need { package: "openssh-client", proof: Proof::Program("ssh-keygen") }];

/// What the signature is for.
const NAMESPACE: &str = "kagifuda-release";
/// Who signs, as the file of signers calls them.
const SIGNER: &str = "release@kagifuda";
/// The file that says which key is the signer's.
pub(crate) const SIGNERS: &str = "kagifuda-release.signers";

/// Signs `SHA256SUMS` in `folder`, puts the file of signers beside it, and verifies the result
/// the way a downloader will.
pub(crate) fn sign(folder: &Path, key: &Path) -> Result<(), Trouble> {
    need::satisfy(OPENSSH)?;
    let key = key.canonicalize().doing(format!("finding {}", key.display()))?;
    Program::new("ssh-keygen")
        .args(["-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(&key)
        .arg("SHA256SUMS")
        .within(folder)
        .run()?;
    let public = match fs::read_to_string(with_pub(&key)) {
        Ok(public) => public,
        Err(_) => Program::new("ssh-keygen").args(["-y", "-f"]).arg(&key).read()?,
    };
    // Without the comment, which often names a person or a machine.
    let public: Vec<&str> = public.split_whitespace().take(2).collect();
    let signers = format!("{SIGNER} namespaces=\"{NAMESPACE}\" {}\n", public.join(" "));
    fs::write(folder.join(SIGNERS), signers).doing("writing the file of signers")?;
    verify(folder)
}

/// Verifies the signature in `folder`; the command is the one README gives.
fn verify(folder: &Path) -> Result<(), Trouble> {
    let command = format!(
        "ssh-keygen -Y verify -n {NAMESPACE} -I {SIGNER} -f {SIGNERS} -s SHA256SUMS.sig < SHA256SUMS"
    );
    Program::new("sh").args(["-c", &command]).within(folder).run()
}

fn with_pub(key: &Path) -> std::path::PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::{OPENSSH, SIGNERS, sign, verify};
    use crate::need;
    use crate::program::Program;

    #[test]
    fn stock_openssh_accepts_our_signature_and_refuses_changed_sums() {
        if need::find_program("ssh-keygen").is_none() {
            println!("left out: {} is not installed", OPENSSH[0].package);
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        Program::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "someone", "-f"])
            .arg(&key)
            .run()
            .unwrap();
        let sums = folder.path().join("SHA256SUMS");
        std::fs::write(&sums, "00ff  kagifuda.tar.gz\n").unwrap();
        sign(folder.path(), &key).unwrap();
        let signers = std::fs::read_to_string(folder.path().join(SIGNERS)).unwrap();
        assert!(!signers.contains("someone"));

        std::fs::write(&sums, "00fe  kagifuda.tar.gz\n").unwrap();
        assert!(verify(folder.path()).is_err());
    }
}
