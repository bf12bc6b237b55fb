//! What can go wrong after the handshake: the peer broke the protocol, the stream failed, a frame came too late.
//!
//! Rule: every refusal of the decoder is a value here, made of nothing the peer sent, so that it can be logged,
//! compared and put into a Close frame as it is.

use std::{error, fmt, io};

use super::CloseCode;

/// The peer broke the WebSocket protocol; the connection cannot go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ProtocolError {
    kind: ProtocolErrorKind,
}

/// Which rule of RFC 6455, or of RFC 7692, the peer broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolErrorKind {
    /// A reserved bit is set where no negotiated extension gives it a meaning (5.2).
    ReservedBit,
    /// The opcode is one of the reserved ones, 3 to 7 and 11 to 15 (5.2).
    ReservedOpcode,
    /// A client's frame is not masked (5.1).
    Unmasked,
    /// The length is written in more bytes than it needs (5.2).
    LengthNotMinimal,
    /// The 64-bit length has its top bit set (5.2).
    LengthOverflow,
    /// A control frame comes in fragments (5.5).
    FragmentedControl,
    /// A control frame's payload is longer than 125 bytes (5.5).
    OversizedControl,
    /// A continuation frame comes while no message is under way (5.4).
    UnexpectedContinuation,
    /// A new message begins before the last fragment of the current one (5.4).
    MissingContinuation,
    /// A Close frame's payload is a single byte, half a close code (5.5.1).
    TruncatedCloseCode,
    /// A Close frame carries a code that must not be sent (7.4).
    InvalidCloseCode,
    /// A text message or a close reason is not UTF-8 (5.6, 8.1).
    InvalidUtf8,
    /// A compressed message is damaged, or ends before its time (RFC 7692, 7.2.2).
    InvalidDeflate,
    /// A message is longer than this server accepts.
    MessageTooBig,
}

impl ProtocolError {
    pub(super) const fn new(kind: ProtocolErrorKind) -> Self {
        Self { kind }
    }

    /// Says which rule was broken.
    #[must_use]
    pub const fn kind(&self) -> ProtocolErrorKind {
        self.kind
    }

    /// Names the code that the Close frame answering this error carries.
    #[must_use]
    pub const fn close_code(&self) -> CloseCode {
        match self.kind {
            ProtocolErrorKind::InvalidUtf8 | ProtocolErrorKind::InvalidDeflate => CloseCode::INVALID_PAYLOAD,
            ProtocolErrorKind::MessageTooBig => CloseCode::MESSAGE_TOO_BIG,
            _ => CloseCode::PROTOCOL_ERROR,
        }
    }

    pub(super) const fn sentence(self) -> &'static str {
        match self.kind {
            ProtocolErrorKind::ReservedBit => {
                "reserved bit set, no negotiated extension has a meaning for it here"
            }
            ProtocolErrorKind::ReservedOpcode => "reserved opcode, send text, binary, close, ping or pong",
            ProtocolErrorKind::Unmasked => "unmasked frame, a client must mask every frame",
            ProtocolErrorKind::LengthNotMinimal => "length not minimal, use the shortest of 7, 16 or 64 bits",
            ProtocolErrorKind::LengthOverflow => {
                "length overflow, the top bit of a 64-bit length must be zero"
            }
            ProtocolErrorKind::FragmentedControl => "fragmented control frame, send it in one frame",
            ProtocolErrorKind::OversizedControl => "control frame too long, send at most 125 bytes",
            ProtocolErrorKind::UnexpectedContinuation => {
                "unexpected continuation, begin a message with text or binary"
            }
            ProtocolErrorKind::MissingContinuation => {
                "missing continuation, finish a message before the next one"
            }
            ProtocolErrorKind::TruncatedCloseCode => "truncated close code, send two bytes or none",
            ProtocolErrorKind::InvalidCloseCode => "invalid close code, use 1000 or one from 3000 to 4999",
            ProtocolErrorKind::InvalidUtf8 => "invalid UTF-8, send such bytes as binary",
            ProtocolErrorKind::InvalidDeflate => "invalid compressed data, send whole deflate blocks",
            ProtocolErrorKind::MessageTooBig => "message too big, send smaller messages",
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl fmt::Debug for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProtocolError({:?})", self.kind)
    }
}

impl error::Error for ProtocolError {}

impl From<ProtocolErrorKind> for ProtocolError {
    fn from(kind: ProtocolErrorKind) -> Self {
        Self::new(kind)
    }
}

/// The connection can no longer be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The peer broke the protocol.
    Protocol(ProtocolError),
    /// The stream failed.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol(_) => "the peer broke the WebSocket protocol",
            Self::Io(_) => "the connection failed",
        })
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Protocol(error) => Some(error),
            Self::Io(error) => Some(error),
        }
    }
}

/// A frame was queued after a Close frame; it is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closing, queue frames before the close frame")
    }
}

impl error::Error for Closed {}

#[cfg(test)]
mod tests {
    use super::{ProtocolError, ProtocolErrorKind::*};

    const ALL: [(super::ProtocolErrorKind, u16); 14] = [
        (ReservedBit, 1002),
        (ReservedOpcode, 1002),
        (Unmasked, 1002),
        (LengthNotMinimal, 1002),
        (LengthOverflow, 1002),
        (FragmentedControl, 1002),
        (OversizedControl, 1002),
        (UnexpectedContinuation, 1002),
        (MissingContinuation, 1002),
        (TruncatedCloseCode, 1002),
        (InvalidCloseCode, 1002),
        (InvalidUtf8, 1007),
        (InvalidDeflate, 1007),
        (MessageTooBig, 1009),
    ];

    #[test]
    fn each_kind_has_its_close_code() {
        for (kind, code) in ALL {
            assert_eq!(ProtocolError::new(kind).close_code().as_u16(), code, "{kind:?}");
        }
    }

    #[test]
    fn each_sentence_fits_a_close_frame() {
        for (kind, _) in ALL {
            assert!(ProtocolError::new(kind).sentence().len() <= 123, "{kind:?}");
        }
    }
}
