//! What stands between packets and messages: the codec that the machines drive, and the edge that reads data.

use alloc::{string::String, vec::Vec};
use core::fmt::Debug;

use super::decode::{DecodeError, Decoder};
use super::{Kind, Packet, encode};
use crate::limits;
use crate::{Message, Size};

/// Turns packets into messages and back. The machines in [`crate::client`] and [`crate::server`] own one each.
///
/// [`TextCodec`] is Socket.IO's own; another one may frame packets as it likes (msgpack, one JSON text).
pub trait Codec {
    /// The user's data in a packet. Cheap to clone: events that are sent until they are answered are.
    type Data: Clone + Debug;
    /// A short text of the server's that is handed back to it: the id of a session, the place of an event.
    type Word: Clone + PartialEq + Debug;
    /// What a transport delivers as one Engine.IO message.
    type Incoming: Debug;
    /// What a transport is given as one Engine.IO message.
    type Outgoing: Size + Debug;

    /// Encodes a packet and appends its messages, which belong together, to `out`. `compress` tells whether
    /// compressing them is worth the while.
    fn encode(&mut self, packet: Packet<Self::Data>, compress: bool, out: &mut Vec<Self::Outgoing>);

    /// Takes one message; gives a packet when it completes one.
    ///
    /// # Errors
    ///
    /// The peer broke the protocol; the connection is to be closed with `parse error`.
    fn decode(&mut self, message: Self::Incoming) -> Result<Option<Packet<Self::Data>>, DecodeError>;

    /// Whether a packet is half received: more messages must come to complete it. A codec whose packets are one
    /// message each leaves it out.
    fn is_midway(&self) -> bool {
        false
    }

    /// Forgets a half-received packet: the connection it came over is gone.
    fn reset(&mut self);

    /// Reads the data of the server's answer to CONNECT. `None` when there is no `sid` in it, as when the
    /// server speaks Socket.IO v2.
    fn connect_reply(&self, data: &Self::Data) -> Option<ConnectReply<Self::Word>>;

    /// The last argument of an event, if it is a text: the place of the event in what the server can send once more.
    /// A codec that leaves it out makes clients that are not recovered.
    fn offset(&self, data: &Self::Data) -> Option<Self::Word> {
        let _ = data;
        None
    }

    /// The data of the CONNECT that asks for an earlier session: `pid` and `offset`, and what the user has to say,
    /// which wins.
    fn rejoin(
        &self,
        auth: Option<Self::Data>,
        pid: &Self::Word,
        offset: Option<&Self::Word>,
    ) -> Option<Self::Data> {
        let _ = (pid, offset);
        auth
    }
}

/// What the server says when it lets a client join a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectReply<W> {
    /// The socket's public id.
    pub sid: W,
    /// The private id of a session that can be recovered, where the server offers that.
    pub pid: Option<W>,
}

/// What a [`TextCodec`] leaves to whoever knows the user's data: its form, its JSON, its attachments.
pub trait Edge {
    /// The user's data in a packet, attachments included.
    type Data: Clone + Debug;
    /// See [`Codec::Word`].
    type Word: Clone + PartialEq + Debug;
    /// A received text message.
    type Text: Debug;
    /// A received attachment.
    type Binary: Debug;
    /// What a transport is given as one message.
    type Outgoing: Size + Debug;

    /// Lets `read` see the beginning of `text`, at least as far as its packet's header reaches.
    fn with_header<R>(&self, text: &Self::Text, read: impl FnOnce(&[u8]) -> R) -> R;

    /// Looks at the data of a packet whose attachments have yet to come, so that nobody waits for those of a packet
    /// that [`Edge::open`] is going to refuse. An edge that leaves it out refuses later.
    ///
    /// # Errors
    ///
    /// The JSON is invalid, or its [`super::Shape`] does not fit `kind`.
    fn check(&self, kind: Kind, text: &Self::Text, at: usize) -> Result<(), DecodeError> {
        let _ = (kind, text, at);
        Ok(())
    }

