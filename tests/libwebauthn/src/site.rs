// SPDX-License-Identifier: MIT OR Apache-2.0
//! The site: what it asks of the client, and how it checks what comes back.

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::ops::webauthn::{
    Assertion, GetAssertionRequest, GetAssertionRequestExtensions, MakeCredentialRequest,
    MakeCredentialResponse, MakeCredentialsRequestExtensions, ResidentKeyRequirement,
    UserVerificationRequirement,
};
use libwebauthn::proto::ctap2::{
    Ctap2AttestationStatement, Ctap2CredentialType,
    Ctap2PublicKeyCredentialDescriptor as Descriptor, Ctap2PublicKeyCredentialRpEntity,
    Ctap2PublicKeyCredentialType, Ctap2PublicKeyCredentialUserEntity, cose,
};
use libwebauthn::transport::hid::HidError;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::webauthn::{WebAuthn as _, WebAuthnError};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_bytes::ByteBuf;
use sha2::{Digest as _, Sha256};

use crate::PATIENCE;

/// The site all stories but those of two sites are told at.
pub(crate) const SITE: &str = "inn.example";
/// What every request is answered for.
pub(crate) const CHALLENGE: [u8; 32] = [0xC5; 32];
/// Bytes of a point at the end of a P-256 key's SubjectPublicKeyInfo.
const POINT_BYTES: usize = 65;

/// What the client says to a request.
pub(crate) type Outcome<T> = Result<T, WebAuthnError<HidError>>;

/// A credential as the site keeps it.
pub(crate) struct Credential {
    /// Its id.
    pub(crate) id: Descriptor,
    /// Its public key.
    pub(crate) key: VerifyingKey,
}

/// A registration of a credential that is no passkey, without extensions.
pub(crate) fn registration(account: &str) -> MakeCredentialRequest {
    MakeCredentialRequest {
        challenge: CHALLENGE.to_vec(),
        origin: format!("https://{SITE}"),
        top_origin: None,
        relying_party: Ctap2PublicKeyCredentialRpEntity::new(SITE, "The inn"),
        user: Ctap2PublicKeyCredentialUserEntity::new(account.as_bytes(), account, account),
        resident_key: Some(ResidentKeyRequirement::Discouraged),
        user_verification: UserVerificationRequirement::Discouraged,
        algorithms: vec![Ctap2CredentialType::default()],
        exclude: None,
        hints: Vec::new(),
        authenticator_attachment: None,
        extensions: None,
        attestation: None,
        attestation_formats: Vec::new(),
        timeout: PATIENCE,
    }
}

/// A registration of a passkey.
pub(crate) fn passkey(account: &str) -> MakeCredentialRequest {
    MakeCredentialRequest {
        resident_key: Some(ResidentKeyRequirement::Required),
        ..registration(account)
    }
}

/// Extensions of a registration that has none.
pub(crate) fn none() -> MakeCredentialsRequestExtensions {
    MakeCredentialsRequestExtensions::default()
}

/// A sign-in with one of these credentials, or with any passkey where there are none.
pub(crate) fn sign_in(allow: &[&Credential]) -> GetAssertionRequest {
    GetAssertionRequest {
        relying_party_id: SITE.to_owned(),
        challenge: CHALLENGE.to_vec(),
        origin: format!("https://{SITE}"),
        top_origin: None,
        allow: allow.iter().map(|credential| credential.id.clone()).collect(),
        hints: Vec::new(),
        extensions: None,
        user_verification: UserVerificationRequirement::Discouraged,
        timeout: PATIENCE,
    }
}

/// A sign-in with one credential and these extensions.
pub(crate) fn sign_in_for(
    credential: &Credential,
    extensions: GetAssertionRequestExtensions,
) -> GetAssertionRequest {
    GetAssertionRequest { extensions: Some(extensions), ..sign_in(&[credential]) }
}

/// An id that nobody has.
pub(crate) fn foreign(byte: u8) -> Descriptor {
    descriptor(&[byte; 48])
}

/// A descriptor of an id.
pub(crate) fn descriptor(id: &[u8]) -> Descriptor {
    Descriptor {
        id: ByteBuf::from(id),
        r#type: Ctap2PublicKeyCredentialType::PublicKey,
        transports: None,
    }
}

/// Registers, and checks what a site checks (WebAuthn section 7.1): the site, that somebody was there, and the signature
/// that the new key makes over itself.
pub(crate) async fn register(
    channel: &mut HidChannel<'_>,
    request: &MakeCredentialRequest,
) -> (MakeCredentialResponse, Credential) {
    let made = channel.webauthn_make_credential(request).await.expect("a registration");
    let data = &made.authenticator_data;
    assert_eq!(data.rp_id_hash, hash(request.relying_party.id.as_bytes()));
    assert!(data.flags.contains(Flags::USER_PRESENT | Flags::ATTESTED_CREDENTIALS));
    let attested = data.attested_credential.as_ref().expect("a credential");
    let key = key_of(&attested.credential_public_key);
    let credential = Credential { id: descriptor(&attested.credential_id), key };
    let signed = data.to_response_bytes().expect("authenticator data");
    let Ctap2AttestationStatement::PackedOrAndroid(statement) = &made.attestation_statement else {
        panic!("a statement of another form: {:?}", made.attestation_statement);
    };
    assert!(statement.certificates.is_empty(), "the key has no certificate");
    verify(&credential.key, &signed, &request.client_data_hash(), statement.signature.as_ref());
    (made, credential)
}

/// Signs in with one credential, and checks it.
pub(crate) async fn signed_in(
    channel: &mut HidChannel<'_>,
    credential: &Credential,
    request: &GetAssertionRequest,
) -> Assertion {
    let mut response = channel.webauthn_get_assertion(request).await.expect("a sign-in");
    assert_eq!(response.assertions.len(), 1);
    let assertion = response.assertions.remove(0);
    check(&assertion, credential, request);
    assertion
}

/// Checks what a site checks of a sign-in (WebAuthn section 7.2).
pub(crate) fn check(assertion: &Assertion, credential: &Credential, request: &GetAssertionRequest) {
    let data = &assertion.authenticator_data;
    assert_eq!(data.rp_id_hash, hash(request.relying_party_id.as_bytes()));
    assert!(data.flags.contains(Flags::USER_PRESENT));
    assert_eq!(assertion.credential_id.as_ref().map(|it| &it.id), Some(&credential.id.id));
    let signed = data.to_response_bytes().expect("authenticator data");
    verify(&credential.key, &signed, &request.client_data_hash(), &assertion.signature);
}

/// The P-256 key in a COSE key.
pub(crate) fn key_of(cose: &[u8]) -> VerifyingKey {
    let info = cose::to_spki(cose).expect("a COSE key").expect("of a known algorithm");
    VerifyingKey::from_sec1_bytes(&info[info.len() - POINT_BYTES..]).expect("a point of P-256")
}

/// Verifies a signature over authenticator data and what the client said.
pub(crate) fn verify(key: &VerifyingKey, data: &[u8], client_data_hash: &[u8], signature: &[u8]) {
    let signature = Signature::from_der(signature).expect("a signature in DER");
    key.verify(&[data, client_data_hash].concat(), &signature).expect("the signature is right");
}

/// SHA-256.
pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
