//! Users, how far they have seen, and with whom they talk.

use parlor_chat::bounds::{MAX_LISTED_CONVERSATIONS, MAX_SEEN_AUDIENCE, MAX_USERS};
use parlor_chat::{Conversation, Mark, Member, RoomName, UserId};
use rusqlite::params;

use super::{Result, Store, number, signed, sql};

/// A user who comes back is written down at most this often, in milliseconds: a day says enough about who is here.
const HERE_AGAIN: u64 = 24 * 60 * 60 * 1_000;

/// How many users go at once, when there are too many.
const FORGOTTEN_USERS: usize = MAX_USERS / 100;

impl Store {
    pub(in super::super) fn add_user(&mut self, id: &UserId, token_hash: &str, now: u64) -> Result<()> {
        if self.users >= MAX_USERS as u64 {
            let gone = self.run(sql::FORGET_USERS, [signed(FORGOTTEN_USERS)])?;
            self.users = self.users.saturating_sub(gone as u64);
        }
        self.run(sql::ADD_USER, params![id.as_str(), token_hash, signed(now)])?;
        self.users += 1;
        Ok(())
    }

    /// Whether the token is this user's; and then the user is here.
    pub(in super::super) fn proves(&mut self, id: &UserId, token_hash: &str, now: u64) -> Result<bool> {
        let user = self.one(sql::USER, [id.as_str()], |row| {
            Ok((row.get::<_, String>(0)? == token_hash, number(row, 2)?))
        })?;
        let Some((true, last_here)) = user else { return Ok(false) };
        if now > last_here.saturating_add(HERE_AGAIN) {
            self.run(sql::USER_IS_HERE, params![signed(now), id.as_str()])?;
        }
        Ok(true)
    }

    pub(in super::super) fn has_user(&self, id: &str) -> Result<bool> {
        Ok(self.one(sql::USER, [id], |_| Ok(()))?.is_some())
    }

    /// Notes how far a user has seen a room; false when they had seen as much before.
    pub(in super::super) fn mark(&self, room: &RoomName, user: &str, seq: u64) -> Result<bool> {
        Ok(self.run(sql::MARK, params![room.as_str(), user, signed(seq)])? > 0)
    }

    /// How far this user has seen a room, and how far others.
    pub(in super::super) fn marks(&self, room: &RoomName, user: &str) -> Result<(u64, Vec<Mark>)> {
        let own = self.count(sql::MARK_OF, [room.as_str(), user])?;
        let others =
            self.all(sql::OTHER_MARKS, params![room.as_str(), user, signed(MAX_SEEN_AUDIENCE)], |row| {
                Ok(Mark { user: row.get(0)?, seq: number(row, 1)? })
            })?;
        Ok((own, others))
    }

    pub(in super::super) fn conversations(&self, user: &UserId) -> Result<Vec<Conversation>> {
        let rows =
            self.all(sql::CONVERSATIONS, params![user.as_str(), signed(MAX_LISTED_CONVERSATIONS)], |row| {
                Ok((row.get::<_, String>(0)?, number(row, 1)?, number(row, 2)?))
            })?;
        let mut conversations = Vec::with_capacity(rows.len());
        for (room, last, seen) in rows {
            let name = RoomName::read(&room).ok();
            let partner = name.as_ref().and_then(|name| name.partner_of(user.as_str()));
            let id = partner.unwrap_or_default().to_owned();
            // None when they are forgotten.
            let nickname = self.one(sql::USER, [&id], |row| row.get(1))?.unwrap_or_default();
            conversations.push(Conversation { room, partner: Member { id, nickname }, last, seen });
        }
        Ok(conversations)
    }
}
