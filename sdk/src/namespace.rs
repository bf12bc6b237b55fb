//! What the client's side knows of one namespace: whether it is joined, what waits for that, and who listens.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use parlor_protocol::client::SocketId;
use parlor_protocol::json::Payload;

use crate::auth::Auth;
use crate::connection::Connection;
use crate::error::{ConnectError, Disconnect, EventError};
use crate::listener::Listeners;

/// One namespace of one connection. It outlives connections; all [`Socket`](crate::Socket) handles share it.
#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) id: SocketId,
    pub(crate) name: String,
    pub(crate) auth: RefCell<Option<Auth>>,
    /// Whether the user wants it connected.
    pub(crate) active: Cell<bool>,
    /// Whether an event emitted now leaves at once. Ahead of `sid`, which follows what was told.
    pub(crate) joined: Cell<bool>,
    /// The public id, from the time the user was told to the time he was told that it is gone.
    pub(crate) sid: RefCell<Option<String>>,
    /// Whether the session that `sid` names is an earlier one.
    pub(crate) recovered: Cell<bool>,
    /// How many bytes of events wait for the namespace to be joined. All leave together when it is.
    pub(crate) buffered_bytes: Cell<usize>,
    pub(crate) connects: Rc<Listeners<()>>,
    pub(crate) disconnects: Rc<Listeners<Disconnect>>,
    pub(crate) connect_errors: Rc<Listeners<ConnectError>>,
    pub(crate) events: Rc<Listeners<Event>>,
    pub(crate) event_errors: Rc<Listeners<EventError>>,
}

impl Namespace {
    pub(crate) fn new(id: SocketId, name: &str) -> Self {
        Self {
            id,
            name: name.into(),
            auth: RefCell::default(),
            active: Cell::default(),
            joined: Cell::default(),
            sid: RefCell::default(),
            recovered: Cell::default(),
            buffered_bytes: Cell::default(),
            connects: Listeners::new(),
            disconnects: Listeners::new(),
            connect_errors: Listeners::new(),
            events: Listeners::new(),
            event_errors: Listeners::new(),
        }
    }
}

/// An event on its way to its listeners.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) payload: Payload,
    pub(crate) socket: SocketId,
    /// The id to answer under, until somebody has answered.
    pub(crate) ack: Rc<Cell<Option<u64>>>,
    pub(crate) connection: Weak<Connection>,
}

/// How much memory an event's data takes, near enough.
pub(crate) fn size_bytes(payload: &Payload) -> usize {
    payload.json().len() + payload.attachments().iter().map(|attachment| attachment.len()).sum::<usize>()
}
