// SPDX-License-Identifier: MIT OR Apache-2.0
//! A server's side: codes within the window are accepted once and never again, clocks that drift
//! are followed, clocks that are lost are found by two codes, and time tells nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kagifuda_otp::verify::{
    Accepted, Counted, Drift, LastUsed, LookAhead, NextCounter, Refusal, Timed, Window,
};
use kagifuda_otp::{Algorithm, Digits, OtpError, Recipe, Steps, UnixTime};
use proptest::prelude::*;

const SECRET: &[u8] = b"12345678901234567890";
const NOON: UnixTime = UnixTime(1_700_000_010);

const TOTP: Recipe<'_> = Recipe::Totp {
    secret: SECRET,
    algorithm: Algorithm::Sha1,
    digits: Digits::SIX,
    steps: Steps::COMMON,
};

const HOTP: Recipe<'_> =
    Recipe::Hotp { secret: SECRET, algorithm: Algorithm::Sha1, digits: Digits::SIX };

/// Ten digits, so that two counters of a random walk do not have one code by chance.
fn long_hotp() -> Recipe<'static> {
    let digits = Digits::new(10).unwrap();
    Recipe::Hotp { secret: SECRET, algorithm: Algorithm::Sha1, digits }
}

fn timed() -> Timed<'static> {
    Timed::new(TOTP, Window::default()).unwrap()
}

fn counted() -> Counted<'static> {
    Counted::new(HOTP, LookAhead::default()).unwrap()
}

fn code(recipe: &Recipe<'_>, place: u64) -> String {
    recipe.code_of(place).unwrap().as_str().to_owned()
}

fn step(now: UnixTime) -> u64 {
    Steps::COMMON.step_at(now).unwrap()
}

fn used(step: u64) -> LastUsed {
    LastUsed { step: Some(step), drift: Drift::default() }
}

fn state<State>(accepted: Result<Accepted<State>, Refusal>) -> State {
    accepted.expect("a good code").into_state()
}

#[test]
fn a_code_is_accepted_once() {
    let typed = code(&TOTP, step(NOON));
    let stored = state(timed().check(&LastUsed::default(), &typed, NOON));
    assert_eq!(stored.step, Some(step(NOON)));
    for seconds in [0, 1, 15, 30, 45, 60] {
        let later = UnixTime(NOON.0 + seconds);
        assert_ne!(timed().check(&stored, &typed, later).err(), None, "after {seconds} s");
    }
    assert_eq!(timed().check(&stored, &typed, NOON), Err(Refusal::UsedBefore));
}

#[test]
fn a_code_older_than_an_accepted_one_is_refused_too() {
    let stored = state(timed().check(&LastUsed::default(), &code(&TOTP, step(NOON)), NOON));
    let older = code(&TOTP, step(NOON) - 1);
    assert_eq!(timed().check(&stored, &older, NOON), Err(Refusal::UsedBefore));
    let newer = code(&TOTP, step(NOON) + 1);
    assert_eq!(state(timed().check(&stored, &newer, NOON)).step, Some(step(NOON) + 1));
}

#[test]
fn setting_the_servers_clock_back_makes_no_code_good_again() {
    let stored = used(step(NOON));
    let earlier = UnixTime(NOON.0 - 3600);
    let typed = code(&TOTP, step(earlier));
    assert_eq!(timed().check(&stored, &typed, earlier), Err(Refusal::UsedBefore));
}

#[test]
fn the_window_ends_where_it_says() {
    let window = Window { past_steps: 2, future_steps: 1, most_drift_steps: 9 };
    let timed = Timed::new(TOTP, window).unwrap();
    let at = |offset: i64| {
        let typed = code(&TOTP, step(NOON).wrapping_add_signed(offset));
        timed.check(&LastUsed::default(), &typed, NOON).is_ok()
    };
    assert_eq!([-3, -2, -1, 0, 1, 2].map(at), [false, true, true, true, true, false]);
}

