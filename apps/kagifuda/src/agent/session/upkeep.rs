// SPDX-License-Identifier: MIT OR Apache-2.0
//! Looking after the vault: merging, verifying, backing up, history and undo.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use kagifuda_linux::clock::Moment;
use kagifuda_vault::record::{self, Row};
use kagifuda_vault::{
    Deed, ItemId, ItemState, Merged, Operation, RecordId, Sealed, UnixMillis, Vault, VaultError,
    WayStanding, item,
};
use kagifuda_vaultfile::{FileError, VaultFile};

use super::index::Index;
use super::open::{Open, rows_of};
use super::show::field_name;
use super::{Answer, Session, millis, rng};
use crate::agent::protocol::{
    self, DamagedRecord, Failure, MergeLocks, MergeReport, OperationId, OperationLine, Reply,
    Touched, Tried, Verb, VerifyReport,
};
use crate::agent::trouble;

impl Session {
    /// Merges another copy into the open vault.
    pub(super) fn merge(&mut self, path: &str, may_lock: bool, now: Moment) -> Answer {
        if self.open_vault()?.read_only.is_some() {
            return Err(trouble::of_file(self.place.vault(), Tried::Write)(
                FileError::OpenedReadOnly,
            ));
        }
        let mut open = self.open.take().ok_or(Failure::Locked)?;
        match open.merge(Path::new(path), may_lock) {
            Ok(Taken::Nothing(locks)) => {
                self.open = Some(open.reloaded()?);
                Ok(Reply::MergeLocks(locks))
            }
            Ok(Taken::In(before, merged)) => {
                // By a way that was removed elsewhere nobody goes on: the vault stays locked.
                open.vault.check_way_in_use().map_err(locked_by_merge)?;
                let mut open = if merged.is_reload_due { open.reloaded()? } else { open };
                let mut report = report(&open.vault, &before, &merged);
                if open.vault.is_copied() {
                    open.vault.begin_anew(&self.settings.device_name, &mut rng());
                    open.keeper.save(&open.vault);
                }
                open.mend(now);
                report.unsettled_ways = open.unsettled_ways();
                self.open = Some(open);
                Ok(Reply::Merged(report))
            }
            Err(refused) => {
                self.open = Some(open).filter(|open| !open.is_lost);
                Err(refused)
            }
        }
    }

    /// Verifies the file, and where the vault is open everything in it.
    pub(super) fn verify(&self) -> Answer {
        if let Some(open) = &self.open {
            return open.verify();
        }
        let path = self.place.vault();
        let refused = trouble::of_file(path, Tried::Read);
        let file = VaultFile::open_read_only(path).map_err(&refused)?;
        let check = file.check().map_err(&refused)?;
        let rows = rows_of(&file)?;
        let vault = Sealed::read(rows.iter().cloned())?.vault();
        let unreadable = rows.iter().filter_map(|row| {
            let why = record::read(row, Some(vault)).err()?;
            Some(damaged(row.id, &why))
        });
        Ok(Reply::Verified(VerifyReport {
            records: check.rows.read,
            items: None,
            file_is_whole: check.is_sound(),
            damaged: unreadable.collect(),
            ..VerifyReport::default()
        }))
    }
}

/// What became of a merge.
enum Taken {
    /// It is durable: which items there were before, and what was taken in.
    In(HashSet<ItemId>, Merged),
    /// The holder has to agree first. The vault has folded it and must be loaded anew.
    Nothing(MergeLocks),
}

/// The merge is durable; only the vault does not stay open.
fn locked_by_merge(why: VaultError) -> Failure {
    match why {
        VaultError::WayRemoved { at, .. } => Failure::MergedAndLocked { at: at.as_secs() },
        other => other.into(),
    }
}

fn damaged(id: kagifuda_vault::RecordId, why: &kagifuda_vault::VaultError) -> DamagedRecord {
    DamagedRecord { record: id.to_string(), what: trouble::reason_name(why).to_owned() }
}

impl Open {
    /// Takes in the changes of another copy of this vault.
    fn merge(&mut self, path: &Path, may_lock: bool) -> Result<Taken, Failure> {
        let other = VaultFile::open_read_only(path).map_err(trouble::of_file(path, Tried::Read))?;
        let rows = rows_of(&other)?;
        let before = living(&self.vault);
        let there = names(&rows);
        let merged = self.vault.merge(rows, self.keeper.memory.as_ref())?;
        if let Some(locks) = self.locked_out().filter(|_| !may_lock) {
            return Ok(Taken::Nothing(locks));
        }
        // The vault has folded what the file does not hold yet: a refusal leaves it ahead.
        self.commit_merged(&merged).inspect_err(|_| self.is_lost = true)?;
        self.index = Index::of(&self.vault);
        if self.vault.standing().is_writable() {
            self.keeper.save(&self.vault);
        }
        self.keeper.note_copies(&self.vault, |item| there.contains(&first_record(item)));
        Ok(Taken::In(before, merged))
    }

