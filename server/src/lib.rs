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
//! # Every way to emit
//!
//! ```
//! use std::time::Duration;
//! use parlor_server::{Config, Server, Socket};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let io = Server::new(Config::default());
//! let time = Duration::from_millis(5000);
//!
//! io.on_connection(move |socket: Socket| async move {
//!     let say = async {
//!         // To this client, at most once; and with its acknowledgement.
//!         socket.emit("news", &(1, "2", [3, 4]))?;
//!         let _ = socket.emit_with_ack::<String>("question", "argument").await;
//!         let _ = socket.timeout(time).emit_with_ack::<String>("question", "argument").await;
//!         socket.compress(false).emit("news", "sent as it is")?;
//!         socket.volatile().emit("news", "now or never")?;
//!         // To the others in the namespace, or in rooms.
//!         socket.broadcast().emit("news", &())?;
//!         socket.to("room1").emit("news", &())?;
//!         socket.to(["room1", "room2"]).emit("news", &())?;
//!         socket.within("room1").except("room3").emit("news", &())?;
//!         // To everybody in the namespace, this client too.
//!         socket.namespace().emit("news", &())
//!     };
//!     if let Err(error) = say.await {
//!         eprintln!("{error}");
//!     }
//! });
//!
//! // To everybody in `/`, or in rooms of it.
//! io.emit("news", &())?;
//! io.within("room1").emit("news", &())?;
//! io.to(["room1", "room2"]).except("room3").emit("news", &())?;
//! // To one client, whose own room has its id as name.
//! io.to("the id of a socket").emit("news", &())?;
//! // To another namespace.
//! io.of("admin").emit("news", &())?;
//! io.of("admin").to("room1").emit("news", &())?;
//! // To the clients of this server alone.
//! io.local().emit("news", &())?;
//! // With everybody's acknowledgement.
//! let answers: Vec<String> = io.timeout(time).to("room1").emit_with_ack("question", &()).await?;
//! assert!(answers.is_empty(), "nobody is there");
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it is built
//!
//! One task per connection drives the protocol's machine ([`parlor_protocol::server`]) and owns its transports. A
//! broadcast is encoded once; each recipient gets a reference in a queue that counts bytes, and all that waits there is
//! written in one go: by its task, or in the place of tasks that sleep by a few jobs for all of them. No lock is held
//! while sending, and nobody waits for a slow client but its own task: [`Config::max_queue_bytes`] says when it is cut
//! off. One that only asks faster than it reads is slowed down.
//!
//! Handlers are async closures. They run inside their connection's task: started in the order of the events, each up
//! to its first `await` before the next one begins.

mod ack;
pub mod adapter;
#[cfg(feature = "chat")]
pub mod admin;
mod broadcast;
#[cfg(feature = "chat")]
pub mod chat;
mod clock;
mod cluster;
mod config;
mod connection;
mod emitter;
mod ending;
mod engine;
mod error;
mod event;
mod first;
mod handler;
mod handshake;
mod http;
mod id;
#[cfg(feature = "chat")]
pub mod lab;
mod link;
pub mod metrics;
mod namespace;
mod namespaces;
mod outgoing;
mod outlet;
mod parent;
mod prepared;
mod queue;
mod recovery;
#[cfg(feature = "redis")]
pub mod redis;
mod refusal;
mod remote;
mod rooms;
mod serve;
mod server;
mod socket;
mod stream;
mod sync;
#[cfg(any(feature = "redis-tls", feature = "postgres-tls"))]
mod tls;
mod typed;
pub mod websocket;
mod write_deadline;

pub use self::http::{Body, Layer, NotFound, Service};
pub use ack::Ack;
pub use broadcast::{
    Broadcast, BroadcastAckError, BroadcastAckFuture, Elsewhere, FetchError, Missing, RoomNames, Unanswered,
};
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
pub use typed::{Typed, TypedAck};

pub use parlor_protocol::engine::TransportKind;
pub use parlor_protocol::json::{ArgsError, EncodeError, Payload};
pub use parlor_protocol::{Reason, TypedEvent};
