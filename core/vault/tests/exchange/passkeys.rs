// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys from and to password managers: FIDO's Credential Exchange Format.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use data_encoding::BASE64URL_NOPAD;
use kagifuda_otp::{Algorithm, TokenKind, UnixTime};
use kagifuda_secret::SecretBytes;
use kagifuda_vault::exchange::{
    EntryExtras, FormatName, Import, ImportError, LargeBlob, Loss, LossKind, Notice, OutgoingBlob,
    OutgoingPasskey, Part, PasskeyEntry, RefuseReason, Written, write_cxf,
};
use kagifuda_vault::item::{self, Passkey};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{error_of, read, vector};

const ALL: &str = "cxf-passkeys-of-every-algorithm-and-what-is-not-kept.json";
const ALONE: &str = "cxf-an-account-may-stand-by-itself.json";
const EXTENDED: &str = "cxf-blobs-and-protection-come-along.json";
const CLAIMS: &str = "cxf-blobs-that-are-not-what-they-claim-are-left.json";

fn of_site<'a>(import: &'a Import, site: &str) -> &'a PasskeyEntry {
    let found = import.passkeys.iter().find(|entry| entry.passkey.rp_id == site);
    found.unwrap_or_else(|| panic!("{site} is missing"))
}

fn exposed(secret: &Option<SecretBytes>) -> Option<&[u8]> {
    secret.as_ref().map(SecretBytes::expose)
}

#[test]
fn passkeys_of_every_algorithm_come_in_whole_and_what_is_not_kept_is_named() {
    let import = read(&vector(ALL)).unwrap();
    assert_eq!(import.format, FormatName::Cxf);
    let algorithms = import.passkeys.iter().map(|entry| (entry.position, entry.passkey.algorithm));
    assert_eq!(algorithms.collect::<Vec<_>>(), [(1, -7), (2, -8), (4, -35)]);

    let inn = of_site(&import, "inn.example");
    assert_eq!((inn.name.as_str(), inn.extras.is_pinned), ("The inn", true));
    assert_eq!((&inn.extras.tags[..], &inn.notices[..]), (&["travel".to_owned()][..], &[][..]));
    let passkey = &inn.passkey;
    assert_eq!(passkey.credential_id, b"credential at inn.example");
    assert_eq!(
        (&passkey.user_handle[..], passkey.user_name.as_str()),
        (&b"hana"[..], "hana@example.com")
    );
    assert_eq!(passkey.user_display_name, "花");
    assert_eq!(exposed(&passkey.hmac_with_uv), Some(&[1; 32][..]));
    assert_eq!(exposed(&passkey.hmac_without_uv), Some(&[2; 32][..]));
    assert_eq!(exposed(&passkey.cred_blob), Some(&b"a key"[..]));
    assert!(passkey.third_party_payment && passkey.is_backup_eligible);

    let post = of_site(&import, "post.example");
    assert_eq!((post.name.as_str(), exposed(&post.passkey.hmac_with_uv)), ("", None));

    let moss = &import.entries[0];
    assert_eq!((moss.position, moss.token.issuer.as_str()), (5, "Moss"));
    assert_eq!(moss.token.kind, TokenKind::Totp { period_seconds: 60, t0: 0 });
    assert_eq!((moss.token.algorithm, moss.token.digits), (Algorithm::Sha256, 8));

    let [bank] = &import.services[..] else { panic!("one service") };
    assert_eq!((bank.position, bank.name.as_str(), bank.account.as_str()), (3, "Bank", "hana"));
    assert_eq!(bank.notices, [Notice::SavedPassword]);

    let refused =
        import.refused.iter().map(|it| (it.position, it.name.as_str(), it.reason.clone()));
    assert_eq!(
        refused.collect::<Vec<_>>(),
        [(6, "old.example: hana@example.com", RefuseReason::UnknownAlgorithm),]
    );
}

#[test]
fn an_account_by_itself_is_read_and_what_cannot_be_kept_of_a_passkey_is_told() {
    let import = read(&vector(ALONE)).unwrap();
    let [alone] = &import.passkeys[..] else { panic!("one passkey") };
    assert_eq!(alone.notices, [Notice::PrfUnreadable, Notice::BlobDropped]);
    assert!(alone.passkey.hmac_with_uv.is_none());
}

