// SPDX-License-Identifier: MIT OR Apache-2.0
//! From what a file says about one entry to a token: which values are assumed where the file is
//! silent, which are ignored because the kind of token fixes them, and which are refused. The rules
//! are the same for every format.

use kagifuda_otp::{Algorithm, Digits, Token, TokenKind, base32, motp, steam, yandex};
use kagifuda_secret::{SecretBytes, SecretText};
use serde_json::value::RawValue;

use super::json::Hidden;
use super::limits::{MAX_LABEL_COUNT, MAX_NAME_BYTES, MAX_NOTE_BYTES, MAX_SECRET_BYTES};
use super::{
    Entry, EntryExtras, FormatName, Import, KeptElsewhere, LargeBlob, MethodKind, NoteEntry,
    Notice, PasskeyEntry, RefuseReason, Refused, ServiceEntry, Setting,
};
use crate::item::Passkey;

/// The most characters of a name shown for a refused entry.
const SHOWN_CHARACTERS: usize = 80;

/// What kind of token a file says an entry is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Totp,
    Hotp,
    Steam,
    Motp,
    Yandex,
}

impl Kind {
    /// Reads the word for it, in any case.
    pub(super) fn read(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "totp" => Some(Self::Totp),
            "hotp" => Some(Self::Hotp),
            "steam" => Some(Self::Steam),
            "motp" => Some(Self::Motp),
            "yandex" | "yaotp" => Some(Self::Yandex),
            _ => None,
        }
    }

    /// Hash, digits and period of the kinds that fix them.
    const fn fixed(self) -> Option<(Algorithm, u8, u32)> {
        match self {
            Self::Totp | Self::Hotp => None,
            Self::Steam => Some((Algorithm::Sha1, steam::CODE_CHARACTERS as u8, 30)),
            Self::Motp => Some((Algorithm::Sha1, motp::CODE_CHARACTERS as u8, 10)),
            Self::Yandex => Some((Algorithm::Sha256, yandex::CODE_CHARACTERS as u8, 30)),
        }
    }
}

/// A secret as a file spells it.
pub(super) enum Spelled {
    /// In base32, not read yet.
    Base32(Hidden),
    /// In a spelling of the format's own.
    Bytes(SecretBytes),
    /// In a spelling of the format's own, and not readable.
    Unreadable,
}

impl From<Hidden> for Spelled {
    fn from(text: Hidden) -> Self {
        Self::Base32(text)
    }
}

impl From<SecretBytes> for Spelled {
    fn from(bytes: SecretBytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl Spelled {
    fn read(self) -> Result<SecretBytes, RefuseReason> {
        let secret = match &self {
            Self::Base32(text) if text.0.expose().len() > base32::MAX_CHARACTERS => {
                return Err(RefuseReason::TooLong);
            }
            Self::Base32(text) if text.0.expose().trim().is_empty() => SecretBytes::default(),
            Self::Base32(text) => {
                base32::read(text.0.expose()).map_err(|_| RefuseReason::BadSecret)?
            }
            Self::Bytes(bytes) => bytes.duplicate(),
            Self::Unreadable => return Err(RefuseReason::BadSecret),
        };
        if secret.expose().is_empty() { Err(RefuseReason::NoSecret) } else { Ok(secret) }
    }
}

/// One entry as a file describes it, not yet believed.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) secret: Option<Spelled>,
    pub(super) algorithm: Option<String>,
    pub(super) digits: Option<u64>,
    pub(super) period: Option<u64>,
    pub(super) counter: Option<u64>,
    pub(super) pin: Option<Hidden>,
    pub(super) issuer: String,
    pub(super) account: String,
}

impl Draft {
    /// Checks the description and makes the token.
    pub(super) fn into_token(mut self, notices: &mut Vec<Notice>) -> Result<Token, RefuseReason> {
        let secret = self.secret(notices)?;
        let (kind, algorithm, digits) = match self.kind.fixed() {
            Some(fixed) => self.fixed_settings(fixed, notices),
            None => self.free_settings(notices)?,
        };
        let pin = match self.kind {
            Kind::Motp | Kind::Yandex => self.pin.map(|pin| pin.0),
            _ => None,
        };
        Ok(Token {
            kind,
            algorithm,
            digits,
            secret,
            pin,
            issuer: self.issuer,
            account: self.account,
            extra: Vec::new(),
        })
    }

