//! From messages back to packets: the header of a text, and the attachments that follow it
//! (Socket.IO protocol v5, "Packet encoding").

use alloc::vec::Vec;
use core::fmt;

use super::{Edge, Kind, Namespace};
use crate::{Message, limits};

/// A packet's header, and where its data begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the packet is for; a binary event is an event.
    pub kind: Kind,
    /// How many attachments follow the text.
    pub attachments: usize,
    /// The namespace it belongs to.
    pub namespace: Namespace,
    /// The ack id.
    pub id: Option<u64>,
    /// The byte of the text at which the data begins.
    pub data_at: usize,
}

/// Decodes the header at the beginning of `text`. The text may be cut off anywhere behind the header.
///
/// ```
/// use parlor_protocol::socket::{Kind, decode};
///
/// let header = decode::header(br#"2/chat,12["msg"]"#, 10).unwrap();
/// assert_eq!((header.kind, header.namespace.as_str(), header.id), (Kind::Event, "/chat", Some(12)));
/// assert_eq!(header.data_at, 9);
/// ```
///
/// # Errors
///
/// The type is not a digit from 0 to 6; the count of attachments is missing, zero or over `max_attachments`;
/// the namespace is longer than [`limits::MAX_NAMESPACE_BYTES`], or not UTF-8; the id does not fit 64 bits.
pub fn header(text: &[u8], max_attachments: usize) -> Result<Header, DecodeError> {
    let mut rest = Cursor(text);
    let (kind, binary) = match rest.next() {
        Some(b'0') => (Kind::Connect, false),
        Some(b'1') => (Kind::Disconnect, false),
        Some(b'2') => (Kind::Event, false),
        Some(b'3') => (Kind::Ack, false),
        Some(b'4') => (Kind::ConnectError, false),
        Some(b'5') => (Kind::Event, true),
        Some(b'6') => (Kind::Ack, true),
        _ => return Err(DecodeErrorKind::UnknownPacketType.into()),
    };
    let attachments = if binary { rest.attachments(max_attachments)? } else { 0 };
    let namespace = match rest.namespace()? {
        None => Namespace::ROOT,
        Some(name) => {
            Namespace::named(core::str::from_utf8(name).map_err(|_| DecodeErrorKind::InvalidPayload)?)
        }
    };
    let id = rest.number().map_err(|TooLarge| DecodeErrorKind::InvalidPayload)?;
    Ok(Header { kind, attachments, namespace, id, data_at: text.len() - rest.0.len() })
}

/// The part of a header that has not been read yet.
struct Cursor<'a>(&'a [u8]);

/// A number that does not fit 64 bits.
struct TooLarge;

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<u8> {
        let (&next, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(next)
    }

    fn attachments(&mut self, max: usize) -> Result<usize, DecodeError> {
        let count = self.number().map_err(|TooLarge| DecodeErrorKind::TooManyAttachments)?;
        if self.next() != Some(b'-') {
            return Err(DecodeErrorKind::IllegalAttachments.into());
        }
        match count {
            None | Some(0) => Err(DecodeErrorKind::IllegalAttachments.into()),
            Some(count) => usize::try_from(count)
                .ok()
                .filter(|&count| count <= max)
                .ok_or_else(|| DecodeErrorKind::TooManyAttachments.into()),
        }
    }

    /// A comma ends a namespace; at the end of the text it may be missing.
    fn namespace(&mut self) -> Result<Option<&'a [u8]>, DecodeError> {
        if self.0.first() != Some(&b'/') {
            return Ok(None);
        }
        let end = self.0.iter().take_while(|byte| **byte != b',').count();
        let (name, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        if name.len() > limits::MAX_NAMESPACE_BYTES {
            return Err(DecodeErrorKind::NamespaceTooLong.into());
        }
        Ok(Some(name))
    }

    fn number(&mut self) -> Result<Option<u64>, TooLarge> {
        let mut value: Option<u64> = None;
        while let Some((digit @ b'0'..=b'9', rest)) = self.0.split_first() {
            let tens = value.unwrap_or(0).checked_mul(10).ok_or(TooLarge)?;
            value = Some(tens.checked_add(u64::from(digit - b'0')).ok_or(TooLarge)?);
            self.0 = rest;
        }
        Ok(value)
    }
}

/// Counts the attachments that are still to come.
#[derive(Debug, Default)]
struct Missing(usize);

impl Missing {
    /// Nothing is missing.
    const fn new() -> Self {
        Self(0)
    }

    /// Whether attachments are still to come.
    const fn is_midway(&self) -> bool {
        self.0 > 0
    }

    /// A text came. `Ok` when none is expected to be an attachment.
    fn text(&mut self) -> Result<(), DecodeError> {
        match core::mem::take(&mut self.0) {
            0 => Ok(()),
            _ => Err(DecodeErrorKind::TextInsteadOfAttachment.into()),
        }
    }

    /// The text that came announced attachments. Gives whether it is whole, having announced none.
    const fn announced(&mut self, attachments: usize) -> bool {
        self.0 = attachments;
        attachments == 0
    }

