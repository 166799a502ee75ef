// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the vault's tests share: a store in memory, PCs with a clock of their own, cheap passphrases.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::collections::BTreeMap;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::SecretText;
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Draft, Edit, Edits, ItemId, KdfCost, KdfPolicy, KeptBy, KeptSecret, MachineMemory,
    Merged, Passphrase, Pending, RecordId, RecoveryWords, Sealed, Standing, UnixMillis, Vault,
    VaultError, WayToOpen, item, value,
};

/// 2026-01-01T00:00:00Z.
pub const NEW_YEAR: UnixMillis = UnixMillis(1_767_225_600_000);
/// A day in milliseconds.
pub const DAY: u64 = 24 * 60 * 60 * 1000;

/// Argon2id as cheap as it gets; only tests may pass it.
pub const CHEAP: KdfPolicy = KdfPolicy {
    preferred: KdfCost { memory_kib: 8, passes: 1 },
    floor: KdfCost { memory_kib: 8, passes: 1 },
    cap: KdfCost { memory_kib: 64 * 1024, passes: 4 },
};

pub fn passphrase(text: &str) -> Passphrase {
    Passphrase(SecretText::from(text))
}

/// A PC: a store, an open vault, a clock, and what it remembers outside the vault.
pub struct Pc {
    pub store: BTreeMap<RecordId, (usize, Row)>,
    pub vault: Vault,
    pub now: UnixMillis,
    pub rng: ChaCha20Rng,
    pub memory: Option<MachineMemory>,
    arrivals: usize,
}

impl Pc {
    pub fn create(seed: u64, ways: &[(&dyn WayToOpen, &str)]) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (mut vault, pending) =
            Vault::create(ways, "first PC", &CHEAP, NEW_YEAR, &mut rng).unwrap();
        let mut store = BTreeMap::new();
        for (at, row) in pending.add().iter().enumerate() {
            store.insert(row.id, (at, row.clone()));
        }
        vault.accept(pending);
        let memory = Some(vault.memory(&mut rng).unwrap());
        Self { arrivals: store.len(), store, vault, now: NEW_YEAR, rng, memory }
    }

    pub fn with_passphrase(seed: u64) -> Self {
        Self::create(seed, &[(&passphrase("correct horse"), "passphrase")])
    }

    /// Another PC that opens a copy of this one's file.
    pub fn copy_to(&self, seed: u64, way: &dyn WayToOpen) -> Result<Self, VaultError> {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let mut vault = open(self.rows(), way)?;
        vault.resume(None, &format!("PC {seed}"), &mut rng);
        let (store, now, arrivals) = (self.store.clone(), self.now, self.arrivals);
        Ok(Self { store, vault, now, memory: None, arrivals, rng })
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<_> = self.store.values().cloned().collect();
        rows.sort_by_key(|(at, _)| *at);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    pub fn keep(&mut self, pending: Pending) {
        self.store_rows(pending.add(), pending.remove());
        self.vault.accept(pending);
        self.memory = Some(self.vault.memory(&mut self.rng).unwrap());
    }

    fn store_rows(&mut self, add: &[Row], remove: &[RecordId]) {
        for id in remove {
            self.store.remove(id);
        }
        for row in add {
            self.arrivals += 1;
            self.store.insert(row.id, (self.arrivals, row.clone()));
        }
    }

    pub fn tick(&mut self) {
        self.now.0 += 1000;
    }

    pub fn write(&mut self, deed: Deed, item: ItemId, edits: Edits) {
        self.tick();
        let kind = self.vault.fold().get(item).map_or(kinds::NOTE, |state| state.kind());
        let collection = self.vault.collection_of(item);
        let draft = Draft { collection, item, kind, edits };
        let pending = self.vault.write(deed, vec![draft], self.now, &mut self.rng).unwrap();
        self.keep(pending);
    }

    pub fn add_note(&mut self, name: &str) -> ItemId {
        let item = ItemId::random(&mut self.rng);
        self.write(Deed::ADD, item, name_is(name));
        item
    }

    pub fn rename(&mut self, item: ItemId, name: &str) {
        self.write(Deed::EDIT, item, name_is(name));
    }

    /// Uses a counting token's next code; tells the counter it was made of.
    pub fn next_code(&mut self, item: ItemId) -> u64 {
        let token = item::token(item, self.vault.item(item).unwrap()).unwrap();
        let used = counter(&self.vault, item);
        self.write(Deed::NEXT_CODE, item, item::next_counter(&token, used).unwrap());
        used
    }

    pub fn remove(&mut self, item: ItemId) {
        self.write(Deed::REMOVE, item, item::deletion());
    }

    pub fn name(&self, item: ItemId) -> Option<String> {
        let state = self.vault.item(item).ok()?;
        Some(value::read_text(state.scalar(field::NAME)?)?.to_owned())
    }

    pub fn merge(&mut self, other: &Self) -> Merged {
        self.merge_rows(other.rows()).unwrap()
    }

    pub fn merge_rows(&mut self, rows: Vec<Row>) -> Result<Merged, VaultError> {
        let merged = self.vault.merge(rows, self.memory.as_ref())?;
        self.store_rows(&merged.add, &merged.remove);
        self.store_rows(&merged.replace, &[]);
        Ok(merged)
    }

    /// Locks, and opens again with what this PC remembers.
    pub fn reopen(&mut self, way: &dyn WayToOpen) -> Result<Standing, VaultError> {
        self.vault = open(self.rows(), way)?;
        Ok(self.vault.resume(self.memory.as_ref(), "again", &mut self.rng))
    }
}

pub fn open(rows: Vec<Row>, way: &dyn WayToOpen) -> Result<Vault, VaultError> {
    let sealed = Sealed::read(rows)?;
    let candidate = sealed.try_way(way, &CHEAP)?;
    sealed.open(candidate)
}

pub fn name_is(name: &str) -> Edits {
    Edits::from([(field::NAME, Edit::Set(value::text(name)))])
}

/// The counting token of RFC 4226, appendix D.
pub fn hotp() -> Token {
    Token {
        kind: TokenKind::Hotp { counter: 0 },
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: b"12345678901234567890".as_slice().into(),
        pin: None,
        issuer: "Bath".into(),
        account: "house".into(),
        extra: Vec::new(),
    }
}

pub fn counter(vault: &Vault, id: ItemId) -> u64 {
    match item::token(id, vault.item(id).unwrap()).unwrap().token.kind {
        TokenKind::Hotp { counter } => counter,
        _ => unreachable!("all tokens here are HOTP"),
    }
}

pub fn keyring(seed: u64) -> KeptSecret {
    KeptSecret::random(KeptBy::Keyring, &mut ChaCha20Rng::seed_from_u64(seed))
}

pub fn tpm(seed: u64) -> KeptSecret {
    KeptSecret::random(KeptBy::Tpm, &mut ChaCha20Rng::seed_from_u64(seed))
}

pub fn words(seed: u64) -> RecoveryWords {
    RecoveryWords::random(&mut ChaCha20Rng::seed_from_u64(seed))
}
