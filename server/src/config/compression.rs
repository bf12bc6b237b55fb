//! What is compressed, and from which length on.

/// The default of both thresholds, Socket.IO's own: what fits into one packet of a network gains nothing.
const THRESHOLD_BYTES: usize = 1024;

/// Compression of WebSocket messages: permessage-deflate (RFC 7692), for clients that offer it.
///
/// A message is compressed when it is sent with [`compress(true)`](crate::Emitter::compress), as all are by default,
/// is long enough, and gets shorter by it. No context is kept between messages: a broadcast is compressed once for each
/// size of window among its recipients, mostly once, and a connection holds no compressor. It happens when the first
/// recipient's turn comes, in the task of that connection; each thread keeps a compressor of up to 370 KB for each size
/// of window, and a decompressor of 46 KB.
///
/// What waits is counted by its plain length. Compressed forms are not counted beside it: mostly there is one, there are
/// three at most, and each is shorter than the message.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, PerMessageDeflate};
///
/// let config = Config { per_message_deflate: Some(PerMessageDeflate::default()), ..Config::default() };
/// # assert_eq!(config.per_message_deflate.map(|it| it.threshold_bytes), Some(1024));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMessageDeflate {
    /// How long a message must be, in bytes. Default 1024.
    ///
    /// An event and each of its attachments is a message of its own. A shorter threshold costs more than it may seem:
    /// a message that may be compressed takes 150 bytes more while it waits.
    pub threshold_bytes: usize,
}

/// Compression of the answers to polling requests, by gzip or deflate, whichever the request's `Accept-Encoding` likes
/// better.
///
/// A body is compressed when it is long enough, gets shorter by it, and holds at least one packet that was sent with
/// [`compress(true)`](crate::Emitter::compress).
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, HttpCompression};
///
/// let config = Config { http_compression: Some(HttpCompression { threshold_bytes: 4096 }), ..Config::default() };
/// # assert_eq!(Config::default().http_compression.map(|it| it.threshold_bytes), Some(1024));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpCompression {
    /// How long a body must be, in bytes. Default 1024.
    pub threshold_bytes: usize,
}

impl Default for PerMessageDeflate {
    fn default() -> Self {
        Self { threshold_bytes: THRESHOLD_BYTES }
    }
}

impl Default for HttpCompression {
    fn default() -> Self {
        Self { threshold_bytes: THRESHOLD_BYTES }
    }
}
