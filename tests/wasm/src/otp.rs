// SPDX-License-Identifier: MIT OR Apache-2.0
//! One-time passwords: every record of `tests/vectors/otp`, judged as the native tests judge it.
//!
//! The form of the files is told in their README; the first part of a file's name says which rule
//! its records are about. A file of an unknown kind fails, so that none is passed over.

use std::collections::BTreeMap;

use kagifuda_otp::ocra::{Inputs, Moment, Password, Suite};
use kagifuda_otp::{
    Algorithm, Digits, Steps, UnixTime, base32, hotp, migration, motp, otpauth, steam, totp, yandex,
};

use crate::Cases;

include!(concat!(env!("OUT_DIR"), "/vectors.rs"));

type Record<'a> = BTreeMap<&'a str, &'a str>;

pub(crate) fn vectors(cases: &mut Cases) {
    for (file, text) in FILES {
        let kind = file.split('-').next().unwrap_or_default();
        for record in text.split("\n\n").map(record).filter(|record| !record.is_empty()) {
            let holds = match kind {
                "otpauth" => uri_holds(&record),
                "migration" => batch_holds(&record),
                "base32" => base32_holds(&record),
                "rfc6287" => challenge_holds(&record),
                _ => code_holds(kind, &record),
            };
            cases.check(holds == Some(true), format_args!("{file}: {record:?}"));
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
            let is_expected = record.get("rewritten").is_none_or(|it| *it == written.expose());
            let is_same = otpauth::read(written.expose()).is_ok_and(|again| again == token);
            is_expected && is_same && token.issuer == *record.get("issuer")?
        }
        _ => false,
    })
}

/// Whether the codes of a batch, in any order, give the tokens their record lists.
fn batch_holds(record: &Record<'_>) -> Option<bool> {
    let uris = record.iter().filter(|(name, _)| name.starts_with("uri"));
    let parts: Result<Vec<_>, _> = uris.map(|(_, uri)| migration::read(uri)).collect();
    Some(match (record.get("error"), parts) {
        (Some(error), Err(found)) => format!("{found:?}") == **error,
        (None, Ok(parts)) => {
            let batch = migration::assemble(parts);
            let listed = record.keys().filter(|name| name.starts_with("token-")).count();
            let refused = record.keys().filter(|name| name.starts_with("problem-")).count();
            let missing = record.get("missing")?.split_whitespace().count();
            (batch.tokens.len(), batch.problems.len(), batch.missing.len())
                == (listed, refused, missing)
        }
        _ => false,
    })
}

/// Whether a secret is read from base32 as its record says.
fn base32_holds(record: &Record<'_>) -> Option<bool> {
    Some(match (base32::read(record.get("text")?), record.get("error")) {
        (Ok(secret), None) => secret.expose() == hexadecimal(record.get("bytes")?)?,
        (Err(found), Some(error)) => format!("{found:?}") == **error,
        _ => false,
    })
}

/// Whether a challenge is answered as its record says.
fn challenge_holds(record: &Record<'_>) -> Option<bool> {
    let bytes = |name: &str| record.get(name).and_then(|it| hexadecimal(it));
    let number = |name: &str| record.get(name).and_then(|it| it.parse().ok());
    let (hash, session) = (bytes("password-hash"), bytes("session"));
    let pin = record.get("pin").map(|pin| Password::Pin(pin));
    let inputs = Inputs {
        counter: number("counter"),
        question: record.get("question")?,
        password: pin.or(hash.as_deref().map(Password::Hash)),
        session: session.as_deref(),
        moment: number("time-step").map(Moment::Step),
    };
    let key = bytes("key")?;
    let answer = Suite::read(record.get("suite")?).and_then(|suite| {
        if record.contains_key("whole") {
            suite.whole_answer(&key, &inputs).map(|whole| whole.expose().to_vec())
        } else {
            suite.answer(&key, &inputs).map(|code| code.as_str().as_bytes().to_vec())
        }
    });
    Some(match (answer, record.get("error")) {
        (Ok(answer), None) => match record.get("code") {
            Some(code) => answer == code.as_bytes(),
            None => Some(answer) == bytes("whole"),
        },
        (Err(found), Some(error)) => format!("{found:?}") == **error,
        _ => false,
    })
}

/// Whether a code comes out as its record says; `None` for a kind of record not known here.
fn code_holds(kind: &str, record: &Record<'_>) -> Option<bool> {
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
