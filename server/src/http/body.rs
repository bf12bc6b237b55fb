//! Request bodies, read under limits of length and time that hold while they stream in.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::time;

use super::coding::GunzipError;

/// Why a body was not read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is longer than allowed.
    TooLong,
    /// It is not compressed in the way that its header says.
    Damaged,
    /// It took longer than it may.
    TooSlow,
    /// The client hung up, or sent nonsense.
    Broken(String),
}

impl From<GunzipError> for BodyError {
    fn from(error: GunzipError) -> Self {
        match error {
            GunzipError::TooLong => Self::TooLong,
            GunzipError::Damaged => Self::Damaged,
        }
    }
}

/// Reads a body of at most `max_bytes`, in `timeout` at most.
///
/// What is over the limit is thrown away as it comes, and no more of it is taken than the limit itself: a client
/// that has sent everything hears why it is refused, one that goes on sending is cut off.
pub(super) async fn read<B>(body: B, max_bytes: usize, timeout: Duration) -> Result<Bytes, BodyError>
where
    B: Body,
    B::Error: fmt::Display,
{
    time::timeout(timeout, read_all(body, max_bytes)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn read_all<B>(body: B, max_bytes: usize) -> Result<Bytes, BodyError>
where
    B: Body,
    B::Error: fmt::Display,
{
    let mut body = pin!(body);
    let mut whole = Vec::new();
    let mut seen_bytes = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| BodyError::Broken(error.to_string()))?;
        let Ok(mut data) = frame.into_data() else { continue };
        seen_bytes = seen_bytes.saturating_add(data.remaining());
        if seen_bytes > max_bytes {
            whole = Vec::new();
            if seen_bytes > max_bytes.saturating_mul(2) {
                break;
            }
            continue;
        }
        if seen_bytes == data.remaining() && body.is_end_stream() {
            // It came in one piece, as most do: no copy.
            return Ok(data.copy_to_bytes(seen_bytes));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            let length = chunk.len();
            whole.extend_from_slice(chunk);
            data.advance(length);
        }
    }
    if seen_bytes > max_bytes { Err(BodyError::TooLong) } else { Ok(whole.into()) }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_read_and_a_longer_one_is_not() {
        let rows: [(&[&str], Result<&str, BodyError>); 6] = [
            (&[], Ok("")),
            (&["abc"], Ok("abc")),
            (&["ab", "cd", "e"], Ok("abcde")),
            (&["abcdef"], Err(BodyError::TooLong)),
            (&["ab", "cd", "ef"], Err(BodyError::TooLong)),
            (&["ab", "cd", "ef", "gh", "ij", "kl", "mn"], Err(BodyError::TooLong)),
        ];
        for (chunks, expected) in rows {
            let frames = chunks.iter().map(|chunk| Ok::<_, String>(Frame::data(Bytes::from(*chunk))));
            let body = StreamBody::new(futures_util::stream::iter(frames));
            assert_eq!(read(body, 5, TIMEOUT).await, expected.map(Bytes::from), "{chunks:?}");
        }
    }

    #[tokio::test]
    async fn a_body_in_one_piece_is_not_copied() {
        let sent = Bytes::from_static(b"hello");
        let read = read(Full::new(sent.clone()), 5, TIMEOUT).await.unwrap();
        assert_eq!(read.as_ptr(), sent.as_ptr());
    }

    #[tokio::test]
    async fn a_broken_body_says_why() {
        let frames = [Ok(Frame::data(Bytes::from("a"))), Err("hung up")];
        let body = StreamBody::new(futures_util::stream::iter(frames));
        assert_eq!(read(body, 5, TIMEOUT).await, Err(BodyError::Broken("hung up".into())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_takes_too_long_is_given_up() {
        let begun = futures_util::stream::iter([Ok::<_, String>(Frame::data(Bytes::from("a")))]);
        let body = StreamBody::new(begun.chain(futures_util::stream::pending()));
        let start = time::Instant::now();
        assert_eq!(read(body, 5, TIMEOUT).await, Err(BodyError::TooSlow));
        assert_eq!(start.elapsed(), Duration::from_secs(30));
    }
}
