//! Engine.IO packets and payloads: what decodes is written again and decodes to the same.

use parlor_protocol::engine::payload;

pub(crate) fn run(data: &[u8]) {
    let Ok(body) = std::str::from_utf8(data) else { return };
    let packets: Vec<_> = payload::decode(body).map_while(Result::ok).collect();
    let mut written = String::new();
    for packet in &packets {
        payload::push(packet.clone(), &mut written);
    }
    if packets.is_empty() {
        return;
    }
    let again: Vec<_> =
        payload::decode(&written).collect::<Result<_, _>>().expect("what was written decodes");
    assert_eq!(again, packets, "{written:?}");
}
