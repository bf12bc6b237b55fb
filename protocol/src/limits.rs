//! Every bound of the protocol that a peer could lean on, with its unit, its default and its reason. There is no
//! second home for any of them; the bounds of a server's own queues are in its configuration.

use core::time::Duration;

/// The longest HTTP body or WebSocket message that a server accepts, in bytes: `maxHttpBufferSize`.
///
/// 1 MB as in Socket.IO, so that clients written for it are not cut off earlier than they are used to.
pub const MAX_PAYLOAD_BYTES: usize = 1_000_000;

/// The most attachments one packet may announce.
///
/// 10 as in socket.io-parser 4.2.7: each costs a frame of up to [`MAX_PAYLOAD_BYTES`] before the packet is
/// complete, so this times that is what one peer can make us hold.
pub const MAX_ATTACHMENTS: usize = 10;

/// How long the next attachment of a packet may take to come.
///
/// What came of the packet is kept meanwhile. Thirty seconds for a megabyte is what a request body gets too; real
/// clients send attachments right behind their packet.
pub const ATTACHMENT_TIMEOUT: Duration = Duration::from_millis(30_000);

/// The longest namespace name a peer may use, in bytes.
///
/// A name is kept for as long as the connection lives; real ones are a few dozen characters.
pub const MAX_NAMESPACE_BYTES: usize = 512;

/// The most namespaces one connection may have connected or pending at once.
///
/// Each costs a handful of allocations and a user's handler run; a page that needs more uses rooms.
pub const MAX_NAMESPACES: usize = 64;

/// The most events a client keeps that arrive before its namespace is joined.
///
/// A server replays missed events that way. Real replays are bounded by two minutes of traffic; a server that
/// sends more without ever answering CONNECT is broken.
pub const MAX_EARLY_EVENTS: usize = 10_000;

/// The longest session id a server may hand out, in bytes. Real ones have 20.
pub const MAX_SID_BYTES: usize = 128;

/// The longest text that a client takes for the place of an event, in bytes. Real ones have 7 to 22; a longer last
/// argument is the application's own.
pub const MAX_OFFSET_BYTES: usize = 128;

/// How often a server pings: `pingInterval`.
pub const PING_INTERVAL: Duration = Duration::from_millis(25_000);

/// How long after a ping a peer may stay silent before it is taken for dead: `pingTimeout`.
pub const PING_TIMEOUT: Duration = Duration::from_millis(20_000);

/// The longest `pingInterval` or `pingTimeout` a client believes, so that an absurd handshake cannot switch
/// the heartbeat off or overflow a timer (browsers wrap at 2^31 ms).
pub const MAX_HEARTBEAT: Duration = Duration::from_millis(86_400_000);

/// How long a WebSocket may take to prove itself before an upgrade is given up: `upgradeTimeout`.
pub const UPGRADE_TIMEOUT: Duration = Duration::from_millis(10_000);

/// How often a server releases a held poll while an upgrade waits for it.
pub const UPGRADE_RELEASE_INTERVAL: Duration = Duration::from_millis(100);

/// How long a session may live without having joined any namespace: `connectTimeout`.
pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(45_000);

/// How long a closing polling session waits for one more poll to carry its farewell.
pub const CLOSE_TIMEOUT: Duration = Duration::from_millis(30_000);

/// How long a client gives one connection attempt, from the first request to the handshake: `timeout`.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(20_000);

/// How long after waking up a loss counts as one that the sleep has brought about.
///
/// What a page's transports went through while it was frozen is told to it behind the news that it is awake; five
/// seconds are enough for that, and for one attempt to connect that begins before the network is there again.
pub const WAKING: Duration = Duration::from_millis(5_000);

/// The deepest JSON that is read into Rust types, in arrays and objects around each other within one argument.
///
/// Reading recurses, and this is where serde_json stops. Deeper data can be received and sent on, which does not
/// recurse; asking for it as a type is an error.
pub const MAX_JSON_DEPTH: usize = 127;

/// The most placeholders that may point at attachments when a packet is read into Rust types, per attachment.
///
/// Serde copies bytes where they are read, so each placeholder costs as much memory as its attachment. Encoders
/// write one placeholder for each.
pub const MAX_PLACEHOLDERS_PER_ATTACHMENT: usize = 10;
