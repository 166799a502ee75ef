// SPDX-License-Identifier: MIT OR Apache-2.0
//! CTAPHID as stories: a program and a key that understand each other, and what each does when the
//! other does not. The rules of the key's side, packet by packet, are in `hid_vectors.rs`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so by panicking")]

use std::time::Duration;

use kagifuda_ctap::hid::{
    Answer, Capabilities, Channel, Client, ClientError, Command, Device, DeviceVersion, ErrorCode,
    Event, Greeting, Kind, MAX_MESSAGE_BYTES, Packet, Packets, Waiting,
};

const NONCE: [u8; 8] = [7; 8];
const START: Duration = Duration::from_secs(1000);
const VERSION: DeviceVersion = DeviceVersion { major: 1, minor: 2, build: 3 };

fn after(milliseconds: u64) -> Duration {
    START + Duration::from_millis(milliseconds)
}

fn device<const N: usize>() -> Device<N> {
    Device::new(VERSION, Capabilities::CTAP2_AND_U2F.with_wink(), Channel(0x2000))
}

/// A client that has a channel.
fn greeted<const N: usize, const M: usize>(device: &mut Device<N>) -> Client<M> {
    let mut client = Client::new();
    device.receive(&client.greet(NONCE, START), START);
    let packet = device.next_packet(START).unwrap();
    assert!(matches!(client.receive(&packet, START), Ok(Some(Answer::Greeting(_)))));
    client
}

/// Sends a message and gives what the device made of the last packet.
fn send<const N: usize, const M: usize>(
    client: &mut Client<M>,
    device: &mut Device<N>,
    command: Command,
    message: &[u8],
) -> Option<Event> {
    client
        .send(command, message, START)
        .unwrap()
        .map(|packet| device.receive(&packet, START))
        .last()
        .unwrap()
}

/// Hands the device's packets over until the client has an answer.
fn answer<const N: usize, const M: usize>(
    client: &mut Client<M>,
    device: &mut Device<N>,
) -> Result<Vec<u8>, ClientError> {
    loop {
        let packet = device.next_packet(START).expect("an answer");
        if let Some(Answer::Message(bytes)) = client.receive(&packet, START)? {
            return Ok(bytes.to_vec());
        }
    }
}

#[test]
fn a_message_of_any_length_arrives_and_comes_back_whole() {
    let mut device = device::<MAX_MESSAGE_BYTES>();
    let mut client: Client<MAX_MESSAGE_BYTES> = greeted(&mut device);
    let message: Vec<u8> = (0..MAX_MESSAGE_BYTES).map(|at| (at % 251) as u8).collect();
    for length in 0..=MAX_MESSAGE_BYTES {
        let event = send(&mut client, &mut device, Command::Ping, &message[..length]);
        assert_eq!(event, None);
        assert_eq!(answer(&mut client, &mut device).unwrap(), message[..length], "{length}");
        assert_eq!(device.next_packet(START), None, "{length}");
    }
}

#[test]
fn the_engine_reads_the_request_again_after_it_asked_a_person() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    let event = send(&mut client, &mut device, Command::Cbor, &[1; 200]);
    let channel = client.channel().unwrap();
    assert_eq!(event, Some(Event::Request { channel, kind: Kind::Cbor }));

    let job = device.job().unwrap();
    assert_eq!((job.kind, job.request), (Kind::Cbor, &[1; 200][..]));
    job.response[..4].copy_from_slice(b"half");
    device.keep_alive(Waiting::UserPresence);
    let packet = device.next_packet(START).unwrap();
    assert_eq!(client.receive(&packet, START), Ok(Some(Answer::Waiting(Waiting::UserPresence))));

    let job = device.job().unwrap();
    assert_eq!((job.request, &job.response[..4]), (&[1; 200][..], &b"half"[..]));
    job.response[..5].copy_from_slice(b"whole");
    device.reply(5);
    assert!(device.job().is_none(), "the request has its reply");
    assert_eq!(answer(&mut client, &mut device).unwrap(), b"whole");
}

#[test]
fn nothing_of_a_request_or_a_reply_is_left_for_the_next() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    send(&mut client, &mut device, Command::Cbor, &[1; 200]);
    device.job().unwrap().response.fill(0x5a);
    device.reply(3);
    assert_eq!(answer(&mut client, &mut device).unwrap(), [0x5a; 3]);
    send(&mut client, &mut device, Command::Cbor, &[2]);
    let job = device.job().unwrap();
    assert_eq!(job.request, [2]);
    assert_eq!(job.response, [0; 256]);
}