#[test]
fn what_a_passkeys_extensions_hold_comes_along() {
    let import = read(&vector(EXTENDED)).unwrap();
    let inn = of_site(&import, "inn.example");
    let certificate = [&b"ssh-ed25519-cert-v01@openssh.com "[..], &[b'A'; 2000]].concat();
    assert!(inn.large_blob == LargeBlob::of(&certificate));
    assert_eq!(inn.large_blob.as_ref().map(LargeBlob::original_bytes), Some(2033));
    assert_eq!(inn.passkey.cred_protect, 3);
    assert_eq!(exposed(&inn.passkey.cred_blob), Some(&b"a key"[..]));
    assert_eq!(exposed(&inn.passkey.hmac_without_uv), Some(&[4; 32][..]));
    assert!(inn.passkey.third_party_payment && inn.passkey.large_blob_key.is_none());
    let post = of_site(&import, "post.example");
    assert!(post.large_blob == LargeBlob::of(b""), "a blob of nothing is a blob");
    assert_eq!(post.passkey.cred_protect, 2);
    assert!(import.passkeys.iter().all(|entry| entry.notices.is_empty()));
}

#[test]
fn a_blob_that_is_not_what_it_claims_is_left_and_an_unclear_protection_is_the_most() {
    let import = read(&vector(CLAIMS)).unwrap();
    assert_eq!((import.passkeys.len(), import.refused.len()), (7, 0));
    for entry in &import.passkeys[..5] {
        let site = &entry.passkey.rp_id;
        assert!(entry.large_blob.is_none() && entry.passkey.cred_protect == 1, "{site}");
        assert_eq!(entry.notices, [Notice::BlobDropped], "{site}");
    }
    for entry in &import.passkeys[5..] {
        let site = &entry.passkey.rp_id;
        assert!(entry.large_blob == LargeBlob::of(b"abc"), "{site}");
        assert_eq!(entry.passkey.cred_protect, 3, "{site}");
        assert_eq!(entry.notices, [Notice::ProtectionAssumed], "{site}");
    }
}

#[test]
fn an_extension_of_another_program_changes_nothing() {
    for extensions in [json!([]), json!("x"), json!([7, {}, { "name": "shared" }]), Value::Null] {
        let import = changed(|file| {
            file["accounts"][0]["items"][0]["extensions"] = extensions.clone();
        });
        let inn = of_site(&import, "inn.example");
        assert_eq!(inn.passkey.cred_protect, 1, "{extensions}");
        assert_eq!(inn.notices, [], "{extensions}");
    }
}

/// The vector, changed.
fn changed(change: impl FnOnce(&mut Value)) -> Import {
    let mut file: Value = serde_json::from_slice(&vector(ALL)).unwrap();
    change(&mut file);
    read(file.to_string().as_bytes()).unwrap()
}

#[test]
fn a_bad_passkey_gets_its_reason_and_does_not_take_the_others_with_it() {
    let long = |length: usize| json!(BASE64URL_NOPAD.encode(&vec![7; length]));
    let zeros = item::private_key(-7, &[0; 32]).unwrap();
    let short = item::private_key(-7, &[5; 31]).unwrap();
    let key = |key: &SecretBytes| json!(BASE64URL_NOPAD.encode(key.expose()));
    let cases = [
        ("credentialId", json!("not/base64url"), RefuseReason::Malformed),
        ("credentialId", json!(""), RefuseReason::Malformed),
        ("credentialId", json!(7), RefuseReason::Malformed),
        ("credentialId", Value::Null, RefuseReason::Malformed),
        ("credentialId", long(256), RefuseReason::TooLong),
        ("rpId", json!(""), RefuseReason::Malformed),
        ("rpId", json!("x".repeat(254)), RefuseReason::TooLong),
        ("userHandle", json!(""), RefuseReason::Malformed),
        ("userHandle", long(65), RefuseReason::TooLong),
        ("username", json!("x".repeat(5000)), RefuseReason::TooLong),
        ("key", json!(""), RefuseReason::NoSecret),
        ("key", json!("!"), RefuseReason::BadSecret),
        ("key", long(121), RefuseReason::BadSecret),
        ("key", key(&zeros), RefuseReason::BadSecret),
        ("key", key(&short), RefuseReason::BadSecret),
        ("fido2Extensions", json!([]), RefuseReason::Malformed),
        ("type", json!(null), RefuseReason::Malformed),
    ];
    for (member, value, reason) in cases {
        let import = changed(|file| {
            file["accounts"][0]["items"][0]["credentials"][0][member] = value.clone();
        });
        assert_eq!(import.refused[0].position, 1, "{member} {value}");
        assert_eq!(import.refused[0].reason, reason, "{member} {value}");
        assert_eq!((import.passkeys.len(), import.refused.len()), (2, 2), "{member} {value}");
    }
    for place in ["/accounts/0", "/accounts/0/items/1"] {
        let import = changed(|file| *file.pointer_mut(place).unwrap() = json!("broken"));
        assert_eq!(import.refused[0].reason, RefuseReason::Malformed, "{place}");
    }
}

