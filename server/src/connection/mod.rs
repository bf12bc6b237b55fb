//! One connection's task: the only place that drives the protocol's machine, and the only owner of its transports. While
//! it sleeps beside a WebSocket that takes everything, broadcasts may write there: see [`crate::queue::flush`].
//!
//! The task is a future polled by hand. Each turn looks at everything that can happen (commands of HTTP requests,
//! requests hung up, WebSockets, the application's handlers, the time, the queue of what is to be sent), feeds the
//! machine, and does what it says. Rules:
//!
//! * Nobody waits for a client but its own task. Others push into the queue and go on.
//! * What is to be sent is collected during a turn and written at its end, in one go.
//! * Handlers run here, between the turns' other work. Answers to the application's own questions are not handlers:
//!   they are passed on at once, so that a handler may wait for one from its own client.
//! * A client that reads its answers more slowly than it asks is slowed down: while much waits for it, its events wait
//!   too. Only what others send it, or one handler in one go, can grow the queue to its bound.
//! * When too many events wait (`max_backlog_bytes`), or too many answers of the machine's own, the connection is not
//!   read, answers and pongs included: there is no way past what stands before them. Time passes all the same. So a
//!   client that has gone, or whose handlers wait for an answer behind its own flood, ends as silent ones do.

mod application;
mod events;
mod futures;
mod incoming;
mod inputs;
mod outputs;
mod pace;
mod requests;
mod websockets;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytestring::ByteString;
use parlor_protocol::engine::server::{self as engine, First, RequestId};
use parlor_protocol::engine::{Packet, TransportId, TransportKind};
use parlor_protocol::server::{Connection as Machine, Input, Output, ProtocolError};
use parlor_protocol::{Instant, Reason, limits};
use tokio::sync::mpsc;
use tokio::time::{self, Sleep};

use self::application::Joining;
use self::events::{Incoming, Lane};
use self::futures::Futures;
use self::pace::Bucket;
use self::requests::Requests;
use self::websockets::WebSockets;
use crate::handler::Running;
use crate::link::Link;
use crate::metrics::Tally;
use crate::prepared::{Codec, Prepared, codec};
use crate::queue::Woken;
use crate::server::{Counted, Session, Shared};
use crate::{Handshake, Socket, SocketError};

pub(crate) use self::requests::{Answer, Responder};
pub(crate) use self::websockets::AcceptedWebSocket;

/// How many commands of HTTP requests may wait for the task. A well-behaved client has two requests at a time.
const MAX_COMMANDS: usize = 8;

/// How many turns the task takes before it lets others have the thread.
const MAX_TURNS: usize = 16;

/// How many packets may wait in the machine before nothing more is read: answers to CONNECT, and pings, which the
/// queue does not count. Twice as many as the namespaces that one connection may join.
const MAX_BUFFERED: usize = 2 * limits::MAX_NAMESPACES;

/// How many handlers may run beyond `max_handlers` before nothing more is read: those for coming and going start at
/// once. Enough to come to every namespace that one connection may join, and to leave it.
const MAX_FURTHER_HANDLERS: usize = 2 * limits::MAX_NAMESPACES;

/// What an HTTP request has for its connection.
pub(crate) enum Command {
    /// A GET. Dropping the other end of the responder is hanging up; that holds for a POST too.
    Poll(RequestId, Responder),
    /// A POST whose body is still to come.
    PostBegun(RequestId, Responder),
    /// The body of a POST; `None` when it is not UTF-8.
    Posted(RequestId, Option<ByteString>),
    /// The body of a POST is refused, and the request answers that itself.
    PostRefused { request: RequestId, fatal: bool },
    /// A WebSocket that wants to take over.
    WebSocket(Box<AcceptedWebSocket>),
}

/// What a connection begins with.
pub(crate) enum Opening {
    Polling(Responder),
    WebSocket(Box<AcceptedWebSocket>),
}

