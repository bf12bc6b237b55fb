//! Who is in which room of one namespace, and whom a broadcast reaches. Plain data: no network, no time, no user code.
//!
//! Rules: a member is reached once however many of the targeted rooms it is in; an exclusion wins over every room; a
//! member that has entered but is not admitted yet may join rooms and is not reached; an empty room does not exist.

mod news;
mod selection;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use self::news::News;
pub use self::news::RoomEvent;
pub(crate) use self::selection::Selection;
use crate::recovery::Stays;

/// How often one session may come back under keys that tell so.
const LIVES: u64 = 1 << 16;

/// Names one member for as long as it is in. Never used twice. A member that comes back has another key, of the same
/// origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(pub(crate) u64);

impl Key {
    /// A key for a member that has not been here before.
    pub(crate) fn draw() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self::first(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The first key of a number.
    pub(crate) const fn first(number: u64) -> Self {
        Self(number.wrapping_mul(LIVES))
    }

    /// The key that it had when it first came.
    pub(crate) const fn origin(self) -> Self {
        Self(self.0 - self.0 % LIVES)
    }

    /// The key for the next time that it comes. `None` when it has come too often.
    pub(crate) fn next_life(self) -> Option<Self> {
        Some(Self(self.0 + 1)).filter(|next| next.origin() == self.origin())
    }
}

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
    rooms: HashMap<Arc<str>, Room<M>>,
    /// All who are reached, if anybody has asked since one of them came or went.
    everybody: OnceLock<List<M>>,
    pub(crate) news: News,
}

/// Members that are reached, by key.
type List<M> = Arc<[(Key, M)]>;

#[derive(Debug)]
struct Room<M> {
    /// In their order, which is that in which they came to the namespace. A set would find one faster, and cost every
    /// room of one member, of which there are as many as members, three times the memory.
    keys: Vec<Key>,
    /// Those of them who are reached, if anybody has asked since one of them came or went.
    reached: OnceLock<List<M>>,
}

impl<M> Room<M> {
    const fn new() -> Self {
        Self { keys: Vec::new(), reached: OnceLock::new() }
    }

    fn contains(&self, key: Key) -> bool {
        self.keys.binary_search(&key).is_ok()
    }

    fn insert(&mut self, key: Key) {
        if let Err(at) = self.keys.binary_search(&key) {
            self.keys.insert(at, key);
        }
        self.reached.take();
    }

    fn remove(&mut self, key: Key) {
        if let Ok(at) = self.keys.binary_search(&key) {
            self.keys.remove(at);
        }
        self.reached.take();
    }
}

#[derive(Debug)]
struct Entry<M> {
    id: Arc<str>,
    /// `None` until it is admitted.
    member: Option<M>,
    /// In the order of joining. A member is in few rooms; a list is smaller and faster than a set.
    rooms: Vec<Arc<str>>,
    /// When it was where, if it may come back.
    stays: Option<Box<Stays>>,
}

impl<M: Clone> Rooms<M> {
    pub(crate) fn new() -> Self {
        Self {
            members: HashMap::new(),
            rooms: HashMap::new(),
            everybody: OnceLock::new(),
            news: News::default(),
        }
    }

    /// From now on `key` may join rooms.
    pub(crate) fn enter(&mut self, key: Key, id: Arc<str>) {
        self.members.insert(key, Entry { id, member: None, rooms: Vec::new(), stays: None });
    }

    /// From now on `key` may join rooms, and it is remembered when. It is in those where it was already.
    pub(crate) fn enter_again(&mut self, key: Key, id: Arc<str>, stays: Box<Stays>) {
        self.enter(key, id);
        for room in stays.rooms() {
            self.join(key, &room);
        }
        if let Some(entry) = self.members.get_mut(&key) {
            entry.stays = Some(stays);
        }
    }

    /// From now on `key` is reached, in its own room too, which is named by its id.
    pub(crate) fn admit(&mut self, key: Key, member: M) {
        if let Some(entry) = self.members.get_mut(&key) {
            entry.member = Some(member);
            let own = entry.id.clone();
            for room in &entry.rooms {
                if let Some(room) = self.rooms.get_mut(room) {
                    room.reached.take();
                }
            }
            self.everybody.take();
            self.join(key, &own);
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
            None => {
                let name = Arc::from(room);
                self.news.created(&name);
                name
            }
        };
        entry.rooms.push(name.clone());
        self.news.joined(&name, &entry.id);
        if let Some(stays) = &mut entry.stays {
            stays.join(&name);
        }
        self.rooms.entry(name).or_insert_with(Room::new).insert(key);
    }

