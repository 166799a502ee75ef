// SPDX-License-Identifier: MIT OR Apache-2.0
//! What password managers and browsers write as CSV: Apple, Google, Firefox, Bitwarden, KeePassXC, 1Password.
//! They differ in the names of their columns only, so each is a line of a table, and is told by them.
//!
//! A row becomes a service with the fact that there is a saved password, which is no passkey and is not taken.
//! Where there is a column for one-time codes, it becomes a token. Passkeys are in none of these files. Columns
//! nobody knows are kept in a note.

use kagifuda_secret::SecretText;

use super::csv::{Row, Rows};
use super::fields::Bad;
use super::login::{Keeper, Login};
use super::{
    Format, FormatName, Import, ImportError, ImportLimits, Lives, MAX_ENTRIES, RefuseReason,
};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Url,
    Account,
    Password,
    Token,
    Note,
    /// Lines of `name: value`.
    Fields,
    /// A path of groups below the one that holds all.
    Group,
    Folder,
    Tags,
    Favourite,
    Archived,
    /// What other programs need, and people do not.
    Inner,
}

use Column::{
    Account, Archived, Favourite, Fields, Folder, Group, Inner, Name, Note, Password, Tags, Token,
    Url,
};

/// How one program names its columns, in lower case.
pub(super) struct Dialect {
    name: FormatName,
    keeper: Keeper,
    /// Columns that must be there to tell it.
    marks: &'static [&'static str],
    columns: &'static [(&'static str, Column)],
}

/// A program's export as CSV.
#[derive(Clone, Copy)]
pub(super) struct CsvExport(&'static Dialect);

/// What Apple's Passwords and Safari export.
pub(super) const APPLE_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::AppleCsv,
    keeper: Keeper::known(Lives::ICloud, "Apple"),
    marks: &["title", "url", "username", "password", "otpauth"],
    columns: &[
        ("title", Name),
        ("url", Url),
        ("username", Account),
        ("password", Password),
        ("notes", Note),
        ("otpauth", Token),
    ],
});

/// What Chrome and Google's password manager export.
pub(super) const GOOGLE_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::GoogleCsv,
    keeper: Keeper::known(Lives::Google, "Google"),
    marks: &["name", "url", "username", "password"],
    columns: &[
        ("name", Name),
        ("url", Url),
        ("username", Account),
        ("password", Password),
        ("note", Note),
    ],
});

/// What Firefox exports.
pub(super) const FIREFOX_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::FirefoxCsv,
    keeper: Keeper::known(Lives::PasswordManager, "Firefox"),
    marks: &["url", "username", "password", "httprealm", "guid"],
    columns: &[
        ("url", Url),
        ("username", Account),
        ("password", Password),
        ("httprealm", Inner),
        ("formactionorigin", Inner),
        ("guid", Inner),
        ("timecreated", Inner),
        ("timelastused", Inner),
        ("timepasswordchanged", Inner),
    ],
});

/// What Bitwarden exports as CSV.
pub(super) const BITWARDEN_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::Bitwarden,
    keeper: BITWARDEN,
    marks: &["name", "login_uri", "login_username", "login_password", "login_totp"],
    columns: &[
        ("folder", Folder),
        ("collections", Folder),
        ("favorite", Favourite),
        ("type", Inner),
        ("name", Name),
        ("notes", Note),
        ("fields", Fields),
        ("reprompt", Inner),
        ("archiveddate", Archived),
        ("login_uri", Url),
        ("login_username", Account),
        ("login_password", Password),
        ("login_totp", Token),
    ],
});

/// What KeePassXC exports as CSV.
pub(super) const KEEPASSXC_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::KeepassCsv,
    keeper: Keeper::known(Lives::PasswordManager, "KeePassXC"),
    marks: &["group", "title", "username", "password", "url", "notes"],
    columns: &[
        ("group", Group),
        ("title", Name),
        ("username", Account),
        ("password", Password),
        ("url", Url),
        ("notes", Note),
        ("totp", Token),
        ("icon", Inner),
        ("last modified", Inner),
        ("created", Inner),
    ],
});

