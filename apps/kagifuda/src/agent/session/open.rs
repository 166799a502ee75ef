// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening a vault and writing to it: the file, the vault folded from it, and what this machine
//! remembers, kept in step.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use kagifuda_linux::clock::Moment;
use kagifuda_secret::words::{self, Language};
use kagifuda_secret::{SecretArray, SecretBytes, SecretText};
use kagifuda_vault::map::World;
use kagifuda_vault::record::Row;
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{
    Copies, Deed, Draft, Hlc, ItemState, KeptBy, KeptSecret, MachineMemory, Passphrase, Pending,
    RecordId, RecoveryWords, Sealed, SlotId, Standing, Vault, WayToOpen,
};
use kagifuda_vaultfile::machine::{Found, MachineState, MachineStore};
use kagifuda_vaultfile::{FileError, VaultFile};

use super::import::Prepared;
use super::index::Index;
use super::used::{self, Used};
use super::{Answer, Session, Settings, millis, rng};
use crate::agent::protocol::{
    CopyOf, Failure, Hidden, OpenSecret, OperationId, ReadOnly, Reply, Request, State, Tried,
    WayId, WordsLanguage,
};
use crate::agent::trouble;

/// From how many changed items on it is cheaper to read all names anew.
const MANY_ITEMS: usize = 100;

/// An open vault.
pub(super) struct Open {
    // Dropped first: what it still has to save is saved while the file is ours.
    pub(super) keeper: Keeper,
    pub(super) file: VaultFile,
    pub(super) vault: Vault,
    pub(super) index: Index,
    pub(super) prepared: Option<Prepared>,
    /// Why the file cannot be written, whatever the vault says.
    pub(super) read_only: Option<ReadOnly>,
    /// The vault is ahead of its file, because the file refused; only opening again helps.
    pub(super) is_lost: bool,
    /// Rows of the file that could not be read when it was opened.
    pub(super) lost: u64,
    /// It has come to use memory that may not be locked yet.
    pub(super) has_grown: bool,
    pub(super) policy: kagifuda_vault::KdfPolicy,
}

/// Saves what this machine remembers of the vault at one path; dropping it saves what it still owes.
pub(super) struct Keeper {
    pub(super) store: Option<Rc<MachineStore>>,
    pub(super) path: PathBuf,
    pub(super) memory: Option<MachineMemory>,
    /// What is remembered and not yet on the disk.
    unsaved: Option<MachineState>,
    /// What of the vault is known to be elsewhere too.
    pub(super) copies: Copies,
    /// What the file was found to be a copy of when it was opened.
    copy_of: Option<CopyOf>,
    /// When tokens were last used on this PC.
    pub(super) used: Used,
}

/// The name of this machine's note about copies.
const COPIES: &str = "copies";

impl Session {
    pub(super) fn create(
        &mut self,
        passphrase: SecretText,
        language: WordsLanguage,
        now: Moment,
    ) -> Answer {
        if passphrase.expose().is_empty() {
            return Err(Failure::EmptySecret);
        }
        let path = self.place.vault().to_owned();
        if path.exists() {
            return Err(Failure::VaultExists { path: self.place.shown() });
        }
        let drawn = RecoveryWords::random(&mut rng());
        let shown = words::write(&drawn.0, language_of(language));
        let ways: [(&dyn WayToOpen, &str); 2] = [(&Passphrase(passphrase), ""), (&drawn, "")];
        let Settings { policy, device_name, .. } = &self.settings;
        let (mut vault, pending) =
            Vault::create(&ways, device_name, policy, millis(now), &mut rng())?;
        let file = VaultFile::create(&path, pending.add())
            .map_err(trouble::of_file(&path, Tried::Write))?;
        vault.accept(pending);
        let mut keeper = self.keeper();
        keeper.save(&vault);
        let open = self.opened(file, vault, keeper);
        self.open = Some(open);
        Ok(Reply::Words(Hidden(shown)))
    }

    pub(super) fn unlock(&mut self, secret: &OpenSecret, now: Moment) -> Answer {
        if self.open.is_none() {
            let path = self.place.vault();
            let (file, read_only) = open_file(path)?;
            let (rows, lost) = rows_and_lost(&file)?;
            let mut vault = open_rows(rows, secret, &self.settings)?;
            let mut keeper = self.keeper();
            keeper.resume(&mut vault, &self.settings.device_name)?;
            let mut open = self.opened(file, vault, keeper);
            open.read_only = read_only;
            open.lost = lost;
            open.mend(now);
            open.purge_what_is_due(now);
            self.open = Some(open);
        }
        self.last_used = now.since_boot;
        Ok(Reply::Status(self.status(now)))
    }

