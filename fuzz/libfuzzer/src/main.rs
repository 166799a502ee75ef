// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hands libFuzzer's inputs to the body that `KAGIFUDA_FUZZ_BODY` names; see `cargo xtask fuzz`.
#![no_main]

use std::sync::OnceLock;

use kagifuda_fuzz::{BODIES, Body};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&Body> = OnceLock::new();

fn chosen() -> &'static Body {
    let name = std::env::var("KAGIFUDA_FUZZ_BODY").unwrap_or_default();
    match BODIES.iter().find(|body| body.name == name) {
        Some(body) => body,
        None => {
            eprintln!("KAGIFUDA_FUZZ_BODY={name:?} names no fuzz body");
            std::process::exit(2);
        }
    }
}

fuzz_target!(|input: &[u8]| {
    (CHOSEN.get_or_init(chosen).run)(input);
});
