// SPDX-License-Identifier: MIT OR Apache-2.0
//! The PIN from the platform's side, and tokens for what it allows (CTAP 2.3 section 6.5.5).
//!
//! Everything begins with the key's key: [`key_agreement`] asks for it, [`Agreement::new`] answers it with
//! one of ours. An agreement is good for one step that names a PIN, because a key makes its key anew
//! after a wrong one. PINs are to come in normal form C, as platforms agree; whoever asks the person
//! for one has the tables for that.

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{ClientError, body, garbled, request};
use crate::authenticator::Permissions;
use crate::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use crate::message::extension::HmacInput;
use crate::message::{Command, PinUvAuth};
use crate::pin_protocol::{
    self, AgreementKey, AuthParam, Ciphertext, KeyPair, PinProtocol, Plaintext, SharedSecret,
};
use crate::status::Status;

/// The length of a padded PIN, in bytes; a PIN is at least one byte shorter.
const PADDED_PIN_BYTES: usize = 64;
/// The length of a token, in bytes; keys of CTAP 2.0 may give half of it.
const TOKEN_BYTES: usize = 32;

fn pin_request(wanted: &ClientPin<'_>, out: &mut [u8]) -> Result<usize, ClientError> {
    request(Command::ClientPin, out, |writer| wanted.write(writer))
}

fn read(answer: &[u8]) -> Result<PinAnswer<'_>, ClientError> {
    PinAnswer::read(body(answer)?).map_err(garbled)
}

/// Asks for the key's key.
///
/// # Errors
/// [`ClientError::BufferTooSmall`]; so in all that write a request.
pub fn key_agreement(protocol: PinProtocol, out: &mut [u8]) -> Result<usize, ClientError> {
    let wanted = ClientPin {
        protocol: Some(protocol.number()),
        subcommand: PinCommand::KeyAgreement as u64,
        ..ClientPin::default()
    };
    pin_request(&wanted, out)
}

/// Asks how often the PIN may still be tried.
///
/// # Errors
/// As [`key_agreement`].
pub fn pin_retries(out: &mut [u8]) -> Result<usize, ClientError> {
    let subcommand = PinCommand::PinRetries as u64;
    pin_request(&ClientPin { subcommand, ..ClientPin::default() }, out)
}

/// Asks how often the built-in verification may still be tried.
///
/// # Errors
/// As [`key_agreement`].
pub fn uv_retries(out: &mut [u8]) -> Result<usize, ClientError> {
    let subcommand = PinCommand::UvRetries as u64;
    pin_request(&ClientPin { subcommand, ..ClientPin::default() }, out)
}

/// How often a PIN may still be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinRetries {
    /// How often.
    pub left: u64,
    /// Whether the key has to be unplugged first.
    pub needs_power_cycle: bool,
}

/// Reads how often the PIN may still be tried.
///
/// # Errors
/// What the key refused with, or [`ClientError::Garbled`]; so in all that read an answer.
pub fn read_pin_retries(answer: &[u8]) -> Result<PinRetries, ClientError> {
    let answer = read(answer)?;
    let left = answer.pin_retries.ok_or(ClientError::Garbled)?;
    Ok(PinRetries { left, needs_power_cycle: answer.needs_power_cycle.unwrap_or(false) })
}

/// Reads how often the built-in verification may still be tried.
///
/// # Errors
/// As [`read_pin_retries`].
pub fn read_uv_retries(answer: &[u8]) -> Result<u64, ClientError> {
    read(answer)?.uv_retries.ok_or(ClientError::Garbled)
}

/// What a key and we have agreed on.
pub struct Agreement {
    protocol: PinProtocol,
    public: AgreementKey,
    shared: SharedSecret,
}

impl Agreement {
    /// Answers the key's key with a new one of ours.
    ///
    /// # Errors
    /// As [`read_pin_retries`].
    pub fn new<R: CryptoRng>(
        protocol: PinProtocol,
        answer: &[u8],
        rng: &mut R,
    ) -> Result<Self, ClientError> {
        let peer = read(answer)?.key_agreement.ok_or(ClientError::Garbled)?;
        let pair = KeyPair::generate(rng);
        let shared = pair.agree(protocol, &peer).map_err(garbled)?;
        Ok(Self { protocol, public: pair.public(), shared })
    }

