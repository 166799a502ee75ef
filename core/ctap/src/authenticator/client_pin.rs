// SPDX-License-Identifier: MIT OR Apache-2.0
//! The PIN and what it allows (CTAP 2.3 section 6.5.5).
//!
//! A try is spent before the PIN is compared, in a record of its own, so that pulling the plug never
//! gives one back. Three wrong PINs in a row latch the key until it is unplugged.

use core::time::Duration;

use heapless::String;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::settings::{MAX_PIN_LENGTH, Pin, Tries};
use super::{About, Authenticator, Halt, Permissions, TOKEN_BYTES, Turn};
use crate::cbor::Writer;
use crate::entity::RP_ID_BYTES;
use crate::keys::KeyProvider;
use crate::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use crate::pin_protocol::{AgreementKey, PinProtocol, SharedSecret};
use crate::status::Status;
use crate::store::Store;

/// The length of a padded PIN, in bytes.
const PADDED_PIN_BYTES: usize = 64;
/// Wrong PINs in a row that latch the key until it is unplugged.
const LATCH: u8 = 3;

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn client_pin<'r, R: CryptoRng>(
        &mut self,
        parameters: &'r [u8],
        turn: &mut Turn<'_, 'r, R>,
        out: &mut [u8],
    ) -> Result<usize, Halt> {
        let request = ClientPin::read(parameters)?;
        let command =
            PinCommand::from_number(request.subcommand).ok_or(Status::InvalidSubcommand)?;
        let mut token = None;
        let mut answer = PinAnswer::default();
        match command {
            PinCommand::PinRetries => {
                if self.settings.pin.is_none() {
                    return Err(Status::PinNotSet.into());
                }
                answer.pin_retries = Some(u64::from(self.tries.pin));
                answer.needs_power_cycle = Some(self.session.wrong_pins >= LATCH);
            }
            PinCommand::UvRetries => {
                if !self.profile.has_built_in_uv {
                    return Err(Status::InvalidSubcommand.into());
                }
                answer.uv_retries = Some(u64::from(self.tries.uv));
            }
            PinCommand::KeyAgreement => {
                let protocol = named(request.protocol)?;
                answer.key_agreement = Some(self.session.agreement(protocol).public());
            }
            PinCommand::SetPin => self.set_pin(&request)?,
            PinCommand::ChangePin => self.change_pin(&request, turn.rng)?,
            PinCommand::PinToken => token = Some(self.legacy_token(&request, turn)?),
            PinCommand::TokenUsingPin => token = Some(self.token_using_pin(&request, turn)?),
            PinCommand::TokenUsingUv => token = Some(self.token_using_uv(&request, turn)?),
        }
        answer.token_enc = token.as_deref();
        if answer == PinAnswer::default() {
            return Ok(0);
        }
        let mut writer = Writer::new(out);
        answer.write(&mut writer);
        Ok(writer.finish()?)
    }

    /// Agrees on a secret with the platform.
    fn agree(&self, (protocol, peer): (PinProtocol, AgreementKey)) -> Result<SharedSecret, Status> {
        self.session.agreement(protocol).agree(protocol, &peer)
    }

    fn set_pin(&mut self, request: &ClientPin<'_>) -> Result<(), Halt> {
        let missing = Status::MissingParameter;
        let (new_pin_enc, param) =
            (request.new_pin_enc.ok_or(missing)?, request.param.ok_or(missing)?);
        let parties = parties(request)?;
        if self.settings.pin.is_some() {
            return Err(Status::PinAuthInvalid.into());
        }
        let shared = self.agree(parties)?;
        shared.verify(&[new_pin_enc], param)?;
        let pin = self.accept_new_pin(&shared, new_pin_enc)?;
        self.keep_pin(pin)
    }

    fn change_pin<R: CryptoRng>(
        &mut self,
        request: &ClientPin<'_>,
        rng: &mut R,
    ) -> Result<(), Halt> {
        let missing = Status::MissingParameter;
        let new_pin_enc = request.new_pin_enc.ok_or(missing)?;
        let pin_hash_enc = request.pin_hash_enc.ok_or(missing)?;
        let param = request.param.ok_or(missing)?;
        let parties = parties(request)?;
        self.may_try_pin()?;
        let shared = self.agree(parties)?;
        shared.verify(&[new_pin_enc, pin_hash_enc], param)?;
        self.try_pin(parties.0, &shared, pin_hash_enc, rng)?;
        let pin = self.accept_new_pin(&shared, new_pin_enc)?;
        let is_the_same =
            self.settings.pin.as_ref().is_some_and(|old| old.hash.ct_eq(&pin.hash).into());
        if self.settings.must_change_pin && is_the_same {
            return Err(Status::PinPolicyViolation.into());
        }
        self.keep_pin(pin)
    }

    /// Decrypts a new PIN and holds it to the rules.
    fn accept_new_pin(&self, shared: &SharedSecret, new_pin_enc: &[u8]) -> Result<Pin, Status> {
        let padded = shared.decrypt(new_pin_enc).map_err(|_| Status::PinAuthInvalid)?;
        if padded.0.len() != PADDED_PIN_BYTES {
            return Err(Status::InvalidParameter);
        }
        let end = padded.0.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if end > usize::from(MAX_PIN_LENGTH) {
            return Err(Status::PinPolicyViolation);
        }
        let bytes = &padded.0[..end];
        let pin = core::str::from_utf8(bytes).map_err(|_| Status::PinPolicyViolation)?;
        let length = u8::try_from(pin.chars().count()).map_err(|_| Status::PinPolicyViolation)?;
        if length < self.settings.min_pin_length
            || (self.settings.has_pin_complexity_policy && is_too_simple(pin))
        {
            return Err(Status::PinPolicyViolation);
        }
        Ok(Pin { hash: half_hash(bytes), length })
    }

    /// Keeps a PIN; everything that the old one allowed ends.
    fn keep_pin(&mut self, pin: Pin) -> Result<(), Halt> {
        let mut changed = self.settings.clone();
        changed.pin = Some(pin);
        changed.must_change_pin = false;
        changed.persistent_token = None;
        changed.save(&mut self.store)?;
        self.settings = changed;
        self.session.token = None;
        self.session.wrong_pins = 0;
        self.forgive_pin()
    }

    /// Gives all tries back.
    fn forgive_pin(&mut self) -> Result<(), Halt> {
        if self.tries.pin != Tries::ALL.pin {
            let all = Tries { pin: Tries::ALL.pin, ..self.tries };
            all.save(&mut self.store)?;
            self.tries = all;
        }
        Ok(())
    }

    /// Refuses before anything is compared where no try is left.
    fn may_try_pin(&self) -> Result<(), Status> {
        if self.settings.pin.is_none() {
            return Err(Status::PinNotSet);
        }
        if self.tries.pin == 0 {
            return Err(Status::PinBlocked);
        }
        if self.session.wrong_pins >= LATCH {
            return Err(Status::PinAuthBlocked);
        }
        Ok(())
    }

    /// Spends a try, compares, and gives all tries back for the right PIN.
    fn try_pin<R: CryptoRng>(
        &mut self,
        protocol: PinProtocol,
        shared: &SharedSecret,
        pin_hash_enc: &[u8],
        rng: &mut R,
    ) -> Result<(), Halt> {
        self.may_try_pin()?;
        let spent = Tries { pin: self.tries.pin - 1, ..self.tries };
        spent.save(&mut self.store)?;
        self.tries = spent;
        let hash = shared.decrypt(pin_hash_enc);
        let pin = self.settings.pin.as_ref().ok_or(Status::PinNotSet)?;
        let is_right = hash.is_ok_and(|hash| bool::from(hash.0.as_slice().ct_eq(&pin.hash)));
        if is_right {
            self.session.wrong_pins = 0;
            // Who knows the PIN unblocks what is built in, too (CTAP 2.3 section 6.5.2.3).
            Tries::ALL.save(&mut self.store)?;
            self.tries = Tries::ALL;
            return Ok(());
        }
        self.session.regenerate(protocol, rng);
        self.session.wrong_pins += 1;
        let status = match (self.tries.pin, self.session.wrong_pins) {
            (0, _) => Status::PinBlocked,
            (_, LATCH..) => Status::PinAuthBlocked,
            _ => Status::PinInvalid,
        };
        Err(status.into())
    }

    /// getPinToken: registering and signing in, at the first site it is used for.
    fn legacy_token<R: CryptoRng>(
        &mut self,
        request: &ClientPin<'_>,
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<TokenEnc, Halt> {
        request.pin_hash_enc.ok_or(Status::MissingParameter)?;
        parties(request)?;
        if request.permissions.is_some() || request.rp_id.is_some() {
            return Err(Status::InvalidParameter.into());
        }
        let both = Permissions::MAKE_CREDENTIAL.0 | Permissions::GET_ASSERTION.0;
        self.token_by_pin(request, Permissions(both), turn)
    }

    fn token_using_pin<R: CryptoRng>(
        &mut self,
        request: &ClientPin<'_>,
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<TokenEnc, Halt> {
        request.pin_hash_enc.ok_or(Status::MissingParameter)?;
        let permissions = Self::permissions_of(request)?;
        self.token_by_pin(request, permissions, turn)
    }

    /// The permissions of a request, where they are ones that can be given. What nobody has defined is
    /// passed over.
    fn permissions_of(request: &ClientPin<'_>) -> Result<Permissions, Status> {
        let bits = request.permissions.ok_or(Status::MissingParameter)?;
        parties(request)?;
        if bits == 0 {
            return Err(Status::InvalidParameter);
        }
        let known = bits & u64::from(Permissions::DEFINED.0);
        let permissions = Permissions(u8::try_from(known).map_err(|_| Status::Other)?);
        if permissions.has(Permissions::BIO) {
            return Err(Status::UnauthorizedPermission);
        }
        // The token that outlives power cycles may only list.
        if permissions.has(Permissions::LIST) && permissions != Permissions::LIST {
            return Err(Status::UnauthorizedPermission);
        }
        let is_for_a_site = permissions.has(Permissions::MAKE_CREDENTIAL)
            || permissions.has(Permissions::GET_ASSERTION);
        if is_for_a_site && request.rp_id.is_none() {
            return Err(Status::MissingParameter);
        }
        Ok(permissions)
    }

    fn token_by_pin<R: CryptoRng>(
        &mut self,
        request: &ClientPin<'_>,
        permissions: Permissions,
        turn: &mut Turn<'_, '_, R>,
    ) -> Result<TokenEnc, Halt> {
        let pin_hash_enc = request.pin_hash_enc.ok_or(Status::MissingParameter)?;
        let parties = parties(request)?;
        self.may_try_pin()?;
        let shared = self.agree(parties)?;
        self.try_pin(parties.0, &shared, pin_hash_enc, turn.rng)?;
        if self.settings.must_change_pin {
            // Platforms of CTAP 2.0 do not know the other status.
            let is_legacy = request.permissions.is_none();
            let status = if is_legacy { Status::PinInvalid } else { Status::PinPolicyViolation };
            return Err(status.into());
        }
        self.give(&shared, request, permissions, false, (turn.now, turn.rng))
    }

    fn token_using_uv<'r, R: CryptoRng>(
        &mut self,
        request: &ClientPin<'r>,
        turn: &mut Turn<'_, 'r, R>,
    ) -> Result<TokenEnc, Halt> {
        if !self.profile.has_built_in_uv {
            return Err(Status::InvalidSubcommand.into());
        }
        let permissions = Self::permissions_of(request)?;
        turn.about = About::Token { rp_id: request.rp_id };
        let shared = self.agree(parties(request)?)?;
        self.verify_here(turn)?;
        // Whoever was recognised here was here.
        self.give(&shared, request, permissions, true, (turn.now, turn.rng))
    }

    /// Gives out a token, encrypted for the platform.
    fn give<R: CryptoRng>(
        &mut self,
        shared: &SharedSecret,
        request: &ClientPin<'_>,
        permissions: Permissions,
        is_user_present: bool,
        (now, rng): (Duration, &mut R),
    ) -> Result<TokenEnc, Halt> {
        let rp_id = match request.rp_id {
            None => None,
            Some(id) => {
                Some(String::<RP_ID_BYTES>::try_from(id).map_err(|_| Status::LimitExceeded)?)
            }
        };
        if permissions == Permissions::LIST {
            let token = self.persistent_token(rng)?;
            return Ok(shared.encrypt(&*token, rng)?);
        }
        let token =
            Zeroizing::new(*self.session.give_token(permissions, rp_id, is_user_present, now, rng));
        Ok(shared.encrypt(&*token, rng)?)
    }

    /// The token that outlives power cycles, made when it is first asked for.
    fn persistent_token<R: CryptoRng>(
        &mut self,
        rng: &mut R,
    ) -> Result<Zeroizing<[u8; TOKEN_BYTES]>, Halt> {
        if let Some(token) = &self.settings.persistent_token {
            return Ok(token.clone());
        }
        let mut token = Zeroizing::new([0; TOKEN_BYTES]);
        rng.fill_bytes(&mut *token);
        let mut changed = self.settings.clone();
        changed.persistent_token = Some(token.clone());
        changed.save(&mut self.store)?;
        self.settings = changed;
        Ok(token)
    }
}

/// A token, encrypted for the platform.
type TokenEnc = crate::pin_protocol::Ciphertext;

/// The protocol and the platform's key of a request that has to name both.
fn parties(request: &ClientPin<'_>) -> Result<(PinProtocol, AgreementKey), Status> {
    let peer = request.key_agreement.ok_or(Status::MissingParameter)?;
    Ok((named(request.protocol)?, peer))
}

/// The protocol of a request that has to name one.
fn named(protocol: Option<u64>) -> Result<PinProtocol, Status> {
    PinProtocol::from_number(protocol.ok_or(Status::MissingParameter)?)
}

/// The first half of a PIN's hash, as platforms send it.
fn half_hash(pin: &[u8]) -> [u8; 16] {
    let whole = Sha256::digest(pin);
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

/// Tells whether a PIN is one character repeated, or characters in a row such as 1234 or dcba.
fn is_too_simple(pin: &str) -> bool {
    let steps = || pin.chars().zip(pin.chars().skip(1));
    [0, 1, -1].into_iter().any(|step| {
        steps()
            .all(|(left, right)| i64::from(u32::from(right)) - i64::from(u32::from(left)) == step)
    })
}
