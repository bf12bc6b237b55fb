//! Rooms: made by who enters first, forgotten when there are too many.

use parlor_chat::{RoomName, UserId};

use super::{Result, Store, Value, sql, values};

impl Store {
    pub(in super::super) fn public_rooms(&self) -> Result<Vec<RoomName>> {
        self.names(sql::PUBLIC_ROOMS, values![])
    }

    /// It is greater after each room that was made, by whichever server.
    pub(in super::super) fn last_epoch(&self) -> Result<u64> {
        self.count(sql::LAST_EPOCH, values![])
    }

    /// How many rooms there are.
    pub(in super::super) fn rooms(&self, is_private: bool) -> Result<u64> {
        self.count(sql::COUNT_ROOMS, values![is_private])
    }

    /// How many rooms there are that this user has made.
    pub(in super::super) fn rooms_of(&self, maker: &UserId, is_private: bool) -> Result<u64> {
        self.count(sql::COUNT_ROOMS_OF, values![maker.as_str(), is_private])
    }

    /// The rooms, all or those of one maker, in which nothing was ever said, and then those in which nothing was said
    /// since then, the ones first that have been silent longest.
    pub(in super::super) fn silent_rooms(
        &self,
        maker: Option<&UserId>,
        is_private: bool,
        since: u64,
    ) -> Result<Vec<RoomName>> {
        match maker {
            None => self.names(sql::SILENT_ROOMS, values![is_private, since]),
            Some(maker) => self.names(sql::SILENT_ROOMS_OF, values![maker.as_str(), is_private, since]),
        }
    }

    pub(in super::super) fn has_room(&self, room: &RoomName) -> Result<bool> {
        Ok(self.epoch_and_last_seq(room)?.is_some())
    }

    pub(in super::super) fn last_seq(&self, room: &RoomName) -> Result<u64> {
        Ok(self.epoch_and_last_seq(room)?.map_or(0, |(_, last_seq)| last_seq))
    }

    pub(super) fn epoch_and_last_seq(&self, room: &RoomName) -> Result<Option<(u64, u64)>> {
        self.one(sql::ROOM, values![room.as_str()], |row| Ok((row.number(0)?, row.number(1)?)))
    }

    pub(in super::super) fn add_room(&self, room: &RoomName, maker: Option<&UserId>, now: u64) -> Result<()> {
        // No two rooms have the same, also when the clock stands still or goes back.
        let epoch = now.max(self.last_epoch()? + 1);
        let is_private = room.pair().is_some();
        let maker = maker.map_or("", UserId::as_str);
        self.run(sql::ADD_ROOM, values![room.as_str(), is_private, epoch, now, maker])?;
        if let Some((one, other)) = room.pair() {
            self.mark(room, one, 0)?;
            self.mark(room, other, 0)?;
        }
        Ok(())
    }

    /// Forgets a room and all that was said in it.
    pub(in super::super) fn forget_room(&self, room: &RoomName) -> Result<()> {
        for statement in sql::FORGET_ROOM {
            self.run(statement, values![room.as_str()])?;
        }
        Ok(())
    }

    fn names(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<Vec<RoomName>> {
        let names = self.all(sql, parameters, |row| row.text(0))?;
        Ok(names.iter().filter_map(|name| RoomName::read(name).ok()).collect())
    }
}
