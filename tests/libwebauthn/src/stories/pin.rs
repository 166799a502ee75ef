// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key's PIN, by both protocols.

use libwebauthn::fido::AuthenticatorDataFlags as Flags;
use libwebauthn::ops::webauthn::{MakeCredentialRequest, UserVerificationRequirement};
use libwebauthn::pin::PinManagement as _;
use libwebauthn::proto::ctap2::{Ctap2 as _, Ctap2ClientPinRequest, Ctap2PinUvAuthProtocol};
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::transport::{Channel as _, Ctap2AuthTokenStore as _};
use libwebauthn::webauthn::{CtapError, PlatformError, WebAuthn as _, WebAuthnError};

use crate::PATIENCE;
use crate::key::{self, Key};
use crate::person::{Asked, Person};
use crate::site::{Outcome, register, registration};

const BOTH: [Ctap2PinUvAuthProtocol; 2] =
    [Ctap2PinUvAuthProtocol::One, Ctap2PinUvAuthProtocol::Two];

async fn set(channel: &mut HidChannel<'_>, pin: &str) -> Outcome<()> {
    channel.change_pin(pin.into(), PATIENCE).await
}

/// A registration that needs the PIN.
fn verified() -> MakeCredentialRequest {
    let user_verification = UserVerificationRequirement::Required;
    MakeCredentialRequest { user_verification, ..registration("hana") }
}

/// Registers with the PIN, and checks that the key says so.
async fn succeed(channel: &mut HidChannel<'_>) {
    channel.clear_uv_auth_token_store();
    let (made, _) = register(channel, &verified()).await;
    assert!(made.authenticator_data.flags.contains(Flags::USER_VERIFIED));
}

/// What a registration with the PIN is refused with.
async fn fail(channel: &mut HidChannel<'_>) -> CtapError {
    channel.clear_uv_auth_token_store();
    match channel.webauthn_make_credential(&verified()).await {
        Err(WebAuthnError::Ctap(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// How many tries the key says there are.
async fn tries(channel: &mut HidChannel<'_>) -> Option<u32> {
    let request = Ctap2ClientPinRequest::new_get_pin_retries(Some(Ctap2PinUvAuthProtocol::Two));
    channel.ctap2_client_pin(&request, PATIENCE).await.expect("a number").pin_retries
}

pub(crate) async fn the_first_pin_is_set_without_asking_for_another(
    key: &Key,
    _: &mut HidChannel<'_>,
) {
    for protocol in BOTH {
        key.renew().await;
        let device = key.device();
        let channel = &mut key::open(&device).await;
        let info = channel.ctap2_get_info().await.expect("information");
        assert!(info.option_exists("clientPin") && !info.option_enabled("clientPin"));
        channel.set_forced_pin_protocol(protocol);
        let person = Person::at(channel, &["2468"]);
        set(channel, "2468").await.expect("the first PIN");
        assert!(channel.ctap2_get_info().await.expect("information").option_enabled("clientPin"));
        succeed(channel).await;
        assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8)), Asked::Touch]);
    }
}

pub(crate) async fn a_pin_is_changed_by_whoever_knows_it(key: &Key, _: &mut HidChannel<'_>) {
    for protocol in BOTH {
        key.renew().await;
        let device = key.device();
        let channel = &mut key::open(&device).await;
        channel.set_forced_pin_protocol(protocol);
        set(channel, "2468").await.expect("the first PIN");
        let person = Person::at(channel, &["2468", "2468", "13579"]);
        set(channel, "13579").await.expect("another PIN");
        assert!(matches!(fail(channel).await, CtapError::PINInvalid), "the old one is none");
        succeed(channel).await;
        let asked = [Asked::Pin(Some(8)), Asked::Pin(Some(8)), Asked::Pin(Some(7)), Asked::Touch];
        assert_eq!(person.was_asked(channel).await, asked);
    }
}

pub(crate) async fn wrong_pins_cost_tries_and_three_ask_for_the_plug(
    key: &Key,
    channel: &mut HidChannel<'_>,
) {
    set(channel, "2468").await.expect("the first PIN");
    let person = Person::at(channel, &["1111", "2222", "3333", "2468"]);
    assert!(matches!(fail(channel).await, CtapError::PINInvalid));
    assert_eq!(tries(channel).await, Some(7));
    assert!(matches!(fail(channel).await, CtapError::PINInvalid));
    assert!(matches!(fail(channel).await, CtapError::PINAuthBlocked));
    assert_eq!(tries(channel).await, Some(5));
    // Not even the right one, until the plug was pulled; and that costs no try.
    assert!(matches!(fail(channel).await, CtapError::PINAuthBlocked));
    assert_eq!(tries(channel).await, Some(5));
    let asked = [8, 7, 6, 5].map(|left| Asked::Pin(Some(left)));
    assert_eq!(person.was_asked(channel).await, asked);
    key.replug();
    let device = key.device();
    let mut channel = key::open(&device).await;
    let person = Person::at(&channel, &["2468"]);
    succeed(&mut channel).await;
    assert_eq!(person.was_asked(&mut channel).await, [Asked::Pin(Some(5)), Asked::Touch]);
    assert_eq!(tries(&mut channel).await, Some(8));
}

pub(crate) async fn the_right_pin_gives_the_tries_back(_: &Key, channel: &mut HidChannel<'_>) {
    set(channel, "2468").await.expect("the first PIN");
    let _person = Person::at(channel, &["1111", "2468", "2222", "3333", "2468"]);
    assert!(matches!(fail(channel).await, CtapError::PINInvalid));
    succeed(channel).await;
    assert_eq!(tries(channel).await, Some(8));
    assert!(matches!(fail(channel).await, CtapError::PINInvalid));
    assert!(matches!(fail(channel).await, CtapError::PINInvalid));
    succeed(channel).await;
    assert_eq!(tries(channel).await, Some(8));
}

pub(crate) async fn a_pin_that_is_too_short_is_refused(_: &Key, channel: &mut HidChannel<'_>) {
    // Three code points in nine bytes, and 64 bytes.
    for (pin, fault) in [
        ("雪月花".to_owned(), PlatformError::PinTooShort),
        ("a".repeat(64), PlatformError::PinTooLong),
    ] {
        match set(channel, &pin).await {
            Err(WebAuthnError::Platform(error)) => assert_eq!(error, fault),
            other => panic!("{other:?}"),
        }
    }
    assert!(!channel.ctap2_get_info().await.expect("information").option_enabled("clientPin"));
    set(channel, "雪月花鳥").await.expect("four code points");
    let _person = Person::at(channel, &["雪月花鳥"]);
    succeed(channel).await;
}

pub(crate) async fn a_pin_is_the_same_however_its_letters_are_composed(
    _: &Key,
    channel: &mut HidChannel<'_>,
) {
    // Decomposed when it is set, composed when it is typed.
    set(channel, "re\u{301}sume\u{301}").await.expect("the first PIN");
    let person = Person::at(channel, &["r\u{e9}sum\u{e9}"]);
    succeed(channel).await;
    assert_eq!(person.was_asked(channel).await, [Asked::Pin(Some(8)), Asked::Touch]);
}
