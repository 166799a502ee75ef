// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a registration and a sign-in cost from the first report to the last, over the test transport: frames,
//! the program that is the key, its agent, engine, vault and disk. The person holds the button down.
//!
//! Each may cost the crypto it cannot do without, one durable commit on the same disk, and something for each
//! report. A sign-in writes nothing, because a copy could not keep a counter; its ratio to the crypto
//! alone says more.

use std::path::Path;
use std::time::Duration;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng as _;
use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement, Dialect, PasskeyList, SiteList, Token};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_vault::{Deed, Vault};
use kagifuda_vaultfile::VaultFile;

use crate::big;
use crate::ceremony::{self, ES256, written};
use crate::home::Home;
use crate::key::BareEs256;
use crate::scale::{Report, micros, middle, millis, ratio, time_of};
use crate::wire::Wire;

/// Runs of each.
const RUNS: usize = 401;
/// What a report may cost.
const REPORT: Duration = Duration::from_micros(25);
/// Passkeys in the small vault, in the large one, and in the one that is listed.
const FEW: usize = 10;
const MANY: usize = 10_000;
const LISTED: usize = 1000;
const PIN: &str = "2468";

/// Measures a key that is plugged in; `program` is built with the feature `testing`.
pub(crate) fn measure(program: &Path, report: &mut Report) {
    println!();
    ceremonies(program, report);
    sizes(program, report);
    list(program, report);
}

fn ceremonies(program: &Path, report: &mut Report) {
    let home = Home::new(program, FEW, big::passkey);
    let mut wire = Wire::plug(&home);
    let mut bare = BareEs256::new();
    let mut commits = Commits::new();
    // In turns: a machine has moods, and everything measured should meet them.
    let mut needed = Vec::new();
    let (mut makes, mut rests, mut reports) = (Vec::new(), Vec::new(), 0);
    let get_info = written(client::get_info);
    for account in 0..RUNS {
        commits.one_more();
        needed.push(time_of(|| bare.make()));
        let request = ceremony::registration(ES256, "inn.example", &account.to_be_bytes());
        makes.push(time_of(|| reports = succeed(&mut wire, &request).1));
        // Answered once this PC's memory of the registration is saved: the next commit has the disk to itself.
        rests.push(time_of(|| succeed(&mut wire, &get_info)));
    }
    let commit = middle(commits.times);
    report.note("one durable commit of a passkey, on the same disk", micros(commit), "us");
    bound("makeCredential", middle(makes), (middle(needed) + commit, reports), report);
    report.note("getInfo in its wake, when the memory of it is saved", micros(middle(rests)), "us");

    let (site, id) = (big::site(0), big::passkey_id(0));
    for (name, id) in [("getAssertion, a passkey named", Some(&id[..])), ("getAssertion", None)] {
        let request = ceremony::sign_in(&site, id);
        let (mut needed, mut signs, mut reports) = (Vec::new(), Vec::new(), 0);
        for _ in 0..RUNS {
            needed.push(time_of(|| bare.sign()));
            signs.push(time_of(|| reports = succeed(&mut wire, &request).1));
        }
        let (needed, sign) = (middle(needed), middle(signs));
        report.note(&format!("{name}, against the crypto alone"), ratio(sign, needed), "x");
        bound(name, sign, (needed + commit, reports), report);
    }
}

/// Holds a ceremony to what it needs and 25 us for each report.
fn bound(name: &str, time: Duration, (needed, reports): (Duration, usize), report: &mut Report) {
    report.note(&format!("{name}, end to end, {reports} reports"), micros(time), "us");
    let allowed = needed + REPORT * u32::try_from(reports).expect("few reports");
    report.bound(&format!("{name}, against what it may cost"), ratio(time, allowed), 1.0, "x");
}

/// Making passkeys' rows durable, in a folder where homes are.
struct Commits {
    _folder: tempfile::TempDir,
    file: VaultFile,
    vault: Vault,
    rng: ChaCha20Rng,
    times: Vec<Duration>,
}

