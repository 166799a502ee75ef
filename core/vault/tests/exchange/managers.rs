// SPDX-License-Identifier: MIT OR Apache-2.0
//! Exports of password managers and browsers: what is a token, a passkey, a service with a saved password, or
//! a note, and that no password comes in.

use kagifuda_otp::{Algorithm, TokenKind};
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    FormatName, Import, ImportError, ImportLimits, KeptElsewhere, Lives, MethodKind, NoteEntry,
    Notice, Place, RefuseReason, ServiceEntry, read_any,
};

use crate::{PASSWORD, entry, error_of, read, refusals, unlock, vector};

/// The password of the archives; the program that made them takes no other letters.
const ARCHIVE_PASSWORD: &str = "rain and sun";

fn service<'a>(import: &'a Import, name: &str) -> &'a ServiceEntry {
    let found = import.services.iter().find(|service| service.name == name);
    found.unwrap_or_else(|| panic!("{name} is missing"))
}

fn note<'a>(import: &'a Import, title: &str) -> &'a NoteEntry {
    let found = import.notes.iter().find(|note| note.title == title);
    found.unwrap_or_else(|| panic!("{title} is missing"))
}

fn kept_by(provider: &str, lives: Lives) -> KeptElsewhere {
    KeptElsewhere { what: MethodKind::Password, lives, provider: provider.to_owned() }
}

fn counts(import: &Import) -> [usize; 5] {
    let Import { entries, passkeys, services, notes, refused, .. } = import;
    [entries.len(), passkeys.len(), services.len(), notes.len(), refused.len()]
}

/// Nothing that came in holds what the files keep as a password.
fn assert_no_password(import: &Import) {
    let services = import.services.iter();
    let texts = services.flat_map(|it| [it.name.as_str(), &it.account, it.extras.note.expose()]);
    let notes = import.notes.iter().flat_map(|it| [it.text.expose(), it.extras.note.expose()]);
    let mut all = texts.chain(notes).chain(import.refused.iter().map(|it| it.name.as_str()));
    assert!(all.all(|text| !text.contains("not kept")), "a password came in");
}

fn assert_moss(import: &Import, issuer: &str) {
    let moss = entry(import, issuer);
    let token = &moss.token;
    assert_eq!((token.kind, token.account.as_str()), (totp(60), "ume"));
    assert_eq!((token.algorithm, token.digits), (Algorithm::Sha256, 8));
    assert!(token.secret.expose() == b"abcdefghij");
}

const fn totp(period_seconds: u32) -> TokenKind {
    TokenKind::Totp { period_seconds, t0: 0 }
}

