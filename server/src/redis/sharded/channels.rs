//! Where everything is published.

/// Which rooms have a channel of their own: Node's `subscriptionMode`. All servers of a cluster must have the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionMode {
    /// None: every server hears every broadcast.
    Static,
    /// All but the rooms that sockets have to themselves.
    #[default]
    Dynamic,
    /// All.
    DynamicPrivate,
}

/// As many characters as a socket's id has in Socket.IO: by that, who publishes tells its own room from others.
const SOCKET_ID_CHARACTERS: usize = 20;

impl SubscriptionMode {
    /// Whether a broadcast to that room alone goes to the room's channel.
    ///
    /// By that, a server also knows to which it must subscribe: of a room that only looks like a socket's, all servers hear
    /// on the channel for all.
    pub(crate) fn publishes(self, room: &str) -> bool {
        match self {
            Self::Static => false,
            Self::Dynamic => room.encode_utf16().count() != SOCKET_ID_CHARACTERS,
            Self::DynamicPrivate => true,
        }
    }
}

/// The channels of one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channels {
    namespace: Box<str>,
    main: String,
    mode: SubscriptionMode,
}

impl Channels {
    /// `prefix` is what all names begin with: Node's option `channelPrefix`, `socket.io` where nothing is said.
    pub(crate) fn new(prefix: &str, namespace: &str, mode: SubscriptionMode) -> Self {
        Self { namespace: namespace.into(), main: format!("{prefix}#{namespace}#"), mode }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) const fn mode(&self) -> SubscriptionMode {
        self.mode
    }

    /// What all servers hear.
    pub(crate) fn main(&self) -> &str {
        &self.main
    }

    /// Responses for the server `uid`.
    pub(crate) fn response_to(&self, uid: &str) -> String {
        format!("{}{uid}#", self.main)
    }

    /// Broadcasts to one room, if [`SubscriptionMode::publishes`] says so.
    pub(crate) fn room(&self, room: &str) -> String {
        format!("{}{room}#", self.main)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_named_as_npm_names_them() {
        let names = Channels::new("socket.io", "/chat", SubscriptionMode::Dynamic);
        assert_eq!(names.main(), "socket.io#/chat#");
        assert_eq!(names.room("r1"), "socket.io#/chat#r1#");
        assert_eq!(names.response_to("0123456789abcdef"), "socket.io#/chat#0123456789abcdef#");
    }

    #[test]
    fn the_mode_says_which_rooms_have_a_channel() {
        use SubscriptionMode::{Dynamic, DynamicPrivate, Static};
        let id = "aaaaaaaaaaaaaaaaaaaa";
        for (mode, publishes, publishes_to_id) in
            [(Static, false, false), (Dynamic, true, false), (DynamicPrivate, true, true)]
        {
            assert_eq!((mode.publishes("r1"), mode.publishes(id)), (publishes, publishes_to_id), "{mode:?}");
        }
        // 20 characters of JavaScript, however many bytes.
        assert!(!Dynamic.publishes(&"é".repeat(20)));
        assert!(!Dynamic.publishes(&"😀".repeat(10)));
    }
}