    /// The parts every request of an agreement has.
    fn wanted(&self, command: PinCommand) -> ClientPin<'static> {
        ClientPin {
            protocol: Some(self.protocol.number()),
            subcommand: command as u64,
            key_agreement: Some(self.public),
            ..ClientPin::default()
        }
    }

    /// Sets the first PIN.
    ///
    /// # Errors
    /// [`ClientError::PinTooLong`], and as [`key_agreement`]; so in all that name a PIN.
    pub fn set_pin<R: CryptoRng>(
        &self,
        pin: &str,
        rng: &mut R,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let new = self.encrypt(&*padded(pin)?, rng);
        let param = self.shared.authenticate(&[&new]);
        let wanted = ClientPin {
            param: Some(&param),
            new_pin_enc: Some(&new),
            ..self.wanted(PinCommand::SetPin)
        };
        pin_request(&wanted, out)
    }

    /// Changes the PIN. Tokens that were given out end.
    ///
    /// # Errors
    /// As [`Self::set_pin`].
    pub fn change_pin<R: CryptoRng>(
        &self,
        (old, new): (&str, &str),
        rng: &mut R,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let new = self.encrypt(&*padded(new)?, rng);
        let hash = self.encrypt(&*half_hash(old), rng);
        let param = self.shared.authenticate(&[&new, &hash]);
        let wanted = ClientPin {
            param: Some(&param),
            new_pin_enc: Some(&new),
            pin_hash_enc: Some(&hash),
            ..self.wanted(PinCommand::ChangePin)
        };
        pin_request(&wanted, out)
    }

    /// Asks for a token by the PIN, as CTAP 2.0 had it: for registering and signing in, at whatever site is
    /// the first. For keys that know no permissions.
    ///
    /// # Errors
    /// As [`key_agreement`].
    pub fn legacy_token<R: CryptoRng>(
        &self,
        pin: &str,
        rng: &mut R,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let hash = self.encrypt(&*half_hash(pin), rng);
        let wanted = ClientPin { pin_hash_enc: Some(&hash), ..self.wanted(PinCommand::PinToken) };
        pin_request(&wanted, out)
    }

    /// Asks for a token by the PIN. Registering and signing in need the site; the others may have one.
    ///
    /// # Errors
    /// As [`key_agreement`].
    pub fn token_by_pin<R: CryptoRng>(
        &self,
        pin: &str,
        (permissions, rp_id): (Permissions, Option<&str>),
        rng: &mut R,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let hash = self.encrypt(&*half_hash(pin), rng);
        let wanted = ClientPin {
            pin_hash_enc: Some(&hash),
            permissions: Some(u64::from(permissions.0)),
            rp_id,
            ..self.wanted(PinCommand::TokenUsingPin)
        };
        pin_request(&wanted, out)
    }

    /// Asks for a token by what the key has built in to recognise its person.
    ///
    /// # Errors
    /// As [`key_agreement`].
    pub fn token_by_recognition(
        &self,
        permissions: Permissions,
        rp_id: Option<&str>,
        out: &mut [u8],
    ) -> Result<usize, ClientError> {
        let wanted = ClientPin {
            permissions: Some(u64::from(permissions.0)),
            rp_id,
            ..self.wanted(PinCommand::TokenUsingUv)
        };
        pin_request(&wanted, out)
    }

    /// Reads a token.
    ///
    /// # Errors
    /// As [`read_pin_retries`].
    pub fn read_token(&self, answer: &[u8]) -> Result<Token, ClientError> {
        let sent = read(answer)?.token_enc.ok_or(ClientError::Garbled)?;
        let value = self.shared.decrypt(sent).map_err(garbled)?;
        let is_whole = match self.protocol {
            PinProtocol::One => matches!(value.0.len(), 16 | TOKEN_BYTES),
            PinProtocol::Two => value.0.len() == TOKEN_BYTES,
        };
        if !is_whole {
            return Err(ClientError::Garbled);
        }
        Ok(Token { protocol: self.protocol, value })
    }

    /// Encrypts one or two salts for hmac-secret.
    pub fn seal_salts<R: CryptoRng>(
        &self,
        first: &[u8; 32],
        second: Option<&[u8; 32]>,
        rng: &mut R,
    ) -> SealedSalts {
        let pair = Zeroizing::new([*first, second.copied().unwrap_or_default()]);
        let count = if second.is_some() { 2 } else { 1 };
        let salts = self.encrypt(pair[..count].as_flattened(), rng);
        let auth = self.shared.authenticate(&[&salts]);
        SealedSalts { protocol: self.protocol, public: self.public, salts, auth }
    }

    /// Decrypts the secrets that hmac-secret gave for one or two salts.
    ///
    /// # Errors
    /// [`ClientError::Garbled`] for another length.
    pub fn open_secrets(&self, sent: &[u8]) -> Result<Plaintext, ClientError> {
        let secrets = self.shared.decrypt(sent).map_err(garbled)?;
        if matches!(secrets.0.len(), 32 | 64) { Ok(secrets) } else { Err(ClientError::Garbled) }
    }

    fn encrypt<R: CryptoRng>(&self, plain: &[u8], rng: &mut R) -> Ciphertext {
        self.shared.encrypt(plain, rng).expect("a PIN, its hash and two salts are whole blocks")
    }
}