    pub(super) fn keeper(&self) -> Keeper {
        let store = self.settings.memory.clone();
        let path = self.place.vault().to_owned();
        // Without the note nothing is known, which is what a new vault begins with too.
        let noted = store.as_ref().and_then(|store| store.note(&path, COPIES).ok().flatten());
        let copies = noted.and_then(|bytes| Copies::from_bytes(&bytes)).unwrap_or_default();
        let noted = store.as_ref().and_then(|store| store.note(&path, used::NOTE).ok().flatten());
        let used = noted.map(|bytes| Used::from_bytes(&bytes)).unwrap_or_default();
        Keeper { store, path, memory: None, unsaved: None, copies, copy_of: None, used }
    }

    pub(super) fn opened(&self, file: VaultFile, vault: Vault, keeper: Keeper) -> Open {
        let index = Index::of(&vault);
        let policy = self.settings.policy;
        let (prepared, read_only, is_lost, lost, has_grown) = (None, None, false, 0, true);
        Open { keeper, file, vault, index, prepared, read_only, is_lost, lost, has_grown, policy }
    }
}

/// Opens a file to write where that is possible, else to read: a backup on a write-protected stick still
/// shows its codes.
fn open_file(path: &Path) -> Result<(VaultFile, Option<ReadOnly>), Failure> {
    let refused = trouble::of_file(path, Tried::Read);
    match VaultFile::open(path) {
        Ok(file) => Ok((file, None)),
        Err(FileError::ReadOnlyPlace | FileError::AccessDenied | FileError::NotYours { .. }) => {
            let file = VaultFile::open_read_only(path).map_err(refused)?;
            Ok((file, Some(ReadOnly::FileSystem)))
        }
        Err(error) => Err(refused(error)),
    }
}

/// Opens a vault from its rows by what the holder presented.
pub(super) fn open_rows(
    rows: Vec<Row>,
    secret: &OpenSecret,
    settings: &Settings,
) -> Result<Vault, Failure> {
    let sealed = Sealed::read(rows)?;
    let candidate = match secret {
        OpenSecret::Passphrase(passphrase) => {
            sealed.try_way(&Passphrase(passphrase.0.duplicate()), &settings.policy)?
        }
        OpenSecret::Words(text) => {
            let way = RecoveryWords(read_words(text)?);
            sealed.try_way(&way, &settings.policy)?
        }
        OpenSecret::Keyring { way, secret } => {
            sealed.try_way(&kept(KeptBy::Keyring, *way, secret)?, &settings.policy)?
        }
        OpenSecret::Tpm { way, secret } => {
            sealed.try_way(&kept(KeptBy::Tpm, *way, secret)?, &settings.policy)?
        }
    };
    Ok(sealed.open(candidate)?)
}

/// A secret as a machine kept it.
pub(super) fn kept(
    by: KeptBy,
    way: WayId,
    secret: &Hidden<SecretBytes>,
) -> Result<KeptSecret, Failure> {
    let secret = SecretArray::from_slice(secret.expose()).ok_or(Failure::WrongSecret)?;
    Ok(KeptSecret { by, slot: SlotId(way.0), secret })
}

fn read_words(text: &Hidden<SecretText>) -> Result<SecretArray<32>, Failure> {
    Ok(words::read(text.expose())?.0)
}

pub(super) const fn language_of(language: WordsLanguage) -> Language {
    match language {
        WordsLanguage::English => Language::English,
        WordsLanguage::Japanese => Language::Japanese,
    }
}

/// Every readable row of a file.
pub(super) fn rows_of(file: &VaultFile) -> Result<Vec<Row>, Failure> {
    rows_and_lost(file).map(|(rows, _)| rows)
}

/// Every readable row of a file, and how many there are that cannot be read; one at least where the file itself is
/// damaged.
fn rows_and_lost(file: &VaultFile) -> Result<(Vec<Row>, u64), Failure> {
    let mut rows = Vec::new();
    let read = file.rows(|row| rows.push(row));
    let read = read.map_err(trouble::of_file(file.path(), Tried::Read))?;
    Ok((rows, read.unreadable.max(u64::from(read.damaged))))
}

