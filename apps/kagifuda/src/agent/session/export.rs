// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exporting tokens and passkeys for other apps. Encryption happens here, so that only what was asked for in plain
//! ever leaves in plain.

use kagifuda_linux::clock::Moment;
use kagifuda_otp::{Token, UnixTime};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::exchange::{
    self, EntryExtras, Loss, LossKind, Outgoing, Written, write_aegis, write_google, write_lines,
    write_twofas,
};
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{ItemState, item};

use super::open::Open;
use super::show::text_of;
use super::{Answer, passkeys, rng};
use crate::agent::protocol::{
    ExportFormat, ExportLoss, Failure, Hidden, ItemId, LossExtent, Protection, Reply,
};
use crate::export_age::{AgeError, AgeLock};

/// The longest text of one picture of a batch: a QR code that still fits on a screen.
const PICTURE_BYTES: usize = 640;

/// A token on its way out.
struct Leaving {
    id: ItemId,
    token: Token,
    extras: EntryExtras,
    /// Whether the holder calls it otherwise than its issuer does: no format has a place for that.
    has_own_name: bool,
}

/// What a format made of the tokens.
struct Made {
    parts: Vec<SecretBytes>,
    /// What of which token, counted from 0, could not be carried.
    losses: Vec<(usize, LossExtent)>,
}

impl Made {
    fn tell_of_names(&mut self, leaving: &[Leaving]) {
        for (place, _) in leaving.iter().enumerate().filter(|(_, one)| one.has_own_name) {
            let is_told =
                |loss: &(usize, LossExtent)| loss.0 == place && loss.1 != LossExtent::Misread;
            if !self.losses.iter().any(is_told) {
                self.losses.push((place, LossExtent::Without));
            }
        }
    }
}

impl Open {
    pub(super) fn export(
        &self,
        format: ExportFormat,
        ids: &[ItemId],
        protection: &Protection,
        now: Moment,
    ) -> Answer {
        let (leaving, made) = if format == ExportFormat::Cxf {
            if matches!(protection, Protection::Password(_)) {
                return Err(no_password());
            }
            let leaving = some(self.leaving_passkeys(ids)?)?;
            let ids: Vec<ItemId> = leaving.iter().map(|one| one.id).collect();
            (ids, made(passkeys::write(&leaving, now)))
        } else {
            let leaving = some(self.leaving(ids)?)?;
            let mut made = write(format, &leaving, protection, now)?;
            made.tell_of_names(&leaving);
            let ids: Vec<ItemId> = leaving.iter().map(|one| one.id).collect();
            (ids, made)
        };
        let is_left_out = |(_, extent): &&(usize, LossExtent)| *extent == LossExtent::LeftOut;
        let carried = leaving.len() - made.losses.iter().filter(is_left_out).count();
        if carried == 0 {
            return Err(Failure::NotExportable { id: leaving[0] });
        }
        let parts: Result<Vec<_>, _> =
            made.parts.into_iter().map(|part| protect(part, protection).map(Hidden)).collect();
        let items = u32::try_from(carried).unwrap_or(u32::MAX);
        let losses = made.losses.iter().filter_map(|(place, extent)| {
            let id = *leaving.get(*place)?;
            let entry = self.index.get(kagifuda_vault::ItemId(id.0))?;
            Some(ExportLoss { id, title: entry.title.clone(), extent: *extent })
        });
        Ok(Reply::Exported { parts: parts?, items, losses: losses.collect() })
    }

    /// The tokens asked for, in the holder's order; all without ids.
    fn leaving(&self, ids: &[ItemId]) -> Result<Vec<Leaving>, Failure> {
        let all = || {
            let tokens = self.index.find(None, |kind| kind == kinds::TOKEN);
            tokens.into_iter().map(|(id, _, _)| ItemId(id.0)).collect()
        };
        let wanted: Vec<ItemId> = if ids.is_empty() { all() } else { ids.to_vec() };
        let mut leaving = Vec::with_capacity(wanted.len());
        for id in wanted {
            let state = self.state_of(id, kinds::TOKEN)?;
            match self.token(id) {
                Ok(token) => {
                    let (name, token) = (text_of(state, field::NAME), token.token);
                    let has_own_name = !name.is_empty() && name != token.issuer;
                    leaving.push(Leaving { id, token, extras: extras(state), has_own_name });
                }
                // Of all tokens, those that cannot be read stay; one that was named is an error.
                Err(_) if ids.is_empty() => {}
                Err(unreadable) => return Err(unreadable),
            }
        }
        Ok(leaving)
    }
}

