// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests come on standard input and answers go to standard output, each behind its length in four
//! bytes, the highest first. A request is the command's byte and its parameters, an answer the status
//! and what is behind it; a panic is told as a status nobody else uses. The end of the input ends the process.

use std::io::{self, Read as _, Write as _};
use std::panic::{self, AssertUnwindSafe};

/// What is said in the place of an answer where the rival panics.
const PANICKED: u8 = 0xFF;

/// Answers every request.
pub(crate) fn serve(mut answer: impl FnMut(&[u8]) -> Vec<u8>) -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut request = vec![0; u32::from_be_bytes(length) as usize];
        input.read_exact(&mut request)?;
        let answer = panic::catch_unwind(AssertUnwindSafe(|| answer(&request)));
        let answer = answer.unwrap_or_else(|_| vec![PANICKED]);
        let length = u32::try_from(answer.len()).map_err(io::Error::other)?;
        output.write_all(&length.to_be_bytes())?;
        output.write_all(&answer)?;
        output.flush()?;
    }
    Ok(())
}
