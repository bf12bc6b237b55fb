//! Where Redis is.

use std::fmt;
use std::str::FromStr;

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisError};

/// The address of a Redis server: `redis://HOST:PORT`, with `USER:PASSWORD@` before the host where it wants them.
///
/// Shown without user and password.
///
/// `rediss://` means TLS, which takes the feature `redis-tls`: the certificate has to be for that host, and from somebody whom
/// the system trusts, or in its place the file that the environment names as `SSL_CERT_FILE`. Where the program has chosen no cryptography for
/// [rustls](https://docs.rs/rustls), the first such connection chooses ring.
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

/// What an address may begin with.
const SCHEMES: &[&str] = if HAS_TLS { &["redis://", "rediss://"] } else { &["redis://"] };

const HAS_TLS: bool = cfg!(feature = "redis-tls");

/// The address of Redis is none. Always the mistake of who wrote it.
#[derive(Debug)]
pub struct RedisUrlError(Option<RedisError>);

impl RedisUrl {
    pub(super) fn info(&self) -> ConnectionInfo {
        self.0.clone()
    }

    /// Whether it is spoken to by TLS.
    pub(super) fn is_secure(&self) -> bool {
        matches!(self.0.addr(), ConnectionAddr::TcpTls { .. })
    }
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(url: &str) -> Result<Self, RedisUrlError> {
        if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(RedisUrlError(None));
        }
        let info = url.into_connection_info().map_err(|error| RedisUrlError(Some(error)))?;
        // Written as `#insecure`: whoever wants TLS wants to know whom they speak to.
        if matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. }) {
            return Err(RedisUrlError(None));
        }
        // Only in this version do messages come on the connection that publishes.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        Ok(Self(info.set_redis_settings(settings)))
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure() { "rediss" } else { "redis" };
        write!(f, "{scheme}://{}", self.0.addr())
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
        f.write_str("this is no address of Redis: write redis://HOST:PORT")?;
        if HAS_TLS { f.write_str(", or rediss://HOST:PORT for TLS") } else { Ok(()) }
    }
}

impl std::error::Error for RedisUrlError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
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
            ("rediss://ann:secret@cache", HAS_TLS.then_some("rediss://cache:6379")),
            ("rediss://cache/#insecure", None),
            ("http://cache", None),
            ("unix:///run/redis.sock", None),
            ("cache:6379", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let shown = text.parse::<RedisUrl>().map(|url| [url.to_string(), format!("{url:?}")]);
            assert_eq!(shown.ok(), expected.map(|it| [it.to_owned(), it.to_owned()]), "{text}");
        }
        let error = "redis://:secret@cache:port".parse::<RedisUrl>().unwrap_err();
        let sentence = "this is no address of Redis: write redis://HOST:PORT";
        let tls = if HAS_TLS { ", or rediss://HOST:PORT for TLS" } else { "" };
        assert_eq!(error.to_string(), format!("{sentence}{tls}"));
    }
}
