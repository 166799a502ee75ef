// SPDX-License-Identifier: MIT OR Apache-2.0
//! The other end: asks a key, whoever made it, and reads what it answers.
//!
//! Nothing here waits or sends. A function writes a whole request into the caller's buffer and returns
//! its length; whoever has frames ([`crate::hid::Client`], [`crate::apdu`]) carries it; another
//! function reads the answer. Where several requests follow each other, a small state machine says
//! which comes next. Requests are canonical; of answers nothing is demanded but what is needed, because
//! keys in the field are not as strict as the specification (CTAP 2.3 sections 6 and 8).

mod bio;
pub mod blob;
mod config;
mod large_blob;
mod management;
mod pin;

use crate::cbor::Writer;
use crate::message::Command;
use crate::message::get_assertion::{Assertion, GetAssertionRequest};
use crate::message::get_info::Info;
use crate::message::make_credential::{Made, MakeCredentialRequest};
use crate::status::Status;

pub use bio::{
    Enrolment, Sample, Sensor, SensorInfo, SensorKind, cancel_enrolment, fingers, modality,
    read_fingers, read_modality, read_sensor_info, remove_finger, rename_finger, sensor_info,
};
pub use config::{
    enable_enterprise_attestation, enable_long_touch_for_reset, set_min_pin_length,
    toggle_always_uv,
};
pub use large_blob::{ArrayReader, ArrayWriter};
pub use management::{
    Dialect, ListedPasskey, ListedSite, PasskeyCount, PasskeyList, SiteList, count, read_count,
    remove, rename,
};
pub use pin::{
    Agreement, PinRetries, SealedSalts, Token, key_agreement, pin_retries, read_pin_retries,
    read_uv_retries, uv_retries,
};

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientError {
    /// The key refused, and says why.
    Key(Status),
    /// The key refused with a status that has no name here, such as one of its maker's own.
    Unnamed(u8),
    /// The key's answer is not one to this request.
    Garbled,
    /// Our mistake: the buffer is too small for the request.
    BufferTooSmall,
    /// The PIN is longer than keys take: 63 bytes.
    PinTooLong,
    /// What the key keeps does not match its own checksum.
    Damaged,
}

/// Writes a request whose parameters `write` writes; its length.
fn request(
    command: Command,
    out: &mut [u8],
    write: impl FnOnce(&mut Writer<'_>),
) -> Result<usize, ClientError> {
    let (first, rest) = out.split_first_mut().ok_or(ClientError::BufferTooSmall)?;
    *first = command as u8;
    let mut writer = Writer::new(rest);
    write(&mut writer);
    Ok(1 + finish(writer)?)
}

fn finish(writer: Writer<'_>) -> Result<usize, ClientError> {
    writer.finish().map_err(|_| ClientError::BufferTooSmall)
}

/// Writes a request without parameters.
fn bare(command: Command, out: &mut [u8]) -> Result<usize, ClientError> {
    *out.first_mut().ok_or(ClientError::BufferTooSmall)? = command as u8;
    Ok(1)
}

/// The body of a success.
fn body(answer: &[u8]) -> Result<&[u8], ClientError> {
    let (&status, body) = answer.split_first().ok_or(ClientError::Garbled)?;
    match Status::from_byte(status) {
        Some(Status::Ok) => Ok(body),
        Some(status) => Err(ClientError::Key(status)),
        None => Err(ClientError::Unnamed(status)),
    }
}

/// What does not read is the key's fault.
fn garbled(_: Status) -> ClientError {
    ClientError::Garbled
}

/// Asks a key what it is.
///
/// # Errors
/// [`ClientError::BufferTooSmall`]; so in all that write a request.
pub fn get_info(out: &mut [u8]) -> Result<usize, ClientError> {
    bare(Command::GetInfo, out)
}

/// Reads what a key says of itself.
///
/// # Errors
/// What the key refused with, or [`ClientError::Garbled`]; so in all that read an answer.
pub fn read_info(answer: &[u8]) -> Result<Info<'_>, ClientError> {
    Info::read(body(answer)?).map_err(garbled)
}

