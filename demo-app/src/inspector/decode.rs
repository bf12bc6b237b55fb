//! Packets in words: what one is for, and what in it is nobody else's business.

use parlor_client::Reason;
use parlor_client::protocol::limits::MAX_ATTACHMENTS;
use parlor_client::protocol::socket::{Kind, decode};

/// What a text packet says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    pub(super) kind: &'static str,
    pub(super) namespace: Option<String>,
    pub(super) event: Option<String>,
    /// The id of an answer that is asked for, or given.
    pub(super) ack: Option<u64>,
}

/// Decodes a packet. What makes no sense is shown as it is.
pub(super) fn meaning(text: &str) -> Meaning {
    let plain = |kind| Meaning { kind, ..Meaning::default() };
    match (text.chars().next(), text.get(1..)) {
        (Some('0'), _) => plain("open"),
        (Some('1'), _) => plain("close"),
        (Some('2'), _) => plain("ping"),
        (Some('3'), _) => plain("pong"),
        (Some('4'), Some(message)) => message_meaning(message).unwrap_or_else(|| plain("message")),
        (Some('5'), _) => plain("upgrade"),
        (Some('6'), _) => plain("noop"),
        _ => plain("?"),
    }
}

fn message_meaning(message: &str) -> Option<Meaning> {
    let header = decode::header(message.as_bytes(), MAX_ATTACHMENTS).ok()?;
    let (kind, event) = match header.kind {
        Kind::Connect => ("connect", None),
        Kind::Disconnect => ("disconnect", None),
        Kind::Event => ("event", message.get(header.data_at..).and_then(first_text)),
        Kind::Ack => ("ack", None),
        Kind::ConnectError => ("connect error", None),
    };
    let namespace = Some(header.namespace.as_str().to_owned());
    Some(Meaning { kind, namespace, event, ack: header.id })
}

/// The text that a list begins with, as it is written.
fn first_text(json: &str) -> Option<String> {
    let inside = json.strip_prefix("[\"")?;
    Some(inside.get(..end_of_text(inside)?)?.to_owned())
}

/// Where the text ends whose inside this begins with.
fn end_of_text(inside: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => return Some(at),
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    None
}

/// Keys whose values let others be whom they belong to: a timeline is made to be shown around.
const SECRETS: [&str; 5] = ["\"token\":\"", "\"passphrase\":\"", "\"sid\":\"", "\"pid\":\"", "\"secret\":\""];

/// The text without secrets.
pub(super) fn redacted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, key)) = next_secret(rest) {
        let (before, after) = rest.split_at(at + key.len());
        shown.push_str(before);
        shown.push('…');
        let end = end_of_text(after).unwrap_or(after.len());
        rest = after.get(end..).unwrap_or_default();
    }
    shown + rest
}

fn next_secret(text: &str) -> Option<(usize, &'static str)> {
    SECRETS.iter().filter_map(|key| text.find(key).map(|at| (at, *key))).min()
}

/// Why a socket is out of its namespace.
pub(super) const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::IoClientDisconnect => "this page has left",
        Reason::IoServerDisconnect => "the server has sent it away",
        Reason::PingTimeout => "no ping came in time",
        Reason::TransportClose => "the connection was closed",
        Reason::TransportError => "the connection has failed",
        Reason::ParseError => "a packet made no sense",
        other => other.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_told_by_their_kind_namespace_event_and_ack() {
        let rows = [
            ("0{\"sid\":\"x\"}", "open", None, None, None),
            ("2", "ping", None, None, None),
            ("3probe", "pong", None, None, None),
            ("40{\"token\":\"x\"}", "connect", Some("/"), None, None),
            ("44/admin,{\"message\":\"no\"}", "connect error", Some("/admin"), None, None),
            ("42[\"typing\",{}]", "event", Some("/"), Some("typing"), None),
            ("42/admin,7[\"close \\\"it\\\"\"]", "event", Some("/admin"), Some("close \\\"it\\\""), Some(7)),
            ("437[\"ok\"]", "ack", Some("/"), None, Some(7)),
            ("451-[\"file\",{\"_placeholder\":true,\"num\":0}]", "event", Some("/"), Some("file"), None),
            ("42[", "event", Some("/"), None, None),
            ("49", "message", None, None, None),
            ("4", "message", None, None, None),
            ("", "?", None, None, None),
            ("ü", "?", None, None, None),
        ];
        for (text, kind, namespace, event, ack) in rows {
            let [namespace, event] = [namespace, event].map(|word: Option<&str>| word.map(str::to_owned));
            assert_eq!(meaning(text), Meaning { kind, namespace, event, ack }, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let rows = [
            (r#"40{"id":"u1","token":"abc"}"#, r#"40{"id":"u1","token":"…"}"#),
            (r#"0{"sid":"abc","upgrades":[]}"#, r#"0{"sid":"…","upgrades":[]}"#),
            (r#"40{"sid":"a","pid":"b"}"#, r#"40{"sid":"…","pid":"…"}"#),
            (r#"40/admin,{"passphrase":"a\"b"}"#, r#"40/admin,{"passphrase":"…"}"#),
            (r#"42["identity",{"token":"cut o"#, r#"42["identity",{"token":"…"#),
            (r#"42["send",{"text":"no token"}]"#, r#"42["send",{"text":"no token"}]"#),
        ];
        for (text, shown) in rows {
            assert_eq!(redacted(text), shown);
        }
    }
}
