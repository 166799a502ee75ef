// SPDX-License-Identifier: MIT OR Apache-2.0
//! The power goes between an answer and the saving of what this machine remembers, told with the security key:
//! what it acknowledged is there, and nothing is called older than it is.

use std::collections::BTreeMap;
use std::ffi::OsString;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, Agreement};
use kagifuda_ctap::message::Options;
use kagifuda_ctap::message::auth_data::AuthData;
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status as KeyStatus;

use super::super::rng;
use super::virtual_key::{
    CHECK_ONLY, NOT_OF_THIS_KEY, RESET, plugged, register, send, sign_in, touched, u2f,
};
use super::*;
use crate::agent::protocol::{KeyFrame, KeyKind};

const SITE: &str = "example.com";

/// What this machine keeps outside the vault, as the disk has it.
type Kept = BTreeMap<OsString, Vec<u8>>;

impl Pc {
    fn kept(&self) -> Kept {
        let files = std::fs::read_dir(self.path("memory")).unwrap().flatten();
        files.map(|file| (file.file_name(), std::fs::read(file.path()).unwrap())).collect()
    }

    /// Ends the agent, and puts back what this machine kept when the power went.
    fn cut_power(&self, session: Session, kept: &Kept) {
        drop(session);
        for file in std::fs::read_dir(self.path("memory")).unwrap().flatten() {
            std::fs::remove_file(file.path()).unwrap();
        }
        for (name, bytes) in kept {
            std::fs::write(self.path("memory").join(name), bytes).unwrap();
        }
    }

    /// An agent after the power came back, the vault open and the key plugged in.
    fn powered_up(&self) -> (Session, Option<ReadOnly>) {
        let mut session = self.session();
        let status = self.unlock(&mut session, PASSPHRASE).unwrap();
        assert!(matches!(
            self.ask(&mut session, Request::KeyPlug(KeyKind::default())),
            Reply::Done
        ));
        let State::Open { read_only, .. } = status.state else { panic!("not open") };
        (session, read_only)
    }

    fn key(
        &self,
        session: &mut Session,
        write: impl FnOnce(&mut [u8]) -> Result<usize, client::ClientError>,
    ) -> Vec<u8> {
        let mut request = vec![0; 1024];
        let length = write(&mut request).unwrap();
        send((self, session), KeyFrame::Cbor, &request[..length], touched()).unwrap()
    }

    /// Registers a passkey; its id.
    fn register(&self, session: &mut Session, account: &str) -> Vec<u8> {
        let wanted = MakeCredentialRequest {
            rp_id: SITE,
            user_id: account.as_bytes(),
            user_name: Some(account),
            algorithms: &[-7],
            options: Options { rk: Some(true), ..Options::default() },
            ..MakeCredentialRequest::default()
        };
        let answer = self.key(session, |out| client::make_credential(&wanted, out));
        let made = client::read_made(&answer).unwrap();
        AuthData::read(made.auth_data).unwrap().attested.unwrap().id.to_vec()
    }

    fn signs_in(&self, session: &mut Session, id: &[u8]) -> bool {
        let allow = [id];
        let wanted =
            GetAssertionRequest { rp_id: SITE, allow: &allow, ..GetAssertionRequest::default() };
        self.key(session, |out| client::get_assertion(&wanted, out))[0] == 0
    }

    /// Tries a PIN, as far as the key takes one; whether it was right.
    fn tries_pin(&self, session: &mut Session, pin: &str) -> bool {
        let agreement = self.agreed(session);
        let allowed = (Permissions::GET_ASSERTION, Some(SITE));
        let answer = self.key(session, |out| agreement.token_by_pin(pin, allowed, &mut rng(), out));
        answer[0] == 0
    }

    fn agreed(&self, session: &mut Session) -> Agreement {
        let answer = self.key(session, |out| client::key_agreement(PinProtocol::Two, out));
        Agreement::new(PinProtocol::Two, &answer, &mut rng()).unwrap()
    }

    fn tries_left(&self, session: &mut Session) -> u64 {
        let answer = self.key(session, client::pin_retries);
        client::read_pin_retries(&answer).unwrap().left
    }

    fn is_whole(&self, session: &mut Session) -> bool {
        let Reply::Verified(report) = self.ask(session, Request::Verify) else {
            panic!("no report")
        };
        report.file_is_whole && report.damaged.is_empty() && !report.older_than_seen
    }
}

/// A vault that this machine has written to and remembers, with one passkey in it.
fn settled(pc: &Pc) -> (Session, Vec<u8>) {
    let mut session = plugged(pc);
    let id = pc.register(&mut session, "first");
    session.pass(pc.now);
    (session, id)
}

