//! Close codes and reasons (RFC 6455, 7.4).
//!
//! Rule: a `CloseCode` is one that may stand in a Close frame. 1005, 1006 and 1015, which only describe what was
//! seen locally, cannot be written down.

use std::fmt;

/// Why a connection is closed, as the number that a Close frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server goes down, or the browser leaves the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: a kind of data that this end cannot take.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1007: a message whose content does not fit its type, such as text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: a message that breaks this end's policy.
    pub const POLICY: Self = Self(1008);
    /// 1009: a message longer than this end accepts.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1011: this end met a condition it did not expect.
    pub const INTERNAL: Self = Self(1011);
    /// 1013: this end is overloaded; trying again later may help.
    pub const TRY_AGAIN_LATER: Self = Self(1013);

    /// Takes a number that may stand in a Close frame: 1000 to 1003, 1007 to 1014, 3000 to 4999.
    ///
    /// The names of 1012 to 1014 come from the IANA registry that RFC 6455, 11.7 founded.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// Gives the number as it stands on the wire.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the peer said in its Close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseReason {
    /// The code, always one that may stand on the wire.
    pub code: CloseCode,
    /// The text for people, at most 123 bytes, often empty.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    #[test]
    fn only_codes_allowed_on_the_wire_exist() {
        let rows = [
            (0, false),
            (999, false),
            (1000, true),
            (1003, true),
            (1004, false),
            (1005, false),
            (1006, false),
            (1007, true),
            (1014, true),
            (1015, false),
            (1016, false),
            (2999, false),
            (3000, true),
            (4999, true),
            (5000, false),
            (65535, false),
        ];
        for (code, allowed) in rows {
            assert_eq!(CloseCode::new(code).map(CloseCode::as_u16), allowed.then_some(code), "{code}");
        }
    }
}
