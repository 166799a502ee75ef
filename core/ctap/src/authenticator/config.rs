// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changing the key's settings (CTAP 2.3 section 6.11). Every change is made on a copy, saved, and only
//! then believed.

use heapless::{String, Vec};

use super::settings::{MAX_PIN_LENGTH, Settings};
use super::{Authenticator, Halt, Permissions};
use crate::keys::KeyProvider;
use crate::message::config::{Config, ConfigCommand, MinPinLength};
use crate::status::Status;
use crate::store::Store;

impl<S: Store, K: KeyProvider> Authenticator<S, K> {
    pub(super) fn config(&mut self, parameters: &[u8]) -> Result<usize, Halt> {
        let request = Config::read(parameters)?;
        let command =
            ConfigCommand::from_number(request.subcommand).ok_or(Status::InvalidSubcommand)?;
        if !self.has_config(command) {
            return Err(Status::InvalidSubcommand.into());
        }
        self.verify_config(&request, command)?;
        let mut changed = self.settings.clone();
        match command {
            ConfigCommand::EnableEnterpriseAttestation => changed.is_enterprise_enabled = true,
            ConfigCommand::ToggleAlwaysUv => changed.is_always_uv = !changed.is_always_uv,
            ConfigCommand::SetMinPinLength => {
                let wanted = request.parameters.map(MinPinLength::read).transpose()?;
                change_min_pin_length(&mut changed, &wanted.unwrap_or_default())?;
            }
            ConfigCommand::EnableLongTouchForReset => changed.is_long_touch_for_reset = true,
        }
        changed.save(&mut self.store)?;
        self.settings = changed;
        if self.settings.must_change_pin {
            self.session.token = None;
        }
        Ok(0)
    }

    /// Tells whether this key has a subcommand.
    pub(super) fn has_config(&self, command: ConfigCommand) -> bool {
        command != ConfigCommand::EnableEnterpriseAttestation
            || self.profile.has_enterprise_attestation
    }

    /// Demands a token that may change settings, where there is anything to get one by, or alwaysUv says
    /// that there has to be. Without that, alwaysUv itself can still be turned off.
    fn verify_config(
        &mut self,
        request: &Config<'_>,
        command: ConfigCommand,
    ) -> Result<(), Status> {
        let is_bound = self.settings.is_always_uv && command != ConfigCommand::ToggleAlwaysUv;
        if !self.is_protected() && !is_bound {
            return Ok(());
        }
        let param = request.auth.param.ok_or(Status::PuatRequired)?;
        let protocol = Self::protocol_of(&request.auth)?.ok_or(Status::PuatRequired)?;
        let mut head = [0; 34];
        let message = request.authenticated(&mut head);
        self.session.verify_token(protocol, &message, param, Permissions::CONFIG, None)
    }
}

fn change_min_pin_length(settings: &mut Settings, wanted: &MinPinLength<'_>) -> Result<(), Status> {
    if let Some(length) = wanted.length {
        let length = u8::try_from(length).ok().filter(|length| *length <= MAX_PIN_LENGTH);
        let length = length.ok_or(Status::PinPolicyViolation)?;
        if length < settings.min_pin_length {
            return Err(Status::PinPolicyViolation);
        }
        settings.min_pin_length = length;
        settings.must_change_pin |= settings.pin.as_ref().is_some_and(|pin| pin.length < length);
    }
    // A list of none is no list: it leaves the sites there are.
    if let Some(rp_ids) = wanted.rp_ids.as_ref().filter(|rp_ids| rp_ids.iter().next().is_some()) {
        let mut kept = Vec::new();
        for rp_id in rp_ids.iter() {
            let rp_id = String::try_from(rp_id).map_err(|_| Status::LimitExceeded)?;
            kept.push(rp_id).map_err(|_| Status::KeyStoreFull)?;
        }
        settings.min_pin_rp_ids = kept;
    }
    if wanted.complexity == Some(true) && !settings.has_pin_complexity_policy {
        settings.has_pin_complexity_policy = true;
        // Only its hash is known: nobody can tell whether it keeps the rule.
        settings.must_change_pin |= settings.pin.is_some();
    }
    if wanted.force_change == Some(true) {
        if settings.pin.is_none() {
            return Err(Status::PinNotSet);
        }
        settings.must_change_pin = true;
    }
    Ok(())
}
