// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a browser and a site do with a key: register, sign in, check the signature, ask for secrets.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use getrandom::SysRng;
use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement, ClientError};
use kagifuda_ctap::cose::PublicKey;
use kagifuda_ctap::hid::{Answer, Client, Command as Frame, MAX_MESSAGE_BYTES};
use kagifuda_ctap::message::auth_data::{AssertOutputs, AuthData, Flags};
use kagifuda_ctap::message::extension::{AssertInputs, MakeInputs};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Options, PinUvAuth};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use rand_core::UnwrapErr;

use crate::{Key, PATIENCE};

const HASH: [u8; 32] = [0x5A; 32];
const SALTS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

/// What a site keeps of a registration.
pub(crate) struct Registered {
    pub(crate) site: String,
    pub(crate) id: Vec<u8>,
    pub(crate) public_key: PublicKey,
    pub(crate) flags: Flags,
}

/// What a sign-in gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedIn {
    /// What hmac-secret gave for two salts.
    pub(crate) secrets: Vec<u8>,
    /// What the site left in the credential.
    pub(crate) cred_blob: Vec<u8>,
    pub(crate) is_for_payments: bool,
    pub(crate) user_handle: Option<Vec<u8>>,
}

/// A browser that talks to one key.
pub(crate) struct Browser {
    socket: UdpSocket,
    client: Box<Client<MAX_MESSAGE_BYTES>>,
    begun: Instant,
    pin: Option<&'static str>,
    /// What requests say of verification.
    uv: Option<bool>,
}

