// SPDX-License-Identifier: MIT OR Apache-2.0
//! Listing passkeys, removing them and renaming their accounts (CTAP 2.3 section 6.8).
//!
//! Listing takes a token that may manage passkeys, or the one that outlives power cycles and may list
//! them; changing takes the former. A token for one site manages that site's passkeys and is not told
//! which other sites there are. A listing holds its place as a cursor of the store's, so it costs the
//! same however many there are.

use core::time::Duration;

use super::session::{Listed, Listing};
use super::{About, Authenticator, Halt, Permissions, Turn};
use crate::cbor::Writer;
use crate::cose::PUBLIC_KEY_BYTES;
use crate::entity::{Descriptor, RpIdHash, RpRef, User};
use crate::keys::KeyProvider;
use crate::message::credential_management::{
    CredentialManagement, ManagementAnswer, ManagementCommand, ManagementParameters,
};
use crate::pin_protocol;
use crate::status::Status;
use crate::store::{Cursor, Passkey, Site, Store};

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn credential_management<'r, R>(
        &mut self,
        parameters: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        turn.about = About::Manage;
        // Whatever this is, it ends the listing, unless it is its next step.
        let listing = self.session.listing.take();
        let done = self.manage(parameters, listing, turn.now, out);
        if matches!(done, Err(Halt::Question(_))) {
            self.session.listing = listing;
        }
        done
    }

    fn manage(
        &mut self,
        parameters: &[u8],
        listing: Option<Listing>,
        now: Duration,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let request = CredentialManagement::read(parameters)?;
        let command =
            ManagementCommand::from_number(request.subcommand).ok_or(Status::InvalidSubcommand)?;
        match command {
            ManagementCommand::Count => self.count_passkeys(&request, out),
            ManagementCommand::FirstSite => self.first_site(&request, now, out),
            ManagementCommand::NextSite => self.next_site(listing, now, out),
            ManagementCommand::FirstPasskey => self.first_passkey(&request, now, out),
            ManagementCommand::NextPasskey => self.next_passkey(listing, now, out),
            ManagementCommand::Remove => self.remove_passkey(&request),
            ManagementCommand::Rename => self.rename_account(&request),
        }
    }

    fn count_passkeys(
        &mut self,
        request: &CredentialManagement<'_>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        self.verify_lister(request)?.may_see_all()?;
        let count = u64::from(self.store.passkey_count()?);
        let room = u64::from(self.store.room()?);
        let answer =
            ManagementAnswer { count: Some(count), room: Some(room), ..Default::default() };
        write(&answer, out)
    }

    fn first_site(
        &mut self,
        request: &CredentialManagement<'_>,
        now: Duration,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let scope = self.verify_lister(request)?;
        scope.may_see_all()?;
        let count = self.store.site_count()?;
        let site = self.store.next_site(None)?.ok_or(Status::NoCredentials)?;
        let length = write_site(&site, Some(count), out)?;
        self.go_on(Listed::Sites, site.cursor, count, scope.is_by_token, now);
        Ok(length)
    }

    fn next_site(
        &mut self,
        listing: Option<Listing>,
        now: Duration,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let listing = listing.filter(|it| it.listed == Listed::Sites).ok_or(Status::NotAllowed)?;
        // One that was removed meanwhile, from elsewhere, leaves the list shorter than was told.
        let site = self.store.next_site(Some(listing.after))?.ok_or(Status::NotAllowed)?;
        let length = write_site(&site, None, out)?;
        self.go_on(Listed::Sites, site.cursor, listing.left, listing.is_by_token, now);
        Ok(length)
    }

    fn first_passkey(
        &mut self,
        request: &CredentialManagement<'_>,
        now: Duration,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let rp = parameters_of(request)?.rp.ok_or(Status::MissingParameter)?;
        let scope = self.verify_lister(request)?;
        scope.may_see(&rp)?;
        let (after, passkey) = self.store.next_passkey(&rp, None)?.ok_or(Status::NoCredentials)?;
        let (mut count, mut walked) = (1, after);
        while let Some((cursor, _)) = self.store.next_passkey(&rp, Some(walked))? {
            (count, walked) = (count + 1, cursor);
        }
        let length = self.write_passkey(&passkey, Some(count), out)?;
        self.go_on(Listed::Passkeys(rp), after, count, scope.is_by_token, now);
        Ok(length)
    }

    fn next_passkey(
        &mut self,
        listing: Option<Listing>,
        now: Duration,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let listing = listing.ok_or(Status::NotAllowed)?;
        let Listed::Passkeys(rp) = listing.listed else { return Err(Status::NotAllowed.into()) };
        let found = self.store.next_passkey(&rp, Some(listing.after))?;
        let (after, passkey) = found.ok_or(Status::NotAllowed)?;
        let length = self.write_passkey(&passkey, None, out)?;
        self.go_on(listing.listed, after, listing.left, listing.is_by_token, now);
        Ok(length)
    }

    /// Keeps the place of a listing of which one of `count` more was just told.
    fn go_on(
        &mut self,
        listed: Listed,
        after: Cursor,
        count: u32,
        is_by_token: bool,
        now: Duration,
    ) {
        let left = count.saturating_sub(1);
        let listing = Listing { listed, after, left, is_by_token, at: now };
        self.session.listing = (left > 0).then_some(listing);
    }

    fn remove_passkey(&mut self, request: &CredentialManagement<'_>) -> Result<usize, Halt> {
        let parameters = parameters_of(request)?;
        let meant = parameters.passkey.ok_or(Status::MissingParameter)?;
        let scope = self.verify_manager(request)?;
        let passkey = self.passkey_meant(&meant, &scope)?;
        self.store.remove(&passkey.id.0)?;
        Ok(0)
    }

    fn rename_account(&mut self, request: &CredentialManagement<'_>) -> Result<usize, Halt> {
        let parameters = parameters_of(request)?;
        let meant = parameters.passkey.ok_or(Status::MissingParameter)?;
        let user = parameters.user.ok_or(Status::MissingParameter)?;
        let scope = self.verify_manager(request)?;
        let passkey = self.passkey_meant(&meant, &scope)?;
        if passkey.user.id != user.id {
            return Err(Status::InvalidParameter.into());
        }
        // A name that is not sent is taken away.
        self.store.rename(&passkey.id.0, &User::keep(&user)?)?;
        Ok(0)
    }

    /// The passkey that is to be changed, where the token may do that.
    fn passkey_meant(&mut self, meant: &Descriptor<'_>, scope: &Scope) -> Result<Passkey, Halt> {
        if !meant.is_public_key {
            return Err(Status::NoCredentials.into());
        }
        let passkey = self.store.passkey_by_id(meant.id)?.ok_or(Status::NoCredentials)?;
        scope.may_see(&RpIdHash::of(&passkey.rp_id))?;
        Ok(passkey)
    }

    /// Demands a token that may manage passkeys, or the one that may list them.
    fn verify_lister(&mut self, request: &CredentialManagement<'_>) -> Result<Scope, Status> {
        if let Some(token) = &self.settings.persistent_token
            && let (Some(protocol), Some(param)) =
                (Self::protocol_of(&request.auth)?, request.auth.param)
            && pin_protocol::verify(protocol, &**token, &request.authenticated(&mut [0]), param)
                .is_ok()
        {
            return Ok(Scope { site: None, is_by_token: false });
        }
        self.verify_manager(request)
    }

    /// Demands a token that may manage passkeys.
    fn verify_manager(&mut self, request: &CredentialManagement<'_>) -> Result<Scope, Status> {
        let param = request.auth.param.ok_or(Status::PuatRequired)?;
        let protocol = Self::protocol_of(&request.auth)?.ok_or(Status::PuatRequired)?;
        let mut head = [0];
        let message = request.authenticated(&mut head);
        self.session.verify_token(protocol, &message, param, Permissions::MANAGE, None)?;
        let site = self.session.token_rp_id().map(RpIdHash::of);
        Ok(Scope { site, is_by_token: true })
    }

    fn write_passkey(
        &mut self,
        passkey: &Passkey,
        count: Option<u32>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let public = self.keys.public_key(passkey.algorithm, &passkey.key)?;
        let mut encoded = [0; PUBLIC_KEY_BYTES];
        let mut writer = Writer::new(&mut encoded);
        public.write(&mut writer);
        let length = writer.finish()?;
        let answer = ManagementAnswer {
            user: Some(passkey.user.lend(true)),
            credential_id: Some(&passkey.id.0),
            public_key: Some(&encoded[..length]),
            passkey_count: count.map(u64::from),
            protection: Some(passkey.protection),
            large_blob_key: passkey.large_blob_key.as_ref().map(|key| &key[..]),
            third_party_payment: Some(passkey.third_party_payment),
            ..Default::default()
        };
        write(&answer, out)
    }
}

