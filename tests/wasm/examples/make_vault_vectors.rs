// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes the vault vectors of a release from fixed seeds: for each a vault as file and as rows, and as
//! JSON who may open it and what it says. And the digests of seeded merges.
//!
//! Vectors of a release are for ever; a later one adds files and changes none. So this never writes
//! over a file: it is run once for an empty folder, or for one new vector.
//!
//! ```text
//! cargo run -p kagifuda-wasm-tests --example make_vault_vectors -- tests/vectors/vault
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use kagifuda_otp::{Algorithm, Token, TokenKind, UnixTime};
use kagifuda_secret::words::{self, Language};
use kagifuda_secret::{SecretArray, SecretText};
use kagifuda_vault::record::{Row, SlotKind};
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Edit, Edits, FieldId, ItemId, KdfCost, KdfPolicy, KeptBy, KeptSecret, KindId, Passphrase,
    RawValue, RecordId, RecoveryWords, SlotId, VaultError, WayToOpen, item, value,
};
use kagifuda_vaultfile::VaultFile;
use kagifuda_wasm_tests::merges;
use kagifuda_wasm_tests::pc::{DAY_MILLIS, NEW_YEAR, Pc, open};
use kagifuda_wasm_tests::tell::tell;
use kagifuda_wasm_tests::vaults::{ways, write_rows};
use minicbor::Encoder;
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The least a reader accepts, so that many vectors open fast.
const FLOOR: KdfPolicy = KdfPolicy { preferred: KdfPolicy::STANDARD.floor, ..KdfPolicy::STANDARD };
const MERGE_SEEDS: std::ops::Range<u64> = 1..33;

fn main() -> Outcome {
    let folder = std::env::args_os().nth(1).ok_or("say which folder")?;
    let shelf = Shelf(PathBuf::from(folder));
    shelf.put("passphrase-opens-it-however-it-is-typed", passphrase)?;
    shelf.put("recovery-words-open-it", recovery_words)?;
    shelf.put("a-dearer-passphrase-beside-words", two_ways)?;
    shelf.put("a-removed-way-opens-nothing", removed_way)?;
    shelf.put("two-pcs-wrote-at-once", two_pcs)?;
    shelf.put("two-pcs-removed-ways-at-once", two_pcs_and_ways)?;
    shelf.put("purged-items-leave-a-marker", purged)?;
    shelf.put("a-purged-change-that-comes-back-is-not-folded", purged_and_back)?;
    shelf.put("what-is-unknown-is-folded-and-kept", unknown)?;
    shelf.put("sizes-on-both-sides-of-a-bucket", sizes)?;
    shelf.put("a-keyring-opens-it-beside-words", keyring)?;
    shelf.put("a-keyring-is-not-left-alone", keyring_and_two_pcs)?;
    shelf.put("a-tpm-opens-it-beside-a-passphrase", tpm)?;
    shelf.put_merges()
}

/// Where vectors are put.
struct Shelf(PathBuf);

/// Who holds what, and the vault.
struct Story {
    pc: Pc,
    opens_with: Value,
    stays_closed_to: Value,
}

impl Shelf {
    fn put(&self, name: &str, tell_story: impl FnOnce() -> Outcome<Story>) -> Outcome {
        let place = |ending: &str| self.0.join(format!("{name}.{ending}"));
        if place("json").exists() {
            println!("{name}: stays as it is");
            return Ok(());
        }
        let Story { pc, opens_with, stays_closed_to } = tell_story()?;
        let at = UnixTime(NEW_YEAR.as_secs() + 59);
        let rows = pc.rows();
        let way = ways(&opens_with).into_iter().next().ok_or("nobody may open it")?;
        let vault = open(rows.clone(), &*way, &FLOOR)?;
        let changes = vault.verify(rows.iter().cloned()).changes;
        let expected = json!({
            "at": at.0,
            "opens_with": opens_with,
            "stays_closed_to": stays_closed_to,
            "tells": tell(&vault, changes, at),
        });
        write_file(&place("kagifuda"), &rows)?;
        fs::write(place("rows"), write_rows(&rows))?;
        fs::write(place("json"), format!("{expected:#}\n"))?;
        println!("{name}: {} records, {changes} changes", rows.len());
        Ok(())
    }

