// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files of other apps, of whatever format they look like: each entry is imported or refused,
//! none twice, and a hostile password cost is refused before it is paid. What was imported can be
//! written as an Aegis file, and read from that as the same tokens; passkeys likewise as a file of CXF.

use std::collections::BTreeSet;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_otp::UnixTime;
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    EntryExtras, Import, ImportLimits, Loss, LossKind, Outgoing, OutgoingBlob, OutgoingPasskey,
    Part, PasskeyEntry, Protection, read_any, write_aegis, write_cxf,
};

pub(crate) const DICTIONARY: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "1e400",
    "\\ud800",
    "\"version\"",
    "\"header\"",
    "\"slots\"",
    "\"params\"",
    "\"db\"",
    "\"entries\"",
    "\"info\"",
    "\"secret\"",
    "\"n\"",
    "\"r\"",
    "\"p\"",
    "\"services\"",
    "\"servicesEncrypted\"",
    "\"schemaVersion\"",
    "\"kdfParams\"",
    "\"memLimit\"",
    "\"opsLimit\"",
    "\"encryptedData\"",
    "\"accounts\"",
    "\"items\"",
    "\"credentials\"",
    "\"passkey\"",
    "\"fido2Extensions\"",
    "AUTHENTICATORPRO",
    "AuthenticatorPro",
    "\"Authenticators\"",
    "\"tokenOrder\"",
    "\"tokens\"",
    "\"entry_type\"",
    "\"otpGenerator\"",
    "\"shared_secret\"",
    "<?xml version='1.0'?>",
    "<map>",
    "</map>",
    "<string name=\"STATIC_TOTP_CODES_LIST\">",
    "<string name=\"com.authy.storage.tokens.authenticator.key\">",
    "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET",
    "&quot;",
    "\"encrypted\"",
    "\"fido2Credentials\"",
    "\"basic-auth\"",
    "\"fieldType\"",
    "\"relyingParty\"",
    "<KeePassFile>",
    "<Group>",
    "<Entry>",
    "<History>",
    "<String><Key>",
    "</Key><Value Protected=\"True\">",
    "KPEX_PASSKEY_RELYING_PARTY",
    "TimeOtp-Secret-Base32",
    "title,url,username,password,otpauth\n",
    "\"\"",
    "PK\u{3}\u{4}",
    "PK\u{1}\u{2}",
    "PK\u{5}\u{6}",
    "java.util.HashMap",
    "masterKey",
    "-token",
    "otpauth://totp/",
    "otpauth-migration://offline?data=",
    "\n",
    "9007199254740993",
];

/// Small enough that a mutation which guesses a cost does not make one input slow.
const LIMITS: ImportLimits =
    ImportLimits { max_bytes: 1 << 20, max_memory_kib: 1 << 10, max_work_kib: 1 << 12 };

pub(crate) fn run(bytes: &[u8]) {
    // The passwords of the vectors, so that what they seal is read, too.
    let sealed =
        if bytes.starts_with(b"PK") { "rain and sun" } else { "rain and sun 雨と晴れ" };
    for password in [None, Some(SecretText::from(sealed))] {
        if let Ok(import) = read_any(bytes, password.as_ref(), &LIMITS) {
            check(&import);
            check_again(&import);
            check_passkeys_again(&import);
        }
    }
}

pub(crate) fn check(import: &Import) {
    let mut positions = BTreeSet::new();
    for entry in &import.entries {
        assert!(entry.position > 0 && positions.insert(entry.position), "an entry is told twice");
        let _ = entry.token.code_at(UnixTime(59));
    }
    for entry in &import.passkeys {
        assert!(entry.position > 0 && positions.insert(entry.position), "a passkey is told twice");
        assert!(!entry.passkey.credential_id.is_empty());
    }
    for entry in &import.services {
        assert!(entry.position > 0 && positions.insert(entry.position), "a service is told twice");
    }
    for entry in &import.notes {
        assert!(entry.position > 0 && positions.insert(entry.position), "a note is told twice");
    }
    for refused in &import.refused {
        assert!(refused.position > 0 && positions.insert(refused.position), "refused and told");
    }
}

fn check_passkeys_again(import: &Import) {
    let outgoing = import.passkeys.iter().map(|entry| OutgoingPasskey {
        passkey: &entry.passkey,
        large_blob: entry.large_blob.as_ref().map_or(OutgoingBlob::None, OutgoingBlob::Known),
        name: &entry.name,
        created: UnixTime(59),
        extras: &entry.extras,
    });
    let outgoing: Vec<OutgoingPasskey> = outgoing.collect();
    let written = write_cxf(&outgoing, UnixTime(59), &mut ChaCha20Rng::from_seed([0; 32]));
    let expected = (1..)
        .zip(&import.passkeys)
        .flat_map(|(position, entry)| losses_of(entry).map(move |kind| Loss { position, kind }));
    assert!(written.losses.iter().cloned().eq(expected), "only what has no place is lost");
    let again = read_any(written.content.expose(), None, &ImportLimits::STANDARD);
    let again = again.expect("what is written can be read");
    assert_eq!(again.passkeys.len(), import.passkeys.len(), "a passkey is lost without a word");
    for (old, new) in import.passkeys.iter().zip(&again.passkeys) {
        assert!(new.notices.is_empty() && new.passkey.private_key == old.passkey.private_key);
        assert!(new.passkey.credential_id == old.passkey.credential_id);
        assert!(new.passkey.cred_protect == old.passkey.cred_protect);
        assert!(new.large_blob == old.large_blob, "a blob came back changed");
    }
}

/// What a passkey has that a file of CXF has no place for.
fn losses_of(entry: &PasskeyEntry) -> impl Iterator<Item = LossKind> + use<> {
    let EntryExtras { folders, note, colour, .. } = &entry.extras;
    let losses = [
        (!folders.is_empty(), LossKind::Without(Part::Folders)),
        (!note.expose().is_empty(), LossKind::Without(Part::Note)),
        (colour.is_some(), LossKind::Without(Part::Colour)),
        (entry.passkey.cred_protect > 1, LossKind::Unread(Part::Protection)),
    ];
    losses.into_iter().filter(|(is_lost, _)| *is_lost).map(|(_, kind)| kind)
}

fn check_again(import: &Import) {
    let entries = import.entries.iter();
    let outgoing: Vec<Outgoing> =
        entries.map(|entry| Outgoing { token: &entry.token, extras: &entry.extras }).collect();
    let mut rng = ChaCha20Rng::from_seed([0; 32]);
    let written =
        write_aegis(&outgoing, Protection::Plain, &mut rng).expect("a plain file needs nothing");
    let again = read_any(written.content.expose(), None, &ImportLimits::STANDARD);
    let again = again.expect("what is written can be read");
    assert!(again.refused.is_empty(), "an entry is refused the second time");
    let losses = |position: usize| written.losses.iter().filter(move |it| it.position == position);
    let kept = (1..)
        .zip(&import.entries)
        .filter(|(position, _)| !losses(*position).any(|loss| loss.kind.is_left_out()));
    let mut found = again.entries.iter();
    for (position, entry) in kept {
        let mut expected = entry.token.duplicate();
        if losses(position).any(|loss| loss.kind == LossKind::Without(Part::UnknownParameters)) {
            expected.extra.clear();
        }
        let found = found.next().expect("an entry is lost without a word");
        assert!(found.token == expected, "a token came back changed");
        assert!(found.extras.note == entry.extras.note, "a note came back changed");
    }
    assert!(found.next().is_none(), "an entry was made up");
}
