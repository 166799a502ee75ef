// SPDX-License-Identifier: MIT OR Apache-2.0
//! Beside our engine: virtual keys of others, answering the same registration and the same sign-in. Each is a process
//! of its own that times itself (`tests/rivals/players/pipes.rs`), so that no pipe is in the numbers.
//!
//! All have passkeys in memory and a person who agrees to everything, so the engines are compared; soft-fido2 signs its
//! attestation as ours does, passkey-rs makes none.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::ceremony::{self, ES256};
use crate::scale::{Report, micros};

/// Them, and the variables that say where they are.
const PLAYERS: [(&str, &str); 2] =
    [("soft-fido2", "KAGIFUDA_SOFT_FIDO2"), ("passkey-rs", "KAGIFUDA_PASSKEY")];

/// Measures whoever there is, so many runs of each ceremony.
pub(crate) fn measure(site: &str, runs: usize, report: &mut Report) {
    for (name, variable) in PLAYERS {
        let Some(program) = std::env::var_os(variable) else {
            println!("      {variable} is not set: not compared (`cargo xtask bench` builds it)");
            continue;
        };
        let mut player = Player::start(&program, runs);
        let (make, answer) = player.time(&ceremony::registration(ES256, site, b"hana"));
        let sign_in = ceremony::sign_in(site, Some(&ceremony::id_of(&answer)));
        let (sign, _) = player.time(&sign_in);
        report.note(&format!("{name}: makeCredential, ES256"), micros(make), "us");
        report.note(&format!("{name}: getAssertion, ES256"), micros(sign), "us");
    }
}

/// A process that answers every request many times.
struct Player(Child);

impl Player {
    fn start(program: &OsStr, runs: usize) -> Self {
        let mut command = Command::new(program);
        command.arg(runs.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(command.spawn().expect("the player runs"))
    }

    /// How long the middle answer to a request took, and the last one.
    fn time(&mut self, request: &[u8]) -> (Duration, Vec<u8>) {
        let input = self.0.stdin.as_mut().expect("it is piped");
        let length = u32::try_from(request.len()).expect("a short request");
        input.write_all(&[&length.to_be_bytes(), request].concat()).expect("it listens");
        let output = self.0.stdout.as_mut().expect("it is piped");
        let (mut length, mut time) = ([0; 4], [0; 8]);
        output.read_exact(&mut length).expect("it answers");
        output.read_exact(&mut time).expect("it says how long it took");
        let mut answer = vec![0; u32::from_be_bytes(length) as usize - time.len()];
        output.read_exact(&mut answer).expect("it answers to the end");
        assert_eq!(answer.first(), Some(&0), "the player refuses");
        (Duration::from_nanos(u64::from_be_bytes(time)), answer)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
