// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ways to open, the keyring before all: who is asked when, what is told, and what becomes of its secret.

use super::*;

#[test]
fn the_keyring_opens_the_vault_before_anybody_is_asked() {
    let secret = "5a".repeat(32);
    let outcome = Stage::new(locked_codes(vec![open()]))
        .with_keyring(true, Ok(Some(&secret)))
        .piped()
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.asked, ["codes", "unlock by keyring", "codes"]);
    assert_eq!((outcome.exit(), outcome.told.as_str()), (Exit::Ok, ""));
    assert!(!outcome.shown.contains(&secret));
}

#[test]
fn a_keyring_that_does_not_open_is_told_in_a_line_and_the_passphrase_asked_for() {
    let troubled = |holds| {
        Stage::new(locked_codes(vec![open()]))
            .with_keyring(true, holds)
            .saying(&["the passphrase"])
            .play(|s| code::show(s, &asking_for("github")))
    };
    for (holds, why) in [
        (Ok(None), "no longer has the secret"),
        (Ok(Some("no digits")), "no longer opens"),
        (Err(KeyringTrouble::Locked), "is locked"),
        (Err(KeyringTrouble::NotRunning), "No keyring is running"),
        (Err(KeyringTrouble::Silent), "does not answer"),
        (Err(KeyringTrouble::Failed), "refused"),
    ] {
        let outcome = troubled(holds);
        assert_eq!(outcome.asked, ["codes", "unlock", "codes"]);
        assert_eq!(outcome.exit(), Exit::Ok);
        assert!(outcome.told.contains(why), "{}", outcome.told);
        assert!(outcome.told.contains("passphrase"), "{}", outcome.told);
    }
    let stale = Stage::new(locked_codes(vec![Err(Failure::WrongSecret), open()]))
        .with_keyring(true, Ok(Some(&"5a".repeat(32))))
        .saying(&["the passphrase"])
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(stale.asked, ["codes", "unlock by keyring", "unlock", "codes"]);
    assert!(stale.told.contains("no longer opens"), "{}", stale.told);
}

#[test]
fn of_a_keyring_on_another_pc_nothing_is_said_here() {
    for holds in [Ok(None), Err(KeyringTrouble::NotRunning)] {
        let outcome = Stage::new(locked_codes(vec![open()]))
            .with_keyring(false, holds)
            .saying(&["the passphrase"])
            .play(|s| code::show(s, &asking_for("github")));
        assert_eq!((outcome.told.as_str(), outcome.exit()), ("", Exit::Ok));
    }
}

#[test]
fn who_says_where_secrets_come_from_or_takes_another_way_means_that_and_no_keyring() {
    let secret = "5a".repeat(32);
    let mut script = Stage::new(locked_codes(vec![open()])).with_keyring(true, Ok(Some(&secret)));
    script.secrets = SecretSource::Stdin;
    let script = script.saying(&["the passphrase"]).play(|s| code::show(s, &asking_for("github")));
    assert_eq!(script.asked, ["codes", "unlock", "codes"]);
    assert_eq!(script.keyring, [""; 0]);
    let words = Stage::new(vec![]).with_keyring(true, Ok(Some(&secret)));
    let words = words.play(|s| s.unlock(&By::Words).map(drop));
    assert_eq!(words.keyring, [""; 0]);
}

