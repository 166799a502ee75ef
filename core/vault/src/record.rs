// SPDX-License-Identifier: MIT OR Apache-2.0
//! Records: the immutable pieces a vault file is made of, as bytes and as types.
//!
//! A record is `"KGF"`, the version byte 1, then one CBOR array whose first element is the class. What
//! stands in it is in clear and authenticated; everything a holder wrote is inside a change's
//! sealed part. `docs/decisions/0002-vault-format.md` is the specification.

use std::fmt;

use minicbor::{Decoder, Encoder};
use sha2::{Digest as _, Sha256};

use crate::error::{Damage, VaultError};
use crate::ids::{ChangeId, CollectionId, EpochId, RecordHash, RecordId, RootId, SlotId, VaultId};
use crate::kdf::KdfCost;

/// The first three bytes of every record.
const MAGIC: &[u8; 3] = b"KGF";
/// The version of the format this crate writes.
pub const FORMAT_VERSION: u8 = 1;
/// The largest sealed part of a change: 2^20 bytes.
pub const MAX_BUCKET: u8 = 20;
/// The smallest: 2^8 bytes.
pub const MIN_BUCKET: u8 = 8;

/// A record as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name; equal names mean equal bytes.
    pub id: RecordId,
    /// Its class, repeated in the bytes.
    pub class: u8,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Row {{ id: {}, class: {}, body: {} bytes }}",
            self.id,
            self.class,
            self.body.len()
        )
    }
}

/// The vault itself: written once, at creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadRecord {
    /// The vault's name in all its copies.
    pub vault: VaultId,
    /// The collection that also holds devices, ways to open, roots and collections.
    pub home: CollectionId,
    /// When it was created, Unix seconds.
    pub created: u64,
}

/// What a slot needs to know, in clear, before it can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotKind {
    /// A passphrase, through Argon2id.
    Passphrase {
        /// Argon2id's salt.
        salt: [u8; 16],
        /// Argon2id's cost.
        cost: KdfCost,
    },
    /// Recovery words: 256 random bits, no derivation needed.
    Words,
    /// A secret in the keyring of a PC: 256 random bits as well.
    Keyring,
    /// A secret that the TPM of a PC sealed: 256 random bits, too.
    Tpm,
    /// A kind a newer version knows; kept.
    Unknown(u64),
}

impl SlotKind {
    /// The number of the kind in records and items.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Passphrase { .. } => 1,
            Self::Words => 2,
            Self::Keyring => 3,
            Self::Tpm => 4,
            Self::Unknown(n) => n,
        }
    }

    /// Tells whether it goes with a machine or a device. The holder's memory and a sheet of paper open every
    /// copy; of a kind that is not known, nobody can say so.
    #[must_use]
    pub const fn is_bound(self) -> bool {
        is_bound(self.number())
    }

    /// How much trying it takes.
    pub(crate) const fn work(self) -> u64 {
        match self {
            Self::Passphrase { cost, .. } => cost.work(),
            Self::Words | Self::Keyring | Self::Tpm | Self::Unknown(_) => 0,
        }
    }
}

/// Tells whether a kind of slot, by its number, goes with a machine or a device.
pub(crate) const fn is_bound(kind: u64) -> bool {
    !matches!(kind, 1 | 2)
}

/// One way to open, in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotRecord {
    /// Its name.
    pub slot: SlotId,
    /// What it takes.
    pub kind: SlotKind,
    /// All its bytes; they are bound into the slot's key.
    pub bytes: Vec<u8>,
}

/// A collection's root key, sealed to a slot (HPKE).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapRecord {
    /// The record's name.
    pub id: RecordId,
    /// Whose root.
    pub collection: CollectionId,
    /// Which root.
    pub root: RootId,
    /// For which slot.
    pub slot: SlotId,
    /// HPKE's encapsulated key.
    pub encapsulated: [u8; 32],
    /// The sealed root key and its tag.
    pub sealed: [u8; 48],
}

/// An epoch key, sealed under a root key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochRecord {
    /// Whose epoch.
    pub collection: CollectionId,
    /// Under which root.
    pub root: RootId,
    /// Which epoch; also the record's name.
    pub epoch: EpochId,
    /// XChaCha20-Poly1305's nonce.
    pub nonce: [u8; 24],
    /// The sealed epoch key and its tag.
    pub sealed: [u8; 48],
}

