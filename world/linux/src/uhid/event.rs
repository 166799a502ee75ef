// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the kernel and a virtual device say to each other, as bytes.
//!
//! `struct uhid_event` of `linux/uhid.h`: a number of 32 bits in the machine's order, then packed
//! fields. Short orders mean that the rest is zero, so orders are written short. Events are read short
//! as well, no further than the report goes: the kernel would copy 4376 bytes for each, and drops
//! reports while whoever reads is slower than whoever writes. What stands behind them, a length and a
//! kind, is then not known; a report that is too short arrives filled with zeros, as it would on a
//! wire, and one that is too long arrives cut. Reports come with their number in front, which is 0.

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

/// How much of an event is read: which it is, the report's number, the report.
pub(super) const READ_BYTES: usize = 4 + 1 + REPORT_BYTES;

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

/// The report of an output event, without its number; one with a number is for nobody. The kernel
/// gives only output reports this way, the others are [`FromKernel::ToldReport`].
fn output(bytes: &[u8]) -> Option<Report> {
    let [number] = array(bytes, 4);
    (number == 0).then(|| array(bytes, 5))
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
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use super::*;

    /// An event as Linux 6.1 has it, as far as it is read.
    fn event(kind: u32, fields: &[(usize, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; 4376];
        bytes[..4].copy_from_slice(&kind.to_ne_bytes());
        for (place, field) in fields {
            bytes[*place..place + field.len()].copy_from_slice(field);
        }
        bytes.truncate(READ_BYTES);
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
        // Behind the report: its length with the number, and that it is an output report.
        let size = 65_u16.to_ne_bytes();
        let bytes = event(6, &[(4, &data), (4100, &size), (4102, &[1])]);
        let FromKernel::Report(report) = read(&bytes) else { panic!("no report") };
        assert_eq!(report[..15], INIT[1..]);
        assert_eq!(report[15..], [0; 49]);
    }

    #[test]
    fn a_shorter_report_is_filled_and_a_longer_one_cut() {
        let filled = [[7; 3].as_slice(), &[0; 61]].concat();
        assert_eq!(
            read(&event(6, &[(5, &[7; 3])])),
            FromKernel::Report(filled.try_into().unwrap())
        );
        assert_eq!(read(&event(6, &[(5, &[7; 90])])), FromKernel::Report([7; REPORT_BYTES]));
    }

    #[test]
    fn a_report_with_a_number_is_for_nobody() {
        assert_eq!(read(&event(6, &[(4, &[1])])), FromKernel::Other);
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
        assert_eq!(read(&6_u32.to_ne_bytes()), FromKernel::Report([0; REPORT_BYTES]));
        assert_eq!(read(&9_u32.to_ne_bytes()), FromKernel::AskedForReport { id: [0; 4] });
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
