// SPDX-License-Identifier: MIT OR Apache-2.0
//! Registering, as sites, platforms and people meet it (CTAP 2.3 section 6.1.2).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Profile, Question};
use kagifuda_ctap::cbor::Writer;
use kagifuda_ctap::cose::Algorithm;
use kagifuda_ctap::entity::RpIdHash;
use kagifuda_ctap::keys::SEALED_BYTES;
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::message::make_credential::{Made, MakeCredentialRequest};
use kagifuda_ctap::message::{Command, Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::reading::{AT, BE, BS, ED, Registered, UP, UV};
use support::{HASH, Key, Token, message, parameters, registration};

const SITE: &str = "example.com";

/// A PC that recognises its person.
const RECOGNISING: Profile = Profile { has_built_in_uv: true, ..Profile::HOST };

/// A registration of a passkey.
fn passkey<'a>(user: &'a [u8]) -> MakeCredentialRequest<'a> {
    MakeCredentialRequest { options: rk(), ..registration(SITE, user) }
}

fn rk() -> Options {
    Options { rk: Some(true), ..Options::default() }
}

fn uv() -> Options {
    Options { uv: Some(true), ..Options::default() }
}

/// A token for registering at the site, by the PIN that is set here.
fn token(key: &mut Key, protocol: PinProtocol) -> Token {
    key.token(protocol, "tsubaki", Permissions::MAKE_CREDENTIAL, Some(SITE))
}

#[test]
fn every_algorithm_makes_credentials_that_attest_themselves() {
    let mut key = Key::new();
    for number in [-7, -8, -35] {
        for options in [rk(), Options::default()] {
            let request =
                MakeCredentialRequest { algorithms: &[number], options, ..passkey(b"aki") };
            let made = Registered::read(&key.make(&request).ok());
            assert_eq!(made.public_key.algorithm().number(), number);
            assert_eq!(made.data.rp_hash, RpIdHash::of(SITE).0);
            assert_eq!(made.data.flags, UP | AT | BE);
            assert_eq!(made.data.count, 0);
            assert_eq!(made.data.attested.unwrap().aaguid, Profile::HOST.aaguid);
            assert_eq!(key.questions(), [Question::Touch]);
        }
    }
    assert_eq!(key.store().passkeys.len(), 1, "one account, one passkey");
}

#[test]
fn a_new_passkey_is_not_backed_up_yet_and_a_sealed_credential_is_where_its_secret_is() {
    for (is_backup_eligible, is_sealing_backed_up, kept, sealed) in [
        (false, false, 0, 0),
        (false, true, 0, 0),
        (true, false, BE, BE),
        (true, true, BE, BE | BS),
    ] {
        let mut key = Key::of(Profile { is_backup_eligible, ..Profile::HOST });
        key.store().is_sealing_backed_up = is_sealing_backed_up;
        for (options, flags) in [(rk(), kept), (Options::default(), sealed)] {
            let request = MakeCredentialRequest { options, ..passkey(b"aki") };
            let made = Registered::read(&key.make(&request).ok());
            assert_eq!(made.data.flags & (BE | BS), flags);
        }
    }
}

#[test]
fn the_first_algorithm_that_is_known_is_taken() {
    let mut key = Key::new();
    let request = MakeCredentialRequest { algorithms: &[-257, -65535, -35, -7], ..passkey(b"aki") };
    let made = Registered::read(&key.make(&request).ok());
    assert_eq!(made.public_key.algorithm(), Algorithm::Es384);
}

#[test]
fn a_list_of_unknown_algorithms_is_refused_before_anybody_is_asked() {
    let mut key = Key::new();
    for algorithms in [&[][..], &[-257], &[-257, i64::MIN, i64::MAX, 0]] {
        let request = MakeCredentialRequest { algorithms, ..passkey(b"aki") };
        key.make(&request).refused(Status::UnsupportedAlgorithm);
    }
    let mut board = Key::of(Profile::BOARD);
    let request = MakeCredentialRequest { algorithms: &[-35], ..passkey(b"aki") };
    board.make(&request).refused(Status::UnsupportedAlgorithm);
    assert!(key.questions().is_empty() && board.questions().is_empty());
}

#[test]
fn an_algorithm_for_another_type_of_credential_is_passed_over() {
    let mut key = Key::new();
    let mut request = Parts::of_a_passkey();
    request.set(4, |writer| {
        writer.array(2);
        writer.map(2).text("alg").integer(-7).text("type").text("another-key");
        writer.map(2).text("alg").integer(-8).text("type").text("public-key");
    });
    let made = Registered::read(&key.send(&request.message()).ok());
    assert_eq!(made.public_key.algorithm(), Algorithm::EdDsa);
}

#[test]
fn the_person_sees_which_site_and_which_account() {
    let mut key = Key::new();
    key.make(&passkey(b"aki")).ok();
    let (_, about) = key.asked.pop().unwrap();
    assert!(about.contains(SITE) && about.contains("aki"), "{about}");
}

