//! Every setting: its name, its kind, its place in [`Settings`], and one sentence for people.

use std::fmt;

use super::Settings;
use super::kinds::{self, Form, Kind};

/// One setting.
pub(super) struct Setting {
    /// As in a file. The command line has dashes in it, the environment capitals.
    pub(super) name: &'static str,
    /// Under which heading the help has it.
    pub(super) group: &'static str,
    pub(super) about: &'static str,
    pub(super) placeholder: &'static str,
    pub(super) form: Form,
    set: Box<Set>,
    show: Box<Show>,
}

type Set = dyn Fn(&mut Settings, &str) -> Result<(), String>;
type Show = dyn Fn(&mut Settings) -> Option<String>;

impl Setting {
    /// Reads the text and puts the value in its place.
    ///
    /// # Errors
    ///
    /// What the setting takes instead.
    pub(super) fn set(&self, settings: &mut Settings, text: &str) -> Result<(), String> {
        (self.set)(settings, text)
    }

    /// The value as TOML, with secrets left out; `None` when it is not set.
    pub(super) fn show(&self, settings: &Settings) -> Option<String> {
        (self.show)(&mut settings.clone())
    }

    /// The value that it has when nobody sets it, for people.
    pub(super) fn default(&self) -> Option<String> {
        let shown = self.show(&Settings::default()).filter(|shown| shown != "[]")?;
        Some(shown.trim_matches(['[', ']']).replace('"', ""))
    }