/// The part of a change that stays in clear, and is authenticated with the sealed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeHeader {
    /// Whose change.
    pub collection: CollectionId,
    /// Under which epoch key.
    pub epoch: EpochId,
    /// Which change; also the record's name.
    pub change: ChangeId,
    /// The sealed part holds 2^bucket bytes and a tag, whatever was written.
    pub bucket: u8,
}

/// A change, still sealed; borrows its row.
#[derive(Clone, Copy, Debug)]
pub struct ChangeRecord<'r> {
    /// What is in clear.
    pub header: ChangeHeader,
    /// XChaCha20-Poly1305's nonce.
    pub nonce: [u8; 24],
    /// The sealed body and its tag.
    pub sealed: &'r [u8],
}

/// A record of any class.
#[derive(Debug)]
#[non_exhaustive]
pub enum Record<'r> {
    /// The vault itself.
    Head(HeadRecord),
    /// A way to open.
    Slot(SlotRecord),
    /// A root sealed to a slot.
    Wrap(WrapRecord),
    /// An epoch sealed under a root.
    Epoch(EpochRecord),
    /// A change.
    Change(ChangeRecord<'r>),
    /// A class a newer version knows; kept.
    Unknown,
}

/// The classes this version knows.
pub mod class {
    /// [`super::HeadRecord`].
    pub const HEAD: u8 = 1;
    /// [`super::SlotRecord`].
    pub const SLOT: u8 = 2;
    /// [`super::WrapRecord`].
    pub const WRAP: u8 = 3;
    /// [`super::EpochRecord`].
    pub const EPOCH: u8 = 4;
    /// [`super::ChangeRecord`].
    pub const CHANGE: u8 = 5;
}

/// The hash by which a device's next change names this record.
#[must_use]
pub fn hash(bytes: &[u8]) -> RecordHash {
    Sha256::digest(bytes).into()
}

/// Reads a row. `vault` is the vault it must belong to; `None` accepts any (for the head itself).
///
/// # Errors
/// [`VaultError::NewerFormat`] for a later version byte, [`VaultError::Damaged`] otherwise.
pub fn read<'r>(row: &'r Row, vault: Option<VaultId>) -> Result<Record<'r>, VaultError> {
    let damaged = |damage| VaultError::Damaged { record: row.id, damage };
    let after_magic = row.body.strip_prefix(MAGIC).ok_or_else(|| damaged(Damage::Magic))?;
    let (&version, cbor) = after_magic.split_first().ok_or_else(|| damaged(Damage::Magic))?;
    if version > FORMAT_VERSION {
        return Err(VaultError::NewerFormat { found: version });
    }
    if version == 0 {
        return Err(damaged(Damage::Magic));
    }
    let mut fields = Fields::open(cbor).map_err(damaged)?;
    let class = fields.uint().map_err(damaged)?;
    if class != u64::from(row.class) {
        return Err(damaged(Damage::Class));
    }
    let owner = VaultId(fields.bytes().map_err(damaged)?);
    if vault.is_some_and(|vault| vault != owner) {
        return Err(damaged(Damage::OtherVault));
    }
    let (id, record) = read_class(&mut fields, row, owner).map_err(damaged)?;
    if id.is_some_and(|id| id != row.id) {
        return Err(damaged(Damage::Shape));
    }
    Ok(record)
}