#[test]
fn a_keyring_is_added_once_its_secret_lies_there_and_forgets_what_came_to_nothing() {
    let none = || Ok(Reply::Ways(Vec::new()));
    let made = || Ok(Reply::WayAdded { id: WayId([1; 16]), words: None });
    let add = |s: &mut Session<'_>| keyring::add(s, String::new());
    let added = Stage::new(vec![none(), made()]).play(add);
    assert_eq!((added.exit(), added.asked), (Exit::Ok, vec!["ways", "add keyring"]));
    assert_eq!(added.keyring, ["put Kagifuda: opens the vault /nowhere/vault.kagifuda"]);
    assert!(added.told.contains("whoever uses this PC"), "{}", added.told);
    assert!(added.told.contains("may be asking you for its password"), "{}", added.told);

    // The answer was lost: the way may be in the vault, and then the secret is needed.
    let lost = Stage::new(vec![none(), Err(Failure::AgentTimedOut)]).play(add);
    assert!(!lost.keyring.contains(&"remove".to_owned()), "{:?}", lost.keyring);

    let refused = Stage::new(vec![none(), Err(Failure::OnlyMachineBound)]).play(add);
    assert!(matches!(refused.result, Err(Fault::Agent(Failure::OnlyMachineBound))));
    assert_eq!(refused.keyring.last().unwrap(), "remove");

    let mut locked = Stage::new(vec![none()]);
    locked.holds = Err(KeyringTrouble::Locked);
    let locked = locked.play(add);
    assert_eq!(locked.asked, ["ways"], "the vault hears of nothing");
    assert!(matches!(locked.result, Err(Fault::Keyring(_))));

    // It may have it, and would have it twice.
    let unsure = Stage::new(vec![none()]).with_keyring(true, Err(KeyringTrouble::Locked)).play(add);
    assert_eq!((unsure.asked, unsure.keyring), (vec!["ways"], vec!["find ab".to_owned()]));
    assert!(matches!(unsure.result, Err(Fault::Keyring(_))));

    let there = Stage::new(vec![none()]).with_keyring(true, Ok(Some(&"5a".repeat(32)))).play(add);
    assert_eq!((there.exit(), there.asked), (Exit::Refused, vec!["ways"]));
}

#[test]
fn of_two_keyrings_the_one_of_this_pc_is_meant() {
    let Ok(Reply::Ways(mut ways)) = added_elsewhere(WayStanding::Open) else { panic!() };
    let Ok(Reply::Ways(mut more)) = added_elsewhere(WayStanding::Open) else { panic!() };
    ways.append(&mut more);
    // The one of the other PC stands first.
    for (way, id) in ways.iter_mut().zip([0xac, 0xab]) {
        way.kind = WayKind::Keyring;
        way.id = WayId([id; 16]);
    }
    let removed = Stage::new(vec![Ok(Reply::Ways(ways)), Ok(Reply::Done)])
        .with_keyring(true, Ok(None))
        .saying(&["y"])
        .play(|s| ways::remove(s, "keyring"));
    assert_eq!((removed.exit(), removed.asked), (Exit::Ok, vec!["ways", "remove way"]));
    let told = "The keyring of this PC did not have its secret";
    assert!(removed.told.contains(told), "{}", removed.told);
}

#[test]
fn however_many_keyrings_there_are_the_time_to_wait_is_that_of_one() {
    let opened = Stage::new(locked_codes(vec![open()]))
        .with_keyring(false, Ok(None))
        .with_keyring(true, Ok(None))
        .saying(&["correct horse"])
        .play(|s| code::show(s, &asking_for("")));
    assert_eq!(opened.keyring, ["find ab", "find ab"]);
    let [first, second] = opened.waits[..] else { panic!("{:?}", opened.waits) };
    assert!(second < first && first <= PATIENCE, "{first:?} {second:?}");
}

#[test]
fn what_a_keyring_may_have_taken_although_it_failed_is_taken_back() {
    let mut failed = Stage::new(vec![Ok(Reply::Ways(Vec::new()))]);
    failed.holds = Err(KeyringTrouble::Failed);
    let failed = failed.play(|s| keyring::add(s, String::new()));
    assert_eq!(failed.asked, ["ways"], "the vault hears of nothing");
    assert_eq!(failed.keyring.last().unwrap(), "remove");
}

#[test]
fn a_vault_that_locks_is_not_opened_again_for_who_only_watches() {
    let job = CodeJob { watch: true, ..CodeJob::default() };
    let watching = Stage::new(vec![Err(Failure::Locked)])
        .with_keyring(true, Ok(Some(&"5a".repeat(32))))
        .play(|s| code::ask(s, &job, true).map(drop));
    assert!(matches!(watching.result, Err(Fault::Agent(Failure::Locked))));
    assert_eq!((watching.asked, watching.keyring), (vec!["codes"], Vec::new()));
}

