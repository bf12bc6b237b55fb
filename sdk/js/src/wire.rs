//! What the page's transports bring: Engine.IO packets, by what they begin with. JavaScript has the rest.

use parlor_protocol::Millis;
use parlor_protocol::engine::Packet;

/// The packet that begins with that unit, with `more` behind it or without; `None` when it is none.
pub(crate) fn read(first: i32, more: bool) -> Option<Packet<(), ()>> {
    Some(match u8::try_from(first).ok()? {
        b'0' => Packet::Open(()),
        b'1' => Packet::Close,
        b'2' => Packet::Ping { probe: more },
        b'3' => Packet::Pong { probe: more },
        b'4' => Packet::Message(()),
        b'5' => Packet::Upgrade,
        b'6' => Packet::Noop,
        _ => return None,
    })
}

/// A time of JavaScript: not a number is none, too much is for ever.
pub(crate) const fn millis(value: f64) -> Millis {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, NaN is 0")]
    Millis::new(value as u64)
}
