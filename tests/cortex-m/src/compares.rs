// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is compared with a secret takes as long wherever it differs: the hash of a PIN, and what a token authenticates.
//!
//! The meter counts instructions, the same ones each time, so no statistics are needed. It rounds to one instruction, and
//! that much is let pass. A comparison that stopped at the first difference would execute fewer for an early one.

use core::fmt::Write;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::pin_protocol::AuthParam;
use kagifuda_ctap::status::Status;

use crate::desk::{Broken, Desk, Message, Meter};

const PIN: &str = "83-1942";
const SITE: &str = "inn.example";
const CLIENT_DATA_HASH: [u8; 32] = [0xC1; 32];
/// Where the hash of a PIN is changed, of its 16 bytes: within a word and beyond one.
const PIN_PLACES: &[usize] = &[0, 1, 3, 4, 8, 15];
/// Where the authentication is, of its 32.
const PARAM_PLACES: &[usize] = &[0, 1, 3, 4, 16, 31];

/// Compares both at all places and tells what was found; says whether each took as long everywhere.
///
/// # Errors
/// [`Broken`] where the key does not do its part.
pub fn run(meter: &mut impl Meter, told: &mut impl Write) -> Result<bool, Broken> {
    let mut pins = [0; PIN_PLACES.len()];
    for (spent, place) in pins.iter_mut().zip(PIN_PLACES) {
        *spent = wrong_pin(meter, *place)?;
    }
    let params = wrong_params(meter)?;
    let (mut passed, mut failed) = (0, 0);
    for (what, spent) in [("a PIN", &pins[..]), ("an authentication", &params[..])] {
        let is_same = spent.iter().all(|it| it.abs_diff(spent[0]) <= 1);
        let verdict = if is_same { "ok" } else { "FAILED" };
        writeln!(told, "{verdict} compares: {what} takes as long wherever it is wrong, {spent:?}")?;
        *(if is_same { &mut passed } else { &mut failed }) += 1;
    }
    writeln!(told, "{passed} passed, {failed} failed")?;
    Ok(failed == 0)
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([11; 32])
}

/// A new key with a PIN, and an agreement with it. The same bytes each time.
fn with_pin<'d, M: Meter>(meter: &'d mut M) -> Result<(Desk<'d, M>, Agreement), Broken> {
    let mut desk = Desk::new(meter)?;
    let (answer, _) = desk.ask_to_agree()?;
    let agreement = desk.agree(&answer)?;
    let (answer, _) = desk.ctap(|out| agreement.set_pin(PIN, &mut rng(), out))?;
    client::read_done(&answer)?;
    let (answer, _) = desk.ask_to_agree()?;
    let agreement = desk.agree(&answer)?;
    Ok((desk, agreement))
}

/// What a PIN costs whose hash is wrong at one place. In protocol two the first block stands for bits that are added to
/// the hash (CBC), so a changed byte there is a changed byte of the hash.
fn wrong_pin(meter: &mut impl Meter, place: usize) -> Result<u64, Broken> {
    const HEAD: [u8; 3] = [0x06, 0x58, 0x20]; // pinHashEnc, of 32 bytes
    let (mut desk, agreement) = with_pin(meter)?;
    let may = (Permissions::GET_ASSERTION, Some(SITE));
    let (answer, cost) = desk.ctap(|out| {
        let length = agreement.token_by_pin(PIN, may, &mut rng(), out)?;
        let head = out[..length].windows(HEAD.len()).rposition(|window| window == HEAD);
        let hash = head.unwrap_or_default() + HEAD.len();
        out[hash + place] ^= 1;
        Ok(length)
    })?;
    expect(&answer, Status::PinInvalid)?;
    Ok(cost.instructions)
}

/// What sign-ins cost whose authentication is wrong at one place each.
fn wrong_params(meter: &mut impl Meter) -> Result<[u64; PARAM_PLACES.len()], Broken> {
    let (mut desk, agreement) = with_pin(meter)?;
    let may = (Permissions::GET_ASSERTION, Some(SITE));
    let (answer, _) = desk.ctap(|out| agreement.token_by_pin(PIN, may, &mut rng(), out))?;
    let token = agreement.read_token(&answer)?;
    let mut spent = [0; PARAM_PLACES.len()];
    for (spent, place) in spent.iter_mut().zip(PARAM_PLACES) {
        let mut param: AuthParam = token.authenticate(&[&CLIENT_DATA_HASH]);
        param[*place] ^= 1;
        let wanted = GetAssertionRequest {
            rp_id: SITE,
            client_data_hash: CLIENT_DATA_HASH,
            auth: token.auth(&param),
            ..GetAssertionRequest::default()
        };
        let (answer, cost) = desk.ctap(|out| client::get_assertion(&wanted, out))?;
        expect(&answer, Status::PinAuthInvalid)?;
        *spent = cost.instructions;
    }
    Ok(spent)
}

fn expect(answer: &Message, status: Status) -> Result<(), Broken> {
    if answer[..] == [status as u8] { Ok(()) } else { Err(Broken("another refusal was expected")) }
}
