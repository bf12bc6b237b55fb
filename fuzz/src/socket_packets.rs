//! Socket.IO packets in any sequence of frames: what decodes is encoded and decodes to the same, and a peer makes
//! nobody hoard attachments.

use parlor_protocol::json::{Json, Payload};
use parlor_protocol::limits;
use parlor_protocol::socket::{Codec, Packet, TextCodec};

use crate::input::{Frame, frames};

pub(crate) fn run(data: &[u8]) {
    let mut codec = codec();
    for frame in frames(data) {
        match codec.decode(frame) {
            Ok(Some(packet)) => check(&packet),
            Ok(None) => {}
            // The connection is closed.
            Err(error) => {
                assert!(!error.message().is_empty());
                codec.reset();
            }
        }
    }
}

fn codec() -> TextCodec<Json> {
    TextCodec::new(Json::default())
}

fn check(packet: &Packet<Payload>) {
    assert!(packet.namespace.as_str().starts_with('/'), "{packet:?}");
    assert!(packet.namespace.as_str().len() <= limits::MAX_NAMESPACE_BYTES, "{packet:?}");
    let attachments = packet.data.as_ref().map_or(0, |data| data.attachments().len());
    assert!(attachments <= limits::MAX_ATTACHMENTS, "{packet:?}");

    let mut written: Vec<Frame> = Vec::new();
    codec().encode(packet.clone(), true, &mut written);
    assert_eq!(written.len(), 1 + attachments, "{packet:?}");
    let mut reader = codec();
    let again: Vec<_> =
        written.into_iter().filter_map(|frame| reader.decode(frame).expect("our own")).collect();
    assert_eq!(again, std::slice::from_ref(packet));
}
