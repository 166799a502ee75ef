// SPDX-License-Identifier: MIT OR Apache-2.0
//! Two questions about ELF files: does a program ask for a dynamic loader (`PT_INTERP`), and how much
//! flash and RAM does one for a board take?

const PT_INTERP: u32 = 3;

/// Tells whether the program asks for a loader; `None` if it is no 64-bit little-endian ELF file.
pub(crate) fn needs_a_loader(file: &[u8]) -> Option<bool> {
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let table = usize::try_from(u64::from_le_bytes(file.get(32..40)?.try_into().ok()?)).ok()?;
    let entry_bytes = usize::from(u16::from_le_bytes(file.get(54..56)?.try_into().ok()?));
    let entry_count = usize::from(u16::from_le_bytes(file.get(56..58)?.try_into().ok()?));
    for index in 0..entry_count {
        let at = table.checked_add(index.checked_mul(entry_bytes)?)?;
        let kind = u32::from_le_bytes(file.get(at..at.checked_add(4)?)?.try_into().ok()?);
        if kind == PT_INTERP {
            return Some(true);
        }
    }
    Some(false)
}

/// What a program takes of a board, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BoardSizes {
    /// Code, constants, and the first values of variables.
    pub(crate) flash: u64,
    /// Variables; neither stack nor heap.
    pub(crate) ram: u64,
}

const SHT_NOBITS: u32 = 8;
const SHF_WRITE: u32 = 1;
const SHF_ALLOC: u32 = 2;

/// Adds up the sections that are loaded; `None` if it is no 32-bit little-endian ELF file.
pub(crate) fn board_sizes(file: &[u8]) -> Option<BoardSizes> {
    if !file.starts_with(b"\x7fELF\x01\x01") {
        return None;
    }
    let word = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let half = |at: usize| Some(u16::from_le_bytes(file.get(at..at + 2)?.try_into().ok()?));
    let table = word(32)? as usize;
    let (entry_bytes, entry_count) = (usize::from(half(46)?), usize::from(half(48)?));
    let mut sizes = BoardSizes::default();
    for index in 0..entry_count {
        let at = table.checked_add(index * entry_bytes)?;
        let (kind, flags, bytes) = (word(at + 4)?, word(at + 8)?, u64::from(word(at + 20)?));
        if flags & SHF_ALLOC == 0 {
            continue;
        }
        if kind != SHT_NOBITS {
            sizes.flash += bytes;
        }
        if kind == SHT_NOBITS || flags & SHF_WRITE != 0 {
            sizes.ram += bytes;
        }
    }
    Some(sizes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::{BoardSizes, board_sizes, needs_a_loader};

    #[test]
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    fn this_very_test_is_dynamic() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(needs_a_loader(&this), Some(true));
        assert_eq!(needs_a_loader(&this[..60]), None);
    }

    #[test]
    fn other_files_are_not_judged() {
        assert_eq!(needs_a_loader(b"#!/bin/sh\n"), None);
    }

    /// A file with a header and nothing but sections of this type, flags and length.
    fn with_sections(sections: &[[u32; 3]]) -> Vec<u8> {
        let mut file = vec![0; 52];
        file[..6].copy_from_slice(b"\x7fELF\x01\x01");
        file[32..36].copy_from_slice(&52_u32.to_le_bytes());
        file[46..48].copy_from_slice(&40_u16.to_le_bytes());
        file[48..50].copy_from_slice(&(sections.len() as u16).to_le_bytes());
        for [kind, flags, bytes] in sections {
            let words = [0, *kind, *flags, 0, 0, *bytes, 0, 0, 0, 0];
            file.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        }
        file
    }

    #[test]
    fn variables_with_a_first_value_take_flash_and_ram() {
        let (code, data, zeros, told) = ([1, 6, 1000], [1, 3, 20], [8, 3, 300], [1, 0, 4000]);
        let file = with_sections(&[code, data, zeros, told]);
        assert_eq!(board_sizes(&file), Some(BoardSizes { flash: 1020, ram: 320 }));
        assert_eq!(board_sizes(&file[..file.len() - 20]), None);
        assert_eq!(board_sizes(b"\x7fELF\x02\x01"), None);
    }
}
