// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TPM of this PC as a way to open the vault: asked before the holder is, and what it sealed kept as a note of this
//! machine.
//!
//! A TPM that does not open keeps nobody out: one line says why, and the passphrase is asked for.
//! `docs/decisions/0013-the-tpm-as-a-way-to-open.md` says what is sealed and what that is worth.

use getrandom::SysRng;
use kagifuda_linux::tpm::{About, Sealed, Tpm, TpmTrouble};
use kagifuda_secret::{SecretArray, SecretBytes};
use rand_core::{Rng as _, UnwrapErr};

use super::session::{ByMachine, Session};
use crate::agent::place::device_name;
use crate::agent::protocol::{
    Hidden, NewSecret, OpenSecret, Reply, Request, SealedWay, Way, WayId, WayKind,
};
use crate::fault::{Fault, TpmFault};
use crate::say;
use crate::term::width::harmless;

/// What seals: the TPM of this PC, or what a test plays. Its methods are [`Tpm`]'s.
pub(super) trait Chip {
    /// Who made it, and of which version it is.
    fn look(&self) -> Result<About, TpmTrouble>;
    /// Seals a secret.
    fn seal(&self, secret: &SecretArray<32>) -> Result<Sealed, TpmTrouble>;
    /// Opens what was sealed.
    fn open(&self, sealed: &Sealed) -> Result<SecretArray<32>, TpmTrouble>;
}

impl Chip for Tpm {
    fn look(&self) -> Result<About, TpmTrouble> {
        Self::look(self)
    }

    fn seal(&self, secret: &SecretArray<32>) -> Result<Sealed, TpmTrouble> {
        Self::seal(self, secret)
    }

    fn open(&self, sealed: &Sealed) -> Result<SecretArray<32>, TpmTrouble> {
        Self::open(self, sealed)
    }
}

/// Why the TPM did not open the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOpened {
    /// It did not give a secret.
    Trouble(TpmTrouble),
    /// What it gave opens nothing, or the note of what it sealed is damaged.
    Stale,
}

/// Opens the vault by the TPM, where it sealed a secret for it.
pub(super) fn open(s: &mut Session<'_>) -> Result<ByMachine, Fault> {
    // What is wrong with the file is told by whoever opens it next.
    let Ok(ways) = ways(s) else { return Ok(ByMachine::NotOpened(None)) };
    let mut why = None;
    // The one added last first: those before it may be of a TPM that was cleared.
    for way in ways.iter().rev() {
        let not_opened = match secret_of(s, way) {
            Ok(secret) => {
                let secret = OpenSecret::Tpm { way: way.id, secret };
                match s.ask_as_it_is(&Request::Unlock { secret }) {
                    Ok(reply) => return Ok(ByMachine::Opened(reply)),
                    Err(Fault::Agent(failure)) if failure.opens_nothing() => NotOpened::Stale,
                    Err(fault) => return Err(fault),
                }
            }
            Err(not_opened) => not_opened,
        };
        why.get_or_insert(not_opened);
        if !goes_on(not_opened) {
            break;
        }
    }
    Ok(ByMachine::NotOpened(why.map(text_of)))
}

/// How the TPM of this PC stands; `None` where it sealed nothing for the vault.
pub(super) fn standing(s: &mut Session<'_>) -> Option<Result<(), NotOpened>> {
    let ways = ways(s).ok()?;
    let mut first = None;
    for way in ways.iter().rev() {
        match secret_of(s, way) {
            Ok(_) => return Some(Ok(())),
            Err(why) => {
                first.get_or_insert(why);
                if !goes_on(why) {
                    break;
                }
            }
        }
    }
    first.map(Err)
}

/// Whether another thing that was sealed may open where this one did not.
const fn goes_on(why: NotOpened) -> bool {
    matches!(why, NotOpened::Stale | NotOpened::Trouble(TpmTrouble::Foreign))
}

/// What is told of a TPM that does not open the vault.
pub(super) const fn text_of(why: NotOpened) -> &'static str {
    match why {
        NotOpened::Stale => "tpm-stale",
        NotOpened::Trouble(TpmTrouble::Absent) => "tpm-absent",
        NotOpened::Trouble(TpmTrouble::Forbidden) => "tpm-forbidden",
        NotOpened::Trouble(TpmTrouble::Silent) => "tpm-silent",
        NotOpened::Trouble(TpmTrouble::Foreign) => "tpm-foreign",
        NotOpened::Trouble(TpmTrouble::Closed) => "tpm-closed",
        NotOpened::Trouble(_) => "tpm-failed",
    }
}

/// Adds the TPM of this PC. What it seals was opened once before the vault counts on it.
pub(super) fn add(s: &mut Session<'_>, label: String) -> Result<(), Fault> {
    // Opened first: a TPM that opens the vault is no reason to ask for the passphrase.
    let Reply::Ways(_) = s.ask(&Request::Ways)? else { return Err(Fault::Internal) };
    match standing(s) {
        Some(Ok(())) => return Err(Fault::Tpm(TpmFault::HasIt)),
        // It may open it, and would twice.
        Some(Err(NotOpened::Trouble(trouble))) if trouble != TpmTrouble::Foreign => {
            return Err(Fault::Tpm(TpmFault::Trouble(trouble)));
        }
        _ => {}
    }
    let mut rng = UnwrapErr(SysRng);
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let secret = SecretArray::<32>::filled_by(|bytes| rng.fill_bytes(bytes));
    let sealed = s.tpm.seal(&secret).map_err(|trouble| Fault::Tpm(TpmFault::Trouble(trouble)))?;
    let label = if label.is_empty() { device_name() } else { label };
    let secret = Hidden(SecretBytes::from(secret.expose().as_slice()));
    let secret = NewSecret::Tpm { way: WayId(id), secret, sealed: sealed.to_bytes() };
    s.ask(&Request::AddWay { secret, label })?;
    for told in [say!(s.texts, "way-made"), say!(s.texts, "tpm-made")] {
        s.tell(&told);
    }
    Ok(())
}

/// Forgets what was sealed for a way that was removed, and says what became of it.
pub(super) fn forget(s: &mut Session<'_>, way: &Way, own: &[SealedWay]) {
    if way.kind != WayKind::Tpm {
        return;
    }
    let told = if own.iter().all(|it| it.id != way.id) {
        say!(s.texts, "tpm-elsewhere", name = harmless(&way.label))
    } else if s.ask_as_it_is(&Request::ForgetSealed { id: way.id }).is_ok() {
        say!(s.texts, "tpm-forgot")
    } else {
        say!(s.texts, "tpm-keeps")
    };
    s.tell(&told);
}

/// What this machine's TPM sealed for the vault, those added last at the end.
pub(super) fn ways(s: &mut Session<'_>) -> Result<Vec<SealedWay>, Fault> {
    match s.ask_as_it_is(&Request::Tpms)? {
        Reply::Tpms(tpms) => Ok(tpms.ways),
        _ => Err(Fault::Internal),
    }
}

fn secret_of(s: &Session<'_>, way: &SealedWay) -> Result<Hidden<SecretBytes>, NotOpened> {
    let sealed = Sealed::from_bytes(&way.sealed).map_err(|_| NotOpened::Stale)?;
    let secret = s.tpm.open(&sealed).map_err(NotOpened::Trouble)?;
    Ok(Hidden(SecretBytes::from(secret.expose().as_slice())))
}
