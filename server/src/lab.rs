//! The emit lab: says a line of the cheat sheet when it is asked to, to a visitor who watches with a few clients of their
//! own.
//!
//! Rule: a visitor is alone. Their clients meet in a namespace of a name that they drew, which a line takes for `/`; so
//! nothing that is said there reaches anybody else, and it is gone when they are.

use std::ops::Deref;

use parlor_chat::lab::{
    self, HEARD, HELLO, Lines, MAX_SOCKETS_PER_LAB, NAMESPACES, SEATS, SETTLE, Said, Say, TakeSeat,
    UNANSWERED,
};
use parlor_chat::{Event, Reason, Refusal, Reply};
use parlor_protocol::socket::Namespace as Name;

use crate::parent::ParentNamespace;
use crate::{Ack, EmitError, Namespace, Server, Socket};

mod lines;

/// Opens the lab, in namespaces that come and go with their visitors: see [`parlor_chat::lab`].
///
/// [`Config::max_dynamic_namespaces`](crate::Config::max_dynamic_namespaces) is the bound on them, and
/// [`Config::cleanup_empty_child_namespaces`](crate::Config::cleanup_empty_child_namespaces) lets them go.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, lab};
///
/// let io = Server::new(Config { cleanup_empty_child_namespaces: true, ..Config::default() });
/// lab::install(&io);
/// ```
pub fn install(io: &Server) {
    let labs = io.of_pattern(NAMESPACES).expect("a constant that the tests use");
    labs.middleware(
        |socket: Socket| async move { seat(&socket).map_err(|why| crate::Refusal::new(why.message)) },
    );
    labs.on_connection(|socket: Socket| async move { attend(&socket) });
}

/// Gives a client its seat, and so its rooms: which those are is not for it to say.
fn seat(socket: &Socket) -> Result<(), Refusal> {
    let taken = socket.auth::<TakeSeat>().ok();
    let seat = taken.and_then(|taken| SEATS.into_iter().find(|seat| seat.name == taken.seat));
    let seat = seat.ok_or_else(|| Refusal::new(Reason::BadRequest, "the lab has no such seat"))?;
    if socket.namespace().sockets().len() >= MAX_SOCKETS_PER_LAB {
        return Err(Refusal::new(Reason::RoomFull, "too many clients are in this lab: open another"));
    }
    let is_custom = socket.namespace().name().ends_with("-custom");
    socket.join(if is_custom { seat.custom_rooms } else { seat.rooms });
    Ok(())
}

fn attend(socket: &Socket) {
    socket.on(Lines::NAME, |_, _: Lines, ack: Ack| async move { ack.send(&Reply::Ok(lines::all())) });
    socket.on(Say::NAME, |socket: Socket, say: Say, ack: Ack| async move {
        ack.send(&Reply::from(said(&socket, &say).await));
    });
    socket.on(HELLO, |socket: Socket, text: String, ack: Ack| async move {
        log(socket.emit(HEARD, &text));
        ack.send(&text);
    });
    socket.on(UNANSWERED, |socket: Socket, (), _: Ack| async move { log(socket.emit(HEARD, UNANSWERED)) });
    socket.on(SETTLE, |_, (), ack: Ack| async move { ack.send(&()) });
}

async fn said(socket: &Socket, say: &Say) -> Result<Said, Refusal> {
    let io = Io::around(socket)
        .ok_or_else(|| Refusal::new(Reason::BadRequest, "nobody is in the lab's /custom"))?;
    let said = lines::say(&say.line, &io, socket, &say.socket_id).await;
    said.ok_or_else(|| Refusal::new(Reason::BadRequest, "the lab has no such line"))
}

/// What a visitor takes for the server: their first namespace is its `/`.
struct Io {
    root: Namespace,
    custom: Namespace,
}

impl Io {
    /// `None` when nobody is in the second namespace: it is looked for and not made, because one that is made stays.
    fn around(socket: &Socket) -> Option<Self> {
        let root = socket.namespace().clone();
        let id = root.name().strip_prefix("/lab-")?;
        let home = root.0.parent().and_then(ParentNamespace::home)?;
        let custom = home.find(&Name::new(&lab::custom(id)))?;
        Some(Self { root, custom })
    }

    /// Another namespace. There is one only, whatever its name.
    const fn of(&self, _custom: &str) -> &Namespace {
        &self.custom
    }
}

impl Deref for Io {
    type Target = Namespace;

    fn deref(&self) -> &Namespace {
        &self.root
    }
}

fn log(result: Result<(), EmitError>) {
    if let Err(error) = result {
        tracing::debug!(%error, "an event of the lab was not sent");
    }
}

#[cfg(test)]
mod tests;
