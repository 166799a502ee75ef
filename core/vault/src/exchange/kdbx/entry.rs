// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the texts of a KeePass entry mean: the five of KeePass, one-time codes as KeePass 2, KeePassXC, KeeOTP and
//! KeeTrayTOTP keep them, passkeys as KeePassXC does. All others are kept in a note.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use kagifuda_secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::super::fields::{Bad, Draft, Found, FoundPasskey, Kind, Spelled};
use super::super::json::Hidden;
use super::super::lines;
use super::super::login::{Keeper, Login};
use super::super::passkey::{self, Parts};
use super::super::{EntryExtras, Lives, Notice, RefuseReason};

/// Who keeps the passwords of such a database.
pub(in super::super) const KEEPASS: Keeper = Keeper::known(Lives::PasswordManager, "KeePass");

/// An entry as the document has it.
#[derive(Default)]
pub(super) struct RawEntry {
    pub(super) pairs: Vec<(String, SecretText)>,
    pub(super) tags: String,
    pub(super) folder: String,
    pub(super) has_attachment: bool,
    pub(super) is_trashed: bool,
}

impl RawEntry {
    /// Takes a text out; empty where there is none.
    fn take(&mut self, key: &str) -> SecretText {
        let place = self.pairs.iter().position(|(name, _)| name == key);
        place.map(|place| self.pairs.swap_remove(place).1).unwrap_or_default()
    }

    fn take_plain(&mut self, key: &str) -> String {
        self.take(key).expose().to_owned()
    }

    fn has(&self, prefix: &str) -> bool {
        self.pairs.iter().any(|(name, text)| name.starts_with(prefix) && !text.expose().is_empty())
    }

    pub(super) fn into_login(mut self) -> Login {
        // Their order is nobody's; a note shows them by name.
        self.pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut login = Login::named(self.take_plain("Title"));
        login.account = self.take_plain("UserName");
        login.password = (!self.take("Password").expose().is_empty()).then_some(KEEPASS);
        login.urls = [self.take_plain("URL")].into_iter().filter(|url| !url.is_empty()).collect();
        login.extras.note = self.take("Notes");
        login.extras.folders = [core::mem::take(&mut self.folder)].into_iter().collect();
        login.extras.folders.retain(|folder| !folder.is_empty());
        let tags = self.tags.split([';', ',']).map(str::trim).filter(|tag| !tag.is_empty());
        login.extras.tags = tags.map(str::to_owned).collect();
        if self.is_trashed {
            login.notices.push(Notice::WasTrashed);
        }
        if self.has_attachment {
            login.notices.push(Notice::AttachmentDropped);
        }
        self.read_tokens(&mut login);
        if self.has("KPEX_PASSKEY_") {
            let passkey = self.passkey(&login);
            login.passkeys.push(passkey);
        }
        for (name, text) in self.pairs {
            if name.starts_with("KP2A_URL") && !text.expose().is_empty() {
                login.urls.push(text.expose().to_owned());
            } else {
                login.remainder.add(&name, text.expose());
            }
        }
        login
    }

    fn read_tokens(&mut self, login: &mut Login) {
        let otp = self.take("otp");
        match otp.expose().trim() {
            "" => {}
            text if lines::is_token(text.as_bytes()) => login.add_token(&otp),
            text if text.contains("key=") => login.tokens.push(keeotp(text, login)),
            _ => login.add_token(&otp),
        }
        for (prefix, kind) in [("TimeOtp-", Kind::Totp), ("HmacOtp-", Kind::Hotp)] {
            if self.has(&format!("{prefix}Secret")) {
                login.tokens.push(self.keepass_token(prefix, kind, login));
            }
        }
        let (seed, settings) = (self.take("TOTP Seed"), self.take_plain("TOTP Settings"));
        if !seed.expose().trim().is_empty() {
            login.tokens.push(tray_token(seed, &settings, login));
        }
    }

