// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a key remembers of itself: the PIN, its tries, and what authenticatorConfig can change.
//!
//! Two records, both canonical CBOR behind four letters and a version. Tries are a record of their own,
//! written before every comparison, so that pulling the plug never gives a try back.

use heapless::{String, Vec};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Profile;
use crate::cbor::{self, Reader, Writer};
use crate::entity::RP_ID_BYTES;
use crate::status::Status;
use crate::store::{RECORD_BYTES, Record, Store, StoreError};

/// The most sites that may learn the minimum PIN length.
pub(crate) const MIN_PIN_RP_IDS: usize = 4;
/// How often a PIN may be tried before it is blocked for good (CTAP 2.3 section 6.5.2.2).
pub(crate) const PIN_TRIES: u8 = 8;
/// How often built-in verification may fail before it is blocked.
pub(crate) const UV_TRIES: u8 = 5;
/// The shortest PIN a key may be delivered with, in code points.
pub(crate) const MIN_PIN_LENGTH: u8 = 4;
/// The longest PIN, in bytes and so at most in code points.
pub(crate) const MAX_PIN_LENGTH: u8 = 63;

const SETTINGS_HEAD: &[u8] = b"KFcs\x01";
const TRIES_HEAD: &[u8] = b"KFct\x01";

/// A PIN that is set.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Pin {
    /// The first half of the PIN's SHA-256 hash.
    pub(crate) hash: [u8; 16],
    /// Its length in code points.
    pub(crate) length: u8,
}

/// What authenticatorConfig and clientPIN can change. `Clone` for changing a copy first: what was not
/// saved is not believed.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) pin: Option<Pin>,
    pub(crate) min_pin_length: u8,
    pub(crate) min_pin_rp_ids: Vec<String<RP_ID_BYTES>, MIN_PIN_RP_IDS>,
    pub(crate) must_change_pin: bool,
    pub(crate) has_pin_complexity_policy: bool,
    pub(crate) is_always_uv: bool,
    pub(crate) is_enterprise_enabled: bool,
    pub(crate) is_long_touch_for_reset: bool,
    /// The token that only lists passkeys and outlives power cycles (`pcmr`).
    pub(crate) persistent_token: Option<Zeroizing<[u8; 32]>>,
    /// What encIdentifier tells to who holds that token.
    pub(crate) identifier: [u8; 16],
}

impl Settings {
    /// A key as delivered, or after a reset.
    pub(crate) fn fresh<R: CryptoRng>(profile: &Profile, rng: &mut R) -> Self {
        let mut identifier = [0; 16];
        rng.fill_bytes(&mut identifier);
        Self {
            pin: None,
            min_pin_length: MIN_PIN_LENGTH,
            min_pin_rp_ids: Vec::new(),
            must_change_pin: false,
            has_pin_complexity_policy: false,
            is_always_uv: profile.is_always_uv_at_first,
            is_enterprise_enabled: false,
            is_long_touch_for_reset: false,
            persistent_token: None,
            identifier,
        }
    }

    pub(crate) fn load<S: Store, R: CryptoRng>(
        store: &mut S,
        profile: &Profile,
        rng: &mut R,
    ) -> Result<Self, StoreError> {
        let mut buffer = Zeroizing::new([0; RECORD_BYTES]);
        match store.load(Record::Settings, &mut *buffer)? {
            Some(length) => {
                let bytes = buffer.get(..length).ok_or(StoreError::Failed)?;
                Self::read(bytes).map_err(|_| StoreError::Failed)
            }
            None => {
                let fresh = Self::fresh(profile, rng);
                fresh.save(store)?;
                Ok(fresh)
            }
        }
    }

    pub(crate) fn save<S: Store>(&self, store: &mut S) -> Result<(), StoreError> {
        let mut buffer = Zeroizing::new([0; RECORD_BYTES]);
        let length = self.write(&mut *buffer).map_err(|_| StoreError::Failed)?;
        store.save(Record::Settings, &buffer[..length])
    }

