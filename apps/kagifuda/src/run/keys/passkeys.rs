// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key passkeys`: what is on a key, renamed and deleted (CTAP 2.3 section 6.8). A passkey is meant by words of
//! its site and account.

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{
    self, Dialect, ListedPasskey, PasskeyCount, PasskeyList, SiteList, Token,
};
use kagifuda_ctap::entity::{RpIdHash, UserRef};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::store::Protection;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::device::PluggedIn;
use super::talk::Talk;
use super::{blobs, pin};
use crate::fault::{Fault, KeyTrouble};
use crate::run::fields::hex;
use crate::run::json as shape;
use crate::run::session::{Session, called};
use crate::say;
use crate::term::width::harmless;
use crate::term::{Grid, Style};

/// How much of an id is shown, in hexadecimal digits.
const SHORT: usize = 8;

/// A passkey on a key.
pub(super) struct Passkey {
    /// Its site's id; keys may have cut it.
    pub(super) site: String,
    /// The account's name at the site.
    pub(super) account: String,
    /// The person's name at the site.
    pub(super) person: String,
    /// The key of its blob.
    pub(super) blob_key: Option<Zeroizing<[u8; 32]>>,
    user_handle: Vec<u8>,
    id: Vec<u8>,
    public_key: Option<Vec<u8>>,
    protection: Option<Protection>,
    is_for_payments: Option<bool>,
}

impl Passkey {
    fn of(site: &str, listed: &ListedPasskey<'_>) -> Self {
        let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
        Self {
            site: site.to_owned(),
            account: name(listed.user.name),
            person: name(listed.user.display_name),
            blob_key: listed
                .large_blob_key
                .and_then(|key| key.try_into().ok())
                .map(|key: [u8; 32]| Zeroizing::new(key)),
            user_handle: listed.user.id.to_vec(),
            id: listed.id.to_vec(),
            public_key: listed.public_key.map(<[u8]>::to_vec),
            protection: listed.protection,
            is_for_payments: listed.third_party_payment,
        }
    }

    /// Whether every word of a query is in its site, its account or its person, or begins its id.
    fn matches(&self, query: &str) -> bool {
        let texts = [&self.site, &self.account, &self.person].map(|text| text.to_lowercase());
        let id = hex(&self.id);
        query.to_lowercase().split_whitespace().all(|word| {
            texts.iter().any(|text| text.contains(word))
                || (word.len() >= SHORT && id.starts_with(word))
        })
    }

    /// What a person calls it.
    pub(super) fn called(&self) -> String {
        harmless(&called(&self.site, &self.account))
    }

    fn shown(&self) -> Value {
        let protection = self.protection.map(|protection| match protection {
            Protection::Optional => "optional",
            Protection::OptionalWithList => "optional-with-list",
            Protection::Required => "required",
        });
        json!({
            "id": hex(&self.id),
            "site": self.site,
            "account": self.account,
            "person": self.person,
            "user_handle": hex(&self.user_handle),
            "public_key": self.public_key.as_deref().map(hex),
            "verification": protection,
            "third_party_payment": self.is_for_payments,
            "has_blob_key": self.blob_key.is_some(),
        })
    }
}

/// A key whose passkeys are open to be managed.
pub(super) struct Managed {
    /// The conversation.
    pub(super) talk: Talk,
    /// What allows it.
    pub(super) token: Token,
    dialect: Dialect,
}

impl Managed {
    /// Opens a key's passkeys, which needs the PIN.
    pub(super) fn open(
        s: &mut Session<'_>,
        key: &PluggedIn,
        mut talk: Talk,
        info: &Info<'_>,
        more: Permissions,
    ) -> Result<Self, Fault> {
        let dialect = Dialect::of(&info.options).ok_or(KeyTrouble::CannotDo)?;
        let permissions = Permissions(Permissions::MANAGE.0 | more.0);
        let token = pin::needed_token(s, key, (&mut talk, info), permissions)?;
        Ok(Self { talk, token, dialect })
    }

    fn count(&mut self, s: &mut Session<'_>) -> Result<PasskeyCount, Fault> {
        let Self { talk, token, dialect } = self;
        let answer = talk.ask(s, |out| client::count(*dialect, token, out))?;
        Ok(client::read_count(&answer).map_err(KeyTrouble::of_answer)?)
    }

    /// Every passkey, by site and account.
    pub(super) fn all(&mut self, s: &mut Session<'_>) -> Result<Vec<Passkey>, Fault> {
        let Self { talk, token, dialect } = self;
        let mut sites: Vec<(String, RpIdHash)> = Vec::new();
        let mut list = SiteList::new(*dialect, token);
        while let Some(answer) = talk.ask_next(s, |out| list.request(out))? {
            if let Some(site) = list.take(&answer).map_err(KeyTrouble::of_answer)? {
                sites.push((site.rp.id.to_owned(), site.rp_hash));
            }
        }
        let mut all = Vec::new();
        for (site, hash) in sites {
            let mut list = PasskeyList::new(*dialect, token, hash);
            while let Some(answer) = talk.ask_next(s, |out| list.request(out))? {
                if let Some(listed) = list.take(&answer).map_err(KeyTrouble::of_answer)? {
                    all.push(Passkey::of(&site, &listed));
                }
            }
        }
        all.sort_by(|a, b| (&a.site, &a.account, &a.id).cmp(&(&b.site, &b.account, &b.id)));
        Ok(all)
    }