    /// KeePass 2 names the spelling of the secret in the key.
    fn keepass_token(&mut self, prefix: &str, kind: Kind, login: &Login) -> Result<Found, Bad> {
        let mut field = |name: &str| self.take(&format!("{prefix}{name}"));
        let plain = field("Secret");
        let spelled = [
            spelled(&plain, |text| SecretBytes::from(text.as_bytes()).into()),
            spelled(&field("Secret-Hex"), |text| {
                let digits = text.bytes().filter(|letter| !letter.is_ascii_whitespace());
                let digits: Zeroizing<Vec<u8>> = Zeroizing::new(digits.collect());
                bytes_or_unreadable(HEXLOWER_PERMISSIVE.decode(&digits))
            }),
            spelled(&field("Secret-Base32"), |text| Hidden(SecretText::from(text)).into()),
            spelled(&field("Secret-Base64"), |text| {
                bytes_or_unreadable(BASE64.decode(text.as_bytes()))
            }),
        ];
        let secret = spelled.into_iter().flatten().next();
        let number = |text: SecretText| text.expose().trim().parse().ok();
        let algorithm = field("Algorithm");
        let algorithm = Some(algorithm.expose()).filter(|text| !text.is_empty());
        let draft = Draft {
            kind,
            secret,
            algorithm: Some(algorithm.unwrap_or("SHA1").to_owned()),
            digits: Some(number(field("Length")).unwrap_or(6)),
            period: Some(number(field("Period")).unwrap_or(30)),
            counter: number(field("Counter")),
            pin: None,
            issuer: login.name.clone(),
            account: login.account.clone(),
        };
        finish(draft, login)
    }

    fn passkey(&mut self, login: &Login) -> Result<FoundPasskey, Bad> {
        let mut field = |name: &str| self.take(&format!("KPEX_PASSKEY_{name}"));
        let rp_id = field("RELYING_PARTY").expose().to_owned();
        let user_name = field("USERNAME").expose().to_owned();
        // Older programs called the id of the credential so.
        let ids = [field("CREDENTIAL_ID"), field("GENERATED_USER_ID")];
        let id = ids.iter().find(|id| !id.expose().is_empty());
        let (user_handle, pem) = (field("USER_HANDLE"), field("PRIVATE_KEY_PEM"));
        let is_eligible = !matches!(field("FLAG_BE").expose(), "0" | "false");
        field("FLAG_BS");
        let bad = |reason| Bad::named(&rp_id, &user_name, reason);
        let encoded =
            |text: &str| passkey::base64url(text).ok_or_else(|| bad(RefuseReason::Malformed));
        let parts = Parts {
            credential_id: encoded(id.map_or("", |id| id.expose()))?,
            rp_id: rp_id.clone(),
            user_handle: encoded(user_handle.expose())?,
            user_name: user_name.clone(),
            user_display_name: String::new(),
            private_key: passkey::from_pem(pem.expose())
                .ok_or_else(|| bad(RefuseReason::BadSecret))?,
        };
        let mut passkey = parts.check().map_err(bad)?;
        // What a site was told when it was registered must not change.
        passkey.is_backup_eligible = is_eligible;
        Ok(FoundPasskey::titled(&login.name, passkey))
    }
}

/// A secret in one spelling; nothing where that is not used.
fn spelled(text: &SecretText, read: impl FnOnce(&str) -> Spelled) -> Option<Spelled> {
    let text = text.expose().trim();
    (!text.is_empty()).then(|| read(text))
}

fn bytes_or_unreadable<E>(read: Result<Vec<u8>, E>) -> Spelled {
    read.map_or(Spelled::Unreadable, |bytes| SecretBytes::new(bytes).into())
}

fn finish(draft: Draft, login: &Login) -> Result<Found, Bad> {
    let mut notices = Vec::new();
    let token = draft.into_token(&mut notices);
    let token = token.map_err(|reason| Bad::named(&login.name, &login.account, reason))?;
    Ok(Found { token, extras: EntryExtras::default(), notices })
}

/// `key=SECRET&step=30&size=6&type=Totp`, which KeeOTP and old KeePassXC write.
fn keeotp(text: &str, login: &Login) -> Result<Found, Bad> {
    let mut draft = Draft {
        kind: Kind::Totp,
        secret: None,
        algorithm: Some("SHA1".to_owned()),
        digits: Some(6),
        period: Some(30),
        counter: None,
        pin: None,
        issuer: login.name.clone(),
        account: login.account.clone(),
    };
    for (name, value) in text.split('&').filter_map(|part| part.split_once('=')) {
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "key" => {
                let text = SecretText::new(value.replace("%3D", "="));
                draft.secret = Some(Hidden(text).into());
            }
            // What cannot be read is refused, not assumed.
            "step" => draft.period = Some(value.parse().unwrap_or(0)),
            "size" => draft.digits = Some(value.parse().unwrap_or(0)),
            "counter" => draft.counter = value.parse().ok(),
            "otphashmode" => draft.algorithm = Some(value.to_owned()),
            "type" if value.eq_ignore_ascii_case("hotp") => draft.kind = Kind::Hotp,
            _ => {}
        }
    }
    finish(draft, login)
}

