// SPDX-License-Identifier: MIT OR Apache-2.0
//! Formats that are databases. This room knows no SQLite: whoever calls reads the tables that
//! [`wanted_tables`] names and hands them over as rows, and which app they are of is told by their columns.
//!
//! What a cell holds may be a secret, so all of it is wiped when it is dropped.

use kagifuda_secret::{SecretBytes, SecretText};

use super::phones::{GooglePhone, MicrosoftPhone};
use super::stratum::Stratum;
use super::{FormatName, Import, ImportError, ImportLimits, MAX_ENTRIES};

/// How a file of SQLite begins (its file format, section 1.3.1).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// One value of a row.
pub enum Cell {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number that is not whole.
    Real(f64),
    /// Text.
    Text(SecretText),
    /// Bytes.
    Blob(SecretBytes),
}

/// One table of a database.
pub struct Table {
    /// Its name.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, each with a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// The tables of a database, as far as they were asked for.
#[derive(Default)]
pub struct Tables {
    /// In any order.
    pub tables: Vec<Table>,
}

impl Tables {
    /// The table of this name, in any case, as SQLite names tables.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }
}

impl Table {
    /// Tells whether it has all these columns.
    #[must_use]
    pub fn has(&self, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.place_of(column).is_some())
    }

    fn place_of(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name.eq_ignore_ascii_case(column))
    }

    /// A row's cell in a column; [`Cell::Null`] where there is none.
    #[must_use]
    pub fn cell<'a>(&self, row: &'a [Cell], column: &str) -> &'a Cell {
        self.place_of(column).and_then(|place| row.get(place)).unwrap_or(&Cell::Null)
    }
}

impl Cell {
    /// The text in it; numbers and bytes are none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.expose()),
            _ => None,
        }
    }

    /// The whole number in it, unless it is below zero.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }
}

/// A format kept in a database. Readers keep no state and have no side effects.
pub trait TableFormat: Sync {
    /// Its name.
    fn name(&self) -> FormatName;

    /// The tables it reads.
    fn tables(&self) -> &'static [&'static str];

    /// Tells whether the tables are this format's, by their columns.
    fn looks_like(&self, tables: &Tables) -> bool;

    /// Reads all entries of tables that are this format's.
    ///
    /// # Errors
    /// See [`ImportError`]. A single bad row is no error, it is [`super::Refused`].
    fn entries_of(&self, tables: &Tables, limits: &ImportLimits) -> Result<Import, ImportError>;
}

/// Every format kept in a database.
const TABLE_FORMATS: &[&dyn TableFormat] = &[&GooglePhone, &MicrosoftPhone, &Stratum];

/// Tells whether a file is a database of SQLite, to be read as [`Tables`].
#[must_use]
pub fn is_database(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The names of all tables that some format reads.
pub fn wanted_tables() -> impl Iterator<Item = &'static str> {
    TABLE_FORMATS.iter().flat_map(|format| format.tables().iter().copied())
}

/// Reads tables of whatever format they look like.
///
/// # Errors
/// [`ImportError::UnknownFormat`], [`ImportError::TooManyEntries`], or what the format's own reader says.
pub fn read_tables(tables: &Tables, limits: &ImportLimits) -> Result<Import, ImportError> {
    if tables.tables.iter().any(|table| table.rows.len() > MAX_ENTRIES) {
        return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
    }
    let format = TABLE_FORMATS.iter().find(|format| format.looks_like(tables));
    format.ok_or(ImportError::UnknownFormat)?.entries_of(tables, limits)
}