    fn put_merges(&self) -> Outcome {
        let path = self.0.join("merges.txt");
        let mut text = fs::read_to_string(&path)?;
        if text.lines().count() == 1 {
            for seed in MERGE_SEEDS {
                writeln!(text, "{seed} {}", merges::digest(seed)?)?;
            }
            fs::write(path, text)?;
        }
        Ok(())
    }
}

fn write_file(path: &Path, rows: &[Row]) -> Outcome {
    VaultFile::create(path, rows).map(drop).map_err(|why| format!("{why:?}").into())
}

fn passphrase() -> Outcome<Story> {
    // Kept composed and with plain spaces; typed decomposed and with the space of a Japanese keyboard.
    let way = Passphrase("caf\u{e9} 湯 haus".into());
    let mut pc = Pc::create(1, &[(&way, "passphrase")], FLOOR)?;
    let secret = b"12345678901234567890123456789012";
    let totp = TokenKind::Totp { period_seconds: 30, t0: 0 };
    let slow = TokenKind::Totp { period_seconds: 60, t0: 1_700_000_000 };
    let kinds_of_token = [
        ("RFC 6238", totp, Algorithm::Sha1, 8, &secret[..20]),
        ("銭湯", totp, Algorithm::Sha256, 6, &secret[..]),
        ("Slow", slow, Algorithm::Sha512, 10, &secret[..]),
        ("Counter", TokenKind::Hotp { counter: 5 }, Algorithm::Sha1, 6, &secret[..20]),
        ("Steam", TokenKind::Steam, Algorithm::Sha1, 5, &secret[..20]),
    ];
    for (issuer, kind, algorithm, digits, secret) in kinds_of_token {
        let token = token(issuer, kind, algorithm, digits, secret);
        let edits = item::token_edits(&token, &mut pc.rng);
        pc.add(kinds::TOKEN, edits)?;
    }
    for kind in [TokenKind::Motp, TokenKind::Yandex] {
        let (digits, length) = if kind == TokenKind::Motp { (6, 8) } else { (8, 16) };
        let mut token = token("With PIN", kind, Algorithm::Sha256, digits, &secret[..length]);
        token.pin = Some("1234".into());
        token.extra = vec![("image".into(), "https://example.org/y.png".into())];
        let edits = item::token_edits(&token, &mut pc.rng);
        pc.add(kinds::TOKEN, edits)?;
    }
    story(
        pc,
        json!([passphrase_is("cafe\u{301}\u{3000}湯\u{a0}haus"), passphrase_is("café 湯 haus")]),
    )
    .closed_to(json!([passphrase_is("cafe 湯 haus"), {"words": "00".repeat(32)}]))
}

fn recovery_words() -> Outcome<Story> {
    let (way, held) = sheet(2);
    let mut pc = Pc::create(2, &[(&way, "recovery sheet")], FLOOR)?;
    let service =
        pc.add(kinds::SERVICE, texts(&[(field::NAME, "Bathhouse"), (FieldId(17), "ume")]))?;
    let urls = put(&["https://example.org", "https://example.com/湯"]);
    pc.edit(Deed::EDIT, service, Edits::from([(FieldId(16), urls)]))?;
    let of_service = (field::SERVICE, Edit::Set(value::bytes(&service.0)));

    let mut edits = texts(&[
        (field::NAME, "by the door"),
        (FieldId(17), "wallet"),
        (FieldId(16), "backup-codes"),
    ]);
    edits.extend([of_service.clone()]);
    pc.add(kinds::BACKUP_CODES, edits)?;

    let codes = ["1234-5678", "8765-4321", "1111-2222"].map(SecretText::from);
    let mut edits = item::add_codes(&codes, &mut pc.rng);
    edits.extend(texts(&[(field::NAME, "強制解除パスワード"), (FieldId(16), "emergency-release")]));
    edits.extend([of_service.clone()]);
    let codes = pc.add(kinds::BACKUP_CODES, edits)?;
    let second = item::codes(codes, pc.vault.item(codes)?)?.swap_remove(1).id;
    let used = item::use_code(codes, pc.vault.item(codes)?, second, pc.now)?;
    pc.edit(Deed::USE_CODE, codes, used)?;

    let mut method =
        texts(&[(FieldId(16), "backup-codes"), (FieldId(17), "this-vault"), (FieldId(18), "no")]);
    method.extend([
        of_service,
        (FieldId(19), Edit::Set(value::time(NEW_YEAR.as_secs()))),
        (FieldId(20), Edit::Set(value::bytes(&codes.0))),
    ]);
    pc.add(kinds::METHOD, method)?;

    let note = pc
        .add(kinds::NOTE, texts(&[(field::NAME, "locker"), (FieldId(16), "left\nof the sauna")]))?;
    let look = Edits::from([
        (field::TAGS, put(&["house", "湯"])),
        (field::COLOUR, Edit::Set(value::text("indigo"))),
        (field::PINNED, Edit::Set(value::flag(true))),
        (field::ORDER, Edit::Set(value::number(-3))),
        (field::FOLDER, Edit::Set(value::text("town/bath"))),
    ]);
    pc.edit(Deed::EDIT, note, look)?;
    pc.edit(Deed::EDIT, note, Edits::from([(field::COLOUR, Edit::Set(value::cleared()))]))?;
    let off = Edit::Put(BTreeMap::from([(value::text("house"), false)]));
    pc.edit(Deed::EDIT, note, Edits::from([(field::TAGS, off)]))?;
    story(pc, json!([held])).closed_to(json!([sheet(3).1]))
}

