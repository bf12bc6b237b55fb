//! Who is in which room of one namespace, and whom a broadcast reaches. Plain data: no network, no time, no user code.
//!
//! Rules: a member is reached once however many of the targeted rooms it is in; an exclusion wins over every room; a
//! member that has entered but is not admitted yet may join rooms and is not reached; an empty room does not exist.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Names one member for as long as it is in. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(pub(crate) u64);

/// Whom a broadcast is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// The union of these; everybody when there is none.
    pub(crate) rooms: Vec<Box<str>>,
    /// But nobody in these.
    pub(crate) except: Vec<Box<str>>,
    /// And not the one who sends.
    pub(crate) sender: Option<Key>,
}

/// The rooms of one namespace. `M` is how a member is reached.
#[derive(Debug)]
pub(crate) struct Rooms<M> {
    members: HashMap<Key, Entry<M>>,
    rooms: HashMap<Arc<str>, HashSet<Key>>,
}

#[derive(Debug)]
struct Entry<M> {
    /// `None` until it is admitted.
    member: Option<M>,
    /// In the order of joining. A member is in few rooms; a list is smaller and faster than a set.
    rooms: Vec<Arc<str>>,
}

impl<M: Clone> Rooms<M> {
    pub(crate) fn new() -> Self {
        Self { members: HashMap::new(), rooms: HashMap::new() }
    }

    /// From now on `key` may join rooms.
    pub(crate) fn enter(&mut self, key: Key) {
        self.members.insert(key, Entry { member: None, rooms: Vec::new() });
    }

    /// From now on `key` is reached, in its own room too, which is named by its id.
    pub(crate) fn admit(&mut self, key: Key, id: &str, member: M) {
        if let Some(entry) = self.members.get_mut(&key) {
            entry.member = Some(member);
            self.join(key, id);
        }
    }

    /// Does nothing for a key that has not entered or has left: a late join has no effect.
    pub(crate) fn join(&mut self, key: Key, room: &str) {
        let Some(entry) = self.members.get_mut(&key) else { return };
        if entry.rooms.iter().any(|joined| **joined == *room) {
            return;
        }
        let name = match self.rooms.get_key_value(room) {
            Some((name, _)) => name.clone(),
            None => Arc::from(room),
        };
        entry.rooms.push(name.clone());
        self.rooms.entry(name).or_default().insert(key);
    }

    pub(crate) fn leave(&mut self, key: Key, room: &str) {
        let Some(entry) = self.members.get_mut(&key) else { return };
        entry.rooms.retain(|joined| **joined != *room);
        self.remove_from_room(key, room);
    }

    /// Leaves all rooms, and is not reached any more. Harmless when done twice.
    pub(crate) fn remove(&mut self, key: Key) {
        let Some(entry) = self.members.remove(&key) else { return };
        for room in entry.rooms {
            self.remove_from_room(key, &room);
        }
    }

    /// The rooms of one member, in the order of joining.
    pub(crate) fn of(&self, key: Key) -> Vec<Arc<str>> {
        self.members.get(&key).map(|entry| entry.rooms.clone()).unwrap_or_default()
    }

    /// Whom a broadcast reaches.
    pub(crate) fn select(&self, target: &Target) -> Vec<M> {
        let excluded: Vec<_> = target.except.iter().filter_map(|room| self.rooms.get(&**room)).collect();
        let wanted = |key: &Key| {
            Some(*key) != target.sender && !excluded.iter().any(|excluded| excluded.contains(key))
        };
        match &*target.rooms {
            [] => self
                .members
                .iter()
                .filter(|(key, _)| wanted(key))
                .filter_map(|(_, entry)| entry.member.clone())
                .collect(),
            [room] => self.reach(self.keys(room).filter(wanted)),
            rooms => {
                let mut keys: Vec<_> = rooms.iter().flat_map(|room| self.keys(room)).filter(wanted).collect();
                keys.sort_unstable();
                keys.dedup();
                self.reach(keys.into_iter())
            }
        }
    }

    /// How many rooms there are, the one of each member included.
    pub(crate) fn count(&self) -> usize {
        self.rooms.len()
    }

    fn keys(&self, room: &str) -> impl Iterator<Item = Key> {
        self.rooms.get(room).into_iter().flatten().copied()
    }

