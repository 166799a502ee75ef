// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text with one URI per line: `otpauth://`, `motp://`, `steam://`, and batches of Google
//! Authenticator among them.
//!
//! Blank lines and lines that begin with `#` or `//` are passed over; line ends of Windows and a
//! byte order mark do no harm. Any other line is an entry, read or refused, so that the report
//! accounts for every line. What a URI may look like is decided by [`kagifuda_otp::otpauth`].

use kagifuda_otp::otpauth::{self, OtpauthError};
use kagifuda_secret::{SecretBytes, SecretText};

use super::fields::{Bad, Found};
use super::google::Batches;
use super::write::{Ledger, Outgoing, Written};
use super::{
    Format, FormatName, Import, ImportError, ImportLimits, MAX_ENTRIES, Notice, Part, RefuseReason,
    Setting, code_display,
};

/// Text with one `otpauth` URI per line.
#[derive(Clone, Copy, Debug)]
pub struct OtpauthLines;

impl Format for OtpauthLines {
    fn name(&self) -> FormatName {
        FormatName::OtpauthLines
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        has_line(bytes, is_token) || has_line(bytes, is_batch)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let text = limits.text_of(bytes)?;
        read_text(text, FormatName::OtpauthLines)
    }
}

/// Tells whether some line is of a kind.
pub(super) fn has_line(bytes: &[u8], is_kind: fn(&[u8]) -> bool) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.split(|byte| *byte == b'\n').any(|line| is_kind(line.trim_ascii_start()))
}

/// Tells whether a line is a token's URI, by its scheme.
pub(super) fn is_token(line: &[u8]) -> bool {
    ["otpauth:", "motp:", "steam:"].into_iter().any(|scheme| has_scheme(line, scheme))
}

/// Tells whether a line is a batch of Google Authenticator, by its scheme.
pub(super) fn is_batch(line: &[u8]) -> bool {
    has_scheme(line, "otpauth-migration:")
}

fn has_scheme(line: &[u8], scheme: &str) -> bool {
    line.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
}

/// Reads every line.
pub(super) fn read_text(text: &str, format: FormatName) -> Result<Import, ImportError> {
    let lines = || text.lines().map(str::trim).filter(|line| is_entry(line));
    if lines().nth(MAX_ENTRIES).is_some() {
        return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
    }
    let mut import = Import::empty(format);
    let mut batches = Batches::default();
    for line in lines() {
        if is_batch(line.as_bytes()) {
            batches.add(line, &mut import)?;
        } else {
            import.take(read_line(line));
        }
    }
    batches.finish(&mut import);
    Ok(import)
}

fn is_entry(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("//")
}

/// Reads one URI.
pub(super) fn read_line(line: &str) -> Result<Found, Bad> {
    if !is_token(line.as_bytes()) {
        return Err(Bad { name: String::new(), reason: RefuseReason::NotAToken });
    }
    let reading = otpauth::read_closely(line).map_err(|error| Bad {
        name: name_of(line),
        reason: match error {
            OtpauthError::SecretMissing => RefuseReason::NoSecret,
            other => RefuseReason::Uri(other),
        },
    })?;
    let mut token = reading.token;
    let mut notices: Vec<Notice> = reading.notices.into_iter().map(notice).collect();
    let extras = code_display::take(&mut token, &mut notices);
    let unknown = token.extra.iter().map(|(name, _)| Notice::UnknownKept { name: name.clone() });
    notices.extend(unknown);
    Ok(Found { token, extras, notices })
}

const fn notice(odd: otpauth::Notice) -> Notice {
    match odd {
        otpauth::Notice::CounterAssumedZero => Notice::Assumed(Setting::Counter),
        otpauth::Notice::PinMissing => Notice::PinMissing,
        other => Notice::Uri(other),
    }
}

/// The label of a URI that could not be read: what stands between the type and the parameters.
fn name_of(line: &str) -> String {
    let path = line.split(['?', '#']).next().unwrap_or_default();
    let label = path.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    label.map_or_else(String::new, |(_, label)| {
        Bad::named("", &percent_decoded(label), RefuseReason::Malformed).name
    })
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => {
                data_encoding::HEXLOWER_PERMISSIVE.decode(&[*high, *low]).ok()
            }
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.extend(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes one URI per line; tags, note and pin go into Ente's `codeDisplay` parameter.
#[must_use]
pub fn write_lines(entries: &[Outgoing<'_>]) -> Written {
    let mut ledger = Ledger::default();
    let lines: Vec<[SecretText; 2]> = (1..)
        .zip(entries)
        .map(|(position, entry)| {
            ledger.without(position, entry, &[Part::Colour]);
            let display = code_display::parameter(entry.extras);
            [otpauth::write(entry.token), display.unwrap_or_default()]
        })
        .collect();
    let length = lines.iter().flatten().map(|part| part.expose().len() + 1).sum();
    let mut text = Vec::with_capacity(length);
    for [uri, display] in &lines {
        text.extend_from_slice(uri.expose().as_bytes());
        if !display.expose().is_empty() {
            text.push(b'&');
            text.extend_from_slice(display.expose().as_bytes());
        }
        text.push(b'\n');
    }
    Written { content: SecretBytes::new(text), losses: ledger.losses }
}
