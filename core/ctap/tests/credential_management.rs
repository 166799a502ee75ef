// SPDX-License-Identifier: MIT OR Apache-2.0
//! Managing passkeys, as platforms and people meet it (CTAP 2.3 section 6.8).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use kagifuda_ctap::authenticator::{Answer, Permissions, Question};
use kagifuda_ctap::cbor::Reader;
use kagifuda_ctap::cose::PublicKey;
use kagifuda_ctap::entity::{Descriptor, RpIdHash, UserRef};
use kagifuda_ctap::message::credential_management::{
    CredentialManagement, ManagementAnswer, ManagementCommand, ManagementParameters,
};
use kagifuda_ctap::message::extension::MakeInputs;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Command, Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use kagifuda_ctap::store::Protection;
use support::reading::Registered;
use support::{Key, Reply, Token, message, parameters, registration, sign_in_at};

use ManagementCommand::{Count, FirstPasskey, FirstSite, NextPasskey, NextSite, Remove, Rename};

const PIN: &str = "tsubaki";

fn passkey<'a>(rp_id: &'a str, user: &'a [u8]) -> MakeCredentialRequest<'a> {
    let options = Options { rk: Some(true), ..Options::default() };
    MakeCredentialRequest { options, ..registration(rp_id, user) }
}

/// Registers a passkey on a key that has no PIN yet.
fn register(key: &mut Key, rp_id: &str, user: &[u8]) -> Registered {
    Registered::read(&key.make(&passkey(rp_id, user)).ok())
}

/// A key with two passkeys at one site and one at another, in this order, and a PIN.
fn key_with_three() -> (Key, [Registered; 3]) {
    let mut key = Key::new();
    let made = [
        register(&mut key, "a.example", b"aki"),
        register(&mut key, "a.example", b"ren"),
        register(&mut key, "b.example", b"aki"),
    ];
    key.set_pin(PIN);
    key.asked.clear();
    (key, made)
}

fn manager(key: &mut Key) -> Token {
    key.token(PinProtocol::Two, PIN, Permissions::MANAGE, None)
}

fn lister(key: &mut Key) -> Token {
    key.token(PinProtocol::Two, PIN, Permissions::LIST, None)
}

/// Sends a subcommand under a token.
#[track_caller]
fn manage(key: &mut Key, token: &Token, command: ManagementCommand, sent: Sent<'_>) -> Reply {
    let bytes = sent.map(|sent| parameters(|writer| sent.write(writer)));
    let mut request = CredentialManagement {
        subcommand: command as u64,
        parameters: bytes.as_deref(),
        auth: PinUvAuth::default(),
    };
    let param = token.over(&request.authenticated(&mut [0]));
    request.auth = token.auth(&param);
    key.command(Command::CredentialManagement, |writer| request.write(writer))
}

type Sent<'a> = Option<ManagementParameters<'a>>;

/// Sends a subcommand without a token, as platforms do for the next step of a listing.
#[track_caller]
fn go_on(key: &mut Key, command: ManagementCommand) -> Reply {
    let request = CredentialManagement { subcommand: command as u64, ..Default::default() };
    key.command(Command::CredentialManagement, |writer| request.write(writer))
}

fn at(rp_id: &str) -> Sent<'static> {
    Some(ManagementParameters { rp: Some(RpIdHash::of(rp_id)), ..Default::default() })
}

fn named(id: &[u8]) -> ManagementParameters<'_> {
    let passkey = Some(Descriptor { id, is_public_key: true });
    ManagementParameters { passkey, ..Default::default() }
}

fn renamed<'a>(id: &'a [u8], user: UserRef<'a>) -> Sent<'a> {
    Some(ManagementParameters { user: Some(user), ..named(id) })
}

const AKI: UserRef<'static> = UserRef { id: b"aki", name: Some("aki@new"), display_name: None };

