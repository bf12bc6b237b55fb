//! What all handles of one client share: the driver, and everybody who waits or listens.
//!
//! The rule of [`crate::driver`] is kept here: users are called only while nothing is borrowed. What there is to
//! tell goes through one queue, and whoever is already telling tells it all, so that things are told in order
//! and never from within each other, whatever a callback does.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use parlor_protocol::client::{Config, ConnectError as Refused, Input, Output, SocketId};
use parlor_protocol::engine::client as engine;
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::client::{AckError as Unanswered, Emit};
use parlor_protocol::socket::{Codec as Coding, Namespace as Name, TextCodec};
use parlor_protocol::{Instant, Reason};

use crate::ack::Waiters;
use crate::auth::Auth;
use crate::driver::{Driver, Platform};
use crate::error::{ConnectError, ConnectErrorKind, Disconnect, EmitError, EmitErrorKind, Refusal};
use crate::listener::Listeners;
use crate::namespace::{Event, Namespace, size_bytes};
use crate::state::{ConnectionState, Tracker};
use crate::tap::{Direction, PacketSeen, Tap, Tapped};

/// How packets become messages.
pub(crate) type Codec = TextCodec<Json>;

/// Whatever carries the messages: the browser, or a fake one in tests.
pub(crate) type World = Box<dyn Platform<Codec = Codec>>;

/// What a transport reports.
pub(crate) type TransportInput = engine::Input<<Codec as Coding>::Incoming, <Codec as Coding>::Outgoing>;

/// What a world reports, at any time but from within its own methods.
#[derive(Debug)]
pub(crate) enum Happened {
    Transport(TransportInput),
    /// The time of `wake_at` has come.
    Alarm,
    /// There may be a network again, or the page has slept.
    #[cfg_attr(
        all(feature = "native", not(target_arch = "wasm32")),
        expect(dead_code, reason = "nobody tells a program")
    )]
    Woken,
}

/// How a world reports. Of no effect once the client is gone.
pub(crate) type Report = Rc<dyn Fn(Happened)>;

/// What does not change in a client's life, beyond the brain's own configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) auth: Option<Auth>,
    pub(crate) max_buffered_bytes: usize,
}

/// One connection: what a [`Client`](crate::Client) and its sockets are handles of.
pub(crate) struct Connection {
    driver: RefCell<Driver<Tapped>>,
    pub(crate) tap: Rc<Tap>,
    settings: Settings,
    namespaces: RefCell<Vec<Rc<Namespace>>>,
    pub(crate) waiters: Waiters,
    tracker: RefCell<Tracker>,
    told_state: Cell<ConnectionState>,
    pub(crate) states: Rc<Listeners<ConnectionState>>,
    latency: Cell<Option<Duration>>,
    pub(crate) latencies: Rc<Listeners<Duration>>,
    notices: RefCell<VecDeque<Notice>>,
    telling: Cell<bool>,
    this: Weak<Self>,
}

/// Something to tell, in the order in which it happened.
#[derive(Debug)]
enum Notice {
    Output(Output<Codec>),
    /// A packet has passed, and somebody looks.
    Packet(PacketSeen),
    /// The user wanted a socket connected.
    Connect,
    /// The user wanted a socket disconnected.
    Disconnect,
}

