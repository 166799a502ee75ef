// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a HID report descriptor says about a security key, and the descriptor of ours.
//!
//! Decides whether a device is a FIDO key: one of its top-level collections has the usage
//! `F1D0:0001` (CTAP 2.3, section 11.2.8.1), and how long its reports are. Descriptors come from
//! whatever was plugged in, so every byte is read as hostile. The language is that of the Device
//! Class Definition for HID 1.11, section 6.2.2.

/// Length of a report of a key, in both directions; what full-speed USB carries at once.
pub const REPORT_BYTES: usize = 64;

/// One report, without a report number.
pub type Report = [u8; REPORT_BYTES];

/// No device's descriptor is longer (`HID_MAX_DESCRIPTOR_SIZE` of Linux).
pub const DESCRIPTOR_MAX_BYTES: usize = 4096;

/// Usage page FIDO, usage "CTAPHID authenticator device".
const FIDO_USAGE: u32 = 0xF1D0_0001;

/// How deep pushed states and collections may go; Linux allows 4 pushed states.
const PUSHED_MAX_COUNT: usize = 4;
const COLLECTIONS_MAX_COUNT: usize = 64;

/// The descriptor of our virtual key: one collection `F1D0:0001` with one report of 64 bytes in
/// (usage 20h) and one out (usage 21h), and nothing that could type or point.
pub const FIDO_DESCRIPTOR: &[u8] = &[
    0x06, 0xD0, 0xF1, // usage page FIDO
    0x09, 0x01, // usage CTAPHID
    0xA1, 0x01, // collection, application
    0x09, 0x20, //   usage data in
    0x15, 0x00, //   logical minimum 0
    0x26, 0xFF, 0x00, //   logical maximum 255
    0x75, 0x08, //   report size 8 bits
    0x95, 0x40, //   report count 64
    0x81, 0x02, //   input: data, variable, absolute
    0x09, 0x21, //   usage data out
    0x15, 0x00, //   logical minimum 0
    0x26, 0xFF, 0x00, //   logical maximum 255
    0x75, 0x08, //   report size 8 bits
    0x95, 0x40, //   report count 64
    0x91, 0x02, //   output: data, variable, absolute
    0xC0, // end of collection
];

/// The reports of a FIDO key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FidoReports {
    /// Length of what it sends, in bytes.
    pub input_bytes: usize,
    /// Length of what it takes, in bytes.
    pub output_bytes: usize,
    /// Whether they carry numbers, which CTAPHID does not foresee.
    pub are_numbered: bool,
}

impl FidoReports {
    /// Claims that frames of [`REPORT_BYTES`] pass in both directions.
    #[must_use]
    pub const fn are_usual(self) -> bool {
        self.input_bytes == REPORT_BYTES && self.output_bytes == REPORT_BYTES && !self.are_numbered
    }
}

/// The descriptor breaks the rules of its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadDescriptor {
    /// It is longer than any descriptor.
    TooLong,
    /// It ends inside an item.
    CutShort,
    /// Collections do not end, or end without having begun.
    Unbalanced,
    /// Collections or pushed states are deeper than is sensible, or popped from nothing.
    TooDeep,
    /// A report is longer than any device can carry.
    Absurd,
}

/// Reads a descriptor; `None` where the device is no FIDO key.
///
/// # Errors
/// [`BadDescriptor`] where it is not a report descriptor.
pub fn fido_reports(descriptor: &[u8]) -> Result<Option<FidoReports>, BadDescriptor> {
    if descriptor.len() > DESCRIPTOR_MAX_BYTES {
        return Err(BadDescriptor::TooLong);
    }
    let mut reader = Reader::default();
    let mut rest = descriptor;
    while let Some((item, after)) = Item::split_off(rest)? {
        reader.take(item)?;
        rest = after;
    }
    reader.finish()
}

/// One short item; long ones carry nothing that is defined.
#[derive(Clone, Copy)]
struct Item {
    /// Tag and type, without the size.
    tag: u8,
    value: u32,
    value_bytes: usize,
}