#[test]
fn a_reply_longer_than_its_room_is_cut_and_one_that_nobody_waits_for_is_dropped() {
    let mut device = device::<64>();
    let mut client: Client<128> = greeted(&mut device);
    send(&mut client, &mut device, Command::Msg, &[2]);
    device.reply_with(&[9; 70]);
    assert_eq!(answer(&mut client, &mut device).unwrap(), [9; 64]);
    send(&mut client, &mut device, Command::Msg, &[2]);
    device.reply(usize::MAX);
    assert_eq!(answer(&mut client, &mut device).unwrap(), [0; 64]);
    device.reply_with(&[1]);
    device.reply(1);
    device.fail(ErrorCode::OTHER);
    device.keep_alive(Waiting::UserPresence);
    assert_eq!((device.next_packet(START), device.deadline()), (None, None));
}

#[test]
fn the_driver_wakes_for_keep_alives_and_time_outs_and_not_otherwise() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    assert_eq!(device.deadline(), None);
    let first = client.send(Command::Cbor, &[1; 100], START).unwrap().next().unwrap();
    device.receive(&first, START);
    assert_eq!(device.deadline(), Some(after(500)));
    assert_eq!(device.next_packet(after(499)), None);
    let packet = device.next_packet(after(500)).unwrap();
    assert_eq!(
        client.receive(&packet, after(500)),
        Err(ClientError::Refused(ErrorCode::MessageTimeout))
    );
    assert_eq!(device.deadline(), None);

    send(&mut client, &mut device, Command::Cbor, &[1]);
    assert_eq!(device.deadline(), Some(after(80)));
    device.keep_alive(Waiting::UserPresence);
    assert!(device.deadline().unwrap() <= START, "a new status is told at once");
    device.next_packet(after(10)).unwrap();
    assert_eq!(device.deadline(), Some(after(90)));
    device.reply_with(&[0]);
    assert_eq!(device.deadline(), None);
}

#[test]
fn a_packet_may_itself_be_what_comes_too_late() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    let packets: Vec<Packet> = client.send(Command::Cbor, &[1; 100], START).unwrap().collect();
    device.receive(&packets[0], START);
    assert_eq!(device.receive(&packets[1], after(500)), None);
    let packet = device.next_packet(after(500)).unwrap();
    assert_eq!(packet[4..8], [0xbf, 0, 1, 5]);
}

#[test]
fn a_host_that_does_not_read_loses_answers_and_no_transaction() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    let channel = client.channel().unwrap();
    send(&mut client, &mut device, Command::Cbor, &[1]);
    let ping = Packets::new(channel, Command::Ping, &[1]).unwrap().next().unwrap();
    let mut busy_count = 0;
    while device.has_room() && busy_count < 100 {
        assert_eq!(device.receive(&ping, START), None);
        busy_count += 1;
    }
    device.receive(&ping, START);
    device.reply_with(&[7]);
    let packets: Vec<Packet> = std::iter::from_fn(|| device.next_packet(START)).collect();
    assert_eq!(packets.len(), busy_count + 1);
    assert_eq!(packets[busy_count][4..8], [0x90, 0, 1, 7]);
}

#[test]
fn time_at_its_end_stops_nothing() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    let first = client.send(Command::Cbor, &[1; 100], START).unwrap().next().unwrap();
    device.receive(&first, Duration::MAX);
    assert_eq!(device.deadline(), Some(Duration::MAX));
    assert!(device.next_packet(Duration::MAX).is_some());
}

#[test]
fn a_greeting_tells_what_the_device_is() {
    let mut device = device::<256>();
    let mut client = Client::<256>::default();
    assert_eq!(client.channel(), None);
    device.receive(&client.greet(NONCE, START), START);
    let packet = device.next_packet(START).unwrap();
    let Ok(Some(Answer::Greeting(greeting))) = client.receive(&packet, START) else { panic!() };
    let capabilities = Capabilities::CTAP2_AND_U2F.with_wink();
    let channel = Channel(0x2000);
    assert_eq!(greeting, Greeting { channel, protocol: 2, version: VERSION, capabilities });
    assert_eq!(client.channel(), Some(channel));
}

