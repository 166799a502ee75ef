// SPDX-License-Identifier: MIT OR Apache-2.0
//! Seeded merges: four PCs edit, purge, change ways to open and merge as a seed tells them. The fold
//! must not depend on who merged whom, nor on the target: its digest stands in
//! `tests/vectors/vault/merges.txt`.

use std::collections::BTreeMap;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use data_encoding::HEXLOWER;
use kagifuda_otp::{Algorithm, Token, TokenKind};
use kagifuda_secret::SecretText;
use kagifuda_vault::record::SlotKind;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{
    Deed, Edit, Edits, FieldId, ItemId, KdfCost, KdfPolicy, Passphrase, RecoveryWords, SlotId,
    VaultError, WayStanding, item, value,
};

use crate::Cases;
use crate::pc::{DAY_MILLIS, Pc};

const DIGESTS: &str = include_str!("../../vectors/vault/merges.txt");
const PC_COUNT: usize = 4;
const STEP_COUNT: usize = 60;

/// Argon2id as cheap as it gets; what is tested here is not the passphrase.
const CHEAP: KdfPolicy = KdfPolicy {
    preferred: KdfCost { memory_kib: 8, passes: 1 },
    floor: KdfCost { memory_kib: 8, passes: 1 },
    cap: KdfCost { memory_kib: 8, passes: 1 },
};

/// Plays every seed of the file and compares.
pub(crate) fn seeds(cases: &mut Cases) {
    for line in DIGESTS.lines().filter(|line| !line.starts_with('#')) {
        let Some((seed, expected)) = line.split_once(' ') else {
            cases.check(false, format_args!("no seed and digest: {line}"));
            continue;
        };
        match seed.parse().map_err(|_| VaultError::NotAVault).and_then(digest) {
            Ok(found) => cases.check(found == expected, format_args!("{seed} {found}")),
            Err(why) => cases.check(false, format_args!("{seed}: {why:?}")),
        }
    }
}

/// The digest of the fold that a seed leads to, which two ways of gathering agree on.
///
/// # Errors
/// Whatever a vault refuses; [`VaultError::NotAVault`] where the two disagree.
pub fn digest(seed: u64) -> Result<String, VaultError> {
    let mut town = Town::found(seed)?;
    for _ in 0..STEP_COUNT {
        town.step()?;
    }
    let digest = town.gather(&[0, 1, 2, 3])?;
    if digest != town.gather(&[3, 1, 0, 2, 1, 3])? {
        return Err(VaultError::NotAVault);
    }
    Ok(HEXLOWER.encode(&digest))
}

/// All PCs, the words that open each, and the dice.
struct Town {
    pcs: Vec<Pc>,
    words: RecoveryWords,
    dice: ChaCha20Rng,
}

impl Town {
    fn found(seed: u64) -> Result<Self, VaultError> {
        let mut dice = ChaCha20Rng::seed_from_u64(seed);
        let words = RecoveryWords::random(&mut dice);
        let first = Pc::create(dice.next_u64(), &[(&words, "sheet")], CHEAP)?;
        let mut pcs = vec![first];
        while pcs.len() < PC_COUNT {
            pcs.push(pcs[0].copy(dice.next_u64(), &words)?);
        }
        Ok(Self { pcs, words, dice })
    }

    /// Merges all PCs in the given order into a fresh copy of the first of them.
    fn gather(&mut self, order: &[usize]) -> Result<[u8; 32], VaultError> {
        // The copy joins as a device of its own, so both gatherings have to draw the same one.
        let mut gathered = self.pcs[0].copy(7, &self.words)?;
        for at in order {
            gathered.merge(&self.pcs[*at], &self.words)?;
        }
        Ok(gathered.vault.fold().digest())
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice.next_u32() as usize % sides
    }

    fn step(&mut self) -> Result<(), VaultError> {
        let at = self.roll(PC_COUNT);
        match self.roll(16) {
            0 | 1 => self.add_token(at),
            2 => self.add_codes(at),
            3 | 4 => self.set(at, field::NAME),
            5 => self.set(at, field::FOLDER),
            6 => self.tag(at),
            7 => self.remove(at),
            8 | 9 => self.next_code(at),
            10 => self.use_code(at),
            11 => self.add_way(at),
            12 => self.remove_way(at),
            13 => self.days_go_by(at),
            _ => {
                let from = (at + 1 + self.roll(PC_COUNT - 1)) % PC_COUNT;
                let [to, from] = self.pcs.get_disjoint_mut([at, from]).map_err(|_| FELL_OUT)?;
                to.merge(from, &self.words)
            }
        }
    }

