//! Changing what one has said: one message at a time is in the hand, until the server has the change.

use std::rc::Rc;

use parlor_chat::{MessageId, Revised, RoomName, Text};

use super::{Effect, Failure, State};

impl State {
    /// The message that the person is changing, if it is in the room they look at.
    pub(crate) fn in_hand(&self) -> Option<&MessageId> {
        let (room, id) = self.in_hand.as_ref()?;
        (self.current.as_ref() == Some(room)).then_some(id)
    }

    /// The person takes a message of theirs into the hand, or lets it be.
    pub(super) fn take_in_hand(&mut self, id: Option<MessageId>) {
        self.in_hand = self.current.clone().zip(id);
    }

    /// The last message of the person's own in the room they look at.
    pub(super) fn take_last_in_hand(&mut self) {
        let Some(room) = self.current_room() else { return };
        let last = room.log.lines().iter().rev().find(|line| line.is_mine && !line.is_gone());
        let id = last.and_then(|line| MessageId::parse(&line.id).ok());
        self.take_in_hand(id);
    }

    pub(super) fn revise(&mut self, id: MessageId, text: Option<Text>) -> Vec<Effect> {
        let Some(room) = self.current.clone() else { return Vec::new() };
        if !self.is_online {
            self.notice = Some("what was said can be changed when the connection is back".to_owned());
            return Vec::new();
        }
        vec![Effect::Revise { room, id, text }]
    }

    /// The server's answer to a change of ours.
    pub(super) fn revision_answered(&mut self, answer: Result<Revised, Failure>) {
        match answer {
            Ok(revised) => {
                let is_in_hand = self.in_hand.as_ref().is_some_and(|(room, id)| {
                    (room.as_str(), id.as_str()) == (revised.room.as_str(), revised.id.as_str())
                });
                if is_in_hand {
                    self.in_hand = None;
                }
                self.revised(&revised);
            }
            Err(Failure::Refused(refusal)) => self.notice = Some(refusal.message),
            Err(Failure::Unanswered) => self.notice = Some("the change was not stored: try again".to_owned()),
        }
    }

    /// Somebody has changed what they said.
    pub(super) fn revised(&mut self, revised: &Revised) {
        if let Some(room) = self.rooms.iter_mut().find(|room| room.name.as_str() == revised.room) {
            Rc::make_mut(room).log.revise(&revised.id, &revised.text, revised.revision);
        }
    }

    /// What one holds of a room that is left.
    pub(super) fn let_go_of(&mut self, name: &RoomName) {
        self.in_hand.take_if(|(room, _)| room == name);
    }
}
