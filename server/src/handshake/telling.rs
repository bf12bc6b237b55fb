//! A handshake as servers tell it to each other: the object that Node's `socket.handshake` is.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use serde::{Deserialize, Serialize};

use super::{Handshake, Head};
use crate::Payload;
use crate::socket::nothing;

/// The object. What is missing, or of another type, is as if it was empty: another server's mistake is no reason to
/// know nothing at all.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Object {
    headers: BTreeMap<String, Header>,
    time: String,
    address: String,
    xdomain: bool,
    secure: bool,
    /// Milliseconds since 1970.
    issued: serde_json::Value,
    url: String,
    query: BTreeMap<String, serde_json::Value>,
    auth: Option<serde_json::Value>,
}

/// A header that may come several times.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Header {
    One(String),
    Many(Vec<String>),
    Odd(serde_json::Value),
}

impl Handshake {
    /// As an object, with what the client said about itself.
    pub(crate) fn telling(&self, auth: Option<&Payload>) -> Payload {
        let mut headers = BTreeMap::<String, Header>::new();
        for (name, value) in self.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let before = headers.remove(name.as_str());
            headers.insert(name.as_str().to_owned(), joined(before, value));
        }
        let issued = self.issued.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let query = self.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned().into()));
        let object = Object {
            headers,
            time: httpdate::fmt_http_date(self.issued),
            address: self.address.map(|address| address.ip().to_string()).unwrap_or_default(),
            xdomain: self.is_cross_domain,
            secure: self.is_secure(),
            issued: u64::try_from(issued.as_millis()).unwrap_or(u64::MAX).into(),
            url: self.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            query: query.collect(),
            auth: Some(auth.and_then(|auth| auth.read_value().ok()).unwrap_or_else(|| serde_json::json!({}))),
        };
        Payload::value(&object).unwrap_or_else(|_| nothing())
    }

    /// What another server has told, and what the client said about itself.
    pub(crate) fn told(object: &Payload) -> (Self, Payload) {
        let object = object.read_value::<Object>().unwrap_or_default();
        let headers = object.headers.iter().flat_map(|(name, header)| {
            header.values().iter().filter_map(move |value| {
                Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
            })
        });
        let auth = object.auth.as_ref().and_then(|auth| Payload::value(auth).ok());
        let address = object.address.parse::<IpAddr>().ok();
        let handshake = Self {
            uri: uri(&object.url, object.secure),
            headers: Head::new(&headers.collect::<HeaderMap>()),
            address: address.map(|ip| SocketAddr::new(ip, 0)),
            issued: SystemTime::UNIX_EPOCH
                + Duration::from_millis(object.issued.as_u64().unwrap_or_default()),
            is_cross_domain: object.xdomain,
        };
        (handshake, auth.unwrap_or_else(nothing))
    }
}

impl Header {
    fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
            Self::Odd(_) => &[],
        }
    }
}

/// Node joins headers of one name, but for cookies' sake in its own way for a few.
fn joined(before: Option<Header>, value: String) -> Header {
    match before {
        Some(Header::One(first)) => Header::One(format!("{first}, {value}")),
        _ => Header::One(value),
    }
}

fn uri(url: &str, is_secure: bool) -> Uri {
    let path: Uri = url.parse().unwrap_or_default();
    if !is_secure {
        return path;
    }
    // Whoever asks whether it is secure looks at the scheme, and a URI with a scheme has a host.
    let absolute = format!("https://host{url}").parse();
    absolute.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::RemoteAddress;

    fn handshake() -> Handshake {
        let mut request = Request::new(());
        *request.uri_mut() = "/socket.io/?EIO=4&transport=polling&token=a%20b".parse().unwrap();
        request.headers_mut().insert("origin", HeaderValue::from_static("http://page"));
        request.headers_mut().append("x-own", HeaderValue::from_static("1"));
        request.headers_mut().append("x-own", HeaderValue::from_static("2"));
        request.extensions_mut().insert(RemoteAddress("192.0.2.1:5000".parse().unwrap()));
        let mut handshake = Handshake::new(&request);
        handshake.issued = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_123);
        handshake
    }

    #[test]
    fn the_object_is_that_of_node() {
        let auth = Payload::value(&serde_json::json!({"token": "secret"})).unwrap();
        let expected = r#"{"headers":{"origin":"http://page","x-own":"1, 2"},"time":"Fri, 15 Jan 2027 08:00:00 GMT","address":"192.0.2.1","xdomain":true,"secure":false,"issued":1800000000123,"url":"/socket.io/?EIO=4&transport=polling&token=a%20b","query":{"EIO":"4","token":"a b","transport":"polling"},"auth":{"token":"secret"}}"#;
        assert_eq!(handshake().telling(Some(&auth)).json(), expected);
    }

    #[test]
    fn what_is_told_is_what_was_there() {
        let auth = Payload::value(&serde_json::json!({"token": "secret"})).unwrap();
        let (told, heard) = Handshake::told(&handshake().telling(Some(&auth)));
        let there = handshake();
        assert_eq!(told.headers()["x-own"], "1, 2");
        assert_eq!((told.uri(), told.issued(), told.is_cross_domain()), (there.uri(), there.issued(), true));
        assert_eq!(told.address().map(|address| address.ip()), there.address().map(|address| address.ip()));
        assert_eq!(told.query("token").as_deref(), Some("a b"));
        assert_eq!(heard, auth);
        let (_, heard) = Handshake::told(&handshake().telling(None));
        assert_eq!(heard, nothing());
    }

    #[test]
    fn what_another_server_tells_wrongly_is_left_out() {
        let told = |text: &str| {
            let object: serde_json::Value = serde_json::from_str(text).unwrap();
            Handshake::told(&Payload::value(&object).unwrap())
        };
        let (handshake, auth) = told(
            r#"{"headers":{"a b":"1","set":["1","2"],"odd":7},"url":"no url","secure":true,"issued":-1}"#,
        );
        let headers: Vec<_> = handshake
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        assert_eq!(headers, [("set", "1"), ("set", "2")]);
        assert_eq!((handshake.issued(), auth), (SystemTime::UNIX_EPOCH, nothing()));
        assert_eq!(told("7").0.address(), None);
        assert!(told(r#"{"url":"/x?y=1","secure":true}"#).0.is_secure());
    }
}