#[test]
fn a_touch_that_is_not_given_ends_the_request_and_nothing_is_written() {
    for (answer, status) in [
        (Answer::Refused, Status::OperationDenied),
        // To wait too long is to say no (section 6.1.2 step 14).
        (Answer::TimedOut, Status::OperationDenied),
        (Answer::Cancelled, Status::KeepaliveCancel),
    ] {
        let mut key = Key::new();
        key.person.touch = answer;
        let writes = key.store().writes;
        for options in [rk(), Options::default()] {
            let request = MakeCredentialRequest { options, ..passkey(b"aki") };
            key.make(&request).refused(status);
        }
        assert_eq!(key.store().writes, writes);
        assert!(key.store().passkeys.is_empty());
    }
}

#[test]
fn an_account_has_one_passkey_and_other_accounts_keep_theirs() {
    let mut key = Key::new();
    let first = Registered::read(&key.make(&passkey(b"aki")).ok());
    key.make(&passkey(b"haru")).ok();
    key.make(&MakeCredentialRequest { rp_id: "example.org", ..passkey(b"aki") }).ok();
    let second = Registered::read(&key.make(&passkey(b"aki")).ok());
    let ids: Vec<_> = key.store().passkeys.values().map(|it| it.id.0.to_vec()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.contains(&second.id) && !ids.contains(&first.id));
}

#[test]
fn ids_have_nothing_in_common() {
    for options in [rk(), Options::default()] {
        let mut key = Key::new();
        let ids: Vec<_> = (0..20)
            .map(|_| {
                let request = MakeCredentialRequest { options, ..passkey(b"aki") };
                Registered::read(&key.make(&request).ok()).id
            })
            .collect();
        for at in 0..ids[0].len() {
            assert!(ids.iter().any(|id| id[at] != ids[0][at]), "byte {at} never changes");
        }
        assert!(ids.iter().all(|id| id.len() <= SEALED_BYTES));
    }
}

#[test]
fn a_write_that_fails_leaves_no_passkey() {
    let mut key = Key::new();
    key.store().fails_at = Some(1);
    key.make(&passkey(b"aki")).refused(Status::Other);
    assert!(key.store().passkeys.is_empty());
    key.make(&passkey(b"aki")).ok();
    key.store().fails_at = Some(1);
    key.make(&passkey(b"haru")).refused(Status::Other);
    assert_eq!(key.store().passkeys.len(), 1);
}

#[test]
fn a_full_store_says_so_but_an_account_can_still_be_renewed() {
    let mut key = Key::new();
    key.store().capacity = 1;
    key.make(&passkey(b"aki")).ok();
    key.make(&passkey(b"haru")).refused(Status::KeyStoreFull);
    key.make(&passkey(b"aki")).ok();
    key.make(&registration(SITE, b"haru")).ok();
}

#[test]
fn names_that_are_too_long_are_cut_at_a_character() {
    let mut key = Key::new();
    let long = "鍵".repeat(60);
    let request = MakeCredentialRequest { user_name: Some(&long), ..passkey(b"aki") };
    key.make(&request).ok();
    let kept = key.store().passkeys.values().next().unwrap().user.name.clone();
    assert_eq!(kept.as_str(), "鍵".repeat(42));
}

#[test]
fn a_site_with_a_name_no_host_can_have_is_refused() {
    let mut key = Key::new();
    let long = "a".repeat(254);
    key.make(&MakeCredentialRequest { rp_id: &long, ..passkey(b"aki") })
        .refused(Status::LimitExceeded);
    key.make(&MakeCredentialRequest { rp_id: &long[1..], ..passkey(b"aki") }).ok();
}

#[test]
fn a_registration_cannot_do_without_presence_or_with_verification_that_is_not_built_in() {
    let mut key = Key::new();
    let up = Options { up: Some(false), ..Options::default() };
    for options in [up, uv()] {
        let request = MakeCredentialRequest { options, ..passkey(b"aki") };
        key.make(&request).refused(Status::InvalidOption);
    }
    assert!(key.questions().is_empty());
    let off = Options { rk: Some(false), up: Some(true), uv: Some(false) };
    key.make(&MakeCredentialRequest { options: off, ..passkey(b"aki") }).ok();
    assert!(key.store().passkeys.is_empty());
}

#[test]
fn a_person_who_is_recognised_need_not_touch_as_well() {
    let mut key = Key::of(RECOGNISING);
    let request = MakeCredentialRequest { options: uv(), ..passkey(b"aki") };
    let made = Registered::read(&key.make(&request).ok());
    assert_eq!(made.data.flags, UP | UV | AT | BE);
    assert_eq!(key.questions(), [Question::Verify]);
}

