//! Where a client connects to: the address a user writes, and the address of every request that follows from it.
//!
//! The path of the user's address is the *namespace*; the path of requests is an option of its own. Pure text, no
//! browser.

use std::fmt::Write as _;

use parlor_protocol::engine::{PROTOCOL, TransportKind};

/// The longest address that is looked at, in bytes: socket.io-client refuses longer ones, too.
pub(crate) const MAX_URL_BYTES: usize = 8000;

/// The page that runs us, for addresses that leave something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// For example `https:`.
    pub(crate) protocol: String,
    /// For example `example.com:8080`.
    pub(crate) host: String,
}

/// A server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Whether it is spoken to over TLS.
    pub(crate) secure: bool,
    /// The host's name or number, an IPv6 number in its brackets.
    pub(crate) host: String,
    /// The port, written or implied.
    pub(crate) port: u16,
    /// The namespace: the path of the address.
    pub(crate) namespace: String,
    /// The query of the address, decoded.
    pub(crate) query: Vec<(String, String)>,
}

impl Server {
    /// Reads an address. What is missing is taken from the page; without one, `https` is the scheme.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong.
    pub(crate) fn parse(url: &str, page: Option<&Page>) -> Result<Self, &'static str> {
        if url.len() > MAX_URL_BYTES {
            return Err("it is longer than 8000 bytes");
        }
        let (secure, rest) = scheme(url, page)?;
        let on_page = !url.starts_with("//") && (url.is_empty() || url.starts_with(['/', '?', '#']));
        let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(authority_end).unwrap_or((rest, ""));
        let page_host = page.map_or("", |page| page.host.as_str());
        let (host, port) = authority_parts(if on_page { page_host } else { authority })?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(if secure { 443 } else { 80 }),
            namespace: if path.is_empty() { "/".into() } else { path.into() },
            query: read_query(query),
        })
    }

    /// Whether it is this very machine, which no lost network cuts off.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == "[::1]" || self.host.starts_with("127.")
    }

    /// The address of a request to `path`, with `query` in front of what the protocol adds
    /// (Engine.IO v4: `EIO`, `transport`, `t`, `sid`).
    pub(crate) fn request(&self, request: &Request<'_>) -> String {
        let scheme = match (request.kind, self.secure) {
            (TransportKind::Polling, false) => "http",
            (TransportKind::Polling, true) => "https",
            (TransportKind::WebSocket, false) => "ws",
            (TransportKind::WebSocket, true) => "wss",
        };
        let mut url = format!("{scheme}://{}", self.host);
        if self.port != if self.secure { 443 } else { 80 } {
            let _ = write!(url, ":{}", self.port);
        }
        url.push_str(request.path);
        let own = [
            ("EIO", Some(PROTOCOL)),
            ("transport", Some(request.kind.as_str())),
            ("t", request.cache_buster),
            ("sid", request.sid),
        ];
        let users = request.query.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        // What the protocol says under a key, nobody else says.
        let users =
            users.filter(|(key, _)| !own.iter().any(|(taken, value)| taken == key && value.is_some()));
        let own = own.iter().filter_map(|(key, value)| Some((*key, (*value)?)));
        for (at, (key, value)) in users.chain(own).enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            encode(key, &mut url);
            url.push('=');
            encode(value, &mut url);
        }
        url
    }
}

/// What makes one request's address different from another's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) kind: TransportKind,
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    pub(crate) cache_buster: Option<&'a str>,
    pub(crate) sid: Option<&'a str>,
}

/// A request path as it is used: with one slash at its end, and one at its beginning.
pub(crate) fn path(path: &str) -> String {
    let path = path.trim_end_matches('/');
    let slash = if path.starts_with('/') { "" } else { "/" };
    if path.is_empty() { "/".into() } else { format!("{slash}{path}/") }
}

fn scheme<'a>(url: &'a str, page: Option<&'a Page>) -> Result<(bool, &'a str), &'static str> {
    for (prefix, secure) in [("http://", false), ("https://", true), ("ws://", false), ("wss://", true)] {
        if url.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            return Ok((secure, url.get(prefix.len()..).unwrap_or_default()));
        }
    }
    if url.contains("://") && !url.starts_with(['/', '?']) {
        return Err("its scheme is none of http, https, ws and wss");
    }
    let secure = page.is_none_or(|page| page.protocol != "http:");
    match url.strip_prefix("//") {
        Some(rest) => Ok((secure, rest)),
        None => Ok((secure, url)),
    }
}

fn authority_parts(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.strip_prefix('[') {
        Some(_) => {
            let end = authority.find(']').ok_or("its `[` has no `]`")?;
            authority.split_at_checked(end + 1).unwrap_or((authority, ""))
        }
        None => authority
            .split_at_checked(authority.find(':').unwrap_or(authority.len()))
            .unwrap_or((authority, "")),
    };
    if host.is_empty() {
        return Err("it names no host, and there is no page to take it from");
    }
    let port = match port.strip_prefix(':') {
        Some("") | None => None,
        Some(digits) => Some(digits.parse().map_err(|_| "its port is not a number from 0 to 65535")?),
    };
    Ok((host, port))
}