/// Reads what follows class and vault id, and the name the record must have.
fn read_class<'r>(
    fields: &mut Fields<'r>,
    row: &'r Row,
    vault: VaultId,
) -> Result<(Option<RecordId>, Record<'r>), Damage> {
    let (id, record) = match row.class {
        class::HEAD => {
            let home = CollectionId(fields.bytes()?);
            let created = fields.uint()?;
            (vault.0, Record::Head(HeadRecord { vault, home, created }))
        }
        class::SLOT => {
            let slot = SlotId(fields.bytes()?);
            let kind = fields.slot_kind()?;
            (slot.0, Record::Slot(SlotRecord { slot, kind, bytes: row.body.clone() }))
        }
        class::WRAP => {
            let id = RecordId(fields.bytes()?);
            let wrap = WrapRecord {
                id,
                collection: CollectionId(fields.bytes()?),
                root: RootId(fields.bytes()?),
                slot: SlotId(fields.bytes()?),
                encapsulated: fields.bytes()?,
                sealed: fields.bytes()?,
            };
            (id.0, Record::Wrap(wrap))
        }
        class::EPOCH => {
            let collection = CollectionId(fields.bytes()?);
            let root = RootId(fields.bytes()?);
            let epoch = EpochId(fields.bytes()?);
            let (nonce, sealed) = (fields.bytes()?, fields.bytes()?);
            (epoch.0, Record::Epoch(EpochRecord { collection, root, epoch, nonce, sealed }))
        }
        class::CHANGE => {
            let header = ChangeHeader {
                collection: CollectionId(fields.bytes()?),
                epoch: EpochId(fields.bytes()?),
                change: ChangeId(fields.bytes()?),
                bucket: u8::try_from(fields.uint()?).map_err(|_| Damage::Shape)?,
            };
            let nonce = fields.bytes()?;
            let sealed = fields.slice()?;
            let is_bucket = (MIN_BUCKET..=MAX_BUCKET).contains(&header.bucket);
            if !is_bucket || sealed.len() != (1 << header.bucket) + 16 {
                return Err(Damage::Shape);
            }
            (header.change.0, Record::Change(ChangeRecord { header, nonce, sealed }))
        }
        _ => return Ok((None, Record::Unknown)),
    };
    fields.close()?;
    Ok((Some(RecordId(id)), record))
}

/// Writes the head.
#[must_use]
pub fn write_head(head: &HeadRecord) -> Row {
    let body = begin(class::HEAD, head.vault, 2, |out| {
        out.bytes(&head.home.0).u64(head.created);
    });
    Row { id: RecordId(head.vault.0), class: class::HEAD, body }
}

/// Writes a slot.
#[must_use]
pub fn write_slot(vault: VaultId, slot: SlotId, kind: SlotKind) -> Row {
    let body = begin(class::SLOT, vault, 3, |out| {
        out.bytes(&slot.0).u64(kind.number());
        if let SlotKind::Passphrase { salt, cost } = kind {
            out.array(3).bytes(&salt).u32(cost.memory_kib).u32(cost.passes);
        } else {
            out.array(0);
        }
    });
    Row { id: RecordId(slot.0), class: class::SLOT, body }
}

/// Writes a wrap.
#[must_use]
pub fn write_wrap(vault: VaultId, wrap: &WrapRecord) -> Row {
    let body = begin(class::WRAP, vault, 6, |out| {
        out.bytes(&wrap.id.0).bytes(&wrap.collection.0).bytes(&wrap.root.0);
        out.bytes(&wrap.slot.0).bytes(&wrap.encapsulated).bytes(&wrap.sealed);
    });
    Row { id: wrap.id, class: class::WRAP, body }
}

/// What a wrap's seal authenticates besides the root key.
#[must_use]
pub fn wrap_context(vault: VaultId, wrap: (CollectionId, RootId, SlotId)) -> Vec<u8> {
    begin(class::WRAP, vault, 3, |out| {
        out.bytes(&wrap.0.0).bytes(&wrap.1.0).bytes(&wrap.2.0);
    })
}

/// Writes an epoch.
#[must_use]
pub fn write_epoch(vault: VaultId, epoch: &EpochRecord) -> Row {
    let body = begin(class::EPOCH, vault, 5, |out| {
        out.bytes(&epoch.collection.0).bytes(&epoch.root.0).bytes(&epoch.epoch.0);
        out.bytes(&epoch.nonce).bytes(&epoch.sealed);
    });
    Row { id: RecordId(epoch.epoch.0), class: class::EPOCH, body }
}

/// What an epoch's seal authenticates besides the epoch key.
#[must_use]
pub fn epoch_context(vault: VaultId, epoch: (CollectionId, RootId, EpochId)) -> Vec<u8> {
    begin(class::EPOCH, vault, 3, |out| {
        out.bytes(&epoch.0.0).bytes(&epoch.1.0).bytes(&epoch.2.0);
    })
}

/// Writes a change.
#[must_use]
pub fn write_change(vault: VaultId, header: &ChangeHeader, nonce: &[u8; 24], sealed: &[u8]) -> Row {
    let body = begin(class::CHANGE, vault, 6, |out| {
        header_fields(out, header);
        out.bytes(nonce).bytes(sealed);
    });
    Row { id: header.change.into(), class: class::CHANGE, body }
}

