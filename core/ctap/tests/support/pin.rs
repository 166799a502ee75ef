// SPDX-License-Identifier: MIT OR Apache-2.0
//! A platform's half of the PIN protocols, for tests that need a token and do not test the PIN.

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use kagifuda_ctap::message::credential_management::{CredentialManagement, ManagementCommand};
use kagifuda_ctap::message::{Command, PinUvAuth};
use kagifuda_ctap::pin_protocol::{
    self, AgreementKey, AuthParam, KeyPair, PinProtocol, SharedSecret,
};
use sha2::{Digest as _, Sha256};

use super::{Key, Reply};

/// A pinUvAuthToken in the platform's hands.
pub struct Token {
    pub protocol: PinProtocol,
    pub value: [u8; 32],
}

impl Token {
    fn read(protocol: PinProtocol, shared: &SharedSecret, answer: &[u8]) -> Self {
        let sent = PinAnswer::read(answer).unwrap().token_enc.unwrap().to_vec();
        let value = shared.decrypt(&sent).unwrap().0.as_slice().try_into().unwrap();
        Self { protocol, value }
    }

    /// The pinUvAuthParam over the parts of a message.
    pub fn over(&self, message: &[&[u8]]) -> AuthParam {
        pin_protocol::authenticate(self.protocol, &self.value, message)
    }

    /// The same, as requests carry it.
    pub fn auth<'p>(&self, param: &'p AuthParam) -> PinUvAuth<'p> {
        PinUvAuth { param: Some(param), protocol: Some(self.protocol.number()) }
    }
}

impl Key {
    /// Agrees with the key on a secret: the platform's public key, and the secret.
    #[track_caller]
    pub fn agree(&mut self, protocol: PinProtocol) -> (AgreementKey, SharedSecret) {
        let request = ClientPin {
            protocol: Some(protocol.number()),
            subcommand: PinCommand::KeyAgreement as u64,
            ..ClientPin::default()
        };
        let answer = self.client_pin(&request).ok();
        let peer = PinAnswer::read(&answer).unwrap().key_agreement.unwrap();
        let pair = KeyPair::generate(&mut self.rng);
        (pair.public(), pair.agree(protocol, &peer).unwrap())
    }

    /// Sends a clientPIN request.
    #[track_caller]
    pub fn client_pin(&mut self, request: &ClientPin<'_>) -> Reply {
        self.command(Command::ClientPin, |writer| request.write(writer))
    }

    /// Sets the first PIN.
    #[track_caller]
    pub fn set_pin(&mut self, pin: &str) {
        self.send_new_pin(None, &padded(pin)).ok();
    }

    /// Sends a new PIN of these bytes, behind the old one where there is one.
    #[track_caller]
    pub fn send_new_pin(&mut self, old: Option<&str>, new: &[u8]) -> Reply {
        let (public, shared) = self.agree(PinProtocol::Two);
        let new = shared.encrypt(new, &mut self.rng).unwrap();
        let hash =
            old.map(|old| shared.encrypt(&Sha256::digest(old)[..16], &mut self.rng).unwrap());
        let param = shared.authenticate(&[&new, hash.as_deref().unwrap_or_default()]);
        let subcommand = if old.is_some() { PinCommand::ChangePin } else { PinCommand::SetPin };
        self.client_pin(&ClientPin {
            protocol: Some(2),
            subcommand: subcommand as u64,
            key_agreement: Some(public),
            param: Some(&param),
            new_pin_enc: Some(&new),
            pin_hash_enc: hash.as_deref(),
            ..ClientPin::default()
        })
    }

    /// Asks for a token by the PIN, under protocol two; `permissions` are bits.
    #[track_caller]
    pub fn ask_token(&mut self, command: PinCommand, pin: &str, permissions: Option<u64>) -> Reply {
        let (public, shared) = self.agree(PinProtocol::Two);
        let hash = shared.encrypt(&Sha256::digest(pin)[..16], &mut self.rng).unwrap();
        self.client_pin(&ClientPin {
            protocol: Some(2),
            subcommand: command as u64,
            key_agreement: Some(public),
            pin_hash_enc: Some(&hash),
            permissions,
            ..ClientPin::default()
        })
    }

    /// How often the PIN may still be tried.
    pub fn pin_tries(&mut self) -> Option<u64> {
        let subcommand = PinCommand::PinRetries as u64;
        let answer = self.client_pin(&ClientPin { subcommand, ..ClientPin::default() }).ok();
        PinAnswer::read(&answer).unwrap().pin_retries
    }

    /// Asks how many passkeys there are, which takes a token.
    #[track_caller]
    pub fn count_passkeys(&mut self, token: &Token) -> Reply {
        let subcommand = ManagementCommand::Count as u64;
        let mut request = CredentialManagement { subcommand, ..CredentialManagement::default() };
        let param = token.over(&request.authenticated(&mut [0]));
        request.auth = token.auth(&param);
        self.command(Command::CredentialManagement, |writer| request.write(writer))
    }

    /// Gets a token by the PIN.
    #[track_caller]
    pub fn token(
        &mut self,
        protocol: PinProtocol,
        pin: &str,
        permissions: Permissions,
        rp_id: Option<&str>,
    ) -> Token {
        let (public, shared) = self.agree(protocol);
        let hash = shared.encrypt(&Sha256::digest(pin)[..16], &mut self.rng).unwrap();
        let request = ClientPin {
            protocol: Some(protocol.number()),
            subcommand: PinCommand::TokenUsingPin as u64,
            key_agreement: Some(public),
            pin_hash_enc: Some(&hash),
            permissions: Some(u64::from(permissions.0)),
            rp_id,
            ..ClientPin::default()
        };
        let answer = self.client_pin(&request).ok();
        Token::read(protocol, &shared, &answer)
    }

    /// Gets a token under protocol two by what is built in.
    #[track_caller]
    pub fn token_by_recognition(&mut self, permissions: Permissions, rp_id: Option<&str>) -> Token {
        let (public, shared) = self.agree(PinProtocol::Two);
        let request = ClientPin {
            protocol: Some(2),
            subcommand: PinCommand::TokenUsingUv as u64,
            key_agreement: Some(public),
            permissions: Some(u64::from(permissions.0)),
            rp_id,
            ..ClientPin::default()
        };
        let answer = self.client_pin(&request).ok();
        Token::read(PinProtocol::Two, &shared, &answer)
    }
}

/// A PIN as platforms send it: 64 bytes, zeros behind.
pub fn padded(pin: &str) -> [u8; 64] {
    let mut padded = [0; 64];
    padded[..pin.len()].copy_from_slice(pin.as_bytes());
    padded
}
