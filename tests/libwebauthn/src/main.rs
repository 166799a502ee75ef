// SPDX-License-Identifier: MIT OR Apache-2.0
//! Uses our security key with libwebauthn, the client of the Linux credentials portal, as a site and a person would.
//!
//! ```text
//! kagifuda-libwebauthn KAGIFUDA [PART-OF-A-NAME]
//! ```
//!
//! KAGIFUDA is the program, built with the feature `testing`; a part of a name runs only the stories that have it.
//! Every story begins with a key that was just plugged in and reset. The last line is `N passed, N failed`.

mod key;
mod person;
mod pipe;
mod site;
mod stories;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use key::Key;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().expect("the program that is the key");
    let part = arguments.next().map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
    let key = Key::start(Path::new(&program));
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let (mut passed, mut failed) = (0, 0);
    for (name, story) in stories::ALL.iter().filter(|(name, _)| name.contains(&part)) {
        let told = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(key.renew());
            let device = key.device();
            runtime.block_on(async {
                let mut channel = key::open(&device).await;
                story(&key, &mut channel).await;
            });
        }));
        println!("{name}: {}", if told.is_ok() { "ok" } else { "FAILED" });
        if told.is_ok() { passed += 1 } else { failed += 1 }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