#[test]
fn a_platform_lists_every_site_and_every_passkey() {
    let (mut key, made) = key_with_three();
    let token = manager(&mut key);

    let body = manage(&mut key, &token, Count, None).ok();
    let counted = ManagementAnswer { count: Some(3), room: Some(97), ..Default::default() };
    assert_eq!(ManagementAnswer::read(&body).unwrap(), counted);

    let first = manage(&mut key, &token, FirstSite, None).ok();
    let first = ManagementAnswer::read(&first).unwrap();
    let next = go_on(&mut key, NextSite).ok();
    let next = ManagementAnswer::read(&next).unwrap();
    assert_eq!((first.site_count, next.site_count), (Some(2), None));
    for (told, rp_id) in [(first, "b.example"), (next, "a.example")] {
        assert_eq!(told.rp.unwrap().id, rp_id);
        assert_eq!(told.rp_hash, Some(RpIdHash::of(rp_id)));
    }
    go_on(&mut key, NextSite).refused(Status::NotAllowed);

    let first = manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    let next = go_on(&mut key, NextPasskey).ok();
    go_on(&mut key, NextPasskey).refused(Status::NotAllowed);
    for (body, count, made, user) in
        [(&first, Some(2), &made[1], &b"ren"[..]), (&next, None, &made[0], b"aki")]
    {
        let told = ManagementAnswer::read(body).unwrap();
        assert_eq!(told.passkey_count, count);
        assert_eq!(told.credential_id, Some(&made.id[..]));
        let public = PublicKey::read(&mut Reader::new(told.public_key.unwrap())).unwrap();
        assert_eq!(public, made.public_key);
        let names = (told.user.unwrap().name, told.user.unwrap().display_name);
        assert_eq!((told.user.unwrap().id, names), (user, (Some("aki"), Some("Aki"))));
        assert_eq!(told.protection, Some(Protection::Optional));
        assert_eq!((told.large_blob_key, told.third_party_payment), (None, Some(false)));
    }
    assert!(key.questions().is_empty(), "the PIN was enough");
}

#[test]
fn a_passkeys_extensions_are_told() {
    let mut key = Key::new();
    let extensions = MakeInputs {
        cred_protect: Some(3),
        large_blob_key: Some(true),
        third_party_payment: Some(true),
        ..MakeInputs::default()
    };
    let made = key.make(&MakeCredentialRequest { extensions, ..passkey("a.example", b"aki") });
    let made = Registered::read(&made.ok());
    key.set_pin(PIN);
    let token = manager(&mut key);
    let body = manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    let told = ManagementAnswer::read(&body).unwrap();
    assert_eq!(told.protection, Some(Protection::Required));
    assert_eq!(told.large_blob_key.map(<[u8]>::to_vec), made.large_blob_key);
    assert!(told.large_blob_key.is_some());
    assert_eq!(told.third_party_payment, Some(true));
}

#[test]
fn an_empty_key_counts_nothing_and_lists_nothing() {
    let mut key = Key::new();
    key.set_pin(PIN);
    let token = manager(&mut key);
    let body = manage(&mut key, &token, Count, None).ok();
    let counted = ManagementAnswer { count: Some(0), room: Some(100), ..Default::default() };
    assert_eq!(ManagementAnswer::read(&body).unwrap(), counted);
    manage(&mut key, &token, FirstSite, None).refused(Status::NoCredentials);
    manage(&mut key, &token, FirstPasskey, at("a.example")).refused(Status::NoCredentials);
}

#[test]
fn a_passkey_is_removed_and_no_longer_signs_in() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    assert_eq!(manage(&mut key, &token, Remove, Some(named(&first.id))).ok(), []);
    assert_eq!(key.store().passkeys.len(), 2);
    manage(&mut key, &token, Remove, Some(named(&first.id))).refused(Status::NoCredentials);
    let ids = [&first.id[..]];
    let mut request = sign_in_at("a.example");
    request.allow = &ids;
    key.sign_in(&request).refused(Status::NoCredentials);
}

