// SPDX-License-Identifier: MIT OR Apache-2.0
//! A key with a fingerprint sensor on the bench (CTAP 2.3 section 6.7): our engine with a sensor in front.
//!
//! The engine keeps the PIN and everything else; in front of it stands what it has not. PINs and tokens are
//! therefore agreed on twice, once with the platform and once with the engine, and a token with the `be`
//! permission is the engine's for managing passkeys. The authentication of every request is checked.

use std::collections::VecDeque;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::cbor::{self, Reader, Writer};
use kagifuda_ctap::message::Command;
use kagifuda_ctap::message::bio_enrollment::{
    BioAnswer, BioCommand, BioEnrollment, BioParameters, FINGERPRINT, SampleStatus, Template,
    Templates,
};
use kagifuda_ctap::message::client_pin::{ClientPin, PinAnswer, PinCommand};
use kagifuda_ctap::pin_protocol::{self, KeyPair, PinProtocol, SharedSecret};
use kagifuda_ctap::status::Status;

use super::{Key, Reply, parameters};

/// The command's byte before it was standard.
const PREVIEW: u8 = 0x40;

/// A finger that the key knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finger {
    pub id: Vec<u8>,
    pub name: Option<String>,
}

/// What the person does with the sensor next.
#[derive(Clone, Copy, Debug)]
pub enum Finding {
    /// Shows a finger, which comes to this.
    Sample(SampleStatus),
    /// Shows a finger, which comes to what nobody here knows.
    Unknown,
    /// Nothing, until the request is taken back.
    Nothing,
}

/// A finger that is being taught.
struct Taught {
    id: Vec<u8>,
    remaining: u64,
}

/// A token that was given out.
struct Issued {
    protocol: PinProtocol,
    value: Vec<u8>,
    may_enrol: bool,
}

/// A key with a sensor.
pub struct SensorKey {
    pub key: Key,
    pub fingers: Vec<Finger>,
    /// What becomes of the next samples; behind its end they are good.
    pub findings: VecDeque<Finding>,
    /// How many good samples a finger takes.
    pub samples: u64,
    /// How many fingers fit.
    pub capacity: usize,
    pub max_name_bytes: Option<u64>,
    /// Whether it speaks as the draft did.
    pub is_preview: bool,
    /// Whether it forgets a finger that it has taken, as a broken one may.
    pub forgets: bool,
    /// How many requests were authenticated, and how many enrolments were cancelled.
    pub verified: u32,
    pub cancelled: u32,
    /// How long the platform lets it wait for a touch.
    pub timeout_ms: Option<u64>,
    /// How often it was asked for a finger that nobody shows.
    pub waits: u32,
    taught: Option<Taught>,
    pair: KeyPair,
    token: Option<Issued>,
    next_id: u8,
}

impl SensorKey {
    /// A fresh one.
    pub fn new() -> Self {
        let mut key = Key::new();
        let pair = KeyPair::generate(&mut key.rng);
        Self {
            key,
            fingers: Vec::new(),
            findings: VecDeque::new(),
            samples: 4,
            capacity: 5,
            max_name_bytes: Some(20),
            is_preview: false,
            forgets: false,
            verified: 0,
            cancelled: 0,
            timeout_ms: None,
            waits: 0,
            taught: None,
            pair,
            token: None,
            next_id: 0xA0,
        }
    }

    /// Whether an enrolment is under way.
    pub const fn is_teaching(&self) -> bool {
        self.taught.is_some()
    }

    /// The whole answer to a request; `None` while nobody touches the sensor.
    pub fn send(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let (&byte, body) = request.split_first()?;
        let standard = Command::BioEnrollment as u8;
        let reply = match byte {
            byte if byte == if self.is_preview { PREVIEW } else { standard } => {
                match self.bio(body) {
                    Err(Halt::Waits) => return None,
                    done => done.map_err(|halt| match halt {
                        Halt::Status(status) => status,
                        Halt::Waits => Status::Other,
                    }),
                }
            }
            byte if byte == Command::GetInfo as u8 => {
                let told = self.key.send(request).ok();
                Ok(self.introduced(&told))
            }
            byte if byte == Command::ClientPin as u8 => self.client_pin(body),
            _ => done(self.key.send(request)),
        };
        Some(match reply {
            Ok(body) => [&[Status::Ok as u8][..], &body].concat(),
            Err(status) => vec![status as u8],
        })
    }

