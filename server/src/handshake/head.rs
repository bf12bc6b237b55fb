//! A request's head, kept for as long as its connection is there.
//!
//! What an HTTP server hands out refers to the buffer that it read the request into, 8 KB mostly, and a table of headers
//! takes another: more than all the rest of an idle connection. So it is copied into as many bytes as it has, and the
//! table is made when somebody asks for it.

use std::sync::OnceLock;

use bytes::{Buf, BufMut, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

/// The headers of a request.
pub(super) struct Head {
    /// For each header the lengths of its name and of its value, and both.
    packed: Bytes,
    map: OnceLock<Box<HeaderMap>>,
}

impl Head {
    pub(super) fn new(headers: &HeaderMap) -> Self {
        let bytes = |(name, value): (&HeaderName, &HeaderValue)| LENGTHS + name.as_str().len() + value.len();
        let mut packed = Vec::with_capacity(headers.iter().map(bytes).sum());
        for (name, value) in headers {
            push_length(name.as_str().len(), &mut packed);
            push_length(value.len(), &mut packed);
            packed.put_slice(name.as_str().as_bytes());
            packed.put_slice(value.as_bytes());
        }
        Self { packed: packed.into(), map: OnceLock::new() }
    }

    pub(super) fn map(&self) -> &HeaderMap {
        self.map.get_or_init(|| {
            let mut packed = self.packed.clone();
            Box::new(std::iter::from_fn(|| pop(&mut packed)).collect())
        })
    }
}

/// Bytes for the lengths of one header.
const LENGTHS: usize = 8;

/// A header is shorter than its request, and [`serve`](crate::serve) takes none of more than some 64 KB.
fn push_length(length: usize, packed: &mut Vec<u8>) {
    packed.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
}

fn pop(packed: &mut Bytes) -> Option<(HeaderName, HeaderValue)> {
    let mut take = |length: usize| (packed.len() >= length).then(|| packed.split_to(length));
    let mut lengths = take(LENGTHS)?;
    let mut next = || take(usize::try_from(lengths.get_u32()).ok()?);
    let (name, value) = (next()?, next()?);
    Some((HeaderName::from_bytes(&name).ok()?, HeaderValue::from_maybe_shared(value).ok()?))
}

/// The same in memory of its own.
pub(super) fn detached(uri: &Uri) -> Uri {
    Uri::from_maybe_shared(Bytes::from(uri.to_string())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_what_they_were_in_their_order_and_hold_on_to_nothing() {
        let request = Bytes::from_static(b"example.com");
        let mut headers = HeaderMap::new();
        headers.append("host", HeaderValue::from_maybe_shared(request.clone()).unwrap());
        headers.append("x-own", HeaderValue::from_static("1"));
        headers.append("cookie", HeaderValue::from_bytes(b"a=\xff").unwrap());
        headers.append("cookie", HeaderValue::from_static(""));
        let head = Head::new(&headers);
        assert_eq!(*head.map(), headers);
        assert_ne!(head.map()["host"].as_bytes().as_ptr(), request.as_ptr());
        // Four headers of 8 bytes and their text: 15, 6, 9 and 6.
        assert_eq!(head.packed.len(), 4 * 8 + 36);
        assert_eq!(*Head::new(&HeaderMap::new()).map(), HeaderMap::new());
    }

    #[test]
    fn a_detached_uri_is_the_same() {
        for text in ["/socket.io/?EIO=4&a=%20b", "http://example.com/x?y", "*", "/"] {
            let uri: Uri = text.parse().unwrap();
            assert_eq!(detached(&uri), uri);
        }
    }
}