    /// Who removed the way in use, and what opens the vault instead.
    fn locked_out(&self) -> Option<MergeLocks> {
        let in_use = self.vault.ways().into_iter().find(|way| way.is_in_use)?;
        let WayStanding::Removed { at, by } = in_use.standing else { return None };
        let left = self.open_ways().filter(|way| way.standing != WayStanding::Unconfirmed);
        let left = left.map(super::ways::on_wire).collect();
        Some(MergeLocks { at: at.as_secs(), by: self.title(ItemId(by.0)), left })
    }

    /// Makes a merge durable; damaged records go before sound ones take their names.
    fn commit_merged(&mut self, merged: &Merged) -> Result<(), Failure> {
        if merged.replace.is_empty() {
            return self.commit(&merged.add, &merged.remove);
        }
        let damaged: Vec<RecordId> = merged.replace.iter().map(|row| row.id).collect();
        self.commit(&[], &damaged)?;
        let rows: Vec<Row> = merged.add.iter().chain(&merged.replace).cloned().collect();
        self.commit(&rows, &merged.remove)
    }

    /// Folds the file anew, with the keys in hand.
    fn reloaded(self) -> Result<Self, Failure> {
        let vault = self.vault.reopen(rows_of(&self.file)?)?;
        let index = Index::of(&vault);
        Ok(Self { vault, index, has_grown: true, ..self })
    }

    fn verify(&self) -> Answer {
        let refused = trouble::of_file(self.file.path(), Tried::Read);
        let check = self.file.check().map_err(refused)?;
        let verified = self.vault.verify(rows_of(&self.file)?);
        let mut all: Vec<DamagedRecord> =
            verified.damaged.iter().map(|one| damaged(one.record, &one.why)).collect();
        let device = |device: kagifuda_vault::DeviceId, what: &str| DamagedRecord {
            record: device.to_string(),
            what: what.to_owned(),
        };
        all.extend(verified.gaps.iter().map(|gap| device(gap.device, "gap")));
        all.extend(verified.forks.iter().map(|fork| device(fork.device, "fork")));
        let is_unreadable = |(id, state): &(ItemId, &ItemState)| {
            state.kind() == kagifuda_vault::schema::kinds::TOKEN && item::token(*id, state).is_err()
        };
        let unreadable = self.vault.items().filter(is_unreadable);
        Ok(Reply::Verified(VerifyReport {
            records: verified.records as u64,
            items: u32::try_from(self.index.len()).ok(),
            file_is_whole: check.is_sound(),
            damaged: all,
            unreadable: unreadable.map(|(id, _)| protocol::ItemId(id.0)).collect(),
            older_than_seen: !self.vault.standing().is_writable(),
            closed: u32::try_from(verified.closed).unwrap_or(u32::MAX),
        }))
    }

    pub(super) fn backup(&mut self, path: &Path) -> Answer {
        self.file.backup_to(path).map_err(trouble::of_file(path, Tried::Write))?;
        self.keeper.note_copies(&self.vault, |_| true);
        Ok(Reply::Done)
    }

    pub(super) fn history(
        &self,
        only: Option<protocol::ItemId>,
        limit: u32,
        now: Moment,
    ) -> Answer {
        let limit = if limit == 0 { usize::MAX } else { limit as usize };
        let all = self.vault.history(rows_of(&self.file)?, millis(now));
        let touches = |operation: &Operation| {
            only.is_none_or(|only| operation.touched.iter().any(|t| t.item.0 == only.0))
        };
        let lines = all.iter().filter(|operation| touches(operation)).take(limit);
        Ok(Reply::History(lines.map(|operation| self.line(operation)).collect()))
    }

