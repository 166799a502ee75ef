// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reports of 64 bytes as datagrams on loopback, for tests that drive a key by program.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

use kagifuda_linux::hid_report::{REPORT_BYTES, Report};
use kagifuda_linux::uhid::Sent;

use crate::fault::Fault;

/// A UDP port; answers go to whoever spoke last.
pub(super) struct UdpLink {
    socket: UdpSocket,
    peer: Option<SocketAddr>,
    is_plugged_in: bool,
}

impl UdpLink {
    /// Listens on a port of loopback.
    pub(super) fn bind(port: u16) -> Result<Self, Fault> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).map_err(Fault::Output)?;
        socket.set_nonblocking(true).map_err(Fault::Output)?;
        Ok(Self { socket, peer: None, is_plugged_in: true })
    }

    /// Pulls the key out or plugs it in; one that is out hears nothing.
    pub(super) const fn plug(&mut self, is_in: bool) {
        self.is_plugged_in = is_in;
    }

    /// The next report; datagrams of another length are no reports.
    pub(super) fn receive(&mut self) -> Result<Option<Report>, Fault> {
        let mut buffer = [0; REPORT_BYTES + 1];
        loop {
            match self.socket.recv_from(&mut buffer) {
                Ok((REPORT_BYTES, peer)) if self.is_plugged_in => {
                    self.peer = Some(peer);
                    return Ok(buffer.first_chunk().copied());
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                // A peer that went away is told of by the next call; it concerns nobody.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(Fault::Output(error)),
            }
        }
    }

    /// Sends a report to whoever spoke last.
    pub(super) fn send(&self, report: &Report) -> Result<Sent, Fault> {
        if let Some(peer) = self.peer {
            match self.socket.send_to(report, peer) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) => return Err(Fault::Output(error)),
            }
        }
        Ok(Sent::Yes)
    }
}

impl AsFd for UdpLink {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
