// SPDX-License-Identifier: MIT OR Apache-2.0
//! A Unix socket only this user can reach, and that only one process serves.
//!
//! The directory is `$XDG_RUNTIME_DIR/kagifuda`, else `/run/user/UID/kagifuda`, else
//! `/tmp/kagifuda-UID`; each must belong to the user and be closed to others, links are not followed.
//! A lock file beside the socket says who serves: a process that dies frees it, so a socket left
//! behind can be told from one in use, and of two processes started at once one gives way.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::process::getuid;

use crate::{LinuxError, Step, peer};

/// How many connections may wait to be accepted.
const BACKLOG_COUNT: i32 = 64;
const PRIVATE_DIRECTORY: Mode = Mode::RWXU;
const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

/// The directory in which this user's sockets lie, checked and open.
#[derive(Debug)]
pub struct RuntimeDirectory {
    path: PathBuf,
    handle: OwnedFd,
}

impl RuntimeDirectory {
    /// Finds or makes the directory of this user.
    ///
    /// # Errors
    /// [`LinuxError::UnsafeDirectory`] where somebody else has put something in its place.
    pub fn of_this_user() -> Result<Self, LinuxError> {
        let uid = getuid().as_raw();
        let told = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let usual = PathBuf::from(format!("/run/user/{uid}"));
        for base in told.into_iter().filter(|base| base.is_absolute()).chain([usual]) {
            if is_private_directory(&base) {
                return Self::at(&base.join("kagifuda"));
            }
        }
        Self::at(Path::new(&format!("/tmp/kagifuda-{uid}")))
    }

    /// Opens this directory, making it where it is missing; its parent must exist.
    ///
    /// # Errors
    /// [`LinuxError::UnsafeDirectory`] where it belongs to somebody else or is open to others.
    pub fn at(path: &Path) -> Result<Self, LinuxError> {
        let failed = LinuxError::at(Step::Directory, path);
        match rustix::fs::mkdir(path, PRIVATE_DIRECTORY) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(errno) => return Err(failed(errno)),
        }
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let unsafe_directory = || LinuxError::UnsafeDirectory { path: path.to_owned() };
        let handle = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(handle) => handle,
            Err(Errno::LOOP | Errno::NOTDIR | Errno::ACCESS) => return Err(unsafe_directory()),
            Err(errno) => return Err(failed(errno)),
        };
        if !is_private(&rustix::fs::fstat(&handle).map_err(failed)?) {
            return Err(unsafe_directory());
        }
        Ok(Self { path: path.to_owned(), handle })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Serves the socket `name`, taking the place of one left behind.
    ///
    /// # Errors
    /// [`LinuxError::AlreadyListening`] where another process serves it.
    pub fn listen(self, name: &str) -> Result<PrivateListener, LinuxError> {
        let path = self.path.join(name);
        let turn = self.take_turn(name)?;
        let failed = LinuxError::at(Step::Listen, &path);
        match rustix::fs::unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(errno) => return Err(failed(errno)),
        }
        let socket = new_socket().map_err(&failed)?;
        // What another process might open is never wider than 0600, not even for a moment.
        let before = rustix::process::umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
        let bound = self.address(name).and_then(|address| rustix::net::bind(&socket, &address));
        rustix::process::umask(before);
        bound.map_err(&failed)?;
        rustix::net::listen(&socket, BACKLOG_COUNT).map_err(&failed)?;
        let listener = UnixListener::from(socket);
        listener.set_nonblocking(true).map_err(LinuxError::io(Step::Listen, Some(&path)))?;
        Ok(PrivateListener { listener, directory: self, name: name.to_owned(), _turn: turn })
    }

    /// Connects to the socket `name` and checks who serves it; `None` where nobody does.
    ///
    /// # Errors
    /// [`LinuxError::StrangePeer`] where another user does.
    pub fn connect(&self, name: &str) -> Result<Option<UnixStream>, LinuxError> {
        let path = self.path.join(name);
        let failed = LinuxError::at(Step::Connect, &path);
        let socket = new_socket().map_err(&failed)?;
        let address = self.address(name).map_err(&failed)?;
        match rustix::net::connect(&socket, &address) {
            Ok(()) => {}
            Err(Errno::NOENT | Errno::CONNREFUSED) => return Ok(None),
            Err(errno) => return Err(failed(errno)),
        }
        peer::check(&socket)?;
        Ok(Some(UnixStream::from(socket)))
    }

    /// Locks the file that says who serves `name`; it stays when the socket goes, because removing
    /// it would let two processes hold two files of one name.
    fn take_turn(&self, name: &str) -> Result<OwnedFd, LinuxError> {
        let lock_name = format!("{name}.lock");
        let path = self.path.join(&lock_name);
        let failed = LinuxError::at(Step::Lock, &path);
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file =
            rustix::fs::openat(&self.handle, &lock_name, flags, PRIVATE_FILE).map_err(&failed)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(file),
            Err(Errno::WOULDBLOCK) => Err(LinuxError::AlreadyListening),
            Err(errno) => Err(failed(errno)),
        }
    }

    /// The address of a socket here, through the open directory: short enough whatever the path, and
    /// the directory that was checked is the one that is used.
    fn address(&self, name: &str) -> Result<SocketAddrUnix, Errno> {
        use std::os::fd::AsRawFd as _;
        SocketAddrUnix::new(format!("/proc/self/fd/{}/{name}", self.handle.as_raw_fd()))
    }
}