#[test]
fn bitwarden_items_become_services_tokens_passkeys_and_notes() {
    let import = read(&vector("bitwarden-items-of-every-kind.json")).unwrap();
    assert_eq!(import.format, FormatName::Bitwarden);
    assert_eq!(counts(&import), [2, 2, 3, 5, 2]);
    assert_no_password(&import);
    assert_moss(&import, "Moss");

    let moss = service(&import, "Moss");
    assert_eq!((moss.position, moss.account.as_str()), (1, "ume"));
    assert_eq!(moss.urls, ["https://moss.example", "androidapp://example.moss"]);
    assert_eq!(moss.methods, [kept_by("Bitwarden", Lives::PasswordManager)]);
    assert_eq!(moss.notices, [Notice::SavedPassword]);
    assert_eq!((moss.extras.note.expose(), moss.extras.is_pinned), ("by the pond", true));
    assert_eq!(moss.extras.folders, ["garden"]);
    assert_eq!(entry(&import, "Moss").extras.service, Some(1));
    assert_eq!(note(&import, "Moss").text.expose(), "street: Moss lane\nPIN: 0000");

    let [first, second] = &import.passkeys[..] else { panic!("two passkeys") };
    assert_eq!(first.passkey.credential_id[..4], [0xb7, 0xa1, 0xc2, 0xd3]);
    assert_eq!(second.passkey.credential_id, b"another credential");
    assert_eq!(
        (first.passkey.rp_id.as_str(), &first.passkey.user_handle[..]),
        ("inn.example", &b"hana"[..])
    );
    assert_eq!(
        (&first.notices[..], &second.notices[..]),
        (&[][..], &[Notice::SignaturesCounted][..])
    );
    let inn = service(&import, "The inn");
    assert_eq!((inn.methods.len(), &inn.notices[..]), (0, &[Notice::GroupMissing][..]));
    assert_eq!(first.extras.service, Some(inn.position));

    // A secret alone is called as its item is, and an item with nothing else is no service.
    let fern = entry(&import, "Fern");
    assert_eq!((fern.token.account.as_str(), fern.token.kind), ("take", totp(30)));
    assert_eq!((&fern.notices[..], fern.extras.service), (&[Notice::WasTrashed][..], None));

    assert_eq!(note(&import, "Spare codes").text.expose(), "1111\n2222");
    let card = note(&import, "Card").text.expose();
    assert!(
        card.starts_with("cardholder name: Hana\nbrand: Visa\nnumber: 4111111111111111"),
        "{card}"
    );
    assert!(note(&import, "Server").text.expose().contains("public key: ssh-ed25519 AAAA"));
    let unknown = note(&import, "Of the future");
    assert!(
        unknown.text.expose().contains("\"glow\": 3")
            || unknown.text.expose().contains("\"glow\":3")
    );
    assert_eq!(unknown.notices, [Notice::UnknownAsText]);
    let refused = refusals(&import);
    assert_eq!((refused[0].1, &refused[0].2), ("Broken: kiri", &RefuseReason::BadSecret));
    assert_eq!((refused[1].1, &refused[1].2), ("Odd", &RefuseReason::Malformed));
}

#[test]
fn bitwarden_under_a_password_opens_by_either_derivation() {
    for how in ["pbkdf2", "argon2"] {
        let file = vector(&format!("bitwarden-under-a-password-by-{how}.json"));
        let import = unlock(&file, PASSWORD).unwrap();
        assert_eq!(counts(&import), [1, 2, 2, 1, 0], "{how}");
        assert_moss(&import, "Moss");
        assert_eq!(error_of(unlock(&file, "rain")), ImportError::WrongPassword, "{how}");
        assert_eq!(error_of(read(&file)), ImportError::PasswordNeeded, "{how}");
    }
}

#[test]
fn bitwarden_bound_to_the_account_is_refused_with_that_reason() {
    let file = vector("bitwarden-bound-to-the-account.json");
    assert_eq!(error_of(read(&file)), ImportError::AccountBound);
    assert_eq!(error_of(unlock(&file, PASSWORD)), ImportError::AccountBound);
}

#[test]
fn bitwarden_costs_are_refused_before_they_are_paid() {
    let text = |how| {
        String::from_utf8(vector(&format!("bitwarden-under-a-password-by-{how}.json"))).unwrap()
    };
    let (pbkdf2, argon2) = (text("pbkdf2"), text("argon2"));
    let hostile = [
        pbkdf2.replace("\"kdfIterations\": 5000", "\"kdfIterations\": 4294967295"),
        pbkdf2.replace("\"kdfIterations\": 5000", "\"kdfIterations\": 18446744073709551615"),
        argon2.replace("\"kdfMemory\": 8", "\"kdfMemory\": 1025"),
        argon2.replace("\"kdfMemory\": 8", "\"kdfMemory\": 18446744073709551615"),
        argon2.replace("\"kdfIterations\": 2", "\"kdfIterations\": 4294967295"),
    ];
    for (number, file) in hostile.iter().enumerate() {
        let error = error_of(unlock(file.as_bytes(), PASSWORD));
        assert!(matches!(error, ImportError::TooCostly { .. }), "{number}: {error:?}");
    }
    let damaged = [
        pbkdf2.replace("\"kdfType\": 0", "\"kdfType\": 7"),
        pbkdf2.replace("\"salt\"", "\"tlas\""),
        pbkdf2.replace("\"data\": \"2.", "\"data\": \"3."),
        argon2.replace("\"kdfParallelism\": 4", "\"kdfParallelism\": 0"),
    ];
    for (number, file) in damaged.iter().enumerate() {
        let error = error_of(unlock(file.as_bytes(), PASSWORD));
        assert_eq!(error, ImportError::Damaged { at: Place::Parameters }, "{number}");
    }
}

