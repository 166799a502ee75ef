// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key info`: what a key says of itself (CTAP 2.3 section 6.4), the words of the specification kept where
//! they are names.

use kagifuda_ctap::client::{self, PinRetries, Sensor};
use kagifuda_ctap::message::get_info::{Info, InfoOptions};
use serde_json::{Map, Value, json};

use super::device::PluggedIn;
use super::talk::Talk;
use super::{bio, list};
use crate::fault::{Fault, KeyTrouble};
use crate::run::json as shape;
use crate::run::session::Session;
use crate::say;
use crate::term::Style;
use crate::term::grid::beside;
use crate::term::width::harmless;
use crate::text::Texts;

/// Shows it.
pub(super) fn show(s: &mut Session<'_>, key: &PluggedIn, json: bool) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    let retries = match info.options.client_pin {
        Some(true) => Some(tries(s, &mut talk)?),
        _ => None,
    };
    if json {
        return s.print(&shape::page(shown(key, &info, retries)));
    }
    let mut page = s.screen.paint(Style::Strong, &key.name);
    page.push('\n');
    page.push_str(&beside(&rows(s.texts, key, &info, retries), s.screen.page()));
    s.print(&page)
}

/// How often the PIN may still be tried.
pub(super) fn tries(s: &mut Session<'_>, talk: &mut Talk) -> Result<PinRetries, Fault> {
    let answer = talk.ask(s, client::pin_retries)?;
    Ok(client::read_pin_retries(&answer).map_err(KeyTrouble::of_answer)?)
}

fn rows(
    texts: &Texts,
    key: &PluggedIn,
    info: &Info<'_>,
    retries: Option<PinRetries>,
) -> Vec<(String, String)> {
    let yes_no = |flag| {
        if flag { say!(texts, "item-yes") } else { say!(texts, "item-no") }
    };
    let usb = key.usb.map(|(vendor, product)| format!("{vendor:04x}:{product:04x}"));
    let usb = usb.unwrap_or_default();
    let mut rows = vec![
        (say!(texts, "key-head-device"), key.device.clone()),
        (say!(texts, "key-head-serial"), key.serial.clone().unwrap_or_default()),
        (say!(texts, "key-info-usb"), usb),
        (say!(texts, "key-info-model"), uuid(&info.aaguid)),
        (say!(texts, "key-info-versions"), joined(info.versions.iter())),
        (say!(texts, "key-info-pin"), pin(texts, info, retries)),
    ];
    if let Some(is_taught) = info.options.uv {
        let text = if is_taught { "key-info-uv-taught" } else { "key-info-uv-untaught" };
        rows.push((say!(texts, "key-info-uv"), texts.get(text)));
    }
    if let Some(sensor) = Sensor::of(&info.options) {
        rows.push((say!(texts, "key-bio-head-fingers"), texts.get(bio::text_of(sensor))));
    }
    if let Some(always) = info.options.always_uv {
        rows.push((say!(texts, "key-info-always-uv"), yes_no(always)));
    }
    if let Some(room) = info.room {
        rows.push((say!(texts, "key-info-room"), room.to_string()));
    }
    if let Some(bytes) = info.max_large_blob_bytes {
        rows.push((say!(texts, "key-info-blobs"), say!(texts, "key-info-bytes", count = bytes)));
    }
    let reset = match info.is_long_touch_for_reset {
        Some(true) => say!(texts, "key-info-reset-long"),
        _ => say!(texts, "key-info-reset-usual"),
    };
    rows.push((say!(texts, "key-info-reset"), reset));
    rows.push((say!(texts, "key-info-extensions"), joined(info.extensions.iter())));
    rows.push((
        say!(texts, "key-info-algorithms"),
        joined(info.algorithms.numbers().map(algorithm)),
    ));
    rows.push((say!(texts, "key-info-transports"), joined(info.transports.iter())));
    if let Some(version) = info.firmware_version {
        rows.push((say!(texts, "key-info-firmware"), version.to_string()));
    }
    rows.retain(|(_, text)| !text.is_empty());
    rows
}

