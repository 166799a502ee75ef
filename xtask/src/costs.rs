// SPDX-License-Identifier: MIT OR Apache-2.0
//! A checked table of what something costs: a few words in front, then lines of a name and numbers.
//!
//! What is measured may be less than the table says, and 5 % more. Another compiler makes another
//! program, so it gets 25 %: enough to see what went wrong, not enough to see a little. A row that is
//! on one side only is a fault, so that none is forgotten.

use std::fmt;

use crate::trouble::Trouble;

/// What may be more, in percent.
const MORE: u64 = 5;
/// The same, where the table was made with another compiler.
const MORE_BY_ANOTHER: u64 = 25;
/// How wide a name is, and a number.
const WIDTHS: (usize, usize) = (52, 14);

/// The costs of one measuring.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Costs {
    /// The compiler's version.
    pub(crate) compiler: String,
    /// The hash of what was answered meanwhile.
    pub(crate) answers: String,
    /// What was measured.
    pub(crate) rows: Vec<Row>,
}

/// One thing and its costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) costs: Vec<u64>,
}

impl Row {
    /// A row of `NAME | COST | COST`.
    pub(crate) fn told(text: &str) -> Option<Self> {
        let mut parts = text.split('|').map(str::trim);
        let name = parts.next()?.to_owned();
        let costs: Vec<u64> = parts.map(str::parse).collect::<Result<_, _>>().ok()?;
        (!costs.is_empty()).then_some(Self { name, costs })
    }

    /// A row of the table: the numbers stand at its end.
    fn read(line: &str) -> Option<Self> {
        let (name, costs) = line.split_at_checked(WIDTHS.0)?;
        let costs: Vec<u64> =
            costs.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        (!costs.is_empty()).then(|| Self { name: name.trim_end().to_owned(), costs })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<1$}", self.name, WIDTHS.0)?;
        self.costs.iter().try_for_each(|cost| write!(f, "{cost:>0$}", WIDTHS.1))
    }
}

impl Costs {
    /// Reads a table.
    ///
    /// # Errors
    /// A line is neither words nor a row.
    pub(crate) fn read(text: &str) -> Result<Self, Trouble> {
        let mut costs = Self::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(compiler) = line.strip_prefix("compiler: ") {
                costs.compiler = compiler.to_owned();
            } else if let Some(answers) = line.strip_prefix("answers: ") {
                costs.answers = answers.to_owned();
            } else {
                let row = Row::read(line);
                costs.rows.push(row.ok_or_else(|| Trouble::new(format!("no row: {line}")))?);
            }
        }
        Ok(costs)
    }

    /// Judges what was measured by a table: what there is to say of each row, `Err` for a fault.
    pub(crate) fn judged_by(&self, table: &Self) -> Vec<Result<String, String>> {
        let more = if self.compiler == table.compiler { MORE } else { MORE_BY_ANOTHER };
        let mut verdicts: Vec<_> = self.rows.iter().map(|row| table.judge(row, more)).collect();
        let is_measured = |row: &&Row| self.rows.iter().any(|it| it.name == row.name);
        let lost = table.rows.iter().filter(|row| !is_measured(row));
        verdicts.extend(lost.map(|row| Err(format!("{} was not measured", row.name))));
        verdicts.push(if self.answers == table.answers {
            Ok("the answers are those of the table".into())
        } else {
            Err(format!("the answers are {}, the table's {}", self.answers, table.answers))
        });
        verdicts
    }

    fn judge(&self, row: &Row, more: u64) -> Result<String, String> {
        let Some(kept) = self.rows.iter().find(|it| it.name == row.name) else {
            return Err(format!("{row}: not in the table"));
        };
        let fits = |(cost, kept): (&u64, &u64)| cost * 100 <= kept * (100 + more);
        if kept.costs.len() == row.costs.len() && row.costs.iter().zip(&kept.costs).all(fits) {
            Ok(row.to_string())
        } else {
            Err(format!("{row}: over {more} % more than the table's {:?}", kept.costs))
        }
    }

    /// The table, with `words` in front of it.
    pub(crate) fn table(&self, words: &str) -> String {
        let Self { compiler, answers, rows } = self;
        let mut text = format!("{words}compiler: {compiler}\nanswers: {answers}\n");
        for row in rows {
            text.push_str(&format!("{row}\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::{Costs, Row};

    fn costs(compiler: &str, rows: &[&str]) -> Costs {
        let rows = rows.iter().map(|row| Row::told(row).unwrap()).collect();
        Costs { compiler: compiler.into(), answers: "c0ffee".into(), rows }
    }

    fn faults(now: &Costs, table: &Costs) -> usize {
        now.judged_by(table).iter().filter(|verdict| verdict.is_err()).count()
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let costs = costs("1.95.0", &["sign in, with a list | 24519901 | 17760", "image | 238636"]);
        assert_eq!(Costs::read(&costs.table("# words\n#\n")).unwrap(), costs);
        assert!(Costs::read("something else\n").is_err());
    }

    #[test]
    fn less_is_well_and_a_little_more_too() {
        let table = costs("1.95.0", &["sign | 1000 | 200"]);
        for (row, is_well) in
            [("sign | 1050 | 10", true), ("sign | 1051 | 10", false), ("sign | 10 | 211", false)]
        {
            assert_eq!(faults(&costs("1.95.0", &[row]), &table) == 0, is_well, "{row}");
        }
    }

    #[test]
    fn another_compiler_may_make_more_of_it() {
        let table = costs("1.95.0", &["sign | 1000"]);
        assert_eq!(faults(&costs("1.96.0", &["sign | 1250"]), &table), 0);
        assert_eq!(faults(&costs("1.96.0", &["sign | 1251"]), &table), 1);
    }

    #[test]
    fn what_is_on_one_side_only_is_a_fault() {
        let table = costs("1.95.0", &["sign | 1000", "image | 7"]);
        assert_eq!(faults(&costs("1.95.0", &["sign | 1000", "picture | 7"]), &table), 2);
        assert_eq!(faults(&costs("1.95.0", &["sign | 1000 | 5", "image | 7"]), &table), 1);
    }

    #[test]
    fn other_answers_are_a_fault() {
        let table = costs("1.95.0", &[]);
        let other = Costs { answers: "decade".into(), ..costs("1.95.0", &[]) };
        assert_eq!((faults(&table, &table), faults(&other, &table)), (0, 1));
    }
}