#[test]
fn greetings_and_answers_of_other_programs_pass_by() {
    let mut device = device::<256>();
    let mut client = Client::<256>::new();
    let mut other = Client::<256>::new();
    let hello = client.greet(NONCE, START);
    device.receive(&other.greet([8; 8], START), START);
    let theirs = device.next_packet(START).unwrap();
    assert_eq!(client.receive(&theirs, START), Ok(None));
    assert!(other.receive(&theirs, START).unwrap().is_some());
    device.receive(&hello, START);
    let ours = device.next_packet(START).unwrap();
    assert!(client.receive(&ours, START).unwrap().is_some());
    assert_ne!(client.channel(), other.channel());

    send(&mut client, &mut device, Command::Ping, &[1; 100]);
    let packets: Vec<Packet> = std::iter::from_fn(|| device.next_packet(START)).collect();
    for packet in &packets {
        assert_eq!(other.receive(packet, START), Ok(None), "it asked for nothing");
    }
    other.send(Command::Ping, &[2; 100], START).unwrap();
    for packet in &packets {
        assert_eq!(other.receive(packet, START), Ok(None), "that is not for it");
    }
}

#[test]
fn a_cancelled_request_is_answered_and_the_next_one_too() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    assert_eq!(client.cancel(), None, "there is nothing to cancel");
    send(&mut client, &mut device, Command::Cbor, &[1]);
    let cancel = client.cancel().unwrap();
    assert_eq!(device.receive(&cancel, START), Some(Event::Cancel));
    device.reply_with(&[0x2d]);
    assert_eq!(answer(&mut client, &mut device).unwrap(), [0x2d]);
    send(&mut client, &mut device, Command::Ping, &[1]);
    assert_eq!(client.cancel(), None, "a ping is not cancelled");
    assert_eq!(answer(&mut client, &mut device).unwrap(), [1]);
}

#[test]
fn a_device_that_says_nothing_is_given_up_in_time() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    assert_eq!((client.deadline(), client.check(after(9999))), (None, Ok(())));
    send(&mut client, &mut device, Command::Cbor, &[1]);
    assert_eq!(client.deadline(), Some(after(3000)));
    let packet = device.next_packet(after(100)).unwrap();
    assert!(client.receive(&packet, after(100)).unwrap().is_some());
    assert_eq!(client.deadline(), Some(after(3100)), "it is still there");
    assert_eq!(client.send(Command::Cbor, &[1], START).err(), Some(ClientError::NotNow));
    assert_eq!(client.check(after(3099)), Ok(()));
    assert_eq!(client.check(after(3100)), Err(ClientError::Silent));
    assert_eq!((client.deadline(), client.check(after(9999))), (None, Ok(())));

    let mut patient = greeted::<256, 256>(&mut device).with_patience(Duration::from_secs(60));
    patient.send(Command::Ping, &[1], START).unwrap();
    assert_eq!(patient.check(after(59_999)), Ok(()));
    assert_eq!(patient.receive(&packet, after(60_000)), Err(ClientError::Silent));
}

#[test]
fn a_client_without_a_channel_sends_nothing_but_a_greeting() {
    let mut client = Client::<256>::new();
    assert_eq!(client.send(Command::Cbor, &[1], START).err(), Some(ClientError::NotNow));
    assert_eq!(client.cancel(), None);
    assert_eq!(client.clear(NONCE, START)[..5], [0xff, 0xff, 0xff, 0xff, 0x86]);
    let long = [0; MAX_MESSAGE_BYTES + 1];
    let mut client: Client<256> = greeted(&mut device::<256>());
    assert_eq!(client.send(Command::Cbor, &long, START).err(), Some(ClientError::TooLong));
    assert!(client.send(Command::Cbor, &[1], START).is_ok(), "it asked for nothing yet");
}

#[test]
fn clearing_the_channel_forgets_an_answer_that_is_still_on_its_way() {
    let mut device = device::<256>();
    let mut client: Client<256> = greeted(&mut device);
    send(&mut client, &mut device, Command::Cbor, &[1]);
    device.reply_with(&[0x55; 100]);
    let stale = [device.next_packet(START).unwrap(), device.next_packet(START).unwrap()];
    let channel = client.channel().unwrap();
    let clear = client.clear(NONCE, START);
    assert_eq!(clear[..4], channel.0.to_be_bytes());
    for packet in stale {
        assert_eq!(client.receive(&packet, START), Ok(None));
    }
    let late = Packets::new(channel, Command::Error, &[0x05]).unwrap().next().unwrap();
    assert_eq!(client.receive(&late, START), Ok(None), "about the message before");
    device.receive(&clear, START);
    let packet = device.next_packet(START).unwrap();
    assert!(matches!(client.receive(&packet, START), Ok(Some(Answer::Greeting(_)))));
    send(&mut client, &mut device, Command::Ping, &[3]);
    assert_eq!(answer(&mut client, &mut device).unwrap(), [3]);
}

