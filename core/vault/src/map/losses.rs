// SPDX-License-Identifier: MIT OR Apache-2.0
//! What losses do, as lists: which doors each thing locks, which two lock together what neither locks alone, and which
//! doors matter most.

use super::facts::{DoorKind, Need, ThingKind, World};
use super::rule::{Loss, Outcome};

/// The lists of a world.
pub struct Losses<'w> {
    world: &'w World,
    outcome: Outcome,
    /// The doors, those that matter most first.
    order: Vec<usize>,
    /// Per door, how many others it takes with it.
    weight: Vec<usize>,
}

/// What one loss does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The loss.
    pub loss: Loss,
    /// Doors that it locks, those that matter most first.
    pub locked: Vec<usize>,
    /// Doors to which it leaves one way in, and that have more now.
    pub single: Vec<usize>,
    /// Doors that would open only if they, or each other, already were.
    pub circle: Vec<usize>,
}

impl<'w> Losses<'w> {
    /// Computes them.
    #[must_use]
    pub fn of(world: &'w World) -> Self {
        let outcome = Outcome::of(world);
        let weight = weights(world, &outcome);
        let mut order: Vec<usize> = (0..world.doors.len()).collect();
        order.sort_by(|a, b| {
            let key = |at: usize| {
                let door = &world.doors[at];
                let is_service = door.kind == DoorKind::Service;
                (is_service, door.importance, std::cmp::Reverse(weight[at]), door.name.as_str(), at)
            };
            key(*a).cmp(&key(*b))
        });
        Self { world, outcome, order, weight }
    }

    /// The facts.
    #[must_use]
    pub const fn world(&self) -> &'w World {
        self.world
    }

    /// What every loss does to every door.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The doors, those that matter most first: the vault, then what the holder called important, then what others
    /// hang on.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// How many other doors are locked when this one is.
    #[must_use]
    pub fn weight(&self, door: usize) -> usize {
        self.weight[door]
    }

    /// The things, the likeliest to be lost first.
    #[must_use]
    pub fn things(&self) -> Vec<usize> {
        let things = &self.world.things;
        let mut all: Vec<usize> = (0..things.len()).collect();
        all.sort_by_key(|at| (things[*at].kind, things[*at].name.as_str(), *at));
        all
    }

    /// What a loss does.
    #[must_use]
    pub fn hit(&self, loss: Loss) -> Hit {
        let outcome = &self.outcome;
        let those = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
            self.order.iter().copied().filter(|door| is(*door)).collect()
        };
        Hit {
            loss,
            locked: those(&|door| outcome.is_locked_by(door, loss)),
            single: those(&|door| {
                outcome.has_one_way(door, loss) && !outcome.has_one_way(door, Loss::Nothing)
            }),
            circle: those(&|door| outcome.is_in_circle(door, loss)),
        }
    }

    /// What each thing does alone; only things that are held, and only those that do something.
    #[must_use]
    pub fn singles(&self) -> Vec<Hit> {
        let held = self.things().into_iter().filter(|at| self.world.things[*at].is_held());
        let hits = held.map(|at| self.hit(Loss::One(at)));
        hits.filter(|hit| !hit.locked.is_empty() || !hit.single.is_empty()).collect()
    }

    /// What each two things lock together and neither locks alone; those that lock what matters most first.
    #[must_use]
    pub fn pairs(&self) -> Vec<Hit> {
        let things = self.things();
        let held: Vec<usize> =
            things.into_iter().filter(|at| self.world.things[*at].is_held()).collect();
        let mut hits = Vec::new();
        for (at, a) in held.iter().enumerate() {
            for b in &held[at + 1..] {
                let loss = Loss::Two(*a, *b);
                let is_new = |door: &usize| {
                    self.outcome.is_locked_by(*door, loss)
                        && self.outcome.is_open(*door, Loss::One(*a))
                        && self.outcome.is_open(*door, Loss::One(*b))
                };
                let locked: Vec<usize> = self.order.iter().copied().filter(is_new).collect();
                if !locked.is_empty() {
                    hits.push(Hit { loss, locked, single: Vec::new(), circle: Vec::new() });
                }
            }
        }
        let mut rank = vec![0; self.order.len()];
        for (at, door) in self.order.iter().enumerate() {
            rank[*door] = at;
        }
        hits.sort_by_key(|hit| {
            let most = hit.locked.first().map(|door| rank[*door]);
            (most, std::cmp::Reverse(hit.locked.len()))
        });
        hits
    }

    /// The things whose loss alone locks a door, the likeliest first.
    #[must_use]
    pub fn hangs_on(&self, door: usize) -> Vec<usize> {
        let mut things = self.things();
        things.retain(|at| {
            self.world.things[*at].is_held()
                && self.outcome.is_locked_by(door, Loss::One(*at))
                && !self.is_account_of(*at, door)
        });
        things
    }

    /// Tells whether a thing is the very account that a door opens.
    #[must_use]
    pub fn is_account_of(&self, thing: usize, door: usize) -> bool {
        let (thing, door) = (&self.world.things[thing], &self.world.doors[door]);
        thing.kind == ThingKind::Account && thing.item == door.item && thing.name == door.name
    }

    /// Tells whether a method is usable after a loss.
    #[must_use]
    pub fn is_usable(&self, needs: &[Need], loss: Loss) -> bool {
        let is_lost = |at: usize| match loss {
            Loss::Nothing => false,
            Loss::One(a) => a == at,
            Loss::Two(a, b) => a == at || b == at,
        };
        needs.iter().all(|need| match need {
            Need::Thing(at) => {
                let at = *at as usize;
                self.world.things.get(at).is_some_and(|it| it.is_held() && !is_lost(at))
            }
            Need::Door(at) => self.outcome.is_open(*at as usize, loss),
            Need::Unknown => false,
        })
    }

    /// The methods of a door that can be used after a loss, by their places.
    #[must_use]
    pub fn usable(&self, door: usize, loss: Loss) -> Vec<usize> {
        let methods = self.world.doors[door].methods.iter().enumerate();
        let usable = methods.filter(|(_, method)| self.is_usable(&method.needs, loss));
        usable.map(|(at, _)| at).collect()
    }
}

/// Per door, how many others are locked when the account behind it is lost.
fn weights(world: &World, outcome: &Outcome) -> Vec<usize> {
    let mut weights = vec![0; world.doors.len()];
    for (at, thing) in world.things.iter().enumerate() {
        if thing.kind != ThingKind::Account {
            continue;
        }
        let is_it = |door: &super::Door| door.item == thing.item && door.name == thing.name;
        let door =
            world.doors.iter().position(|door| door.kind == DoorKind::Service && is_it(door));
        if let Some(door) = door {
            let locked = (0..outcome.doors()).filter(|other| {
                let loss = Loss::One(at);
                *other != door
                    && (outcome.is_locked_by(*other, loss)
                        || (outcome.has_one_way(*other, loss)
                            && !outcome.has_one_way(*other, Loss::Nothing)))
            });
            weights[door] = locked.count();
        }
    }
    weights
}
