// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests come on standard input and answers go to standard output, each behind its length in four
//! bytes, the highest first. A request is the command's byte and its parameters, an answer the status
//! and what is behind it; a panic is told as a status nobody else uses. The end of the input ends the process.
//!
//! With a number as argument every request is answered so many times, and in front of the last answer, within
//! its length, stand the nanoseconds that the middle one took, in eight bytes.

use std::io::{self, Read as _, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

/// What is said in the place of an answer where the rival panics.
const PANICKED: u8 = 0xFF;

/// Answers every request.
pub(crate) fn serve(mut answer: impl FnMut(&[u8]) -> Vec<u8>) -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let times = std::env::args().nth(1).map(|text| text.parse().map_err(io::Error::other));
    let times: Option<usize> = times.transpose()?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut request = vec![0; u32::from_be_bytes(length) as usize];
        input.read_exact(&mut request)?;
        let mut once = || {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| answer(&request)));
            answer.unwrap_or_else(|_| vec![PANICKED])
        };
        let answer = match times {
            None => once(),
            Some(times) => timed(times, once),
        };
        let length = u32::try_from(answer.len()).map_err(io::Error::other)?;
        output.write_all(&length.to_be_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}

/// Answers so many times; the middle time and the last answer.
fn timed(times: usize, mut once: impl FnMut() -> Vec<u8>) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut took: Vec<u64> = (0..times)
        .map(|_| {
            let begun = Instant::now();
            answer = once();
            u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
        })
        .collect();
    took.sort_unstable();
    let middle = took.get(times / 2).copied().unwrap_or_default();
    [&middle.to_be_bytes()[..], &answer].concat()
}