#[test]
fn an_account_is_renamed_and_names_that_are_not_sent_are_taken_away() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    assert_eq!(manage(&mut key, &token, Rename, renamed(&first.id, AKI)).ok(), []);
    let kept = key.store().passkeys.values().next().unwrap();
    assert_eq!((kept.user.name.as_str(), kept.user.display_name.as_str()), ("aki@new", ""));
    assert_eq!(kept.user.id, b"aki");
}

#[test]
fn renaming_cannot_give_a_passkey_to_another_account() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    let other = UserRef { id: b"ren", ..AKI };
    manage(&mut key, &token, Rename, renamed(&first.id, other)).refused(Status::InvalidParameter);
    manage(&mut key, &token, Rename, renamed(b"unknown", AKI)).refused(Status::NoCredentials);
    manage(&mut key, &token, Rename, Some(named(&first.id))).refused(Status::MissingParameter);
    let user = Some(ManagementParameters { user: Some(AKI), ..Default::default() });
    manage(&mut key, &token, Rename, user).refused(Status::MissingParameter);
}

#[test]
fn nothing_is_told_or_changed_without_a_token_for_it() {
    let (mut key, [first, ..]) = key_with_three();
    let all = [Count, FirstSite, FirstPasskey, Remove, Rename];
    for command in all {
        go_on(&mut key, command).refused(Status::PuatRequired);
    }
    let other = key.token(PinProtocol::Two, PIN, Permissions::CONFIG, None);
    let sent = renamed(&first.id, AKI)
        .map(|sent| ManagementParameters { rp: Some(RpIdHash::of("a.example")), ..sent });
    for command in all {
        manage(&mut key, &other, command, sent).refused(Status::PinAuthInvalid);
    }
    // A token of before, that another has replaced.
    let token = manager(&mut key);
    manager(&mut key);
    for command in all {
        manage(&mut key, &token, command, sent).refused(Status::PinAuthInvalid);
    }
    assert_eq!(key.store().passkeys.len(), 3);
}

#[test]
fn an_authentication_is_for_its_subcommand_and_its_parameters() {
    let (mut key, [first, second, _]) = key_with_three();
    let token = manager(&mut key);
    let signed = parameters(|writer| named(&first.id).write(writer));
    let param = token.over(&[&[Remove as u8], &signed]);
    let swapped = parameters(|writer| named(&second.id).write(writer));
    let mut request = CredentialManagement {
        subcommand: Remove as u64,
        parameters: Some(&swapped),
        auth: token.auth(&param),
    };
    let send = |key: &mut Key, request: &CredentialManagement<'_>| {
        key.command(Command::CredentialManagement, |writer| request.write(writer))
    };
    send(&mut key, &request).refused(Status::PinAuthInvalid);
    request.parameters = Some(&signed);
    request.auth.protocol = Some(3);
    send(&mut key, &request).refused(Status::InvalidParameter);
    request.auth.protocol = None;
    send(&mut key, &request).refused(Status::MissingParameter);
    request.subcommand = 8;
    send(&mut key, &request).refused(Status::InvalidSubcommand);
    request.subcommand = 0;
    send(&mut key, &request).refused(Status::InvalidSubcommand);
    assert_eq!(key.store().passkeys.len(), 3);
}

#[test]
fn both_protocols_manage() {
    let (mut key, _) = key_with_three();
    for protocol in [PinProtocol::One, PinProtocol::Two] {
        let token = key.token(protocol, PIN, Permissions::MANAGE, None);
        manage(&mut key, &token, Count, None).ok();
    }
}

#[test]
fn platforms_that_know_only_the_prototypes_number_manage_too() {
    let (mut key, _) = key_with_three();
    let token = lister(&mut key);
    let mut request =
        CredentialManagement { subcommand: FirstSite as u64, ..CredentialManagement::default() };
    let param = token.over(&request.authenticated(&mut [0]));
    request.auth = token.auth(&param);
    let mut bytes = message(Command::CredentialManagement, |writer| request.write(writer));
    bytes[0] = 0x41;
    let first = key.send(&bytes).ok();
    assert_eq!(ManagementAnswer::read(&first).unwrap().site_count, Some(2));
    let next = go_on(&mut key, NextSite).ok();
    assert_eq!(ManagementAnswer::read(&next).unwrap().rp.unwrap().id, "a.example");
}

