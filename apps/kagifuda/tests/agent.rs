// SPDX-License-Identifier: MIT OR Apache-2.0
//! The agent as a real process: started once, opaque, ended by signals, and leaving no secret anywhere.
//!
//! Where the agent's socket and memory lie comes from the environment, so every test starts this very
//! program again in a room of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing call is a failing test")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use kagifuda::agent::client::{Agent, Starting};
use kagifuda::agent::place::Place;
use kagifuda::agent::protocol::{
    Failure, Field, FieldValue, FrameBytes, Hidden, Kind, OpenSecret, PREFIX_BYTES,
    PROTOCOL_VERSION, Reply, Request, State, Status, WordsLanguage, name,
};
use kagifuda_linux::socket::RuntimeDirectory;
use rustix::process::{Pid, Signal};

const ROOM: &str = "KAGIFUDA_TEST_ROOM";
const PASSPHRASE: &str = "needle-in-a-haystack-4711";
const SECRET: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
const SECRET_BYTES: &[u8] = b"abcdefghijklmnopqrst";

/// Runs a test in a process that has its own runtime, state and temporary directories.
fn in_own_room(test: &str, body: impl FnOnce(&Path)) {
    if let Some(room) = std::env::var_os(ROOM) {
        return body(Path::new(&room));
    }
    let room = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(ROOM, room.path());
    let variables = [
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_STATE_HOME", "state"),
        ("TMPDIR", "tmp"),
        ("HOME", "home"),
    ];
    for (variable, directory) in variables {
        let path = room.path().join(directory);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        command.env(variable, path);
    }
    assert!(command.status().unwrap().success());
}

fn place(room: &Path) -> Place {
    Place::of(&room.join("vault")).unwrap()
}

fn starting(lock_after: u64) -> Starting {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_kagifuda"));
    Starting { program, lock_after: Some(Duration::from_secs(lock_after)) }
}

fn reach(room: &Path) -> Agent {
    Agent::reach(&place(room), &starting(600)).unwrap()
}

fn status(agent: &mut Agent) -> Status {
    match agent.ask(&Request::Status).unwrap() {
        Reply::Status(status) => status,
        _ => panic!("another reply"),
    }
}

fn text(text: &str) -> Hidden<kagifuda_secret::SecretText> {
    Hidden(text.into())
}

/// Makes a vault with one token, and returns the words of its sheet.
fn furnish(agent: &mut Agent) -> String {
    let create = Request::Create { passphrase: text(PASSPHRASE), words: WordsLanguage::English };
    let Reply::Words(words) = agent.ask(&create).unwrap() else { panic!("no words") };
    let uri = format!("otpauth://totp/Inn:me?secret={SECRET}");
    let fields = vec![Field::new(name::URI, FieldValue::Secret(text(&uri)))];
    agent.ask(&Request::AddItem { kind: Kind::Token, fields }).unwrap();
    words.expose().to_owned()
}

