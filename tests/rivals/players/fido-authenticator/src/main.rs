// SPDX-License-Identifier: MIT OR Apache-2.0
//! fido-authenticator on Trussed's platform in memory, touched by nobody, asked through pipes.

#[path = "../../pipes.rs"]
mod pipes;

use std::io;

use ctaphid_app::{App as _, Command};
use fido_authenticator::{Authenticator, Config, Silent};
use heapless_bytes::Bytes;
use trussed::backend::BackendId;
use trussed::virt::{self, StoreConfig};
use trussed_staging::virt::{BackendIds, Dispatcher};

/// The largest message over HID, in bytes.
const MESSAGE_BYTES: usize = 7609;
/// Who serves what the authenticator asks of Trussed.
const BACKENDS: &[BackendId<BackendIds>] =
    &[BackendId::Custom(BackendIds::StagingBackend), BackendId::Core];

fn main() -> io::Result<()> {
    virt::with_platform(StoreConfig::ram(), |platform| {
        platform.run_client_with_backends("fido", Dispatcher::default(), BACKENDS, |client| {
            let config = Config::new(MESSAGE_BYTES);
            let mut key = Authenticator::new(client, Silent {}, config);
            pipes::serve(|request| {
                let mut answer = Bytes::<MESSAGE_BYTES>::new();
                // Refused by the frame and not by the command: a length that is none.
                if key.call(Command::Cbor, request, &mut answer).is_err() {
                    return vec![0x03];
                }
                answer.to_vec()
            })
        })
    })
}
