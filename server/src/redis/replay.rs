//! A door for those who try the decoders at random (`fuzz`), and for nobody else.

use super::{Encoded, Heard, classic, sharded};
use crate::adapter::{Message, Request};

/// Who hears, who speaks, and where.
const MINE: &str = "mine";
const OTHER: &str = "other";
const KEY: &str = "socket.io";
const NAMESPACE: &str = "/chat";

/// Reads a body as whatever a server might take it for, writes what was understood, and reads that again.
///
/// # Errors
///
/// What is written is not what was read: says what was which. The first time may lose what the format has no form for,
/// such as bytes in JSON, so that it is the second and the third reading that must be the same.
#[doc(hidden)]
pub fn replay_cluster_message(body: &[u8]) -> Result<(), String> {
    let classic = classic::Channels::new(KEY, NAMESPACE);
    for channel in [classic.broadcast(), classic.request(), classic.response()] {
        let encoded = Encoded { channel: channel.to_owned(), body: body.to_vec() };
        is_stable(encoded, |encoded| hear_classic(&classic, encoded), |heard| say_classic(&classic, heard))?;
    }
    let sharded = sharded::Channels::new(KEY, NAMESPACE, sharded::SubscriptionMode::Dynamic);
    is_stable(
        Encoded { channel: sharded.main().to_owned(), body: body.to_vec() },
        |encoded| sharded::decode(&sharded, MINE, &encoded.body.into()).ok().flatten(),
        |heard| match heard {
            Heard::Message(message) => sharded::encode(&sharded, OTHER, message),
            Heard::Response { request, response } => {
                sharded::encode_response(&sharded, OTHER, &asked(request), response)
            }
        },
    )
}

fn is_stable(
    encoded: Encoded,
    hear: impl Fn(Encoded) -> Option<Heard>,
    say: impl Fn(&Heard) -> Option<Encoded>,
) -> Result<(), String> {
    let again = |heard: &Heard| say(heard).and_then(&hear);
    let Some(second) = hear(encoded).and_then(|first| again(&first)) else { return Ok(()) };
    match again(&second) {
        Some(third) if third == second => Ok(()),
        third => Err(format!("{second:?} became {third:?}")),
    }
}

fn hear_classic(names: &classic::Channels, Encoded { channel, body }: Encoded) -> Option<Heard> {
    let body = body.into();
    if channel == names.response() {
        let (request, response) = classic::decode_response(&body).ok()??;
        return Some(Heard::Response { request, response });
    }
    let message: Message = if channel == names.request() {
        classic::decode_request(MINE, &body).ok()??
    } else {
        classic::decode_broadcast(names, MINE, &channel, &body, |_| true).ok()??
    };
    Some(Heard::Message(message))
}

fn say_classic(names: &classic::Channels, heard: &Heard) -> Option<Encoded> {
    Some(match heard {
        Heard::Message(message) => classic::encode(names, OTHER, message),
        Heard::Response { request, response } => {
            let to = classic::ResponseChannel::Shared;
            classic::encode_response(names, to, &asked(request), response)
        }
    })
}

fn asked(request: &str) -> Request {
    Request { id: request.into(), from: MINE.into() }
}
