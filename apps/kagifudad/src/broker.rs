// SPDX-License-Identifier: MIT OR Apache-2.0
//! The loop that serves all connections, and how many there may be.
//!
//! One turn waits for whatever comes first, then does a bounded piece of work for every connection
//! that has some. A user may hold a few keys, all users together a few dozen; connections that are no
//! key yet are bounded too, so nobody can keep others out by only connecting. How often a user plugs a
//! key in is bounded because each time udev runs programs as root for it.

use std::collections::BTreeMap;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kagifuda_linux::uhid::wire::Refusal;
use kagifuda_linux::uhid::{DeviceTrouble, Identity, UhidDevice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::Uid;
use rustix::io::Errno;
use rustix::net::SocketFlags;

use crate::accounts::Accounts;
use crate::allowance::{Allowance, Pace};
use crate::customer::{Customer, End, refuse};
use crate::node::NodeGiver;

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Keys of one user.
    pub keys_per_user_count: usize,
    /// Keys of all users.
    pub keys_count: usize,
    /// Connections of one user, keys included.
    pub connections_per_user_count: usize,
    /// Connections of all users.
    pub connections_count: usize,
    /// How often one user may plug a key in.
    pub plugs_per_user: Pace,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keys_per_user_count: 4,
            keys_count: 32,
            connections_per_user_count: 8,
            connections_count: 64,
            plugs_per_user: Pace { at_once_count: 16, one_more_after: Duration::from_secs(5) },
        }
    }
}

/// Where keys are plugged in: the kernel, or a test's stand-in.
pub trait Door {
    /// Plugs a key in.
    ///
    /// # Errors
    /// What stands against it.
    fn plug(&self, identity: &Identity) -> Result<UhidDevice, DeviceTrouble>;
}

/// The kernel's door, by its path.
impl Door for PathBuf {
    fn plug(&self, identity: &Identity) -> Result<UhidDevice, DeviceTrouble> {
        UhidDevice::plug(self, identity)
    }
}

/// Something for the log. Nothing in it says what a key was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A user has a key plugged in.
    Plugged {
        /// Who.
        uid: u32,
    },
    /// It is pulled out.
    Pulled {
        /// Whose it was.
        uid: u32,
    },
    /// A user was refused.
    Refused {
        /// Who.
        uid: u32,
        /// Why.
        why: Refusal,
    },
}

/// The broker.
pub struct Broker<D> {
    listeners: Vec<OwnedFd>,
    door: D,
    giver: NodeGiver,
    accounts: Accounts,
    limits: Limits,
    customers: Vec<Customer>,
    /// What is left to those who plugged a key in of late.
    plugs: BTreeMap<u32, Allowance>,
}

