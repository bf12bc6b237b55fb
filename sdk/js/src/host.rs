//! What the core asks of JavaScript: the other side is `host.mjs`, where each is told.
//!
//! None of these calls back into the core, and none runs code of the user, neither a listener nor a `WebSocket` class of
//! theirs: that waits until the core has been left. They act on the connection that is being entered: JavaScript enters one
//! at a time, and names it first.

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Milliseconds that never go backwards.
    pub(crate) safe fn now() -> f64;
    /// A number from 0 (included) to 1.
    pub(crate) safe fn random() -> f64;
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

    /// An event of a socket, or below 0 of the engine or the manager: see `tell.rs`. With the count of attempts, or from 1 on the
    /// [`parlor_protocol::Reason`]. It is kept, and told once the core has been left.
    pub(crate) safe fn tell(socket: i32, event: i32, value: i32, why: i32);
}
