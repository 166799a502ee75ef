// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PC/SC service of a few functions: one reader per thing that can go wrong.
#![allow(clippy::unwrap_used, reason = "a failing call is a failing test")]

use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicI64, Ordering};

use super::library::{IoRequest, load};
use super::*;

const NAMES: &[u8] = b"Virtual PCD 00 00\0Empty\0Busy\0Loose\0Mute\0\0";
const NO_CARD: Long = 0x8010_000C;
const BUSY: Long = 0x8010_000B;
const REMOVED: Long = 0x8010_0069;
const LOOSE: Handle = 3;
const MUTE: Handle = 4;

/// Contexts and cards that are open.
static OPEN_COUNT: AtomicI64 = AtomicI64::new(0);

unsafe extern "C" fn establish(
    _: DWord,
    _: *const c_void,
    _: *const c_void,
    to: *mut Context,
) -> Long {
    OPEN_COUNT.fetch_add(1, Ordering::Relaxed);
    // SAFETY: writable, as the caller promises.
    unsafe { *to = 77 };
    0
}

unsafe extern "C" fn release(context: Context) -> Long {
    assert_eq!(context, 77);
    OPEN_COUNT.fetch_sub(1, Ordering::Relaxed);
    0
}

unsafe extern "C" fn list(
    _: Context,
    _: *const c_char,
    to: *mut c_char,
    length: *mut DWord,
) -> Long {
    // SAFETY: `to` is null or writable for `length` bytes, as the caller promises.
    unsafe {
        if !to.is_null() {
            assert!(*length >= NAMES.len() as DWord);
            to.cast::<u8>().copy_from_nonoverlapping(NAMES.as_ptr(), NAMES.len());
        }
        *length = NAMES.len() as DWord;
    }
    0
}

unsafe extern "C" fn list_none(
    _: Context,
    _: *const c_char,
    _: *mut c_char,
    _: *mut DWord,
) -> Long {
    0x8010_002E
}

unsafe extern "C" fn connect(
    _: Context,
    reader: *const c_char,
    share: DWord,
    protocols: DWord,
    handle: *mut Handle,
    protocol: *mut DWord,
) -> Long {
    assert_eq!((share, protocols), (2, 3));
    // SAFETY: a text that ends with a zero and two writable numbers, as the caller promises.
    unsafe {
        *protocol = 2;
        *handle = match CStr::from_ptr(reader).to_bytes() {
            b"Virtual PCD 00 00" => 1,
            b"Empty" => return NO_CARD,
            b"Busy" => return BUSY,
            b"Loose" => LOOSE,
            b"Mute" => MUTE,
            _ => return 0x8010_0009,
        };
    }
    OPEN_COUNT.fetch_add(1, Ordering::Relaxed);
    0
}

unsafe extern "C" fn begin(_: Handle) -> Long {
    0
}

unsafe extern "C" fn end(_: Handle, _: DWord) -> Long {
    0
}

unsafe extern "C" fn disconnect(_: Handle, _: DWord) -> Long {
    OPEN_COUNT.fetch_sub(1, Ordering::Relaxed);
    0
}

/// Answers with the command turned round.
unsafe extern "C" fn transmit(
    handle: Handle,
    _: *const IoRequest,
    command: *const u8,
    command_bytes: DWord,
    _: *mut IoRequest,
    answer: *mut u8,
    length: *mut DWord,
) -> Long {
    if handle == LOOSE {
        return REMOVED;
    }
    // SAFETY: readable and writable for the lengths given, as the caller promises.
    unsafe {
        let command = std::slice::from_raw_parts(command, usize::try_from(command_bytes).unwrap());
        for (place, byte) in command.iter().rev().enumerate() {
            *answer.add(place) = *byte;
        }
        *length = if handle == MUTE { 1 } else { command_bytes };
    }
    0
}

fn api(list_readers: library::ListReaders) -> &'static Api {
    Box::leak(Box::new(Api {
        establish_context: establish,
        release_context: release,
        list_readers,
        connect,
        begin_transaction: begin,
        end_transaction: end,
        disconnect,
        transmit,
    }))
}

#[test]
fn cards_are_found_used_and_let_go() {
    let api = api(list);
    let names = Session::open(api).unwrap().readers().unwrap();
    assert_eq!(names, ["Virtual PCD 00 00", "Empty", "Busy", "Loose", "Mute"]);
    let card = Card::through(api, &names[0]).unwrap();
    assert_eq!(*card.transmit(&[0x00, 0xA4, 0x04, 0x90]).unwrap(), [0x90, 0x04, 0xA4, 0x00]);
    let loose = Card::through(api, "Loose").unwrap();
    let gone = LinuxError::SmartCard { why: CardTrouble::Gone };
    assert_eq!(loose.transmit(&[0; 4]).unwrap_err(), gone);
    let mute = Card::through(api, "Mute").unwrap();
    let silent = LinuxError::SmartCard { why: CardTrouble::Mute };
    assert_eq!(mute.transmit(&[0; 4]).unwrap_err(), silent);
    for (reader, trouble) in [
        ("Empty", CardTrouble::NoCard),
        ("Busy", CardTrouble::Busy),
        ("None", CardTrouble::NoReader),
        ("No\0ne", CardTrouble::NoReader),
    ] {
        assert_eq!(Card::through(api, reader).unwrap_err(), trouble);
    }
    drop((card, loose, mute));
    assert_eq!(OPEN_COUNT.load(Ordering::Relaxed), 0);
}

#[test]
fn no_reader_is_an_empty_list() {
    assert_eq!(Session { api: api(list_none), context: 77 }.readers(), Ok(vec![]));
    // Balances what the session above, which nothing opened, gave back.
    OPEN_COUNT.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn a_missing_library_or_a_wrong_one_is_no_service() {
    assert!(load(c"libkagifuda-is-no-such-library.so.1").is_none());
    assert!(load(c"libc.so.6").is_none());
}

#[test]
fn errors_say_what_can_be_done() {
    let troubles = [
        (0x8010_001D, CardTrouble::NoService),
        (0x8010_006A, CardTrouble::Forbidden),
        (0x8010_0066, CardTrouble::Mute),
        (0x8010_0001, CardTrouble::Other { code: 0x8010_0001 }),
    ];
    for (code, trouble) in troubles {
        assert_eq!(CardTrouble::of(code), trouble);
        // Where numbers are 64 bits wide, some builds extend the sign.
        assert_eq!(checked(Long::from(code.cast_signed())), Err(trouble));
    }
    assert_eq!(checked(0), Ok(()));
}

#[test]
fn the_systems_own_library_answers_or_is_told_to_be_missing() {
    match readers() {
        Ok(_) | Err(LinuxError::SmartCard { .. }) => {}
        Err(error) => panic!("{error:?}"),
    }
}
