//! Where Redis is.

use std::fmt;
use std::str::FromStr;

use redis::{ConnectionInfo, ErrorKind, IntoConnectionInfo, ProtocolVersion, RedisError};

/// The address of a Redis server: `redis://HOST:PORT`, with `USER:PASSWORD@` before the host where it wants them.
///
/// Shown without user and password. There is no TLS (`rediss://`) yet.
///
/// # Examples
///
/// ```
/// use parlor_server::redis::RedisUrl;
///
/// let url: RedisUrl = "redis://ann:secret@cache.example.com:6380".parse()?;
/// assert_eq!(url.to_string(), "redis://cache.example.com:6380");
/// # Ok::<(), parlor_server::redis::RedisUrlError>(())
/// ```
#[derive(Clone)]
pub struct RedisUrl(ConnectionInfo);

/// The address of Redis is none. Always the mistake of who wrote it.
#[derive(Debug)]
pub struct RedisUrlError(RedisError);

impl RedisUrl {
    pub(super) fn info(&self) -> ConnectionInfo {
        self.0.clone()
    }
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(url: &str) -> Result<Self, RedisUrlError> {
        if !url.starts_with("redis://") {
            let why = (ErrorKind::InvalidClientConfig, "the scheme is not redis");
            return Err(RedisUrlError(why.into()));
        }
        let info = url.into_connection_info().map_err(RedisUrlError)?;
        // Only in this version do messages come on the connection that publishes.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        Ok(Self(info.set_redis_settings(settings)))
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "redis://{}", self.0.addr())
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for RedisUrlError {
    /// Leaves out the address, where credentials are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no address of Redis: write redis://HOST:PORT")
    }
}

impl std::error::Error for RedisUrlError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_secrets_and_anything_else_is_refused() {
        let rows = [
            ("redis://127.0.0.1:7000", Some("redis://127.0.0.1:7000")),
            ("redis://cache", Some("redis://cache:6379")),
            ("redis://:secret@cache:1/0", Some("redis://cache:1")),
            ("redis://ann:secret@cache:1", Some("redis://cache:1")),
            ("http://cache", None),
            ("rediss://cache", None),
            ("unix:///run/redis.sock", None),
            ("cache:6379", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let shown = text.parse::<RedisUrl>().map(|url| [url.to_string(), format!("{url:?}")]);
            assert_eq!(shown.ok(), expected.map(|it| [it.to_owned(), it.to_owned()]), "{text}");
        }
        let error = "redis://:secret@cache:port".parse::<RedisUrl>().unwrap_err();
        assert_eq!(error.to_string(), "this is no address of Redis: write redis://HOST:PORT");
    }
}
