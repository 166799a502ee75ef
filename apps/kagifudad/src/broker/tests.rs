// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole broker between the client of `kagifuda-linux` and a stand-in for the kernel.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use kagifuda_linux::LinuxError;
use kagifuda_linux::hid_report::Report;
use kagifuda_linux::hidraw::Roots;
use kagifuda_linux::uhid::broker::{BrokerLink, BrokerTrouble, is_there};
use kagifuda_linux::uhid::wire::Request;
use kagifuda_linux::uhid::{HidEvent, KeyName};
use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketType, recv, send, socket_with,
    socketpair,
};

use super::*;

const SEQPACKET: SocketType = SocketType::SEQPACKET;

/// The stand-in: each device it made, as the kernel's end of a socket.
#[derive(Clone)]
struct Kernel {
    roots: Roots,
    devices: Arc<Mutex<Vec<OwnedFd>>>,
    trouble: Option<DeviceTrouble>,
}

impl Door for Kernel {
    fn plug(&self, identity: &Identity) -> Result<UhidDevice, DeviceTrouble> {
        if let Some(trouble) = self.trouble {
            return Err(trouble);
        }
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (ours, kernel) = socketpair(AddressFamily::UNIX, SEQPACKET, flags, None).unwrap();
        let device = UhidDevice::over(ours, identity)?;
        assert!(hear(&kernel).starts_with(&11_u32.to_ne_bytes()));
        let class = self.roots.sysfs.join("class/hidraw/hidraw7");
        fs::create_dir_all(class.join("device")).unwrap();
        let uevent = format!("HID_NAME={}\nHID_UNIQ={}\n", identity.name(), identity.serial());
        fs::write(class.join("device/uevent"), uevent).unwrap();
        fs::write(class.join("dev"), "1:3\n").unwrap();
        self.devices.lock().unwrap().push(kernel);
        Ok(device)
    }
}

/// One message, waited for.
fn hear(fd: &OwnedFd) -> Vec<u8> {
    let timeout = Timespec { tv_sec: 10, tv_nsec: 0 };
    poll(&mut [PollFd::new(fd, PollFlags::IN)], Some(&timeout)).unwrap();
    let mut buffer = [0; 5000];
    let (length, _) = recv(fd, &mut buffer, RecvFlags::DONTWAIT).unwrap();
    buffer[..length].to_vec()
}

/// The kernel's word that a program wrote this report to the key.
fn output(report: &Report) -> Vec<u8> {
    [&6_u32.to_ne_bytes()[..], &[0], report].concat()
}

struct House {
    room: tempfile::TempDir,
    kernel: Kernel,
    notices: Arc<Mutex<Vec<Notice>>>,
    stop: Arc<AtomicBool>,
    serving: Option<JoinHandle<()>>,
}

impl House {
    fn new(limits: Limits, trouble: Option<DeviceTrouble>) -> Self {
        let room = tempfile::tempdir().unwrap();
        let roots = Roots { sysfs: room.path().join("sys"), dev: room.path().join("dev") };
        fs::create_dir_all(&roots.dev).unwrap();
        let devices = Arc::default();
        let kernel = Kernel { roots: roots.clone(), devices, trouble };
        let listener = socket_with(AddressFamily::UNIX, SEQPACKET, SocketFlags::NONBLOCK, None);
        let listener = listener.unwrap();
        let path = room.path().join("key.sock");
        rustix::net::bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        rustix::net::listen(&listener, 64).unwrap();
        let giver = NodeGiver { roots, udev: room.path().join("udev") };
        let defs = room.path().join("login.defs");
        fs::write(&defs, format!("UID_MIN {}", me())).unwrap();
        let accounts = Accounts { login_defs: defs, subuid: room.path().join("subuid") };
        let broker = Broker::new(vec![listener], kernel.clone(), giver, accounts);
        let mut broker = broker.with_limits(limits);
        let (stop, notices) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (stopped, noted) = (Arc::clone(&stop), Arc::clone(&notices));
        let serving = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let mut note = |notice| noted.lock().unwrap().push(notice);
                broker.turn(Duration::from_millis(10), &mut note).unwrap();
            }
        });
        Self { room, kernel, notices, stop, serving: Some(serving) }
    }

    fn socket(&self) -> std::path::PathBuf {
        self.room.path().join("key.sock")
    }

    fn plug(&self) -> Result<BrokerLink, BrokerTrouble> {
        BrokerLink::plug(&self.socket(), &KeyName::with_label("key"))
    }

    /// The kernel's end of the latest key.
    fn device(&self) -> OwnedFd {
        self.kernel.devices.lock().unwrap().pop().unwrap()
    }

    /// Makes the device file; tells whether this process may.
    fn make_node(&self) -> bool {
        let node = self.node();
        let mode = Mode::from_raw_mode(0o666);
        mknodat(CWD, &node, FileType::CharacterDevice, mode, makedev(1, 3)).is_ok()
    }

    fn node(&self) -> std::path::PathBuf {
        self.kernel.roots.dev.join("hidraw7")
    }

    /// Waits until the log holds this.
    fn await_notice(&self, expected: Notice) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.notices.lock().unwrap().contains(&expected) {
            assert!(Instant::now() < deadline, "{expected:?}: {:?}", self.notices.lock().unwrap());
            std::thread::yield_now();
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.serving.take().unwrap().join().unwrap();
    }
}