    fn reach(&self, keys: impl Iterator<Item = Key>) -> Vec<M> {
        keys.filter_map(|key| self.members.get(&key)?.member.clone()).collect()
    }

    fn remove_from_room(&mut self, key: Key, room: &str) {
        if let Some(members) = self.rooms.get_mut(room) {
            members.remove(&key);
            if members.is_empty() {
                self.rooms.remove(room);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Rooms, Target};

    /// a is in "red", b in "red" and "blue", c in "blue", d in no room; each in its own, named like itself.
    fn house() -> Rooms<char> {
        let mut rooms = Rooms::new();
        for (key, member, joined) in
            [(1, 'a', &["red"][..]), (2, 'b', &["red", "blue"]), (3, 'c', &["blue"]), (4, 'd', &[])]
        {
            rooms.enter(Key(key));
            rooms.admit(Key(key), &member.to_string(), member);
            for room in joined {
                rooms.join(Key(key), room);
            }
        }
        rooms
    }

    fn reached(rooms: &Rooms<char>, to: &[&str], except: &[&str], sender: Option<u64>) -> String {
        let names = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
        let target = Target { rooms: names(to), except: names(except), sender: sender.map(Key) };
        let mut members = rooms.select(&target);
        members.sort_unstable();
        members.into_iter().collect()
    }

    #[test]
    fn a_broadcast_reaches_the_union_once_without_the_excluded_and_the_sender() {
        let rooms = house();
        /// To; except; sender; who is reached.
        type Row = (&'static [&'static str], &'static [&'static str], Option<u64>, &'static str);
        let rows: [Row; 13] = [
            (&[], &[], None, "abcd"),
            (&[], &[], Some(1), "bcd"),
            (&[], &["red"], None, "cd"),
            (&["red"], &[], None, "ab"),
            (&["red"], &[], Some(1), "b"),
            (&["red", "blue"], &[], None, "abc"),
            (&["red", "red"], &[], None, "ab"),
            (&["red", "blue"], &["blue"], None, "a"),
            (&["red"], &["red"], None, ""),
            (&["red", "blue"], &["b"], Some(3), "a"),
            (&["d"], &[], None, "d"),
            (&["d"], &[], Some(4), ""),
            (&["nowhere"], &["nowhere"], None, ""),
        ];
        for (to, except, sender, expected) in rows {
            assert_eq!(
                reached(&rooms, to, except, sender),
                expected,
                "to {to:?} except {except:?} by {sender:?}"
            );
        }
    }

    #[test]
    fn joining_twice_is_joining_once() {
        let mut rooms = house();
        rooms.join(Key(1), "red");
        assert_eq!(rooms.of(Key(1)).iter().map(|room| &**room).collect::<Vec<_>>(), ["a", "red"]);
        rooms.leave(Key(1), "red");
        assert_eq!(reached(&rooms, &["red"], &[], None), "b");
    }

    #[test]
    fn who_leaves_a_room_is_not_reached_there_and_an_empty_room_is_gone() {
        let mut rooms = house();
        rooms.leave(Key(2), "blue");
        rooms.leave(Key(3), "blue");
        rooms.leave(Key(3), "never joined");
        assert_eq!(reached(&rooms, &["blue"], &[], None), "");
        assert!(!rooms.rooms.contains_key("blue"));
    }

    #[test]
    fn who_is_removed_is_nowhere_and_stays_out() {
        let mut rooms = house();
        rooms.remove(Key(2));
        rooms.remove(Key(2));
        rooms.join(Key(2), "red");
        assert_eq!(reached(&rooms, &[], &[], None), "acd");
        assert_eq!(reached(&rooms, &["red"], &[], None), "a");
        assert!(rooms.of(Key(2)).is_empty());
        assert!(!rooms.rooms.contains_key("b"));
    }

    #[test]
    fn who_has_entered_is_reached_only_when_admitted() {
        let mut rooms = house();
        rooms.enter(Key(5));
        rooms.join(Key(5), "red");
        assert_eq!(reached(&rooms, &["red"], &[], None), "ab");
        rooms.admit(Key(5), "e", 'e');
        assert_eq!(reached(&rooms, &["red"], &[], None), "abe");
        assert_eq!(reached(&rooms, &["e"], &[], None), "e");
    }
}
