// SPDX-License-Identifier: MIT OR Apache-2.0
//! What carrying out an order needs: the agent, the person, the sentences, the screen.
//!
//! The agent is reached when it is first asked. Where it answers that the vault is locked, the holder is
//! asked for the passphrase and the request is made again, so no command needs to say it.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use kagifuda_linux::keyring::Keyring;
#[cfg(test)]
use kagifuda_linux::tpm::Tpm;
use kagifuda_secret::SecretText;

use crate::agent::client::{Agent, Starting};
use crate::agent::failure::Failure;
use crate::agent::fields::Kind;
use crate::agent::place::{self, Place};
use crate::agent::protocol::{CopyOf, Hidden, ItemId, ItemLine, OpenSecret, Reply, Request, State};
use crate::commands::resolve::{By, SecretSource, Settings};
use crate::fault::Fault;
use crate::find;
use crate::say;
use crate::term::{Grid, Screen};
use crate::text::Texts;

use super::asking::{Asker, Person};
use super::keyring::{self, Ring};
use super::tpm::{self, Chip};

/// How often a mistyped secret may be typed again.
const TRIES: usize = 3;

/// Who answers requests: the agent, or a test.
pub(super) trait Answers {
    /// Asks; a refusal is the error.
    fn ask(&mut self, request: &Request) -> Result<Reply, Failure>;
}

impl Answers for Agent {
    fn ask(&mut self, request: &Request) -> Result<Reply, Failure> {
        Self::ask(self, request)
    }
}

/// What came of opening the vault by what a machine keeps.
pub(super) enum ByMachine {
    /// It is open.
    Opened(Reply),
    /// It is not; the text that says why, where it should be.
    NotOpened(Option<&'static str>),
}

/// One order being carried out.
pub(super) struct Session<'a> {
    /// What holds for every command.
    pub(super) settings: &'a Settings,
    /// The sentences.
    pub(super) texts: &'a Texts,
    /// What standard output is.
    pub(super) screen: Screen,
    /// Where results go.
    pub(super) out: Box<dyn Write + 'a>,
    /// Who is asked, and told what is no result.
    pub(super) person: Box<dyn Asker + 'a>,
    /// Where the secret of a way to open may lie.
    pub(super) keyring: Box<dyn Ring + 'a>,
    /// What may have sealed the secret of another.
    pub(super) tpm: Box<dyn Chip + 'a>,
    agent: Option<Box<dyn Answers + 'a>>,
    lock_after: Option<Duration>,
}

impl<'a> Session<'a> {
    /// Begins; nothing is connected yet.
    pub(super) fn new(settings: &'a Settings, texts: &'a Texts) -> Result<Self, Fault> {
        Ok(Self {
            settings,
            texts,
            screen: Screen::of_stdout(settings.colour),
            out: Box::new(std::io::stdout()),
            person: Box::new(Person::new(settings)),
            keyring: Box::new(Keyring::of_session()),
            tpm: Box::new(place::tpm()),
            agent: None,
            lock_after: None,
        })
    }

