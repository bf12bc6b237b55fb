//! Rooms: made by who enters first, forgotten when there are too many.

use parlor_chat::RoomName;
use rusqlite::params;

use super::{Result, Store, number, signed, sql};

/// More than there may be: see `parlor_chat::bounds::MAX_ROOMS`.
const ALL: i64 = 1_000_000;

impl Store {
    pub(in super::super) fn public_rooms(&self) -> Result<Vec<RoomName>> {
        self.names(sql::PUBLIC_ROOMS, [])
    }

    pub(in super::super) fn private_rooms(&self) -> Result<u64> {
        self.count(sql::COUNT_PRIVATE_ROOMS, [])
    }

    /// Those that are worth least come first: silent ones, then those that have been silent longest.
    pub(in super::super) fn least_active_rooms(&self, is_private: bool) -> Result<Vec<RoomName>> {
        self.names(sql::LEAST_ACTIVE_ROOMS, params![i64::from(is_private), ALL])
    }

    pub(in super::super) fn has_room(&self, room: &RoomName) -> Result<bool> {
        Ok(self.epoch_and_last_seq(room)?.is_some())
    }

    pub(in super::super) fn last_seq(&self, room: &RoomName) -> Result<u64> {
        Ok(self.epoch_and_last_seq(room)?.map_or(0, |(_, last_seq)| last_seq))
    }

    pub(super) fn epoch_and_last_seq(&self, room: &RoomName) -> Result<Option<(u64, u64)>> {
        self.one(sql::ROOM, [room.as_str()], |row| Ok((number(row, 0)?, number(row, 1)?)))
    }

    pub(in super::super) fn add_room(&self, room: &RoomName, now: u64) -> Result<()> {
        // No two rooms have the same, also when the clock stands still or goes back.
        let epoch = now.max(self.count(sql::LAST_EPOCH, [])? + 1);
        let is_private = i64::from(room.pair().is_some());
        self.run(sql::ADD_ROOM, params![room.as_str(), is_private, signed(epoch), signed(now)])?;
        if let Some((one, other)) = room.pair() {
            self.mark(room, one, 0)?;
            self.mark(room, other, 0)?;
        }
        Ok(())
    }

    /// Forgets a room and all that was said in it.
    pub(in super::super) fn forget_room(&self, room: &RoomName) -> Result<()> {
        for statement in sql::FORGET_ROOM {
            self.run(statement, [room.as_str()])?;
        }
        Ok(())
    }

    fn names(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<RoomName>> {
        let names = self.all(sql, parameters, |row| row.get::<_, String>(0))?;
        Ok(names.iter().filter_map(|name| RoomName::read(name).ok()).collect())
    }
}