const APPLE: &str = "\
Title,URL,Username,Password,Notes,OTPAuth
moss.example (ume),https://moss.example/,ume,not kept here,\"by the pond, \"\"left\"\"\",otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss&algorithm=SHA256&digits=8&period=60
post.example,https://post.example/,hana,not kept either,,
";

#[test]
fn apples_csv_gives_services_and_the_tokens_of_its_column() {
    let import = read(APPLE.as_bytes()).unwrap();
    assert_eq!((import.format, counts(&import)), (FormatName::AppleCsv, [1, 0, 2, 0, 0]));
    assert_no_password(&import);
    assert_moss(&import, "Moss");
    let moss = service(&import, "moss.example (ume)");
    assert_eq!(moss.methods, [kept_by("Apple", Lives::ICloud)]);
    assert_eq!(moss.notices, [Notice::SavedPassword]);
    assert_eq!(moss.extras.note.expose(), "by the pond, \"left\"");
    assert_eq!(entry(&import, "Moss").extras.service, Some(1));
    assert_eq!(service(&import, "post.example").position, 3);
}

#[test]
fn csv_of_browsers_and_managers_is_told_by_its_columns() {
    let google =
        "name,url,username,password,note\nmoss.example,https://moss.example/,ume,not kept,\n";
    let firefox = "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"\r\n\
        \"https://moss.example\",\"ume\",\"not kept\",,\"https://moss.example\",\"{1}\",\"1\",\"2\",\"3\"\r\n";
    let onepassword = "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n\
        moss.example,https://moss.example,ume,not kept,,true,true,garden;old,by the pond\n";
    let bitwarden = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n\
        garden,1,login,moss.example,,\"PIN: 0000\nstreet: Moss lane\",0,\"https://moss.example,https://moss.example/in\",ume,not kept,\n\
        ,,note,Spare codes,1111,,0,,,,\n";
    let cases = [
        (google, FormatName::GoogleCsv, kept_by("Google", Lives::Google)),
        (firefox, FormatName::FirefoxCsv, kept_by("Firefox", Lives::PasswordManager)),
        (onepassword, FormatName::OnePassword, kept_by("1Password", Lives::PasswordManager)),
        (bitwarden, FormatName::Bitwarden, kept_by("Bitwarden", Lives::PasswordManager)),
    ];
    for (file, format, method) in cases {
        let import = read(file.as_bytes()).unwrap();
        assert_eq!((import.format, import.refused.len()), (format, 0));
        assert_no_password(&import);
        let moss = service(&import, "moss.example");
        assert_eq!(
            (moss.account.as_str(), &moss.methods[..]),
            ("ume", &[method][..]),
            "{format:?}"
        );
        assert!(moss.notices.contains(&Notice::SavedPassword), "{format:?}");
    }
    let import = read(onepassword.as_bytes()).unwrap();
    let moss = service(&import, "moss.example");
    assert_eq!(
        (&moss.extras.tags[..], moss.extras.is_pinned),
        (&["garden".to_owned(), "old".to_owned()][..], true)
    );
    assert_eq!(moss.notices, [Notice::SavedPassword, Notice::WasArchived]);
    let import = read(bitwarden.as_bytes()).unwrap();
    assert_eq!(service(&import, "moss.example").urls.len(), 2);
    assert_eq!(note(&import, "moss.example").text.expose(), "PIN: 0000\nstreet: Moss lane");
    assert_eq!(note(&import, "Spare codes").text.expose(), "1111");
}

