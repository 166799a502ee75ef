// SPDX-License-Identifier: MIT OR Apache-2.0
//! `key bio`: the fingers a key with a sensor knows its person by, listed, taught, renamed and deleted (CTAP 2.3
//! section 6.7). A finger is meant by words of its name, or the beginning of its id.

mod enrol;

use kagifuda_ctap::authenticator::Permissions;
use kagifuda_ctap::client::{self, ClientError, Dialect, Sensor, SensorInfo, SensorKind, Token};
use kagifuda_ctap::message::get_info::Info;
use kagifuda_ctap::status::Status;
use serde_json::{Value, json};

use super::device::PluggedIn;
use super::pin;
use super::talk::{Introduction, Talk};
use crate::fault::{Fault, KeyTrouble};
use crate::run::fields::hex;
use crate::run::json as shape;
use crate::run::session::Session;
use crate::say;
use crate::term::grid::beside;
use crate::term::width::harmless;
use crate::term::{Grid, Style};

pub(super) use enrol::add;

/// How much of an id a person types at least, in hexadecimal digits; a whole one always does.
const SHORT: usize = 4;

/// A finger that a key knows.
struct Finger {
    id: Vec<u8>,
    name: String,
}

impl Finger {
    /// Whether every word of a query is in its name, or the query begins its id.
    fn matches(&self, query: &str) -> bool {
        let (query, name, id) = (query.to_lowercase(), self.name.to_lowercase(), hex(&self.id));
        query.split_whitespace().all(|word| name.contains(word))
            || query == id
            || (query.len() >= SHORT && id.starts_with(&query))
    }

    /// What a person calls it.
    fn called(&self) -> String {
        if self.name.is_empty() { hex(&self.id) } else { harmless(&self.name) }
    }

    fn shown(&self) -> Value {
        json!({ "id": hex(&self.id), "name": self.name })
    }
}

/// A key with a sensor, before anybody is asked for the PIN.
struct Sensing {
    talk: Talk,
    introduction: Introduction,
    sensor: Sensor,
    info: SensorInfo,
}

impl Sensing {
    fn begin(s: &mut Session<'_>, key: &PluggedIn) -> Result<Self, Fault> {
        let mut talk = key.open()?;
        let introduction = talk.introduce(s)?;
        let sensor = Sensor::of(&introduction.read()?.options).ok_or(KeyTrouble::NoSensor)?;
        let answer = talk.ask(s, |out| client::sensor_info(sensor.dialect, out))?;
        let info = client::read_sensor_info(&answer).map_err(KeyTrouble::of_answer)?;
        Ok(Self { talk, introduction, sensor, info })
    }

    /// Refuses a name that the key would.
    const fn check_name(&self, name: &str) -> Result<(), KeyTrouble> {
        let most = self.info.max_name_bytes;
        if name.len() as u64 > most { Err(KeyTrouble::FingerNameTooLong { most }) } else { Ok(()) }
    }

    /// Opens the key's fingers, which needs the PIN, or a finger where that is enough.
    fn open(self, s: &mut Session<'_>, key: &PluggedIn) -> Result<Fingers, Fault> {
        let Self { mut talk, introduction, sensor, info } = self;
        let told = introduction.read()?;
        let token = pin::needed_token(s, key, (&mut talk, &told), Permissions::BIO)?;
        Ok(Fingers { talk, token, dialect: sensor.dialect, info })
    }
}

/// A key whose fingers are open to be managed.
struct Fingers {
    talk: Talk,
    token: Token,
    dialect: Dialect,
    info: SensorInfo,
}

impl Fingers {
    fn open(s: &mut Session<'_>, key: &PluggedIn) -> Result<Self, Fault> {
        Sensing::begin(s, key)?.open(s, key)
    }

    /// Every finger, by name.
    fn all(&mut self, s: &mut Session<'_>) -> Result<Vec<Finger>, Fault> {
        let Self { talk, token, dialect, .. } = self;
        let answer = talk.ask(s, |out| client::fingers(*dialect, token, out))?;
        let listed = client::read_fingers(&answer).map_err(KeyTrouble::of_answer)?;
        let mut all: Vec<Finger> = listed
            .iter()
            .map(|it| Finger { id: it.id.to_vec(), name: it.name.unwrap_or_default().to_owned() })
            .collect();
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(all)
    }

    /// The one finger that a query means, and how many others there are; where several do, they are listed
    /// for the holder. One that is called just so is meant before those that are called longer.
    fn pick(&mut self, s: &mut Session<'_>, query: &str) -> Result<(Finger, usize), Fault> {
        let mut all = self.all(s)?;
        let others = all.len().saturating_sub(1);
        all.retain(|finger| finger.matches(query));
        if all.iter().filter(|finger| finger.name == query).count() == 1 {
            all.retain(|finger| finger.name == query);
        }
        match all.len() {
            0 => Err(KeyTrouble::NoSuchFinger { wanted: query.to_owned() }.into()),
            1 => Ok((all.pop().ok_or(Fault::Internal)?, others)),
            count => {
                let lines: Vec<[String; 2]> =
                    all.iter().map(|finger| [harmless(&finger.name), hex(&finger.id)]).collect();
                s.list_candidates(lines.iter().map(|[name, id]| [name.as_str(), id.as_str()]));
                Err(Fault::Ambiguous { count })
            }
        }
    }

