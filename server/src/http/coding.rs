//! Content codings: bodies that are compressed, ours by what a request accepts, a client's by what it says they are.
//!
//! Rule: what comes out of a client's body is bounded while it comes.

use std::cell::RefCell;
use std::io::Read;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use flate2::{Compress, Compression, FlushCompress};
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};

use crate::websocket::DEFLATE_LEVEL;

/// What a client may compress its bodies with: said in the answer to its handshake, and to a body of another coding
/// (RFC 7694).
pub(super) const ACCEPTED: (http::HeaderName, &str) = (ACCEPT_ENCODING, "gzip");

const WINDOW_BITS: u8 = 15;

/// How an answer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    /// What HTTP calls so: a zlib stream.
    Deflate,
}

/// How a request's body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Plain,
    Gzip,
    Unknown,
}

/// Why a compressed body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GunzipError {
    /// What comes out is longer than allowed.
    TooLong,
    Damaged,
}

thread_local! {
    /// One for each coding that this thread has used: 370 KB each.
    static COMPRESSORS: RefCell<[Option<Compress>; 2]> = const { RefCell::new([None, None]) };
}

impl Coding {
    /// The coding that a request likes best; `None` if it likes none, or none better (RFC 9110, 12.5.3).
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let wishes = Wishes::read(headers);
        let any = wishes.any.unwrap_or_default();
        let (gzip, deflate) = (wishes.gzip.unwrap_or(any), wishes.deflate.unwrap_or(any));
        let (coding, weight) = if deflate > gzip { (Self::Deflate, deflate) } else { (Self::Gzip, gzip) };
        (weight > 0 && weight >= wishes.identity.unwrap_or_default()).then_some(coding)
    }

    pub(super) const fn name(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        })
    }

    /// Compresses a body; `None` when that does not make it shorter.
    pub(super) fn compress(self, body: &[u8]) -> Option<Bytes> {
        let level = Compression::new(DEFLATE_LEVEL);
        let new = || match self {
            Self::Gzip => Compress::new_gzip(level, WINDOW_BITS),
            Self::Deflate => Compress::new(level, true),
        };
        let lent = COMPRESSORS.try_with(|compressors| {
            let mut compressors = compressors.borrow_mut();
            compress_with(compressors.get_mut(self as usize)?.get_or_insert_with(new), body)
        });
        // A thread that ends has given its own back already.
        lent.unwrap_or_else(|_| compress_with(&mut new(), body))
    }
}

fn compress_with(compressor: &mut Compress, body: &[u8]) -> Option<Bytes> {
    compressor.reset();
    // What does not fit is not worth it, and is noticed without any more work.
    let mut compressed = Vec::with_capacity(body.len());
    let status = compressor.compress_vec(body, &mut compressed, FlushCompress::Finish).ok()?;
    (status == flate2::Status::StreamEnd).then(|| Bytes::copy_from_slice(&compressed))
}

/// The weights of an `Accept-Encoding`, in thousandths. What is not named has none.
#[derive(Default)]
struct Wishes {
    gzip: Option<u16>,
    deflate: Option<u16>,
    identity: Option<u16>,
    any: Option<u16>,
}

impl Wishes {
    fn read(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for wish in values.flat_map(|value| value.split(',')) {
            let (name, parameters) = wish.split_once(';').unwrap_or((wish, ""));
            let slot = match name.trim() {
                name if is_gzip(name) => &mut wishes.gzip,
                name if name.eq_ignore_ascii_case("deflate") => &mut wishes.deflate,
                name if name.eq_ignore_ascii_case("identity") => &mut wishes.identity,
                "*" => &mut wishes.any,
                _ => continue,
            };
            slot.get_or_insert(weight(parameters));
        }
        wishes
    }
}

/// The weight in `q=0.5`; 1 if there is none, 0 if it cannot be read (RFC 9110, 12.4.2).
fn weight(parameters: &str) -> u16 {
    let Some((name, value)) = parameters.split_once('=') else { return 1000 };
    let value = Some(value.trim()).filter(|_| name.trim().eq_ignore_ascii_case("q"));
    let (whole, thousandths) =
        value.map(|value| value.split_once('.').unwrap_or((value, ""))).unwrap_or_default();
    let is_plain = thousandths.len() <= 3 && thousandths.bytes().all(|digit| digit.is_ascii_digit());
    match whole {
        "1" if is_plain => 1000,
        "0" if is_plain => format!("{thousandths:0<3}").parse().unwrap_or_default(),
        _ => 0,
    }
}

/// `x-gzip` is an old name of it (RFC 9110, 8.4.1.3).
fn is_gzip(name: &str) -> bool {
    name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip")
}

impl Given {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut given = Self::Plain;
        for value in headers.get_all(CONTENT_ENCODING) {
            for name in value.to_str().unwrap_or("unknown").split(',').map(str::trim) {
                given = match given {
                    _ if name.is_empty() || name.eq_ignore_ascii_case("identity") => given,
                    Self::Plain if is_gzip(name) => Self::Gzip,
                    // Twice compressed is not what an honest client sends.
                    Self::Plain | Self::Gzip | Self::Unknown => Self::Unknown,
                };
            }
        }
        given
    }
}