    fn line(&self, operation: &Operation) -> OperationLine {
        let mut touched: HashMap<ItemId, Touched> = HashMap::new();
        let mut order = Vec::new();
        for one in &operation.touched {
            let entry = touched.entry(one.item).or_insert_with(|| {
                order.push(one.item);
                let title = self.title(one.item);
                Touched { id: protocol::ItemId(one.item.0), title, fields: Vec::new() }
            });
            let names = one.fields.iter().filter_map(|id| field_name(one.kind, *id));
            entry.fields.extend(names.map(str::to_owned));
        }
        OperationLine {
            id: OperationId(operation.id.0),
            at: operation.at.as_secs(),
            device: self.title(ItemId(operation.device.0)),
            here: self.vault.device() == Some(operation.device),
            verb: if operation.is_reset { Verb::Reset } else { verb(operation.deed) },
            touched: order.iter().filter_map(|id| touched.remove(id)).collect(),
            can_undo: operation.can_be_undone(),
        }
    }

    /// What an item was last called, removed ones too.
    fn title(&self, id: ItemId) -> String {
        self.vault.fold().get(id).map(item::title).unwrap_or_default()
    }

    pub(super) fn undo(&mut self, operation: Option<OperationId>, now: Moment) -> Answer {
        let rows = rows_of(&self.file)?;
        let id = match operation {
            Some(id) => kagifuda_vault::OperationId(id.0),
            None => self.newest_of_ours(&rows, millis(now)).ok_or(Failure::NothingToUndo)?,
        };
        let undo = self.vault.undo(rows, id, millis(now), &mut rng())?;
        let overwritten = u32::try_from(undo.overwritten).unwrap_or(u32::MAX);
        let is_of_reset = undo.is_of_reset;
        let before = self.index.len();
        self.save(undo.pending)?;
        self.index = Index::of(&self.vault);
        let items = u32::try_from(self.index.len().abs_diff(before).max(1)).unwrap_or(u32::MAX);
        Ok(Reply::Undone { operation: OperationId(id.0), items, overwritten, is_of_reset })
    }

    /// The newest operation of this machine that can be taken back.
    fn newest_of_ours(&self, rows: &[Row], now: UnixMillis) -> Option<kagifuda_vault::OperationId> {
        let all = self.vault.history(rows.iter().cloned(), now);
        let ours = |operation: &&Operation| Some(operation.device) == self.vault.device();
        let mut ours = all.iter().filter(ours);
        ours.find(|operation| operation.can_be_undone()).map(|operation| operation.id)
    }
}

const fn verb(deed: Deed) -> Verb {
    match deed {
        Deed::CREATE_VAULT => Verb::Create,
        Deed::ADD => Verb::Add,
        Deed::EDIT => Verb::Edit,
        Deed::REMOVE => Verb::Remove,
        Deed::IMPORT => Verb::Import,
        Deed::NEXT_CODE | Deed::USE_CODE => Verb::Use,
        Deed::UNDO => Verb::Undo,
        Deed::ADD_WAY | Deed::REMOVE_WAY | Deed::CHANGE_WAY => Verb::Way,
        Deed::JOIN => Verb::Device,
        _ => Verb::Other,
    }
}

/// The names of a copy's records.
pub(super) fn names(rows: &[Row]) -> HashSet<RecordId> {
    rows.iter().map(|row| row.id).collect()
}

/// The record an item began with: a copy that holds it holds the item.
pub(super) fn first_record(item: &ItemState) -> RecordId {
    item.created_in().change.into()
}

/// The items there are.
pub(super) fn living(vault: &Vault) -> HashSet<ItemId> {
    vault.items().map(|(id, _)| id).collect()
}

/// What a merge brought, told in items.
pub(super) fn report(vault: &Vault, before: &HashSet<ItemId>, merged: &Merged) -> MergeReport {
    let taken_in = merged.add.iter().chain(&merged.replace).cloned();
    let operations = vault.history(taken_in, UnixMillis(0));
    let touched: HashSet<ItemId> = operations
        .iter()
        .flat_map(|operation| operation.touched.iter().map(|touched| touched.item))
        .collect();
    let count = |wanted: &dyn Fn(bool, bool) -> bool| {
        let is_counted = |id: &&ItemId| wanted(before.contains(*id), vault.item(**id).is_ok());
        u32::try_from(touched.iter().filter(is_counted).count()).unwrap_or(u32::MAX)
    };
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    MergeReport {
        records: number(merged.add.len() + merged.replace.len()),
        added: count(&|was_there, is_there| !was_there && is_there),
        changed: count(&|was_there, is_there| was_there && is_there),
        removed: count(&|was_there, is_there| was_there && !is_there),
        damaged: number(merged.refused.len()),
        healed: number(merged.replace.len()),
        unsettled_ways: 0,
    }
}
