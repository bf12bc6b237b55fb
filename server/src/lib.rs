//! A Socket.IO room server.
//!
//! ```no_run
//! use parlor_server::{Ack, Config, Server, Socket, serve};
//!
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     let io = Server::new(Config::default());
//!     io.on_connection(|socket: Socket| async move {
//!         socket.join("lobby");
//!         socket.on("say", |socket: Socket, text: String, ack: Ack| async move {
//!             let _ = socket.to("lobby").emit("said", &(socket.id(), text));
//!             ack.send(&());
//!         });
//!     });
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     serve(listener, io).await
//! }
//! ```
//!
//! # How it is built
//!
//! One task per connection drives the protocol's machine ([`parlor_protocol::server`]) and owns its transports. A
//! broadcast is encoded once; each recipient gets a reference in a queue that counts bytes, and its task writes all
//! that waits in one go. No lock is held while sending, and nobody waits for a slow client but its own task:
//! [`Config::max_queue_bytes`] says when it is cut off. One that only asks faster than it reads is slowed down.
//!
//! Handlers are async closures. They run inside their connection's task: started in the order of the events, each up
//! to its first `await` before the next one begins.

mod ack;
mod broadcast;
#[cfg(feature = "chat")]
pub mod chat;
mod clock;
mod config;
mod connection;
mod emitter;
mod ending;
mod engine;
mod error;
mod event;
mod handler;
mod handshake;
mod http;
mod id;
mod link;
pub mod metrics;
mod namespace;
mod namespaces;
mod outgoing;
mod parent;
mod prepared;
mod queue;
mod recovery;
mod refusal;
mod remote;
mod rooms;
mod serve;
mod server;
mod socket;
mod sync;
pub mod websocket;
mod write_deadline;

pub use self::http::{Body, Layer, NotFound, Service};
pub use ack::Ack;
pub use broadcast::{Broadcast, BroadcastAckError, BroadcastAckFuture, Missing, RoomNames, Unanswered};
pub use config::{Config, Cookie, Cors, HttpCompression, PerMessageDeflate, RateLimit, SameSite};
pub use emitter::{AckFuture, Emitter};
pub use engine::{ConnectionError, Engine};
pub use error::{AckError, EmitError, PatternError, SocketError};
pub use event::Event;
pub use handshake::{Handshake, RemoteAddress};
pub use metrics::Metrics;
pub use namespace::Namespace;
pub use parent::{ParentBroadcast, ParentNamespace};
pub use recovery::ConnectionStateRecovery;
pub use refusal::Refusal;
pub use remote::RemoteSocket;
pub use rooms::RoomEvent;
pub use serve::{serve, serve_with};
pub use server::Server;
pub use socket::{Data, Listener, Socket};

pub use parlor_protocol::Reason;
pub use parlor_protocol::engine::TransportKind;
pub use parlor_protocol::json::{ArgsError, EncodeError, Payload};
