//! Somebody shouts, and everybody in the room hears it: once, in order, unchanged.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Measured, Pace, Sample, Window};
use crate::Outcome;
use crate::fleet::{Fleet, Sends, unexpected};
use crate::process::{Process, Server};

/// How the number of a shout is written, so that every one is of the same length.
const DIGITS: usize = 8;

/// What is said, and to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fanout {
    pub(crate) rooms: usize,
    pub(crate) members: usize,
    /// How many shouts may be on their way at the same time, over all rooms.
    pub(crate) in_flight: usize,
    pub(crate) payload: Payload,
    /// Rooms that each client is in beside, with nine others each.
    pub(crate) further_rooms: usize,
    /// How many bytes the last client is told before each shout, alone. None if that is nothing.
    pub(crate) aside: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Payload {
    /// A text of so many bytes.
    Text(usize),
    /// An object of about so many bytes of JSON, as an application might send it.
    Object(usize),
}

impl Fanout {
    pub(crate) fn clients(&self) -> usize {
        self.rooms * self.members
    }

    /// Brings everybody into their rooms.
    pub(crate) fn gather(&self, server: &Server, deflate: bool) -> Outcome<Fleet> {
        let mut fleet = Fleet::new(server.address, deflate)?;
        fleet.connect(self.clients())?;
        self.join(&mut fleet)?;
        Ok(fleet)
    }