    fn add_token(&mut self, at: usize) -> Result<(), VaultError> {
        let pc = &mut self.pcs[at];
        let edits = item::token_edits(&hotp(), &mut pc.rng);
        pc.add(kinds::TOKEN, edits).map(drop)
    }

    fn add_codes(&mut self, at: usize) -> Result<(), VaultError> {
        let pc = &mut self.pcs[at];
        let codes = ["1111", "2222", "3333"].map(SecretText::from);
        let edits = item::add_codes(&codes, &mut pc.rng);
        pc.add(kinds::BACKUP_CODES, edits).map(drop)
    }

    /// Any item of this kind that the PC shows.
    fn any(&mut self, at: usize, is_codes: bool) -> Option<ItemId> {
        let kind = if is_codes { kinds::BACKUP_CODES } else { kinds::TOKEN };
        let items: Vec<_> = self.pcs[at].vault.items_of(kind).map(|(id, _)| id).collect();
        if items.is_empty() { None } else { Some(items[self.roll(items.len())]) }
    }

    fn edit(&mut self, at: usize, deed: Deed, edits: Edits) -> Result<(), VaultError> {
        let is_codes = self.roll(4) == 0;
        match self.any(at, is_codes) {
            Some(id) => self.pcs[at].edit(deed, id, edits),
            None => Ok(()),
        }
    }

    fn set(&mut self, at: usize, id: FieldId) -> Result<(), VaultError> {
        let text = format!("word {}", self.roll(9));
        self.edit(at, Deed::EDIT, Edits::from([(id, Edit::Set(value::text(&text)))]))
    }

    fn tag(&mut self, at: usize) -> Result<(), VaultError> {
        let tag = value::text(&format!("tag {}", self.roll(3)));
        let put = Edit::Put(BTreeMap::from([(tag, self.roll(2) == 0)]));
        self.edit(at, Deed::EDIT, Edits::from([(field::TAGS, put)]))
    }

    fn remove(&mut self, at: usize) -> Result<(), VaultError> {
        self.edit(at, Deed::REMOVE, item::deletion())
    }

    fn next_code(&mut self, at: usize) -> Result<(), VaultError> {
        let Some(id) = self.any(at, false) else { return Ok(()) };
        let pc = &mut self.pcs[at];
        let token = item::token(id, pc.vault.item(id)?)?;
        let TokenKind::Hotp { counter } = token.token.kind else { return Err(FELL_OUT) };
        pc.edit(Deed::NEXT_CODE, id, item::next_counter(&token, counter)?)
    }

    fn use_code(&mut self, at: usize) -> Result<(), VaultError> {
        let Some(id) = self.any(at, true) else { return Ok(()) };
        let pc = &mut self.pcs[at];
        let codes = item::codes(id, pc.vault.item(id)?)?;
        let Some(free) = codes.iter().find(|code| code.used_at.is_none()) else { return Ok(()) };
        let edits = item::use_code(id, pc.vault.item(id)?, free.id, pc.now)?;
        pc.edit(Deed::USE_CODE, id, edits)
    }

    fn add_way(&mut self, at: usize) -> Result<(), VaultError> {
        let way = Passphrase(format!("passphrase {}", self.roll(1000)).as_str().into());
        let pc = &mut self.pcs[at];
        let pending = pc.vault.add_way((&way, "passphrase"), &CHEAP, pc.now, &mut pc.rng)?;
        pc.keep(pending)
    }

    fn remove_way(&mut self, at: usize) -> Result<(), VaultError> {
        let pc = &mut self.pcs[at];
        let Some(slot) = removable(pc) else { return Ok(()) };
        let pending = pc.vault.remove_way(slot, pc.now, &mut pc.rng)?;
        pc.keep(pending)
    }

    fn days_go_by(&mut self, at: usize) -> Result<(), VaultError> {
        let pc = &mut self.pcs[at];
        pc.now.0 += 20 * DAY_MILLIS;
        match pc.vault.purge(pc.rows(), pc.now, &mut pc.rng)? {
            Some(pending) => pc.keep(pending),
            None => Ok(()),
        }
    }
}

/// What a step gives that cannot happen.
const FELL_OUT: VaultError = VaultError::NotAVault;

fn removable(pc: &Pc) -> Option<SlotId> {
    let is_open_passphrase = |way: &&kagifuda_vault::Way| {
        matches!(way.kind, Some(SlotKind::Passphrase { .. })) && way.standing == WayStanding::Open
    };
    pc.vault.ways().iter().find(is_open_passphrase).map(|way| way.slot)
}

fn hotp() -> Token {
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
