//! The clerk: one thread that takes requests in the order in which they came, writes down, and tells.
//!
//! It alone has the database and knows who is where, so there is nothing to lock. Writes that wait behind one another are
//! stored by one commit; only then are they told, in their order. Whatever is no write ends the batch. So a message is
//! acknowledged and broadcast when it is stored, messages are broadcast by `seq`, and who joins hears everything behind
//! the history, once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parlor_chat::{
    Held, Identity, Message, MessageId, Reason, Refusal, Revised, RoomName, SeenBy, Stored, Text, UserId,
};

use super::database::Database;
use super::desk::{Answer, Ask, Job, Note, Question, What, Write, not_stored};
use super::identity;
use super::people::People;
use super::store::{Brought, Fault, OpenError, Revisal, Sent, Store};
use super::tell::{self, Reach};
use super::told::Told;
use crate::{Socket, namespace};

pub(super) mod news;
pub(super) mod others;
mod rooms;

/// Writes in one commit: a commit costs about as much as storing a hundred, so more would only make the first ones wait.
const MAX_BATCH: usize = 256;

/// How long changes of the list of rooms are gathered before everybody is told: whoever is in a hurry asks, and the
/// rest would otherwise hear of every single join and leave on the server.
const LISTING_DELAY: Duration = Duration::from_millis(250);

pub(super) struct Clerk {
    jobs: Receiver<Job>,
    store: Store,
    people: People,
    /// What came behind a batch and was none for it.
    held: Option<Job>,
    /// When everybody is told the list of rooms.
    listing: Option<Instant>,
    /// It does not keep the server alive: the clerk ends with it.
    namespace: Weak<namespace::Shared>,
    /// Whether other servers hear what is told.
    has_others: bool,
    /// How far the news of a database that is shared were told.
    told: Told,
    /// When to look what other servers have done, if they share the database.
    look_at: Option<Instant>,
    /// Of the rooms that the hall knows.
    last_epoch: u64,
    /// Whether the database can be reached, for whoever wants to know.
    is_reachable: Arc<AtomicBool>,
}

/// What the clerk works for.
pub(super) struct House {
    pub(super) namespace: Weak<namespace::Shared>,
    /// A name for this server among others, if it is in a cluster.
    pub(super) cluster: Option<String>,
    /// Whether the database can be reached, for whoever wants to know.
    pub(super) is_reachable: Arc<AtomicBool>,
}

/// Why something was not done.
enum Trouble {
    Refused(Refusal),
    /// The database failed: so does all that was to be stored with it.
    Failed(Fault),
}

/// What a write has come to, to be told when it is committed.
enum Outcome {
    Proven(UserId),
    Issued(Identity),
    Sent { stored: Stored, message: Option<Message> },
    Revised { revised: Revised, is_news: bool },
    Seen(Option<SeenBy>),
    Held(Held),
}

impl Clerk {
    /// Opens the database for the jobs that come, with the default rooms.
    pub(super) fn open(jobs: Receiver<Job>, database: &Database, house: House) -> Result<Self, OpenError> {
        let store = Store::open(database)?;
        let House { namespace, cluster, is_reachable } = house;
        let look_at = store.is_shared().then(Instant::now);
        let name = cluster.filter(|_| store.is_shared());
        let has_others = name.is_some();
        let people = name.map_or_else(People::alone, |name| People::among_others(name, Instant::now()));
        let mut clerk = Self {
            jobs,
            store,
            people,
            held: None,
            listing: None,
            namespace,
            has_others,
            told: Told::up_to(0),
            look_at,
            last_epoch: 0,
            is_reachable,
        };
        clerk.begin().map_err(|fault| OpenError::failed(database, fault))?;
        Ok(clerk)
    }

    fn begin(&mut self) -> Result<(), Fault> {
        self.make_default_rooms(now())?;
        self.last_epoch = self.store.last_epoch()?;
        self.people.hall_mut().renew(self.store.public_rooms()?);
        self.told = Told::up_to(self.store.last_news()?);
        self.say_words();
        Ok(())
    }

