// SPDX-License-Identifier: MIT OR Apache-2.0
//! Questions at a desktop: a bus of its own, and at it a notification service that a test plays.
#![cfg(feature = "desktop")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use kagifuda_linux::desktop::{Desktop, Notice, Question, Said};

mod bus;
mod notifications;

use bus::Bus;
use notifications::{Order, next, serve, signal};

const QUESTION: Question<'static> = Question {
    asker: "Kagifuda",
    title: "Sign in?",
    text: "inn.example wants <b>you</b> & more",
    yes: Some("Allow"),
    no: "Deny",
};

/// Waits for what becomes of a question.
fn hear(notice: &Notice) -> Said {
    let begun = Instant::now();
    loop {
        if let Some(said) = notice.said() {
            return said;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing becomes of it");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_question_is_answered_by_its_own_buttons_only() {
    let Some(bus) = Bus::start() else { return };
    let (service, orders) = serve(&bus, &["actions", "body", "body-markup"]);
    let desktop = Desktop::at(&bus.address).unwrap();
    let notice = desktop.ask(&QUESTION).unwrap();
    let buttons = ["yes", "Allow", "no", "Deny"].map(str::to_owned).to_vec();
    let text = "inn.example wants &lt;b&gt;you&lt;/b&gt; &amp; more".to_owned();
    assert_eq!(next(&orders), Order::Show { title: "Sign in?".to_owned(), text, buttons });
    assert_eq!(notice.said(), None);

    signal(&service, "ActionInvoked", &(7_u32, "yes"));
    signal(&service, "NotificationClosed", &(7_u32, 2_u32));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(notice.said(), None, "another's answer");
    signal(&service, "ActionInvoked", &(41_u32, "yes"));
    signal(&service, "NotificationClosed", &(41_u32, 2_u32));
    assert_eq!(hear(&notice), Said::Yes);
    drop(notice);
    assert_eq!(next(&orders), Order::TakeBack(41));
}

#[test]
fn whatever_is_not_the_button_that_agrees_is_no_consent() {
    let Some(bus) = Bus::start() else { return };
    let (service, orders) = serve(&bus, &["actions"]);
    let desktop = Desktop::at(&bus.address).unwrap();
    for (id, member, says, expected) in [
        (41, "ActionInvoked", Some("no"), Said::No),
        (42, "ActionInvoked", Some("default"), Said::No),
        (43, "NotificationClosed", None, Said::No),
    ] {
        let notice = desktop.ask(&QUESTION).unwrap();
        let Order::Show { text, .. } = next(&orders) else { panic!("it shows a question") };
        assert_eq!(text, QUESTION.text, "no markup where none is read");
        match says {
            Some(key) => signal(&service, member, &(id, key)),
            None => signal(&service, member, &(id, 2_u32)),
        }
        assert_eq!(hear(&notice), expected);
        drop(notice);
        assert_eq!(next(&orders), Order::TakeBack(id));
    }
    let notice = desktop.ask(&QUESTION).unwrap();
    signal(&service, "NotificationClosed", &(44_u32, 1_u32));
    assert_eq!(hear(&notice), Said::Nothing, "it expired");
}

#[test]
fn a_desktop_without_buttons_or_without_notifications_is_none() {
    let Some(bus) = Bus::start() else { return };
    assert!(Desktop::at(&bus.address).is_none(), "nobody serves");
    let _service = serve(&bus, &["body"]);
    assert!(Desktop::at(&bus.address).is_none(), "no buttons");
    assert!(Desktop::at("unix:path=/nowhere").is_none());
}