#[test]
fn a_person_who_is_not_recognised_is_told_what_is_left_to_do() {
    let request = MakeCredentialRequest { options: uv(), ..passkey(b"aki") };
    let mut key = Key::of(RECOGNISING);
    for (answer, status) in [
        (Answer::TimedOut, Status::UserActionTimeout),
        (Answer::Cancelled, Status::KeepaliveCancel),
        (Answer::Refused, Status::OperationDenied),
        (Answer::Unable, Status::OperationDenied),
        (Answer::Unrecognised, Status::OperationDenied),
    ] {
        key.person.verify = answer;
        key.make(&request).refused(status);
    }
    // One more recognises the person in time, and all tries are back.
    key.person.verify = Answer::Given;
    key.make(&request).ok();
    key.person.verify = Answer::Unrecognised;
    for _ in 0..4 {
        key.make(&request).refused(Status::OperationDenied);
    }
    key.make(&request).refused(Status::PinBlocked);
    key.person.verify = Answer::Given;
    key.questions();
    key.make(&request).refused(Status::PinBlocked);
    assert!(key.questions().is_empty(), "asked although no try is left");

    let mut with_pin = Key::of(RECOGNISING);
    with_pin.set_pin("tsubaki");
    for (answer, status) in [
        (Answer::Unrecognised, Status::PuatRequired),
        (Answer::Unable, Status::PuatRequired),
        // Whoever says no is not asked for the PIN next.
        (Answer::Refused, Status::OperationDenied),
    ] {
        with_pin.person.verify = answer;
        with_pin.make(&request).refused(status);
    }
}

#[test]
fn a_protected_key_makes_passkeys_only_for_a_verified_person() {
    let mut key = Key::new();
    key.make(&passkey(b"before the PIN")).ok();
    key.set_pin("tsubaki");
    key.make(&passkey(b"aki")).refused(Status::PuatRequired);
    // makeCredUvNotRqd: what is not discoverable may be made without.
    key.make(&registration(SITE, b"aki")).ok();

    let mut recognising = Key::of(RECOGNISING);
    recognising.make(&passkey(b"aki")).refused(Status::OperationDenied);
    recognising.make(&registration(SITE, b"aki")).ok();
}

#[test]
fn always_verifying_means_every_registration() {
    let mut key = Key::of(Profile { is_always_uv_at_first: true, ..Profile::HOST });
    for request in [passkey(b"aki"), registration(SITE, b"aki")] {
        // Without a PIN: one has to be set first.
        key.make(&request).refused(Status::PuatRequired);
    }
    key.set_pin("tsubaki");
    key.make(&registration(SITE, b"aki")).refused(Status::PuatRequired);
    let token = token(&mut key, PinProtocol::Two);
    let param = token.over(&[&HASH]);
    key.make(&MakeCredentialRequest { auth: token.auth(&param), ..passkey(b"aki") }).ok();

    let mut recognising = Key::of(Profile { is_always_uv_at_first: true, ..RECOGNISING });
    let made = Registered::read(&recognising.make(&registration(SITE, b"aki")).ok());
    assert_eq!(made.data.flags & UV, UV);
    assert_eq!(recognising.questions(), [Question::Verify]);
}

#[test]
fn a_token_verifies_the_person_once() {
    for protocol in [PinProtocol::One, PinProtocol::Two] {
        let mut key = Key::new();
        key.set_pin("tsubaki");
        let token = token(&mut key, protocol);
        let param = token.over(&[&HASH]);
        let request = MakeCredentialRequest { auth: token.auth(&param), ..passkey(b"aki") };
        let made = Registered::read(&key.make(&request).ok());
        assert_eq!(made.data.flags, UP | UV | AT | BE);
        assert_eq!(key.questions(), [Question::Touch], "a PIN is not presence");
        key.make(&request).refused(Status::PinAuthInvalid);
    }
}

#[test]
fn a_token_is_for_its_request_its_permission_and_its_site() {
    let mut key = Key::new();
    key.set_pin("tsubaki");
    let good = token(&mut key, PinProtocol::Two);
    let mut wrong = good.over(&[&HASH]);
    wrong[0] ^= 1;
    let other_hash = good.over(&[&[0; 32]]);
    let short = kagifuda_ctap::pin_protocol::AuthParam::from_slice(&good.over(&[&HASH])[..16]);
    for param in [wrong, other_hash, short.unwrap()] {
        key.make(&MakeCredentialRequest { auth: good.auth(&param), ..passkey(b"aki") })
            .refused(Status::PinAuthInvalid);
    }
    let param = good.over(&[&HASH]);
    let elsewhere =
        MakeCredentialRequest { rp_id: "example.org", auth: good.auth(&param), ..passkey(b"aki") };
    key.make(&elsewhere).refused(Status::PinAuthInvalid);
    for permission in [Permissions::GET_ASSERTION, Permissions::MANAGE, Permissions::CONFIG] {
        let token = key.token(PinProtocol::Two, "tsubaki", permission, Some(SITE));
        let param = token.over(&[&HASH]);
        key.make(&MakeCredentialRequest { auth: token.auth(&param), ..passkey(b"aki") })
            .refused(Status::PinAuthInvalid);
    }
    let old = token(&mut key, PinProtocol::Two);
    key.wait(30);
    let param = old.over(&[&HASH]);
    key.make(&MakeCredentialRequest { auth: old.auth(&param), ..passkey(b"aki") })
        .refused(Status::PinAuthInvalid);
    assert!(key.store().passkeys.is_empty());
}