    pub(crate) fn join(&self, fleet: &mut Fleet) -> Outcome {
        let join = |client, room: String| (client, format!(r#"421["join","{room}"]"#));
        fleet
            .ask((0..self.clients()).map(|client| join(client, format!("room {}", client / self.members))))?;
        for further in 0..self.further_rooms {
            fleet
                .ask((0..self.clients()).map(|client| join(client, format!("{further} {}", client / 10))))?;
        }
        if self.aside > 0 {
            fleet.ask([join(self.clients() - 1, "aside".to_owned())])?;
        }
        Ok(())
    }

    pub(crate) fn run(&self, server: &Server, deflate: bool, pace: Pace) -> Outcome<Sample> {
        let mut fleet = self.gather(server, deflate)?;
        self.shout(&mut fleet, server, pace)
    }

    pub(crate) fn shout(&self, fleet: &mut Fleet, server: &Server, pace: Pace) -> Outcome<Sample> {
        self.shout_in(Window::of(pace), fleet, &[&server.process], self.clients())?.sample()
    }

    /// Shouts until the window has closed, and then until everything is heard. `awake` clients count, the first ones.
    /// The time of all `processes` is looked at.
    pub(crate) fn shout_in(
        &self,
        window: Window,
        fleet: &mut Fleet,
        processes: &[&Process],
        awake: usize,
    ) -> Outcome<Measured> {
        let mut hearing = Hearing::new(*self, awake, window);
        (0..self.in_flight).for_each(|_| hearing.shout(fleet.sends()));
        loop {
            fleet.turn(|client, message, sends| hearing.hear(client, message, sends))?;
            if hearing.measured.is_none() {
                hearing.measured = hearing.window.look(processes)?;
            }
            if hearing.pending.is_empty()
                && hearing.asides == 0
                && let Some(measured) = hearing.measured.take()
            {
                fleet.hear_nothing_else(awake)?;
                return Ok(measured);
            }
        }
    }
}

/// What has been said, and who has heard how much of it.
struct Hearing {
    plan: Fanout,
    awake: usize,
    window: Window,
    next: usize,
    /// Those that not everybody has heard, the oldest first, from the number `first` on.
    pending: VecDeque<Shout>,
    first: usize,
    /// What each client hears next.
    expected: Vec<usize>,
    before: String,
    behind: String,
    /// What the last client is told alone, and how much of it is still to come.
    aside: String,
    asides: usize,
    /// There when it is over.
    measured: Option<Measured>,
}

struct Shout {
    at: Instant,
    missing: usize,
}

impl Hearing {
    fn new(plan: Fanout, awake: usize, window: Window) -> Self {
        let (before, behind) = match plan.payload {
            Payload::Text(bytes) => {
                ("\"".to_owned(), format!("{}\"", "x".repeat(bytes.saturating_sub(DIGITS))))
            }
            Payload::Object(bytes) => (r#"{"number":""#.to_owned(), format!("\",{}}}", fields(bytes))),
        };
        Self {
            plan,
            awake,
            window,
            next: 0,
            pending: VecDeque::new(),
            first: 0,
            expected: (0..plan.clients()).map(|client| client / plan.members).collect(),
            before,
            behind,
            aside: "-".repeat(plan.aside),
            asides: 0,
            measured: None,
        }
    }

    /// The rooms have their turns, and in each the first member speaks.
    fn shout(&mut self, sends: &mut Sends) {
        let room = self.next % self.plan.rooms;
        let (number, before, behind) = (self.next, &self.before, &self.behind);
        if self.plan.aside > 0 {
            sends.text(0, &format!(r#"42["shout","aside","{}"]"#, self.aside));
            self.asides += usize::from(self.awake == self.plan.clients());
        }
        sends.text(
            room * self.plan.members,
            &format!(r#"42["shout","room {room}",{before}{number:0DIGITS$}{behind}]"#),
        );
        let members = room * self.plan.members..(room + 1) * self.plan.members;
        self.pending
            .push_back(Shout { at: Instant::now(), missing: members.filter(|it| *it < self.awake).count() });
        self.next += 1;
    }

    fn hear(&mut self, client: usize, message: &[u8], sends: &mut Sends) -> Outcome {
        let Some(number) = self.number(message) else { return self.hear_aside(client, message) };
        let expected = self.expected.get_mut(client).ok_or("a client that nobody knows")?;
        if number != *expected {
            return Err(format!("client {client} heard shout {number} when {expected} was to come").into());
        }
        *expected += self.plan.rooms;
        self.window.count(1);
        let shout = number.checked_sub(self.first).and_then(|at| self.pending.get_mut(at));
        let shout = shout.ok_or("a shout that nobody waits for")?;
        shout.missing -= 1;
        if shout.missing == 0 {
            let took = shout.at.elapsed();
            self.window.took(took);
            self.heard(sends);
        }
        Ok(())
    }

    fn hear_aside(&mut self, client: usize, message: &[u8]) -> Outcome {
        let said = message.strip_prefix(br#"42["shout",""#).and_then(|rest| rest.strip_suffix(b"\"]"));
        if client + 1 < self.plan.clients() || self.asides == 0 || said != Some(self.aside.as_bytes()) {
            return Err(unexpected(client, message));
        }
        self.asides -= 1;
        Ok(())
    }

    /// Everybody has heard one: there is room for the next.
    fn heard(&mut self, sends: &mut Sends) {
        while self.pending.front().is_some_and(|shout| shout.missing == 0) {
            self.pending.pop_front();
            self.first += 1;
        }
        if self.measured.is_none() {
            self.shout(sends);
        }
    }

    /// The number of a shout that is as it was sent.
    fn number(&self, message: &[u8]) -> Option<usize> {
        let rest = message.strip_prefix(br#"42["shout","#)?.strip_prefix(self.before.as_bytes())?;
        let (number, rest) = rest.split_at_checked(DIGITS)?;
        let is_whole = rest.strip_suffix(b"]")? == self.behind.as_bytes();
        str::from_utf8(number).ok()?.parse().ok().filter(|_| is_whole)
    }
}

/// Fields such as a list of people in a chat has them: about `bytes` of JSON, in the order of the alphabet, because not
/// every server keeps another one.
fn fields(bytes: usize) -> String {
    let person = |at: usize| {
        let (seed, name) =
            (at.wrapping_mul(2_654_435_761) % 1_000_003, ["Ada", "Grace", "Edsger", "Barbara"][at % 4]);
        format!(
            r#"{{"id":{seed},"name":"{name} {at}","online":{},"room":"lobby","x":{}}}"#,
            at.is_multiple_of(3),
            seed % 977
        )
    };
    let mut people = String::new();
    for at in 0.. {
        if people.len() + 80 > bytes {
            break;
        }
        let comma = if people.is_empty() { "" } else { "," };
        people += comma;
        people += &person(at);
    }
    format!(r#""people":[{people}]"#)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Until;
    use super::*;

    fn hearing(members: usize) -> Hearing {
        hearing_with(members, 0)
    }

    /// Two shouts are on their way.
    fn hearing_with(members: usize, aside: usize) -> Hearing {
        let plan =
            Fanout { rooms: 1, members, in_flight: 2, payload: Payload::Text(10), further_rooms: 0, aside };
        let mut hearing = Hearing::new(plan, members, Window::new(Duration::ZERO, Until::Done(0)));
        (0..2).for_each(|_| hearing.shout(&mut Sends::default()));
        hearing
    }

    #[test]
    fn shouts_are_heard_once_in_order_and_unchanged() {
        let (first, second) = (br#"42["shout","00000000xx"]"#, br#"42["shout","00000001xx"]"#);
        let rows: [(&str, &[&[u8]], bool); 5] = [
            ("as they were said", &[first, second], true),
            ("twice", &[first, first], false),
            ("not all", &[second], false),
            ("cut", &[br#"42["shout","00000000x"]"#], false),
            ("of another", &[br#"42["news","00000000xx"]"#], false),
        ];
        for (what, messages, is_right) in rows {
            let mut hearing = hearing(2);
            let heard: Outcome =
                messages.iter().try_for_each(|message| hearing.hear(1, message, &mut Sends::default()));
            assert_eq!(heard.is_ok(), is_right, "{what}: {heard:?}");
        }
    }

    #[test]
    fn asides_are_for_the_last_client_and_as_many_as_were_said() {
        let aside = br#"42["shout","---"]"#;
        let rows: [(&str, &[usize], bool); 4] = [
            ("one for each of two shouts", &[1, 1], true),
            ("one more", &[1, 1, 1], false),
            ("not the last client", &[0], false),
            ("one is to come", &[1], true),
        ];
        for (what, clients, is_right) in rows {
            let mut hearing = hearing_with(2, 3);
            let heard: Outcome =
                clients.iter().try_for_each(|client| hearing.hear(*client, aside, &mut Sends::default()));
            assert_eq!(heard.is_ok(), is_right, "{what}: {heard:?}");
            assert_eq!(hearing.asides, 2_usize.saturating_sub(clients.iter().sum()), "{what}");
        }
    }

    #[test]
    fn a_shout_is_over_when_the_last_one_has_heard_it() {
        let mut hearing = hearing(2);
        hearing.hear(0, br#"42["shout","00000000xx"]"#, &mut Sends::default()).unwrap();
        assert_eq!((hearing.first, hearing.next), (0, 2));
        hearing.hear(1, br#"42["shout","00000000xx"]"#, &mut Sends::default()).unwrap();
        assert_eq!((hearing.first, hearing.next), (1, 3));
    }

    #[test]
    fn an_object_is_about_as_long_as_was_wished() {
        assert!((1900..2048).contains(&fields(2048).len()), "{}", fields(2048).len());
    }
}
