// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a disk may hold after the power went, given everything it was told before.
//!
//! The model promises what file systems promise and no more. Content is safe once its file is
//! synced, a name once its directory is. Everything else may be there, may be missing, in any
//! combination; a write may be there in part, by sectors, broken off inside one, or with rubbish in
//! it. Only a rename is all or nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::recorder::Op;

const SECTOR_BYTES: usize = 512;

/// The files of a directory, by their name in it.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What of the unsynced a power cut leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// All of it: only the process died.
    KeepsAll,
    /// None of it.
    KeepsNothing,
    /// Every byte, no name.
    KeepsContent,
    /// Every name, no byte.
    KeepsNames,
    /// All, but of the newest write only the first bytes, this many 256ths of it.
    TearsLast(u16),
    /// All, but of the newest write only the first bytes, as above, and rubbish for the others.
    SpoilsLast(u16),
    /// Whatever this seed says, for each write, sector and name.
    Sampled(u64),
}

/// A directory on a disk with a volatile cache.
#[derive(Clone, Default)]
pub(super) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    unsynced_names: Vec<NameChange>,
    last_written: Option<usize>,
}

#[derive(Clone, Default)]
struct File {
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Clone)]
enum NameChange {
    Make(PathBuf, usize),
    Rename { from: PathBuf, to: PathBuf, file: usize },
    Remove(PathBuf),
}

impl Disk {
    /// A disk that durably holds what is in `root` now.
    pub(super) fn of(root: &Path) -> Self {
        let mut disk = Self { root: root.to_owned(), ..Self::default() };
        for (name, durable) in read(root) {
            disk.names.insert(name, disk.files.len());
            disk.files.push(File { durable, unsynced: Vec::new() });
        }
        disk.durable_names = disk.names.clone();
        disk
    }

    /// Tells the disk one more thing; what lies outside of its root is not its business.
    pub(super) fn apply(&mut self, op: &Op) {
        match op {
            Op::Create(path) => {
                let Some(name) = self.name(path) else { return };
                if !self.names.contains_key(&name) {
                    self.names.insert(name.clone(), self.files.len());
                    self.unsynced_names.push(NameChange::Make(name, self.files.len()));
                    self.files.push(File::default());
                }
            }
            Op::Write { path, at, bytes } => {
                let change = Change::Write { at: *at as usize, bytes: bytes.clone() };
                self.last_written = self.change(path, change);
            }
            Op::Truncate { path, len } => {
                self.change(path, Change::Length(*len as usize));
            }
            Op::Sync(path) => {
                if let Some(file) = self.file(path) {
                    let file = &mut self.files[file];
                    for change in file.unsynced.drain(..) {
                        put(&mut file.durable, &change);
                    }
                }
            }
            Op::SyncDirectory(path) if *path == self.root => {
                self.durable_names = self.names.clone();
                self.unsynced_names.clear();
            }
            Op::Rename { from, to } => {
                let (Some(from), Some(to)) = (self.name(from), self.name(to)) else {
                    return;
                };
                let file = self.names.remove(&from).expect("only what is there is renamed");
                self.names.insert(to.clone(), file);
                self.unsynced_names.push(NameChange::Rename { from, to, file });
            }
            Op::Remove(path) => {
                let Some(name) = self.name(path) else { return };
                self.names.remove(&name);
                self.unsynced_names.push(NameChange::Remove(name));
            }
            Op::SyncDirectory(_) | Op::Begin(_) | Op::Acknowledged(_) => {}
        }
    }

    /// Cuts the power and returns what is there afterwards.
    pub(super) fn cut(&self, cut: Cut) -> Files {
        let mut dice = Dice(match cut {
            Cut::Sampled(seed) => seed,
            _ => 0,
        });
        let names = self.names_after(cut, &mut dice);
        names
            .into_iter()
            .map(|(name, file)| (name, self.content_after(file, cut, &mut dice)))
            .collect()
    }

