//! The kinds of values that settings have: how each is read from text, and how it is written in a TOML file.

mod units;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use parlor_server::TransportKind;
use parlor_server::chat::{Database, DatabaseUrlError};
use parlor_server::redis::{RedisMode, RedisUrl, RedisUrlError, SubscriptionMode};
use tracing_subscriber::EnvFilter;

/// One kind of value.
#[derive(Debug)]
pub(super) struct Kind<V> {
    /// What stands for the value in the help.
    pub(super) placeholder: &'static str,
    pub(super) form: Form,
    pub(super) read: fn(&str) -> Result<V, String>,
    /// As a TOML value, with secrets left out; `None` for a value that is not set.
    pub(super) write: fn(&V) -> Option<String>,
}

/// How a setting is given on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// With one value.
    Single,
    /// The option alone means `true`.
    Switch,
    /// As often as needed; elsewhere the values are separated by commas.
    List,
}

pub(super) const ADDRESS: Kind<SocketAddr> = Kind {
    placeholder: "ADDRESS",
    form: Form::Single,
    read: |text| text.parse().map_err(|_| wrong(text, "an IP address and a port, as 127.0.0.1:3000")),
    write: |address| quoted(address),
};

pub(super) const URL_PATH: Kind<String> = Kind {
    placeholder: "PATH",
    form: Form::Single,
    read: |text| {
        let is_path = text.starts_with('/') && !text.contains(['?', '#', ' ']);
        if is_path { Ok(text.to_owned()) } else { Err(wrong(text, "the path of a URL, as /socket.io")) }
    },
    write: |path| quoted(path),
};

pub(super) const DURATION: Kind<Duration> = Kind {
    placeholder: "DURATION",
    form: Form::Single,
    read: units::read_duration,
    write: |it| quoted(&units::duration(*it)),
};

/// A time that may not be zero, because nobody could keep it.
pub(super) const TIMEOUT: Kind<Duration> = Kind {
    read: |text| match units::read_duration(text)? {
        Duration::ZERO => Err(wrong(text, "a time longer than zero, as 500ms, 25s, 2m or 1h")),
        time => Ok(time),
    },
    ..DURATION
};

pub(super) const BYTES: Kind<usize> = Kind {
    placeholder: "BYTES",
    form: Form::Single,
    read: units::read_bytes,
    write: |it| Some(units::bytes(*it)),
};

pub(super) const COUNT: Kind<usize> = Kind {
    placeholder: "NUMBER",
    form: Form::Single,
    read: |text| match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(wrong(text, "a number of at least 1")),
    },
    write: |number| Some(number.to_string()),
};

pub(super) const DATABASE: Kind<Database> = Kind {
    placeholder: "URL",
    form: Form::Single,
    read: |text| text.parse().map_err(|error: DatabaseUrlError| error.to_string()),
    // It leaves out the password itself.
    write: |database| quoted(database),
};

pub(super) const REDIS: Kind<Option<RedisUrl>> = Kind {
    placeholder: "URL",
    form: Form::Single,
    // The text may hold a password: it is not repeated.
    read: |text| text.parse().map(Some).map_err(|error: RedisUrlError| error.to_string()),
    write: |url| url.as_ref().and_then(|url| quoted(url)),
};

pub(super) const REDIS_MODE: Kind<RedisMode> = Kind {
    placeholder: "MODE",
    form: Form::Single,
    read: |text| match text {
        "classic" => Ok(RedisMode::Classic),
        "sharded" => Ok(RedisMode::Sharded(SubscriptionMode::default())),
        _ => Err(wrong(text, "classic or sharded")),
    },
    write: |mode| {
        quoted(match mode {
            RedisMode::Sharded(_) => &"sharded",
            _ => &"classic",
        })
    },
};

/// What names of channels begin with.
pub(super) const KEY: Kind<String> = Kind {
    placeholder: "KEY",
    form: Form::Single,
    read: |text| {
        if text.is_empty() { Err(wrong(text, "at least one character")) } else { Ok(text.to_owned()) }
    },
    write: |key| quoted(key),
};

