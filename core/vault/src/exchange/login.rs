// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an entry of a password manager becomes here: a service, its tokens, its passkeys, and a note with
//! whatever else the entry says, all linked. The rules are the same for every manager.
//!
//! A password is never taken: that there is one becomes a method that says who keeps it. An entry without
//! password, and with no address but those its passkeys are for, is no service, unless something would be lost.

use core::mem;
use std::borrow::Cow;

use kagifuda_otp::{Algorithm, Token, TokenKind, base32, otpauth};
use kagifuda_secret::SecretText;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fields::{Bad, Found, FoundNote, FoundPasskey, FoundService};
use super::json::{Hidden, Members, RawList};
use super::lines;
use super::{EntryExtras, Import, KeptElsewhere, Lives, MethodKind, Notice, RefuseReason};

/// The account of a token whose file gives nothing but Steam's secret.
const STEAM_ACCOUNT: &str = "Steam account";

/// How deep lists and objects are taken apart; what lies deeper is kept as it is written.
const MAX_DEPTH: usize = 8;

/// A field with a value of its own, as the Credential Exchange Format has them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldJson {
    #[serde(rename = "fieldType")]
    _field_type: String,
    value: Hidden,
    label: Option<String>,
}

/// Who keeps the password of an entry.
#[derive(Clone)]
pub(super) struct Keeper {
    pub(super) lives: Lives,
    /// The program's name.
    pub(super) provider: Cow<'static, str>,
}

impl Keeper {
    /// A program whose name is known.
    pub(super) const fn known(lives: Lives, provider: &'static str) -> Self {
        Self { lives, provider: Cow::Borrowed(provider) }
    }
}

/// One entry of a password manager, as its reader understood it.
pub(super) struct Login {
    pub(super) name: String,
    pub(super) account: String,
    pub(super) urls: Vec<String>,
    /// Who keeps the password, where there is one.
    pub(super) password: Option<Keeper>,
    pub(super) tokens: Vec<Result<Found, Bad>>,
    pub(super) passkeys: Vec<Result<FoundPasskey, Bad>>,
    /// What else it says.
    pub(super) remainder: Remainder,
    pub(super) extras: EntryExtras,
    /// What concerns the entry as a whole.
    pub(super) notices: Vec<Notice>,
}

impl Login {
    /// An entry that says nothing but its name.
    pub(super) fn named(name: String) -> Self {
        Self {
            name,
            account: String::new(),
            urls: Vec::new(),
            password: None,
            tokens: Vec::new(),
            passkeys: Vec::new(),
            remainder: Remainder::default(),
            extras: EntryExtras::default(),
            notices: Vec::new(),
        }
    }

    /// Takes what the manager keeps in its field for one-time codes.
    pub(super) fn add_token(&mut self, text: &SecretText) {
        if !text.expose().trim().is_empty() {
            self.tokens.push(token_of(text, &self.name, &self.account));
        }
    }

    /// Whether it names an account that nothing else of it does.
    fn has_account_of_its_own(&self) -> bool {
        let of_tokens = self.tokens.iter().flatten().map(|found| &found.token.account);
        let of_passkeys = self.passkeys.iter().flatten().map(|found| &found.passkey.user_name);
        !self.account.is_empty() && of_tokens.chain(of_passkeys).all(|it| *it != self.account)
    }

    fn is_service(&self) -> bool {
        let is_nothing_else = self.tokens.is_empty()
            && self.passkeys.is_empty()
            && self.remainder.is_empty()
            && self.extras.note.expose().is_empty();
        self.password.is_some()
            || !self.urls.iter().all(|url| self.is_site_of_a_passkey(url))
            || is_nothing_else
            || self.has_account_of_its_own()
    }

    /// Whether an address says no more than the site that one of the passkeys is for.
    fn is_site_of_a_passkey(&self, url: &str) -> bool {
        let bare = url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/');
        self.passkeys.iter().flatten().any(|found| found.passkey.rp_id == bare)
    }
}

/// Names and values of an entry that have no field of their own here, on their way to a note.
#[derive(Default)]
pub(super) struct Remainder {
    lines: Vec<(String, SecretText)>,
}