#[test]
fn removing_a_keyring_says_what_became_of_its_secret() {
    let secret = "5a".repeat(32);
    for (is_of_this_pc, holds, told) in [
        (true, Ok(Some(secret.as_str())), "deleted from the keyring, too"),
        (true, Ok(None), "did not have its secret any more"),
        (true, Err(KeyringTrouble::Locked), "could not be deleted"),
        (false, Err(KeyringTrouble::NotRunning), "the other PC (laptop"),
    ] {
        let Ok(Reply::Ways(mut ways)) = added_elsewhere(WayStanding::Open) else { panic!() };
        ways[0].kind = WayKind::Keyring;
        let removed = Stage::new(vec![Ok(Reply::Ways(ways)), Ok(Reply::Done)])
            .with_keyring(is_of_this_pc, holds)
            .saying(&["y"])
            .play(|s| ways::remove(s, "keyring"));
        assert_eq!((removed.exit(), removed.asked), (Exit::Ok, vec!["ways", "remove way"]));
        assert_eq!(removed.keyring, ["remove"]);
        assert!(removed.told.contains(told), "{}", removed.told);
    }
}

#[test]
fn the_tpm_opens_the_vault_where_no_keyring_does_and_of_that_nothing_is_said() {
    let outcome = Stage::new(locked_codes(vec![open()]))
        .with_keyring(true, Err(KeyringTrouble::NotRunning))
        .with_tpm(None)
        .piped()
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(outcome.asked, ["codes", "unlock by tpm", "codes"]);
    assert_eq!((outcome.exit(), outcome.told.as_str()), (Exit::Ok, ""));
    assert_eq!(outcome.tpm, ["open"]);

    let by_keyring = Stage::new(locked_codes(vec![open()]))
        .with_keyring(true, Ok(Some(&"5a".repeat(32))))
        .with_tpm(None)
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(by_keyring.asked, ["codes", "unlock by keyring", "codes"]);
    assert_eq!(by_keyring.tpm, [""; 0], "the faster one is asked first");

    let mut script = Stage::new(locked_codes(vec![open()])).with_tpm(None);
    script.secrets = SecretSource::Stdin;
    let script = script.saying(&["the passphrase"]).play(|s| code::show(s, &asking_for("github")));
    assert_eq!((script.asked, script.tpm), (vec!["codes", "unlock", "codes"], vec![]));
}

#[test]
fn a_tpm_that_does_not_open_is_told_in_a_line_and_the_passphrase_asked_for() {
    for (trouble, why) in [
        (TpmTrouble::Absent, "shows no TPM"),
        (TpmTrouble::Forbidden, "the group “tss”"),
        (TpmTrouble::Silent, "does not answer"),
        (TpmTrouble::Foreign, "was cleared or is another one"),
        (TpmTrouble::Closed, "wants a password"),
        (TpmTrouble::Failed, "refused"),
    ] {
        let outcome = Stage::new(locked_codes(vec![open()]))
            .with_tpm(trouble)
            .saying(&["the passphrase"])
            .play(|s| code::show(s, &asking_for("github")));
        assert_eq!(outcome.asked, ["codes", "unlock", "codes"]);
        assert_eq!(outcome.exit(), Exit::Ok);
        assert!(outcome.told.contains(why), "{}", outcome.told);
        assert!(outcome.told.contains("passphrase"), "{}", outcome.told);
    }
    let stale = Stage::new(locked_codes(vec![Err(Failure::WrongSecret), open()]))
        .with_tpm(None)
        .saying(&["the passphrase"])
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(stale.asked, ["codes", "unlock by tpm", "unlock", "codes"]);
    assert!(stale.told.contains("no longer opens"), "{}", stale.told);

    let both = Stage::new(locked_codes(vec![open()]))
        .with_keyring(true, Err(KeyringTrouble::Locked))
        .with_tpm(TpmTrouble::Foreign)
        .saying(&["the passphrase"])
        .play(|s| code::show(s, &asking_for("github")));
    assert!(both.told.contains("is locked") && both.told.contains("was cleared"), "{}", both.told);
}

