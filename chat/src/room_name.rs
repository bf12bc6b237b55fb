//! A room's name: one that people gave it, or the one that follows from the two users whose private room it is.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use serde::Serialize;

use crate::bounds::MAX_ROOM_NAME_CHARS;
use crate::refusal::{Reason, Refusal};
use crate::user::UserId;
use crate::words::check_length;

/// The name of a room: 1 to 24 letters, digits, `-` and `_`, in lower case; or `@one+other`, the ids of two users in
/// order, for a private room. What people type is never a private room's name.
///
/// # Examples
///
/// ```
/// use parlor_chat::{RoomName, UserId};
///
/// assert_eq!(RoomName::parse(" #Lobby ")?.as_str(), "lobby");
/// let (ada, bob) = (UserId::parse("Ada1")?, UserId::parse("Bob2")?);
/// let room = RoomName::between(&bob, &ada)?;
/// assert_eq!(room.as_str(), "@Ada1+Bob2");
/// assert_eq!(RoomName::read("@Ada1+Bob2")?, room);
/// assert_eq!(room.partner_of("Ada1"), Some("Bob2"));
/// assert_eq!(room.partner_of("Eve3"), None);
/// assert!(RoomName::parse("@Ada1+Bob2").is_err());
/// # Ok::<(), parlor_chat::Refusal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RoomName(String);

impl RoomName {
    /// Reads a name as typed: spaces around it, a `#` before it and its case do not matter.
    ///
    /// # Errors
    ///
    /// [`Reason::BadRoomName`], with the sentence for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let typed = typed.trim();
        // Before anything is allocated: lower case can be longer, never much shorter.
        check_length(typed, MAX_ROOM_NAME_CHARS + 1, Reason::BadRoomName, TOO_LONG_ROOM)?;
        let name = typed.strip_prefix('#').unwrap_or(typed).to_lowercase();
        check_length(&name, MAX_ROOM_NAME_CHARS, Reason::BadRoomName, TOO_LONG_ROOM)?;
        if name.is_empty() {
            return Err(Refusal::new(Reason::BadRoomName, "a room needs a name"));
        }
        if !name.chars().all(|letter| letter.is_alphanumeric() || letter == '-' || letter == '_') {
            let rule = "a room name has letters, digits, `-` and `_` only";
            return Err(Refusal::new(Reason::BadRoomName, rule));
        }
        Ok(Self(name))
    }

    /// Reads a name as a program sends it: as [`RoomName::parse`] does, or a private room's.
    ///
    /// # Errors
    ///
    /// [`Reason::BadRoomName`].
    pub fn read(name: &str) -> Result<Self, Refusal> {
        let Some(pair) = name.strip_prefix('@') else { return Self::parse(name) };
        let ids = pair.split_once('+').map(|(one, other)| (UserId::parse(one), UserId::parse(other)));
        match ids {
            // One form only: who turns it around would have a second room of the same two.
            Some((Ok(one), Ok(other))) if one < other => Ok(Self(name.to_owned())),
            _ => Err(Refusal::new(Reason::BadRoomName, "a private room is named by two users' ids in order")),
        }
    }

    /// The private room of two users, the same whoever is named first.
    ///
    /// # Errors
    ///
    /// [`Reason::BadRoomName`], when they are the same.
    pub fn between(one: &UserId, other: &UserId) -> Result<Self, Refusal> {
        let (first, last) = if one <= other { (one, other) } else { (other, one) };
        Self::read(&format!("@{}+{}", first.as_str(), last.as_str()))
    }

    /// The name, without a `#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whose private room it is: two ids. `None` for a room that is everybody's.
    #[must_use]
    pub fn pair(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix('@')?.split_once('+')
    }

    /// With whom a user is in this room: `None` unless it is a private room, and this user's.
    #[must_use]
    pub fn partner_of(&self, user: &str) -> Option<&str> {
        match self.pair()? {
            (one, other) if one == user => Some(other),
            (one, other) if other == user => Some(one),
            _ => None,
        }
    }
}

const TOO_LONG_ROOM: &str = "a room name has at most 24 characters";

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    /// What a table expects: the name as kept, or the sentence of its refusal.
    type Expected = Result<&'static str, &'static str>;

    fn check(read: fn(&str) -> Result<RoomName, Refusal>, rows: &[(&str, Expected)]) {
        for (typed, expected) in rows {
            let name = read(typed).map(|name| name.0).map_err(|refusal| refusal.message);
            assert_eq!(name, expected.map(String::from).map_err(String::from), "{typed}");
        }
    }

    #[test]
    fn room_name_is_lower_case_without_hash_or_spaces_around_it() {
        let rule = "a room name has letters, digits, `-` and `_` only";
        check(
            RoomName::parse,
            &[
                ("lobby", Ok("lobby")),
                (" #Rust-Lang_2 ", Ok("rust-lang_2")),
                ("Überraschung", Ok("überraschung")),
                ("", Err("a room needs a name")),
                ("#", Err("a room needs a name")),
                ("two words", Err(rule)),
                ("a:b", Err(rule)),
                ("@a+b", Err(rule)),
                // In lower case two characters, and the second is no letter.
                ("İ", Err(rule)),
                ("abcdefghijklmnopqrstuvwx", Ok("abcdefghijklmnopqrstuvwx")),
                ("abcdefghijklmnopqrstuvwxy", Err("a room name has at most 24 characters")),
            ],
        );
    }

    #[test]
    fn private_room_has_one_name_whoever_is_named_first() {
        let rule = "a private room is named by two users' ids in order";
        check(
            RoomName::read,
            &[
                ("#Lobby", Ok("lobby")),
                ("@a+b", Ok("@a+b")),
                ("@b+a", Err(rule)),
                ("@a+a", Err(rule)),
                ("@a", Err(rule)),
                ("@a+", Err(rule)),
                ("@a+b+c", Err(rule)),
                ("@a b+c", Err(rule)),
            ],
        );
        let (a, b) = (UserId::parse("a").unwrap(), UserId::parse("b").unwrap());
        assert_eq!(RoomName::between(&b, &a), RoomName::between(&a, &b));
        assert_eq!(RoomName::between(&a, &a).unwrap_err().reason, Reason::BadRoomName);
    }

    #[test]
    fn sentence_names_the_bound_as_it_is() {
        assert!(TOO_LONG_ROOM.contains(&format!(" {MAX_ROOM_NAME_CHARS} ")));
    }
}
