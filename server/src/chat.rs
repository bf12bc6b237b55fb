//! The chat: the service behind the demo page, and behind any page that speaks [`parlor_chat`].
//!
//! What a socket sends is read and checked here, and waits at the desk for the clerk, who decides, stores and tells. Only
//! who is typing, and reactions, go past them: they are stored nowhere, and better lost than late; and a pulse, whose
//! answer is to take no longer than the way there and back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread::{self, JoinHandle};

use parlor_chat::bounds::{MAX_FILE_BYTES, MAX_PIECE_BYTES};
use parlor_chat::{
    Auth, Bring, Conversations, Event, Fetch, FileName, Join, Leave, MessageId, Nickname, Older, Piece,
    Pulse, REACTIONS, React, ReactBy, Reason, Refusal, Reply, Revise, RoomName, Rooms, Seen, Send, Text,
    Typing, TypingBy,
};
use parlor_protocol::json::Payload;
use tokio::sync::oneshot;

use self::clerk::{Clerk, House, news, others};
use self::desk::{Answer, Ask, Desk, Heard, Job, Note, Question, What, Write, not_stored, respond};
use self::tell::Reach;
use crate::{Ack, Server, Socket};

pub use self::database::{Database, DatabaseUrlError};
pub use self::store::OpenError;

mod clerk;
mod database;
mod desk;
mod hall;
mod identity;
mod people;
mod store;
pub(crate) mod tell;
mod told;

/// Serves the chat in `/`, with its rooms, messages and users in a database.
///
/// A socket asks with the events of [`parlor_chat`], and whatever is refused is answered with a
/// [`Refusal`]. Opening the database blocks for a moment: do it before serving.
///
/// # Durability
///
/// A message is acknowledged when its transaction is committed and flushed to the disk, so it survives a killed process
/// and, as far as the disk keeps its word, a power failure. Messages that wait for one another share a commit. While a
/// PostgreSQL cannot be reached, nothing is acknowledged, and the chat goes on by itself when it is back.
///
/// # Errors
///
/// The database cannot be opened, it cannot keep every text, or a newer server made it.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, chat};
///
/// let io = Server::new(Config::default());
/// let chat = chat::install(&io, &"sqlite::memory:".parse()?)?;
/// assert!(chat.is_running());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn install(io: &Server, database: &Database) -> Result<Chat, OpenError> {
    let (desk, jobs) = Desk::new();
    let is_reachable = Arc::new(AtomicBool::new(true));
    let cluster = io.0.cluster.as_ref().map(|cluster| name_among_others(cluster.adapter().id()));
    let house = House { namespace: Arc::downgrade(&io.0), cluster, is_reachable: is_reachable.clone() };
    let clerk = hire(database, jobs, house)?;
    if io.0.cluster.is_some() && !database.is_shared() {
        tracing::warn!(
            "the chat is this server's alone: servers of a cluster share one with --database postgres://…"
        );
    }
    let service = Arc::new(Service { desk, reach: Reach::of(database.is_shared()) });
    let chat = Chat { clerk: Arc::new(clerk), service: Arc::downgrade(&service), is_reachable };
    let ears = service.clone();
    io.on_server_side(others::HEARD, move |word, _: Ack| {
        ears.desk.push_heard(Heard::People(word));
        async {}
    });
    let ears = service.clone();
    io.on_server_side(news::HEARD, move |word, _: Ack| {
        ears.desk.push_heard(Heard::News(word));
        async {}
    });
    let door = service.clone();
    io.middleware(move |socket: Socket| {
        let door = door.clone();
        async move { door.judge(&socket).await.map_err(shown) }
    });
    io.on_connection(move |socket: Socket| {
        let service = service.clone();
        async move { service.attend(&socket) }
    });
    Ok(chat)
}

/// Drawn anew at each start: what another server has heard of this one before must not be taken for what it says now.
fn name_among_others(id: &str) -> String {
    // Without randomness nobody gets an identity either.
    crate::id::random().unwrap_or_else(|_| id.to_owned())
}

/// Starts the clerk, and waits until the database is open. It is opened on the clerk's thread, because its connection may
/// need to wait where a thread of the server must not.
fn hire(database: &Database, jobs: mpsc::Receiver<Job>, house: House) -> Result<JoinHandle<()>, OpenError> {
    let (open, opened) = mpsc::channel();
    let place = database.clone();
    let work = move || match Clerk::open(jobs, &place, house) {
        Ok(clerk) => {
            // Whoever started us waits for it.
            open.send(Ok(())).unwrap_or_default();
            clerk.run();
        }
        Err(error) => open.send(Err(error)).unwrap_or_default(),
    };
    let thread = thread::Builder::new().name("parlor-chat".to_owned()).spawn(work);
    let clerk = thread.map_err(|error| OpenError::thread(database, error))?;
    opened.recv().unwrap_or_else(|_| Err(OpenError::ended(database)))?;
    Ok(clerk)
}

