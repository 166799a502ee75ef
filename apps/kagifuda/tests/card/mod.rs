// SPDX-License-Identifier: MIT OR Apache-2.0
//! The key as a smart card: a reader of the test's own switches it on, selects it, asks and waits, the way
//! the driver of `pcscd` does (the driver itself: stage `vm`).

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use getrandom::SysRng;
use kagifuda_ctap::apdu::{Exchange, ExchangeError, Form, Progress, StatusWord};
use kagifuda_ctap::client::{self, Agreement, ClientError};
use kagifuda_ctap::hid::{Kind, MAX_MESSAGE_BYTES, Waiting};
use kagifuda_ctap::message::get_assertion::GetAssertionRequest;
use kagifuda_ctap::message::make_credential::MakeCredentialRequest;
use kagifuda_ctap::message::{Options, auth_data::AuthData};
use kagifuda_ctap::pin_protocol::PinProtocol;
use kagifuda_ctap::status::Status;
use rand_core::UnwrapErr;
use rustix::process::{Pid, Signal, kill_process};

use super::{PASSPHRASE, PATIENCE, PROGRAM, Room};

const HASH: [u8; 32] = [0x5A; 32];
const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// A key that goes into the reader at this port.
struct Key(Child);

impl Key {
    fn start(room: &Room, reader: u16, more: &[&str]) -> Self {
        let wrapped = room.command(&[]);
        let mut command = Command::new(PROGRAM);
        command.args(["key", "run", "--card-at", &reader.to_string()]).args(more).env_clear();
        command.envs(wrapped.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self(command.stderr(Stdio::null()).spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        let _ = self.0.wait();
    }
}

/// A reader with a card in it, which is switched on.
struct Reader(TcpStream);

impl Reader {
    fn listen(port: u16) -> TcpListener {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        listener
    }

    /// Waits until a card is put in.
    fn with_card(listener: &TcpListener) -> Self {
        let begun = Instant::now();
        let stream = loop {
            match listener.accept() {
                Ok((stream, _)) => break stream,
                Err(_) => assert!(begun.elapsed() < PATIENCE, "no card is put in"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reader = Self(stream);
        reader.order(POWER_ON);
        reader
    }

    fn order(&mut self, order: u8) {
        self.0.write_all(&[0, 1, order]).unwrap();
    }

    fn answer(&mut self) -> Vec<u8> {
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut answer).unwrap();
        answer
    }

    fn command(&mut self, command: &[u8]) -> Vec<u8> {
        let length = u16::try_from(command.len()).unwrap();
        self.0.write_all(&[&length.to_be_bytes(), command].concat()).unwrap();
        self.answer()
    }

    /// Goes through with an exchange; `waiting` is called each time the card is still at work, and says
    /// whether the request is taken back.
    fn exchange<const N: usize>(
        &mut self,
        mut exchange: Exchange<'_, N>,
        mut waiting: impl FnMut(Waiting) -> bool,
    ) -> Result<Vec<u8>, ExchangeError> {
        loop {
            let mut command = [0; 261];
            let length = exchange.command(&mut command)?;
            let answer = self.command(&command[..length]);
            match exchange.receive(&answer)? {
                Progress::Done(answer) => return Ok(answer.to_vec()),
                Progress::More => {}
                Progress::Waiting(it) => {
                    if waiting(it) {
                        exchange.cancel();
                    }
                }
            }
        }
    }

    fn select(&mut self) -> Vec<u8> {
        self.exchange(Exchange::<64>::select(), |_| false).unwrap()
    }

    /// A request that nobody has to be waited for.
    fn ask(&mut self, write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>) -> Vec<u8> {
        self.ask_and_wait(write, |_| panic!("the card waits"))
    }

    fn ask_and_wait(
        &mut self,
        write: impl FnOnce(&mut [u8]) -> Result<usize, ClientError>,
        waiting: impl FnMut(Waiting) -> bool,
    ) -> Vec<u8> {
        let mut message = vec![0; MAX_MESSAGE_BYTES];
        let length = write(&mut message).unwrap();
        let exchange =
            Exchange::<MAX_MESSAGE_BYTES>::request(Kind::Cbor, &message[..length], Form::Short);
        self.exchange(exchange.unwrap(), waiting).unwrap()
    }
}

const fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn registration() -> MakeCredentialRequest<'static> {
    MakeCredentialRequest {
        client_data_hash: HASH,
        rp_id: "inn.example",
        user_id: b"hana",
        user_name: Some("hana"),
        algorithms: &[-7],
        options: Options { rk: Some(true), ..Options::default() },
        ..MakeCredentialRequest::default()
    }
}

fn unlocked() -> Room {
    let room = Room::new();
    room.prints(&["--passphrase-stdin", "init"], PASSPHRASE);
    room
}

/// A key in a reader, behind what it needs to stay there: what comes last goes first.
fn inserted(more: &[&str]) -> (Room, TcpListener, Key, Reader) {
    let (room, listener) = (unlocked(), Reader::listen(0));
    let key = Key::start(&room, listener.local_addr().unwrap().port(), more);
    let reader = Reader::with_card(&listener);
    (room, listener, key, reader)
}

#[test]
fn a_card_registers_and_signs_in() {
    let (_room, _listener, _key, mut reader) = inserted(&["--touch-by-itself"]);
    reader.order(GET_ATR);
    let atr = reader.answer();
    assert!(atr.ends_with(&[b"Kagifuda".as_slice(), &[0x3B]].concat()), "{atr:02x?}");
    assert_eq!(atr[1..].iter().fold(0, |sum, byte| sum ^ byte), 0, "the check byte of the ATR");

    let unselected = reader.command(&[0x80, 0x10, 0x80, 0x00, 0x01, 0x04, 0x00]);
    assert_eq!(unselected, StatusWord::NOT_SELECTED.bytes());
    assert_eq!(reader.select(), b"U2F_V2");
    let info = reader.ask(client::get_info);
    assert!(client::read_info(&info).unwrap().versions.iter().any(|it| it == "FIDO_2_1"));
    // Longer than a short command, and so is the answer.
    let id = vec![7; 200];
    let registration = MakeCredentialRequest { exclude: &[&id, &id], ..registration() };
    let made = reader.ask(|out| client::make_credential(&registration, out));
    let data = AuthData::read(client::read_made(&made).unwrap().auth_data).unwrap();
    let wanted = GetAssertionRequest {
        rp_id: "inn.example",
        client_data_hash: HASH,
        allow: &[data.attested.unwrap().id],
        ..GetAssertionRequest::default()
    };
    let asserted = reader.ask(|out| client::get_assertion(&wanted, out));
    client::read_assertion(&asserted).unwrap();

    reader.order(RESET);
    let unselected = reader.command(&[0x80, 0x10, 0x80, 0x00, 0x01, 0x04, 0x00]);
    assert_eq!(unselected, StatusWord::NOT_SELECTED.bytes(), "a reset ends the session");
}

#[test]
fn a_card_waits_for_a_touch_and_a_request_is_taken_back() {
    let control = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let (_room, _listener, _key, mut reader) = inserted(&["--control", &control.to_string()]);
    reader.select();
    let mut heard = Vec::new();
    let answer = reader.ask_and_wait(
        |out| client::make_credential(&registration(), out),
        |waiting| {
            heard.push(waiting);
            heard.len() == 3
        },
    );
    assert!(heard.contains(&Waiting::UserPresence), "{heard:?}");
    assert_eq!(client::read_made(&answer).err(), Some(ClientError::Key(Status::KeepaliveCancel)));

    // Switched off while it waits: nothing of the request is left.
    let mut message = vec![0; MAX_MESSAGE_BYTES];
    let length = client::make_credential(&registration(), &mut message).unwrap();
    let mut exchange =
        Exchange::<MAX_MESSAGE_BYTES>::request(Kind::Cbor, &message[..length], Form::Short)
            .unwrap();
    let mut command = [0; 261];
    let length = exchange.command(&mut command).unwrap();
    assert!(reader.command(&command[..length]).ends_with(&StatusWord::STATUS_UPDATE.bytes()));
    reader.order(RESET);
    reader.select();
    client::read_info(&reader.ask(client::get_info)).unwrap();
}

#[test]
fn a_card_comes_back_to_a_reader_that_comes_back_and_is_pulled_out_by_a_signal() {
    let room = unlocked();
    let listener = Reader::listen(0);
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let key = Key::start(&room, port, &["--touch-by-itself"]);
    std::thread::sleep(Duration::from_millis(300));
    let listener = Reader::listen(port);
    let mut reader = Reader::with_card(&listener);
    reader.select();
    drop((reader, listener));
    let listener = Reader::listen(port);
    let mut reader = Reader::with_card(&listener);
    reader.select();
    key.signal(Signal::HUP);
    assert_eq!(reader.0.read(&mut [0; 1]).unwrap(), 0, "the card is taken out");
    let mut reader = Reader::with_card(&listener);
    assert_eq!(reader.select(), b"U2F_V2");
}

#[test]
fn a_card_says_when_it_is_selected_that_it_offers_no_u2f() {
    let (_room, _listener, _key, mut reader) = inserted(&["--touch-by-itself"]);
    assert_eq!(reader.select(), b"U2F_V2");
    let answer = reader.ask(|out| client::toggle_always_uv(None, out));
    assert_eq!(answer, [0]);
    assert_eq!(reader.select(), b"FIDO_2_0");
    let version = reader.command(&[0x00, 0x03, 0x00, 0x00, 0x00]);
    assert_eq!(version, StatusWord::NO_INSTRUCTION.bytes(), "U2F_VERSION");
}

#[test]
fn a_card_that_is_switched_off_and_on_gives_no_tries_of_the_pin_back() {
    let (_room, listener, key, mut reader) = inserted(&["--touch-by-itself"]);
    reader.select();
    let agree = |reader: &mut Reader| {
        let answer = reader.ask(|out| client::key_agreement(PinProtocol::Two, out));
        Agreement::new(PinProtocol::Two, &answer, &mut rng()).unwrap()
    };
    let agreement = agree(&mut reader);
    let answer = reader.ask(|out| agreement.set_pin("2468", &mut rng(), out));
    client::read_done(&answer).unwrap();
    let try_pin = |reader: &mut Reader, pin| {
        let agreement = agree(reader);
        let answer = reader.ask(|out| agreement.legacy_token(pin, &mut rng(), out));
        agreement.read_token(&answer).map(drop)
    };
    let key_says = |status| Err(ClientError::Key(status));
    assert_eq!(try_pin(&mut reader, "1357"), key_says(Status::PinInvalid));
    assert_eq!(try_pin(&mut reader, "1357"), key_says(Status::PinInvalid));
    assert_eq!(try_pin(&mut reader, "1357"), key_says(Status::PinAuthBlocked));
    for order in [POWER_OFF, POWER_ON, RESET] {
        reader.order(order);
    }
    reader.select();
    assert_eq!(try_pin(&mut reader, "2468"), key_says(Status::PinAuthBlocked));
    key.signal(Signal::HUP);
    let mut reader = Reader::with_card(&listener);
    reader.select();
    assert_eq!(try_pin(&mut reader, "2468"), Ok(()));
}
