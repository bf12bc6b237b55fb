//! The one loop between the client's brain and whatever carries its bytes.
//!
//! # For whoever writes a platform or a face
//!
//! [`Platform`] is the world: transports, one timer, a clock. [`Driver`] owns a
//! [`Client`] and a platform. A *face* is what users see, such as the Rust API of this crate: it feeds [`Driver::input`] and
//! [`Driver::timeout`], and after each of them takes [`Driver::next_output`] until it is `None`.
//!
//! Two rules make re-entrancy safe:
//!
//! 1. A platform never calls back from within a [`Platform`] method. What a transport does is reported later,
//!    by `Driver::input(Input::Transport(..))`, at the earliest from a task of its own (also that a constructor threw).
//! 2. A face calls users only while it borrows nothing: take one output, let go of the driver, then call. A user
//!    may emit, disconnect or drop the client from within; the outputs of that wait their turn in the queue.
//!
//! This file is `no_std` and free of JSON, so that another platform can take it as it is.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use parlor_protocol::Instant;
use parlor_protocol::client::{Client, Config, Input, Output, SocketId};
use parlor_protocol::engine::{self, Packet, TransportId, TransportKind};
use parlor_protocol::socket::Codec;

/// What a platform's transports deliver as one message.
pub type Incoming<P> = <<P as Platform>::Codec as Codec>::Incoming;

/// What a platform's transports are given as one message.
pub type Outgoing<P> = <<P as Platform>::Codec as Codec>::Outgoing;

/// The world as the driver needs it: transports, a timer and a clock.
///
/// What transports do is reported as [`Input::Transport`], never from within one of these methods. Reports about a
/// transport that was closed are ignored, so that nobody needs to filter late ones.
pub trait Platform {
    /// What turns packets into messages for the transports and back.
    type Codec: Codec;

    /// The time, which never goes backwards.
    fn now(&self) -> Instant;

    /// Makes a transport. A WebSocket is connected now, and reported as `Opened`; polling waits for
    /// [`Platform::poll`]. With `sid` it joins that session.
    fn open(&mut self, transport: TransportId, kind: TransportKind, sid: Option<&str>);

    /// Sends a GET. Its packets are reported as `Received` one by one, then `Polled`.
    fn poll(&mut self, transport: TransportId);

    /// Sends packets in that order, as one POST or as frames, and reports `Sent` when they are on their way:
    /// the POST was answered, or the WebSocket has taken the frames (then in a microtask).
    fn write(&mut self, transport: TransportId, packets: Vec<Packet<Outgoing<Self>>>);

    /// Abandons a transport and drops its callbacks. With `farewell`, polling POSTs the packet `1` and waits for
    /// nothing.
    fn close(&mut self, transport: TransportId, farewell: bool);

    /// Sets the one timer: call [`Driver::timeout`] then, instead of any earlier wish; `None` for never. A timer
    /// that fires early does no harm.
    fn wake_at(&mut self, deadline: Option<Instant>);
}

impl<P: Platform + ?Sized> Platform for Box<P> {
    type Codec = P::Codec;

    fn now(&self) -> Instant {
        (**self).now()
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, sid: Option<&str>) {
        (**self).open(transport, kind, sid);
    }

    fn poll(&mut self, transport: TransportId) {
        (**self).poll(transport);
    }

    fn write(&mut self, transport: TransportId, packets: Vec<Packet<Outgoing<Self>>>) {
        (**self).write(transport, packets);
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        (**self).close(transport, farewell);
    }

    fn wake_at(&mut self, deadline: Option<Instant>) {
        (**self).wake_at(deadline);
    }
}

/// A client and its platform, joined.
#[derive(Debug)]
pub struct Driver<P: Platform> {
    client: Client<P::Codec>,
    platform: P,
    /// What the timer is set to.
    armed: Option<Instant>,
    /// What is still to be told to the user.
    outputs: VecDeque<Output<P::Codec>>,
}

impl<P: Platform> Driver<P> {
    /// A driver of a new client. `seed` spreads its reconnections: draw it at random.
    pub fn new(config: Config, codec: P::Codec, seed: u64, platform: P) -> Self {
        let client = Client::new(config, codec, seed);
        Self { client, platform, armed: None, outputs: VecDeque::new() }
    }

    /// The socket of that namespace, made when there is none yet.
    pub fn socket(&mut self, namespace: &str) -> SocketId {
        self.client.socket(namespace)
    }

    /// Takes in what happened or what the user wants, and does what follows from it.
    pub fn input(&mut self, input: Input<P::Codec>) {
        let now = self.platform.now();
        self.client.handle_input(input, now);
        self.settle();
    }

    /// The time that [`Platform::wake_at`] named has come.
    pub fn timeout(&mut self) {
        // The timer is spent, whether it was on time or early.
        self.armed = None;
        let now = self.platform.now();
        self.client.handle_timeout(now);
        self.settle();
    }

    /// The next thing to tell the user, in order. Never one of the transport outputs that a [`Platform`] handles.
    pub fn next_output(&mut self) -> Option<Output<P::Codec>> {
        self.outputs.pop_front()
    }

    /// The client, to ask.
    pub const fn client(&self) -> &Client<P::Codec> {
        &self.client
    }

    /// The client, to change its reconnection. Inputs go through [`Driver::input`].
    pub const fn client_mut(&mut self) -> &mut Client<P::Codec> {
        &mut self.client
    }

    /// The platform.
    pub const fn platform(&self) -> &P {
        &self.platform
    }

    /// The platform, to change it.
    pub const fn platform_mut(&mut self) -> &mut P {
        &mut self.platform
    }

    /// Does what is to be done, keeps what is to be told, and moves the timer if it has to be.
    fn settle(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Transport(output) => self.transport(output),
                told => self.outputs.push_back(told),
            }
        }
        let deadline = self.client.deadline();
        if deadline != self.armed {
            self.armed = deadline;
            self.platform.wake_at(deadline);
        }
    }

    fn transport(&mut self, output: engine::client::Output<Outgoing<P>>) {
        use engine::client::Output as Engine;
        match output {
            Engine::Open { transport, kind, sid } => self.platform.open(transport, kind, sid.as_deref()),
            Engine::Poll(transport) => self.platform.poll(transport),
            Engine::Write(transport, packets) => self.platform.write(transport, packets),
            Engine::Close { transport, farewell } => self.platform.close(transport, farewell),
            told => self.outputs.push_back(Output::Transport(told)),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