impl<D: Door> Broker<D> {
    /// A broker that serves these sockets.
    pub fn new(listeners: Vec<OwnedFd>, door: D, giver: NodeGiver, accounts: Accounts) -> Self {
        let limits = Limits::default();
        let (customers, plugs) = (Vec::new(), BTreeMap::new());
        Self { listeners, door, giver, accounts, limits, customers, plugs }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Serves until nobody has been connected for so long; for ever without `idle`.
    ///
    /// # Errors
    /// The system's, where waiting is not possible.
    pub fn serve(
        &mut self,
        idle: Option<Duration>,
        mut notice: impl FnMut(Notice),
    ) -> Result<(), Errno> {
        let mut last_busy = Instant::now();
        loop {
            let longest = idle.unwrap_or(Duration::from_secs(3600));
            self.turn(longest, &mut notice)?;
            if !self.customers.is_empty() {
                last_busy = Instant::now();
            } else if idle.is_some_and(|idle| last_busy.elapsed() >= idle) {
                return Ok(());
            }
        }
    }

    /// Waits for something to do, at most so long, and does it.
    fn turn(&mut self, longest: Duration, notice: &mut impl FnMut(Notice)) -> Result<(), Errno> {
        let ready = self.wait(longest)?;
        let now = Instant::now();
        for (index, ready) in ready.customers.iter().enumerate().rev() {
            let was_key = self.customers[index].is_key();
            let ended = self.serve_one(index, *ready, now).err();
            let customer = &self.customers[index];
            let uid = customer.uid.as_raw();
            if !was_key && customer.is_key() {
                self.count_plug(uid, now);
                notice(Notice::Plugged { uid });
            }
            let Some(end) = ended else { continue };
            let customer = self.customers.swap_remove(index);
            if customer.is_key() {
                notice(Notice::Pulled { uid });
            }
            if let End::Refused(why) = end {
                notice(Notice::Refused { uid, why });
                customer.dismiss(why);
            }
        }
        for index in ready.listeners {
            self.accept(index, now, notice);
        }
        Ok(())
    }

    fn serve_one(&mut self, index: usize, ready: Ready, now: Instant) -> Result<(), End> {
        let may_plug = self.may_plug(self.customers[index].uid, now);
        let customer = &mut self.customers[index];
        // First what cannot wait: the kernel drops what its small queue has no room for.
        if ready.has_event {
            customer.relay(now)?;
        }
        if ready.is_writable {
            customer.flush()?;
        }
        if ready.is_readable {
            customer.hear(&self.door, may_plug, now)?;
        }
        customer.look_after(&self.giver, now)
    }

    fn may_plug(&self, uid: Uid, now: Instant) -> Result<(), Refusal> {
        let keys = || self.customers.iter().filter(|customer| customer.is_key());
        if keys().filter(|customer| customer.uid == uid).count() >= self.limits.keys_per_user_count
        {
            return Err(Refusal::TooManyOfYours);
        }
        if keys().count() >= self.limits.keys_count {
            return Err(Refusal::TooMany);
        }
        let spent = self.plugs.get(&uid.as_raw());
        if spent.is_some_and(|allowance| !allowance.has_one(now)) {
            return Err(Refusal::TooOften);
        }
        Ok(())
    }

    fn count_plug(&mut self, uid: u32, now: Instant) {
        self.plugs.retain(|_, allowance| !allowance.is_full(now));
        let full = Allowance::new(self.limits.plugs_per_user, now);
        self.plugs.entry(uid).or_insert(full).take(now);
    }

    /// Takes one connection.
    fn accept(&mut self, listener: usize, now: Instant, notice: &mut impl FnMut(Notice)) {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        // Whoever gave up before their turn is no reason to stop.
        let Ok(socket) = rustix::net::accept_with(&self.listeners[listener], flags) else { return };
        let Ok(peer) = rustix::net::sockopt::socket_peercred(&socket) else { return };
        let uid = peer.uid;
        if let Err(why) = self.may_come(uid) {
            refuse(&socket, why);
            return notice(Notice::Refused { uid: uid.as_raw(), why });
        }
        self.customers.push(Customer::new(socket, uid, now));
    }

    fn may_come(&self, uid: Uid) -> Result<(), Refusal> {
        let theirs = self.customers.iter().filter(|customer| customer.uid == uid).count();
        if theirs >= self.limits.connections_per_user_count {
            return Err(Refusal::TooManyOfYours);
        }
        if !self.accounts.may_have_a_key(uid.as_raw()) {
            return Err(Refusal::NoPerson);
        }
        Ok(())
    }

    /// Waits until there is something to do.
    fn wait(&self, longest: Duration) -> Result<Turn, Errno> {
        let now = Instant::now();
        let soonest = self.customers.iter().filter_map(|customer| customer.next_look(now)).min();
        let wait = soonest.map_or(longest, |then| then.saturating_duration_since(now).min(longest));
        let timeout = Timespec::try_from(wait).map_err(|_| Errno::INVAL)?;
        let mut waited = Vec::new();
        // Where all places are taken, newcomers wait in the socket's queue.
        let has_room = self.customers.len() < self.limits.connections_count;
        let may_come = if has_room { PollFlags::IN } else { PollFlags::empty() };
        waited.extend(self.listeners.iter().map(|socket| PollFd::new(socket, may_come)));
        for customer in &self.customers {
            let (socket, device) = customer.interests(now);
            waited.push(PollFd::new(&customer.socket, socket));
            // A second look at the socket, asking nothing, keeps the places regular.
            let (fd, asked) = customer
                .device()
                .map_or((customer.socket.as_fd(), PollFlags::empty()), |fd| (fd.as_fd(), device));
            waited.push(PollFd::from_borrowed_fd(fd, asked));
        }
        match poll(&mut waited, Some(&timeout)) {
            Ok(_) => {}
            Err(Errno::INTR) => waited.iter_mut().for_each(PollFd::clear_revents),
            Err(errno) => return Err(errno),
        }
        let (listeners, customers) = waited.split_at(self.listeners.len());
        Ok(Turn {
            listeners: (0..listeners.len())
                .filter(|&index| has_room && !listeners[index].revents().is_empty())
                .collect(),
            customers: customers.chunks(2).map(|pair| Ready::of(&pair[0], &pair[1])).collect(),
        })
    }
}

/// What there is to do.
struct Turn {
    listeners: Vec<usize>,
    customers: Vec<Ready>,
}

/// What there is to do for one connection.
#[derive(Clone, Copy)]
struct Ready {
    is_writable: bool,
    is_readable: bool,
    has_event: bool,
}

impl Ready {
    fn of(socket: &PollFd<'_>, device: &PollFd<'_>) -> Self {
        let ended = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        Self {
            is_writable: socket.revents().intersects(PollFlags::OUT),
            is_readable: socket.revents().intersects(PollFlags::IN | ended),
            has_event: device.revents().intersects(PollFlags::IN | ended),
        }
    }
}

#[cfg(test)]
mod tests;
