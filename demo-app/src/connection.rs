//! The page's connection: the only place that knows `parlor_client`.
//!
//! What the server says becomes an [`Action`], in the order in which it said it; an [`Effect`] becomes an emit.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use parlor_chat::bounds::MAX_PAGE_MESSAGES;
use parlor_chat::{
    Conversations, Event, Identity, Join, Leave, Listing, Message, MessageId, Older, Presence, Pulse, React,
    ReactBy, Reason, Refusal, Reply, Revise, Revised, RoomName, Rooms, Seen, SeenBy, Send, Typing, TypingBy,
};
use parlor_client::{
    AckError, BuildError, Builder, Client, ConnectErrorKind, ConnectionState, Listener, Socket,
    TransportKind, TransportOptions,
};
use yew::Callback;
use yew::platform::spawn_local;

use crate::browser::{self, Address};
use crate::state::{Action, Effect, Failure, Link};

mod files;

pub(crate) use files::{Progress, Request};

/// How long to wait for the server's answer before asking again: a slow phone network answers sooner.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Beyond this there is no latency to speak of, and the next question is due.
const PULSE_WITHIN: Duration = Duration::from_secs(5);

pub(crate) struct Connection {
    socket: Socket,
    report: Callback<Action>,
    /// What is on its way to the server.
    outgoing: RefCell<BTreeMap<MessageId, Bytes>>,
    /// Whether the person wants no connection.
    is_offline: Cell<bool>,
    // It lives as long as this, and so do its listeners.
    client: Client,
    _listeners: Vec<Listener>,
}

impl Connection {
    /// Connects, and reports whatever happens from now on.
    ///
    /// # Errors
    ///
    /// The address is none.
    pub(crate) fn open(address: &Address, report: Callback<Action>) -> Result<Self, BuildError> {
        let client = builder(address).auth_with(browser::auth).build()?;
        let socket = client.of("/");
        let listeners = listen(&client, &socket, &report);
        socket.connect();
        let (outgoing, is_offline) = (RefCell::default(), Cell::new(false));
        Ok(Self { socket, report, outgoing, is_offline, client, _listeners: listeners })
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Closes the connection, and opens none until it is told otherwise.
    pub(crate) fn go_offline(&self, is_offline: bool) {
        self.is_offline.set(is_offline);
        if is_offline {
            // Of every namespace: the last to leave takes the connection with it.
            self.client.disconnect();
        } else {
            self.socket.connect();
        }
    }

    pub(crate) fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::ListRooms => {
                let rooms = self.ask(&Rooms {});
                self.answer(async move { read(rooms.await).ok().map(Action::Listing) });
            }
            Effect::ListTalks => {
                let talks = self.ask(&Conversations {});
                self.answer(async move { read(talks.await).ok().map(Action::Talks) });
            }
            Effect::Knock if self.is_offline.get() => {}
            Effect::Knock => self.socket.connect(),
            Effect::Older { room, before } => {
                let limit = u32::try_from(MAX_PAGE_MESSAGES).unwrap_or(u32::MAX);
                let page = self.ask(&Older { room: room.as_str().to_owned(), before, limit });
                self.answer(async move { Some(Action::Older { room, answer: read(page.await) }) });
            }
            Effect::Seen { room, seq } => {
                let told = self.ask(&Seen { room: room.as_str().to_owned(), seq });
                self.answer(async move {
                    // Told or not: what is seen later is told again.
                    let _ = told.await;
                    Some(Action::SeenTold(room))
                });
            }
            Effect::Join { room, nickname } => self.join(room, nickname.as_str()),
            Effect::Leave { room } => self.tell(&Leave { room: room.as_str().to_owned() }),
            Effect::Send { room, id, text } => {
                let send = Send {
                    room: room.as_str().to_owned(),
                    id: id.as_str().to_owned(),
                    text: text.as_str().to_owned(),
                };
                let reply = self.ask(&send);
                self.answer(async move { Some(Action::Stored { room, id, answer: read(reply.await) }) });
            }
            Effect::Typing { room } => {
                let typing = Typing { room: room.as_str().to_owned() };
                // Better lost than late, so a failure is none.
                let _ = self.socket.volatile().emit(Typing::NAME, &typing);
            }
            Effect::Bring { room, id, name, size } => self.bring(room, id, &name, size),
            Effect::Piece { room, id, at } => self.piece(room, id, at),
            Effect::Forget { id } => self.forget_bytes(&id),
            Effect::React { room, reaction } => {
                let react = React { room: room.as_str().to_owned(), reaction: reaction.to_owned() };
                let _ = self.socket.volatile().emit(React::NAME, &react);
            }
            Effect::Revise { room, id, text } => {
                let (room, id) = (room.as_str().to_owned(), id.as_str().to_owned());
                let revision = Revise { room, id, text: text.map(|text| text.as_str().to_owned()) };
                let reply = self.ask(&revision);
                self.answer(async move { Some(Action::RevisionAnswered(read(reply.await))) });
            }
            Effect::Pulse => self.pulse(),
            // Nothing for the server.
            Effect::Remember | Effect::Keep => {}
        }
    }

    fn join(&self, room: RoomName, nickname: &str) {
        let join = Join { room: room.as_str().to_owned(), nickname: nickname.to_owned() };
        let reply = self.ask(&join);
        self.answer(async move { Some(Action::Joined { room, answer: read(reply.await) }) });
    }

    fn pulse(&self) {
        let asked = browser::milliseconds();
        let reply = self.socket.timeout(PULSE_WITHIN).emit_with_ack(Pulse::NAME, &Pulse {});
        self.answer(async move {
            let took = read::<()>(reply.await).ok().and_then(|()| browser::milliseconds_since(asked));
            Some(Action::Pulsed(took))
        });
    }

    /// Emits at once, and answers when the server does.
    fn ask<E: Event>(&self, event: &E) -> impl Future<Output = Result<E::Ack, AckError>> + use<E> {
        self.socket.timeout(ANSWER_WITHIN).emit_with_ack(E::NAME, event)
    }

    fn tell<E: Event>(&self, event: &E) {
        // Refused only when too much waits for a connection; and then there is nobody to tell.
        let _ = self.socket.emit(E::NAME, event);
    }

    fn answer(&self, answer: impl Future<Output = Option<Action>> + 'static) {
        let report = self.report.clone();
        spawn_local(async move {
            if let Some(action) = answer.await {
                report.emit(action);
            }
        });
    }
}

