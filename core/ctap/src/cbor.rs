// SPDX-License-Identifier: MIT OR Apache-2.0
//! CBOR as CTAP wants it: one canonical form, checked before anything is decoded
//! (CTAP 2.3 section 8, "Message Encoding").
//!
//! [`check()`] walks a whole message once and refuses what is malformed, not minimal, out of order,
//! repeated, too deep, or followed by anything. After it, [`Reader`] can trust structure and only asks
//! about types. [`Writer`] puts bytes into a buffer of the caller's and writes maps in the order it
//! is told; the tests run [`check()`] over every answer.

mod check;
mod read;
mod write;

pub use check::check;
pub use read::Reader;
pub use write::Writer;