#[test]
fn people_type_codes_with_spaces_and_wide_digits() {
    let fresh = LastUsed::default();
    let moment = UnixTime(30);
    for typed in ["287082", "287 082", " 287-082\n", "２８７０８２", "２８７　０８２"]
    {
        assert!(timed().check(&fresh, typed, moment).is_ok(), "{typed}");
    }
    for typed in ["", "28708", "2870820", "287082287082", "28708二", "é87082"] {
        assert_eq!(timed().check(&fresh, typed, moment), Err(Refusal::NotACode), "{typed}");
    }
    let steam = Timed::new(Recipe::Steam { secret: SECRET }, Window::default()).unwrap();
    let typed = code(&Recipe::Steam { secret: SECRET }, step(NOON)).to_lowercase();
    assert!(steam.check(&fresh, &typed, NOON).is_ok());
}

#[test]
fn mobile_otp_and_yandex_are_checked_like_the_rest() {
    let (secret, pin) = (&SECRET[..16], "1234");
    for recipe in [Recipe::Motp { secret, pin }, Recipe::Yandex { secret, pin }] {
        let timed = Timed::new(recipe, Window::default()).unwrap();
        let step = recipe.steps().unwrap().step_at(NOON).unwrap();
        let typed = code(&recipe, step).to_uppercase();
        let stored = state(timed.check(&LastUsed::default(), &typed, NOON));
        assert_eq!(timed.check(&stored, &typed, NOON), Err(Refusal::UsedBefore));
    }
}

#[test]
fn a_token_that_gains_a_step_a_month_is_followed_without_anybody_noticing() {
    let mut stored = LastUsed::default();
    let mut now = NOON;
    for use_number in 0_u64..300 {
        let ahead = use_number / 20;
        let typed = code(&TOTP, step(now) + ahead);
        stored = state(timed().check(&stored, &typed, now));
        now.0 += 86_400;
    }
    assert_eq!(stored.drift.in_steps(), 14);
    let unmoved = LastUsed { drift: Drift::default(), ..stored };
    let typed = code(&TOTP, step(now) + 14);
    assert_eq!(timed().check(&unmoved, &typed, now), Err(Refusal::NoMatch));
    assert!(timed().check(&stored, &typed, now).is_ok());
}

#[test]
fn typing_late_once_is_not_taken_for_drift() {
    let stored = state(timed().check(&LastUsed::default(), &code(&TOTP, step(NOON) - 1), NOON));
    assert_eq!(stored.drift.in_steps(), 0);
    let later = UnixTime(NOON.0 + 300);
    let stored = state(timed().check(&stored, &code(&TOTP, step(later)), later));
    assert_eq!(stored.drift.in_steps(), 0);
    assert_eq!(Drift::from_sixteenths(stored.drift.sixteenths()), stored.drift);
}

#[test]
fn a_lost_clock_is_found_by_two_codes_and_by_nothing_less() {
    let (here, off) = (step(NOON), 15);
    let [first, second] = [off, off + 1].map(|off| code(&TOTP, here + off));
    let fresh = LastUsed::default();
    assert_eq!(timed().check(&fresh, &first, NOON), Err(Refusal::NoMatch));
    for wrong in [[&second, &first], [&first, &first], [&second, &second]] {
        let found = timed().resynchronise(&fresh, wrong.map(String::as_str), NOON);
        assert_eq!(found, Err(Refusal::NoMatch));
    }
    let stored = state(timed().resynchronise(&fresh, [&first, &second], NOON));
    assert_eq!((stored.step, stored.drift.in_steps()), (Some(here + off + 1), 16));
    for replayed in [&first, &second] {
        assert_eq!(timed().check(&stored, replayed, NOON), Err(Refusal::UsedBefore));
    }
    let again = timed().resynchronise(&stored, [&first, &second], NOON);
    assert_eq!(again, Err(Refusal::UsedBefore));
    let later = UnixTime(NOON.0 + 30);
    assert!(timed().check(&stored, &code(&TOTP, step(later) + 16), later).is_ok());
}

