//! The chat: the service behind the demo page, and behind any page that speaks [`parlor_chat`].
//!
//! `Hall` decides; here is only who hears of it. The lock around it is held while a message goes into the queues of
//! its room, which waits for nobody. So what anybody hears, acks among it, is in the order in which it was decided:
//! messages come by `seq`, and who joins hears everything behind the history, once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parlor_chat::{Event, Join, Joined, Leave, Listing, Reason, Refusal, Reply, Rooms, Send, Stored, Typing};
use parlor_protocol::json::Payload;
use serde::Serialize;

use self::hall::{Arrival, Hall};
use self::room::Sent;
use crate::sync::lock;
use crate::{Ack, Broadcast, Server, Socket};

mod hall;
mod room;

/// How long changes of the list of rooms are gathered before everybody is told: whoever is in a hurry asks, and the
/// rest would otherwise hear of every single join and leave on the server.
const LISTING_DELAY: Duration = Duration::from_millis(250);

/// Serves the chat in `/`.
///
/// Rooms live in memory: with the server, they end. A socket asks with the events of [`parlor_chat`], and whatever is
/// refused is answered with a [`Refusal`].
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, chat};
///
/// let io = Server::new(Config::default());
/// chat::install(&io);
/// ```
pub fn install(io: &Server) {
    let service =
        Arc::new(Service { hall: Mutex::new(Hall::new(now())), is_listing_due: AtomicBool::new(false) });
    io.on_connection(move |socket: Socket| {
        let service = service.clone();
        async move { service.attend(&socket) }
    });
}

struct Service {
    hall: Mutex<Hall>,
    /// Whether a change of the list is waiting to be told.
    is_listing_due: AtomicBool,
}

impl Service {
    fn attend(self: &Arc<Self>, socket: &Socket) {
        self.on(socket, Self::join);
        self.on(socket, Self::leave);
        self.on(socket, Self::send);
        self.on(socket, Self::typing);
        self.on(socket, Self::rooms);
        let service = self.clone();
        socket.on_disconnect(move |socket: Socket, _| {
            let service = service.clone();
            async move { service.depart(&socket) }
        });
    }

    /// Handles an event of the chat. The arguments are read here, so that wrong ones are answered too.
    fn on<E: Event + 'static, A: Serialize + 'static>(
        self: &Arc<Self>,
        socket: &Socket,
        handle: fn(&Arc<Self>, &mut Hall, &Socket, &E) -> Result<A, Refusal>,
    ) {
        let service = self.clone();
        socket.on(E::NAME, move |socket: Socket, args: Payload, ack: Ack| {
            let service = service.clone();
            async move {
                let mut hall = lock(&service.hall);
                // One that has left meanwhile must not enter a room: nobody would see it out.
                if socket.is_connected() {
                    let asked = args.read_args::<E>().map_err(|_| bad_request());
                    let answer = asked.and_then(|event| handle(&service, &mut hall, &socket, &event));
                    if let Err(refusal) = &answer {
                        tracing::warn!(socket = socket.id(), event = E::NAME, %refusal, "refused");
                    }
                    ack.send(&Reply::from(answer));
                }
            }
        });
    }

    fn join(self: &Arc<Self>, hall: &mut Hall, socket: &Socket, join: &Join) -> Result<Joined, Refusal> {
        let Arrival { joined, presence } = hall.join(socket.id(), join, now())?;
        socket.join(channel(&joined.room));
        if let Some(presence) = presence {
            tell(socket, &presence.room, &presence);
            self.list_soon(socket);
        }
        Ok(joined)
    }

    fn leave(self: &Arc<Self>, hall: &mut Hall, socket: &Socket, leave: &Leave) -> Result<(), Refusal> {
        if let Some(presence) = hall.leave(socket.id(), leave)? {
            socket.leave(channel(&presence.room));
            tell(socket, &presence.room, &presence);
            self.list_soon(socket);
        }
        Ok(())
    }

    fn send(self: &Arc<Self>, hall: &mut Hall, socket: &Socket, send: &Send) -> Result<Stored, Refusal> {
        let Sent { stored, message } = hall.send(socket.id(), send, now())?;
        if let Some(message) = message {
            tell(socket, &message.room, &message);
        }
        Ok(stored)
    }

    fn typing(self: &Arc<Self>, hall: &mut Hall, socket: &Socket, typing: &Typing) -> Result<(), Refusal> {
        if let Some(typing) = hall.typing(socket.id(), typing) {
            emit(socket.to(channel(&typing.room)).volatile(), &typing);
        }
        Ok(())
    }

    fn rooms(self: &Arc<Self>, hall: &mut Hall, _: &Socket, _: &Rooms) -> Result<Listing, Refusal> {
        Ok(hall.listing())
    }

    fn depart(self: &Arc<Self>, socket: &Socket) {
        let mut hall = lock(&self.hall);
        let told = hall.depart(socket.id());
        told.iter().for_each(|presence| tell(socket, &presence.room, presence));
        if !told.is_empty() {
            self.list_soon(socket);
        }
    }

    /// Tells everybody the list of rooms, once for all changes that come close together.
    fn list_soon(self: &Arc<Self>, socket: &Socket) {
        if self.is_listing_due.swap(true, Ordering::AcqRel) {
            return;
        }
        let (service, socket) = (self.clone(), socket.clone());
        tokio::spawn(async move {
            tokio::time::sleep(LISTING_DELAY).await;
            // Before the list is made: what changes from here on is worth another one.
            service.is_listing_due.store(false, Ordering::Release);
            let listing = lock(&service.hall).listing();
            emit(socket.broadcast(), &listing);
            // It may have left meanwhile.
            let _ = socket.emit(Listing::NAME, &listing);
        });
    }
}

/// The others in a room.
fn tell<E: Event>(socket: &Socket, room: &str, event: &E) {
    emit(socket.to(channel(room)), event);
}

fn emit<E: Event>(to: Broadcast, event: &E) {
    if let Err(error) = to.emit(E::NAME, event) {
        tracing::error!(event = E::NAME, %error, "an event was not sent");
    }
}

/// The server's room behind a room of the chat. Every socket has a room of its own id, and a person who makes a room of
/// that name must not hear what is meant for the socket.
fn channel(room: &str) -> String {
    format!("chat:{room}")
}

fn bad_request() -> Refusal {
    Refusal::new(Reason::BadRequest, "the server does not understand this request: load the page again")
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
