// SPDX-License-Identifier: MIT OR Apache-2.0
//! Devices: who writes, in which order, and how a machine notices that its vault went back in time.
//!
//! Every device numbers its changes and names the hash of the one before. What this machine last
//! wrote and saw is remembered outside the vault ([`MachineMemory`]); a vault that lies behind it is
//! older than it should be and is opened read-only.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use kagifuda_secret::SecretArray;
use rand_core::CryptoRng;

use crate::error::VaultError;
use crate::hlc::Hlc;
use crate::ids::{ChangeId, DeviceId, ItemId, RecordHash, RootId};
use crate::record::{self, HeadRecord};
use crate::schema::field;
use crate::seal::random_key;
use crate::vault::Vault;

/// This machine's identity in the vault.
pub(crate) struct Author {
    pub(crate) device: DeviceId,
    pub(crate) key: SigningKey,
    pub(crate) seq: u64,
    pub(crate) head: RecordHash,
    /// The name it will introduce itself with; `None` once it has.
    pub(crate) unintroduced: Option<String>,
}

impl Author {
    pub(crate) fn mint(name: &str, rng: &mut impl CryptoRng) -> Self {
        let key = SigningKey::from_bytes(random_key(rng).expose());
        Self {
            device: DeviceId::of(key.verifying_key().as_bytes()),
            key,
            seq: 0,
            head: [0; 32],
            unintroduced: Some(name.into()),
        }
    }
}

/// What one device is known to have written.
#[derive(Default)]
pub(crate) struct DeviceLog {
    links: BTreeMap<(u64, ChangeId), Link>,
    /// Whether a number was used twice: the device was copied.
    is_forked: bool,
}

pub(crate) struct Link {
    pub(crate) hash: RecordHash,
    pub(crate) previous: RecordHash,
}

impl DeviceLog {
    pub(crate) fn note(
        &mut self,
        seq: u64,
        change: ChangeId,
        hash: RecordHash,
        previous: RecordHash,
    ) {
        let others = self.links.range(all_of(seq));
        self.is_forked |= others.filter(|((_, other), _)| *other != change).count() > 0;
        self.links.insert((seq, change), Link { hash, previous });
    }

    /// Tells whether the device should write no more: it was copied, or its numbers are used up.
    fn is_spent(&self) -> bool {
        self.is_forked || self.newest().is_some_and(|(seq, _)| seq > LAST_SEQ)
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = (u64, ChangeId, &Link)> {
        self.links.iter().map(|((seq, change), link)| (*seq, *change, link))
    }

    /// The newest number and its hash.
    pub(crate) fn newest(&self) -> Option<(u64, RecordHash)> {
        self.links.last_key_value().map(|((seq, _), link)| (*seq, link.hash))
    }

    /// Tells whether the device wrote this change under this number.
    fn holds(&self, seq: u64, hash: &RecordHash) -> bool {
        self.links.range(all_of(seq)).any(|(_, link)| link.hash == *hash)
    }
}

fn all_of(seq: u64) -> std::ops::RangeInclusive<(u64, ChangeId)> {
    (seq, ChangeId([0; 16]))..=(seq, ChangeId([0xff; 16]))
}

/// No PC writes so many changes; a number beyond was forged to leave its device none.
const LAST_SEQ: u64 = 1 << 62;

/// What a machine remembers of a vault, outside of it. Kept by the store; holds no clear secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineMemory {
    /// This machine's name in the vault.
    pub device: DeviceId,
    /// The number of the last change it wrote or saw of itself.
    pub highest_seq: u64,
    /// That change's hash.
    pub head: RecordHash,
    /// The newest moment of any change it saw.
    pub newest: Hlc,
    /// The root that seals the seed.
    pub root: RootId,
    /// The device's signing seed, sealed.
    pub sealed_seed: Vec<u8>,
}

/// Where the vault stands against what this machine remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is remembered: a new copy here. Going back in time cannot be noticed this once.
    Unknown,
    /// As last seen, or newer.
    Current,
    /// Older than last seen: changes of this very machine are missing.
    Older {
        /// The number this machine had reached.
        seen: u64,
        /// The number the file has.
        found: u64,
    },
    /// The file holds other changes than those this machine wrote: a copy went its own way.
    Diverged,
}

impl Standing {
    /// Tells whether the vault may be written.
    #[must_use]
    pub const fn is_writable(self) -> bool {
        matches!(self, Self::Unknown | Self::Current)
    }
}

impl Vault {
    /// Takes up this machine's identity where it left off.
    ///
    /// Without memory a new device is minted; it introduces itself with its first change.
    pub fn resume(
        &mut self,
        memory: Option<&MachineMemory>,
        device_name: &str,
        rng: &mut impl CryptoRng,
    ) -> Standing {
        let author = memory.and_then(|memory| self.author_from(memory, device_name));
        let author = author.filter(|author| !self.is_spent(author.device));
        self.standing = match (memory, &author) {
            (None, _) => Standing::Unknown,
            (Some(memory), _) => self.standing_of(memory),
        };
        self.author = Some(author.unwrap_or_else(|| Author::mint(device_name, rng)));
        self.rewind_author();
        self.settle_access();
        self.standing
    }