const LONG_ITEM: u8 = 0xFE;
const SIZE_BITS: u8 = 0b11;

const INPUT: u8 = 0x80;
const OUTPUT: u8 = 0x90;
const COLLECTION: u8 = 0xA0;
const END_COLLECTION: u8 = 0xC0;
const USAGE_PAGE: u8 = 0x04;
const REPORT_SIZE: u8 = 0x74;
const REPORT_ID: u8 = 0x84;
const REPORT_COUNT: u8 = 0x94;
const PUSH: u8 = 0xA4;
const POP: u8 = 0xB4;
const USAGE: u8 = 0x08;
const FEATURE: u8 = 0xB0;

impl Item {
    /// Splits the first item off; `None` at the end.
    fn split_off(bytes: &[u8]) -> Result<Option<(Self, &[u8])>, BadDescriptor> {
        let Some((&prefix, rest)) = bytes.split_first() else { return Ok(None) };
        if prefix == LONG_ITEM {
            let [size, _tag, rest @ ..] = rest else { return Err(BadDescriptor::CutShort) };
            let rest = rest.get(usize::from(*size)..).ok_or(BadDescriptor::CutShort)?;
            return Ok(Some((Self { tag: LONG_ITEM, value: 0, value_bytes: 0 }, rest)));
        }
        // Sizes are 0, 1, 2 and 4.
        let value_bytes = [0, 1, 2, 4][usize::from(prefix & SIZE_BITS)];
        let (value, rest) = rest.split_at_checked(value_bytes).ok_or(BadDescriptor::CutShort)?;
        let value = value.iter().rev().fold(0, |sum, &byte| sum << 8 | u32::from(byte));
        Ok(Some((Self { tag: prefix & !SIZE_BITS, value, value_bytes }, rest)))
    }
}

/// What global items set; pushed and popped together.
#[derive(Clone, Copy, Default)]
struct Globals {
    usage_page: u32,
    report_size: u32,
    report_count: u32,
}

#[derive(Default)]
struct Reader {
    globals: Globals,
    pushed: Vec<Globals>,
    /// The first usage since the last main item, page included.
    usage: Option<u32>,
    depth: usize,
    is_in_fido: bool,
    has_fido: bool,
    are_numbered: bool,
    input_bits: u32,
    output_bits: u32,
}

impl Reader {
    fn take(&mut self, item: Item) -> Result<(), BadDescriptor> {
        match item.tag {
            USAGE_PAGE => self.globals.usage_page = item.value,
            REPORT_SIZE => self.globals.report_size = item.value,
            REPORT_COUNT => self.globals.report_count = item.value,
            REPORT_ID => self.are_numbered = true,
            PUSH if self.pushed.len() == PUSHED_MAX_COUNT => return Err(BadDescriptor::TooDeep),
            PUSH => self.pushed.push(self.globals),
            POP => self.globals = self.pushed.pop().ok_or(BadDescriptor::TooDeep)?,
            // Usages count from the last to the first only where they are used up; the first names
            // a collection. A usage of four bytes brings its own page (section 6.2.2.8).
            USAGE if self.usage.is_none() => {
                let page = if item.value_bytes == 4 { 0 } else { self.globals.usage_page << 16 };
                self.usage = Some(page | item.value);
            }
            INPUT | OUTPUT | FEATURE | COLLECTION | END_COLLECTION => return self.take_main(item),
            _ => {}
        }
        Ok(())
    }

    fn take_main(&mut self, item: Item) -> Result<(), BadDescriptor> {
        let usage = self.usage.take();
        match item.tag {
            COLLECTION if self.depth == COLLECTIONS_MAX_COUNT => {
                return Err(BadDescriptor::TooDeep);
            }
            COLLECTION => {
                if self.depth == 0 {
                    self.is_in_fido = usage == Some(FIDO_USAGE);
                    self.has_fido |= self.is_in_fido;
                }
                self.depth += 1;
            }
            END_COLLECTION => {
                self.depth = self.depth.checked_sub(1).ok_or(BadDescriptor::Unbalanced)?;
                self.is_in_fido &= self.depth > 0;
            }
            INPUT if self.is_in_fido => self.input_bits = self.lengthened(self.input_bits)?,
            OUTPUT if self.is_in_fido => self.output_bits = self.lengthened(self.output_bits)?,
            _ => {}
        }
        Ok(())
    }