#[test]
fn columns_nobody_knows_are_kept_and_a_short_row_is_refused_alone() {
    let file = "name,url,username,password,Colour\n\
        Moss,https://moss.example,ume,x,green\n\
        Fern,https://fern.example,take\n\
        Birch,https://birch.example,hana,x,\n";
    let import = read(file.as_bytes()).unwrap();
    assert_eq!(counts(&import), [0, 0, 2, 1, 1]);
    assert_eq!(note(&import, "Moss").text.expose(), "Colour: green");
    assert_eq!(refusals(&import), [(3, "Fern: take", RefuseReason::Malformed)]);
    let open = file.replace("https://fern", "\"https://fern");
    assert_eq!(
        error_of(read(open.as_bytes())),
        ImportError::Damaged { at: Place::Row { line: 3 } }
    );
}

#[test]
fn keepassxc_writes_csv_that_is_read() {
    let import = read(&vector("keepassxc-csv-written-by-keepassxc.csv")).unwrap();
    assert_eq!((import.format, import.refused.len()), (FormatName::KeepassCsv, 0));
    assert_moss(&import, "Moss & Co");
    let inn = service(&import, "The inn");
    assert_eq!((&inn.extras.folders[..], inn.methods.len()), (&["home/garden".to_owned()][..], 0));
    assert_no_password(&import);
}

fn assert_keepass(import: &Import) {
    assert_eq!(counts(import), [2, 1, 1, 1, 0]);
    assert_no_password(import);
    let moss = service(import, "Moss & Co");
    assert_eq!((moss.position, moss.account.as_str(), moss.urls.len()), (1, "ume", 1));
    assert_eq!(moss.methods, [kept_by("KeePass", Lives::PasswordManager)]);
    assert_eq!(moss.extras.note.expose(), "by the pond");
    assert_eq!(moss.extras.tags, ["garden", "old"]);
    assert!(moss.extras.folders.is_empty(), "the group that holds all says nothing");
    assert_eq!(note(import, "Moss & Co").text.expose(), "Street: Moss lane");
    let [inn] = &import.passkeys[..] else { panic!("one passkey") };
    assert_eq!(inn.passkey.rp_id, "inn.example");
    assert_eq!(inn.passkey.credential_id, b"credential at inn.example");
    assert_eq!((&inn.passkey.user_handle[..], inn.passkey.algorithm), (&b"hana"[..], -7));
    assert_eq!(inn.extras.folders, ["home/garden"]);
    assert_eq!(inn.extras.service, None, "an address that is the passkey's site makes no service");
    assert_eq!(inn.name, "The inn");
}

#[test]
fn keepass_databases_of_every_make_hold_the_same() {
    let files = [
        "keepass-3-aes.kdbx",
        "keepass-3-not-compressed.kdbx",
        "keepass-4-argon2d-aes.kdbx",
        "keepass-4-argon2id-chacha20.kdbx",
        "keepass-4-aes-kdf.kdbx",
        "keepass-written-by-keepassxc.kdbx",
    ];
    for name in files {
        let file = vector(name);
        let import = unlock(&file, PASSWORD).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(import.format, FormatName::Kdbx, "{name}");
        assert_keepass(&import);
        assert_eq!(error_of(unlock(&file, "rain")), ImportError::WrongPassword, "{name}");
        assert_eq!(error_of(read(&file)), ImportError::PasswordNeeded, "{name}");
    }
    let import = read(&vector("keepass-xml-readable-by-anybody.xml")).unwrap();
    assert_eq!(import.format, FormatName::KeepassXml);
    assert_keepass(&import);
}

#[test]
fn what_keepass_seals_another_way_is_named_as_such() {
    let twofish = vector("keepass-4-twofish-is-not-read.kdbx");
    assert_eq!(error_of(unlock(&twofish, PASSWORD)), ImportError::UnknownMethod);
    let mut later = vector("keepass-4-aes-kdf.kdbx");
    later[10] = 5;
    let newer = ImportError::NewerVersion { found: 5, known: 4 };
    assert_eq!(error_of(unlock(&later, PASSWORD)), newer);
}

