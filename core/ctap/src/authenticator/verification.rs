// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a registration or sign-in shows that the right person is there: the matrix of options, PIN/UV
//! authentication and alwaysUv (CTAP 2.3 sections 6.1.2 and 6.2.2).

use rand_core::CryptoRng;

use super::consent::{Answer, Question};
use super::settings::UV_TRIES;
use super::{Authenticator, Halt, Permissions, Turn};
use crate::keys::KeyProvider;
use crate::message::PinUvAuth;
use crate::pin_protocol::PinProtocol;
use crate::status::Status;
use crate::store::{Store, StoreError};

/// How a person was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// Not at all.
    Not,
    /// By the platform's token.
    ByToken,
    /// By what is built in, which also shows that somebody is there.
    Here,
}

impl Verified {
    /// Tells whether the answer may say that the person was verified.
    pub(crate) const fn is_uv(self) -> bool {
        !matches!(self, Self::Not)
    }
}

/// What a request says about verification.
pub(crate) struct Wanted<'a> {
    /// Whether the person is to be verified by what is built in, as [`Authenticator::choose_uv`] says.
    pub(crate) uv: bool,
    /// The platform's authentication.
    pub(crate) auth: PinUvAuth<'a>,
    /// The permission a token needs.
    pub(crate) permission: Permissions,
    /// The site.
    pub(crate) rp_id: &'a str,
    /// What the token authenticates.
    pub(crate) client_data_hash: &'a [u8; 32],
}

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    /// How often built-in verification may still fail.
    #[must_use]
    pub const fn verification_tries(&self) -> u8 {
        self.tries.uv
    }

    /// Spends a try of built-in verification while its question stands: somebody was not recognised and may
    /// try again before the request is answered (`internalRetry`, CTAP 2.3 section 6.5.3.1). The last
    /// attempt is the answer [`Answer::Unrecognised`] instead. Tells whether a try is left.
    ///
    /// # Errors
    /// [`StoreError`] where that cannot be kept.
    pub fn spend_verification(&mut self) -> Result<bool, StoreError> {
        self.tries.uv = self.tries.uv.saturating_sub(1);
        self.tries.save(&mut self.store)?;
        Ok(self.tries.uv > 0)
    }

    /// Tells whether a PIN is set or verification is built in: whether the key is "protected by some
    /// form of user verification".
    pub(crate) const fn is_protected(&self) -> bool {
        self.settings.pin.is_some() || self.profile.has_built_in_uv
    }

    /// An empty pinUvAuthParam asks for a touch only, to find out which key the person means
    /// (CTAP 2.3 section 6.1.2 step 1).
    pub(crate) fn answer_empty_auth<R>(
        &self,
        auth: &PinUvAuth<'_>,
        turn: &Turn<'_, '_, R>,
    ) -> Result<(), Halt> {
        if auth.param.is_none_or(|param| !param.is_empty()) {
            return Ok(());
        }
        turn.touch()?;
        let is_set = self.settings.pin.is_some();
        Err(if is_set { Status::PinInvalid } else { Status::PinNotSet }.into())
    }

    /// The protocol of an authentication that is there.
    pub(crate) fn protocol_of(auth: &PinUvAuth<'_>) -> Result<Option<PinProtocol>, Status> {
        match (auth.param, auth.protocol) {
            (None, _) => Ok(None),
            (Some(_), None) => Err(Status::MissingParameter),
            (Some(_), Some(number)) => PinProtocol::from_number(number).map(Some),
        }
    }

    /// Demands a touch, where neither the verification nor the request's token came with one (steps 13
    /// and 14 of a registration, 8 and 9 of a sign-in). A token counts for the request it authenticates
    /// only: another program's request is not excused by it.
    pub(crate) fn demand_presence<R>(
        &self,
        verified: Verified,
        turn: &Turn<'_, '_, R>,
    ) -> Result<(), Halt> {
        let is_here = match verified {
            Verified::Here => true,
            Verified::ByToken => self.session.is_user_present(),
            Verified::Not => false,
        };
        if is_here { Ok(()) } else { turn.touch() }
    }

    /// What the option `uv` comes to (step 5 of a registration, 4 of a sign-in): a token makes it
    /// meaningless.
    pub(crate) fn option_uv(
        &self,
        option: Option<bool>,
        protocol: Option<PinProtocol>,
    ) -> Result<bool, Status> {
        let uv = option == Some(true) && protocol.is_none();
        if uv && !self.profile.has_built_in_uv {
            return Err(Status::InvalidOption);
        }
        Ok(uv)
    }

    /// Whether the person is to be verified by what is built in, where `is_demanded` says that the request
    /// may not go without (steps 6 to 8 of a registration, 5 of a sign-in). Before anything is verified:
    /// what a platform has to do first, it is told first.
    pub(crate) fn choose_uv(
        &self,
        uv: bool,
        protocol: Option<PinProtocol>,
        is_demanded: bool,
    ) -> Result<bool, Status> {
        if !is_demanded {
            return Ok(uv);
        }
        if self.settings.is_always_uv && !self.is_protected() {
            // A token is to be had, by setting a PIN first; none of before can be right.
            return Err(Status::PuatRequired);
        }
        if uv || protocol.is_some() {
            return Ok(uv);
        }
        if !self.settings.is_always_uv {
            return Err(self.how_to_verify());
        }
        // alwaysUv and built-in verification: as if the option had been there.
        if self.profile.has_built_in_uv { Ok(true) } else { Err(Status::PuatRequired) }
    }

    /// Verifies the person as the request wants it (step 11 of a registration, 6 of a sign-in).
    pub(crate) fn verify_person<R: CryptoRng>(
        &mut self,
        wanted: &Wanted<'_>,
        turn: &Turn<'_, '_, R>,
    ) -> Result<Verified, Halt> {
        let protocol = Self::protocol_of(&wanted.auth)?;
        // Without a PIN and anything built in there is no token, and nothing is verified.
        if let (Some(protocol), Some(param)) = (protocol, wanted.auth.param)
            && self.is_protected()
        {
            self.session.verify_token(
                protocol,
                &[wanted.client_data_hash],
                param,
                wanted.permission,
                Some(wanted.rp_id),
            )?;
            return Ok(Verified::ByToken);
        }
        if !wanted.uv {
            return Ok(Verified::Not);
        }
        self.verify_here(turn).map_err(|halt| match halt {
            Halt::Status(Status::UvInvalid | Status::UvBlocked) => {
                Halt::Status(self.how_to_verify())
            }
            other => other,
        })?;
        Ok(Verified::Here)
    }

    /// What a platform is told that has not verified the person: to get a token by the PIN, where one
    /// is set (step 11.2.3 of a registration, 6.2.3 of a sign-in).
    const fn how_to_verify(&self) -> Status {
        if self.settings.pin.is_some() {
            Status::PuatRequired
        } else if self.tries.uv == 0 {
            Status::PinBlocked
        } else {
            Status::OperationDenied
        }
    }

    /// Verifies the person by what is built in.
    ///
    /// # Errors
    /// [`Status::UvBlocked`] once the tries are used up, [`Status::UvInvalid`] for another person and where nobody
    /// can be recognised now, [`Status::OperationDenied`] where somebody said no.
    pub(crate) fn verify_here<R>(&mut self, turn: &Turn<'_, '_, R>) -> Result<(), Halt> {
        if self.tries.uv == 0 {
            return Err(Status::UvBlocked.into());
        }
        match turn.consent.answer(Question::Verify) {
            None => Err(Halt::Question(Question::Verify)),
            Some(Answer::Given) => {
                if self.tries.uv != UV_TRIES {
                    self.tries.uv = UV_TRIES;
                    self.tries.save(&mut self.store)?;
                }
                Ok(())
            }
            Some(Answer::Unrecognised) => {
                let is_left = self.spend_verification()?;
                Err(if is_left { Status::UvInvalid } else { Status::UvBlocked }.into())
            }
            Some(Answer::Unable) => Err(Status::UvInvalid.into()),
            Some(Answer::Refused) => Err(Status::OperationDenied.into()),
            Some(Answer::TimedOut) => Err(Status::UserActionTimeout.into()),
            Some(Answer::Cancelled) => Err(Status::KeepaliveCancel.into()),
        }
    }
}