    pub(crate) fn leave(&mut self, key: Key, room: &str) {
        let Some(entry) = self.members.get_mut(&key) else { return };
        let Some(at) = entry.rooms.iter().position(|joined| **joined == *room) else { return };
        let (room, id) = (entry.rooms.remove(at), entry.id.clone());
        if let Some(stays) = &mut entry.stays {
            stays.leave(&room);
        }
        self.remove_from_room(key, &id, &room);
    }

    /// Leaves all rooms, and is not reached any more. Harmless when done twice. Gives when it was where, if that was
    /// remembered.
    pub(crate) fn remove(&mut self, key: Key) -> Option<Box<Stays>> {
        let entry = self.members.remove(&key)?;
        self.everybody.take();
        for room in entry.rooms {
            self.remove_from_room(key, &entry.id, &room);
        }
        entry.stays
    }

    /// When a member was where, if that is remembered.
    pub(crate) fn stays(&self, key: Key) -> Option<&Stays> {
        self.members.get(&key)?.stays.as_deref()
    }

    /// All rooms, in no order.
    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        self.rooms.keys().cloned().collect()
    }

    /// Whether anybody is in that room.
    pub(crate) fn has(&self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    /// The id of a member; `None` when it has left.
    pub(crate) fn id(&self, key: Key) -> Option<Arc<str>> {
        self.members.get(&key).map(|entry| entry.id.clone())
    }

    /// The member of that id.
    pub(crate) fn member(&self, id: &str) -> Option<M> {
        // Others may be in the room of that name.
        let mut entries = self.keys(id).filter_map(|key| self.members.get(&key));
        entries.find(|entry| *entry.id == *id)?.member.clone()
    }

    /// The rooms of one member, in the order of joining.
    pub(crate) fn of(&self, key: Key) -> Vec<Arc<str>> {
        self.members.get(&key).map(|entry| entry.rooms.clone()).unwrap_or_default()
    }

    /// Whom a broadcast reaches.
    ///
    /// For one room, or for everybody, that is a list which is there already, unless somebody has come or gone since the
    /// last time.
    pub(crate) fn select(&self, target: &Target) -> Selection<M> {
        let excluded: Vec<_> = target.except.iter().filter_map(|room| self.rooms.get(&**room)).collect();
        let wanted = |key: &Key| !excluded.iter().any(|excluded| excluded.contains(*key));
        let list = match &*target.rooms {
            [] if excluded.is_empty() => self.everybody.get_or_init(|| self.reach(self.all())).clone(),
            [] => self.reach(self.all().into_iter().filter(wanted)),
            [room] if excluded.is_empty() => match self.rooms.get(&**room) {
                Some(room) => room.reached.get_or_init(|| self.reach(room.keys.iter().copied())).clone(),
                None => List::from([]),
            },
            rooms => {
                let mut keys: Vec<_> = rooms.iter().flat_map(|room| self.keys(room)).filter(wanted).collect();
                keys.sort_unstable();
                keys.dedup();
                self.reach(keys)
            }
        };
        Selection::new(list, target.sender)
    }

    /// How many rooms there are, the one of each member included.
    pub(crate) fn count(&self) -> usize {
        self.rooms.len()
    }

    fn keys(&self, room: &str) -> impl Iterator<Item = Key> {
        self.rooms.get(room).into_iter().flat_map(|room| room.keys.iter().copied())
    }

    fn all(&self) -> Vec<Key> {
        let mut keys: Vec<_> = self.members.keys().copied().collect();
        keys.sort_unstable();
        keys
    }

    fn reach(&self, keys: impl IntoIterator<Item = Key>) -> List<M> {
        keys.into_iter().filter_map(|key| Some((key, self.members.get(&key)?.member.clone()?))).collect()
    }

    fn remove_from_room(&mut self, key: Key, id: &Arc<str>, room: &Arc<str>) {
        if let Some(members) = self.rooms.get_mut(room) {
            members.remove(key);
            self.news.left(room, id);
            if members.keys.is_empty() {
                self.rooms.remove(room);
                self.news.deleted(room);
            }
        }
    }
}

#[cfg(test)]
mod tests;
