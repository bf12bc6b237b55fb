//! From messages back to packets: the header of a text, and the attachments that follow it
//! (Socket.IO protocol v5, "Packet encoding").

use alloc::vec::Vec;
use core::fmt;

use super::binary::Reassembly;
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
/// let header = decode::header(r#"2/chat,12["msg"]"#, 10).unwrap();
/// assert_eq!((header.kind, header.namespace.as_str(), header.id), (Kind::Event, "/chat", Some(12)));
/// assert_eq!(header.data_at, 9);
/// ```
///
/// # Errors
///
/// The type is not a digit from 0 to 6; the count of attachments is missing, zero or over `max_attachments`;
/// the namespace is longer than [`limits::MAX_NAMESPACE_BYTES`]; the id does not fit 64 bits.
pub fn header(text: &str, max_attachments: usize) -> Result<Header, DecodeError> {
    let mut rest = Cursor(text);
    let (kind, binary) = match rest.next() {
        Some('0') => (Kind::Connect, false),
        Some('1') => (Kind::Disconnect, false),
        Some('2') => (Kind::Event, false),
        Some('3') => (Kind::Ack, false),
        Some('4') => (Kind::ConnectError, false),
        Some('5') => (Kind::Event, true),
        Some('6') => (Kind::Ack, true),
        _ => return Err(DecodeErrorKind::UnknownPacketType.into()),
    };
    let attachments = if binary { rest.attachments(max_attachments)? } else { 0 };
    let namespace = rest.namespace()?;
    let id = rest.number().map_err(|TooLarge| DecodeErrorKind::InvalidPayload)?;
    Ok(Header { kind, attachments, namespace, id, data_at: text.len() - rest.0.len() })
}

/// The part of a header that has not been read yet.
struct Cursor<'a>(&'a str);

/// A number that does not fit 64 bits.
struct TooLarge;

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.0.chars();
        let next = chars.next();
        self.0 = chars.as_str();
        next
    }

    fn attachments(&mut self, max: usize) -> Result<usize, DecodeError> {
        let count = self.number().map_err(|TooLarge| DecodeErrorKind::TooManyAttachments)?;
        if self.next() != Some('-') {
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
    fn namespace(&mut self) -> Result<Namespace, DecodeError> {
        if !self.0.starts_with('/') {
            return Ok(Namespace::ROOT);
        }
        let (name, rest) = self.0.split_once(',').unwrap_or((self.0, ""));
        if name.len() > limits::MAX_NAMESPACE_BYTES {
            return Err(DecodeErrorKind::NamespaceTooLong.into());
        }
        self.0 = rest;
        Ok(Namespace::new(name))
    }

    fn number(&mut self) -> Result<Option<u64>, TooLarge> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        if digits.is_empty() {
            return Ok(None);
        }
        let value = digits
            .bytes()
            .try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        value.map(Some).ok_or(TooLarge)
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
    reassembly: Option<Reassembly<T, B>>,
}

impl<T, B> Decoder<T, B> {
    pub(super) const fn new(max_attachments: usize) -> Self {
        Self { max_attachments, reassembly: None }
    }

    pub(super) const fn is_midway(&self) -> bool {
        self.reassembly.is_some()
    }

    pub(super) fn reset(&mut self) {
        self.reassembly = None;
    }

    pub(super) fn add<E>(
        &mut self,
        message: Message<T, B>,
        edge: &E,
    ) -> Result<Option<Whole<T, B>>, DecodeError>
    where
        E: Edge<Text = T, Binary = B>,
    {
        let reassembly = match (message, self.reassembly.take()) {
            (Message::Text(_), Some(_)) => return Err(DecodeErrorKind::TextInsteadOfAttachment.into()),
            (Message::Binary(_), None) => return Err(DecodeErrorKind::UnexpectedAttachment.into()),
            (Message::Text(text), None) => {
                let header = edge.with_header(&text, |text| header(text, self.max_attachments))?;
                if header.attachments > 0 {
                    edge.check(header.kind, &text, header.data_at)?;
                }
                Reassembly::new(header, text)
            }
            (Message::Binary(attachment), Some(reassembly)) => reassembly.with(attachment),
        };
        match reassembly.finish() {
            Ok(whole) => Ok(Some(whole)),
            Err(unfinished) => {
                self.reassembly = Some(unfinished);
                Ok(None)
            }
        }
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

    /// What was wrong, in words.
    pub const fn message(&self) -> &'static str {
        match self.kind {
            DecodeErrorKind::UnknownPacketType => "unknown packet type: expected a digit from 0 to 6",
            DecodeErrorKind::IllegalAttachments => "illegal attachments: expected their number and a dash",
            DecodeErrorKind::TooManyAttachments => "too many attachments",
            DecodeErrorKind::NamespaceTooLong => "namespace too long",
            DecodeErrorKind::InvalidPayload => "invalid payload",
            DecodeErrorKind::TextInsteadOfAttachment => "got a text while attachments were missing",
            DecodeErrorKind::UnexpectedAttachment => "got an attachment that no packet announced",
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
            assert_eq!(header(text, 2).unwrap_err().kind(), kind, "{text}");
        }
        assert_eq!(header(&namespace(limits::MAX_NAMESPACE_BYTES), 2).unwrap().data_at, 513);
        assert_eq!(header("218446744073709551615[]", 2).unwrap().id, Some(u64::MAX));
        assert_eq!(header("52-[]", 2).unwrap().attachments, 2);
    }
}
