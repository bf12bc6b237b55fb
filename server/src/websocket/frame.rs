//! Frames to send, prepared once for any number of connections.
//!
//! Rule: header and payload lie in one allocation. A server's frames are not masked, so the bytes are the same for
//! every recipient, and a broadcast costs each of them a reference count.

use std::fmt;

use bytes::Bytes;

use super::{
    CloseCode,
    header::{self, ControlOpcode, DataOpcode, MAX_CONTROL_BYTES, Opcode},
};

/// One frame ready to be sent; cloning shares its bytes.
///
/// # Examples
///
/// ```
/// use parlor_server::websocket::Frame;
///
/// let frame = Frame::text_of(&["4", r#"2["news","hello"]"#]);
/// assert_eq!(frame.payload(), r#"42["news","hello"]"#);
/// assert_eq!(frame.wire_bytes(), 20);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    opcode: Opcode,
    wire: Bytes,
}

impl Frame {
    /// Prepares a text message.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::text_of(&[text])
    }

    /// Prepares a text message from parts that follow each other, copying each part once.
    #[must_use]
    pub fn text_of(parts: &[&str]) -> Self {
        let payload_bytes = parts.iter().map(|part| part.len()).sum();
        Self::build(Opcode::Data(DataOpcode::Text), payload_bytes, parts.iter().map(|part| part.as_bytes()))
    }

    /// Prepares a binary message.
    #[must_use]
    pub fn binary(bytes: &[u8]) -> Self {
        Self::build(Opcode::Data(DataOpcode::Binary), bytes.len(), [bytes])
    }

    /// Prepares a ping; a payload longer than 125 bytes is cut there.
    #[must_use]
    pub fn ping(payload: &[u8]) -> Self {
        Self::control(ControlOpcode::Ping, &[payload])
    }

    /// Prepares a pong; a payload longer than 125 bytes is cut there.
    ///
    /// [`WebSocket`](super::WebSocket) answers pings by itself.
    #[must_use]
    pub fn pong(payload: &[u8]) -> Self {
        Self::control(ControlOpcode::Pong, &[payload])
    }

    /// Prepares the frame that begins or answers the closing handshake.
    ///
    /// A reason longer than 123 bytes is cut at the last character that fits.
    #[must_use]
    pub fn close(code: CloseCode, reason: &str) -> Self {
        let fitting = reason.floor_char_boundary(MAX_CONTROL_BYTES - 2);
        let reason = reason.get(..fitting).unwrap_or_default();
        Self::control(ControlOpcode::Close, &[&code.as_u16().to_be_bytes(), reason.as_bytes()])
    }

    /// Prepares a Close frame without a code, the answer to one without a code.
    #[must_use]
    pub fn close_without_code() -> Self {
        Self::control(ControlOpcode::Close, &[])
    }

    /// Gives the payload without copying it.
    #[must_use]
    pub fn payload(&self) -> Bytes {
        self.wire.slice(self.header_bytes()..)
    }

    /// Says whether this is a text message, so that [`payload`](Self::payload) is UTF-8.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.opcode == Opcode::Data(DataOpcode::Text)
    }

    /// Says how many bytes this frame takes on the wire, header included.
    #[must_use]
    pub fn wire_bytes(&self) -> usize {
        self.wire.len()
    }

    pub(super) fn is_close(&self) -> bool {
        self.opcode == Opcode::Control(ControlOpcode::Close)
    }

    pub(super) fn into_wire(self) -> Bytes {
        self.wire
    }

    fn control(opcode: ControlOpcode, parts: &[&[u8]]) -> Self {
        let payload_bytes = parts.iter().map(|part| part.len()).sum::<usize>().min(MAX_CONTROL_BYTES);
        Self::build(Opcode::Control(opcode), payload_bytes, parts.iter().copied())
    }

    /// Copies the parts behind their header, up to the `payload_bytes` that the header announces.
    fn build<'a>(opcode: Opcode, payload_bytes: usize, parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let total_bytes = header::encoded_bytes(payload_bytes) + payload_bytes;
        let mut wire = Vec::with_capacity(total_bytes);
        header::encode(opcode, payload_bytes, &mut wire);
        for part in parts {
            let room = total_bytes - wire.len();
            wire.extend_from_slice(part.get(..room).unwrap_or(part));
        }
        Self { opcode, wire: Bytes::from(wire) }
    }

    fn header_bytes(&self) -> usize {
        // The second byte of an unmasked frame is its length, or says where the length stands.
        match self.wire.get(1) {
            Some(127) => 10,
            Some(126) => 4,
            _ => 2,
        }
    }
}

impl fmt::Debug for Frame {
    /// Shows what kind of frame and how long, not the users' data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("opcode", &self.opcode).field("wire_bytes", &self.wire_bytes()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseCode, Frame};

    #[test]
    fn frames_look_like_this_on_the_wire() {
        let rows: [(Frame, &[u8]); 11] = [
            (Frame::text(""), b"\x81\x00"),
            (Frame::text("Hello"), b"\x81\x05Hello"), // RFC 6455, 5.7
            (Frame::text("é"), b"\x81\x02\xC3\xA9"),
            (Frame::text_of(&[]), b"\x81\x00"),
            (Frame::text_of(&["4", "2", "[\"a\"]"]), b"\x81\x0742[\"a\"]"),
            (Frame::binary(&[0, 255]), b"\x82\x02\x00\xFF"),
            (Frame::ping(b""), b"\x89\x00"),
            (Frame::ping(b"Hello"), b"\x89\x05Hello"),
            (Frame::pong(b"Hello"), b"\x8A\x05Hello"),
            (Frame::close(CloseCode::NORMAL, "bye"), b"\x88\x05\x03\xE8bye"),
            (Frame::close_without_code(), b"\x88\x00"),
        ];
        for (frame, wire) in rows {
            assert_eq!(frame.wire, wire, "{frame:?}");
            assert_eq!(frame.payload(), &wire[2..], "{frame:?}");
        }
    }

    #[test]
    fn payload_is_a_slice_of_the_one_allocation() {
        for (length, header_bytes) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let frame = Frame::binary(&vec![7; length]);
            let clone = frame.clone();
            assert_eq!(clone.wire.as_ptr(), frame.wire.as_ptr());
            assert_eq!(clone.payload().len(), length);
            assert_eq!(clone.wire_bytes(), header_bytes + length);
            if length > 0 {
                assert_eq!(clone.payload().as_ptr(), frame.wire[header_bytes..].as_ptr());
            }
        }
    }

    #[test]
    fn close_reason_is_cut_between_characters() {
        let frame = Frame::close(CloseCode::NORMAL, &"é".repeat(80));
        assert_eq!(&frame.wire[..2], &[0x88, 2 + 122]);
        assert_eq!(frame.payload()[2..], *"é".repeat(61).as_bytes());
    }

    #[test]
    fn control_payload_is_cut_at_125_bytes() {
        assert_eq!(Frame::ping(&[9; 200]).wire_bytes(), 127);
    }
}
