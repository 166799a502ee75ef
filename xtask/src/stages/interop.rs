// SPDX-License-Identifier: MIT OR Apache-2.0
//! Readers in another language, written from `docs/decisions/` alone, open what we wrote; and so do
//! programs that others wrote, which have never heard of us.
//!
//! Each `tests/interop/test_*.py` is one program that prints `N passed, N failed`; it finds the
//! program to test in `KAGIFUDA`.

use super::{counted, tests};
use crate::house::House;
use crate::need;
use crate::program::Program;
use crate::tally::Tally;
use crate::trouble::Trouble;

/// What one Python has to have.
pub(crate) const MODULES: &str = "nacl, cryptography";

/// Runs every reader.
pub(crate) fn run(house: &House) -> Result<Tally, Trouble> {
    let scripts: Vec<String> = house
        .files(".py")?
        .into_iter()
        .filter(|path| path.starts_with("tests/interop/test_"))
        .collect();
    if scripts.is_empty() {
        return Err(Trouble::new("tests/interop has no test_*.py"));
    }
    let program = tests::program(house, "kagifuda")?;
    let python = need::find_python(MODULES)
        .ok_or_else(|| Trouble::new(format!("no Python has {MODULES}")))?;
    let mut tally = Tally::default();
    for script in scripts {
        let reader = Program::new(python).arg(&script).env("KAGIFUDA", &program);
        tally += counted(reader.env("PYTHONDONTWRITEBYTECODE", "1").within(house.root()))?;
    }
    Ok(tally)
}
