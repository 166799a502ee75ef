// SPDX-License-Identifier: MIT OR Apache-2.0
//! soft-fido2 with passkeys in memory, whose person agrees to everything, asked through pipes.

#[path = "../../pipes.rs"]
mod pipes;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use soft_fido2::{
    Authenticator, AuthenticatorCallbacks, AuthenticatorConfig, AuthenticatorOptions, Credential,
    CredentialRef, Result, UpResult, UvResult,
};

/// Passkeys by when they came, and a clock.
struct Memory {
    passkeys: Mutex<BTreeMap<Vec<u8>, Credential>>,
    begun: Instant,
}

impl Memory {
    fn passkeys(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Credential>> {
        self.passkeys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuthenticatorCallbacks for Memory {
    fn request_up(&self, _: &str, _: Option<&str>, _: &str) -> Result<UpResult> {
        Ok(UpResult::Accepted)
    }

    fn request_uv(&self, _: &str, _: Option<&str>, _: &str) -> Result<UvResult> {
        Ok(UvResult::Accepted)
    }

    fn write_credential(&self, credential: &CredentialRef<'_>) -> Result<()> {
        self.passkeys().insert(credential.id.to_vec(), credential.to_owned());
        Ok(())
    }

    fn read_credential(&self, id: &[u8]) -> Result<Option<Credential>> {
        Ok(self.passkeys().get(id).cloned())
    }

    fn delete_credential(&self, id: &[u8]) -> Result<()> {
        self.passkeys().remove(id);
        Ok(())
    }

    fn list_credentials(&self, rp_id: &str, user_id: Option<&[u8]>) -> Result<Vec<Credential>> {
        let is_wanted = |it: &&Credential| {
            it.rp.id == rp_id && user_id.is_none_or(|user_id| it.user.id == user_id)
        };
        Ok(self.passkeys().values().filter(is_wanted).cloned().collect())
    }

    fn enumerate_rps(&self) -> Result<Vec<(String, Option<String>, usize)>> {
        let mut sites = BTreeMap::new();
        for passkey in self.passkeys().values() {
            sites.entry(passkey.rp.id.clone()).or_insert((passkey.rp.name.clone(), 0)).1 += 1;
        }
        Ok(sites.into_iter().map(|(id, (name, count))| (id, name, count)).collect())
    }

    fn credential_count(&self) -> Result<usize> {
        Ok(self.passkeys().len())
    }

    fn get_timestamp_ms(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }
}

fn main() -> io::Result<()> {
    let config = AuthenticatorConfig {
        max_credentials: 100_000,
        force_resident_keys: false,
        extensions: ["credProtect", "hmac-secret"].map(String::from).to_vec(),
        options: Some(
            AuthenticatorOptions::new()
                .with_credential_management(Some(true))
                .with_make_cred_uv_not_required(Some(true)),
        ),
        algorithms: vec![-7, -8],
        ..AuthenticatorConfig::default()
    };
    let memory = Memory { passkeys: Mutex::default(), begun: Instant::now() };
    let mut key = Authenticator::with_config(memory, config).map_err(io::Error::other)?;
    pipes::serve(|request| {
        let mut answer = Vec::new();
        // What it cannot even answer is told as the status that says no more.
        if key.handle(request, &mut answer).is_err() {
            answer = vec![0x7F];
        }
        answer
    })
}
