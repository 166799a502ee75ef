// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records of a vault as somebody who has no key may hand them over: read, opened and merged.
//!
//! The input is a row of changes to the records of one small vault, always the same. Whatever they
//! are, nothing panics, a good copy that merges them has the same fold afterwards, and it still
//! opens.

use std::sync::OnceLock;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, ItemId, KdfCost, KdfPolicy, RecordId, RecoveryWords, Sealed,
    UnixMillis, Vault, value,
};

pub(crate) const DICTIONARY: &[&str] =
    &["KGF\u{1}", "KGF\u{2}", "\u{0}", "\u{1}", "\u{2}", "\u{3}", "\u{4}", "\u{5}", "P", "X", "@"];

/// The words open without a derivation; a passphrase slot must not cost more than this either.
const CHEAP: KdfPolicy = KdfPolicy {
    preferred: KdfCost { memory_kib: 8, passes: 1 },
    floor: KdfCost { memory_kib: 8, passes: 1 },
    cap: KdfCost { memory_kib: 1024, passes: 1 },
};

pub(crate) fn run(bytes: &[u8]) {
    static SMALL: OnceLock<Small> = OnceLock::new();
    let small = SMALL.get_or_init(Small::new);
    let hostile = changed(&small.rows, bytes);
    if let Ok(sealed) = Sealed::read(hostile.clone())
        && let Ok(candidate) = sealed.try_way(&small.words, &CHEAP)
        && let Ok(vault) = sealed.open(candidate)
    {
        let _ = vault.verify(hostile.clone());
        let _ = vault.fold().digest();
    }
    let mut good = small.open();
    let before = good.fold().digest();
    let _ = good.merge(hostile, None);
    assert!(good.fold().digest() == before, "records without a key changed the vault");
}

/// A vault of one note, renamed once.
struct Small {
    words: RecoveryWords,
    rows: Vec<Row>,
}

impl Small {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let words = RecoveryWords::random(&mut rng);
        let mut now = UnixMillis(1_767_225_600_000);
        let (mut vault, pending) = Vault::create(&[(&words, "sheet")], "PC", &CHEAP, now, &mut rng)
            .expect("a vault with one way to open is created");
        let mut rows = pending.add().to_vec();
        vault.accept(pending);
        let item = ItemId::random(&mut rng);
        for name in ["before", "after"] {
            now.0 += 1000;
            let edits = Edits::from([(field::NAME, Edit::Set(value::text(name)))]);
            let draft = Draft { collection: vault.home(), item, kind: kinds::NOTE, edits };
            let pending = vault
                .write(Deed::EDIT, vec![draft], now, &mut rng)
                .expect("its maker may write into it");
            rows.extend_from_slice(pending.add());
            vault.accept(pending);
        }
        Self { words, rows }
    }

    fn open(&self) -> Vault {
        let sealed = Sealed::read(self.rows.clone()).expect("the records are as they were written");
        let candidate = sealed.try_way(&self.words, &CHEAP).expect("the words are the right ones");
        sealed.open(candidate).expect("the words open it")
    }
}

/// Applies changes of five bytes and more: what, which record, where (2), how many bytes, which.
fn changed(rows: &[Row], mut bytes: &[u8]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    while let [what, which, high, low, count, rest @ ..] = bytes {
        let (given, after) = rest.split_at(rest.len().min(usize::from(*count)));
        bytes = after;
        let which = usize::from(*which) % rows.len();
        let row = &mut rows[which];
        let at = usize::from(u16::from_be_bytes([*high, *low])) % (row.body.len() + 1);
        match what % 8 {
            0 | 1 => {
                let end = row.body.len().min(at + given.len());
                row.body.splice(at..end, given.iter().copied());
            }
            2 => row.body.truncate(at),
            3 => row.body.extend_from_slice(given),
            4 => row.class = *count,
            5 => {
                let id: [u8; 16] = std::array::from_fn(|at| given.get(at).copied().unwrap_or(7));
                row.id = RecordId(id);
            }
            6 => {
                let body = given.to_vec();
                rows.push(Row { id: RecordId([*low; 16]), class: *high, body });
            }
            _ if rows.len() > 1 => {
                rows.remove(which);
            }
            _ => {}
        }
    }
    rows
}
