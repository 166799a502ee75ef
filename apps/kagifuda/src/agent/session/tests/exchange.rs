// SPDX-License-Identifier: MIT OR Apache-2.0
//! What comes in from other apps and goes out to them: shown before it is made, all or nothing, and told
//! entry by entry.

use kagifuda_otp::UnixTime;
use kagifuda_secret::SecretBytes;
use kagifuda_vault::exchange::{
    EntryExtras, ImportLimits, LargeBlob, OutgoingBlob, OutgoingPasskey, PasskeyEntry, read_any,
    write_cxf,
};
use rand_core::Rng as _;

use super::super::rng;
use super::*;
use crate::agent::protocol::{
    ExportFormat, ImportOutcome, ImportReport, LossExtent, Protection, Refusal,
};

fn preview(pc: &Pc, session: &mut Session, lines: &str) -> ImportReport {
    let bytes = Hidden(SecretBytes::from(lines.as_bytes()));
    let request = Request::ImportPreview { bytes, password: None };
    match pc.ask(session, request) {
        Reply::Import(report) => report,
        Reply::Failed(failure) => panic!("{failure:?}"),
        _ => panic!("no report"),
    }
}

#[test]
fn an_import_is_shown_first_then_made_whole_and_can_be_undone_whole() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let known = pc.add_token(&mut session, &uri("Known", "me"));
    let other = "MFRGGZDFMZTWQ2LKMFRGGZDF";
    let lines = format!(
        "{}\notpauth://totp/New:a?secret={other}\notpauth://totp/Again:a?secret={other}\n\
         otpauth://totp/Cut:off\n",
        uri("Renamed", "me"),
    );
    let report = preview(&pc, &mut session, &lines);
    let outcomes: Vec<_> = report.lines.iter().map(|line| &line.outcome).collect();
    assert_eq!(*outcomes[0], ImportOutcome::SameAsExisting { id: Some(known) });
    assert_eq!(*outcomes[1], ImportOutcome::Imported);
    assert_eq!(*outcomes[2], ImportOutcome::SameAsExisting { id: None });
    assert!(matches!(outcomes[3], ImportOutcome::Refused { .. }));
    assert_eq!(pc.titles(&mut session).len(), 1, "showing changes nothing");

    let commit = || Request::ImportCommit { ticket: report.ticket.unwrap() };
    let reply = pc.ask(&mut session, commit());
    assert!(matches!(reply, Reply::Imported { added: 1, operation: Some(_) }));
    assert_eq!(pc.refused(&mut session, commit()), Failure::NoSuchTicket);
    assert_eq!(preview(&pc, &mut session, &lines).ticket, None);
    assert!(matches!(
        pc.ask(&mut session, Request::Undo { operation: None }),
        Reply::Undone { .. }
    ));
    assert_eq!(pc.titles(&mut session), ["Known (me)"]);
}

#[test]
fn a_file_in_no_format_is_refused_and_changes_nothing() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let bytes = Hidden(SecretBytes::from(&b"\x7fELF no export at all"[..]));
    let request = Request::ImportPreview { bytes, password: None };
    assert_eq!(pc.refused(&mut session, request), Failure::UnknownFormat);
    assert!(pc.titles(&mut session).is_empty());
}

/// What a phone keeps in a database is read as rows, and what is wrong with a file is told with its place.
#[test]
fn a_database_of_a_phone_comes_in_and_a_broken_one_says_so() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let vector = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let ask = |session: &mut Session, bytes: &[u8]| {
        let bytes = Hidden(SecretBytes::from(bytes));
        pc.ask(session, Request::ImportPreview { bytes, password: None })
    };
    let phone = vector("databases/google-authenticator-newer-phones-seal-secrets.sqlite");
    let Reply::Import(report) = ask(&mut session, &phone) else { panic!("no report") };
    assert_eq!((report.format.as_str(), report.lines.len()), ("google-phone", 6));
    let sealed = &report.lines[4];
    assert_eq!(sealed.outcome, ImportOutcome::Refused { why: Refusal::AppBound });
    assert!(report.lines[0].notes.contains(&"assumed-digits".to_owned()));
    let ticket = report.ticket.unwrap();
    let made = pc.ask(&mut session, Request::ImportCommit { ticket });
    assert!(matches!(made, Reply::Imported { added: 2, .. }), "two are of one secret");

    let short = |name: &str| {
        let file = vector(name);
        file[..file.len() - 40].to_vec()
    };
    let broken = [
        (phone[..phone.len() - 1].to_vec(), "SQLite", "database"),
        (short("exchange/freeotp-1-preferences.xml"), "FreeOTP", "xml"),
        (short("exchange/freeotp2-newer-phones.bin"), "FreeOTP 2", "byte"),
        (short("exchange/raivo-everything-is-text.json"), "Raivo OTP", "json"),
    ];
    for (file, app, expected) in broken {
        match ask(&mut session, &file) {
            Reply::Failed(Failure::BrokenImport { format, place, line, .. }) => {
                assert_eq!((format.as_str(), place.as_str()), (app, expected));
                assert!(expected == "database" || line > 4, "{app}: {line}");
            }
            _ => panic!("{app}: another answer"),
        }
    }
    assert_eq!(pc.titles(&mut session).len(), 2, "nothing is imported half");
}