/// A bound that there may be.
pub(super) const BOUND: Kind<Option<usize>> = Kind {
    placeholder: "NUMBER",
    form: Form::Single,
    read: |text| if text == "none" { Ok(None) } else { (COUNT.read)(text).map(Some) },
    write: |bound| bound.map(|bound| bound.to_string()),
};

/// So many events in that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) events: NonZeroU32,
    pub(crate) per: Duration,
}

pub(super) const RATE: Kind<Option<Rate>> = Kind {
    placeholder: "RATE",
    form: Form::Single,
    read: |text| if text == "none" { Ok(None) } else { read_rate(text).map(Some) },
    write: |rate| {
        let Rate { events, per } = (*rate)?;
        quoted(&format!("{events}/{}", units::duration(per)))
    },
};

pub(super) const COOKIE: Kind<Option<String>> = Kind {
    placeholder: "NAME",
    form: Form::Single,
    read: |text| {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let is_right = !text.is_empty() && text.chars().all(is_name);
        if is_right {
            Ok(Some(text.to_owned()))
        } else {
            Err(wrong(text, "a name of letters, digits, -, _ and ."))
        }
    },
    write: |name| name.as_ref().and_then(|name| quoted(name)),
};

pub(super) const SWITCH: Kind<bool> = Kind {
    placeholder: "BOOL",
    form: Form::Switch,
    read: |text| text.parse().map_err(|_| wrong(text, "true or false")),
    write: |on| Some(on.to_string()),
};

pub(super) const TRANSPORTS: Kind<Vec<TransportKind>> = Kind {
    placeholder: "TRANSPORT",
    form: Form::List,
    read: |text| {
        let transports: Vec<_> = items(text).map(read_transport).collect::<Result<_, _>>()?;
        if transports.is_empty() { Err(wrong(text, "polling, websocket or both")) } else { Ok(transports) }
    },
    write: |transports| Some(list(transports.iter().map(|transport| transport.as_str()))),
};

pub(super) const ORIGINS: Kind<Vec<String>> = Kind {
    placeholder: "ORIGIN",
    form: Form::List,
    read: |text| items(text).map(read_origin).collect(),
    write: |origins| Some(list(origins.iter().map(String::as_str))),
};

pub(super) const FOLDER: Kind<Option<PathBuf>> = Kind {
    placeholder: "FOLDER",
    form: Form::Single,
    read: |text| Ok(Some(text.into())),
    write: |folder| folder.as_ref().and_then(|folder| quoted(&folder.display())),
};

pub(super) const FILE: Kind<Option<PathBuf>> = Kind { placeholder: "FILE", ..FOLDER };

pub(super) const LOG: Kind<String> = Kind {
    placeholder: "FILTER",
    form: Form::Single,
    read: |text| match EnvFilter::builder().parse(text) {
        Ok(_) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(wrong(text, "a level or levels by module, as `info` or `warn,parlor_server=debug`")),
    },
    write: |filter| quoted(filter),
};

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object per line.
    Json,
}

pub(super) const LOG_FORMAT: Kind<LogFormat> = Kind {
    placeholder: "FORMAT",
    form: Form::Single,
    read: |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(wrong(text, "text or json")),
    },
    write: |format| {
        quoted(match format {
            LogFormat::Text => &"text",
            LogFormat::Json => &"json",
        })
    },
};

fn read_rate(text: &str) -> Result<Rate, String> {
    let parts = text.split_once('/');
    let rate = parts.and_then(|(events, per)| {
        let per = (DURATION.read)(per).ok().filter(|per| !per.is_zero())?;
        Some(Rate { events: events.parse().ok()?, per })
    });
    rate.ok_or_else(|| wrong(text, "a number of events and a time, as 100/10s, or none"))
}

fn read_transport(text: &str) -> Result<TransportKind, String> {
    let all = [TransportKind::Polling, TransportKind::WebSocket];
    all.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| wrong(text, "polling or websocket"))
}

