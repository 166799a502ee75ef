// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signing in (CTAP 2.3 sections 6.2.2 and 6.3).
//!
//! A request for which there is no credential is answered at once, without asking anybody: a key that
//! is always plugged in must not show a prompt for every site another key belongs to.

use heapless::Vec;
use rand_core::CryptoRng;

use super::about::account_of_kept;
use super::credential::{Credential, flag};
use super::hmac_secret::KeptInputs;
use super::make_credential::EXTENSION_BYTES;
use super::session::NextAssertion;
use super::verification::{Verified, Wanted};
use super::{About, Authenticator, Halt, Permissions, Turn};
use crate::cbor::Writer;
use crate::entity::RpIdHash;
use crate::keys::KeyProvider;
use crate::message::get_assertion::{Assertion, GetAssertion};
use crate::status::Status;
use crate::store::{Cursor, Passkey, Protection, Store};

/// The longest authenticator data of a sign-in, in bytes.
const AUTH_DATA_BYTES: usize = 37 + EXTENSION_BYTES;

/// What one assertion is made from besides its credential.
struct Making<'a> {
    rp: &'a RpIdHash,
    client_data_hash: &'a [u8; 32],
    is_up: bool,
    is_uv: bool,
    extensions: &'a KeptInputs,
    /// How many there are, where the platform is to know.
    count: Option<u64>,
    with_names: bool,
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn get_assertion<'r, R: CryptoRng>(
        &mut self,
        parameters: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let request = GetAssertion::read(parameters)?;
        let rp = RpIdHash::of(request.rp_id);
        turn.about = About::SignIn { rp_id: request.rp_id, account: None, count: 0 };
        self.answer_empty_auth(&request.auth, turn)?;
        let protocol = Self::protocol_of(&request.auth)?;
        let uv = self.option_uv(request.options.uv, protocol)?;
        if request.options.rk.is_some() {
            return Err(Status::UnsupportedOption.into());
        }
        let is_up = request.options.up != Some(false);
        // A silent look for credentials stays possible (step 5).
        let uv = self.choose_uv(uv, protocol, self.settings.is_always_uv && is_up)?;
        let verified = self.verify_person(
            &Wanted {
                uv,
                auth: request.auth,
                permission: Permissions::GET_ASSERTION,
                rp_id: request.rp_id,
                client_data_hash: request.client_data_hash,
            },
            turn,
        )?;
        let is_uv = verified.is_uv();
        let found = self.find(&request, &rp, is_uv)?;
        turn.about = found.about(request.rp_id);
        if is_up {
            self.demand_presence(verified, turn)?;
            turn.has_tested_presence = true;
        }
        let extensions = KeptInputs::keep(&request.extensions, is_up, &self.session)?;
        // Whoever was verified here was there, whether the request wanted to know or not (step 8).
        let is_up = is_up || verified == Verified::Here;
        let making = Making {
            rp: &rp,
            client_data_hash: request.client_data_hash,
            is_up,
            is_uv,
            extensions: &extensions,
            count: (found.count > 1).then_some(u64::from(found.count)),
            with_names: is_uv && found.count > 1,
        };
        let length = self.assert(&making, &found.first, turn.rng, out)?;
        if let Some(after) = found.after.filter(|_| found.count > 1) {
            self.session.next = Some(NextAssertion {
                rp,
                after,
                left: found.count - 1,
                client_data_hash: *request.client_data_hash,
                is_up,
                is_uv,
                extensions,
                at: turn.now,
            });
        }
        Ok(length)
    }

    pub(super) fn get_next_assertion<R: CryptoRng>(
        &mut self,
        turn: &mut Turn<'_, '_, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        turn.about = About::NextSignIn;
        let mut next = self.session.next.take().ok_or(Status::NotAllowed)?;
        let (after, passkey) = match self.next_usable(&next.rp, Some(next.after), next.is_uv) {
            Ok(found) => found.ok_or(Status::NotAllowed)?,
            Err(halt) => {
                // The walk goes on once what was locked meanwhile is open.
                self.session.next = Some(next).filter(|_| matches!(halt, Halt::Question(_)));
                return Err(halt);
            }
        };
        let making = Making {
            rp: &next.rp,
            client_data_hash: &next.client_data_hash,
            is_up: next.is_up,
            is_uv: next.is_uv,
            extensions: &next.extensions,
            count: None,
            with_names: next.is_uv,
        };
        let length = self.assert(&making, &Credential::Kept(passkey), turn.rng, out)?;
        next.left -= 1;
        if next.left > 0 {
            (next.after, next.at) = (after, turn.now);
            self.session.next = Some(next);
        }
        Ok(length)
    }

    /// Finds the credentials a request may use (steps 7 and 8).
    fn find(
        &mut self,
        request: &GetAssertion<'_>,
        rp: &RpIdHash,
        is_uv: bool,
    ) -> Result<Found, Halt> {
        let Some(list) = &request.allow_list else {
            let (after, first) = self.next_usable(rp, None, is_uv)?.ok_or(Status::NoCredentials)?;
            let (mut count, mut walked) = (1, after);
            while let Some((cursor, _)) = self.next_usable(rp, Some(walked), is_uv)? {
                (count, walked) = (count + 1, cursor);
            }
            return Ok(Found { first: Credential::Kept(first), count, after: Some(after) });
        };
        if list.count() > self.profile.max_credentials_in_list {
            return Err(Status::LimitExceeded.into());
        }
        for id in list.ids() {
            if let Some(credential) = self.credential(rp, id)?
                && (credential.protection() != Protection::Required || is_uv)
            {
                return Ok(Found { first: credential, count: 1, after: None });
            }
        }
        Err(Status::NoCredentials.into())
    }

    /// The next passkey of a site that may be used without its id being named.
    fn next_usable(
        &mut self,
        rp: &RpIdHash,
        mut after: Option<Cursor>,
        is_uv: bool,
    ) -> Result<Option<(Cursor, Passkey)>, Halt> {
        while let Some((cursor, passkey)) = self.store.next_passkey(rp, after)? {
            if is_uv || passkey.protection == Protection::Optional {
                return Ok(Some((cursor, passkey)));
            }
            after = Some(cursor);
        }
        Ok(None)
    }

    fn assert<R: CryptoRng>(
        &mut self,
        making: &Making<'_>,
        credential: &Credential,
        rng: &mut R,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let mut extensions = Vec::<u8, EXTENSION_BYTES>::new();
        self.write_assertion_outputs(making, credential, rng, &mut extensions)?;
        let mut flags = self.backup_flags(credential)?;
        flags |= if making.is_up { flag::UP } else { 0 };
        flags |= if making.is_uv { flag::UV } else { 0 };
        flags |= if extensions.is_empty() { 0 } else { flag::EXTENSIONS };
        let mut auth_data = Vec::<u8, AUTH_DATA_BYTES>::new();
        for part in [&making.rp.0[..], &[flags], &[0; 4], &extensions] {
            auth_data.extend_from_slice(part).map_err(|_| Status::Other)?;
        }
        let signature = self.keys.sign(
            credential.algorithm(),
            credential.key(),
            &[&auth_data, making.client_data_hash],
        )?;
        let kept = credential.kept();
        let large_blob_key = kept
            .and_then(|passkey| passkey.large_blob_key.as_ref())
            .filter(|_| making.extensions.wants_large_blob_key);
        let answer = Assertion {
            credential_id: credential.id(),
            auth_data: &auth_data,
            signature: &signature,
            user: kept.map(|passkey| passkey.user.lend(making.with_names)),
            count: making.count,
            large_blob_key: large_blob_key.map(|key| &key[..]),
        };
        let mut writer = Writer::new(out);
        answer.write(&mut writer);
        Ok(writer.finish()?)
    }

    /// Writes the outputs of extensions, in canonical order; nothing where there are none.
    fn write_assertion_outputs<R: CryptoRng>(
        &mut self,
        making: &Making<'_>,
        credential: &Credential,
        rng: &mut R,
        outputs: &mut Vec<u8, EXTENSION_BYTES>,
    ) -> Result<(), Halt> {
        let wanted = making.extensions;
        let secrets = match &wanted.salts {
            Some(salts) => {
                let secret = credential.hmac_secret(making.is_uv, making.rp, &mut self.keys)?;
                Some(salts.answer(&secret, rng)?)
            }
            None => None,
        };
        let there = [wanted.wants_cred_blob, secrets.is_some(), wanted.wants_payment];
        let count = there.iter().filter(|is_there| **is_there).count();
        if count == 0 {
            return Ok(());
        }
        outputs.resize_default(EXTENSION_BYTES).map_err(|_| Status::Other)?;
        let mut writer = Writer::new(outputs);
        writer.map(count);
        if wanted.wants_cred_blob {
            let blob = credential.kept().and_then(|passkey| passkey.cred_blob.as_deref());
            writer.text("credBlob").bytes(blob.unwrap_or_default());
        }
        if let Some(secrets) = &secrets {
            writer.text("hmac-secret").bytes(secrets);
        }
        if wanted.wants_payment {
            writer.text("thirdPartyPayment").boolean(credential.third_party_payment());
        }
        let length = writer.finish()?;
        outputs.truncate(length);
        Ok(())
    }
}

/// The credentials a request may use.
struct Found {
    first: Credential,
    count: u32,
    /// Where the walk over the others begins.
    after: Option<Cursor>,
}

impl Found {
    fn about<'r>(&self, rp_id: &'r str) -> About<'r> {
        let account = match &self.first {
            Credential::Kept(passkey) if self.count == 1 => Some(account_of_kept(&passkey.user)),
            _ => None,
        };
        About::SignIn { rp_id, account, count: self.count }
    }
}
