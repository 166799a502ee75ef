// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing passkeys for another password manager: one account, an item for each passkey.

use data_encoding::BASE64URL_NOPAD;
use kagifuda_otp::UnixTime;
use kagifuda_secret::{SecretBytes, SecretText};
use rand_core::CryptoRng;
use serde::Serialize;

use super::{HMAC_ALGORITHM, MAJOR_VERSION, PROTECTION};
use crate::exchange::passkey::NO_PROTECTION;
use crate::exchange::write::{Ledger, random};
use crate::exchange::{EntryExtras, LargeBlob, LossKind, Part, Written, json};
use crate::item::{Passkey, hmac_secrets};

/// Who wrote the file. Nobody can own a name below `invalid` (RFC 2606), so it is nobody's site.
const EXPORTER_RP_ID: &str = "kagifuda.invalid";

/// A passkey to be written, borrowed from the vault.
#[derive(Clone, Copy)]
pub struct OutgoingPasskey<'a> {
    /// The passkey.
    pub passkey: &'a Passkey,
    /// What its site left beside it.
    pub large_blob: OutgoingBlob<'a>,
    /// What the holder calls it; empty where it is called by its site.
    pub name: &'a str,
    /// When it came into the vault.
    pub created: UnixTime,
    /// What belongs to it besides.
    pub extras: &'a EntryExtras,
}

/// What a site left beside a passkey that is to be written.
#[derive(Clone, Copy)]
pub enum OutgoingBlob<'a> {
    /// Nothing.
    None,
    /// This.
    Known(&'a LargeBlob),
    /// Nobody can tell: what keeps it is damaged, or it is longer than anybody reads.
    Unreadable,
}

/// Writes a file of the Credential Exchange Format. It is readable by anybody.
///
/// Every passkey's secrets of hmac-secret are written, also those that were worked out of its key, so that
/// sites get the same from it wherever it goes. The key under which a blob was kept is not: the next program
/// makes one of its own.
pub fn write_cxf(
    entries: &[OutgoingPasskey<'_>],
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Written {
    let mut ledger = Ledger::default();
    let mut items = Vec::with_capacity(entries.len());
    for (position, entry) in (1..).zip(entries) {
        match Item::of(entry, rng) {
            Some(item) => {
                note_losses(&mut ledger, position, entry);
                items.push(item);
            }
            None => ledger.add(position, LossKind::Secret),
        }
    }
    let account = Account {
        id: BASE64URL_NOPAD.encode(&random::<16>(rng)),
        username: "",
        email: "",
        collections: [],
        items,
    };
    let file = File {
        version: Version { major: MAJOR_VERSION, minor: 0 },
        exporter_rp_id: EXPORTER_RP_ID,
        exporter_display_name: "Kagifuda",
        timestamp: now.0,
        accounts: [account],
    };
    let content = SecretBytes::from(&json::to_secret_json(&file)[..]);
    Written { content, losses: ledger.losses }
}

fn note_losses(ledger: &mut Ledger, position: usize, entry: &OutgoingPasskey<'_>) {
    let EntryExtras { folders, note, colour, .. } = entry.extras;
    let lost = [
        (Part::Folders, !folders.is_empty()),
        (Part::Note, !note.expose().is_empty()),
        (Part::Colour, colour.is_some()),
        (Part::LargeBlob, matches!(entry.large_blob, OutgoingBlob::Unreadable)),
    ];
    for (part, _) in lost.into_iter().filter(|(_, is_lost)| *is_lost) {
        ledger.add(position, LossKind::Without(part));
    }
    if entry.passkey.cred_protect > NO_PROTECTION {
        ledger.add(position, LossKind::Unread(Part::Protection));
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    version: Version,
    exporter_rp_id: &'a str,
    exporter_display_name: &'a str,
    timestamp: u64,
    accounts: [Account<'a>; 1],
}

#[derive(Serialize)]
struct Version {
    major: u64,
    minor: u64,
}

#[derive(Serialize)]
struct Account<'a> {
    id: String,
    username: &'a str,
    email: &'a str,
    collections: [(); 0],
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    id: String,
    creation_at: u64,
    title: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    favorite: bool,
    scope: Scope,
    credentials: [Credential<'a>; 1],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<[Protection; 1]>,
}

/// How well the passkey of an item is protected.
#[derive(Serialize)]
struct Protection {
    name: &'static str,
    level: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scope {
    urls: [String; 1],
    android_apps: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credential<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    credential_id: String,
    rp_id: &'a str,
    username: &'a str,
    user_display_name: &'a str,
    user_handle: String,
    key: Secret,
    fido2_extensions: Fido2Extensions,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fido2Extensions {
    hmac_credentials: HmacCredentials,
    #[serde(skip_serializing_if = "Option::is_none")]
    cred_blob: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large_blob: Option<WrittenBlob>,
    #[serde(skip_serializing_if = "is_false")]
    payments: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenBlob {
    uncompressed_size: u64,
    data: Secret,
}

#[derive(Serialize)]
struct HmacCredentials {
    algorithm: &'static str,
    #[serde(rename = "credWithUV")]
    with_uv: Secret,
    #[serde(rename = "credWithoutUV")]
    without_uv: Secret,
}

/// Bytes as base64url, wiped after writing.
struct Secret(SecretText);

impl Secret {
    fn of(bytes: &[u8]) -> Self {
        Self(SecretText::new(BASE64URL_NOPAD.encode(bytes)))
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde lends what it may skip")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl<'a> Item<'a> {
    /// `None` where the private key is none that could be used.
    fn of(entry: &OutgoingPasskey<'a>, rng: &mut impl CryptoRng) -> Option<Self> {
        let OutgoingPasskey { passkey, large_blob, name, created, extras } = *entry;
        let secrets = hmac_secrets(passkey)?;
        let extensions = Fido2Extensions {
            hmac_credentials: HmacCredentials {
                algorithm: HMAC_ALGORITHM,
                with_uv: Secret::of(&*secrets.with_uv),
                without_uv: Secret::of(&*secrets.without_uv),
            },
            cred_blob: passkey.cred_blob.as_ref().map(|blob| Secret::of(blob.expose())),
            large_blob: match large_blob {
                OutgoingBlob::Known(blob) => Some(WrittenBlob {
                    uncompressed_size: blob.original_bytes(),
                    data: Secret::of(blob.deflated()),
                }),
                OutgoingBlob::None | OutgoingBlob::Unreadable => None,
            },
            payments: passkey.third_party_payment,
        };
        let credential = Credential {
            kind: "passkey",
            credential_id: BASE64URL_NOPAD.encode(&passkey.credential_id),
            rp_id: &passkey.rp_id,
            username: &passkey.user_name,
            user_display_name: &passkey.user_display_name,
            user_handle: BASE64URL_NOPAD.encode(&passkey.user_handle),
            key: Secret::of(passkey.private_key.expose()),
            fido2_extensions: extensions,
        };
        Some(Self {
            id: BASE64URL_NOPAD.encode(&random::<16>(rng)),
            creation_at: created.0,
            title: if name.is_empty() { &passkey.rp_id } else { name },
            favorite: extras.is_pinned,
            scope: Scope { urls: [format!("https://{}", passkey.rp_id)], android_apps: [] },
            credentials: [credential],
            tags: &extras.tags,
            extensions: (passkey.cred_protect > NO_PROTECTION)
                .then_some([Protection { name: PROTECTION, level: passkey.cred_protect }]),
        })
    }
}
