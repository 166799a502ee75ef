// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key says of itself (CTAP 2.3 section 6.4).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod support;

use std::collections::BTreeMap;

use kagifuda_ctap::authenticator::{Permissions, Profile};
use kagifuda_ctap::cbor::Reader;
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::config::{Config, ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::get_info::{Info, InfoOptions};
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use support::{Key, message, parameters, registration};

const EXTENSIONS: [&str; 8] = [
    "credBlob",
    "credProtect",
    "hmac-secret",
    "hmac-secret-mc",
    "largeBlobKey",
    "minPinLength",
    "pinComplexityPolicy",
    "thirdPartyPayment",
];

fn config(key: &mut Key, command: ConfigCommand, parameters: Option<&[u8]>) {
    let config = Config { subcommand: command as u64, parameters, ..Config::default() };
    key.command(Command::Config, |writer| config.write(writer)).ok();
}

#[test]
fn asking_a_key_what_it_is_needs_nobody() {
    let mut key = Key::new();
    key.lock();
    let answer = key.bare(Command::GetInfo).ok();
    assert_eq!(Info::read(&answer).unwrap().room, None, "nobody can tell while it is locked");
    assert!(key.questions().is_empty());
}

#[test]
fn a_fresh_key_says_what_it_can_do() {
    let mut key = Key::new();
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    let versions: Vec<_> = info.versions.iter().collect();
    // There is no FIDO_2_2 among the versions a key may name.
    assert_eq!(versions, ["U2F_V2", "FIDO_2_0", "FIDO_2_1", "FIDO_2_3"]);
    let extensions: Vec<_> = info.extensions.iter().collect();
    assert_eq!(extensions, EXTENSIONS);
    assert_eq!(info.aaguid, Profile::HOST.aaguid);
    assert_eq!(
        info.options,
        InfoOptions {
            plat: Some(false),
            rk: Some(true),
            client_pin: Some(false),
            up: Some(true),
            pin_uv_auth_token: Some(true),
            large_blobs: Some(true),
            authnr_cfg: Some(true),
            cred_mgmt: Some(true),
            per_cred_mgmt_ro: Some(true),
            set_min_pin_length: Some(true),
            make_cred_uv_not_rqd: Some(true),
            always_uv: Some(false),
            ..InfoOptions::default()
        }
    );
    assert_eq!(info.max_message_bytes, 7609);
    assert_eq!(info.pin_protocols.iter().collect::<Vec<_>>(), [2, 1]);
    assert_eq!(info.pin_protocol(), Some(PinProtocol::Two));
    assert_eq!(info.max_credentials_in_list, Some(64));
    assert_eq!(info.max_credential_id_bytes, Some(255));
    assert_eq!(info.transports.iter().collect::<Vec<_>>(), ["usb"]);
    assert_eq!(info.algorithms.numbers().collect::<Vec<_>>(), [-7, -8, -35]);
    assert_eq!(info.max_large_blob_bytes, Some(8192));
    assert!(!info.must_change_pin);
    assert_eq!((info.min_pin_length, info.max_pin_length), (4, 63));
    assert_eq!(info.max_cred_blob_bytes, Some(128));
    assert_eq!(info.room, Some(100));
    assert_eq!(info.attestation_formats.iter().collect::<Vec<_>>(), ["packed", "none"]);
    assert_eq!(info.is_long_touch_for_reset, Some(false));
    assert_eq!(info.has_pin_complexity_policy, Some(false));
    assert_eq!(info.config_commands.iter().collect::<Vec<_>>(), [2, 3, 4]);
    assert!(info.enc_identifier.is_none() && info.enc_cred_store_state.is_none());
    assert!(info.certifications.is_none() && info.uv_modality.is_none());
    assert!(info.preferred_uv_attempts.is_none() && info.options.uv.is_none());
}

/// Section 6.4, member by member, as bytes. A member that is missing here is one the host must not send.
#[test]
fn every_member_the_specification_defines_has_the_value_of_a_pc() {
    const MEMBERS: u64 = 0x1F;
    let mut key = Key::new();
    let answer = key.bare(Command::GetInfo).ok();
    let mut told = BTreeMap::new();
    let mut reader = Reader::new(&answer);
    reader
        .each_number(|number, value| {
            told.insert(number, value.raw()?.to_vec());
            Ok(true)
        })
        .unwrap();
    let texts = |texts: &[&str]| {
        parameters(|writer| {
            writer.array(texts.len());
            for text in texts {
                writer.text(text);
            }
        })
    };
    let number = |number: u64| parameters(|writer| _ = writer.unsigned(number));
    let no = parameters(|writer| _ = writer.boolean(false));
    let algorithms = parameters(|writer| {
        writer.array(3);
        for algorithm in [-7, -8, -35] {
            writer.map(2).text("alg").integer(algorithm).text("type").text("public-key");
        }
    });
    let options = parameters(|writer| {
        writer.map(12);
        for (name, value) in [
            ("rk", true),
            ("up", true),
            ("plat", false),
            ("alwaysUv", false),
            ("credMgmt", true),
            ("authnrCfg", true),
            ("clientPin", false),
            ("largeBlobs", true),
            ("perCredMgmtRO", true),
            ("pinUvAuthToken", true),
            ("setMinPINLength", true),
            ("makeCredUvNotRqd", true),
        ] {
            writer.text(name).boolean(value);
        }
    });
    let expected: BTreeMap<u64, Vec<u8>> = [
        // versions
        (0x01, texts(&["U2F_V2", "FIDO_2_0", "FIDO_2_1", "FIDO_2_3"])),
        // extensions
        (0x02, texts(&EXTENSIONS)),
        // aaguid
        (0x03, parameters(|writer| _ = writer.bytes(b"kagifuda host\0\0\x01"))),
        // options
        (0x04, options),
        // maxMsgSize: what 0x7F continuations carry
        (0x05, number(7609)),
        // pinUvAuthProtocols
        (0x06, parameters(|writer| _ = writer.array(2).unsigned(2).unsigned(1))),
        // maxCredentialCountInList
        (0x07, number(64)),
        // maxCredentialIdLength
        (0x08, number(255)),
        // transports
        (0x09, texts(&["usb"])),
        // algorithms
        (0x0A, algorithms),
        // maxSerializedLargeBlobArray: at least 1024
        (0x0B, number(8192)),
        // forcePINChange
        (0x0C, no.clone()),
        // minPINLength
        (0x0D, number(4)),
        // firmwareVersion
        (0x0E, number(1)),
        // maxCredBlobLength: at least 32
        (0x0F, number(128)),
        // maxRPIDsForSetMinPINLength
        (0x10, number(4)),
        // 0x11 preferredPlatformUvAttempts, 0x12 uvModality: where something is built in
        // 0x13 certifications: it has none
        // remainingDiscoverableCredentials: what the store says
        (0x14, number(100)),
        // 0x15 vendorPrototypeConfigCommands: it has none
        // attestationFormats
        (0x16, texts(&["packed", "none"])),
        // 0x17 uvCountSinceLastPinEntry: it is not counted
        // longTouchForReset
        (0x18, no.clone()),
        // 0x19 encIdentifier: once there is a token that outlives the plug
        // transportsForReset
        (0x1A, texts(&["usb"])),
        // pinComplexityPolicy
        (0x1B, no),
        // 0x1C pinComplexityPolicyURL: the rule is explained where it is set
        // maxPINLength
        (0x1D, number(63)),
        // 0x1E encCredStoreState: as 0x19
        // authenticatorConfigCommands
        (0x1F, parameters(|writer| _ = writer.array(3).unsigned(2).unsigned(3).unsigned(4))),
    ]
    .into();
    for member in 0..=MEMBERS {
        assert_eq!(told.get(&member), expected.get(&member), "member {member:#04x}");
    }
    assert_eq!(told.len(), expected.len(), "a member nobody has defined");
}

#[test]
fn a_board_says_less() {
    let mut key = Key::of(Profile::BOARD);
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    assert_eq!(info.algorithms.numbers().collect::<Vec<_>>(), [-7, -8]);
    assert_eq!((info.max_message_bytes, info.max_credentials_in_list), (2048, Some(10)));
}

#[test]
fn what_changes_is_told_anew() {
    let mut key = Key::new();
    let request = MakeCredentialRequest {
        options: Options { rk: Some(true), ..Options::default() },
        ..registration("example.com", b"aki")
    };
    key.make(&request).ok();
    let rule = MinPinLengthRequest { length: Some(8), complexity: true, ..Default::default() };
    let rule = parameters(|writer| rule.write(writer));
    config(&mut key, ConfigCommand::SetMinPinLength, Some(&rule));
    config(&mut key, ConfigCommand::EnableLongTouchForReset, None);
    config(&mut key, ConfigCommand::ToggleAlwaysUv, None);
    key.set_pin("tsubaki no hana");
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    assert_eq!(info.room, Some(99));
    assert_eq!(info.min_pin_length, 8);
    assert_eq!(info.has_pin_complexity_policy, Some(true));
    assert_eq!(info.is_long_touch_for_reset, Some(true));
    let options = info.options;
    assert_eq!((options.always_uv, options.client_pin), (Some(true), Some(true)));
    assert_eq!(options.make_cred_uv_not_rqd, Some(false));
    // U2F cannot verify anybody.
    assert!(!info.has_version("U2F_V2") && info.has_version("FIDO_2_3"));
}

#[test]
fn a_key_that_recognises_its_person_says_how() {
    let profile = Profile { has_built_in_uv: true, uv_modality: 2, ..Profile::HOST };
    let mut key = Key::of(profile);
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    assert_eq!((info.options.uv, info.options.uv_acfg), (Some(true), Some(true)));
    assert_eq!((info.uv_modality, info.preferred_uv_attempts), (Some(2), Some(1)));
    assert!(info.options.uv_bio_enroll.is_none() && info.options.bio_enroll.is_none());
}

#[test]
fn only_who_holds_the_lasting_token_recognises_a_key() {
    let mut key = Key::new();
    key.set_pin("tsubaki");
    let token = key.token(PinProtocol::Two, "tsubaki", Permissions::LIST, None);
    let mut told = Vec::new();
    for _ in 0..2 {
        let answer = key.bare(Command::GetInfo).ok();
        let info = Info::read(&answer).unwrap();
        told.push((
            info.enc_identifier.unwrap().to_vec(),
            info.enc_cred_store_state.unwrap().to_vec(),
        ));
    }
    assert_ne!(told[0], told[1], "everybody else sees something new each time");
    let open = |(identifier, state): &(Vec<u8>, Vec<u8>)| {
        (
            opened(&token.value, b"encIdentifier", identifier),
            opened(&token.value, b"encCredStoreState", state),
        )
    };
    assert_eq!(open(&told[0]), open(&told[1]));
    let request = MakeCredentialRequest {
        options: Options { rk: Some(true), ..Options::default() },
        ..registration("example.com", b"aki")
    };
    let by =
        key.token(PinProtocol::Two, "tsubaki", Permissions::MAKE_CREDENTIAL, Some("example.com"));
    let param = by.over(&[&support::HASH]);
    key.make(&MakeCredentialRequest { auth: by.auth(&param), ..request }).ok();
    let answer = key.bare(Command::GetInfo).ok();
    let info = Info::read(&answer).unwrap();
    let now = (info.enc_identifier.unwrap().to_vec(), info.enc_cred_store_state.unwrap().to_vec());
    assert_eq!(open(&now).0, open(&told[0]).0, "the same key");
    assert_ne!(open(&now).1, open(&told[0]).1, "with other passkeys");
}

/// Opens one block of AES-128-CBC behind its initialisation vector.
fn opened(token: &[u8; 32], info: &[u8], told: &[u8]) -> [u8; 16] {
    use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
    let mut key = [0; 16];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(&[0; 32]), token).expand(info, &mut key).unwrap();
    let iv: [u8; 16] = told[..16].try_into().unwrap();
    let mut block = told[16..].to_vec();
    let opened = cbc::Decryptor::<aes::Aes128>::new(&key.into(), &iv.into())
        .decrypt_padded::<cbc::cipher::block_padding::NoPadding>(&mut block)
        .unwrap();
    opened.try_into().unwrap()
}

