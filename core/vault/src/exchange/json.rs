// SPDX-License-Identifier: MIT OR Apache-2.0
//! JSON that may be hostile and may hold secrets.
//!
//! Lists of entries are read as borrowed slices first and each entry on its own after, so that one
//! bad entry does not take the others with it. Texts that hold secrets go straight into wiping
//! types. Error texts of the JSON reader quote the input, so only line and column leave this file.
//! Nesting is bounded by the JSON reader itself (128 levels).

use core::fmt;

use kagifuda_secret::{SecretBytes, SecretText};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::limits::{MAX_ENTRIES, MAX_SECRET_BYTES};
use super::{ImportError, Place};

/// The most members of an object that are kept one by one.
const MAX_MEMBERS: usize = 1024;

/// Parses a whole file.
pub(super) fn parse_file<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| ImportError::Damaged {
        at: Place::Json { line: error.line(), column: error.column() },
    })
}

/// Parses what was decrypted.
pub(super) fn parse_content<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ImportError> {
    serde_json::from_slice(bytes).map_err(|_| ImportError::Damaged { at: Place::Content })
}

/// Tells whether a JSON text uses `key` as a key somewhere, without parsing it.
pub(super) fn mentions(bytes: &[u8], key: &str) -> bool {
    holds(bytes, &format!("\"{key}\""))
}

/// Tells whether some text stands anywhere in bytes. Files are looked through for many texts before one format
/// knows them, so the search is a fast one.
pub(super) fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// Tells whether bytes begin as a JSON object does.
pub(super) fn is_object(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'{')
}

/// Tells whether bytes begin as a JSON list does.
pub(super) fn is_list(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'[')
}

/// The members of a list, unparsed and borrowed; at most [`MAX_ENTRIES`] are kept.
#[derive(Default)]
pub(super) struct RawList<'a> {
    members: Vec<&'a RawValue>,
    is_too_long: bool,
}

impl<'a> RawList<'a> {
    /// The members, unless there are too many.
    pub(super) fn members(&self) -> Result<&[&'a RawValue], ImportError> {
        if self.is_too_long {
            return Err(ImportError::TooManyEntries { limit: MAX_ENTRIES });
        }
        Ok(&self.members)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawList<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = RawList<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while members.len() < MAX_ENTRIES {
                    match list.next_element::<&RawValue>()? {
                        Some(member) => members.push(member),
                        None => {
                            return Ok(RawList { members, is_too_long: false });
                        }
                    }
                }
                let mut is_too_long = false;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    is_too_long = true;
                }
                Ok(RawList { members, is_too_long })
            }
        }
        deserializer.deserialize_seq(Members)
    }
}

