// SPDX-License-Identifier: MIT OR Apache-2.0
//! Managing what is on the key: listing, renaming, deleting, resetting.

use std::sync::Arc;

use libwebauthn::management::{AuthenticatorReset as _, CredentialManagement as _};
use libwebauthn::ops::webauthn::MakeCredentialRequest;
use libwebauthn::pin::PinManagement as _;
use libwebauthn::pin::persistent_token::{MemoryPersistentTokenStore, PersistentTokenStore as _};
use libwebauthn::proto::ctap2::{
    Ctap2 as _, Ctap2PublicKeyCredentialRpEntity, Ctap2PublicKeyCredentialUserEntity,
};
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::transport::{ChannelSettings, Ctap2AuthTokenStore as _};
use libwebauthn::webauthn::{CtapError, WebAuthn as _, WebAuthnError};

use crate::PATIENCE;
use crate::key::{self, Key};
use crate::person::{Asked, Person};
use crate::site::{SITE, hash, passkey, register, registration, sign_in, signed_in};

const PIN: &str = "2468";
const ELSEWHERE: &str = "bath.example";

async fn set_pin(channel: &mut HidChannel<'_>) {
    channel.change_pin(PIN.into(), PATIENCE).await.expect("the first PIN");
}

fn passkey_elsewhere(account: &str) -> MakeCredentialRequest {
    let relying_party = Ctap2PublicKeyCredentialRpEntity::new(ELSEWHERE, "The bath");
    MakeCredentialRequest { relying_party, ..passkey(account) }
}

/// How many passkeys there are.
async fn count(channel: &mut HidChannel<'_>) -> u64 {
    let told = channel.get_credential_metadata(PATIENCE).await.expect("numbers");
    assert!(told.max_possible_remaining_resident_credentials_count > 0);
    told.existing_resident_credentials_count
}

/// The accounts at a site, in their order.
async fn accounts(channel: &mut HidChannel<'_>, site: &str) -> Vec<String> {
    let (first, total) = channel
        .enumerate_credentials_begin(&hash(site.as_bytes()), PATIENCE)
        .await
        .expect("a passkey");
    let mut names = vec![first.user.name.expect("a name")];
    for _ in 1..total {
        let next = channel.enumerate_credentials_next(PATIENCE).await.expect("another");
        names.push(next.user.name.expect("a name"));
    }
    names.sort();
    names
}

/// The sites, in their order.
async fn sites(channel: &mut HidChannel<'_>) -> Vec<String> {
    let (first, total) = channel.enumerate_rps_begin(PATIENCE).await.expect("a site");
    let mut sites = vec![first];
    for _ in 1..total {
        sites.push(channel.enumerate_rps_next_rp(PATIENCE).await.expect("another"));
    }
    for site in &sites {
        assert_eq!(site.rp_id_hash, hash(site.rp.id.as_bytes()));
    }
    let mut names: Vec<String> = sites.into_iter().map(|site| site.rp.id).collect();
    names.sort();
    names
}

pub(crate) async fn passkeys_are_counted_and_listed_by_site(_: &Key, channel: &mut HidChannel<'_>) {
    for request in [passkey("hana"), passkey("taro"), passkey_elsewhere("hana")] {
        register(channel, &request).await;
    }
    register(channel, &registration("a second factor")).await;
    set_pin(channel).await;
    let person = Person::at(channel, &[PIN]);
    assert_eq!(count(channel).await, 3);
    assert_eq!(sites(channel).await, [ELSEWHERE, SITE]);
    assert_eq!(accounts(channel, SITE).await, ["hana", "taro"]);
    assert_eq!(accounts(channel, ELSEWHERE).await, ["hana"]);
    let nobody = channel.enumerate_credentials_begin(&hash(b"nobody.example"), PATIENCE).await;
    assert!(matches!(nobody, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8))], "once is enough");
}