impl Browser {
    /// Waits until a key answers.
    pub(crate) fn wait_for(key: &Key) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect((Ipv4Addr::LOCALHOST, key.udp)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let begun = Instant::now();
        let mut client = Box::new(Client::<MAX_MESSAGE_BYTES>::new());
        let greeting = client.greet([8; 8], begun.elapsed());
        while socket.send(&greeting).is_err() || socket.recv(&mut [0; 64]).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the key does not appear");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A browser at this key, whose person types the PIN where there is one.
    pub(crate) fn at(key: &Key, pin: Option<&'static str>) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.connect((Ipv4Addr::LOCALHOST, key.udp)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut browser =
            Self { socket, client: Box::new(Client::new()), begun: Instant::now(), pin, uv: None };
        let greeting = browser.client.greet([7; 8], browser.begun.elapsed());
        browser.socket.send(&greeting).unwrap();
        browser.hear(|answer| matches!(answer, Answer::Greeting(_)).then_some(()));
        browser
    }

    /// A browser that wants the key to recognise its person by itself.
    pub(crate) fn recognised_by(key: &Key) -> Self {
        Self { uv: Some(true), ..Self::at(key, None) }
    }

    /// A token from whom the key recognises, as browsers get one before a registration.
    pub(crate) fn token_by_recognition(&mut self, site: &str) -> Result<(), ClientError> {
        let agreement = self.agreement();
        let answer = self.ask(|out| {
            agreement.token_by_recognition(Permissions::MAKE_CREDENTIAL, Some(site), out)
        });
        agreement.read_token(&answer).map(|_| ())
    }

    /// How often the key may still fail to recognise somebody.
    pub(crate) fn uv_retries(&mut self) -> u64 {
        client::read_uv_retries(&self.ask(client::uv_retries)).unwrap()
    }

    /// Asks which key is meant.
    pub(crate) fn select(&mut self) -> Result<(), ClientError> {
        client::read_done(&self.ask(client::selection))
    }

    /// Begins a registration, and takes it back once `is_asked`.
    pub(crate) fn take_back_a_registration(&mut self, is_asked: impl FnOnce()) -> Vec<u8> {
        let wanted = MakeCredentialRequest {
            client_data_hash: HASH,
            rp_id: "inn.example",
            user_id: b"hana",
            algorithms: &[-7],
            options: Options { rk: Some(true), uv: self.uv, ..Options::default() },
            ..MakeCredentialRequest::default()
        };
        self.say(|out| client::make_credential(&wanted, out));
        is_asked();
        self.socket.send(&self.client.cancel().unwrap()).unwrap();
        self.hear_answer()
    }

    /// Registers an account at a site; whether its passkey is kept, with room for a blob, or sealed into its id.
    pub(crate) fn register(&mut self, site: &str, account: &str, is_kept: bool) -> Registered {
        self.try_register(site, account, is_kept).unwrap()
    }

    /// The same, where it may be refused.
    pub(crate) fn try_register(
        &mut self,
        site: &str,
        account: &str,
        is_kept: bool,
    ) -> Result<Registered, ClientError> {
        let extensions = MakeInputs {
            hmac_secret: Some(true),
            large_blob_key: is_kept.then_some(true),
            ..MakeInputs::default()
        };
        self.register_with(site, account, is_kept, extensions)
    }

    /// The same, with what the site wants besides.
    pub(crate) fn register_with(
        &mut self,
        site: &str,
        account: &str,
        is_kept: bool,
        extensions: MakeInputs<'_>,
    ) -> Result<Registered, ClientError> {
        let allowed = self.allowed(Permissions::MAKE_CREDENTIAL, site);
        let wanted = MakeCredentialRequest {
            client_data_hash: HASH,
            rp_id: site,
            user_id: account.as_bytes(),
            user_name: Some(account),
            user_display_name: Some(account),
            algorithms: &[-7],
            options: Options { rk: Some(is_kept), uv: self.uv, ..Options::default() },
            extensions,
            auth: allowed.as_ref().map(Allowed::auth).unwrap_or_default(),
            ..MakeCredentialRequest::default()
        };
        let answer = self.ask(|out| client::make_credential(&wanted, out));
        let data = AuthData::read(client::read_made(&answer)?.auth_data).unwrap();
        let attested = data.attested.unwrap();
        Ok(Registered {
            site: site.to_owned(),
            id: attested.id.to_vec(),
            public_key: attested.key().unwrap(),
            flags: data.flags,
        })
    }

    /// Signs in, the site naming no account.
    pub(crate) fn sign_in(&mut self, registered: &Registered) -> Result<SignedIn, Status> {
        self.assert(registered, &[]).map(|(signed_in, _)| signed_in)
    }

    /// Signs in, the site naming the credential.
    pub(crate) fn sign_in_with(&mut self, registered: &Registered) -> Result<SignedIn, Status> {
        self.assert(registered, &[&registered.id]).map(|(signed_in, _)| signed_in)
    }

    /// What a sign-in with the credential claims of it.
    pub(crate) fn flags(&mut self, registered: &Registered) -> Flags {
        self.assert(registered, &[&registered.id]).unwrap().1
    }

    fn assert(
        &mut self,
        registered: &Registered,
        allow: &[&[u8]],
    ) -> Result<(SignedIn, Flags), Status> {
        let allowed = self.allowed(Permissions::GET_ASSERTION, &registered.site);
        let agreement = self.agreement();
        let salts = agreement.seal_salts(&SALTS[0], Some(&SALTS[1]), &mut UnwrapErr(SysRng));
        let wanted = GetAssertionRequest {
            rp_id: &registered.site,
            client_data_hash: HASH,
            allow,
            options: Options { uv: self.uv, ..Options::default() },
            extensions: AssertInputs {
                hmac_secret: Some(salts.input()),
                cred_blob: Some(true),
                third_party_payment: Some(true),
                ..AssertInputs::default()
            },
            auth: allowed.as_ref().map(Allowed::auth).unwrap_or_default(),
        };
        let answer = self.ask(|out| client::get_assertion(&wanted, out));
        let assertion = match client::read_assertion(&answer) {
            Ok(assertion) => assertion,
            Err(ClientError::Key(status)) => return Err(status),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(assertion.credential_id, registered.id);
        let point = [&[4], registered.public_key.x(), registered.public_key.y()].concat();
        let signature = Signature::from_der(assertion.signature).unwrap();
        let signed = [assertion.auth_data, &HASH].concat();
        VerifyingKey::from_sec1_bytes(&point).unwrap().verify(&signed, &signature).unwrap();
        let data = AuthData::read(assertion.auth_data).unwrap();
        assert_eq!(data.count, 0, "a copy could not keep a counter");
        let outputs = AssertOutputs::read(data.extensions.unwrap()).unwrap();
        let secrets = agreement.open_secrets(outputs.hmac_secret.unwrap()).unwrap().0.to_vec();
        let cred_blob = outputs.cred_blob.unwrap().to_vec();
        let is_for_payments = outputs.third_party_payment.unwrap_or(false);
        let user_handle = assertion.user.map(|user| user.id.to_vec());
        let signed_in = SignedIn { secrets, cred_blob, is_for_payments, user_handle };
        Ok((signed_in, data.flags))
    }

    /// Removes a passkey, as a browser's list of passkeys does.
    pub(crate) fn remove(&mut self, registered: &Registered) {
        let token = self.token(Permissions::MANAGE, None).unwrap();
        let answer =
            self.ask(|out| client::remove(client::Dialect::Standard, &token, &registered.id, out));
        client::read_done(&answer).unwrap();
    }

    fn agreement(&mut self) -> Agreement {
        let answer = self.ask(|out| client::key_agreement(PinProtocol::Two, out));
        Agreement::new(PinProtocol::Two, &answer, &mut UnwrapErr(SysRng)).unwrap()
    }

    fn token(&mut self, permissions: Permissions, site: Option<&str>) -> Option<client::Token> {
        let pin = self.pin?;
        let agreement = self.agreement();
        let answer = self.ask(|out| {
            agreement.token_by_pin(pin, (permissions, site), &mut UnwrapErr(SysRng), out)
        });
        Some(agreement.read_token(&answer).unwrap())
    }

    fn allowed(&mut self, permissions: Permissions, site: &str) -> Option<Allowed> {
        let token = self.token(permissions, Some(site))?;
        let param = token.authenticate(&[&HASH]);
        Some(Allowed { token, param })
    }

    fn ask(&mut self, write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) -> Vec<u8> {
        self.say(write);
        self.hear_answer()
    }

    fn say(&mut self, write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) {
        let mut message = [0; 2048];
        let length = write(&mut message).unwrap();
        let now = self.begun.elapsed();
        for packet in self.client.send(Frame::Cbor, &message[..length], now).unwrap() {
            self.socket.send(&packet).unwrap();
        }
    }

    fn hear_answer(&mut self) -> Vec<u8> {
        self.hear(|answer| match answer {
            Answer::Message(bytes) => Some(bytes.to_vec()),
            _ => None,
        })
    }

    /// Waits for what `wanted` takes.
    fn hear<T>(&mut self, wanted: impl Fn(Answer<'_>) -> Option<T>) -> T {
        let mut report = [0; 64];
        loop {
            self.socket.recv(&mut report).unwrap();
            let answer = self.client.receive(&report, self.begun.elapsed()).unwrap();
            if let Some(heard) = answer.and_then(&wanted) {
                return heard;
            }
        }
    }
}

/// A token, and what it says of one request.
struct Allowed {
    token: client::Token,
    param: kagifuda_ctap::pin_protocol::AuthParam,
}

impl Allowed {
    fn auth(&self) -> PinUvAuth<'_> {
        self.token.auth(&self.param)
    }
}