/// The chat that was [installed](install). Dropping it changes nothing: the chat ends with its server.
#[derive(Debug, Clone)]
pub struct Chat {
    clerk: Arc<JoinHandle<()>>,
    service: Weak<Service>,
    is_reachable: Arc<AtomicBool>,
}

impl Chat {
    /// Whether the chat does its work: false when it has ended, by a fault that is in the log.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.clerk.is_finished()
    }

    /// Whether the database can be reached. While it cannot, what clients ask is refused as not stored, and they ask again;
    /// by itself the chat looks every few seconds whether it is back. A file can always be reached.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        self.is_reachable.load(Ordering::Relaxed)
    }

    /// Tells the other servers of a cluster that this one ends, so that they need not wait to see its people gone. To be called
    /// between [`Server::drain`] and [`Server::close`]; whoever is still here is not seen elsewhere any more. Ready when it
    /// is said, at once where there is nobody to tell.
    pub async fn part(&self) {
        let Some(service) = self.service.upgrade() else { return };
        let (parted, done) = oneshot::channel();
        service.desk.push(Job::Part(parted));
        // It is only dropped when the clerk has ended.
        let _ = done.await;
    }
}

#[derive(Debug)]
struct Service {
    desk: Desk,
    reach: Reach,
}

/// What a socket asks of the clerk.
enum Request {
    Note(Note),
    Question(Question),
}

impl Service {
    /// Lets in who proves to be who they say, and who says nothing: they get an identity.
    ///
    /// A connection waits here for the clerk, and nothing else can be asked in the namespace meanwhile: so one client
    /// has one such job waiting at most, however fast it comes and goes.
    async fn judge(&self, socket: &Socket) -> Result<(), Refusal> {
        let auth = socket.auth::<Auth>().map_err(|_| bad_request())?;
        let claim = identity::claim(&auth)?;
        if claim.is_none() && tell::user_of(socket).is_some() {
            // It is recovered, and was proven before.
            return Ok(());
        }
        let turn = self.desk.turn()?;
        let (verdict, judged) = oneshot::channel();
        let what = What::Admit { claim, verdict, turn };
        self.desk.push(Job::Write(Write { socket: socket.clone(), what }));
        judged.await.unwrap_or_else(|_| Err(not_stored()))
    }

    fn attend(self: &Arc<Self>, socket: &Socket) {
        if socket.recovered() {
            tell::leave_all(socket);
        }
        tell::identity(socket);
        self.on::<Join>(socket, |join| {
            let (room, nickname) = (RoomName::read(&join.room)?, Nickname::parse(&join.nickname)?);
            Ok(Request::Question(Question::Join { room, nickname }))
        });
        self.on::<Leave>(socket, |leave| {
            Ok(Request::Question(Question::Leave { room: RoomName::read(&leave.room)? }))
        });
        self.on::<Send>(socket, |send| {
            let (id, text) = (MessageId::parse(&send.id)?, Text::parse(&send.text)?);
            Ok(Request::Note(Note::Send { room: RoomName::read(&send.room)?, id, text }))
        });
        self.on::<Revise>(socket, |revise| {
            let (id, text) =
                (MessageId::parse(&revise.id)?, revise.text.as_deref().map(Text::parse).transpose()?);
            Ok(Request::Note(Note::Revise { room: RoomName::read(&revise.room)?, id, text }))
        });
        self.on::<Bring>(socket, |Bring { room, id, file }| {
            let (room, id, name) =
                (RoomName::read(&room)?, MessageId::parse(&id)?, FileName::parse(&file.name)?);
            if !(1..=MAX_FILE_BYTES).contains(&file.size) {
                return Err(Refusal::new(Reason::BadFile, "a file has at most 1 MB, and at least a byte"));
            }
            Ok(Request::Note(Note::Bring { room, id, name, size: file.size }))
        });
        self.on::<Piece>(socket, |Piece { room, id, at, bytes }| {
            let (room, id) = (RoomName::read(&room)?, MessageId::parse(&id)?);
            if bytes.len() > MAX_PIECE_BYTES {
                return Err(Refusal::new(Reason::BadFile, "a piece of a file has at most 32 KB"));
            }
            Ok(Request::Note(Note::Piece { room, id, at, bytes }))
        });
        self.on::<Fetch>(socket, |Fetch { room, id, at }| {
            let (room, id) = (RoomName::read(&room)?, MessageId::parse(&id)?);
            Ok(Request::Question(Question::Fetch { room, id, at }))
        });
        self.on::<Older>(socket, |Older { room, before, limit }| {
            Ok(Request::Question(Question::Older { room: RoomName::read(&room)?, before, limit }))
        });
        self.on::<Seen>(socket, |Seen { room, seq }| {
            Ok(Request::Note(Note::Seen { room: RoomName::read(&room)?, seq }))
        });
        self.on::<Conversations>(socket, |_| Ok(Request::Question(Question::Conversations)));
        self.on::<Rooms>(socket, |_| Ok(Request::Question(Question::Rooms)));
        let reach = self.reach;
        socket.on(Typing::NAME, move |socket: Socket, typing: Typing, _| async move {
            typed(reach, &socket, &typing);
        });
        socket.on(React::NAME, move |socket: Socket, react: React, _| async move {
            reacted(reach, &socket, &react);
        });
        socket.on(Pulse::NAME, |_: Socket, _: Payload, ack: Ack| async move { ack.send(&Reply::Ok(())) });
        let service = self.clone();
        // Not when it has left: it could have come back by then, under the same id, and be seen out of what it has joined.
        socket.on_disconnecting(move |socket: Socket, _| {
            let service = service.clone();
            async move { service.desk.push(Job::Depart(socket)) }
        });
    }

