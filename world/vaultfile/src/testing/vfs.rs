// SPDX-License-Identifier: MIT OR Apache-2.0

//! A SQLite VFS that passes everything on to the one below and notes what the disk is told.
//!
//! It becomes the process's default once; threads that do not record notice nothing. It offers no
//! shared memory and no mapping (`io_methods` version 1), so every byte goes through `write`.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Once;

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use super::recorder::{self, Op, note};

/// One open file: ours first, so that SQLite sees an `sqlite3_file`; the real one lies right
/// behind it in the same allocation, which `szOsFile` sizes for both.
#[repr(C)]
struct Recorded {
    methods: *const sqlite3_io_methods,
    path: *mut PathBuf,
    /// The VFS below syncs a new journal's directory on its first sync.
    owes_directory_sync: bool,
}

const OURS_BYTES: usize = size_of::<Recorded>();

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// Puts the recording VFS in front of the default one, once per process.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: initialising twice is allowed; a null name asks for the default VFS, which lives
        // as long as the process.
        let below = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(ptr::null())
        };
        assert!(!below.is_null(), "SQLite has a default VFS");
        // SAFETY: not null, and a registered VFS stays valid and unchanged.
        let (file_bytes, path_bytes) = unsafe { ((*below).szOsFile, (*below).mxPathname) };
        let ours = Box::leak(Box::new(sqlite3_vfs {
            iVersion: 2,
            szOsFile: OURS_BYTES as c_int + file_bytes,
            mxPathname: path_bytes,
            pNext: ptr::null_mut(),
            zName: c"recording".as_ptr(),
            pAppData: below.cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: the structure is leaked, so it outlives every connection.
        let answer = unsafe { ffi::sqlite3_vfs_register(ours, 1) };
        assert_eq!(answer, ffi::SQLITE_OK);
    });
}

/// Calls a method of the VFS below with the VFS below as its first argument.
macro_rules! below {
    ($vfs:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: SQLite hands over the VFS `install` registered, whose `pAppData` is the VFS
        // below, valid for the whole process; the other arguments are passed on as they came, so
        // they meet the same contract.
        unsafe {
            let below: *mut sqlite3_vfs = (*$vfs).pAppData.cast();
            (*below).$method.expect("the default VFS has this method")(below $(, $argument)*)
        }
    }};
}

/// Calls a method of the real file behind one of ours.
macro_rules! real {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: `$file` is one that `open` filled in, so the real file lies right behind it and
        // has methods; the other arguments are passed on as they came from SQLite.
        unsafe {
            let real = real_file($file);
            (*(*real).pMethods).$method.expect("the default VFS has this method")(real $(, $argument)*)
        }
    }};
}

/// # Safety
/// `file` must point to at least `szOsFile` bytes.
unsafe fn real_file(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: the allocation holds our part and the real file behind it; `Recorded` begins and
    // ends with what is aligned to a pointer, so the real one is as well aligned as ours.
    unsafe { file.cast::<u8>().add(OURS_BYTES).cast() }
}

fn path_of(file: *mut sqlite3_file) -> PathBuf {
    // SAFETY: `open` stored a leaked box there that only `close` takes back.
    unsafe { (*(*file.cast::<Recorded>()).path).clone() }
}