fn signal(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Waits for what another process is about to do, ten seconds at most.
fn soon(what: &str, mut has_happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !has_happened() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never happened: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn end(agent: &mut Agent) {
    agent.ask(&Request::Shutdown).unwrap();
}

#[test]
fn however_many_ask_at_once_one_agent_is_started() {
    in_own_room("however_many_ask_at_once_one_agent_is_started", |room| {
        let askers: Vec<_> = (0..6)
            .map(|_| {
                let room = room.to_owned();
                std::thread::spawn(move || status(&mut reach(&room)).pid)
            })
            .collect();
        let pids: Vec<u32> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
        assert!(pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
        end(&mut reach(room));
    });
}

#[test]
fn the_agent_is_opaque_and_alone() {
    in_own_room("the_agent_is_opaque_and_alone", |room| {
        let mut agent = reach(room);
        let pid = status(&mut agent).pid;
        let about = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
        let line = |file: &str, start: &str| {
            let text = about(file);
            let line = text.lines().find(|line| line.starts_with(start)).unwrap();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(line("status", "NoNewPrivs:")[1], "1");
        assert_eq!(line("status", "Umask:")[1], "0077");
        assert_eq!(line("limits", "Max core file size")[4..6], ["0", "0"]);
        // The kernel lends the files of a process that must not be looked into to root.
        let owner =
            std::os::unix::fs::MetadataExt::uid(&fs::metadata(format!("/proc/{pid}/mem")).unwrap());
        assert_eq!(owner, 0);
        if rustix::process::getuid().is_root() {
            assert_eq!(about("coredump_filter").trim(), "00000000");
            for stream in 0..3 {
                let stream = fs::read_link(format!("/proc/{pid}/fd/{stream}")).unwrap();
                assert_eq!(stream, Path::new("/dev/null"));
            }
        } else {
            assert!(fs::read(format!("/proc/{pid}/environ")).is_err());
        }
        let session = rustix::process::getsid(Pid::from_raw(pid.try_into().unwrap())).unwrap();
        assert_eq!(session.as_raw_nonzero().get().cast_unsigned(), pid, "a session of its own");
        end(&mut agent);
    });
}

/// Of the memory the agent writes its data to, as the kernel tells: KiB in use, and KiB of it that are locked; and
/// whether none of it may go into a core file (proc_pid_smaps(5)).
fn data_of(pid: u32) -> (u64, u64, bool) {
    let smaps = fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let (mut used, mut locked, mut is_private) = (0, 0, true);
    let mut is_data = false;
    for line in smaps.lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words[0] {
            "Rss:" if is_data => used += words[1].parse::<u64>().unwrap(),
            "Locked:" if is_data => locked += words[1].parse::<u64>().unwrap(),
            "VmFlags:" if is_data => is_private &= words.contains(&"dd"),
            range if range.contains('-') => is_data = words[1] == "rw-p" && words[4] == "0",
            _ => {}
        }
    }
    (used, locked, is_private)
}

#[test]
fn what_the_agent_holds_is_locked_also_when_it_grew_or_status_says_that_it_is_not() {
    let test = "what_the_agent_holds_is_locked_also_when_it_grew_or_status_says_that_it_is_not";
    in_own_room(test, |room| {
        let mut agent = reach(room);
        furnish(&mut agent);
        let before = status(&mut agent);
        for number in 0..20 {
            let long = FieldValue::Text(format!("{number} {}", "x".repeat(20_000)));
            let fields = vec![
                Field::new(name::NAME, FieldValue::Text(number.to_string())),
                Field::new(name::NOTE, long),
            ];
            let added = agent.ask(&Request::AddItem { kind: Kind::Note, fields });
            assert!(matches!(added, Ok(Reply::Added(_))));
        }
        let status = status(&mut agent);
        if rustix::process::getuid().is_root() {
            let (used, ..) = data_of(status.pid);
            println!("{used} KiB of data, locked by the status: {}", status.memory_locked);
        }
        assert_eq!(before.pid, status.pid);
        let about = fs::read_to_string(format!("/proc/{}/status", status.pid)).unwrap();
        let line = about.lines().find(|line| line.starts_with("VmLck:")).unwrap();
        let locked: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(locked > 0, "nothing at all is locked");
        if !rustix::process::getuid().is_root() {
            println!("only root may see which memory of an agent is locked: not checked");
        } else if status.memory_locked {
            let (used, locked, is_private) = data_of(status.pid);
            // Answering this very question may have taken a page or two more.
            assert!(locked > 0 && used - locked <= 64, "{locked} KiB of {used} KiB are locked");
            assert!(is_private, "some of it may go into a core file");
        }
        end(&mut agent);
    });
}

/// Which of these stand in the memory that a process writes its data to; only root may look.
fn in_memory_of(pid: u32, needles: &[&[u8]]) -> Vec<bool> {
    use std::os::unix::fs::FileExt as _;
    let memory = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut found = vec![false; needles.len()];
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let address = |hex| u64::from_str_radix(hex, 16).unwrap();
        let mut bytes = vec![0; usize::try_from(address(end) - address(start)).unwrap()];
        // What was never used cannot be read, nor can what the kernel keeps there.
        let Ok(count) = memory.read_at(&mut bytes, address(start)) else { continue };
        for (found, needle) in found.iter_mut().zip(needles) {
            *found |= bytes[..count].windows(needle.len()).any(|window| window == *needle);
        }
    }
    found
}

#[test]
fn a_locked_agent_has_no_secret_left_in_its_memory() {
    if !rustix::process::getuid().is_root() {
        let told = b"LEFT OUT, only root may look into an agent's memory\n";
        std::io::Write::write_all(&mut std::io::stderr(), told).unwrap();
        return;
    }
    in_own_room("a_locked_agent_has_no_secret_left_in_its_memory", |room| {
        let mut agent = reach(room);
        let words = furnish(&mut agent);
        let pid = status(&mut agent).pid;
        let first_words: Vec<&str> = words.split(' ').take(4).collect();
        let first_words = first_words.join(" ");
        let needles =
            [SECRET_BYTES, SECRET.as_bytes(), PASSPHRASE.as_bytes(), first_words.as_bytes()];
        let codes = Request::Codes { query: None, next: true, limit: 0, watching: false };
        agent.ask(&codes).unwrap();
        assert!(in_memory_of(pid, &needles)[0], "the search finds nothing even where it is open");
        agent.ask(&Request::Lock).unwrap();
        assert_eq!(in_memory_of(pid, &needles), [false; 4], "left after locking");
        end(&mut agent);
    });
}

#[test]
fn socket_state_and_vault_are_the_holders_alone() {
    in_own_room("socket_state_and_vault_are_the_holders_alone", |room| {
        let mut agent = reach(room);
        furnish(&mut agent);
        for found in everything_below(room) {
            let mode = fs::symlink_metadata(&found).unwrap().permissions().mode() & 0o777;
            let expected = if found.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{}", found.display());
        }
        end(&mut agent);
    });
}

#[test]
fn no_secret_is_left_anywhere_but_in_memory() {
    in_own_room("no_secret_is_left_anywhere_but_in_memory", |room| {
        let mut agent = reach(room);
        let words = furnish(&mut agent);
        let pid = status(&mut agent).pid;
        let needles = [PASSPHRASE.as_bytes(), SECRET.as_bytes(), SECRET_BYTES, words.as_bytes()];
        let mut places: Vec<PathBuf> =
            everything_below(room).into_iter().filter(|path| path.is_file()).collect();
        assert!(places.len() >= 3, "vault, lock and state at least: {places:?}");
        places.push(format!("/proc/{pid}/cmdline").into());
        if rustix::process::getuid().is_root() {
            places.push(format!("/proc/{pid}/environ").into());
        }
        for place in places {
            let bytes = fs::read(&place).unwrap();
            for needle in needles {
                let is_found = bytes.windows(needle.len()).any(|window| window == needle);
                assert!(!is_found, "a secret in {}", place.display());
            }
        }
        end(&mut agent);
    });
}

fn everything_below(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_hang_up_locks_and_an_order_to_end_ends() {
    in_own_room("a_hang_up_locks_and_an_order_to_end_ends", |room| {
        let mut agent = reach(room);
        furnish(&mut agent);
        let pid = status(&mut agent).pid;
        signal(pid, Signal::HUP);
        soon("locked", || status(&mut agent).state == State::Locked);
        let secret = OpenSecret::Passphrase(text(PASSPHRASE));
        let Reply::Status(open) = agent.ask(&Request::Unlock { secret }).unwrap() else {
            panic!("not unlocked")
        };
        assert!(matches!(open.state, State::Open { tokens: 1, .. }));
        signal(pid, Signal::TERM);
        soon("gone", || Agent::running(&place(room)).unwrap().is_none());
        assert!(matches!(agent.ask(&Request::Status), Err(Failure::AgentUnreachable)));
    });
}

#[test]
fn real_idle_time_locks_and_then_ends_the_agent() {
    in_own_room("real_idle_time_locks_and_then_ends_the_agent", |room| {
        // Long enough to make a vault on a busy machine.
        let mut agent = Agent::reach(&place(room), &starting(3)).unwrap();
        furnish(&mut agent);
        // Asking how things are is not presence.
        soon("locked", || status(&mut agent).state == State::Locked);
        soon("gone", || Agent::running(&place(room)).unwrap().is_none());
    });
}

#[test]
fn an_agent_of_another_version_is_asked_to_go_and_replaced() {
    in_own_room("an_agent_of_another_version_is_asked_to_go_and_replaced", |room| {
        let sockets = RuntimeDirectory::at(&room.join("run/kagifuda")).unwrap();
        let listener = sockets.listen(&place(room).socket_name()).unwrap();
        let old = std::thread::spawn(move || {
            loop {
                let Some(mut stream) = listener.accept().unwrap() else {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                };
                stream.set_nonblocking(false).unwrap();
                while let Some(request) = read_request(&mut stream) {
                    let is_last = matches!(request, Request::Shutdown);
                    // The protocol is the same; the program is not.
                    let reply = Reply::Hello {
                        protocol: PROTOCOL_VERSION,
                        vault: String::new(),
                        program: "0.0.1".to_owned(),
                    };
                    let reply = if is_last { Reply::Done } else { reply };
                    let frame = FrameBytes::of(&reply).unwrap();
                    std::io::Write::write_all(&mut stream, frame.expose()).unwrap();
                    if is_last {
                        return;
                    }
                }
            }
        });
        let running = Agent::running(&place(room));
        assert!(matches!(running, Err(Failure::OtherProtocol { .. })));
        let mut agent = reach(room);
        old.join().unwrap();
        assert_eq!(status(&mut agent).state, State::Absent);
        end(&mut agent);
    });
}

fn read_request(stream: &mut impl std::io::Read) -> Option<Request> {
    let mut prefix = [0; PREFIX_BYTES];
    stream.read_exact(&mut prefix).ok()?;
    let mut frame = FrameBytes::zeroed(u32::from_be_bytes(prefix) as usize);
    stream.read_exact(frame.expose_mut()).ok()?;
    frame.message()
}

#[test]
fn a_program_with_foreign_rights_refuses_to_run() {
    if !rustix::process::getuid().is_root() {
        println!("left out: only root can install a program with foreign rights");
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let program = room.path().join("kagifuda");
    fs::copy(env!("CARGO_BIN_EXE_kagifuda"), &program).unwrap();
    std::os::unix::fs::chown(&program, None, Some(65534)).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o2755)).unwrap();
    let output = Command::new(&program)
        .args(["--vault", "/nowhere/vault", "agent"])
        .env("XDG_RUNTIME_DIR", room.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(fs::read_dir(room.path()).unwrap().count() == 1, "nothing was made");
}