#[test]
fn a_token_for_one_site_sees_and_changes_that_site_only() {
    let (mut key, [first, _, third]) = key_with_three();
    let token = key.token(PinProtocol::Two, PIN, Permissions::MANAGE, Some("a.example"));
    let refused = Status::PinAuthInvalid;
    manage(&mut key, &token, Count, None).refused(refused);
    manage(&mut key, &token, FirstSite, None).refused(refused);
    manage(&mut key, &token, FirstPasskey, at("b.example")).refused(refused);
    manage(&mut key, &token, Remove, Some(named(&third.id))).refused(refused);
    manage(&mut key, &token, Rename, renamed(&third.id, AKI)).refused(refused);
    manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    manage(&mut key, &token, Rename, renamed(&first.id, AKI)).ok();
    manage(&mut key, &token, Remove, Some(named(&first.id))).ok();
    let left: Vec<_> = key.store().passkeys.values().map(|it| it.rp_id.clone()).collect();
    assert_eq!(left, ["a.example", "b.example"]);
}

#[test]
fn the_token_that_outlives_power_cycles_lists_and_changes_nothing() {
    let (mut key, [first, ..]) = key_with_three();
    let token = lister(&mut key);
    key.replug();
    manage(&mut key, &token, Count, None).ok();
    manage(&mut key, &token, FirstSite, None).ok();
    go_on(&mut key, NextSite).ok();
    manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    go_on(&mut key, NextPasskey).ok();
    let refused = Status::PinAuthInvalid;
    manage(&mut key, &token, Remove, Some(named(&first.id))).refused(refused);
    manage(&mut key, &token, Rename, renamed(&first.id, AKI)).refused(refused);
    // One that may manage still may, beside it.
    let manager = manager(&mut key);
    manage(&mut key, &manager, Remove, Some(named(&first.id))).ok();
    assert_eq!(key.store().passkeys.len(), 2);
}

#[test]
fn a_listing_is_continued_only_right_after_its_last_step() {
    let (mut key, _) = key_with_three();
    let token = manager(&mut key);
    for command in [NextSite, NextPasskey] {
        go_on(&mut key, command).refused(Status::NotAllowed);
    }
    manage(&mut key, &token, FirstSite, None).ok();
    go_on(&mut key, NextPasskey).refused(Status::NotAllowed);
    go_on(&mut key, NextSite).refused(Status::NotAllowed);

    manage(&mut key, &token, FirstSite, None).ok();
    key.bare(Command::GetInfo).ok();
    go_on(&mut key, NextSite).refused(Status::NotAllowed);

    manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    manage(&mut key, &token, Count, None).ok();
    go_on(&mut key, NextPasskey).refused(Status::NotAllowed);

    manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    key.replug();
    go_on(&mut key, NextPasskey).refused(Status::NotAllowed);
}

#[test]
fn a_listing_rests_for_less_than_thirty_seconds() {
    let (mut key, _) = key_with_three();
    let token = manager(&mut key);
    manage(&mut key, &token, FirstSite, None).ok();
    key.wait(29);
    go_on(&mut key, NextSite).ok();
    manage(&mut key, &token, FirstSite, None).ok();
    key.wait(30);
    go_on(&mut key, NextSite).refused(Status::NotAllowed);
}

