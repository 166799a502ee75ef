// SPDX-License-Identifier: MIT OR Apache-2.0
//! Our key over the test transport, in a home of its own: its process, its plug and its button.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libwebauthn::management::AuthenticatorReset as _;
use libwebauthn::transport::ChannelSettings;
use libwebauthn::transport::hid::channel::HidChannel;
use libwebauthn::transport::hid::{HidDevice, virtual_device};

use crate::PATIENCE;
use crate::pipe::Pipe;

const PASSPHRASE: &str = "a passphrase of this test\n";

/// A key that is plugged in, with its button held down.
pub(crate) struct Key {
    home: tempfile::TempDir,
    program: Box<Path>,
    process: Option<Child>,
    udp: u16,
    control: u16,
}

impl Key {
    /// Makes a vault and plugs the key in that lives in it.
    pub(crate) fn start(program: &Path) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let run = home.path().join("run");
        fs::create_dir(&run).expect("a folder");
        fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).expect("a folder of ours");
        let loopback = (Ipv4Addr::LOCALHOST, 0);
        let udp = UdpSocket::bind(loopback).and_then(|it| it.local_addr()).expect("a port").port();
        let control =
            TcpListener::bind(loopback).and_then(|it| it.local_addr()).expect("a port").port();
        let mut key = Self { home, program: program.into(), process: None, udp, control };
        key.succeed(&["--passphrase-stdin", "init"]);
        key.succeed(&["--passphrase-stdin", "unlock", "--idle", "600"]);
        let (udp, control) = (udp.to_string(), control.to_string());
        let mut command = key.command(&["key", "run", "--udp", &udp, "--control", &control]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        key.process = Some(command.spawn().expect("the key"));
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, key.control)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the key does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        key.turn("touch/on");
        key
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&*self.program);
        command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8");
        command.env("HOME", self.home.path()).env("XDG_RUNTIME_DIR", self.home.path().join("run"));
        command
    }

    fn succeed(&self, arguments: &[&str]) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(PASSPHRASE.as_bytes()).expect("it listens");
        drop(input);
        assert!(child.wait().expect("it ends").success(), "{arguments:?}");
    }

    /// Turns its plug or its button, as `control.rs` of the program names them.
    fn turn(&self, what: &str) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.control)).expect("controls");
        write!(stream, "GET /usb1/{what} HTTP/1.1\r\n\r\n").expect("the controls listen");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the controls answer");
    }

    /// Pulls it out and puts it in again.
    pub(crate) fn replug(&self) {
        self.turn("power/off");
        self.turn("power/on");
    }

    /// Resets it, which is allowed right behind plugging in.
    pub(crate) async fn renew(&self) {
        self.replug();
        let device = self.device();
        let mut channel = open(&device).await;
        channel.reset(PATIENCE).await.expect("a key that was just plugged in can be reset");
    }

    /// The key as libwebauthn finds it.
    pub(crate) fn device(&self) -> HidDevice {
        virtual_device(Pipe::to(self.udp))
    }

    /// The key as it would be found if it knew U2F only.
    pub(crate) fn device_of_u2f(&self) -> HidDevice {
        virtual_device(Pipe::to(self.udp).hiding_ctap2())
    }
}

/// Opens a device.
pub(crate) async fn open(device: &HidDevice) -> HidChannel<'_> {
    HidChannel::new(device, ChannelSettings::default()).await.expect("a channel")
}

impl Drop for Key {
    fn drop(&mut self) {
        let end = |pid: String| Command::new("kill").args(["-TERM", &pid]).status();
        let status = self.command(&["status", "--json"]).output();
        if let Some(process) = &mut self.process {
            let _ = end(process.id().to_string());
            let _ = process.wait();
        }
        let status = status.ok().and_then(|it| serde_json::from_slice(&it.stdout).ok());
        let pid = status.and_then(|it: serde_json::Value| it["agent_pid"].as_u64());
        if let Some(pid) = pid {
            let _ = end(pid.to_string());
        }
    }
}
