// SPDX-License-Identifier: MIT OR Apache-2.0
//! The registration and the sign-in that everybody is measured with.

use kagifuda_ctap::client::{self, ClientError};
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::AuthData;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;

/// The algorithms' numbers in COSE.
pub(crate) const ES256: i64 = -7;
pub(crate) const EDDSA: i64 = -8;

const HASH: [u8; 32] = [3; 32];

/// Registers a passkey.
pub(crate) fn registration(algorithm: i64, site: &str, account: &[u8]) -> Vec<u8> {
    let algorithms = [algorithm];
    let registration = MakeCredentialRequest {
        client_data_hash: HASH,
        rp_id: site,
        user_id: account,
        user_name: Some("hana"),
        user_display_name: Some("Hana"),
        algorithms: &algorithms,
        options: Options { rk: Some(true), ..Options::default() },
        ..MakeCredentialRequest::default()
    };
    written(|out| client::make_credential(&registration, out))
}

/// Signs in, the site naming the credential or none.
pub(crate) fn sign_in(site: &str, id: Option<&[u8]>) -> Vec<u8> {
    let sign_in = GetAssertionRequest {
        rp_id: site,
        client_data_hash: HASH,
        allow: id.as_slice(),
        ..GetAssertionRequest::default()
    };
    written(|out| client::get_assertion(&sign_in, out))
}

/// The id in the answer to a registration.
pub(crate) fn id_of(answer: &[u8]) -> Vec<u8> {
    let made = client::read_made(answer).expect("a registration");
    let data = AuthData::read(made.auth_data).expect("authenticator data");
    data.attested.expect("a credential").id.to_vec()
}

/// A whole request.
pub(crate) fn written(write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) -> Vec<u8> {
    let mut request = vec![0; 1024];
    let length = write(&mut request).expect("the request fits");
    request.truncate(length);
    request
}
