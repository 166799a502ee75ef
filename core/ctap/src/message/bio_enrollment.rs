// SPDX-License-Identifier: MIT OR Apache-2.0
//! authenticatorBioEnrollment (CTAP 2.3 section 6.7): the fingers a key knows its person by, taught,
//! listed, named and removed. Its draft (`FIDO_2_1_PRE`) said the same under another byte.
//!
//! A status of a sample that has no name here stays a number, so that a client goes on with a key
//! that knows more.

use super::PinUvAuth;
use crate::cbor::{Reader, Writer};
use crate::status::Status;

/// The modality of fingerprints, the only one there is (section 6.7).
pub const FINGERPRINT: u64 = 0x01;

/// The subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum BioCommand {
    /// enrollBegin: the first sample of a new finger (section 6.7.4).
    EnrollBegin = 0x01,
    /// enrollCaptureNextSample: another one (section 6.7.4).
    NextSample = 0x02,
    /// cancelCurrentEnrollment (section 6.7.5).
    Cancel = 0x03,
    /// enumerateEnrollments: every finger (section 6.7.6).
    List = 0x04,
    /// setFriendlyName (section 6.7.7).
    Rename = 0x05,
    /// removeEnrollment (section 6.7.8).
    Remove = 0x06,
    /// getFingerprintSensorInfo (section 6.7.3).
    SensorInfo = 0x07,
}

impl BioCommand {
    /// The subcommand of a number.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0x01 => Self::EnrollBegin,
            0x02 => Self::NextSample,
            0x03 => Self::Cancel,
            0x04 => Self::List,
            0x05 => Self::Rename,
            0x06 => Self::Remove,
            0x07 => Self::SensorInfo,
            _ => return None,
        })
    }
}

macro_rules! samples {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)+) => {
        /// What became of a sample: lastEnrollSampleStatus (section 6.7.4).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum SampleStatus {
            $($(#[$doc])* $name = $value,)+
        }

        impl SampleStatus {
            /// All of them, for texts that walk them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The status of a number.
            #[must_use]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number {
                    $($value => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

samples! {
    /// It was taken.
    Good = 0x00;
    /// The finger lay too high.
    TooHigh = 0x01;
    /// The finger lay too low.
    TooLow = 0x02;
    /// The finger lay too far to the left.
    TooLeft = 0x03;
    /// The finger lay too far to the right.
    TooRight = 0x04;
    /// The finger moved too fast.
    TooFast = 0x05;
    /// The finger moved too slowly.
    TooSlow = 0x06;
    /// The picture is poor.
    PoorQuality = 0x07;
    /// The finger lay askew.
    TooSkewed = 0x08;
    /// The finger was there too short a time, or too little of it.
    TooShort = 0x09;
    /// The sample does not fit those before it.
    MergeFailure = 0x0A;
    /// The key knows this finger already.
    Exists = 0x0B;
    /// There is no room for a finger; reserved by now, the status of an answer says so.
    DatabaseFull = 0x0C;
    /// Nobody touched the sensor.
    NoUserActivity = 0x0D;
    /// The finger was not lifted in between.
    NoUserPresenceTransition = 0x0E;
}

/// A request; which parts it needs depends on the subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BioEnrollment<'a> {
    /// The modality it concerns.
    pub modality: Option<u64>,
    /// The number of the subcommand.
    pub subcommand: Option<u64>,
    /// Its parameters, as CBOR.
    pub parameters: Option<&'a [u8]>,
    /// The platform's authentication.
    pub auth: PinUvAuth<'a>,
    /// Whether the modality is asked for, without a subcommand (section 6.7.2).
    pub get_modality: Option<bool>,
}

impl<'a> BioEnrollment<'a> {
    /// Reads the parameters of a checked request.
    ///
    /// # Errors
    /// The status the specification names for a wrong parameter; [`Status::MissingParameter`] where neither
    /// a subcommand nor the modality is asked for.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut request = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => request.modality = Some(value.unsigned()?),
                2 => request.subcommand = Some(value.unsigned()?),
                3 => request.parameters = Some(value.raw_map()?),
                4 => request.auth.protocol = Some(value.unsigned()?),
                5 => request.auth.param = Some(value.bytes()?),
                6 => request.get_modality = Some(value.boolean()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if request.subcommand.is_none() && request.get_modality.is_none() {
            return Err(Status::MissingParameter);
        }
        Ok(request)
    }

    /// Writes the parameters.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [
            self.modality.is_some(),
            self.subcommand.is_some(),
            self.parameters.is_some(),
            self.auth.protocol.is_some(),
            self.auth.param.is_some(),
            self.get_modality.is_some(),
        ];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        for (number, value) in [(1, self.modality), (2, self.subcommand)] {
            if let Some(value) = value {
                writer.unsigned(number).unsigned(value);
            }
        }
        if let Some(parameters) = self.parameters {
            writer.unsigned(3).raw(parameters);
        }
        if let Some(protocol) = self.auth.protocol {
            writer.unsigned(4).unsigned(protocol);
        }
        if let Some(param) = self.auth.param {
            writer.unsigned(5).bytes(param);
        }
        if let Some(get_modality) = self.get_modality {
            writer.unsigned(6).boolean(get_modality);
        }
    }

    /// The message that the authentication is over: modality, subcommand and parameters (section 6.7.4). A
    /// number that fits no byte, or is missing, stands as one that no request has.
    #[must_use]
    pub fn authenticated<'m>(&'m self, head: &'m mut [u8; 2]) -> [&'m [u8]; 2] {
        *head = [self.modality, self.subcommand]
            .map(|number| number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX));
        [&head[..], self.parameters.unwrap_or_default()]
    }
}

