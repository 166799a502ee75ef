// SPDX-License-Identifier: MIT OR Apache-2.0
//! Giving tokens to the new device: the next few as one QR code, as large as cameras like, or all that are left in an
//! encrypted file. What cannot travel so is named. A token that counts goes alone and by name, because from then on it
//! may count in one place only.

use std::path::Path;

use kagifuda_otp::migration;
use kagifuda_secret::SecretText;
use kagifuda_vault::map::World;

use super::plan::{Plan, State, called_at, counts};
use super::{called, prove};
use crate::agent::failure::Failure;
use crate::agent::protocol::{
    ExportFormat, ExportLoss, Hidden, ItemId, LossExtent, Protection, Reply, Request,
};
use crate::fault::{Fault, MoveTrouble};
use crate::qr::Code;
use crate::run::asking::new_passphrase;
use crate::run::export::{create, draw, tell_losses, text_of};
use crate::run::session::Session;
use crate::say;

/// How tokens travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A QR code on the screen.
    Screen,
    /// A QR code as a picture.
    Png,
    Svg,
    /// A file of another app, encrypted by a password.
    File(ExportFormat),
}

/// A token and its number in the plan.
type Numbered = (usize, ItemId);

/// Gives the next tokens, or those of these numbers.
pub(super) fn send(
    s: &mut Session<'_>,
    world: &World,
    plan: &mut Plan,
    (numbers, file): (&[u64], Option<&Path>),
) -> Result<(), Fault> {
    let form = form_of(file)?;
    if let Some(file) = file.filter(|file| file.symlink_metadata().is_ok()) {
        return Err(Fault::FileExists { path: file.to_owned() });
    }
    let wanted = plan.tokens(numbers, |state| state == State::Open)?;
    let wanted = without_counting(s, world, plan, (wanted, numbers))?;
    if wanted.is_empty() {
        return Err(MoveTrouble::NothingToSend.into());
    }
    let sent = match form {
        Form::File(format) => write_file(s, format, &wanted, file)?,
        Form::Screen | Form::Png | Form::Svg => show_code(s, (form, file), &wanted)?,
    };
    plan.sent.extend(sent.iter().map(|(number, _)| *number));
    plan.save(s)?;
    tell(s, world, plan, &sent)?;
    if form == Form::Screen && s.person.is_present() {
        let numbers: Vec<u64> = sent.iter().filter_map(|it| u64::try_from(it.0).ok()).collect();
        return prove::prove(s, world, plan, &numbers);
    }
    Ok(())
}

fn form_of(file: Option<&Path>) -> Result<Form, Fault> {
    let Some(file) = file else { return Ok(Form::Screen) };
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("png") => Ok(Form::Png),
        Some("svg") => Ok(Form::Svg),
        Some("json") => Ok(Form::File(ExportFormat::Aegis)),
        Some("2fas") => Ok(Form::File(ExportFormat::TwoFas)),
        _ => Err(MoveTrouble::NoSuchForm { path: file.to_owned() }.into()),
    }
}

/// Keeps tokens that count out of a batch, and names them; one that was asked for goes alone, after a question.
fn without_counting(
    s: &mut Session<'_>,
    world: &World,
    plan: &Plan,
    (wanted, numbers): (Vec<Numbered>, &[u64]),
) -> Result<Vec<Numbered>, Fault> {
    let (mut timed, mut counting) = (Vec::new(), Vec::new());
    for one in wanted {
        if counts(s, one.1)? { counting.push(one) } else { timed.push(one) }
    }
    if counting.is_empty() {
        return Ok(timed);
    }
    let [old, new] = called(s, world, plan.way(world)?);
    let names = names(s, world, plan, &counting);
    if numbers.is_empty() {
        let told = say!(s.texts, "move-send-counting", names = names);
        s.tell(&told);
        return Ok(timed);
    }
    if counting.len() + timed.len() > 1 {
        return Err(MoveTrouble::Alone.into());
    }
    let question =
        say!(s.texts, "move-send-counting-question", names = names, old = old, new = new);
    s.confirm(&question)?;
    Ok(counting)
}