#[test]
fn a_secret_of_another_length_and_a_blob_too_long_are_told_and_left() {
    let import = changed(|file| {
        let extensions = &mut file["accounts"][0]["items"][0]["credentials"][0]["fido2Extensions"];
        extensions["hmacCredentials"]["credWithUV"] = json!("AQID");
        extensions["credBlob"] = json!(BASE64URL_NOPAD.encode(&[1; 129]));
    });
    let inn = of_site(&import, "inn.example");
    assert_eq!(inn.notices, [Notice::PrfUnreadable, Notice::BlobDropped]);
    assert!(inn.passkey.hmac_without_uv.is_none(), "never one without the other");
}

#[test]
fn a_file_of_a_later_version_or_cut_short_is_refused_whole() {
    let text = String::from_utf8(vector(ALL)).unwrap();
    let later = text.replacen("\"major\": 1", "\"major\": 2", 1);
    assert_eq!(error_of(read(later.as_bytes())), ImportError::NewerVersion { found: 2, known: 1 });
    for end in [text.len() / 4, text.len() / 2, text.len() - 3] {
        let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap();
        let error = error_of(read(&text.as_bytes()[..end]));
        assert!(matches!(error, ImportError::Damaged { .. }), "{error:?}");
    }
    assert_eq!(error_of(read(b"{\"exporterRpId\": \"x\"}")), ImportError::NotThisFormat);
}

fn write(passkey: &Passkey, name: &str, extras: &EntryExtras) -> Written {
    write_with(passkey, OutgoingBlob::None, name, extras)
}

fn write_with(
    passkey: &Passkey,
    large_blob: OutgoingBlob<'_>,
    name: &str,
    extras: &EntryExtras,
) -> Written {
    let created = UnixTime(1_700_000_000);
    let entry = OutgoingPasskey { passkey, large_blob, name, created, extras };
    write_cxf(&[entry], UnixTime(1_780_000_000), &mut ChaCha20Rng::from_seed([3; 32]))
}

#[test]
fn what_is_written_is_read_again_as_the_same() {
    let import = read(&vector(ALL)).unwrap();
    for entry in &import.passkeys {
        let written = write(&entry.passkey, &entry.name, &entry.extras);
        assert_eq!(written.losses, []);
        let again = read(written.content.expose()).unwrap();
        let [again] = &again.passkeys[..] else { panic!("one passkey") };
        let (old, new) = (&entry.passkey, &again.passkey);
        assert_eq!((&again.name, again.extras.is_pinned), (&entry.name, entry.extras.is_pinned));
        assert_eq!((&again.extras.tags, &again.notices[..]), (&entry.extras.tags, &[][..]));
        assert_eq!(
            (
                &new.credential_id,
                &new.rp_id,
                &new.user_handle,
                &new.user_name,
                &new.user_display_name
            ),
            (
                &old.credential_id,
                &old.rp_id,
                &old.user_handle,
                &old.user_name,
                &old.user_display_name
            )
        );
        assert!(new.algorithm == old.algorithm && new.private_key == old.private_key);
        assert_eq!(exposed(&new.cred_blob), exposed(&old.cred_blob));
        assert_eq!(new.third_party_payment, old.third_party_payment);
        // Also where they were worked out: the next program must give sites the same.
        let (here, there) = (item::hmac_secrets(old).unwrap(), item::hmac_secrets(new).unwrap());
        assert!(here.with_uv == there.with_uv && here.without_uv == there.without_uv);
        assert_eq!(exposed(&new.hmac_with_uv), Some(&here.with_uv[..]));
    }
}

#[test]
fn a_file_has_the_members_of_the_specification() {
    let import = read(&vector(ALL)).unwrap();
    let inn = of_site(&import, "inn.example");
    let written = write(&inn.passkey, "", &EntryExtras::default());
    let mut file: Value = serde_json::from_slice(written.content.expose()).unwrap();
    let credential = file["accounts"][0]["items"][0]["credentials"][0].take();
    let original: Value = serde_json::from_slice(&vector(ALL)).unwrap();
    let original = &original["accounts"][0]["items"][0]["credentials"][0];
    for (member, value) in original.as_object().unwrap().iter().filter(|(name, _)| *name != "key") {
        assert_eq!(&credential[member], value, "{member}");
    }
    assert_eq!(file["version"], json!({ "major": 1, "minor": 0 }));
    assert_eq!(file["timestamp"], 1_780_000_000);
    let item = &file["accounts"][0]["items"][0];
    assert_eq!(
        (&item["title"], &item["creationAt"]),
        (&json!("inn.example"), &json!(1_700_000_000))
    );
    assert_eq!(item["scope"], json!({ "urls": ["https://inn.example"], "androidApps": [] }));
}

