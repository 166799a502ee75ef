// SPDX-License-Identifier: MIT OR Apache-2.0
//! Passkeys from and to password managers: FIDO's Credential Exchange Format.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use data_encoding::BASE64URL_NOPAD;
use kagifuda_otp::{Algorithm, TokenKind, UnixTime};
use kagifuda_secret::SecretBytes;
use kagifuda_vault::exchange::{
    EntryExtras, FormatName, Import, ImportError, Loss, LossKind, Notice, OutgoingPasskey, Part,
    PasskeyEntry, RefuseReason, Written, write_cxf,
};
use kagifuda_vault::item::{self, Passkey};
use serde_json::{Value, json};

use crate::{error_of, read, vector};

const ALL: &str = "cxf-passkeys-of-every-algorithm-and-what-is-not-kept.json";
const ALONE: &str = "cxf-an-account-may-stand-by-itself.json";

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
    assert_eq!(algorithms.collect::<Vec<_>>(), [(1, -7), (2, -8), (3, -35)]);

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
    assert_eq!((moss.position, moss.token.issuer.as_str()), (4, "Moss"));
    assert_eq!(moss.token.kind, TokenKind::Totp { period_seconds: 60, t0: 0 });
    assert_eq!((moss.token.algorithm, moss.token.digits), (Algorithm::Sha256, 8));

    let refused =
        import.refused.iter().map(|it| (it.position, it.name.as_str(), it.reason.clone()));
    assert_eq!(
        refused.collect::<Vec<_>>(),
        [
            (5, "Bank: basic-auth", RefuseReason::NotKept),
            (6, "old.example: hana@example.com", RefuseReason::UnknownAlgorithm),
        ]
    );
}

#[test]
fn an_account_by_itself_is_read_and_what_cannot_be_kept_of_a_passkey_is_told() {
    let import = read(&vector(ALONE)).unwrap();
    let [alone] = &import.passkeys[..] else { panic!("one passkey") };
    assert_eq!(alone.notices, [Notice::PrfUnreadable, Notice::BlobDropped]);
    assert!(alone.passkey.hmac_with_uv.is_none());
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
        assert_eq!((import.passkeys.len(), import.refused.len()), (2, 3), "{member} {value}");
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
    let entry = OutgoingPasskey { passkey, name, created: UnixTime(1_700_000_000), extras };
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
fn what_the_format_has_no_place_for_is_told() {
    let import = read(&vector(ALL)).unwrap();
    let mut passkeys = import.passkeys;
    let mut entry = passkeys.remove(0);
    entry.passkey.cred_protect = 3;
    entry.passkey.large_blob_key = Some(SecretBytes::new(vec![1; 32]));
    entry.extras.folders = vec!["travel".to_owned()];
    entry.extras.note = "at the desk".into();
    let written = write(&entry.passkey, &entry.name, &entry.extras);
    let parts = [Part::Folders, Part::Note, Part::Protection, Part::LargeBlob];
    let expected = parts.map(|part| Loss { position: 1, kind: LossKind::Without(part) });
    assert_eq!(written.losses, expected);

    entry.passkey.private_key = SecretBytes::new(vec![1; 32]);
    let written = write(&entry.passkey, &entry.name, &entry.extras);
    assert_eq!(written.losses, [Loss { position: 1, kind: LossKind::Secret }]);
    assert!(written.losses[0].kind.is_left_out());
}