    fn names_after(&self, cut: Cut, dice: &mut Dice) -> BTreeMap<PathBuf, usize> {
        let changes = &self.unsynced_names;
        match cut {
            Cut::KeepsAll | Cut::KeepsNames | Cut::TearsLast(_) | Cut::SpoilsLast(_) => {
                self.names.clone()
            }
            Cut::KeepsNothing | Cut::KeepsContent => self.durable_names.clone(),
            Cut::Sampled(_) => {
                let mut names = self.durable_names.clone();
                // Journalling file systems keep a beginning; others whatever they like.
                let in_order = dice.one_in(2);
                let kept = dice.below(changes.len() + 1);
                for (count, change) in changes.iter().enumerate() {
                    let keeps = if in_order { count < kept } else { dice.one_in(2) };
                    if keeps {
                        rename(&mut names, change);
                    }
                }
                names
            }
        }
    }

    fn content_after(&self, file: usize, cut: Cut, dice: &mut Dice) -> Vec<u8> {
        let File { durable, unsynced } = &self.files[file];
        let mut content = durable.clone();
        for (count, change) in unsynced.iter().enumerate() {
            let newest = self.last_written == Some(file) && count + 1 == unsynced.len();
            match (cut, change) {
                (Cut::KeepsNothing | Cut::KeepsNames, _) => {}
                (Cut::TearsLast(part), Change::Write { at, bytes }) if newest => {
                    let kept = bytes.len() * usize::from(part) / 256;
                    write(&mut content, *at, &bytes[..kept]);
                }
                (Cut::SpoilsLast(part), Change::Write { at, bytes }) if newest => {
                    let kept = bytes.len() * usize::from(part) / 256;
                    let spoilt = bytes[kept..].iter().map(|_| dice.next() as u8);
                    let left: Vec<u8> = bytes[..kept].iter().copied().chain(spoilt).collect();
                    write(&mut content, *at, &left);
                }
                (Cut::Sampled(_), _) if dice.one_in(2) => {}
                (Cut::Sampled(_), Change::Write { at, bytes }) if dice.one_in(3) => {
                    tear(&mut content, *at, bytes, dice);
                }
                (_, change) => put(&mut content, change),
            }
        }
        content
    }

    fn change(&mut self, path: &Path, change: Change) -> Option<usize> {
        let file = self.file(path)?;
        self.files[file].unsynced.push(change);
        Some(file)
    }

    fn file(&self, path: &Path) -> Option<usize> {
        self.names.get(&self.name(path)?).copied()
    }

    fn name(&self, path: &Path) -> Option<PathBuf> {
        path.strip_prefix(&self.root).ok().map(Path::to_owned)
    }
}

fn put(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, bytes } => write(content, *at, bytes),
        Change::Length(len) => content.resize(*len, 0),
    }
}

fn write(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

/// Writes some of the sectors; in half of all cases breaks off inside of each, and in half of
/// those leaves rubbish where the rest of it belongs.
fn tear(content: &mut Vec<u8>, at: usize, bytes: &[u8], dice: &mut Dice) {
    let (inside, rubbish) = (dice.one_in(2), dice.one_in(2));
    let mut from = 0;
    while from < bytes.len() {
        let to = (from + SECTOR_BYTES - (at + from) % SECTOR_BYTES).min(bytes.len());
        if dice.one_in(2) {
            let end = if inside { from + dice.below(to - from + 1) } else { to };
            write(content, at + from, &bytes[from..end]);
            if rubbish {
                let rest: Vec<u8> = (end..to).map(|_| dice.next() as u8).collect();
                write(content, at + end, &rest);
            }
        }
        from = to;
    }
}

fn rename(names: &mut BTreeMap<PathBuf, usize>, change: &NameChange) {
    match change {
        NameChange::Make(name, file) => {
            names.insert(name.clone(), *file);
        }
        NameChange::Rename { from, to, file } => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
        NameChange::Remove(name) => {
            names.remove(name);
        }
    }
}

/// Reads a directory without directories in it.
pub(super) fn read(root: &Path) -> Files {
    fs::read_dir(root)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// Makes a directory hold exactly `files`, readable by their owner only.
pub(super) fn lay(root: &Path, files: &Files) {
    use std::os::unix::fs::PermissionsExt;
    for entry in fs::read_dir(root).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, content) in files {
        let path = root.join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Seeded chance: SplitMix64.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
