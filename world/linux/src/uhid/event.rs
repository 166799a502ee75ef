// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the kernel and a virtual device say to each other, as bytes.
//!
//! `struct uhid_event` of `linux/uhid.h`: a number of 32 bits in the machine's order, then packed
//! fields. Short events mean that the rest is zero, in both directions, so orders are written short
//! and what is read may be short. Reports come with their number in front, which is 0 for a key.

use crate::hid_report::{REPORT_BYTES, Report};

/// `UHID_CREATE2`, the only order that [`super::Identity`] writes.
pub(super) const CREATE: u32 = 11;
const DESTROY: u32 = 1;
const START: u32 = 2;
const STOP: u32 = 3;
const OPEN: u32 = 4;
const CLOSE: u32 = 5;
const OUTPUT: u32 = 6;
const GET_REPORT: u32 = 9;
const GET_REPORT_REPLY: u32 = 10;
const INPUT: u32 = 12;
const SET_REPORT: u32 = 13;
const SET_REPORT_REPLY: u32 = 14;

/// Longest event: the order `UHID_CREATE2` with a descriptor of 4096 bytes.
pub(super) const EVENT_MAX_BYTES: usize = 4376;
const DATA_MAX_BYTES: usize = 4096;

const OUTPUT_DATA: usize = 4;
const OUTPUT_SIZE: usize = OUTPUT_DATA + DATA_MAX_BYTES;
const OUTPUT_TYPE: usize = OUTPUT_SIZE + 2;
/// `UHID_OUTPUT_REPORT`.
const IS_OUTPUT: u8 = 1;

/// What the kernel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FromKernel {
    /// A driver takes the device.
    Started,
    /// The driver lets it go.
    Stopped,
    /// Some program opened it.
    Opened,
    /// The last program closed it.
    Closed,
    /// A report for the key.
    Report(Report),
    /// A question for a report; the kernel waits for the answer.
    AskedForReport { id: [u8; 4] },
    /// An order to take a report; the kernel waits for the answer.
    ToldReport { id: [u8; 4] },
    /// Something that no key has to do with.
    Other,
}

/// Reads one event.
pub(super) fn read(bytes: &[u8]) -> FromKernel {
    let Some(&kind) = bytes.first_chunk() else { return FromKernel::Other };
    match u32::from_ne_bytes(kind) {
        START => FromKernel::Started,
        STOP => FromKernel::Stopped,
        OPEN => FromKernel::Opened,
        CLOSE => FromKernel::Closed,
        OUTPUT => output(bytes).map_or(FromKernel::Other, FromKernel::Report),
        GET_REPORT => FromKernel::AskedForReport { id: array(bytes, 4) },
        SET_REPORT => FromKernel::ToldReport { id: array(bytes, 4) },
        _ => FromKernel::Other,
    }
}

/// The report of an output event, without its number. A shorter one is filled with zeros, as a key
/// on a wire would see it; one with a number or of another kind is for nobody.
fn output(bytes: &[u8]) -> Option<Report> {
    let size = usize::from(u16::from_ne_bytes(array(bytes, OUTPUT_SIZE)));
    let [kind] = array(bytes, OUTPUT_TYPE);
    let data = bytes.get(OUTPUT_DATA..OUTPUT_DATA + size)?;
    let (&number, data) = data.split_first()?;
    if kind != IS_OUTPUT || number != 0 || data.is_empty() || data.len() > REPORT_BYTES {
        return None;
    }
    let mut report = [0; REPORT_BYTES];
    report[..data.len()].copy_from_slice(data);
    Some(report)
}

/// Bytes at a place; zeros where the event was written short.
fn array<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let mut array = [0; N];
    for (byte, &there) in array.iter_mut().zip(bytes.iter().skip(start)) {
        *byte = there;
    }
    array
}

/// A report of the key.
pub(super) fn input(report: &Report) -> Vec<u8> {
    let mut bytes = INPUT.to_ne_bytes().to_vec();
    bytes.extend(64_u16.to_ne_bytes());
    bytes.extend(report);
    bytes
}

/// Pulls the device out.
pub(super) fn destroy() -> [u8; 4] {
    DESTROY.to_ne_bytes()
}

/// Answers that there is no such report: the program that asked gets `EIO`.
pub(super) fn refuse_to_give(id: [u8; 4]) -> Vec<u8> {
    refusal(GET_REPORT_REPLY, id)
}

/// Answers that the report is not taken: the program that gave it gets `EIO`.
pub(super) fn refuse_to_take(id: [u8; 4]) -> Vec<u8> {
    refusal(SET_REPORT_REPLY, id)
}

