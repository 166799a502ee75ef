// SPDX-License-Identifier: MIT OR Apache-2.0
//! From fields on the wire to edits of an item.
//!
//! Most fields are set by name, as the schema allows. Three things have verbs of their own and are
//! reached by a field all the same: a token's make-up (`type`, `secret`, `uri`), the counter of a token
//! that counts, and backup codes. What comes out must be a token that can make codes.

use std::collections::BTreeMap;

use kagifuda_otp::{Algorithm, Token, TokenKind, base32, otpauth};
use kagifuda_secret::{SecretBytes, SecretText};
use kagifuda_vault::item::{self, Setting};
use kagifuda_vault::schema::{self, FieldType, Kind, field, kinds};
use kagifuda_vault::value::Value;
use kagifuda_vault::{Edit, Edits, ItemId, ItemState, KindId, RawValue, VaultError};

use super::Rng;
use super::show::makes_a_token;
use crate::agent::protocol::{BackupCode, Failure, Field, FieldValue, Hidden, name};

type Fields = BTreeMap<String, FieldValue>;

/// The edits that make a new item.
pub(super) fn of_new(
    kind: &'static Kind,
    fields: Vec<Field>,
    rng: &mut Rng,
) -> Result<Edits, Failure> {
    let mut fields = by_name(fields)?;
    let mut edits = Edits::new();
    if kind.id == kinds::TOKEN {
        let token = token_from(&mut fields, None)?;
        edits = item::token_edits(&token, rng);
    }
    if let Some(codes) = take_codes(&mut fields)? {
        let texts: Vec<SecretText> = codes.into_iter().map(|code| code.code.0).collect();
        edits.extend(item::add_codes(&texts, rng));
    }
    edits.extend(settings(kind, None, fields)?);
    Ok(edits)
}

/// The edits that change an item.
pub(super) fn of_old(
    kind: &'static Kind,
    (id, state): (ItemId, &ItemState),
    fields: Vec<Field>,
    rng: &mut Rng,
) -> Result<Edits, Failure> {
    let mut fields = by_name(fields)?;
    let mut edits = Edits::new();
    if kind.id == kinds::TOKEN {
        edits = token_edits(&mut fields, (id, state), rng)?;
    }
    if let Some(codes) = take_codes(&mut fields)? {
        edits.extend(codes_edits((id, state), codes, rng)?);
    }
    edits.extend(settings(kind, Some(state), fields)?);
    Ok(edits)
}

fn by_name(fields: Vec<Field>) -> Result<Fields, Failure> {
    let mut by_name = Fields::new();
    for Field { name, value } in fields {
        if by_name.contains_key(&name) {
            return Err(Failure::BadValue { field: name });
        }
        by_name.insert(name, value);
    }
    Ok(by_name)
}

/// What is set by name, by the schema's rules.
fn settings(
    kind: &'static Kind,
    old: Option<&ItemState>,
    fields: Fields,
) -> Result<Edits, Failure> {
    let mut edits = Edits::new();
    for (name, value) in fields {
        let field = kind.field(&name).filter(|field| field.is_editable);
        let field = field.ok_or_else(|| Failure::NoSuchField { field: name.clone() })?;
        let setting =
            setting(value, field.holds).ok_or_else(|| Failure::BadValue { field: name.clone() })?;
        let one =
            item::edits(kind, old, [(name.clone(), setting)]).map_err(|error| match error {
                VaultError::NoSuchField => Failure::NoSuchField { field: name },
                other => other.into(),
            })?;
        edits.extend(one);
    }
    Ok(edits)
}

fn setting(value: FieldValue, holds: FieldType) -> Option<Setting> {
    Some(match (value, holds) {
        (FieldValue::Empty, FieldType::Texts) => Setting::Are(Vec::new()),
        (FieldValue::Empty, _) => Setting::Cleared,
        (FieldValue::List(texts), FieldType::Texts) => Setting::Are(texts),
        (value, holds) => Setting::Is(scalar(value, holds)?),
    })
}

