// SPDX-License-Identifier: MIT OR Apache-2.0
//! What people do with a key, once each, and what it costs. What the other end computes is not counted.
//!
//! All randomness is seeded, so that the answers are the same bytes on every machine; their hash is told last.

use core::fmt::{self, Write};

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use heapless::Vec;
use kagifuda_ctap::apdu::{Command as Apdu, Form};
use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement, ClientError};
use kagifuda_ctap::entity::RpIdHash;
use kagifuda_ctap::hid::Command;
use kagifuda_ctap::message::auth_data::AuthData;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Options, PinUvAuth};
use sha2::{Digest as _, Sha256};

use crate::desk::{Broken, Cost, Desk, Message, Meter};
use crate::key::{Engine, Frames};
use crate::shelf::Shelf;

/// The algorithms, with their numbers in COSE.
const ALGORITHMS: &[(&str, i64)] = &[("ES256", -7), ("EdDSA", -8)];
const CLIENT_DATA_HASH: [u8; 32] = [0xC1; 32];
const SITE: &str = "inn.example";
const PIN: &str = "83-1942";

/// Goes through all ceremonies with a new key.
///
/// # Errors
/// [`Broken`] where the key does not do its part.
pub fn run(meter: &mut impl Meter, told: &mut impl Write) -> Result<(), Broken> {
    let desk = Desk::new(meter)?;
    let mut all = Ceremonies { desk, answers: Sha256::new(), told };
    all.ctap("get info", client::get_info)?;
    for (name, number) in ALGORITHMS {
        all.algorithm(name, *number)?;
    }
    all.u2f()?;
    all.pin()?;
    let Ceremonies { answers, told, .. } = all;
    writeln!(told, "measured: RAM, frames | {}", size_of::<Frames>())?;
    writeln!(
        told,
        "measured: RAM, engine without its store | {}",
        size_of::<Engine>() - size_of::<Shelf>()
    )?;
    write!(told, "answers: ")?;
    for byte in answers.finalize() {
        write!(told, "{byte:02x}")?;
    }
    writeln!(told)?;
    Ok(())
}

/// The ceremonies and what is told of them.
struct Ceremonies<'d, M, W> {
    desk: Desk<'d, M>,
    /// The hash of all answers.
    answers: Sha256,
    told: &'d mut W,
}

