//! What the operator decides: on the command line, else in the environment, else in a file, else by default.
//!
//! Rule: [`table`] lists every setting once. Command line, environment, file, help, `--check-config` and the table in
//! `docs/SERVER.md` are all made from it or compared with it.

mod command_line;
mod environment;
mod file;
mod kinds;
mod report;
mod sources;
mod table;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use parlor_server::chat::Database;
use parlor_server::redis::{RedisMode, RedisOptions, RedisUrl};
use parlor_server::{
    Config, ConnectionStateRecovery, Cookie, Cors, HttpCompression, PerMessageDeflate, RateLimit,
};

pub(crate) use self::command_line::Request;
pub(crate) use self::kinds::LogFormat;
use self::kinds::Rate;
pub(crate) use self::report::report;
pub(crate) use self::sources::{Unread, read};

/// All of it.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    /// What the library is told, but for what is put together from the fields below.
    pub(crate) config: Config,
    pub(crate) deflate: bool,
    pub(crate) per_message_deflate: PerMessageDeflate,
    pub(crate) http_compression: bool,
    pub(crate) polling_compression: HttpCompression,
    pub(crate) recovery: bool,
    pub(crate) connection_state_recovery: ConnectionStateRecovery,
    pub(crate) rate_limit: Option<Rate>,
    pub(crate) rate_limit_disconnect: bool,
    /// The name of one that holds the session's id.
    pub(crate) cookie: Option<String>,
    pub(crate) cookie_secure: bool,
    /// `*` among them is every one.
    pub(crate) cors_origin: Vec<String>,
    pub(crate) cors_credentials: bool,
    pub(crate) assets: Option<PathBuf>,
    pub(crate) admin_passphrase_file: Option<PathBuf>,
    pub(crate) database: Database,
    /// Where the other servers are found; `None` for a server alone.
    pub(crate) redis: Option<RedisUrl>,
    pub(crate) redis_mode: RedisMode,
    pub(crate) redis_key: String,
    pub(crate) drain_timeout: Duration,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

/// Less than the 30 s after which Kubernetes kills, and enough for some thousand clients to leave one by one.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            config: Config::default(),
            deflate: false,
            per_message_deflate: PerMessageDeflate::default(),
            http_compression: true,
            polling_compression: HttpCompression::default(),
            recovery: false,
            connection_state_recovery: ConnectionStateRecovery::default(),
            rate_limit: None,
            rate_limit_disconnect: false,
            cookie: None,
            cookie_secure: false,
            cors_origin: Vec::new(),
            cors_credentials: false,
            assets: None,
            admin_passphrase_file: None,
            database: Database::default(),
            redis: None,
            redis_mode: RedisMode::default(),
            redis_key: RedisOptions::default().key,
            drain_timeout: DRAIN_TIMEOUT,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

impl Settings {
    /// What the library is told.
    pub(crate) fn config(&self) -> Config {
        Config {
            cors: self.cors(),
            per_message_deflate: self.deflate.then_some(self.per_message_deflate),
            http_compression: self.http_compression.then_some(self.polling_compression),
            rate_limit: self.rate_limit(),
            connection_state_recovery: self.recovery.then(|| self.connection_state_recovery.clone()),
            cookie: self.cookie.as_ref().map(|name| Cookie::named(name).secure(self.cookie_secure)),
            // Visitors of the lab think of their names.
            cleanup_empty_child_namespaces: true,
            ..self.config.clone()
        }
    }

    fn rate_limit(&self) -> Option<RateLimit> {
        let Rate { events, per } = self.rate_limit?;
        let limit = RateLimit::new(events, per);
        Some(if self.rate_limit_disconnect { limit.disconnect() } else { limit })
    }

    fn cors(&self) -> Option<Cors> {
        let any = self.cors_origin.iter().any(|origin| origin == "*");
        let cors = if any { Cors::any() } else { Cors::origins(self.cors_origin.iter().cloned()) };
        (!self.cors_origin.is_empty()).then(|| cors.credentials(self.cors_credentials))
    }

    /// What is wrong although each value can be read: the name of the setting, and why.
    fn contradictions(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut forbid = |is_wrong: bool, name, why: &str| {
            if is_wrong {
                found.push((name, why.to_owned()));
            }
        };
        forbid(
            self.cors_credentials && self.cors_origin.is_empty(),
            "cors_credentials",
            "no page of another origin is allowed: set cors_origin as well",
        );
        forbid(
            self.rate_limit_disconnect && self.rate_limit.is_none(),
            "rate_limit_disconnect",
            "there is no limit: set rate_limit as well",
        );
        forbid(
            self.cookie_secure && self.cookie.is_none(),
            "cookie_secure",
            "there is no cookie: set cookie as well",
        );
        forbid(
            self.assets.as_ref().is_some_and(|folder| !folder.join("index.html").is_file()),
            "assets",
            "the folder has no index.html: name the folder of a built page",
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn origins_become_cors_and_a_star_is_any() {
        let with = |origins: &[&str], cors_credentials| {
            let cors_origin = origins.iter().map(|&origin| origin.to_owned()).collect();
            Settings { cors_origin, cors_credentials, ..Settings::default() }.cors()
        };
        assert_eq!(with(&[], false), None);
        assert_eq!(
            with(&["http://a.example"], true),
            Some(Cors::origins(["http://a.example"]).credentials(true))
        );
        assert_eq!(with(&["http://a.example", "*"], false), Some(Cors::any()));
    }

    #[test]
    fn what_is_off_is_not_there_and_what_is_on_has_its_threshold() {
        let config = Settings::default().config();
        assert_eq!((config.per_message_deflate, config.cookie), (None, None));
        assert_eq!(config.connection_state_recovery, None);
        assert!(config.cleanup_empty_child_namespaces, "a lab goes with its visitor");
        assert_eq!(config.http_compression.map(|it| it.threshold_bytes), Some(1024));
        let settings = Settings {
            deflate: true,
            per_message_deflate: PerMessageDeflate { threshold_bytes: 7 },
            recovery: true,
            rate_limit: Some(Rate { events: NonZeroU32::MIN, per: Duration::from_secs(1) }),
            rate_limit_disconnect: true,
            http_compression: false,
            cookie: Some("sid".to_owned()),
            cookie_secure: true,
            ..Settings::default()
        };
        let config = settings.config();
        assert_eq!(config.per_message_deflate.map(|it| it.threshold_bytes), Some(7));
        assert_eq!(config.http_compression, None);
        let limit = RateLimit::new(NonZeroU32::MIN, Duration::from_secs(1));
        assert_eq!(config.rate_limit, Some(limit.disconnect()));
        assert_eq!(config.connection_state_recovery, Some(ConnectionStateRecovery::default()));
        assert_eq!(config.cookie, Some(Cookie::named("sid").secure(true)));
    }
}
