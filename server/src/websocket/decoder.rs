//! From bytes to messages, without I/O: the receiving side of a server (RFC 6455, 5 and 8.1).
//!
//! Rules:
//! * Nothing is allocated because a header announced it. A message's buffer grows with the bytes that came, and a
//!   frame that would take the message over its limit is refused before its payload is read.
//! * Text is refused at the first byte that cannot be UTF-8, not at the end of the message; compressed text at its
//!   end.
//! * After an error or a Close frame nothing more is read.

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};

use super::{
    CloseCode, CloseReason, Message, ProtocolError, ProtocolErrorKind as Kind,
    deflate::{inflate, max_deflated_bytes},
    header::{ControlOpcode, DataOpcode, Header, Opcode},
    mask::Mask,
};

/// Turns the bytes of one client into messages.
///
/// # Examples
///
/// ```
/// use bytes::BytesMut;
/// use parlor_server::websocket::{Decoder, Message};
///
/// let mut decoder = Decoder::new(1_000_000);
/// // A masked "Hello" in two pieces (RFC 6455, 5.7).
/// let mut buffer = BytesMut::from(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f][..]);
/// assert_eq!(decoder.decode(&mut buffer)?, None);
/// buffer.extend_from_slice(&[0x4d, 0x51, 0x58]);
/// assert_eq!(decoder.decode(&mut buffer)?, Some(Message::Text("Hello".into())));
/// # Ok::<(), parlor_server::websocket::ProtocolError>(())
/// ```
pub struct Decoder {
    max_message_bytes: usize,
    /// permessage-deflate was negotiated.
    takes_deflated: bool,
    position: Position,
    /// The data message under way; control frames may come between its fragments.
    partial: Option<Partial>,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum Position {
    Header,
    Data { mask: Mask, remaining: u64, is_final: bool },
    Control { opcode: ControlOpcode, mask: Mask, payload_bytes: usize },
    Ended,
}

struct Partial {
    is_text: bool,
    /// Inflated when it is complete: what waits costs no more than what came, and no decompressor.
    is_deflated: bool,
    payload: Vec<u8>,
    /// How much of a text is known to be UTF-8; what follows is at most the start of one character.
    valid_bytes: usize,
}

impl Decoder {
    /// Makes a decoder that refuses messages of more than `max_message_bytes`, all fragments together.
    #[must_use]
    pub const fn new(max_message_bytes: usize) -> Self {
        Self { max_message_bytes, takes_deflated: false, position: Position::Header, partial: None }
    }

    /// Takes compressed messages too, as permessage-deflate has them (RFC 7692), each on its own: the client must
    /// have agreed to `client_no_context_takeover`. The limit holds for what comes out.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use parlor_server::websocket::{Decoder, Message};
    ///
    /// // A compressed "Hello" (RFC 7692, 7.2.3.1), masked with zeroes.
    /// let wire = [0xc1, 0x87, 0, 0, 0, 0, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    /// let message = Decoder::new(5).with_deflate().decode(&mut BytesMut::from(&wire[..]))?;
    /// assert_eq!(message, Some(Message::Text("Hello".into())));
    /// # Ok::<(), parlor_server::websocket::ProtocolError>(())
    /// ```
    #[must_use]
    pub const fn with_deflate(mut self) -> Self {
        self.takes_deflated = true;
        self
    }

    /// Takes the next message from the front of `buffer`, or all there is when the message is not complete.
    ///
    /// Call it until it gives `None`, then append what came from the peer to what it left in `buffer`, at most the
    /// beginning of a header or of a control frame.
    ///
    /// # Errors
    ///
    /// The peer broke the protocol. The buffer is emptied, and every later call empties it and gives `None`, as it
    /// does after a Close frame.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Message>, ProtocolError> {
        let decoded = self.advance(buffer);
        if decoded.is_err() || matches!(decoded, Ok(Some(Message::Close(_)))) {
            *self = Self { position: Position::Ended, ..Self::new(self.max_message_bytes) };
            buffer.clear();
        }
        decoded
    }

    /// Says how many more bytes the current frame has at least: a hint for the size of the next read.
    #[must_use]
    pub fn remaining_bytes(&self) -> u64 {
        match self.position {
            Position::Data { remaining, .. } => remaining,
            Position::Header | Position::Control { .. } | Position::Ended => 0,
        }
    }

    fn advance(&mut self, buffer: &mut BytesMut) -> Result<Option<Message>, ProtocolError> {
        loop {
            match self.position {
                Position::Ended => {
                    buffer.clear();
                    return Ok(None);
                }
                Position::Header => {
                    let Some((header, header_bytes)) = Header::decode(buffer)? else { return Ok(None) };
                    buffer.advance(header_bytes);
                    self.begin_frame(header)?;
                }
                Position::Control { opcode, mut mask, payload_bytes } => {
                    let Some(payload) = buffer.get_mut(..payload_bytes) else { return Ok(None) };
                    mask.apply(payload);
                    let message = control_message(opcode, payload)?;
                    buffer.advance(payload_bytes);
                    self.position = Position::Header;
                    return Ok(Some(message));
                }
                Position::Data { mask, remaining, is_final } => {
                    let remaining = self.take_data(buffer, mask, remaining, is_final)?;
                    if remaining > 0 {
                        return Ok(None);
                    }
                    self.position = Position::Header;
                    if let Some(partial) = self.partial.take_if(|_| is_final) {
                        return partial.into_message(self.max_message_bytes).map(Some);
                    }
                }
            }
        }
    }