    /// A session with a scripted agent and person.
    #[cfg(test)]
    pub(super) fn scripted(
        settings: &'a Settings,
        texts: &'a Texts,
        (agent, person, keyring): (Box<dyn Answers + 'a>, Box<dyn Asker + 'a>, Box<dyn Ring + 'a>),
        (screen, out): (Screen, Box<dyn Write + 'a>),
    ) -> Self {
        let (agent, lock_after) = (Some(agent), None);
        // A machine without one, unless a test puts one in.
        let tpm = Box::new(Tpm::at("/nowhere/tpm", Duration::ZERO));
        Self { settings, texts, screen, out, person, keyring, tpm, agent, lock_after }
    }

    /// A new agent locks after so much idle time.
    pub(super) fn lock_after(&mut self, idle: Option<Duration>) {
        self.lock_after = idle;
    }

    /// Asks without opening a locked vault.
    pub(super) fn ask_as_it_is(&mut self, request: &Request) -> Result<Reply, Fault> {
        let agent = match &mut self.agent {
            Some(agent) => agent,
            None => {
                let place = Place::of(&self.settings.vault)?;
                let starting = Starting::this_program(self.lock_after)?;
                self.agent.insert(Box::new(Agent::reach(&place, &starting)?))
            }
        };
        Ok(agent.ask(request)?)
    }

    /// Asks; opens the vault first where it is locked.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Reply, Fault> {
        match self.ask_as_it_is(request) {
            Err(Fault::Agent(Failure::Locked)) => {
                if let Reply::Status(status) = self.unlock(&By::Passphrase)? {
                    self.tell_standing(&status.state);
                }
                self.ask_as_it_is(request)
            }
            answer => answer,
        }
    }

    /// Opens the vault by the keyring or the TPM of this PC, or else with what the holder enters. Who says where
    /// secrets come from, or that it is to be another way, means that.
    pub(super) fn unlock(&mut self, by: &By) -> Result<Reply, Fault> {
        if *by == By::Passphrase
            && self.settings.secrets == SecretSource::Terminal
            && let Some(opened) = self.open_by_machine()?
        {
            return Ok(opened);
        }
        let prompt = say!(self.texts, "ask-vault-passphrase");
        self.with_secret(by, &prompt, |secret| Request::Unlock { secret })
    }

    /// Opens the vault by what this PC keeps. Why something did not open it is told once nothing did.
    fn open_by_machine(&mut self) -> Result<Option<Reply>, Fault> {
        let mut whys = Vec::new();
        for open in [keyring::open, tpm::open] {
            match open(self)? {
                ByMachine::Opened(reply) => return Ok(Some(reply)),
                ByMachine::NotOpened(why) => whys.extend(why),
            }
        }
        for why in whys {
            let told = self.texts.get(why);
            self.tell(&told);
        }
        Ok(None)
    }

    /// Says what deserves attention of a vault that was just opened.
    pub(super) fn tell_standing(&mut self, state: &State) {
        let State::Open { unreadable, read_only, unsettled_ways, copy_of, .. } = state else {
            return;
        };
        self.tell_unreadable(*unreadable);
        if read_only.is_some() {
            let told = say!(self.texts, "vault-read-only");
            self.tell(&told);
        }
        if let Some(of) = copy_of {
            let told = copied(self.texts, *of);
            self.tell(&told);
        }
        self.tell_unsettled_ways(*unsettled_ways);
    }

    /// Says that a part of the vault is damaged, and what helps.
    pub(super) fn tell_unreadable(&mut self, count: u32) {
        if count > 0 {
            let told = say!(self.texts, "vault-unreadable", count = count);
            self.tell(&told);
        }
    }

    /// Says that ways to open want attention: after a merge, and whenever the vault is opened until they have it.
    pub(super) fn tell_unsettled_ways(&mut self, count: u32) {
        if count > 0 {
            let told = say!(self.texts, "way-unsettled", count = count);
            self.tell(&told);
        }
    }

    /// Makes a request with a secret that the holder may mistype.
    pub(super) fn with_secret(
        &mut self,
        by: &By,
        prompt: &str,
        request: impl Fn(OpenSecret) -> Request,
    ) -> Result<Reply, Fault> {
        // A picture says the same however often it is read.
        let may_mistype = self.person.is_present() && !matches!(by, By::Sheet(_));
        let tries = if may_mistype { TRIES } else { 1 };
        for left in (0..tries).rev() {
            let secret = match by {
                By::Passphrase => OpenSecret::Passphrase(self.person.secret(prompt)?),
                By::Words => OpenSecret::Words(super::asking::recovery_words(self)?),
                By::Sheet(picture) => OpenSecret::Words(super::sheet::words_on(picture)?),
            };
            match self.ask_as_it_is(&request(secret)) {
                Err(Fault::Agent(Failure::WrongSecret)) if left > 0 => {
                    let again = say!(self.texts, "ask-wrong-again", left = left);
                    self.person.tell(&again);
                }
                answer => return answer,
            }
        }
        Err(Fault::Agent(Failure::WrongSecret))
    }

    /// Writes a result.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).map_err(Fault::Output)
    }

    /// What a command would print on a page of so many columns, without colours.
    pub(super) fn page_of(
        &mut self,
        columns: usize,
        command: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<String, Fault> {
        let kept = Kept::default();
        let out = std::mem::replace(&mut self.out, Box::new(kept.clone()));
        let page = Screen { columns: Some(columns), is_coloured: false };
        let screen = std::mem::replace(&mut self.screen, page);
        let person = std::mem::replace(&mut self.person, Box::new(Nobody(kept.clone())));
        let done = command(self);
        (self.out, self.screen, self.person) = (out, screen, person);
        done?;
        Ok(kept.take())
    }

    /// Says something that is no result.
    pub(super) fn tell(&mut self, text: &str) {
        self.person.tell(text);
    }

    /// Asks whether to go on; `--yes` answers for the holder.
    pub(super) fn confirm(&mut self, question: &str) -> Result<(), Fault> {
        if self.settings.is_sure {
            return Ok(());
        }
        if !self.person.is_present() {
            return Err(Fault::NotConfirmed);
        }
        let answer = self.person.line(&format!("{question} {}", say!(self.texts, "ask-yes-no")))?;
        let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "はい" | "ｙ");
        if is_yes { Ok(()) } else { Err(Fault::Declined) }
    }

    /// Asks for one of several answers by its number, until it is one; an empty line is the usual one.
    pub(super) fn ask_number(
        &mut self,
        question: &str,
        names: &[String],
        usual: Option<usize>,
    ) -> Result<usize, Fault> {
        let listed = names.iter().zip(1..).map(|(name, number)| format!("\n  {number}  {name}"));
        self.tell(&listed.fold(question.to_owned(), |asked, line| asked + &line));
        let prompt = say!(self.texts, "ask-number");
        loop {
            let line = self.person.line(&prompt)?;
            let typed = || line.trim().parse::<usize>().ok()?.checked_sub(1);
            let place = if line.is_empty() { usual } else { typed() };
            if let Some(place) = place.filter(|place| *place < names.len()) {
                return Ok(place);
            }
            let again = say!(self.texts, "ask-number-again");
            self.tell(&again);
        }
    }

