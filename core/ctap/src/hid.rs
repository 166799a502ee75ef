// SPDX-License-Identifier: MIT OR Apache-2.0
//! CTAPHID: messages cut into packets of 64 bytes, on channels that several programs share
//! (CTAP 2.3 section 11.2).
//!
//! [`Device`] is the key's side: it decides which packet belongs to which message, who has to wait,
//! and what a packet that fits nowhere is answered with. [`Client`] is the other side. Neither
//! reads a clock or touches a device: packets and the time are handed in, packets are asked for.
//! What is inside a message is not looked at; the engine decides that.
//!
//! Times are [`Duration`]s since any moment the caller fixes once.

mod client;
mod device;
mod message;
mod packet;

pub use client::{Answer, Client, ClientError, Greeting};
pub use device::{Device, Event, Job};
pub use packet::{MAX_MESSAGE_BYTES, PACKET_BYTES, Packet, Packets};

use core::time::Duration;

/// The version of the protocol that a greeting carries (section 11.2.9.1.3).
pub const PROTOCOL_VERSION: u8 = 2;

/// How long the device waits for the next packet of a message (section 11.2.5.2).
pub const PACKET_TIMEOUT: Duration = Duration::from_millis(500);

/// How often the device says that it is still at work: the specification wants at least every
/// 100 ms (section 11.2.9.1.7), so there is room for a late wake-up.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_millis(80);

/// The longest lock, in seconds (section 11.2.9.2.2).
pub const MAX_LOCK_SECONDS: u8 = 10;

/// How many bytes of nonce a greeting begins with (section 11.2.9.1.3).
pub const NONCE_BYTES: usize = 8;

/// A channel, CID in the specification (section 11.2.3): what the device gave to one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(pub u32);

impl Channel {
    /// The number nobody may use.
    pub const RESERVED: Self = Self(0);
    /// Where programs that have no channel yet ask for one.
    pub const BROADCAST: Self = Self(0xffff_ffff);
}

/// What kind of request the engine is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A CTAP2 command byte and its CBOR (section 11.2.9.1.2).
    Cbor,
    /// A U2F command as an APDU (section 11.2.9.1.1); see [`crate::apdu::Command::read`].
    Msg,
}

/// The commands of section 11.2.9, without the bit that marks a first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Command {
    /// Sends the message back (section 11.2.9.1.4).
    Ping = 0x01,
    /// A U2F command (section 11.2.9.1.1).
    Msg = 0x03,
    /// Keeps other channels out for a while (section 11.2.9.2.2).
    Lock = 0x04,
    /// Asks for a channel, or clears one (section 11.2.9.1.3).
    Init = 0x06,
    /// Asks the key to show which one it is (section 11.2.9.2.1).
    Wink = 0x08,
    /// A CTAP2 command (section 11.2.9.1.2).
    Cbor = 0x10,
    /// Ends the CTAP2 command at work (section 11.2.9.1.5).
    Cancel = 0x11,
    /// Device only: still at work (section 11.2.9.1.7).
    KeepAlive = 0x3b,
    /// Device only: something is wrong (section 11.2.9.1.6).
    Error = 0x3f,
}

impl Command {
    /// Gives the command of a byte without the marking bit; vendors' own are not known.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0x01 => Self::Ping,
            0x03 => Self::Msg,
            0x04 => Self::Lock,
            0x06 => Self::Init,
            0x08 => Self::Wink,
            0x10 => Self::Cbor,
            0x11 => Self::Cancel,
            0x3b => Self::KeepAlive,
            0x3f => Self::Error,
            _ => return None,
        })
    }
}

/// What a packet of [`Command::Error`] says (section 11.2.9.1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The command is none of the device's.
    InvalidCommand,
    /// A parameter of the command is wrong.
    InvalidParameter,
    /// The command does not have this length, or the message is longer than the device takes.
    InvalidLength,
    /// A packet came out of order.
    InvalidSequence,
    /// The rest of a message did not come in time.
    MessageTimeout,
    /// The device is busy for another channel, or for this one.
    ChannelBusy,
    /// The command needs a lock.
    LockRequired,
    /// The channel was never given to anybody.
    InvalidChannel,
    /// Anything else; the byte as it came, 0x7f unless a foreign device says otherwise.
    Other(u8),
}