/// What the one who asks may see.
struct Scope {
    /// One site only.
    site: Option<RpIdHash>,
    /// Whether it is by the token that ends, and not by the one that stays.
    is_by_token: bool,
}

impl Scope {
    fn may_see_all(&self) -> Result<(), Status> {
        if self.site.is_none() { Ok(()) } else { Err(Status::PinAuthInvalid) }
    }

    fn may_see(&self, rp: &RpIdHash) -> Result<(), Status> {
        match &self.site {
            Some(site) if site != rp => Err(Status::PinAuthInvalid),
            _ => Ok(()),
        }
    }
}

/// The parameters of a subcommand that cannot do without, looked at before the proof is, and behind
/// whether there is one.
fn parameters_of<'a>(
    request: &CredentialManagement<'a>,
) -> Result<ManagementParameters<'a>, Status> {
    request.auth.param.ok_or(Status::PuatRequired)?;
    ManagementParameters::read(request.parameters.ok_or(Status::MissingParameter)?)
}

fn write_site(site: &Site, count: Option<u32>, out: &mut [u8]) -> Result<usize, Halt> {
    let answer = ManagementAnswer {
        rp: Some(RpRef { id: &site.rp_id, name: None }),
        rp_hash: Some(RpIdHash::of(&site.rp_id)),
        site_count: count.map(u64::from),
        ..Default::default()
    };
    write(&answer, out)
}

fn write(answer: &ManagementAnswer<'_>, out: &mut [u8]) -> Result<usize, Halt> {
    let mut writer = Writer::new(out);
    answer.write(&mut writer);
    Ok(writer.finish()?)
}