    /// Reads a packet's data: the JSON that begins at byte `at` of `text` with the attachments put back.
    ///
    /// `None` when the text ends at `at`.
    ///
    /// # Errors
    ///
    /// The JSON is invalid, its [`super::Shape`] does not fit `kind`, or a placeholder points at no attachment.
    fn open(
        &mut self,
        kind: Kind,
        text: Self::Text,
        at: usize,
        attachments: Vec<Self::Binary>,
    ) -> Result<Option<Self::Data>, DecodeError>;

    /// How many attachments the data has.
    fn attachments(&self, data: &Self::Data) -> usize;

    /// Appends the messages of one packet: `header` and the data's JSON in one text, then each attachment.
    /// `compress` is the one of [`Codec::encode`].
    fn seal(&mut self, header: &str, data: Option<Self::Data>, compress: bool, out: &mut Vec<Self::Outgoing>);

    /// Reads the data of the server's answer to CONNECT: see [`Codec::connect_reply`].
    fn connect_reply(&self, data: &Self::Data) -> Option<ConnectReply<Self::Word>>;

    /// The last argument of an event, if it is a text no longer than
    /// [`limits::MAX_OFFSET_BYTES`]: see [`Codec::offset`].
    fn offset(&self, data: &Self::Data) -> Option<Self::Word>;

    /// The data of the CONNECT that asks for an earlier session: see [`Codec::rejoin`].
    fn rejoin(
        &self,
        auth: Option<Self::Data>,
        pid: &Self::Word,
        offset: Option<&Self::Word>,
    ) -> Option<Self::Data>;
}

/// Socket.IO's own codec: `2/chat,12` and JSON as text, attachments as binary messages behind it.
#[derive(Debug)]
pub struct TextCodec<E: Edge> {
    edge: E,
    decoder: Decoder<E::Text, E::Binary>,
    header: String,
}

impl<E: Edge> TextCodec<E> {
    /// A codec in front of `edge` that takes at most [`limits::MAX_ATTACHMENTS`] attachments a packet.
    pub fn new(edge: E) -> Self {
        Self::with_max_attachments(edge, limits::MAX_ATTACHMENTS)
    }

    /// A codec with another bound on the attachments of one received packet.
    pub fn with_max_attachments(edge: E, max_attachments: usize) -> Self {
        Self { edge, decoder: Decoder::new(max_attachments), header: String::new() }
    }
}

impl<E: Edge> Codec for TextCodec<E> {
    type Data = E::Data;
    type Word = E::Word;
    type Incoming = Message<E::Text, E::Binary>;
    type Outgoing = E::Outgoing;

    fn encode(&mut self, packet: Packet<E::Data>, compress: bool, out: &mut Vec<E::Outgoing>) {
        let attachments = packet.data.as_ref().map_or(0, |data| self.edge.attachments(data));
        self.header.clear();
        encode::header(packet.kind, &packet.namespace, packet.id, attachments, &mut self.header);
        self.edge.seal(&self.header, packet.data, compress, out);
    }

    fn decode(&mut self, message: Self::Incoming) -> Result<Option<Packet<E::Data>>, DecodeError> {
        let Some(whole) = self.decoder.add(message, &self.edge)? else { return Ok(None) };
        let data = self.edge.open(whole.header.kind, whole.text, whole.header.data_at, whole.attachments)?;
        let super::decode::Header { kind, namespace, id, .. } = whole.header;
        Ok(Some(Packet { kind, namespace, id, data }))
    }

    fn is_midway(&self) -> bool {
        self.decoder.is_midway()
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }

    fn connect_reply(&self, data: &E::Data) -> Option<ConnectReply<E::Word>> {
        self.edge.connect_reply(data)
    }

    fn offset(&self, data: &E::Data) -> Option<E::Word> {
        self.edge.offset(data)
    }

    fn rejoin(&self, auth: Option<E::Data>, pid: &E::Word, offset: Option<&E::Word>) -> Option<E::Data> {
        self.edge.rejoin(auth, pid, offset)
    }
}
