// SPDX-License-Identifier: MIT OR Apache-2.0
//! Fingers are taught to a key that has a sensor: the engine's own bench with a sensor in front of it, at the
//! end of the test transport. It checks the authentication of every request.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kagifuda_ctap::hid::{
    Capabilities, Channel, Device, DeviceVersion, Event, MAX_MESSAGE_BYTES, Waiting,
};
use kagifuda_ctap::message::bio_enrollment::SampleStatus;
use kagifuda_ctap::status::Status;
use rustix::process::{Pid, Signal, kill_process};

use crate::bench::sensor::{Finding, SensorKey};
use crate::room::{PROGRAM, Room, stderr};
use crate::{Key, PATIENCE};

const PIN: &str = "2468\n";

/// A key with a sensor that is plugged in, and the thread that moves its reports.
struct Plugged {
    key: Key,
    sensor: Arc<Mutex<SensorKey>>,
    /// Whether the person touches at the very moment a request is taken back.
    touches_too_late: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Plugged {
    /// A key with a PIN.
    fn new() -> Self {
        let mut sensor = SensorKey::new();
        sensor.key.set_pin(PIN.trim());
        Self::with(sensor)
    }

    fn with(sensor: SensorKey) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        let udp = socket.local_addr().unwrap().port();
        let sensor = Arc::new(Mutex::new(sensor));
        let (late, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (sensor, late, over) = (Arc::clone(&sensor), Arc::clone(&late), Arc::clone(&over));
            move || Driver::new(socket, sensor, late).run(&over)
        });
        let key = Key { process: None, udp, control: 0 };
        Self { key, sensor, touches_too_late: late, is_over: over, thread: Some(thread) }
    }

    fn sensor(&self) -> MutexGuard<'_, SensorKey> {
        self.sensor.lock().unwrap()
    }

    /// What becomes of the next samples.
    fn finds(&self, findings: impl IntoIterator<Item = Finding>) {
        self.sensor().findings.extend(findings);
    }

    /// What is called how, by a listing.
    fn names(&self, room: &Room) -> Vec<String> {
        let listed = self.key.json(room, &["bio", "list"], PIN);
        let all = listed["fingers"].as_array().unwrap();
        all.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Begins to teach a finger, up to the words that say so.
    fn begin(&self, room: &Room) -> (Child, BufReader<ChildStderr>) {
        let mut command = Command::new(PROGRAM);
        command.args(["--passphrase-stdin", "key", "bio", "add"]).env_clear();
        let wrapped = room.command(&[]);
        command.envs(wrapped.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("KAGIFUDA_TEST_KEY", self.key.udp.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(PIN.as_bytes()).unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("Touch the key's sensor") {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "it begins");
        }
        (child, said)
    }

    /// Waits until the key waits for a touch.
    fn until_it_waits(&self) {
        let begun = Instant::now();
        while self.sensor().waits == 0 {
            assert!(begun.elapsed() < PATIENCE, "the key is never asked");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Plugged {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Moves reports between the socket and the key.
struct Driver {
    socket: UdpSocket,
    device: Box<Device<MAX_MESSAGE_BYTES>>,
    sensor: Arc<Mutex<SensorKey>>,
    touches_too_late: Arc<AtomicBool>,
    begun: Instant,
    peer: Option<SocketAddr>,
    is_at_work: bool,
}

impl Driver {
    fn new(socket: UdpSocket, sensor: Arc<Mutex<SensorKey>>, late: Arc<AtomicBool>) -> Self {
        let version = DeviceVersion { major: 0, minor: 1, build: 0 };
        let device = Box::new(Device::new(version, Capabilities::CTAP2, Channel(0x0100)));
        let (begun, touches_too_late) = (Instant::now(), late);
        Self { socket, device, sensor, touches_too_late, begun, peer: None, is_at_work: false }
    }

    fn run(mut self, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            let mut packet = [0; 64];
            if let Ok((64, from)) = self.socket.recv_from(&mut packet) {
                self.peer = Some(from);
                match self.device.receive(&packet, self.begun.elapsed()) {
                    Some(Event::Request { .. }) => self.is_at_work = true,
                    Some(Event::Cancel) => self.cancel(),
                    Some(Event::Abandon) => self.is_at_work = false,
                    _ => {}
                }
            }
            if self.is_at_work {
                self.work();
            }
            while let (Some(packet), Some(peer)) =
                (self.device.next_packet(self.begun.elapsed()), self.peer)
            {
                self.socket.send_to(&packet, peer).unwrap();
            }
        }
    }

    fn work(&mut self) {
        let Some(job) = self.device.job() else { return };
        let request = job.request.to_vec();
        let answer = self.sensor.lock().unwrap().send(&request);
        match answer {
            Some(answer) => {
                self.device.reply_with(&answer);
                self.is_at_work = false;
            }
            None => self.device.keep_alive(Waiting::UserPresence),
        }
    }

    fn cancel(&mut self) {
        if self.touches_too_late.load(Ordering::Relaxed) {
            self.sensor.lock().unwrap().findings.clear();
            return self.work();
        }
        // The person is not asked again by what comes next.
        self.sensor.lock().unwrap().findings.clear();
        self.device.reply_with(&[Status::KeepaliveCancel as u8]);
        self.is_at_work = false;
    }
}

/// What a program said that is no result, in one line.
fn told_by(output: &Output) -> String {
    stderr(output).replace('\n', " ")
}

#[test]
fn a_finger_is_taught_named_renamed_and_deleted() {
    let room = Room::new();
    let plugged = Plugged::new();
    let key = &plugged.key;
    assert_eq!(key.json(&room, &["info"], "")["options"]["bioEnroll"], false);
    let info = key.json(&room, &["bio", "info"], "");
    assert_eq!((&info["has_fingers"], &info["kind"]), (&false.into(), &"touch".into()));
    assert_eq!((&info["most_samples"], &info["most_name_bytes"]), (&4.into(), &20.into()));
    assert!(plugged.names(&room).is_empty());

    let output = key.run(&room, &["bio", "add", "--name", "右の親指"], PIN);
    let said = told_by(&output);
    assert!(output.status.success(), "{said}");
    for words in ["Good. Touch again: 3 more.", "one more.", "its first", "It is called 右の親指"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("it is waiting"), "the person is told once what to do: {said}");
    let said = told_by(&key.run(&room, &["bio", "add"], PIN));
    assert!(said.contains("2 in all") && said.contains("bio rename 00a1"), "{said}");
    assert_eq!(plugged.names(&room), ["", "右の親指"]);
    let page = key.prints(&room, &["info"], "");
    assert!(page.contains("it knows at least one"), "{page}");

    key.refuses(&room, &["bio", "rename", "00a1"], PIN, (2, ""));
    key.refuses(
        &room,
        &["bio", "rename", "00a1", "--name", "人差し指人差し指"],
        PIN,
        (1, "20 bytes"),
    );
    key.prints(&room, &["bio", "rename", "00a1", "--name", "右の人差し指"], PIN);
    key.refuses(&room, &["bio", "delete", "右の"], PIN, (9, "00a0"));
    key.refuses(&room, &["bio", "delete", "左"], PIN, (3, "左"));
    key.refuses(&room, &["bio", "delete", "親指"], PIN, (10, "--yes"));
    let said = told_by(&key.run(&room, &["--yes", "bio", "delete", "親指"], PIN));
    assert!(said.contains("one more finger"), "{said}");
    assert_eq!(plugged.names(&room), ["右の人差し指"]);
    let said = told_by(&key.run(&room, &["--yes", "bio", "delete", "00a1"], PIN));
    assert!(said.contains("asks for its PIN instead"), "{said}");
    assert!(plugged.names(&room).is_empty());
    assert!(plugged.sensor().verified > 20, "every step was authenticated");
}

#[test]
fn a_person_hears_what_became_of_each_sample_in_either_language() {
    let room = Room::new();
    let plugged = Plugged::new();
    let told = [
        (SampleStatus::TooHigh, "Too high", "上すぎ"),
        (SampleStatus::TooLow, "Too low", "下すぎ"),
        (SampleStatus::TooLeft, "Too far left", "左に寄り"),
        (SampleStatus::TooRight, "Too far right", "右に寄り"),
        (SampleStatus::TooFast, "Too fast", "速すぎ"),
        (SampleStatus::TooSlow, "Too slow", "遅すぎ"),
        (SampleStatus::PoorQuality, "wipe finger and sensor", "不鮮明"),
        (SampleStatus::TooSkewed, "Askew", "傾いて"),
        (SampleStatus::TooShort, "Too short", "短すぎ"),
        (SampleStatus::MergeFailure, "does not fit", "合いません"),
        (SampleStatus::Exists, "knows this finger already", "もう覚えて"),
        (SampleStatus::NoUserActivity, "Nobody touched", "触れられません"),
        (SampleStatus::NoUserPresenceTransition, "not lifted", "離れていません"),
    ];
    for lang in ["en", "ja"] {
        plugged.finds(told.iter().map(|(status, ..)| Finding::Sample(*status)));
        plugged.finds([Finding::Unknown]);
        let output = plugged.key.run(&room, &["--lang", lang, "bio", "add"], PIN);
        let said = stderr(&output).replace('\n', "");
        assert!(output.status.success(), "{said}");
        for (_, en, ja) in told {
            let words = if lang == "en" { en } else { ja };
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(said.contains(if lang == "en" {
            "cannot use this one"
        } else {
            "使えませんでした"
        }));
    }
    assert_eq!(plugged.sensor().cancelled, 0);
}

#[test]
fn a_finger_that_is_given_up_leaves_nothing_on_the_key() {
    let room = Room::new();
    for (good, is_late) in [(0, false), (2, false), (3, true)] {
        let plugged = Plugged::new();
        plugged.finds([Finding::Sample(SampleStatus::Good)].repeat(good));
        plugged.finds([Finding::Nothing]);
        plugged.touches_too_late.store(is_late, Ordering::Relaxed);
        let (mut child, mut said) = plugged.begin(&room);
        plugged.until_it_waits();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::INT).unwrap();
        let status = child.wait().unwrap();
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        assert_eq!(status.code(), Some(10), "{rest}");
        assert!(rest.contains("Stopped. Nothing was changed."), "{rest}");
        assert!(!plugged.sensor().is_teaching(), "after {good} samples");
        assert_eq!(plugged.sensor().fingers, []);
        let was_half = good > 0 && !is_late;
        assert_eq!(plugged.sensor().cancelled, u32::from(was_half), "after {good} samples");
    }
}

#[test]
fn a_key_that_nobody_touches_that_is_full_or_that_forgets_says_so() {
    let room = Room::new();
    let plugged = Plugged::new();
    let key = &plugged.key;
    let add = ["bio", "add", "--name", "thumb"];
    plugged.finds([Finding::Sample(SampleStatus::Good)]);
    plugged.finds([Finding::Sample(SampleStatus::NoUserActivity)].repeat(3));
    key.refuses(&room, &add, PIN, (10, "not touched in time"));
    assert_eq!(plugged.sensor().cancelled, 1);
    assert!(!plugged.sensor().is_teaching());

    plugged.finds([Finding::Sample(SampleStatus::PoorQuality)].repeat(100));
    key.refuses(&room, &add, PIN, (1, "took no finger"));
    assert_eq!(plugged.sensor().cancelled, 2, "a key that is never content is not asked for ever");

    plugged.sensor().forgets = true;
    key.refuses(&room, &add, PIN, (1, "took no finger"));
    plugged.sensor().forgets = false;

    plugged.sensor().capacity = 0;
    key.refuses(&room, &add, PIN, (1, "no room for another finger"));
    plugged.sensor().capacity = 5;

    // A name is refused before anybody types a PIN or touches anything.
    let long = ["bio", "add", "--name", "the thumb of my right hand"];
    key.refuses(&room, &long, "", (1, "20 bytes"));
    assert!(plugged.names(&room).is_empty());
}

#[test]
fn a_key_without_a_sensor_or_a_pin_says_what_to_do() {
    let room = Room::new();
    let bare = Plugged::with(SensorKey::new());
    bare.key.refuses(&room, &["bio", "add"], "", (1, "key pin set"));
    bare.key.prints(&room, &["pin", "set"], PIN);
    bare.key.refuses(&room, &["bio", "list"], "9999\n", (5, "7 more times"));
    bare.key.prints(&room, &["bio", "add"], PIN);

    let own = Key::new(&room);
    for args in [&["bio", "info"][..], &["bio", "list"], &["bio", "add"]] {
        own.refuses(&room, args, PIN, (1, "no fingerprint sensor"));
    }
}

#[test]
fn a_key_of_the_draft_learns_a_finger_too() {
    let room = Room::new();
    let mut sensor = SensorKey::new();
    sensor.key.set_pin(PIN.trim());
    (sensor.is_preview, sensor.max_name_bytes) = (true, None);
    let plugged = Plugged::with(sensor);
    plugged.key.prints(&room, &["bio", "add", "--name", "thumb"], PIN);
    assert_eq!(plugged.names(&room), ["thumb"]);
    let options = &plugged.key.json(&room, &["info"], "")["options"];
    assert_eq!(options["userVerificationMgmtPreview"], true);
    plugged.key.prints(&room, &["--yes", "bio", "delete", "thumb"], PIN);
    assert!(plugged.names(&room).is_empty());
}
