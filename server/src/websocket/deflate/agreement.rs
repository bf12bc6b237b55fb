//! What both ends agree on in the handshake (RFC 7692, 5 and 7.1).
//!
//! Rule: an offer that has anything wrong, or that this end cannot meet, is declined, and the next one is looked at.

use std::fmt::Write as _;

use http::HeaderValue;

use super::super::extensions::{Offer, Parameter};

/// The largest window that there is, and what holds when none is named.
const MAX_WINDOW_BITS: u8 = 15;

/// The smallest window that can be named.
const MIN_WINDOW_BITS: u8 = 8;

/// The smallest window that this end compresses for: zlib has no raw stream of 8 bits.
const MIN_SERVER_WINDOW_BITS: u8 = 9;

/// This end compresses for windows of 9, 12 and 15 bits: each that its clients choose is one more compressed form of
/// what many of them get, and one more compressor for each thread.
const WINDOW_BITS_STEP: u8 = 3;

/// How many windows this end compresses for.
pub(in super::super) const WINDOWS: usize =
    ((MAX_WINDOW_BITS - MIN_SERVER_WINDOW_BITS) / WINDOW_BITS_STEP + 1) as usize;

/// What both ends of a connection agreed on about compression: made by
/// [`Handshake::accept_deflate`](super::super::Handshake::accept_deflate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deflate {
    window_bits: u8,
    /// The client named the window, so that the answer must.
    is_named: bool,
}

impl Deflate {
    /// Says how far back the client has to look while it decompresses: two to this power, in bytes; 9, 12 or 15.
    #[must_use]
    pub const fn window_bits(self) -> u8 {
        self.window_bits
    }