    /// What the engine says of itself, and the sensor.
    fn introduced(&self, told: &[u8]) -> Vec<u8> {
        let mut reader = Reader::new(told);
        let count = reader.map().unwrap();
        parameters(|writer| {
            writer.map(count);
            for _ in 0..count {
                let number = reader.unsigned().unwrap();
                writer.unsigned(number);
                match number {
                    1 if self.is_preview => {
                        writer.array(2).text("FIDO_2_0").text("FIDO_2_1_PRE");
                        reader.raw().unwrap();
                    }
                    4 => self.write_options(reader.raw_map().unwrap(), writer),
                    _ => _ = writer.raw(reader.raw().unwrap()),
                }
            }
        })
    }

    fn write_options(&self, told: &[u8], writer: &mut Writer<'_>) {
        let mut reader = Reader::new(told);
        let mut options: Vec<(String, bool)> = (0..reader.map().unwrap())
            .map(|_| (reader.text().unwrap().to_owned(), reader.boolean().unwrap()))
            .collect();
        let name = if self.is_preview {
            options.retain(|(name, _)| name != "pinUvAuthToken");
            "userVerificationMgmtPreview"
        } else {
            "bioEnroll"
        };
        options.push((name.to_owned(), !self.fingers.is_empty()));
        options.sort_by_key(|(name, _)| (name.len(), name.clone()));
        writer.map(options.len());
        for (name, is_so) in options {
            writer.text(&name).boolean(is_so);
        }
    }

    fn client_pin(&mut self, body: &[u8]) -> Result<Vec<u8>, Status> {
        cbor::check(body)?;
        let request = ClientPin::read(body)?;
        let command = PinCommand::from_number(request.subcommand);
        match command.ok_or(Status::InvalidSubcommand)? {
            PinCommand::KeyAgreement => {
                let answer =
                    PinAnswer { key_agreement: Some(self.pair.public()), ..Default::default() };
                Ok(parameters(|writer| answer.write(writer)))
            }
            PinCommand::SetPin | PinCommand::ChangePin => self.pass_new_pin(&request),
            PinCommand::PinToken | PinCommand::TokenUsingPin => self.pass_token(&request),
            _ => done(self.key.client_pin(&request)),
        }
    }

    /// What was agreed on with the platform, and with the engine.
    fn agreed(
        &mut self,
        request: &ClientPin<'_>,
    ) -> Result<(PinProtocol, SharedSecret, ClientPin<'static>, SharedSecret), Status> {
        let number = request.protocol.ok_or(Status::MissingParameter)?;
        let protocol = PinProtocol::from_number(number)?;
        let peer = request.key_agreement.ok_or(Status::MissingParameter)?;
        let outer = self.pair.agree(protocol, &peer)?;
        let (public, inner) = self.key.agree(protocol);
        let wanted = ClientPin {
            protocol: Some(number),
            subcommand: request.subcommand,
            key_agreement: Some(public),
            ..ClientPin::default()
        };
        Ok((protocol, outer, wanted, inner))
    }

    fn pass_new_pin(&mut self, request: &ClientPin<'_>) -> Result<Vec<u8>, Status> {
        let (_, outer, wanted, inner) = self.agreed(request)?;
        let missing = Status::MissingParameter;
        let (new, param) = (request.new_pin_enc.ok_or(missing)?, request.param.ok_or(missing)?);
        let hash = request.pin_hash_enc.unwrap_or_default();
        outer.verify(&[new, hash], param)?;
        let new = inner.encrypt(&outer.decrypt(new)?.0, &mut self.key.rng)?;
        let hash = match request.pin_hash_enc {
            Some(hash) => Some(inner.encrypt(&outer.decrypt(hash)?.0, &mut self.key.rng)?),
            None => None,
        };
        let param = inner.authenticate(&[&new, hash.as_deref().unwrap_or_default()]);
        let (param, new, hash) = (Some(&param[..]), Some(&new[..]), hash.as_deref());
        done(self.key.client_pin(&ClientPin {
            param,
            new_pin_enc: new,
            pin_hash_enc: hash,
            ..wanted
        }))
    }

