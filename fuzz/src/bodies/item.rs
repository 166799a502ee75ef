// SPDX-License-Identifier: MIT OR Apache-2.0
//! What another of the holder's own devices may have written into an item: any CBOR, or none, in
//! any field. It reads as something or as nothing, and what it is not is kept as it is.

use std::cell::RefCell;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_otp::UnixTime;
use kagifuda_vault::schema::{self, kinds};
use kagifuda_vault::value::Value;
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, FieldId, ItemId, KdfCost, KdfPolicy, KindId, RawValue, RecoveryWords,
    UnixMillis, Vault, item,
};

pub(crate) const DICTIONARY: &[&str] = &[
    "\u{0}", "\u{17}", "\u{18}", "\u{20}", "@", "`", "a", "totp", "hotp", "SHA1", "SHA256", "P",
    "\u{7f}",
];

const CHEAP: KdfPolicy = KdfPolicy {
    preferred: KdfCost { memory_kib: 8, passes: 1 },
    floor: KdfCost { memory_kib: 8, passes: 1 },
    cap: KdfCost { memory_kib: 8, passes: 1 },
};

/// So many items, then a new vault, so that one input does not get slower than the one before.
const ITEMS_PER_VAULT: usize = 500;

thread_local! {
    static WRITER: RefCell<Writer> = RefCell::new(Writer::new());
}

pub(crate) fn run(bytes: &[u8]) {
    let [kind, rest @ ..] = bytes else { return };
    let kind = if kind % 2 == 0 { kinds::TOKEN } else { kinds::SERVICE };
    WRITER.with_borrow_mut(|writer| writer.write(kind, edits(kind, rest)));
}

/// Fields of the input: which one, how many bytes, which.
fn edits(kind: KindId, mut bytes: &[u8]) -> Edits {
    let mut edits = Edits::new();
    let fields: Vec<FieldId> =
        schema::kind(kind).into_iter().flat_map(|kind| kind.fields()).map(|it| it.id).collect();
    while let [which, count, rest @ ..] = bytes {
        let (given, after) = rest.split_at(rest.len().min(usize::from(*count)));
        bytes = after;
        if !fields.is_empty() {
            let id = fields[usize::from(*which) % fields.len()];
            edits.insert(id, Edit::Set(RawValue::new(given.to_vec())));
        }
    }
    edits
}

struct Writer {
    vault: Vault,
    rng: ChaCha20Rng,
    written: usize,
}

impl Writer {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let words = RecoveryWords::random(&mut rng);
        let now = UnixMillis(1_767_225_600_000);
        let (mut vault, pending) = Vault::create(&[(&words, "sheet")], "PC", &CHEAP, now, &mut rng)
            .expect("a vault with one way to open is created");
        vault.accept(pending);
        Self { vault, rng, written: 0 }
    }

    fn write(&mut self, kind: KindId, edits: Edits) {
        if self.written == ITEMS_PER_VAULT {
            *self = Self::new();
        }
        self.written += 1;
        let id = ItemId::random(&mut self.rng);
        let draft = Draft { collection: self.vault.home(), item: id, kind, edits };
        let now = UnixMillis(1_767_225_601_000);
        let Ok(pending) = self.vault.write(Deed::ADD, vec![draft], now, &mut self.rng) else {
            return;
        };
        self.vault.accept(pending);
        let Ok(state) = self.vault.item(id) else { return };
        let _ = item::title(state);
        let _ = item::codes(id, state);
        if let Ok(token) = item::token(id, state) {
            let _ = token.token.code_at(UnixTime(59));
        }
        for field in schema::kind(kind).into_iter().flat_map(|kind| kind.fields()) {
            let _ = item::texts(state, field.id).count();
            let Some(raw) = state.scalar(field.id) else { continue };
            if let Some(value) = Value::read(raw, field.holds)
                && let Some(written) = value.encode(field.holds)
            {
                let again =
                    Value::read(&written, field.holds).and_then(|it| it.encode(field.holds));
                assert!(again.as_ref() == Some(&written), "a value changed on its way");
            }
        }
    }
}