/// A seed with `30;6`, or `30;S` for Steam, beside it, as KeeTrayTOTP keeps them.
fn tray_token(seed: SecretText, settings: &str, login: &Login) -> Result<Found, Bad> {
    let mut settings = settings.split(';').map(str::trim);
    let (period, digits) = (settings.next().unwrap_or_default(), settings.next().unwrap_or("6"));
    let is_steam = digits.eq_ignore_ascii_case("s");
    let number =
        |text: &str, usual| if text.is_empty() { usual } else { text.parse().unwrap_or(0) };
    let draft = Draft {
        kind: if is_steam { Kind::Steam } else { Kind::Totp },
        secret: Some(Hidden(seed).into()),
        algorithm: Some("SHA1".to_owned()),
        digits: (!is_steam).then(|| number(digits, 6)),
        period: Some(number(period, 30)),
        counter: None,
        pin: None,
        issuer: login.name.clone(),
        account: login.account.clone(),
    };
    finish(draft, login)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pairs: &[(&str, &str)]) -> Login {
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), SecretText::from(*text)));
        RawEntry { pairs: pairs.collect(), ..RawEntry::default() }.into_login()
    }

    #[test]
    fn every_spelling_of_a_secret_is_the_same_token() {
        let spellings: [&[(&str, &str)]; 7] = [
            &[("otp", "otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss")],
            &[("otp", "key=MFRGGZDFMZTWQ2LK&step=30&size=6")],
            &[("otp", "MFRG GZDF MZTW Q2LK")],
            &[("TimeOtp-Secret", "abcdefghij")],
            &[("TimeOtp-Secret-Hex", "61 62 63 64 65 66 67 68 69 6A"), ("TimeOtp-Length", "6")],
            &[("TimeOtp-Secret-Base64", "YWJjZGVmZ2hpag=="), ("TimeOtp-Period", "30")],
            &[("TOTP Seed", "mfrggzdfmztwq2lk"), ("TOTP Settings", "30;6")],
        ];
        for pairs in spellings {
            let names: &[(&str, &str)] = &[("Title", "Moss"), ("UserName", "ume")];
            let login = entry(&[names, pairs].concat());
            let [Ok(found)] = &login.tokens[..] else { panic!("one token of {:?}", pairs[0].0) };
            let token = &found.token;
            assert_eq!((token.issuer.as_str(), token.account.as_str()), ("Moss", "ume"));
            assert!(token.secret.expose() == b"abcdefghij" && token.digits == 6);
            assert!(login.remainder.is_empty() && found.notices.is_empty());
        }
    }

    #[test]
    fn a_setting_that_cannot_be_is_refused_and_never_assumed() {
        let refused: [(&[(&str, &str)], RefuseReason); 5] = [
            (&[("otp", "key=MFRGGZDF&step=soon")], RefuseReason::BadPeriod),
            (&[("otp", "key=MFRGGZDF&size=0")], RefuseReason::BadDigits),
            (&[("TOTP Seed", "MFRGGZDF"), ("TOTP Settings", "30;many")], RefuseReason::BadDigits),
            (&[("TimeOtp-Secret-Hex", "xyz")], RefuseReason::BadSecret),
            (
                &[("TimeOtp-Secret", "abc"), ("TimeOtp-Algorithm", "HMAC-MD5")],
                RefuseReason::UnknownAlgorithm,
            ),
        ];
        for (pairs, reason) in refused {
            let login = entry(pairs);
            let reasons: Vec<_> =
                login.tokens.iter().map(|it| it.as_ref().err().map(|bad| &bad.reason)).collect();
            assert_eq!(reasons, [Some(&reason)], "{:?}", pairs[0].0);
        }
    }
}
