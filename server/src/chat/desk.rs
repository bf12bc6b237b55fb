//! Where requests wait for the clerk: bounded, and whoever finds it full is told so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use bytes::Bytes;
use parlor_chat::{FileName, MessageId, Nickname, Reason, Refusal, Reply, RoomName, Text};
use serde::Serialize;
use tokio::sync::oneshot;

use super::clerk::news;
use super::identity::Claim;
use super::people;
use crate::first::First;
use crate::{Ack, Socket};

/// Requests that may wait for the clerk, from all clients together: a few commits' worth. With the longest messages it is
/// 8 MiB, with the largest pieces of files 32 MiB, and on a slow disk a second or two. One client cannot fill it alone: see
/// [`Config::max_handlers`](crate::Config::max_handlers).
const MAX_WAITING: usize = 1_024;

/// What the clerk is asked to do.
pub(super) enum Job {
    Write(Write),
    Ask(Ask),
    /// The socket is gone.
    Depart(Socket),
    /// Another server says something.
    Heard {
        heard: Heard,
        turn: Turn,
    },
    /// This server ends: the others are told, and then whoever waits for that.
    Part(oneshot::Sender<()>),
}

/// What another server says.
pub(super) enum Heard {
    News(news::Word),
    People(people::Word),
}

/// Something to be stored. Many of them share a commit, and are told afterwards.
pub(super) struct Write {
    pub(super) socket: Socket,
    pub(super) what: What,
}

pub(super) enum What {
    /// Is this user who they say they are? May note that they are here. Who came without a claim gets an identity.
    Admit {
        claim: Option<Claim>,
        verdict: oneshot::Sender<Result<(), Refusal>>,
        turn: Turn,
    },
    Note {
        note: Note,
        answer: Answer,
    },
}

/// What a socket asks to be stored.
pub(super) enum Note {
    Send {
        room: RoomName,
        id: MessageId,
        text: Text,
    },
    /// Without a text, the message is taken back.
    Revise {
        room: RoomName,
        id: MessageId,
        text: Option<Text>,
    },
    Seen {
        room: RoomName,
        seq: u64,
    },
    Bring {
        room: RoomName,
        id: MessageId,
        name: FileName,
        size: u32,
    },
    Piece {
        room: RoomName,
        id: MessageId,
        at: u32,
        bytes: Bytes,
    },
}

/// What a socket asks, and is answered at once.
pub(super) struct Ask {
    pub(super) socket: Socket,
    pub(super) question: Question,
    pub(super) answer: Answer,
}

pub(super) enum Question {
    Join { room: RoomName, nickname: Nickname },
    Leave { room: RoomName },
    Older { room: RoomName, before: u64, limit: u32 },
    Fetch { room: RoomName, id: MessageId, at: u32 },
    Conversations,
    Rooms,
}

/// The way to the clerk.
#[derive(Debug)]
pub(super) struct Desk {
    jobs: Sender<Job>,
    waiting: Arc<AtomicUsize>,
    /// The log has said that too many wait.
    is_full: First,
}

impl Desk {
    pub(super) fn new() -> (Self, Receiver<Job>) {
        let (jobs, receiver) = mpsc::channel();
        (Self { jobs, waiting: Arc::default(), is_full: First::default() }, receiver)
    }

    /// A place among those who wait, to be taken before a client's job is pushed.
    pub(super) fn turn(&self) -> Result<Turn, Refusal> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            if self.is_full.is_now() {
                tracing::warn!(max_waiting = MAX_WAITING, "too many requests wait for the chat: refused");
            }
            return Err(Refusal::new(Reason::Busy, "the server has too much to do: try again"));
        }
        Ok(Turn(self.waiting.clone()))
    }

    /// What another server says waits like a client's job. If there is no place for it, it is lost like one that was lost on
    /// its way, and found out in the same manner.
    pub(super) fn push_heard(&self, heard: Heard) {
        if let Ok(turn) = self.turn() {
            self.push(Job::Heard { heard, turn });
        }
    }

    /// A departure needs no turn: there is one per socket, and that had a turn to come in.
    pub(super) fn push(&self, job: Job) {
        // The clerk ends with the server, or by a mistake of ours: nobody is left waiting.
        if let Err(mpsc::SendError(job)) = self.jobs.send(job) {
            match job {
                Job::Write(Write { socket, what: What::Note { answer, .. } })
                | Job::Ask(Ask { socket, answer, .. }) => answer.give::<()>(&socket, Err(not_stored())),
                // The verdict's receiver hears that nobody will give it.
                Job::Write(Write { what: What::Admit { .. }, .. })
                | Job::Depart(_)
                | Job::Heard { .. }
                | Job::Part(_) => {}
            }
        }
    }
}

/// A place among those who wait, given back when it is dropped.
#[must_use]
pub(super) struct Turn(Arc<AtomicUsize>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How to answer one event.
pub(super) struct Answer {
    pub(super) event: &'static str,
    pub(super) ack: Ack,
    /// The event's handler runs until this is dropped, so that a client's events are bounded like everybody's.
    pub(super) done: oneshot::Sender<()>,
    pub(super) turn: Turn,
}

impl Answer {
    pub(super) fn give<A: Serialize>(self, socket: &Socket, answer: Result<A, Refusal>) {
        let Self { event, ack, done, turn } = self;
        respond(socket, event, &ack, answer);
        drop((done, turn));
    }
}

pub(super) fn respond<A: Serialize>(socket: &Socket, event: &str, ack: &Ack, answer: Result<A, Refusal>) {
    if let Err(refusal) = &answer {
        // Whoever asks can have that as often as they like.
        tracing::debug!(socket = socket.id(), event, %refusal, "refused");
    }
    ack.send(&Reply::from(answer));
}

pub(super) fn not_stored() -> Refusal {
    Refusal::new(Reason::NotStored, "the server could not store this: try again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_desk_full_is_refused_until_somebody_had_their_turn() {
        let (desk, _jobs) = Desk::new();
        let mut turns: Vec<Turn> = (0..MAX_WAITING).map(|_| desk.turn().unwrap()).collect();
        let refusal = desk.turn().err().unwrap();
        assert_eq!((refusal.reason, refusal.reason.is_passing()), (Reason::Busy, true));
        turns.pop();
        assert!(desk.turn().is_ok());
    }
}
