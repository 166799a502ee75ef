// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which way to strong sign-in fits somebody: a few answers in, advice out, as ids of sentences.
//!
//! There are four ways: this PC as the key, a small board as the key, a key from a shop, and an ordinary USB
//! stick that opens a PC. The board is told of and never advised, because it is not built. The advice names one, says what to buy or not, what the spare is, and what a plain stick can
//! and cannot do. It says what does not work today as plainly as what does. Nothing here asks or prints.

/// What somebody wants to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// A PC: signing in to it, unlocking its screen.
    Pc,
    /// An account with many services behind it: Google, Microsoft, Apple, an employer's.
    Account,
    /// A website or an app.
    Website,
    /// A server, by ssh.
    Server,
}

/// The system of the PC in front of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    Mac,
    /// Only a phone or a tablet.
    PhoneOnly,
}

/// The sockets there are for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Socket {
    /// The wide one.
    UsbA,
    /// The small one.
    UsbC,
    /// Both.
    Both,
    /// None, or they are closed.
    Nothing,
}

/// The phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phone {
    /// One that reads keys held against it.
    WithNfc,
    /// Another one.
    WithoutNfc,
    /// None.
    Nothing,
}

/// What an employer or school says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Nobody but the person decides.
    Mine,
    /// Somebody else decides which keys count.
    TheirKeys,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answers {
    /// What to open.
    pub(crate) goal: Goal,
    /// On which system.
    pub(crate) system: System,
    /// Through which socket.
    pub(crate) socket: Socket,
    /// With which phone.
    pub(crate) phone: Phone,
    /// Under whose rules.
    pub(crate) rules: Rules,
}

/// One of the four ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// This PC is the key.
    ThisPc,
    /// A key is bought.
    Shop,
    /// An ordinary stick opens a PC.
    Stick,
}

/// What is said: a way, and sentences by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    /// The way that fits.
    pub(crate) way: Way,
    /// Why, and how it goes on.
    pub(crate) steps: Vec<&'static str>,
    /// What to buy, or not.
    pub(crate) buy: &'static str,
    /// What stands in when the first is lost.
    pub(crate) spare: &'static str,
    /// What else to know.
    pub(crate) notes: Vec<&'static str>,
}

/// Decides.
pub(crate) fn advise(answers: Answers) -> Advice {
    let way = way_of(answers);
    Advice {
        way,
        steps: steps(answers, way),
        buy: buy(answers, way),
        spare: spare(answers, way),
        notes: notes(answers, way),
    }
}

/// Somebody else's rules come first, then what the system can do, then what is cheapest to lose.
fn way_of(answers: Answers) -> Way {
    match answers {
        Answers {
            rules: Rules::TheirKeys,
            goal: Goal::Account | Goal::Website | Goal::Server,
            ..
        } => Way::Shop,
        Answers { goal: Goal::Pc, system: System::Linux, .. } => Way::Stick,
        Answers { goal: Goal::Pc, .. } => Way::Shop,
        Answers { system: System::Linux, .. } => Way::ThisPc,
        _ => Way::Shop,
    }
}

fn steps(answers: Answers, way: Way) -> Vec<&'static str> {
    match (way, answers.goal) {
        (Way::ThisPc, Goal::Server) => {
            vec!["guide-this-pc-why", "guide-this-pc-set-up", "guide-this-pc-ssh"]
        }
        (Way::ThisPc, _) => vec!["guide-this-pc-why", "guide-this-pc-set-up", "guide-this-pc-site"],
        (Way::Stick, _) => vec!["guide-stick-why", "guide-stick-today", "guide-stick-until"],
        (Way::Shop, Goal::Pc) => match answers.system {
            System::Windows => vec!["guide-pc-windows", "guide-shop-pin"],
            System::Mac => vec!["guide-pc-mac"],
            _ => vec!["guide-pc-phone"],
        },
        (Way::Shop, _) if answers.rules == Rules::TheirKeys => {
            vec!["guide-rules-ask", "guide-rules-register", "guide-shop-pin"]
        }
        (Way::Shop, _) => {
            vec!["guide-shop-why", "guide-shop-register", "guide-shop-pin"]
        }
    }
}

fn buy(answers: Answers, way: Way) -> &'static str {
    match (way, answers.socket, answers.phone) {
        (Way::ThisPc | Way::Stick, ..) => "guide-buy-nothing-yet",
        (_, Socket::Nothing, Phone::WithNfc) => "guide-buy-nfc",
        (_, Socket::Nothing, _) => "guide-buy-none-fits",
        (_, Socket::UsbA, Phone::WithNfc) => "guide-buy-a-nfc",
        (_, Socket::UsbA, _) => "guide-buy-a",
        (_, Socket::UsbC | Socket::Both, Phone::WithNfc) => "guide-buy-c-nfc",
        (_, Socket::UsbC | Socket::Both, _) => "guide-buy-c",
    }
}

fn spare(answers: Answers, way: Way) -> &'static str {
    match (way, answers.phone) {
        (Way::ThisPc, Phone::Nothing) => "guide-spare-this-pc",
        (Way::ThisPc, _) => "guide-spare-this-pc-phone",
        (Way::Stick, _) => "guide-spare-stick",
        (_, Phone::Nothing) => "guide-spare-two-keys",
        (..) => "guide-spare-two-keys-phone",
    }
}

fn notes(answers: Answers, way: Way) -> Vec<&'static str> {
    let mut notes = vec!["guide-note-plain-stick"];
    if way == Way::ThisPc || answers.rules == Rules::Mine {
        notes.push("guide-note-board");
    }
    if answers.system == System::Windows {
        notes.push("guide-note-windows-hello");
    }
    if answers.phone == Phone::WithoutNfc && way == Way::Shop {
        notes.push("guide-note-phone-usb");
    }
    notes.push("guide-note-map");
    notes
}

#[cfg(test)]
mod tests;