/// A socket being served, removed when dropped.
#[derive(Debug)]
pub struct PrivateListener {
    listener: UnixListener,
    directory: RuntimeDirectory,
    name: String,
    _turn: OwnedFd,
}

impl PrivateListener {
    /// Accepts one waiting connection without blocking, checked to be this user's; `None` where none waits.
    ///
    /// # Errors
    /// [`LinuxError::StrangePeer`] where it is another user's; the connection is closed.
    pub fn accept(&self) -> Result<Option<UnixStream>, LinuxError> {
        let failed = LinuxError::io(Step::Listen, Some(&self.directory.path));
        let stream = match self.listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if is_passing(&error) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        peer::check(&stream)?;
        stream.set_nonblocking(true).map_err(failed)?;
        Ok(Some(stream))
    }
}

/// Readable while a connection waits.
impl AsFd for PrivateListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }
}

impl Drop for PrivateListener {
    fn drop(&mut self) {
        // Whoever removed it first did what was to be done.
        let _ = rustix::fs::unlinkat(&self.directory.handle, &self.name, AtFlags::empty());
    }
}

fn new_socket() -> Result<OwnedFd, Errno> {
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)
}

/// Errors of accepting that say nothing about the listener.
fn is_passing(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, Interrupted, WouldBlock};
    matches!(error.kind(), WouldBlock | Interrupted | ConnectionAborted)
}

fn is_private_directory(path: &Path) -> bool {
    rustix::fs::lstat(path).is_ok_and(|stat| is_private(&stat))
}