/// Opens a session under a secret id, and starts its task.
pub(crate) fn open(
    shared: &Arc<Shared>,
    sid: String,
    handshake: Arc<Handshake>,
    counted: Counted,
    opening: Opening,
) {
    let transport = match &opening {
        Opening::Polling(_) => TransportKind::Polling,
        Opening::WebSocket(_) => TransportKind::WebSocket,
    };
    let (number, metrics) = (shared.next_connection(), shared.metrics.clone());
    metrics.connections_opened.add(&transport, 1);
    let link = Link::new(number, transport, handshake, shared.config.max_queue_bytes, metrics);
    let link = Arc::new(link);
    tracing::debug!(connection = link.number, transport = transport.as_str(), "a connection was opened");
    let (commands, receiver) = mpsc::channel(MAX_COMMANDS);
    let session = Session { link: link.clone(), commands };
    let mut connection = Connection::new(shared.clone(), link, sid.clone(), receiver, opening);
    connection.counted = Some(counted);
    if shared.insert_session(&sid, session) {
        tokio::spawn(connection);
    } else {
        tracing::error!("a session's id was made twice: a connection is dropped");
    }
}

struct Connection {
    shared: Arc<Shared>,
    link: Arc<Link>,
    /// The session's key in the server's table.
    sid: String,
    machine: Machine<Codec>,

    commands: mpsc::Receiver<Box<Command>>,
    /// No request can reach this connection any more.
    is_unreachable: bool,
    requests: Requests,
    /// A body that is read in parts, or waits until something is read. There is one at most: a second POST is refused.
    unread: Option<(RequestId, Option<ByteString>)>,
    websockets: WebSockets,

    /// Those that were let in.
    sockets: Vec<Socket>,
    /// That it was not let in somewhere has been said in the log.
    was_refused: bool,
    joining: Futures<Joining>,
    handlers: Futures<Running>,
    backlog: VecDeque<Incoming>,
    backlog_bytes: usize,
    lanes: Vec<Lane>,
    bucket: Option<Bucket>,

    /// When this turn began.
    now: Instant,
    asleep: Asleep,
    sleep: Pin<Box<Sleep>>,
    sleeps_until: Option<Instant>,
    is_closed: bool,
    counted: Option<Counted>,
    tally: Tally,
}

/// What had nothing to say when it was asked last, since the task was woken. It wakes the task when it has, and then it is
/// asked again.
#[derive(Debug, Default)]
struct Asleep {
    commands: bool,
    websockets: bool,
}

impl Future for Connection {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let connection = self.get_mut();
        let polled = connection.run(cx);
        connection.tally.move_to(&connection.shared.metrics);
        polled
    }
}

impl Drop for Connection {
    /// Done or not: when a runtime ends, it drops tasks that sleep, and what they have left in their queues stays.
    fn drop(&mut self) {
        self.link.queue.close();
    }
}

