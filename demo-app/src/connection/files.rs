//! Files, both ways: in pieces, each of them acknowledged.

use std::rc::Rc;

use bytes::{Bytes, BytesMut};
use parlor_chat::bounds::{MAX_FILE_BYTES, MAX_PIECE_BYTES};
use parlor_chat::{Bring, Event, Fetch, Fetched, File, FileName, MessageId, Piece, RoomName};
use yew::Callback;
use yew::platform::spawn_local;

use super::{ANSWER_WITHIN, Connection, read};
use crate::state::{Action, Failure};

/// A file of a message that somebody wants to see.
pub(crate) struct Request {
    pub(crate) room: RoomName,
    pub(crate) id: String,
    pub(crate) size: u32,
    pub(crate) on_progress: Callback<Progress>,
}

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many bytes of it.
    Part(u32),
    Whole(Bytes),
    /// A sentence for the person.
    Failed(String),
}

impl Connection {
    /// Keeps the bytes that [`Effect::Piece`](crate::state::Effect::Piece) will send.
    pub(crate) fn keep_bytes(&self, id: MessageId, bytes: Bytes) {
        self.outgoing.borrow_mut().insert(id, bytes);
    }

    pub(super) fn forget_bytes(&self, id: &MessageId) {
        self.outgoing.borrow_mut().remove(id);
    }

    pub(super) fn bring(&self, room: RoomName, id: MessageId, name: &FileName, size: u32) {
        let file = File { name: name.as_str().to_owned(), size };
        let bring = Bring { room: room.as_str().to_owned(), id: id.as_str().to_owned(), file };
        let held = self.ask(&bring);
        self.answer(async move { Some(Action::Held { room, id, answer: read(held.await) }) });
    }

    pub(super) fn piece(&self, room: RoomName, id: MessageId, at: u32) {
        let bytes = self.outgoing.borrow().get(&id).map(|bytes| piece_of(bytes, at)).unwrap_or_default();
        let piece = Piece { room: room.as_str().to_owned(), id: id.as_str().to_owned(), at, bytes };
        let held = self.ask(&piece);
        self.answer(async move { Some(Action::Held { room, id, answer: read(held.await) }) });
    }

    /// Asks for all of a file, piece by piece, and reports on the way.
    pub(crate) fn fetch(&self, request: Rc<Request>) {
        let socket = self.socket.clone();
        spawn_local(async move {
            let Request { room, id, size, on_progress } = &*request;
            let mut bytes = BytesMut::new();
            let whole = (*size).min(MAX_FILE_BYTES) as usize;
            while bytes.len() < whole {
                let at = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let fetch = Fetch { room: room.as_str().to_owned(), id: id.clone(), at };
                let fetched = socket.timeout(ANSWER_WITHIN).emit_with_ack(Fetch::NAME, &fetch);
                match read::<Fetched>(fetched.await) {
                    Ok(fetched) if !fetched.bytes.is_empty() => bytes.extend_from_slice(&fetched.bytes),
                    Ok(_) => return on_progress.emit(Progress::Failed("this file is no more".to_owned())),
                    Err(Failure::Refused(refusal)) => {
                        return on_progress.emit(Progress::Failed(refusal.message));
                    }
                    Err(Failure::Unanswered) => {
                        return on_progress
                            .emit(Progress::Failed("the file did not come: try again".to_owned()));
                    }
                }
                on_progress.emit(Progress::Part(u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
            }
            on_progress.emit(Progress::Whole(bytes.freeze()));
        });
    }
}

fn piece_of(bytes: &Bytes, at: u32) -> Bytes {
    let at = (at as usize).min(bytes.len());
    bytes.slice(at..bytes.len().min(at + MAX_PIECE_BYTES))
}