#[test]
fn two_codes_of_which_one_was_used_find_nothing() {
    let here = step(NOON);
    let typed = [here, here + 1].map(|step| code(&TOTP, step));
    let pair = [typed[0].as_str(), typed[1].as_str()];
    assert_eq!(timed().resynchronise(&used(here), pair, NOON), Err(Refusal::UsedBefore));
    assert!(timed().resynchronise(&used(here - 1), pair, NOON).is_ok());
}

#[test]
fn a_clock_farther_off_than_allowed_is_not_found() {
    for (off, is_found) in [(-21_i64, true), (-22, false), (19, true), (20, false)] {
        let at = |off| code(&TOTP, step(NOON).wrapping_add_signed(off));
        let found = timed().resynchronise(&LastUsed::default(), [&at(off), &at(off + 1)], NOON);
        assert_eq!(found.is_ok(), is_found, "{off}");
    }
}

/// Two places at most `apart` from each other with the same code.
fn twins(recipe: &Recipe<'_>, apart: u64) -> (u64, u64) {
    let codes: Vec<_> = (0..20_000).map(|place| code(recipe, 50_000_000 + place)).collect();
    let pairs = (0..codes.len()).flat_map(|left| {
        (left + 1..(left + apart as usize).min(codes.len())).map(move |right| (left, right))
    });
    let (left, right) = pairs.into_iter().find(|(l, r)| codes[*l] == codes[*r]).unwrap();
    (50_000_000 + left as u64, 50_000_000 + right as u64)
}

#[test]
fn of_twin_codes_none_is_left_to_be_used() {
    let (left, right) = twins(&TOTP, 200);
    let window = Window { past_steps: 250, future_steps: 250, most_drift_steps: 0 };
    let timed = Timed::new(TOTP, window).unwrap();
    let now = Steps::COMMON.begins(left);
    let typed = code(&TOTP, left);
    let stored = state(timed.check(&LastUsed::default(), &typed, now));
    assert_eq!(stored.step, Some(right));
    assert_eq!(timed.check(&stored, &typed, now), Err(Refusal::UsedBefore));
}

#[test]
fn of_twin_counters_the_first_is_taken_so_that_the_token_is_not_left_behind() {
    let (left, _) = twins(&HOTP, 200);
    let look_ahead = LookAhead { counters: 250, resynchronising_counters: 0 };
    let counted = Counted::new(HOTP, look_ahead).unwrap();
    let stored = state(counted.check(NextCounter(left), &code(&HOTP, left)));
    assert_eq!(stored, NextCounter(left + 1));
}

#[test]
fn a_counter_is_accepted_once_and_skips_are_forgiven() {
    let stored = state(counted().check(NextCounter(5), &code(&HOTP, 5)));
    assert_eq!(stored, NextCounter(6));
    assert_eq!(counted().check(stored, &code(&HOTP, 5)), Err(Refusal::UsedBefore));
    assert_eq!(counted().check(stored, &code(&HOTP, 4)), Err(Refusal::NoMatch));
    assert_eq!(state(counted().check(stored, &code(&HOTP, 16))), NextCounter(17));
    assert_eq!(counted().check(stored, &code(&HOTP, 17)), Err(Refusal::NoMatch));
}

#[test]
fn a_counter_far_ahead_is_found_by_two_codes() {
    let next = NextCounter(0);
    let typed = [150, 151].map(|counter| code(&HOTP, counter));
    assert_eq!(counted().check(next, &typed[0]), Err(Refusal::NoMatch));
    let stored = state(counted().resynchronise(next, [&typed[0], &typed[1]]));
    assert_eq!(stored, NextCounter(152));
    let backwards = counted().resynchronise(next, [&typed[1], &typed[0]]);
    assert_eq!(backwards, Err(Refusal::NoMatch));
    let again = counted().resynchronise(stored, [&typed[0], &typed[1]]);
    assert_eq!(again, Err(Refusal::NoMatch));
    let last = [200, 201].map(|counter| code(&HOTP, counter));
    assert!(counted().resynchronise(next, [&last[0], &last[1]]).is_ok());
    let beyond = [201, 202].map(|counter| code(&HOTP, counter));
    assert!(counted().resynchronise(next, [&beyond[0], &beyond[1]]).is_err());
}

