// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reads the files of `tests/vectors/ctap` without a heap: lines `field: value` in their order, and bytes as
//! `86 0008 a1*57`. Their form is told beside them, in `hid.md` and `apdu.md`.

use heapless::Vec;

/// The longest bytes of one line.
const BYTES: usize = 2048;

/// Bytes of a line.
pub(crate) type Bytes = Vec<u8, BYTES>;

/// Where a file goes another way than it is written, and what is wrong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line, from 1; the one behind the last is the end.
    pub(crate) line: usize,
    pub(crate) what: &'static str,
}

/// One line; one without text has no field.
#[derive(Clone, Copy)]
pub(crate) struct Line<'t> {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) field: &'t str,
    pub(crate) value: &'t str,
}

impl Line<'_> {
    /// What is wrong with this line.
    pub(crate) const fn fault(&self, what: &'static str) -> Fault {
        Fault { line: self.number, what }
    }
}

/// The lines without remarks, and the number of the one behind the last.
pub(crate) fn lines(text: &str) -> (impl Iterator<Item = Line<'_>>, usize) {
    let is_remark = |line: &str| line.starts_with('#') || line.starts_with("remark:");
    let lines = text.lines().enumerate().filter(move |(_, line)| !is_remark(line));
    let lines = lines.map(|(before, line)| {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        Line { number: before + 1, field, value: value.trim() }
    });
    (lines, text.lines().count() + 1)
}

/// Reads hexadecimal, with blanks anywhere, and a byte with how often it stands there.
pub(crate) fn bytes(text: &str) -> Result<Bytes, &'static str> {
    let mut bytes = Bytes::new();
    for word in text.split_whitespace() {
        let (hex, times) = word.split_once('*').unwrap_or((word, "1"));
        let times: usize = times.parse().map_err(|_| "how often is no number")?;
        let begin = bytes.len();
        for pair in hex.as_bytes().chunks(2) {
            let pair = core::str::from_utf8(pair).map_err(|_| "no hexadecimal")?;
            let byte = u8::from_str_radix(pair, 16).map_err(|_| "no hexadecimal")?;
            push(&mut bytes, byte)?;
        }
        if hex.len() % 2 != 0 {
            return Err("half a byte");
        }
        let end = bytes.len();
        for _ in 1..times {
            for at in begin..end {
                let byte = bytes[at];
                push(&mut bytes, byte)?;
            }
        }
    }
    Ok(bytes)
}

fn push(bytes: &mut Bytes, byte: u8) -> Result<(), &'static str> {
    bytes.push(byte).map_err(|_| "more bytes than there is room for")
}

/// Demands that what is found is what is written.
pub(crate) fn same(found: &[u8], written: &str) -> Result<(), &'static str> {
    if found == bytes(written)?.as_slice() { Ok(()) } else { Err("other bytes") }
}

/// Splits what an `event` line says: the event, and the bytes of a request.
pub(crate) fn event(value: &str) -> (&str, &str) {
    let kind = ["request cbor", "request msg"].into_iter().find(|kind| value.starts_with(kind));
    kind.map_or((value, ""), |kind| value.split_at(kind.len()))
}
