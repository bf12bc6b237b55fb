//! A world without a browser, for tests: it writes down what it is told to do, and a test says what happens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use parlor_protocol::Instant;
use parlor_protocol::client::Config;
use parlor_protocol::engine::client::Input;
use parlor_protocol::engine::{Packet, TransportId, TransportKind};

use crate::client::Client;
use crate::connection::{Codec, Connection, Happened, Report, Settings};
use crate::driver::Platform;
use crate::transport::frame::{self, Message};

/// What an official server says first, with a heartbeat of 25 + 20 s and nothing to upgrade to.
pub(crate) const OPEN: &str =
    r#"0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

/// The test's end of the world.
#[derive(Clone, Default)]
pub(crate) struct Fake(Rc<State>);

#[derive(Default)]
struct State {
    now_millis: Cell<u64>,
    alarm: Cell<Option<Instant>>,
    last: Cell<u32>,
    log: RefCell<Vec<String>>,
    report: RefCell<Option<Report>>,
}

impl Fake {
    /// A client in a world of its own, over a WebSocket and without chance.
    pub(crate) fn client(settings: Settings) -> (Client, Self) {
        let mut config = Config::default();
        config.engine.transports = [TransportKind::WebSocket].into();
        config.reconnection.randomization = 0.0;
        Self::client_with(config, settings)
    }

    pub(crate) fn client_with(config: Config, settings: Settings) -> (Client, Self) {
        let fake = Self::default();
        let connection = Connection::new(config, settings, 1, |report| {
            *fake.0.report.borrow_mut() = Some(report);
            Box::new(fake.clone())
        });
        (Client::new(connection), fake)
    }

    /// What was done since the last call, a line each: `open 0 websocket`, `write 0 40`, `close 0`.
    pub(crate) fn log(&self) -> Vec<String> {
        self.0.log.take()
    }

    /// The frames written since the last call.
    pub(crate) fn written(&self) -> Vec<String> {
        let writes = self.log().into_iter().filter_map(|line| Some(line.strip_prefix("write ")?.to_owned()));
        writes.filter_map(|line| Some(line.split_once(' ')?.1.to_owned())).collect()
    }

    /// When the timer rings.
    pub(crate) fn alarm_millis(&self) -> Option<u64> {
        self.0.alarm.get().map(Instant::as_millis)
    }

    /// Lets time pass, and the timer ring whenever it is due.
    pub(crate) fn pass(&self, millis: u64) {
        let end = self.0.now_millis.get() + millis;
        while let Some(alarm) = self.alarm_millis().filter(|alarm| *alarm <= end) {
            self.0.now_millis.set(alarm.max(self.0.now_millis.get()));
            self.0.alarm.set(None);
            self.happen(Happened::Alarm);
        }
        self.0.now_millis.set(end);
    }

    /// Sets the clock, and rings nothing.
    pub(crate) fn set_now(&self, millis: u64) {
        self.0.now_millis.set(millis);
    }

    /// As if the timer had rung.
    pub(crate) fn forget_alarm(&self) {
        self.0.alarm.set(None);
    }

    /// A text frame, or a polling body's packet, arrives on the newest transport.
    pub(crate) fn receive(&self, text: &str) {
        let packet = frame::decode(text).expect("a packet");
        self.transport(|id| Input::Received(id, packet));
    }

    pub(crate) fn receive_bytes(&self, bytes: &'static [u8]) {
        let packet = Packet::Message(Message::Binary(bytes::Bytes::from_static(bytes)));
        self.transport(|id| Input::Received(id, packet));
    }

    /// What was written is on its way.
    pub(crate) fn sent(&self) {
        self.transport(Input::Sent);
    }

    /// The newest transport is cut.
    pub(crate) fn cut(&self) {
        self.transport(Input::Closed);
    }

    /// Opens the session and lets `/` in.
    pub(crate) fn join(&self) {
        self.receive(OPEN);
        self.sent();
        self.receive(r#"40{"sid":"public"}"#);
        self.sent();
    }

    pub(crate) fn transport(&self, input: impl FnOnce(TransportId) -> crate::connection::TransportInput) {
        self.happen(Happened::Transport(input(TransportId(self.0.last.get()))));
    }

    fn happen(&self, happened: Happened) {
        let report = self.0.report.borrow().clone();
        report.expect("a client")(happened);
    }

    fn write_down(&self, line: String) {
        self.0.log.borrow_mut().push(line);
    }
}

impl Platform for Fake {
    type Codec = Codec;

    fn now(&self) -> Instant {
        Instant::from_millis(self.0.now_millis.get())
    }

    fn open(&mut self, transport: TransportId, kind: TransportKind, sid: Option<&str>) {
        self.0.last.set(transport.0);
        let sid = sid.map(|sid| [" ", sid].concat()).unwrap_or_default();
        self.write_down(format!("open {} {}{sid}", transport.0, kind.as_str()));
    }

    fn poll(&mut self, transport: TransportId) {
        self.write_down(format!("poll {}", transport.0));
    }

    fn write(&mut self, transport: TransportId, packets: Vec<Packet<Message>>) {
        for packet in packets {
            self.write_down(match frame::encode(packet) {
                Message::Text(text) => format!("write {} {text}", transport.0),
                Message::Binary(bytes) => format!("write {} {bytes:?}", transport.0),
            });
        }
    }

    fn close(&mut self, transport: TransportId, farewell: bool) {
        let farewell = if farewell { " farewell" } else { "" };
        self.write_down(format!("close {}{farewell}", transport.0));
    }

    fn wake_at(&mut self, deadline: Option<Instant>) {
        self.0.alarm.set(deadline);
    }
}