    fn write(&self, buffer: &mut [u8]) -> Result<usize, Status> {
        let (head, body) =
            buffer.split_at_mut_checked(SETTINGS_HEAD.len()).ok_or(Status::LimitExceeded)?;
        head.copy_from_slice(SETTINGS_HEAD);
        let optional = [self.pin.is_some(), self.persistent_token.is_some()];
        let mut writer = Writer::new(body);
        writer.map(8 + optional.iter().filter(|is_there| **is_there).count());
        if let Some(pin) = &self.pin {
            writer.unsigned(1).array(2).bytes(&pin.hash).unsigned(u64::from(pin.length));
        }
        writer.unsigned(2).unsigned(u64::from(self.min_pin_length));
        writer.unsigned(3).array(self.min_pin_rp_ids.len());
        for rp_id in &self.min_pin_rp_ids {
            writer.text(rp_id);
        }
        writer.unsigned(4).boolean(self.must_change_pin);
        writer.unsigned(5).boolean(self.has_pin_complexity_policy);
        writer.unsigned(6).boolean(self.is_always_uv);
        writer.unsigned(7).boolean(self.is_enterprise_enabled);
        writer.unsigned(8).boolean(self.is_long_touch_for_reset);
        if let Some(token) = &self.persistent_token {
            writer.unsigned(9).bytes(&**token);
        }
        writer.unsigned(10).bytes(&self.identifier);
        Ok(SETTINGS_HEAD.len() + writer.finish()?)
    }

    fn read(bytes: &[u8]) -> Result<Self, Status> {
        let body = bytes.strip_prefix(SETTINGS_HEAD).ok_or(Status::InvalidCbor)?;
        cbor::check(body)?;
        let mut settings = Self {
            pin: None,
            min_pin_length: MIN_PIN_LENGTH,
            min_pin_rp_ids: Vec::new(),
            must_change_pin: false,
            has_pin_complexity_policy: false,
            is_always_uv: false,
            is_enterprise_enabled: false,
            is_long_touch_for_reset: false,
            persistent_token: None,
            identifier: [0; 16],
        };
        Reader::new(body).each_number(|number, value| {
            match number {
                1 => settings.pin = Some(read_pin(value)?),
                2 => settings.min_pin_length = small(value.unsigned()?)?,
                3 => {
                    for _ in 0..value.array()? {
                        let rp_id = String::try_from(value.text()?).map_err(damaged)?;
                        settings.min_pin_rp_ids.push(rp_id).map_err(damaged)?;
                    }
                }
                4 => settings.must_change_pin = value.boolean()?,
                5 => settings.has_pin_complexity_policy = value.boolean()?,
                6 => settings.is_always_uv = value.boolean()?,
                7 => settings.is_enterprise_enabled = value.boolean()?,
                8 => settings.is_long_touch_for_reset = value.boolean()?,
                9 => {
                    let token = value.bytes()?.try_into().map_err(damaged)?;
                    settings.persistent_token = Some(Zeroizing::new(token));
                }
                10 => settings.identifier = value.bytes()?.try_into().map_err(damaged)?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(settings)
    }
}

fn read_pin(value: &mut Reader<'_>) -> Result<Pin, Status> {
    if value.array()? != 2 {
        return Err(Status::InvalidCbor);
    }
    let hash = value.bytes()?.try_into().map_err(damaged)?;
    Ok(Pin { hash, length: small(value.unsigned()?)? })
}

fn small(number: u64) -> Result<u8, Status> {
    u8::try_from(number).map_err(damaged)
}

fn damaged<E>(_: E) -> Status {
    Status::InvalidCbor
}

/// The tries that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tries {
    pub(crate) pin: u8,
    pub(crate) uv: u8,
}

impl Tries {
    pub(crate) const ALL: Self = Self { pin: PIN_TRIES, uv: UV_TRIES };

    pub(crate) fn load<S: Store>(store: &mut S) -> Result<Self, StoreError> {
        let mut buffer = [0; RECORD_BYTES];
        let Some(length) = store.load(Record::Tries, &mut buffer)? else {
            return Ok(Self::ALL);
        };
        match buffer.get(..length).and_then(|bytes| bytes.strip_prefix(TRIES_HEAD)) {
            Some([pin, uv]) => Ok(Self { pin: (*pin).min(PIN_TRIES), uv: (*uv).min(UV_TRIES) }),
            _ => Err(StoreError::Failed),
        }
    }

    pub(crate) fn save<S: Store>(self, store: &mut S) -> Result<(), StoreError> {
        let mut bytes = [0; TRIES_HEAD.len() + 2];
        bytes[..TRIES_HEAD.len()].copy_from_slice(TRIES_HEAD);
        bytes[TRIES_HEAD.len()] = self.pin;
        bytes[TRIES_HEAD.len() + 1] = self.uv;
        store.save(Record::Tries, &bytes)
    }
}