#[test]
fn a_registration_is_answered_after_one_durable_write_and_remembered_before_the_next_wait() {
    let pc = Pc::new();
    let (mut session, _) = settled(&pc);
    let (before, vault) = (pc.kept(), std::fs::read(pc.path("vault")).unwrap());
    pc.register(&mut session, "second");
    assert_ne!(std::fs::read(pc.path("vault")).unwrap(), vault, "it is in the vault");
    assert_eq!(pc.kept(), before, "and this machine has written nothing else yet");
    session.pass(pc.now);
    let after = pc.kept();
    assert_ne!(after, before);
    session.pass(pc.now);
    assert_eq!(pc.kept(), after, "what is saved is saved once");
}

#[test]
fn who_this_machine_is_in_the_vault_is_saved_before_the_answer() {
    let pc = Pc::new();
    let (session, _) = pc.with_vault();
    assert!(!pc.kept().is_empty(), "a new vault");
    drop(session);
    std::fs::remove_dir_all(pc.path("memory")).unwrap();
    // Without its memory the machine is a new device, which no change in the vault knows of yet.
    let mut session = pc.reopened();
    pc.ask(&mut session, Request::KeyPlug(KeyKind::default()));
    pc.register(&mut session, "first");
    assert!(!pc.kept().is_empty());
    pc.cut_power(session, &pc.kept());
    let (mut session, _) = pc.powered_up();
    let Reply::History(lines) = pc.ask(&mut session, Request::History { item: None, limit: 0 })
    else {
        panic!("no history")
    };
    assert!(lines[0].here, "the device that registered goes on");
}

#[test]
fn a_power_cut_between_the_answer_and_the_memory_loses_no_passkey_and_cries_no_wolf() {
    let pc = Pc::new();
    let (mut session, first) = settled(&pc);
    let mut ids = vec![first];
    for account in ["second", "third", "fourth"] {
        // Once, and twice in a row: a cut leaves the memory as far behind as there were answers since.
        let kept = pc.kept();
        for again in ["", "'s other"] {
            ids.push(pc.register(&mut session, &format!("{account}{again}")));
        }
        pc.cut_power(session, &kept);
        let (reopened, read_only) = pc.powered_up();
        session = reopened;
        assert_eq!(read_only, None, "after {account}");
        assert!(ids.iter().all(|id| pc.signs_in(&mut session, id)), "after {account}");
        assert!(pc.is_whole(&mut session), "no number was used twice");
        ids.push(pc.register(&mut session, &format!("{account}, after the cut")));
        assert!(pc.is_whole(&mut session), "nor is one after it");
        session.pass(pc.now);
    }
}

#[test]
fn once_remembered_an_older_vault_in_its_place_is_noticed() {
    let pc = Pc::new();
    let (mut session, _) = settled(&pc);
    let older = std::fs::read(pc.path("vault")).unwrap();
    pc.register(&mut session, "second");
    session.pass(pc.now);
    pc.cut_power(session, &pc.kept());
    std::fs::write(pc.path("vault"), older).unwrap();
    assert_eq!(pc.powered_up().1, Some(ReadOnly::OlderThanSeen));
}

#[test]
fn an_older_vault_put_there_in_the_very_moment_goes_unnoticed_and_still_loses_nothing() {
    let pc = Pc::new();
    let (mut session, first) = settled(&pc);
    let (kept, older) = (pc.kept(), std::fs::read(pc.path("vault")).unwrap());
    let second = pc.register(&mut session, "second");
    pc.cut_power(session, &kept);
    // The price: this machine does not know of the second one any more, and goes on without it.
    std::fs::rename(pc.path("vault"), pc.path("newer")).unwrap();
    std::fs::write(pc.path("vault"), older).unwrap();
    let (mut session, read_only) = pc.powered_up();
    assert_eq!(read_only, None);
    assert!(!pc.signs_in(&mut session, &second));
    let third = pc.register(&mut session, "third");
    // The copies meet: a number was used twice, so the machine begins anew, and both passkeys are there.
    let reply = pc.merge(&mut session, &pc.path("newer"));
    assert!(matches!(reply, Reply::Merged(_)));
    for id in [&first, &second, &third] {
        assert!(pc.signs_in(&mut session, id));
    }
    let fourth = pc.register(&mut session, "fourth");
    drop(session);
    let (mut session, read_only) = pc.powered_up();
    assert_eq!(read_only, None);
    assert!(pc.signs_in(&mut session, &fourth));
}

#[test]
fn a_merge_that_its_file_refuses_does_not_leave_the_memory_ahead_of_it() {
    let pc = Pc::new();
    let (mut session, _) = settled(&pc);
    let laptop = Pc::new();
    let newer = laptop.path("vault");
    pc.ask(&mut session, Request::Backup { path: newer.display().to_string() });
    let mut elsewhere = laptop.reopened();
    laptop.add_token(&mut elsewhere, &uri("Laptop", "me"));
    drop(elsewhere);
    pc.register(&mut session, "second");
    // Another file in the vault's place is refused, when the merge is folded already.
    let copy = std::fs::read(pc.path("vault")).unwrap();
    std::fs::rename(pc.path("vault"), pc.path("aside")).unwrap();
    std::fs::write(pc.path("vault"), copy).unwrap();
    assert!(matches!(pc.merge(&mut session, &newer), Reply::Failed(_)));
    drop(session);
    assert_eq!(pc.powered_up().1, None);
}

