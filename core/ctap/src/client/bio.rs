// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fingers a key knows its person by: taught, listed, renamed and removed (CTAP 2.3 section 6.7).
//!
//! An [`Enrolment`] asks for one sample after another: ask [`Enrolment::request`] for the next request until
//! there is none, and give every answer to [`Enrolment::take`]. Whoever stops before that sends
//! [`cancel_enrolment`]. All but that and what the sensor is needs a token with
//! [`Permissions::BIO`](crate::authenticator::Permissions::BIO).

use core::time::Duration;

use heapless::Vec;

use super::management::Dialect;
use super::{ClientError, Subcommand, Token, body, finish, garbled};
use crate::cbor::Writer;
use crate::message::Command;
use crate::message::bio_enrollment::{
    BioAnswer, BioCommand, BioEnrollment, BioParameters, FINGERPRINT, SampleStatus, Templates,
};
use crate::message::get_info::InfoOptions;
use crate::status::Status;

/// The command's byte before it was standard (`FIDO_2_1_PRE`).
const PREVIEW: u8 = 0x40;
/// The longest name of a key that does not name one, in bytes (section 6.7.7).
const MAX_NAME_BYTES: u64 = 64;
/// The longest id of a finger; keys in the field have 1 to 32 bytes.
const TEMPLATE_ID_BYTES: usize = 64;

/// That a key has a sensor of its own, as it says (section 6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sensor {
    /// Whether it is spoken to as the standard says or as its draft did.
    pub dialect: Dialect,
    /// Whether the key knows a finger.
    pub has_fingers: bool,
}

impl Sensor {
    /// What a key says of its sensor; `None` where it has none.
    #[must_use]
    pub fn of(options: &InfoOptions) -> Option<Self> {
        let standard = options.bio_enroll.map(|has| (Dialect::Standard, has));
        let preview = options.bio_enroll_preview.map(|has| (Dialect::Preview, has));
        standard.or(preview).map(|(dialect, has_fingers)| Self { dialect, has_fingers })
    }
}

const fn byte(dialect: Dialect) -> u8 {
    match dialect {
        Dialect::Standard => Command::BioEnrollment as u8,
        Dialect::Preview => PREVIEW,
    }
}

fn request(
    (dialect, command): (Dialect, BioCommand),
    token: Option<&Token>,
    parameters: Option<&BioParameters<'_>>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    const MODALITY: u8 = FINGERPRINT as u8;
    let write = |writer: &mut Writer<'_>| {
        if let Some(parameters) = parameters {
            parameters.write(writer);
        }
    };
    let parameters = parameters.is_some().then_some(&write as &dyn Fn(&mut Writer<'_>));
    let subcommand = Subcommand {
        command: byte(dialect),
        modality: Some(MODALITY),
        number: command as u8,
        head: &[MODALITY],
    };
    subcommand.request(token, parameters, out)
}

fn read(answer: &[u8]) -> Result<BioAnswer<'_>, ClientError> {
    BioAnswer::read(body(answer)?).map_err(garbled)
}

/// Asks how a key recognises its person (section 6.7.2).
///
/// # Errors
/// [`ClientError::BufferTooSmall`]; so in all that write a request.
pub fn modality(dialect: Dialect, out: &mut [u8]) -> Result<usize, ClientError> {
    let (first, rest) = out.split_first_mut().ok_or(ClientError::BufferTooSmall)?;
    *first = byte(dialect);
    let mut writer = Writer::new(rest);
    BioEnrollment { get_modality: Some(true), ..BioEnrollment::default() }.write(&mut writer);
    Ok(1 + finish(writer)?)
}

/// Reads how a key recognises its person; by fingerprints that is [`FINGERPRINT`].
///
/// # Errors
/// What the key refused with, or [`ClientError::Garbled`]; so in all that read an answer.
pub fn read_modality(answer: &[u8]) -> Result<u64, ClientError> {
    read(answer)?.modality.ok_or(ClientError::Garbled)
}

/// Asks what kind of sensor a key has (section 6.7.3).
///
/// # Errors
/// As [`modality`].
pub fn sensor_info(dialect: Dialect, out: &mut [u8]) -> Result<usize, ClientError> {
    request((dialect, BioCommand::SensorInfo), None, None, out)
}

/// How a finger is shown to a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SensorKind {
    /// It is laid on.
    Touch,
    /// It is drawn over it.
    Swipe,
}

/// What kind of sensor a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SensorInfo {
    /// How a finger is shown to it; `None` where the key does not say, or says what is not known here.
    pub kind: Option<SensorKind>,
    /// The most good samples that a finger takes.
    pub max_samples: Option<u64>,
    /// The longest name of a finger, in bytes.
    pub max_name_bytes: u64,
}

