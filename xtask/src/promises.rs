// SPDX-License-Identifier: MIT OR Apache-2.0
//! Promises that pages make, each with the test that proves it: the test must be there.
//!
//! A test is named on a page as code, and is known by its form: a sentence, in lower case, its words
//! parted by underscores. Tests of other projects begin with `test_`; ours never do.

use std::collections::BTreeSet;

/// Whether a page gives a test for what it promises.
pub(crate) fn is_page(path: &str) -> bool {
    matches!(path, "docs/mistakes.md" | "docs/threats.md") || path.starts_with("docs/decisions/")
}

/// A name with fewer underscores is a field, a function or a command.
const FEWEST_UNDERSCORES: usize = 3;

/// The tests a page names that are in none of the sources.
pub(crate) fn without_test<'p>(page: &'p str, tests: &BTreeSet<String>) -> Vec<&'p str> {
    named(page).filter(|name| !tests.contains(*name)).collect()
}

/// The functions that a source declares.
pub(crate) fn functions(source: &str) -> impl Iterator<Item = String> {
    let names = source.lines().filter_map(|line| {
        let (before, after) = line.split_once("fn ")?;
        before.trim_end().chars().all(is_of_a_name_or_space).then_some(after)
    });
    names.map(|after| after.chars().take_while(|it| is_of_a_name(*it)).collect())
}

fn named(page: &str) -> impl Iterator<Item = &str> {
    let is_test = |name: &&str| {
        name.chars().all(is_of_a_name)
            && name.matches('_').count() >= FEWEST_UNDERSCORES
            && !name.starts_with("test_")
    };
    page.split('`').skip(1).step_by(2).filter(is_test)
}

const fn is_of_a_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
}

const fn is_of_a_name_or_space(character: char) -> bool {
    is_of_a_name(character) || character == ' '
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{functions, without_test};

    #[test]
    fn a_promise_whose_test_is_gone_is_named() {
        let page = "Kept (`core/x.rs`: `a_test_that_is_there`, `a_test_that_is_gone`), as others do \
                    (`test_of_another_project`) with `a_field`.";
        let tests: BTreeSet<String> =
            functions("    fn a_test_that_is_there() {\n    let s = \"fn x\";\n").collect();
        assert_eq!(without_test(page, &tests), ["a_test_that_is_gone"]);
    }
}