    /// Tells whether this machine's identity was copied to another one, which has written under it too: it
    /// should begin anew.
    #[must_use]
    pub fn is_copied(&self) -> bool {
        self.author.as_ref().is_some_and(|author| self.is_spent(author.device))
    }

    fn is_spent(&self, device: DeviceId) -> bool {
        self.devices.get(&device).is_some_and(DeviceLog::is_spent)
    }

    /// Gives this copy a new identity and accepts it as it is: what a restore, or a copy, does.
    pub fn begin_anew(&mut self, device_name: &str, rng: &mut impl CryptoRng) {
        self.author = Some(Author::mint(device_name, rng));
        self.standing = Standing::Current;
        self.settle_access();
    }

    /// Looks again where the vault stands, after a merge.
    pub(crate) fn restand(&mut self, memory: &MachineMemory) -> Standing {
        self.standing = self.standing_of(memory);
        self.rewind_author();
        self.standing
    }

    fn standing_of(&self, memory: &MachineMemory) -> Standing {
        let log = self.devices.get(&memory.device);
        let found = log.and_then(DeviceLog::newest).map_or(0, |(seq, _)| seq);
        let seen = memory.highest_seq;
        let is_here = log.is_some_and(|log| log.holds(seen, &memory.head))
            || self.closed.contains(&memory.head)
            || self.unheard.contains(&memory.head);
        if seen != 0 && !is_here {
            return if found < seen { Standing::Older { seen, found } } else { Standing::Diverged };
        }
        // All of this machine's own changes are here; those it took in from others should be too. What is
        // closed to the way this vault was opened by may be what looks missing.
        if self.newest < memory.newest && self.closed.is_empty() {
            return Standing::Older { seen, found };
        }
        Standing::Current
    }

    fn author_from(&self, memory: &MachineMemory, device_name: &str) -> Option<Author> {
        let root = self.keys.roots.get(&memory.root)?;
        let context = seed_context(&self.head, memory.device, memory.root);
        let seed = root.key.open_seed(&context, &memory.sealed_seed)?;
        Some(Author {
            device: memory.device,
            key: SigningKey::from_bytes(seed.expose()),
            seq: memory.highest_seq,
            head: memory.head,
            // A device that was remembered before it ever wrote, as after a restore, still has to say
            // who it is; `rewind_author` knows whether it has.
            unintroduced: Some(device_name.into()),
        })
    }

    /// Sets the author's number to what the vault holds of it. It is never set back: what is not seen may
    /// only be closed to the way in use.
    pub(crate) fn rewind_author(&mut self) {
        let Some(author) = &mut self.author else {
            return;
        };
        let newest = self.devices.get(&author.device).and_then(DeviceLog::newest);
        if let Some((seq, head)) = newest.filter(|(seq, _)| *seq >= author.seq) {
            (author.seq, author.head) = (seq, head);
        }
        let item = self.fold.get(ItemId(author.device.0));
        if item.is_some_and(|item| item.scalar(field::DEVICE_PUBLIC_KEY).is_some()) {
            author.unintroduced = None;
        }
    }

    /// What this machine should remember now. To be saved after the rows are durable, never before.
    ///
    /// # Errors
    /// [`VaultError::NoDevice`] or [`VaultError::NoEpoch`] before the vault can be written at all.
    pub fn memory(&self, rng: &mut impl CryptoRng) -> Result<MachineMemory, VaultError> {
        let author = self.author.as_ref().ok_or(VaultError::NoDevice)?;
        // Until a merge of removals is mended there is no clean root; any in force will do.
        let in_force = || self.access.leaves().last().copied();
        let root = self.clean_root(self.head.home).or_else(in_force).ok_or(VaultError::NoEpoch)?;
        let held = self.keys.roots.get(&root).ok_or(VaultError::NoEpoch)?;
        let context = seed_context(&self.head, author.device, root);
        let seed = SecretArray::take(&mut author.key.to_bytes());
        Ok(MachineMemory {
            device: author.device,
            highest_seq: author.seq,
            head: author.head,
            newest: self.newest,
            root,
            sealed_seed: held.key.seal_seed(&context, &seed, rng),
        })
    }

    /// This machine's name in the vault.
    #[must_use]
    pub fn device(&self) -> Option<DeviceId> {
        self.author.as_ref().map(|author| author.device)
    }

    /// Where the vault stands against this machine's memory.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }
}

/// What the seal of a device's seed is bound to.
fn seed_context(head: &HeadRecord, device: DeviceId, root: RootId) -> Vec<u8> {
    record::wrap_context(head.vault, (head.home, root, crate::ids::SlotId(device.0)))
}
