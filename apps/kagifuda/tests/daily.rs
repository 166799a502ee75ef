// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a person does with their codes every day, and on the worst one: watching and copying them, carrying
//! tokens over by pictures, emergency release passwords, the demonstration.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use image::{GrayImage, Luma};
use kagifuda::qr::Code;
use kagifuda_secret::SecretText;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// The bus of a desktop, and the desktop at it, as the room that talks to them plays them.
#[path = "../../../world/linux/tests/bus/mod.rs"]
mod bus;
#[path = "../../../world/linux/tests/portal/mod.rs"]
mod portal;
mod room;

use room::{PASSPHRASE, PROGRAM, Room, exit, stderr};

/// How long something that is about to happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A vault with one token.
fn furnished() -> Room {
    let room = empty();
    let uri = "otpauth://totp/Inn:hana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Inn\n";
    room.prints(&["token", "add"], uri);
    room
}

fn empty() -> Room {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    room
}

fn json(room: &Room, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&room.prints(args, "")).unwrap()
}

fn soon(what: &str, mut has_happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !has_happened() {
        assert!(begun.elapsed() < PATIENCE, "never happened: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A terminal of 80 columns: the side that a person sees, and the side of programs.
fn terminal() -> (File, File) {
    let seen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&seen).unwrap();
    unlockpt(&seen).unwrap();
    let name = ptsname(&seen, Vec::new()).unwrap().into_string().unwrap();
    let programs = OpenOptions::new().read(true).write(true).open(name).unwrap();
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&programs, size).unwrap();
    (File::from(seen), programs)
}

/// Reads on what a person sees until it is enough.
fn see(seen: &mut File, shown: &mut String, is_enough: impl Fn(&str) -> bool) {
    while !is_enough(shown) {
        let mut waiting = [PollFd::new(seen, PollFlags::IN)];
        let patience = Timespec::try_from(PATIENCE).unwrap();
        assert_eq!(poll(&mut waiting, Some(&patience)), Ok(1), "nothing more is shown: {shown:?}");
        let mut buffer = [0; 1024];
        let count = seen.read(&mut buffer).unwrap();
        shown.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
}

#[test]
fn watched_codes_tick_in_place_until_q() {
    const HIDDEN_CURSOR: &str = "\x1b[?25l";
    const SHOWN_CURSOR: &str = "\x1b[?25h";
    let room = furnished();
    let (mut seen, programs) = terminal();
    let usual = tcgetattr(&programs).unwrap().local_modes;
    let mut watch = room
        .command(&["code", "inn", "--watch"])
        .stdin(programs.try_clone().unwrap())
        .stdout(programs.try_clone().unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    see(&mut seen, &mut shown, |shown| shown.matches(HIDDEN_CURSOR).count() > 3);
    assert!(!tcgetattr(&programs).unwrap().local_modes.contains(LocalModes::ECHO));
    let frames: Vec<&str> = shown.split(HIDDEN_CURSOR).skip(1).take(3).collect();
    assert!(frames.iter().all(|frame| frame.contains("Inn") && frame.contains("hana")), "{shown}");
    let tables: Vec<&str> =
        frames.iter().map(|frame| frame.split_once("\x1b[J").unwrap().1).collect();
    assert!(tables[0] != tables[1] && tables[1] != tables[2], "the seconds stand still: {shown}");
    let lines = tables[0].matches('\n').count();
    assert!(frames[1].contains(&format!("\x1b[{lines}A\r")), "not in the same place: {shown}");

    seen.write_all(b"q").unwrap();
    see(&mut seen, &mut shown, |shown| shown.contains(SHOWN_CURSOR));
    assert!(watch.wait().unwrap().success());
    assert_eq!(tcgetattr(&programs).unwrap().local_modes, usual);
}

#[test]
fn a_vault_that_locks_takes_watched_codes_off_the_terminal_and_says_so() {
    let room = furnished();
    let (mut seen, programs) = terminal();
    let mut watch = room
        .command(&["code", "inn", "--watch"])
        .stdin(programs.try_clone().unwrap())
        .stdout(programs.try_clone().unwrap())
        .stderr(programs.try_clone().unwrap())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    see(&mut seen, &mut shown, |shown| shown.contains("hana"));
    room.prints(&["lock"], "");
    see(&mut seen, &mut shown, |shown| shown.contains("The vault has locked."));
    let (_, after) = shown.rsplit_once("\x1b[J").unwrap();
    assert!(!after.contains("hana"), "codes are left to be seen: {shown:?}");
    assert!(watch.wait().unwrap().success());
    assert!(tcgetattr(&programs).unwrap().local_modes.contains(LocalModes::ECHO));
}

/// Answers as `xclip -selection clipboard -in|-out` does.
const XCLIP: &str =
    "#!/bin/sh\ncase \"$*\" in *-in*) exec cat > \"$0.held\";; esac\nexec cat \"$0.held\"\n";

/// The process that is to clear the clipboard of a room, as the system names it.
fn clearer(room: &Room) -> Option<(Pid, Vec<String>)> {
    let mut processes = fs::read_dir("/proc").unwrap().flatten();
    let runtime = format!("XDG_RUNTIME_DIR={}", room.path("run").display());
    processes.find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
        let line = fs::read_to_string(process.path().join("cmdline")).ok()?;
        let words: Vec<String> = line.split_terminator('\0').map(str::to_owned).collect();
        let is_ours = words.first()? == PROGRAM && words.get(1)? == "clear-clipboard";
        // Only root may see which room it belongs to; others have to believe that it is this one.
        let about = fs::read_to_string(process.path().join("environ")).unwrap_or_default();
        (is_ours && (about.is_empty() || about.contains(&runtime))).then_some((pid, words))
    })
}

/// A folder with a program that stands in for the clipboard, which is a file beside it.
fn clipboard_of(room: &Room) -> PathBuf {
    let folder = room.path("bin");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("xclip"), XCLIP).unwrap();
    fs::set_permissions(folder.join("xclip"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[test]
fn a_copied_code_leaves_the_clipboard_after_thirty_seconds() {
    let room = furnished();
    let folder = clipboard_of(&room);
    let at_a_desktop = |args: &[&str], input: &str| {
        let mut command = room.command(args);
        let path = format!("{}:/usr/bin:/bin", folder.display());
        command.env("PATH", path).env("DISPLAY", ":stand-in");
        room.finish(command, input)
    };
    let held = || fs::read_to_string(folder.join("xclip.held")).unwrap();
    let copied = at_a_desktop(&["code", "inn", "--copy"], "");
    assert_eq!(exit(&copied), 0, "{}", stderr(&copied));
    assert!(copied.stdout.is_empty(), "what is copied is not shown");
    assert!(stderr(&copied).contains("30 seconds"), "{}", stderr(&copied));
    let code = held();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");

    // Nobody waits half a minute here: the process that does is asked how long it was told to, and one that was
    // told no time at all does its work.
    let mut found = None;
    soon("a process that clears", || {
        found = clearer(&room);
        found.is_some()
    });
    let (pid, words) = found.unwrap();
    assert_eq!(words[1..], ["clear-clipboard", "xclip", "30"]);
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(held(), code);
    let cleared = at_a_desktop(&["clear-clipboard", "xclip", "0"], &code);
    assert_eq!(exit(&cleared), 0, "{}", stderr(&cleared));
    assert_eq!(held(), "");
}

/// What a camera sees of a terminal that shows a code in light on dark.
fn photographed(text: &str) -> GrayImage {
    const PIXELS: u32 = 8;
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let (width, height) = (lines[0].len() as u32, lines.len() as u32);
    GrayImage::from_fn(width * PIXELS, height * 2 * PIXELS, |x, y| {
        let row = y / PIXELS;
        let half = if row.is_multiple_of(2) { "█▀" } else { "█▄" };
        let is_light = half.contains(lines[row as usize / 2][(x / PIXELS) as usize]);
        Luma([if is_light { 255 } else { 0 }])
    })
}

/// A picture of the token of a furnished room.
fn pictured(path: &Path) {
    let shown = furnished().prints(&["token", "qr", "inn"], "");
    photographed(&shown).save(path).unwrap();
}

#[test]
fn a_copied_picture_and_copied_lines_are_scanned_from_the_clipboard() {
    let room = empty();
    let folder = clipboard_of(&room);
    let scan = || {
        let mut command = room.command(&["-y", "token", "scan", "--clipboard"]);
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        command.env("DISPLAY", ":stand-in");
        room.finish(command, "")
    };
    let held = folder.join("xclip.held");
    fs::write(&held, "").unwrap();
    let nothing = scan();
    assert_eq!(exit(&nothing), 3, "{}", stderr(&nothing));
    pictured(&folder.join("picture.png"));
    fs::rename(folder.join("picture.png"), &held).unwrap();
    assert_eq!(exit(&scan()), 0);
    assert!(room.prints(&["token", "list"], "").contains("hana"));
    fs::write(&held, "otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss\n").unwrap();
    assert_eq!(exit(&scan()), 0);
    assert!(room.prints(&["token", "list"], "").contains("ume"));
}

#[test]
fn who_imports_a_phones_database_hears_of_the_file_beside_it() {
    let room = empty();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/databases");
    let database = vectors.join("google-authenticator-newer-phones-seal-secrets.sqlite");
    let mut content = fs::read(database).unwrap();
    let copy = room.path("databases");
    let mut import = |versions: [u8; 2]| {
        content[18..20].copy_from_slice(&versions);
        fs::write(&copy, &content).unwrap();
        stderr(&room.run(&["token", "import", copy.to_str().unwrap(), "--dry-run"]))
    };
    assert!(!import([1, 1]).contains("-wal"));
    assert!(import([2, 2]).contains("databases-wal"));
}

#[test]
fn a_picture_of_the_screen_is_taken_scanned_and_removed() {
    let room = empty();
    let Some(desktop) = bus::Bus::start() else { return };
    let picture = room.path("screen.png");
    pictured(&picture);
    let uri = format!("file://{}", picture.display());
    let _portal = portal::serve(&desktop.address, portal::Person::Takes(uri));
    let mut command = room.command(&["-y", "token", "scan", "--screen"]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &desktop.address);
    let scanned = room.finish(command, "");
    assert_eq!(exit(&scanned), 0, "{}", stderr(&scanned));
    assert!(room.prints(&["token", "list"], "").contains("hana"));
    assert!(!picture.exists(), "it shows a secret");
    let alone = room.run(&["-y", "token", "scan", "--screen"]);
    assert!(stderr(&alone).contains("--clipboard"), "{}", stderr(&alone));
}

#[test]
fn a_token_shown_as_a_picture_is_scanned_on_another_pc() {
    let (here, there) = (furnished(), empty());
    let shown = here.prints(&["token", "qr", "inn"], "");
    let picture = there.path("photo.png");
    photographed(&shown).save(&picture).unwrap();
    let scan = ["-y", "token", "scan", picture.to_str().unwrap(), "--json"];
    let outcome = |room: &Room| {
        let report = json(room, &scan);
        assert_eq!(report["entries"].as_array().unwrap().len(), 1, "{report}");
        report["entries"][0]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(outcome(&there), "imported");
    assert_eq!(outcome(&there), "same");
    assert_eq!(outcome(&here), "same", "the same token in all its parts");
}

#[test]
fn a_picture_of_googles_transfer_code_brings_its_tokens() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/otp");
    let text = fs::read_to_string(vectors.join("migration-exported-by-google-authenticator.txt"));
    let text = text.unwrap();
    // The third batch of that file holds one secret twice, with its issuer and without.
    let batch = text.lines().filter_map(|line| line.strip_prefix("uri: ")).nth(2).unwrap();
    let room = empty();
    let picture = room.path("google.png");
    let png = Code::of(&SecretText::from(batch)).unwrap().png();
    fs::write(&picture, png.expose()).unwrap();
    let picture = picture.to_str().unwrap();
    let preview = json(&room, &["token", "scan", picture, "--dry-run", "--json"]);
    assert_eq!(preview["format"], "google");
    assert_eq!(json(&room, &["status", "--json"])["tokens"], 0, "a dry run takes nothing");
    let report = json(&room, &["-y", "token", "scan", picture, "--json"]);
    let outcomes: Vec<_> =
        report["entries"].as_array().unwrap().iter().map(|it| &it["outcome"]).collect();
    assert_eq!(outcomes, ["imported", "same"], "of two names of one secret one is kept: {report}");
    assert_eq!(json(&room, &["status", "--json"])["tokens"], 1);
    assert_eq!(json(&room, &["code", "--json"])["codes"].as_array().unwrap().len(), 1);

    // And out again, to a picture that another PC scans.
    let (there, out) = (empty(), room.path("out.png"));
    let out = out.to_str().unwrap();
    room.prints(&["-y", "token", "export", out, "--format", "google", "--plain"], "");
    let carried = json(&there, &["-y", "token", "scan", out, "--json"]);
    assert_eq!(carried["entries"][0]["outcome"], "imported", "{carried}");
    let tokens = |room: &Room| {
        let listed = json(room, &["token", "list", "--json"]);
        let items = listed["items"].as_array().unwrap().clone();
        items.iter().map(|it| (it["issuer"].clone(), it["account"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(tokens(&there), tokens(&room));
}

#[test]
fn emergency_release_passwords_are_kept_under_their_own_name_and_given_out_once() {
    let room = empty();
    room.prints(&["codes", "add", "Bank", "--store", "--emergency"], "first-1\nsecond-2\n");
    room.prints(&["codes", "add", "Inn", "--store"], "plain-1\n");
    for (lang, label) in [("en", "emergency release passwords"), ("ja", "強制解除パスワード")]
    {
        let shown = room.prints(&["--lang", lang, "codes", "show", "bank"], "");
        assert!(shown.contains(label), "{shown}");
        assert!(!shown.contains("first-1"), "only when asked for: {shown}");
        let secret = room.prints(&["--lang", lang, "codes", "show", "bank", "--secret"], "");
        assert!(secret.contains("first-1") && secret.contains("second-2"), "{secret}");
        let usual = room.prints(&["--lang", lang, "codes", "show", "inn"], "");
        assert!(!usual.contains(label), "{usual}");
    }
    let fields = &json(&room, &["codes", "show", "bank", "--json"])["fields"];
    assert_eq!(fields["purpose"], "emergency-release");
    assert_eq!(room.prints(&["-y", "codes", "use", "bank"], "").trim(), "first-1");
    room.prints(&["lock"], "");
    room.prints(&["--passphrase-stdin", "unlock"], PASSPHRASE);
    assert_eq!(room.prints(&["-y", "codes", "use", "bank"], "").trim(), "second-2");
    assert_eq!(exit(&room.run(&["-y", "codes", "use", "bank"])), 3, "each is used once");
    room.prints(&["-y", "undo"], "");
    let used = room.run(&["-y", "codes", "use", "bank"]);
    assert_eq!(exit(&used), 3, "undoing un-uses nothing");
    assert!(stderr(&used).contains("are used"), "{}", stderr(&used));
}

/// The steps of a demonstration, each with what it said.
fn steps(told: &str) -> Vec<&str> {
    let starts: Vec<usize> =
        (1..=6).map(|step| told.find(&format!("\n{step}/6  ")).unwrap()).collect();
    let ends = starts[1..].iter().copied().chain([told.len()]);
    starts.iter().zip(ends).map(|(start, end)| &told[*start..end]).collect()
}

#[test]
fn the_demonstration_proves_and_times_every_step_and_leaves_nothing() {
    let room = Room::new();
    for lang in ["en", "ja"] {
        let told = room.prints(&["--lang", lang, "demo"], "");
        for step in steps(&told) {
            assert!(step.contains("✓ "), "nothing proved: {step}");
            let times = step.lines().filter(|line| {
                let seconds = line.trim().trim_end_matches(['s', '秒', ' ']);
                seconds.contains('.') && seconds.parse::<f64>().is_ok()
            });
            assert_eq!(times.count(), 1, "no time: {step}");
        }
        let left = fs::read_dir(room.path("tmp")).unwrap().count();
        assert_eq!(left, 0, "something is left behind");
    }
    assert!(!room.path("data/kagifuda").exists(), "the holder's own vault is not touched");
}

#[test]
fn a_demonstration_that_is_kept_is_left_open() {
    let room = Room::new();
    let told = room.prints(&["demo", "--keep"], "");
    let kept: Vec<_> = fs::read_dir(room.path("tmp")).unwrap().flatten().collect();
    assert_eq!(kept.len(), 1);
    let vault = kept[0].path().join("new-pc/vault.kagifuda");
    let vault = vault.to_str().unwrap();
    assert!(told.contains(vault), "{told}");
    let status = json(&room, &["--vault", vault, "status", "--json"]);
    assert_eq!(status["state"], "open");
    assert!(status["tokens"].as_u64().unwrap() > 0);
    let codes = json(&room, &["--vault", vault, "code", "--json"]);
    assert!(!codes["codes"].as_array().unwrap().is_empty());
    let agent = i32::try_from(status["agent_pid"].as_i64().unwrap()).unwrap();
    kill_process(Pid::from_raw(agent).unwrap(), Signal::TERM).unwrap();
}
