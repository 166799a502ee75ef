// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values of a request, and the request around them; in canonical form, because what is not canonical is
//! written out byte by byte where it is wanted.

use std::collections::BTreeMap;

use kagifuda_ctap::cbor::Writer;

/// The largest value anybody writes here, in bytes.
const VALUE_MAX_BYTES: usize = 4096;

/// An encoded value.
pub(crate) type Value = Vec<u8>;

fn written(write: impl FnOnce(&mut Writer<'_>)) -> Value {
    let mut buffer = vec![0; VALUE_MAX_BYTES];
    let mut writer = Writer::new(&mut buffer);
    write(&mut writer);
    let length = writer.finish().expect("a short value");
    buffer.truncate(length);
    buffer
}

pub(crate) fn number(number: i64) -> Value {
    written(|writer| _ = writer.integer(number))
}

pub(crate) fn text(text: &str) -> Value {
    written(|writer| _ = writer.text(text))
}

pub(crate) fn bytes(bytes: &[u8]) -> Value {
    written(|writer| _ = writer.bytes(bytes))
}

pub(crate) fn truth(value: bool) -> Value {
    written(|writer| _ = writer.boolean(value))
}

pub(crate) fn list(items: &[Value]) -> Value {
    written(|writer| {
        writer.array(items.len());
        items.iter().for_each(|item| _ = writer.raw(item));
    })
}

/// A map with texts as keys, which are to be in canonical order.
pub(crate) fn map(pairs: &[(&str, Value)]) -> Value {
    written(|writer| {
        writer.map(pairs.len());
        pairs.iter().for_each(|(key, value)| _ = writer.text(key).raw(value));
    })
}

/// What identifies a credential in a list.
pub(crate) fn descriptor(id: &[u8]) -> Value {
    map(&[("id", bytes(id)), ("type", text("public-key"))])
}

/// A pair of an algorithm list.
pub(crate) fn algorithm(algorithm: i64) -> Value {
    map(&[("alg", number(algorithm)), ("type", text("public-key"))])
}

/// A request: a command and its parameters by number.
#[derive(Clone)]
pub(crate) struct Request {
    command: u8,
    parameters: BTreeMap<u8, Value>,
}

impl Request {
    /// A command without parameters yet.
    pub(crate) const fn new(command: u8) -> Self {
        Self { command, parameters: BTreeMap::new() }
    }

    /// The request with a parameter, in the place of one that was there.
    pub(crate) fn with(mut self, parameter: u8, value: Value) -> Self {
        self.parameters.insert(parameter, value);
        self
    }

    /// The request without a parameter.
    pub(crate) fn without(mut self, parameter: u8) -> Self {
        self.parameters.remove(&parameter);
        self
    }

    /// All bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if self.parameters.is_empty() {
            return vec![self.command];
        }
        let body = written(|writer| {
            writer.map(self.parameters.len());
            for (parameter, value) in &self.parameters {
                writer.unsigned(u64::from(*parameter)).raw(value);
            }
        });
        [&[self.command], &body[..]].concat()
    }
}