    fn pass_token(&mut self, request: &ClientPin<'_>) -> Result<Vec<u8>, Status> {
        let (protocol, outer, wanted, inner) = self.agreed(request)?;
        let hash = request.pin_hash_enc.ok_or(Status::MissingParameter)?;
        let hash = inner.encrypt(&outer.decrypt(hash)?.0, &mut self.key.rng)?;
        let be = u64::from(Permissions::BIO.0);
        let may_enrol = request.permissions.is_none_or(|wanted| wanted & be != 0);
        let permissions = request.permissions.map(|wanted| match wanted & !be {
            0 => u64::from(Permissions::MANAGE.0),
            others => others,
        });
        let told = done(self.key.client_pin(&ClientPin {
            pin_hash_enc: Some(&hash),
            permissions,
            rp_id: request.rp_id,
            ..wanted
        }))
        .inspect_err(|_| self.pair = KeyPair::generate(&mut self.key.rng))?;
        let value = inner.decrypt(PinAnswer::read(&told)?.token_enc.unwrap())?.0.to_vec();
        let sent = outer.encrypt(&value, &mut self.key.rng)?;
        self.token = Some(Issued { protocol, value, may_enrol });
        let answer = PinAnswer { token_enc: Some(&sent), ..Default::default() };
        Ok(parameters(|writer| answer.write(writer)))
    }

    fn bio(&mut self, body: &[u8]) -> Result<Vec<u8>, Halt> {
        cbor::check(body)?;
        let request = BioEnrollment::read(body)?;
        if request.get_modality == Some(true) {
            return Ok(written(&BioAnswer { modality: Some(FINGERPRINT), ..Default::default() }));
        }
        if request.modality != Some(FINGERPRINT) {
            return Err(Status::InvalidParameter.into());
        }
        let number = request.subcommand.ok_or(Status::MissingParameter)?;
        let command = BioCommand::from_number(number).ok_or(Status::InvalidSubcommand)?;
        match command {
            BioCommand::SensorInfo => {
                return Ok(written(&BioAnswer {
                    modality: Some(FINGERPRINT),
                    fingerprint_kind: Some(1),
                    max_samples: Some(self.samples),
                    max_name_bytes: self.max_name_bytes,
                    ..BioAnswer::default()
                }));
            }
            BioCommand::Cancel => {
                self.cancelled += u32::from(self.taught.take().is_some());
                return Ok(Vec::new());
            }
            _ => self.verify(&request)?,
        }
        let told = request.parameters.map(BioParameters::read).transpose()?;
        let wanted = told.unwrap_or_default();
        match command {
            BioCommand::EnrollBegin => self.begin(&wanted),
            BioCommand::NextSample => self.next(&wanted),
            BioCommand::List => self.list(),
            BioCommand::Rename => {
                let name = wanted.name.ok_or(Status::MissingParameter)?.to_owned();
                if name.len() as u64 > self.max_name_bytes.unwrap_or(64) {
                    return Err(Status::InvalidLength.into());
                }
                let place = self.place(&wanted)?;
                self.fingers[place].name = Some(name);
                Ok(Vec::new())
            }
            BioCommand::Remove => {
                let place = self.place(&wanted)?;
                self.fingers.remove(place);
                Ok(Vec::new())
            }
            BioCommand::SensorInfo | BioCommand::Cancel => Err(Status::Other.into()),
        }
    }