/// What a change's seal and signature authenticate besides its body.
#[must_use]
pub fn change_context(vault: VaultId, header: &ChangeHeader) -> Vec<u8> {
    begin(class::CHANGE, vault, 4, |out| header_fields(out, header))
}

fn header_fields(out: &mut Writer, header: &ChangeHeader) {
    out.bytes(&header.collection.0).bytes(&header.epoch.0);
    out.bytes(&header.change.0).u64(u64::from(header.bucket));
}

/// Begins a record: magic, version, an array of class, vault and `more` elements.
fn begin(class: u8, vault: VaultId, more: u64, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut head = Vec::with_capacity(160);
    head.extend_from_slice(MAGIC);
    head.push(FORMAT_VERSION);
    let mut out = Writer(Encoder::new(head));
    out.array(more + 2).u64(u64::from(class)).bytes(&vault.0);
    write(&mut out);
    out.finish()
}

/// CBOR into memory, where writing cannot fail; shortest forms only (RFC 8949, section 4.2.1).
pub(crate) struct Writer(Encoder<Vec<u8>>);

macro_rules! write_with {
    ($($name:ident: $type:ty;)+) => {$(
        pub(crate) fn $name(&mut self, value: $type) -> &mut Self {
            self.0.$name(value).expect("writing CBOR into memory cannot fail");
            self
        }
    )+};
}

impl Writer {
    /// A writer that does not grow up to so many bytes, and so leaves no copies of secrets behind.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self(Encoder::new(Vec::with_capacity(bytes)))
    }

    write_with! {
        array: u64;
        map: u64;
        bytes: &[u8];
        str: &str;
        u32: u32;
        u64: u64;
        i64: i64;
        bool: bool;
    }

    /// Appends CBOR that is already encoded.
    pub(crate) fn raw(&mut self, cbor: &[u8]) -> &mut Self {
        self.0.writer_mut().extend_from_slice(cbor);
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }
}

/// The elements of a record's array, read one by one and counted.
struct Fields<'b> {
    decoder: Decoder<'b>,
    left: u64,
}

impl<'b> Fields<'b> {
    fn open(cbor: &'b [u8]) -> Result<Self, Damage> {
        let mut decoder = Decoder::new(cbor);
        let left = decoder.array().ok().flatten().ok_or(Damage::Shape)?;
        Ok(Self { decoder, left })
    }

    fn next(&mut self) -> Result<&mut Decoder<'b>, Damage> {
        self.left = self.left.checked_sub(1).ok_or(Damage::Shape)?;
        Ok(&mut self.decoder)
    }

    fn uint(&mut self) -> Result<u64, Damage> {
        self.next()?.u64().map_err(|_| Damage::Shape)
    }

    fn slice(&mut self) -> Result<&'b [u8], Damage> {
        self.next()?.bytes().map_err(|_| Damage::Shape)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        self.slice()?.try_into().map_err(|_| Damage::Shape)
    }

    /// Reads a slot's kind and its parameters.
    fn slot_kind(&mut self) -> Result<SlotKind, Damage> {
        let number = self.uint()?;
        let decoder = self.next()?;
        let shape = |_| Damage::Shape;
        match number {
            1 => {
                if decoder.array().map_err(shape)? != Some(3) {
                    return Err(Damage::Shape);
                }
                let salt = decoder.bytes().map_err(shape)?.try_into().map_err(|_| Damage::Shape)?;
                let memory_kib = decoder.u32().map_err(shape)?;
                let passes = decoder.u32().map_err(shape)?;
                Ok(SlotKind::Passphrase { salt, cost: KdfCost { memory_kib, passes } })
            }
            2..=4 => match (number, decoder.array().map_err(shape)?) {
                (2, Some(0)) => Ok(SlotKind::Words),
                (3, Some(0)) => Ok(SlotKind::Keyring),
                (_, Some(0)) => Ok(SlotKind::Tpm),
                _ => Err(Damage::Shape),
            },
            other => {
                decoder.skip().map_err(shape)?;
                Ok(SlotKind::Unknown(other))
            }
        }
    }

    /// Checks that nothing is left: neither elements nor bytes.
    fn close(&self) -> Result<(), Damage> {
        let is_whole = self.left == 0 && self.decoder.position() == self.decoder.input().len();
        if is_whole { Ok(()) } else { Err(Damage::Shape) }
    }
}
