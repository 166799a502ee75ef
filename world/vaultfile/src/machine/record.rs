// SPDX-License-Identifier: MIT OR Apache-2.0

//! One memory as bytes: `KGFM`, format (2 bytes, big-endian), a CBOR array, SHA-256 of all before.
//!
//! The checksum notices accidents, not attackers. A newer format keeps magic, format number and
//! the checksum's place, so that an older program can tell "newer" from "broken".

use std::path::PathBuf;

use minicbor::{Decoder, Encoder};
use sha2::{Digest, Sha256};

use super::{MAX_SEED_BYTES, MachineState, UnreadableReason};
use crate::os::{self, Identity};

const MAGIC: [u8; 4] = *b"KGFM";
const FORMAT: u16 = 1;
const FIELD_COUNT: u64 = 11;
const CHECKSUM_BYTES: usize = 32;

/// No memory is longer: paths end at 4096 bytes.
pub(super) const MAX_RECORD_BYTES: u64 = 16 * 1024;

/// A state, and the file and machine it was true for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) state: MachineState,
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    pub(super) machine: [u8; 32],
}

pub(super) fn encode(memory: &Memory) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&FORMAT.to_be_bytes());
    let state = &memory.state;
    let mut cbor = Encoder::new(&mut bytes);
    let written = (|| {
        cbor.array(FIELD_COUNT)?
            .bytes(&state.vault)?
            .bytes(&state.device)?
            .u64(state.highest_seq)?
            .bytes(&state.head)?
            .bytes(&state.sealed_seed)?
            .bytes(&state.root)?
            .u64(state.newest_hlc)?
            .bytes(os::path_bytes(&memory.path))?
            .u64(memory.identity.device)?
            .u64(memory.identity.inode)?
            .bytes(&memory.machine)?;
        Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
    })();
    written.expect("a vector takes every byte");
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

pub(super) fn decode(bytes: &[u8]) -> Result<Memory, UnreadableReason> {
    let (magic, rest) = bytes.split_first_chunk().ok_or(UnreadableReason::NotOurs)?;
    if *magic != MAGIC {
        return Err(UnreadableReason::NotOurs);
    }
    let (format, rest) = rest.split_first_chunk().ok_or(UnreadableReason::NotOurs)?;
    let format = u16::from_be_bytes(*format);
    let (_, checksum) =
        rest.split_last_chunk::<CHECKSUM_BYTES>().ok_or(UnreadableReason::NotOurs)?;
    let covered = &bytes[..bytes.len() - CHECKSUM_BYTES];
    if Sha256::digest(covered).as_slice() != checksum {
        return Err(UnreadableReason::Checksum);
    }
    if format > FORMAT {
        return Err(UnreadableReason::NewerFormat { found: format });
    }
    let cbor = &covered[MAGIC.len() + size_of::<u16>()..];
    fields(&mut Decoder::new(cbor)).ok_or(UnreadableReason::NotOurs)
}

fn fields(cbor: &mut Decoder<'_>) -> Option<Memory> {
    if cbor.array().ok()? != Some(FIELD_COUNT) {
        return None;
    }
    let vault = exact(cbor)?;
    let device = exact(cbor)?;
    let highest_seq = cbor.u64().ok()?;
    let head = exact(cbor)?;
    let sealed_seed = cbor.bytes().ok()?.to_vec();
    let root = exact(cbor)?;
    let newest_hlc = cbor.u64().ok()?;
    let path = os::path_from(cbor.bytes().ok()?);
    let identity = Identity { device: cbor.u64().ok()?, inode: cbor.u64().ok()? };
    let machine = exact(cbor)?;
    if sealed_seed.len() > MAX_SEED_BYTES || cbor.position() != cbor.input().len() {
        return None;
    }
    let state = MachineState { vault, device, highest_seq, head, sealed_seed, root, newest_hlc };
    Some(Memory { state, path, identity, machine })
}

fn exact<const N: usize>(cbor: &mut Decoder<'_>) -> Option<[u8; N]> {
    cbor.bytes().ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    // A test may stop at the first surprise.
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn memory() -> Memory {
        Memory {
            state: MachineState {
                vault: [1; 16],
                device: [2; 16],
                highest_seq: u64::MAX,
                head: [3; 32],
                sealed_seed: vec![4; 80],
                root: [5; 16],
                newest_hlc: 6,
            },
            path: os::path_from(b"/home/\xff/vault"),
            identity: Identity { device: 7, inode: 8 },
            machine: [9; 32],
        }
    }

    #[test]
    fn what_is_remembered_comes_back() {
        assert_eq!(decode(&encode(&memory())).unwrap(), memory());
    }

    #[test]
    fn any_changed_or_missing_byte_is_noticed() {
        let whole = encode(&memory());
        for at in 0..whole.len() {
            assert!(decode(&whole[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[at] ^= 1 << bit;
                assert!(decode(&changed).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_newer_format_is_not_called_broken() {
        let mut newer = encode(&memory());
        newer.truncate(newer.len() - CHECKSUM_BYTES);
        newer[5] = 2;
        let checksum = Sha256::digest(&newer);
        newer.extend_from_slice(&checksum);
        assert_eq!(decode(&newer), Err(UnreadableReason::NewerFormat { found: 2 }));
    }
}