fn scalar(value: FieldValue, holds: FieldType) -> Option<Value> {
    use FieldType as Holds;
    Some(match (value, holds) {
        (FieldValue::Text(text), Holds::Text | Holds::Choice(_)) => Value::Text(text),
        (FieldValue::Text(text), Holds::SecretText) => Value::SecretText(SecretText::new(text)),
        (FieldValue::Secret(text), Holds::SecretText) => Value::SecretText(text.0),
        (FieldValue::Secret(text), Holds::Text) => Value::Text(text.expose().to_owned()),
        (FieldValue::Int(number), Holds::Number) => Value::Number(i64::try_from(number).ok()?),
        (FieldValue::Int(seconds), Holds::Time) => Value::Time(seconds),
        (FieldValue::Bool(is_set), Holds::Flag) => Value::Flag(is_set),
        (FieldValue::Item(item), Holds::Item) => Value::Item(ItemId(item.0)),
        (FieldValue::Bytes(bytes), Holds::Bytes) => Value::Bytes(bytes.expose().to_vec()),
        (FieldValue::Bytes(bytes), Holds::SecretBytes) => Value::SecretBytes(bytes.0),
        _ => return None,
    })
}

/// The edits of a token: by name where that is enough, else the token made anew, with a new
/// secret's own counter.
fn token_edits(
    fields: &mut Fields,
    (id, state): (ItemId, &ItemState),
    rng: &mut Rng,
) -> Result<Edits, Failure> {
    let old = item::token(id, state)?;
    let is_remade = fields.keys().any(|name| makes_a_token(name));
    if is_remade {
        let token = token_from(fields, Some(&old.token))?;
        return Ok(item::remade_token_edits(&old, &token, rng));
    }
    let mut edits = Edits::new();
    if let Some(value) = fields.remove(name::COUNTER) {
        let TokenKind::Hotp { counter } = old.token.kind else {
            return Err(Failure::NoSuchField { field: name::COUNTER.to_owned() });
        };
        let bad = || Failure::BadValue { field: name::COUNTER.to_owned() };
        match value {
            FieldValue::Int(wanted) if wanted > counter => {
                edits.extend(item::next_counter(&old, wanted - 1)?);
            }
            FieldValue::Int(wanted) if wanted == counter => {}
            _ => return Err(bad()),
        }
    }
    // What is set by name below must still make codes.
    let mut copy = Fields::new();
    for part in [name::ALGORITHM, name::DIGITS, name::PERIOD, "t0"] {
        match fields.get(part) {
            Some(FieldValue::Int(number)) => copy.insert(part.to_owned(), FieldValue::Int(*number)),
            Some(FieldValue::Text(text)) => {
                copy.insert(part.to_owned(), FieldValue::Text(text.clone()))
            }
            _ => None,
        };
    }
    if !copy.is_empty() {
        token_from(&mut copy, Some(&old.token))?;
    }
    Ok(edits)
}

/// Makes a token of its fields, which are taken out; what they leave unsaid is as in `old`, else as
/// nearly every issuer has it.
fn token_from(fields: &mut Fields, old: Option<&Token>) -> Result<Token, Failure> {
    let mut token = match (fields.remove(name::URI), old) {
        (Some(FieldValue::Secret(uri)), _) => otpauth::read(uri.expose())
            .map_err(|_| Failure::BadValue { field: name::URI.to_owned() })?,
        (Some(_), _) => return Err(Failure::BadValue { field: name::URI.to_owned() }),
        (None, Some(old)) => old.duplicate(),
        (None, None) => plain_token(fields)?,
    };
    if let Some(kind) = take_text(fields, name::TYPE)? {
        token.kind = kind_named(&kind, token.kind).ok_or_else(|| bad(name::TYPE))?;
    }
    if let Some(text) = take_secret(fields, name::SECRET)? {
        token.secret = read_secret(token.kind, &text).ok_or_else(|| bad(name::SECRET))?;
    }
    if let Some(pin) = take_secret(fields, name::PIN)? {
        token.pin = (!pin.expose().is_empty()).then_some(pin.0);
    }
    if let Some(text) = take_text(fields, name::ALGORITHM)? {
        token.algorithm = algorithm_named(&text).ok_or_else(|| bad(name::ALGORITHM))?;
    }
    if let Some(digits) = take_int(fields, name::DIGITS)? {
        token.digits = u8::try_from(digits).map_err(|_| bad(name::DIGITS))?;
    }
    set_steps(fields, &mut token)?;
    for (name, place) in [(name::ISSUER, &mut token.issuer), (name::ACCOUNT, &mut token.account)] {
        if let Some(text) = take_text(fields, name)? {
            *place = text;
        }
    }
    makes_codes(&token)?;
    Ok(token)
}

