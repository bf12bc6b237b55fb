//! What the chat is put to: whether it is to be offline, and the slow link.

use std::time::Duration;

use yew::Callback;
use yew::platform::spawn_local;
use yew::platform::time::sleep;

use crate::lane::{LAG, Lane};
use crate::state::{Action, Effect};

pub(super) struct Trials {
    pub(super) is_offline: bool,
    pub(super) is_slow: bool,
    /// Both ways in one lane: each waits equally long.
    lane: Lane<OnItsWay>,
    /// Whether somebody sleeps who looks after the lane then.
    is_awaited: bool,
}

/// Something between the page and the server.
#[derive(Debug)]
pub(super) enum OnItsWay {
    Here(Action),
    There(Effect),
}

impl OnItsWay {
    /// Whether it is better lost than late.
    const fn is_volatile(&self) -> bool {
        matches!(
            self,
            Self::Here(Action::TypingBy(_) | Action::ReactBy(_))
                | Self::There(Effect::Typing { .. } | Effect::React { .. })
        )
    }
}

impl Trials {
    pub(super) const fn new() -> Self {
        Self { is_offline: false, is_slow: false, lane: Lane::new(), is_awaited: false }
    }

    /// Puts something on its way; on a slow link, what is volatile is lost.
    pub(super) fn pass(&mut self, what: OnItsWay, now: u64) {
        if !(self.is_slow && what.is_volatile()) {
            self.lane.push(what, now, if self.is_slow { LAG } else { 0 });
        }
    }

    pub(super) fn arrived(&mut self, now: u64) -> Option<OnItsWay> {
        self.lane.pop(now)
    }

    /// Calls back when the next thing arrives: then say [`woken`](Self::woken). Nothing that comes later can arrive
    /// earlier, so one who waits is enough.
    pub(super) fn wake(&mut self, now: u64, due: Callback<()>) {
        let Some(wait) = self.lane.wait(now).filter(|_| !self.is_awaited) else { return };
        self.is_awaited = true;
        spawn_local(async move {
            sleep(Duration::from_millis(wait)).await;
            due.emit(());
        });
    }

    pub(super) const fn woken(&mut self) {
        self.is_awaited = false;
    }
}

#[cfg(test)]
mod tests {
    use parlor_chat::{RoomName, TypingBy};

    use super::*;

    fn passes(is_slow: bool) -> Vec<bool> {
        let mut trials = Trials { is_slow, ..Trials::new() };
        let room = RoomName::parse("lobby").unwrap();
        let typing = TypingBy { room: "lobby".to_owned(), member: "u1".to_owned() };
        trials.pass(OnItsWay::Here(Action::TypingBy(typing)), 0);
        trials.pass(OnItsWay::There(Effect::Typing { room }), 0);
        trials.pass(OnItsWay::There(Effect::ListRooms), 0);
        std::iter::from_fn(|| trials.arrived(LAG)).map(|what| what.is_volatile()).collect()
    }

    #[test]
    fn slow_link_loses_what_is_volatile_and_nothing_else() {
        assert_eq!(passes(false), [true, true, false]);
        assert_eq!(passes(true), [false]);
    }
}
