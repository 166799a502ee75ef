// SPDX-License-Identifier: MIT OR Apache-2.0
//! passkey-rs with passkeys in memory, whose person agrees to everything, asked through pipes. It knows
//! registrations and sign-ins, and is for timing only.

#[path = "../../pipes.rs"]
mod pipes;

use std::io;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use passkey_authenticator::{Authenticator, MemoryStore, UiHint, UserCheck, UserValidationMethod};
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::Passkey;
use passkey_types::ctap2::{Aaguid, Ctap2Error, StatusCode};

const MAKE_CREDENTIAL: u8 = 0x01;
const GET_ASSERTION: u8 = 0x02;

/// A person who agrees to everything.
struct Agrees;

#[async_trait::async_trait]
impl UserValidationMethod for Agrees {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        _: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        Ok(UserCheck { presence, verification })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

fn main() -> io::Result<()> {
    let aaguid = Aaguid::new_empty();
    let mut key = Authenticator::new(aaguid, MemoryStore::new(), Agrees, RustCryptoBackend);
    pipes::serve(|request| {
        let Some((command, parameters)) = request.split_first() else {
            return refusal(Ctap2Error::InvalidCbor.into());
        };
        let done = match *command {
            MAKE_CREDENTIAL => ciborium::from_reader(parameters)
                .map_err(|_| Ctap2Error::InvalidCbor.into())
                .and_then(|input| at_once(key.make_credential(input)))
                .map(|response| answer(&response)),
            GET_ASSERTION => ciborium::from_reader(parameters)
                .map_err(|_| Ctap2Error::InvalidCbor.into())
                .and_then(|input| at_once(key.get_assertion(input)))
                .map(|response| answer(&response)),
            _ => Err(Ctap2Error::InvalidCommand.into()),
        };
        done.unwrap_or_else(refusal)
    })
}

/// What an answer is that went well: a status of zero and CBOR.
fn answer(response: &impl serde::Serialize) -> Vec<u8> {
    let mut answer = vec![0];
    ciborium::into_writer(response, &mut answer).expect("memory");
    answer
}

fn refusal(status: StatusCode) -> Vec<u8> {
    vec![status.into()]
}

/// What a future gives that waits for nobody.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("there is nobody to wait for"),
    }
}