    /// A report's length with the field that the globals describe.
    fn lengthened(&self, bits: u32) -> Result<u32, BadDescriptor> {
        let field = self.globals.report_size.checked_mul(self.globals.report_count);
        let sum = field.and_then(|field| field.checked_add(bits)).ok_or(BadDescriptor::Absurd)?;
        if sum as usize > 8 * DESCRIPTOR_MAX_BYTES { Err(BadDescriptor::Absurd) } else { Ok(sum) }
    }

    fn finish(self) -> Result<Option<FidoReports>, BadDescriptor> {
        if self.depth > 0 {
            return Err(BadDescriptor::Unbalanced);
        }
        Ok(self.has_fido.then_some(FidoReports {
            input_bytes: self.input_bits.div_ceil(8) as usize,
            output_bytes: self.output_bits.div_ceil(8) as usize,
            are_numbered: self.are_numbered,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: FidoReports =
        FidoReports { input_bytes: 64, output_bytes: 64, are_numbered: false };

    #[test]
    fn our_own_descriptor_is_that_of_a_key_and_of_nothing_else() {
        assert_eq!(fido_reports(FIDO_DESCRIPTOR), Ok(Some(USUAL)));
        assert!(USUAL.are_usual());
        let collections = FIDO_DESCRIPTOR.iter().filter(|&&byte| byte == 0xA1).count();
        assert_eq!(collections, 1);
    }

    #[test]
    fn a_keyboard_is_no_key() {
        let keyboard = [
            0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00,
            0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0xC0,
        ];
        assert_eq!(fido_reports(&keyboard), Ok(None));
        assert_eq!(fido_reports(&[]), Ok(None));
    }

    #[test]
    fn a_key_beside_a_keyboard_is_found_and_only_its_own_reports_count() {
        let mut both = vec![0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x08];
        both.extend([0x81, 0x02, 0x91, 0x02, 0xC0]);
        both.extend(FIDO_DESCRIPTOR);
        assert_eq!(fido_reports(&both), Ok(Some(USUAL)));
    }

    #[test]
    fn the_page_inside_a_keyboard_does_not_make_it_a_key() {
        let inside = [
            0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x00, 0xC0,
            0xC0,
        ];
        assert_eq!(fido_reports(&inside), Ok(None));
    }

    #[test]
    fn a_usage_of_four_bytes_brings_its_own_page() {
        let wide = [0x0B, 0x01, 0x00, 0xD0, 0xF1, 0xA1, 0x01, 0xC0];
        let empty = FidoReports { input_bytes: 0, output_bytes: 0, are_numbered: false };
        assert_eq!(fido_reports(&wide), Ok(Some(empty)));
        assert!(!empty.are_usual());
    }

    #[test]
    fn the_first_usage_names_the_collection() {
        let second = [0x06, 0xD0, 0xF1, 0x09, 0x02, 0x09, 0x01, 0xA1, 0x01, 0xC0];
        assert_eq!(fido_reports(&second), Ok(None));
    }

    #[test]
    fn a_usage_is_used_up_by_the_next_main_item() {
        let stale = [0x06, 0xD0, 0xF1, 0x09, 0x01, 0xB1, 0x02, 0xA1, 0x01, 0xC0];
        assert_eq!(fido_reports(&stale), Ok(None));
    }

    #[test]
    fn numbered_and_short_reports_are_told() {
        let odd = [
            0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x01, 0x75, 0x08, 0x95, 0x08, 0x81,
            0x02, 0x75, 0x01, 0x95, 0x03, 0x91, 0x02, 0xC0,
        ];
        let reports = FidoReports { input_bytes: 8, output_bytes: 1, are_numbered: true };
        assert_eq!(fido_reports(&odd), Ok(Some(reports)));
        assert!(!reports.are_usual());
    }

    #[test]
    fn pushed_states_come_back() {
        let pushed = [
            0x06, 0xD0, 0xF1, 0xA4, 0x05, 0x01, 0xB4, 0x09, 0x01, 0xA1, 0x01, 0x75, 0x08, 0x95,
            0x40, 0x81, 0x02, 0x91, 0x02, 0xC0,
        ];
        assert_eq!(fido_reports(&pushed), Ok(Some(USUAL)));
        assert_eq!(fido_reports(&[0xB4]), Err(BadDescriptor::TooDeep));
        assert_eq!(fido_reports(&[0xA4; 4]), Ok(None));
        assert_eq!(fido_reports(&[0xA4; 5]), Err(BadDescriptor::TooDeep));
    }

    #[test]
    fn long_items_are_stepped_over() {
        let mut long = vec![0xFE, 3, 0x77, 0xA1, 0x01, 0xC0];
        long.extend(FIDO_DESCRIPTOR);
        assert_eq!(fido_reports(&long), Ok(Some(USUAL)));
        assert_eq!(fido_reports(&[0xFE]), Err(BadDescriptor::CutShort));
        assert_eq!(fido_reports(&[0xFE, 2, 0, 1]), Err(BadDescriptor::CutShort));
    }

    #[test]
    fn every_cut_of_a_descriptor_is_an_error_or_no_key() {
        for length in 0..FIDO_DESCRIPTOR.len() {
            let read = fido_reports(&FIDO_DESCRIPTOR[..length]);
            assert!(matches!(read, Ok(None) | Err(_)), "{length}");
        }
    }

    #[test]
    fn collections_must_balance_and_stay_shallow() {
        assert_eq!(fido_reports(&[0xC0]), Err(BadDescriptor::Unbalanced));
        assert_eq!(fido_reports(&[0xA1, 0x01]), Err(BadDescriptor::Unbalanced));
        assert_eq!(fido_reports(&[0xA0; 65]), Err(BadDescriptor::TooDeep));
    }

    #[test]
    fn reports_longer_than_any_device_can_carry_are_refused() {
        let start = [0x06, 0xD0, 0xF1, 0x09, 0x01, 0xA1, 0x01];
        let absurd: [&[u8]; 3] = [
            &[0x77, 0xFF, 0xFF, 0xFF, 0xFF, 0x97, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x02],
            &[0x75, 0x08, 0x96, 0x01, 0x10, 0x91, 0x02],
            &[
                0x75, 0x08, 0x96, 0x00, 0x10, 0x81, 0x02, 0x77, 0xFF, 0xFF, 0xFF, 0xFF, 0x95, 1,
                0x81, 0x02,
            ],
        ];
        for fields in absurd {
            let descriptor = [&start, fields, &[0xC0]].concat();
            assert_eq!(fido_reports(&descriptor), Err(BadDescriptor::Absurd), "{fields:x?}");
        }
    }

    #[test]
    fn what_is_longer_than_any_descriptor_is_not_read() {
        assert_eq!(fido_reports(&vec![0; DESCRIPTOR_MAX_BYTES]), Ok(None));
        assert_eq!(fido_reports(&vec![0; DESCRIPTOR_MAX_BYTES + 1]), Err(BadDescriptor::TooLong));
    }

    #[test]
    fn no_bytes_make_it_panic() {
        // A plain xorshift: the same bytes in every run.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for round in 0..20_000 {
            let mut bytes = FIDO_DESCRIPTOR.to_vec();
            for _ in 0..=round % 7 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let place = usize::try_from(state >> 32).expect("fits") % bytes.len();
                bytes[place] = state.to_le_bytes()[0];
            }
            let _ = fido_reports(&bytes);
        }
    }
}