fn path_from(name: *const c_char) -> PathBuf {
    if name.is_null() {
        return PathBuf::new();
    }
    // SAFETY: SQLite passes a NUL-terminated name that lives during the call.
    let name = unsafe { CStr::from_ptr(name) };
    Path::new(OsStr::from_bytes(name.to_bytes())).to_owned()
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: `file` points to `szOsFile` writable bytes.
    let real = unsafe { real_file(file) };
    let answer = below!(vfs, xOpen, name, real, flags, out_flags);
    // SAFETY: the real open sets its methods, to null if nothing needs closing.
    let opened = unsafe { !(*real).pMethods.is_null() };
    if !opened {
        // SAFETY: an `sqlite3_file` without methods is never closed nor used.
        unsafe { (*file).pMethods = ptr::null() };
        return answer;
    }
    let path = path_from(name);
    let journal = flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL) != 0;
    let creates = flags & ffi::SQLITE_OPEN_CREATE != 0;
    if answer == ffi::SQLITE_OK && creates {
        note(|| Op::Create(path.clone()));
    }
    let ours = Recorded {
        methods: &raw const METHODS,
        path: Box::into_raw(Box::new(path)),
        owes_directory_sync: journal && creates,
    };
    // SAFETY: `file` points to `szOsFile` writable bytes, aligned for an `sqlite3_file`, which like
    // `Recorded` begins with a pointer and asks for no more than a pointer's alignment.
    unsafe { file.cast::<Recorded>().write(ours) };
    answer
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let answer = real!(file, xClose);
    // SAFETY: `open` stored a leaked box there; a file is closed once.
    drop(unsafe { Box::from_raw((*file.cast::<Recorded>()).path) });
    answer
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    into: *mut c_void,
    count: c_int,
    at: sqlite3_int64,
) -> c_int {
    real!(file, xRead, into, count, at)
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    from: *const c_void,
    count: c_int,
    at: sqlite3_int64,
) -> c_int {
    if !recorder::has_room() {
        return ffi::SQLITE_FULL;
    }
    let answer = real!(file, xWrite, from, count, at);
    if answer == ffi::SQLITE_OK {
        note(|| {
            // SAFETY: SQLite passes `count` readable bytes.
            let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), count as usize) };
            Op::Write { path: path_of(file), at: at as u64, bytes: bytes.to_vec() }
        });
    }
    answer
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, len: sqlite3_int64) -> c_int {
    let answer = real!(file, xTruncate, len);
    if answer == ffi::SQLITE_OK {
        note(|| Op::Truncate { path: path_of(file), len: len as u64 });
    }
    answer
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    if !recorder::can_sync() {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    let answer = real!(file, xSync, flags);
    if answer == ffi::SQLITE_OK {
        note(|| Op::Sync(path_of(file)));
        // SAFETY: `file` is one that `open` filled in.
        let owes = unsafe {
            std::mem::replace(&mut (*file.cast::<Recorded>()).owes_directory_sync, false)
        };
        if owes {
            note(|| Op::SyncDirectory(path_of(file).parent().unwrap_or(Path::new("/")).to_owned()));
        }
    }
    answer
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, durably: c_int) -> c_int {
    let answer = below!(vfs, xDelete, name, durably);
    if answer == ffi::SQLITE_OK {
        let path = path_from(name);
        note(|| Op::Remove(path.clone()));
        if durably != 0 {
            note(|| Op::SyncDirectory(path.parent().unwrap_or(Path::new("/")).to_owned()));
        }
    }
    answer
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    real!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    real!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    real!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    real!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(
    file: *mut sqlite3_file,
    op: c_int,
    argument: *mut c_void,
) -> c_int {
    real!(file, xFileControl, op, argument)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    real!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    real!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn access(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    below!(vfs, xAccess, name, flags, out)
}

unsafe extern "C" fn full_pathname(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    count: c_int,
    out: *mut c_char,
) -> c_int {
    below!(vfs, xFullPathname, name, count, out)
}

unsafe extern "C" fn randomness(vfs: *mut sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    below!(vfs, xRandomness, count, out)
}

unsafe extern "C" fn sleep(vfs: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    below!(vfs, xSleep, microseconds)
}

unsafe extern "C" fn current_time(vfs: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    below!(vfs, xCurrentTime, out)
}

unsafe extern "C" fn last_error(vfs: *mut sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    below!(vfs, xGetLastError, count, out)
}

unsafe extern "C" fn current_time_int64(vfs: *mut sqlite3_vfs, out: *mut sqlite3_int64) -> c_int {
    below!(vfs, xCurrentTimeInt64, out)
}
