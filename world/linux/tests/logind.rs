// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens to a user's sessions: a bus of its own, and at it a service that a test plays.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_linux::logind::{SessionEvent, SessionWatch};

mod bus;
mod sessions;

use bus::Bus;
use sessions::{Delay, FOREIGN, OWN, Sessions};

/// What was said next.
fn next(watch: &SessionWatch) -> SessionEvent {
    let begun = Instant::now();
    loop {
        if let Some(event) = watch.next() {
            return event;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is said");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Gives what was said time to arrive, and demands that it told nothing.
fn tells_nothing(watch: &SessionWatch) {
    std::thread::sleep(Duration::from_millis(150));
    assert_eq!(watch.next(), None);
}

/// A watch at a bus with the service, where there is a bus.
fn watching() -> Option<(Bus, Sessions, SessionWatch, Delay)> {
    let bus = Bus::start()?;
    let sessions = Sessions::serve(&bus.address);
    let watch = SessionWatch::begin(&bus.address, "a test").unwrap();
    // Sleep is delayed once all is listened to.
    let delay = sessions.delay();
    Some((bus, sessions, watch, delay))
}

#[test]
fn a_locked_screen_of_the_users_is_told_and_nobody_elses() {
    let Some((_bus, sessions, watch, _delay)) = watching() else { return };
    sessions.locks(FOREIGN);
    sessions.hints(FOREIGN, true);
    sessions.hints(OWN, false);
    tells_nothing(&watch);
    sessions.locks(OWN);
    assert_eq!(next(&watch), SessionEvent::Locked);
    sessions.hints(OWN, true);
    assert_eq!(next(&watch), SessionEvent::Locked);
    tells_nothing(&watch);
}

#[test]
fn sleep_waits_until_what_was_told_is_done_and_does_so_again() {
    let Some((_bus, sessions, watch, mut delay)) = watching() else { return };
    for _ in 0..3 {
        sessions.sleeps(true);
        assert_eq!(next(&watch), SessionEvent::Sleep);
        assert!(delay.holds(), "nothing is done yet");
        watch.done();
        delay.wait_for_end();
        sessions.sleeps(false);
        delay = sessions.delay();
        assert!(delay.holds());
    }
}

#[test]
fn who_does_nothing_does_not_keep_the_machine_awake() {
    let Some((_bus, sessions, watch, delay)) = watching() else { return };
    sessions.sleeps(true);
    assert_eq!(next(&watch), SessionEvent::Sleep);
    delay.wait_for_end();
    // That it was done too late is no answer to the next sleep.
    watch.done();
    sessions.sleeps(false);
    let delay = sessions.delay();
    sessions.sleeps(true);
    assert_eq!(next(&watch), SessionEvent::Sleep);
    std::thread::sleep(Duration::from_millis(150));
    assert!(delay.holds(), "the late answer counted");
    watch.done();
    delay.wait_for_end();
}

#[test]
fn a_process_that_is_not_the_service_locks_nobody() {
    let Some((bus_there, _sessions, watch, _delay)) = watching() else { return };
    let forger = zbus::block_on(bus::connect(&bus_there.address));
    let lock = forger.emit_signal(None::<&str>, OWN, "org.freedesktop.login1.Session", "Lock", &());
    zbus::block_on(lock).unwrap();
    tells_nothing(&watch);
}

#[test]
fn without_a_service_nothing_is_said_and_nothing_breaks() {
    let watch = SessionWatch::begin("unix:path=/nowhere", "a test").unwrap();
    tells_nothing(&watch);
    let Some((_bus, sessions, watch, delay)) = watching() else { return };
    sessions.end();
    delay.wait_for_end();
    tells_nothing(&watch);
}