impl Commits {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("vault.kagifuda");
        let (file, vault, rng) = big::filled(&path, FEW, big::passkey);
        Self { _folder: folder, file, vault, rng, times: Vec::new() }
    }

    fn one_more(&mut self) {
        let draft = big::passkey(&self.vault, FEW + self.times.len(), &mut self.rng);
        let pending = self.vault.write(Deed::ADD, vec![draft], big::NOW, &mut self.rng);
        let pending = pending.expect("an item is sealed");
        self.times.push(time_of(|| big::commit(&mut self.file, &pending)));
        self.vault.accept(pending);
    }
}

/// Signing in with a few and with many passkeys, in turns.
fn sizes(program: &Path, report: &mut Report) {
    let homes = [FEW, MANY].map(|count| Home::new(program, count, big::passkey));
    let mut wires = homes.each_ref().map(Wire::plug);
    for named in [true, false] {
        let (site, id) = (big::site(FEW / 2), big::passkey_id(FEW / 2));
        let request = ceremony::sign_in(&site, named.then_some(&id[..]));
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            for (wire, times) in wires.iter_mut().zip(&mut times) {
                times.push(time_of(|| succeed(wire, &request)));
            }
        }
        let [few, many] = times.map(middle);
        let what = if named { "getAssertion, a passkey named" } else { "getAssertion" };
        let name = format!("{what}, with {MANY} passkeys against {FEW}");
        report.bound(&name, ratio(many, few), 1.2, "x");
    }
}

/// Listing passkeys, each at a site of its own.
fn list(program: &Path, report: &mut Report) {
    let home = Home::new(program, LISTED, big::passkey);
    let mut wire = Wire::plug(&home);
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let agreement = agree(&mut wire, &mut rng);
    succeed(&mut wire, &written(|out| agreement.set_pin(PIN, &mut rng, out)));
    let mut times = Vec::new();
    for _ in 0..3 {
        let agreement = agree(&mut wire, &mut rng);
        let allowed = (Permissions::MANAGE, None);
        let request = written(|out| agreement.token_by_pin(PIN, allowed, &mut rng, out));
        let answer = succeed(&mut wire, &request).0;
        let token = agreement.read_token(&answer).expect("a token");
        times.push(time_of(|| assert_eq!(walk(&mut wire, &token), LISTED, "all are listed")));
    }
    let name = format!("listing {LISTED} passkeys at as many sites");
    report.bound(&name, millis(middle(times)), 1000.0, "ms");
}

/// Walks over all sites and their passkeys; how many there are.
fn walk(wire: &mut Wire, token: &Token) -> usize {
    let mut buffer = [0; 256];
    let mut sites = SiteList::new(Dialect::Standard, token);
    let mut hashes = Vec::new();
    while let Some(length) = sites.request(&mut buffer).expect("the request fits") {
        let answer = wire.ask(&buffer[..length]).0;
        hashes.extend(sites.take(&answer).expect("a site").map(|site| site.rp_hash));
    }
    let mut count = 0;
    for hash in hashes {
        let mut passkeys = PasskeyList::new(Dialect::Standard, token, hash);
        while let Some(length) = passkeys.request(&mut buffer).expect("the request fits") {
            let answer = wire.ask(&buffer[..length]).0;
            count += usize::from(passkeys.take(&answer).expect("a passkey").is_some());
        }
    }
    count
}

fn agree(wire: &mut Wire, rng: &mut ChaCha20Rng) -> Agreement {
    let answer = wire.ask(&written(|out| client::key_agreement(PinProtocol::Two, out))).0;
    Agreement::new(PinProtocol::Two, &answer, rng).expect("an agreement")
}

/// Sends what has to succeed.
fn succeed(wire: &mut Wire, request: &[u8]) -> (Vec<u8>, usize) {
    let (answer, reports) = wire.ask(request);
    assert_eq!(answer.first(), Some(&0), "the key refuses");
    (answer, reports)
}