    /// The answer to the offer that was accepted (7.1.1 and 7.1.2).
    ///
    /// It does not limit the client's window, whatever the client could do: the one decompressor of a thread is
    /// there anyway, and takes any.
    pub(in super::super) fn answer(self) -> Option<HeaderValue> {
        let mut answer =
            String::from("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
        if self.is_named {
            write!(answer, "; server_max_window_bits={}", self.window_bits).ok()?;
        }
        HeaderValue::try_from(answer).ok()
    }

    /// Which of the [`WINDOWS`] it is.
    pub(in super::super) const fn window(self) -> usize {
        ((self.window_bits - MIN_SERVER_WINDOW_BITS) / WINDOW_BITS_STEP) as usize
    }
}

/// Finds the first offer that can be accepted.
pub(in super::super) fn accept(offers: &[Offer<'_>]) -> Option<Deflate> {
    offers.iter().filter(|offer| offer.name == "permessage-deflate").find_map(accept_one)
}

fn accept_one(offer: &Offer<'_>) -> Option<Deflate> {
    let mut deflate = Deflate { window_bits: MAX_WINDOW_BITS, is_named: false };
    for (at, Parameter { name, value }) in offer.parameters.iter().enumerate() {
        if offer.parameters.iter().take(at).any(|earlier| earlier.name == *name) {
            return None;
        }
        match (*name, value) {
            (
                "server_no_context_takeover" | "client_no_context_takeover" | "client_max_window_bits",
                None,
            ) => {}
            ("client_max_window_bits", Some(value)) => drop(window_bits(value)?),
            ("server_max_window_bits", Some(value)) => {
                let window_bits = window_bits(value).filter(|bits| *bits >= MIN_SERVER_WINDOW_BITS)?;
                // The answer may name a smaller one than the offer (7.1.2.1).
                let window_bits = window_bits - (window_bits - MIN_SERVER_WINDOW_BITS) % WINDOW_BITS_STEP;
                deflate = Deflate { window_bits, is_named: true };
            }
            _ => return None,
        }
    }
    Some(deflate)
}

/// A whole number from 8 to 15, without leading zeroes (7.1.2).
fn window_bits(value: &str) -> Option<u8> {
    let is_plain = value.bytes().all(|digit| digit.is_ascii_digit()) && !value.starts_with('0');
    let bits = value.parse().ok().filter(|_| is_plain)?;
    (MIN_WINDOW_BITS..=MAX_WINDOW_BITS).contains(&bits).then_some(bits)
}

/// Says whether this browser agrees to `client_no_context_takeover` and takes its context over all the same, so that
/// its second message cannot be read: Safari 15.0 to 15.3.
pub(in super::super) fn is_broken_in(user_agent: &str) -> bool {
    let mut words = user_agent.split(' ');
    let version = words.find_map(|word| word.strip_prefix("Version/15."));
    let minor = version.and_then(|version| version.split('.').next());
    minor.is_some_and(|minor| matches!(minor, "0" | "1" | "2" | "3"))
        && words.any(|word| word.starts_with("Safari/"))
}

#[cfg(test)]
impl Deflate {
    /// What was agreed on with a client that named its window.
    pub(crate) const fn with_window(window_bits: u8) -> Self {
        Self { window_bits, is_named: true }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header::SEC_WEBSOCKET_EXTENSIONS};

    use super::{super::super::extensions::offers, *};

    const BARE: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    #[test]
    fn each_offer_has_its_answer() {
        let rows = [
            // What browsers and npm `ws` offer.
            ("permessage-deflate; client_max_window_bits", Some("")),
            ("permessage-deflate", Some("")),
            ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", Some("")),
            ("permessage-deflate; client_max_window_bits=8", Some("")),
            ("permessage-deflate; client_max_window_bits=15", Some("")),
            ("permessage-deflate; server_max_window_bits=9", Some("; server_max_window_bits=9")),
            ("permessage-deflate; server_max_window_bits=15", Some("; server_max_window_bits=15")),
            ("permessage-deflate; server_max_window_bits=\"12\"", Some("; server_max_window_bits=12")),
            // A smaller window is as good (7.1.2.1).
            ("permessage-deflate; server_max_window_bits=10", Some("; server_max_window_bits=9")),
            ("permessage-deflate; server_max_window_bits=11", Some("; server_max_window_bits=9")),
            ("permessage-deflate; server_max_window_bits=13", Some("; server_max_window_bits=12")),
            ("permessage-deflate; server_max_window_bits=14", Some("; server_max_window_bits=12")),
            // The first that can be accepted counts.
            ("x-webkit-deflate-frame, permessage-deflate", Some("")),
            ("permessage-deflate; server_max_window_bits=8, permessage-deflate", Some("")),
            (
                "permessage-deflate; unknown, permessage-deflate; server_max_window_bits=9",
                Some("; server_max_window_bits=9"),
            ),
            (
                "permessage-deflate; server_max_window_bits=12, permessage-deflate",
                Some("; server_max_window_bits=12"),
            ),
            // Declined (7.1: unknown, ill-valued, repeated).
            ("permessage-bzip2", None),
            ("permessage-deflate; unknown", None),
            ("permessage-deflate; server_no_context_takeover=1", None),
            ("permessage-deflate; client_no_context_takeover=1", None),
            ("permessage-deflate; server_max_window_bits", None),
            ("permessage-deflate; server_max_window_bits=8", None),
            ("permessage-deflate; server_max_window_bits=7", None),
            ("permessage-deflate; server_max_window_bits=16", None),
            ("permessage-deflate; server_max_window_bits=09", None),
            ("permessage-deflate; server_max_window_bits=+9", None),
            ("permessage-deflate; server_max_window_bits=999", None),
            ("permessage-deflate; client_max_window_bits=7", None),
            ("permessage-deflate; client_max_window_bits=16", None),
            ("permessage-deflate; client_max_window_bits=015", None),
            ("permessage-deflate; client_max_window_bits=x", None),
            ("permessage-deflate; server_no_context_takeover; server_no_context_takeover", None),
            ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", None),
            ("permessage-deflate; client_max_window_bits; client_max_window_bits=10", None),
            ("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", None),
        ];
        for (offer, expected) in rows {
            let headers: HeaderMap =
                [(SEC_WEBSOCKET_EXTENSIONS, offer.parse().unwrap())].into_iter().collect();
            let answer = accept(&offers(&headers).unwrap()).map(|deflate| deflate.answer().unwrap());
            let expected = expected.map(|window| [BARE, window].concat());
            assert_eq!(
                answer.as_ref().map(|answer| answer.to_str().unwrap()),
                expected.as_deref(),
                "{offer}"
            );
        }
    }

    #[test]
    fn only_the_broken_safaris_are_broken() {
        let rows = [
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.0 Safari/605.1.15",
                true,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 15_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.3 Mobile/15E148 Safari/604.1",
                true,
            ),
            ("Mozilla/5.0 (iPad) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.2.1 Safari/604.1", true),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15",
                false,
            ),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.30 Safari/605.1.15",
                false,
            ),
            (
                "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1 Safari/605.1.15",
                false,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                false,
            ),
            ("Version/15.0", false),
            ("", false),
        ];
        for (user_agent, expected) in rows {
            assert_eq!(is_broken_in(user_agent), expected, "{user_agent}");
        }
    }
}