    /// The one passkey that a query means; where several do, they are listed for the holder.
    pub(super) fn pick(&mut self, s: &mut Session<'_>, query: &str) -> Result<Passkey, Fault> {
        let mut all = self.all(s)?;
        all.retain(|passkey| passkey.matches(query));
        match all.len() {
            0 => Err(KeyTrouble::NoSuchPasskey { wanted: query.to_owned() }.into()),
            1 => all.pop().ok_or(Fault::Internal),
            count => {
                let lines: Vec<[String; 2]> = all
                    .iter()
                    .map(|passkey| [passkey.called(), hex(&passkey.id)[..SHORT].to_owned()])
                    .collect();
                s.list_candidates(lines.iter().map(|[name, id]| [name.as_str(), id.as_str()]));
                Err(Fault::Ambiguous { count })
            }
        }
    }
}

/// Opens a key and its passkeys.
pub(super) fn managed(
    s: &mut Session<'_>,
    key: &PluggedIn,
    more: Permissions,
) -> Result<Managed, Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    Managed::open(s, key, talk, &info, more)
}

/// Lists what is on a key.
pub(super) fn list(
    s: &mut Session<'_>,
    key: &PluggedIn,
    query: &str,
    json: bool,
) -> Result<(), Fault> {
    let mut managed = managed(s, key, Permissions(0))?;
    let count = managed.count(s)?;
    let mut all = managed.all(s)?;
    all.retain(|passkey| passkey.matches(query));
    if json {
        let passkeys: Vec<Value> = all.iter().map(Passkey::shown).collect();
        let page = json!({ "passkeys": passkeys, "count": count.count, "room": count.room });
        return s.print(&shape::page(page));
    }
    if all.is_empty() && !query.is_empty() {
        return Err(KeyTrouble::NoSuchPasskey { wanted: query.to_owned() }.into());
    }
    if !all.is_empty() {
        let mut grid = Grid::new()
            .shrinking(say!(s.texts, "key-head-site"))
            .styled(Style::Strong)
            .shrinking(say!(s.texts, "item-head-account"))
            .shrinking(say!(s.texts, "key-head-person"))
            .column(say!(s.texts, "key-head-id"))
            .styled(Style::Faint);
        for passkey in &all {
            let id = hex(&passkey.id);
            let short = id.get(..SHORT).unwrap_or(&id);
            grid.row([passkey.site.as_str(), &passkey.account, &passkey.person, short]);
        }
        let rows = grid.render(s.screen);
        s.print(&rows)?;
    }
    let told = say!(s.texts, "key-passkeys-room", count = count.count, room = count.room);
    s.tell(&told);
    Ok(())
}

/// Gives the account of a passkey other names.
pub(super) fn rename(
    s: &mut Session<'_>,
    key: &PluggedIn,
    query: &str,
    (account, person): (Option<&str>, Option<&str>),
) -> Result<(), Fault> {
    if account.is_none() && person.is_none() {
        return Err(Fault::NothingToChange);
    }
    let mut managed = managed(s, key, Permissions(0))?;
    if managed.dialect == Dialect::Preview {
        return Err(KeyTrouble::CannotDo.into());
    }
    let passkey = managed.pick(s, query)?;
    let user = UserRef {
        id: &passkey.user_handle,
        name: some(account.unwrap_or(&passkey.account)),
        display_name: some(person.unwrap_or(&passkey.person)),
    };
    let Managed { talk, token, .. } = &mut managed;
    talk.order(s, |out| client::rename(token, &passkey.id, &user, out))?;
    let told = say!(s.texts, "key-passkey-renamed", name = passkey.called());
    s.tell(&told);
    Ok(())
}

/// A name that is not sent is taken away.
fn some(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}

/// Deletes a passkey, after a question, and its blob with it.
pub(super) fn delete(s: &mut Session<'_>, key: &PluggedIn, query: &str) -> Result<(), Fault> {
    let mut talk = key.open()?;
    let introduction = talk.introduce(s)?;
    let info = introduction.read()?;
    let has_blobs = info.options.large_blobs == Some(true);
    let more = if has_blobs { Permissions::LARGE_BLOB } else { Permissions(0) };
    let mut managed = Managed::open(s, key, talk, &info, more)?;
    let passkey = managed.pick(s, query)?;
    let question = say!(s.texts, "key-passkey-ask-delete", name = passkey.called());
    s.confirm(&question)?;
    let Managed { talk, token, dialect } = &mut managed;
    talk.order(s, |out| client::remove(*dialect, token, &passkey.id, out))?;
    let told = say!(s.texts, "key-passkey-deleted", name = passkey.called());
    s.tell(&told);
    // Nobody can read its blob any more, so its room is given back.
    match passkey.blob_key.as_ref().filter(|_| has_blobs) {
        Some(blob_key) => blobs::forget(s, talk, &info, (token, blob_key)),
        None => Ok(()),
    }
}
