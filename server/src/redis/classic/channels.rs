//! Where everything is published.

/// The channels of one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Channels {
    namespace: Box<str>,
    broadcast: String,
    request: String,
    response: String,
}

impl Channels {
    /// `key` is what all names begin with: Node's option of that name, `socket.io` where nothing is said.
    pub(crate) fn new(key: &str, namespace: &str) -> Self {
        Self {
            namespace: namespace.into(),
            broadcast: format!("{key}#{namespace}#"),
            request: format!("{key}-request#{namespace}#"),
            response: format!("{key}-response#{namespace}#"),
        }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Broadcasts to all, or to several rooms.
    pub(crate) fn broadcast(&self) -> &str {
        &self.broadcast
    }

    /// Broadcasts to one room.
    pub(crate) fn room(&self, room: &str) -> String {
        format!("{}{room}#", self.broadcast)
    }

    /// What matches the channels of all broadcasts, for PSUBSCRIBE.
    ///
    /// The namespace's name is a client's choice where namespaces are dynamic, so what means more in a pattern is escaped
    /// (Node forgets that). What else matches, such as rooms of a namespace whose name begins with this one and `#`, is told
    /// apart by the message.
    pub(crate) fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.broadcast.len() + 1);
        for letter in self.broadcast.chars() {
            if matches!(letter, '*' | '?' | '[' | ']' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('*');
        pattern
    }

    /// Requests to all.
    pub(crate) fn request(&self) -> &str {
        &self.request
    }

    /// Responses, for whom they may concern.
    pub(crate) fn response(&self) -> &str {
        &self.response
    }

    /// Responses for the server `uid`.
    pub(crate) fn response_to(&self, uid: &str) -> String {
        format!("{}{uid}#", self.response)
    }

    /// The room that a broadcast's channel belongs to: an empty text when it is the channel for all. `None` when it is none
    /// of this namespace's channels.
    pub(super) fn room_of<'a>(&self, channel: &'a str) -> Option<&'a str> {
        let behind = channel.strip_prefix(&*self.broadcast)?;
        if behind.is_empty() { Some(behind) } else { behind.strip_suffix('#') }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_named_as_npm_names_them() {
        let names = Channels::new("socket.io", "/chat");
        assert_eq!(names.broadcast(), "socket.io#/chat#");
        assert_eq!(names.room("r1"), "socket.io#/chat#r1#");
        assert_eq!(names.pattern(), "socket.io#/chat#*");
        assert_eq!(names.request(), "socket.io-request#/chat#");
        assert_eq!(names.response(), "socket.io-response#/chat#");
        assert_eq!(names.response_to("Uid123"), "socket.io-response#/chat#Uid123#");
        assert_eq!(Channels::new("mine", "/").broadcast(), "mine#/#");
    }

    #[test]
    fn what_means_more_in_a_pattern_is_escaped() {
        assert_eq!(Channels::new("socket.io", r"/a*b?[c]\^-").pattern(), r"socket.io#/a\*b\?\[c\]\\^-#*");
    }

    #[test]
    fn a_channel_belongs_to_a_room_or_to_all_or_to_others() {
        let names = Channels::new("socket.io", "/chat");
        for (channel, room) in [
            ("socket.io#/chat#", Some("")),
            ("socket.io#/chat#r1#", Some("r1")),
            ("socket.io#/chat#a#b#", Some("a#b")),
            ("socket.io#/chat#r1", None),
            ("socket.io#/#", None),
            ("", None),
        ] {
            assert_eq!(names.room_of(channel), room, "{channel}");
        }
    }
}
