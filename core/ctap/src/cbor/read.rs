// SPDX-License-Identifier: MIT OR Apache-2.0
//! Taking values out of a message that [`super::check()`] has accepted.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::status::Status;

/// A place in a checked message.
#[derive(Clone)]
pub struct Reader<'a>(Decoder<'a>);

impl<'a> Reader<'a> {
    /// Begins at the start of a message that was checked.
    #[must_use]
    pub fn new(checked: &'a [u8]) -> Self {
        Self(Decoder::new(checked))
    }

    /// Tells whether everything was read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.0.position() >= self.0.input().len()
    }

    fn expect(&self, fits: impl Fn(Type) -> bool) -> Result<(), Status> {
        match self.0.datatype() {
            Ok(found) if fits(found) => Ok(()),
            _ => Err(Status::CborUnexpectedType),
        }
    }

    /// Reads the head of a map: how many pairs follow.
    ///
    /// # Errors
    /// [`Status::CborUnexpectedType`] where something else stands; so in all that follow.
    pub fn map(&mut self) -> Result<usize, Status> {
        self.expect(|found| found == Type::Map)?;
        length(self.0.map())
    }

    /// Reads the head of an array: how many items follow.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn array(&mut self) -> Result<usize, Status> {
        self.expect(|found| found == Type::Array)?;
        length(self.0.array())
    }

    /// Reads an unsigned number.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn unsigned(&mut self) -> Result<u64, Status> {
        self.expect(|found| matches!(found, Type::U8 | Type::U16 | Type::U32 | Type::U64))?;
        self.0.u64().map_err(|_| Status::CborUnexpectedType)
    }

    /// Reads a number of either sign; what does not fit becomes the nearest that does.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn integer(&mut self) -> Result<i64, Status> {
        let found = self.0.datatype().map_err(|_| Status::CborUnexpectedType)?;
        match found {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
                Ok(i64::try_from(self.unsigned()?).unwrap_or(i64::MAX))
            }
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => match self.0.int() {
                Ok(number) => Ok(i64::try_from(number).unwrap_or(i64::MIN)),
                Err(_) => Err(Status::CborUnexpectedType),
            },
            _ => Err(Status::CborUnexpectedType),
        }
    }

    /// Reads text.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn text(&mut self) -> Result<&'a str, Status> {
        self.expect(|found| found == Type::String)?;
        self.0.str().map_err(|_| Status::CborUnexpectedType)
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn bytes(&mut self) -> Result<&'a [u8], Status> {
        self.expect(|found| found == Type::Bytes)?;
        self.0.bytes().map_err(|_| Status::CborUnexpectedType)
    }

    /// Reads a truth value.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn boolean(&mut self) -> Result<bool, Status> {
        self.expect(|found| found == Type::Bool)?;
        self.0.bool().map_err(|_| Status::CborUnexpectedType)
    }

    /// Reads past one item and returns its bytes, whatever it is.
    ///
    /// # Errors
    /// [`Status::InvalidCbor`] at the end of the message.
    pub fn raw(&mut self) -> Result<&'a [u8], Status> {
        let begin = self.0.position();
        self.0.skip().map_err(|_| Status::InvalidCbor)?;
        self.0.input().get(begin..self.0.position()).ok_or(Status::InvalidCbor)
    }

    /// Reads past one map or array and returns its bytes.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn raw_map(&mut self) -> Result<&'a [u8], Status> {
        self.expect(|found| found == Type::Map)?;
        self.raw()
    }

    /// Reads past one array and returns its bytes.
    ///
    /// # Errors
    /// As [`Self::map`].
    pub fn raw_array(&mut self) -> Result<&'a [u8], Status> {
        self.expect(|found| found == Type::Array)?;
        self.raw()
    }

    /// Looks at the key that comes next: text, where it is one.
    #[must_use]
    pub fn next_is_text(&self) -> bool {
        matches!(self.0.datatype(), Ok(Type::String))
    }

    /// Looks at what comes next: bytes?
    #[must_use]
    pub fn next_is_bytes(&self) -> bool {
        matches!(self.0.datatype(), Ok(Type::Bytes))
    }

    /// Reads a map whose keys are small numbers, calling `field` with each; a key of another type is
    /// skipped with its value. `field` must read the value, or return `Ok(false)` to have it skipped.
    ///
    /// # Errors
    /// As [`Self::map`], and what `field` returns.
    pub fn each_number(
        &mut self,
        mut field: impl FnMut(u64, &mut Self) -> Result<bool, Status>,
    ) -> Result<(), Status> {
        for _ in 0..self.map()? {
            let is_number =
                matches!(self.0.datatype(), Ok(Type::U8 | Type::U16 | Type::U32 | Type::U64));
            if !is_number {
                self.raw()?;
                self.raw()?;
                continue;
            }
            let key = self.unsigned()?;
            if !field(key, self)? {
                self.raw()?;
            }
        }
        Ok(())
    }

    /// Reads a map whose keys are text, as [`Self::each_number`] does numbers.
    ///
    /// # Errors
    /// As [`Self::each_number`].
    pub fn each_text(
        &mut self,
        mut field: impl FnMut(&'a str, &mut Self) -> Result<bool, Status>,
    ) -> Result<(), Status> {
        for _ in 0..self.map()? {
            if !self.next_is_text() {
                self.raw()?;
                self.raw()?;
                continue;
            }
            let key = self.text()?;
            if !field(key, self)? {
                self.raw()?;
            }
        }
        Ok(())
    }
}

fn length(read: Result<Option<u64>, minicbor::decode::Error>) -> Result<usize, Status> {
    let count = read.ok().flatten().ok_or(Status::InvalidCbor)?;
    usize::try_from(count).map_err(|_| Status::InvalidCbor)
}
