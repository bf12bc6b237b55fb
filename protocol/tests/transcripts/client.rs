//! The whole client, rule by rule, as transcripts. Reconnection has no chance in it here (randomization 0).

use core::time::Duration;

use crate::script::{Machine, Text, check, line, packet, show, transports};
use parlor_protocol::Instant;
use parlor_protocol::client::{Client, Config, ConnectError, Input, Output, ReconnectionConfig, SocketId};
use parlor_protocol::engine::TransportId;
use parlor_protocol::engine::client::{self as engine, Failure};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::client::{Ask, Emit};
use parlor_protocol::socket::{AckKey, TextCodec};
use serde_json::value::RawValue;

const OPEN: &str =
    r#"0{"sid":"S","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;

#[test]
fn connecting_opens_asks_for_auth_and_joins() {
    check(
        client(&["/"]),
        &format!(
            r#"
            > connect 0
            open 0 websocket
            > recv 0 {OPEN}
            opened
            authenticate 0
            > auth 0 {{"token":"abc"}}
            write 0 40{{"token":"abc"}}
            > recv 0 40{{"sid":"X"}}
            joined 0 X
            connected 0
            "#
        ),
    );
}

#[test]
fn every_namespace_is_joined_over_the_same_connection() {
    check(
        client(&["/", "/chat"]),
        &format!(
            r#"
            > connect 0
            open 0 websocket
            > connect 1
            > recv 0 {OPEN}
            opened
            authenticate 0
            authenticate 1
            > auth 0
            write 0 40
            > auth 1
            > sent 0
            write 0 40/chat,
            > recv 0 40/chat,{{"sid":"Y"}}
            joined 1 Y
            connected 1
            > recv 0 40{{"sid":"X"}}
            joined 0 X
            connected 0
            > recv 0 42/chat,["hi"]
            event 1 ["hi"]
            > recv 0 42/nobody,["hi"]
            "#
        ),
    );
}

#[test]
fn a_socket_made_late_joins_at_once() {
    check(connected(&["/", "/late"]), "> connect 1\nauthenticate 1\n> auth 1\nwrite 0 40/late,");
}

#[test]
fn early_events_and_buffered_emits_come_before_connect_in_that_order() {
    check(
        joining(),
        r#"
        > emit 0 ["buffered"]
        > recv 0 42["early",1]
        > recv 0 40{"sid":"X"}
        joined 0 X
        event 0 ["early",1]
        connected 0
        write 0 42["buffered"]
        "#,
    );
}

#[test]
fn an_event_with_an_id_wants_an_answer() {
    check(
        connected(&["/"]),
        r#"
        > recv 0 4212["question"]
        event 0 ["question"] ack 12
        > answer 0 12 ["yes"]
        write 0 4312["yes"]
        "#,
    );
}

#[test]
fn answers_find_who_asked_and_ids_go_on_across_connections() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > ask 0 7 ["a"]
            write 0 420["a"]
            > recv 0 430["one"]
            ack 0 key 7 ["one"]
            > recv 0 430["twice"]
            > recv 0 4399["unknown"]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 1 40
            > sent 1
            > recv 1 40{{"sid":"Z"}}
            joined 0 Z
            connected 0
            > ask 0 8 ["b"]
            write 1 421["b"]
            "#
        ),
    );
}

#[test]
fn an_answer_that_takes_too_long_fails_and_comes_too_late_then() {
    check(
        connected(&["/"]),
        r#"
        > ask-for 500 7 ["a"]
        write 0 420["a"]
        > deadline
        500
        > time 500
        ack-failed 0 key 7 operation has timed out
        > recv 0 430["late"]
        "#,
    );
}

#[test]
fn a_timeout_runs_while_the_event_is_buffered_and_takes_it_out_of_the_buffer() {
    check(
        joining(),
        r#"
        > ask-for 500 7 ["never sent"]
        > time 500
        ack-failed 0 key 7 operation has timed out
        > recv 0 40{"sid":"X"}
        joined 0 X
        connected 0
        "#,
    );
}

