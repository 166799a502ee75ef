// SPDX-License-Identifier: MIT OR Apache-2.0
//! Vaults that are not ours to write, or that something has cut a part of.

use super::*;
use crate::fault::Fault;
use crate::text::{Lang, Texts};

/// Takes the right to write the vault away: root gives the file to somebody else, others mark it.
fn forbid_writing(vault: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if rustix::process::getuid().is_root() {
        std::os::unix::fs::chown(vault, Some(65534), None).unwrap();
    } else {
        std::fs::set_permissions(vault, std::fs::Permissions::from_mode(0o400)).unwrap();
    }
}

#[test]
fn a_vault_that_is_not_ours_to_write_is_read_all_the_same_and_no_refusal_closes_it() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("GitHub", "me"));
    let newer = pc.path("newer");
    std::fs::copy(pc.path("vault"), &newer).unwrap();
    let mut elsewhere = pc.session_at(&newer);
    pc.unlock(&mut elsewhere, PASSPHRASE).unwrap();
    pc.add_token(&mut elsewhere, &uri("Newer", "me"));
    drop((session, elsewhere));
    forbid_writing(&pc.path("vault"));
    let mut session = pc.session();
    let status = pc.unlock(&mut session, PASSPHRASE).unwrap();
    let State::Open { read_only, tokens: 1, .. } = status.state else { panic!("not open") };
    assert_eq!(read_only, Some(ReadOnly::FileSystem));
    let fields = vec![Field::new(name::URI, FieldValue::Secret(text(&uri("New", "me"))))];
    let refused = pc.refused(&mut session, Request::AddItem { kind: Kind::Token, fields });
    assert!(matches!(refused, Failure::File { .. }), "{refused:?}");
    // A merge is refused before it takes anything in, so that the vault stays open as it was.
    let merge = Request::Merge { path: newer.display().to_string(), may_lock: false };
    assert_eq!(pc.refused(&mut session, merge), refused);
    assert_eq!(pc.titles(&mut session), ["GitHub (me)"]);
}

#[test]
fn a_file_that_does_not_merge_is_named_and_called_what_it_is() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    pc.add_token(&mut session, &uri("GitHub", "me"));
    let busy = pc.path("busy");
    std::fs::copy(pc.path("vault"), &busy).unwrap();
    let mut elsewhere = pc.session_at(&busy);
    pc.unlock(&mut elsewhere, PASSPHRASE).unwrap();
    let refusal = |reply| match reply {
        Reply::Failed(failure) => failure,
        _ => panic!("merged"),
    };
    let refused = refusal(pc.merge(&mut session, &busy));
    assert_eq!(refused, Failure::Busy { path: busy.display().to_string() });
    let fault = Fault::Agent(refused);
    for (lang, says) in [(Lang::En, "Another program is using"), (Lang::Ja, "使っています")] {
        let told = fault.what(&Texts::new(lang));
        assert!(told.contains(says) && told.contains("busy"), "{told}");
    }
    drop(elsewhere);
    assert!(!matches!(pc.merge(&mut session, &busy), Reply::Failed(_)));

    let stranger = Pc::new();
    drop(stranger.with_vault());
    let refused = refusal(pc.merge(&mut session, &stranger.path("vault")));
    assert_eq!(refused, Failure::ForeignVault);
    let letter = pc.path("letter");
    std::fs::write(&letter, "no vault at all").unwrap();
    assert_eq!(refusal(pc.merge(&mut session, &letter)), Failure::NotAVault);
    let gone = pc.path("gone");
    let refused = refusal(pc.merge(&mut session, &gone));
    assert_eq!(refused, Failure::NoVault { path: gone.display().to_string() });
    assert_eq!(pc.titles(&mut session), ["GitHub (me)"]);
}

/// A vault with a backup and more tokens than the backup has, closed.
fn ahead_of_its_backup(pc: &Pc) -> PathBuf {
    let (mut session, _) = pc.with_vault();
    let backup = pc.path("backup");
    pc.ask(&mut session, Request::Backup { path: backup.display().to_string() });
    for number in 0..30 {
        pc.add_token(&mut session, &uri("Late", &number.to_string()));
    }
    backup
}

fn restored(pc: &Pc, backup: &Path) -> (Session, usize) {
    let mut session = pc.session();
    let from = backup.display().to_string();
    let secret = OpenSecret::Passphrase(text(PASSPHRASE));
    let reply = pc.ask(&mut session, Request::Restore { from, secret });
    let Reply::Restored { kept_as: Some(kept), .. } = reply else { panic!("not restored") };
    assert!(Path::new(&kept).exists());
    let came = pc.titles(&mut session).len();
    (session, came)
}

#[test]
fn a_vault_that_was_cut_off_gives_what_is_left_of_it_to_the_backup() {
    let pc = Pc::new();
    let backup = ahead_of_its_backup(&pc);
    let file = std::fs::OpenOptions::new().write(true).open(pc.path("vault")).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length - 3 * 4096).unwrap();
    let refused = pc.unlock(&mut pc.session(), PASSPHRASE).unwrap_err();
    assert_eq!(refused, Failure::Damaged { what: "cut-off".to_owned() });
    let (mut session, came) = restored(&pc, &backup);
    assert!((5..30).contains(&came), "{came} tokens of 30");
    let Reply::Verified(report) = pc.ask(&mut session, Request::Verify) else { panic!() };
    assert!(report.file_is_whole);
    let left = std::fs::read_dir(pc.room.path()).unwrap().flatten();
    let left = left.filter(|entry| entry.file_name().to_string_lossy().contains("salvaged"));
    assert_eq!(left.count(), 0, "nothing is left lying about");
}

#[test]
fn a_vault_whose_head_is_lost_is_called_damaged_and_gives_all_else_to_the_backup() {
    use kagifuda_vault::record::class;
    let pc = Pc::new();
    let backup = ahead_of_its_backup(&pc);
    let mut file = kagifuda_vaultfile::VaultFile::open(pc.path("vault")).unwrap();
    let mut heads = Vec::new();
    let _ = file.rows(|row| heads.extend((row.class == class::HEAD).then_some(row.id))).unwrap();
    file.commit(&[], &heads).unwrap();
    drop(file);
    let refused = pc.unlock(&mut pc.session(), PASSPHRASE).unwrap_err();
    assert_eq!(refused, Failure::Damaged { what: "head".to_owned() });
    let (_, came) = restored(&pc, &backup);
    assert_eq!(came, 30);
}