    /// The items of a kind that match.
    pub(super) fn items(&mut self, kind: Kind, query: &str) -> Result<Vec<ItemLine>, Fault> {
        let query = (!query.is_empty()).then(|| query.to_owned());
        match self.ask(&Request::Items { kind: Some(kind), query })? {
            Reply::Items(lines) => Ok(lines),
            _ => Err(Fault::Internal),
        }
    }

    /// The one item of a kind that matches; where several do, they are listed for the holder.
    pub(super) fn pick(&mut self, kind: Kind, query: &str) -> Result<ItemLine, Fault> {
        let lines = self.items(kind, query)?;
        self.choose(lines, query)
    }

    /// The one item of some kinds that matches. A kind that stands before another wins where both match alike.
    pub(super) fn pick_of(&mut self, kinds: &[Kind], query: &str) -> Result<ItemLine, Fault> {
        let request = Request::Items { kind: None, query: Some(query.to_owned()) };
        let Reply::Items(mut lines) = self.ask(&request)? else { return Err(Fault::Internal) };
        lines.retain(|line| kinds.contains(&line.kind));
        let best = lines.iter().map(|line| line.score).max();
        let first = kinds
            .iter()
            .find(|kind| lines.iter().any(|line| line.kind == **kind && Some(line.score) == best));
        if let Some(first) = first {
            lines.retain(|line| line.kind == *first);
        }
        self.choose(lines, query)
    }

    fn choose(&mut self, mut lines: Vec<ItemLine>, query: &str) -> Result<ItemLine, Fault> {
        let scores: Vec<u32> = lines.iter().map(|line| line.score).collect();
        lines.truncate(find::contenders(&scores));
        match lines.len() {
            0 => Err(Fault::NotFound { query: query.to_owned() }),
            1 => lines.pop().ok_or(Fault::Internal),
            count => {
                self.list_items(&lines);
                Err(Fault::Ambiguous { count })
            }
        }
    }

    /// Lists the items a query may have meant.
    pub(super) fn list_items(&mut self, lines: &[ItemLine]) {
        let names = lines.iter().map(|line| (line.title.as_str(), line.account.as_str(), line.id));
        self.list_numbered(&names.collect::<Vec<_>>());
    }

    /// Lists title and account of items, and the number of those that look like another.
    pub(super) fn list_numbered(&mut self, items: &[(&str, &str, ItemId)]) {
        let looks = |(title, account, _): &(_, _, _)| (*title, *account);
        let named: Vec<[String; 2]> = items
            .iter()
            .map(|item| {
                let alike = items.iter().filter(|other| looks(other) == looks(item)).count();
                let number = item.2.to_string();
                let number = if alike > 1 { &number[..find::SHORT_NUMBER] } else { "" };
                [item.0.to_owned(), format!("{} {number}", item.1).trim().to_owned()]
            })
            .collect();
        self.list_candidates(named.iter().map(|[title, rest]| [title.as_str(), rest.as_str()]));
    }

    /// Lists what a query may have meant.
    pub(super) fn list_candidates<'n>(&mut self, names: impl Iterator<Item = [&'n str; 2]>) {
        let mut grid = Grid::new().shrinking("").shrinking("");
        for name in names {
            grid.row(name);
        }
        let screen = Screen { columns: Some(self.screen.page()), is_coloured: false };
        let text = grid.render(screen);
        self.person.tell(text.trim_end());
    }
}

/// What was written, kept instead of shown.
#[derive(Clone, Default)]
pub(super) struct Kept(Rc<RefCell<Vec<u8>>>);

impl Kept {
    pub(super) fn take(&self) -> String {
        String::from_utf8_lossy(&self.0.take()).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Nobody to ask while a page is made; what would be told stands on the page.
pub(super) struct Nobody(pub(super) Kept);

impl Asker for Nobody {
    fn is_present(&self) -> bool {
        false
    }

    fn secret(&mut self, _: &str) -> Result<Hidden<SecretText>, Fault> {
        Err(Fault::NobodyToAsk)
    }

    fn line(&mut self, _: &str) -> Result<String, Fault> {
        Err(Fault::NobodyToAsk)
    }

    fn tell(&mut self, text: &str) {
        self.0.0.borrow_mut().extend_from_slice(format!("{text}\n").as_bytes());
    }
}

/// What a file is a copy of, and what that means for the holder.
pub(super) fn copied(texts: &Texts, of: CopyOf) -> String {
    match of {
        CopyOf::FileHere => say!(texts, "vault-copy-of-file"),
        CopyOf::OtherMachine => say!(texts, "vault-copy-of-machine"),
    }
}

/// `issuer (account)`, or what there is of it.
pub(super) fn called(title: &str, account: &str) -> String {
    match (title.is_empty(), account.is_empty() || title.contains(account)) {
        (false, false) => format!("{title} ({account})"),
        (false, true) => title.to_owned(),
        _ => account.to_owned(),
    }
}