impl ErrorCode {
    /// What a device says when nothing else fits.
    pub const OTHER: Self = Self::Other(0x7f);

    /// Gives the byte on the wire.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::InvalidCommand => 0x01,
            Self::InvalidParameter => 0x02,
            Self::InvalidLength => 0x03,
            Self::InvalidSequence => 0x04,
            Self::MessageTimeout => 0x05,
            Self::ChannelBusy => 0x06,
            Self::LockRequired => 0x0a,
            Self::InvalidChannel => 0x0b,
            Self::Other(byte) => byte,
        }
    }

    /// Gives the meaning of a byte on the wire.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0x01 => Self::InvalidCommand,
            0x02 => Self::InvalidParameter,
            0x03 => Self::InvalidLength,
            0x04 => Self::InvalidSequence,
            0x05 => Self::MessageTimeout,
            0x06 => Self::ChannelBusy,
            0x0a => Self::LockRequired,
            0x0b => Self::InvalidChannel,
            other => Self::Other(other),
        }
    }
}

/// What the device is doing while it has no answer yet (section 11.2.9.1.7). The status updates of
/// section 11.3.7.2 carry the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waiting {
    /// It is computing.
    Processing,
    /// It waits for a person.
    UserPresence,
}

impl Waiting {
    /// Gives the byte on the wire.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Processing => 1,
            Self::UserPresence => 2,
        }
    }

    /// Gives the meaning of a byte on the wire; one that is not known yet means work.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        if byte == 2 { Self::UserPresence } else { Self::Processing }
    }
}

/// What a device can do, as it says in its greeting (section 11.2.9.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capabilities(u8);

impl Capabilities {
    const WINK: u8 = 0x01;
    const CBOR: u8 = 0x04;
    const NMSG: u8 = 0x08;

    /// CTAP2 and U2F.
    pub const CTAP2_AND_U2F: Self = Self(Self::CBOR);
    /// CTAP2 alone: messages of U2F are refused, as they are while alwaysUv is on (section 7.2).
    pub const CTAP2: Self = Self(Self::CBOR | Self::NMSG);

    /// The same, of a device that has something to show itself by.
    #[must_use]
    pub const fn with_wink(self) -> Self {
        Self(self.0 | Self::WINK)
    }

    /// Gives the flags on the wire.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// Takes the flags of a greeting, known or not.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    /// Whether the device takes [`Command::Wink`].
    #[must_use]
    pub const fn can_wink(self) -> bool {
        self.0 & Self::WINK != 0
    }

    /// Whether the device takes [`Command::Cbor`].
    #[must_use]
    pub const fn speaks_ctap2(self) -> bool {
        self.0 & Self::CBOR != 0
    }

    /// Whether the device takes [`Command::Msg`].
    #[must_use]
    pub const fn speaks_u2f(self) -> bool {
        self.0 & Self::NMSG == 0
    }
}

/// The version of a device as its greeting tells it (section 11.2.9.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceVersion {
    /// Major number.
    pub major: u8,
    /// Minor number.
    pub minor: u8,
    /// Build number.
    pub build: u8,
}

#[cfg(test)]
mod tests {
    use super::{Capabilities, Command, ErrorCode, Waiting};

    #[test]
    fn every_byte_means_one_thing() {
        for byte in 0..=255 {
            assert_eq!(ErrorCode::from_byte(byte).byte(), byte);
            assert_eq!(Capabilities::from_byte(byte).byte(), byte);
            if let Some(command) = Command::from_byte(byte) {
                assert_eq!(command as u8, byte);
            }
        }
        for waiting in [Waiting::Processing, Waiting::UserPresence] {
            assert_eq!(Waiting::from_byte(waiting.byte()), waiting);
        }
        assert_eq!(Waiting::from_byte(9), Waiting::Processing);
    }

    #[test]
    fn a_flag_says_what_a_device_can_and_one_what_it_cannot() {
        let plain = Capabilities::CTAP2_AND_U2F;
        assert!(plain.speaks_ctap2() && plain.speaks_u2f() && !plain.can_wink());
        let other = Capabilities::CTAP2.with_wink();
        assert!(other.speaks_ctap2() && !other.speaks_u2f() && other.can_wink());
        assert_eq!((plain.byte(), other.byte()), (0x04, 0x0d));
    }
}
