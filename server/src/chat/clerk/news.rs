//! Telling what is stored, here or by another server, to this server's sockets: each thing once, in its order.
//!
//! A server that shares its database tells its own sockets only. After a commit it tells them, and hands what it has told to
//! the other servers; whoever of them has told all that came before tells it as well, and who has not asks the database. The
//! database is also looked at from time to time, so that a word that was lost, the last one too, is late and no more.

use parlor_chat::{History, Mark, RoomName};
use serde::{Deserialize, Serialize};

use super::{Clerk, Outcome, Refusal};
use crate::chat::store::{Fault, News, Span};
use crate::chat::tell;
use crate::chat::told::Turn;

/// The event by which servers hear of news.
pub(in super::super) const HEARD: &str = "chat:news";

/// Bytes of text in one word to the other servers; beyond it they are told that there is something, and ask the database.
/// Whatever carries the words has a bound too.
const MAX_WORD_BYTES: usize = 64 * 1024;

/// News that are read at once, when some are missing.
const PAGE: usize = 500;

/// What one server says to the others after a commit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Word {
    span: Span,
    /// All of the span, or nothing where that would be too much.
    news: Vec<News>,
}

impl Clerk {
    /// Whether what was just committed may be told now: all before it was told. If not, a later look tells it.
    pub(super) fn may_tell(&mut self, span: Option<Span>) -> bool {
        let Some(span) = span else { return true };
        if self.told.turn(span) == Turn::Missing {
            self.catch_up_or_log(span.first - 1);
        }
        self.told.turn(span) == Turn::Now
    }

    /// What the other servers are to hear of what was just committed, if there are any.
    pub(super) fn word(&self, span: Option<Span>, outcomes: &[Result<Outcome, Refusal>]) -> Option<Word> {
        let span = span.filter(|_| self.has_others)?;
        let news = outcomes.iter().filter_map(|outcome| match outcome {
            Ok(Outcome::Sent { message: Some(message), .. }) => Some(News::Message(message.clone())),
            Ok(Outcome::Revised { revised, is_news: true }) => Some(News::Revised(revised.clone())),
            _ => None,
        });
        let news: Vec<News> = news.collect();
        let text = |news: &News| match news {
            News::Message(message) => message.text.len(),
            News::Revised(revised) => revised.text.len(),
        };
        let is_short = news.iter().map(text).sum::<usize>() <= MAX_WORD_BYTES;
        Some(Word { span, news: if is_short { news } else { Vec::new() } })
    }

    /// Another server has told something.
    pub(super) fn hear_news(&mut self, word: Word) {
        let Word { span, news } = word;
        let is_whole = span.has(news.len());
        match self.told.turn(span) {
            Turn::Past => {}
            Turn::Now if is_whole => {
                news.iter().for_each(|news| self.tell_news(news));
                self.told.advance(span.last);
            }
            Turn::Now | Turn::Missing => self.catch_up_or_log(span.last),
        }
    }

    fn catch_up_or_log(&mut self, to: u64) {
        if let Err(error) = self.catch_up(to)
            && !error.is_outage()
        {
            tracing::error!(%error, "the chat's database failed");
        }
    }

    /// Tells what was not told yet, up to a number.
    pub(super) fn catch_up(&mut self, to: u64) -> Result<(), Fault> {
        while self.told.last() < to {
            let mut page = self.store.news(self.told.last(), PAGE)?;
            let is_last = page.len() < PAGE;
            page.retain(|(number, _)| *number <= to);
            self.tell_in_order(page)?;
            if is_last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What somebody who joins a room reads first. It is followed by what is told from then on, so what others have stored
    /// before it was read is told to those who are there already.
    pub(super) fn read_for(
        &mut self,
        room: &RoomName,
        user: &str,
        limit: usize,
    ) -> Result<(History, (u64, Vec<Mark>)), Fault> {
        if !self.store.is_shared() {
            return Ok((self.store.history(room, None, limit)?, self.store.marks(room, user)?));
        }
        let told = self.told.last();
        let (news, read) = self.store.at_one_moment(|store| {
            let news = store.news(told, usize::MAX)?;
            Ok((news, (store.history(room, None, limit)?, store.marks(room, user)?)))
        })?;
        self.tell_in_order(news)?;
        Ok(read)
    }

    /// Tells these, which follow one another, if they follow what was told.
    fn tell_in_order(&mut self, page: Vec<(u64, Option<News>)>) -> Result<(), Fault> {
        if page.first().is_some_and(|(first, _)| *first > self.told.last() + 1) {
            return self.skip_ahead();
        }
        for (number, news) in page {
            if let Some(news) = news {
                self.tell_news(&news);
            }
            self.told.advance(number);
        }
        Ok(())
    }

    /// What is missing is not kept any more. Whoever is in a room is told the last message there, sees that some are missing,
    /// and asks for them.
    fn skip_ahead(&mut self) -> Result<(), Fault> {
        let rooms: Vec<RoomName> = self.people.hall().everybody().map(|(room, _)| room.clone()).collect();
        let (last, latest) = self.store.at_one_moment(|store| {
            let latest = rooms.iter().map(|room| store.history(room, None, 1));
            Ok((store.last_news()?, latest.collect::<Result<Vec<_>, _>>()?))
        })?;
        tracing::warn!(
            from = self.told.last(),
            to = last,
            "the chat was away for too long to tell everything"
        );
        for message in latest.into_iter().flat_map(|history| history.messages) {
            self.tell_news(&News::Message(message));
        }
        self.told.advance(last);
        Ok(())
    }

    fn tell_news(&self, news: &News) {
        let room = match news {
            News::Message(message) => &message.room,
            News::Revised(revised) => &revised.room,
        };
        let (Ok(room), Some(namespace)) = (RoomName::read(room), self.namespace()) else { return };
        match news {
            News::Message(message) => tell::all_readers(&namespace, &room, message),
            News::Revised(revised) => tell::all_readers(&namespace, &room, revised),
        }
    }
}