#[test]
fn keepass_costs_are_refused_before_they_are_paid() {
    // Rounds are a field of eight bytes: number 6 of version 3.
    let mut third = vector("keepass-3-aes.kdbx");
    let rounds = [6, 8, 0, 0xe8, 3];
    let place = third.windows(rounds.len()).position(|found| found == rounds).unwrap();
    third[place + 10] = 0x7f;
    assert!(matches!(error_of(unlock(&third, PASSWORD)), ImportError::TooCostly { .. }));
    // Behind the header of version 4 stands its hash, which whoever changes it can change, too.
    let file = vector("keepass-4-argon2d-aes.kdbx");
    for (name, place) in [(&b"M\x08\0\0\0"[..], 7), (b"I\x08\0\0\0", 3)] {
        let mut fourth = file.clone();
        let at = fourth.windows(name.len()).position(|found| found == name).unwrap();
        fourth[at + name.len() + place] = 0x7f;
        let error = error_of(unlock(&rehashed(fourth), PASSWORD));
        assert!(matches!(error, ImportError::TooCostly { .. }), "{error:?}");
    }
}

/// The file with the hash of its header made anew, as a stranger would.
fn rehashed(mut file: Vec<u8>) -> Vec<u8> {
    use sha2::Digest as _;
    let end = b"\x00\x04\x00\x00\x00\r\n\r\n";
    let end = file.windows(end.len()).position(|found| found == end).unwrap() + end.len();
    let hash = sha2::Sha256::digest(&file[..end]);
    file[end..end + 32].copy_from_slice(&hash);
    file
}

#[test]
fn one_passkey_of_keepassxc_comes_in() {
    let import = read(&vector("keepassxc-one-passkey.passkey")).unwrap();
    let [inn] = &import.passkeys[..] else { panic!("one passkey") };
    assert_eq!((inn.passkey.rp_id.as_str(), inn.passkey.algorithm), ("inn.example", -8));
    assert_eq!((inn.passkey.user_name.as_str(), inn.position), ("hana@example.com", 1));
}

#[test]
fn archives_are_opened_and_read_as_what_they_hold() {
    let files = [
        ("authenticator-plus-aes256.zip", FormatName::AuthenticatorPlus, 2),
        ("raivo-aes128.zip", FormatName::Raivo, 2),
        ("winauth-under-the-old-cipher.zip", FormatName::WinAuth, 1),
        ("zip-stored-under-the-old-cipher.zip", FormatName::OtpauthLines, 1),
    ];
    for (name, format, count) in files {
        let file = vector(name);
        let import =
            unlock(&file, ARCHIVE_PASSWORD).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!((import.format, import.entries.len()), (format, count), "{name}");
        assert_eq!(error_of(unlock(&file, "rain")), ImportError::WrongPassword, "{name}");
        assert_eq!(error_of(read(&file)), ImportError::PasswordNeeded, "{name}");
    }
    assert_moss(
        &unlock(&vector("authenticator-plus-aes256.zip"), ARCHIVE_PASSWORD).unwrap(),
        "Moss",
    );
}

#[test]
fn winauth_names_itself_and_the_account_is_the_service() {
    let import = read(&vector("winauth-the-account-is-the-service.txt")).unwrap();
    let token = &import.entries[0].token;
    assert_eq!((token.issuer.as_str(), token.account.as_str()), ("Moss", "WinAuth"));
    let named = b"otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&digits=6&issuer=Moss";
    assert_eq!(read(named).unwrap().format, FormatName::OtpauthLines);
}