    /// Works until nobody can ask any more.
    pub(super) fn run(mut self) {
        while let Some(job) = self.next() {
            match job {
                Job::Write(write) => self.write_with_all_that_wait(write),
                Job::Ask(ask) => self.answer(ask),
                Job::Depart(socket) => self.depart(&socket),
                Job::Heard { heard, turn } => {
                    self.hear(heard);
                    drop(turn);
                }
                Job::Part(parted) => {
                    self.people.part();
                    self.say_words();
                    // Whoever waited for it may have given up.
                    let _ = parted.send(());
                }
            }
            self.say_words();
        }
    }

    fn answer(&mut self, ask: Ask) {
        let Ask { socket, question, answer } = ask;
        match question {
            Question::Join { room, nickname } => {
                let joined = self.join(&socket, &room, &nickname, now());
                answer.give(&socket, joined.map_err(refusal));
            }
            Question::Leave { room } => {
                self.leave(&socket, &room);
                answer.give(&socket, Ok(()));
            }
            Question::Older { room, before, limit } => {
                let history = self.older(&socket, &room, before, limit);
                answer.give(&socket, history.map_err(refusal));
            }
            Question::Fetch { room, id, at } => {
                answer.give(&socket, self.fetch(&socket, &room, &id, at).map_err(refusal));
            }
            Question::Conversations => {
                answer.give(&socket, self.conversations(&socket).map_err(refusal));
            }
            Question::Rooms => answer.give(&socket, Ok(self.people.hall().listing())),
        }
    }