/// The parameters of a subcommand; which it needs depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BioParameters<'a> {
    /// The finger that is meant.
    pub template_id: Option<&'a [u8]>,
    /// Its new name.
    pub name: Option<&'a str>,
    /// How long to wait for a touch, in milliseconds.
    pub timeout_ms: Option<u64>,
}

impl<'a> BioParameters<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] for a parameter of another type.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut read = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => read.template_id = Some(value.bytes()?),
                2 => read.name = Some(value.text()?),
                3 => read.timeout_ms = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(read)
    }

    /// Writes them.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [self.template_id.is_some(), self.name.is_some(), self.timeout_ms.is_some()];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        if let Some(id) = self.template_id {
            writer.unsigned(1).bytes(id);
        }
        if let Some(name) = self.name {
            writer.unsigned(2).text(name);
        }
        if let Some(timeout) = self.timeout_ms {
            writer.unsigned(3).unsigned(timeout);
        }
    }
}

/// A finger that a key knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template<'a> {
    /// What the key calls it.
    pub id: &'a [u8],
    /// What its person calls it.
    pub name: Option<&'a str>,
}

impl<'a> Template<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let (mut id, mut name) = (None, None);
        reader.each_number(|number, value| {
            match number {
                1 => id = Some(value.bytes()?),
                2 => name = Some(value.text()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { id: id.ok_or(Status::MissingParameter)?, name })
    }

    /// Writes a list of them, as [`Templates`] reads it.
    pub fn write_all(all: &[Self], writer: &mut Writer<'_>) {
        writer.array(all.len());
        for template in all {
            let parameters = BioParameters {
                template_id: Some(template.id),
                name: template.name,
                timeout_ms: None,
            };
            parameters.write(writer);
        }
    }
}

/// A list of fingers in a message, read once, then walked as often as needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Templates<'a>(&'a [u8]);

impl<'a> Templates<'a> {
    /// An empty list.
    pub const EMPTY: Self = Self(&[0x80]);

    /// Reads an array of them.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] where one is something else, [`Status::MissingParameter`] where one has no
    /// id.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Status> {
        let list = reader.raw_array()?;
        let mut inner = Reader::new(list);
        for _ in 0..inner.array()? {
            Template::read(&mut inner)?;
        }
        Ok(Self(list))
    }

    /// The fingers, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Template<'a>> + use<'a> {
        let mut reader = Reader::new(self.0);
        let count = reader.array().unwrap_or_default();
        (0..count).filter_map(move |_| Template::read(&mut reader).ok())
    }
}

/// An answer; which parts it has depends on the subcommand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BioAnswer<'a> {
    /// The modality.
    pub modality: Option<u64>,
    /// The kind of sensor: 1 where it is touched, 2 where it is swiped.
    pub fingerprint_kind: Option<u64>,
    /// The most good samples that a finger takes.
    pub max_samples: Option<u64>,
    /// The finger that is being enrolled.
    pub template_id: Option<&'a [u8]>,
    /// What became of the last sample, as [`SampleStatus`] names it.
    pub sample_status: Option<u64>,
    /// How many more samples it takes.
    pub remaining: Option<u64>,
    /// Every finger.
    pub templates: Option<Templates<'a>>,
    /// The longest name, in bytes.
    pub max_name_bytes: Option<u64>,
}

impl<'a> BioAnswer<'a> {
    /// Writes the answer.
    pub fn write(&self, writer: &mut Writer<'_>) {
        let there = [
            self.modality.is_some(),
            self.fingerprint_kind.is_some(),
            self.max_samples.is_some(),
            self.template_id.is_some(),
            self.sample_status.is_some(),
            self.remaining.is_some(),
            self.templates.is_some(),
            self.max_name_bytes.is_some(),
        ];
        writer.map(there.iter().filter(|is_there| **is_there).count());
        let first = [(1, self.modality), (2, self.fingerprint_kind), (3, self.max_samples)];
        let then = [(5, self.sample_status), (6, self.remaining)];
        let unsigned = |writer: &mut Writer<'_>, pairs: &[(u64, Option<u64>)]| {
            for &(number, value) in pairs {
                if let Some(value) = value {
                    writer.unsigned(number).unsigned(value);
                }
            }
        };
        unsigned(writer, &first);
        if let Some(id) = self.template_id {
            writer.unsigned(4).bytes(id);
        }
        unsigned(writer, &then);
        if let Some(templates) = self.templates {
            writer.unsigned(7).raw(templates.0);
        }
        unsigned(writer, &[(8, self.max_name_bytes)]);
    }

    /// Reads a checked answer.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] and [`Status::MissingParameter`]; here they blame the key.
    pub fn read(checked: &'a [u8]) -> Result<Self, Status> {
        let mut answer = Self::default();
        Reader::new(checked).each_number(|number, value| {
            match number {
                1 => answer.modality = Some(value.unsigned()?),
                2 => answer.fingerprint_kind = Some(value.unsigned()?),
                3 => answer.max_samples = Some(value.unsigned()?),
                4 => answer.template_id = Some(value.bytes()?),
                5 => answer.sample_status = Some(value.unsigned()?),
                6 => answer.remaining = Some(value.unsigned()?),
                7 => answer.templates = Some(Templates::read(value)?),
                8 => answer.max_name_bytes = Some(value.unsigned()?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(answer)
    }
}