impl Remainder {
    /// Adds a line, unless it says nothing.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if !value.trim().is_empty() {
            self.lines.push((name.trim().to_owned(), SecretText::from(value)));
        }
    }

    /// Adds a member of a JSON object: text as it reads, other values as they are written, lists and objects
    /// member by member. Names in camel case become words.
    pub(super) fn add_json(&mut self, name: &str, value: &RawValue) {
        self.add_json_within(name, value, 0);
    }

    fn add_json_within(&mut self, name: &str, value: &RawValue, depth: usize) {
        let json = value.get();
        if let Ok(text) = serde_json::from_str::<Hidden>(json) {
            self.add(&words(name), text.0.expose());
        } else if json == "null" {
        } else if depth == MAX_DEPTH {
            self.add(&words(name), json);
        } else if let Ok(field) = serde_json::from_str::<FieldJson>(json) {
            // How CXF writes what a person may edit.
            let label = field.label.filter(|label| !label.is_empty());
            self.add(&label.unwrap_or_else(|| words(name)), field.value.0.expose());
        } else if let Ok(Members(members)) = serde_json::from_str(json) {
            for (inner, value) in members {
                self.add_json_within(&format!("{name} {inner}"), value, depth + 1);
            }
        } else if let Some(list) = serde_json::from_str::<RawList>(json).ok().as_ref() {
            for member in list.members().unwrap_or_default() {
                self.add_json_within(name, member, depth + 1);
            }
        } else {
            self.add(&words(name), json);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The lines as one text, put together in one place, so that no copy of a secret stays behind.
    pub(super) fn text(&self) -> SecretText {
        let length = self.lines.iter().map(|(name, value)| name.len() + value.expose().len() + 3);
        let mut text = String::with_capacity(length.sum());
        for (name, value) in &self.lines {
            if !text.is_empty() {
                text.push('\n');
            }
            if !name.is_empty() {
                text.push_str(name);
                text.push_str(": ");
            }
            text.push_str(value.expose());
        }
        SecretText::new(text)
    }
}

impl Import {
    /// Adds all that an entry of a password manager holds. What concerns the entry as a whole is said once.
    pub(super) fn take_login(&mut self, mut login: Login) {
        let is_service = login.is_service();
        let mut told = mem::take(&mut login.notices);
        let mut note = mem::take(&mut login.extras.note);
        let service = is_service.then(|| self.take_service_of(&login, &mut note, &mut told));
        let service = service.flatten();
        let is_nameless = service.is_none();
        let beside = |note: &mut SecretText, is_whole| {
            let note = if is_whole { mem::take(note) } else { SecretText::default() };
            EntryExtras { note, service, ..duplicate(&login.extras) }
        };
        for mut passkey in login.passkeys {
            if let Ok(found) = &mut passkey {
                found.extras = beside(&mut note, true);
                found.notices.splice(0..0, mem::take(&mut told));
            }
            self.take_passkey(passkey);
        }
        for mut token in login.tokens {
            if let Ok(found) = &mut token {
                found.extras = beside(&mut note, true);
                found.notices.splice(0..0, mem::take(&mut told));
                let names = [&found.token.issuer, &found.token.account];
                if is_nameless && !login.name.is_empty() && !names.contains(&&login.name) {
                    found.notices.push(Notice::ShownAs { name: login.name.clone() });
                }
            }
            self.take(token);
        }
        let mut remainder = login.remainder;
        if !note.expose().is_empty() {
            remainder.lines.insert(0, (String::new(), mem::take(&mut note)));
        }
        if !remainder.is_empty() {
            let (title, text) = (login.name, remainder.text());
            let extras = beside(&mut note, false);
            self.take_note(Ok(FoundNote { title, text, extras, notices: told }));
        }
    }

    /// Adds the service an entry is; its place, unless it was refused.
    fn take_service_of(
        &mut self,
        login: &Login,
        note: &mut SecretText,
        told: &mut Vec<Notice>,
    ) -> Option<usize> {
        let methods = login.password.iter().map(|keeper| KeptElsewhere {
            what: MethodKind::Password,
            lives: keeper.lives,
            provider: keeper.provider.clone().into_owned(),
        });
        let name = match login.name.as_str() {
            "" => login.urls.first().map_or(login.account.as_str(), |url| host_of(url)),
            name => name,
        };
        let place = self.next_position();
        self.take_service(Ok(FoundService {
            name: name.to_owned(),
            urls: login.urls.clone(),
            account: login.account.clone(),
            methods: methods.collect(),
            extras: EntryExtras { note: mem::take(note), ..duplicate(&login.extras) },
            notices: mem::take(told),
        }));
        self.services.last().filter(|service| service.position == place).map(|_| place)
    }
}

/// `expMonth` as people read it: `exp month`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for letter in name.trim().chars() {
        if letter.is_uppercase() && was_lower {
            words.push(' ');
        }
        let is_word_begin = letter.is_uppercase() && was_lower;
        was_lower = letter.is_lowercase();
        words.extend(if is_word_begin { letter.to_lowercase().next() } else { Some(letter) });
    }
    words
}

/// How an entry is filed, without its note.
fn duplicate(extras: &EntryExtras) -> EntryExtras {
    EntryExtras {
        folders: extras.folders.clone(),
        tags: extras.tags.clone(),
        note: SecretText::default(),
        is_pinned: extras.is_pinned,
        colour: extras.colour.clone(),
        service: extras.service,
    }
}

/// Reads what managers keep in their field for one-time codes: a URI, or the secret alone, which then means
/// SHA-1, six digits and 30 seconds. What the text does not name is called as its entry is.
pub(super) fn token_of(text: &SecretText, name: &str, account: &str) -> Result<Found, Bad> {
    let line = text.expose().trim();
    if !lines::is_token(line.as_bytes()) {
        let bad = |reason| Bad::named(name, account, reason);
        if line.len() > base32::MAX_CHARACTERS {
            return Err(bad(RefuseReason::TooLong));
        }
        let token = Token {
            kind: TokenKind::Totp { period_seconds: 30, t0: 0 },
            algorithm: Algorithm::Sha1,
            digits: 6,
            secret: base32::read(line).map_err(|_| bad(RefuseReason::BadSecret))?,
            pin: None,
            issuer: name.to_owned(),
            account: account.to_owned(),
            extra: Vec::new(),
        };
        return Ok(Found { token, extras: EntryExtras::default(), notices: Vec::new() });
    }
    let mut found = lines::read_line(line).map_err(|bad| {
        if bad.name.is_empty() { Bad::named(name, account, bad.reason) } else { bad }
    })?;
    let Token { kind, issuer, account: whose, .. } = &mut found.token;
    if issuer.is_empty() {
        name.clone_into(issuer);
    }
    if whose.is_empty() {
        let bare = if *kind == TokenKind::Steam { STEAM_ACCOUNT } else { "" };
        if account.is_empty() { bare } else { account }.clone_into(whose);
    }
    if !issuer.is_empty() || !whose.is_empty() {
        found.notices.retain(|notice| *notice != Notice::Uri(otpauth::Notice::Nameless));
    }
    Ok(found)
}

/// The host in an address, by which a service without a name is called; all of it where it has none.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    if host.is_empty() { url } else { host }
}
