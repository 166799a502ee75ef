// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;

const GOALS: [Goal; 4] = [Goal::Pc, Goal::Account, Goal::Website, Goal::Server];
const SYSTEMS: [System; 4] = [System::Linux, System::Windows, System::Mac, System::PhoneOnly];
const SOCKETS: [Socket; 4] = [Socket::UsbA, Socket::UsbC, Socket::Both, Socket::Nothing];
const PHONES: [Phone; 3] = [Phone::WithNfc, Phone::WithoutNfc, Phone::Nothing];

/// Everything that can be answered.
fn all() -> Vec<Answers> {
    let mut all = Vec::new();
    for goal in GOALS {
        for system in SYSTEMS {
            for socket in SOCKETS {
                for phone in PHONES {
                    for rules in [Rules::Mine, Rules::TheirKeys] {
                        all.push(Answers { goal, system, socket, phone, rules });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn nobody_is_sent_on_a_way_their_system_or_their_rules_do_not_have() {
    for answers in all() {
        let advice = advise(answers);
        if matches!(advice.way, Way::ThisPc | Way::Stick) {
            assert_eq!(answers.system, System::Linux, "{answers:?}");
        }
        if answers.rules == Rules::TheirKeys && answers.goal != Goal::Pc {
            assert_eq!(advice.way, Way::Shop, "{answers:?}");
        }
    }
}

#[test]
fn everybody_hears_of_a_spare_and_what_a_plain_stick_is_not() {
    for answers in all() {
        let advice = advise(answers);
        // A phone is a spare for those who have one.
        let tells_phone = advice.spare.ends_with("-phone");
        let has_phone = answers.phone != Phone::Nothing && advice.way != Way::Stick;
        assert_eq!(tells_phone, has_phone, "{answers:?}");
        assert!(advice.notes.contains(&"guide-note-plain-stick"), "{answers:?}");
        assert!(!advice.steps.is_empty(), "{answers:?}");
    }
}

#[test]
fn a_key_that_is_bought_fits_a_socket_or_the_phone() {
    for answers in all().into_iter().filter(|answers| advise(*answers).way == Way::Shop) {
        let buy = advise(answers).buy;
        match (answers.socket, answers.phone) {
            (Socket::Nothing, Phone::WithNfc) => assert_eq!(buy, "guide-buy-nfc"),
            (Socket::Nothing, _) => assert_eq!(buy, "guide-buy-none-fits"),
            (Socket::UsbA, _) => assert!(buy.starts_with("guide-buy-a")),
            _ => assert!(buy.starts_with("guide-buy-c")),
        }
    }
}
