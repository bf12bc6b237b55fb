//! Frames to send, prepared once for any number of connections.
//!
//! Rule: header and payload lie in one allocation. A server's frames are not masked, so the bytes are the same for
//! every recipient, and a broadcast costs each of them a reference count. The same holds for the compressed form of
//! a message, of which there is one for each size of window among the recipients.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

use super::{
    CloseCode, Deflate, deflate,
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
///
/// let long = Frame::text(&"news ".repeat(400)).compressible();
/// assert_eq!(long.wire_bytes(), 2004); // until a recipient who agreed to it needs it otherwise
/// ```
#[derive(Clone)]
pub struct Frame {
    opcode: Opcode,
    wire: Bytes,
    /// Only if it may be compressed; shared by all clones.
    deflated: Option<Arc<Deflated>>,
}

/// The compressed form of a message for each window; `None` where the plain one is no longer.
#[derive(Default)]
struct Deflated([OnceLock<Option<Bytes>>; deflate::WINDOWS]);

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

    /// Lets a message be compressed for the recipients that agreed to it; a control frame stays as it is.
    ///
    /// Each window's form is made when the first such recipient needs it, for all clones of this frame. It is used
    /// only if it is shorter. Whether a message is long enough for it to pay is the caller's choice.
    #[must_use]
    pub fn compressible(mut self) -> Self {
        if self.deflated.is_none() && matches!(self.opcode, Opcode::Data(_)) {
            self.deflated = Some(Arc::default());
        }
        self
    }

    /// How many forms of it are kept at most: the plain one, and a compressed one for each window.
    pub(crate) const fn max_forms(&self) -> usize {
        if self.deflated.is_some() { 1 + deflate::WINDOWS } else { 1 }
    }

    /// Makes the compressed form for a recipient, unless it is there or may not be made; says whether it was made now.
    ///
    /// [`WebSocket::queue`](super::WebSocket::queue) does the same; this is for who wants to count, or to choose the
    /// moment.
    pub fn deflate_for(&self, deflate: Deflate) -> bool {
        let Some(form) = self.deflated_form(deflate) else { return false };
        let mut is_new = false;
        form.get_or_init(|| {
            is_new = true;
            let payload = deflate::compress(self.wire.get(self.header_bytes()..)?, deflate)?;
            Some(Self::wire(self.opcode, true, payload.len(), [&payload[..]]))
        });
        is_new
    }

    /// Gives the payload, which is never compressed, without copying it.
    #[must_use]
    pub fn payload(&self) -> Bytes {
        self.wire.slice(self.header_bytes()..)
    }

    /// Says whether this is a text message, so that [`payload`](Self::payload) is UTF-8.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.opcode == Opcode::Data(DataOpcode::Text)
    }

    /// Says how many bytes this frame takes on the wire, header included, when it is not compressed.
    #[must_use]
    pub fn wire_bytes(&self) -> usize {
        self.wire.len()
    }

    pub(super) fn is_close(&self) -> bool {
        self.opcode == Opcode::Control(ControlOpcode::Close)
    }

    /// Gives the bytes for a recipient.
    pub(super) fn into_wire(self, deflate: Option<Deflate>) -> Bytes {
        if self.deflated.is_none() { self.wire } else { self.wire_for(deflate).clone() }
    }

    /// The bytes for a recipient.
    pub(crate) fn wire_for(&self, deflate: Option<Deflate>) -> &Bytes {
        let deflated = deflate.and_then(|deflate| {
            self.deflate_for(deflate);
            self.deflated_form(deflate)?.get()?.as_ref()
        });
        deflated.unwrap_or(&self.wire)
    }

    fn deflated_form(&self, deflate: Deflate) -> Option<&OnceLock<Option<Bytes>>> {
        self.deflated.as_ref()?.0.get(deflate.window())
    }

    fn control(opcode: ControlOpcode, parts: &[&[u8]]) -> Self {
        let payload_bytes = parts.iter().map(|part| part.len()).sum::<usize>().min(MAX_CONTROL_BYTES);
        Self::build(Opcode::Control(opcode), payload_bytes, parts.iter().copied())
    }

    /// Copies the parts behind their header, up to the `payload_bytes` that the header announces.
    fn build<'a>(opcode: Opcode, payload_bytes: usize, parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { opcode, wire: Self::wire(opcode, false, payload_bytes, parts), deflated: None }
    }

    fn wire<'a>(
        opcode: Opcode,
        rsv1: bool,
        payload_bytes: usize,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> Bytes {
        let total_bytes = header::encoded_bytes(payload_bytes) + payload_bytes;
        let mut wire = Vec::with_capacity(total_bytes);
        header::encode(opcode, rsv1, payload_bytes, &mut wire);
        for part in parts {
            let room = total_bytes - wire.len();
            wire.extend_from_slice(part.get(..room).unwrap_or(part));
        }
        Bytes::from(wire)
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

impl PartialEq for Frame {
    /// Compares what is said, not whether it may be compressed.
    fn eq(&self, other: &Self) -> bool {
        self.wire == other.wire
    }
}

impl Eq for Frame {}

impl fmt::Debug for Frame {
    /// Shows what kind of frame and how long, not the users' data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("opcode", &self.opcode).field("wire_bytes", &self.wire_bytes()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseCode, Deflate, Deflated, Frame, deflate};

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
    fn compressed_form_has_the_bit_and_is_made_once_for_each_window() {
        // RFC 7692, 7.2.3.1, with what a sync flush leaves after its tail is cut off.
        let frame = Frame::text(&"Hello".repeat(9)).compressible();
        let clone = frame.clone();
        let deflate = Deflate::with_window(15);
        assert!(frame.deflate_for(deflate));
        assert!(!clone.deflate_for(deflate));
        assert!(clone.deflate_for(Deflate::with_window(9)));
        let [first, second] = [frame, clone.clone()].map(|frame| frame.into_wire(Some(deflate)));
        assert_eq!(first.as_ptr(), second.as_ptr());
        assert_eq!(first[0], 0b1100_0001);
        assert_eq!(usize::from(first[1]), first.len() - 2);
        assert_eq!(deflate::inflate(&first[2..], 100).unwrap(), "Hello".repeat(9).as_bytes());
        // Who agreed to nothing gets the plain one.
        assert_eq!(clone.payload(), "Hello".repeat(9));
        assert_eq!(clone.into_wire(None)[0], 0b1000_0001);
    }

    #[test]
    fn a_frame_that_may_be_compressed_costs_a_hundred_and_fifty_bytes_more() {
        assert!(size_of::<Deflated>() <= 150, "{}", size_of::<Deflated>());
        assert!(size_of::<Frame>() <= 48, "{}", size_of::<Frame>());
    }

    #[test]
    fn what_may_not_be_compressed_or_does_not_get_shorter_goes_plain() {
        let deflate = Deflate::with_window(15);
        let rows = [
            (Frame::text(&"a".repeat(99)), false),
            (Frame::ping(&[b'a'; 99]).compressible(), false),
            (Frame::close(CloseCode::NORMAL, &"a".repeat(99)).compressible(), false),
            (Frame::text("short").compressible(), true),
            (Frame::text("").compressible(), true),
        ];
        for (frame, is_tried) in rows {
            assert_eq!(frame.deflate_for(deflate), is_tried, "{frame:?}");
            assert_eq!(frame.clone().into_wire(Some(deflate)), frame.wire, "{frame:?}");
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
