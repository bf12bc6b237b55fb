//! Does what the machines ask for, and writes down what they tell their users.

use super::text::{encode, encode_payload, readable, show};
use super::*;

impl World {
    /// Does what both machines ask for, until neither asks for anything.
    pub(super) fn settle(&mut self) {
        loop {
            if let Some(output) = self.client.poll_output() {
                self.client_output(output);
            } else if let Some(output) = self.server.as_mut().and_then(Connection::poll_output) {
                self.server_output(output);
            } else {
                return;
            }
        }
    }

    fn client_output(&mut self, output: client::Output<Codec>) {
        use client::Output;
        let line = match output {
            Output::Transport(output) => return self.client_transport(output),
            Output::Opened(handshake) => {
                for line in self.lines.values_mut() {
                    line.sid = Some(handshake.sid.clone());
                }
                return;
            }
            Output::Authenticate(socket) => {
                return self.client.handle_input(client::Input::Authenticate(socket, None), self.now);
            }
            Output::Connected(_) => "connect".into(),
            Output::Disconnected { reason, .. } => format!("disconnect {reason}"),
            Output::ConnectError { .. } => "connect_error".into(),
            Output::Event { data, ack, .. } => {
                format!("event {}{}", data.json(), ack.map_or(String::new(), |id| format!(" ack {id}")))
            }
            Output::Ack { key, data, .. } => format!("ack {} {}", key.0, data.json()),
            Output::AckFailed { key, error, .. } => format!("ack {} failed: {}", key.0, error.message()),
            Output::Upgraded(kind) => format!("upgraded {}", kind.as_str()),
            Output::ReconnectAttempt(n) => format!("reconnect_attempt {n}"),
            Output::Reconnected(n) => format!("reconnect {n}"),
            _ => return,
        };
        self.log.push(format!("client: {line}"));
    }

    fn client_transport(&mut self, output: near::Output<Text>) {
        match output {
            near::Output::Open { transport, kind, sid } => {
                if kind == TransportKind::WebSocket {
                    self.send(Arrival::Connect(transport, sid.clone()));
                }
                self.lines.insert(transport, Line { kind, sid });
            }
            near::Output::Poll(id) => {
                let sid = self.line_sid(id);
                self.send(Arrival::Get(id, sid));
            }
            near::Output::Write(id, packets) => self.client_write(id, packets),
            near::Output::Close { transport, farewell } => {
                self.client_close(transport, farewell);
            }
            _ => {}
        }
    }

    fn client_write(&mut self, id: TransportId, packets: Vec<Packet<Text>>) {
        let polling = self.lines.get(&id).is_some_and(|line| line.kind == TransportKind::Polling);
        if polling {
            let body = encode_payload(packets);
            self.traffic.push(format!("POST {}", readable(&body)));
            let sid = self.line_sid(id);
            return self.send(Arrival::Post(id, sid, body));
        }
        for packet in packets {
            let frame = encode(packet);
            self.traffic.push(format!("> {}", show(&frame)));
            self.send(Arrival::ClientFrame(id, frame));
        }
        self.push(0, Arrival::Flushed(id));
    }

    fn client_close(&mut self, id: TransportId, farewell: bool) {
        let Some(line) = self.lines.remove(&id) else { return };
        match line.kind {
            TransportKind::WebSocket => self.send(Arrival::ClientGone(id)),
            TransportKind::Polling => {
                if farewell {
                    self.traffic.push("POST 1".into());
                    self.send(Arrival::Post(id, line.sid, "1".into()));
                }
                let held: Vec<_> =
                    self.gets.iter().filter(|(_, get)| **get == id).map(|(it, _)| *it).collect();
                for request in held {
                    self.gets.remove(&request);
                    if !farewell {
                        self.tell_server(far::Input::Aborted(request));
                    }
                }
            }
        }
    }

    fn line_sid(&self, id: TransportId) -> Sid {
        self.lines.get(&id).and_then(|line| line.sid.clone())
    }

    fn server_output(&mut self, output: server::Output<Codec>) {
        use server::Output;
        let line = match output {
            Output::Respond(request, response) => return self.respond(request, response),
            Output::Write(id, packets) => return self.server_write(id, packets),
            Output::CloseTransport(id) => return self.send(Arrival::ServerGone(id)),
            Output::Connect { namespace, .. } => {
                if self.accept {
                    let reply = Payload::value(&BTreeMap::from([("sid", "public")])).expect("it serialises");
                    let input = server::Input::Accept { namespace, reply };
                    if let Some(server) = &mut self.server {
                        server.handle_input(input, self.now);
                    }
                }
                return;
            }
            Output::Event { data, ack, .. } => {
                format!("event {}{}", data.json(), ack.map_or(String::new(), |id| format!(" ack {id}")))
            }
            Output::Ack { id, data, .. } => format!("ack {id} {}", data.json()),
            Output::Disconnected(_, reason) => format!("disconnect {reason}"),
            Output::Refused(error) => format!("refused: {}", error.message()),
            Output::Upgraded(_) | Output::Closed(_) => return,
        };
        self.log.push(format!("server: {line}"));
    }

    fn respond(&mut self, request: RequestId, response: Response<Text>) {
        if let Some(id) = self.posts.remove(&request) {
            let answer = match response {
                Response::Ok => Arrival::Posted(id),
                _ => Arrival::Refused(id, Failure::Post(400.into())),
            };
            return self.send(answer);
        }
        let Some(id) = self.gets.remove(&request) else { return };
        let answer = match response {
            Response::Payload(packets) => {
                let body = encode_payload(packets);
                self.traffic.push(format!("200 {}", readable(&body)));
                Arrival::Body(id, body)
            }
            _ => Arrival::Refused(id, Failure::Poll(400.into())),
        };
        self.send(answer);
    }

    fn server_write(&mut self, id: TransportId, packets: Vec<Packet<Text>>) {
        for packet in packets {
            let frame = encode(packet);
            self.traffic.push(format!("< {}", show(&frame)));
            self.send(Arrival::ServerFrame(id, frame));
        }
        self.tell_server(far::Input::Sent(id));
    }
}
