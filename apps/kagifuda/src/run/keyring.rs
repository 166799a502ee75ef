// SPDX-License-Identifier: MIT OR Apache-2.0
//! The keyring of this PC as a way to open the vault: asked before the holder is, filled and emptied with the way.
//!
//! A keyring that does not give its secret keeps nobody out: one line says why, and the passphrase is asked for.
//! `docs/decisions/0012-the-keyring-as-a-way-to-open.md` says what lies there and why the program, and not the
//! agent, asks for it.

use std::time::{Duration, Instant};

use getrandom::SysRng;
use kagifuda_linux::keyring::{Attributes, Keyring, KeyringTrouble};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use rand_core::{Rng as _, UnwrapErr};
use zeroize::Zeroizing;

use super::session::{ByMachine, Session};
use crate::agent::place::device_name;
use crate::agent::protocol::{
    Hidden, Keyrings, NewSecret, OpenSecret, Reply, Request, Way, WayId, WayKind,
};
use crate::fault::{Fault, KeyringFault};
use crate::say;
use crate::term::width::harmless;

/// Where secrets lie: a keyring, or what a test plays. Its methods are [`Keyring`]'s.
pub(super) trait Ring {
    /// How long who looks for a secret waits, in all.
    fn patience(&self) -> Duration;
    /// The secret under these attributes.
    fn find(
        &self,
        attributes: &Attributes,
        within: Duration,
    ) -> Result<Option<SecretText>, KeyringTrouble>;
    /// Puts one there.
    fn put(
        &self,
        label: &str,
        attributes: &Attributes,
        secret: &SecretText,
        waiting: &mut dyn FnMut(),
    ) -> Result<(), KeyringTrouble>;
    /// Deletes those under these attributes, and tells how many.
    fn remove(
        &self,
        attributes: &Attributes,
        waiting: &mut dyn FnMut(),
    ) -> Result<usize, KeyringTrouble>;
}

impl Ring for Keyring {
    fn patience(&self) -> Duration {
        Self::patience(self)
    }

    fn find(
        &self,
        attributes: &Attributes,
        within: Duration,
    ) -> Result<Option<SecretText>, KeyringTrouble> {
        Self::find(self, attributes, within)
    }

    fn put(
        &self,
        label: &str,
        attributes: &Attributes,
        secret: &SecretText,
        waiting: &mut dyn FnMut(),
    ) -> Result<(), KeyringTrouble> {
        Self::put(self, label, attributes, secret, waiting)
    }

    fn remove(
        &self,
        attributes: &Attributes,
        waiting: &mut dyn FnMut(),
    ) -> Result<usize, KeyringTrouble> {
        Self::remove(self, attributes, waiting)
    }
}

/// Why the keyring did not open the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOpened {
    /// It did not give a secret.
    Trouble(KeyringTrouble),
    /// It has none.
    Gone,
    /// What it has opens nothing.
    Stale,
}

/// Opens the vault by the keyring, where it has the secret.
pub(super) fn open(s: &mut Session<'_>) -> Result<ByMachine, Fault> {
    // What is wrong with the file is told by whoever opens it next.
    let Ok(Reply::Keyrings(keyrings)) = s.ask_as_it_is(&Request::Keyrings) else {
        return Ok(ByMachine::NotOpened(None));
    };
    let mut why = None;
    let until = Instant::now() + s.keyring.patience();
    for way in &keyrings.ways {
        let not_opened = match secret_of(s, &keyrings.vault, way.id, until) {
            Ok(secret) => {
                let secret = OpenSecret::Keyring { way: way.id, secret };
                match s.ask_as_it_is(&Request::Unlock { secret }) {
                    Ok(reply) => return Ok(ByMachine::Opened(reply)),
                    Err(Fault::Agent(failure)) if failure.opens_nothing() => NotOpened::Stale,
                    Err(fault) => return Err(fault),
                }
            }
            Err(not_opened) => not_opened,
        };
        if way.is_of_this_pc {
            why.get_or_insert(not_opened);
        }
        if matches!(not_opened, NotOpened::Trouble(_)) {
            break;
        }
    }
    Ok(ByMachine::NotOpened(why.map(text_of)))
}

/// How the keyring of this PC stands; `None` where no way to open is of this PC.
pub(super) fn standing(s: &Session<'_>, keyrings: &Keyrings) -> Option<Result<(), NotOpened>> {
    let own: Vec<_> = keyrings.ways.iter().filter(|way| way.is_of_this_pc).collect();
    let until = Instant::now() + s.keyring.patience();
    let mut found = own.iter().map(|way| secret_of(s, &keyrings.vault, way.id, until).map(drop));
    let first = found.next()?;
    Some(if first.is_ok() { first } else { found.find(Result::is_ok).unwrap_or(first) })
}

/// What is told of a keyring that does not open the vault.
pub(super) const fn text_of(why: NotOpened) -> &'static str {
    match why {
        NotOpened::Gone => "keyring-gone",
        NotOpened::Stale => "keyring-stale",
        NotOpened::Trouble(KeyringTrouble::NotRunning) => "keyring-not-running",
        NotOpened::Trouble(KeyringTrouble::Silent) => "keyring-silent",
        NotOpened::Trouble(KeyringTrouble::Locked) => "keyring-locked",
        NotOpened::Trouble(_) => "keyring-failed",
    }
}

fn secret_of(
    s: &Session<'_>,
    vault: &str,
    way: WayId,
    until: Instant,
) -> Result<Hidden<SecretBytes>, NotOpened> {
    let within = until.saturating_duration_since(Instant::now());
    let kept = s.keyring.find(&attributes(vault, way), within).map_err(NotOpened::Trouble)?;
    let kept = kept.ok_or(NotOpened::Gone)?;
    bytes_of(&kept).map(Hidden).ok_or(NotOpened::Stale)
}