#[test]
fn a_listing_ends_with_the_token_it_was_begun_with() {
    let (mut key, _) = key_with_three();
    let token = manager(&mut key);
    manage(&mut key, &token, Count, None).ok();
    key.wait(590);
    manage(&mut key, &token, FirstSite, None).ok();
    key.wait(10);
    go_on(&mut key, NextSite).refused(Status::NotAllowed);

    // The other one does not end, whatever happens to the first.
    let lister = lister(&mut key);
    let manager = manager(&mut key);
    manage(&mut key, &manager, Count, None).ok();
    key.wait(590);
    manage(&mut key, &lister, FirstSite, None).ok();
    key.wait(10);
    go_on(&mut key, NextSite).ok();
    manage(&mut key, &manager, Count, None).refused(Status::PinAuthInvalid);
}

#[test]
fn what_is_removed_from_elsewhere_leaves_a_listing_shorter() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    manage(&mut key, &token, FirstPasskey, at("a.example")).ok();
    key.store().passkeys.retain(|_, passkey| *passkey.id.0 != *first.id);
    go_on(&mut key, NextPasskey).refused(Status::NotAllowed);
}

#[test]
fn a_locked_store_is_opened_by_a_person_first_and_nobody_is_asked_for_a_touch() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    for (command, sent) in [
        (Count, None),
        (FirstSite, None),
        (FirstPasskey, at("a.example")),
        (Rename, renamed(&first.id, AKI)),
        (Remove, Some(named(&first.id))),
    ] {
        key.lock();
        manage(&mut key, &token, command, sent).ok();
        assert_eq!(key.asked, [(Question::Unlock, "Manage".into())]);
        key.asked.clear();
    }
    // A listing waits for it.
    manage(&mut key, &token, FirstSite, None).ok();
    key.lock();
    go_on(&mut key, NextSite).ok();
    assert_eq!(key.questions(), [Question::Unlock]);
    // Who may not ask is refused before anybody is asked.
    key.lock();
    go_on(&mut key, Count).refused(Status::PuatRequired);
    key.person.unlock = Answer::Refused;
    assert!(key.questions().is_empty());
    manage(&mut key, &token, Count, None).refused(Status::OperationDenied);
}

#[test]
fn a_write_that_fails_changes_nothing() {
    let (mut key, [first, ..]) = key_with_three();
    let token = manager(&mut key);
    key.store().fails_at = Some(1);
    manage(&mut key, &token, Remove, Some(named(&first.id))).refused(Status::Other);
    key.store().fails_at = Some(1);
    manage(&mut key, &token, Rename, renamed(&first.id, AKI)).refused(Status::Other);
    let kept = key.store().passkeys.values().next().unwrap();
    assert_eq!(kept.user.name, "aki");
}

#[test]
fn parameters_of_another_type_are_refused_as_such() {
    let (mut key, _) = key_with_three();
    let token = manager(&mut key);
    let hash_as_text = parameters(|writer| _ = writer.map(1).unsigned(1).text("a.example"));
    let short_hash = parameters(|writer| _ = writer.map(1).unsigned(1).bytes(&[0; 31]));
    let bare_id = parameters(|writer| _ = writer.map(1).unsigned(2).bytes(b"id"));
    let no_type = parameters(|writer| {
        writer.map(1).unsigned(2).map(1).text("id").bytes(b"id");
    });
    let other_type = parameters(|writer| {
        writer.map(1).unsigned(2).map(2).text("id").bytes(b"id").text("type").text("password");
    });
    for (command, bytes, status) in [
        (FirstPasskey, &hash_as_text, Status::CborUnexpectedType),
        (FirstPasskey, &short_hash, Status::InvalidLength),
        (FirstPasskey, &bare_id, Status::CborUnexpectedType),
        (Remove, &bare_id, Status::CborUnexpectedType),
        (Remove, &no_type, Status::MissingParameter),
        (Remove, &other_type, Status::NoCredentials),
    ] {
        let param = token.over(&[&[command as u8], bytes]);
        let request = CredentialManagement {
            subcommand: command as u64,
            parameters: Some(bytes),
            auth: token.auth(&param),
        };
        let reply = key.command(Command::CredentialManagement, |writer| request.write(writer));
        reply.refused(status);
    }
}
