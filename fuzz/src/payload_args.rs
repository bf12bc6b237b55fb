//! Arguments, as handlers read them: whatever JSON came and whatever attachments with it, reading is an answer or an
//! error, and what is read as it stands can be written again.

use bytes::Bytes;
use parlor_protocol::json::{Json, Payload};
use parlor_protocol::socket::{Codec, TextCodec};
use serde_json::Value;

use crate::input::frames;

pub(crate) fn run(data: &[u8]) {
    let mut codec: TextCodec<Json> = TextCodec::new(Json::default());
    for frame in frames(data) {
        if let Ok(Some(packet)) = codec.decode(frame)
            && let Some(data) = &packet.data
        {
            read(data);
        }
    }
}

fn read(data: &Payload) {
    let name = data.event_name();
    let rest = data.event_args_payload();
    if let Some(name) = &name {
        assert_eq!(Payload::named(name, &rest).event_args_payload(), rest);
    }
    let _ = data.read_event::<Value>();
    let _ = data.read_event::<(String, Bytes, Option<u8>)>();
    let _ = data.read_event::<Vec<Bytes>>();
    let _ = data.read_event::<()>();
    let _ = data.read_value::<Value>();
    if let Ok(whole) = data.read_args::<Payload>()
        && name.is_some()
    {
        assert_eq!(whole.attachments(), data.attachments());
    }
    // Text is all there is: so it means the same to serde_json.
    if data.attachments().is_empty()
        && let Ok((value,)) = data.read_args::<(Value,)>()
    {
        // What stands behind the first argument was not read.
        if let Ok(all) = serde_json::from_str::<Vec<Value>>(data.json()) {
            assert_eq!(all.first(), Some(&value));
        }
    }
}