#[test]
fn disconnection_fails_what_was_sent_after_telling_so_and_keeps_what_was_not() {
    check(
        connected(&["/"]),
        r#"
        > ask 0 7 ["sent"]
        write 0 420["sent"]
        > closed 0
        close 0
        closed transport close
        disconnected 0 transport close
        ack-failed 0 key 7 socket has been disconnected
        > ask 0 8 ["buffered"]
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        "#,
    );
}

#[test]
fn volatile_goes_now_or_never() {
    check(
        connected(&["/"]),
        r#"
        > volatile 0 ["one"]
        write 0 42["one"]
        > volatile 0 ["dropped: a write is under way"]
        > sent 0
        > volatile 0 ["two"]
        write 0 42["two"]
        "#,
    );
    check(joining(), "> volatile 0 [\"dropped\"]\n> recv 0 40{\"sid\":\"X\"}\njoined 0 X\nconnected 0");
}

#[test]
fn the_server_may_refuse_and_the_last_refusal_takes_the_connection_with_it() {
    check(
        joining(),
        r#"
        > recv 0 44{"message":"not authorized","data":{"code":1}}
        connect-error 0 {"message":"not authorized","data":{"code":1}}
        closed forced close
        close 0 farewell
        > connect 0
        open 1 websocket
        "#,
    );
}

#[test]
fn a_reply_without_sid_is_that_of_another_protocol() {
    check(joining(), "> recv 0 40\nconnect-error 0 wrong protocol");
    check(joining(), "> recv 0 40{}\nconnect-error 0 wrong protocol");
}

#[test]
fn the_server_may_disconnect_and_nobody_comes_back_by_himself() {
    check(
        connected(&["/"]),
        "
        > recv 0 41
        disconnected 0 io server disconnect
        closed forced close
        close 0 farewell
        > deadline
        none
        ",
    );
}

#[test]
fn the_user_may_disconnect_one_namespace_and_then_the_last() {
    check(
        connected(&["/", "/chat"]),
        r#"
        > connect 1
        authenticate 1
        > auth 1
        write 0 40/chat,
        > sent 0
        > recv 0 40/chat,{"sid":"Y"}
        joined 1 Y
        connected 1
        > disconnect 0
        disconnected 0 io client disconnect
        write 0 41
        > sent 0
        > disconnect 1
        disconnected 1 io client disconnect
        write 0 41/chat,
        closed forced close
        > sent 0
        close 0 farewell
        "#,
    );
}

#[test]
fn disconnecting_before_the_handshake_leaves_nothing_behind() {
    check(client(&["/"]), "> connect 0\nopen 0 websocket\n> disconnect 0\nclose 0\n> deadline\nnone");
}

#[test]
fn reconnection_doubles_its_waits_up_to_the_longest_and_tells_each_attempt() {
    check(
        client(&["/"]),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > deadline
        1000
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        3000
        > time 3000
        attempt 2
        open 2 websocket
        > failed 2
        close 2
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        7000
        > time 7000
        attempt 3
        open 3 websocket
        > failed 3
        close 3
        failed websocket error
        connect-error 0 websocket error
        reconnect-error websocket error
        > deadline
        12000
        ",
    );
}

#[test]
fn attempts_can_be_used_up_and_begin_anew_when_the_user_wants() {
    check(
        with(&["/"], |config| config.reconnection.max_attempts = Some(1)),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > time 1000
        attempt 1
        open 1 websocket
        > failed 1
        close 1
        failed websocket error
        connect-error 0 websocket error
        reconnect-failed
        reconnect-error websocket error
        > deadline
        none
        > connect 0
        open 2 websocket
        ",
    );
}

