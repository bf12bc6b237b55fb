//! Three servers, `one`, `two` and `three`, and what each of their people hears. A socket `a1` is one of Ada's, `b1` is Bob's.

use super::*;

/// Servers whose words are carried by the test, so that it can lose some.
struct Servers {
    all: Vec<People>,
    now: Instant,
    /// What was told to the people of each server: `Ada joined lobby`.
    told: Vec<Vec<String>>,
}

impl Servers {
    fn new(names: &[&str]) -> Self {
        let now = Instant::now();
        let all = names.iter().map(|name| People::among_others((*name).to_owned(), now)).collect();
        let mut servers = Self { all, now, told: vec![Vec::new(); names.len()] };
        servers.carry();
        servers
    }

    /// Until nobody has anything to say.
    fn carry(&mut self) {
        loop {
            let words: Vec<Vec<Word>> = self.all.iter_mut().map(People::words).collect();
            if words.iter().all(Vec::is_empty) {
                return;
            }
            for (from, words) in words.into_iter().enumerate() {
                for word in words {
                    self.hear(from, &word);
                }
            }
        }
    }

    fn hear(&mut self, from: usize, word: &Word) {
        for to in (0..self.all.len()).filter(|to| *to != from) {
            let told = self.all[to].hear(word.clone(), self.now);
            self.told[to].extend(told.iter().map(shown));
        }
    }

    /// What it was going to say is lost.
    fn lose(&mut self, server: usize) -> Vec<Word> {
        self.all[server].words()
    }

    fn enter(&mut self, server: usize, socket: &str, room: &str) {
        self.enter_as(server, socket, room, &format!("nick {}", &socket[..1]));
    }

    fn enter_as(&mut self, server: usize, socket: &str, room: &str, nickname: &str) {
        let user = UserId::parse(&socket[..1]).unwrap();
        let nickname = Nickname::parse(nickname).unwrap();
        let told = self.all[server].enter(socket, &user, &RoomName::read(room).unwrap(), &nickname);
        self.told[server].extend(told.iter().map(shown));
    }

    fn depart(&mut self, server: usize, socket: &str) {
        let told = self.all[server].depart(socket);
        self.told[server].extend(told.iter().map(shown));
    }

    /// Time goes on in small steps, and those say what is due who are not among the silent.
    fn pass(&mut self, time: Duration, silent: &[usize]) {
        let end = self.now + time;
        while self.now < end {
            self.now += Duration::from_millis(250);
            for server in (0..self.all.len()).filter(|server| !silent.contains(server)) {
                if self.all[server].due().is_some_and(|due| due <= self.now) {
                    let told = self.all[server].tick(self.now);
                    self.told[server].extend(told.iter().map(shown));
                }
            }
            self.carry();
        }
    }

    fn members(&self, server: usize, room: &str) -> String {
        let members = self.all[server].hall().members(&RoomName::read(room).unwrap());
        // Each server lists them as they have come to it, or as it has heard of them.
        let mut ids: Vec<&str> = members.iter().map(|member| &*member.id).collect();
        ids.sort_unstable();
        ids.concat()
    }

    /// What its people were told since the last question.
    fn told(&mut self, server: usize) -> Vec<String> {
        std::mem::take(&mut self.told[server])
    }
}

fn shown(presence: &Presence) -> String {
    let change = if presence.change == Change::Joined { "joined" } else { "left" };
    format!("{} {change} {}", presence.member.nickname, presence.room)
}

#[test]
fn member_lists_and_counts_are_of_all_servers() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.enter(1, "b1", "lobby");
    servers.carry();
    assert_eq!((servers.members(0, "lobby"), servers.members(1, "lobby")), ("ab".into(), "ab".into()));
    assert_eq!(servers.told(0), ["nick a joined lobby", "nick b joined lobby"]);
    servers.all[0].hall_mut().add(&RoomName::read("lobby").unwrap());
    assert_eq!(servers.all[0].hall().listing().rooms[0].members, 2);
    servers.depart(1, "b1");
    servers.carry();
    assert_eq!((servers.members(0, "lobby"), servers.members(1, "lobby")), ("a".into(), "a".into()));
    assert_eq!(servers.told(0), ["nick b left lobby"]);
}

#[test]
fn user_on_two_servers_counts_once_and_leaves_with_the_last() {
    let mut servers = Servers::new(&["one", "two", "three"]);
    for (server, socket) in [(0, "a1"), (1, "a2"), (0, "a3")] {
        servers.enter(server, socket, "lobby");
        servers.carry();
    }
    assert_eq!(servers.members(2, "lobby"), "a");
    servers.depart(0, "a1");
    servers.depart(0, "a3");
    servers.carry();
    assert_eq!(servers.told(2), ["nick a joined lobby"], "she is still there by `two`");
    servers.depart(1, "a2");
    servers.carry();
    assert_eq!(servers.told(2), ["nick a left lobby"]);
    assert_eq!(servers.members(0, "lobby"), "");
}

