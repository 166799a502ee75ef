// SPDX-License-Identifier: MIT OR Apache-2.0
//! What stands around the programs of a PC: containers, browsers that were packed with walls around them,
//! and whether there is Bluetooth. All of it is read off the file system.

use std::fs;
use std::path::{Path, PathBuf};

/// How a browser was packed; such packages have to be opened for devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packaging {
    /// A snap, which needs the interface `u2f-devices`.
    Snap,
    /// A Flatpak, which needs the permission for devices.
    Flatpak,
}

/// Whether there is Bluetooth, over which a phone shows that it is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bluetooth {
    /// A controller is there and not switched off.
    On,
    /// Every controller is switched off, by a program or by a switch of the PC.
    Off,
    /// There is no controller.
    None,
}

impl Bluetooth {
    /// Looks at the controllers and the switches below them (`Documentation/driver-api/rfkill.rst`).
    fn look(class: &Path) -> Self {
        let controllers: Vec<_> = entries(class)
            // Connections stand beside them, as `hci0:1`.
            .filter(|path| {
                path.file_name().is_some_and(|name| !name.to_string_lossy().contains(':'))
            })
            .collect();
        if controllers.is_empty() {
            return Self::None;
        }
        let is_off = |controller: &PathBuf| {
            entries(controller)
                .filter(|path| {
                    path.file_name()
                        .is_some_and(|name| name.to_string_lossy().starts_with("rfkill"))
                })
                .any(|switch| ["soft", "hard"].iter().any(|kind| is_set(&switch.join(kind))))
        };
        if controllers.iter().all(is_off) { Self::Off } else { Self::On }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn is_set(switch: &Path) -> bool {
    fs::read_to_string(switch).is_ok_and(|text| text.trim() == "1")
}

/// The names of browsers among snaps.
const SNAPS: [&str; 5] = ["firefox", "chromium", "brave", "opera", "vivaldi"];
/// The names of browsers among Flatpaks.
const FLATPAKS: [&str; 9] = [
    "org.mozilla.firefox",
    "org.chromium.Chromium",
    "com.google.Chrome",
    "com.brave.Browser",
    "com.microsoft.Edge",
    "com.opera.Opera",
    "com.vivaldi.Vivaldi",
    "io.gitlab.librewolf-community",
    "app.zen_browser.zen",
];
/// What the makers of containers leave at the root.
const CONTAINER_SIGNS: [&str; 3] =
    ["run/.containerenv", ".dockerenv", "run/host/container-manager"];

/// What was seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// Whether this is a container, where devices have to be let in.
    pub(super) is_container: bool,
    /// Browsers in such packages.
    pub(super) browsers: Vec<(Packaging, String)>,
    /// Whether a phone can show that it is near.
    pub(super) bluetooth: Bluetooth,
}

impl Surroundings {
    /// Looks around below a root.
    pub(super) fn look(root: &Path, home: Option<&Path>) -> Self {
        let snaps = SNAPS
            .iter()
            .filter(|name| root.join("snap").join(name).is_dir())
            .map(|name| (Packaging::Snap, (*name).to_owned()));
        let everybodys = root.join("var/lib/flatpak/app");
        let own = home.map(|home| home.join(".local/share/flatpak/app"));
        let flatpaks = FLATPAKS
            .iter()
            .filter(|name| {
                everybodys.join(name).is_dir()
                    || own.as_ref().is_some_and(|own| own.join(name).is_dir())
            })
            .map(|name| (Packaging::Flatpak, (*name).to_owned()));
        Self {
            is_container: CONTAINER_SIGNS.iter().any(|sign| root.join(sign).exists()),
            browsers: snaps.chain(flatpaks).collect(),
            bluetooth: Bluetooth::look(&root.join("sys/class/bluetooth")),
        }
    }
}
