//! The HTTP requests of one polling session that wait for their answers: a GET and a POST at most, and for a moment
//! those that are refused.

use std::task::{Context, Poll};

use bytes::Bytes;
use parlor_protocol::engine::server::{RequestId, Response};
use tokio::sync::oneshot;

use crate::prepared::{self, Prepared};

/// The answer to one request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 with a payload, which may be worth compressing.
    Payload { body: Bytes, compress: bool },
    /// 200 and `ok`.
    Ok,
    /// 400.
    BadRequest,
}

/// Where the request waits.
pub(crate) type Responder = oneshot::Sender<Answer>;

#[derive(Debug, Default)]
pub(super) struct Requests(Vec<(RequestId, Responder)>);

impl Requests {
    pub(super) fn insert(&mut self, request: RequestId, responder: Responder) {
        self.0.push((request, responder));
    }

    /// Answers it. Gives the length of the payload.
    pub(super) fn answer(&mut self, request: RequestId, response: Response<Prepared>) -> usize {
        let Some(responder) = self.forget(request) else { return 0 };
        let (answer, bytes) = match response {
            Response::Payload(packets) => {
                let compress = prepared::ask_for_compression(&packets);
                let body = prepared::body(packets);
                let bytes = body.len();
                (Answer::Payload { body, compress }, bytes)
            }
            Response::Ok => (Answer::Ok, 0),
            Response::BadRequest => (Answer::BadRequest, 0),
        };
        // Who has hung up needs no answer.
        let _ = responder.send(answer);
        bytes
    }

    /// The request is answered elsewhere.
    pub(super) fn forget(&mut self, request: RequestId) -> Option<Responder> {
        let at = self.0.iter().position(|(waiting, _)| *waiting == request)?;
        Some(self.0.swap_remove(at).1)
    }

    /// A request whose client has hung up, once each.
    pub(super) fn poll_aborted(&mut self, cx: &mut Context<'_>) -> Option<RequestId> {
        let hung_up = |(_, responder): &mut (_, Responder)| responder.poll_closed(cx) == Poll::Ready(());
        let at = self.0.iter_mut().position(hung_up)?;
        Some(self.0.swap_remove(at).0)
    }
}