fn me() -> u32 {
    rustix::process::getuid().as_raw()
}

fn raw(path: &Path) -> OwnedFd {
    let socket = socket_with(AddressFamily::UNIX, SEQPACKET, SocketFlags::CLOEXEC, None).unwrap();
    rustix::net::connect(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    socket
}

fn event_of(link: &BrokerLink) -> HidEvent {
    let timeout = Timespec { tv_sec: 10, tv_nsec: 0 };
    poll(&mut [PollFd::new(link, PollFlags::IN)], Some(&timeout)).unwrap();
    link.receive().unwrap().unwrap()
}

#[test]
fn reports_pass_both_ways_and_the_key_goes_with_its_connection() {
    let house = House::new(Limits::default(), None);
    assert_eq!(is_there(&house.socket()), Ok(()));
    let link = house.plug().unwrap();
    let device = house.device();
    house.await_notice(Notice::Plugged { uid: me() });
    send(&device, &2_u32.to_ne_bytes(), SendFlags::empty()).unwrap();
    assert_eq!(event_of(&link), HidEvent::Started);
    send(&device, &output(&[0x5A; 64]), SendFlags::empty()).unwrap();
    assert_eq!(event_of(&link), HidEvent::Report([0x5A; 64]));
    link.send(&[0xA5; 64]).unwrap().unwrap();
    let input = hear(&device);
    assert_eq!(input[..4], 12_u32.to_ne_bytes());
    assert_eq!(input[6..], [0xA5; 64]);
    drop(link);
    assert_eq!(hear(&device), 1_u32.to_ne_bytes(), "pulled out");
    house.await_notice(Notice::Pulled { uid: me() });
}

#[test]
fn the_device_file_is_given_away_when_udev_has_finished_with_it() {
    let house = House::new(Limits::default(), None);
    fs::create_dir_all(house.room.path().join("udev/data")).unwrap();
    fs::write(house.room.path().join("udev/control"), "").unwrap();
    let link = house.plug().unwrap();
    if !house.make_node() {
        // Past the test's capture: what was not tried must not look tried.
        let said = "NOT TRIED, this process may make no device files: when a key's file is given\n";
        return std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(link.receive(), Ok(None));
    assert_eq!(fs::metadata(house.node()).unwrap().mode() & 0o777, 0o666 & !umask());
    fs::write(house.room.path().join("udev/data/c1:3"), "").unwrap();
    assert_eq!(event_of(&link), HidEvent::Node(7));
    let metadata = fs::metadata(house.node()).unwrap();
    assert_eq!((metadata.mode() & 0o777, metadata.uid()), (0o600, me()));
}

fn umask() -> u32 {
    let mask = rustix::process::umask(Mode::empty());
    rustix::process::umask(mask);
    mask.as_raw_mode()
}

#[test]
fn a_user_has_a_few_keys_and_no_more() {
    let limits = Limits { keys_per_user_count: 2, ..Limits::default() };
    let house = House::new(limits, None);
    let first = house.plug().unwrap();
    let _second = house.plug().unwrap();
    let why = Refusal::TooManyOfYours;
    assert_eq!(house.plug().unwrap_err(), BrokerTrouble::Refused { why });
    drop(first);
    house.await_notice(Notice::Pulled { uid: me() });
    assert!(house.plug().is_ok());
}

#[test]
fn a_user_who_plugs_in_without_end_waits() {
    let plugs_per_user = Pace { at_once_count: 2, one_more_after: Duration::from_secs(1) };
    let house = House::new(Limits { plugs_per_user, ..Limits::default() }, None);
    let plug = || house.plug().map(drop);
    assert_eq!((plug(), plug()), (Ok(()), Ok(())));
    assert_eq!(plug(), Err(BrokerTrouble::Refused { why: Refusal::TooOften }));
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(plug(), Ok(()));
}

#[test]
fn the_numbers_that_somebody_has_besides_their_own_get_nothing() {
    let room = tempfile::tempdir().unwrap();
    let subuid = room.path().join("subuid");
    fs::write(&subuid, "somebody:100000:65536\n").unwrap();
    let accounts = Accounts { login_defs: room.path().join("login.defs"), subuid };
    let giver = NodeGiver::default();
    let broker = Broker::new(vec![], room.path().join("uhid"), giver, accounts);
    assert_eq!(broker.may_come(Uid::from_raw(100_000)), Err(Refusal::NoPerson));
    assert_eq!(broker.may_come(Uid::from_raw(1000)), Ok(()));
}

#[test]
fn all_users_together_have_a_bound_too() {
    let house = House::new(Limits { keys_count: 1, ..Limits::default() }, None);
    let _first = house.plug().unwrap();
    let why = Refusal::TooMany;
    assert_eq!(house.plug().unwrap_err(), BrokerTrouble::Refused { why });
}

#[test]
fn connections_that_say_nothing_keep_nobody_else_out() {
    let limits =
        Limits { connections_per_user_count: 2, connections_count: 3, ..Limits::default() };
    let house = House::new(limits, None);
    let silent = [raw(&house.socket()), raw(&house.socket())];
    let why = Refusal::TooManyOfYours;
    assert_eq!(is_there(&house.socket()), Err(BrokerTrouble::Refused { why }));
    drop(silent);
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_there(&house.socket()).is_err() {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn what_is_no_message_ends_the_connection_with_a_reason() {
    let house = House::new(Limits::default(), None);
    let refused = |packets: &[&[u8]]| {
        let socket = raw(&house.socket());
        for packet in packets {
            // The broker may have hung up already.
            let _ = send(&socket, packet, SendFlags::NOSIGNAL);
        }
        loop {
            let answer = hear(&socket);
            if answer[0] == 0x8F {
                return answer[1];
            }
        }
    };
    let plug = Request::Plug { label: "key".to_owned() }.write();
    let report = Request::Report([0; 64]).write();
    let long = [&report[..], &[0; 300]].concat();
    assert_eq!(refused(&[b"hello"]), 2);
    assert_eq!(refused(&[&report]), 2, "a report before there is a key");
    assert_eq!(refused(&[&plug, &plug]), 2, "two keys in one connection");
    assert_eq!(refused(&[&plug, &report[..64]]), 2, "a short report");
    assert_eq!(refused(&[&plug, &long]), 2, "a long report");
    assert_eq!(refused(&[b"\x02KFD\x09"]), 1, "another version");
    assert_eq!(refused(&[b"hello", &report, &report, &report]), 2, "with more behind it");
}

#[test]
fn what_stands_against_a_device_is_told() {
    let cases = [
        (DeviceTrouble::NoModule, Refusal::NoModule),
        (DeviceTrouble::Forbidden, Refusal::Kernel { errno: 13 }),
        (DeviceTrouble::Refused { errno: 12 }, Refusal::Kernel { errno: 12 }),
    ];
    for (trouble, why) in cases {
        let house = House::new(Limits::default(), Some(trouble));
        assert_eq!(house.plug().unwrap_err(), BrokerTrouble::Refused { why });
        house.await_notice(Notice::Refused { uid: me(), why });
    }
}

#[test]
fn a_key_whose_process_does_not_read_costs_the_broker_a_bounded_amount() {
    let house = House::new(Limits::default(), None);
    let slow = house.plug().unwrap();
    let device = house.device();
    // More than the socket and the waiting room hold: in the end the kernel's own queue is full.
    let event = output(&[1; 64]);
    let mut sent = 0;
    let mut refused = 0;
    while refused < 200 {
        match send(&device, &event, SendFlags::DONTWAIT) {
            Ok(_) => (sent, refused) = (sent + 1, 0),
            Err(_) => {
                refused += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        assert!(sent < 100_000, "the broker takes without end");
    }
    let other = house.plug().unwrap();
    other.send(&[2; 64]).unwrap().unwrap();
    assert_eq!(hear(&house.device())[6..], [2; 64], "others are served all the same");
    for _ in 0..sent {
        assert_eq!(event_of(&slow), HidEvent::Report([1; 64]), "and nothing is lost");
    }
}

#[test]
fn a_flood_is_passed_on_no_faster_than_a_key_of_metal_takes_it() {
    let house = House::new(Limits::default(), None);
    let link = house.plug().unwrap();
    let device = house.device();
    let begun = Instant::now();
    let (mut sent, mut passed_on) = (0, 0);
    while passed_on < 2032 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{passed_on} of {sent}");
        while sent < 2032 && send(&device, &output(&[1; 64]), SendFlags::DONTWAIT).is_ok() {
            sent += 1;
        }
        while link.receive().unwrap().is_some() {
            passed_on += 1;
        }
        std::thread::yield_now();
    }
    assert!(begun.elapsed() >= Duration::from_millis(450), "1032 at once, then two a millisecond");
}

#[test]
fn a_key_that_the_kernel_takes_away_ends_with_a_reason() {
    let house = House::new(Limits::default(), None);
    let link = house.plug().unwrap();
    drop(house.device());
    let deadline = Instant::now() + Duration::from_secs(10);
    let error = loop {
        assert!(Instant::now() < deadline);
        if let Err(error) = link.receive() {
            break error;
        }
    };
    assert_eq!(error, LinuxError::BrokerRefused { why: Refusal::NoModule });
}

#[test]
fn with_nothing_to_do_it_ends_by_itself() {
    let room = tempfile::tempdir().unwrap();
    let giver = NodeGiver { udev: room.path().into(), ..NodeGiver::default() };
    let mut broker = Broker::new(vec![], room.path().join("uhid"), giver, Accounts::default());
    assert_eq!(broker.serve(Some(Duration::from_millis(5)), |_| {}), Ok(()));
}
