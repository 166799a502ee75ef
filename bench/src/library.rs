// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the vault itself costs: unlocking, adding, merging.

use kagifuda_otp::UnixTime;
use kagifuda_vault::schema::kinds;
use kagifuda_vault::{Deed, KdfPolicy, Sealed, Vault, item};
use kagifuda_vaultfile::VaultFile;

use crate::big;
use crate::scale::{Report, best_of, middle, millis, time_of};

/// Items added to each vault.
const ADDED: usize = 81;

/// Measures unlocking, adding and merging.
pub(crate) fn measure(items: usize, report: &mut Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    unlock(&folder.path().join("big.kagifuda"), items, report);
    add(folder.path(), items, report);
    merge(folder.path(), items, report);
}

/// File to first code, against reading the same file and opening the same envelopes one by one.
fn unlock(path: &std::path::Path, items: usize, report: &mut Report) {
    drop(big::vault(path, items));
    let vault = open(path);
    let plain = best_of(9, || {
        let file = VaultFile::open(path).expect("the file opens");
        vault.open_seals(&big::read(&file))
    });
    let first_code = best_of(9, || {
        let vault = open(path);
        let (id, state) = vault.items_of(kinds::TOKEN).next().expect("a token");
        let token = item::token(id, state).expect("a readable token");
        token.token.code_at(UnixTime(big::NOW.as_secs())).expect("a code");
        vault
    });
    let ratio = first_code.as_secs_f64() / plain.as_secs_f64();
    report.note("reading the file and opening its envelopes one by one", millis(plain), "ms");
    report.bound("unlock to first code, without the derivation", millis(first_code), 100.0, "ms");
    report.bound("unlock to first code against opening envelopes", ratio, 3.0, "x");
}

fn open(path: &std::path::Path) -> Vault {
    let file = VaultFile::open(path).expect("the file opens");
    let sealed = Sealed::read(big::read(&file)).expect("a vault");
    let slot = sealed.try_way(&big::words(), &KdfPolicy::STANDARD).expect("the words fit");
    sealed.open(slot).expect("the vault opens")
}

/// One item into a small and into a large vault, in turns: a disk has moods, and both should meet them.
fn add(folder: &std::path::Path, items: usize, report: &mut Report) {
    let mut vaults = [10, items].map(|count| {
        let path = folder.join(format!("add-{count}.kagifuda"));
        (big::vault(&path, count), Vec::new())
    });
    for n in items..items + ADDED {
        for ((file, vault, rng), times) in &mut vaults {
            let draft = big::draft(vault, n, rng);
            times.push(time_of(|| {
                let pending = vault.write(Deed::ADD, vec![draft], big::NOW, rng);
                let pending = pending.expect("an item is sealed");
                big::commit(file, &pending);
                vault.accept(pending);
            }));
        }
    }
    let [small, large] = vaults.map(|(_, times)| middle(times));
    report.note("adding an item to a vault of 10, durable", millis(small), "ms");
    report.note(&format!("adding an item to a vault of {items}, durable"), millis(large), "ms");
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    report.bound("adding to the large vault against the small one", ratio, 1.5, "x");
}

/// Two copies that differ in one item of a hundred.
fn merge(folder: &std::path::Path, items: usize, report: &mut Report) {
    let (ours, theirs) = (folder.join("ours.kagifuda"), folder.join("theirs.kagifuda"));
    drop(big::vault(&ours, items));
    std::fs::copy(&ours, &theirs).expect("a copy");
    let mut rng = change_some(&theirs, items / 200, 1);
    drop(change_some(&ours, items / 200, 2));
    let mut times = Vec::new();
    for run in 0..5 {
        let here = folder.join(format!("merge-{run}.kagifuda"));
        std::fs::copy(&ours, &here).expect("a copy");
        let mut file = VaultFile::open(&here).expect("the file opens");
        let mut vault = open_rows(big::read(&file));
        vault.begin_anew("merging", &mut rng);
        times.push(time_of(|| {
            let other = VaultFile::open_read_only(&theirs).expect("the other opens");
            let merged = vault.merge(big::read(&other), None).expect("the copies merge");
            assert_eq!(merged.refused, [], "nothing is refused");
            assert!(merged.changes >= items / 200, "what differs is taken in");
            file.commit(&merged.add, &merged.remove).expect("the merge is durable");
        }));
    }
    let best = times.into_iter().min().unwrap_or_default();
    report.bound("merging two copies that differ in 1 %, durable", millis(best), 150.0, "ms");
}

fn open_rows(rows: Vec<kagifuda_vault::record::Row>) -> Vault {
    let sealed = Sealed::read(rows).expect("a vault");
    let slot = sealed.try_way(&big::words(), &KdfPolicy::STANDARD).expect("the words fit");
    sealed.open(slot).expect("the vault opens")
}

/// Adds items to a copy as another PC.
fn change_some(path: &std::path::Path, count: usize, seed: u64) -> chacha20::ChaCha20Rng {
    let mut rng = <chacha20::ChaCha20Rng as chacha20::rand_core::SeedableRng>::seed_from_u64(seed);
    let mut file = VaultFile::open(path).expect("the file opens");
    let mut vault = open_rows(big::read(&file));
    vault.begin_anew("another PC", &mut rng);
    for n in 0..count {
        let draft = big::draft(&vault, n, &mut rng);
        let pending = vault.write(Deed::ADD, vec![draft], big::NOW, &mut rng).expect("sealed");
        big::commit(&mut file, &pending);
        vault.accept(pending);
    }
    rng
}
