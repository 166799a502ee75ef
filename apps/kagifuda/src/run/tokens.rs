// SPDX-License-Identifier: MIT OR Apache-2.0
//! Adding a token: an `otpauth` address, a transfer code of Google Authenticator, or the bare secret a
//! service shows beside its QR code, with the spaces it shows it in.

use super::code::spaced;
use super::drafts::completed;
use super::import::{self, Manner};
use super::session::{Session, called};
use crate::agent::fields::{Field, FieldValue, Kind, name};
use crate::agent::protocol::{Hidden, ItemId, Reply, Request};
use crate::commands::resolve::Draft;
use crate::fault::Fault;
use crate::say;
use crate::term::width::harmless;
use kagifuda_secret::{SecretBytes, SecretText};

/// Adds a token.
pub(super) fn add(s: &mut Session<'_>, draft: Draft) -> Result<(), Fault> {
    let prompt = say!(s.texts, "ask-token-secret");
    let given = s.person.piped_or_secret(&prompt)?;
    let text = given.expose().trim();
    if text.is_empty() {
        return Err(Fault::NothingEntered);
    }
    let lower = text.get(..20).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("otpauth-migration:") {
        let bytes = SecretBytes::from(text.as_bytes());
        return import::bytes(s, bytes, Manner::default());
    }
    let tags = draft.tags.clone();
    let mut fields = completed(s, draft)?;
    if !tags.is_empty() {
        fields.push(Field::new(name::TAGS, FieldValue::List(tags)));
    }
    if lower.starts_with("otpauth:") {
        fields.push(Field::new(name::URI, FieldValue::Secret(Hidden(text.into()))));
    } else {
        by_secret(s, text, &mut fields)?;
    }
    match s.ask(&Request::AddItem { kind: Kind::Token, fields })? {
        Reply::Added(id) => show_added(s, id),
        _ => Err(Fault::Internal),
    }
}

/// Completes the fields of a token of which only the secret is known.
fn by_secret(s: &mut Session<'_>, text: &str, fields: &mut Vec<Field>) -> Result<(), Fault> {
    // As large as it can get: growing would leave a copy behind.
    let mut secret = String::with_capacity(text.len());
    secret.extend(text.chars().filter(|c| !c.is_whitespace() && *c != '-'));
    let value = FieldValue::Secret(Hidden(SecretText::new(secret)));
    fields.push(Field::new(name::SECRET, value));
    let kind = fields.iter().find_map(|field| match &field.value {
        FieldValue::Text(kind) if field.name == name::TYPE => Some(kind.clone()),
        _ => None,
    });
    if matches!(kind.as_deref(), Some("motp" | "yandex")) {
        let prompt = say!(s.texts, "ask-token-pin");
        fields.push(Field::new(name::PIN, FieldValue::Secret(s.person.secret(&prompt)?)));
    }
    if kind.is_none() {
        fields.push(Field::new(name::TYPE, FieldValue::Text("totp".to_owned())));
    }
    let is_named = [name::ISSUER, name::NAME, name::ACCOUNT]
        .iter()
        .any(|wanted| fields.iter().any(|field| field.name == *wanted));
    if !is_named {
        for (wanted, question) in [
            (name::ISSUER, say!(s.texts, "ask-token-issuer")),
            (name::ACCOUNT, say!(s.texts, "ask-token-account")),
        ] {
            let answer = s.person.line(&question)?;
            if !answer.is_empty() {
                fields.push(Field::new(wanted, FieldValue::Text(answer)));
            }
        }
    }
    Ok(())
}

/// Says what was added, with its code now: the service usually asks for one to be sure.
fn show_added(s: &mut Session<'_>, id: ItemId) -> Result<(), Fault> {
    let request = Request::Codes { query: None, next: false, limit: 0, watching: false };
    let Reply::Codes(codes) = s.ask(&request)? else { return Err(Fault::Internal) };
    let Some(code) = codes.iter().find(|code| code.id == id) else { return Ok(()) };
    let title = if code.title.is_empty() { &code.issuer } else { &code.title };
    let name = harmless(&called(title, &code.account));
    let told = match &code.code {
        Some(digits) => say!(s.texts, "item-token-added", name = name, code = spaced(digits)),
        None => say!(s.texts, "item-added", name = name),
    };
    s.tell(&told);
    Ok(())
}