/// Writes all that are left to a file.
fn write_file(
    s: &mut Session<'_>,
    format: ExportFormat,
    wanted: &[Numbered],
    file: Option<&Path>,
) -> Result<Vec<Numbered>, Fault> {
    let prompt = say!(s.texts, "ask-export-password");
    let protection = Protection::Password(new_passphrase(s, &prompt)?);
    let (parts, losses) = export(s, format, wanted, protection)?;
    let pieces: Vec<&[u8]> = parts.iter().map(|part| part.expose()).collect();
    create(file.ok_or(Fault::Internal)?, &pieces)?;
    tell_losses(s, &losses, crate::agent::fields::Kind::Token);
    Ok(carried(wanted, &losses))
}

/// Shows the first few as one code, or draws it into a picture.
fn show_code(
    s: &mut Session<'_>,
    (form, file): (Form, Option<&Path>),
    wanted: &[Numbered],
) -> Result<Vec<Numbered>, Fault> {
    if form != Form::Screen {
        let question = say!(s.texts, "export-plain-question");
        s.confirm(&question)?;
    }
    let (mut parts, losses) = match export(s, ExportFormat::Google, wanted, Protection::None) {
        Err(Fault::Agent(Failure::NothingToExport)) => return Err(MoveTrouble::NeedsFile.into()),
        exported => exported?,
    };
    tell_losses(s, &losses, crate::agent::fields::Kind::Token);
    let mut sent = carried(wanted, &losses);
    let columns = s.screen.columns.filter(|_| form == Form::Screen);
    // A batch of one code is whole in itself: the other device waits for no more, and a mistake concerns few.
    let text = loop {
        let text = text_of(parts.first().ok_or(Fault::Internal)?.expose())?;
        let count = migration::read(text.expose()).map_err(|_| Fault::Internal)?.tokens.len();
        let width = code(&text)?.columns();
        let fits = columns.is_none_or(|columns| width <= columns);
        if parts.len() == 1 && (fits || count < 2) {
            break text;
        }
        sent.truncate(if fits { count } else { count - 1 });
        (parts, _) = export(s, ExportFormat::Google, &sent, Protection::None)?;
    };
    match (form, file) {
        (Form::Png, Some(file)) => create(file, &[code(&text)?.png().expose()])?,
        (Form::Svg, Some(file)) => create(file, &[code(&text)?.svg().expose().as_bytes()])?,
        _ => draw(s, &text)?,
    }
    Ok(sent)
}

fn code(text: &SecretText) -> Result<Code, Fault> {
    Code::of(text).map_err(|_| Fault::QrTooLarge)
}

type Parts = Vec<Hidden<kagifuda_secret::SecretBytes>>;

fn export(
    s: &mut Session<'_>,
    format: ExportFormat,
    wanted: &[Numbered],
    protection: Protection,
) -> Result<(Parts, Vec<ExportLoss>), Fault> {
    let ids = wanted.iter().map(|(_, id)| *id).collect();
    match s.ask(&Request::Export { format, ids, protection })? {
        Reply::Exported { parts, losses, .. } => Ok((parts, losses)),
        _ => Err(Fault::Internal),
    }
}

/// Those that a form had a place for.
fn carried(wanted: &[Numbered], losses: &[ExportLoss]) -> Vec<Numbered> {
    let is_left_out =
        |id: ItemId| losses.iter().any(|it| it.id == id && it.extent == LossExtent::LeftOut);
    wanted.iter().copied().filter(|(_, id)| !is_left_out(*id)).collect()
}

fn tell(s: &mut Session<'_>, world: &World, plan: &Plan, sent: &[Numbered]) -> Result<(), Fault> {
    let [_, new] = called(s, world, plan.way(world)?);
    let names = names(s, world, plan, sent);
    let mut left = 0;
    for (_, token) in plan.tokens(&[], |state| state == State::Open)? {
        left += usize::from(!counts(s, token)?);
    }
    let told = say!(s.texts, "move-sent", count = sent.len(), names = names, new = new.as_str());
    s.tell(&told);
    let told = say!(s.texts, "move-sent-left", left = left, new = new);
    s.tell(&told);
    Ok(())
}

/// The names of tokens, in a row.
fn names(s: &Session<'_>, world: &World, plan: &Plan, tokens: &[Numbered]) -> String {
    let is_meant = |number: &usize| tokens.iter().any(|(wanted, _)| wanted == number);
    let steps = plan.steps.iter().filter(|(number, _)| is_meant(number));
    let names: Vec<String> = steps.map(|(_, step)| called_at(s, world, step)).collect();
    names.join(&say!(s.texts, "map-and"))
}