/// Unpacks a body to at most `max_bytes`; while it grows, twice that may be held.
pub(super) fn gunzip(body: &[u8], max_bytes: usize) -> Result<Bytes, GunzipError> {
    let mut unpacked = Vec::new();
    let one_more = (max_bytes as u64).saturating_add(1);
    let read = MultiGzDecoder::new(body).take(one_more).read_to_end(&mut unpacked);
    if unpacked.len() > max_bytes {
        return Err(GunzipError::TooLong);
    }
    read.map_err(|_| GunzipError::Damaged)?;
    unpacked.shrink_to_fit();
    Ok(unpacked.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_that_a_request_likes_best_is_taken() {
        let rows: [(&[&str], Option<Coding>); 22] = [
            (&[], None),
            (&[""], None),
            (&["gzip"], Some(Coding::Gzip)),
            (&["deflate"], Some(Coding::Deflate)),
            (&["gzip, deflate, br, zstd"], Some(Coding::Gzip)),
            (&["deflate, gzip"], Some(Coding::Gzip)),
            (&["br"], None),
            (&["br", "deflate"], Some(Coding::Deflate)),
            (&["GZIP"], Some(Coding::Gzip)),
            (&["x-gzip"], Some(Coding::Gzip)),
            (&["gzip;q=0.5, deflate;q=0.8"], Some(Coding::Deflate)),
            (&["gzip; Q = 0.123 ,deflate;q=0.12"], Some(Coding::Gzip)),
            (&["gzip;q=0"], None),
            (&["gzip;q=0.000, *"], Some(Coding::Deflate)),
            (&["*"], Some(Coding::Gzip)),
            (&["*;q=0"], None),
            (&["identity, gzip;q=0.5"], None),
            (&["identity;q=0.5, gzip;q=0.5"], Some(Coding::Gzip)),
            (&["gzip;q=1.000"], Some(Coding::Gzip)),
            // A weight that cannot be read is none.
            (&["gzip;q=2"], None),
            (&["gzip;q=0.1234"], None),
            (&["gzip;q="], None),
        ];
        for (values, expected) in rows {
            assert_eq!(Coding::accepted(&headers(ACCEPT_ENCODING, values)), expected, "{values:?}");
        }
    }

    #[test]
    fn only_gzip_is_known_for_what_clients_send() {
        let rows: [(&[&str], Given); 9] = [
            (&[], Given::Plain),
            (&["identity"], Given::Plain),
            (&["gzip"], Given::Gzip),
            (&["X-GZIP"], Given::Gzip),
            (&["identity, gzip"], Given::Gzip),
            (&["gzip, gzip"], Given::Unknown),
            (&["gzip", "gzip"], Given::Unknown),
            (&["deflate"], Given::Unknown),
            (&["br"], Given::Unknown),
        ];
        for (values, expected) in rows {
            assert_eq!(Given::of(&headers(CONTENT_ENCODING, values)), expected, "{values:?}");
        }
    }

    #[test]
    fn a_compressed_body_is_what_its_name_says_and_shorter() {
        let body = "hello hello hello hello".repeat(100);
        for _ in 0..2 {
            let gzip = Coding::Gzip.compress(body.as_bytes()).unwrap();
            assert_eq!(gunzip(&gzip, body.len()).unwrap(), body);
            let deflate = Coding::Deflate.compress(body.as_bytes()).unwrap();
            let mut unpacked = String::new();
            flate2::bufread::ZlibDecoder::new(&deflate[..]).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, body);
            assert!(gzip.len() < 100 && deflate.len() < gzip.len());
        }
        assert_eq!(Coding::Gzip.compress(b"short"), None);
        assert_eq!(Coding::Deflate.compress(b""), None);
    }

    #[test]
    fn a_body_is_unpacked_up_to_the_limit() {
        let packed = Coding::Gzip.compress(&[b'x'; 5000]).unwrap();
        assert_eq!(gunzip(&packed, 5000).unwrap(), [b'x'; 5000][..]);
        assert_eq!(gunzip(&packed, 4999), Err(GunzipError::TooLong));
        // Several members are one body (RFC 1952, 2.2).
        assert_eq!(gunzip(&[&packed[..], &packed].concat(), 10_000).unwrap().len(), 10_000);
        assert_eq!(gunzip(&[&packed[..], &packed].concat(), 9_999), Err(GunzipError::TooLong));
    }

    #[test]
    fn a_damaged_body_is_refused() {
        let packed = Coding::Gzip.compress(&[b'x'; 5000]).unwrap();
        for cut in 0..packed.len() {
            assert_eq!(gunzip(&packed[..cut], 5000), Err(GunzipError::Damaged), "{cut}");
        }
        let mut damaged = packed.to_vec();
        // The sum of the content.
        let at = damaged.len() - 8;
        damaged[at] ^= 1;
        assert_eq!(gunzip(&damaged, 5000), Err(GunzipError::Damaged));
        assert_eq!(gunzip(b"plain text", 5000), Err(GunzipError::Damaged));
        assert_eq!(gunzip(&[&packed[..], b"rest"].concat(), 5000), Err(GunzipError::Damaged));
    }

    fn headers(name: http::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }
}