#[test]
fn an_archive_with_a_changed_byte_is_damaged_and_not_half_read() {
    let file = vector("authenticator-plus-aes256.zip");
    let mut changed = file.clone();
    changed[90] ^= 1;
    assert_eq!(
        error_of(unlock(&changed, ARCHIVE_PASSWORD)),
        ImportError::Damaged { at: Place::Ciphertext }
    );
    let pux = vector("1password-1pux.1pux");
    let place = pux.windows(4).position(|found| found == b"PK\x01\x02").unwrap();
    let mut method = pux.clone();
    method[place + 10] = 93;
    let second = pux.windows(4).skip(place + 4).position(|found| found == b"PK\x01\x02").unwrap()
        + place
        + 4;
    method[second + 10] = 93;
    assert_eq!(error_of(read(&method)), ImportError::UnknownMethod);
    let mut check = pux;
    check[second + 16] ^= 1;
    assert_eq!(error_of(read(&check)), ImportError::Damaged { at: Place::Compressed });
}

#[test]
fn onepassword_items_become_services_tokens_and_notes() {
    let import = read(&vector("1password-1pux.1pux")).unwrap();
    assert_eq!((import.format, counts(&import)), (FormatName::OnePassword, [1, 0, 2, 3, 1]));
    assert_no_password(&import);
    assert_moss(&import, "Moss");
    let moss = service(&import, "Moss");
    assert_eq!(moss.urls, ["https://moss.example", "https://moss.example/in"]);
    assert_eq!((moss.account.as_str(), moss.extras.note.expose()), ("ume", "by the pond"));
    assert_eq!(moss.methods, [kept_by("1Password", Lives::PasswordManager)]);
    assert_eq!(
        (&moss.extras.folders[..], moss.extras.is_pinned),
        (&["Private".to_owned()][..], true)
    );
    assert_eq!(note(&import, "Moss").text.expose(), "remember: yes\nPIN: 0000\nsince: 202601");
    assert_eq!(note(&import, "Spare codes").notices, [Notice::WasArchived]);
    let card = note(&import, "Card");
    assert!(card.text.expose().contains("number: 4111111111111111\naddress street: Moss lane 1"));
    assert_eq!(card.notices, [Notice::AttachmentDropped]);
    assert_eq!(service(&import, "Old").notices, [Notice::SavedPassword]);
}

#[test]
fn cxf_credentials_of_every_kind_are_kept_and_none_is_dropped_without_a_word() {
    let import = read(&vector("cxf-credentials-of-every-kind.json")).unwrap();
    assert_eq!((import.format, counts(&import)), (FormatName::Cxf, [1, 1, 1, 5, 1]));
    assert_no_password(&import);
    let inn = service(&import, "The inn");
    assert_eq!(inn.urls, ["https://inn.example", "androidapp://example.inn"]);
    assert_eq!(inn.methods, [kept_by("A manager", Lives::PasswordManager)]);
    assert_eq!(inn.extras.note.expose(), "ask for the room by the pond");
    assert_eq!(inn.extras.folders, ["travel"]);
    assert_eq!(import.passkeys[0].extras.service, Some(1));
    assert_eq!(entry(&import, "The inn").extras.service, Some(1));
    assert_eq!(note(&import, "Spare codes").text.expose(), "1111\n2222");
    let server = note(&import, "Server").text.expose();
    assert!(server.contains("key type: ssh-ed25519\nprivate key: LS0t"), "{server}");
    assert!(server.contains("key: k-1\nusername: hana"), "{server}");
    assert!(note(&import, "Home").text.expose().contains("passphrase: fern fern"));
    let papers = note(&import, "Papers");
    for line in [
        "document number: X-1",
        "street address: Moss lane 1",
        "given: Hana",
        "number: 4111111111111111",
        "shoe size: 42",
        "colour: teal",
        "password: made once",
        "file: map.png",
    ] {
        assert!(papers.text.expose().lines().any(|found| found == line), "{line}");
    }
    assert_eq!(papers.notices, [Notice::AttachmentDropped]);
    assert_eq!(papers.extras.folders, ["travel/papers"]);
    let unknown = note(&import, "Of the future");
    assert_eq!(unknown.notices, [Notice::UnknownAsText]);
    assert!(unknown.text.expose().contains("\"deep\""));
}

