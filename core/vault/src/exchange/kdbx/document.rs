// SPDX-License-Identifier: MIT OR Apache-2.0
//! The XML inside a database, walked from its begin to its end without building a tree.
//!
//! Masked values are unmasked in the order of the document, those of old versions of entries too, since the
//! masks are one stream; old versions are left out after that. Where the recycle bin is, is known before the
//! first entry, because KeePass writes it first.

use chacha20::ChaCha20;
use data_encoding::BASE64;
use kagifuda_secret::SecretText;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use salsa20::Salsa20;
use salsa20::cipher::{KeyIvInit as _, StreamCipher as _};
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use super::super::limits::MAX_ENTRIES;
use super::super::xml::{self, Pieces};
use super::entry::RawEntry;
use super::{BAD_PARAMETERS, FormatName, Import, ImportError};

/// Identifiers of masks.
const SALSA20: u32 = 2;
const CHACHA20: u32 = 3;
/// The nonce that every database has for Salsa20.
const SALSA20_NONCE: [u8; 8] = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];

/// How deep elements may lie in each other. Nobody files that deep.
const MAX_DEPTH: usize = 256;

/// The stream under which values are masked.
pub(super) enum Masks {
    None,
    Salsa20(Box<Salsa20>),
    ChaCha20(Box<ChaCha20>),
}

impl Masks {
    pub(super) const fn none() -> Self {
        Self::None
    }

    pub(super) fn of(stream: u32, key: &[u8]) -> Result<Self, ImportError> {
        match stream {
            0 => Ok(Self::None),
            SALSA20 => {
                let key = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
                let cipher = Salsa20::new((&*key).into(), &SALSA20_NONCE.into());
                Ok(Self::Salsa20(Box::new(cipher)))
            }
            CHACHA20 => {
                let whole = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key)));
                let (key, rest) = whole.split_first_chunk::<32>().ok_or(BAD_PARAMETERS)?;
                let (nonce, _) = rest.split_first_chunk::<12>().ok_or(BAD_PARAMETERS)?;
                Ok(Self::ChaCha20(Box::new(ChaCha20::new(key.into(), nonce.into()))))
            }
            _ => Err(ImportError::UnknownMethod),
        }
    }

    /// Unmasks the next value; `None` where it is none.
    fn unmask(&mut self, text: &str) -> Option<SecretText> {
        let mut bytes = Zeroizing::new(BASE64.decode(text.trim().as_bytes()).ok()?);
        match self {
            Self::None => return Some(SecretText::from(text)),
            Self::Salsa20(cipher) => cipher.try_apply_keystream(&mut bytes).ok()?,
            Self::ChaCha20(cipher) => cipher.try_apply_keystream(&mut bytes).ok()?,
        }
        Some(SecretText::from(&*String::from_utf8_lossy(&bytes)))
    }
}

/// The elements that matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    File,
    Meta,
    HeaderHash,
    RecycleBin,
    Group,
    Name,
    Uuid,
    Entry,
    Tags,
    History,
    Pair,
    Key,
    Value,
    Binary,
    Other,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "KeePassFile" => Self::File,
            "Meta" => Self::Meta,
            "HeaderHash" => Self::HeaderHash,
            "RecycleBinUUID" => Self::RecycleBin,
            "Group" => Self::Group,
            "Name" => Self::Name,
            "UUID" => Self::Uuid,
            "Entry" => Self::Entry,
            "Tags" => Self::Tags,
            "History" => Self::History,
            "String" => Self::Pair,
            "Key" => Self::Key,
            "Value" => Self::Value,
            "Binary" => Self::Binary,
            _ => Self::Other,
        }
    }
}

#[derive(Default)]
struct Group {
    name: String,
    uuid: String,
}

/// Where the walk is, and what it has seen.
struct Walk<'a> {
    masks: Masks,
    header_hash: Option<&'a [u8]>,
    /// The elements that are open, each with whether its text is masked.
    path: Vec<(Tag, bool)>,
    has_begun: bool,
    pieces: Pieces<'a>,
    groups: Vec<Group>,
    recycle_bin: Option<String>,
    entry: RawEntry,
    key: String,
    value: SecretText,
    import: Import,
}

enum Problem {
    Xml,
    Whole(ImportError),
}

impl<E: Into<quick_xml::Error>> From<E> for Problem {
    fn from(_: E) -> Self {
        Self::Xml
    }
}

/// Reads a whole document.
pub(super) fn read(
    text: &str,
    masks: Masks,
    header_hash: Option<&[u8]>,
    format: FormatName,
) -> Result<Import, ImportError> {
    let mut reader = Reader::from_str(text);
    let mut walk = Walk {
        masks,
        header_hash,
        path: Vec::new(),
        has_begun: false,
        pieces: Pieces::default(),
        groups: Vec::new(),
        recycle_bin: None,
        entry: RawEntry::default(),
        key: String::new(),
        value: SecretText::default(),
        import: Import::empty(format),
    };
    match walk.run(&mut reader) {
        Ok(()) => Ok(walk.import),
        Err(Problem::Whole(error)) => Err(error),
        Err(Problem::Xml) => Err(xml::damaged(text, &reader)),
    }
}

