//! Cross-Origin Resource Sharing, as browsers enforce it: which pages may ask, and what they may see.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};

/// Which pages of other origins may speak to a server: Socket.IO's `cors`.
///
/// It guards polling only. A browser asks nobody before it opens a WebSocket, so a server that must know who is
/// there checks that in [`Engine::allow_request`](crate::Engine::allow_request) or in a middleware. A page that is not
/// allowed is named in the log, with its origin.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Method, header};
/// use parlor_server::Cors;
///
/// let cors = Cors::origins(["https://chat.example.com"])
///     .credentials(true)
///     .methods([Method::GET, Method::POST])
///     .allowed_headers([header::AUTHORIZATION])
///     .exposed_headers([header::DATE])
///     .max_age(Duration::from_secs(600));
///
/// let own_subdomains = Cors::matching(|origin| origin.ends_with(".example.com"));
/// assert_ne!(cors, own_subdomains);
/// assert_ne!(cors, Cors::any());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    origins: Origins,
    credentials: bool,
    methods: Vec<Method>,
    /// `None` is whatever a page asks for.
    allowed_headers: Option<Vec<HeaderName>>,
    exposed_headers: Vec<HeaderName>,
    max_age: Option<Duration>,
}

#[derive(Clone)]
enum Origins {
    Any,
    Listed(Vec<String>),
    Matching(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

impl Cors {
    /// Every page may. Right for public data, for tests, and where nothing depends on cookies.
    #[must_use]
    pub fn any() -> Self {
        Self::of(Origins::Any)
    }

    /// Pages of these origins may: scheme, host and, unless it is the default, port.
    #[must_use]
    pub fn origins<S: Into<String>>(origins: impl IntoIterator<Item = S>) -> Self {
        Self::of(Origins::Listed(origins.into_iter().map(Into::into).collect()))
    }

    /// Pages whose origin passes this test may. It is asked for every request and must not block.
    #[must_use]
    pub fn matching(test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self::of(Origins::Matching(Arc::new(test)))
    }

    /// Whether they may send cookies (`withCredentials`). Default false.
    #[must_use]
    pub const fn credentials(mut self, allowed: bool) -> Self {
        self.credentials = allowed;
        self
    }

    /// The methods that a preflight names. Default GET and POST, and nothing else is served.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods = methods.into_iter().collect();
        self
    }

    /// The headers that pages may send, beside `Content-Encoding`, which says that a body is compressed. Default
    /// whatever they ask for.
    #[must_use]
    pub fn allowed_headers(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.allowed_headers = Some(headers.into_iter().collect());
        self
    }

    /// The headers of an answer that pages may read, beside those that they always may, and `Accept-Encoding` in the
    /// answer to a handshake. Default none.
    #[must_use]
    pub fn exposed_headers(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.exposed_headers = headers.into_iter().collect();
        self
    }

    /// How long a browser may remember the answer to its preflight; browsers have bounds of their own. Default
    /// unsaid, which browsers take for 5 s.
    #[must_use]
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    fn of(origins: Origins) -> Self {
        Self {
            origins,
            credentials: false,
            methods: vec![Method::GET, Method::POST],
            allowed_headers: None,
            exposed_headers: Vec::new(),
            max_age: None,
        }
    }

    pub(crate) fn allows(&self, origin: &str) -> bool {
        match &self.origins {
            Origins::Any => true,
            Origins::Listed(origins) => origins.iter().any(|allowed| allowed == origin),
            Origins::Matching(test) => test(origin),
        }
    }

    pub(crate) const fn allows_credentials(&self) -> bool {
        self.credentials
    }

    pub(crate) fn allowed_methods(&self) -> Option<HeaderValue> {
        joined(self.methods.iter().map(Method::as_str))
    }

    /// What a page may send of `wanted`; `None` is nothing special.
    pub(crate) fn headers_allowed_of(&self, wanted: Option<&HeaderValue>) -> Option<HeaderValue> {
        match &self.allowed_headers {
            Some(allowed) => joined(allowed.iter().map(HeaderName::as_str).chain(["content-encoding"])),
            None => wanted.cloned(),
        }
    }

    /// Whether the answer to a preflight depends on the headers that it asks for.
    pub(crate) const fn mirrors_headers(&self) -> bool {
        self.allowed_headers.is_none()
    }

    pub(crate) fn headers_exposed(&self) -> Option<HeaderValue> {
        joined(self.exposed_headers.iter().map(HeaderName::as_str))
    }

    pub(crate) fn preflight_age(&self) -> Option<HeaderValue> {
        self.max_age.map(|age| HeaderValue::from(age.as_secs()))
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Option<HeaderValue> {
    let names = names.collect::<Vec<_>>().join(",");
    (!names.is_empty()).then(|| HeaderValue::try_from(names).ok()).flatten()
}

impl fmt::Debug for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Listed(origins) => f.debug_tuple("Listed").field(origins).finish(),
            Self::Matching(_) => f.write_str("Matching"),
        }
    }
}

impl PartialEq for Origins {
    /// Two tests are equal when they are the same one.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any) => true,
            (Self::Listed(one), Self::Listed(other)) => one == other,
            (Self::Matching(one), Self::Matching(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Origins {}

#[cfg(test)]
mod tests {
    use super::Cors;

    #[test]
    fn an_origin_is_allowed_by_list_by_test_or_always() {
        let listed = Cors::origins(["http://a.example"]);
        let tested = Cors::matching(|origin| origin.ends_with(".example"));
        let rows = [
            (&listed, "http://a.example", true),
            (&listed, "http://a.example:8080", false),
            (&tested, "http://b.example", true),
            (&tested, "http://b.example.org", false),
            (&Cors::any(), "http://b.example.org", true),
        ];
        for (cors, origin, allowed) in rows {
            assert_eq!(cors.allows(origin), allowed, "{cors:?} {origin}");
        }
    }
}
