// SPDX-License-Identifier: MIT OR Apache-2.0
//! The map as a picture: a row for each service, a column for each thing and each account it is opened through. A mark
//! says what a method that needs it stands for; a red field says that losing the column locks the row.

use std::fmt::Write as _;
use std::path::Path;

use kagifuda_vault::map::{Door, Loss, Losses, Method, Need, StandsFor, ThingKind, UseFor, World};

use super::words;
use crate::fault::Fault;
use crate::run::export::create;
use crate::run::session::Session;
use crate::say;
use crate::term::width::columns as columns_of;
use crate::text::Texts;

/// Pixels of a row and of a column.
const ROW: usize = 26;
const COLUMN: usize = 44;
/// Pixels of a letter as wide as a digit.
const LETTER: usize = 8;
/// Pixels around everything.
const EDGE: usize = 16;
/// Names longer than this are cut.
const NAME_COLUMNS: usize = 32;

/// Writes the picture to a new file.
pub(super) fn write(s: &mut Session<'_>, losses: &Losses<'_>, file: &Path) -> Result<(), Fault> {
    create(file, &[draw(s.texts, losses).as_bytes()])?;
    let told = say!(s.texts, "map-svg-written", path = file.display().to_string());
    s.tell(&told);
    Ok(())
}

/// What a column stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Thing(usize),
    Door(usize),
}

struct Picture<'p, 'w> {
    t: &'p Texts,
    losses: &'p Losses<'w>,
    columns: Vec<Column>,
    left: usize,
    top: usize,
    out: String,
}

/// Draws the map.
fn draw(t: &Texts, losses: &Losses<'_>) -> String {
    let world = losses.world();
    let columns = columns(losses);
    let name = |at: &usize| cut(&words::door(t, &world.doors[*at]));
    let widest = losses.order().iter().map(|at| columns_of(&name(at))).max().unwrap_or(0);
    let heads = columns.iter().map(|column| columns_of(&head(t, world, *column)));
    // Headings lean at 45 degrees, so that they reach as far to the right as up.
    let reach = heads.max().unwrap_or(0) * LETTER * 5 / 7 + EDGE;
    let (left, top) = (EDGE + widest * LETTER + EDGE, EDGE + reach);
    let rows = losses.order().len();
    let legend = [
        say!(t, "map-svg-legend-marks"),
        say!(t, "map-svg-legend-red"),
        say!(t, "map-svg-legend-names"),
    ];
    let longest = legend.iter().map(|line| columns_of(line)).max().unwrap_or(0);
    let width = (left + columns.len() * COLUMN + reach).max(longest * LETTER + 2 * EDGE);
    let height = top + rows * ROW + EDGE + legend.len() * ROW + EDGE;
    let mut picture = Picture { t, losses, columns, left, top, out: String::new() };
    picture.begin(width, height);
    picture.heads();
    for (row, at) in losses.order().iter().enumerate() {
        picture.row(row, *at);
    }
    for (at, line) in legend.iter().enumerate() {
        let y = top + rows * ROW + EDGE + (at + 1) * ROW - ROW / 3;
        picture.text((EDGE, y), "", line);
    }
    picture.out.push_str("</svg>\n");
    picture.out
}

/// The columns: things that methods need, the likeliest to be lost first, then accounts and the vault.
fn columns(losses: &Losses<'_>) -> Vec<Column> {
    let world = losses.world();
    let needs: Vec<Need> = world
        .doors
        .iter()
        .flat_map(|door| &door.methods)
        .flat_map(|method| method.needs.iter().copied())
        .collect();
    let is_needed = |need: Need| needs.contains(&need);
    let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let things = losses.things().into_iter().filter(|at| {
        world.things[*at].kind != ThingKind::Account && is_needed(Need::Thing(index(*at)))
    });
    let doors = losses.order().iter().copied().filter(|at| is_needed(Need::Door(index(*at))));
    things.map(Column::Thing).chain(doors.map(Column::Door)).collect()
}

fn head(t: &Texts, world: &World, column: Column) -> String {
    cut(&match column {
        Column::Thing(at) => words::thing(t, &world.things[at]),
        Column::Door(at) => words::door(t, &world.doors[at]),
    })
}

fn cut(name: &str) -> String {
    crate::term::width::cut(name, NAME_COLUMNS)
}

