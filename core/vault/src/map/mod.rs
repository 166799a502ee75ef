// SPDX-License-Identifier: MIT OR Apache-2.0
//! The access map: which service is protected by what, where each method lives, and what happens to whom
//! when something is lost - told before it happens.
//!
//! The way of data: items -> [`World`] (facts, no secrets) -> [`Outcome`] (every single and double loss) -> what a
//! person wants to know: [`Losses`], the next steps, the list for the first day, the plan of a move, the review. The
//! rule itself is in [`rule`], in ten lines; everything else only asks it.

pub mod checklist;
mod doors;
pub mod facts;
pub mod known;
mod losses;
pub mod moving;
pub mod next;
mod places;
mod read;
pub mod review;
pub mod rule;
pub mod same;

pub use facts::{
    Door, DoorKind, Held, Importance, Loose, Method, Need, StandsFor, Thing, ThingKind, UseFor,
    World,
};
pub use losses::{Hit, Losses};
pub use read::standing;
pub use rule::{Loss, Outcome};