fn two_ways() -> Outcome<Story> {
    let (words, held) = sheet(4);
    let dearer = KdfCost { memory_kib: 32 * 1024, passes: 3 };
    let policy = KdfPolicy { preferred: dearer, ..FLOOR };
    let way = Passphrase("dearer".into());
    let mut pc = Pc::create(4, &[(&way, "passphrase"), (&words, "recovery sheet")], policy)?;
    pc.add(kinds::NOTE, texts(&[(field::NAME, "open to two")]))?;
    story(pc, json!([held, passphrase_is("dearer")])).closed_to(json!([passphrase_is("")]))
}

fn removed_way() -> Outcome<Story> {
    let (words, held) = sheet(5);
    let way = Passphrase("told to a stranger".into());
    let mut pc = Pc::create(5, &[(&words, "recovery sheet"), (&way, "passphrase")], FLOOR)?;
    let note = pc.add(kinds::NOTE, texts(&[(field::NAME, "before")]))?;
    let slot = passphrase_slot(&pc)?;
    let pending = pc.vault.remove_way(slot, pc.now, &mut pc.rng)?;
    pc.keep(pending)?;
    pc.edit(Deed::EDIT, note, texts(&[(field::NAME, "after")]))?;
    story(pc, json!([held])).closed_to(json!([passphrase_is("told to a stranger")]))
}

fn two_pcs() -> Outcome<Story> {
    let (words, held) = sheet(6);
    let mut here = Pc::create(6, &[(&words, "recovery sheet")], FLOOR)?;
    let hotp = token("Counter", TokenKind::Hotp { counter: 0 }, Algorithm::Sha1, 6, &[7; 20]);
    let edits = item::token_edits(&hotp, &mut here.rng);
    let hotp = here.add(kinds::TOKEN, edits)?;
    let note = here.add(kinds::NOTE, texts(&[(field::NAME, "bath")]))?;
    here.edit(Deed::EDIT, note, Edits::from([(field::TAGS, put(&["old"]))]))?;
    let gone = here.add(kinds::NOTE, texts(&[(field::NAME, "removed here, edited there")]))?;
    let mut there = here.copy(7, &words)?;

    here.edit(Deed::EDIT, note, texts(&[(field::NAME, "bathhouse"), (field::FOLDER, "here")]))?;
    here.edit(Deed::EDIT, note, Edits::from([(field::TAGS, put(&["new"]))]))?;
    next_code(&mut here, hotp)?;
    here.edit(Deed::REMOVE, gone, item::deletion())?;
    here.now.0 += 5000;
    there.edit(Deed::EDIT, note, texts(&[(field::NOTE, "there"), (field::FOLDER, "there")]))?;
    let off = Edit::Put(BTreeMap::from([(value::text("old"), false)]));
    there.edit(Deed::EDIT, note, Edits::from([(field::TAGS, off)]))?;
    for _ in 0..3 {
        next_code(&mut there, hotp)?;
    }
    there.edit(Deed::EDIT, gone, texts(&[(field::NAME, "too late")]))?;
    there.now.0 -= 30 * DAY_MILLIS;
    there.edit(Deed::EDIT, note, texts(&[(field::SOURCE, "a clock set back")]))?;

    here.merge(&there, &words)?;
    story(here, json!([held])).closed_to(json!([]))
}

