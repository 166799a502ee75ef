// SPDX-License-Identifier: MIT OR Apache-2.0
//! Merging, as properties: up to four PCs edit and merge at will, and in the end it must not matter who
//! merged whom, in which order, how often or in which groups.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use kagifuda_vault::record::class;
use kagifuda_vault::schema::{field, kinds};
use kagifuda_vault::{Damage, Deed, Draft, Edit, Edits, ItemId, RawValue, VaultError, item, value};
use proptest::prelude::*;
use support::{Pc, counter, hotp, open, words};

/// One step of somebody on one of the PCs.
#[derive(Clone, Debug)]
enum Step {
    Add(usize),
    Rename(usize, usize, u8),
    SetFolder(usize, usize, u8),
    Tag(usize, usize, u8, bool),
    Remove(usize, usize),
    NextCode(usize, usize),
    Merge(usize, usize),
    ClockBack(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pc = 0..4_usize;
    let step = prop_oneof![
        3 => pc.clone().prop_map(Step::Add),
        4 => (pc.clone(), any::<usize>(), any::<u8>()).prop_map(|(p, i, v)| Step::Rename(p, i, v)),
        4 => (pc.clone(), any::<usize>(), any::<u8>()).prop_map(|(p, i, v)| Step::SetFolder(p, i, v)),
        4 => (pc.clone(), any::<usize>(), 0..4_u8, any::<bool>())
            .prop_map(|(p, i, t, on)| Step::Tag(p, i, t, on)),
        1 => (pc.clone(), any::<usize>()).prop_map(|(p, i)| Step::Remove(p, i)),
        4 => (pc.clone(), any::<usize>()).prop_map(|(p, i)| Step::NextCode(p, i)),
        3 => (pc.clone(), pc.clone()).prop_map(|(p, q)| Step::Merge(p, q)),
        1 => pc.prop_map(Step::ClockBack),
    ];
    prop::collection::vec(step, 1..40)
}

/// What must hold in the end, kept beside the vaults in the simplest way.
#[derive(Default)]
struct Model {
    removed: BTreeSet<ItemId>,
    counters: BTreeMap<ItemId, u64>,
    names: BTreeMap<ItemId, BTreeSet<String>>,
    folders: BTreeMap<ItemId, BTreeSet<String>>,
}

fn four_pcs() -> Vec<Pc> {
    let first = Pc::create(1, &[(&words(9), "sheet")]);
    let others = (2..5).map(|seed| first.copy_to(seed, &words(9)).unwrap());
    let others: Vec<Pc> = others.collect();
    std::iter::once(first).chain(others).collect()
}

/// The nth item a PC can see.
fn nth(pc: &Pc, n: usize) -> Option<ItemId> {
    let items: Vec<_> = pc.vault.items_of(kinds::TOKEN).map(|(id, _)| id).collect();
    (!items.is_empty()).then(|| items[n % items.len()])
}

fn set(id: kagifuda_vault::FieldId, text: &str) -> Edits {
    Edits::from([(id, Edit::Set(value::text(text)))])
}

fn play(pcs: &mut [Pc], steps: &[Step]) -> Model {
    let mut model = Model::default();
    for step in steps {
        match *step {
            Step::Add(p) => {
                let pc = &mut pcs[p];
                pc.tick();
                let id = ItemId::random(&mut pc.rng);
                let edits = item::token_edits(&hotp(), &mut pc.rng);
                let draft =
                    Draft { collection: pc.vault.home(), item: id, kind: kinds::TOKEN, edits };
                let pending = pc.vault.write(Deed::ADD, vec![draft], pc.now, &mut pc.rng).unwrap();
                pc.keep(pending);
            }
            Step::Rename(p, n, v) => {
                if let Some(id) = nth(&pcs[p], n) {
                    let name = format!("name {v}");
                    pcs[p].write(Deed::EDIT, id, set(field::NAME, &name));
                    model.names.entry(id).or_default().insert(name);
                }
            }
            Step::SetFolder(p, n, v) => {
                if let Some(id) = nth(&pcs[p], n) {
                    let folder = format!("folder {v}");
                    pcs[p].write(Deed::EDIT, id, set(field::FOLDER, &folder));
                    model.folders.entry(id).or_default().insert(folder);
                }
            }
            Step::Tag(p, n, tag, is_on) => {
                if let Some(id) = nth(&pcs[p], n) {
                    let put = BTreeMap::from([(value::text(&format!("tag {tag}")), is_on)]);
                    pcs[p].write(Deed::EDIT, id, Edits::from([(field::TAGS, Edit::Put(put))]));
                }
            }
            Step::Remove(p, n) => {
                if let Some(id) = nth(&pcs[p], n) {
                    pcs[p].remove(id);
                    model.removed.insert(id);
                }
            }
            Step::NextCode(p, n) => {
                if let Some(id) = nth(&pcs[p], n) {
                    let used = pcs[p].next_code(id);
                    let highest = model.counters.entry(id).or_default();
                    *highest = (*highest).max(used + 1);
                }
            }
            Step::Merge(p, q) => {
                if p != q {
                    let rows = pcs[q].rows();
                    let merged = pcs[p].merge_rows(rows).unwrap();
                    assert_eq!(merged.refused, []);
                }
            }
            Step::ClockBack(p) => pcs[p].now.0 -= 3_600_000,
        }
    }
    model
}

/// Merges all PCs in the given order into a fresh copy of the first.
fn gather(pcs: &[Pc], order: &[usize]) -> Pc {
    let mut gathered = pcs[order[0]].copy_to(99, &words(9)).unwrap();
    for at in &order[1..] {
        gathered.merge(&pcs[*at]);
    }
    gathered
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_order_grouping_and_repetition_of_merges_gives_the_same_vault(steps in steps()) {
        let mut pcs = four_pcs();
        let model = play(&mut pcs, &steps);
        let one = gather(&pcs, &[0, 1, 2, 3]);
        let other = gather(&pcs, &[3, 1, 0, 2, 1, 3]);
        let mut left = gather(&pcs, &[0, 2]);
        let right = gather(&pcs, &[3, 1]);
        left.merge(&right);
        left.merge(&right);
        let digest = one.vault.fold().digest();
        prop_assert_eq!(digest, other.vault.fold().digest());
        prop_assert_eq!(digest, left.vault.fold().digest());
        let again = open(one.rows(), &words(9)).unwrap();
        prop_assert_eq!(digest, again.fold().digest(), "what is on disk is what was in memory");
        prop_assert!(again.verify(one.rows()).is_sound());

        for id in &model.removed {
            prop_assert!(one.vault.item(*id).is_err(), "a removed item came back");
        }
        for (id, highest) in &model.counters {
            if one.vault.item(*id).is_ok() {
                prop_assert_eq!(counter(&one.vault, *id), *highest, "a counter went down");
            }
        }
        let fields = [(field::NAME, &model.names), (field::FOLDER, &model.folders)];
        for (id, written) in fields.iter().flat_map(|(f, m)| m.iter().map(move |(i, w)| ((*f, i), w))) {
            if let Ok(state) = one.vault.item(*id.1) {
                let held = state.scalar(id.0).and_then(value::read_text);
                prop_assert!(held.is_some_and(|held| written.contains(held)), "a field was lost");
            }
        }
    }
}

#[test]
fn edits_of_different_fields_on_two_pcs_both_survive() {
    let mut pcs = four_pcs();
    let note = pcs[0].add_note("bath");
    let rows = pcs[0].rows();
    pcs[1].merge_rows(rows).unwrap();
    pcs[0].rename(note, "bathhouse");
    pcs[1].write(Deed::EDIT, note, set(field::FOLDER, "town"));
    let rows = pcs[1].rows();
    pcs[0].merge_rows(rows).unwrap();
    let state = pcs[0].vault.item(note).unwrap();
    let text = |id| state.scalar(id).and_then(value::read_text);
    assert_eq!((text(field::NAME), text(field::FOLDER)), (Some("bathhouse"), Some("town")));
}

#[test]
fn a_tag_put_on_here_and_another_taken_off_there_both_count() {
    let mut pcs = four_pcs();
    let tags = |on: &[(&str, bool)]| {
        let put: BTreeMap<RawValue, bool> =
            on.iter().map(|(tag, is_on)| (value::text(tag), *is_on)).collect();
        Edits::from([(field::TAGS, Edit::Put(put))])
    };
    let note = pcs[0].add_note("x");
    pcs[0].write(Deed::EDIT, note, tags(&[("old", true)]));
    let rows = pcs[0].rows();
    pcs[1].merge_rows(rows).unwrap();
    pcs[0].write(Deed::EDIT, note, tags(&[("new", true)]));
    pcs[1].write(Deed::EDIT, note, tags(&[("old", false)]));
    let rows = pcs[1].rows();
    pcs[0].merge_rows(rows).unwrap();
    let held: Vec<_> = item::texts(pcs[0].vault.item(note).unwrap(), field::TAGS).collect();
    assert_eq!(held, ["new"]);
}

#[test]
fn another_vault_is_refused_and_nothing_is_taken_in() {
    let mut here = four_pcs().remove(0);
    let other = Pc::create(77, &[(&words(9), "sheet")]);
    let before = here.vault.record_count();
    let refused = here.merge_rows(other.rows());
    assert!(matches!(refused.err(), Some(VaultError::ForeignVault { .. })));
    assert_eq!(here.vault.record_count(), before);
}

#[test]
fn a_forged_signature_is_refused_by_name_and_the_rest_is_merged() {
    let mut pcs = four_pcs();
    let honest = pcs[1].add_note("honest");
    let mut rows = pcs[1].rows();
    let last = rows.len() - 1;
    assert_eq!(rows[last].class, class::CHANGE);
    let forged = rows[last].id;
    let end = rows[last].body.len() - 1;
    rows[last].body[end] ^= 1;
    let refused = pcs[0].merge_rows(rows).unwrap().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].record, forged);
    let why = VaultError::Damaged { record: forged, damage: Damage::Seal };
    assert_eq!(refused[0].why, why);
    assert!(pcs[0].vault.item(honest).is_err());
    let rows = pcs[1].rows();
    pcs[0].merge_rows(rows).unwrap();
    assert!(pcs[0].vault.item(honest).is_ok(), "the sound copy is taken in later");
}

#[test]
fn the_same_id_with_other_bytes_is_refused_as_a_twin() {
    let mut pcs = four_pcs();
    pcs[0].add_note("x");
    let mut rows = pcs[0].rows();
    let last = rows.len() - 1;
    let end = rows[last].body.len() - 1;
    rows[last].body[end] ^= 1;
    let merged = pcs[0].merge_rows(rows.clone()).unwrap();
    let why = VaultError::Damaged { record: rows[last].id, damage: Damage::Twin };
    assert_eq!(merged.refused.iter().map(|refused| &refused.why).collect::<Vec<_>>(), [&why]);
    assert_eq!(merged.add, []);
}