/// What 1Password exports as CSV.
pub(super) const ONEPASSWORD_CSV: CsvExport = CsvExport(&Dialect {
    name: FormatName::OnePassword,
    keeper: ONEPASSWORD,
    marks: &["title", "url", "username", "password", "otpauth", "favorite", "archived"],
    columns: &[
        ("title", Name),
        ("url", Url),
        ("username", Account),
        ("password", Password),
        ("otpauth", Token),
        ("favorite", Favourite),
        ("archived", Archived),
        ("tags", Tags),
        ("notes", Note),
    ],
});

pub(super) const BITWARDEN: Keeper = Keeper::known(Lives::PasswordManager, "Bitwarden");
pub(super) const ONEPASSWORD: Keeper = Keeper::known(Lives::PasswordManager, "1Password");

impl Format for CsvExport {
    fn name(&self) -> FormatName {
        self.0.name
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        // The first row has names, never a line break inside one.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let first = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let Ok(first) = core::str::from_utf8(first) else { return false };
        let Ok(Some(header)) = Rows::of(first).next_row() else { return false };
        let header = names_of(&header);
        self.0.marks.iter().all(|mark| header.iter().any(|name| name == mark))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let mut rows = Rows::of(limits.text_of(bytes)?);
        let header = rows.next_row()?.ok_or(ImportError::NotThisFormat)?;
        let names = names_of(&header);
        let columns = names.iter().map(|name| self.0.column(name));
        let columns: Vec<_> = columns.zip(&header).collect();
        let mut import = Import::empty(self.0.name);
        let mut row_count = 0;
        while let Some(row) = rows.next_row()? {
            row_count += 1;
            if row_count > MAX_ENTRIES {
                return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
            }
            match self.0.read_row(&columns, &row) {
                Ok(login) => import.take_login(login),
                Err(bad) => import.take(Err(bad)),
            }
        }
        Ok(import)
    }
}

fn names_of(header: &Row) -> Vec<String> {
    header.iter().map(|cell| cell.expose().trim().to_ascii_lowercase()).collect()
}

impl Dialect {
    /// What a column of this name, in lower case, holds; `None` where that is not known.
    fn column(&self, name: &str) -> Option<Column> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
    }

    /// Reads a row; with each column comes its title.
    fn read_row(&self, columns: &[(Option<Column>, &SecretText)], row: &Row) -> Result<Login, Bad> {
        let cell = |wanted: Column| {
            let mut cells = columns.iter().zip(row);
            let found = cells.find(|((column, _), _)| *column == Some(wanted));
            found.map_or("", |(_, cell)| cell.expose())
        };
        if row.len() != columns.len() {
            return Err(Bad::named(cell(Name), cell(Account), RefuseReason::Malformed));
        }
        let mut login = Login::named(cell(Name).to_owned());
        cell(Account).clone_into(&mut login.account);
        // Bitwarden writes all addresses of an entry into one cell.
        let urls = cell(Url).split([',', '\n']).map(str::trim).filter(|url| !url.is_empty());
        login.urls = if self.name == FormatName::Bitwarden {
            urls.map(str::to_owned).collect()
        } else {
            Some(cell(Url)).filter(|url| !url.is_empty()).map(str::to_owned).into_iter().collect()
        };
        login.password = (!cell(Password).is_empty()).then(|| self.keeper.clone());
        login.extras.note = SecretText::from(cell(Note));
        login.extras.is_pinned = is_yes(cell(Favourite));
        login.extras.tags = split(cell(Tags), &[',', ';']);
        login.extras.folders = split(cell(Folder), &[',']);
        login.extras.folders.extend(below_the_first(cell(Group)));
        if is_yes(cell(Archived)) {
            login.notices.push(super::Notice::WasArchived);
        }
        login.add_token(&SecretText::from(cell(Token)));
        for line in cell(Fields).lines() {
            login.remainder.add("", line);
        }
        for ((_, title), cell) in columns.iter().zip(row).filter(|((it, _), _)| it.is_none()) {
            login.remainder.add(title.expose(), cell.expose());
        }
        Ok(login)
    }
}

/// Whether a cell says more than nothing, no, or zero.
fn is_yes(cell: &str) -> bool {
    !matches!(cell.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no")
}

fn split(cell: &str, at: &[char]) -> Vec<String> {
    cell.split(at).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A path of groups without the one that holds all of them.
fn below_the_first(path: &str) -> Option<String> {
    path.split_once('/').map(|(_, below)| below.to_owned()).filter(|below| !below.is_empty())
}