/// A directory of this user, closed to all others.
fn is_private(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
        && stat.st_uid == getuid().as_raw()
        && Mode::from_raw_mode(stat.st_mode) & (Mode::RWXG | Mode::RWXO) == Mode::empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn directory_socket_and_lock_are_the_holders_alone() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        let listener = RuntimeDirectory::at(&path).unwrap().listen("agent").unwrap();
        assert_eq!(mode_of(&path), 0o700);
        assert_eq!(mode_of(&path.join("agent")), 0o600);
        assert_eq!(mode_of(&path.join("agent.lock")), 0o600);
        drop(listener);
        assert!(!path.join("agent").exists());
    }

    #[test]
    fn a_directory_open_to_others_is_refused() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        assert_eq!(RuntimeDirectory::at(&path).unwrap_err(), LinuxError::UnsafeDirectory { path });
    }

    #[test]
    fn a_link_in_the_directorys_place_is_not_followed() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        fs::create_dir(room.path().join("elsewhere")).unwrap();
        fs::set_permissions(room.path().join("elsewhere"), Permissions::from_mode(0o700)).unwrap();
        symlink(room.path().join("elsewhere"), &path).unwrap();
        assert_eq!(RuntimeDirectory::at(&path).unwrap_err(), LinuxError::UnsafeDirectory { path });
    }

    #[test]
    fn of_two_that_serve_at_once_one_gives_way() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || RuntimeDirectory::at(&path).unwrap().listen("agent"))
            })
            .collect();
        let outcomes: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(
            outcomes
                .iter()
                .filter_map(|outcome| outcome.as_ref().err())
                .all(|error| *error == LinuxError::AlreadyListening)
        );
        let client = RuntimeDirectory::at(&path).unwrap().connect("agent").unwrap();
        assert!(client.is_some());
    }

    #[test]
    fn a_socket_left_behind_is_replaced() {
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        let directory = RuntimeDirectory::at(&path).unwrap();
        drop(UnixListener::bind(path.join("agent")).unwrap());
        assert!(directory.connect("agent").unwrap().is_none());
        let listener = directory.listen("agent").unwrap();
        let client = RuntimeDirectory::at(&path).unwrap().connect("agent").unwrap();
        assert!(client.is_some());
        assert!(listener.accept().unwrap().is_some());
        assert!(listener.accept().unwrap().is_none());
    }

    /// Does something as another user, in a thread of its own: to the kernel a user is a thread's.
    fn as_nobody<T: Send>(deed: impl FnOnce() -> T + Send) -> T {
        let nobody = rustix::process::Uid::from_raw(NOBODY);
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
                deed()
            });
            thread.join().unwrap()
        })
    }

    const NOBODY: u32 = 65_534;

    /// Whether there is another user to be; where there is none it is said past libtest, that shows nothing of
    /// a test that passes.
    fn can_be_nobody() -> bool {
        if getuid().is_root() {
            return true;
        }
        let told = b"LEFT OUT, only root can connect as another user\n";
        std::io::Write::write_all(&mut std::io::stderr(), told).unwrap();
        false
    }

    /// Opens what only its owner may pass, so that nothing but the check of the peer is left.
    fn open_to_all(room: &Path, directory: &Path) {
        fs::set_permissions(room, Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(directory, Permissions::from_mode(0o777)).unwrap();
    }

    #[test]
    fn a_connection_of_another_user_is_refused_even_where_the_socket_lets_it_through() {
        if !can_be_nobody() {
            return;
        }
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        let listener = RuntimeDirectory::at(&path).unwrap().listen("agent").unwrap();
        let connect = || UnixStream::connect(path.join("agent"));
        fs::set_permissions(room.path(), Permissions::from_mode(0o755)).unwrap();
        assert!(as_nobody(connect).is_err(), "the directory is closed");
        open_to_all(room.path(), &path);
        assert!(as_nobody(connect).is_err(), "the socket is closed");
        fs::set_permissions(path.join("agent"), Permissions::from_mode(0o666)).unwrap();
        let mut stranger = as_nobody(connect).unwrap();
        assert_eq!(listener.accept().unwrap_err(), LinuxError::StrangePeer { uid: NOBODY });
        let read = std::io::Read::read(&mut stranger, &mut [0]);
        assert!(matches!(read, Ok(0) | Err(_)), "the connection is closed");
        let _ours = connect().unwrap();
        assert!(listener.accept().unwrap().is_some(), "others are served on");
    }

    #[test]
    fn a_socket_that_another_user_serves_is_not_talked_to() {
        if !can_be_nobody() {
            return;
        }
        let room = tempfile::tempdir().unwrap();
        let path = room.path().join("kagifuda");
        let directory = RuntimeDirectory::at(&path).unwrap();
        open_to_all(room.path(), &path);
        let _theirs = as_nobody(|| UnixListener::bind(path.join("agent"))).unwrap();
        let refused = directory.connect("agent").unwrap_err();
        assert_eq!(refused, LinuxError::StrangePeer { uid: NOBODY });
    }

    #[test]
    fn nobody_serving_is_not_an_error() {
        let room = tempfile::tempdir().unwrap();
        let directory = RuntimeDirectory::at(&room.path().join("kagifuda")).unwrap();
        assert!(directory.connect("agent").unwrap().is_none());
    }
}
