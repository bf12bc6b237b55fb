//! The visitor's clients: one for each seat, on a connection of its own, in both of the lab's namespaces.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use parlor_chat::lab::{
    self, HEARD, Line, Lines, NEWS, QUESTION, RIDDLE, SEATS, SETTLE, SOLVER, Said, Say, Seat, TakeSeat,
};
use parlor_chat::{Event, Reply};
use parlor_client::{Ack, AckError, BuildError, Client, Direction, Listener, Socket};
use yew::Callback;

use super::lines;
use super::run::{Run, Trace};
use crate::browser::Address;
use crate::connection;
use crate::state::Link;

/// How long the server may take for an answer of its own; it waits for clients five seconds at most.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What the page is told.
#[derive(Debug, Clone)]
pub(crate) enum News {
    /// The connection of that seat.
    Link(usize, Link),
    /// A socket has come into its namespace, or else left it.
    Seated(bool),
    /// A socket was not let in.
    Refused(String),
    Lines(Vec<Line>),
}

/// Who says a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Speaker {
    Server,
    Client,
}

pub(crate) struct Table {
    /// One for each of the [`SEATS`].
    places: [Place; SEATS.len()],
    trace: Rc<RefCell<Trace>>,
}

struct Place {
    root: Socket,
    custom: Socket,
    // They live as long as this.
    _client: Client,
    _listeners: Vec<Listener>,
}

/// Sockets that must be in before a line says anything about anybody.
pub(super) const ALL_SEATED: usize = 2 * SEATS.len();

impl Table {
    pub(super) fn lay(id: &str, address: &Address, tell: &Callback<News>) -> Result<Self, BuildError> {
        let trace = Rc::<RefCell<Trace>>::default();
        let [a, b, c] = SEATS;
        let take = |at, seat| Place::take(at, seat, id, address, &trace, tell);
        Ok(Self { places: [take(0, a)?, take(1, b)?, take(2, c)?], trace })
    }

    /// In whose name every line is said.
    const fn sender(&self) -> &Socket {
        let [Place { root, .. }, ..] = &self.places;
        root
    }

    /// Asks the server for its lines.
    pub(super) async fn lines(&self) -> Option<Vec<Line>> {
        let asked = self.sender().timeout(ANSWER_WITHIN).emit_with_ack(Lines::NAME, &Lines {});
        match asked.await {
            Ok(Reply::Ok(lines)) => Some(lines),
            Ok(Reply::Refused(_)) | Err(_) => None,
        }
    }

    /// Has a line said, and waits until everybody has heard of it who will.
    pub(super) async fn run(&self, speaker: &Speaker, line: &str) -> Run {
        self.trace.borrow_mut().take();
        let said = match speaker {
            Speaker::Server => self.by_server(line).await,
            Speaker::Client => self.by_client(line).await,
        };
        let settled = self.settle().await;
        let (received, frames) = self.trace.borrow_mut().take();
        Run { received, said: settled.map_err(|error| error.to_string()).and(said), frames }
    }

    async fn by_server(&self, line: &str) -> Result<Said, String> {
        let [_, _, Place { root: last, .. }] = &self.places;
        let say = Say { line: line.to_owned(), socket_id: last.id().unwrap_or_default() };
        let asked = self.sender().timeout(ANSWER_WITHIN).emit_with_ack::<Reply<Said>>(Say::NAME, &say);
        match asked.await {
            Ok(Reply::Ok(said)) => Ok(said),
            Ok(Reply::Refused(refusal)) => Err(refusal.message),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn by_client(&self, line: &str) -> Result<Said, String> {
        lines::say(line, self.sender()).await.ok_or_else(|| "there is no such line".to_owned())
    }

    /// Whatever was sent before has come when each connection has brought the answer to this.
    async fn settle(&self) -> Result<(), AckError> {
        let sockets = self.places.iter().flat_map(|place| [&place.root, &place.custom]);
        let asked: Vec<_> =
            sockets.map(|socket| socket.timeout(ANSWER_WITHIN).emit_with_ack::<()>(SETTLE, &())).collect();
        for answer in asked {
            answer.await?;
        }
        Ok(())
    }
}

impl Place {
    fn take(
        at: usize,
        seat: Seat,
        id: &str,
        address: &Address,
        trace: &Rc<RefCell<Trace>>,
        tell: &Callback<News>,
    ) -> Result<Self, BuildError> {
        let taking = TakeSeat { seat: seat.name.to_owned() };
        let client = connection::builder(address).auth(&taking).build()?;
        let (root, custom) = (client.of(&lab::namespace(id)), client.of(&lab::custom(id)));
        let mut listeners = vec![watch_frames(&client, seat, trace), watch_link(&client, at, tell)];
        for (socket, is_custom) in [(&root, false), (&custom, true)] {
            listeners.extend(watch_seat(socket, tell));
            listeners.extend(attend(socket, is_custom, at, seat, trace));
            socket.connect();
        }
        Ok(Self { root, custom, _client: client, _listeners: listeners })
    }
}

fn watch_frames(client: &Client, seat: Seat, trace: &Rc<RefCell<Trace>>) -> Listener {
    let trace = trace.clone();
    client.on_packet(move |packet| {
        if let Some(text) = packet.text() {
            let is_sent = packet.direction() == Direction::Sent;
            trace.borrow_mut().see(seat.name, is_sent, text, packet.size_bytes());
        }
    })
}

fn watch_link(client: &Client, at: usize, tell: &Callback<News>) -> Listener {
    let tell = tell.clone();
    client.on_state(move |state| tell.emit(News::Link(at, connection::link(state))))
}

fn watch_seat(socket: &Socket, tell: &Callback<News>) -> [Listener; 3] {
    let (comes, goes, refused) = (tell.clone(), tell.clone(), tell.clone());
    [
        socket.on_connect(move || comes.emit(News::Seated(true))),
        socket.on_disconnect(move |_| goes.emit(News::Seated(false))),
        socket.on_connect_error(move |error| refused.emit(News::Refused(error.to_string()))),
    ]
}

/// Writes down what comes, and answers what is asked.
fn attend(
    socket: &Socket,
    is_custom: bool,
    at: usize,
    seat: Seat,
    trace: &Rc<RefCell<Trace>>,
) -> [Listener; 4] {
    let count = |trace: &Rc<RefCell<Trace>>| {
        let trace = trace.clone();
        move || {
            let received = &mut trace.borrow_mut().received;
            let counts = if is_custom { &mut received.custom } else { &mut received.root };
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
    };
    let (news, asked, puzzled, heard) = (count(trace), count(trace), count(trace), trace.clone());
    [
        socket.on(NEWS, move |_: String| news()),
        socket.on_with_ack(QUESTION, move |(), ack: Ack| {
            asked();
            answer(ack, seat);
        }),
        socket.on_with_ack(RIDDLE, move |(), ack: Ack| {
            puzzled();
            if seat.name == SOLVER {
                answer(ack, seat);
            }
        }),
        socket.on(HEARD, move |_: String| heard.borrow_mut().received.server += 1),
    ]
}

fn answer(ack: Ack, seat: Seat) {
    // The name of a seat can be written as JSON.
    let _ = ack.send(seat.name);
}