impl Connection {
    fn run(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.link.queue.wake_up(cx) {
            Woken::Flushing => return Poll::Pending,
            Woken::Free(None) => {}
            Woken::Free(Some(rest)) => self.websockets.resume(rest),
        }
        self.asleep = Asleep::default();
        for _ in 0..MAX_TURNS {
            if self.turn(cx) {
                continue;
            }
            if self.is_done() {
                return Poll::Ready(());
            }
            if self.link.queue.sleep(cx, self.is_writable(), self.outlet()) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn new(
        shared: Arc<Shared>,
        link: Arc<Link>,
        sid: String,
        commands: mpsc::Receiver<Box<Command>>,
        opening: Opening,
    ) -> Self {
        let mut requests = Requests::default();
        let mut websockets = WebSockets::new(link.handshake.query("b64").is_some());
        let first = match opening {
            Opening::Polling(responder) => {
                let request = link.next_request();
                requests.insert(request, responder);
                First::Polling(request)
            }
            Opening::WebSocket(websocket) => First::WebSocket(websockets.insert(*websocket)),
        };
        let bucket = shared.config.rate_limit.as_ref().map(Bucket::new);
        let (config, now) = (&shared.config, shared.clock.now());
        let machine = Machine::open(config.engine(), config.join_timeout(), codec(), sid.clone(), first, now);
        Self {
            counted: None,
            shared,
            link,
            sid,
            machine,
            commands,
            is_unreachable: false,
            requests,
            unread: None,
            websockets,
            sockets: Vec::new(),
            was_refused: false,
            joining: Futures::default(),
            handlers: Futures::default(),
            backlog: VecDeque::new(),
            backlog_bytes: 0,
            lanes: Vec::new(),
            bucket,
            now,
            asleep: Asleep::default(),
            sleep: Box::pin(time::sleep_until(time::Instant::now())),
            sleeps_until: None,
            is_closed: false,
            tally: Tally::default(),
        }
    }

    /// Looks at everything once. Gives whether anything happened.
    fn turn(&mut self, cx: &mut Context<'_>) -> bool {
        self.now = self.shared.clock.now();
        self.settle(cx);
        let commanded = self.take_commands(cx);
        let aborted = self.take_aborted(cx);
        let received = self.receive(cx);
        let handled = self.run_handlers(cx);
        let timed = self.keep_time(cx);
        let sent = self.send(cx);
        let flushed = self.flush(cx);
        commanded | aborted | received | handled | timed | sent | flushed
    }

    fn is_done(&self) -> bool {
        self.is_closed
            && self.is_unreachable
            && self.websockets.is_empty()
            && self.joining.is_empty()
            && self.running() == 0
    }

    /// So much waits for handlers, or for the client, that nothing more is read.
    fn is_paused(&self) -> bool {
        let config = &self.shared.config;
        self.backlog_bytes > config.max_backlog_bytes
            || self.machine.buffered() > MAX_BUFFERED
            || self.running() > config.max_handlers.saturating_add(MAX_FURTHER_HANDLERS)
    }

    /// Whether what is taken from the queue now would leave at once.
    fn is_writable(&self) -> bool {
        self.machine.is_writable() && self.websockets.are_drained()
    }

    /// Tells the machine what happened. What it wants done about it, [`Connection::settle`] does.
    fn tell(&mut self, input: Input<Codec>) {
        self.machine.handle_input(input, self.now);
        self.link.queue.set_writable(self.is_writable());
    }

    fn tell_engine(&mut self, input: engine::Input<incoming::Message, Prepared>) {
        self.tell(Input::Engine(input));
    }

    /// Does what the machine wants, until it wants nothing more.
    fn settle(&mut self, cx: &mut Context<'_>) {
        while let Some(output) = self.machine.poll_output() {
            match output {
                Output::Respond(request, response) => self.respond(request, response),
                Output::Write(id, packets) => self.write(id, &packets),
                Output::CloseTransport(id) => self.websockets.close(id),
                Output::Upgraded(_) => self.upgraded(),
                Output::Connect { namespace, auth } => self.join(namespace, auth, cx),
                Output::Event { namespace, data, ack } => self.event(&namespace, data, ack, cx),
                Output::Ack { namespace, id, data } => self.answered(&namespace, id, data),
                Output::Disconnected(namespace, reason) => self.departed(&namespace, reason, cx),
                Output::Refused(error) => self.offended(error, cx),
                Output::Closed(reason) => self.closed(reason),
            }
        }
    }

    fn offended(&mut self, error: ProtocolError, cx: &mut Context<'_>) {
        let reason = error.message();
        tracing::warn!(connection = self.link.number, reason, "a client broke the protocol: closing");
        if let ProtocolError::Decode(error) = error {
            for socket in self.sockets.clone() {
                self.report(socket, SocketError::Malformed(error.clone()), cx);
            }
        }
    }

    fn respond(&mut self, request: RequestId, response: engine::Response<Prepared>) {
        if matches!(response, engine::Response::BadRequest) {
            tracing::warn!(connection = self.link.number, "a request does not fit its session: refused");
        }
        if let engine::Response::Payload(packets) = &response {
            self.tally.packets_sent += packets.len();
        }
        self.tally.polling.bytes_sent += self.requests.answer(request, response);
    }

    fn write(&mut self, id: TransportId, packets: &[Packet<Prepared>]) {
        self.tally.packets_sent += packets.len();
        self.websockets.write(id, packets, &mut self.tally.websocket);
    }

    fn upgraded(&self) {
        self.shared.metrics.upgrades.add(1);
        self.link.upgraded();
        tracing::debug!(connection = self.link.number, "a connection moved to its WebSocket");
    }

    fn closed(&mut self, reason: Reason) {
        let (connection, backlog_bytes) = (self.link.number, self.backlog_bytes);
        if backlog_bytes > self.shared.config.max_backlog_bytes {
            tracing::warn!(
                connection,
                backlog_bytes,
                "a client was not read, because its handlers are behind"
            );
        }
        tracing::debug!(connection, %reason, "a connection was closed");
        self.shared.metrics.connections_closed.add(&reason, 1);
        self.is_closed = true;
        self.shared.remove_session(&self.sid);
        self.link.queue.close();
        self.unread = None;
        self.backlog = VecDeque::new();
        self.lanes.iter_mut().for_each(Lane::clear);
        self.set_backlog_bytes(0);
    }
}