fn read_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// As `encodeURIComponent` does.
fn encode(text: &str, url: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => url.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' => url.push(char::from(byte)),
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
}

/// As `decodeURIComponent` does, but what makes no sense stays as it is.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let escaped = || {
            let mut ahead = rest.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        };
        match escaped().filter(|_| byte == b'%') {
            Some(value) => {
                bytes.push(value);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page { protocol: "http:".into(), host: "page.example:8080".into() }
    }

    #[test]
    fn what_an_address_leaves_out_comes_from_the_page() {
        let rows = [
            ("http://h", (false, "h", 80, "/")),
            ("https://h", (true, "h", 443, "/")),
            ("ws://h:81", (false, "h", 81, "/")),
            ("wss://H.example/", (true, "h.example", 443, "/")),
            ("http://h/chat", (false, "h", 80, "/chat")),
            ("http://[::1]:3000/a?x=1#y", (false, "[::1]", 3000, "/a")),
            ("http://user:pass@h:8/", (false, "h", 8, "/")),
            ("//h", (false, "h", 80, "/")),
            ("h:3000", (false, "h", 3000, "/")),
            ("h", (false, "h", 80, "/")),
            ("/chat", (false, "page.example", 8080, "/chat")),
            ("", (false, "page.example", 8080, "/")),
        ];
        for (url, (secure, host, port, namespace)) in rows {
            let server = Server::parse(url, Some(&page())).unwrap();
            let got = (server.secure, server.host.as_str(), server.port, server.namespace.as_str());
            assert_eq!(got, (secure, host, port, namespace), "{url}");
        }
    }

    #[test]
    fn without_a_page_the_scheme_is_https_and_a_host_is_needed() {
        assert!(Server::parse("h", None).unwrap().secure);
        assert_eq!(
            Server::parse("/chat", None),
            Err("it names no host, and there is no page to take it from")
        );
    }

    #[test]
    fn addresses_that_make_no_sense_are_refused_in_words() {
        let long = "h".repeat(8001);
        let rows = [
            ("ftp://h", "its scheme is none of http, https, ws and wss"),
            ("http://", "it names no host, and there is no page to take it from"),
            ("http://:80", "it names no host, and there is no page to take it from"),
            ("http://h:99999", "its port is not a number from 0 to 65535"),
            ("http://h:port", "its port is not a number from 0 to 65535"),
            ("http://[::1", "its `[` has no `]`"),
            (&long, "it is longer than 8000 bytes"),
        ];
        for (url, wrong) in rows {
            assert_eq!(Server::parse(url, None), Err(wrong), "{url}");
        }
    }

    #[test]
    fn the_query_of_the_address_is_decoded() {
        let server = Server::parse("http://h/?a=1&b=x%20y&c&d=%zz&%C3%A4=", None).unwrap();
        let expected = [("a", "1"), ("b", "x y"), ("c", ""), ("d", "%zz"), ("ä", "")];
        assert_eq!(server.query, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    #[test]
    fn requests_name_protocol_transport_cache_buster_and_session_in_that_order() {
        let query = [("token".to_owned(), "a b&c".to_owned()), ("EIO".to_owned(), "3".to_owned())];
        let polling = Request {
            kind: TransportKind::Polling,
            path: "/socket.io/",
            query: &query,
            cache_buster: Some("abcd1234"),
            sid: Some("S"),
        };
        let websocket = Request { kind: TransportKind::WebSocket, cache_buster: None, sid: None, ..polling };
        let bare = Request { query: &[], ..websocket };
        let rows = [
            (
                "http://h:3000",
                polling,
                "http://h:3000/socket.io/?token=a%20b%26c&EIO=4&transport=polling&t=abcd1234&sid=S",
            ),
            ("https://h", websocket, "wss://h/socket.io/?token=a%20b%26c&EIO=4&transport=websocket"),
            ("wss://h:80", bare, "wss://h:80/socket.io/?EIO=4&transport=websocket"),
            ("http://[::1]:80", bare, "ws://[::1]/socket.io/?EIO=4&transport=websocket"),
        ];
        for (server, request, url) in rows {
            assert_eq!(Server::parse(server, None).unwrap().request(&request), url);
        }
    }

    #[test]
    fn a_path_has_one_slash_at_either_end() {
        let rows = [
            ("/socket.io", "/socket.io/"),
            ("socket.io//", "/socket.io/"),
            ("/", "/"),
            ("", "/"),
            ("/a/b/", "/a/b/"),
        ];
        for (given, used) in rows {
            assert_eq!(path(given), used, "{given}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let rows = [
            ("http://localhost:1", true),
            ("http://127.0.0.1", true),
            ("http://[::1]", true),
            ("http://h", false),
        ];
        for (url, expected) in rows {
            assert_eq!(Server::parse(url, None).unwrap().is_loopback(), expected, "{url}");
        }
    }
}