impl Open {
    /// Answers a verb that needs an open vault.
    pub(super) fn serve(&mut self, request: Request, now: Moment) -> Answer {
        match request {
            Request::Codes { query, next, limit, watching } => {
                let found = self.codes(query.as_deref(), next, limit, now);
                if query.is_some() && !watching {
                    self.note_use(&found, now);
                }
                Ok(found)
            }
            Request::CodesOf { ids } => Ok(self.codes_of(&ids, now)),
            Request::DriftOf { id, code } => self.drift_of(id, &code.0, now),
            Request::Prove { id, code } => self.prove(id, &code.0, now),
            Request::HotpNext { id } => self.hotp_next(id, now),
            Request::Items { kind, query } => Ok(self.items(kind, query.as_deref())),
            Request::Item { id, secrets } => self.item(id, secrets),
            Request::AddItem { kind, fields } => self.add_item(kind, fields, now),
            Request::EditItem { id, fields } => self.edit_item(id, fields, now),
            Request::RemoveItem { id } => self.remove_item(id, now),
            Request::UseBackupCode { id, code } => self.use_backup_code(id, code, now),
            Request::Uri { id } => self.uri(id),
            Request::ImportPreview { bytes, password } => {
                self.import_preview(&bytes.0, password.as_ref().map(|password| &password.0))
            }
            Request::ImportCommit { ticket } => self.import_commit(ticket, now),
            Request::Export { format, ids, protection } => {
                self.export(format, &ids, &protection, now)
            }
            Request::Backup { path } => self.backup(Path::new(&path)),
            Request::History { item, limit } => self.history(item, limit, now),
            Request::Undo { operation } => self.undo(operation, now),
            Request::Ways => Ok(self.ways()),
            Request::Map => {
                let mut world = World::of(&self.vault);
                self.keeper.used.tell(&mut world);
                Ok(Reply::Map(world))
            }
            Request::AddWay { secret, label } => self.add_way(secret, &label, now),
            Request::NewSheet { words } => self.new_sheet(words, now),
            Request::ChangeWay { id, secret } => self.change_way(id, secret, now),
            Request::ConfirmWay { id } => self.confirm_way(id, now),
            Request::RemoveWay { id } => self.remove_way(id, now),
            Request::Hello { .. }
            | Request::Shutdown
            | Request::Status
            | Request::Create { .. }
            | Request::Unlock { .. }
            | Request::Lock
            | Request::LockAfter { .. }
            | Request::Merge { .. }
            | Request::Keyrings
            | Request::Tpms
            | Request::ForgetSealed { .. }
            | Request::Verify
            | Request::Restore { .. }
            | Request::KeyPlug(_)
            | Request::KeyUnplug
            | Request::KeyHeartbeat
            | Request::KeyMessage { .. }
            | Request::KeyVerify { .. } => Err(Failure::Internal),
        }
    }

    /// Writes one operation and folds it.
    pub(super) fn write(
        &mut self,
        deed: Deed,
        drafts: Vec<Draft>,
        now: Moment,
    ) -> Result<OperationId, Failure> {
        let touched: Vec<_> = drafts.iter().map(|draft| draft.item).collect();
        let pending = self.vault.write(deed, drafts, millis(now), &mut rng())?;
        let operation = self.save(pending)?;
        if touched.len() < MANY_ITEMS {
            self.index.refresh(&self.vault, &touched);
        } else {
            self.index = Index::of(&self.vault);
        }
        Ok(operation)
    }

    /// Makes sealed rows durable and folds them. That this machine remembers them is saved after the answer.
    pub(super) fn save(&mut self, pending: Pending) -> Result<OperationId, Failure> {
        self.commit(pending.add(), pending.remove())?;
        let operation = OperationId(pending.operation().0);
        self.vault.accept(pending);
        self.keeper.remember(&self.vault);
        Ok(operation)
    }

    /// Makes rows durable.
    pub(super) fn commit(&mut self, add: &[Row], remove: &[RecordId]) -> Result<(), Failure> {
        let refused = match self.file.commit(add, remove) {
            Ok(()) => {
                self.has_grown = true;
                return Ok(());
            }
            Err(refused) => refused,
        };
        // Only these leave the file as it was for certain.
        self.is_lost = !matches!(
            refused,
            FileError::DiskFull
                | FileError::Damaged(_)
                | FileError::OpenedReadOnly
                | FileError::BodyTooLarge { .. }
                | FileError::TooLarge
        );
        Err(trouble::of_file(self.file.path(), Tried::Write)(refused))
    }

    /// Gives the ways to open what a merge, here or on another PC, has left them without. Not being able to
    /// is no reason not to open; the next operation tries again.
    pub(super) fn mend(&mut self, now: Moment) {
        if self.read_only.is_none()
            && let Ok(Some(pending)) = self.vault.mend(millis(now), &mut rng())
        {
            let _ = self.save(pending);
        }
    }

