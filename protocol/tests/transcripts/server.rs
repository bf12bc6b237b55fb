//! The whole server side of one connection: what a client may do, and what it must not.

use crate::script::{Machine, Text, check, line, packet, show};
use parlor_protocol::engine::TransportId;
use parlor_protocol::engine::server::{self as engine, Config, First};
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::server::{Connection, Input, Output};
use parlor_protocol::socket::TextCodec;
use parlor_protocol::{Instant, Reason, limits};
use serde_json::value::RawValue;

#[test]
fn a_client_asks_to_join_and_the_application_decides() {
    check(
        opened(),
        r#"
        > recv 40{"token":"abc"}
        connect / {"token":"abc"}
        > accept / {"sid":"X"}
        write 40{"sid":"X"}
        > recv 40/admin,
        connect /admin
        > sent
        > refuse /admin {"message":"not authorized"}
        write 44/admin,{"message":"not authorized"}
        "#,
    );
}

#[test]
fn a_refused_client_may_ask_again() {
    check(
        opened(),
        r#"
        > recv 40
        connect /
        > refuse / {"message":"no"}
        write 44{"message":"no"}
        > sent
        > recv 40
        connect /
        "#,
    );
}

#[test]
fn events_and_answers_reach_the_application() {
    check(
        joined(),
        r#"
        > recv 42["chat","hi"]
        event / ["chat","hi"]
        > recv 4212["chat","hi"]
        event / ["chat","hi"] ack 12
        > recv 437["answer"]
        ack / 7 ["answer"]
        > recv 43["an answer to nothing"]
        > recv 42
        "#,
    );
}

