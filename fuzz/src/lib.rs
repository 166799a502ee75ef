// SPDX-License-Identifier: MIT OR Apache-2.0
//! A fuzz body for every parser of the house.
//!
//! A body takes any bytes and must neither panic nor take long; where a parser has a writer, it
//! also checks that what was read can be written and read again as the same thing. To add one: a
//! file in `bodies/`, a line in [`BODIES`], and a few small seeds in `corpus/NAME/`, each named by
//! what it shows.
//!
//! Two drivers run them: `replay` on the stable compiler, over corpus and seeded mutations, in
//! every `cargo xtask test`; and libFuzzer, guided by coverage, in `cargo xtask fuzz NAME`.
#![forbid(unsafe_code)]

mod bodies;
mod mutate;

pub use mutate::Mutations;

use bodies::{
    apdu, base32, bio, change, command, descriptor, exchange, file, frame, hid, item, journal, key,
    memory, migration, ocra, otpauth, picture, tables, tpm, vault, words,
};

/// One fuzz body.
pub struct Body {
    /// Its name, and that of its folder in `corpus/`.
    pub name: &'static str,
    /// Reads any bytes; panics only if the parser is wrong.
    pub run: fn(&[u8]),
    /// A folder of `tests/vectors/` whose files are seeds too.
    pub vectors: Option<&'static str>,
    /// Tokens the parser's language is made of, for mutations.
    pub dictionary: &'static [&'static str],
}

impl Body {
    const fn new(name: &'static str, run: fn(&[u8]), dictionary: &'static [&'static str]) -> Self {
        Self { name, run, vectors: None, dictionary }
    }

    const fn with_vectors(mut self, folder: &'static str) -> Self {
        self.vectors = Some(folder);
        self
    }
}

/// Every body.
pub const BODIES: &[Body] = &[
    Body::new("apdu", apdu::run, apdu::DICTIONARY),
    Body::new("bare", command::bare, command::DICTIONARY),
    Body::new("base32", base32::run, base32::DICTIONARY),
    Body::new("bio", bio::run, bio::DICTIONARY),
    Body::new("change", change::run, change::DICTIONARY),
    Body::new("client-pin", command::client_pin, command::DICTIONARY),
    Body::new("config", command::config, command::DICTIONARY),
    Body::new("credential-management", command::credential_management, command::DICTIONARY),
    Body::new("descriptor", descriptor::run, descriptor::DICTIONARY),
    Body::new("exchange", exchange::run, exchange::DICTIONARY).with_vectors("exchange"),
    Body::new("file", file::run, file::DICTIONARY),
    Body::new("frame", frame::run, frame::DICTIONARY),
    Body::new("get-assertion", command::get_assertion, command::DICTIONARY),
    Body::new("hid", hid::run, hid::DICTIONARY),
    Body::new("item", item::run, item::DICTIONARY),
    Body::new("journal", journal::run, journal::DICTIONARY),
    Body::new("key", key::run, key::DICTIONARY),
    Body::new("large-blobs", command::large_blobs, command::DICTIONARY),
    Body::new("make-credential", command::make_credential, command::DICTIONARY),
    Body::new("memory", memory::run, memory::DICTIONARY),
    Body::new("migration", migration::run, migration::DICTIONARY),
    Body::new("ocra", ocra::run, ocra::DICTIONARY),
    Body::new("otpauth", otpauth::run, otpauth::DICTIONARY),
    Body::new("picture", picture::run, picture::DICTIONARY),
    Body::new("tables", tables::run, tables::DICTIONARY).with_vectors("databases"),
    Body::new("tpm", tpm::run, tpm::DICTIONARY),
    Body::new("u2f", command::u2f, command::DICTIONARY),
    Body::new("vault", vault::run, vault::DICTIONARY),
    Body::new("words", words::run, words::DICTIONARY),
];
