// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory that held a secret of `core/secret` holds it no more when it goes back to the allocator, which is asked:
//! this test's own looks at each block before it takes it back. (It stands here because core has no `unsafe`.)
#![allow(unsafe_code, reason = "an allocator is unsafe")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use kagifuda_secret::{SecretArray, SecretBytes, SecretText};

/// What no block may say when it comes back.
const SECRET: [u8; 32] = *b"hinoki-no-kagifuda-banme-3-hyaku";

struct Watching;

static CAME_BACK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the promises of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        for at in 0..(layout.size() + 1).saturating_sub(SECRET.len()) {
            let mut is_secret = true;
            for (offset, expected) in SECRET.iter().enumerate() {
                // SAFETY: within the block, which is live until it is given back below. A byte that nobody
                // wrote is some byte; a volatile read makes nothing of that.
                is_secret &= unsafe { block.add(at + offset).read_volatile() } == *expected;
            }
            CAME_BACK.fetch_add(usize::from(is_secret), Ordering::Relaxed);
        }
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// How often the secret was seen in what came back while something was done.
fn seen_while(doing: impl FnOnce()) -> usize {
    let before = CAME_BACK.load(Ordering::Relaxed);
    doing();
    CAME_BACK.load(Ordering::Relaxed) - before
}

/// Drops what the compiler may not reason away before: stores into what is dropped at once are dead to it.
fn give_back<T>(held: T) {
    drop(std::hint::black_box(held));
}

// One test: what others give back meanwhile would count.
#[test]
fn what_held_a_secret_comes_back_wiped() {
    assert_eq!(seen_while(|| give_back(SECRET.to_vec())), 1, "the allocator looks");
    assert_eq!(seen_while(|| give_back(SecretBytes::new(SECRET.to_vec()))), 0);
    assert_eq!(seen_while(|| give_back(SecretBytes::from(SECRET.as_slice()).duplicate())), 0);
    let text = || String::from_utf8(SECRET.to_vec()).expect("letters and digits");
    assert_eq!(seen_while(|| give_back(SecretText::new(text()))), 0);
    assert_eq!(seen_while(|| give_back(SecretText::new(text()).duplicate())), 0);
    let boxed = || Box::new(SecretArray::<32>::filled_by(|bytes| bytes.copy_from_slice(&SECRET)));
    assert_eq!(seen_while(|| give_back(boxed())), 0);
}
