// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key blobs`: what a key keeps beside its passkeys, such as an ssh certificate (CTAP 2.3 section 6.10). Each blob
//! belongs to a passkey whose key opens it; what belongs to nobody who is on the key stays as it is.

use std::io::IsTerminal as _;
use std::path::Path;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::blob::{self, Blob};
use kagifuda_ctap::client::{ArrayReader, ArrayWriter, ClientError, Token};
use kagifuda_ctap::hid::MAX_MESSAGE_BYTES;
use kagifuda_ctap::message::get_info::Info;
use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::device::PluggedIn;
use super::passkeys::{Managed, Passkey};
use super::talk::{Introduction, Talk, rng};
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::run::{export, import, json as shape};
use crate::say;
use crate::term::{Grid, Style};

/// The length of the hash behind an array.
const HASH_BYTES: usize = 16;
/// An array without blobs.
const EMPTY: &[u8] = &[0x80];
/// More than any key has for its array.
const MOST_ARRAY_BYTES: usize = 1 << 20;
/// More than any blob has before it was compressed, beside itself as it is kept.
const MOST_BLOB_BYTES: usize = 4 * MOST_ARRAY_BYTES;
/// What an array needs for an entry beside its bytes.
const ENTRY_BYTES: usize = 128;
/// How hard compression tries, of 10.
const COMPRESSION: u8 = 9;

type BlobKey = [u8; blob::BLOB_KEY_BYTES];
type Bytes = Zeroizing<Vec<u8>>;

/// Lists the passkeys that can have a blob, and how long theirs is.
pub(super) fn list(s: &mut Session<'_>, key: &PluggedIn, json: bool) -> Result<(), Fault> {
    let mut open = Open::new(s, key, Permissions(0))?;
    let all = open.managed.all(s)?;
    let array = open.array(s)?.ok_or(KeyTrouble::Damaged)?;
    let mut rows = Vec::new();
    for passkey in &all {
        if let Some(blob_key) = &passkey.blob_key {
            let blob = read(&array, blob_key)?;
            rows.push((passkey, blob.map(|bytes| bytes.len())));
        }
    }
    let used = array.len() + HASH_BYTES;
    if json {
        let blobs: Vec<Value> = rows
            .iter()
            .map(|(passkey, bytes)| {
                json!({ "site": passkey.site, "account": passkey.account, "bytes": bytes })
            })
            .collect();
        let page = json!({ "blobs": blobs, "used_bytes": used, "most_bytes": open.most });
        return s.print(&shape::page(page));
    }
    if !rows.is_empty() {
        let mut grid = Grid::new()
            .shrinking(say!(s.texts, "key-head-site"))
            .styled(Style::Strong)
            .shrinking(say!(s.texts, "item-head-account"))
            .column(say!(s.texts, "key-head-bytes"))
            .right();
        for (passkey, bytes) in &rows {
            let bytes = bytes.map_or_else(String::new, |bytes| bytes.to_string());
            grid.row([passkey.site.as_str(), &passkey.account, &bytes]);
        }
        let listing = grid.render(s.screen);
        s.print(&listing)?;
    }
    let told = say!(s.texts, "key-blobs-room", used = used, most = open.most);
    s.tell(&told);
    Ok(())
}

/// Writes a blob to standard output or into a new file.
pub(super) fn show(
    s: &mut Session<'_>,
    key: &PluggedIn,
    query: &str,
    file: Option<&Path>,
) -> Result<(), Fault> {
    let mut open = Open::new(s, key, Permissions(0))?;
    let (passkey, blob_key) = open.pick(s, query)?;
    let array = open.array(s)?.ok_or(KeyTrouble::Damaged)?;
    let bytes =
        read(&array, &blob_key)?.ok_or_else(|| KeyTrouble::NoBlob { name: passkey.called() })?;
    match file {
        Some(file) => export::create(file, &[&bytes]),
        None if std::io::stdout().is_terminal() && !is_text(&bytes) => {
            Err(KeyTrouble::BlobIsNoText.into())
        }
        None => s.out.write_all(&bytes).and_then(|()| s.out.flush()).map_err(Fault::Output),
    }
}

/// Gives a passkey the bytes of a file as its blob.
pub(super) fn set(
    s: &mut Session<'_>,
    key: &PluggedIn,
    query: &str,
    file: &Path,
) -> Result<(), Fault> {
    let bytes = import::read(file)?;
    let mut open = Open::new(s, key, Permissions::LARGE_BLOB)?;
    let (passkey, blob_key) = open.pick(s, query)?;
    let deflated = Zeroizing::new(compress_to_vec(&bytes, COMPRESSION));
    let original_bytes = bytes.len() as u64;
    open.replace(s, &blob_key, Some(Blob::Deflated { bytes: &deflated, original_bytes }))?;
    let told = say!(s.texts, "key-blob-set", name = passkey.called());
    s.tell(&told);
    Ok(())
}

/// Takes a passkey's blob away, after a question.
pub(super) fn remove(s: &mut Session<'_>, key: &PluggedIn, query: &str) -> Result<(), Fault> {
    let mut open = Open::new(s, key, Permissions::LARGE_BLOB)?;
    let (passkey, blob_key) = open.pick(s, query)?;
    let array = open.array(s)?.ok_or(KeyTrouble::Damaged)?;
    if read(&array, &blob_key)?.is_none() {
        return Err(KeyTrouble::NoBlob { name: passkey.called() }.into());
    }
    let question = say!(s.texts, "key-blob-ask-remove", name = passkey.called());
    s.confirm(&question)?;
    open.replace(s, &blob_key, None)?;
    let told = say!(s.texts, "key-blob-removed", name = passkey.called());
    s.tell(&told);
    Ok(())
}

