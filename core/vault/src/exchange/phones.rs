// SPDX-License-Identifier: MIT OR Apache-2.0
//! Databases of Google Authenticator and Microsoft Authenticator, from a rooted phone: both have one table
//! called `accounts` and are told apart by its columns.
//!
//! Neither says hash or digits, Google's no period and Microsoft's no kind; all that is assumed, and said.
//! Accounts whose secret the phone keeps sealed, or never had, are refused by name.

use data_encoding::BASE64;
use kagifuda_secret::{SecretBytes, SecretText};

use super::fields::{Bad, Draft, Found, Kind, Spelled};
use super::json::Hidden;
use super::{
    Cell, EntryExtras, FormatName, Import, ImportError, ImportLimits, Notice, RefuseReason,
    Setting, Table, TableFormat, Tables,
};

const ACCOUNTS: &str = "accounts";

/// The database of Google Authenticator.
#[derive(Clone, Copy, Debug)]
pub(super) struct GooglePhone;

/// The database of Microsoft Authenticator, `PhoneFactor`.
#[derive(Clone, Copy, Debug)]
pub(super) struct MicrosoftPhone;

impl TableFormat for GooglePhone {
    fn name(&self) -> FormatName {
        FormatName::GooglePhone
    }

    fn tables(&self) -> &'static [&'static str] {
        &[ACCOUNTS]
    }

    fn looks_like(&self, tables: &Tables) -> bool {
        let columns = ["email", "secret", "counter", "type"];
        tables.table(ACCOUNTS).is_some_and(|table| table.has(&columns))
    }

    fn entries_of(&self, tables: &Tables, _limits: &ImportLimits) -> Result<Import, ImportError> {
        Ok(collect(tables, self.name(), google))
    }
}

impl TableFormat for MicrosoftPhone {
    fn name(&self) -> FormatName {
        FormatName::MicrosoftPhone
    }

    fn tables(&self) -> &'static [&'static str] {
        &[ACCOUNTS]
    }

    fn looks_like(&self, tables: &Tables) -> bool {
        let columns = ["name", "username", "oath_secret_key", "account_type"];
        tables.table(ACCOUNTS).is_some_and(|table| table.has(&columns))
    }

    fn entries_of(&self, tables: &Tables, _limits: &ImportLimits) -> Result<Import, ImportError> {
        Ok(collect(tables, self.name(), microsoft))
    }
}

fn collect(
    tables: &Tables,
    format: FormatName,
    read: fn(&Table, &[Cell]) -> Result<Found, Bad>,
) -> Import {
    let mut import = Import::empty(format);
    let tables = tables.table(ACCOUNTS).into_iter();
    let rows = tables.flat_map(|table| table.rows.iter().map(move |row| (table, row)));
    rows.for_each(|(table, row)| import.take(read(table, row)));
    import
}

fn text(table: &Table, row: &[Cell], column: &str) -> String {
    table.cell(row, column).text().unwrap_or_default().to_owned()
}

fn hidden(table: &Table, row: &[Cell], column: &str) -> Option<Hidden> {
    table.cell(row, column).text().map(|text| Hidden(SecretText::from(text)))
}

fn draft(kind: Kind, secret: Option<Spelled>, (issuer, account): (&str, &str)) -> Draft {
    Draft {
        kind,
        secret,
        algorithm: None,
        digits: None,
        period: None,
        counter: None,
        pin: None,
        issuer: issuer.to_owned(),
        account: account.to_owned(),
    }
}

fn found(draft: Draft, mut notices: Vec<Notice>) -> Result<Found, Bad> {
    let (issuer, account) = (draft.issuer.clone(), draft.account.clone());
    let token = draft.into_token(&mut notices);
    let token = token.map_err(|reason| Bad::named(&issuer, &account, reason))?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}

fn google(table: &Table, row: &[Cell]) -> Result<Found, Bad> {
    let label = text(table, row, "email");
    let issuer = text(table, row, "issuer");
    let (before, account) = match label.split_once(':') {
        Some((before, account)) => (before.trim(), account.trim()),
        None => ("", label.trim()),
    };
    let issuer = if issuer.is_empty() { before } else { &issuer };
    let bad = |reason| Bad::named(issuer, account, reason);
    if table.cell(row, "isencrypted").count().is_some_and(|flag| flag != 0) {
        return Err(bad(RefuseReason::AppBound));
    }
    let kind = match table.cell(row, "type").count() {
        Some(0) => Kind::Totp,
        Some(1) => Kind::Hotp,
        _ => return Err(bad(RefuseReason::UnknownKind)),
    };
    let mut draft = draft(kind, hidden(table, row, "secret").map(Into::into), (issuer, account));
    draft.counter = table.cell(row, "counter").count();
    found(draft, Vec::new())
}

/// An account of another site; the secret is base32.
const OTHER_SITE: u64 = 0;
/// A Microsoft account; the secret is base64, and its codes have eight digits.
const OWN_SITE: u64 = 1;

fn microsoft(table: &Table, row: &[Cell]) -> Result<Found, Bad> {
    let (issuer, account) = (text(table, row, "name"), text(table, row, "username"));
    let bad = |reason| Bad::named(&issuer, &account, reason);
    let secret = hidden(table, row, "oath_secret_key").filter(|it| !it.0.expose().is_empty());
    let kind = table.cell(row, "account_type").count();
    match (kind, secret) {
        // A sign-in by push has no secret that the file could hold.
        (_, None) => Err(bad(RefuseReason::AppBound)),
        (Some(OWN_SITE), Some(secret)) => {
            let bytes = BASE64.decode(secret.0.expose().as_bytes());
            let secret = bytes.map_or(Spelled::Unreadable, |bytes| SecretBytes::new(bytes).into());
            let mut draft = draft(Kind::Totp, Some(secret), (&issuer, &account));
            draft.digits = Some(8);
            found(draft, Vec::new())
        }
        (Some(OTHER_SITE), secret) => {
            let draft = draft(Kind::Totp, secret.map(Into::into), (&issuer, &account));
            found(draft, vec![Notice::Assumed(Setting::Kind)])
        }
        _ => Err(bad(RefuseReason::UnknownKind)),
    }
}