pub(crate) async fn a_deleted_passkey_signs_in_no_more(_: &Key, channel: &mut HidChannel<'_>) {
    let (_, hana) = register(channel, &passkey("hana")).await;
    let (_, taro) = register(channel, &passkey("taro")).await;
    set_pin(channel).await;
    let _person = Person::at(channel, &[PIN]);
    channel.delete_credential(&hana.id, PATIENCE).await.expect("it is deleted");
    assert_eq!(count(channel).await, 1);
    assert_eq!(accounts(channel, SITE).await, ["taro"]);
    let again = channel.delete_credential(&hana.id, PATIENCE).await;
    assert!(matches!(again, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
    let refused = channel.webauthn_get_assertion(&sign_in(&[&hana])).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
    signed_in(channel, &taro, &sign_in(&[&taro])).await;
    signed_in(channel, &taro, &sign_in(&[])).await;
}

pub(crate) async fn an_account_is_renamed(_: &Key, channel: &mut HidChannel<'_>) {
    let (_, hana) = register(channel, &passkey("hana")).await;
    set_pin(channel).await;
    let _person = Person::at(channel, &[PIN]);
    let user = Ctap2PublicKeyCredentialUserEntity::new(b"hana", "花子", "Hanako");
    channel.update_user_info(&hana.id, &user, PATIENCE).await.expect("it is renamed");
    assert_eq!(accounts(channel, SITE).await, ["花子"]);
    // The account of another id is another account.
    let user = Ctap2PublicKeyCredentialUserEntity::new(b"taro", "taro", "Taro");
    let refused = channel.update_user_info(&hana.id, &user, PATIENCE).await;
    assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::InvalidParameter))));
    assert_eq!(accounts(channel, SITE).await, ["花子"]);
    let assertion = signed_in(channel, &hana, &sign_in(&[])).await;
    assert_eq!(assertion.user.map(|it| it.id.into_vec()), Some(b"hana".to_vec()));
}

pub(crate) async fn a_kept_token_lists_without_the_pin_after_the_plug_was_pulled(
    key: &Key,
    channel: &mut HidChannel<'_>,
) {
    let (_, hana) = register(channel, &passkey("hana")).await;
    set_pin(channel).await;
    let store = MemoryPersistentTokenStore::new();
    let settings = || ChannelSettings { persistent_token_store: Some(Arc::new(store.clone())) };
    // A key tells who it is only by a token it has given, so the client can keep the second one at the earliest.
    let twice = [Asked::Pin(Some(8)); 2];
    for asked in [&twice[..], &[], &[]] {
        key.replug();
        let device = key.device();
        let mut channel = HidChannel::new(&device, settings()).await.expect("a channel");
        let person = Person::at(&channel, &[PIN, PIN]);
        assert_eq!(count(&mut channel).await, 1);
        assert_eq!(accounts(&mut channel, SITE).await, ["hana"]);
        assert_eq!(sites(&mut channel).await, [SITE]);
        assert_eq!(person.was_asked(&mut channel).await, asked);
        assert_eq!(store.list().await.len(), 1);
    }
    // It lists, and no more: to delete, the PIN is asked for.
    let device = key.device();
    let mut again = HidChannel::new(&device, settings()).await.expect("a channel");
    let person = Person::at(&again, &[PIN]);
    again.delete_credential(&hana.id, PATIENCE).await.expect("it is deleted");
    assert_eq!(person.was_asked(&mut again).await, [Asked::Pin(Some(8))]);
    // Another PIN makes it worthless, and the client forgets it.
    let person = Person::at(&again, &[PIN]);
    again.change_pin("13579".into(), PATIENCE).await.expect("another PIN");
    assert_eq!(person.was_asked(&mut again).await, [Asked::Pin(Some(8))]);
    assert_eq!(store.list().await.len(), 0);
}

pub(crate) async fn a_reset_takes_everything(key: &Key, channel: &mut HidChannel<'_>) {
    let (_, passkey) = register(channel, &passkey("hana")).await;
    let (_, factor) = register(channel, &registration("taro")).await;
    set_pin(channel).await;
    key.replug();
    let device = key.device();
    let mut channel = key::open(&device).await;
    channel.clear_uv_auth_token_store();
    channel.reset(PATIENCE).await.expect("a reset");
    let info = channel.ctap2_get_info().await.expect("information");
    assert!(info.option_exists("clientPin") && !info.option_enabled("clientPin"));
    for credential in [passkey, factor] {
        let refused = channel.webauthn_get_assertion(&sign_in(&[&credential])).await;
        assert!(matches!(refused, Err(WebAuthnError::Ctap(CtapError::NoCredentials))));
    }
}