/// Adds the keyring of this PC. The secret lies there before the vault counts on it.
pub(super) fn add(s: &mut Session<'_>, label: String) -> Result<(), Fault> {
    // Opened first: a keyring that opens the vault is no reason to ask for the passphrase.
    let Reply::Ways(_) = s.ask(&Request::Ways)? else { return Err(Fault::Internal) };
    let keyrings = keyrings(s)?;
    match standing(s, &keyrings) {
        Some(Ok(())) => return Err(Fault::Keyring(KeyringFault::HasIt)),
        // It may have it, and would have it twice.
        Some(Err(NotOpened::Trouble(trouble))) => {
            return Err(Fault::Keyring(KeyringFault::Trouble(trouble)));
        }
        _ => {}
    }
    let mut rng = UnwrapErr(SysRng);
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let way = WayId(id);
    let secret = SecretArray::<32>::filled_by(|bytes| rng.fill_bytes(bytes));
    let attributes = attributes(&keyrings.vault, way);
    let path = harmless(&s.settings.vault.display().to_string());
    let shown = say!(s.texts, "keyring-item", path = path);
    let asks = say!(s.texts, "keyring-asks");
    let mut waiting = || s.person.tell(&asks);
    let put = s.keyring.put(&shown, &attributes, &digits_of(&secret), &mut waiting);
    if let Err(trouble) = put {
        if trouble == KeyringTrouble::Failed {
            // It may have taken it all the same.
            let _ = s.keyring.remove(&attributes, &mut || ());
        }
        return Err(Fault::Keyring(KeyringFault::Trouble(trouble)));
    }
    let label = if label.is_empty() { device_name() } else { label };
    let secret = Hidden(SecretBytes::from(secret.expose().as_slice()));
    let request = Request::AddWay { secret: NewSecret::Keyring { way, secret }, label };
    if let Err(fault) = s.ask(&request) {
        // What opens nothing need not lie there. Where the answer was lost, the way may be there all the same.
        let now = self::keyrings(s);
        if now.is_ok_and(|now| now.ways.iter().all(|it| it.id != way)) {
            let _ = s.keyring.remove(&attributes, &mut || ());
        }
        return Err(fault);
    }
    for told in [say!(s.texts, "way-made"), say!(s.texts, "keyring-made")] {
        s.tell(&told);
    }
    Ok(())
}

/// Deletes the secret of a way that was removed, and says what became of it.
pub(super) fn forget(s: &mut Session<'_>, way: &Way, keyrings: &Keyrings) {
    if way.kind != WayKind::Keyring {
        return;
    }
    let is_of_this_pc = keyrings.ways.iter().any(|it| it.id == way.id && it.is_of_this_pc);
    let asks = say!(s.texts, "keyring-asks");
    let mut waiting = || s.person.tell(&asks);
    let removed = s.keyring.remove(&attributes(&keyrings.vault, way.id), &mut waiting);
    let told = match removed {
        Ok(1..) => say!(s.texts, "keyring-forgot"),
        Ok(0) if is_of_this_pc => say!(s.texts, "keyring-had-forgotten"),
        Err(_) if is_of_this_pc => say!(s.texts, "keyring-keeps"),
        _ => say!(s.texts, "keyring-elsewhere", name = harmless(&way.label)),
    };
    s.tell(&told);
}

/// Which keyrings open the vault.
pub(super) fn keyrings(s: &mut Session<'_>) -> Result<Keyrings, Fault> {
    match s.ask_as_it_is(&Request::Keyrings)? {
        Reply::Keyrings(keyrings) => Ok(keyrings),
        _ => Err(Fault::Internal),
    }
}

/// What the secret of a way is filed under.
fn attributes(vault: &str, way: WayId) -> Attributes {
    let pairs =
        [("application", "kagifuda".into()), ("vault", vault.into()), ("way", way.to_string())];
    pairs.map(|(name, value): (&str, String)| (name.to_owned(), value)).into()
}

/// A secret as lower-case hexadecimal digits.
fn digits_of(secret: &SecretArray<32>) -> SecretText {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = Zeroizing::new(String::with_capacity(64));
    for byte in secret.expose() {
        for half in [byte >> 4, byte & 15] {
            digits.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    SecretText::from(digits.as_str())
}

/// Reads what [`digits_of`] wrote.
fn bytes_of(digits: &SecretText) -> Option<SecretBytes> {
    let (pairs, rest) = digits.expose().trim().as_bytes().as_chunks::<2>();
    let mut bytes = Zeroizing::new(Vec::with_capacity(32));
    for [high, low] in pairs {
        let [high, low] = [high, low].map(|digit| char::from(*digit).to_digit(16));
        bytes.push(u8::try_from(high? << 4 | low?).ok()?);
    }
    (rest.is_empty() && bytes.len() == 32).then(|| SecretBytes::from(bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn digits_say_the_bytes_and_nothing_else_is_read() {
        let secret = SecretArray::<32>::filled_by(|bytes| {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = (at * 37) as u8;
            }
        });
        let digits = digits_of(&secret);
        assert_eq!(digits.expose().len(), 64);
        assert!(digits.expose().starts_with("00254a6f94b9de"));
        assert!(bytes_of(&digits).unwrap().expose() == secret.expose());
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(66), &"g".repeat(64), &"+f".repeat(32)]
        {
            assert!(bytes_of(&SecretText::from(wrong)).is_none(), "{wrong}");
        }
    }
}
