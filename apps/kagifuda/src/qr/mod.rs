// SPDX-License-Identifier: MIT OR Apache-2.0
//! QR codes: found in pictures, and drawn for terminals, browsers and phones.
//!
//! Reading takes any picture a person has (a screenshot, a photo, an export) and finds all codes in
//! it; writing draws a code with its quiet zone as text, SVG or PNG. Payloads are secrets on both
//! sides, since most of them hold one.

mod read;
#[cfg(test)]
mod tests;
mod variants;
mod write;

pub use read::{MAX_PICTURE_BYTES, MAX_PIXELS, PictureError, read_picture};
pub use write::{Code, CodeTooLarge, Ground};
