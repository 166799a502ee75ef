// SPDX-License-Identifier: MIT OR Apache-2.0
//! Large blobs: what a site keeps beside a credential, in the key's one array of all of them (CTAP 2.3 section 6.10).

use std::io::Write as _;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use libwebauthn::ops::webauthn::{
    GetAssertionLargeBlobExtension as Wish, GetAssertionLargeBlobExtensionOutput as Told,
    GetAssertionRequest, GetAssertionRequestExtensions, MakeCredentialLargeBlobExtension,
    MakeCredentialLargeBlobExtensionInput, MakeCredentialRequest, MakeCredentialsRequestExtensions,
};
use libwebauthn::pin::PinManagement as _;
use libwebauthn::proto::ctap2::{Ctap2 as _, Ctap2GetAssertionRequest, Ctap2LargeBlobsRequest};
use libwebauthn::transport::Ctap2AuthTokenStore as _;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::webauthn::{PlatformError, WebAuthn as _, WebAuthnError};
use serde_bytes::ByteBuf;

use crate::PATIENCE;
use crate::key::Key;
use crate::person::{Asked, Person};
use crate::site::{self, Credential, hash, passkey, register, sign_in_for, signed_in};

/// Bytes of the hash behind the array.
const TRAILER_BYTES: usize = 16;

/// Registers a passkey that may have a blob.
async fn keeper(channel: &mut HidChannel<'_>, account: &str) -> Credential {
    let support = MakeCredentialLargeBlobExtension::Required;
    let large_blob = Some(MakeCredentialLargeBlobExtensionInput { support });
    let extensions = Some(MakeCredentialsRequestExtensions { large_blob, ..site::none() });
    let request = MakeCredentialRequest { extensions, ..passkey(account) };
    let (made, credential) = register(channel, &request).await;
    let told = made.unsigned_extensions_output.large_blob.expect("an output");
    assert_eq!(told.supported, Some(true));
    credential
}

fn wishing(credential: &Credential, wish: Wish) -> GetAssertionRequest {
    let large_blob = Some(wish);
    sign_in_for(credential, GetAssertionRequestExtensions { large_blob, ..Default::default() })
}

async fn ask(channel: &mut HidChannel<'_>, credential: &Credential, wish: Wish) -> Told {
    let assertion = signed_in(channel, credential, &wishing(credential, wish)).await;
    assertion.unsigned_extensions_output.and_then(|it| it.large_blob).expect("an output")
}

async fn write(channel: &mut HidChannel<'_>, credential: &Credential, blob: &[u8]) {
    let told = ask(channel, credential, Wish::Write(blob.to_vec())).await;
    assert_eq!(told, Told { blob: None, written: Some(true) });
}

async fn read(channel: &mut HidChannel<'_>, credential: &Credential) -> Option<Vec<u8>> {
    let told = ask(channel, credential, Wish::Read).await;
    assert_eq!(told.written, None);
    told.blob
}

/// The array as the key keeps it.
async fn array(channel: &mut HidChannel<'_>) -> Vec<u8> {
    let request = Ctap2LargeBlobsRequest::new_get(0, 1024);
    let answer = channel.ctap2_large_blobs(&request, PATIENCE).await.expect("the array");
    let array = answer.config.expect("bytes").into_vec();
    let (entries, trailer) = array.split_at(array.len() - TRAILER_BYTES);
    assert_eq!(trailer, &hash(entries)[..TRAILER_BYTES]);
    array
}

pub(crate) async fn a_blob_that_another_wrote_is_read(_: &Key, channel: &mut HidChannel<'_>) {
    let credential = keeper(channel, "hana").await;
    let request: Ctap2GetAssertionRequest = wishing(&credential, Wish::Read).into();
    let answer = channel.ctap2_get_assertion(&request, PATIENCE).await.expect("a sign-in");
    let key = answer.large_blob_key.expect("the key of the blob").into_vec();
    let set = array_of_one(&key, b"hung in by hand");
    let request = Ctap2LargeBlobsRequest {
        get: None,
        length: Some(u32::try_from(set.len()).expect("a short array")),
        set: Some(ByteBuf::from(set)),
        offset: 0,
        pin_uv_auth_param: None,
        pin_uv_auth_protocol: None,
    };
    channel.ctap2_large_blobs(&request, PATIENCE).await.expect("without a PIN it may be set");
    assert_eq!(read(channel, &credential).await.as_deref(), Some(&b"hung in by hand"[..]));
}

/// An array of one blob, written from the specification's page (CTAP 2.3 section 6.10.3).
fn array_of_one(key: &[u8], blob: &[u8]) -> Vec<u8> {
    let nonce = [9; 12];
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(blob).expect("memory");
    let deflated = deflated.finish().expect("memory");
    let size = blob.len() as u64;
    let aad = [&b"blob"[..], &size.to_le_bytes()].concat();
    let cipher = Aes256Gcm::new_from_slice(key).expect("32 bytes");
    let payload = Payload { msg: &deflated, aad: &aad };
    let sealed = cipher.encrypt(&nonce.into(), payload).expect("memory");
    let length = |it: usize| u8::try_from(it).expect("short");
    // One map in an array: 1 what is sealed, 2 the nonce, 3 the size.
    let entry = [&[0x81, 0xA3, 0x01, 0x58, length(sealed.len())], &sealed[..]].concat();
    let end = [&[0x02, 0x4C], &nonce[..], &[0x03, length(blob.len())]].concat();
    assert!(blob.len() < 24 && sealed.len() >= 24, "numbers in the forms that are written here");
    let entries = [entry, end].concat();
    let trailer = hash(&entries);
    [&entries, &trailer[..TRAILER_BYTES]].concat()
}