fn refusal(kind: u32, id: [u8; 4]) -> Vec<u8> {
    const EIO: u16 = 5;
    let mut bytes = kind.to_ne_bytes().to_vec();
    bytes.extend(id);
    bytes.extend(EIO.to_ne_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event as Linux 6.1 writes it, always in full length.
    fn event(kind: u32, fields: &[(usize, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; EVENT_MAX_BYTES];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        for (place, field) in fields {
            bytes[*place..place + field.len()].copy_from_slice(field);
        }
        bytes
    }

    /// The start of what `fido2-token -I` wrote to a device file of Linux 6.1: CTAPHID_INIT.
    const INIT: &[u8] = &[
        0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0x00, 0x08, 0x63, 0x1B, 0xAE, 0x5F, 0x8C, 0x02, 0x77,
        0xD1,
    ];

    #[test]
    fn the_kernel_tells_of_drivers_and_programs() {
        // dev_flags of UHID_START: no report is numbered.
        assert_eq!(read(&event(2, &[(4, &[0; 8])])), FromKernel::Started);
        assert_eq!(read(&event(3, &[])), FromKernel::Stopped);
        assert_eq!(read(&event(4, &[])), FromKernel::Opened);
        assert_eq!(read(&event(5, &[])), FromKernel::Closed);
    }

    #[test]
    fn a_report_comes_without_its_number() {
        let mut data = INIT.to_vec();
        data.resize(65, 0);
        let size = 65_u16.to_ne_bytes();
        let bytes = event(6, &[(4, &data), (4100, &size), (4102, &[1])]);
        let FromKernel::Report(report) = read(&bytes) else { panic!("no report") };
        assert_eq!(report[..15], INIT[1..]);
        assert_eq!(report[15..], [0; 49]);
    }

    #[test]
    fn a_shorter_report_is_filled_and_a_longer_one_is_for_nobody() {
        let sized =
            |size: u16| event(6, &[(5, &[7; 70]), (4100, &size.to_ne_bytes()), (4102, &[1])]);
        let mut filled = [0; REPORT_BYTES];
        filled[..3].fill(7);
        assert_eq!(read(&sized(4)), FromKernel::Report(filled));
        for size in [0, 1, 66, 4096, 4097, u16::MAX] {
            assert_eq!(read(&sized(size)), FromKernel::Other, "{size}");
        }
    }

    #[test]
    fn numbered_feature_and_input_reports_are_for_nobody() {
        let size = 65_u16.to_ne_bytes();
        assert_eq!(read(&event(6, &[(4, &[1]), (4100, &size), (4102, &[1])])), FromKernel::Other);
        for kind in [0, 2, 255] {
            let bytes = event(6, &[(4100, &size), (4102, &[kind])]);
            assert_eq!(read(&bytes), FromKernel::Other, "{kind}");
        }
    }

    #[test]
    fn questions_for_reports_are_answered_with_an_error() {
        let id = [1, 2, 3, 4];
        let FromKernel::AskedForReport { id } = read(&event(9, &[(4, &id)])) else { panic!() };
        let answer = [&10_u32.to_ne_bytes()[..], &[1, 2, 3, 4], &5_u16.to_ne_bytes()].concat();
        assert_eq!(refuse_to_give(id), answer);
        let FromKernel::ToldReport { id } = read(&event(13, &[(4, &id)])) else { panic!() };
        let answer = [&14_u32.to_ne_bytes()[..], &[1, 2, 3, 4], &5_u16.to_ne_bytes()].concat();
        assert_eq!(refuse_to_take(id), answer);
    }

    #[test]
    fn what_is_short_or_unknown_is_read_as_zeros_or_as_nothing() {
        for kind in [0, 1, 7, 8, 10, 11, 12, 14, 15, u32::MAX] {
            assert_eq!(read(&event(kind, &[])), FromKernel::Other, "{kind}");
        }
        assert_eq!(read(&[]), FromKernel::Other);
        assert_eq!(read(&[6, 0, 0]), FromKernel::Other);
        assert_eq!(read(&6_u32.to_ne_bytes()), FromKernel::Other);
        assert_eq!(read(&9_u32.to_ne_bytes()), FromKernel::AskedForReport { id: [0; 4] });
        let size = 65_u16.to_ne_bytes();
        let cut = &event(6, &[(4100, &size), (4102, &[1])])[..4102];
        assert_eq!(read(cut), FromKernel::Other);
    }

    #[test]
    fn a_report_of_the_key_is_written_short() {
        let bytes = input(&[9; REPORT_BYTES]);
        assert_eq!(bytes[..4], 12_u32.to_ne_bytes());
        assert_eq!(bytes[4..6], 64_u16.to_ne_bytes());
        assert_eq!(bytes[6..], [9; 64]);
        assert_eq!(destroy(), 1_u32.to_ne_bytes());
    }
}
