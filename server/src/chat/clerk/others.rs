//! The other servers of the chat: what they say of their people, and what is said to them of ours.

use std::time::{Duration, Instant};

use parlor_chat::{Presence, RoomName};

use super::{Clerk, news};
use crate::Namespace;
use crate::chat::desk::Heard;
use crate::chat::store::Fault;
use crate::chat::{people, tell};

/// The event by which servers hear of people.
pub(in super::super) const HEARD: &str = "chat:people";

/// How often a server looks what others have written into the database that it shares with them, and whether it can be
/// reached at all: often enough for a person who waits, and a question that costs next to nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Clerk {
    /// The chat's namespace, as long as there is anybody to tell something.
    pub(super) fn namespace(&self) -> Option<Namespace> {
        self.namespace.upgrade().map(Namespace)
    }

    /// When to look at the database again; at once when its connection has just been lost.
    pub(super) fn looks_at(&self) -> Option<Instant> {
        self.look_at.into_iter().chain(self.store.retry_at()).min()
    }

    /// Looks what other servers have done, and so also whether the database is there.
    pub(super) fn look(&mut self) {
        self.store.tend();
        if self.store.retry_at().is_none()
            && let Err(error) = self.follow()
            && !error.is_outage()
        {
            tracing::error!(%error, "the chat's database failed");
        }
        self.look_at = Some(self.store.retry_at().unwrap_or_else(|| Instant::now() + LOOK_EVERY));
        self.notice_outage();
    }

    /// Catches up with the other servers.
    fn follow(&mut self) -> Result<(), Fault> {
        self.step_back_with_the_database()?;
        self.catch_up(u64::MAX)?;
        let last_epoch = self.store.last_epoch()?;
        if self.last_epoch != last_epoch {
            let public = self.store.public_rooms()?;
            self.people.hall_mut().renew(public);
            self.last_epoch = last_epoch;
            self.list_rooms_soon();
        }
        Ok(())
    }

    /// A copy that takes a failed database's place may lack its end. What is stored there next has numbers that were told, and
    /// would be told to nobody.
    fn step_back_with_the_database(&mut self) -> Result<(), Fault> {
        let (told, last) = (self.told.last(), self.store.last_news()?);
        if self.told.step_back(last) {
            tracing::warn!(told, last, "the chat's database has lost what it had last: going on from there");
        }
        Ok(())
    }

    pub(super) fn hear(&mut self, heard: Heard) {
        if !self.has_others {
            // They have another chat.
            return;
        }
        match heard {
            Heard::News(word) => self.hear_news(word),
            Heard::People(word) => {
                let moved = self.people.hear(word, Instant::now());
                self.tell_moved(&moved);
            }
        }
    }

    /// People of other servers have moved.
    pub(super) fn tell_moved(&mut self, moved: &[Presence]) {
        let Some(namespace) = self.namespace() else { return };
        for presence in moved {
            if let Ok(room) = RoomName::read(&presence.room) {
                tell::all_in(&namespace, &room, presence);
                if room.pair().is_none() {
                    self.list_rooms_soon();
                }
            }
        }
    }

    /// Says what is to be said to the other servers, if there are any.
    pub(super) fn say_words(&mut self) {
        let words = self.people.words();
        if let (false, Some(namespace)) = (words.is_empty(), self.namespace()) {
            words.iter().for_each(|word: &people::Word| say(&namespace, HEARD, word));
        }
    }

    pub(super) fn say_news(&self, word: &news::Word) {
        if let Some(namespace) = self.namespace() {
            say(&namespace, news::HEARD, word);
        }
    }
}

fn say(namespace: &Namespace, event: &str, word: &impl serde::Serialize) {
    if let Err(error) = namespace.server_side_emit(event, word) {
        tracing::error!(event, %error, "the other servers were not told");
    }
}