impl<'a> Walk<'a> {
    fn run(&mut self, reader: &mut Reader<&'a [u8]>) -> Result<(), Problem> {
        loop {
            let Some(event) = self.pieces.take(reader.read_event()?)? else { continue };
            match event {
                Event::Start(tag) => self.begin(&tag)?,
                Event::Empty(tag) => {
                    self.begin(&tag)?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Decl(_) => {}
                Event::Eof if self.has_begun && self.path.is_empty() => return Ok(()),
                _ => return Err(Problem::Xml),
            }
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Problem> {
        let tag = Tag::of(start.name().as_ref());
        // One document, and nothing deeper than anybody files.
        if self.path.len() == MAX_DEPTH
            || self.path.is_empty() && (self.has_begun || tag != Tag::File)
        {
            return Err(Problem::Xml);
        }
        self.has_begun = true;
        self.pieces.clear();
        let masked = start.try_get_attribute("Protected")?;
        let is_masked = masked.is_some_and(|it| it.value.eq_ignore_ascii_case("true"));
        match tag {
            Tag::Group => self.groups.push(Group::default()),
            Tag::Entry if !self.is_old() => self.entry = RawEntry::default(),
            _ => {}
        }
        self.path.push((tag, is_masked));
        Ok(())
    }

    /// Whether the walk is inside an old version of an entry.
    fn is_old(&self) -> bool {
        self.path.iter().any(|(tag, _)| *tag == Tag::History)
    }

    fn end(&mut self) -> Result<(), Problem> {
        let (tag, is_masked) = self.path.pop().ok_or(Problem::Xml)?;
        let text = self.pieces.join();
        let text = if is_masked && !text.expose().is_empty() {
            self.masks.unmask(text.expose()).ok_or(Problem::Xml)?
        } else {
            text
        };
        let parent = self.path.last().map(|(tag, _)| *tag);
        match (parent, tag) {
            (Some(Tag::Meta), Tag::HeaderHash) => self.check_header(text.expose())?,
            (Some(Tag::Meta), Tag::RecycleBin) => self.recycle_bin = Some(text.expose().to_owned()),
            (Some(Tag::Group), Tag::Name) => self.group()?.name = text.expose().to_owned(),
            (Some(Tag::Group), Tag::Uuid) => self.group()?.uuid = text.expose().to_owned(),
            (_, Tag::Group) => drop(self.groups.pop()),
            (Some(Tag::Pair), Tag::Key) => text.expose().clone_into(&mut self.key),
            (Some(Tag::Pair), Tag::Value) => self.value = text,
            (Some(Tag::Entry), Tag::Pair) if !self.is_old() => {
                let value = core::mem::take(&mut self.value);
                self.entry.pairs.push((core::mem::take(&mut self.key), value));
            }
            (Some(Tag::Entry), Tag::Tags) if !self.is_old() => {
                text.expose().clone_into(&mut self.entry.tags);
            }
            (Some(Tag::Entry), Tag::Binary) if !self.is_old() => self.entry.has_attachment = true,
            (_, Tag::Entry) if !self.is_old() => self.take_entry()?,
            _ => {}
        }
        Ok(())
    }

    fn group(&mut self) -> Result<&mut Group, Problem> {
        self.groups.last_mut().ok_or(Problem::Xml)
    }

    /// The header of version 3 is proven by its hash in the document.
    fn check_header(&self, said: &str) -> Result<(), Problem> {
        let Some(hash) = self.header_hash.filter(|_| !said.is_empty()) else { return Ok(()) };
        if BASE64.decode(said.as_bytes()).is_ok_and(|said| said == hash) {
            return Ok(());
        }
        Err(Problem::Whole(BAD_PARAMETERS))
    }

    fn take_entry(&mut self) -> Result<(), Problem> {
        if self.import.next_position() > MAX_ENTRIES {
            return Err(Problem::Whole(ImportError::TooManyEntries { limit: MAX_ENTRIES }));
        }
        let mut entry = core::mem::take(&mut self.entry);
        // The first group holds all others and says nothing.
        let names = self.groups.iter().skip(1).map(|group| group.name.as_str());
        entry.folder = names.collect::<Vec<_>>().join("/");
        let bin = self.recycle_bin.as_ref();
        entry.is_trashed = self.groups.iter().any(|group| Some(&group.uuid) == bin);
        self.import.take_login(entry.into_login());
        Ok(())
    }
}