/// Objects in objects are taken apart to a bound and kept as they are below it.
#[test]
fn nesting_without_end_is_kept_as_text_and_does_not_fall_through_the_stack() {
    let deep = "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    let files = [
        format!(
            r#"{{"items":[{{"title":"Moss","credentials":[{{"type":"custom-fields","x":{deep}}}]}}]}}"#
        ),
        format!(
            r#"{{"encrypted":false,"items":[{{"type":3,"name":"Moss","card":{{"x":{deep}}}}}]}}"#
        ),
        format!(r#"{{"encrypted":false,"items":[{{"type":9,"name":"Moss","x":{deep}}}]}}"#),
    ];
    for file in files {
        let import = read(file.as_bytes()).unwrap();
        assert_eq!(counts(&import), [0, 0, 0, 0, 1]);
        assert_eq!(refusals(&import), [(1, "Moss", RefuseReason::TooLong)]);
    }
}

/// A file may not become larger than four times the largest one.
#[test]
fn what_grows_without_end_is_refused() {
    let limits = ImportLimits { max_bytes: 600, ..ImportLimits::STANDARD };
    let file = vector("winauth-under-the-old-cipher.zip");
    let password = SecretText::from(ARCHIVE_PASSWORD);
    assert!(read_any(&file, Some(&password), &limits).is_ok());
    let mut vast = vector("1password-1pux.1pux");
    let mut at = 0;
    while let Some(found) = vast[at..].windows(4).position(|found| found == b"PK\x01\x02") {
        at += found + 24;
        vast[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    }
    assert!(matches!(error_of(read(&vast)), ImportError::TooLarge { .. }));
}

/// Under the right password, too, what breaks off is an error and nothing is imported half.
#[test]
fn sealed_files_cut_short_are_errors_under_their_own_password() {
    let files = [
        ("keepass-3-aes.kdbx", PASSWORD),
        ("keepass-4-aes-kdf.kdbx", PASSWORD),
        ("authenticator-plus-aes256.zip", ARCHIVE_PASSWORD),
        ("winauth-under-the-old-cipher.zip", ARCHIVE_PASSWORD),
        ("raivo-aes128.zip", ARCHIVE_PASSWORD),
    ];
    for (name, password) in files {
        let file = vector(name);
        // The head and the end byte by byte; in between, what is cut off is all the same.
        let lengths =
            (0..200).chain((200..file.len() - 50).step_by(23)).chain(file.len() - 50..file.len());
        for length in lengths {
            assert!(unlock(&file[..length], password).is_err(), "{name} cut to {length}");
        }
    }
}

/// A zip archive with one member, stored as it is.
fn stored(name: &str, content: &str) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    let check = crc32fast::hash(content.as_bytes()).to_le_bytes();
    let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
    // Version 2.0, no flags, stored, no time; then check and both lengths.
    let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &check, &length, &length, &name_length];
    let common = common.concat();
    let mut file =
        [b"PK\x03\x04", &common[..], &[0, 0], name.as_bytes(), content.as_bytes()].concat();
    let place = u32::try_from(file.len()).unwrap().to_le_bytes();
    let entry = [b"PK\x01\x02\x14\x00", &common[..], &[0; 16], name.as_bytes()].concat();
    // The last four of the sixteen say where the member begins, which is at the very start.
    file.extend_from_slice(&entry);
    let entry_length = u32::try_from(entry.len()).unwrap().to_le_bytes();
    file.extend(
        [b"PK\x05\x06", &[0, 0, 0, 0, 1, 0, 1, 0][..], &entry_length, &place, &[0, 0]].concat(),
    );
    file
}

