// SPDX-License-Identifier: MIT OR Apache-2.0
//! `cargo xtask test`: all stages, or those named by `--only`.

use std::time::Duration;

use crate::house::House;
use crate::policy;
use crate::stage::{Report, Stage};
use crate::stages;
use crate::trouble::Trouble;

/// Runs the stages and prints the report; its last line is `N passed, N failed`.
pub(crate) fn run(house: &House, arguments: &[String]) -> Result<(), Trouble> {
    if arguments.iter().any(|it| it == "--list") {
        for stage in stages::ALL {
            println!("{:<12} {}", stage.name, stage.about);
        }
        return Ok(());
    }
    let chosen = chosen(arguments)?;
    let report = Report::of(&chosen, house, Duration::from_secs(60 * policy::BUDGET_MINUTES));
    println!("{report}");
    if report.total().failed == 0 { Ok(()) } else { Err(Trouble::already_told()) }
}

fn chosen(arguments: &[String]) -> Result<Vec<&'static Stage>, Trouble> {
    if arguments.is_empty() {
        return Ok(stages::ALL.iter().collect());
    }
    let mut chosen = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let name = match argument.as_str() {
            "--only" => rest.next().ok_or_else(|| Trouble::new("--only needs a stage"))?,
            other => return Err(Trouble::new(format!("unknown argument {other:?}"))),
        };
        let stage = stages::find(name).ok_or_else(|| {
            Trouble::new(format!("there is no stage {name:?}"))
                .with_remedy("cargo xtask test --list")
        })?;
        chosen.push(stage);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::chosen;
    use crate::stages;

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        chosen(&arguments)
            .map(|stages| stages.iter().map(|stage| stage.name).collect())
            .map_err(|trouble| trouble.to_string())
    }

    #[test]
    fn without_arguments_everything_runs() {
        assert_eq!(names(&[]).unwrap().len(), stages::ALL.len());
    }

    #[test]
    fn only_named_stages_run() {
        assert_eq!(names(&["--only", "wasm", "--only", "format"]).unwrap(), ["wasm", "format"]);
        assert!(names(&["--only", "nonsense"]).is_err());
        assert!(names(&["--only"]).is_err());
        assert!(names(&["wasm"]).is_err());
    }

    #[test]
    fn stages_have_names_of_their_own() {
        for stage in stages::ALL {
            let same = stages::ALL.iter().filter(|it| it.name == stage.name).count();
            assert_eq!(same, 1, "{}", stage.name);
        }
        assert!(stages::QUICK.iter().all(|name| stages::find(name).is_some()));
    }
}