    /// An attachment came. Gives whether it was the last one.
    fn attachment(&mut self) -> Result<bool, DecodeError> {
        self.0 = self.0.checked_sub(1).ok_or(DecodeErrorKind::UnexpectedAttachment)?;
        Ok(self.0 == 0)
    }
}

/// A text with all the attachments its header announced.
#[derive(Debug)]
pub(super) struct Whole<T, B> {
    pub(super) header: Header,
    pub(super) text: T,
    pub(super) attachments: Vec<B>,
}

/// Puts texts and the attachments behind them together.
#[derive(Debug)]
pub(super) struct Decoder<T, B> {
    max_attachments: usize,
    missing: Missing,
    unfinished: Option<Whole<T, B>>,
}

impl<T, B> Decoder<T, B> {
    pub(super) const fn new(max_attachments: usize) -> Self {
        Self { max_attachments, missing: Missing::new(), unfinished: None }
    }

    pub(super) const fn is_midway(&self) -> bool {
        self.missing.is_midway()
    }

    pub(super) fn reset(&mut self) {
        self.missing = Missing::new();
        self.unfinished = None;
    }

    pub(super) fn add<E>(
        &mut self,
        message: Message<T, B>,
        edge: &E,
    ) -> Result<Option<Whole<T, B>>, DecodeError>
    where
        E: Edge<Text = T, Binary = B>,
    {
        let unfinished = self.unfinished.take();
        let (whole, finished) = match message {
            Message::Text(text) => {
                self.missing.text()?;
                let header = edge.with_header(&text, |text| header(text, self.max_attachments))?;
                if header.attachments > 0 {
                    edge.check(header.kind, &text, header.data_at)?;
                }
                let finished = self.missing.announced(header.attachments);
                (Whole { header, text, attachments: Vec::new() }, finished)
            }
            Message::Binary(attachment) => {
                let finished = self.missing.attachment()?;
                let mut whole = unfinished.ok_or(DecodeErrorKind::UnexpectedAttachment)?;
                whole.attachments.push(attachment);
                (whole, finished)
            }
        };
        if finished {
            return Ok(Some(whole));
        }
        self.unfinished = Some(whole);
        Ok(None)
    }
}

/// The peer sent something that is not a Socket.IO packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    kind: DecodeErrorKind,
}

/// What was wrong with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// It does not begin with a digit from 0 to 6.
    UnknownPacketType,
    /// A binary packet announces no attachments, or not by a number and a dash; or a placeholder points at none.
    IllegalAttachments,
    /// It announces more attachments than allowed.
    TooManyAttachments,
    /// Its namespace is too long.
    NamespaceTooLong,
    /// Its data is not JSON, or JSON that its type does not allow.
    InvalidPayload,
    /// A text came where an attachment was due.
    TextInsteadOfAttachment,
    /// An attachment came that no packet had announced.
    UnexpectedAttachment,
}

impl DecodeError {
    /// What was wrong.
    pub const fn kind(&self) -> DecodeErrorKind {
        self.kind
    }

    /// What was wrong, in the words of socket.io-parser where it has some.
    pub const fn message(&self) -> &'static str {
        match self.kind {
            DecodeErrorKind::UnknownPacketType => "unknown packet type: expected a digit from 0 to 6",
            DecodeErrorKind::IllegalAttachments => "Illegal attachments",
            DecodeErrorKind::TooManyAttachments => "too many attachments",
            DecodeErrorKind::NamespaceTooLong => "namespace too long",
            DecodeErrorKind::InvalidPayload => "invalid payload",
            DecodeErrorKind::TextInsteadOfAttachment => "got plaintext data when reconstructing a packet",
            DecodeErrorKind::UnexpectedAttachment => "got binary data when not reconstructing a packet",
        }
    }
}

impl From<DecodeErrorKind> for DecodeError {
    fn from(kind: DecodeErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    #[test]
    fn a_header_over_a_bound_is_refused() {
        let namespace = |bytes: usize| String::from("0/") + &"a".repeat(bytes - 1);
        for (text, kind) in [
            (&*namespace(limits::MAX_NAMESPACE_BYTES + 1), DecodeErrorKind::NamespaceTooLong),
            ("218446744073709551616[]", DecodeErrorKind::InvalidPayload),
            ("53-[]", DecodeErrorKind::TooManyAttachments),
            ("518446744073709551616-[]", DecodeErrorKind::TooManyAttachments),
        ] {
            assert_eq!(header(text.as_bytes(), 2).unwrap_err().kind(), kind, "{text}");
        }
        assert_eq!(header(namespace(limits::MAX_NAMESPACE_BYTES).as_bytes(), 2).unwrap().data_at, 513);
        assert_eq!(header(b"218446744073709551615[]", 2).unwrap().id, Some(u64::MAX));
        assert_eq!(header(b"52-[]", 2).unwrap().attachments, 2);
    }
}
