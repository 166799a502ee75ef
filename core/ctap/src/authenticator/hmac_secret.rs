// SPDX-License-Identifier: MIT OR Apache-2.0
//! hmac-secret and hmac-secret-mc (CTAP 2.3 sections 12.7 and 12.8): a site's salts in, secrets of the
//! credential out, both encrypted for the platform. WebAuthn's `prf` is made of it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::session::Session;
use crate::message::extension::{AssertInputs, HmacInput};
use crate::pin_protocol::{Ciphertext, PinProtocol, Plaintext, SharedSecret};
use crate::status::Status;

/// The length of one salt and of one output, in bytes.
const SALT_BYTES: usize = 32;

/// The salts of a request, and how to answer.
pub(crate) struct Salts {
    shared: SharedSecret,
    salts: Plaintext,
}

impl Salts {
    /// Opens the salts of a request.
    ///
    /// # Errors
    /// [`Status::PinAuthInvalid`] where they are not authentic, [`Status::InvalidParameter`] for an unknown
    /// protocol, a key that is no point, or a length that is not of one or two salts.
    pub(crate) fn open(input: &HmacInput<'_>, session: &Session) -> Result<Self, Status> {
        let protocol = PinProtocol::from_number(input.protocol.unwrap_or(1))?;
        let shared = session.agreement(protocol).agree(protocol, &input.key_agreement)?;
        shared.verify(&[input.salt_enc], input.salt_auth)?;
        let salts = shared.decrypt(input.salt_enc).map_err(|_| Status::InvalidParameter)?;
        match salts.0.len() {
            SALT_BYTES | PAIR_BYTES => Ok(Self { shared, salts }),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// The outputs for a credential's secret, encrypted.
    pub(crate) fn answer<R: CryptoRng>(
        &self,
        secret: &[u8; 32],
        rng: &mut R,
    ) -> Result<Ciphertext, Status> {
        let mut outputs = Zeroizing::new([0; PAIR_BYTES]);
        let salts = self.salts.0.chunks_exact(SALT_BYTES);
        for (salt, output) in salts.zip(outputs.chunks_exact_mut(SALT_BYTES)) {
            let mut mac =
                Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
            mac.update(salt);
            output.copy_from_slice(&mac.finalize().into_bytes());
        }
        self.shared.encrypt(&outputs[..self.salts.0.len()], rng)
    }
}

const PAIR_BYTES: usize = 2 * SALT_BYTES;

/// The extension inputs of a sign-in, kept for the assertions that follow the first.
#[derive(Default)]
pub(crate) struct KeptInputs {
    pub(crate) salts: Option<Salts>,
    pub(crate) wants_cred_blob: bool,
    pub(crate) wants_large_blob_key: bool,
    pub(crate) wants_payment: bool,
}

impl KeptInputs {
    /// Checks and keeps the inputs of a sign-in.
    ///
    /// # Errors
    /// [`Status::InvalidOption`] for `largeBlobKey: false`, [`Status::UnsupportedOption`] for hmac-secret without a
    /// touch, and what [`Salts::open`] returns.
    pub(crate) fn keep(
        inputs: &AssertInputs<'_>,
        is_up: bool,
        session: &Session,
    ) -> Result<Self, Status> {
        if inputs.large_blob_key == Some(false) {
            return Err(Status::InvalidOption);
        }
        if inputs.hmac_secret.is_some() && !is_up {
            return Err(Status::UnsupportedOption);
        }
        Ok(Self {
            salts: inputs.hmac_secret.as_ref().map(|it| Salts::open(it, session)).transpose()?,
            wants_cred_blob: inputs.cred_blob == Some(true),
            wants_large_blob_key: inputs.large_blob_key == Some(true),
            wants_payment: inputs.third_party_payment == Some(true),
        })
    }
}
