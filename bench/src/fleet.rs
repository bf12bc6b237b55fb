//! Many clients on one thread: they say what the scenario wants, and every message that comes back is handed to it.
//!
//! What is sent during a turn leaves at its end, so that a client who has several things to say says them in one write.

use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::net::sockopt;

use crate::Outcome;
use crate::client::Client;
use crate::wire;

/// How long nothing may come. All servers ping in less than that, but no scenario waits for it.
const SILENCE: Timespec = Timespec { tv_sec: 20, tv_nsec: 0 };

/// How many clients may be on their way in at the same time: a small storm.
const MAX_CONNECTING: usize = 32;

const READ_BYTES: usize = 256 * 1024;
const MAX_EVENTS: usize = 1024;

/// What the kernel is asked to keep for a client that reads nothing; it takes the least that it may.
const SLEEPER_BYTES: usize = 1;

pub(crate) struct Fleet {
    address: SocketAddr,
    deflate: bool,
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
    buffer: Box<[u8]>,
    clients: Vec<Client>,
    sends: Sends,
}

/// What is to be sent at the end of the turn.
#[derive(Default)]
pub(crate) struct Sends {
    waiting: Vec<Vec<u8>>,
    dirty: VecDeque<usize>,
}

impl Sends {
    pub(crate) fn text(&mut self, client: usize, text: &str) {
        if let Some(waiting) = self.waiting.get_mut(client) {
            if waiting.is_empty() {
                self.dirty.push_back(client);
            }
            wire::push_text(text, waiting);
        }
    }
}

impl Fleet {
    pub(crate) fn new(address: SocketAddr, deflate: bool) -> Outcome<Self> {
        Ok(Self {
            address,
            deflate,
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(MAX_EVENTS),
            buffer: vec![0; READ_BYTES].into(),
            clients: Vec::new(),
            sends: Sends::default(),
        })
    }

    /// Whoever comes from now on comes to that server.
    pub(crate) const fn come_to(&mut self, address: SocketAddr) {
        self.address = address;
    }

    /// Brings in more clients, and waits until all are in the namespace. Gives how long each took.
    ///
    /// # Errors
    ///
    /// A client was not let in.
    pub(crate) fn connect(&mut self, count: usize) -> Outcome<Vec<Duration>> {
        let (first, last) = (self.clients.len(), self.clients.len() + count);
        let mut began = Vec::with_capacity(count);
        let mut took = vec![None; count];
        let mut arrived = 0;
        while arrived < count {
            while self.clients.len() < last && self.clients.len() - first - arrived < MAX_CONNECTING {
                began.push(Instant::now());
                self.open()?;
            }
            self.turn(|client, message, _| {
                let is_welcome = message.starts_with(b"40{");
                if let Some(took @ None) = took.get_mut(client.wrapping_sub(first)).filter(|_| is_welcome) {
                    *took = began.get(client - first).map(Instant::elapsed);
                    arrived += 1;
                }
                Ok(())
            })?;
        }
        Ok(took.into_iter().flatten().collect())
    }

    /// Says the same for each client and waits for as many answers.
    pub(crate) fn ask(&mut self, texts: impl IntoIterator<Item = (usize, String)>) -> Outcome {
        let mut missing = 0;
        for (client, text) in texts {
            self.sends.text(client, &text);
            missing += 1;
        }
        while missing > 0 {
            self.turn(|_, message, _| {
                missing -= usize::from(message.starts_with(b"43"));
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The first clients ask once more and hear nothing but the answer: whatever came twice or too much is before it.
    pub(crate) fn hear_nothing_else(&mut self, clients: usize) -> Outcome {
        (0..clients).for_each(|client| self.sends.text(client, r#"420["echo","over"]"#));
        let mut missing = clients;
        while missing > 0 {
            self.turn(|client, message, _| {
                missing = missing.saturating_sub(1);
                if message == br#"430["over"]"# { Ok(()) } else { Err(unexpected(client, message)) }
            })?;
        }
        Ok(())
    }

    /// The client reads nothing from now on, and has next to no room for what it does not read.
    pub(crate) fn fall_asleep(&mut self, client: usize) -> Outcome {
        let client = self.clients.get(client).ok_or("there is no such client")?;
        sockopt::set_socket_recv_buffer_size(&client.stream, SLEEPER_BYTES)?;
        epoll::delete(&self.epoll, &client.stream)?;
        Ok(())
    }

    /// Waits for messages, hands them over, and sends what is to be sent.
    pub(crate) fn turn(&mut self, mut each: impl FnMut(usize, &[u8], &mut Sends) -> Outcome) -> Outcome {
        self.send_all()?;
        self.events.clear();
        epoll::wait(&self.epoll, spare_capacity(&mut self.events), Some(&SILENCE))?;
        if self.events.is_empty() {
            return Err("the server says nothing any more".into());
        }
        for event in &self.events {
            let data = event.data;
            let at = usize::try_from(data.u64())?;
            let Some(client) = self.clients.get_mut(at) else { continue };
            let read = match client.stream.read(&mut self.buffer) {
                Ok(0) => return Err(format!("the server has hung up on client {at}").into()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error.into()),
            };
            let bytes = self.buffer.get(..read).unwrap_or_default();
            let sends = &mut self.sends;
            client.receive(at, bytes, sends, &mut each)?;
        }
        self.send_all()
    }

    /// Adds to what is sent in the next turn.
    pub(crate) fn sends(&mut self) -> &mut Sends {
        &mut self.sends
    }

    fn open(&mut self) -> Outcome {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.write_all(wire::upgrade_request(self.address, self.deflate).as_bytes())?;
        stream.set_nonblocking(true)?;
        let data = epoll::EventData::new_u64(self.clients.len() as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
        self.clients.push(Client::new(stream));
        self.sends.waiting.push(Vec::new());
        Ok(())
    }

    /// Writes what waits. What a server does not take now waits for the next turn.
    fn send_all(&mut self) -> Outcome {
        for _ in 0..self.sends.dirty.len() {
            let Some(at) = self.sends.dirty.pop_front() else { break };
            let (Some(client), Some(waiting)) = (self.clients.get_mut(at), self.sends.waiting.get_mut(at))
            else {
                continue;
            };
            let written = written(client.stream.write(waiting))?;
            waiting.drain(..written);
            if !waiting.is_empty() {
                self.sends.dirty.push_back(at);
            }
        }
        Ok(())
    }
}

fn written(result: io::Result<usize>) -> io::Result<usize> {
    result.or_else(|error| if error.kind() == ErrorKind::WouldBlock { Ok(0) } else { Err(error) })
}

/// What came was said by nobody, or not in this way.
pub(crate) fn unexpected(client: usize, message: &[u8]) -> Box<dyn Error> {
    let message = String::from_utf8_lossy(message.get(..200).unwrap_or(message)).into_owned();
    format!("client {client} got what nobody said: {message}").into()
}