/// Asks for a credential.
///
/// # Errors
/// As [`get_info`].
pub fn make_credential(
    wanted: &MakeCredentialRequest<'_>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    request(Command::MakeCredential, out, |writer| wanted.write(writer))
}

/// Reads a registration.
///
/// # Errors
/// As [`read_info`].
pub fn read_made(answer: &[u8]) -> Result<Made<'_>, ClientError> {
    Made::read(body(answer)?).map_err(garbled)
}

/// Asks for a sign-in.
///
/// # Errors
/// As [`get_info`].
pub fn get_assertion(
    wanted: &GetAssertionRequest<'_>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    request(Command::GetAssertion, out, |writer| wanted.write(writer))
}

/// Asks for the sign-in of the next account; the first says how many there are.
///
/// # Errors
/// As [`get_info`].
pub fn get_next_assertion(out: &mut [u8]) -> Result<usize, ClientError> {
    bare(Command::GetNextAssertion, out)
}

/// Reads a sign-in.
///
/// # Errors
/// As [`read_info`].
pub fn read_assertion(answer: &[u8]) -> Result<Assertion<'_>, ClientError> {
    Assertion::read(body(answer)?).map_err(garbled)
}

/// Asks for a touch, to find out which key the person means.
///
/// # Errors
/// As [`get_info`].
pub fn selection(out: &mut [u8]) -> Result<usize, ClientError> {
    bare(Command::Selection, out)
}

/// Makes a key forget everything. Most take this in the first ten seconds after they were plugged in only.
///
/// # Errors
/// As [`get_info`].
pub fn reset(out: &mut [u8]) -> Result<usize, ClientError> {
    bare(Command::Reset, out)
}

/// Reads the answer to what has no result: a selection, a reset, a change.
///
/// # Errors
/// What the key refused with.
pub fn read_done(answer: &[u8]) -> Result<(), ClientError> {
    body(answer).map(|_| ())
}

/// A subcommand as its command writes it: `{1: subcommand, 2: parameters, 3: protocol, 4: param}`
/// (CTAP 2.3 sections 6.8 and 6.11), or one number later, behind the modality (section 6.7).
#[derive(Clone, Copy)]
struct Subcommand<'h> {
    command: u8,
    modality: Option<u8>,
    number: u8,
    /// What stands before its number in what is authenticated.
    head: &'h [u8],
}

impl Subcommand<'_> {
    /// Writes a request with parameters and the token's authentication of both.
    fn request(
        self,
        token: Option<&Token>,
        parameters: Option<&dyn Fn(&mut Writer<'_>)>,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let (first, rest) = out.split_first_mut().ok_or(ClientError::BufferTooSmall)?;
        *first = self.command;
        let before = usize::from(self.modality.is_some());
        let at = |place: u64| place + before as u64;
        let pairs = 1 + usize::from(parameters.is_some()) + 2 * usize::from(token.is_some());
        let mut writer = Writer::new(rest);
        writer.map(before + pairs);
        if let Some(modality) = self.modality {
            writer.unsigned(1).unsigned(u64::from(modality));
        }
        writer.unsigned(at(1)).unsigned(u64::from(self.number));
        if parameters.is_some() {
            writer.unsigned(at(2));
        }
        let begin = writer.len();
        if let Some(write) = parameters {
            write(&mut writer);
        }
        let end = finish(writer)?;
        let Some(token) = token else { return Ok(1 + end) };
        let (before, behind) = rest.split_at_mut(end);
        let param = token.authenticate(&[self.head, &[self.number], &before[begin..]]);
        let mut writer = Writer::new(behind);
        writer.unsigned(at(3)).unsigned(token.protocol().number()).unsigned(at(4)).bytes(&param);
        Ok(1 + end + finish(writer)?)
    }
}