    fn begin_frame(&mut self, header: Header) -> Result<(), ProtocolError> {
        // The bit marks a whole message, so only its first frame has it (RFC 7692, 6.1).
        let may_be_deflated = matches!(header.opcode, Opcode::Data(DataOpcode::Text | DataOpcode::Binary));
        if header.rsv1 && !(may_be_deflated && self.takes_deflated) {
            return Err(Kind::ReservedBit.into());
        }
        let mask = Mask::new(header.mask);
        self.position = match header.opcode {
            Opcode::Control(opcode) => {
                // The header's own rule: at most 125.
                let payload_bytes = usize::try_from(header.payload_bytes).unwrap_or(usize::MAX);
                Position::Control { opcode, mask, payload_bytes }
            }
            Opcode::Data(opcode) => {
                self.begin_data(opcode, header.rsv1, header.payload_bytes)?;
                Position::Data { mask, remaining: header.payload_bytes, is_final: header.is_final }
            }
        };
        Ok(())
    }

    fn begin_data(
        &mut self,
        opcode: DataOpcode,
        rsv1: bool,
        payload_bytes: u64,
    ) -> Result<(), ProtocolError> {
        let is_deflated = self.partial.as_ref().map_or(rsv1, |partial| partial.is_deflated);
        let received_bytes = match (opcode, &self.partial) {
            (DataOpcode::Continuation, None) => return Err(Kind::UnexpectedContinuation.into()),
            (DataOpcode::Text | DataOpcode::Binary, Some(_)) => return Err(Kind::MissingContinuation.into()),
            (DataOpcode::Continuation, Some(partial)) => partial.payload.len(),
            (DataOpcode::Text | DataOpcode::Binary, None) => 0,
        };
        let max_bytes =
            if is_deflated { max_deflated_bytes(self.max_message_bytes) } else { self.max_message_bytes };
        let room = max_bytes.saturating_sub(received_bytes);
        if u64::try_from(room).is_ok_and(|room| payload_bytes > room) {
            return Err(Kind::MessageTooBig.into());
        }
        let is_text = opcode == DataOpcode::Text;
        let begin = || Partial { is_text, is_deflated, payload: Vec::new(), valid_bytes: 0 };
        self.partial.get_or_insert_with(begin);
        Ok(())
    }

    /// Moves what `buffer` has of the frame's payload to the message, and says how much is still to come.
    fn take_data(
        &mut self,
        buffer: &mut BytesMut,
        mut mask: Mask,
        remaining: u64,
        is_final: bool,
    ) -> Result<u64, ProtocolError> {
        let available =
            usize::try_from(remaining).map_or(buffer.len(), |remaining| remaining.min(buffer.len()));
        let still_to_come = remaining - available as u64;
        if let (Some(partial), Some(piece)) = (&mut self.partial, buffer.get_mut(..available)) {
            mask.apply(piece);
            partial.append(piece, still_to_come, is_final)?;
        }
        buffer.advance(available);
        if let Position::Data { mask: place, remaining, .. } = &mut self.position {
            *place = mask;
            *remaining = still_to_come;
        }
        Ok(still_to_come)
    }
}

impl fmt::Debug for Decoder {
    /// Shows where the decoder stands, not the users' data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("position", &self.position).finish_non_exhaustive()
    }
}

impl Partial {
    fn append(&mut self, piece: &[u8], still_to_come: u64, is_final: bool) -> Result<(), ProtocolError> {
        // Doubling, but never past what the frame has announced: what is reserved beyond the bytes received is
        // never more than those.
        if self.payload.capacity() - self.payload.len() < piece.len() {
            let received_bytes = self.payload.len() + piece.len();
            let announced = usize::try_from(still_to_come).unwrap_or(usize::MAX);
            self.payload.reserve_exact(piece.len() + announced.min(received_bytes));
        }
        self.payload.extend_from_slice(piece);
        // A text that came in one piece is checked once, when it becomes a `String`.
        let is_whole = is_final && still_to_come == 0 && self.payload.len() == piece.len();
        if self.is_text && !self.is_deflated && !is_whole { self.check_text() } else { Ok(()) }
    }

    fn check_text(&mut self) -> Result<(), ProtocolError> {
        let unchecked = self.payload.get(self.valid_bytes..).unwrap_or_default();
        self.valid_bytes += match str::from_utf8(unchecked) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Err(Kind::InvalidUtf8.into()),
        };
        Ok(())
    }

    fn into_message(self, max_bytes: usize) -> Result<Message, ProtocolError> {
        let payload = if self.is_deflated { inflate(&self.payload, max_bytes)? } else { self.payload };
        if !self.is_text {
            return Ok(Message::Binary(Bytes::from(payload)));
        }
        String::from_utf8(payload).map(Message::Text).map_err(|_| Kind::InvalidUtf8.into())
    }
}

fn control_message(opcode: ControlOpcode, payload: &[u8]) -> Result<Message, ProtocolError> {
    Ok(match opcode {
        ControlOpcode::Ping => Message::Ping(Bytes::copy_from_slice(payload)),
        ControlOpcode::Pong => Message::Pong(Bytes::copy_from_slice(payload)),
        ControlOpcode::Close => Message::Close(close_reason(payload)?),
    })
}

fn close_reason(payload: &[u8]) -> Result<Option<CloseReason>, ProtocolError> {
    if payload.is_empty() {
        return Ok(None);
    }
    let (code, text) = payload.split_first_chunk().ok_or(Kind::TruncatedCloseCode)?;
    let code = CloseCode::new(u16::from_be_bytes(*code)).ok_or(Kind::InvalidCloseCode)?;
    let text = str::from_utf8(text).map_err(|_| Kind::InvalidUtf8)?.to_owned();
    Ok(Some(CloseReason { code, text }))
}

#[cfg(test)]
mod tests;
