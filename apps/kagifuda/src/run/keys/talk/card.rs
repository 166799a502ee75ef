// SPDX-License-Identifier: MIT OR Apache-2.0
//! The line to a smart card or an NFC key: commands and answers (CTAP 2.3 section 11.3).

use std::time::Duration;

use kagifuda_ctap::apdu::{Exchange, ExchangeError, Form, Progress, StatusWord};
use kagifuda_ctap::hid::{Kind, MAX_MESSAGE_BYTES};
use kagifuda_linux::pcsc::Card;
use zeroize::Zeroizing;

use super::Pause;
use crate::fault::{Fault, KeyTrouble};

/// How long until a card that is at work is asked again.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest command of the short form, and the room the version is answered in.
const COMMAND_BYTES: usize = 261;

/// A card whose FIDO applet is selected.
pub(super) struct Applet {
    card: Card,
}

impl Applet {
    /// Selects it; `None` where the card has none.
    pub(super) fn select(card: Card) -> Result<Option<Self>, Fault> {
        let mut exchange = Exchange::<COMMAND_BYTES>::select();
        match exchange_all(&card, &mut exchange, &mut None) {
            Ok(_) => Ok(Some(Self { card })),
            Err(Trouble::Exchange(_)) => Ok(None),
            Err(Trouble::Fault(fault)) => Err(fault),
        }
    }

    /// Sends a request and waits for the answer.
    pub(super) fn send(
        &self,
        message: &[u8],
        pause: &mut Pause<'_, '_>,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let exchange = Exchange::<MAX_MESSAGE_BYTES>::request(Kind::Cbor, message, Form::Short);
        let answer = exchange
            .map_err(Trouble::Exchange)
            .and_then(|mut exchange| exchange_all(&self.card, &mut exchange, &mut Some(pause)));
        answer.map_err(|trouble| match trouble {
            Trouble::Fault(fault) => fault,
            Trouble::Exchange(ExchangeError::Refused(
                StatusWord::NO_INSTRUCTION | StatusWord::NO_CLASS,
            )) => KeyTrouble::TooOld.into(),
            Trouble::Exchange(_) => KeyTrouble::Garbled.into(),
        })
    }
}

fn exchange_all<const N: usize>(
    card: &Card,
    exchange: &mut Exchange<'_, N>,
    pause: &mut Option<&mut Pause<'_, '_>>,
) -> Result<Zeroizing<Vec<u8>>, Trouble> {
    let mut command = Zeroizing::new([0; COMMAND_BYTES]);
    let mut is_taken_back = false;
    loop {
        let length = exchange.command(&mut *command)?;
        let response = card.transmit(&command[..length]).map_err(Fault::from)?;
        match exchange.receive(&response)? {
            Progress::Done(_) if is_taken_back => return Err(Fault::Declined.into()),
            Progress::Done(answer) => return Ok(Zeroizing::new(answer.to_vec())),
            Progress::More => {}
            Progress::Waiting(waiting) => {
                let Some(pause) = pause else { return Err(ExchangeError::Malformed.into()) };
                pause.tell(waiting);
                if !is_taken_back && pause.is_interrupted() {
                    exchange.cancel();
                    is_taken_back = true;
                } else {
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }
}

/// Why nothing came back.
enum Trouble {
    Exchange(ExchangeError),
    Fault(Fault),
}

impl From<ExchangeError> for Trouble {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
