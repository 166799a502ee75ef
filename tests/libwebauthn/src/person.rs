// SPDX-License-Identifier: MIT OR Apache-2.0
//! The person in front of the client: types PINs, and remembers what was asked.

use libwebauthn::UvUpdate;
use libwebauthn::pin::PinNotSetReason;
use libwebauthn::transport::Channel as _;
use libwebauthn::transport::hid::channel::HidChannel;
use tokio::task::JoinHandle;

/// What a person is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To touch the key.
    Touch,
    /// For the PIN, with so many tries left.
    Pin(Option<u32>),
    /// For a new PIN, and why.
    NewPin(PinNotSetReason),
}

/// A person at a channel.
pub(crate) struct Person(JoinHandle<Vec<Asked>>);

/// What tells a person that nothing more is asked: an update the client has no other use for without
/// built-in verification.
const ENOUGH: UvUpdate = UvUpdate::UvRetry { attempts_left: Some(u32::MAX) };

impl Person {
    /// Somebody who types these PINs in this order, and walks away from what is asked beyond them.
    pub(crate) fn at(channel: &HidChannel<'_>, pins: &[&'static str]) -> Self {
        let mut updates = channel.get_ux_update_receiver();
        let pins = pins.to_vec();
        Self(tokio::spawn(async move {
            let (mut asked, mut pins) = (Vec::new(), pins.into_iter());
            // Who is asked nothing more, or at whose channel a story ended, walks away.
            while let Ok(update) = updates.recv().await {
                match update {
                    UvUpdate::PresenceRequired => asked.push(Asked::Touch),
                    UvUpdate::PinRequired(request) => {
                        asked.push(Asked::Pin(request.attempts_left));
                        match pins.next() {
                            Some(pin) => request.send_pin(pin).expect("it is waited for"),
                            None => request.cancel(),
                        }
                    }
                    UvUpdate::PinNotSet(request) => {
                        asked.push(Asked::NewPin(request.reason));
                        match pins.next() {
                            Some(pin) => request.set_pin(pin).expect("it is waited for"),
                            None => request.cancel(),
                        }
                    }
                    UvUpdate::UvRetry { .. } => break,
                }
            }
            asked
        }))
    }

    /// What was asked so far, in its order.
    pub(crate) async fn was_asked(self, channel: &mut HidChannel<'_>) -> Vec<Asked> {
        channel.send_ux_update(ENOUGH).await;
        self.0.await.expect("the person stays calm")
    }
}