fn plain_token(fields: &Fields) -> Result<Token, Failure> {
    if !fields.contains_key(name::SECRET) {
        return Err(Failure::MissingField { field: name::SECRET.to_owned() });
    }
    Ok(Token {
        kind: TokenKind::Totp { period_seconds: 30, t0: 0 },
        algorithm: Algorithm::Sha1,
        digits: 6,
        secret: SecretBytes::default(),
        pin: None,
        issuer: String::new(),
        account: String::new(),
        extra: Vec::new(),
    })
}

/// Period, start and counter, each of which only one kind of token has.
fn set_steps(fields: &mut Fields, token: &mut Token) -> Result<(), Failure> {
    let period = take_int(fields, name::PERIOD)?;
    let start = take_int(fields, "t0")?;
    let count = take_int(fields, name::COUNTER)?;
    match &mut token.kind {
        TokenKind::Totp { period_seconds, t0 } => {
            if let Some(period) = period {
                *period_seconds = u32::try_from(period).map_err(|_| bad(name::PERIOD))?;
            }
            *t0 = start.unwrap_or(*t0);
            if count.is_some() { Err(bad(name::COUNTER)) } else { Ok(()) }
        }
        TokenKind::Hotp { counter } => {
            *counter = count.unwrap_or(*counter);
            if period.is_some() { Err(bad(name::PERIOD)) } else { Ok(()) }
        }
        _ if period.is_some() => Err(bad(name::PERIOD)),
        _ if count.is_some() => Err(bad(name::COUNTER)),
        _ => Ok(()),
    }
}

/// Refuses a token that could never make a code, naming the field to blame.
fn makes_codes(token: &Token) -> Result<(), Failure> {
    use kagifuda_otp::OtpError;
    let Err(error) = token.recipe().map(|_| ()) else {
        return if token.secret.expose().is_empty() { Err(bad(name::SECRET)) } else { Ok(()) };
    };
    Err(match error {
        OtpError::DigitsOutOfRange => bad(name::DIGITS),
        OtpError::PeriodZero => bad(name::PERIOD),
        OtpError::PinMissing => Failure::MissingField { field: name::PIN.to_owned() },
        _ => bad(name::SECRET),
    })
}

fn kind_named(word: &str, old: TokenKind) -> Option<TokenKind> {
    Some(match (word, old) {
        ("totp", old @ TokenKind::Totp { .. }) | ("hotp", old @ TokenKind::Hotp { .. }) => old,
        ("totp", _) => TokenKind::Totp { period_seconds: 30, t0: 0 },
        ("hotp", _) => TokenKind::Hotp { counter: 0 },
        ("steam", _) => TokenKind::Steam,
        ("motp", _) => TokenKind::Motp,
        ("yandex", _) => TokenKind::Yandex,
        _ => return None,
    })
}

fn algorithm_named(word: &str) -> Option<Algorithm> {
    Some(match word {
        "SHA1" => Algorithm::Sha1,
        "SHA256" => Algorithm::Sha256,
        "SHA512" => Algorithm::Sha512,
        _ => return None,
    })
}

/// Reads a secret as people copy it: base32 with spaces and dashes, for mOTP hexadecimal.
fn read_secret(kind: TokenKind, text: &Hidden<SecretText>) -> Option<SecretBytes> {
    if kind != TokenKind::Motp {
        return base32::read(text.expose()).ok();
    }
    let mut digits = text.expose().chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16));
    let mut bytes = Vec::with_capacity(text.expose().len() / 2);
    while let Some(high) = digits.next() {
        let byte = high? << 4 | digits.next()??;
        bytes.push(u8::try_from(byte).ok()?);
    }
    Some(SecretBytes::new(bytes))
}

