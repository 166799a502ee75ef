// SPDX-License-Identifier: MIT OR Apache-2.0
//! How an input makes requests: a script of bytes that choose, behind whose end everything is well made.

use kagifuda_ctap::cbor::Writer;
use kagifuda_ctap::message::Command;
use kagifuda_ctap::pin_protocol::AgreementKey;

use super::bench::{SITE, SITES};

/// The longest request that is made, in bytes.
const MESSAGE_BYTES: usize = 16 * 1024;
/// How deep CBOR goes that means nothing; a key takes four levels.
const DEPTH: u8 = 6;

/// What is left of the input; behind its end there are zeros.
pub(crate) struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    pub(crate) const fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Bytes, as many as the first says.
    pub(crate) fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        piece
    }
}

/// What `write` writes.
pub(crate) fn encoded(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; MESSAGE_BYTES];
    let mut writer = Writer::new(&mut buffer);
    write(&mut writer);
    // What does not fit is no CBOR, and a key is told that too.
    let length = writer.finish().unwrap_or(0);
    buffer.truncate(length);
    buffer
}

/// The parameters of a request, or of a subcommand.
pub(crate) struct Parameters<'s, 'a> {
    script: &'s mut Script<'a>,
    parts: Vec<(u64, Vec<u8>)>,
}

impl<'s, 'a> Parameters<'s, 'a> {
    pub(crate) const fn new(script: &'s mut Script<'a>) -> Self {
        Self { script, parts: Vec::new() }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// A parameter that is there unless the script leaves it out or makes it anything else.
    pub(crate) fn needed(
        &mut self,
        number: u64,
        write: impl FnOnce(&mut Script<'_>, &mut Writer<'_>),
    ) {
        match self.script.byte() % 8 {
            6 => {}
            7 => self.put_anything(number),
            _ => self.put_written(number, write),
        }
    }

    /// A parameter that is not there unless the script says so.
    pub(crate) fn optional(
        &mut self,
        number: u64,
        write: impl FnOnce(&mut Script<'_>, &mut Writer<'_>),
    ) {
        match self.script.byte() % 8 {
            0..=2 => {}
            7 => self.put_anything(number),
            _ => self.put_written(number, write),
        }
    }

    /// A parameter as it is.
    pub(crate) fn put(&mut self, number: u64, value: Vec<u8>) {
        self.parts.push((number, value));
    }

    fn put_written(&mut self, number: u64, write: impl FnOnce(&mut Script<'_>, &mut Writer<'_>)) {
        let value = encoded(|writer| write(self.script, writer));
        self.put(number, value);
    }

    fn put_anything(&mut self, number: u64) {
        self.put_written(number, |script, writer| anything(script, writer, DEPTH));
    }

    /// The map of them, in its order.
    pub(crate) fn map(mut self) -> Vec<u8> {
        self.parts.sort_by_key(|(number, _)| *number);
        let mut map = encoded(|writer| _ = writer.map(self.parts.len()));
        for (number, value) in &self.parts {
            map.extend_from_slice(&encoded(|writer| _ = writer.unsigned(*number)));
            map.extend_from_slice(value);
        }
        map
    }

    /// The whole request.
    pub(crate) fn message(self, command: Command) -> Vec<u8> {
        [&[command as u8][..], &self.map()].concat()
    }
}

/// A number of any width.
pub(crate) fn number(script: &mut Script<'_>) -> u64 {
    let mut bytes = [0; 8];
    let width = usize::from(script.byte() % 9);
    for byte in &mut bytes[8 - width..] {
        *byte = script.byte();
    }
    u64::from_be_bytes(bytes)
}

/// CBOR that means nothing: canonical, mostly.
fn anything(script: &mut Script<'_>, writer: &mut Writer<'_>, depth: u8) {
    let kind = script.byte() % 9;
    match kind {
        0 => _ = writer.unsigned(number(script)),
        1 => _ = writer.integer(i64::from_ne_bytes(number(script).to_ne_bytes())),
        2 => _ = writer.bytes(script.piece()),
        3 => _ = writer.text(&String::from_utf8_lossy(script.piece())),
        4 => _ = writer.boolean(script.byte() & 1 == 0),
        7 => _ = writer.raw(script.piece()),
        _ if depth == 0 => _ = writer.unsigned(0),
        5 => {
            let count = script.byte() % 6;
            writer.array(usize::from(count));
            for _ in 0..count {
                anything(script, writer, depth - 1);
            }
        }
        6 => {
            let count = script.byte() % 6;
            writer.map(usize::from(count));
            for key in 0..count {
                writer.unsigned(u64::from(key) + 1);
                anything(script, writer, depth - 1);
            }
        }
        _ => {
            const NAMES: [&str; 4] = ["id", "alg", "name", "type"];
            let count = script.byte() % 5;
            writer.map(usize::from(count));
            for name in &NAMES[..usize::from(count)] {
                anything(script, writer.text(name), depth - 1);
            }
        }
    }
}

pub(crate) fn site_id<'a>(script: &mut Script<'a>) -> &'a str {
    match script.byte() % 8 {
        0..=4 => SITE,
        7 => core::str::from_utf8(script.piece()).unwrap_or(SITE),
        other => SITES[usize::from(other) % SITES.len()],
    }
}

