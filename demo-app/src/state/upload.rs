//! Files on their way to the server: piece by piece, and on from where they were after an interruption. When all of a file
//! is there, the message that it belongs to goes into the outbox.

use std::rc::Rc;

use parlor_chat::{File, FileName, Held, MessageId, RoomName, Text};

use super::{Draft, Effect, Failure, Membership, State};

/// Files on their way per room. Their bytes are in the page's memory.
const MAX_UPLOADS: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload {
    pub(crate) id: MessageId,
    pub(crate) name: FileName,
    pub(crate) size: u32,
    /// How much of it the server has; `None` until it is asked on this connection.
    held: Option<u32>,
    is_asked: bool,
    /// Why the server does not take it.
    pub(crate) trouble: Option<String>,
}

impl Upload {
    /// How much of it the server has, as far as we know.
    pub(crate) fn progress(&self) -> u32 {
        self.held.unwrap_or_default()
    }

    fn next(&self, room: &RoomName) -> Option<Effect> {
        if self.is_asked || self.trouble.is_some() {
            return None;
        }
        let (room, id) = (room.clone(), self.id.clone());
        Some(match self.held {
            None => Effect::Bring { room, id, name: self.name.clone(), size: self.size },
            Some(at) => Effect::Piece { room, id, at },
        })
    }

    pub(super) fn cut_off(&mut self) {
        self.is_asked = false;
        self.held = None;
    }
}

impl State {
    /// The person wants to say a file. Its bytes are kept by whoever carries out the effects.
    pub(super) fn attach(&mut self, id: MessageId, name: FileName, size: u32) -> Vec<Effect> {
        let Some(room) = self.current.clone().and_then(|name| self.room_mut(&name)) else {
            return Vec::new();
        };
        if room.uploads.len() >= MAX_UPLOADS {
            self.notice = Some("four files are on their way: let one arrive first".to_owned());
            return vec![Effect::Forget { id }];
        }
        room.uploads.push(Upload { id, name, size, held: None, is_asked: false, trouble: None });
        self.pump()
    }

    /// The person does not want to say it any more.
    pub(super) fn detach(&mut self, id: MessageId) -> Vec<Effect> {
        for room in &mut self.rooms {
            Rc::make_mut(room).uploads.retain(|upload| upload.id != id);
        }
        vec![Effect::Forget { id }]
    }

    pub(super) fn held(
        &mut self,
        name: &RoomName,
        id: &MessageId,
        answer: Result<Held, Failure>,
        now: u64,
    ) -> Vec<Effect> {
        let Some(room) = self.room_mut(name) else { return Vec::new() };
        let Some(at) = room.uploads.iter().position(|upload| upload.id == *id) else { return Vec::new() };
        let Some(upload) = room.uploads.get_mut(at) else { return Vec::new() };
        upload.is_asked = false;
        match answer {
            Ok(Held { bytes }) => upload.held = Some(bytes),
            Err(Failure::Refused(refusal)) => upload.trouble = Some(refusal.message),
            // The next tick asks again.
            Err(Failure::Unanswered) => {
                upload.held = None;
                return Vec::new();
            }
        }
        let mut effects = Vec::new();
        if upload.held == Some(upload.size) {
            let upload = room.uploads.remove(at);
            if let Ok(text) = Text::parse(upload.name.as_str()) {
                let file = Some(File { name: upload.name.as_str().to_owned(), size: upload.size });
                let _ = room.log.write(Draft { id: upload.id.clone(), text, time: now, file, trouble: None });
            }
            effects.push(Effect::Forget { id: upload.id });
        }
        effects.extend(self.pump());
        effects
    }

    /// The next question for each file that waits for one.
    pub(super) fn move_uploads(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for room in &mut self.rooms {
            let is_waiting = room.uploads.iter().any(|upload| upload.next(&room.name).is_some());
            if room.membership == Membership::In && is_waiting {
                let room = Rc::make_mut(room);
                for upload in &mut room.uploads {
                    effects.extend(upload.next(&room.name));
                    upload.is_asked = true;
                }
            }
        }
        effects
    }
}
