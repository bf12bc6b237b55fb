//! The cookie by which a load balancer recognises a client on polling.

use std::time::Duration;

use http::HeaderValue;

/// A cookie with the session's id, set by the answer to a polling handshake: Socket.IO's `cookie`.
///
/// Load balancers that stick by cookie use it; nothing in this server reads it. By default it is `io=…; Path=/;
/// HttpOnly; SameSite=Lax`, and goes with the browser's session. Its value is the session's secret, so leave
/// `http_only` on. A WebSocket handshake sets none.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use parlor_server::{Config, Cookie, SameSite};
///
/// let cookie = Cookie::named("sticky")
///     .path("/socket.io")
///     .domain("example.com")
///     .max_age(Duration::from_secs(3600))
///     .http_only(true)
///     .secure(true)
///     .same_site(SameSite::None);
/// let config = Config { cookie: Some(cookie), ..Config::default() };
/// # let _ = config;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    name: String,
    path: String,
    domain: Option<String>,
    max_age: Option<Duration>,
    http_only: bool,
    secure: bool,
    same_site: SameSite,
}

/// From which pages a browser sends a cookie along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Only from pages of the same site.
    Strict,
    /// From pages of the same site, and when a link leads to it.
    Lax,
    /// From all pages. Browsers want it [`secure`](Cookie::secure) then.
    None,
}

impl Default for Cookie {
    fn default() -> Self {
        Self::named("io")
    }
}

impl Cookie {
    /// A cookie of that name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: "/".to_owned(),
            domain: None,
            max_age: None,
            http_only: true,
            secure: false,
            same_site: SameSite::Lax,
        }
    }

    /// Below which path the browser sends it. Default `/`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// To which hosts the browser sends it. Default the one that set it.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// How long the browser keeps it, in whole seconds. Default as long as it runs.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Whether it is hidden from scripts. Default true.
    #[must_use]
    pub const fn http_only(mut self, hidden: bool) -> Self {
        self.http_only = hidden;
        self
    }

    /// Whether it is sent over HTTPS only. Default false.
    #[must_use]
    pub const fn secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// From which pages it is sent along. Default [`SameSite::Lax`].
    #[must_use]
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// The header that sets it; `None` when one of its parts holds a character that no cookie may.
    pub(crate) fn header(&self, sid: &str) -> Option<HeaderValue> {
        let Self { name, path, domain, .. } = self;
        let is_plain = |part: &str| !part.contains([';', ',', ' ', '"']) && part.is_ascii();
        if name.is_empty()
            || name.contains('=')
            || ![name, path, domain.as_deref().unwrap_or_default()].into_iter().all(is_plain)
        {
            return None;
        }
        let mut cookie = format!("{name}={sid}");
        if let Some(age) = self.max_age {
            cookie += &format!("; Max-Age={}", age.as_secs());
        }
        if let Some(domain) = domain {
            cookie += &format!("; Domain={domain}");
        }
        cookie += &format!("; Path={path}");
        for (wanted, attribute) in [(self.http_only, "; HttpOnly"), (self.secure, "; Secure")] {
            if wanted {
                cookie += attribute;
            }
        }
        cookie += match self.same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        };
        HeaderValue::try_from(cookie).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cookie, SameSite};

    #[test]
    fn a_cookie_is_written_with_its_attributes_and_never_with_more() {
        let full = Cookie::named("s").path("/p").domain("d.example").max_age(Duration::from_secs(60));
        let full = full.http_only(false).secure(true).same_site(SameSite::None);
        let rows = [
            (Cookie::default(), Some("io=SID; Path=/; HttpOnly; SameSite=Lax")),
            (full, Some("s=SID; Max-Age=60; Domain=d.example; Path=/p; Secure; SameSite=None")),
            (
                Cookie::default().same_site(SameSite::Strict),
                Some("io=SID; Path=/; HttpOnly; SameSite=Strict"),
            ),
            (Cookie::named("a=b"), None),
            (Cookie::named(""), None),
            (Cookie::default().path("/; Secure"), None),
            (Cookie::default().domain("a\nb"), None),
        ];
        for (cookie, expected) in rows {
            let header = cookie.header("SID");
            assert_eq!(header.as_ref().map(|header| header.to_str().unwrap()), expected, "{cookie:?}");
        }
    }
}