#[test]
fn what_a_cleared_tpm_sealed_before_is_passed_by_and_a_silent_one_asked_once() {
    let opened = Stage::new(locked_codes(vec![Err(Failure::WrongSecret), open()]))
        .with_tpm(None)
        .with_tpm(None)
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(opened.asked, ["codes", "unlock by tpm", "unlock by tpm", "codes"]);
    assert_eq!(opened.told, "");
    let silent = Stage::new(locked_codes(vec![open()]))
        .with_tpm(None)
        .with_tpm(TpmTrouble::Silent)
        .saying(&["the passphrase"])
        .play(|s| code::show(s, &asking_for("github")));
    assert_eq!(silent.tpm, ["open"]);
    let mut damaged = Stage::new(locked_codes(vec![open()])).with_tpm(None);
    damaged.sealed[0].sealed.pop();
    let damaged = damaged.saying(&["x"]).play(|s| code::show(s, &asking_for("github")));
    assert!(damaged.told.contains("no longer opens"), "{}", damaged.told);
    assert_eq!(damaged.tpm, [""; 0]);
}

#[test]
fn a_tpm_is_added_once_it_has_sealed_and_not_twice() {
    let none = || Ok(Reply::Ways(Vec::new()));
    let made = || Ok(Reply::WayAdded { id: WayId([1; 16]), words: None });
    let add = |s: &mut Session<'_>| tpm::add(s, String::new());
    let added = Stage::new(vec![none(), made()]).play(add);
    assert_eq!((added.exit(), added.asked), (Exit::Ok, vec!["ways", "add tpm"]));
    assert_eq!(added.tpm, ["seal"]);
    assert!(added.told.contains("whoever uses this PC as you"), "{}", added.told);

    let there = Stage::new(vec![none()]).with_tpm(None).play(add);
    assert_eq!((there.exit(), there.tpm), (Exit::Refused, vec!["open"]));
    // It may open it, and would twice.
    let unsure = Stage::new(vec![none()]).with_tpm(TpmTrouble::Silent).play(add);
    assert_eq!((unsure.exit(), unsure.tpm), (Exit::Failure, vec!["open"]));
    let mut absent = Stage::new(vec![none()]);
    absent.tpm_trouble = Some(TpmTrouble::Absent);
    let absent = absent.play(add);
    assert_eq!((absent.exit(), absent.asked), (Exit::Failure, vec!["ways"]), "nothing was added");
}

#[test]
fn removing_a_tpm_says_what_became_of_what_it_sealed_and_this_pcs_is_meant() {
    let of = |ids: &[u8]| {
        let ways = ids.iter().map(|id| {
            let Ok(Reply::Ways(mut ways)) = added_elsewhere(WayStanding::Open) else { panic!() };
            (ways[0].kind, ways[0].id) = (WayKind::Tpm, WayId([*id; 16]));
            ways.remove(0)
        });
        Ok(Reply::Ways(ways.collect()))
    };
    let remove = |s: &mut Session<'_>| ways::remove(s, "tpm");
    let done = || Ok(Reply::Done);
    let here = Stage::new(vec![of(&[0x11, 0xcd]), done(), done()]).with_tpm(None).saying(&["y"]);
    let here = here.play(remove);
    assert_eq!((here.exit(), here.asked), (Exit::Ok, vec!["ways", "remove way", "forget sealed"]));
    assert!(here.told.contains("is deleted, too"), "{}", here.told);

    let kept = Stage::new(vec![of(&[0xcd]), done(), Err(Failure::Internal)]).with_tpm(None);
    let kept = kept.saying(&["y"]).play(remove);
    assert!(kept.told.contains("could not be deleted here"), "{}", kept.told);

    let elsewhere =
        Stage::new(vec![of(&[0x11]), done()]).with_tpm(None).saying(&["y"]).play(remove);
    assert_eq!(elsewhere.asked, ["ways", "remove way"]);
    assert!(elsewhere.told.contains("the other PC (laptop"), "{}", elsewhere.told);

    let change = Stage::new(vec![of(&[0xcd])]).with_tpm(None).play(|s| ways::change(s, "tpm"));
    assert_eq!(change.exit(), Exit::Refused);
}