    /// Checks the authentication over modality, subcommand and parameters, by a token that may enrol.
    fn verify(&mut self, request: &BioEnrollment<'_>) -> Result<(), Status> {
        let param = request.auth.param.ok_or(Status::PuatRequired)?;
        let number = request.auth.protocol.ok_or(Status::MissingParameter)?;
        let token = self.token.as_ref().ok_or(Status::PinAuthInvalid)?;
        if PinProtocol::from_number(number)? != token.protocol || !token.may_enrol {
            return Err(Status::PinAuthInvalid);
        }
        let message = request.authenticated(&mut [0; 2]).concat();
        pin_protocol::verify(token.protocol, &token.value, &[&message], param)?;
        self.verified += 1;
        Ok(())
    }

    fn place(&self, wanted: &BioParameters<'_>) -> Result<usize, Status> {
        let id = wanted.template_id.ok_or(Status::MissingParameter)?;
        let place = self.fingers.iter().position(|finger| finger.id == id);
        place.ok_or(Status::InvalidOption)
    }

    fn list(&self) -> Result<Vec<u8>, Halt> {
        if self.fingers.is_empty() {
            return Err(Status::InvalidOption.into());
        }
        let all: Vec<Template<'_>> = self
            .fingers
            .iter()
            .map(|finger| Template { id: &finger.id, name: finger.name.as_deref() })
            .collect();
        let list = parameters(|writer| Template::write_all(&all, writer));
        let templates = Some(Templates::read(&mut Reader::new(&list))?);
        Ok(written(&BioAnswer { templates, ..BioAnswer::default() }))
    }

    fn begin(&mut self, wanted: &BioParameters<'_>) -> Result<Vec<u8>, Halt> {
        self.taught = None;
        if self.fingers.len() >= self.capacity {
            return Err(Status::FpDatabaseFull.into());
        }
        let id = vec![0, self.next_id];
        let taught = Taught { id: id.clone(), remaining: self.samples };
        let told = self.sample(taught, wanted)?;
        self.next_id += 1;
        Ok(written(&BioAnswer { template_id: Some(&id), ..told }))
    }

    fn next(&mut self, wanted: &BioParameters<'_>) -> Result<Vec<u8>, Halt> {
        let id = wanted.template_id.ok_or(Status::MissingParameter)?;
        let taught = self.taught.as_ref().filter(|taught| taught.id == id);
        let taught = taught.ok_or(Status::InvalidOption)?;
        let taught = Taught { id: taught.id.clone(), remaining: taught.remaining };
        self.sample(taught, wanted).map(|told| written(&told))
    }

    /// Takes what the person shows.
    fn sample(
        &mut self,
        mut taught: Taught,
        wanted: &BioParameters<'_>,
    ) -> Result<BioAnswer<'static>, Halt> {
        self.timeout_ms = wanted.timeout_ms;
        let number = match self.findings.front() {
            Some(Finding::Nothing) => {
                self.waits += 1;
                return Err(Halt::Waits);
            }
            Some(Finding::Unknown) => 0x3F,
            Some(Finding::Sample(status)) => *status as u64,
            None => SampleStatus::Good as u64,
        };
        self.findings.pop_front();
        taught.remaining -= u64::from(number == SampleStatus::Good as u64);
        let remaining = Some(taught.remaining);
        if taught.remaining > 0 {
            self.taught = Some(taught);
        } else {
            self.taught = None;
            if !self.forgets {
                self.fingers.push(Finger { id: taught.id, name: None });
            }
        }
        Ok(BioAnswer { sample_status: Some(number), remaining, ..BioAnswer::default() })
    }
}

/// Why there is no answer.
enum Halt {
    Status(Status),
    /// Nobody touches the sensor.
    Waits,
}

impl From<Status> for Halt {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

fn done(reply: Reply) -> Result<Vec<u8>, Status> {
    if reply.status == Status::Ok { Ok(reply.body) } else { Err(reply.status) }
}

fn written(answer: &BioAnswer<'_>) -> Vec<u8> {
    parameters(|writer| answer.write(writer))
}