#[test]
fn onepassword_passkeys_come_along_and_what_is_odd_is_kept_as_text_or_named() {
    // The private key of the passkey in the vector of Bitwarden.
    const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFun7Bz9bndrBI_fsJHFlVz2hi1VsMVbV_3rUzIUyM1OhRANCAAToWt0kHqENrjK4T82DNyf-c7o36XZYqK_pYqCdpyRIElBGze8OyDEeciWGLEXxmiPFM-AxeqUrDIgfjlkVkF2s";
    let passkey = r#"{"credentialId":"Y3JlZGVudGlhbA","rpId":"moss.example","userHandle":"dW1l","privateKey":"KEY"}"#;
    let odd = r#"{"accounts":[
        7,
        {"vaults":[
            "no vault",
            {"items":[
                {"item":{"overview":{"title":"Wrapped"},"details":{"password":"x"}}},
                9,
                {"overview":{"title":"Odd","urls":[{"url":""},8]},"details":{
                    "loginFields":[3,{"designation":"username","value":"ume"},{"designation":"password","value":""},
                        {"fieldType":"P","value":"y"},{"name":"colour","value":"moss"}],
                    "sections":[4,{"title":"S"},{"title":"T","fields":[5,
                        {"title":"ref","value":{"reference":"other"}},
                        {"title":"date","value":{"date":12}},
                        {"title":"totp","value":{"totp":6}},
                        {"title":"key","value":{"passkey":PASSKEY}},
                        {"title":"key","value":{"passkey":BROKEN}}]}],
                    "passkey":{"rpId":1}}}
            ]}
        ]}
    ]}"#;
    let odd = odd.replace("PASSKEY", &passkey.replace("KEY", KEY)).replace("BROKEN", passkey);
    let import = read(&stored("export.data", &odd)).unwrap();
    assert_eq!(import.format, FormatName::OnePassword);
    let named: Vec<_> = import.refused.iter().map(|refused| &refused.reason).collect();
    let malformed = named.iter().filter(|reason| ***reason == RefuseReason::Malformed).count();
    assert_eq!((malformed, named.len()), (4, 5), "{named:?}");
    assert_eq!(service(&import, "Wrapped").notices, [Notice::SavedPassword]);
    let [moss] = &import.passkeys[..] else { panic!("one passkey") };
    assert_eq!(
        (moss.passkey.rp_id.as_str(), &moss.passkey.credential_id[..]),
        ("moss.example", &b"credential"[..])
    );
    assert_eq!(
        (&moss.passkey.user_handle[..], moss.passkey.user_name.as_str()),
        (&b"ume"[..], "ume")
    );
    let text = note(&import, "Odd").text.expose();
    for kept in ["colour: moss", "date: 12", "totp: 6"] {
        assert!(text.contains(kept), "{text}");
    }
    assert_no_password(&import);
}

#[test]
fn cxf_members_of_another_shape_are_kept_as_text() {
    let file = r#"{"version":{"major":1,"minor":0},"exporterRpId":"m.example","exporterDisplayName":"A manager",
        "timestamp":1780000000,"accounts":[{"id":"AA","username":"","email":"","collections":[],"items":[
        {"id":"AQ","title":"Odd","scope":{"urls":["https://odd.example"],"androidApps":[{"name":"no id"}]},
         "credentials":[
            {"type":"basic-auth","username":{"value":"ume"}},
            {"type":"basic-auth","username":{"value":"other"},"password":{"value":""}},
            {"type":"basic-auth","username":7},
            {"type":"note","content":{"value":"first"}},
            {"type":"note","content":{"value":"second"}},
            {"type":"note","content":8},
            {"type":"file","fileName":9}]},
        {"id":"Ag","title":"Astray","scope":"nowhere","credentials":[{"type":"note","content":{"value":"n"}}]}]}]}"#;
    let import = read(file.as_bytes()).unwrap();
    assert_eq!(import.format, FormatName::Cxf);
    let odd = service(&import, "Odd");
    assert_eq!((odd.account.as_str(), odd.extras.note.expose()), ("ume", "first"));
    assert_eq!(odd.urls, ["https://odd.example"]);
    assert!(odd.methods.is_empty(), "an empty password is none");
    let text = note(&import, "Odd").text.expose();
    for kept in ["username: other", "second", "username\":7", "\"content\":8", "no id"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(note(&import, "Astray").text.expose().contains("nowhere"));
}
