// SPDX-License-Identifier: MIT OR Apache-2.0
//! `guide`: asks what the command line has not said, and shows which way fits.

use super::session::Session;
use crate::commands::resolve::GuideJob;
use crate::fault::Fault;
use crate::guide::{Advice, Answers, Goal, Phone, Rules, Socket, System, Way, advise};
use crate::say;
use crate::term::Style;

/// An answer, the id of what it is called, and the word that says it on the command line.
type Choice<T> = (T, &'static str, &'static str);

const GOALS: [Choice<Goal>; 4] = [
    (Goal::Website, "guide-goal-website", "website"),
    (Goal::Account, "guide-goal-account", "account"),
    (Goal::Pc, "guide-goal-pc", "pc"),
    (Goal::Server, "guide-goal-server", "server"),
];
const SYSTEMS: [Choice<System>; 4] = [
    (System::Linux, "guide-system-linux", "linux"),
    (System::Windows, "guide-system-windows", "windows"),
    (System::Mac, "guide-system-mac", "mac"),
    (System::PhoneOnly, "guide-system-phone", "phone"),
];
const SOCKETS: [Choice<Socket>; 4] = [
    (Socket::UsbA, "guide-socket-a", "a"),
    (Socket::UsbC, "guide-socket-c", "c"),
    (Socket::Both, "guide-socket-both", "both"),
    (Socket::Nothing, "guide-socket-none", "none"),
];
const PHONES: [Choice<Phone>; 3] = [
    (Phone::WithNfc, "guide-phone-nfc", "nfc"),
    (Phone::WithoutNfc, "guide-phone-plain", "plain"),
    (Phone::Nothing, "guide-phone-none", "none"),
];
const RULES: [Choice<Rules>; 2] =
    [(Rules::Mine, "guide-rules-mine", "mine"), (Rules::TheirKeys, "guide-rules-theirs", "theirs")];

/// Asks and advises.
pub(super) fn show(s: &mut Session<'_>, said: &GuideJob) -> Result<(), Fault> {
    if !said.is_complete() {
        if !s.person.is_present() {
            return Err(Fault::NobodyToAsk);
        }
        let intro = say!(s.texts, "guide-intro");
        s.tell(&intro);
    }
    let answers = Answers {
        goal: answer(s, said.goal.as_deref(), "guide-ask-goal", &GOALS)?,
        system: answer(s, said.system.as_deref(), "guide-ask-system", &SYSTEMS)?,
        socket: answer(s, said.socket.as_deref(), "guide-ask-socket", &SOCKETS)?,
        phone: answer(s, said.phone.as_deref(), "guide-ask-phone", &PHONES)?,
        rules: answer(s, said.rules.as_deref(), "guide-ask-rules", &RULES)?,
    };
    let page = page(s, &advise(answers));
    s.print(&page)
}

/// What was said, or else what the person types.
fn answer<T: Copy>(
    s: &mut Session<'_>,
    said: Option<&str>,
    question: &'static str,
    choices: &[Choice<T>],
) -> Result<T, Fault> {
    let word_of = |word: &str| choices.iter().find(|choice| choice.2 == word);
    if let Some((answer, ..)) = said.and_then(word_of) {
        return Ok(*answer);
    }
    let asked = format!("\n{}", s.texts.get(question));
    let names: Vec<String> = choices.iter().map(|(_, id, _)| s.texts.get(id)).collect();
    let (answer, ..) = choices[s.ask_number(&asked, &names, Some(0))?];
    Ok(answer)
}

fn page(s: &Session<'_>, advice: &Advice) -> String {
    let heading = |id| s.screen.paint(Style::Strong, &s.texts.get(id));
    let mut page = format!("\n{}\n", heading(title(advice.way)));
    let mut part = |name: &'static str, ids: &[&'static str], is_numbered: bool| {
        page.push_str(&format!("\n{}\n", heading(name)));
        for (index, id) in ids.iter().enumerate() {
            let mark = if is_numbered { format!("{}. ", index + 1) } else { "- ".to_owned() };
            page.push_str(&s.screen.point(&mark, &s.texts.get(id)));
        }
    };
    part("guide-head-steps", &advice.steps, true);
    part("guide-head-buy", &[advice.buy], false);
    part("guide-head-spare", &[advice.spare], false);
    part("guide-head-notes", &advice.notes, false);
    page
}

const fn title(way: Way) -> &'static str {
    match way {
        Way::ThisPc => "guide-way-this-pc",
        Way::Shop => "guide-way-shop",
        Way::Stick => "guide-way-stick",
    }
}