#[test]
fn a_key_that_was_plugged_in_anew_says_that_the_channel_is_none() {
    let mut client: Client<256> = greeted(&mut device::<256>());
    let version = VERSION;
    let mut anew = Device::<256>::new(version, Capabilities::CTAP2, Channel(0x9999));
    anew.receive(&client.clear(NONCE, START), START);
    let packet = anew.next_packet(START).unwrap();
    assert_eq!(
        client.receive(&packet, START),
        Err(ClientError::Refused(ErrorCode::InvalidChannel))
    );
}

/// A packet with this behind the channel, filled with zeros.
fn packet(channel: Channel, rest: &[u8]) -> Packet {
    let mut packet = [0; 64];
    packet[..4].copy_from_slice(&channel.0.to_be_bytes());
    packet[4..4 + rest.len()].copy_from_slice(rest);
    packet
}

#[test]
fn a_device_that_breaks_the_protocol_is_told_from_one_that_refuses() {
    let ours = Channel(0x2000);
    let cases: &[(&[&[u8]], ClientError)] = &[
        (&[&[0xbf, 0, 1, 6]], ClientError::Refused(ErrorCode::ChannelBusy)),
        (&[&[0xbf, 0, 1, 0x7e]], ClientError::Refused(ErrorCode::Other(0x7e))),
        (&[&[0x90, 0, 100], &[0xbf, 0, 1, 4]], ClientError::Refused(ErrorCode::InvalidSequence)),
        (&[&[0x00]], ClientError::Malformed),
        (&[&[0x81, 0, 1]], ClientError::Malformed),
        (&[&[0xc5, 0, 1]], ClientError::Malformed),
        (&[&[0x90, 0, 100], &[0x01]], ClientError::Malformed),
        (&[&[0x90, 0, 100], &[0xbb, 0, 1, 1]], ClientError::Malformed),
        (&[&[0x90, 0, 100], &[0x90, 0, 100]], ClientError::Malformed),
        (&[&[0x90, 1, 1]], ClientError::TooLong),
    ];
    for (packets, error) in cases {
        let mut client: Client<256> = greeted(&mut device::<256>());
        client.send(Command::Cbor, &[4], START).unwrap();
        let (last, before) = packets.split_last().unwrap();
        for rest in before.iter() {
            assert_eq!(client.receive(&packet(ours, rest), START), Ok(None), "{packets:02x?}");
        }
        assert_eq!(client.receive(&packet(ours, last), START), Err(*error), "{packets:02x?}");
        assert_eq!(client.deadline(), None, "the request is over");
    }
}

#[test]
fn a_greeting_that_is_none_gives_no_channel() {
    let head = [0x86, 0, 17, 7, 7, 7, 7, 7, 7, 7, 7];
    let with = |channel: [u8; 4]| [&head[..], &channel, &[2, 1, 2, 3, 5]].concat();
    let short = |length| [&[0x86, 0, length], &[7; 8][..]].concat();
    for rest in [with([0; 4]), with([0xff; 4]), short(16), short(8), short(7), short(0)] {
        let mut client = Client::<256>::new();
        client.greet(NONCE, START);
        let packet = packet(Channel::BROADCAST, &rest);
        assert_eq!(client.receive(&packet, START), Err(ClientError::Malformed), "{rest:02x?}");
        assert_eq!(client.channel(), None);
    }
    let mut client = Client::<256>::new();
    client.greet(NONCE, START);
    assert_eq!(client.receive(&packet(Channel::BROADCAST, &[0x00, 1]), START), Ok(None));
    let longer = [&[0x86, 0, 20][..], &with([0, 0, 0, 9])[3..], &[1, 2, 3]].concat();
    let packet = packet(Channel::BROADCAST, &longer);
    assert!(matches!(client.receive(&packet, START), Ok(Some(Answer::Greeting(_)))));
    assert_eq!(client.channel(), Some(Channel(9)), "later versions may say more");
}
