// SPDX-License-Identifier: MIT OR Apache-2.0
//! One passkey as KeePassXC exports it: a JSON object, readable by anybody, with the private key in the form of
//! RFC 7468.

use kagifuda_secret::SecretText;
use serde::Deserialize;

use super::fields::{Bad, FoundPasskey};
use super::json::{self, Hidden};
use super::passkey::{Parts, base64url, from_pem};
use super::{Format, FormatName, Import, ImportError, ImportLimits, RefuseReason};

/// The passkey export of KeePassXC.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeepassxcPasskey;

impl Format for KeepassxcPasskey {
    fn name(&self) -> FormatName {
        FormatName::KeepassxcPasskey
    }

    fn looks_like(&self, bytes: &[u8]) -> bool {
        json::is_object(bytes)
            && ["relyingParty", "privateKey", "credentialId"]
                .into_iter()
                .all(|key| json::mentions(bytes, key))
    }

    fn entries_of(
        &self,
        bytes: &[u8],
        _password: Option<&SecretText>,
        limits: &ImportLimits,
    ) -> Result<Import, ImportError> {
        let file: File = json::parse_file(limits.text_of(bytes)?)?;
        let mut import = Import::empty(FormatName::KeepassxcPasskey);
        import.take_passkey(file.passkey());
        Ok(import)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    relying_party: String,
    username: Option<String>,
    credential_id: String,
    user_handle: String,
    private_key: Hidden,
}

impl File {
    fn passkey(self) -> Result<FoundPasskey, Bad> {
        let (rp_id, user_name) = (self.relying_party, self.username.unwrap_or_default());
        let bad = |reason| Bad::named(&rp_id, &user_name, reason);
        let encoded = |text: &str| base64url(text).ok_or_else(|| bad(RefuseReason::Malformed));
        let private_key = from_pem(self.private_key.0.expose());
        let parts = Parts {
            credential_id: encoded(&self.credential_id)?,
            rp_id: rp_id.clone(),
            user_handle: encoded(&self.user_handle)?,
            user_name: user_name.clone(),
            user_display_name: String::new(),
            private_key: private_key.ok_or_else(|| bad(RefuseReason::BadSecret))?,
        };
        let passkey = parts.check().map_err(bad)?;
        Ok(FoundPasskey::titled(&rp_id, passkey))
    }
}