#[test]
fn an_authentication_names_its_protocol() {
    let mut key = Key::new();
    let param = [0; 16];
    for (protocol, status) in
        [(None, Status::MissingParameter), (Some(3), Status::InvalidParameter)]
    {
        let auth = PinUvAuth { param: Some(&param), protocol };
        key.make(&MakeCredentialRequest { auth, ..passkey(b"aki") }).refused(status);
    }
    // Where nothing can be given out, nothing is verified and nobody was; with a PIN every param is wrong.
    let auth = PinUvAuth { param: Some(&param), protocol: Some(1) };
    let request = MakeCredentialRequest { auth, ..passkey(b"aki") };
    assert_eq!(Registered::read(&key.make(&request).ok()).data.flags & UV, 0);
    let mut protected = Key::new();
    protected.set_pin("tsubaki");
    protected.make(&request).refused(Status::PinAuthInvalid);
    // The number of a protocol alone says nothing.
    let auth = PinUvAuth { param: None, protocol: Some(9) };
    key.make(&MakeCredentialRequest { auth, ..passkey(b"aki") }).ok();
}

#[test]
fn an_empty_authentication_asks_which_key_is_meant() {
    let mut key = Key::new();
    let auth = PinUvAuth { param: Some(&[]), protocol: None };
    let request = MakeCredentialRequest { auth, ..passkey(b"aki") };
    key.make(&request).refused(Status::PinNotSet);
    key.set_pin("tsubaki");
    key.make(&request).refused(Status::PinInvalid);
    assert_eq!(key.questions(), [Question::Touch, Question::Touch]);
    for (answer, status) in [
        (Answer::Refused, Status::OperationDenied),
        (Answer::TimedOut, Status::OperationDenied),
        (Answer::Cancelled, Status::KeepaliveCancel),
    ] {
        key.person.touch = answer;
        key.make(&request).refused(status);
    }
    assert!(key.store().passkeys.is_empty());
}

#[test]
fn a_registered_credential_is_excluded_once_somebody_was_asked() {
    for options in [rk(), Options::default()] {
        let mut key = Key::new();
        let known = MakeCredentialRequest { options, ..passkey(b"aki") };
        let known = Registered::read(&key.make(&known).ok()).id;
        key.asked.clear();
        let exclude = [&[1, 2, 3][..], &known];
        let request = MakeCredentialRequest { exclude: &exclude, ..passkey(b"haru") };
        key.make(&request).refused(Status::CredentialExcluded);
        let (question, about) = key.asked.pop().unwrap();
        assert_eq!(question, Question::Touch);
        assert!(about.contains("Excluded"), "{about}");
        // Whatever is answered, the site is told; only the platform can take the question back.
        for touch in [Answer::Refused, Answer::TimedOut] {
            key.person.touch = touch;
            key.make(&request).refused(Status::CredentialExcluded);
        }
        key.person.touch = Answer::Cancelled;
        key.make(&request).refused(Status::KeepaliveCancel);
    }
}

#[test]
fn credentials_of_other_sites_and_other_keys_exclude_nothing() {
    let mut key = Key::new();
    let elsewhere = MakeCredentialRequest { rp_id: "example.org", ..passkey(b"aki") };
    let here = Registered::read(&key.make(&elsewhere).ok()).id;
    let mut other = Key::new();
    other.rng = rand(9);
    let there = Registered::read(&other.make(&passkey(b"aki")).ok()).id;
    let long = [7; 300];
    let exclude = [&here[..], &there, &[], &long];
    key.make(&MakeCredentialRequest { exclude: &exclude, ..passkey(b"aki") }).ok();
}

fn rand(seed: u8) -> chacha20::ChaCha20Rng {
    use chacha20::rand_core::SeedableRng as _;
    chacha20::ChaCha20Rng::from_seed([seed; 32])
}

#[test]
fn a_credential_that_needs_verification_does_not_show_itself_without() {
    let mut key = Key::of(RECOGNISING);
    for options in [uv(), Options { rk: Some(true), ..uv() }] {
        let extensions = MakeInputs { cred_protect: Some(3), ..MakeInputs::default() };
        let hidden = MakeCredentialRequest { extensions, options, ..passkey(b"aki") };
        let hidden = Registered::read(&key.make(&hidden).ok()).id;
        let exclude = [&hidden[..]];
        let request = MakeCredentialRequest { exclude: &exclude, ..registration(SITE, b"haru") };
        key.make(&request).ok();
        let request = MakeCredentialRequest { options: uv(), ..request };
        key.make(&request).refused(Status::CredentialExcluded);
    }
}