#[test]
fn what_a_client_must_not_do_closes_the_connection() {
    for (text, why) in [
        ("40", "second CONNECT to the same namespace"),
        ("42/other,[\"a\"]", "packet for a namespace that was not joined"),
        ("41/other,", "packet for a namespace that was not joined"),
        ("44{\"message\":\"x\"}", "CONNECT_ERROR from a client"),
        ("4nonsense", "unknown packet type: expected a digit from 0 to 6"),
        ("42[\"a\"", "invalid payload"),
        ("42[\"connect\"]", "invalid payload"),
        ("451-[\"a\"]|42[\"b\"]", "got plaintext data when reconstructing a packet"),
        ("bAQID", "got binary data when not reconstructing a packet"),
        ("45999-[\"a\"]", "too many attachments"),
    ] {
        let inputs: String = text.split('|').map(|text| format!("> recv {text}\n")).collect();
        check(
            joined(),
            &format!(
                "
                {inputs}
                refused {why}
                close
                disconnected / forced close
                closed forced close
                > recv 42[\"late\"]
                "
            ),
        );
    }
}

#[test]
fn an_event_right_behind_its_connect_is_too_early() {
    check(
        opened(),
        "
        > recv 40
        connect /
        > recv 42[\"too early\"]
        refused packet for a namespace that was not joined
        close
        closed forced close
        > accept / {\"sid\":\"X\"}
        ",
    );
}

#[test]
fn a_client_may_join_only_so_many_namespaces() {
    let mut machine = opened();
    for n in 0..limits::MAX_NAMESPACES {
        machine.input(&["recv", &format!("40/{n},")], Instant::default());
        assert_eq!(machine.output(), Some(format!("connect /{n}")));
    }
    machine.input(&["recv", "40/onemore,"], Instant::default());
    assert_eq!(machine.output().as_deref(), Some("refused too many namespaces on one connection"));
}

#[test]
fn attachments_that_do_not_come_are_not_waited_for() {
    check(
        joined(),
        r#"
        > recv 452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]
        > time 20000
        > recv bAQ==
        > deadline
        25000
        > time 25000
        write 2
        > sent
        > recv 3
        > deadline
        50000
        > time 50000
        refused attachments did not come in time
        close
        disconnected / forced close
        closed forced close
        > deadline
        none
        "#,
    );
    check(
        joined(),
        r#"
        > recv 451-["a",{"_placeholder":true,"num":0}]
        > time 20000
        > recv bAQ==
        event / ["a",{"_placeholder":true,"num":0}]
        > time 24999
        > deadline
        25000
        "#,
    );
}

#[test]
fn leaving_one_namespace_leaves_the_others_alone() {
    check(
        joined(),
        r#"
        > recv 40/chat,
        connect /chat
        > accept /chat {"sid":"Y"}
        write 40/chat,{"sid":"Y"}
        > sent
        > recv 41
        disconnected / client namespace disconnect
        > recv 42/chat,["still here"]
        event /chat ["still here"]
        > disconnect /chat
        disconnected /chat server namespace disconnect
        write 41/chat,
        > sent
        > recv 40
        connect /
        "#,
    );
}

#[test]
fn the_application_hears_of_each_namespace_when_the_connection_ends() {
    check(joined(), "> gone\nclose\ndisconnected / transport close\nclosed transport close");
}

#[test]
fn closing_lets_out_what_was_sent_before() {
    check(
        joined(),
        r#"
        > send 2["last words"]
        write 42["last words"]
        > close
        > sent
        close
        disconnected / server shutting down
        closed server shutting down
        "#,
    );
}

const SOCKET: TransportId = TransportId(1);

struct Script(Connection<TextCodec<Json>>);

fn opened() -> Script {
    let codec = TextCodec::new(Json::default());
    let first = First::WebSocket(SOCKET);
    let now = Instant::default();
    let mut script =
        Script(Connection::open(Config::default(), limits::CONNECT_TIMEOUT, codec, "S".into(), first, now));
    script.input(&["sent"], now);
    while script.output().is_some() {}
    script
}

fn joined() -> Script {
    let mut script = opened();
    for input in [&["recv", "40"][..], &["accept", "/", r#"{"sid":"X"}"#], &["sent"]] {
        script.input(input, Instant::default());
    }
    while script.output().is_some() {}
    script
}

fn payload(json: &str) -> Payload {
    let value: &RawValue = serde_json::from_str(json).expect("the script holds JSON");
    Payload::value(value).expect("JSON serialises")
}

impl Machine for Script {
    fn input(&mut self, words: &[&str], now: Instant) {
        let input = match words {
            ["recv", text @ ..] => {
                let packet = packet(&text.join(" ")).expect("a packet");
                Input::Engine(engine::Input::Received(SOCKET, packet))
            }
            ["sent"] => Input::Engine(engine::Input::Sent(SOCKET)),
            ["gone"] => Input::Engine(engine::Input::TransportClosed { transport: SOCKET, error: false }),
            ["accept", name, json] => Input::Accept { namespace: (*name).into(), reply: payload(json) },
            ["refuse", name, json] => Input::Refuse { namespace: (*name).into(), error: payload(json) },
            ["send", text @ ..] => Input::Send(vec![Text::Text(text.join(" ").into())]),
            ["disconnect", name] => Input::Disconnect((*name).into()),
            ["close"] => Input::Close(Reason::ServerShuttingDown),
            _ => panic!("unknown input {words:?}"),
        };
        self.0.handle_input(input, now);
    }

    fn output(&mut self) -> Option<String> {
        Some(match self.0.poll_output()? {
            Output::Respond(..) => "respond".into(),
            Output::Write(_, packets) => line(&[&"write", &show(packets)]),
            Output::CloseTransport(_) => "close".into(),
            Output::Upgraded(_) => "upgraded".into(),
            Output::Connect { namespace, auth } => {
                line(&[&"connect", &namespace, &auth.as_ref().map_or("", Payload::json)])
            }
            Output::Event { namespace, data, ack: None } => line(&[&"event", &namespace, &data.json()]),
            Output::Event { namespace, data, ack: Some(id) } => {
                line(&[&"event", &namespace, &data.json(), &"ack", &id])
            }
            Output::Ack { namespace, id, data } => line(&[&"ack", &namespace, &id, &data.json()]),
            Output::Disconnected(namespace, reason) => line(&[&"disconnected", &namespace, &reason]),
            Output::Refused(error) => line(&[&"refused", &error.message()]),
            Output::Closed(reason) => line(&[&"closed", &reason]),
        })
    }

    fn timeout(&mut self, now: Instant) {
        self.0.handle_timeout(now);
    }

    fn deadline(&self) -> Option<Instant> {
        self.0.deadline()
    }
}