#[test]
fn a_question_without_parameters_takes_none() {
    let mut key = Key::new();
    for command in [Command::GetInfo, Command::Selection, Command::Reset] {
        key.send(&[command as u8, 0xA0]).refused(Status::InvalidLength);
    }
    key.send(&[0x55]).refused(Status::InvalidCommand);
    key.send(&[Command::BioEnrollment as u8, 0xA0]).refused(Status::InvalidCommand);
    assert!(key.questions().is_empty());
}

#[test]
fn a_client_reads_the_info_of_other_makers_keys() {
    // The least a CTAP 2.0 key says.
    let least = message(Command::GetInfo, |writer| {
        writer.map(2).unsigned(1).array(1).text("FIDO_2_0").unsigned(3).bytes(&[7; 16]);
    });
    let info = Info::read(&least[1..]).unwrap();
    assert!(info.has_version("FIDO_2_0") && !info.has_tokens_with_permissions());
    assert_eq!((info.max_message_bytes, info.min_pin_length), (1024, 4));
    assert_eq!(info.pin_protocol(), None);
    assert_eq!((info.extensions.count(), info.algorithms.numbers().count()), (0, 0));
    assert!(info.options == InfoOptions::default() && !info.has_extension("credBlob"));

    // What is new, and what is of another time.
    let more = message(Command::GetInfo, |writer| {
        writer.map(6).unsigned(1).array(1).text("FIDO_3_0").unsigned(3).bytes(&[7; 16]);
        writer.unsigned(4).map(2).text("bioEnroll").boolean(false);
        writer.text("userVerificationMgmtPreview").boolean(true);
        writer.unsigned(6).array(2).unsigned(9).unsigned(1);
        writer.unsigned(0x13).map(1).text("FIDO").unsigned(3);
        writer.unsigned(0x40).boolean(true);
    });
    let info = Info::read(&more[1..]).unwrap();
    assert_eq!(info.pin_protocol(), Some(PinProtocol::One));
    assert_eq!(info.options.bio_enroll, Some(false));
    assert_eq!(info.options.bio_enroll_preview, Some(true));
    assert!(info.certifications.is_some());

    for broken in [
        message(Command::GetInfo, |writer| _ = writer.map(1).unsigned(3).bytes(&[7; 16])),
        message(Command::GetInfo, |writer| _ = writer.map(1).unsigned(1).array(0)),
        message(Command::GetInfo, |writer| {
            writer.map(2).unsigned(1).array(0).unsigned(3).bytes(&[7; 15]);
        }),
        message(Command::GetInfo, |writer| _ = writer.array(0)),
    ] {
        assert!(Info::read(&broken[1..]).is_err());
    }
}
