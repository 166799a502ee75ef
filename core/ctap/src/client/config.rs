// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changing a key's settings (CTAP 2.3 section 6.11). A key that is protected wants a token with
//! [`Permissions::CONFIG`](crate::authenticator::Permissions::CONFIG); one that is not wants none.

use super::{ClientError, Subcommand, Token};
use crate::cbor::Writer;
use crate::message::Command;
use crate::message::config::{ConfigCommand, MinPinLengthRequest};

/// What stands before the subcommand in the message that is authenticated.
const HEAD: [u8; 33] = {
    let mut head = [0xFF; 33];
    head[32] = Command::Config as u8;
    head
};

fn change(
    command: ConfigCommand,
    token: Option<&Token>,
    parameters: Option<&dyn Fn(&mut Writer<'_>)>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let (number, head) = (command as u8, &HEAD[..]);
    let subcommand = Subcommand { command: Command::Config as u8, modality: None, number, head };
    subcommand.request(token, parameters, out)
}

/// Lets the key attest which key it is to sites of an enterprise; only a reset takes that back.
///
/// # Errors
/// [`ClientError::BufferTooSmall`]; so in all that follow.
pub fn enable_enterprise_attestation(
    token: Option<&Token>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    change(ConfigCommand::EnableEnterpriseAttestation, token, None, out)
}

/// Switches between demanding verification always and not.
///
/// # Errors
/// As [`enable_enterprise_attestation`].
pub fn toggle_always_uv(token: Option<&Token>, out: &mut [u8]) -> Result<usize, ClientError> {
    change(ConfigCommand::ToggleAlwaysUv, token, None, out)
}

/// Changes the rules for PINs; they only ever become stricter.
///
/// # Errors
/// As [`enable_enterprise_attestation`].
pub fn set_min_pin_length(
    rules: &MinPinLengthRequest<'_>,
    token: Option<&Token>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    change(ConfigCommand::SetMinPinLength, token, Some(&|writer| rules.write(writer)), out)
}

/// Makes a reset need a long touch; only a reset takes that back.
///
/// # Errors
/// As [`enable_enterprise_attestation`].
pub fn enable_long_touch_for_reset(
    token: Option<&Token>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    change(ConfigCommand::EnableLongTouchForReset, token, None, out)
}
