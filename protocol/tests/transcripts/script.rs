//! Plays a script against a machine and writes down what it says.
//!
//! A line that begins with `>` is an input; the lines below it are the outputs it must cause, word for word.
//! The packets in both are wire text. Indentation and empty lines do not count.

use std::convert::Infallible;
use std::fmt::Write as _;

use bytes::Bytes;
use bytestring::ByteString;
use parlor_protocol::engine::packet::{self, TextPacket};
use parlor_protocol::engine::{Packet, TransportKind, payload};
use parlor_protocol::{Instant, Message, json};

pub(crate) type Text = Message<ByteString, Bytes>;

/// A machine that a script can talk to.
pub(crate) trait Machine {
    /// Takes in one input line, split at its blanks, at most three words.
    fn input(&mut self, words: &[&str], now: Instant);
    /// The next output as a line.
    fn output(&mut self) -> Option<String>;
    /// What `> time` calls.
    fn timeout(&mut self, now: Instant);
    /// What `> deadline` prints.
    fn deadline(&self) -> Option<Instant>;
}

/// Plays `script` and compares it with what really happened.
#[track_caller]
pub(crate) fn check(mut machine: impl Machine, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut happened = Vec::new();
    let mut now = Instant::default();
    drain(&mut machine, &mut happened);
    for line in expected.iter().filter(|line| line.starts_with('>')) {
        happened.push((*line).to_owned());
        let words: Vec<&str> = line[1..].trim().splitn(3, ' ').collect();
        match words[..] {
            ["time", millis] => {
                now = Instant::from_millis(millis.parse().expect("milliseconds behind `time`"));
                machine.timeout(now);
            }
            ["deadline"] => {
                happened.push(machine.deadline().map_or("none".into(), |at| at.as_millis().to_string()));
            }
            _ => machine.input(&words, now),
        }
        drain(&mut machine, &mut happened);
    }
    assert_eq!(happened.join("\n"), expected.join("\n"));
}

fn drain(machine: &mut impl Machine, happened: &mut Vec<String>) {
    while let Some(output) = machine.output() {
        happened.push(output);
    }
}

/// Reads one packet as a text frame carries it.
pub(crate) fn packet(text: &str) -> Option<Packet<Text>> {
    let packet: TextPacket<'_> = packet::decode(text).ok()?;
    let packet = packet.read_open(|open| json::read_handshake(open).ok_or(())).ok()?;
    Some(packet.map(|message| match message {
        Message::Text(text) => Message::Text(text.into()),
        Message::Binary(bytes) => Message::Binary(bytes.into()),
    }))
}

/// Writes packets down as one polling payload, with `|` where the separator stands.
pub(crate) fn show(packets: Vec<Packet<Text>>) -> String {
    let mut body = String::new();
    for packet in packets {
        let Ok(packet) = packet.read_open(|open| Ok::<_, Infallible>(json::write_handshake(&open)));
        payload::push(packet, &mut body);
    }
    body.replace(payload::SEPARATOR, "|")
}

/// Writes a message down as its text, or as base64 behind `b`.
pub(crate) fn show_message(message: &Text) -> String {
    match message {
        Message::Text(text) => text.to_string(),
        Message::Binary(_) => show(vec![Packet::Message(message.clone())]),
    }
}

/// The transports of a comma-separated list.
pub(crate) fn transports(names: &str) -> Vec<TransportKind> {
    names.split(',').filter_map(TransportKind::from_name).collect()
}

/// Joins the words of a line.
pub(crate) fn line(words: &[&dyn std::fmt::Display]) -> String {
    let mut line = String::new();
    for word in words {
        let separator = if line.is_empty() { "" } else { " " };
        write!(line, "{separator}{word}").expect("a string takes everything");
    }
    line.trim_end().to_owned()
}
