//! A connection's side towards the application: the client's events, their handlers, and those that wait.
//!
//! Rule: the events of a socket are judged and handled in the order in which they came. Those of another socket of the
//! same connection do not wait for this one's middlewares.

use std::collections::VecDeque;
use std::mem;
use std::task::{Context, Poll};

use parlor_protocol::json::Payload;
use parlor_protocol::socket::Namespace as Name;

use super::Connection;
use crate::handler::{EventMiddleware, Running};
use crate::socket::OnEvents;
use crate::{Ack, Event, Socket, SocketError};

/// What an event in the backlog costs beside its bytes.
const EVENT_OVERHEAD_BYTES: usize = 128;

/// An event that a client sent.
pub(super) struct Incoming {
    /// To whom: who joins the namespace later gets none of it.
    socket: Socket,
    data: Payload,
    ack: Option<u64>,
}

impl Incoming {
    fn bytes(&self) -> usize {
        let attachments: usize = self.data.attachments().iter().map(bytes::Bytes::len).sum();
        EVENT_OVERHEAD_BYTES + self.data.json().len() + attachments
    }
}

/// The events of one socket whose middlewares take their time. There is none for any other socket.
pub(super) struct Lane {
    socket: Socket,
    /// The one that they judge.
    judging: Option<Judging>,
    /// Those behind it. They count as backlog.
    waiting: VecDeque<Incoming>,
}

impl Lane {
    /// The socket has left.
    pub(super) fn clear(&mut self) {
        self.waiting = VecDeque::new();
    }
}

/// An event that middlewares are judging.
struct Judging {
    verdict: Running<Result<Event, SocketError>>,
    ack: Ack,
}

impl Connection {
    /// Takes up an event, or keeps it while the application is busy with earlier ones.
    pub(super) fn event(&mut self, namespace: &Name, data: Payload, ack: Option<u64>, cx: &mut Context<'_>) {
        self.tally.events_received += 1;
        let Some(socket) = self.socket(namespace) else { return };
        if !self.is_welcome() {
            return;
        }
        let mut event = Incoming { socket, data, ack };
        if self.backlog.is_empty() && self.has_room() && self.is_in_pace() {
            return self.take_up(event, cx);
        }
        // What is counted here must be all that it keeps alive.
        event.data = event.data.detached();
        self.set_backlog_bytes(self.backlog_bytes + event.bytes());
        self.backlog.push_back(event);
    }

    /// What waits is known to whoever looks at the metrics.
    pub(super) fn set_backlog_bytes(&mut self, bytes: usize) {
        self.backlog_bytes = bytes;
        self.link.set_backlog_bytes(bytes);
    }

    /// How much code of the application is running for this client's events.
    pub(super) fn running(&self) -> usize {
        self.handlers.len() + self.lanes.len()
    }

    /// Whether one more handler may start. A client that sends faster than it reads waits for its own answers.
    pub(super) fn has_room(&self) -> bool {
        self.running() < self.shared.config.max_handlers && !self.link.queue.is_behind()
    }

