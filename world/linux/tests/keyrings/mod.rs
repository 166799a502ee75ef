// SPDX-License-Identifier: MIT OR Apache-2.0
//! A real gnome-keyring at a bus of a test's own, with a home of its own, that a test ends, locks and starts again.
#![allow(dead_code, reason = "every test file uses a part of the keyring")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::{Connection, OwnedObjectPath};

use super::bus::{Bus, connect, started};

const SERVICE: &str = "org.freedesktop.secrets";
const OBJECT: &str = "/org/freedesktop/secrets";
const SERVES: &str = "org.freedesktop.Secret.Service";
/// The bus itself.
const BUS: &str = "org.freedesktop.DBus";

/// A bus that starts nobody by itself, so that a keyring that is dead stays dead.
const WITHOUT_SERVICES: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Whether the keyring is open when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// As after signing in with a password.
    Open,
    /// As after signing in by a finger.
    Locked,
}

/// A bus and a keyring, both of which end with the test.
pub(crate) struct Ring {
    home: tempfile::TempDir,
    _bus: Bus,
    keyring: Option<Child>,
    /// Where the bus is.
    pub(crate) address: String,
}

impl Ring {
    /// Starts both; where either is not installed the test is left out, which is said past libtest, that shows
    /// nothing of a test that passes. `cargo xtask test` installs both and insists on them.
    pub(crate) fn start() -> Option<Self> {
        let mut ring = Self::without_keyring()?;
        ring.begin(Start::Open).then_some(ring)
    }

    /// Starts the bus alone.
    pub(crate) fn without_keyring() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        for name in ["home", "run"] {
            fs::create_dir(home.path().join(name)).unwrap();
            fs::set_permissions(home.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        let config = home.path().join("bus.conf");
        fs::write(&config, WITHOUT_SERVICES).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.args(["--nofork", "--nopidfile", "--print-address=1"]);
        command.arg("--config-file").arg(config);
        let bus = Bus::by(command)?;
        let address = bus.address.clone();
        Some(Self { home, _bus: bus, keyring: None, address })
    }

    /// Starts the keyring; tells whether it is installed.
    pub(crate) fn begin(&mut self, start: Start) -> bool {
        self.end();
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped());
        command.args((start == Start::Open).then_some("--unlock"));
        command.env("HOME", self.home.path().join("home"));
        command.env("XDG_RUNTIME_DIR", self.home.path().join("run"));
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "GNOME_KEYRING_CONTROL", "DISPLAY"] {
            command.env_remove(name);
        }
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let Some(mut keyring) = started(&mut command, "gnome-keyring") else { return false };
        // The end of what it reads ends the password.
        keyring.stdin.take().unwrap().write_all(b"signed in").unwrap();
        self.keyring = Some(keyring);
        self.wait_for_service();
        true
    }

    /// Kills the keyring.
    pub(crate) fn end(&mut self) {
        if let Some(mut keyring) = self.keyring.take() {
            let _ = keyring.kill();
            let _ = keyring.wait();
        }
    }

    /// Locks what is open.
    pub(crate) fn lock(&self) {
        let place = OwnedObjectPath::try_from(format!("{OBJECT}/collection/login")).unwrap();
        self.call(SERVICE, OBJECT, (SERVES, "Lock"), &vec![place]);
    }

    /// Whether a text lies somewhere in what the keyring keeps on the disk.
    pub(crate) fn has_on_disk(&self, text: &str) -> bool {
        let has = |path: &Path| {
            let kept = fs::read(path).unwrap();
            kept.windows(text.len()).any(|window| window == text.as_bytes())
        };
        let folder = self.home.path().join("home/.local/share/keyrings");
        fs::read_dir(folder).unwrap().any(|entry| has(&entry.unwrap().path()))
    }

    fn wait_for_service(&self) {
        let begun = Instant::now();
        let is_there = || {
            let body = SERVICE;
            let reply = self.call(BUS, "/org/freedesktop/DBus", (BUS, "NameHasOwner"), &body);
            reply.body().deserialize::<bool>().unwrap()
        };
        while !is_there() {
            assert!(begun.elapsed() < Duration::from_secs(20), "the keyring does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn call<B: zbus::export::serde::Serialize + zbus::DynamicType>(
        &self,
        service: &str,
        path: &str,
        (interface, verb): (&str, &str),
        body: &B,
    ) -> zbus::Message {
        zbus::block_on(async {
            let caller = self.connection().await;
            caller.call_method(Some(service), path, Some(interface), verb, body).await.unwrap()
        })
    }

    async fn connection(&self) -> Connection {
        connect(&self.address).await
    }

    /// Takes the keyring's name and answers nothing, as a service that hangs; it does so while this is kept.
    pub(crate) fn hang(&self) -> Connection {
        zbus::block_on(async {
            let silent = self.connection().await;
            silent.request_name(SERVICE).await.unwrap();
            silent
        })
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.end();
    }
}