#[test]
fn the_ends_of_time_and_of_counting_are_no_trap() {
    let end = u64::MAX;
    let last = code(&HOTP, end);
    assert_eq!(counted().check(NextCounter(end), &last), Err(Refusal::NoMatch));
    let before = code(&HOTP, end - 1);
    assert_eq!(state(counted().check(NextCounter(end - 1), &before)), NextCounter(end));
    assert!(counted().resynchronise(NextCounter(end - 1), [&before, &last]).is_err());
    let zero = code(&TOTP, 0);
    assert_eq!(
        state(timed().check(&LastUsed::default(), &zero, UnixTime(0))),
        LastUsed { step: Some(0), drift: Drift::default() }
    );
    let seconds = Recipe::Totp {
        secret: SECRET,
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        steps: Steps::new(1, UnixTime(0)).unwrap(),
    };
    let timed = Timed::new(seconds, Window::default()).unwrap();
    let stored = state(timed.check(&LastUsed::default(), &last, UnixTime(end)));
    assert_eq!(timed.check(&stored, &last, UnixTime(end)), Err(Refusal::UsedBefore));
    assert!(timed.resynchronise(&used(end), [&before, &last], UnixTime(end)).is_err());
    let hostile = LastUsed { step: None, drift: Drift::from_sixteenths(i32::MIN) };
    assert!(timed.check(&hostile, &last, UnixTime(end)).is_err());
}

#[test]
fn a_server_whose_clock_is_before_everything_says_so() {
    let steps = Steps::new(30, UnixTime(1000)).unwrap();
    let Recipe::Totp { secret, algorithm, digits, .. } = TOTP else { unreachable!() };
    let timed =
        Timed::new(Recipe::Totp { secret, algorithm, digits, steps }, Window::default()).unwrap();
    let refused = timed.check(&LastUsed::default(), "123456", UnixTime(999));
    assert_eq!(refused, Err(Refusal::BeforeFirstStep));
}

#[test]
fn kinds_are_not_mixed_up() {
    assert_eq!(Timed::new(HOTP, Window::default()).err(), Some(OtpError::CountsInsteadOfTime));
    assert_eq!(
        Counted::new(TOTP, LookAhead::default()).err(),
        Some(OtpError::TimedInsteadOfCounter)
    );
    let damaged = Timed::new(Recipe::Steam { secret: &[] }, Window::default()).unwrap();
    assert_eq!(
        damaged.check(&LastUsed::default(), "2B2B2", NOON),
        Err(Refusal::TokenUnusable(OtpError::SecretEmpty))
    );
}

fn quickest(mut check: impl FnMut()) -> Duration {
    let once = |check: &mut dyn FnMut()| {
        let began = Instant::now();
        check();
        began.elapsed()
    };
    (0..25).map(|_| once(&mut check)).min().unwrap()
}

/// A walk that stopped at the match would be hundreds of times as quick at the near end.
#[test]
fn where_in_the_window_a_code_matches_takes_no_different_time() {
    let window = Window { past_steps: 255, future_steps: 255, most_drift_steps: 0 };
    let timed = Timed::new(TOTP, window).unwrap();
    let times = [-255_i64, 0, 255, 5000].map(|offset| {
        let typed = code(&TOTP, step(NOON).wrapping_add_signed(offset));
        quickest(|| drop(timed.check(&LastUsed::default(), &typed, NOON)))
    });
    let look_ahead = LookAhead { counters: 255, resynchronising_counters: 0 };
    let counted = Counted::new(HOTP, look_ahead).unwrap();
    let counted_times = [0, 255, 5000].map(|counter| {
        let typed = code(&HOTP, counter);
        quickest(|| drop(counted.check(NextCounter(0), &typed)))
    });
    for times in [times.as_slice(), counted_times.as_slice()] {
        let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
        assert!(*most < 5 * *least, "{times:?}");
    }
}