pub(crate) fn site_ids(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let count = script.byte() % 7;
    writer.array(usize::from(count));
    for _ in 0..count {
        writer.text(site_id(script));
    }
}

pub(crate) fn site(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let id = site_id(script);
    writer.map(1).text("id").text(id);
}

pub(crate) fn account(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let (id, name) = (script.piece(), script.piece());
    let id = if id.is_empty() { b"aki" } else { id };
    let name = String::from_utf8_lossy(name);
    writer.map(3).text("id").bytes(id).text("name").text(&name);
    writer.text("displayName").text(&name);
}

pub(crate) fn algorithms(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    const NUMBERS: [i64; 8] = [-7, -8, -7, -35, -257, 0, i64::MIN, i64::MAX];
    let first = script.byte();
    let count = usize::from(first / 8 % 4) + 1;
    writer.array(count);
    for at in 0..count {
        let number =
            NUMBERS[if at == 0 { usize::from(first % 8) } else { usize::from(script.byte() % 8) }];
        let kind = if script.byte() == 7 { "another-key" } else { "public-key" };
        writer.map(2).text("alg").integer(number).text("type").text(kind);
    }
}

pub(crate) fn formats(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    const FORMATS: [&str; 3] = ["none", "packed", "tpm"];
    let count = script.byte() % 4;
    writer.array(usize::from(count));
    for _ in 0..count {
        writer.text(FORMATS[usize::from(script.byte()) % FORMATS.len()]);
    }
}

/// A credential: one that lives here, or none.
pub(crate) fn descriptor(ids: &[Vec<u8>], script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let which = script.byte();
    let id = match ids.get(usize::from(which) % (ids.len() + 1)) {
        Some(id) => id,
        None => script.piece(),
    };
    let kind = if script.byte() == 7 { "another-key" } else { "public-key" };
    writer.map(2).text("id").bytes(id).text("type").text(kind);
}

pub(crate) fn descriptors(ids: &[Vec<u8>], script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let count = script.byte() % 8;
    writer.array(usize::from(count));
    for _ in 0..count {
        descriptor(ids, script, writer);
    }
}

/// Each not named, or on, or off; a passkey only where the script says so.
pub(crate) fn options(script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let mut choice = script.byte();
    let named: Vec<_> = ["rk", "up", "uv"]
        .into_iter()
        .filter_map(|name| {
            let value = choice % 3;
            choice /= 3;
            (value != 0).then_some((name, value == 1))
        })
        .collect();
    writer.map(named.len());
    for (name, value) in named {
        writer.text(name).boolean(value);
    }
}

/// Extension inputs by their names, in the canonical order they are given in.
fn inputs(
    script: &mut Script<'_>,
    writer: &mut Writer<'_>,
    names: &[&str],
    write: impl Fn(&str, &mut Script<'_>, &mut Writer<'_>),
) {
    let bits = u16::from_be_bytes([script.byte(), script.byte()]);
    let named: Vec<_> = names
        .iter()
        .enumerate()
        .filter(|(at, _)| bits >> at & 1 == 1)
        .map(|(_, name)| name)
        .collect();
    writer.map(named.len());
    for name in named {
        writer.text(name);
        if script.byte() % 16 == 7 {
            anything(script, writer, DEPTH - 2);
        } else {
            write(name, script, writer);
        }
    }
}

pub(crate) fn make_inputs(salts: &[u8], script: &mut Script<'_>, writer: &mut Writer<'_>) {
    const NAMES: [&str; 8] = [
        "credBlob",
        "credProtect",
        "hmac-secret",
        "largeBlobKey",
        "minPinLength",
        "hmac-secret-mc",
        "thirdPartyPayment",
        "pinComplexityPolicy",
    ];
    inputs(script, writer, &NAMES, |name, script, writer| match name {
        "credBlob" => _ = writer.bytes(script.piece()),
        "credProtect" => _ = writer.unsigned(u64::from(script.byte() % 5)),
        "hmac-secret-mc" => _ = writer.raw(salts),
        _ => _ = writer.boolean(script.byte() % 8 != 7),
    });
}

pub(crate) fn assert_inputs(salts: &[u8], script: &mut Script<'_>, writer: &mut Writer<'_>) {
    const NAMES: [&str; 4] = ["credBlob", "hmac-secret", "largeBlobKey", "thirdPartyPayment"];
    inputs(script, writer, &NAMES, |name, script, writer| match name {
        "hmac-secret" => _ = writer.raw(salts),
        _ => _ = writer.boolean(script.byte() % 8 != 7),
    });
}

/// A public key, or nearly one.
pub(crate) fn cose_key(key: &AgreementKey, script: &mut Script<'_>, writer: &mut Writer<'_>) {
    let mut bytes = encoded(|writer| key.write(writer));
    if script.byte() % 8 == 7 {
        let at = usize::from(script.byte()) % bytes.len();
        bytes[at] ^= 1 << (script.byte() % 8);
    }
    writer.raw(&bytes);
}
