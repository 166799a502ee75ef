// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random bytes of the system's, for what a protocol draws on its own.

use rustix::rand::GetRandomFlags;
use zeroize::Zeroizing;

/// Draws so many; `None` where the system has none. The kernel gives up to 256 bytes at once or none (getrandom(2)).
pub(crate) fn random<const N: usize>() -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    let count = rustix::rand::getrandom(&mut *bytes, GetRandomFlags::empty()).ok()?;
    (count == N).then_some(bytes)
}
