// SPDX-License-Identifier: MIT OR Apache-2.0
//! `doctor code` and `doctor clock`: why a service does not take a code. From what the person sees to what it can
//! be, the likeliest first, with what to do; and, by one code from a device whose clock is right, how wrong
//! this clock is.

use crate::agent::fields::Kind;
use crate::agent::protocol::{Drift, Reply, Request, Turn};
use crate::fault::Fault;
use crate::run::items;
use crate::run::session::Session;
use crate::say;
use kagifuda_linux::clock::{Discipline, discipline};

/// What the person sees: a word for scripts, the sentence that names it, and the causes, likeliest first.
type Symptom = (&'static str, &'static str, &'static [&'static str]);

const SYMPTOMS: [Symptom; 5] = [
    ("none", "doctor-sees-none", &["doctor-none-hotp", "doctor-none-elsewhere", "doctor-none-app"]),
    (
        "always",
        "doctor-sees-always",
        &[
            "doctor-always-other",
            "doctor-always-clock",
            "doctor-always-settings",
            "doctor-always-renewed",
        ],
    ),
    (
        "sometimes",
        "doctor-sees-sometimes",
        &["doctor-sometimes-late", "doctor-sometimes-twice", "doctor-sometimes-drift"],
    ),
    (
        "locked",
        "doctor-sees-locked",
        &["doctor-locked-wait", "doctor-locked-codes", "doctor-locked-help"],
    ),
    ("push", "doctor-sees-push", &["doctor-push-net", "doctor-push-phone", "doctor-push-code"]),
];

/// The words of the symptoms, for the table of commands.
pub(crate) const SYMPTOM_WORDS: &[&str] = &["none", "always", "sometimes", "locked", "push"];

/// Walks from what the person sees to what it can be.
pub(in crate::run) fn code(
    s: &mut Session<'_>,
    query: &str,
    symptom: Option<&str>,
) -> Result<(), Fault> {
    let line = s.pick(Kind::Token, query)?;
    let (_, sees, causes) = symptom_of(s, symptom)?;
    let mut page = format!("{}: {}\n\n", items::title(&line), s.texts.get(sees));
    for fact in facts(s, &line)? {
        page.push_str(&s.screen.point("! ", &fact));
    }
    for (index, cause) in causes.iter().enumerate() {
        page.push_str(&s.screen.point(&format!("{}. ", index + 1), &s.texts.get(cause)));
    }
    page.push('\n');
    page.push_str(&s.screen.paragraph(&say!(s.texts, "doctor-code-meanwhile")));
    s.print(&page)
}

/// What is known of this token and this PC that bears on it.
fn facts(
    s: &mut Session<'_>,
    line: &crate::agent::protocol::ItemLine,
) -> Result<Vec<String>, Fault> {
    let mut facts = Vec::new();
    let Reply::Codes(codes) = s.ask(&Request::CodesOf { ids: vec![line.id] })? else {
        return Err(Fault::Internal);
    };
    let is_counting = codes.iter().any(|code| matches!(code.turn, Turn::Counter { .. }));
    if is_counting {
        facts.push(say!(s.texts, "doctor-code-counts"));
    } else if discipline() == Discipline::Free {
        facts.push(say!(s.texts, "doctor-code-clock"));
    }
    if codes.iter().all(|code| code.code.is_none()) && !is_counting {
        facts.push(say!(s.texts, "doctor-code-broken"));
    }
    Ok(facts)
}

fn symptom_of(s: &mut Session<'_>, said: Option<&str>) -> Result<Symptom, Fault> {
    if let Some(found) = SYMPTOMS.into_iter().find(|symptom| Some(symptom.0) == said) {
        return Ok(found);
    }
    let asked = say!(s.texts, "doctor-ask-symptom");
    let names: Vec<String> = SYMPTOMS.iter().map(|(_, sees, _)| s.texts.get(sees)).collect();
    Ok(SYMPTOMS[s.ask_number(&asked, &names, None)?])
}

/// Compares this clock with another by a code it showed.
pub(in crate::run) fn clock(s: &mut Session<'_>, query: &str) -> Result<(), Fault> {
    let line = s.pick(Kind::Token, query)?;
    let prompt = say!(s.texts, "doctor-ask-code", name = items::title(&line));
    let code = s.person.piped_or_secret(&prompt)?;
    let Reply::Drift(drift) = s.ask(&Request::DriftOf { id: line.id, code })? else {
        return Err(Fault::Internal);
    };
    let told = match drift {
        Drift::None => say!(s.texts, "doctor-clock-agrees"),
        Drift::Ahead { seconds } => say!(s.texts, "doctor-clock-ahead", seconds = seconds),
        Drift::Behind { seconds } => say!(s.texts, "doctor-clock-behind", seconds = seconds),
        Drift::NoSuchCode { minutes } => say!(s.texts, "doctor-clock-no-match", minutes = minutes),
    };
    let heading = s.screen.heading(&told);
    s.print(&heading)?;
    if drift == Drift::None { Ok(()) } else { Err(Fault::NotWell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symptom_the_command_line_knows_is_there_in_its_order() {
        let words: Vec<&str> = SYMPTOMS.iter().map(|symptom| symptom.0).collect();
        assert_eq!(words, SYMPTOM_WORDS);
    }
}