    /// Gives a finger a name.
    fn rename(&mut self, s: &mut Session<'_>, id: &[u8], name: &str) -> Result<(), Fault> {
        let Self { talk, token, dialect, info } = self;
        let answer = talk.ask(s, |out| client::rename_finger(*dialect, token, (id, name), out))?;
        match client::read_done(&answer) {
            Err(ClientError::Key(Status::InvalidLength)) => {
                Err(KeyTrouble::FingerNameTooLong { most: info.max_name_bytes }.into())
            }
            done => Ok(done.map_err(KeyTrouble::of_answer)?),
        }
    }

    fn remove(&mut self, s: &mut Session<'_>, id: &[u8]) -> Result<(), Fault> {
        let Self { talk, token, dialect, .. } = self;
        talk.order(s, |out| client::remove_finger(*dialect, token, id, out))
    }
}

/// Shows what the sensor is. Asks for no PIN, so it does not say which fingers the key knows.
pub(super) fn info(s: &mut Session<'_>, key: &PluggedIn, json: bool) -> Result<(), Fault> {
    let mut sensing = Sensing::begin(s, key)?;
    let left = tries(s, &mut sensing.talk, &sensing.introduction.read()?)?;
    let (sensor, info) = (sensing.sensor, sensing.info);
    if json {
        let kind = info.kind.map(|kind| match kind {
            SensorKind::Touch => "touch",
            SensorKind::Swipe => "swipe",
        });
        let page = json!({
            "has_fingers": sensor.has_fingers,
            "kind": kind,
            "most_samples": info.max_samples,
            "most_name_bytes": info.max_name_bytes,
            "tries_left": left,
        });
        return s.print(&shape::page(page));
    }
    let kind = info.kind.map_or("key-bio-kind-unsaid", |kind| match kind {
        SensorKind::Touch => "key-bio-kind-touch",
        SensorKind::Swipe => "key-bio-kind-swipe",
    });
    let mut rows = vec![
        (say!(s.texts, "key-bio-head-fingers"), fingers_text(s, sensor)),
        (say!(s.texts, "key-bio-head-kind"), s.texts.get(kind)),
    ];
    if let Some(count) = info.max_samples {
        rows.push((say!(s.texts, "key-bio-head-samples"), count.to_string()));
    }
    let bytes = say!(s.texts, "key-info-bytes", count = info.max_name_bytes);
    rows.push((say!(s.texts, "key-bio-head-name-bytes"), bytes));
    if let Some(left) = left {
        rows.push((say!(s.texts, "key-bio-head-tries"), left.to_string()));
    }
    let mut page = s.screen.paint(Style::Strong, &key.name);
    page.push('\n');
    page.push_str(&beside(&rows, s.screen.page()));
    s.print(&page)
}

fn fingers_text(s: &Session<'_>, sensor: Sensor) -> String {
    s.texts.get(text_of(sensor))
}

/// What a key says of its fingers, as a page names it.
pub(super) const fn text_of(sensor: Sensor) -> &'static str {
    if sensor.has_fingers { "key-bio-some" } else { "key-bio-none" }
}

/// How often a finger may still be tried before the key wants its PIN; `None` where it does not say.
fn tries(s: &mut Session<'_>, talk: &mut Talk, info: &Info<'_>) -> Result<Option<u64>, Fault> {
    if info.options.uv != Some(true) {
        return Ok(None);
    }
    Ok(client::read_uv_retries(&talk.ask(s, client::uv_retries)?).ok())
}

/// Lists the fingers.
pub(super) fn list(s: &mut Session<'_>, key: &PluggedIn, json: bool) -> Result<(), Fault> {
    let all = Fingers::open(s, key)?.all(s)?;
    if json {
        let fingers: Vec<Value> = all.iter().map(Finger::shown).collect();
        return s.print(&shape::page(json!({ "fingers": fingers })));
    }
    if !all.is_empty() {
        let mut grid = Grid::new()
            .shrinking(say!(s.texts, "item-head-name"))
            .styled(Style::Strong)
            .column(say!(s.texts, "key-head-id"))
            .styled(Style::Faint);
        for finger in &all {
            let id = hex(&finger.id);
            grid.row([finger.name.as_str(), &id]);
        }
        let rows = grid.render(s.screen);
        s.print(&rows)?;
    }
    let told = say!(s.texts, "key-bio-count", count = all.len());
    s.tell(&told);
    Ok(())
}

/// Gives a finger another name.
pub(super) fn rename(
    s: &mut Session<'_>,
    key: &PluggedIn,
    query: &str,
    name: &str,
) -> Result<(), Fault> {
    let sensing = Sensing::begin(s, key)?;
    sensing.check_name(name)?;
    let mut fingers = sensing.open(s, key)?;
    let (finger, _) = fingers.pick(s, query)?;
    fingers.rename(s, &finger.id, name)?;
    let told = say!(s.texts, "key-bio-renamed", old = finger.called(), name = harmless(name));
    s.tell(&told);
    Ok(())
}

/// Deletes a finger, after a question that says what it was good for.
pub(super) fn delete(s: &mut Session<'_>, key: &PluggedIn, query: &str) -> Result<(), Fault> {
    let mut fingers = Fingers::open(s, key)?;
    let (finger, others) = fingers.pick(s, query)?;
    let question = match others {
        0 => say!(s.texts, "key-bio-ask-delete-last", name = finger.called()),
        _ => say!(s.texts, "key-bio-ask-delete", name = finger.called()),
    };
    s.confirm(&question)?;
    fingers.remove(s, &finger.id)?;
    let told = say!(s.texts, "key-bio-deleted", name = finger.called(), count = others);
    s.tell(&told);
    Ok(())
}
