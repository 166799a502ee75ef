// SPDX-License-Identifier: MIT OR Apache-2.0
//! OCRA: the first line is a suite, the second a question; any of both is answered or refused.

use kagifuda_otp::ocra::{Inputs, Suite};

pub(crate) const DICTIONARY: &[&str] = &[
    "OCRA-1", ":", "-", "HOTP", "SHA1", "SHA256", "SHA512", "C", "QN08", "QA64", "QH04", "PSHA1",
    "S064", "S512", "T1M", "T48H", "T59S", "-0", "-10", "\n", "00000000",
];

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (suite, question) = text.split_once('\n').unwrap_or((text, ""));
    let Ok(suite) = Suite::read(suite) else { return };
    let asked = Inputs { counter: suite.has_counter().then_some(7), question, ..Inputs::default() };
    if let Ok(code) = suite.answer(b"key", &asked) {
        assert_eq!(suite.digits(), u8::try_from(code.as_str().len()).ok());
    }
    let _ = suite.whole_answer(b"key", &asked);
}
