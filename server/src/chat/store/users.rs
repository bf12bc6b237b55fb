//! Users, how far they have seen, and with whom they talk.

use parlor_chat::bounds::{MAX_LISTED_CONVERSATIONS, MAX_SEEN_AUDIENCE, MAX_USERS};
use parlor_chat::{Conversation, Mark, Member, RoomName, UserId};

use super::{Result, Store, sql, values};

/// A user who comes back is written down at most this often, in milliseconds: a day says enough about who is here.
const HERE_AGAIN: u64 = 24 * 60 * 60 * 1_000;

/// How many users go at once, when there are too many.
const FORGOTTEN_USERS: usize = MAX_USERS / 100;

/// Where other servers add users too, all are counted after so many of our own: the bound is kept to a hundredth for each
/// ten servers, and nobody waits for the count but a newcomer in a hundred.
const COUNT_EVERY: u64 = MAX_USERS as u64 / 1_000;

impl Store {
    pub(in super::super) fn add_user(&mut self, id: &UserId, token_hash: &str, now: u64) -> Result<()> {
        if self.db.is_shared() && self.uncounted >= COUNT_EVERY {
            self.count_users()?;
        }
        if self.users >= MAX_USERS as u64 {
            let gone = self.run(sql::FORGET_USERS, values![FORGOTTEN_USERS])?;
            self.users = self.users.saturating_sub(gone);
        }
        self.run(sql::ADD_USER, values![id.as_str(), token_hash, now])?;
        self.users += 1;
        self.uncounted += 1;
        Ok(())
    }

    pub(super) fn count_users(&mut self) -> Result<()> {
        self.users = self.count(sql::COUNT_USERS, values![])?;
        self.uncounted = 0;
        Ok(())
    }

    /// Whether the token is this user's; and then the user is here.
    pub(in super::super) fn proves(&mut self, id: &UserId, token_hash: &str, now: u64) -> Result<bool> {
        let user = self
            .one(sql::USER, values![id.as_str()], |row| Ok((row.text(0)? == token_hash, row.number(2)?)))?;
        let Some((true, last_here)) = user else { return Ok(false) };
        if now > last_here.saturating_add(HERE_AGAIN) {
            self.run(sql::USER_IS_HERE, values![now, id.as_str()])?;
        }
        Ok(true)
    }

    pub(in super::super) fn has_user(&self, id: &str) -> Result<bool> {
        Ok(self.one(sql::USER, values![id], |_| Ok(()))?.is_some())
    }

    /// Notes how far a user has seen a room; false when they had seen as much before.
    pub(in super::super) fn mark(&self, room: &RoomName, user: &str, seq: u64) -> Result<bool> {
        Ok(self.run(sql::MARK, values![room.as_str(), user, seq])? > 0)
    }

    /// How far this user has seen a room, and how far others.
    pub(in super::super) fn marks(&self, room: &RoomName, user: &str) -> Result<(u64, Vec<Mark>)> {
        let own = self.count(sql::MARK_OF, values![room.as_str(), user])?;
        let others = self.all(sql::OTHER_MARKS, values![room.as_str(), user, MAX_SEEN_AUDIENCE], |row| {
            Ok(Mark { user: row.text(0)?, seq: row.number(1)? })
        })?;
        Ok((own, others))
    }

    pub(in super::super) fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>> {
        let rows = self.all(sql::CONVERSATIONS, values![user.as_str(), MAX_LISTED_CONVERSATIONS], |row| {
            Ok((row.text(0)?, row.number(1)?, row.number(2)?))
        })?;
        let mut conversations = Vec::with_capacity(rows.len());
        for (room, last, seen) in rows {
            let name = RoomName::read(&room).ok();
            let partner = name.as_ref().and_then(|name| name.partner_of(user.as_str()));
            let id = partner.unwrap_or_default().to_owned();
            // None when they are forgotten.
            let nickname = self.one(sql::USER, values![&id], |row| row.text(1))?.unwrap_or_default();
            conversations.push(Conversation { room, partner: Member { id, nickname }, last, seen });
        }
        Ok(conversations)
    }
}
