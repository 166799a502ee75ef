// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tables as text (RFC 4180), row by row, each cell straight into a wiping type, since some hold passwords.
//!
//! Line ends of any system are taken. A quotation mark inside a cell without quotes stands for itself, as
//! browsers write it; one that is never closed, or followed by more, is damage with its line.

use kagifuda_secret::SecretText;

use super::{ImportError, Place};

/// The most cells of a row. Nobody has more columns.
const MAX_CELLS: usize = 256;

/// One row and the line it begins in.
pub(super) type Row = Vec<SecretText>;

/// Reads rows from a text, the first one first.
pub(super) struct Rows<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Rows<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    /// The next row that is not blank, or `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, ImportError> {
        self.skip_blank_lines();
        if self.rest.is_empty() {
            return Ok(None);
        }
        let damaged = ImportError::Damaged { at: Place::Row { line: self.line } };
        let mut row = Vec::new();
        loop {
            if row.len() == MAX_CELLS {
                return Err(damaged);
            }
            row.push(match self.rest.strip_prefix('"') {
                Some(quoted) => self.quoted(quoted).ok_or_else(|| damaged.clone())?,
                None => self.bare(),
            });
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Ok(Some(row)),
            }
        }
    }

    fn skip_blank_lines(&mut self) {
        let after = self.rest.trim_start_matches(['\r', '\n']);
        self.pass(self.rest.len() - after.len());
    }

    fn bare(&mut self) -> SecretText {
        let end = self.rest.find([',', '\r', '\n']).unwrap_or(self.rest.len());
        let cell = SecretText::from(&self.rest[..end]);
        self.pass(end);
        cell
    }

    /// The cell whose opening mark was passed; `None` where it does not end as it should.
    fn quoted(&mut self, text: &str) -> Option<SecretText> {
        let mut from = 0;
        let end = loop {
            let mark = from + text[from..].find('"')?;
            if !text[mark + 1..].starts_with('"') {
                break mark;
            }
            from = mark + 2;
        };
        let after = &text[end + 1..];
        if !after.is_empty() && !after.starts_with([',', '\r', '\n']) {
            return None;
        }
        let mut cell = String::with_capacity(end);
        let mut parts = text[..end].split("\"\"");
        cell.push_str(parts.next().unwrap_or_default());
        for part in parts {
            cell.push('"');
            cell.push_str(part);
        }
        self.pass(end + 2);
        Some(SecretText::new(cell))
    }

    /// Goes on by so many bytes, counting lines.
    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<Vec<String>>, ImportError> {
        let mut rows = Rows::of(text);
        let mut read = Vec::new();
        while let Some(row) = rows.next_row()? {
            read.push(row.iter().map(|cell| cell.expose().to_owned()).collect());
        }
        Ok(read)
    }

    #[test]
    fn cells_may_be_bare_quoted_empty_and_of_several_lines() {
        let text = "a,b,c\r\n\"1,2\",\"say \"\"ja\"\"\",\r\n\n\"two\nlines\",\"\",x\"y\"";
        let expected = [["a", "b", "c"], ["1,2", "say \"ja\"", ""], ["two\nlines", "", "x\"y\""]];
        let expected = expected.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        assert_eq!(rows(text), Ok(expected));
        assert_eq!(rows(""), Ok(vec![]));
        assert_eq!(rows(",\n"), Ok(vec![vec![String::new(), String::new()]]));
        assert_eq!(rows("\"\"\"\""), Ok(vec![vec!["\"".to_owned()]]));
    }

    #[test]
    fn a_mark_that_is_not_closed_is_damage_with_its_line() {
        let at = |line| Err(ImportError::Damaged { at: Place::Row { line } });
        assert_eq!(rows("a,b\n1,\"open\n2,3\n"), at(2));
        assert_eq!(rows("a\n\n\"x\"y\n"), at(3));
        assert_eq!(rows("\""), at(1));
        assert_eq!(rows(&",".repeat(MAX_CELLS)), at(1));
    }
}