    /// Handles an event of the chat. The arguments are read here, so that wrong ones are answered too.
    fn on<E: Event + 'static>(self: &Arc<Self>, socket: &Socket, read: fn(E) -> Result<Request, Refusal>) {
        let service = self.clone();
        socket.on(E::NAME, move |socket: Socket, args: Payload, ack: Ack| {
            let service = service.clone();
            async move {
                let asked = args.read_args::<E>().map_err(|_| bad_request()).and_then(read);
                match asked.and_then(|request| Ok((request, service.desk.turn()?))) {
                    Err(refusal) => respond::<()>(&socket, E::NAME, &ack, Err(refusal)),
                    Ok((request, turn)) => {
                        let (done, answered) = oneshot::channel();
                        let answer = Answer { event: E::NAME, ack, done, turn };
                        service.desk.push(match request {
                            Request::Note(note) => {
                                Job::Write(Write { socket, what: What::Note { note, answer } })
                            }
                            Request::Question(question) => Job::Ask(Ask { socket, question, answer }),
                        });
                        // Never sent, only dropped.
                        let _ = answered.await;
                    }
                }
            }
        });
    }
}

/// Tells the others in a room, if the socket is in it.
fn typed(reach: Reach, socket: &Socket, typing: &Typing) {
    tell_in_passing(reach, socket, &typing.room, |room, member| TypingBy { room, member });
}

/// Tells the others in a room, if the socket is in it, and it is a reaction.
fn reacted(reach: Reach, socket: &Socket, react: &React) {
    if REACTIONS.contains(&react.reaction.as_str()) {
        let reaction = react.reaction.clone();
        tell_in_passing(reach, socket, &react.room, |room, member| ReactBy { room, member, reaction });
    }
}

fn tell_in_passing<E: Event>(
    reach: Reach,
    socket: &Socket,
    room: &str,
    event: impl FnOnce(String, String) -> E,
) {
    let Ok(room) = RoomName::read(room) else { return };
    let channel = tell::channel(&room);
    let is_there = socket.rooms().iter().any(|joined| **joined == *channel);
    if let (true, Some(user)) = (is_there, tell::user_of(socket)) {
        let event = event(room.as_str().to_owned(), user.as_str().to_owned());
        tell::emit(reach.limit(socket.to(channel).volatile()), &event);
    }
}

/// How a client that is kept out hears why.
fn shown(refusal: Refusal) -> crate::Refusal {
    let plain = crate::Refusal::new(refusal.message.clone());
    plain.clone().with_data(&refusal).unwrap_or(plain)
}

fn bad_request() -> Refusal {
    Refusal::new(Reason::BadRequest, "the server does not understand this request: load the page again")
}

#[cfg(test)]
#[cfg(feature = "postgres-tests")]
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[cfg(test)]
mod tests;