    fn secret(&mut self, notices: &mut Vec<Notice>) -> Result<SecretBytes, RefuseReason> {
        let secret = self.secret.take().ok_or(RefuseReason::NoSecret)?.read()?;
        let has_pin = self.pin.as_ref().is_some_and(|pin| !pin.0.expose().is_empty());
        if matches!(self.kind, Kind::Motp | Kind::Yandex) && !has_pin {
            notices.push(Notice::PinMissing);
        }
        if self.kind == Kind::Yandex {
            let essence = yandex::essence(secret.expose()).map_err(|_| RefuseReason::BadSecret)?;
            return Ok(SecretBytes::from(essence.as_slice()));
        }
        Ok(secret)
    }

    fn fixed_settings(
        &self,
        (algorithm, digits, period): (Algorithm, u8, u32),
        notices: &mut Vec<Notice>,
    ) -> (TokenKind, Algorithm, u8) {
        let says_other_hash = self.kind != Kind::Motp
            && self
                .algorithm
                .as_deref()
                .is_some_and(|word| read_algorithm(word) != Some(algorithm));
        let differing = [
            (Setting::Algorithm, says_other_hash),
            (Setting::Digits, self.digits.is_some_and(|found| found != u64::from(digits))),
            (Setting::Period, self.period.is_some_and(|found| found != u64::from(period))),
        ];
        let ignored = differing.into_iter().filter(|(_, differs)| *differs);
        notices.extend(ignored.map(|(setting, _)| Notice::Ignored(setting)));
        let kind = match self.kind {
            Kind::Motp => TokenKind::Motp,
            Kind::Yandex => TokenKind::Yandex,
            _ => TokenKind::Steam,
        };
        (kind, algorithm, digits)
    }

    fn free_settings(
        &self,
        notices: &mut Vec<Notice>,
    ) -> Result<(TokenKind, Algorithm, u8), RefuseReason> {
        let mut assumed = |setting| notices.push(Notice::Assumed(setting));
        let algorithm = match &self.algorithm {
            Some(word) => read_algorithm(word).ok_or(RefuseReason::UnknownAlgorithm)?,
            None => {
                assumed(Setting::Algorithm);
                Algorithm::Sha1
            }
        };
        let digits = match self.digits {
            Some(digits) => u8::try_from(digits)
                .ok()
                .filter(|digits| Digits::new(*digits).is_ok())
                .ok_or(RefuseReason::BadDigits)?,
            None => {
                assumed(Setting::Digits);
                6
            }
        };
        if self.kind == Kind::Hotp {
            if self.counter.is_none() {
                assumed(Setting::Counter);
            }
            let counter = self.counter.unwrap_or(0);
            return Ok((TokenKind::Hotp { counter }, algorithm, digits));
        }
        let period_seconds = match self.period {
            Some(period) => u32::try_from(period)
                .ok()
                .filter(|period| *period > 0)
                .ok_or(RefuseReason::BadPeriod)?,
            None => {
                assumed(Setting::Period);
                30
            }
        };
        Ok((TokenKind::Totp { period_seconds, t0: 0 }, algorithm, digits))
    }
}

/// Reads the name of a hash: `SHA1`, `sha-1`, `HmacSHA1`.
fn read_algorithm(word: &str) -> Option<Algorithm> {
    let word: String = word.to_ascii_lowercase().chars().filter(|c| *c != '-').collect();
    match word.strip_prefix("hmac").unwrap_or(&word) {
        "sha1" => Some(Algorithm::Sha1),
        "sha256" => Some(Algorithm::Sha256),
        "sha512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// The name the apps use for a hash.
pub(super) const fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Sha1 => "SHA1",
        Algorithm::Sha256 => "SHA256",
        Algorithm::Sha512 => "SHA512",
    }
}

/// Refuses an entry with more in it than a person typed or an issuer gave.
fn check_lengths<'a>(
    names: impl IntoIterator<Item = &'a String>,
    extras: &'a EntryExtras,
    secret: &[u8],
) -> Result<(), RefuseReason> {
    let listed = extras.folders.iter().chain(&extras.tags).chain(&extras.colour);
    let mut names = listed.chain(names);
    let is_too_long = names.any(|name| name.len() > MAX_NAME_BYTES)
        || extras.folders.len() + extras.tags.len() > MAX_LABEL_COUNT
        || extras.note.expose().len() > MAX_NOTE_BYTES
        || secret.len() > MAX_SECRET_BYTES;
    if is_too_long { Err(RefuseReason::TooLong) } else { Ok(()) }
}

