// SPDX-License-Identifier: MIT OR Apache-2.0
//! Services and notes that come in from a file. A service the vault has already, by its name, addresses and
//! account, is not made again; nor is a note, by its text. With a service comes how one signs in there as
//! far as the file says: that there is a saved password and who keeps it, never the password itself.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use kagifuda_vault::exchange::{EntryExtras, Lives, MethodKind, NoteEntry, ServiceEntry};
use kagifuda_vault::schema::{self, field, kinds};
use kagifuda_vault::{Draft, Edits, ItemId, ItemState, KindId, item, value};

use super::import::Outcomes;
use super::import_words::note;
use super::open::Open;
use super::show::text_of;
use super::{edit, rng};
use crate::agent::protocol::{
    self, Failure, Field, FieldValue, Hidden, ImportLine, ImportOutcome, Kind, name,
};

/// What of a file is services and notes, and new.
#[derive(Default)]
pub(super) struct Written {
    services: Vec<(ItemId, ServiceEntry)>,
    notes: Vec<NoteEntry>,
    /// The items of all services of the file, new or not, by their places in it.
    ids: HashMap<usize, ItemId>,
}

/// By what a service is known.
#[derive(PartialEq, Eq, Hash)]
struct Known {
    name: String,
    urls: BTreeSet<String>,
    account: String,
}

impl Known {
    fn of(state: &ItemState) -> Self {
        Self {
            name: text_of(state, field::NAME),
            urls: item::texts(state, field::URLS).map(str::to_owned).collect(),
            account: text_of(state, field::ACCOUNT),
        }
    }

    fn of_entry(entry: &ServiceEntry) -> Self {
        Self {
            name: entry.name.clone(),
            urls: entry.urls.iter().cloned().collect(),
            account: entry.account.clone(),
        }
    }
}

impl Open {
    /// One line per service and note of a file, and those that are new.
    pub(super) fn compare_services(
        &self,
        services: Vec<ServiceEntry>,
        notes: Vec<NoteEntry>,
        lines: &mut Outcomes,
    ) -> Written {
        let mut written = Written::default();
        let here = self.vault.items_of(kinds::SERVICE);
        let mut here: HashMap<Known, (ItemId, Standing)> =
            here.map(|(id, state)| (Known::of(state), (id, Standing::Kept))).collect();
        for entry in services {
            let known = Known::of_entry(&entry);
            let found = here.get(&known).map(|(id, standing)| (*id, *standing));
            lines.push((
                entry.position,
                ImportLine {
                    issuer: entry.name.clone(),
                    account: entry.account.clone(),
                    outcome: outcome(found),
                    notes: entry.notices.iter().map(note).collect(),
                    kind: Some(Kind::Service),
                },
            ));
            let id = found.map_or_else(|| ItemId::random(&mut rng()), |(id, _)| id);
            written.ids.insert(entry.position, id);
            if found.is_none() {
                here.insert(known, (id, Standing::Read));
                written.services.push((id, entry));
            }
        }
        self.compare_notes(notes, &mut written, lines);
        written
    }

    fn compare_notes(&self, notes: Vec<NoteEntry>, written: &mut Written, lines: &mut Outcomes) {
        // Texts are secrets: they are looked up by a keyed hash that lives as long as one import.
        let hasher = RandomState::new();
        let mut here: HashMap<u64, Vec<ItemId>> = HashMap::new();
        let mut read: HashMap<u64, Vec<usize>> = HashMap::new();
        for (id, _) in self.vault.items_of(kinds::NOTE) {
            here.entry(hasher.hash_one(self.text_of_note(id))).or_default().push(id);
        }
        for entry in notes {
            let hash = hasher.hash_one(entry.text.expose());
            let mut candidates = here.get(&hash).into_iter().flatten().copied();
            let found = candidates.find(|id| self.text_of_note(*id) == entry.text.expose());
            let mut candidates = read.get(&hash).into_iter().flatten();
            let is_repeated = candidates.any(|place| written.notes[*place].text == entry.text);
            let found = found.map(|id| (id, Standing::Kept));
            let found = found.or(is_repeated.then_some((ItemId([0; 16]), Standing::Read)));
            lines.push((
                entry.position,
                ImportLine {
                    issuer: entry.title.clone(),
                    account: String::new(),
                    outcome: outcome(found),
                    notes: entry.notices.iter().map(note).collect(),
                    kind: Some(Kind::Note),
                },
            ));
            if found.is_none() {
                read.entry(hash).or_default().push(written.notes.len());
                written.notes.push(entry);
            }
        }
    }