/// Salts on their way to the key.
pub struct SealedSalts {
    protocol: PinProtocol,
    public: AgreementKey,
    salts: Ciphertext,
    auth: AuthParam,
}

impl SealedSalts {
    /// The input of hmac-secret or hmac-secret-mc. Protocol one goes without its number, as keys of
    /// CTAP 2.0 know it.
    #[must_use]
    pub fn input(&self) -> HmacInput<'_> {
        let protocol = match self.protocol {
            PinProtocol::One => None,
            PinProtocol::Two => Some(self.protocol.number()),
        };
        HmacInput {
            key_agreement: self.public,
            salt_enc: &self.salts,
            salt_auth: &self.auth,
            protocol,
        }
    }
}

/// A pinUvAuthToken: shows a key that a request comes from who knows the PIN, or from whom it recognised.
pub struct Token {
    protocol: PinProtocol,
    value: Plaintext,
}

impl Token {
    /// The token that outlives power cycles ([`Permissions::LIST`]), as it was kept.
    ///
    /// # Errors
    /// [`Status::InvalidLength`] where that cannot be one.
    pub fn kept(protocol: PinProtocol, value: &[u8]) -> Result<Self, Status> {
        let mut kept = Plaintext::default();
        let fits = value.len() == TOKEN_BYTES && kept.0.extend_from_slice(value).is_ok();
        if fits { Ok(Self { protocol, value: kept }) } else { Err(Status::InvalidLength) }
    }

    /// Shows the bytes, to keep a token that outlives power cycles.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.value.0
    }

    /// The protocol it was given out under.
    #[must_use]
    pub const fn protocol(&self) -> PinProtocol {
        self.protocol
    }

    /// Authenticates the parts of a message as one; for a registration or a sign-in that is the hash of
    /// the client data.
    #[must_use]
    pub fn authenticate(&self, message: &[&[u8]]) -> AuthParam {
        pin_protocol::authenticate(self.protocol, &self.value.0, message)
    }

    /// An authentication, as requests carry it.
    #[must_use]
    pub fn auth<'p>(&self, param: &'p AuthParam) -> PinUvAuth<'p> {
        PinUvAuth { param: Some(param), protocol: Some(self.protocol.number()) }
    }
}

/// A PIN with zeros behind.
fn padded(pin: &str) -> Result<Zeroizing<[u8; PADDED_PIN_BYTES]>, ClientError> {
    let mut padded = Zeroizing::new([0; PADDED_PIN_BYTES]);
    if pin.len() >= PADDED_PIN_BYTES {
        return Err(ClientError::PinTooLong);
    }
    padded[..pin.len()].copy_from_slice(pin.as_bytes());
    Ok(padded)
}

/// The first half of a PIN's hash, which is all a key ever learns of it.
fn half_hash(pin: &str) -> Zeroizing<[u8; 16]> {
    let mut whole = Sha256::digest(pin.as_bytes());
    let mut half = Zeroizing::new([0; 16]);
    half.copy_from_slice(&whole[..16]);
    zeroize::Zeroize::zeroize(whole.as_mut_slice());
    half
}
