// SPDX-License-Identifier: MIT OR Apache-2.0
//! What people read when a key takes no PIN now, takes none ever again, or is kept busy by another program: what
//! it is, and what to do, in either language.

use std::net::{Ipv4Addr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kagifuda_ctap::hid::{
    Capabilities, Channel, Client, Command as Frame, Device, DeviceVersion, MAX_MESSAGE_BYTES,
};
use kagifuda_ctap::message::Command;

use super::{Key, Room, bench, exit, stderr};

const PIN: &str = "2468\n";
const WRONG: &str = "9999\n";
const LIST: &[&str] = &["passkeys", "list"];

/// Refused with this code, and told so in English and in Japanese.
#[track_caller]
fn refuses(key: &Key, room: &Room, (args, input): (&[&str], &str), code: i32, says: [&str; 2]) {
    for (lang, says) in ["en", "ja"].into_iter().zip(says) {
        let output = key.run(room, &[&["--lang", lang], args].concat(), input);
        // Lines are broken anywhere in Japanese, and between words in English.
        let said = stderr(&output);
        let words: Vec<&str> = said.split_whitespace().collect();
        let said = words.join(if lang == "en" { " " } else { "" });
        assert_eq!(exit(&output), code, "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
    }
}

/// A key with a PIN, and the PIN typed wrong so often.
fn mistyped(room: &Room, key: &Key, count: u32) {
    for _ in 0..count {
        let output = key.run(room, LIST, WRONG);
        assert_ne!(exit(&output), 0);
    }
}

#[test]
fn a_pin_mistyped_three_times_in_a_row_waits_for_the_key_to_be_plugged_in_anew() {
    let room = Room::new();
    let key = Key::new(&room);
    key.prints(&room, &["pin", "set"], PIN);
    mistyped(&room, &key, 3);
    let says = ["Pull the key out, plug it in again", "鍵を抜き、差し直して"];
    for order in [(LIST, PIN), (&["pin", "change"][..], "2468\n1357\n")] {
        refuses(&key, &room, order, 6, says);
    }
    let told = key.json(&room, &["info"], "");
    assert_eq!(told["pin"]["tries_left"], 5, "{told}");
    assert!(key.prints(&room, &["info"], "").contains("plug the key in anew"));
    key.replug();
    assert!(key.prints(&room, &["info"], "").contains("5 tries left"));
    key.prints(&room, LIST, PIN);
}

#[test]
fn a_pin_mistyped_eight_times_is_blocked_for_good_and_only_a_reset_helps() {
    let room = Room::new();
    let key = Key::new(&room);
    key.prints(&room, &["pin", "set"], PIN);
    for wrong in 1..=8 {
        mistyped(&room, &key, 1);
        if wrong % 3 == 0 {
            key.replug();
        }
    }
    let says = ["blocked for good. Only “kagifuda key reset”", "完全に使えなくなりました"];
    for _ in 0..2 {
        for order in [(LIST, PIN), (&["pin", "change"][..], "2468\n1357\n")] {
            refuses(&key, &room, order, 6, says);
        }
        let hint = ["it removes every passkey on it", "すべてのパスキーが消えます"];
        refuses(&key, &room, (LIST, PIN), 6, hint);
        let page = key.prints(&room, &["info"], "");
        assert!(page.contains("blocked for good; only a reset helps"), "{page}");
        // Not even plugging it in anew.
        key.replug();
    }
    key.prints(&room, &["--yes", "reset"], "");
    key.prints(&room, &["pin", "set"], PIN);
    key.prints(&room, LIST, PIN);
}

/// A key that another program keeps at work, at the end of the test transport; it answers as the engine's bench
/// does once that is over.
struct Busy {
    key: Key,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Busy {
    /// One that is at work for so long after it was spoken to.
    fn plugged(work: Duration) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        let udp = socket.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = Some(std::thread::spawn(move || serve(&socket, work, &over)));
        Self { key: Key { process: None, udp, control: 0 }, is_over, thread }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

fn serve(socket: &UdpSocket, work: Duration, over: &AtomicBool) {
    let mut device = Box::new(Device::<MAX_MESSAGE_BYTES>::new(
        DeviceVersion { major: 0, minor: 1, build: 0 },
        Capabilities::CTAP2,
        Channel(0x0100),
    ));
    let begun = Instant::now();
    // The other program's request: what the key is.
    let mut other = Box::new(Client::<MAX_MESSAGE_BYTES>::new());
    device.receive(&other.greet([1; 8], begun.elapsed()), begun.elapsed());
    let greeting = device.next_packet(begun.elapsed()).unwrap();
    other.receive(&greeting, begun.elapsed()).unwrap();
    let get_info = [Command::GetInfo as u8];
    for packet in other.send(Frame::Cbor, &get_info, begun.elapsed()).unwrap() {
        device.receive(&packet, begun.elapsed());
    }
    let mut bench = bench::Key::new();
    let (mut peer, mut until) = (None, None);
    while !over.load(Ordering::Relaxed) {
        let mut packet = [0; 64];
        if let Ok((64, from)) = socket.recv_from(&mut packet) {
            until.get_or_insert(Instant::now() + work);
            peer = Some(from);
            device.receive(&packet, begun.elapsed());
        }
        if until.is_some_and(|until| Instant::now() >= until)
            && let Some(job) = device.job()
        {
            let reply = bench.send(job.request);
            device.reply_with(&[&[reply.status as u8][..], &reply.body].concat());
        }
        while let (Some(packet), Some(peer)) = (device.next_packet(begun.elapsed()), peer) {
            socket.send_to(&packet, peer).unwrap();
        }
    }
}

#[test]
fn a_key_that_another_program_keeps_busy_is_asked_again_for_a_moment_and_then_told() {
    let room = Room::new();
    let begun = Instant::now();
    let says = ["Another program is talking to the key.", "ほかのプログラムが鍵を使っています。"];
    for says in [says, ["such as a sign-in in the browser", "ブラウザーでのサインイン"]]
    {
        let busy = Busy::plugged(Duration::from_secs(600));
        refuses(&busy.key, &room, (&["info"], ""), 1, says);
    }
    assert!(begun.elapsed() >= Duration::from_secs(12), "given up at once, four times");
    // Whoever is done within a moment costs nobody anything.
    let busy = Busy::plugged(Duration::from_secs(1));
    let begun = Instant::now();
    assert_eq!(busy.key.json(&room, &["info"], "")["options"]["rk"], true);
    assert!(begun.elapsed() >= Duration::from_secs(1), "it was not busy");
}
