// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key knows while it has power: tokens, key agreement, latches and walks.

use core::time::Duration;

use heapless::String;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::large_blobs::ArrayWrite;
use crate::entity::{RP_ID_BYTES, RpIdHash};
use crate::message::Command;
use crate::pin_protocol::{self, KeyPair, PinProtocol};
use crate::status::Status;
use crate::store::Cursor;

/// The length of a pinUvAuthToken, in bytes.
pub const TOKEN_BYTES: usize = 32;
/// How long a token may lie unused after it was given (CTAP 2.3 section 6.5.2.1).
const FIRST_USE: Duration = Duration::from_secs(30);
/// How long a token lives at most.
const TOKEN_LIFE: Duration = Duration::from_secs(600);
/// How long a touch that came with a token counts.
const PRESENCE: Duration = Duration::from_secs(30);
/// How long a walk may rest between two steps.
const WALK_REST: Duration = Duration::from_secs(30);

/// What a token may be used for, as bits (CTAP 2.3 section 6.5.5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Permissions(pub u8);

impl Permissions {
    /// Making credentials.
    pub const MAKE_CREDENTIAL: Self = Self(0x01);
    /// Signing in.
    pub const GET_ASSERTION: Self = Self(0x02);
    /// Managing passkeys.
    pub const MANAGE: Self = Self(0x04);
    /// Enrolling fingerprints.
    pub const BIO: Self = Self(0x08);
    /// Writing large blobs.
    pub const LARGE_BLOB: Self = Self(0x10);
    /// Changing the configuration.
    pub const CONFIG: Self = Self(0x20);
    /// Listing passkeys, with a token that outlives power cycles.
    pub const LIST: Self = Self(0x40);
    /// All there are.
    pub const DEFINED: Self = Self(0x7F);

    /// Tells whether all of `other` is in here.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The token that is in use.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Token {
    value: [u8; TOKEN_BYTES],
    #[zeroize(skip)]
    permissions: Permissions,
    #[zeroize(skip)]
    rp_id: Option<String<RP_ID_BYTES>>,
    is_user_present: bool,
    #[zeroize(skip)]
    begun: Duration,
    was_used: bool,
}

/// What the rest of a list of assertions is made from.
pub(crate) struct NextAssertion {
    pub(crate) rp: RpIdHash,
    pub(crate) after: Cursor,
    pub(crate) left: u32,
    pub(crate) client_data_hash: [u8; 32],
    pub(crate) is_up: bool,
    pub(crate) is_uv: bool,
    pub(crate) extensions: super::hmac_secret::KeptInputs,
    pub(crate) at: Duration,
}

/// What a listing is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    Sites,
    /// Those of one site.
    Passkeys(RpIdHash),
}

/// The place of a listing that has not come to its end.
#[derive(Clone, Copy)]
pub(crate) struct Listing {
    pub(crate) listed: Listed,
    pub(crate) after: Cursor,
    pub(crate) left: u32,
    /// Whether it ends with the token.
    pub(crate) is_by_token: bool,
    pub(crate) at: Duration,
}

/// What a key knows while it has power.
pub(crate) struct Session {
    /// When it was powered up.
    pub(crate) begun: Duration,
    pub(crate) agreement: [KeyPair; 2],
    /// The token, once one was given.
    pub(crate) token: Option<Token>,
    /// Wrong PINs in a row since power-up; three latch until the next.
    pub(crate) wrong_pins: u8,
    pub(crate) next: Option<NextAssertion>,
    pub(crate) listing: Option<Listing>,
    /// The large-blob array that is being written.
    pub(crate) array: Option<ArrayWrite>,
}

impl Session {
    pub(crate) fn begin<R: CryptoRng>(now: Duration, rng: &mut R) -> Self {
        Self {
            begun: now,
            agreement: [KeyPair::generate(rng), KeyPair::generate(rng)],
            token: None,
            wrong_pins: 0,
            next: None,
            listing: None,
            array: None,
        }
    }

    /// The key pair of a protocol.
    pub(crate) const fn agreement(&self, protocol: PinProtocol) -> &KeyPair {
        match protocol {
            PinProtocol::One => &self.agreement[0],
            PinProtocol::Two => &self.agreement[1],
        }
    }