/// The members of an object in their order, unparsed and borrowed; at most [`MAX_MEMBERS`].
#[derive(Default)]
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &RawValue>()? {
                    if members.len() == MAX_MEMBERS {
                        return Err(A::Error::custom("too many members"));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Text that goes straight into a wiping type.
pub(super) struct Hidden(pub(super) SecretText);

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Hidden;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Hidden, E> {
                Ok(Hidden(SecretText::from(text)))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A whole number, or text that is one: some apps write one where others write the other.
#[derive(Clone, Copy)]
pub(super) struct Count(pub(super) u64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Count, E> {
                Ok(Count(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Count, E> {
                text.parse().map(Count).map_err(|_| E::custom("no number"))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

/// Secret bytes that are written as a list of numbers from -128 to 127, as Java has them.
pub(super) struct JavaBytes(pub(super) SecretBytes);

impl<'de> Deserialize<'de> for JavaBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = JavaBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of bytes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<JavaBytes, A::Error> {
                // Never more than fits, so that the bytes are never moved and a copy left behind.
                let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET_BYTES));
                while let Some(byte) = list.next_element::<i8>()? {
                    if bytes.len() == MAX_SECRET_BYTES {
                        return Err(A::Error::custom("too long"));
                    }
                    bytes.push(byte.cast_unsigned());
                }
                Ok(JavaBytes(SecretBytes::from(&bytes[..])))
            }
        }
        deserializer.deserialize_seq(Bytes)
    }
}

/// The name of the only member of an object.
pub(super) struct OnlyName(pub(super) SecretText);

impl<'de> Deserialize<'de> for OnlyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = OnlyName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one member")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<OnlyName, A::Error> {
                let name = object.next_entry::<Hidden, IgnoredAny>()?;
                let (name, _) = name.ok_or_else(|| A::Error::custom("no member"))?;
                match object.next_entry::<IgnoredAny, IgnoredAny>()? {
                    None => Ok(OnlyName(name.0)),
                    Some(_) => Err(A::Error::custom("more than one member")),
                }
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Writes JSON into a buffer that is allocated once, so that no copy of a secret stays behind.
pub(super) fn to_secret_json<T: Serialize>(value: &T) -> Zeroizing<Vec<u8>> {
    struct Length(usize);
    impl std::io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    const PLAIN: &str = "plain structures of text and numbers always serialise";
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).expect(PLAIN);
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, value).expect(PLAIN);
    json
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn complaint_of<'a, T: Deserialize<'a>>(json: &'a str) -> String {
        match serde_json::from_str::<T>(json) {
            Ok(_) => panic!("{json} was read"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn another_kind_of_value_is_refused_and_what_was_expected_is_named() {
        let wanted = [
            (complaint_of::<RawList>("7"), "a list"),
            (complaint_of::<Members>("[]"), "an object"),
            (complaint_of::<Hidden>("7"), "text"),
            (complaint_of::<Count>("[]"), "a whole number"),
            (complaint_of::<JavaBytes>("{}"), "a list of bytes"),
            (complaint_of::<OnlyName>("[]"), "an object with one member"),
        ];
        for (complaint, expected) in wanted {
            let place = complaint.find(" at line").unwrap();
            assert!(complaint[..place].ends_with(&format!("expected {expected}")), "{complaint}");
        }
    }

    #[test]
    fn the_members_of_an_object_keep_their_order_up_to_a_limit() {
        let object = |count: usize| {
            let members: Vec<_> = (0..count).rev().map(|it| format!("\"{it}\":{it}")).collect();
            format!("{{{}}}", members.join(","))
        };
        let full = object(MAX_MEMBERS);
        let Members(members) = serde_json::from_str(&full).unwrap();
        assert_eq!(members.len(), MAX_MEMBERS);
        assert_eq!((&*members[0].0, members[0].1.get()), ("1023", "1023"));
        assert!(complaint_of::<Members>(&object(MAX_MEMBERS + 1)).starts_with("too many members"));
    }

    #[test]
    fn a_count_is_a_number_or_the_text_of_one() {
        let read = |json| serde_json::from_str::<Count>(json).map(|it| it.0);
        assert_eq!(read("30").unwrap(), 30);
        assert_eq!(read("\"30\"").unwrap(), 30);
        for none in ["-1", "\"-1\"", "\"\"", "3.5", "null", "\"18446744073709551616\""] {
            assert!(read(none).is_err(), "{none}");
        }
    }

    #[test]
    fn the_bytes_of_java_have_signs_and_a_limit() {
        let read: JavaBytes = serde_json::from_str("[0,127,-128,-1]").unwrap();
        assert_eq!(read.0.expose(), [0, 0x7f, 0x80, 0xff]);
        let list = |count: usize| format!("[{}]", vec!["1"; count].join(","));
        let longest: JavaBytes = serde_json::from_str(&list(MAX_SECRET_BYTES)).unwrap();
        assert_eq!(longest.0.expose().len(), MAX_SECRET_BYTES);
        assert!(complaint_of::<JavaBytes>(&list(MAX_SECRET_BYTES + 1)).starts_with("too long"));
        assert!(serde_json::from_str::<JavaBytes>("[128]").is_err());
    }

    #[test]
    fn an_only_name_has_nothing_beside_it() {
        let read: OnlyName = serde_json::from_str("{\"name\":[1]}").unwrap();
        assert_eq!(read.0.expose(), "name");
        assert!(complaint_of::<OnlyName>("{}").starts_with("no member"));
        let two = complaint_of::<OnlyName>("{\"a\":1,\"b\":2}");
        assert!(two.starts_with("more than one member"), "{two}");
    }
}
