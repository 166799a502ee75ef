// SPDX-License-Identifier: MIT OR Apache-2.0
//! The program `kagifuda`: hands its arguments to the library and its exit code to the system.

use std::process::ExitCode;

fn main() -> ExitCode {
    kagifuda::main(std::env::args_os().collect()).into()
}