/// Text that may be null or missing.
pub(super) fn note_of(note: Option<Hidden>) -> SecretText {
    note.map(|note| note.0).unwrap_or_default()
}

/// What one entry yields.
pub(super) struct Found {
    pub(super) token: Token,
    pub(super) extras: EntryExtras,
    pub(super) notices: Vec<Notice>,
}

/// What one entry yields that is a passkey.
pub(super) struct FoundPasskey {
    pub(super) name: String,
    pub(super) passkey: Passkey,
    pub(super) large_blob: Option<LargeBlob>,
    pub(super) extras: EntryExtras,
    pub(super) notices: Vec<Notice>,
}

impl FoundPasskey {
    /// A passkey alone, under the title of its entry; a title that says no more than the site does is none.
    pub(super) fn titled(title: &str, passkey: Passkey) -> Self {
        let name = if title == passkey.rp_id { String::new() } else { title.to_owned() };
        let (extras, notices) = (EntryExtras::default(), Vec::new());
        Self { name, passkey, large_blob: None, extras, notices }
    }
}

/// What one entry yields that is a service.
pub(super) struct FoundService {
    pub(super) name: String,
    pub(super) urls: Vec<String>,
    pub(super) account: String,
    pub(super) methods: Vec<KeptElsewhere>,
    pub(super) extras: EntryExtras,
    pub(super) notices: Vec<Notice>,
}

/// What one entry yields that is a note.
pub(super) struct FoundNote {
    pub(super) title: String,
    pub(super) text: SecretText,
    pub(super) extras: EntryExtras,
    pub(super) notices: Vec<Notice>,
}

/// Why one entry yields nothing.
pub(super) struct Bad {
    pub(super) name: String,
    pub(super) reason: RefuseReason,
}

impl Bad {
    /// A refusal that names issuer and account, cut to what a person reads.
    pub(super) fn named(issuer: &str, account: &str, reason: RefuseReason) -> Self {
        let between = if issuer.is_empty() || account.is_empty() { "" } else { ": " };
        let shown = [issuer, between, account].into_iter().flat_map(str::chars);
        let name = shown.filter(|c| !c.is_control()).take(SHOWN_CHARACTERS).collect();
        Self { name, reason }
    }

    /// The same refusal, under another name where it has none.
    pub(super) fn or_named(self, name: &str) -> Self {
        if self.name.is_empty() { Self::named("", name, self.reason) } else { self }
    }
}

