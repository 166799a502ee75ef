// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions of `libpcsclite.so.1`, found while the program runs.
//!
//! Types are those of pcsc-lite on Linux, where all numbers and handles are as wide as a pointer,
//! unlike on Windows and macOS. The library stays loaded once it was found.

use std::ffi::{CStr, c_char, c_long, c_ulong, c_void};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use super::CardTrouble;

pub(super) type Long = c_long;
pub(super) type DWord = c_ulong;
pub(super) type Context = c_long;
pub(super) type Handle = c_long;

const SCOPE_SYSTEM: DWord = 2;
const SHARED: DWord = 2;
const ANY_PROTOCOL: DWord = 1 | 2;
const LEAVE_CARD: DWord = 0;

/// `SCARD_IO_REQUEST`: the protocol of a transmission, and the size of this header.
#[repr(C)]
pub(super) struct IoRequest {
    protocol: DWord,
    header_bytes: DWord,
}

pub(super) type EstablishContext =
    unsafe extern "C" fn(DWord, *const c_void, *const c_void, *mut Context) -> Long;
pub(super) type ReleaseContext = unsafe extern "C" fn(Context) -> Long;
pub(super) type ListReaders =
    unsafe extern "C" fn(Context, *const c_char, *mut c_char, *mut DWord) -> Long;
pub(super) type Connect =
    unsafe extern "C" fn(Context, *const c_char, DWord, DWord, *mut Handle, *mut DWord) -> Long;
pub(super) type BeginTransaction = unsafe extern "C" fn(Handle) -> Long;
pub(super) type EndTransaction = unsafe extern "C" fn(Handle, DWord) -> Long;
pub(super) type Disconnect = unsafe extern "C" fn(Handle, DWord) -> Long;
pub(super) type Transmit = unsafe extern "C" fn(
    Handle,
    *const IoRequest,
    *const u8,
    DWord,
    *mut IoRequest,
    *mut u8,
    *mut DWord,
) -> Long;

/// The functions. Whoever makes one vouches that each is what PC/SC says it is.
pub(super) struct Api {
    pub(super) establish_context: EstablishContext,
    pub(super) release_context: ReleaseContext,
    pub(super) list_readers: ListReaders,
    pub(super) connect: Connect,
    pub(super) begin_transaction: BeginTransaction,
    pub(super) end_transaction: EndTransaction,
    pub(super) disconnect: Disconnect,
    pub(super) transmit: Transmit,
}

/// The library's functions. A static program may load no library: it would need the very C library it was
/// linked with, and crash with another one.
pub(super) fn api() -> Result<&'static Api, CardTrouble> {
    if cfg!(target_feature = "crt-static") {
        return Err(CardTrouble::NoLibrary);
    }
    static API: OnceLock<Option<Api>> = OnceLock::new();
    API.get_or_init(|| load(c"libpcsclite.so.1")).as_ref().ok_or(CardTrouble::NoLibrary)
}

/// Loads the library; `None` where it, or one of the functions, is not there.
pub(super) fn load(name: &CStr) -> Option<Api> {
    // SAFETY: the name ends with a zero. Loading runs the library's own start code, which is that of
    // the system's PC/SC client.
    let library = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    if library.is_null() {
        return None;
    }
    let find = |symbol: &CStr| {
        // SAFETY: the library is loaded and never unloaded, and the name ends with a zero.
        let address = unsafe { libc::dlsym(library, symbol.as_ptr()) };
        (!address.is_null()).then_some(address)
    };
    let establish_context = find(c"SCardEstablishContext")?;
    let release_context = find(c"SCardReleaseContext")?;
    let list_readers = find(c"SCardListReaders")?;
    let connect = find(c"SCardConnect")?;
    let begin_transaction = find(c"SCardBeginTransaction")?;
    let end_transaction = find(c"SCardEndTransaction")?;
    let disconnect = find(c"SCardDisconnect")?;
    let transmit = find(c"SCardTransmit")?;
    // SAFETY: each is the address of the function of that name, whose type in pcsc-lite's winscard.h
    // is the one it becomes here; none is null.
    unsafe {
        Some(Api {
            establish_context: std::mem::transmute::<*mut c_void, EstablishContext>(
                establish_context,
            ),
            release_context: std::mem::transmute::<*mut c_void, ReleaseContext>(release_context),
            list_readers: std::mem::transmute::<*mut c_void, ListReaders>(list_readers),
            connect: std::mem::transmute::<*mut c_void, Connect>(connect),
            begin_transaction: std::mem::transmute::<*mut c_void, BeginTransaction>(
                begin_transaction,
            ),
            end_transaction: std::mem::transmute::<*mut c_void, EndTransaction>(end_transaction),
            disconnect: std::mem::transmute::<*mut c_void, Disconnect>(disconnect),
            transmit: std::mem::transmute::<*mut c_void, Transmit>(transmit),
        })
    }
}

impl Api {
    pub(super) fn establish_context(&self, context: &mut Context) -> Long {
        // SAFETY: the two reserved pointers are null as they must be; `context` is writable.
        unsafe { (self.establish_context)(SCOPE_SYSTEM, null(), null(), context) }
    }

    pub(super) fn release_context(&self, context: Context) {
        // SAFETY: takes no pointer; a context that is none is answered with an error.
        unsafe { (self.release_context)(context) };
    }

    /// Writes the names into the room given, or only their length where none is given.
    pub(super) fn list_readers(
        &self,
        context: Context,
        names: Option<&mut Vec<u8>>,
        length: &mut DWord,
    ) -> Long {
        let room = match names {
            None => null_mut(),
            Some(names) => {
                *length = DWord::try_from(names.len()).unwrap_or(0);
                names.as_mut_ptr().cast()
            }
        };
        // SAFETY: no groups are asked for; `room` is null or has `*length` writable bytes, and stays
        // where it is during the call.
        unsafe { (self.list_readers)(context, null(), room, length) }
    }

    pub(super) fn connect(
        &self,
        context: Context,
        reader: &CStr,
        handle: &mut Handle,
        protocol: &mut DWord,
    ) -> Long {
        // SAFETY: the name ends with a zero; both results are writable.
        unsafe { (self.connect)(context, reader.as_ptr(), SHARED, ANY_PROTOCOL, handle, protocol) }
    }

    pub(super) fn begin_transaction(&self, handle: Handle) -> Long {
        // SAFETY: takes no pointer; a handle that is none is answered with an error.
        unsafe { (self.begin_transaction)(handle) }
    }

    pub(super) fn end_transaction(&self, handle: Handle) {
        // SAFETY: takes no pointer; a handle that is none is answered with an error.
        unsafe { (self.end_transaction)(handle, LEAVE_CARD) };
    }

    pub(super) fn disconnect(&self, handle: Handle) {
        // SAFETY: takes no pointer; a handle that is none is answered with an error.
        unsafe { (self.disconnect)(handle, LEAVE_CARD) };
    }

    pub(super) fn transmit(
        &self,
        handle: Handle,
        protocol: DWord,
        command: &[u8],
        answer: &mut [u8],
        length: &mut DWord,
    ) -> Long {
        let header = IoRequest { protocol, header_bytes: size_of::<IoRequest>() as DWord };
        let command_bytes = command.len() as DWord;
        *length = answer.len() as DWord;
        // SAFETY: the header and the command are readable for the lengths given, the answer is
        // writable for `*length` bytes, and no header of the answer is asked for.
        unsafe {
            (self.transmit)(
                handle,
                &raw const header,
                command.as_ptr(),
                command_bytes,
                null_mut(),
                answer.as_mut_ptr(),
                length,
            )
        }
    }
}
