// SPDX-License-Identifier: MIT OR Apache-2.0
//! A hardened process, looked at from inside and from outside. The test starts itself again, so that
//! the test runner itself stays as it is.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use kagifuda_linux::process;
use rustix::process::{DumpableBehavior, Resource};

const CHILD: &str = "KAGIFUDA_HARDENED_CHILD";
const NOBODY: u32 = 65534;

/// Starts this test again as a process that hardens itself, reports, and waits for its input to end.
fn start_hardened() -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "a_hardened_process_shows_nothing", "--nocapture"])
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if rustix::process::getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.spawn().unwrap()
}

fn report_from_inside() {
    process::harden().unwrap();
    let dumpable = rustix::process::dumpable_behavior().unwrap();
    let core = rustix::process::getrlimit(Resource::Core);
    let is_opaque = dumpable == DumpableBehavior::NotDumpable
        && core.current == Some(0)
        && core.maximum == Some(0)
        && rustix::thread::no_new_privs().unwrap();
    println!("\nopaque: {is_opaque}");
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn a_hardened_process_shows_nothing() {
    if std::env::var_os(CHILD).is_some() {
        return report_from_inside();
    }
    let mut child = start_hardened();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let report = lines.find(|line| line.starts_with("opaque: "));
    assert_eq!(report.as_deref(), Some("opaque: true"));
    let room = format!("/proc/{}", child.id());
    // The kernel gives the files of an opaque process to root, whoever runs it.
    assert_eq!(std::fs::metadata(format!("{room}/mem")).unwrap().uid(), 0);
    if let Ok(filter) = std::fs::read_to_string(format!("{room}/coredump_filter")) {
        assert_eq!(filter.trim(), "00000000");
    }
    if !rustix::process::getuid().is_root() {
        assert!(std::fs::read(format!("{room}/environ")).is_err());
    }
    drop(child.stdin.take());
    lines.for_each(drop);
    assert!(child.wait().unwrap().success());
}
