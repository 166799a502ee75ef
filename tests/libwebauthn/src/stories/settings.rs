// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key's settings (CTAP 2.3 section 6.11).

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::management::AuthenticatorConfig as _;
use libwebauthn::ops::webauthn::{
    MakeCredentialRequest, MakeCredentialsRequestExtensions, UserVerificationRequirement,
};
use libwebauthn::pin::{PinManagement as _, PinNotSetReason};
use libwebauthn::proto::ctap2::{Ctap2 as _, Ctap2GetInfoResponse};
use libwebauthn::transport::Ctap2AuthTokenStore as _;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::webauthn::{CtapError, PlatformError, WebAuthnError};

use crate::PATIENCE;
use crate::key::Key;
use crate::person::{Asked, Person};
use crate::site::{self, SITE, register, registration};

const PIN: &str = "2468";

async fn set_pin(channel: &mut HidChannel<'_>) {
    channel.change_pin(PIN.into(), PATIENCE).await.expect("the first PIN");
}

async fn info(channel: &mut HidChannel<'_>) -> Ctap2GetInfoResponse {
    channel.ctap2_get_info().await.expect("information")
}

pub(crate) async fn always_asking_for_the_pin_is_turned_on_and_off(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    set_pin(channel).await;
    let _person = Person::at(channel, &[PIN; 4]);
    assert!(!info(channel).await.option_enabled("alwaysUv"));
    channel.toggle_always_uv(PATIENCE).await.expect("it is turned on");
    assert!(info(channel).await.option_enabled("alwaysUv"));
    channel.clear_uv_auth_token_store();
    let request = MakeCredentialRequest {
        user_verification: UserVerificationRequirement::Preferred,
        ..registration("hana")
    };
    let (made, _) = register(channel, &request).await;
    assert!(made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    channel.clear_uv_auth_token_store();
    channel.toggle_always_uv(PATIENCE).await.expect("it is turned off");
    assert!(!info(channel).await.option_enabled("alwaysUv"));
    channel.clear_uv_auth_token_store();
    let (made, _) = register(channel, &registration("hana")).await;
    assert!(!made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
}

pub(crate) async fn a_longer_pin_is_asked_for_and_told_to_the_sites_that_may_know(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    set_pin(channel).await;
    assert_eq!(info(channel).await.min_pin_length, Some(4));
    let person = Person::at(channel, &[PIN]);
    channel.set_min_pin_length_rpids(vec![SITE.into()], PATIENCE).await.expect("a list of sites");
    channel.set_min_pin_length(6, PATIENCE).await.expect("a length");
    let told = info(channel).await;
    assert_eq!((told.min_pin_length, told.force_pin_change), (Some(6), Some(true)));
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8))]);
    let person = Person::at(channel, &[PIN]);
    let refused = channel.change_pin("short".into(), PATIENCE).await;
    assert!(matches!(refused, Err(WebAuthnError::Platform(PlatformError::PinTooShort))));
    channel.change_pin("135790".into(), PATIENCE).await.expect("a PIN that is long enough");
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8))]);
    assert_ne!(info(channel).await.force_pin_change, Some(true));
    let person = Person::at(channel, &["135790"]);
    let shorter = channel.set_min_pin_length(5, PATIENCE).await;
    assert!(matches!(shorter, Err(WebAuthnError::Ctap(CtapError::PINPolicyViolation))));
    assert_eq!(info(channel).await.min_pin_length, Some(6));
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8))]);
    channel.clear_uv_auth_token_store();
    for (site, told) in [(SITE, Some(6)), ("bath.example", None)] {
        let mut request = registration("hana");
        request.relying_party.id = site.into();
        let min_pin_length = Some(true);
        request.extensions =
            Some(MakeCredentialsRequestExtensions { min_pin_length, ..site::none() });
        let (made, _) = register(channel, &request).await;
        let extensions = made.authenticator_data.extensions;
        assert_eq!(extensions.and_then(|it| it.min_pin_length), told, "{site}");
    }
}

pub(crate) async fn a_pin_can_be_declared_stale(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let person = Person::at(channel, &[PIN, "97531", PIN, "97531"]);
    channel.force_change_pin(true, PATIENCE).await.expect("the PIN is stale");
    assert_eq!(info(channel).await.force_pin_change, Some(true));
    channel.clear_uv_auth_token_store();
    let request = MakeCredentialRequest {
        user_verification: UserVerificationRequirement::Required,
        ..registration("hana")
    };
    let (made, _) = register(channel, &request).await;
    assert!(made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
    assert_ne!(info(channel).await.force_pin_change, Some(true));
    let asked = person.was_asked(channel).await;
    assert!(asked.contains(&Asked::NewPin(PinNotSetReason::PinChangeRequired)), "{asked:?}");
}

pub(crate) async fn enterprise_attestation_is_not_offered(_: &Key, channel: &mut HidChannel<'_>) {
    set_pin(channel).await;
    let refused = channel.enable_enterprise_attestation(PATIENCE).await;
    assert!(matches!(refused, Err(WebAuthnError::Platform(PlatformError::NotSupported))));
    assert!(!info(channel).await.option_exists("ep"));
}
