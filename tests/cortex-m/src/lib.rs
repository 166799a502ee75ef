// SPDX-License-Identifier: MIT OR Apache-2.0
//! The security key on a small machine: a Cortex-M4 without system, standard library or heap.
//!
//! Four programs for QEMU's machine `mps2-an386`. `vectors` plays the files of `tests/vectors/ctap` to the
//! framers, as the tests of `core/ctap` do on the PC, and tells by semihosting what it finds. `ceremonies` registers
//! and signs in with the engine of a board and tells what each ceremony costs; what the key answers must be the
//! same bytes as on the PC. `compares` tells whether what is compared with a secret takes as long
//! wherever it differs. `key` has nothing but the key in it and is there for its size.
//! `cargo xtask test --only cortex` builds all, runs the first two and holds the costs against `measured.txt`.
//!
//! The library is the same everywhere; only `board` knows the machine. None of it has a heap, so that
//! linking the programs is the proof that the key needs none.
#![no_std]

mod apdu;
#[cfg(feature = "board")]
pub mod board;
pub mod ceremonies;
pub mod compares;
pub mod desk;
mod hid;
pub mod key;
mod shelf;
mod transcript;
pub mod vectors;
