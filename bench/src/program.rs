// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the program costs from start to exit, and what its agent holds in memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::big;
use crate::home::Home;
use crate::scale::{Report, median_of, millis};

/// Runs of each command.
const RUNS: usize = 201;
/// When an agent's memory is looked at.
const SETTLED: Duration = Duration::from_secs(5);

/// Measures `code QUERY` against `/bin/true`, and the agent's memory.
pub(crate) fn measure(program: &Path, items: usize, report: &mut Report) {
    let home = Home::new(program, items, big::draft);
    let true_alone = median_of(RUNS, || run(&mut Command::new("/bin/true")));
    let code = median_of(RUNS, || {
        let mut command = home.command();
        command.args(["code", "Service 4998"]);
        run(&mut command);
    });
    let ratio = code.as_secs_f64() / true_alone.as_secs_f64();
    report.note("/bin/true, start to exit", millis(true_alone), "ms");
    report.note("code QUERY through the agent, start to exit", millis(code), "ms");
    report.bound("code QUERY against /bin/true", ratio, 3.0, "x");
    let resident = resident_mb(&home);
    report.bound("the agent's memory, five seconds after unlocking", resident, 60.0, "MB");
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.expect("the command starts").success(), "{command:?} failed");
}

/// The agent's resident memory, after it had time to settle since it was unlocked anew.
fn resident_mb(home: &Home<'_>) -> f64 {
    run(home.command().arg("lock"));
    home.unlock();
    std::thread::sleep(SETTLED);
    let status = std::fs::read_to_string(format!("/proc/{}/status", home.agent_pid()));
    let status = status.expect("the agent runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<f64>().ok()).expect("a number") * 1024.0 / 1e6
}