    fn text_of_note(&self, id: ItemId) -> &str {
        let state = self.vault.item(id).ok();
        state.and_then(|it| it.scalar(field::TEXT)).and_then(value::read_text).unwrap_or_default()
    }

    /// What makes items of the services and notes that are new.
    pub(super) fn drafts_of(&self, written: &Written, format: &str) -> Result<Vec<Draft>, Failure> {
        let mut drafts = Vec::new();
        for (id, entry) in &written.services {
            let mut fields = texts([(name::NAME, &entry.name), (name::ACCOUNT, &entry.account)]);
            if !entry.urls.is_empty() {
                fields.push(Field::new(name::URLS, FieldValue::List(entry.urls.clone())));
            }
            drafts.push(self.draft(*id, kinds::SERVICE, fields, (&entry.extras, format))?);
            for method in &entry.methods {
                let mut fields =
                    texts([(name::NAME, &entry.name), (name::PROVIDER, &method.provider)]);
                fields.extend(texts([
                    (name::WHAT, what(method.what)),
                    (name::LIVES, lives(method.lives)),
                ]));
                let service = FieldValue::Item(protocol::ItemId(id.0));
                fields.push(Field::new(name::SERVICE, service));
                let (extras, item) = (EntryExtras::default(), ItemId::random(&mut rng()));
                drafts.push(self.draft(item, kinds::METHOD, fields, (&extras, format))?);
            }
        }
        for entry in &written.notes {
            let text = Hidden(entry.text.duplicate());
            let mut fields = texts([(name::NAME, &entry.title)]);
            fields.push(Field::new(name::TEXT, FieldValue::Secret(text)));
            let item = ItemId::random(&mut rng());
            let mut draft = self.draft(item, kinds::NOTE, fields, (&entry.extras, format))?;
            draft.edits.extend(self.link_of(written, &entry.extras)?);
            drafts.push(draft);
        }
        Ok(drafts)
    }

    fn draft(
        &self,
        item: ItemId,
        kind: KindId,
        fields: Vec<Field>,
        (extras, format): (&EntryExtras, &str),
    ) -> Result<Draft, Failure> {
        let about = schema::kind(kind).ok_or(Failure::Internal)?;
        let mut edits = edit::of_new(about, fields, &mut rng())?;
        edits.extend(edit::extras(kind, extras, format)?);
        Ok(Draft { collection: self.vault.home(), item, kind, edits })
    }

    /// What links an item to the service of the same file it belongs to; nothing where that was removed
    /// since the file was shown.
    pub(super) fn link_of(
        &self,
        written: &Written,
        extras: &EntryExtras,
    ) -> Result<Edits, Failure> {
        let id = extras.service.and_then(|place| written.ids.get(&place));
        let is_made = |id: &ItemId| written.services.iter().any(|(new, _)| new == id);
        let Some(id) = id.filter(|id| is_made(id) || self.vault.item(**id).is_ok()) else {
            return Ok(Edits::new());
        };
        let kind = schema::kind(kinds::TOKEN).ok_or(Failure::Internal)?;
        let link = item::Setting::Is(value::Value::Item(*id));
        Ok(item::edits(kind, None, [(name::SERVICE.to_owned(), link)])?)
    }
}

/// Fields of text, without those that say nothing.
fn texts<const N: usize>(named: [(&str, &str); N]) -> Vec<Field> {
    let said = named.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| Field::new(name, FieldValue::Text(text.to_owned()))).collect()
}

/// The schema's word for what a way to sign in is.
const fn what(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Password => "password",
        MethodKind::Passkey => "passkey",
        _ => "other",
    }
}

/// The schema's word for where it is kept.
const fn lives(lives: Lives) -> &'static str {
    match lives {
        Lives::PasswordManager => "password-manager",
        Lives::Google => "google",
        Lives::ICloud => "icloud",
        _ => "unknown",
    }
}

/// Where something is that an entry is the same as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// In the vault.
    Kept,
    /// Earlier in the same file.
    Read,
}

fn outcome(found: Option<(ItemId, Standing)>) -> ImportOutcome {
    match found {
        None => ImportOutcome::Imported,
        Some((id, standing)) => ImportOutcome::SameAsExisting {
            id: (standing == Standing::Kept).then_some(protocol::ItemId(id.0)),
        },
    }
}