/// Reads what kind of sensor a key has.
///
/// # Errors
/// As [`read_modality`].
pub fn read_sensor_info(answer: &[u8]) -> Result<SensorInfo, ClientError> {
    let answer = read(answer)?;
    let kind = match answer.fingerprint_kind {
        Some(1) => Some(SensorKind::Touch),
        Some(2) => Some(SensorKind::Swipe),
        _ => None,
    };
    let max_name_bytes = answer.max_name_bytes.unwrap_or(MAX_NAME_BYTES);
    Ok(SensorInfo { kind, max_samples: answer.max_samples, max_name_bytes })
}

/// Asks which fingers a key knows (section 6.7.6).
///
/// # Errors
/// As [`modality`].
pub fn fingers(dialect: Dialect, token: &Token, out: &mut [u8]) -> Result<usize, ClientError> {
    request((dialect, BioCommand::List), Some(token), None, out)
}

/// Reads which fingers a key knows. One that knows none says that the option is not valid.
///
/// # Errors
/// As [`read_modality`].
pub fn read_fingers(answer: &[u8]) -> Result<Templates<'_>, ClientError> {
    match read(answer) {
        Err(ClientError::Key(Status::InvalidOption)) => Ok(Templates::EMPTY),
        answer => answer?.templates.ok_or(ClientError::Garbled),
    }
}

/// Gives a finger another name (section 6.7.7).
///
/// # Errors
/// As [`modality`].
pub fn rename_finger(
    dialect: Dialect,
    token: &Token,
    (id, name): (&[u8], &str),
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let parameters =
        BioParameters { template_id: Some(id), name: Some(name), ..BioParameters::default() };
    request((dialect, BioCommand::Rename), Some(token), Some(&parameters), out)
}

/// Removes a finger (section 6.7.8).
///
/// # Errors
/// As [`modality`].
pub fn remove_finger(
    dialect: Dialect,
    token: &Token,
    id: &[u8],
    out: &mut [u8],
) -> Result<usize, ClientError> {
    let parameters = BioParameters { template_id: Some(id), ..BioParameters::default() };
    request((dialect, BioCommand::Remove), Some(token), Some(&parameters), out)
}

/// Ends an enrolment that is not complete; nothing of it stays (section 6.7.5).
///
/// # Errors
/// As [`modality`].
pub fn cancel_enrolment(dialect: Dialect, out: &mut [u8]) -> Result<usize, ClientError> {
    request((dialect, BioCommand::Cancel), None, None, out)
}

/// What became of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How good it was; `None` where the key says what is not known here.
    pub status: Option<SampleStatus>,
    /// How many more it takes.
    pub remaining: u64,
}

/// How far an enrolment is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Beginning,
    Amid,
    Complete,
}

/// A finger being taught to a key (section 6.7.4).
pub struct Enrolment<'t> {
    dialect: Dialect,
    token: &'t Token,
    patience: Duration,
    stage: Stage,
    id: Vec<u8, TEMPLATE_ID_BYTES>,
}

impl<'t> Enrolment<'t> {
    /// Begins; for each sample the key waits so long.
    #[must_use]
    pub const fn new(dialect: Dialect, token: &'t Token, patience: Duration) -> Self {
        Self { dialect, token, patience, stage: Stage::Beginning, id: Vec::new() }
    }

    /// What the key calls the finger; `None` before the first answer.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        (self.stage != Stage::Beginning).then_some(self.id.as_slice())
    }

    /// The next request, for another sample; `None` once the key has enough of them.
    ///
    /// # Errors
    /// As [`modality`].
    pub fn request(&self, out: &mut [u8]) -> Result<Option<usize>, ClientError> {
        let command = match self.stage {
            Stage::Beginning => BioCommand::EnrollBegin,
            Stage::Amid => BioCommand::NextSample,
            Stage::Complete => return Ok(None),
        };
        let parameters = BioParameters {
            template_id: self.id(),
            name: None,
            timeout_ms: Some(u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX)),
        };
        request((self.dialect, command), Some(self.token), Some(&parameters), out).map(Some)
    }

    /// Reads what became of a sample.
    ///
    /// # Errors
    /// As [`read_modality`].
    pub fn take(&mut self, answer: &[u8]) -> Result<Sample, ClientError> {
        let answer = read(answer)?;
        let status = answer.sample_status.ok_or(ClientError::Garbled)?;
        let remaining = answer.remaining.ok_or(ClientError::Garbled)?;
        if self.stage == Stage::Beginning {
            let id = answer.template_id.ok_or(ClientError::Garbled)?;
            self.id = Vec::from_slice(id).map_err(|_| ClientError::Garbled)?;
        }
        self.stage = if remaining == 0 { Stage::Complete } else { Stage::Amid };
        Ok(Sample { status: SampleStatus::from_number(status), remaining })
    }
}
