// SPDX-License-Identifier: MIT OR Apache-2.0
//! One packet: four bytes of channel, then either the command and length of a message and its first
//! 57 bytes, or a sequence number and 59 more (CTAP 2.3 section 11.2.4).

use super::{Channel, ClientError, Command};

/// The bytes of a packet, as a report without number (section 11.2.4).
pub const PACKET_BYTES: usize = 64;

/// The longest message: a first packet and 128 more (section 11.2.4).
pub const MAX_MESSAGE_BYTES: usize = FIRST_BYTES + 128 * NEXT_BYTES;

/// One packet on the wire.
pub type Packet = [u8; PACKET_BYTES];

/// The bytes of a message in its first packet.
pub(super) const FIRST_BYTES: usize = PACKET_BYTES - 7;
/// The bytes of a message in every further packet.
pub(super) const NEXT_BYTES: usize = PACKET_BYTES - 5;

/// Marks the first packet of a message.
const FIRST_BIT: u8 = 0x80;

/// What a packet says.
pub(super) enum Body<'a> {
    /// A message begins.
    First {
        /// The command, known or not.
        command: u8,
        /// The bytes of the whole message.
        length: u16,
        /// Those that are in this packet, and filling.
        data: &'a [u8],
    },
    /// A message goes on.
    Next {
        /// Counts these packets from 0.
        sequence: u8,
        /// More of the message, and filling.
        data: &'a [u8],
    },
}

/// Takes a packet apart.
pub(super) fn read(packet: &Packet) -> (Channel, Body<'_>) {
    let [c0, c1, c2, c3, mark, rest @ ..] = packet;
    let channel = Channel(u32::from_be_bytes([*c0, *c1, *c2, *c3]));
    if mark & FIRST_BIT == 0 {
        return (channel, Body::Next { sequence: *mark, data: rest });
    }
    let [high, low, data @ ..] = rest;
    let length = u16::from_be_bytes([*high, *low]);
    (channel, Body::First { command: mark & !FIRST_BIT, length, data })
}

/// Makes a first packet. What it does not use is zero.
pub(super) fn first(channel: Channel, command: Command, message: &[u8]) -> Packet {
    let mut packet = [0; PACKET_BYTES];
    packet[..4].copy_from_slice(&channel.0.to_be_bytes());
    packet[4] = FIRST_BIT | command as u8;
    // No message is longer than MAX_MESSAGE_BYTES, which fits.
    packet[5..7].copy_from_slice(&(message.len() as u16).to_be_bytes());
    let used = message.len().min(FIRST_BYTES);
    packet[7..7 + used].copy_from_slice(&message[..used]);
    packet
}

/// Makes packet `number` of a message, or nothing behind its end.
pub(super) fn nth(
    channel: Channel,
    command: Command,
    message: &[u8],
    number: u8,
) -> Option<Packet> {
    let Some(sequence) = number.checked_sub(1) else {
        return Some(first(channel, command, message));
    };
    let rest = message.get(FIRST_BYTES + usize::from(sequence) * NEXT_BYTES..)?;
    if rest.is_empty() {
        return None;
    }
    let mut packet = [0; PACKET_BYTES];
    packet[..4].copy_from_slice(&channel.0.to_be_bytes());
    packet[4] = sequence;
    let used = rest.len().min(NEXT_BYTES);
    packet[5..5 + used].copy_from_slice(&rest[..used]);
    Some(packet)
}

/// How many packets a message of this length takes.
pub(super) const fn count(message_bytes: usize) -> usize {
    1 + message_bytes.saturating_sub(FIRST_BYTES).div_ceil(NEXT_BYTES)
}

/// The packets of one message, one after the other.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    channel: Channel,
    command: Command,
    message: &'a [u8],
    number: u8,
}

impl<'a> Packets<'a> {
    /// Cuts a message.
    ///
    /// # Errors
    /// [`ClientError::TooLong`] over [`MAX_MESSAGE_BYTES`].
    pub const fn new(
        channel: Channel,
        command: Command,
        message: &'a [u8],
    ) -> Result<Self, ClientError> {
        if message.len() > MAX_MESSAGE_BYTES {
            return Err(ClientError::TooLong);
        }
        Ok(Self { channel, command, message, number: 0 })
    }
}

impl Iterator for Packets<'_> {
    type Item = Packet;

    fn next(&mut self) -> Option<Packet> {
        let packet = nth(self.channel, self.command, self.message, self.number)?;
        self.number += 1;
        Some(packet)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn the_longest_message_is_that_of_the_specification() {
        assert_eq!(MAX_MESSAGE_BYTES, 7609);
        let message = [0xa5; MAX_MESSAGE_BYTES];
        let packets: Vec<_> =
            Packets::new(Channel(1), Command::Ping, &message).expect("it fits").collect();
        assert_eq!(packets.len(), 129);
        assert_eq!(packets[128][4], 0x7f, "the last sequence number");
        assert_eq!(packets[128][63], 0xa5, "and it is full");
        let longer = [0; MAX_MESSAGE_BYTES + 1];
        assert!(matches!(
            Packets::new(Channel(1), Command::Ping, &longer),
            Err(ClientError::TooLong)
        ));
    }

    #[test]
    fn what_a_packet_does_not_use_is_zero() {
        let message = [0xff; FIRST_BYTES + 3];
        let packets: Vec<_> =
            Packets::new(Channel(0x0102_0304), Command::Cbor, &message).expect("short").collect();
        assert_eq!(packets[0][..7], [1, 2, 3, 4, 0x90, 0, 60]);
        assert_eq!(packets[1][..8], [1, 2, 3, 4, 0, 0xff, 0xff, 0xff]);
        assert!(packets[1][8..].iter().all(|&byte| byte == 0));
        assert_eq!(packets.len(), 2);
    }

    #[test]
    fn what_is_written_is_read() {
        let message = [0x11; 100];
        let packets: Vec<_> =
            Packets::new(Channel(0x0102_0304), Command::Cbor, &message).expect("short").collect();
        assert_eq!(packets.len(), count(message.len()));
        let (channel, Body::First { command, length, data }) = read(&packets[0]) else { panic!() };
        assert_eq!((channel, command, length), (Channel(0x0102_0304), 0x10, 100));
        assert_eq!(data, [0x11; FIRST_BYTES]);
        let (channel, Body::Next { sequence, data }) = read(&packets[1]) else { panic!() };
        assert_eq!((channel, sequence, data.len()), (Channel(0x0102_0304), 0, NEXT_BYTES));
        assert_eq!(data[..43], [0x11; 43]);
    }

    #[test]
    fn an_empty_message_is_one_packet() {
        let packets: Vec<_> =
            Packets::new(Channel(1), Command::Wink, &[]).expect("short").collect();
        assert_eq!(packets.len(), 1);
        assert_eq!(packets[0][4..7], [0x88, 0, 0]);
    }
}