#[test]
fn protection_travels_as_an_extension_of_the_item_and_is_told() {
    let mut passkey = read(&vector(ALL)).unwrap().passkeys.remove(0).passkey;
    for level in 1..=3 {
        passkey.cred_protect = level;
        let written = write(&passkey, "", &EntryExtras::default());
        let file: Value = serde_json::from_slice(written.content.expose()).unwrap();
        let (extensions, loss) =
            (&file["accounts"][0]["items"][0]["extensions"], LossKind::Unread(Part::Protection));
        if level == 1 {
            assert_eq!((extensions, &written.losses[..]), (&Value::Null, &[][..]));
            continue;
        }
        assert_eq!(
            *extensions,
            json!([{ "name": "kagifuda.invalid/cred-protect", "level": level }])
        );
        assert!(!loss.is_left_out());
        assert_eq!(written.losses, [Loss { position: 1, kind: loss }]);
    }
}

fn secret_of(most: usize) -> impl Strategy<Value = Option<Vec<u8>>> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..=most))
}

fn prf() -> impl Strategy<Value = Option<[[u8; 32]; 2]>> {
    proptest::option::of(any::<[[u8; 32]; 2]>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever a passkey's extensions hold, it is the same after it was written and read.
    #[test]
    fn what_extensions_hold_is_read_back_equal(
        secrets in prf(),
        cred_blob in secret_of(128),
        large_blob in secret_of(9000),
        cred_protect in 1..=3_u8,
        third_party_payment: bool,
    ) {
        let mut passkey = read(&vector(ALL)).unwrap().passkeys.remove(0).passkey;
        passkey.hmac_with_uv = secrets.map(|it| SecretBytes::from(&it[0][..]));
        passkey.hmac_without_uv = secrets.map(|it| SecretBytes::from(&it[1][..]));
        passkey.cred_blob = cred_blob.map(SecretBytes::new);
        passkey.third_party_payment = third_party_payment;
        passkey.cred_protect = cred_protect;
        passkey.large_blob_key = Some(SecretBytes::new(vec![9; 32]));
        let large_blob = large_blob.map(|bytes| LargeBlob::of(&bytes).unwrap());
        let outgoing = large_blob.as_ref().map_or(OutgoingBlob::None, OutgoingBlob::Known);
        let written = write_with(&passkey, outgoing, "", &EntryExtras::default());
        prop_assert!(written.losses.iter().all(|loss| loss.kind == LossKind::Unread(Part::Protection)));
        let import = read(written.content.expose()).unwrap();
        let [again] = &import.passkeys[..] else { panic!("one passkey") };
        prop_assert_eq!(&again.notices[..], &[]);
        prop_assert!(again.large_blob == large_blob);
        let (old, new) = (&passkey, &again.passkey);
        prop_assert_eq!(exposed(&new.cred_blob), exposed(&old.cred_blob));
        prop_assert_eq!(new.cred_protect, old.cred_protect);
        prop_assert_eq!(new.third_party_payment, old.third_party_payment);
        let (here, there) = (item::hmac_secrets(old).unwrap(), item::hmac_secrets(new).unwrap());
        prop_assert!(here.with_uv == there.with_uv && here.without_uv == there.without_uv);
        prop_assert!(new.large_blob_key.is_none(), "the key of a blob stays where it is");
    }
}

#[test]
fn what_the_format_has_no_place_for_is_told() {
    let import = read(&vector(ALL)).unwrap();
    let mut passkeys = import.passkeys;
    let mut entry = passkeys.remove(0);
    entry.extras.folders = vec!["travel".to_owned()];
    entry.extras.note = "at the desk".into();
    let written = write_with(&entry.passkey, OutgoingBlob::Unreadable, &entry.name, &entry.extras);
    let parts = [Part::Folders, Part::Note, Part::LargeBlob];
    let expected = parts.map(|part| Loss { position: 1, kind: LossKind::Without(part) });
    assert_eq!(written.losses, expected);

    entry.passkey.private_key = SecretBytes::new(vec![1; 32]);
    let written = write(&entry.passkey, &entry.name, &entry.extras);
    assert_eq!(written.losses, [Loss { position: 1, kind: LossKind::Secret }]);
    assert!(written.losses[0].kind.is_left_out());
}