impl Picture<'_, '_> {
    fn begin(&mut self, width: usize, height: usize) {
        let title = escaped(&say!(self.t, "map-svg-title"));
        let _ = write!(
            self.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"'Noto Sans', 'Noto Sans CJK JP', \
             'Hiragino Sans', 'Yu Gothic', sans-serif\" font-size=\"14\">\n\
             <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
    }

    fn heads(&mut self) {
        for (at, column) in self.columns.clone().into_iter().enumerate() {
            let (x, y) = (self.left + at * COLUMN + COLUMN / 2, self.top - 8);
            let text = head(self.t, self.losses.world(), column);
            let is_lost = match column {
                Column::Thing(at) => !self.losses.world().things[at].is_held(),
                Column::Door(_) => false,
            };
            let struck = if is_lost { " text-decoration=\"line-through\"" } else { "" };
            self.text((x, y), &format!(" transform=\"rotate(-45 {x} {y})\"{struck}"), &text);
        }
    }

    fn row(&mut self, row: usize, at: usize) {
        let world = self.losses.world();
        let door = &world.doors[at];
        let y = self.top + row * ROW;
        let is_open = self.losses.outcome().is_open(at, Loss::Nothing);
        let name = cut(&words::door(self.t, door));
        let shade = if is_open { "" } else { " fill=\"#b00020\"" };
        self.text((EDGE, y + ROW * 2 / 3), shade, &name);
        for (n, column) in self.columns.clone().into_iter().enumerate() {
            let x = self.left + n * COLUMN;
            let fill = if self.is_locked_by(at, column) { "#f4b6bd" } else { "#f4f4f4" };
            let _ = writeln!(
                self.out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>",
                x + 1,
                y + 1,
                COLUMN - 2,
                ROW - 2
            );
            let marks = marks(door, column);
            if !marks.is_empty() {
                let middle = " text-anchor=\"middle\"";
                self.text((x + COLUMN / 2, y + ROW * 2 / 3), middle, &marks);
            }
        }
    }

    fn is_locked_by(&self, door: usize, column: Column) -> bool {
        let losses = self.losses;
        let thing = match column {
            Column::Thing(at) => Some(at),
            Column::Door(at) => {
                losses.things().into_iter().find(|it| losses.is_account_of(*it, at))
            }
        };
        thing.is_some_and(|at| losses.outcome().is_locked_by(door, Loss::One(at)))
    }

    fn text(&mut self, (x, y): (usize, usize), more: &str, text: &str) {
        let _ = writeln!(self.out, "<text x=\"{x}\" y=\"{y}\"{more}>{}</text>", escaped(text));
    }
}

/// What the methods of a door that need a column stand for.
fn marks(door: &Door, column: Column) -> String {
    let needs_it = |method: &&Method| {
        method.needs.iter().any(|need| match (need, column) {
            (Need::Thing(need), Column::Thing(at)) => *need as usize == at,
            (Need::Door(need), Column::Door(at)) => *need as usize == at,
            _ => false,
        })
    };
    let mut marks: Vec<&str> = door
        .methods
        .iter()
        .filter(needs_it)
        .filter_map(|method| match (method.stands_for, method.use_for) {
            (StandsFor::First, UseFor::Daily) => Some("1"),
            (StandsFor::Second, UseFor::Daily) => Some("2"),
            (StandsFor::Both, UseFor::Daily) => Some("●"),
            (StandsFor::First, UseFor::Fallback) => Some("(1)"),
            (StandsFor::Second, UseFor::Fallback) => Some("(2)"),
            (StandsFor::Both, UseFor::Fallback) => Some("○"),
            (StandsFor::Nothing, _) => None,
        })
        .collect();
    marks.sort_unstable();
    marks.dedup();
    marks.join(" ")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use kagifuda_vault::map::Thing;

    fn world(name: &str) -> World {
        let method = |stands_for, need| Method {
            what: "password".to_owned(),
            stands_for,

            needs: vec![need],
            ..Method::default()
        };
        let thing = Thing { kind: ThingKind::Phone, name: name.to_owned(), ..Thing::default() };
        let door = Door {
            name: name.to_owned(),
            methods: vec![method(StandsFor::First, Need::Thing(0))],
            ..Door::default()
        };
        World { things: vec![thing], doors: vec![door], loose: Vec::new() }
    }

    #[test]
    fn names_stay_text_whatever_they_hold() {
        let world = world("<script>\"&\u{7}鍵札");
        let drawn = draw(&Texts::new(Lang::Ja), &Losses::of(&world));
        assert!(!drawn.contains("<script>") && drawn.contains("&lt;script&gt;&quot;&amp;"));
        assert!(drawn.contains("鍵札"));
        assert!(drawn.chars().all(|c| !c.is_control() || c == '\n'));
    }

    #[test]
    fn what_locks_is_red_and_what_does_not_is_not() {
        let mut world = world("Inn");
        let red = |world: &World| {
            draw(&Texts::new(Lang::En), &Losses::of(world)).matches("#f4b6bd").count()
        };
        assert_eq!(red(&world), 1);
        let mut memory = world.things[0].clone();
        memory.kind = ThingKind::Memory;
        world.things.push(memory);
        let mut second = world.doors[0].methods[0].clone();
        second.needs = vec![Need::Thing(1)];
        world.doors[0].methods.push(second);
        assert_eq!(red(&world), 0);
    }
}