/// Takes away the blob of a passkey that was deleted.
pub(super) fn forget(
    s: &mut Session<'_>,
    talk: &mut Talk,
    info: &Info<'_>,
    (token, blob_key): (&Token, &BlobKey),
) -> Result<(), Fault> {
    let Some(array) = read_array(s, talk, info)? else { return Ok(()) };
    if read(&array, blob_key).is_ok_and(|blob| blob.is_none()) {
        return Ok(());
    }
    write_array(s, talk, info, (token, &replaced(&array, blob_key, None)?))
}

/// A key that keeps blobs, with its passkeys open.
struct Open {
    managed: Managed,
    introduction: Introduction,
    most: u64,
}

impl Open {
    fn new(s: &mut Session<'_>, key: &PluggedIn, more: Permissions) -> Result<Self, Fault> {
        let mut talk = key.open()?;
        let introduction = talk.introduce(s)?;
        let info = introduction.read()?;
        if info.options.large_blobs != Some(true) {
            return Err(KeyTrouble::CannotDo.into());
        }
        let most = info.max_large_blob_bytes.unwrap_or_default();
        let managed = Managed::open(s, key, talk, &info, more)?;
        Ok(Self { managed, introduction, most })
    }

    /// The passkey that is meant, with the key of its blob.
    fn pick(
        &mut self,
        s: &mut Session<'_>,
        query: &str,
    ) -> Result<(Passkey, Zeroizing<BlobKey>), Fault> {
        let passkey = self.managed.pick(s, query)?;
        match passkey.blob_key.clone() {
            Some(blob_key) => Ok((passkey, blob_key)),
            None => Err(KeyTrouble::NoBlobKey { name: passkey.called() }.into()),
        }
    }

    fn array(&mut self, s: &mut Session<'_>) -> Result<Option<Bytes>, Fault> {
        read_array(s, &mut self.managed.talk, &self.introduction.read()?)
    }

    /// Writes the array with this blob in place of the passkey's old one. One that is damaged is begun anew,
    /// as the specification has it.
    fn replace(
        &mut self,
        s: &mut Session<'_>,
        blob_key: &BlobKey,
        blob: Option<Blob<'_>>,
    ) -> Result<(), Fault> {
        let array = match self.array(s)? {
            Some(array) => array,
            None => {
                let question = say!(s.texts, "key-blobs-ask-damaged");
                s.confirm(&question)?;
                Zeroizing::new(EMPTY.to_vec())
            }
        };
        let array = replaced(&array, blob_key, blob)?;
        if (array.len() + HASH_BYTES) as u64 > self.most {
            return Err(KeyTrouble::Full.into());
        }
        let Managed { talk, token, .. } = &mut self.managed;
        write_array(s, talk, &self.introduction.read()?, (token, &array))
    }
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
}

/// How long a message may be: as the key says, and no longer than frames carry.
fn message_bytes(info: &Info<'_>) -> usize {
    usize::try_from(info.max_message_bytes).unwrap_or(usize::MAX).min(MAX_MESSAGE_BYTES)
}

/// The array of a key; `None` where it is damaged.
fn read_array(
    s: &mut Session<'_>,
    talk: &mut Talk,
    info: &Info<'_>,
) -> Result<Option<Bytes>, Fault> {
    let most = usize::try_from(info.max_large_blob_bytes.unwrap_or_default());
    let most = most.map_err(|_| KeyTrouble::Garbled)?.min(MOST_ARRAY_BYTES);
    let mut room = Zeroizing::new(vec![0; most + 1]);
    let mut reader = ArrayReader::new(message_bytes(info), &mut room);
    while let Some(answer) = talk.ask_next(s, |out| reader.request(out))? {
        reader.take(&answer).map_err(KeyTrouble::of_answer)?;
    }
    match reader.finish() {
        Ok(array) => Ok(Some(Zeroizing::new(array.to_vec()))),
        Err(ClientError::Damaged) => Ok(None),
        Err(error) => Err(KeyTrouble::of_answer(error).into()),
    }
}

fn write_array(
    s: &mut Session<'_>,
    talk: &mut Talk,
    info: &Info<'_>,
    (token, array): (&Token, &[u8]),
) -> Result<(), Fault> {
    let mut writer = ArrayWriter::new(message_bytes(info), array, Some(token));
    while let Some(answer) = talk.ask_next(s, |out| writer.request(out))? {
        writer.take(&answer).map_err(KeyTrouble::of_answer)?;
    }
    Ok(())
}

/// The blob that a key opens, as it was handed in.
fn read(array: &[u8], blob_key: &BlobKey) -> Result<Option<Bytes>, Fault> {
    let mut room = Zeroizing::new(vec![0; MOST_BLOB_BYTES]);
    let length = blob::find(array, blob_key, &mut room).map_err(KeyTrouble::of_answer)?;
    Ok(length.map(|length| Zeroizing::new(room[..length].to_vec())))
}

/// The array with this blob in place of the one that the key opens.
fn replaced(array: &[u8], blob_key: &BlobKey, blob: Option<Blob<'_>>) -> Result<Bytes, Fault> {
    let more = match &blob {
        Some(Blob::Deflated { bytes, .. } | Blob::Plain(bytes)) => bytes.len(),
        None => 0,
    };
    let mut out = Zeroizing::new(vec![0; array.len() + more + ENTRY_BYTES]);
    let length = blob::replace(array, blob_key, blob, &mut rng(), &mut out)
        .map_err(KeyTrouble::of_answer)?;
    out.truncate(length);
    Ok(out)
}