fn pin(texts: &Texts, info: &Info<'_>, retries: Option<PinRetries>) -> String {
    match (info.options.client_pin, retries) {
        (None, _) => say!(texts, "key-info-pin-never"),
        (Some(true), Some(PinRetries { left: 0, .. })) => say!(texts, "key-info-pin-blocked"),
        (Some(true), Some(PinRetries { needs_power_cycle: true, .. })) => {
            say!(texts, "key-info-pin-replug")
        }
        (Some(true), Some(PinRetries { left, .. })) if info.must_change_pin => {
            say!(texts, "key-info-pin-must-change", left = left)
        }
        (Some(true), Some(PinRetries { left, .. })) => {
            say!(texts, "key-info-pin-set", left = left)
        }
        _ => say!(texts, "key-info-pin-unset", least = info.min_pin_length),
    }
}

fn joined<T: ToString>(parts: impl Iterator<Item = T>) -> String {
    harmless(&parts.map(|part| part.to_string()).collect::<Vec<_>>().join(", "))
}

/// The names of the IANA registry "COSE Algorithms".
fn algorithm(number: i64) -> String {
    match number {
        -7 => "ES256".to_owned(),
        -8 => "EdDSA".to_owned(),
        -35 => "ES384".to_owned(),
        -36 => "ES512".to_owned(),
        -47 => "ES256K".to_owned(),
        -48 => "ML-DSA-44".to_owned(),
        -49 => "ML-DSA-65".to_owned(),
        -50 => "ML-DSA-87".to_owned(),
        -257 => "RS256".to_owned(),
        other => other.to_string(),
    }
}

/// Bytes as RFC 9562 writes them.
fn uuid(bytes: &[u8; 16]) -> String {
    let hex = crate::run::fields::hex(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn shown(key: &PluggedIn, info: &Info<'_>, retries: Option<PinRetries>) -> Value {
    let texts = |list: &kagifuda_ctap::entity::Texts<'_>| -> Vec<String> {
        list.iter().map(str::to_owned).collect()
    };
    let mut value = list::shown(key);
    let more = json!({
        "aaguid": uuid(&info.aaguid),
        "versions": texts(&info.versions),
        "extensions": texts(&info.extensions),
        "algorithms": info.algorithms.numbers().collect::<Vec<i64>>(),
        "transports": texts(&info.transports),
        "firmware": info.firmware_version,
        "options": options(&info.options),
        "pin": {
            "is_set": info.options.client_pin == Some(true),
            "tries_left": retries.map(|retries| retries.left),
            "needs_replug": retries.is_some_and(|retries| retries.needs_power_cycle),
            "must_change": info.must_change_pin,
            "least_characters": info.min_pin_length,
            "most_bytes": info.max_pin_length,
        },
        "room": info.room,
        "large_blob_bytes": info.max_large_blob_bytes,
        "long_touch_for_reset": info.is_long_touch_for_reset,
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut value, more) {
        all.extend(more);
    }
    value
}

/// The options by the specification's names, those that the key names.
fn options(options: &InfoOptions) -> Value {
    let all = [
        ("plat", options.plat),
        ("rk", options.rk),
        ("clientPin", options.client_pin),
        ("up", options.up),
        ("uv", options.uv),
        ("pinUvAuthToken", options.pin_uv_auth_token),
        ("noMcGaPermissionsWithClientPin", options.no_mc_ga_permissions_with_client_pin),
        ("largeBlobs", options.large_blobs),
        ("ep", options.ep),
        ("bioEnroll", options.bio_enroll),
        ("userVerificationMgmtPreview", options.bio_enroll_preview),
        ("uvBioEnroll", options.uv_bio_enroll),
        ("authnrCfg", options.authnr_cfg),
        ("uvAcfg", options.uv_acfg),
        ("credMgmt", options.cred_mgmt),
        ("credentialMgmtPreview", options.cred_mgmt_preview),
        ("perCredMgmtRO", options.per_cred_mgmt_ro),
        ("setMinPINLength", options.set_min_pin_length),
        ("makeCredUvNotRqd", options.make_cred_uv_not_rqd),
        ("alwaysUv", options.always_uv),
    ];
    let named = all.into_iter().filter_map(|(name, says)| Some((name.to_owned(), json!(says?))));
    Value::Object(named.collect::<Map<String, Value>>())
}