fn export(pc: &Pc, session: &mut Session, format: ExportFormat, protection: Protection) -> Reply {
    pc.ask(session, Request::Export { format, ids: Vec::new(), protection })
}

#[test]
fn every_export_comes_back_as_the_same_tokens() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let none = export(&pc, &mut session, ExportFormat::Aegis, Protection::None);
    assert!(matches!(none, Reply::Failed(Failure::NothingToExport)));
    pc.add_token(&mut session, &uri("GitHub", "me"));
    for format in
        [ExportFormat::Otpauth, ExportFormat::Google, ExportFormat::Aegis, ExportFormat::TwoFas]
    {
        let reply = export(&pc, &mut session, format, Protection::None);
        let Reply::Exported { parts, items: 1, losses } = reply else { panic!("no export") };
        assert_eq!(losses, []);
        let file = String::from_utf8(parts[0].expose().to_vec()).unwrap();
        if format != ExportFormat::Google {
            assert_eq!(preview(&pc, &mut session, &file).ticket, None, "{format:?}");
        }
    }
}

#[test]
fn what_an_export_cannot_carry_is_named() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let noted = pc.add_token(&mut session, &uri("GitHub", "me"));
    let note = Field::new(name::NOTE, FieldValue::Text("the spare is at the bank".to_owned()));
    pc.ask(&mut session, Request::EditItem { id: noted, fields: vec![note] });
    let slow = "otpauth://totp/Bank:me?secret=JBSWY3DPEHPK3PXP&issuer=Bank&period=60";
    let slow = pc.add_token(&mut session, slow);
    let reply = export(&pc, &mut session, ExportFormat::Google, Protection::None);
    let Reply::Exported { items, losses, .. } = reply else { panic!("no export") };
    let told: Vec<_> = losses.iter().map(|loss| (loss.id, &*loss.title, loss.extent)).collect();
    assert_eq!(items, 1);
    assert!(told.contains(&(noted, "GitHub (me)", LossExtent::Without)), "{told:?}");
    assert!(told.contains(&(slow, "Bank (me)", LossExtent::LeftOut)), "{told:?}");
}

#[test]
fn a_name_of_the_holders_own_does_not_travel_and_that_is_said() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let named = pc.add_token(&mut session, &uri("GitHub", "me"));
    pc.add_token(&mut session, &uri("GitLab", "me"));
    pc.edit(&mut session, named, name::NAME, FieldValue::Text("the club's".to_owned()));
    for format in
        [ExportFormat::Otpauth, ExportFormat::Google, ExportFormat::Aegis, ExportFormat::TwoFas]
    {
        let reply = export(&pc, &mut session, format, Protection::None);
        let Reply::Exported { items: 2, losses, .. } = reply else { panic!("no export") };
        let told: Vec<_> = losses.iter().map(|loss| (loss.id, loss.extent)).collect();
        assert_eq!(told, [(named, LossExtent::Without)], "{format:?}");
    }
}

#[test]
fn an_export_closed_with_age_opens_with_its_identity_only() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("GitHub", "me"));
    let identity = age::x25519::Identity::generate();
    let protection = Protection::AgeRecipient(identity.to_public().to_string());
    let reply = export(&pc, &mut session, ExportFormat::Otpauth, protection);
    let Reply::Exported { parts, .. } = reply else { panic!("no export") };
    let opened = age::decrypt(&identity, parts[0].expose()).unwrap();
    assert!(String::from_utf8(opened).unwrap().contains(RFC_SECRET));
    let nobody = Protection::AgeRecipient("age1nobody".to_owned());
    let refused = export(&pc, &mut session, ExportFormat::Otpauth, nobody);
    assert!(matches!(refused, Reply::Failed(Failure::BadRecipient)));
}

