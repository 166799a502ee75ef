// SPDX-License-Identifier: MIT OR Apache-2.0
//! The whole key as a board has it: packets, frames, engine, keys in software, a store, and a person who touches whenever
//! asked to.

use core::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use heapless::Vec;
use kagifuda_ctap::authenticator::{Answer, Authenticator, Consent, Outcome, Profile, Request};
use kagifuda_ctap::hid::{Capabilities, Channel, Device, DeviceVersion, Kind, Packet, Waiting};
use kagifuda_ctap::keys::SoftwareKeys;
use kagifuda_ctap::store::StoreError;

use crate::shelf::Shelf;

/// What kind of key it is.
const PROFILE: Profile = Profile::BOARD;
/// The largest message of a board, in bytes.
pub(crate) const MESSAGE_BYTES: usize = PROFILE.max_message_bytes;
/// Time stands still: nothing here takes long enough to matter.
pub(crate) const NOW: Duration = Duration::from_secs(1);

/// The packets of one message, and keep-alives beside them.
pub type PacketList = Vec<Packet, 40>;
/// The key's side of the frames.
pub(crate) type Frames = Device<MESSAGE_BYTES>;
/// The engine, with the store in it.
pub(crate) type Engine = Authenticator<Shelf, SoftwareKeys>;

/// A key.
pub struct Key {
    frames: Frames,
    engine: Engine,
    rng: ChaCha20Rng,
}

impl Key {
    /// A key that is plugged in for the first time. Its randomness is the same each time.
    ///
    /// # Errors
    /// None: this store does not fail.
    pub fn plugged_in() -> Result<Self, StoreError> {
        let version = DeviceVersion { major: 0, minor: 1, build: 0 };
        let frames = Device::new(version, Capabilities::CTAP2_AND_U2F, Channel(0x100));
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        let mut keys = SoftwareKeys::locked();
        keys.unlock([&[0x5E; 32]]);
        let engine = Authenticator::power_up(PROFILE, Shelf::default(), keys, NOW, &mut rng)?;
        Ok(Self { frames, engine, rng })
    }

    /// Takes packets and puts those that answer them behind `sent`. Never inlined, so that all it needs of the stack
    /// lies below whoever measures it.
    #[inline(never)]
    pub fn serve(&mut self, packets: &[Packet], sent: &mut PacketList) {
        for packet in packets {
            self.frames.receive(packet, NOW);
        }
        let mut consent = Consent::default();
        while let Some(job) = self.frames.job() {
            let request = match job.kind {
                Kind::Cbor => Request::Cbor(job.request),
                Kind::Msg => Request::Msg(job.request),
            };
            match self.engine.process(request, &consent, NOW, &mut self.rng, job.response) {
                Outcome::Reply(length) => self.frames.reply(length),
                Outcome::Ask(ask) => {
                    consent.set(ask.question, Answer::Given);
                    self.frames.keep_alive(Waiting::UserPresence);
                    self.send(sent);
                }
            }
        }
        self.send(sent);
    }

    /// What does not fit is lost, and the other end notices.
    fn send(&mut self, sent: &mut PacketList) {
        while let Some(packet) = self.frames.next_packet(NOW) {
            if sent.push(packet).is_err() {
                break;
            }
        }
    }
}
