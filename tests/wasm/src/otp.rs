// SPDX-License-Identifier: MIT OR Apache-2.0
//! One-time passwords: every record of `tests/vectors/otp`, judged as the native tests judge it.
//!
//! A file is records of `field: value` lines parted by empty lines; `#` opens a remark. A record
//! with a `uri` is about reading URIs, one with a `code` or an `error` about making codes.

use std::collections::BTreeMap;

use kagifuda_otp::{Algorithm, Digits, Steps, UnixTime, hotp, motp, otpauth, steam, totp, yandex};

use crate::Cases;

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

type Record<'a> = BTreeMap<&'a str, &'a str>;

pub(crate) fn vectors(cases: &mut Cases) {
    for (file, text) in FILES {
        for record in text
            .split("\n\n")
            .map(record)
            .filter(|record| !record.is_empty())
        {
            let outcome = if record.contains_key("uri") {
                uri_holds(&record)
            } else {
                code_holds(file, &record)
            };
            if let Some(holds) = outcome {
                cases.check(holds, format_args!("{file}: {record:?}"));
            }
        }
    }
}

fn record(paragraph: &str) -> Record<'_> {
    paragraph
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.strip_prefix(' ').unwrap_or(value)))
        .collect()
}

/// Whether a URI is read as its record says, and read again from what we write.
fn uri_holds(record: &Record<'_>) -> Option<bool> {
    let uri = record.get("uri")?;
    Some(match (record.get("error"), otpauth::read(uri)) {
        (Some(error), Err(found)) => format!("{found:?}") == **error,
        (None, Ok(token)) => {
            let written = otpauth::write(&token);
            let is_expected = record
                .get("rewritten")
                .is_none_or(|it| *it == written.expose());
            let is_same = otpauth::read(written.expose()).is_ok_and(|again| again == token);
            is_expected && is_same && token.issuer == *record.get("issuer")?
        }
        _ => false,
    })
}

/// Whether a code comes out as its record says; `None` for a kind of record not judged here.
fn code_holds(file: &str, record: &Record<'_>) -> Option<bool> {
    let kind = file.split('-').next()?;
    let secret = hexadecimal(record.get("secret")?)?;
    let number = |name: &str| record.get(name).and_then(|it| it.parse::<u64>().ok());
    let digits = || Digits::new(u8::try_from(number("digits")?).ok()?).ok();
    let code = match kind {
        "rfc4226" => hotp::code(&secret, algorithm(record)?, number("counter")?, digits()?),
        "rfc6238" => {
            let period = u32::try_from(number("period")?).ok()?;
            let steps = Steps::new(period, UnixTime(number("t0")?)).ok()?;
            let now = UnixTime(number("time")?);
            totp::code(&secret, algorithm(record)?, steps, now, digits()?)
        }
        "steam" => steam::code(&secret, UnixTime(number("time")?)),
        "motp" => motp::code(&secret, record.get("pin")?, UnixTime(number("time")?)),
        "yandex" => yandex::code(&secret, record.get("pin")?, UnixTime(number("time")?)),
        _ => return None,
    };
    Some(match (code, record.get("error")) {
        (Ok(code), None) => code.as_str() == *record.get("code")?,
        (Err(found), Some(error)) => format!("{found:?}") == **error,
        _ => false,
    })
}

fn algorithm(record: &Record<'_>) -> Option<Algorithm> {
    match *record.get("algorithm")? {
        "sha1" => Some(Algorithm::Sha1),
        "sha256" => Some(Algorithm::Sha256),
        "sha512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
