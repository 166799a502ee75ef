// SPDX-License-Identifier: MIT OR Apache-2.0
//! A process nobody can look into: no core files, no debugger of the same user, no foreign rights.
//!
//! `prctl(PR_SET_DUMPABLE, 0)` also makes root own `/proc/PID`, so that memory, descriptors and
//! environment cannot be read by other programs of the holder. What it cannot stop: root, a debugger
//! that was attached before, and a program the holder starts in place of ours.

use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit};

use crate::{LinuxError, Step};

/// Environment variables a background process may keep; all others stay behind.
const KEPT_VARIABLES: &[&str] = &[
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "TMPDIR",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    #[cfg(coverage)]
    "LLVM_PROFILE_FILE",
];

/// Makes this process opaque; to be called first thing in `main`.
///
/// # Errors
/// [`LinuxError::SetUserId`] where the process runs with rights its caller does not have, or
/// [`LinuxError::System`] where the kernel refuses.
pub fn harden() -> Result<(), LinuxError> {
    refuse_set_user_id()?;
    let refused = LinuxError::during(Step::Harden);
    let no_core = Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(Resource::Core, no_core).map_err(&refused)?;
    // A core handler that is a pipe ignores the limit; an empty filter leaves it nothing to read.
    // Kernels without core files have no such file.
    let _ = fs::write("/proc/self/coredump_filter", "0");
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(&refused)?;
    rustix::thread::set_no_new_privs(true).map_err(&refused)?;
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    Ok(())
}

/// Refuses to run with rights the caller does not have: setuid, setgid, file capabilities.
fn refuse_set_user_id() -> Result<(), LinuxError> {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    // SAFETY: `getauxval` reads a value the kernel gave at start; it takes no pointer and has no
    // precondition.
    let is_secure = unsafe { libc::getauxval(libc::AT_SECURE) } != 0;
    if is_secure || getuid() != geteuid() || getgid() != getegid() {
        return Err(LinuxError::SetUserId);
    }
    Ok(())
}

/// How starting a process in the background went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It said that it is ready.
    Ready,
    /// It ended without saying so; another one may have been faster.
    Ended,
}

/// Starts a program in a session of its own, without terminal and with little environment, and waits
/// until it is ready ([`tell_ready`]) or has ended.
///
/// # Errors
/// [`LinuxError::System`] where it cannot be started.
pub fn start_in_background<S: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Result<Started, LinuxError> {
    let failed = LinuxError::io(Step::Start, Some(program));
    let mut child = background(program, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(&failed)?;
    let mut word = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(READY.len() as u64).read_to_end(&mut word).map_err(&failed)?;
    }
    if word == READY {
        return Ok(Started::Ready);
    }
    child.wait().map_err(&failed)?;
    Ok(Started::Ended)
}

/// What a background process writes when it is ready.
const READY: &[u8] = b"ready\n";

/// Tells the starter that this process is ready, and lets go of the pipe to it.
///
/// # Errors
/// [`LinuxError::System`] where standard output cannot be replaced.
pub fn tell_ready() -> Result<(), LinuxError> {
    let failed = LinuxError::during(Step::Start);
    let stdout = rustix::stdio::stdout();
    // A starter that has gone is no reason to end.
    let _ = rustix::io::write(stdout, READY);
    let null =
        rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR, Mode::empty()).map_err(&failed)?;
    rustix::stdio::dup2_stdout(&null).map_err(&failed)
}

/// A command in a session of its own, from the root directory, with little environment.
pub(crate) fn background<S: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/").env_clear().stderr(Stdio::null());
    for name in KEPT_VARIABLES {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // SAFETY: between fork and exec only async-signal-safe calls are allowed; `setsid` is one system
    // call without memory or locks.
    unsafe {
        command.pre_exec(|| {
            rustix::process::setsid()?;
            Ok(())
        });
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_without_a_word_is_noticed() {
        let started = start_in_background(Path::new("/bin/true"), [""; 0]);
        assert_eq!(started, Ok(Started::Ended));
    }

    #[test]
    fn a_program_that_says_ready_is_left_alone() {
        let arguments = ["-c", "echo ready; exec sleep 0"];
        assert_eq!(start_in_background(Path::new("/bin/sh"), arguments), Ok(Started::Ready));
    }

    #[test]
    fn a_missing_program_is_named() {
        let program = Path::new("/nowhere/kagifuda");
        assert!(matches!(
            start_in_background(program, [""; 0]),
            Err(LinuxError::System { step: Step::Start, path: Some(path), .. }) if path == program
        ));
    }
}