impl Import {
    /// Nothing read yet.
    pub(super) const fn empty(format: FormatName) -> Self {
        Self {
            format,
            entries: Vec::new(),
            passkeys: Vec::new(),
            services: Vec::new(),
            notes: Vec::new(),
            refused: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Reads the members of a list one by one; a bad one does not take the others with it.
    pub(super) fn collect<'a>(
        format: FormatName,
        members: &[&'a RawValue],
        mut read: impl FnMut(&'a RawValue) -> Result<Found, Bad>,
    ) -> Self {
        let mut import = Self::empty(format);
        for member in members {
            import.take(read(member));
        }
        import
    }

    /// Adds the next entry of the file.
    pub(super) fn take(&mut self, outcome: Result<Found, Bad>) {
        let position = self.next_position();
        let outcome = outcome.and_then(|found| {
            let Token { issuer, account, secret, .. } = &found.token;
            match check_lengths([issuer, account], &found.extras, secret.expose()) {
                Ok(()) => Ok(found),
                Err(reason) => Err(Bad::named(issuer, account, reason)),
            }
        });
        match outcome {
            Ok(Found { token, extras, notices }) => {
                self.entries.push(Entry { position, token, extras, notices });
            }
            Err(Bad { name, reason }) => self.refused.push(Refused { position, name, reason }),
        }
    }

    /// Adds the next entry of the file, which is a passkey.
    pub(super) fn take_passkey(&mut self, outcome: Result<FoundPasskey, Bad>) {
        let position = self.next_position();
        let outcome = outcome.and_then(|found| {
            let Passkey { rp_id, user_name, user_display_name, private_key, .. } = &found.passkey;
            let names = [&found.name, rp_id, user_name, user_display_name];
            match check_lengths(names, &found.extras, private_key.expose()) {
                Ok(()) => Ok(found),
                Err(reason) => Err(Bad::named(rp_id, user_name, reason)),
            }
        });
        match outcome {
            Ok(FoundPasskey { name, passkey, large_blob, extras, notices }) => {
                let entry = PasskeyEntry { position, name, passkey, large_blob, extras, notices };
                self.passkeys.push(entry);
            }
            Err(Bad { name, reason }) => self.refused.push(Refused { position, name, reason }),
        }
    }

    /// Adds the next entry of the file, which is a service. What was said of its password is told.
    pub(super) fn take_service(&mut self, outcome: Result<FoundService, Bad>) {
        let position = self.next_position();
        let outcome = outcome.and_then(|found| {
            let kept = found.methods.iter().map(|method| &method.provider);
            let names = found.urls.iter().chain([&found.name, &found.account]).chain(kept);
            let is_listed =
                found.urls.len() > MAX_LABEL_COUNT || found.methods.len() > MAX_LABEL_COUNT;
            match check_lengths(names, &found.extras, &[]) {
                Ok(()) if !is_listed => Ok(found),
                _ => Err(Bad::named(&found.name, &found.account, RefuseReason::TooLong)),
            }
        });
        match outcome {
            Ok(FoundService { name, urls, account, methods, extras, mut notices }) => {
                if methods.iter().any(|method| method.what == MethodKind::Password) {
                    notices.insert(0, Notice::SavedPassword);
                }
                self.services.push(ServiceEntry {
                    position,
                    name,
                    urls,
                    account,
                    methods,
                    extras,
                    notices,
                });
            }
            Err(Bad { name, reason }) => self.refused.push(Refused { position, name, reason }),
        }
    }

    /// Adds the next entry of the file, which is a note.
    pub(super) fn take_note(&mut self, outcome: Result<FoundNote, Bad>) {
        let position = self.next_position();
        let outcome = outcome.and_then(|found| {
            let is_too_long = found.text.expose().len() > MAX_NOTE_BYTES;
            match check_lengths([&found.title], &found.extras, &[]) {
                Ok(()) if !is_too_long => Ok(found),
                _ => Err(Bad::named(&found.title, "", RefuseReason::TooLong)),
            }
        });
        match outcome {
            Ok(FoundNote { title, text, extras, notices }) => {
                self.notes.push(NoteEntry { position, title, text, extras, notices });
            }
            Err(Bad { name, reason }) => self.refused.push(Refused { position, name, reason }),
        }
    }

    /// The place in the file of the entry that is added next.
    pub(super) fn next_position(&self) -> usize {
        let taken = self.entries.len() + self.passkeys.len() + self.services.len();
        taken + self.notes.len() + self.refused.len() + 1
    }
}