impl<M: Meter, W: Write> Ceremonies<'_, M, W> {
    /// Has a request written, sends it, and tells what it costs.
    fn ctap(
        &mut self,
        ceremony: impl fmt::Display,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
    ) -> Result<Message, Broken> {
        let done = self.desk.ctap(write)?;
        self.tell(ceremony, done)
    }

    fn tell(
        &mut self,
        ceremony: impl fmt::Display,
        (answer, cost): (Message, Cost),
    ) -> Result<Message, Broken> {
        let Cost { instructions, stack_bytes } = cost;
        writeln!(self.told, "measured: {ceremony} | {instructions} | {stack_bytes}")?;
        self.answers.update(&answer);
        Ok(answer)
    }

    /// Registers and signs in, with a passkey and with a credential that is sealed into its id.
    fn algorithm(&mut self, name: &str, number: i64) -> Result<(), Broken> {
        for (way, is_discoverable) in [("discoverable", true), ("sealed", false)] {
            let algorithms = [number];
            let wanted = MakeCredentialRequest {
                client_data_hash: CLIENT_DATA_HASH,
                rp_id: name,
                user_id: b"hana",
                user_name: Some("hana@inn.example"),
                user_display_name: Some("Hana"),
                algorithms: &algorithms,
                options: Options { rk: is_discoverable.then_some(true), ..Options::default() },
                ..MakeCredentialRequest::default()
            };
            let ceremony = format_args!("make credential, {name}, {way}");
            let answer = self.ctap(ceremony, |out| client::make_credential(&wanted, out))?;
            let made = client::read_made(&answer)?;
            let data = AuthData::read(made.auth_data).map_err(|_| Broken("no data"))?;
            let id = data.attested.ok_or(Broken("no credential"))?.id;
            let list = [id];
            let allow = if is_discoverable { &[][..] } else { &list[..] };
            let way = if is_discoverable { "discoverable" } else { "sealed, allow list" };
            let ceremony = format_args!("get assertion, {name}, {way}");
            self.sign_in(ceremony, name, allow, PinUvAuth::default())?;
        }
        Ok(())
    }

    fn sign_in(
        &mut self,
        ceremony: impl fmt::Display,
        rp_id: &str,
        allow: &[&[u8]],
        auth: PinUvAuth<'_>,
    ) -> Result<(), Broken> {
        let wanted = GetAssertionRequest {
            rp_id,
            client_data_hash: CLIENT_DATA_HASH,
            allow,
            auth,
            ..GetAssertionRequest::default()
        };
        let answer = self.ctap(ceremony, |out| client::get_assertion(&wanted, out))?;
        client::read_assertion(&answer)?;
        Ok(())
    }

    fn u2f(&mut self) -> Result<(), Broken> {
        let mut data: Vec<u8, 384> = Vec::new();
        let too_long = |_| Broken("a handle is too long");
        data.extend_from_slice(&[0xC4; 32]).map_err(too_long)?;
        data.extend_from_slice(&RpIdHash::of(SITE).0).map_err(too_long)?;
        let answer = self.apdu("U2F register", 0x01, &data)?;
        // A reserved byte and a public key of 65, then the handle behind its length.
        let handle = answer.get(66..).ok_or(Broken("no registration"))?;
        let (length, rest) = handle.split_first().ok_or(Broken("no handle"))?;
        let handle = rest.get(..usize::from(*length)).ok_or(Broken("no handle"))?;
        data.push(*length).map_err(|_| Broken("a handle is too long"))?;
        data.extend_from_slice(handle).map_err(too_long)?;
        self.apdu("U2F authenticate", 0x02, &data)?;
        Ok(())
    }

    /// Sends a command of U2F that demands a touch.
    fn apdu(&mut self, ceremony: &str, ins: u8, data: &[u8]) -> Result<Message, Broken> {
        let form = Form::Extended;
        let answer_bytes = Some(form.max_answer_bytes());
        let command = Apdu { cla: 0, ins, p1: 0x03, p2: 0, data, answer_bytes, form };
        let mut out = [0; 512];
        let length = command.write(&mut out).ok_or(Broken("a command does not fit"))?;
        let done = self.desk.exchange(Command::Msg, &out[..length])?;
        let answer = self.tell(ceremony, done)?;
        if answer.ends_with(&[0x90, 0x00]) { Ok(answer) } else { Err(Broken("the key refuses")) }
    }

    /// Sets a PIN, gets a token by it and signs in with that.
    fn pin(&mut self) -> Result<(), Broken> {
        let agreement = self.agree("client PIN, key agreement")?;
        let mut rng = ChaCha20Rng::from_seed([11; 32]);
        let answer = self.ctap("client PIN, set", |out| agreement.set_pin(PIN, &mut rng, out))?;
        client::read_done(&answer)?;
        let agreement = self.agree("client PIN, key agreement again")?;
        let (name, _) = ALGORITHMS[0];
        let may = (Permissions::GET_ASSERTION, Some(name));
        let answer =
            self.ctap("client PIN, token", |out| agreement.token_by_pin(PIN, may, &mut rng, out))?;
        let token = agreement.read_token(&answer)?;
        let param = token.authenticate(&[&CLIENT_DATA_HASH]);
        let ceremony = format_args!("get assertion, {name}, discoverable, PIN token");
        self.sign_in(ceremony, name, &[], token.auth(&param))
    }

    fn agree(&mut self, ceremony: &str) -> Result<Agreement, Broken> {
        let done = self.desk.ask_to_agree()?;
        let answer = self.tell(ceremony, done)?;
        self.desk.agree(&answer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    extern crate std;

    use std::string::String;

    use super::run;
    use crate::desk::{Cost, Meter};

    struct Pencil;

    impl Meter for Pencil {
        fn begin(&mut self) {}

        fn end(&mut self) -> Cost {
            Cost { instructions: 3, stack_bytes: 5 }
        }
    }

    #[test]
    fn all_ceremonies_succeed_and_each_is_told_once() {
        let mut told = String::new();
        run(&mut Pencil, &mut told).unwrap();
        let mut ceremonies: std::vec::Vec<_> =
            told.lines().filter(|line| line.ends_with(" | 3 | 5")).collect();
        assert_eq!(ceremonies.len(), 16, "{told}");
        ceremonies.sort_unstable();
        ceremonies.dedup();
        assert_eq!(ceremonies.len(), 16, "{told}");
    }

    /// `measured.txt` has them from the small machine.
    #[test]
    fn the_answers_are_those_of_the_small_machine() {
        let mut told = String::new();
        run(&mut Pencil, &mut told).unwrap();
        let answers = told.lines().find(|line| line.starts_with("answers: ")).unwrap();
        let there = include_str!("../measured.txt");
        assert!(there.lines().any(|line| line == answers), "here {answers}");
    }
}