    fn next(&mut self) -> Option<Job> {
        loop {
            self.do_what_is_due();
            if let Some(job) = self.held.take() {
                return Some(job);
            }
            let due = self.listing.into_iter().chain(self.looks_at()).chain(self.people.due()).min();
            let Some(due) = due else { return self.jobs.recv().ok() };
            match self.jobs.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(job) => return Some(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn do_what_is_due(&mut self) {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
        if is_due(self.listing) {
            self.listing = None;
            if let Some(namespace) = self.namespace() {
                tell::listing(&namespace, &self.people.hall().listing());
            }
        }
        if is_due(self.looks_at()) {
            self.look();
        }
        if is_due(self.people.due()) {
            let moved = self.people.tick(Instant::now());
            self.tell_moved(&moved);
            self.say_words();
        }
    }

    /// The list of rooms has changed.
    fn list_rooms_soon(&mut self) {
        self.listing.get_or_insert_with(|| Instant::now() + LISTING_DELAY);
    }

    /// Lets whoever looks know whether the database can be reached.
    fn notice_outage(&self) {
        self.is_reachable.store(self.store.retry_at().is_none(), Ordering::Relaxed);
    }

    fn write_with_all_that_wait(&mut self, first: Write) {
        let mut batch = vec![first];
        while batch.len() < MAX_BATCH {
            match self.jobs.try_recv() {
                Ok(Job::Write(write)) => batch.push(write),
                // Nobody hears of it: whoever comes and goes must not make the others' commits small.
                Ok(Job::Depart(socket)) if self.people.hall().is_nowhere(socket.id()) => {}
                Ok(job) => {
                    self.held = Some(job);
                    break;
                }
                Err(_) => break,
            }
        }
        self.write_down(batch);
    }

    /// Stores all of it with one commit, and tells it.
    fn write_down(&mut self, batch: Vec<Write>) {
        let reach = Reach::of(self.store.is_shared());
        let outcomes = self.store.begin().and_then(|()| self.note_all(&batch));
        match outcomes {
            Err(error) => {
                self.store.roll_back();
                if batch.len() > 1 && error.is_of_one() {
                    // Not the database is ill, but one of them: the others shall not suffer from it.
                    batch.into_iter().for_each(|write| self.write_down(vec![write]));
                    return;
                }
                if !error.is_outage() {
                    tracing::error!(%error, lost = batch.len(), "the chat's database failed");
                }
                batch.into_iter().for_each(|write| tell(write, Err(not_stored()), false, reach));
            }
            Ok(outcomes) => {
                let span = self.store.span();
                let (word, tells) = (self.word(span, &outcomes), self.may_tell(span));
                batch
                    .into_iter()
                    .zip(outcomes)
                    .for_each(|(write, outcome)| tell(write, outcome, tells, reach));
                if let (true, Some(span)) = (tells, span) {
                    self.told.advance(span.last);
                }
                word.iter().for_each(|word| self.say_news(word));
            }
        }
    }

    fn note_all(&mut self, batch: &[Write]) -> Result<Vec<Result<Outcome, Refusal>>, Fault> {
        let now = now();
        let mut outcomes = Vec::with_capacity(batch.len());
        for write in batch {
            outcomes.push(match self.note(write, now) {
                Ok(outcome) => Ok(outcome),
                Err(Trouble::Refused(refusal)) => Err(refusal),
                Err(Trouble::Failed(error)) => return Err(error),
            });
        }
        self.store.commit()?;
        Ok(outcomes)
    }

    fn note(&mut self, write: &Write, now: u64) -> Result<Outcome, Trouble> {
        match &write.what {
            What::Admit { claim: Some((id, token_hash)), .. } => {
                let is_proven = self.store.proves(id, token_hash, now)?;
                if is_proven { Ok(Outcome::Proven(id.clone())) } else { Err(identity::unproven().into()) }
            }
            What::Admit { claim: None, .. } => self.issue(now).map(Outcome::Issued),
            What::Note { note: Note::Send { room, id, text }, .. } => {
                let author = self.people.hall().member(write.socket.id(), room)?;
                let (stored, message) = match self.store.add_message(room, author, id, text, now)? {
                    Sent::New(message) => {
                        let Message { epoch, seq, time, .. } = message;
                        (Stored { epoch, seq, time }, Some(message))
                    }
                    Sent::Before(stored) => (stored, None),
                    Sent::Taken => return Err(taken().into()),
                    Sent::NoRoom => return Err(not_stored().into()),
                };
                Ok(Outcome::Sent { stored, message })
            }
            What::Note { note: Note::Revise { room, id, text }, .. } => {
                self.revise(&write.socket, room, id, text.as_ref())
            }
            What::Note { note: Note::Bring { room, id, name, size }, .. } => {
                let user = &self.people.hall().member(write.socket.id(), room)?.id;
                held(self.store.bring((room, id), user, (name, *size), now)?)
            }
            What::Note { note: Note::Piece { room, id, at, bytes }, .. } => {
                let user = &self.people.hall().member(write.socket.id(), room)?.id;
                held(self.store.add_piece((room, id), user, *at, bytes)?)
            }
            What::Note { note: Note::Seen { room, seq }, .. } => {
                let user = self.people.hall().member(write.socket.id(), room)?.id.clone();
                let seq = (*seq).min(self.store.last_seq(room)?);
                let is_news = self.store.mark(room, &user, seq)?;
                let told = is_news && self.is_small(room);
                Ok(Outcome::Seen(told.then(|| SeenBy { room: room.as_str().to_owned(), user, seq })))
            }
        }
    }

    fn revise(
        &self,
        socket: &Socket,
        room: &RoomName,
        id: &MessageId,
        text: Option<&Text>,
    ) -> Result<Outcome, Trouble> {
        let user = &self.people.hall().member(socket.id(), room)?.id;
        match self.store.revise(room, user, id, text)? {
            Revisal::Done(revised) => Ok(Outcome::Revised { revised, is_news: true }),
            Revisal::Before(revised) => Ok(Outcome::Revised { revised, is_news: false }),
            Revisal::NotTheirs => {
                Err(Refusal::new(Reason::NotYours, "this is somebody else's message").into())
            }
            Revisal::Gone => Err(Refusal::new(Reason::NoSuchMessage, "this message is no more").into()),
        }
    }

    fn issue(&mut self, now: u64) -> Result<Identity, Trouble> {
        let identity = identity::draw().map_err(|error| {
            tracing::error!(%error, "no randomness for an identity");
            not_stored()
        })?;
        let id = UserId::parse(&identity.id)?;
        self.store.add_user(&id, &identity::hash(&identity.token), now)?;
        Ok(identity)
    }
}

/// Answers with what a write has come to, now that it is committed, or is not; and tells the others, if it is time to.
fn tell(write: Write, outcome: Result<Outcome, Refusal>, tells: bool, reach: Reach) {
    let Write { socket, what } = write;
    match (what, outcome) {
        (What::Admit { verdict, turn, .. }, outcome) => {
            let judgement = match outcome {
                Ok(Outcome::Proven(id)) => {
                    tell::is_user(&socket, id.as_str());
                    Ok(())
                }
                Ok(Outcome::Issued(identity)) => {
                    tell::is_user(&socket, &identity.id);
                    socket.data().insert(identity);
                    Ok(())
                }
                Ok(_) => Err(not_stored()),
                Err(refusal) => Err(refusal),
            };
            drop(turn);
            // It has gone meanwhile, and nobody wants to know.
            let _ = verdict.send(judgement);
        }
        (What::Note { note, answer }, outcome) => tell_note(&socket, &note, answer, outcome, tells, reach),
    }
}

fn tell_note(
    socket: &Socket,
    note: &Note,
    answer: Answer,
    outcome: Result<Outcome, Refusal>,
    tells: bool,
    reach: Reach,
) {
    let (Note::Send { room, .. }
    | Note::Revise { room, .. }
    | Note::Seen { room, .. }
    | Note::Bring { room, .. }
    | Note::Piece { room, .. }) = note;
    match outcome {
        Ok(Outcome::Sent { stored, message }) => {
            if let Some(message) = message {
                socket.metrics().chat_messages_stored.add(1);
                if tells {
                    tell::readers(socket, room, &message);
                }
            }
            answer.give(socket, Ok(stored));
        }
        Ok(Outcome::Revised { revised, is_news }) => {
            if is_news && tells {
                tell::readers(socket, room, &revised);
            }
            answer.give(socket, Ok(revised));
        }
        Ok(Outcome::Held(held)) => answer.give(socket, Ok(held)),
        Ok(Outcome::Seen(seen)) => {
            if let Some(seen) = seen {
                tell::readers_within(reach, socket, room, &seen);
            }
            answer.give(socket, Ok(()));
        }
        Ok(Outcome::Proven(_) | Outcome::Issued(_)) => answer.give::<()>(socket, Err(not_stored())),
        Err(refusal) => answer.give::<()>(socket, Err(refusal)),
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Trouble {
    fn from(error: Fault) -> Self {
        Self::Failed(error)
    }
}

/// What the one who asked is told.
fn refusal(trouble: Trouble) -> Refusal {
    match trouble {
        Trouble::Refused(refusal) => refusal,
        Trouble::Failed(error) => {
            if !error.is_outage() {
                tracing::error!(%error, "the chat's database failed");
            }
            not_stored()
        }
    }
}

/// How much of a file is here, or why it is not taken.
fn held(brought: Brought) -> Result<Outcome, Trouble> {
    match brought {
        Brought::Held(bytes) => Ok(Outcome::Held(Held { bytes })),
        Brought::Other => Err(Refusal::new(Reason::BadFile, "there is another file of this id").into()),
        Brought::Unknown => Err(Refusal::new(Reason::BadFile, "the server does not know this file").into()),
    }
}

fn taken() -> Refusal {
    Refusal::new(Reason::BadMessageId, "somebody else has used this id: make another one")
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