    /// Makes the key pair of a protocol anew.
    pub(crate) fn regenerate<R: CryptoRng>(&mut self, protocol: PinProtocol, rng: &mut R) {
        let index = usize::from(protocol == PinProtocol::Two);
        self.agreement[index] = KeyPair::generate(rng);
    }

    /// Lets time pass: what is too old is gone.
    pub(crate) fn pass(&mut self, now: Duration) {
        let is_over = self.token.as_ref().is_some_and(|token| {
            let age = now.saturating_sub(token.begun);
            age >= TOKEN_LIFE || (!token.was_used && age >= FIRST_USE)
        });
        if is_over {
            self.token = None;
            // What was begun with it is over, too (CTAP 2.3 section 6).
            self.next = self.next.take().filter(|next| !next.is_uv);
            self.listing = self.listing.filter(|listing| !listing.is_by_token);
        }
        if let Some(token) = &mut self.token
            && now.saturating_sub(token.begun) >= PRESENCE
        {
            token.is_user_present = false;
        }
        if self.next.as_ref().is_some_and(|next| now.saturating_sub(next.at) >= WALK_REST) {
            self.next = None;
        }
        if self.listing.is_some_and(|listing| now.saturating_sub(listing.at) >= WALK_REST) {
            self.listing = None;
        }
    }

    /// Ends the walks that `command` does not continue (CTAP 2.3 section 6, "stateful commands"); U2F's
    /// commands continue none.
    pub(crate) fn between(&mut self, command: Option<Command>) {
        if command != Some(Command::GetNextAssertion) {
            self.next = None;
        }
        if command != Some(Command::CredentialManagement) {
            self.listing = None;
        }
    }

    /// Gives out a new token in place of any other.
    pub(crate) fn give_token<R: CryptoRng>(
        &mut self,
        permissions: Permissions,
        rp_id: Option<String<RP_ID_BYTES>>,
        is_user_present: bool,
        now: Duration,
        rng: &mut R,
    ) -> &[u8; TOKEN_BYTES] {
        let value = [0; TOKEN_BYTES];
        let token =
            Token { value, permissions, rp_id, is_user_present, begun: now, was_used: false };
        // Drawn where it stays.
        let token = self.token.insert(token);
        rng.fill_bytes(&mut token.value);
        &token.value
    }

    /// Checks that a request was made by who holds the token, for this permission and, where the
    /// request is for one, for this site; a token without a site becomes this one's.
    ///
    /// # Errors
    /// [`Status::PinAuthInvalid`] for everything that is not right.
    pub(crate) fn verify_token(
        &mut self,
        protocol: PinProtocol,
        message: &[&[u8]],
        param: &[u8],
        permission: Permissions,
        rp_id: Option<&str>,
    ) -> Result<(), Status> {
        let token = self.token.as_mut().ok_or(Status::PinAuthInvalid)?;
        pin_protocol::verify(protocol, &token.value, message, param)?;
        if !token.permissions.has(permission) {
            return Err(Status::PinAuthInvalid);
        }
        token.was_used = true;
        if let Some(rp_id) = rp_id {
            match &token.rp_id {
                Some(bound) if bound != rp_id => return Err(Status::PinAuthInvalid),
                Some(_) => {}
                None => token.rp_id = String::try_from(rp_id).ok(),
            }
        }
        Ok(())
    }

    /// The site the token is bound to, if to one.
    pub(crate) fn token_rp_id(&self) -> Option<&str> {
        self.token.as_ref().and_then(|token| token.rp_id.as_deref())
    }

    /// Tells whether a touch came with the token and still counts.
    pub(crate) fn is_user_present(&self) -> bool {
        self.token.as_ref().is_some_and(|token| token.is_user_present)
    }

    /// What a test of presence ends (CTAP 2.3 section 6.1.2): the touch that came with the token, and all
    /// it may be used for but writing large blobs. That is also the end of what it verified, because
    /// nothing that asks for verification is left.
    pub(crate) fn spend_token(&mut self) {
        if let Some(token) = &mut self.token {
            token.is_user_present = false;
            token.permissions = Permissions(token.permissions.0 & Permissions::LARGE_BLOB.0);
        }
    }
}