pub(crate) async fn a_blob_is_written_and_read(_: &Key, channel: &mut HidChannel<'_>) {
    let person = Person::at(channel, &[]);
    let credential = keeper(channel, "hana").await;
    assert_eq!(read(channel, &credential).await, None);
    write(channel, &credential, b"the page's own words").await;
    let told = read(channel, &credential).await;
    assert_eq!(told.as_deref(), Some(&b"the page's own words"[..]));
    assert_eq!(person.was_asked(channel).await, [Asked::Touch; 4]);
}

pub(crate) async fn a_blob_takes_the_place_of_the_one_before(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let credential = keeper(channel, "hana").await;
    write(channel, &credential, b"first").await;
    let before = array(channel).await;
    write(channel, &credential, b"other").await;
    let told = read(channel, &credential).await;
    assert_eq!(told.as_deref(), Some(&b"other"[..]));
    assert_eq!(array(channel).await.len(), before.len(), "nothing of the first is left");
}

pub(crate) async fn a_smaller_blob_leaves_nothing_of_the_larger(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let credential = keeper(channel, "hana").await;
    let large: Vec<u8> = (0..=255).collect();
    write(channel, &credential, &large).await;
    assert_eq!(read(channel, &credential).await, Some(large));
    let before = array(channel).await;
    write(channel, &credential, b"small").await;
    assert_eq!(read(channel, &credential).await.as_deref(), Some(&b"small"[..]));
    assert!(array(channel).await.len() + 200 < before.len());
}

pub(crate) async fn a_blob_that_is_not_there_cannot_be_deleted(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let credential = keeper(channel, "hana").await;
    let before = array(channel).await;
    let told = ask(channel, &credential, Wish::Delete).await;
    assert_eq!(told, Told { blob: None, written: Some(false) });
    assert_eq!(array(channel).await, before);
}

pub(crate) async fn a_deleted_blob_is_gone(_: &Key, channel: &mut HidChannel<'_>) {
    let credential = keeper(channel, "hana").await;
    let empty = array(channel).await;
    write(channel, &credential, b"soon gone").await;
    assert_ne!(array(channel).await, empty);
    let told = ask(channel, &credential, Wish::Delete).await;
    assert_eq!(told, Told { blob: None, written: Some(true) });
    assert_eq!(read(channel, &credential).await, None);
    assert_eq!(array(channel).await, empty, "from the key as well");
}

pub(crate) async fn the_blob_of_another_credential_stays(_: &Key, channel: &mut HidChannel<'_>) {
    let hana = keeper(channel, "hana").await;
    let taro = keeper(channel, "taro").await;
    write(channel, &hana, b"of hana").await;
    assert_eq!(read(channel, &taro).await, None, "it is sealed to hana's");
    write(channel, &taro, b"of taro").await;
    assert_eq!(read(channel, &hana).await.as_deref(), Some(&b"of hana"[..]));
    write(channel, &hana, b"of hana, and longer than before").await;
    assert_eq!(read(channel, &taro).await.as_deref(), Some(&b"of taro"[..]));
    assert_eq!(ask(channel, &hana, Wish::Delete).await.written, Some(true));
    assert_eq!(read(channel, &hana).await, None);
    assert_eq!(read(channel, &taro).await.as_deref(), Some(&b"of taro"[..]));
}

pub(crate) async fn a_blob_is_written_for_one_credential_only(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let hana = keeper(channel, "hana").await;
    let taro = keeper(channel, "taro").await;
    let before = array(channel).await;
    let person = Person::at(channel, &[]);
    for allow in [vec![hana.id.clone(), taro.id], Vec::new()] {
        let request =
            GetAssertionRequest { allow, ..wishing(&hana, Wish::Write(b"for both".to_vec())) };
        let refused = channel.webauthn_get_assertion(&request).await;
        assert!(matches!(refused, Err(WebAuthnError::Platform(PlatformError::NotSupported))));
    }
    assert_eq!(person.was_asked(channel).await, []);
    assert_eq!(array(channel).await, before);
}

pub(crate) async fn with_a_pin_a_blob_is_written_by_whoever_knows_it(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    let credential = keeper(channel, "hana").await;
    channel.change_pin("2468".into(), PATIENCE).await.expect("the first PIN");
    let person = Person::at(channel, &["2468"]);
    write(channel, &credential, b"by the PIN").await;
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8)), Asked::Touch]);
    // To read, the passkey is enough; the client asks with a spent token otherwise, see README.md.
    channel.clear_uv_auth_token_store();
    assert_eq!(read(channel, &credential).await.as_deref(), Some(&b"by the PIN"[..]));
    let before = array(channel).await;
    let request = Ctap2LargeBlobsRequest {
        get: None,
        length: Some(u32::try_from(before.len()).expect("a short array")),
        set: Some(ByteBuf::from(before.clone())),
        offset: 0,
        pin_uv_auth_param: None,
        pin_uv_auth_protocol: None,
    };
    assert!(channel.ctap2_large_blobs(&request, PATIENCE).await.is_err(), "not without it");
    assert_eq!(array(channel).await, before);
}

pub(crate) async fn a_blob_of_many_packets_arrives_whole(_: &Key, channel: &mut HidChannel<'_>) {
    let credential = keeper(channel, "hana").await;
    // What does not compress: a chain of hashes, near the most the client can send; see README.md.
    let mut blob = Vec::new();
    let mut link = [0; 32];
    while blob.len() < 7360 {
        link = hash(&link);
        blob.extend_from_slice(&link);
    }
    write(channel, &credential, &blob).await;
    assert_eq!(read(channel, &credential).await, Some(blob));
}
