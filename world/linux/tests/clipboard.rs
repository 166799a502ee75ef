// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clipboard with a stand-in for `xclip` that keeps what it holds in a file. `PATH` decides which
//! program is found, so the test starts itself again with its own.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kagifuda_linux::LinuxError;
use kagifuda_linux::clipboard::{Clipboard, clear_after};
use kagifuda_secret::SecretText;

const PART: &str = "KAGIFUDA_CLIPBOARD_PART";
const TEST: &str = "a_secret_is_taken_off_the_clipboard_unless_something_else_is_on_it";

/// Answers as `xclip -selection clipboard -in|-out` does.
const STAND_IN: &str =
    "#!/bin/sh\ncase \"$*\" in *-in*) exec cat > \"$0.held\";; esac\nexec cat \"$0.held\"\n";

#[test]
fn a_secret_is_taken_off_the_clipboard_unless_something_else_is_on_it() {
    match std::env::var(PART).as_deref() {
        Ok("holder") => return holder(),
        Ok("clearer") => return clear_after(Clipboard::Xclip, Duration::ZERO).unwrap(),
        _ => {}
    }
    let room = tempfile::tempdir().unwrap();
    let program = room.path().join("xclip");
    fs::write(&program, STAND_IN).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", room.path().display());
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env("PATH", path)
        .env("DISPLAY", ":stand-in")
        .env_remove("WAYLAND_DISPLAY")
        .env(PART, "holder")
        .current_dir(room.path())
        .status();
    assert!(status.unwrap().success());
}

/// Where `xclip` is the stand-in.
fn holder() {
    let held = || fs::read_to_string("xclip.held").unwrap();
    let clipboard = Clipboard::find().unwrap();
    assert_eq!(clipboard, Clipboard::Xclip);
    let secret = SecretText::from("755224");
    clipboard.copy(&secret).unwrap();
    assert_eq!(held(), "755224");

    assert_eq!(clipboard.paste(100).unwrap().as_slice(), b"755224");
    assert_eq!(clipboard.paste(3).unwrap().as_slice(), b"755", "no more than is wanted");
    fs::write("xclip.held", "").unwrap();
    assert_eq!(clipboard.paste(100), Err(LinuxError::NothingCopied));
    fs::write("xclip.held", "something else").unwrap();
    assert_eq!(clipboard.clear_if_unchanged(&secret), Ok(false));
    assert_eq!(held(), "something else");

    clipboard.copy(&secret).unwrap();
    assert_eq!(clipboard.clear_if_unchanged(&secret), Ok(true));
    assert_eq!(held(), "");

    clipboard.copy(&secret).unwrap();
    let script = Path::new("clearer");
    let this = std::env::current_exe().unwrap();
    let line = format!("#!/bin/sh\nexec env {PART}=clearer '{}' \"$@\"\n", this.display());
    fs::write(script, line).unwrap();
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    let script = fs::canonicalize(script).unwrap();
    clipboard.clear_later((&script, &["--exact", TEST]), &secret).unwrap();
    let begun = Instant::now();
    while !held().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never cleared");
        std::thread::sleep(Duration::from_millis(5));
    }
}