fn two_pcs_and_ways() -> Outcome<Story> {
    let (words, held) = sheet(8);
    let [left, right] = ["left", "right"].map(|text| Passphrase(text.into()));
    let ways: [(&dyn WayToOpen, &str); 3] =
        [(&words, "recovery sheet"), (&left, "left"), (&right, "right")];
    let mut here = Pc::create(8, &ways, FLOOR)?;
    let mut there = here.copy(9, &words)?;
    for (pc, label) in [(&mut here, "left"), (&mut there, "right")] {
        let slot = pc.vault.ways().into_iter().find(|way| way.label == label);
        let slot = slot.ok_or("no such way")?.slot;
        let pending = pc.vault.remove_way(slot, pc.now, &mut pc.rng)?;
        pc.keep(pending)?;
        pc.add(kinds::NOTE, texts(&[(field::NAME, label)]))?;
    }
    here.merge(&there, &words)?;
    here.add(kinds::NOTE, texts(&[(field::NAME, "after both")]))?;
    let closed = json!([passphrase_is("left"), passphrase_is("right")]);
    story(here, json!([held])).closed_to(closed)
}

fn purged() -> Outcome<Story> {
    let (words, held) = sheet(10);
    let mut pc = Pc::create(10, &[(&words, "recovery sheet")], FLOOR)?;
    let old = pc.add(kinds::NOTE, texts(&[(field::NAME, "long gone")]))?;
    pc.edit(Deed::EDIT, old, texts(&[(field::NOTE, "twice written")]))?;
    pc.add(kinds::NOTE, texts(&[(field::NAME, "stays")]))?;
    pc.edit(Deed::REMOVE, old, item::deletion())?;
    pc.now.0 += 31 * DAY_MILLIS;
    let recent = pc.add(kinds::NOTE, texts(&[(field::NAME, "deleted, not purged")]))?;
    pc.edit(Deed::REMOVE, recent, item::deletion())?;
    let pending = pc.vault.purge(pc.rows(), pc.now, &mut pc.rng)?.ok_or("nothing was due")?;
    pc.keep(pending)?;
    pc.add(kinds::NOTE, texts(&[(field::NAME, "after")]))?;
    story(pc, json!([held])).closed_to(json!([]))
}

fn purged_and_back() -> Outcome<Story> {
    let (words, held) = sheet(13);
    let mut pc = Pc::create(13, &[(&words, "recovery sheet")], FLOOR)?;
    let left = pc.add(kinds::NOTE, texts(&[(field::NAME, "purged"), (FieldId(16), "a secret")]))?;
    let before = pc.rows();
    pc.edit(Deed::REMOVE, left, item::deletion())?;
    pc.now.0 += 31 * DAY_MILLIS;
    let pending = pc.vault.purge(pc.rows(), pc.now, &mut pc.rng)?.ok_or("nothing was due")?;
    pc.keep(pending)?;
    // The holder of an old copy brings the item back and takes away the mark; only the mark returns.
    let mark = Edits::from([(field::DELETED, Edit::Set(value::flag(false)))]);
    pc.write(Deed::EDIT, left, kinds::NOTE, mark)?;
    pc.plant(before);
    story(pc, json!([held])).closed_to(json!([]))
}