fn take_codes(fields: &mut Fields) -> Result<Option<Vec<BackupCode>>, Failure> {
    match fields.remove(name::CODES) {
        None => Ok(None),
        Some(FieldValue::Codes(codes)) => {
            let is_blank = |code: &BackupCode| code.id.is_none() && code.code.expose().is_empty();
            if codes.iter().any(is_blank) { Err(bad(name::CODES)) } else { Ok(Some(codes)) }
        }
        Some(_) => Err(bad(name::CODES)),
    }
}

/// Codes without a name are added; those held but not named are taken out. A use stays recorded.
fn codes_edits(
    (id, state): (ItemId, &ItemState),
    codes: Vec<BackupCode>,
    rng: &mut Rng,
) -> Result<Edits, Failure> {
    let held = item::codes(id, state)?;
    let kept: Vec<_> = codes.iter().filter_map(|code| code.id).collect();
    let added: Vec<SecretText> =
        codes.into_iter().filter(|code| code.id.is_none()).map(|code| code.code.0).collect();
    let mut put: BTreeMap<RawValue, bool> = BTreeMap::new();
    for element in state.elements(field::CODES) {
        let is_named = held
            .iter()
            .any(|code| kept.iter().any(|id| id.0 == code.id.0) && names_code(element, code.id.0));
        if !is_named {
            put.insert(element.clone(), false);
        }
    }
    for edit in item::add_codes(&added, rng).into_values() {
        if let Edit::Put(new) = edit {
            put.extend(new);
        }
    }
    Ok(if put.is_empty() { Edits::new() } else { Edits::from([(field::CODES, Edit::Put(put))]) })
}

/// Tells whether a stored code is the one of this name: an array of its name and its text.
fn names_code(element: &RawValue, id: [u8; 16]) -> bool {
    let mut decoder = minicbor::Decoder::new(element.cbor());
    decoder.array().is_ok() && decoder.bytes().is_ok_and(|bytes| bytes == id)
}

fn take_text(fields: &mut Fields, name: &str) -> Result<Option<String>, Failure> {
    match fields.remove(name) {
        None => Ok(None),
        Some(FieldValue::Text(text)) => Ok(Some(text)),
        Some(FieldValue::Empty) => Ok(Some(String::new())),
        Some(_) => Err(bad(name)),
    }
}

fn take_secret(fields: &mut Fields, name: &str) -> Result<Option<Hidden<SecretText>>, Failure> {
    match fields.remove(name) {
        None => Ok(None),
        Some(FieldValue::Secret(text)) => Ok(Some(text)),
        Some(FieldValue::Empty) => Ok(Some(Hidden::default())),
        Some(_) => Err(bad(name)),
    }
}

fn take_int(fields: &mut Fields, name: &str) -> Result<Option<u64>, Failure> {
    match fields.remove(name) {
        None => Ok(None),
        Some(FieldValue::Int(number)) => Ok(Some(number)),
        Some(_) => Err(bad(name)),
    }
}

fn bad(field: &str) -> Failure {
    Failure::BadValue { field: field.to_owned() }
}

/// The common fields an import sets besides what the item is about.
pub(super) fn extras(
    kind: KindId,
    extras: &kagifuda_vault::exchange::EntryExtras,
    format: &str,
) -> Result<Edits, Failure> {
    let kind = schema::kind(kind).ok_or(Failure::Internal)?;
    let mut fields = Fields::new();
    let mut set = |name: &str, value| drop(fields.insert(name.to_owned(), value));
    let mut folders = extras.folders.iter();
    if let Some(first) = folders.next() {
        set(name::FOLDER, FieldValue::Text(first.clone()));
    }
    // An item lies in one folder here; the others become tags.
    let tags: Vec<String> = extras.tags.iter().chain(folders).cloned().collect();
    if !tags.is_empty() {
        set(name::TAGS, FieldValue::List(tags));
    }
    if !extras.note.expose().is_empty() {
        set(name::NOTE, FieldValue::Secret(Hidden(extras.note.duplicate())));
    }
    if extras.is_pinned {
        set(name::PINNED, FieldValue::Bool(true));
    }
    if let Some(colour) = &extras.colour {
        set("colour", FieldValue::Text(colour.clone()));
    }
    let mut edits = settings(kind, None, fields)?;
    edits.insert(field::SOURCE, Edit::Set(kagifuda_vault::value::text(format)));
    Ok(edits)
}
