// SPDX-License-Identifier: MIT OR Apache-2.0
//! One question about an ELF file: does it ask for a dynamic loader (`PT_INTERP`)?

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::needs_a_loader;

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
}