fn added_elsewhere(standing: WayStanding) -> Answer {
    let (kind, created, in_use) = (WayKind::Passphrase, 1_800_000_000, false);
    let label = "laptop\u{1b}[2J".to_owned();
    Ok(Reply::Ways(vec![Way { id: WayId([0xab; 16]), kind, label, created, in_use, standing }]))
}

#[test]
fn a_way_added_elsewhere_is_shown_as_unconfirmed_and_confirmed_with_a_yes_only() {
    let unconfirmed = || added_elsewhere(WayStanding::Unconfirmed);
    let listed = Stage::new(vec![unconfirmed()]).play(|s| ways::list(s, false));
    assert!(listed.shown.contains("not confirmed"), "{}", listed.shown);
    let json = Stage::new(vec![unconfirmed()]).piped().play(|s| ways::list(s, true));
    assert!(json.shown.contains(r#""standing": "unconfirmed""#), "{}", json.shown);

    let confirm = |s: &mut Session<'_>| ways::confirm(s, "ab");
    let nobody = Stage::new(vec![unconfirmed()]).piped().play(confirm);
    assert_eq!((nobody.exit(), nobody.asked), (Exit::Declined, vec!["ways"]));
    let no = Stage::new(vec![unconfirmed()]).saying(&["n"]).play(confirm);
    assert_eq!((no.exit(), no.asked), (Exit::Declined, vec!["ways"]));
    let yes = Stage::new(vec![unconfirmed(), Ok(Reply::Done)]).saying(&["y"]).play(confirm);
    assert_eq!((yes.exit(), yes.asked), (Exit::Ok, vec!["ways", "confirm"]));
    let needless = Stage::new(vec![added_elsewhere(WayStanding::Open)]).play(confirm);
    assert_eq!((needless.exit(), needless.asked), (Exit::Ok, vec!["ways"]));
    assert!(needless.told.contains("nothing to confirm"), "{}", needless.told);
    let unknown = Stage::new(vec![unconfirmed()]).play(|s| ways::confirm(s, "cd"));
    assert!(matches!(unknown.result, Err(Fault::Agent(Failure::NoSuchWay))));
}

#[test]
fn a_merge_that_would_lock_asks_first_and_names_who_removed_the_way_and_what_is_left() {
    let asked_by = |by: &str| {
        let Ok(Reply::Ways(left)) = added_elsewhere(WayStanding::Open) else { panic!() };
        Ok(Reply::MergeLocks(MergeLocks { at: 0, by: by.to_owned(), left }))
    };
    let asked = || asked_by("desk\u{1b}[2J");
    let merge = |s: &mut Session<'_>| vaults::merge(s, "x".as_ref(), false);
    let nobody = Stage::new(vec![asked()]).piped().play(merge);
    let no = Stage::new(vec![asked()]).saying(&["n"]).play(merge);
    for outcome in [nobody, no] {
        assert_eq!((outcome.exit(), outcome.asked), (Exit::Declined, vec!["merge"]));
        let told = outcome.told;
        assert!(told.contains("“desk") && told.contains("passphrase laptop"), "{told}");
        assert!(!told.contains('\u{1b}'), "{told}");
    }
    let nameless = Stage::new(vec![asked_by("")]).piped().play(merge);
    assert!(nameless.told.contains("(no name)"), "{}", nameless.told);
    let answers = vec![asked(), Ok(Reply::Merged(MergeReport::default()))];
    let yes = Stage::new(answers).saying(&["y"]).play(merge);
    assert_eq!((yes.exit(), yes.asked), (Exit::Ok, vec!["merge", "merge and lock"]));
}

#[test]
fn a_merge_says_when_ways_to_open_need_a_look() {
    let report = MergeReport { records: 3, added: 1, unsettled_ways: 1, ..MergeReport::default() };
    let answer = Ok(Reply::Merged(report));
    let merged = Stage::new(vec![answer]).play(|s| vaults::merge(s, "x".as_ref(), false));
    assert!(merged.told.contains("open-with list"), "{}", merged.told);
}