impl Connection {
    pub(crate) fn new(
        config: Config,
        settings: Settings,
        seed: u64,
        world: impl FnOnce(Report) -> World,
    ) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let report = Rc::new({
                let this = this.clone();
                move |happened| {
                    if let Some(connection) = this.upgrade() {
                        connection.happened(happened);
                    }
                }
            });
            let codec = TextCodec::new(Json::default());
            let tap = Rc::new(Tap::new());
            let world = Tapped { world: world(report), tap: Rc::clone(&tap) };
            Self {
                driver: RefCell::new(Driver::new(config, codec, seed, world)),
                tap,
                settings,
                namespaces: RefCell::default(),
                waiters: Waiters::default(),
                tracker: RefCell::default(),
                told_state: Cell::default(),
                states: Listeners::new(),
                latency: Cell::default(),
                latencies: Listeners::new(),
                notices: RefCell::default(),
                telling: Cell::default(),
                this: this.clone(),
            }
        })
    }

    /// The namespace of that name, made when there is none yet.
    pub(crate) fn namespace(&self, name: &str) -> Rc<Namespace> {
        let id = self.driver.borrow_mut().socket(name);
        self.known(id).unwrap_or_else(|| {
            let namespace = Rc::new(Namespace::new(id, Name::new(name).as_str()));
            self.namespaces.borrow_mut().push(Rc::clone(&namespace));
            namespace
        })
    }

    pub(crate) fn state(&self) -> ConnectionState {
        self.told_state.get()
    }

    pub(crate) fn latency(&self) -> Option<Duration> {
        self.latency.get()
    }

    pub(crate) fn connect(&self, namespace: &Namespace) {
        namespace.active.set(true);
        self.notices.borrow_mut().push_back(Notice::Connect);
        self.input(Input::Connect(namespace.id));
    }

    pub(crate) fn disconnect(&self, namespace: &Namespace) {
        namespace.active.set(false);
        self.driver.borrow_mut().input(Input::Disconnect(namespace.id));
        self.absorb();
        self.notices.borrow_mut().push_back(Notice::Disconnect);
        self.tell();
    }

    pub(crate) fn disconnect_all(&self) {
        let namespaces = self.namespaces.borrow().clone();
        for namespace in namespaces {
            self.disconnect(&namespace);
        }
    }

    pub(crate) fn answer(&self, socket: SocketId, ack: u64, args: Payload) {
        self.input(Input::Answer(socket, ack, args));
    }

    /// Emits an event, unless it would have to wait and there is no room for it.
    pub(crate) fn emit(&self, namespace: &Namespace, emit: Emit<Payload>) -> Result<(), EmitError> {
        let event_bytes = size_bytes(&emit.data);
        let max_buffered_bytes = self.settings.max_buffered_bytes;
        let waits = |namespace: &Namespace| !emit.volatile && !namespace.joined.get();
        if waits(namespace) && self.buffered_bytes().saturating_add(event_bytes) > max_buffered_bytes {
            return Err(EmitError(EmitErrorKind::BufferFull { event_bytes, max_buffered_bytes }));
        }
        let key = emit.ack.map(|ask| ask.key);
        let volatile = emit.volatile;
        self.driver.borrow_mut().input(Input::Emit(namespace.id, emit));
        self.absorb();
        if !volatile && !namespace.joined.get() {
            namespace.buffered_bytes.update(|bytes| bytes.saturating_add(event_bytes));
            if let Some(key) = key {
                self.waiters.park(key, event_bytes);
            }
        } else if let Some(key) = key {
            self.waiters.sent(key, self.now());
        }
        self.tell();
        Ok(())
    }

    fn buffered_bytes(&self) -> usize {
        self.namespaces.borrow().iter().map(|namespace| namespace.buffered_bytes.get()).sum()
    }

    fn happened(&self, happened: Happened) {
        match happened {
            Happened::Transport(input) => {
                if let engine::Input::Received(_, packet) = &input {
                    self.tap.see(Direction::Received, packet);
                }
                self.input(Input::Transport(input));
            }
            Happened::Woken => self.input(Input::Woken),
            Happened::Alarm => {
                self.driver.borrow_mut().timeout();
                self.absorb();
                self.tell();
            }
        }
    }

    fn input(&self, input: Input<Codec>) {
        self.driver.borrow_mut().input(input);
        self.absorb();
        self.tell();
    }

    /// Queues what the driver has to tell, and notes what the next emit has to know at once.
    fn absorb(&self) {
        let mut driver = self.driver.borrow_mut();
        let mut notices = self.notices.borrow_mut();
        notices.extend(std::iter::from_fn(|| self.tap.next()).map(Notice::Packet));
        while let Some(output) = driver.next_output() {
            self.note(&output);
            notices.push_back(Notice::Output(output));
        }
    }

    fn note(&self, output: &Output<Codec>) {
        match output {
            Output::Joined { socket, .. } => self.with(*socket, |namespace| {
                namespace.joined.set(true);
                namespace.buffered_bytes.set(0);
            }),
            Output::Disconnected { socket, reason, .. } => self.with(*socket, |namespace| {
                namespace.joined.set(false);
                if *reason == Reason::IoServerDisconnect {
                    namespace.active.set(false);
                }
            }),
            Output::ConnectError { socket, error: Refused::Refused(_) } => {
                self.with(*socket, |namespace| namespace.active.set(false));
            }
            Output::AckFailed { socket, key, error: Unanswered::TimedOut } => {
                // It never left, or everything has: then there is nothing to take away from.
                if let Some(freed) = self.waiters.unpark(*key) {
                    self.with(*socket, |namespace| {
                        namespace.buffered_bytes.update(|bytes| bytes.saturating_sub(freed));
                    });
                }
            }
            _ => {}
        }
    }

    /// Tells users all there is to tell, unless somebody further up is just doing that.
    fn tell(&self) {
        if self.telling.replace(true) {
            return;
        }
        loop {
            let Some(notice) = self.notices.borrow_mut().pop_front() else { break };
            self.follow(&notice);
            let state = self.tracker.borrow().state();
            if state != self.told_state.replace(state) {
                self.states.tell(&state);
            }
            match notice {
                Notice::Output(output) => self.tell_output(output),
                Notice::Packet(packet) => {
                    self.tap.listeners.tell(&packet);
                }
                Notice::Connect | Notice::Disconnect => {}
            }
        }
        self.telling.set(false);
    }

    /// Keeps the state up to date.
    fn follow(&self, notice: &Notice) {
        let mut driver = self.driver.borrow_mut();
        let mut tracker = self.tracker.borrow_mut();
        match notice {
            Notice::Connect => tracker.connect(),
            Notice::Disconnect | Notice::Packet(_) => {}
            Notice::Output(output) => {
                tracker.told(output, driver.client_mut().reconnection());
                if let (Output::Opened(_), Some(kind)) = (output, driver.client().transport_kind()) {
                    tracker.opened(kind);
                }
            }
        }
        if self.namespaces.borrow().iter().all(|namespace| !namespace.active.get()) {
            tracker.unwanted();
        }
    }

    fn tell_output(&self, output: Output<Codec>) {
        match output {
            Output::Authenticate(socket) => self.with(socket, |namespace| self.authenticate(namespace)),
            Output::Joined { socket, sid, recovered } => self.with(socket, |namespace| {
                *namespace.sid.borrow_mut() = Some(sid);
                namespace.recovered.set(recovered);
            }),
            Output::Connected(socket) => self.with(socket, |namespace| {
                namespace.connects.tell(&());
            }),
            Output::ConnectError { socket, error } => self.with(socket, |namespace| {
                namespace.connect_errors.tell(&connect_error(error));
            }),
            Output::Disconnected { socket, reason, details } => self.with(socket, |namespace| {
                *namespace.sid.borrow_mut() = None;
                namespace.disconnects.tell(&Disconnect { reason, details });
            }),
            Output::Event { socket, data, ack } => {
                self.with(socket, |namespace| self.event(namespace, data, ack));
            }
            Output::Ack { key, data, .. } => {
                if let Some(sent) = self.waiters.answered(key, data) {
                    self.measured(self.now().since(sent));
                }
            }
            Output::AckFailed { key, error, .. } => self.waiters.failed(key, error),
            _ => {}
        }
    }

    fn now(&self) -> Instant {
        self.driver.borrow().platform().now()
    }

    fn measured(&self, latency: Duration) {
        self.latency.set(Some(latency));
        self.latencies.tell(&latency);
    }

    fn authenticate(&self, namespace: &Namespace) {
        let own = namespace.auth.borrow().clone();
        let auth = own.or_else(|| self.settings.auth.clone());
        match auth.map_or(Ok(None), |auth| auth.payload()) {
            Ok(payload) => self.input(Input::Authenticate(namespace.id, payload)),
            Err(error) => {
                self.disconnect(namespace);
                namespace.connect_errors.tell(&ConnectError(ConnectErrorKind::Auth(error.to_string())));
            }
        }
    }

    fn event(&self, namespace: &Namespace, payload: Payload, ack: Option<u64>) {
        let Some(name) = payload.event_name() else { return };
        let name = name.into_owned();
        let ack = Rc::new(Cell::new(ack));
        let event = Event { name, payload, socket: namespace.id, ack, connection: self.this.clone() };
        namespace.events.tell(&event);
    }

    /// Runs `act` without a borrow of the table of namespaces.
    fn with(&self, id: SocketId, act: impl FnOnce(&Namespace)) {
        if let Some(namespace) = self.known(id) {
            act(&namespace);
        }
    }

    fn known(&self, id: SocketId) -> Option<Rc<Namespace>> {
        self.namespaces.borrow().iter().find(|namespace| namespace.id == id).cloned()
    }
}

impl Drop for Connection {
    /// Nobody can ask for anything any more: the server is told, and nobody else.
    fn drop(&mut self) {
        self.driver.get_mut().input(Input::Close);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("state", &self.told_state.get()).finish_non_exhaustive()
    }
}

fn connect_error(error: Refused<Payload>) -> ConnectError {
    ConnectError(match error {
        Refused::Attempt(error) => ConnectErrorKind::Attempt(error),
        Refused::Refused(data) => ConnectErrorKind::Refused(Refusal(data)),
        Refused::WrongProtocol => ConnectErrorKind::WrongProtocol,
    })
}

#[cfg(test)]
mod tests;