/// Begins a client of the room server.
pub(crate) fn builder(address: &Address) -> Builder {
    let builder = Client::builder(&address.server);
    match &address.websocket_path {
        Some(path) => {
            builder.transport_options(TransportKind::WebSocket, TransportOptions::default().path(path))
        }
        None => builder,
    }
}

fn listen(client: &Client, socket: &Socket, report: &Callback<Action>) -> Vec<Listener> {
    let (connected, disconnected, state) = (later(report), later(report), later(report));
    let (refused, put_out) = (later(report), later(report));
    vec![
        client.on_state(move |now| state(Action::Link(link(now)))),
        socket.on_connect(move || connected(Action::Connected)),
        socket.on_disconnect(move |why| {
            disconnected(Action::Disconnected);
            if !why.reconnects() {
                put_out(Action::ShutOut);
            }
        }),
        socket.on_connect_error(move |error| {
            if let ConnectErrorKind::Refused(refusal) = error.kind() {
                // A server that has lost its memory knows nobody: we come as somebody new.
                if refusal.data::<Refusal>().is_some_and(|refusal| refusal.reason == Reason::Unproven) {
                    browser::forget_identity();
                }
                refused(Action::ShutOut);
            }
        }),
        socket.on(Identity::NAME, |identity: Identity| browser::remember_identity(&identity)),
        on::<Listing>(socket, report, Action::Listing),
        on::<Message>(socket, report, Action::Message),
        on::<Presence>(socket, report, Action::Presence),
        on::<ReactBy>(socket, report, Action::ReactBy),
        on::<Revised>(socket, report, Action::Revised),
        on::<SeenBy>(socket, report, Action::SeenBy),
        on::<TypingBy>(socket, report, Action::TypingBy),
    ]
}

fn on<E: Event + 'static>(socket: &Socket, report: &Callback<Action>, action: fn(E) -> Action) -> Listener {
    let report = later(report);
    socket.on(E::NAME, move |event: E| report(action(event)))
}

/// Reports by way of the queue of futures: an ack takes that way, and the order of acks and events has to be kept.
fn later(report: &Callback<Action>) -> impl Fn(Action) + 'static {
    let report = report.clone();
    move |action| {
        let report = report.clone();
        spawn_local(async move { report.emit(action) });
    }
}

pub(crate) fn link(state: ConnectionState) -> Link {
    match state {
        ConnectionState::Connecting => Link::Connecting,
        ConnectionState::Connected { transport } => Link::Connected { transport: transport.as_str() },
        ConnectionState::Reconnecting { attempt } => Link::Reconnecting { attempt },
        _ => Link::Offline,
    }
}

fn read<T>(reply: Result<Reply<T>, AckError>) -> Result<T, Failure> {
    match reply {
        Ok(Reply::Refused(refusal)) if refusal.reason.is_passing() => Err(Failure::Unanswered),
        Ok(reply) => Result::from(reply).map_err(Failure::Refused),
        Err(_) => Err(Failure::Unanswered),
    }
}