#[test]
fn an_attempt_takes_at_most_its_timeout() {
    check(
        client(&["/"]),
        "
        > connect 0
        open 0 websocket
        > deadline
        20000
        > time 20000
        close 0
        failed timeout
        connect-error 0 timeout
        > deadline
        21000
        ",
    );
}

#[test]
fn without_reconnection_a_lost_connection_stays_lost() {
    check(
        with(&["/"], |config| config.reconnection.enabled = false),
        "> connect 0\nopen 0 websocket\n> failed 0\nclose 0\nfailed websocket error\nconnect-error 0 websocket error\n> deadline\nnone",
    );
}

#[test]
fn connect_during_the_wait_does_not_jump_the_queue() {
    check(
        client(&["/", "/chat"]),
        "
        > connect 0
        open 0 websocket
        > failed 0
        close 0
        failed websocket error
        connect-error 0 websocket error
        > connect 1
        > deadline
        1000
        ",
    );
}

#[test]
fn garbage_from_the_server_is_a_parse_error_and_the_client_comes_back() {
    for garbage in ["4nonsense", "42[", "451-[\"a\"]|42[\"b\"]", "bAQID", "40[]", "42[\"connect\"]"] {
        let inputs: String = garbage.split('|').map(|text| format!("> recv 0 {text}\n")).collect();
        check(
            connected(&["/"]),
            &format!(
                "
                {inputs}
                close 0 farewell
                closed parse error
                disconnected 0 parse error
                > deadline
                1000
                "
            ),
        );
    }
}

#[test]
fn a_half_received_packet_is_forgotten_with_its_connection() {
    check(
        connected(&["/"]),
        &format!(
            r#"
            > recv 0 451-["a",{{"_placeholder":true,"num":0}}]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > recv 1 42["whole"]
            > auth 0
            write 1 40
            > recv 1 40{{"sid":"X"}}
            joined 0 X
            event 0 ["whole"]
            connected 0
            "#
        ),
    );
}

#[test]
fn early_events_of_a_lost_connection_are_not_those_of_the_next() {
    check(
        joining(),
        &format!(
            r#"
            > recv 0 42["early, and never confirmed"]
            > closed 0
            close 0
            closed transport close
            disconnected 0 transport close
            > time 1000
            attempt 1
            open 1 websocket
            > recv 1 {OPEN}
            opened
            reconnected 1
            authenticate 0
            > auth 0
            write 1 40
            > recv 1 40{{"sid":"X"}}
            joined 0 X
            connected 0
            "#
        ),
    );
}

#[test]
fn an_emit_after_a_long_sleep_is_buffered_instead_of_lost() {
    // The timer at 45000 was throttled: the first thing that happens is the emit, at 60000.
    let mut machine = connected(&["/"]);
    machine.input(&["emit", "0", "[\"awake\"]"], Instant::from_millis(60_000));
    let outputs: Vec<String> = std::iter::from_fn(|| machine.output()).collect();
    assert_eq!(outputs, ["close 0", "closed ping timeout", "disconnected 0 ping timeout"]);
}

#[test]
fn closing_the_whole_client_tells_every_socket() {
    check(
        connected(&["/"]),
        "> close\nclose 0 farewell\nclosed forced close\ndisconnected 0 forced close\n> deadline\nnone",
    );
}

#[test]
fn without_transports_there_is_an_error_instead_of_a_panic() {
    check(
        with(&["/"], |config| {
            config.engine.transports.clear();
            config.reconnection.enabled = false;
        }),
        "> connect 0\nfailed No transports available\nconnect-error 0 No transports available",
    );
}