fn unknown() -> Outcome<Story> {
    let (words, held) = sheet(11);
    let mut pc = Pc::create(11, &[(&words, "recovery sheet")], FLOOR)?;
    let raw = |fill: fn(&mut Encoder<Vec<u8>>)| {
        let mut out = Encoder::new(Vec::new());
        fill(&mut out);
        RawValue::new(out.into_writer())
    };
    let nested = raw(|out| {
        let _ = out.map(2).and_then(|out| out.u8(1)?.array(3)?.null()?.i32(-70_000)?.bool(false));
        let _ = out.str("鍵").and_then(|out| out.bytes(&[0xff, 0x00]));
    });
    let largest = raw(|out| drop(out.u64(u64::MAX)));
    let edits = |count| {
        Edits::from([
            (FieldId(60_000), Edit::Set(nested.clone())),
            (FieldId(60_001), put(&["one", "two"])),
            (FieldId(60_002), Edit::Raise(BTreeMap::from([(value::text("steps"), count)]))),
            (FieldId(60_003), Edit::Grow(vec![largest.clone(), value::number(i64::MIN)])),
        ])
    };
    let strange = pc.add(KindId(4711), edits(9))?;
    pc.write(Deed(999), strange, KindId(4711), edits(3))?;
    let note = pc.add(kinds::NOTE, texts(&[(field::NAME, "known")]))?;
    pc.write(Deed::EDIT, note, kinds::NOTE, edits(1))?;

    let vault = pc.vault.id();
    let row = |id: u8, class: u8, version: u8| {
        let mut out = Encoder::new(vec![b'K', b'G', b'F', version]);
        let _ = out.array(3).and_then(|out| out.u8(class)?.bytes(&vault.0)?.str("later"));
        Row { id: RecordId([id; 16]), class, body: out.into_writer() }
    };
    pc.plant([row(1, 77, 1), row(2, 5, 2)]);
    story(pc, json!([held])).closed_to(json!([]))
}

fn sizes() -> Outcome<Story> {
    let (words, held) = sheet(12);
    let mut pc = Pc::create(12, &[(&words, "recovery sheet")], FLOOR)?;
    for length in [0, 1, 23, 24, 30, 31, 32, 33, 34, 35, 36, 255, 256, 1000, 4000] {
        pc.add(kinds::NOTE, texts(&[(FieldId(16), &"x".repeat(length))]))?;
    }
    story(pc, json!([held])).closed_to(json!([]))
}

fn keyring() -> Outcome<Story> {
    let (words, held) = sheet(14);
    let (here, in_keyring) = kept(15);
    let (elsewhere, elsewhere_kept) = kept(16);
    let (removed, removed_kept) = kept(17);
    let mut pc = Pc::create(14, &[(&words, "recovery sheet"), (&here, "this PC")], FLOOR)?;
    for (way, label) in [(&elsewhere, "another PC"), (&removed, "sold")] {
        let pending = pc.vault.add_way((way, label), &FLOOR, pc.now, &mut pc.rng)?;
        pc.keep(pending)?;
    }
    let pending = pc.vault.remove_way(removed.slot, pc.now, &mut pc.rng)?;
    pc.keep(pending)?;
    pc.add(kinds::NOTE, texts(&[(field::NAME, "open to words and keyrings")]))?;
    story(pc, json!([held, in_keyring, elsewhere_kept]))
        .closed_to(json!([removed_kept, kept(18).1]))
}

/// A TPM opens it, one that was removed does not.
fn tpm() -> Outcome<Story> {
    let phrase = Passphrase("beside the machine".into());
    let (here, in_tpm) = kept_by(KeptBy::Tpm, "tpm", 21);
    let (sold, of_sold) = kept_by(KeptBy::Tpm, "tpm", 22);
    let (keyring, in_keyring) = kept(23);
    let ways: [(&dyn WayToOpen, &str); 2] = [(&phrase, "passphrase"), (&here, "this PC")];
    let mut pc = Pc::create(21, &ways, FLOOR)?;
    for (way, label) in [(&sold, "sold"), (&keyring, "keyring of this PC")] {
        let pending = pc.vault.add_way((way, label), &FLOOR, pc.now, &mut pc.rng)?;
        pc.keep(pending)?;
    }
    let pending = pc.vault.remove_way(sold.slot, pc.now, &mut pc.rng)?;
    pc.keep(pending)?;
    pc.add(kinds::NOTE, texts(&[(field::NAME, "open to a passphrase and one machine")]))?;
    story(pc, json!([passphrase_is("beside the machine"), in_tpm, in_keyring]))
        .closed_to(json!([of_sold, kept_by(KeptBy::Tpm, "tpm", 24).1]))
}