fn read_origin(text: &str) -> Result<String, String> {
    let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '*', '?', '#']);
    let is_origin = text.split_once("://").is_some_and(|(scheme, host)| !scheme.is_empty() && is_host(host));
    if text == "*" || is_origin {
        return Ok(text.to_owned());
    }
    Err(wrong(text, "an origin without a path, as https://chat.example.com, or * for any"))
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn wrong(text: &str, right: &str) -> String {
    format!("`{text}` is not right: it takes {right}")
}

#[expect(clippy::unnecessary_wraps, reason = "most values are always set, and `write` is one type")]
fn quoted(value: &dyn std::fmt::Display) -> Option<String> {
    Some(quote(&value.to_string()))
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", items.map(quote).collect::<Vec<_>>().join(", "))
}

/// A TOML string.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads each text and writes it again; `None` where it is refused.
    pub(super) fn check<V>(kind: &Kind<V>, rows: &[(&str, Option<&str>)]) {
        for (text, expected) in rows {
            let written = (kind.read)(text).ok().and_then(|value| (kind.write)(&value));
            assert_eq!(written.as_deref(), *expected, "{text}");
        }
    }

    #[test]
    fn values_are_read_and_written() {
        check(&ADDRESS, &[("[::1]:0", Some(r#""[::1]:0""#)), ("3000", None), ("localhost:3000", None)]);
        check(&URL_PATH, &[("/ws", Some(r#""/ws""#)), ("ws", None), ("/a?b", None), ("", None)]);
        check(&DURATION, &[("25s", Some(r#""25s""#)), ("0s", Some(r#""0s""#)), ("25", None)]);
        check(&TIMEOUT, &[("1ms", Some(r#""1ms""#)), ("0s", None), ("0ms", None), ("25", None)]);
        check(&COUNT, &[("128", Some("128")), ("0", None), ("-1", None), ("many", None)]);
        check(
            &DATABASE,
            &[
                ("sqlite://a.db", Some(r#""sqlite://a.db""#)),
                ("postgres://me:secret@db.example/chat", Some(r#""postgres://db.example:5432/chat""#)),
                ("mysql://a", None),
                ("a.db", None),
            ],
        );
        check(&BOUND, &[("5000", Some("5000")), ("none", None), ("0", None)]);
        let rates =
            [("100/10s", Some(r#""100/10s""#)), ("none", None), ("0/1s", None), ("1/0s", None), ("5", None)];
        check(&RATE, &rates);
        check(&COOKIE, &[("io", Some(r#""io""#)), ("a=b", None), ("", None), ("a b", None)]);
        check(&SWITCH, &[("true", Some("true")), ("false", Some("false")), ("yes", None)]);
        check(
            &LOG,
            &[
                ("warn,parlor_server=debug", Some(r#""warn,parlor_server=debug""#)),
                ("a=b=c", None),
                ("", None),
            ],
        );
        check(&LOG_FORMAT, &[("json", Some(r#""json""#)), ("text", Some(r#""text""#)), ("xml", None)]);
        check(&FOLDER, &[("dist", Some(r#""dist""#)), (r"a\b", Some(r#""a\\b""#))]);
    }

    #[test]
    fn lists_are_separated_by_commas() {
        let rows = [
            ("polling,websocket", Some(r#"["polling", "websocket"]"#)),
            ("websocket", Some(r#"["websocket"]"#)),
            ("webtransport", None),
            ("", None),
        ];
        check(&TRANSPORTS, &rows);
        let rows = [
            (
                "http://a.example, https://b.example:8443",
                Some(r#"["http://a.example", "https://b.example:8443"]"#),
            ),
            ("*", Some(r#"["*"]"#)),
            ("", Some("[]")),
            ("a.example", None),
            ("https://a.example/", None),
            ("https://*.example", None),
        ];
        check(&ORIGINS, &rows);
    }
}