#[test]
fn a_list_longer_than_the_key_said_is_refused() {
    let mut key = Key::of(Profile::BOARD);
    let ids = [&[1_u8; 4][..]; 11];
    let request = MakeCredentialRequest { exclude: &ids, ..passkey(b"aki") };
    key.make(&request).refused(Status::LimitExceeded);
    key.make(&MakeCredentialRequest { exclude: &ids[1..], ..passkey(b"aki") }).ok();
}

#[test]
fn a_locked_vault_is_opened_first_and_then_the_request_goes_on() {
    for options in [rk(), Options::default()] {
        let mut key = Key::new();
        key.set_pin("tsubaki");
        let token = token(&mut key, PinProtocol::Two);
        let param = token.over(&[&HASH]);
        let request =
            MakeCredentialRequest { options, auth: token.auth(&param), ..passkey(b"aki") };
        key.lock();
        key.person.unlock = Answer::Refused;
        key.make(&request).refused(Status::OperationDenied);

        let token = self::token(&mut key, PinProtocol::Two);
        let param = token.over(&[&HASH]);
        let request = MakeCredentialRequest { auth: token.auth(&param), ..request };
        key.person.unlock = Answer::Given;
        key.questions();
        let made = Registered::read(&key.make(&request).ok());
        assert_eq!(made.data.flags & UV, UV);
        let asked = key.questions();
        assert!(asked.contains(&Question::Unlock) && asked.contains(&Question::Touch));
    }
}

#[test]
fn a_touch_that_came_with_a_token_excuses_no_other_request() {
    let mut key = Key::of(RECOGNISING);
    key.token_by_recognition(Permissions::MAKE_CREDENTIAL, Some(SITE));
    assert_eq!(key.questions(), [Question::Verify]);
    // Another program's request, which has no token.
    key.make(&registration(SITE, b"haru")).ok();
    assert_eq!(key.questions(), [Question::Touch]);

    let token = key.token_by_recognition(Permissions::MAKE_CREDENTIAL, Some(SITE));
    key.questions();
    let param = token.over(&[&HASH]);
    let request = MakeCredentialRequest { auth: token.auth(&param), ..passkey(b"aki") };
    let made = Registered::read(&key.make(&request).ok());
    assert_eq!(made.data.flags & (UP | UV), UP | UV);
    assert!(key.questions().is_empty(), "the person was there a moment ago");
}

#[test]
fn a_touch_that_came_with_a_token_grows_old() {
    let mut key = Key::of(RECOGNISING);
    let token = key.token_by_recognition(Permissions::MAKE_CREDENTIAL, Some(SITE));
    key.questions();
    key.wait(29);
    let param = token.over(&[&[1; 32]]);
    // A first use keeps the token alive, and is refused for what it asks.
    let request = MakeCredentialRequest {
        client_data_hash: [1; 32],
        auth: token.auth(&param),
        exclude: &[&[0; 4][..]; 65],
        ..passkey(b"aki")
    };
    key.make(&request).refused(Status::LimitExceeded);
    key.wait(2);
    let request = MakeCredentialRequest { exclude: &[], ..request };
    key.make(&request).ok();
    assert_eq!(key.questions(), [Question::Touch]);
}

// Extensions.