    /// Lets go of the content of items that were deleted long ago. Not being able to is no reason not to
    /// open.
    fn purge_what_is_due(&mut self, now: Moment) {
        let now = millis(now);
        let is_writable = self.read_only.is_none() && self.vault.standing().is_writable();
        if !is_writable || !self.vault.is_purge_due(now) {
            return;
        }
        if let Ok(rows) = rows_of(&self.file)
            && let Ok(Some(pending)) = self.vault.purge(rows, now, &mut rng())
        {
            let _ = self.save(pending);
        }
    }

    pub(super) fn state(&self) -> State {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let lost = u32::try_from(self.lost).unwrap_or(u32::MAX);
        State::Open {
            items: count(self.index.len()),
            tokens: count(self.index.token_count()),
            unreadable: count(self.vault.unreadable().count()).saturating_add(lost),
            unsettled_ways: self.unsettled_ways(),
            read_only: self.read_only.or_else(|| {
                (!self.vault.standing().is_writable()).then_some(ReadOnly::OlderThanSeen)
            }),
            copy_of: self.keeper.copy_of,
        }
    }
}

impl Keeper {
    /// Takes up this machine's identity in the vault where it left off. A copy of a file that is still
    /// where it was becomes a device of its own.
    pub(super) fn resume(
        &mut self,
        vault: &mut Vault,
        device_name: &str,
    ) -> Result<Standing, Failure> {
        let found = match &self.store {
            Some(store) => store
                .find(vault.id().0, &self.path)
                .map_err(trouble::of_file(&self.path, Tried::Read))?,
            None => Found::Unknown,
        };
        self.copy_of = match found {
            Found::Copied(_) => Some(CopyOf::FileHere),
            Found::ForeignMachine => Some(CopyOf::OtherMachine),
            _ => None,
        };
        if self.copy_of.is_some() {
            self.note_copies(vault, |_| true);
        }
        self.memory = match found {
            Found::Known(state) | Found::Moved(state) => Some(memory_of(state)),
            _ => None,
        };
        Ok(vault.resume(self.memory.as_ref(), device_name, &mut rng()))
    }

    /// Notes what a copy of the vault that was met or made holds: where `is_there` says so of a passkey, or of
    /// what credential ids are sealed under.
    pub(super) fn note_copies(&mut self, vault: &Vault, is_there: impl Fn(&ItemState) -> bool) {
        let before = self.copies.clone();
        let all = [kinds::PASSKEY, kinds::KEY_SECRET].map(|kind| vault.items_of(kind));
        for (_, item) in all.into_iter().flatten().filter(|(_, item)| is_there(item)) {
            self.copies.note(item);
        }
        if self.copies != before
            && let Some(store) = &self.store
        {
            let _ = store.set_note(&self.path, COPIES, &self.copies.to_bytes());
        }
    }

    /// Remembers what the file now holds. How far this machine has come can be read from the vault again, so
    /// that is saved with [`Self::settle`], after the answer; who it is stands nowhere else and is saved at once.
    fn remember(&mut self, vault: &Vault) {
        // Taken now and not when it is saved: by then a merge may have put the vault ahead of its file.
        let Ok(memory) = vault.memory(&mut rng()) else { return };
        let identity = |memory: &MachineMemory| (memory.device, memory.root);
        let is_known = self.memory.as_ref().map(identity) == Some(identity(&memory));
        self.unsaved = Some(state_of(&memory, vault));
        self.memory = Some(memory);
        if !is_known {
            self.settle();
        }
    }

    /// Remembers what the file now holds, and saves it.
    pub(super) fn save(&mut self, vault: &Vault) {
        self.remember(vault);
        self.settle();
    }

    /// Saves what is remembered and not yet saved. What cannot be saved lags behind, which only makes going
    /// back in time harder to notice; the vault itself is safe.
    pub(super) fn settle(&mut self) {
        let Some(store) = &self.store else { return };
        if let Some(state) = self.unsaved.take() {
            let _ = store.save(&self.path, &state);
        }
        if std::mem::take(&mut self.used.is_unsaved) {
            let _ = store.set_note(&self.path, used::NOTE, &self.used.to_bytes());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.settle();
    }
}

fn memory_of(state: MachineState) -> MachineMemory {
    MachineMemory {
        device: kagifuda_vault::DeviceId(state.device),
        highest_seq: state.highest_seq,
        head: state.head,
        newest: Hlc(state.newest_hlc),
        root: kagifuda_vault::RootId(state.root),
        sealed_seed: state.sealed_seed,
    }
}

fn state_of(memory: &MachineMemory, vault: &Vault) -> MachineState {
    MachineState {
        vault: vault.id().0,
        device: memory.device.0,
        highest_seq: memory.highest_seq,
        head: memory.head,
        sealed_seed: memory.sealed_seed.clone(),
        root: memory.root.0,
        newest_hlc: memory.newest.0,
    }
}