    /// Begins with an event, unless its socket's middlewares are still at an earlier one.
    fn take_up(&mut self, mut event: Incoming, cx: &mut Context<'_>) {
        self.count_event();
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.socket == event.socket) {
            event.data = event.data.detached();
            let bytes = event.bytes();
            lane.waiting.push_back(event);
            return self.set_backlog_bytes(self.backlog_bytes + bytes);
        }
        if let Some((socket, judging)) = self.begin(event, cx) {
            let mut lane = Lane { socket, judging: Some(judging), waiting: VecDeque::new() };
            self.advance(&mut lane, cx);
            self.keep(lane);
        }
    }

    /// Shows an event to catch-all handlers and then to its handlers, unless there are middlewares to ask first.
    fn begin(&mut self, event: Incoming, cx: &mut Context<'_>) -> Option<(Socket, Judging)> {
        let Incoming { socket, data, ack } = event;
        if !socket.is_connected() {
            return None;
        }
        let ack = Ack::new(&socket, ack);
        if !socket.is_watched() {
            self.handle(socket, data, ack, cx);
            return None;
        }
        let (any, middlewares) = (socket.any_handlers(), socket.event_middlewares());
        let event = Event::from_payload(data)?;
        for handler in any {
            self.start(handler(socket.clone(), event.clone(), ack.clone()), cx);
        }
        if middlewares.is_empty() {
            self.handle(socket, event.into_payload(), ack, cx);
            return None;
        }
        let verdict = Box::pin(judge(socket.clone(), middlewares, event));
        Some((socket, Judging { verdict, ack }))
    }

    /// Goes on with a lane as far as it gets. Gives whether that was anywhere.
    fn advance(&mut self, lane: &mut Lane, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        loop {
            if let Some(judging) = &mut lane.judging {
                let Poll::Ready(verdict) = judging.verdict.as_mut().poll(cx) else { return any };
                let ack = judging.ack.clone();
                lane.judging = None;
                self.judged_event(lane.socket.clone(), verdict, ack, cx);
            } else if self.has_room()
                && let Some(event) = lane.waiting.pop_front()
            {
                self.set_backlog_bytes(self.backlog_bytes - event.bytes());
                lane.judging = self.begin(event, cx).map(|(_, judging)| judging);
            } else {
                return any;
            }
            any = true;
        }
    }

    fn judged_event(
        &mut self,
        socket: Socket,
        verdict: Result<Event, SocketError>,
        ack: Ack,
        cx: &mut Context<'_>,
    ) {
        match verdict {
            Ok(event) => self.handle(socket, event.into_payload(), ack, cx),
            Err(error) => self.report(socket, error, cx),
        }
    }

    /// Tells the application what is wrong with what a client sent.
    pub(super) fn report(&mut self, socket: Socket, error: SocketError, cx: &mut Context<'_>) {
        self.start(Box::pin(async move { socket.misunderstood(error).await }), cx);
    }

    /// Keeps a lane for as long as something is in it.
    fn keep(&mut self, lane: Lane) {
        if lane.judging.is_some() || !lane.waiting.is_empty() {
            self.lanes.push(lane);
        }
    }

    fn handle(&mut self, socket: Socket, data: Payload, ack: Ack, cx: &mut Context<'_>) {
        let Some(name) = data.event_name().filter(|_| socket.is_connected()) else { return };
        let OnEvents { last, before } = socket.handlers_of(&name);
        let Some(last) = last else {
            tracing::debug!(connection = self.link.number, event = &*name, "an event has no handler");
            return;
        };
        drop(name);
        for handler in before {
            self.start(handler(socket.clone(), data.clone(), ack.clone()), cx);
        }
        self.start(last(socket, data, ack), cx);
    }

    /// Runs a handler up to where it first waits.
    pub(super) fn start(&mut self, mut handler: Running, cx: &mut Context<'_>) {
        if handler.as_mut().poll(cx).is_pending() {
            self.handlers.push(handler);
        }
    }

    /// Lets handlers go on, and starts those that wait for room.
    pub(super) fn run_handlers(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = self.let_in(cx);
        while self.handlers.poll_next(cx).is_some() {
            any = true;
        }
        for mut lane in mem::take(&mut self.lanes) {
            any |= self.advance(&mut lane, cx);
            self.keep(lane);
        }
        while !self.backlog.is_empty()
            && self.has_room()
            && self.is_in_pace()
            && let Some(event) = self.backlog.pop_front()
        {
            self.set_backlog_bytes(self.backlog_bytes - event.bytes());
            self.take_up(event, cx);
            any = true;
        }
        if any && self.backlog.is_empty() {
            self.backlog = VecDeque::new();
            self.calm_down();
        }
        any
    }

    /// A client answered a question of the application.
    pub(super) fn answered(&self, namespace: &Name, id: u64, args: Payload) {
        if let Some(socket) = self.socket(namespace) {
            socket.resolve_ack(id, args);
        }
    }
}

/// Asks one middleware after the other.
async fn judge(
    socket: Socket,
    middlewares: Vec<EventMiddleware>,
    mut event: Event,
) -> Result<Event, SocketError> {
    for middleware in middlewares {
        let name = event.name().into_owned();
        event = middleware(socket.clone(), event)
            .await
            .map_err(|refusal| SocketError::Refused { event: name, refusal })?;
    }
    Ok(event)
}