#[test]
fn a_power_cut_never_gives_back_a_try_at_the_pin() {
    let pc = Pc::new();
    let (mut session, _) = settled(&pc);
    let agreement = pc.agreed(&mut session);
    assert_eq!(pc.key(&mut session, |out| agreement.set_pin("2468", &mut rng(), out))[0], 0);
    for left in (5..8).rev() {
        assert!(!pc.tries_pin(&mut session, "1357"));
        let kept = pc.kept();
        pc.add_token(&mut session, &uri("In", "between"));
        pc.cut_power(session, &kept);
        session = pc.powered_up().0;
        assert_eq!(pc.tries_left(&mut session), left);
    }
    assert!(pc.tries_pin(&mut session, "2468"));
    assert_eq!(pc.tries_left(&mut session), 8);
}

/// The vault's part of a reset is one operation and comes first; what is about this machine comes behind it, in
/// two files.
#[test]
fn a_power_cut_amid_a_reset_brings_nothing_back_and_weakens_no_pin() {
    for removed in [&[][..], &["virtual-key-settings"]] {
        let pc = Pc::new();
        let (mut session, passkey) = settled(&pc);
        let sealed = register(&pc, &mut session);
        let agreement = pc.agreed(&mut session);
        assert_eq!(pc.key(&mut session, |out| agreement.set_pin("2468", &mut rng(), out))[0], 0);
        assert!(!pc.tries_pin(&mut session, "1357"));
        session.pass(pc.now);
        let mut kept = pc.kept();
        let reset = send((&pc, &mut session), KeyFrame::Cbor, RESET, touched());
        assert_eq!(reset, Ok(vec![0]));
        kept.retain(|name, _| !removed.iter().any(|it| name.to_string_lossy().contains(it)));
        pc.cut_power(session, &kept);

        let (mut session, read_only) = pc.powered_up();
        assert_eq!(read_only, None);
        assert!(!pc.signs_in(&mut session, &passkey), "a passkey is back");
        let known = u2f(&pc, &mut session, &sign_in(CHECK_ONLY, &sealed));
        assert_eq!(known, Ok(NOT_OF_THIS_KEY.to_vec()), "a sealed credential is back");
        if removed.is_empty() {
            // An empty key keeps its PIN, with no try more.
            assert_eq!(pc.tries_left(&mut session), 7);
            assert!(!pc.tries_pin(&mut session, "1357"));
            assert!(pc.tries_pin(&mut session, "2468"));
            let reset = send((&pc, &mut session), KeyFrame::Cbor, RESET, touched());
            assert_eq!(reset, Ok(vec![0]));
        }
        assert!(!pc.tries_pin(&mut session, "2468"), "the old PIN opens nothing");
        let second = pc.register(&mut session, "second");
        let agreement = pc.agreed(&mut session);
        assert_eq!(pc.key(&mut session, |out| agreement.set_pin("8642", &mut rng(), out))[0], 0);
        assert_eq!(pc.tries_left(&mut session), 8);
        assert!(pc.tries_pin(&mut session, "8642"));
        assert!(pc.signs_in(&mut session, &second));
    }
}

#[test]
fn a_reset_that_cannot_forget_its_pin_says_so_and_brings_nothing_back() {
    let pc = Pc::new();
    let (mut session, passkey) = settled(&pc);
    let sealed = register(&pc, &mut session);
    let agreement = pc.agreed(&mut session);
    assert_eq!(pc.key(&mut session, |out| agreement.set_pin("2468", &mut rng(), out))[0], 0);
    let is_settings = |name: &OsString| name.to_string_lossy().contains("virtual-key-settings");
    let note = pc.path("memory").join(pc.kept().into_keys().find(is_settings).unwrap());
    // A folder in the place of a file is not removed as one.
    std::fs::rename(&note, pc.path("aside")).unwrap();
    std::fs::create_dir(&note).unwrap();
    let reset = send((&pc, &mut session), KeyFrame::Cbor, RESET, touched());
    assert_eq!(reset, Ok(vec![KeyStatus::Other as u8]));
    let known = u2f(&pc, &mut session, &sign_in(CHECK_ONLY, &sealed));
    assert_eq!(known, Ok(NOT_OF_THIS_KEY.to_vec()), "at once");
    assert!(!pc.signs_in(&mut session, &passkey));
    assert!(pc.tries_pin(&mut session, "2468"), "the PIN protects what comes");
    std::fs::remove_dir(&note).unwrap();
    std::fs::rename(pc.path("aside"), &note).unwrap();
    let reset = send((&pc, &mut session), KeyFrame::Cbor, RESET, touched());
    assert_eq!(reset, Ok(vec![0]));
    assert!(!pc.tries_pin(&mut session, "2468"));
}
