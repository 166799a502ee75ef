// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key config`: the settings of a key (CTAP 2.3 section 6.11). All but one only become stricter, and what only a
//! reset takes back is asked for.

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, ClientError, Token};
use kagifuda_ctap::message::config::{ConfigCommand, MinPinLengthRequest};
use kagifuda_ctap::message::get_info::Info;

use super::device::PluggedIn;
use super::pin;
use crate::commands::resolve::KeySetting;
use crate::fault::{Fault, KeyTrouble};
use crate::run::session::Session;
use crate::say;

/// Changes one.
pub(super) fn change(
    s: &mut Session<'_>,
    key: &PluggedIn,
    setting: &KeySetting,
) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    if !can(&info, setting) {
        return Err(KeyTrouble::CannotDo.into());
    }
    if is_so(&info, setting) {
        let told = say!(s.texts, "key-config-already");
        s.tell(&told);
        return Ok(());
    }
    match setting {
        KeySetting::AlwaysUv(_) => {}
        KeySetting::MinPinLength { length, .. } if u64::from(*length) < info.min_pin_length => {
            return Err(KeyTrouble::OnlyStricter { least: info.min_pin_length }.into());
        }
        KeySetting::MinPinLength { length, .. } => {
            let question = say!(s.texts, "key-config-ask-min-pin", least = *length);
            s.confirm(&question)?;
        }
        KeySetting::LongTouchForReset => {
            let question = say!(s.texts, "key-config-ask-long-touch");
            s.confirm(&question)?;
        }
        KeySetting::EnterpriseAttestation => {
            let question = say!(s.texts, "key-config-ask-enterprise");
            s.confirm(&question)?;
        }
    }
    let token = pin::token(s, key, (&mut talk, &info), Permissions::CONFIG)?;
    talk.order(s, |out| write(setting, token.as_ref(), out))?;
    let told = say!(s.texts, "key-config-done");
    s.tell(&told);
    Ok(())
}

/// Whether the key has such a setting. Keys of CTAP 2.1 do not list the subcommands they know.
fn can(info: &Info<'_>, setting: &KeySetting) -> bool {
    let options = &info.options;
    options.authnr_cfg == Some(true)
        && match setting {
            KeySetting::AlwaysUv(_) => options.always_uv.is_some(),
            KeySetting::MinPinLength { .. } => options.set_min_pin_length == Some(true),
            KeySetting::EnterpriseAttestation => options.ep.is_some(),
            KeySetting::LongTouchForReset => {
                info.is_long_touch_for_reset.is_some()
                    || info
                        .config_commands
                        .iter()
                        .any(|number| number == ConfigCommand::EnableLongTouchForReset as u64)
            }
        }
}

/// Whether it is set so already.
fn is_so(info: &Info<'_>, setting: &KeySetting) -> bool {
    match setting {
        KeySetting::AlwaysUv(wanted) => info.options.always_uv == Some(*wanted),
        KeySetting::MinPinLength { length, sites } => {
            u64::from(*length) == info.min_pin_length && sites.is_empty()
        }
        KeySetting::EnterpriseAttestation => info.options.ep == Some(true),
        KeySetting::LongTouchForReset => info.is_long_touch_for_reset == Some(true),
    }
}

fn write(
    setting: &KeySetting,
    token: Option<&Token>,
    out: &mut [u8],
) -> Result<usize, ClientError> {
    match setting {
        KeySetting::AlwaysUv(_) => client::toggle_always_uv(token, out),
        KeySetting::EnterpriseAttestation => client::enable_enterprise_attestation(token, out),
        KeySetting::LongTouchForReset => client::enable_long_touch_for_reset(token, out),
        KeySetting::MinPinLength { length, sites } => {
            let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
            let rules = MinPinLengthRequest {
                length: Some(*length),
                rp_ids: (!sites.is_empty()).then_some(sites.as_slice()),
                ..MinPinLengthRequest::default()
            };
            client::set_min_pin_length(&rules, token, out)
        }
    }
}
