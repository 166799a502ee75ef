// SPDX-License-Identifier: MIT OR Apache-2.0
//! The preferences of Blizzard's app on a rooted phone, which hold the authenticator of Battle.net. Serial and
//! secret are hexadecimal, and masked by exclusive or with a fixed text, which protects nothing; under the
//! mask the secret is hexadecimal once more. The app's codes are of eight digits, always.

use data_encoding::HEXLOWER_PERMISSIVE;
use kagifuda_secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::fields::{Bad, Draft, Found, Kind};
use super::json;
use super::preferences::Preferences;
use super::{EntryExtras, Format, FormatName, Import, ImportError, ImportLimits, RefuseReason};

const ISSUER: &str = "Battle.net";
const SERIAL: &str = "com.blizzard.messenger.AUTHENTICATOR_SERIAL";
const SECRET: &str = "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET";

/// What serial and secret are masked with, as long as a secret is.
const MASK: [u8; 40] = [
    0x39, 0x8e, 0x27, 0xfc, 0x50, 0x27, 0x6a, 0x65, 0x60, 0x65, 0xb0, 0xe5, 0x25, 0xf4, 0xc0, 0x6c,
    0x04, 0xc6, 0x10, 0x75, 0x28, 0x6b, 0x8e, 0x7a, 0xed, 0xa5, 0x9d, 0xa9, 0x81, 0x3b, 0x5d, 0xd6,
    0xc8, 0x0d, 0x2f, 0xb3, 0x80, 0x68, 0x77, 0x3f,
];

/// The preferences of Blizzard's app.
#[derive(Clone, Copy, Debug)]
pub(super) struct BattleNet;

impl Format for BattleNet {
    fn name(&self) -> FormatName {
        FormatName::BattleNet
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        Preferences::looks_like(bytes) && json::holds(bytes, SECRET)
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let preferences = Preferences::read(limits.text_of(bytes)?)?;
        let mut import = Import::empty(FormatName::BattleNet);
        if let Some(secret) = preferences.text(SECRET) {
            import.take(read(preferences.text(SERIAL).unwrap_or_default(), secret));
        }
        Ok(import)
    }
}

fn read(serial: &str, secret: &str) -> Result<Found, Bad> {
    let serial = unmasked(serial).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let account = serial.unwrap_or_default();
    let bad = |reason| Bad::named(ISSUER, &account, reason);
    let text = unmasked(secret).ok_or_else(|| bad(RefuseReason::BadSecret))?;
    let secret = HEXLOWER_PERMISSIVE.decode(&text).map(SecretBytes::new);
    let secret = secret.map_err(|_| bad(RefuseReason::BadSecret))?;
    let draft = Draft {
        kind: Kind::Totp,
        secret: Some(secret.into()),
        algorithm: Some("SHA1".to_owned()),
        digits: Some(8),
        period: Some(30),
        counter: None,
        pin: None,
        issuer: ISSUER.to_owned(),
        account: account.clone(),
    };
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices).map_err(bad)?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}

/// Takes the mask off; `None` for what is not hexadecimal, or longer than the mask.
fn unmasked(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?);
    if bytes.len() > MASK.len() {
        return None;
    }
    bytes.iter_mut().zip(MASK).for_each(|(byte, mask)| *byte ^= mask);
    Some(bytes)
}