#[test]
fn room_is_full_when_it_is_full_on_all_servers_together() {
    let mut servers = Servers::new(&["one", "two"]);
    let room = RoomName::read("lobby").unwrap();
    let nickname = Nickname::parse("Somebody").unwrap();
    for number in 0..parlor_chat::bounds::MAX_MEMBERS_PER_ROOM {
        let user = UserId::parse(&format!("u{number}")).unwrap();
        servers.all[number % 2].enter(&format!("s{number}"), &user, &room, &nickname);
    }
    servers.carry();
    let late = UserId::parse("late").unwrap();
    for server in 0..2 {
        let refused = servers.all[server].hall().admits("late", &late, &room).unwrap_err();
        assert_eq!(refused.reason, parlor_chat::Reason::RoomFull);
    }
}

#[test]
fn server_that_comes_later_learns_who_is_there() {
    let mut servers = Servers::new(&["one"]);
    servers.enter(0, "a1", "lobby");
    servers.carry();
    servers.all.push(People::among_others("two".to_owned(), servers.now));
    servers.told.push(Vec::new());
    servers.carry();
    assert_eq!(servers.members(1, "lobby"), "a");
}

#[test]
fn lost_move_is_noticed_by_the_next_word_and_made_good() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.lose(0);
    servers.enter(0, "b1", "lobby");
    servers.carry();
    servers.pass(EVERYBODY_PAUSE, &[]);
    assert_eq!(servers.members(1, "lobby"), "ab");
    assert_eq!(servers.told(1), ["nick a joined lobby", "nick b joined lobby"], "each once");
    servers.depart(0, "a1");
    servers.lose(0);
    servers.pass(BEAT_EVERY + EVERYBODY_PAUSE, &[]);
    assert_eq!(servers.told(1), ["nick a left lobby"], "the last one too");
}

#[test]
fn moves_that_overtake_each_other_come_to_the_same() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.pass(EVERYBODY_PAUSE, &[]);
    servers.enter(0, "a1", "lobby");
    servers.depart(0, "a1");
    let mut words = servers.lose(0);
    words.reverse();
    for word in &words {
        servers.hear(0, word);
    }
    servers.pass(EVERYBODY_PAUSE, &[]);
    assert_eq!(servers.members(1, "lobby"), "");
}

#[test]
fn people_of_a_server_that_is_silent_for_12_seconds_have_left() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.enter(0, "b1", "lobby");
    servers.enter(1, "b2", "lobby");
    servers.pass(Duration::from_secs(20), &[]);
    assert_eq!(servers.members(1, "lobby"), "ab", "it says that it is there");
    servers.told(1);
    servers.pass(Duration::from_secs(11), &[0]);
    assert_eq!(servers.members(1, "lobby"), "ab");
    servers.pass(Duration::from_secs(1), &[0]);
    assert_eq!(servers.members(1, "lobby"), "b");
    assert_eq!(servers.told(1), ["nick a left lobby"], "Bob is here by another server");
    // It was only slow.
    servers.pass(Duration::from_secs(3), &[]);
    assert_eq!(servers.members(1, "lobby"), "ab");
    assert_eq!(servers.told(1), ["nick a joined lobby"]);
}

#[test]
fn who_was_stuck_hears_what_has_waited_before_it_takes_others_for_gone() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.carry();
    servers.told(1);
    servers.now += 3 * SILENCE;
    assert_eq!(servers.all[1].tick(servers.now), [], "what `one` has said meanwhile has still to be heard");
    servers.pass(BEAT_EVERY, &[]);
    assert_eq!((servers.members(1, "lobby"), servers.told(1)), ("a".into(), vec![]));
    servers.pass(SILENCE + BEAT_EVERY, &[0]);
    assert_eq!(servers.told(1), ["nick a left lobby"], "once more it is not given the time");
}

#[test]
fn server_that_ends_says_goodbye_and_nothing_more() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.carry();
    servers.told(1);
    servers.all[0].part();
    servers.carry();
    assert_eq!(servers.told(1), ["nick a left lobby"]);
    servers.depart(0, "a1");
    assert_eq!((servers.lose(0), servers.all[0].due()), (vec![], None));
}

#[test]
fn new_nickname_is_told_once_and_does_not_come_back() {
    let mut servers = Servers::new(&["one", "two"]);
    servers.enter(0, "a1", "lobby");
    servers.enter_as(1, "a2", "lobby", "Countess");
    servers.carry();
    assert_eq!(servers.told(0), ["nick a joined lobby", "Countess joined lobby"]);
    servers.pass(Duration::from_secs(10), &[]);
    assert_eq!((servers.told(0), servers.told(1).len()), (vec![], 2), "not by what is said again");
}

#[test]
fn server_alone_has_nothing_to_say_and_waits_for_nothing() {
    let mut people = People::alone();
    let (user, room) = (UserId::parse("a").unwrap(), RoomName::read("lobby").unwrap());
    assert!(people.enter("a1", &user, &room, &Nickname::parse("Ada").unwrap()).is_some());
    assert_eq!((people.words(), people.due()), (vec![], None));
}

#[test]
fn server_that_counts_to_the_end_of_numbers_does_no_harm() {
    let mut servers = Servers::new(&["one", "two"]);
    let word = |moves, says| Word { from: "three".to_owned(), moves, says };
    let member = Member { id: "c".to_owned(), nickname: "nick c".to_owned() };
    let moved = Presence { room: "lobby".to_owned(), member, change: Change::Joined };
    for word in [word(u64::MAX, Says::Everybody(Vec::new())), word(0, Says::Moved(moved))] {
        assert_eq!(servers.all[0].hear(word, servers.now), []);
    }
}