/// On one PC the passphrase was removed, on the other the words; the keyring opens both.
fn keyring_and_two_pcs() -> Outcome<Story> {
    let (words, held) = sheet(19);
    let (secret, in_keyring) = kept(20);
    let way = Passphrase("removed first".into());
    let ways: [(&dyn WayToOpen, &str); 3] =
        [(&secret, "this PC"), (&words, "recovery sheet"), (&way, "passphrase")];
    let mut here = Pc::create(19, &ways, FLOOR)?;
    let mut there = here.copy(20, &secret)?;
    for (pc, label) in [(&mut there, "passphrase"), (&mut here, "recovery sheet")] {
        let slot = pc.vault.ways().into_iter().find(|way| way.label == label);
        let slot = slot.ok_or("no such way")?.slot;
        pc.now.0 += if label == "passphrase" { 0 } else { DAY_MILLIS };
        let pending = pc.vault.remove_way(slot, pc.now, &mut pc.rng)?;
        pc.keep(pending)?;
        pc.add(kinds::NOTE, texts(&[(field::NAME, label)]))?;
    }
    here.merge(&there, &secret)?;
    here.add(kinds::NOTE, texts(&[(field::NAME, "after both")]))?;
    story(here, json!([held, in_keyring])).closed_to(json!([passphrase_is("removed first")]))
}

/// What a story still lacks.
struct Open(Pc, Value);

const fn story(pc: Pc, opens_with: Value) -> Open {
    Open(pc, opens_with)
}

impl Open {
    fn closed_to(self, stays_closed_to: Value) -> Outcome<Story> {
        Ok(Story { pc: self.0, opens_with: self.1, stays_closed_to })
    }
}

fn passphrase_is(text: &str) -> Value {
    json!({"passphrase": text})
}

/// Recovery words, and how the JSON names them: as bytes and as a person reads them.
fn sheet(seed: u8) -> (RecoveryWords, Value) {
    let bytes: [u8; 32] =
        std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add(at as u8 * 7));
    let secret = SecretArray::take(&mut bytes.clone());
    let written = words::write(&secret, Language::English);
    (RecoveryWords(secret), json!({"words": HEXLOWER.encode(&bytes), "sheet": written.expose()}))
}

/// A keyring's secret, and how the JSON names it.
fn kept(seed: u8) -> (KeptSecret, Value) {
    kept_by(KeptBy::Keyring, "keyring", seed)
}

/// A secret that a machine keeps, and how the JSON names it.
fn kept_by(by: KeptBy, name: &str, seed: u8) -> (KeptSecret, Value) {
    let bytes: [u8; 32] =
        std::array::from_fn(|at| seed.wrapping_mul(29).wrapping_add((at as u8).wrapping_mul(11)));
    let secret = SecretArray::take(&mut bytes.clone());
    let slot = SlotId([seed; 16]);
    (KeptSecret { by, slot, secret }, json!({ name: HEXLOWER.encode(&bytes) }))
}

fn passphrase_slot(pc: &Pc) -> Outcome<SlotId> {
    let is_passphrase =
        |way: &kagifuda_vault::Way| matches!(way.kind, Some(SlotKind::Passphrase { .. }));
    Ok(pc.vault.ways().into_iter().find(is_passphrase).ok_or("no passphrase")?.slot)
}

fn next_code(pc: &mut Pc, id: ItemId) -> Result<(), VaultError> {
    let token = item::token(id, pc.vault.item(id)?)?;
    let TokenKind::Hotp { counter } = token.token.kind else { return Ok(()) };
    pc.edit(Deed::NEXT_CODE, id, item::next_counter(&token, counter)?)
}

fn texts(fields: &[(FieldId, &str)]) -> Edits {
    fields.iter().map(|(id, text)| (*id, Edit::Set(value::text(text)))).collect()
}

fn put(elements: &[&str]) -> Edit {
    Edit::Put(elements.iter().map(|text| (value::text(text), true)).collect())
}

fn token(issuer: &str, kind: TokenKind, algorithm: Algorithm, digits: u8, secret: &[u8]) -> Token {
    let (issuer, account) = (issuer.to_owned(), "ume@example.org".to_owned());
    Token {
        kind,
        algorithm,
        digits,
        secret: secret.into(),
        pin: None,
        issuer,
        account,
        extra: Vec::new(),
    }
}