#[test]
fn a_removed_token_that_is_imported_again_does_not_repeat_its_codes() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let hotp = format!("otpauth://hotp/RFC:4226?secret={RFC_SECRET}&counter=0");
    let id = pc.add_token(&mut session, &hotp);
    let next = codes(pc.ask(&mut session, Request::HotpNext { id }));
    assert_eq!(shown(&next[0]), "755224");
    pc.ask(&mut session, Request::RemoveItem { id });
    let report = preview(&pc, &mut session, &hotp);
    let ticket = report.ticket.unwrap();
    pc.ask(&mut session, Request::ImportCommit { ticket });
    let listed = codes(pc.ask(&mut session, all_codes()));
    assert_eq!(listed[0].turn, Turn::Counter { counter: 1 });
}

/// Passkeys whose extensions hold all there is.
const EXTENDED: &str = include_str!(
    "../../../../../../tests/vectors/exchange/cxf-blobs-and-protection-come-along.json"
);

fn passkeys_of(file: &[u8]) -> Vec<PasskeyEntry> {
    read_any(file, None, &ImportLimits::STANDARD).unwrap().passkeys
}

fn take_in(pc: &Pc, session: &mut Session, file: &str) -> u32 {
    let ticket = preview(pc, session, file).ticket.unwrap();
    match pc.ask(session, Request::ImportCommit { ticket }) {
        Reply::Imported { added, .. } => added,
        _ => panic!("not imported"),
    }
}

fn exported(pc: &Pc, session: &mut Session) -> Vec<u8> {
    let reply = export(pc, session, ExportFormat::Cxf, Protection::None);
    let Reply::Exported { parts, .. } = reply else { panic!("no export") };
    parts[0].expose().to_vec()
}

#[test]
fn what_passkeys_extensions_hold_goes_through_a_vault_and_comes_out_the_same() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    assert_eq!(take_in(&pc, &mut session, EXTENDED), 2, "the array is no item of the holder's");
    assert_eq!(preview(&pc, &mut session, EXTENDED).ticket, None);
    let told = export(&pc, &mut session, ExportFormat::Cxf, Protection::None);
    let Reply::Exported { losses, items: 2, .. } = told else { panic!("no export") };
    assert!(losses.iter().all(|loss| loss.extent == LossExtent::Unread) && losses.len() == 2);
    let (before, after) =
        (passkeys_of(EXTENDED.as_bytes()), passkeys_of(&exported(&pc, &mut session)));
    for old in &before {
        let new = after.iter().find(|new| new.passkey.rp_id == old.passkey.rp_id).unwrap();
        assert!(new.large_blob.is_some() && new.large_blob == old.large_blob);
        assert_eq!(new.passkey.cred_protect, old.passkey.cred_protect);
        assert_eq!(new.passkey.third_party_payment, old.passkey.third_party_payment);
        let blobs = [&new.passkey, &old.passkey].map(|it| it.cred_blob.as_ref());
        assert!(blobs[0] == blobs[1]);
    }
}

/// A file with the passkeys of the vector, each with a blob that does not become smaller.
fn with_blobs(bytes: usize) -> String {
    let passkeys = passkeys_of(EXTENDED.as_bytes());
    let extras = EntryExtras::default();
    let blob = || {
        let mut noise = vec![0; bytes];
        rng().fill_bytes(&mut noise);
        LargeBlob::of(&noise).unwrap()
    };
    let blobs: Vec<LargeBlob> = passkeys.iter().map(|_| blob()).collect();
    let outgoing: Vec<_> = passkeys
        .iter()
        .zip(&blobs)
        .map(|(entry, blob)| OutgoingPasskey {
            passkey: &entry.passkey,
            large_blob: OutgoingBlob::Known(blob),
            name: "",
            created: UnixTime(0),
            extras: &extras,
        })
        .collect();
    let written = write_cxf(&outgoing, UnixTime(0), &mut rng());
    String::from_utf8(written.content.expose().to_vec()).unwrap()
}

#[test]
fn a_blob_the_key_has_no_room_for_is_told_before_and_its_passkey_comes_in_without() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let file = with_blobs(5000);
    let report = preview(&pc, &mut session, &file);
    let notes: Vec<_> = report.lines.iter().map(|line| line.notes.join(" ")).collect();
    assert_eq!(notes, ["", "blob-no-room"], "8 KiB are room for one");
    assert_eq!(take_in(&pc, &mut session, &file), 2);
    let after = passkeys_of(&exported(&pc, &mut session));
    assert_eq!(after.iter().filter(|entry| entry.large_blob.is_some()).count(), 1);
    // Exactly what is shown is made: the room has to be there still.
    let one = with_blobs(9000);
    let again = preview(&pc, &mut session, &one.replace("inn.example", "other.example"));
    assert_eq!(again.lines[0].notes, ["blob-no-room"]);
}
