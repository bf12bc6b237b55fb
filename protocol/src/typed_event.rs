//! What a client and a server agree on beforehand, as a type.

/// An event whose data and answer have types: one contract for both ends of a connection.
///
/// ```
/// use parlor_protocol::TypedEvent;
///
/// /// Somebody says something. The answer is its place in the room's history.
/// struct Say;
///
/// impl TypedEvent for Say {
///     const NAME: &'static str = "say";
///     type Data = (String, u32);
///     type Ack = u64;
/// }
/// ```
pub trait TypedEvent {
    /// The event's name on the wire. It may stand for one type on the way to the server and for another on the way back.
    const NAME: &'static str;
    /// The event's arguments: a tuple is the list of them, `()` none, any other type the only one.
    type Data;
    /// The answer's arguments, likewise; `()` for an event that is not answered.
    type Ack;
}
