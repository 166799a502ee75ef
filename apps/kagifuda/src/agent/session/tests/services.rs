// SPDX-License-Identifier: MIT OR Apache-2.0
//! Services and notes of another app's file: shown line by line, made in one operation, linked to what
//! belongs to them, and never with a password in them.

use kagifuda_otp::otpauth;
use kagifuda_secret::SecretText;
use kagifuda_vault::exchange::{
    Entry, EntryExtras, FormatName, Import, KeptElsewhere, Lives, MethodKind, NoteEntry, Notice,
    ServiceEntry,
};

use super::*;
use crate::agent::protocol::{ImportLine, ImportOutcome, ImportReport};

impl Pc {
    /// The one item of a kind that a query finds.
    fn only(&self, session: &mut Session, kind: Kind, query: &str) -> ItemId {
        let query = Some(query.to_owned());
        let Reply::Items(items) = self.ask(session, Request::Items { kind: Some(kind), query })
        else {
            panic!("no items")
        };
        assert_eq!(items.len(), 1, "{kind:?}");
        items[0].id
    }

    fn field(&self, session: &mut Session, id: ItemId, name: &str) -> Option<FieldValue> {
        let fields = self.fields(session, id, true);
        fields.into_iter().find(|field| field.name == name).map(|field| field.value)
    }
}

fn service(position: usize, name: &str, url: &str) -> ServiceEntry {
    ServiceEntry {
        position,
        name: name.to_owned(),
        urls: vec![url.to_owned()],
        account: "ume".to_owned(),
        methods: vec![KeptElsewhere {
            what: MethodKind::Password,
            lives: Lives::PasswordManager,
            provider: "A manager".to_owned(),
        }],
        extras: EntryExtras::default(),
        notices: vec![Notice::SavedPassword],
    }
}

fn note(position: usize, text: &str) -> NoteEntry {
    let (title, text) = ("The safe".to_owned(), SecretText::from(text));
    NoteEntry { position, title, text, extras: EntryExtras::default(), notices: Vec::new() }
}

/// Two services, one of them twice, a token of the first, and a note that stands there twice.
fn file() -> Import {
    let mut file = Import {
        format: FormatName::Cxf,
        entries: Vec::new(),
        passkeys: Vec::new(),
        services: vec![
            service(1, "Moss", "https://moss.example"),
            service(3, "Fern", "https://fern.example"),
            service(4, "Fern", "https://fern.example"),
        ],
        notes: vec![note(5, "left, right, left"), note(6, "left, right, left")],
        refused: Vec::new(),
        notices: Vec::new(),
    };
    let extras = EntryExtras { service: Some(1), ..EntryExtras::default() };
    let token = otpauth::read(&uri("Moss", "ume")).unwrap();
    file.entries.push(Entry { position: 2, token, extras, notices: Vec::new() });
    file
}

fn show(session: &mut Session, file: Import) -> ImportReport {
    match session.open.as_mut().unwrap().show_import(file) {
        Reply::Import(report) => report,
        _ => panic!("no report"),
    }
}

#[test]
fn services_and_notes_come_in_with_their_links_and_without_passwords() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let report = show(&mut session, file());
    let kinds: Vec<_> = report.lines.iter().map(|line| line.kind.unwrap()).collect();
    let (service, note) = (Kind::Service, Kind::Note);
    assert_eq!(kinds, [service, Kind::Token, service, service, note, note]);
    assert_eq!(report.lines[0].notes, ["saved-password"]);
    let is_new = |line: &ImportLine| line.outcome == ImportOutcome::Imported;
    let new: Vec<_> = report.lines.iter().map(is_new).collect();
    assert_eq!(new, [true, true, true, false, true, false]);

    let ticket = report.ticket.unwrap();
    let made = pc.ask(&mut session, Request::ImportCommit { ticket });
    assert!(matches!(made, Reply::Imported { added: 4, operation: Some(_) }));
    let moss = pc.only(&mut session, Kind::Service, "Moss");
    let token = pc.only(&mut session, Kind::Token, "Moss");
    let method = pc.only(&mut session, Kind::Method, "Moss");
    for id in [token, method] {
        assert!(pc.field(&mut session, id, name::SERVICE) == Some(FieldValue::Item(moss)));
    }
    let words = [
        (name::WHAT, "password"),
        (name::LIVES, "password-manager"),
        (name::PROVIDER, "A manager"),
    ];
    for (field, word) in words {
        let said = pc.field(&mut session, method, field);
        assert!(said == Some(FieldValue::Text(word.to_owned())), "{field}");
    }
    let safe = pc.only(&mut session, Kind::Note, "safe");
    let text = Hidden(SecretText::from("left, right, left"));
    assert!(pc.field(&mut session, safe, name::TEXT) == Some(FieldValue::Secret(text)));

    let again = show(&mut session, file());
    assert_eq!(again.ticket, None);
    assert_eq!(again.lines[0].outcome, ImportOutcome::SameAsExisting { id: Some(moss) });
    assert_eq!(again.lines[5].outcome, ImportOutcome::SameAsExisting { id: Some(safe) });
    let undone = pc.ask(&mut session, Request::Undo { operation: None });
    assert!(matches!(undone, Reply::Undone { .. }));
    assert!(pc.titles(&mut session).is_empty(), "one operation made all of it");
}

#[test]
fn a_new_token_joins_the_service_that_is_there_unless_that_was_removed_meanwhile() {
    let pc = Pc::new();
    let (mut session, _) = pc.with_vault();
    let mut first = file();
    first.entries.clear();
    let ticket = show(&mut session, first).ticket.unwrap();
    pc.ask(&mut session, Request::ImportCommit { ticket });
    let moss = pc.only(&mut session, Kind::Service, "Moss");
    let ticket = show(&mut session, file()).ticket.unwrap();
    pc.ask(&mut session, Request::ImportCommit { ticket });
    let token = pc.only(&mut session, Kind::Token, "Moss");
    assert!(pc.field(&mut session, token, name::SERVICE) == Some(FieldValue::Item(moss)));

    pc.ask(&mut session, Request::Undo { operation: None });
    let ticket = show(&mut session, file()).ticket.unwrap();
    pc.ask(&mut session, Request::RemoveItem { id: moss });
    let made = pc.ask(&mut session, Request::ImportCommit { ticket });
    assert!(matches!(made, Reply::Imported { added: 1, .. }));
    let token = pc.only(&mut session, Kind::Token, "Moss");
    assert!(pc.field(&mut session, token, name::SERVICE).is_none());
}
