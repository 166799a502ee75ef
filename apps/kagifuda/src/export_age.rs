// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports that open with stock `age` (age-encryption.org/v1): under a passphrase, or to somebody's
//! `age1...` recipient. The file is binary age, so `age --decrypt` gives the text back on any machine.

use std::io::Write as _;

use age::secrecy::SecretString;
use kagifuda_secret::{SecretBytes, SecretText};

/// scrypt's cost as stock `age` writes it: 2^18, about a second and 256 MiB.
const WORK_FACTOR: u8 = 18;

/// For whom an export is encrypted.
pub enum AgeLock {
    /// Whoever knows the passphrase.
    Passphrase(SecretText),
    /// Whoever has the identity of this X25519 recipient.
    Recipient(age::x25519::Recipient),
}

/// Why an export cannot be encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgeError {
    /// The passphrase is empty.
    EmptyPassphrase,
    /// The text is no `age1...` recipient; usually not copied whole.
    NotARecipient,
    /// The text is an `AGE-SECRET-KEY-1...` identity, which is to be kept secret.
    IsAnIdentity,
    /// The age library failed; usually not enough memory for scrypt.
    Failed,
}

impl AgeLock {
    /// Takes a passphrase.
    ///
    /// # Errors
    /// [`AgeError::EmptyPassphrase`].
    pub fn passphrase(passphrase: SecretText) -> Result<Self, AgeError> {
        if passphrase.expose().is_empty() {
            return Err(AgeError::EmptyPassphrase);
        }
        Ok(Self::Passphrase(passphrase))
    }

    /// Reads a recipient as `age-keygen` prints it.
    ///
    /// # Errors
    /// [`AgeError::NotARecipient`], [`AgeError::IsAnIdentity`].
    pub fn recipient(text: &str) -> Result<Self, AgeError> {
        let text = text.trim();
        let prefix = text.get(..15).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("age-secret-key-") {
            return Err(AgeError::IsAnIdentity);
        }
        text.parse().map(Self::Recipient).map_err(|_| AgeError::NotARecipient)
    }

    /// Encrypts an export.
    ///
    /// # Errors
    /// [`AgeError::Failed`].
    pub fn seal(&self, plain: &SecretBytes) -> Result<Vec<u8>, AgeError> {
        self.seal_at(plain, WORK_FACTOR)
    }

    fn seal_at(&self, plain: &SecretBytes, work_factor: u8) -> Result<Vec<u8>, AgeError> {
        let scrypt;
        let recipient: &dyn age::Recipient = match self {
            Self::Recipient(recipient) => recipient,
            Self::Passphrase(passphrase) => {
                let passphrase = SecretString::from(passphrase.expose().to_owned());
                let mut new = age::scrypt::Recipient::new(passphrase);
                new.set_work_factor(work_factor);
                scrypt = new;
                &scrypt
            }
        };
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient))
            .map_err(|_| AgeError::Failed)?;
        let mut sealed = Vec::new();
        let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| AgeError::Failed)?;
        writer.write_all(plain.expose()).map_err(|_| AgeError::Failed)?;
        writer.finish().map_err(|_| AgeError::Failed)?;
        Ok(sealed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot make its file has failed")]
mod tests {
    use std::process::Command;

    use age::secrecy::ExposeSecret as _;

    use super::*;

    /// Cheap, so that a test does not take seconds; the readers accept any.
    const CHEAP: u8 = 10;

    const LINES: &[u8] = b"otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss\n";

    fn lines() -> SecretBytes {
        SecretBytes::from(LINES)
    }

    #[test]
    fn a_passphrase_opens_what_it_closed() {
        let lock = AgeLock::passphrase(SecretText::from("rain and sun 雨")).unwrap();
        let sealed = lock.seal_at(&lines(), CHEAP).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
        let identity = |word: &str| age::scrypt::Identity::new(SecretString::from(word.to_owned()));
        assert_eq!(age::decrypt(&identity("rain and sun 雨"), &sealed).unwrap(), LINES);
        assert!(age::decrypt(&identity("rain"), &sealed).is_err());
    }

    #[test]
    fn an_identity_opens_what_was_closed_to_its_recipient() {
        let identity = age::x25519::Identity::generate();
        let lock = AgeLock::recipient(&format!(" {}\n", identity.to_public())).unwrap();
        let sealed = lock.seal(&lines()).unwrap();
        assert_eq!(age::decrypt(&identity, &sealed).unwrap(), LINES);
        assert!(age::decrypt(&age::x25519::Identity::generate(), &sealed).is_err());
    }

    /// The cost stock `age` takes is written into the file.
    #[test]
    fn the_default_cost_is_that_of_stock_age() {
        let lock = AgeLock::passphrase(SecretText::from("rain")).unwrap();
        let sealed = lock.seal(&lines()).unwrap();
        let header = String::from_utf8_lossy(&sealed[..80]).into_owned();
        let stanza = header.lines().nth(1).unwrap();
        assert_eq!(stanza.split(' ').next_back(), Some("18"));
    }

    #[test]
    fn what_is_no_recipient_is_refused_with_its_reason() {
        let identity = age::x25519::Identity::generate();
        let error = |text: &str| AgeLock::recipient(text).err();
        assert_eq!(error(identity.to_string().expose_secret()), Some(AgeError::IsAnIdentity));
        assert_eq!(error("age1short"), Some(AgeError::NotARecipient));
        assert_eq!(error(""), Some(AgeError::NotARecipient));
        let empty = AgeLock::passphrase(SecretText::default()).err();
        assert_eq!(empty, Some(AgeError::EmptyPassphrase));
    }

    /// The program a person has; without it the file was still opened by the library above.
    #[test]
    fn stock_age_opens_an_export() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key.txt");
        let Ok(made) = Command::new("age-keygen").arg("-o").arg(&key).output() else {
            assert!(std::env::var_os("KAGIFUDA_INSIST").is_none(), "age is not installed");
            let told = b"LEFT OUT, age is not installed: stock_age_opens_an_export\n";
            std::io::Write::write_all(&mut std::io::stderr(), told).unwrap();
            return;
        };
        let told = String::from_utf8(made.stderr).unwrap();
        let recipient = told.split_whitespace().last().unwrap();
        let sealed = AgeLock::recipient(recipient).unwrap().seal(&lines()).unwrap();
        let file = folder.path().join("export.age");
        std::fs::write(&file, sealed).unwrap();
        let opened = Command::new("age").arg("-d").arg("-i").arg(&key).arg(&file).output().unwrap();
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        assert_eq!(opened.stdout, LINES);
    }
}