proptest! {
    /// Whatever is typed in whatever order, accepted steps only ever rise; and whatever is in the
    /// window and newer than the last is accepted.
    #[test]
    fn no_step_is_ever_accepted_twice(
        events in prop::collection::vec((0_u64..90, -4_i64..=4, any::<bool>()), 1..60),
    ) {
        let window = Window { past_steps: 2, future_steps: 2, most_drift_steps: 3 };
        let timed = Timed::new(TOTP, window).unwrap();
        let mut stored = LastUsed::default();
        let mut seen = BTreeSet::new();
        let mut now = NOON;
        for (seconds, offset, is_pair) in events {
            now.0 += seconds;
            let wanted = step(now).wrapping_add_signed(offset);
            let (first, second) = (code(&TOTP, wanted), code(&TOTP, wanted + 1));
            let result = match is_pair {
                true => timed.resynchronise(&stored, [&first, &second], now),
                false => timed.check(&stored, &first, now),
            };
            let believed = i64::from(stored.drift.in_steps());
            let is_due = !is_pair && (offset - believed).abs() <= 2 && Some(wanted) > stored.step;
            prop_assert!(!is_due || result.is_ok());
            if let Ok(accepted) = result {
                let state = accepted.into_state();
                prop_assert!(state.step > stored.step);
                prop_assert!(seen.insert(state.step));
                prop_assert!(state.drift.in_steps().abs() <= 3);
                stored = state;
            }
        }
    }

    #[test]
    fn no_counter_is_ever_accepted_twice(
        events in prop::collection::vec((-12_i64..=30, any::<bool>()), 1..60),
    ) {
        let look_ahead = LookAhead { counters: 5, resynchronising_counters: 20 };
        let counted = Counted::new(long_hotp(), look_ahead).unwrap();
        let mut next = NextCounter(100);
        for (offset, is_pair) in events {
            let wanted = next.0.wrapping_add_signed(offset);
            let (first, second) = (code(&long_hotp(), wanted), code(&long_hotp(), wanted + 1));
            let (result, is_due, last) = match is_pair {
                true => {
                    let result = counted.resynchronise(next, [&first, &second]);
                    (result, (0..=20).contains(&offset), wanted + 1)
                }
                false => (counted.check(next, &first), (0..=5).contains(&offset), wanted),
            };
            prop_assert_eq!(result.is_ok(), is_due);
            if let Ok(accepted) = result {
                next = accepted.into_state();
                prop_assert_eq!(next, NextCounter(last + 1));
            }
        }
    }

    #[test]
    fn any_clock_within_reach_is_found(off in -20_i64..=19, seconds in 0_u64..1_000_000) {
        let now = UnixTime(NOON.0 + seconds);
        let at = |off| code(&TOTP, step(now).wrapping_add_signed(off));
        let stored = timed().resynchronise(&LastUsed::default(), [&at(off), &at(off + 1)], now);
        let stored = state(stored);
        prop_assert_eq!(i64::from(stored.drift.in_steps()), off + 1);
        let later = UnixTime(now.0 + 60);
        let typed = code(&TOTP, step(later).wrapping_add_signed(off + 1));
        prop_assert!(timed().check(&stored, &typed, later).is_ok());
    }

    #[test]
    fn nothing_typed_brings_the_check_down(typed in "\\PC*", now in any::<u64>(), next in any::<u64>()) {
        let _ = timed().check(&LastUsed::default(), &typed, UnixTime(now));
        let _ = counted().check(NextCounter(next), &typed);
    }
}
