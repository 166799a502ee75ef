// SPDX-License-Identifier: MIT OR Apache-2.0
//! Beside ours, where installed: KeePassXC's command line and cotp, showing one code out of the same tokens.
//!
//! Both open their file anew for each code, at the cost of their own key derivation; the numbers stand for
//! what a holder waits for, not for what the programs could do.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_otp::otpauth;

use crate::big;
use crate::scale::{Report, median_of, millis};

/// Measures what is installed.
pub(crate) fn measure(tokens: usize, report: &mut Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!();
    if is_installed("keepassxc-cli") {
        keepassxc(folder.path(), tokens, report);
    } else {
        println!("      keepassxc-cli is not installed: not compared");
    }
    if is_installed("cotp") {
        cotp(folder.path(), tokens, report);
    } else {
        println!("      cotp is not installed: not compared");
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Runs a command that reads its secrets from standard input.
fn feed(command: &mut Command, input: &[u8]) -> bool {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = spawned else { return false };
    if let Some(mut pipe) = child.stdin.take() {
        let _ = pipe.write_all(input);
    }
    child.wait().is_ok_and(|status| status.success())
}

/// The same tokens as a KeePass XML file, imported by KeePassXC itself.
fn keepassxc(folder: &std::path::Path, tokens: usize, report: &mut Report) {
    let (xml, database) = (folder.join("tokens.xml"), folder.join("tokens.kdbx"));
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let mut text =
        String::from("<?xml version=\"1.0\"?><KeePassFile><Root><Group><Name>Root</Name>");
    for n in 0..tokens {
        let uri = otpauth::write(&big::token(n, &mut rng));
        let escaped = uri.expose().replace('&', "&amp;");
        text.push_str(&format!(
            "<Entry><String><Key>Title</Key><Value>Service {n}</Value></String>\
             <String><Key>otp</Key><Value>{escaped}</Value></String></Entry>"
        ));
    }
    text.push_str("</Group></Root></KeePassFile>");
    std::fs::write(&xml, text).expect("the XML is written");
    let mut import = Command::new("keepassxc-cli");
    import.args(["import", "-q", "-p"]).arg(&xml).arg(&database);
    if !feed(&mut import, b"bench\nbench\n") {
        println!("      keepassxc-cli could not import the tokens: not compared");
        return;
    }
    let entry = format!("/Service {}", tokens / 2);
    let shown = median_of(5, || {
        let mut show = Command::new("keepassxc-cli");
        show.args(["show", "-q", "-t"]).arg(&database).arg(&entry);
        assert!(feed(&mut show, b"bench\n"), "keepassxc-cli shows a code");
    });
    report.note("keepassxc-cli: one code of the same tokens, start to exit", millis(shown), "ms");
}

/// The same tokens as otpauth lines, imported by cotp itself. It asks for a new password at a terminal only,
/// so `script` gives it one.
fn cotp(folder: &std::path::Path, tokens: usize, report: &mut Report) {
    let (lines, database) = (folder.join("tokens.json"), folder.join("cotp.db"));
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let uris: Vec<String> = (0..tokens)
        .map(|n| format!("\"{}\"", otpauth::write(&big::token(n, &mut rng)).expose()))
        .collect();
    let list = format!("{{\"items\":[{}]}}", uris.join(","));
    std::fs::write(&lines, list).expect("the lines are written");
    let typed = format!(
        "cotp --database-path {} import --otp-uri --path {}",
        database.display(),
        lines.display()
    );
    let mut import = Command::new("script");
    import.args(["-qec", &typed, "/dev/null"]);
    if !feed(&mut import, b"bench-password\nbench-password\n") {
        println!("      cotp could not import the tokens: not compared");
        return;
    }
    let issuer = format!("Service {}", tokens / 2);
    let shown = median_of(5, || {
        let mut show = Command::new("cotp");
        show.arg("--password-stdin").arg("--database-path").arg(&database);
        show.args(["extract", "--issuer", &issuer]);
        assert!(feed(&mut show, b"bench-password\n"), "cotp shows a code");
    });
    report.note("cotp: one code of the same tokens, start to exit", millis(shown), "ms");
}
