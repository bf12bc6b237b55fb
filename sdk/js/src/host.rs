//! What the core asks of JavaScript: the other side is `host.mjs`, where each is told.
//!
//! None of these calls back into the core, and none calls a listener of the user: the only code of theirs that can run
//! is what they put in the place of the browser's own, such as a `WebSocket` class. They act on the connection that is being
//! entered: JavaScript enters one at a time, and names it first. Text of ours is named by its address and length. Values
//! for the user are made on a stack, which [`tell`] takes.

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    // The message that is being received.

    /// Has it decoded by a parser of the user's, once the core has been left.
    pub(crate) safe fn custom();
    /// Writes at most `units` units of it from the second on to `address`, as UTF-8: where no namespace is named, as far
    /// as the first one that may begin a JSON array, object or string. Gives the bytes written.
    pub(crate) safe fn head(address: i32, units: i32) -> i32;
    /// The socket of the namespace with that name; below 0 when there is none.
    pub(crate) safe fn socket(address: i32, length: i32) -> i32;
    /// Keeps it, until it has all its attachments.
    pub(crate) safe fn keep();
    /// Puts it to the one that is kept, as its next attachment.
    pub(crate) safe fn attach();
    /// Parses the JSON that begins at a unit of it, or of the one that is kept, which has all its attachments: these come to
    /// their places. Gives the shape of the value: see `wire.rs`.
    pub(crate) safe fn parse(at: i32) -> i32;
    /// A number among the properties of the value; `NaN` when it is none.
    pub(crate) safe fn number(address: i32, length: i32) -> f64;
    /// Units of the value's `sid`, 0 when it is no string, and the session has it from now on.
    pub(crate) safe fn session() -> i32;
    /// Whether the value's `upgrades` name that transport.
    pub(crate) safe fn offers(kind: i32) -> i32;
    /// Whether the value is what a server says to CONNECT: it has a `sid`.
    pub(crate) safe fn accepts() -> i32;

    // What has to be told to sockets about that value: kept, and told once the core has been left.

    /// It is what the server said to CONNECT: the socket is let in.
    #[link_name = "tellAccepted"]
    pub(crate) safe fn tell_accepted(socket: i32);
    /// The socket is not connected by itself from now on.
    pub(crate) safe fn leave(socket: i32);
    /// It is why the socket is not let in.
    #[link_name = "tellRefused"]
    pub(crate) safe fn tell_refused(socket: i32);
    /// It is an event; from 0 on, the id to answer under.
    #[link_name = "tellEvent"]
    pub(crate) safe fn tell_event(socket: i32, ack: f64);
    /// It is an answer.
    #[link_name = "tellAck"]
    pub(crate) safe fn tell_ack(socket: i32, ack: f64);

    // The world.

    /// Milliseconds that never go backwards.
    pub(crate) safe fn now() -> f64;
    /// Enters the core to say that time has passed, in so many milliseconds and not earlier; below 0: not at all.
    pub(crate) safe fn wake(millis: f64);
    /// Makes a transport; a WebSocket connects at once. It opens a session, or joins the one there is.
    pub(crate) safe fn open(transport: i32, kind: i32, joins: i32);
    /// Sends a GET, and reports what came.
    pub(crate) safe fn poll(transport: i32);
    /// Puts a pong behind what waits in the session of that transport.
    pub(crate) safe fn pong(transport: i32);
    /// Writes what waits, as far as it may leave together, and reports it. Gives whether something is left.
    pub(crate) safe fn write(transport: i32) -> i32;
    /// Writes a packet of ours before all that waits, and reports it: that the transport takes over, or else a probe.
    pub(crate) safe fn control(transport: i32, upgrade: i32);
    /// Lets go of a transport and its callbacks. A POST on its way goes on.
    pub(crate) safe fn close(transport: i32, farewell: i32);
    /// Whether a WebSocket worked last: 1 yes, 0 no, below 0 asks. Gives what is known now, for those who want it.
    pub(crate) safe fn remember(websocket: i32) -> i32;

    // What there is to tell: kept, and told once the core has been left.

    /// A string, on the stack.
    pub(crate) safe fn text(address: i32, length: i32);
    /// A number, on the stack.
    pub(crate) safe fn numeral(value: f64);
    /// Makes an `Error` of a message, a code and a description on the stack; the description may not be a number.
    pub(crate) safe fn failure();
    /// Makes a `{ description }` of what is on the stack.
    pub(crate) safe fn details();
    /// Makes an `Error` of a message on the stack: why the session ends that is about to.
    pub(crate) safe fn broken();
    /// An event of a socket, or of the engine (-1), or of the manager (-2), with all that is on the stack.
    pub(crate) safe fn tell(target: i32, address: i32, length: i32);
}
