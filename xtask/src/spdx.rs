// SPDX-License-Identifier: MIT OR Apache-2.0
//! Licence expressions: SPDX specification 2.3, annex D, as far as crates use it.
//!
//! Decides whether a crate can be used under licences we accept: of an `OR` one side is enough,
//! of an `AND` both are needed, and `WITH` belongs to the licence before it. `AND` binds tighter
//! than `OR`. The slash of old manifests (`MIT/Apache-2.0`) means `OR`.

use std::fmt;

/// One licence, with the exception that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Licence {
    /// The SPDX identifier, with its `+` where it has one.
    pub(crate) id: String,
    /// The identifier after `WITH`.
    pub(crate) exception: Option<String>,
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.exception {
            Some(exception) => write!(f, "{} WITH {exception}", self.id),
            None => f.write_str(&self.id),
        }
    }
}

/// A licence expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A single licence.
    One(Licence),
    /// Both sides hold.
    And(Box<Expression>, Box<Expression>),
    /// Either side may be chosen.
    Or(Box<Expression>, Box<Expression>),
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(licence) => write!(f, "{licence}"),
            Self::And(left, right) => {
                for (side, between) in [(left, " AND "), (right, "")] {
                    match **side {
                        Self::Or(..) => write!(f, "({side}){between}")?,
                        Self::One(_) | Self::And(..) => write!(f, "{side}{between}")?,
                    }
                }
                Ok(())
            }
            Self::Or(left, right) => write!(f, "{left} OR {right}"),
        }
    }
}

/// Why a text is not a licence expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// The text ends where a licence should stand.
    EndsEarly,
    /// This word stands where it means nothing.
    Unexpected(String),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsEarly => f.write_str("the licence expression ends too early"),
            Self::Unexpected(word) => write!(f, "{word:?} is out of place in a licence expression"),
        }
    }
}

impl Expression {
    /// Reads an expression.
    pub(crate) fn read(text: &str) -> Result<Self, Malformed> {
        let mut words = Words::of(text);
        let expression = words.any_of()?;
        match words.next() {
            None => Ok(expression),
            Some(word) => Err(Malformed::Unexpected(word)),
        }
    }

    /// Tells whether it can be met with licences that `accepts` accepts.
    pub(crate) fn is_met_by(&self, accepts: &impl Fn(&Licence) -> bool) -> bool {
        match self {
            Self::One(licence) => accepts(licence),
            Self::And(left, right) => left.is_met_by(accepts) && right.is_met_by(accepts),
            Self::Or(left, right) => left.is_met_by(accepts) || right.is_met_by(accepts),
        }
    }
}

/// The words of an expression, in reverse, so that the next one is the last.
struct Words(Vec<String>);

impl Words {
    fn of(text: &str) -> Self {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        Self(spaced.split_whitespace().rev().map(str::to_owned).collect())
    }

    fn next(&mut self) -> Option<String> {
        self.0.pop()
    }

    fn next_is(&mut self, expected: &str) -> bool {
        let is_next = self.0.last().is_some_and(|word| word.eq_ignore_ascii_case(expected));
        if is_next {
            self.0.pop();
        }
        is_next
    }

    fn any_of(&mut self) -> Result<Expression, Malformed> {
        let mut left = self.all_of()?;
        while self.next_is("OR") {
            left = Expression::Or(Box::new(left), Box::new(self.all_of()?));
        }
        Ok(left)
    }

    fn all_of(&mut self) -> Result<Expression, Malformed> {
        let mut left = self.one()?;
        while self.next_is("AND") {
            left = Expression::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Expression, Malformed> {
        if self.next_is("(") {
            let inside = self.any_of()?;
            return if self.next_is(")") { Ok(inside) } else { Err(Malformed::EndsEarly) };
        }
        let id = self.identifier()?;
        let exception = if self.next_is("WITH") { Some(self.identifier()?) } else { None };
        Ok(Expression::One(Licence { id, exception }))
    }

    fn identifier(&mut self) -> Result<String, Malformed> {
        let word = self.next().ok_or(Malformed::EndsEarly)?;
        let is_operator = ["AND", "OR", "WITH"].iter().any(|it| word.eq_ignore_ascii_case(it));
        let is_name = word.chars().all(|it| it.is_ascii_alphanumeric() || "-.+:".contains(it));
        if is_operator || !is_name { Err(Malformed::Unexpected(word)) } else { Ok(word) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::{Expression, Malformed};

    /// Met under a policy that accepts MIT, ISC and Apache-2.0, the last also with LLVM's exception.
    fn is_met(text: &str) -> bool {
        Expression::read(text).unwrap().is_met_by(&|licence| {
            ["MIT", "ISC", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
                .contains(&licence.to_string().as_str())
        })
    }

    #[test]
    fn one_side_of_an_or_is_enough() {
        assert!(is_met("MIT OR GPL-3.0-only"));
        assert!(is_met("GPL-3.0-only OR MIT"));
        assert!(is_met("MIT OR Apache-2.0 OR LGPL-2.1-or-later"));
        assert!(!is_met("GPL-3.0-only OR AGPL-3.0-only"));
    }

    #[test]
    fn both_sides_of_an_and_are_needed() {
        assert!(is_met("MIT AND ISC"));
        assert!(!is_met("MIT AND GPL-3.0-only"));
    }

    #[test]
    fn and_binds_tighter_than_or_and_parentheses_tighter_still() {
        assert!(is_met("MIT OR ISC AND GPL-3.0-only"));
        assert!(is_met("GPL-3.0-only AND ISC OR MIT"));
        assert!(!is_met("(MIT OR ISC) AND GPL-3.0-only"));
        assert!(is_met("(MIT OR GPL-2.0-only) AND ((ISC))"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(is_met("Apache-2.0 WITH LLVM-exception"));
        assert!(!is_met("MIT WITH LLVM-exception"));
        assert!(!is_met("GPL-2.0-only WITH Classpath-exception-2.0"));
    }

    #[test]
    fn the_old_slash_means_or() {
        assert!(is_met("GPL-2.0/MIT"));
        assert!(!is_met("GPL-2.0/AGPL-3.0"));
    }

    #[test]
    fn an_expression_is_shown_in_todays_grammar() {
        for (text, shown) in [
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", "(MIT OR Apache-2.0) AND Unicode-3.0"),
            ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ] {
            assert_eq!(Expression::read(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_later_version_is_another_licence() {
        assert!(!is_met("MIT+"));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        use Malformed::{EndsEarly, Unexpected};
        for (text, why) in [
            ("", EndsEarly),
            ("MIT OR", EndsEarly),
            ("(MIT", EndsEarly),
            ("MIT WITH", EndsEarly),
            ("MIT ISC", Unexpected("ISC".into())),
            ("OR MIT", Unexpected("OR".into())),
            ("MIT)", Unexpected(")".into())),
            ("non-standard!", Unexpected("non-standard!".into())),
        ] {
            assert_eq!(Expression::read(text), Err(why), "{text}");
        }
    }
}
