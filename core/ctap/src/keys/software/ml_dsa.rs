// SPDX-License-Identifier: MIT OR Apache-2.0
//! ML-DSA (FIPS 204) with keys that are seeds of 32 bytes, as RFC 9964 keeps them.
//!
//! Signatures are of the deterministic kind (FIPS 204 section 3.4): what signs here has no random numbers at hand.

use ml_dsa::signature::{Keypair as _, MultipartSigner as _};
use ml_dsa::{MlDsaParams, SigningKey};

use super::foreign;
use crate::cose::{Algorithm, PublicKey};
use crate::keys::{KeyError, PrivateKey, Signature};

fn signing_key<P: MlDsaParams>(key: &PrivateKey) -> Result<SigningKey<P>, KeyError> {
    let seed = <&[u8; 32]>::try_from(key.expose()).map_err(foreign)?;
    Ok(SigningKey::from_seed(seed.into()))
}

pub(super) fn public_key<P: MlDsaParams>(
    algorithm: Algorithm,
    key: &PrivateKey,
) -> Result<PublicKey, KeyError> {
    let public = signing_key::<P>(key)?.verifying_key().encode();
    PublicKey::new(algorithm, &public, &[]).map_err(|_| KeyError::Failed)
}

pub(super) fn sign<P: MlDsaParams>(
    key: &PrivateKey,
    message: &[&[u8]],
) -> Result<Signature, KeyError> {
    let signature =
        signing_key::<P>(key)?.try_multipart_sign(message).map_err(|_| KeyError::Failed)?;
    Signature::from_slice(&signature.encode()).map_err(|_| KeyError::Failed)
}
