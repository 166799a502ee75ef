// SPDX-License-Identifier: MIT OR Apache-2.0
//! The engine behind the agent's store, with a few and with many passkeys: the agent's session in this process,
//! without sockets and frames.

use std::path::Path;
use std::rc::Rc;

use kagifuda::agent::place::Place;
use kagifuda::agent::protocol::{
    Hidden, KeyConsent, KeyFrame, KeyKind, KeySaid, OpenSecret, Reply, Request,
};
use kagifuda::agent::server::Desk as _;
use kagifuda::agent::session::{LOCK_AFTER, Session, Settings};
use kagifuda_linux::clock::Moment;
use kagifuda_secret::words::{self, Language};
use kagifuda_vault::KdfPolicy;
use kagifuda_vaultfile::machine::MachineStore;

use crate::scale::{Report, micros, middle, ratio, time_of};
use crate::{big, ceremony};

/// Runs of each.
const RUNS: usize = 1001;
const FEW: usize = 10;

/// Measures signing in with a few and with so many passkeys, in turns.
pub(crate) fn measure(many: usize, report: &mut Report) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut sessions = [FEW, many].map(|count| session(folder.path(), count));
    let (site, id) = (big::site(FEW / 2), big::passkey_id(FEW / 2));
    for (name, id) in [("a passkey named", Some(&id[..])), ("none named", None)] {
        let request = ceremony::sign_in(&site, id);
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..RUNS {
            for (session, times) in sessions.iter_mut().zip(&mut times) {
                times.push(time_of(|| sign_in(session, &request)));
            }
        }
        let [small, large] = times.map(middle);
        let what = format!("getAssertion behind the agent's store, {name}");
        report.note(&format!("{what}, {FEW} passkeys"), micros(small), "us");
        report.bound(&format!("{what}, {many} against {FEW}"), ratio(large, small), 1.2, "x");
    }
}

/// A session over a vault of its own, open, with the key plugged in.
fn session(folder: &Path, count: usize) -> Session {
    let path = folder.join(format!("{count}.kagifuda"));
    drop(big::filled(&path, count, big::passkey));
    let memory = MachineStore::new(folder.join("memory"), b"bench");
    let settings = Settings {
        lock_after: LOCK_AFTER,
        policy: KdfPolicy::STANDARD,
        memory: Some(Rc::new(memory)),
        device_name: "bench".to_owned(),
        system_bus: String::new(),
    };
    let place = Place::of(&path).expect("a place");
    let mut session = Session::new(place, settings, Moment::now());
    let spoken = words::write(&big::words().0, Language::English);
    let secret = OpenSecret::Words(Hidden::text(spoken.expose().to_owned()));
    for request in [Request::Unlock { secret }, Request::KeyPlug(KeyKind::default())] {
        let reply = session.answer(request, Moment::now());
        assert!(!matches!(reply, Reply::Failed(_)), "the session refuses");
    }
    session
}

fn sign_in(session: &mut Session, request: &[u8]) {
    let consent = KeyConsent { touch: Some(KeySaid::Yes), ..KeyConsent::default() };
    let message = Hidden::bytes(request.to_vec());
    let request = Request::KeyMessage { frame: KeyFrame::Cbor, message, consent };
    let Reply::KeyAnswer(answer) = session.answer(request, Moment::now()) else {
        panic!("the key does not answer");
    };
    assert_eq!(answer.expose().first(), Some(&0), "the key refuses");
}