    /// The option of the command line, without its dashes in front.
    pub(super) fn option(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The variable of the environment.
    pub(super) fn variable(&self) -> String {
        format!("PARLOR_{}", self.name.to_ascii_uppercase())
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setting").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Each setting, in the order of the help: its name, its kind, its place, its sentence.
macro_rules! table {
    ($($group:literal { $($name:ident: $kind:ident in $($place:ident).+, $about:literal;)* })*) => {
        vec![$($(setting($group, stringify!($name), kinds::$kind, |it| &mut it.$($place).+, $about),)*)*]
    };
}

/// All of them, in the order of the help.
pub(super) fn settings() -> Vec<Setting> {
    table! {
        "Serving" {
            listen: ADDRESS in listen,
                "Where to listen; port 0 takes a free one, which is printed";
            path: URL_PATH in config.path,
                "The path of Socket.IO; requests end it with a slash";
            add_trailing_slash: SWITCH in config.add_trailing_slash,
                "Requests must end the path with a slash; false serves both forms";
            assets: FOLDER in assets,
                "Serve the files of this folder, a built page, to everybody who asks for anything else";
            admin_passphrase_file: FILE in admin_passphrase_file,
                "Open the namespace /admin to whoever knows the first line of this file";
            database: DATABASE in database,
                "Where the chat is stored: sqlite://FILE or postgres://HOST/DATABASE; sqlite::memory: ends with the server";
            cors_origin: ORIGINS in cors_origin,
                "Pages of this origin may speak to the server, * for any; may be given several times";
            cors_credentials: SWITCH in cors_credentials,
                "Those pages may send cookies";
            cookie: COOKIE in cookie,
                "Set a cookie of this name on polling handshakes, for a load balancer that keeps clients apart by it";
            cookie_secure: SWITCH in cookie_secure,
                "That cookie is sent over HTTPS only";
        }
        "Several servers" {
            redis: REDIS in redis,
                "Be one server of a cluster that is joined by this Redis: redis://HOST:PORT, or rediss:// for TLS";
            redis_mode: REDIS_MODE in redis_mode,
                "How it is joined: classic, as by createAdapter of @socket.io/redis-adapter; or sharded, as by its createShardedAdapter";
            redis_key: KEY in redis_key,
                "What the names of its channels begin with; the same for all servers of a cluster, and emitters";
        }
        "Clients" {
            transports: TRANSPORTS in config.transports,
                "The transports on offer: polling, websocket";
            allow_upgrades: SWITCH in config.allow_upgrades,
                "A client may move from polling to a WebSocket";
            ping_interval: TIMEOUT in config.ping_interval,
                "How often clients are pinged";
            ping_timeout: TIMEOUT in config.ping_timeout,
                "How long a client may take to answer a ping";
            upgrade_timeout: TIMEOUT in config.upgrade_timeout,
                "How long a WebSocket may take to prove itself before an upgrade is given up";
            connect_timeout: TIMEOUT in config.connect_timeout,
                "How long a client may take to join its first namespace";
            deflate: SWITCH in deflate,
                "Compress WebSocket messages for clients that can read them (permessage-deflate)";
            deflate_threshold_bytes: BYTES in per_message_deflate.threshold_bytes,
                "How long a WebSocket message must be to be compressed";
            http_compression: SWITCH in http_compression,
                "Compress the answers to polling requests";
            http_compression_threshold_bytes: BYTES in polling_compression.threshold_bytes,
                "How long such an answer must be to be compressed";
            write_timeout: TIMEOUT in config.write_timeout,
                "How long a client may take nothing of what is written to it before it is cut off";
            request_timeout: TIMEOUT in config.request_timeout,
                "How long a request may take to come";
        }
        "Bounds" {
            max_http_buffer_bytes: BYTES in config.max_http_buffer_bytes,
                "The longest request body or WebSocket message that is accepted";
            max_queue_bytes: BYTES in config.max_queue_bytes,
                "How much may wait for one client that reads too slowly; one further behind is disconnected";
            max_backlog_bytes: BYTES in config.max_backlog_bytes,
                "How much of what one client sent may wait to be handled; beyond it the client is not read";
            max_handlers: COUNT in config.max_handlers,
                "How many events of one client may be handled at the same time";
            rate_limit: RATE in rate_limit,
                "How many events one client may send; what is over it waits; `none` is any number";
            rate_limit_disconnect: SWITCH in rate_limit_disconnect,
                "A client that sends more is disconnected instead";
            max_connections: BOUND in config.max_connections,
                "How many clients may be connected at the same time; `none` is any number";
            max_handshakes: COUNT in config.max_handshakes,
                "How many handshakes may be under way at the same time";
        }
        "Recovery" {
            recovery: SWITCH in recovery,
                "A client that was away for a short time gets back its session and what it missed";
            recovery_max_disconnection_duration: DURATION in connection_state_recovery.max_disconnection_duration,
                "How long a client may be away for that";
            recovery_skip_middlewares: SWITCH in connection_state_recovery.skip_middlewares,
                "A client that is recovered passes by the middlewares";
            recovery_max_buffer_bytes: BYTES in connection_state_recovery.max_buffer_bytes,
                "How much of what was sent is kept for that, for each namespace; the oldest goes first";
            recovery_max_sessions: COUNT in connection_state_recovery.max_sessions,
                "How many sessions of clients that are away are kept, for each namespace";
        }
        "Ending" {
            drain_timeout: DURATION in drain_timeout,
                "How long the end may take: clients are sent away during the first half and cut off after the whole";
        }
        "Log" {
            log: LOG in log,
                "What is logged: a level (error, warn, info, debug, trace), or levels by module";
            log_format: LOG_FORMAT in log_format,
                "The form of the log: text or json";
        }
    }
}

fn setting<V: 'static>(
    group: &'static str,
    name: &'static str,
    kind: Kind<V>,
    place: fn(&mut Settings) -> &mut V,
    about: &'static str,
) -> Setting {
    let Kind { placeholder, form, read, write } = kind;
    let set = move |settings: &mut Settings, text: &str| {
        *place(settings) = read(text)?;
        Ok(())
    };
    let show = move |settings: &mut Settings| write(place(settings));
    Setting { name, group, about, placeholder, form, set: Box::new(set), show: Box::new(show) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../../../docs/SERVER.md");

    #[test]
    fn the_page_for_operators_lists_every_setting_as_it_is() {
        let mut table = String::from(
            "| command line | environment | file | default | meaning |\n|---|---|---|---|---|\n",
        );
        for setting in settings() {
            let value = if setting.form == Form::Switch { "" } else { setting.placeholder };
            let option = format!("--{} {value}", setting.option());
            let default = setting.default().map(|default| format!("`{default}`")).unwrap_or_default();
            table += &format!(
                "| `{}` | `{}` | `{}` | {default} | {} |\n",
                option.trim_end(),
                setting.variable(),
                setting.name,
                setting.about
            );
        }
        let listed = PAGE.lines().skip_while(|line| !line.starts_with("| command line |"));
        let listed: String =
            listed.take_while(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
        assert_eq!(listed, table, "docs/SERVER.md must have this table:\n{table}");
    }

    #[test]
    fn every_default_can_be_read_again() {
        for setting in settings() {
            let Some(shown) = setting.show(&Settings::default()) else { continue };
            let text = shown.trim_matches(['[', ']']).replace('"', "");
            let mut read = Settings::default();
            setting.set(&mut read, &text).unwrap();
            assert_eq!(setting.show(&read), Some(shown), "{setting:?}");
        }
    }
}