#[test]
fn binary_leaves_as_placeholders_and_attachments_and_comes_back_so() {
    let mut machine = connected(&["/"]);
    let data = Payload::event("file", &bytes::Bytes::from_static(&[1, 2, 3])).expect("it serialises");
    machine.emit(0, data, None, false, Instant::default());
    assert_eq!(
        machine.output().as_deref(),
        Some(r#"write 0 451-["file",{"_placeholder":true,"num":0}]|bAQID"#)
    );
    machine.input(&["recv", "0", r#"451-["back",{"_placeholder":true,"num":0}]"#], Instant::default());
    machine.input(&["recv", "0", "bAQID"], Instant::default());
    assert_eq!(machine.output().as_deref(), Some(r#"event 0 ["back",{"_placeholder":true,"num":0}] +1"#));
}

type Codec = TextCodec<Json>;

struct Script(Client<Codec>);

fn client(namespaces: &[&str]) -> Script {
    with(namespaces, |_| {})
}

fn with(namespaces: &[&str], change: impl FnOnce(&mut Config)) -> Script {
    let mut config = Config {
        engine: engine::Config { transports: transports("websocket"), ..engine::Config::default() },
        reconnection: ReconnectionConfig { randomization: 0.0, ..ReconnectionConfig::default() },
        timeout: Some(Duration::from_secs(20)),
    };
    change(&mut config);
    let mut client = Client::new(config, TextCodec::new(Json::default()), 1);
    for (at, namespace) in namespaces.iter().enumerate() {
        assert_eq!(client.socket(namespace).0 as usize, at);
    }
    Script(client)
}

/// A client whose first socket has said CONNECT.
fn joining() -> Script {
    let mut script = client(&["/"]);
    script.play(&[&["connect", "0"], &["recv", "0", OPEN], &["auth", "0"], &["sent", "0"]]);
    script
}

/// A client whose first socket is connected.
fn connected(namespaces: &[&str]) -> Script {
    let mut script = client(namespaces);
    script.play(&[
        &["connect", "0"],
        &["recv", "0", OPEN],
        &["auth", "0"],
        &["sent", "0"],
        &["recv", "0", r#"40{"sid":"X"}"#],
    ]);
    script
}

fn payload(json: &str) -> Payload {
    let value: &RawValue = serde_json::from_str(json).expect("the script holds JSON");
    Payload::value(value).expect("JSON serialises")
}

impl Script {
    fn play(&mut self, inputs: &[&[&str]]) {
        for input in inputs {
            self.input(input, Instant::default());
        }
        while self.output().is_some() {}
    }

    fn emit(&mut self, socket: u32, data: Payload, ack: Option<Ask>, volatile: bool, now: Instant) {
        let emit = Emit { data, ack, volatile, compress: true };
        self.0.handle_input(Input::Emit(SocketId(socket), emit), now);
    }

    fn ask(&mut self, socket: u32, rest: &str, timeout: Option<Duration>, now: Instant) {
        let (key, json) = rest.split_once(' ').expect("a key and an event");
        let ask = Ask { key: AckKey(key.parse().expect("a key")), timeout };
        self.emit(socket, payload(json), Some(ask), false, now);
    }

    fn transport(&mut self, words: &[&str], now: Instant) {
        let id = TransportId(words[1].parse().expect("a transport id"));
        let input = match words {
            ["recv", _, text] => engine::Input::Received(id, packet(text).expect("a packet")),
            ["sent", _] => engine::Input::Sent(id),
            ["failed", _] => engine::Input::Failed(id, Failure::WebSocket),
            ["closed", _] => engine::Input::Closed(id),
            _ => panic!("unknown input {words:?}"),
        };
        self.0.handle_input(Input::Transport(input), now);
    }
}

impl Machine for Script {
    fn input(&mut self, words: &[&str], now: Instant) {
        let number = || words[1].parse().expect("a number");
        match words {
            ["open"] => self.0.handle_input(Input::Open, now),
            ["close"] => self.0.handle_input(Input::Close, now),
            ["connect", _] => self.0.handle_input(Input::Connect(SocketId(number())), now),
            ["disconnect", _] => self.0.handle_input(Input::Disconnect(SocketId(number())), now),
            ["auth", _] => self.0.handle_input(Input::Authenticate(SocketId(number()), None), now),
            ["auth", _, json] => {
                self.0.handle_input(Input::Authenticate(SocketId(number()), Some(payload(json))), now);
            }
            ["emit", _, json] => self.emit(number(), payload(json), None, false, now),
            ["volatile", _, json] => self.emit(number(), payload(json), None, true, now),
            ["ask", _, rest] => self.ask(number(), rest, None, now),
            ["ask-for", millis, rest] => {
                let timeout = Duration::from_millis(millis.parse().expect("milliseconds"));
                self.ask(0, rest, Some(timeout), now);
            }
            ["answer", _, rest] => {
                let (id, json) = rest.split_once(' ').expect("an id and arguments");
                let input = Input::Answer(SocketId(number()), id.parse().expect("an id"), payload(json));
                self.0.handle_input(input, now);
            }
            _ => self.transport(words, now),
        }
    }

    fn output(&mut self) -> Option<String> {
        loop {
            if let Some(line) = show_output(self.0.poll_output()?) {
                return Some(line);
            }
        }
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }
}

fn show_data(data: &Payload) -> String {
    match data.attachments().len() {
        0 => data.json().to_owned(),
        count => format!("{} +{count}", data.json()),
    }
}

fn show_output(output: Output<Codec>) -> Option<String> {
    Some(match output {
        Output::Transport(output) => return show_transport(output),
        Output::Opened(_) => "opened".into(),
        Output::Pinged => "pinged".into(),
        Output::Upgraded(kind) => line(&[&"upgraded", &kind.as_str()]),
        Output::Closed { reason, .. } => line(&[&"closed", &reason]),
        Output::Failed(error) => line(&[&"failed", &error.message()]),
        Output::ReconnectAttempt(n) => line(&[&"attempt", &n]),
        Output::ReconnectError(error) => line(&[&"reconnect-error", &error.message()]),
        Output::ReconnectFailed => "reconnect-failed".into(),
        Output::Reconnected(n) => line(&[&"reconnected", &n]),
        Output::Authenticate(socket) => line(&[&"authenticate", &socket.0]),
        Output::Joined { socket, sid, .. } => line(&[&"joined", &socket.0, &sid]),
        Output::Connected(socket) => line(&[&"connected", &socket.0]),
        Output::ConnectError { socket, error } => {
            let error = match error {
                ConnectError::Attempt(error) => error.message().to_owned(),
                ConnectError::Refused(data) => data.map(|data| show_data(&data)).unwrap_or_default(),
                ConnectError::WrongProtocol => "wrong protocol".to_owned(),
            };
            line(&[&"connect-error", &socket.0, &error])
        }
        Output::Disconnected { socket, reason, .. } => line(&[&"disconnected", &socket.0, &reason]),
        Output::Event { socket, data, ack: None } => line(&[&"event", &socket.0, &show_data(&data)]),
        Output::Event { socket, data, ack: Some(id) } => {
            line(&[&"event", &socket.0, &show_data(&data), &"ack", &id])
        }
        Output::Ack { socket, key, data } => line(&[&"ack", &socket.0, &"key", &key.0, &show_data(&data)]),
        Output::AckFailed { socket, key, error } => {
            line(&[&"ack-failed", &socket.0, &"key", &key.0, &error.message()])
        }
    })
}

/// `Drained` is left out: it would stand behind nearly every `> sent`.
fn show_transport(output: engine::Output<Text, Text>) -> Option<String> {
    Some(match output {
        engine::Output::Open { transport, kind, .. } => line(&[&"open", &transport.0, &kind.as_str()]),
        engine::Output::Write(id, packets) => line(&[&"write", &id.0, &show(packets)]),
        engine::Output::Close { transport, farewell: true } => line(&[&"close", &transport.0, &"farewell"]),
        engine::Output::Close { transport, farewell: false } => line(&[&"close", &transport.0]),
        _ => return None,
    })
}