fn with(extensions: MakeInputs<'_>) -> MakeCredentialRequest<'_> {
    MakeCredentialRequest { extensions, ..passkey(b"aki") }
}

#[test]
fn protection_is_kept_and_told() {
    let mut key = Key::new();
    for level in 1..=3 {
        let inputs = MakeInputs { cred_protect: Some(level), ..MakeInputs::default() };
        for options in [rk(), Options::default()] {
            let request = MakeCredentialRequest { options, ..with(inputs) };
            let made = Registered::read(&key.make(&request).ok());
            assert_eq!(made.data.flags & ED, ED);
            assert_eq!(made.data.extensions["credProtect"], [level as u8]);
        }
        assert_eq!(key.store().passkeys.values().next().unwrap().protection as u64, level);
    }
    for level in [0, 4, u64::MAX] {
        let inputs = MakeInputs { cred_protect: Some(level), ..MakeInputs::default() };
        key.make(&with(inputs)).refused(Status::InvalidOption);
    }
}

#[test]
fn a_blob_is_kept_where_it_fits_and_there_is_a_place_for_it() {
    let mut key = Key::new();
    let blob = [0xB1; 129];
    for (length, options, is_kept) in [
        (0, rk(), true),
        (32, rk(), true),
        (128, rk(), true),
        (129, rk(), false),
        (32, Options::default(), false),
    ] {
        let inputs = MakeInputs { cred_blob: Some(&blob[..length]), ..MakeInputs::default() };
        let request = MakeCredentialRequest { options, ..with(inputs) };
        let made = Registered::read(&key.make(&request).ok());
        let told = if is_kept { [0xF5] } else { [0xF4] };
        assert_eq!(made.data.extensions["credBlob"], told, "{length} bytes");
    }
}

#[test]
fn a_large_blob_has_a_key_where_the_credential_is_discoverable() {
    let mut key = Key::new();
    let wanted = MakeInputs { large_blob_key: Some(true), ..MakeInputs::default() };
    let first = Registered::read(&key.make(&with(wanted)).ok());
    let second = Registered::read(&key.make(&with(wanted)).ok());
    assert!(first.data.extensions.is_empty(), "the key is outside of what sites see");
    assert_eq!(first.large_blob_key.as_ref().unwrap().len(), 32);
    assert_ne!(first.large_blob_key, second.large_blob_key);
    let plain = Registered::read(&key.make(&passkey(b"aki")).ok());
    assert_eq!(plain.large_blob_key, None);

    let not_wanted = MakeInputs { large_blob_key: Some(false), ..MakeInputs::default() };
    key.make(&with(not_wanted)).refused(Status::InvalidOption);
    let request = MakeCredentialRequest { options: Options::default(), ..with(wanted) };
    key.make(&request).refused(Status::InvalidOption);
}

#[test]
fn only_sites_that_were_named_learn_the_rules_for_pins() {
    let mut key = Key::new();
    let inputs = MakeInputs {
        min_pin_length: Some(true),
        pin_complexity_policy: Some(true),
        ..MakeInputs::default()
    };
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert!(made.data.extensions.is_empty());

    let rule = MinPinLengthRequest {
        length: Some(6),
        rp_ids: Some(&["example.org", SITE]),
        ..MinPinLengthRequest::default()
    };
    let rule = parameters(|writer| rule.write(writer));
    let config = Config {
        subcommand: ConfigCommand::SetMinPinLength as u64,
        parameters: Some(&rule),
        ..Config::default()
    };
    key.command(Command::Config, |writer| config.write(writer)).ok();
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert_eq!(made.data.names(), ["minPinLength", "pinComplexityPolicy"]);
    assert_eq!(made.data.extensions["minPinLength"], [6]);
    assert_eq!(made.data.extensions["pinComplexityPolicy"], [0xF4]);

    let elsewhere = MakeCredentialRequest { rp_id: "sub.example.com", ..with(inputs) };
    let made = Registered::read(&key.make(&elsewhere).ok());
    assert!(made.data.extensions.is_empty());
    let off = MakeInputs {
        min_pin_length: Some(false),
        pin_complexity_policy: Some(false),
        ..MakeInputs::default()
    };
    let made = Registered::read(&key.make(&with(off)).ok());
    assert!(made.data.extensions.is_empty());
}

#[test]
fn payments_from_other_sites_are_allowed_where_asked() {
    let mut key = Key::new();
    let inputs = MakeInputs { third_party_payment: Some(true), ..MakeInputs::default() };
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert_eq!(made.data.extensions["thirdPartyPayment"], [0xF5]);
    assert!(key.store().passkeys.values().next().unwrap().third_party_payment);
    let inputs = MakeInputs { third_party_payment: Some(false), ..MakeInputs::default() };
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert!(made.data.extensions.is_empty());
}

#[test]
fn hmac_secret_is_promised_where_asked() {
    let mut key = Key::new();
    let inputs = MakeInputs { hmac_secret: Some(true), ..MakeInputs::default() };
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert_eq!(made.data.extensions["hmac-secret"], [0xF5]);
    let inputs = MakeInputs { hmac_secret: Some(false), ..MakeInputs::default() };
    let made = Registered::read(&key.make(&with(inputs)).ok());
    assert!(made.data.extensions.is_empty());
}

#[test]
fn all_extensions_at_once_fit_the_answer() {
    let mut key = Key::new();
    let blob = [1; 128];
    let inputs = MakeInputs {
        cred_protect: Some(2),
        cred_blob: Some(&blob),
        hmac_secret: Some(true),
        large_blob_key: Some(true),
        min_pin_length: Some(true),
        pin_complexity_policy: Some(true),
        third_party_payment: Some(true),
        hmac_secret_mc: None,
    };
    let request = MakeCredentialRequest { algorithms: &[-35], ..with(inputs) };
    let made = Registered::read(&key.make(&request).ok());
    assert_eq!(made.data.names(), ["credBlob", "credProtect", "hmac-secret", "thirdPartyPayment"]);
}

// Attestation.

#[test]
fn a_site_chooses_among_the_formats_there_are() {
    let mut key = Key::new();
    for (formats, format) in [
        (&[][..], "packed"),
        (&["none"], "none"),
        (&["packed"], "packed"),
        (&["tpm", "none", "packed"], "none"),
        (&["tpm"], "packed"),
    ] {
        let answer = key.make(&MakeCredentialRequest { formats, ..passkey(b"aki") }).ok();
        Registered::read(&answer);
        assert_eq!(Made::read(&answer).unwrap().format, format);
    }
}

#[test]
fn an_attestation_of_an_enterprise_is_refused_where_there_is_none() {
    let mut key = Key::new();
    for kind in [1, 2, 3] {
        let request =
            MakeCredentialRequest { enterprise_attestation: Some(kind), ..passkey(b"aki") };
        key.make(&request).refused(Status::InvalidParameter);
    }
}

// The form of requests.

/// The parameters of a request, each as CBOR, to be left out, exchanged or added to.
struct Parts(Vec<(u64, Vec<u8>)>);

impl Parts {
    fn of_a_passkey() -> Self {
        let mut parts = Self(Vec::new());
        parts.set(1, |writer| _ = writer.bytes(&HASH));
        parts.set(2, |writer| _ = writer.map(1).text("id").text(SITE));
        parts.set(3, |writer| _ = writer.map(1).text("id").bytes(b"aki"));
        parts.set(4, |writer| {
            writer.array(1).map(2).text("alg").integer(-7).text("type").text("public-key");
        });
        parts.set(7, |writer| _ = writer.map(1).text("rk").boolean(true));
        parts
    }

    fn set(&mut self, number: u64, write: impl FnOnce(&mut Writer<'_>)) {
        self.remove(number);
        self.0.push((number, parameters(write)));
        self.0.sort_by_key(|(number, _)| *number);
    }

    fn remove(&mut self, number: u64) {
        self.0.retain(|(other, _)| *other != number);
    }

    fn message(&self) -> Vec<u8> {
        message(Command::MakeCredential, |writer| {
            writer.map(self.0.len());
            for (number, value) in &self.0 {
                writer.unsigned(*number).raw(value);
            }
        })
    }
}

#[test]
fn a_request_without_what_it_needs_is_refused() {
    let mut key = Key::new();
    for number in 1..=4 {
        let mut request = Parts::of_a_passkey();
        request.remove(number);
        key.send(&request.message()).refused(Status::MissingParameter);
    }
    for (number, part) in [
        (2, parameters(|writer| _ = writer.map(1).text("name").text("Example"))),
        (3, parameters(|writer| _ = writer.map(1).text("name").text("aki"))),
        (4, parameters(|writer| _ = writer.array(1).map(1).text("type").text("public-key"))),
        (4, parameters(|writer| _ = writer.array(1).map(1).text("alg").integer(-7))),
        (5, parameters(|writer| _ = writer.array(1).map(1).text("type").text("public-key"))),
        (5, parameters(|writer| _ = writer.array(1).map(1).text("id").bytes(b"id"))),
    ] {
        let mut request = Parts::of_a_passkey();
        request.set(number, |writer| _ = writer.raw(&part));
        key.send(&request.message()).refused(Status::MissingParameter);
    }
    assert!(key.questions().is_empty());
}

#[test]
fn a_parameter_of_another_type_is_refused() {
    let mut key = Key::new();
    for number in 1..=11 {
        let mut request = Parts::of_a_passkey();
        request.set(number, |writer| _ = writer.boolean(true));
        key.send(&request.message()).refused(Status::CborUnexpectedType);
    }
    for (number, part) in [
        (2, parameters(|writer| _ = writer.map(1).text("id").bytes(b"example.com"))),
        (2, parameters(|writer| _ = writer.map(2).text("id").text(SITE).text("name").unsigned(1))),
        (3, parameters(|writer| _ = writer.map(1).text("id").text("aki"))),
        (3, parameters(|writer| _ = writer.map(2).text("id").bytes(b"a").text("name").unsigned(1))),
        (4, parameters(|writer| _ = writer.map(0))),
        (4, parameters(|writer| _ = writer.array(1).unsigned(7))),
        (4, parameters(|writer| _ = writer.array(1).map(1).text("alg").text("ES256"))),
        (5, parameters(|writer| _ = writer.array(1).bytes(b"id"))),
        (6, parameters(|writer| _ = writer.map(1).text("credProtect").boolean(true))),
        (6, parameters(|writer| _ = writer.map(1).text("credBlob").text("blob"))),
        (6, parameters(|writer| _ = writer.map(1).text("hmac-secret").unsigned(1))),
        (6, parameters(|writer| _ = writer.map(1).text("largeBlobKey").unsigned(1))),
        (7, parameters(|writer| _ = writer.map(1).text("rk").unsigned(1))),
        (7, parameters(|writer| _ = writer.map(1).text("up").text("yes"))),
        (11, parameters(|writer| _ = writer.array(1).unsigned(1))),
    ] {
        let mut request = Parts::of_a_passkey();
        request.set(number, |writer| _ = writer.raw(&part));
        key.send(&request.message()).refused(Status::CborUnexpectedType);
    }
    let array = message(Command::MakeCredential, |writer| _ = writer.array(0));
    key.send(&array).refused(Status::CborUnexpectedType);
    assert!(key.questions().is_empty());
}

#[test]
fn a_length_that_cannot_be_is_refused() {
    let mut key = Key::new();
    for length in [0, 31, 33] {
        let mut request = Parts::of_a_passkey();
        request.set(1, |writer| _ = writer.bytes(&[0; 33][..length]));
        key.send(&request.message()).refused(Status::InvalidLength);
    }
    key.make(&passkey(&[1; 65])).refused(Status::InvalidLength);
    key.make(&passkey(&[1; 64])).ok();
}

#[test]
fn what_is_not_canonical_is_refused() {
    let mut key = Key::new();
    let good = Parts::of_a_passkey().message();
    let mut longer = good.clone();
    longer.push(0);
    key.send(&longer).refused(Status::InvalidCbor);
    key.send(&[Command::MakeCredential as u8]).refused(Status::InvalidCbor);
    for numbers in [[1, 1], [2, 1]] {
        let twice = message(Command::MakeCredential, |writer| {
            writer.map(2);
            for number in numbers {
                writer.unsigned(number).bytes(&HASH);
            }
        });
        key.send(&twice).refused(Status::InvalidCbor);
    }
    assert!(key.questions().is_empty());
}

#[test]
fn what_nobody_knows_is_passed_over() {
    let mut key = Key::new();
    let mut request = Parts::of_a_passkey();
    request.set(2, |writer| {
        writer.map(3).text("id").text(SITE).text("icon").text("x").text("name").text("Example");
    });
    request.set(6, |writer| {
        writer.map(2).text("uvm").boolean(true).text("later").array(1).boolean(true);
    });
    request.set(7, |writer| _ = writer.map(2).text("rk").boolean(true).text("zz").unsigned(1));
    request.set(99, |writer| _ = writer.map(1).text("a").array(0));
    let mut message = request.message();
    // A key that is no number at all, behind the others as the form wants it.
    message[1] += 1;
    message.extend_from_slice(&[0x61, b'x', 0xF6]);
    let made = Registered::read(&key.send(&message).ok());
    assert!(made.data.extensions.is_empty());
}

#[test]
fn a_request_larger_than_the_key_said_is_refused() {
    let mut key = Key::of(Profile::BOARD);
    let id = vec![0; 300];
    let exclude = [&id[..]; 7];
    key.make(&MakeCredentialRequest { exclude: &exclude, ..passkey(b"aki") })
        .refused(Status::RequestTooLarge);
}

#[test]
fn a_request_cut_short_anywhere_is_refused() {
    let mut key = Key::new();
    let whole = Parts::of_a_passkey().message();
    key.send(&[]).refused(Status::InvalidLength);
    for length in 1..whole.len() {
        key.send(&whole[..length]).refused(Status::InvalidCbor);
    }
}

#[test]
fn a_request_with_any_one_bit_changed_is_answered() {
    let mut key = Key::new();
    let inputs = MakeInputs {
        cred_protect: Some(1),
        cred_blob: Some(b"blob"),
        hmac_secret: Some(true),
        ..MakeInputs::default()
    };
    let request = MakeCredentialRequest { exclude: &[&[1; 8]], formats: &["none"], ..with(inputs) };
    let whole = message(Command::MakeCredential, |writer| request.write(writer));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            key.send(&changed);
        }
    }
}

#[test]
fn a_request_with_any_one_byte_changed_is_answered() {
    let mut key = Key::new();
    // Whatever gets that far ends at the touch: nothing is to be made here.
    key.person.touch = Answer::Refused;
    let inputs = MakeInputs { large_blob_key: Some(true), ..MakeInputs::default() };
    let whole = message(Command::MakeCredential, |writer| with(inputs).write(writer));
    for at in 0..whole.len() {
        for byte in 0..=u8::MAX {
            let mut changed = whole.clone();
            changed[at] = byte;
            key.send(&changed);
        }
    }
    assert!(key.store().passkeys.is_empty());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn a_request_with_any_bytes_exchanged_is_answered(
        changes in proptest::collection::vec((0_usize..400, proptest::prelude::any::<u8>()), 1..6),
    ) {
        let mut key = Key::new();
        let blob = [2; 40];
        let inputs = MakeInputs { cred_blob: Some(&blob), ..MakeInputs::default() };
        let mut whole = message(Command::MakeCredential, |writer| with(inputs).write(writer));
        let length = whole.len();
        for (at, byte) in changes {
            whole[at % length] = byte;
        }
        key.send(&whole);
    }
}