pub(super) fn extras(state: &ItemState) -> EntryExtras {
    let text = |id| Some(text_of(state, id)).filter(|text| !text.is_empty());
    let flag = state.scalar(field::PINNED).and_then(kagifuda_vault::value::read_flag);
    EntryExtras {
        folders: text(field::FOLDER).into_iter().collect(),
        tags: item::texts(state, field::TAGS).map(str::to_owned).collect(),
        note: SecretText::new(text_of(state, field::NOTE)),
        is_pinned: flag.unwrap_or(false),
        colour: text(field::COLOUR),
        service: None,
    }
}

fn write(
    format: ExportFormat,
    leaving: &[Leaving],
    protection: &Protection,
    now: Moment,
) -> Result<Made, Failure> {
    let outgoing: Vec<Outgoing<'_>> =
        leaving.iter().map(|one| Outgoing { token: &one.token, extras: &one.extras }).collect();
    let own = match protection {
        Protection::Password(password) => exchange::Protection::Password(&password.0),
        _ => exchange::Protection::Plain,
    };
    let has_own = matches!(format, ExportFormat::Aegis | ExportFormat::TwoFas);
    if matches!(protection, Protection::Password(_)) && !has_own {
        return Err(no_password());
    }
    match format {
        ExportFormat::Cxf => Err(Failure::Internal),
        ExportFormat::Otpauth => Ok(made(write_lines(&outgoing))),
        ExportFormat::Aegis => Ok(made(write_aegis(&outgoing, own, &mut rng())?)),
        ExportFormat::TwoFas => {
            let now = UnixTime(now.unix_millis / 1000);
            Ok(made(write_twofas(&outgoing, own, now, &mut rng())?))
        }
        ExportFormat::Google => {
            let written = write_google(&outgoing, PICTURE_BYTES, &mut rng());
            let parts = written.codes.iter().map(|code| code.expose().as_bytes().into()).collect();
            Ok(Made { parts, losses: extents(&written.losses) })
        }
    }
}

/// What is to leave, where there is anything.
fn some<T>(leaving: Vec<T>) -> Result<Vec<T>, Failure> {
    if leaving.is_empty() { Err(Failure::NothingToExport) } else { Ok(leaving) }
}

/// The format has no protection by a password of its own.
fn no_password() -> Failure {
    Failure::BadValue { field: "password".to_owned() }
}

fn made(written: Written) -> Made {
    let losses = extents(&written.losses);
    Made { parts: vec![written.content], losses }
}

/// How much of which token is lost. One that lacks several things is told once.
fn extents(losses: &[Loss]) -> Vec<(usize, LossExtent)> {
    let extent = |kind: &LossKind| match kind {
        LossKind::Misread(_) => LossExtent::Misread,
        LossKind::Without(_) => LossExtent::Without,
        LossKind::Unread(_) => LossExtent::Unread,
        _ => LossExtent::LeftOut,
    };
    let mut extents: Vec<_> =
        losses.iter().map(|loss| (loss.position.saturating_sub(1), extent(&loss.kind))).collect();
    extents.sort_unstable();
    extents.dedup();
    extents
}

/// Puts a part into an age file, where that is asked for.
fn protect(part: SecretBytes, protection: &Protection) -> Result<SecretBytes, Failure> {
    let lock = match protection {
        Protection::None | Protection::Password(_) => return Ok(part),
        Protection::AgePassphrase(passphrase) => AgeLock::passphrase(passphrase.0.duplicate()),
        Protection::AgeRecipient(recipient) => AgeLock::recipient(recipient),
    };
    let sealed = lock.and_then(|lock| lock.seal(&part));
    sealed.map(SecretBytes::new).map_err(|error| match error {
        AgeError::EmptyPassphrase => Failure::EmptySecret,
        AgeError::NotARecipient | AgeError::IsAnIdentity => Failure::BadRecipient,
        AgeError::Failed => Failure::Internal,
    })
}
