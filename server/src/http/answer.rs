//! Every answer of the HTTP side, in the form that engine.io gives it.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, VARY};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::ResponseBody;
use super::coding::{self, Coding};
use crate::connection::Answer;
use crate::engine::Refused;

/// When a client that was turned away may come again: by then another one has left, or another server answers.
const RETRY_AFTER_SECONDS: &str = "5";

/// The answer of a session to one of its requests.
pub(super) fn session(answer: Answer) -> Response<ResponseBody> {
    let no_store = (CACHE_CONTROL, "no-store");
    match answer {
        Answer::Payload { body, .. } => payload(body, None),
        Answer::Ok => with(StatusCode::OK, [(CONTENT_TYPE, "text/html"), no_store], "ok"),
        Answer::BadRequest => with(StatusCode::BAD_REQUEST, [no_store], ""),
    }
}

/// A payload, compressed or not.
pub(super) fn payload(body: Bytes, coding: Option<Coding>) -> Response<ResponseBody> {
    let headers = [(CONTENT_TYPE, "text/plain; charset=UTF-8"), (CACHE_CONTROL, "no-store")];
    let mut answer = with(StatusCode::OK, headers, body);
    if let Some(coding) = coding {
        answer.headers_mut().insert(CONTENT_ENCODING, coding.name());
        answer.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    answer
}

/// A request that reaches no session. An upgrade gets 400 and the message as text, and its connection is closed.
pub(super) fn refusal(refused: &Refused, is_upgrade: bool) -> Response<ResponseBody> {
    #[derive(Serialize)]
    struct Body<'a> {
        code: u8,
        message: &'a str,
    }
    let message = refused.message();
    if is_upgrade {
        let headers = [(CONTENT_TYPE, "text/html"), (CONNECTION, "close")];
        return with(StatusCode::BAD_REQUEST, headers, message.to_owned());
    }
    let status = StatusCode::from_u16(refused.refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let Some(code) = refused.refusal.code() else { return with(status, [], "") };
    let body = serde_json::to_string(&Body { code, message }).unwrap_or_default();
    with(status, [(CONTENT_TYPE, "application/json")], body)
}

pub(super) fn bad_request() -> Response<ResponseBody> {
    session(Answer::BadRequest)
}

pub(super) fn too_large() -> Response<ResponseBody> {
    with(StatusCode::PAYLOAD_TOO_LARGE, [], "")
}

/// The body is compressed in a way that is not known here.
pub(super) fn unknown_coding() -> Response<ResponseBody> {
    with(StatusCode::UNSUPPORTED_MEDIA_TYPE, [coding::ACCEPTED], "")
}

/// The body did not come in time. What is left of it is not waited for.
pub(super) fn timed_out() -> Response<ResponseBody> {
    with(StatusCode::REQUEST_TIMEOUT, [(CONNECTION, "close")], "")
}

pub(super) fn not_found() -> Response<ResponseBody> {
    with(StatusCode::NOT_FOUND, [], "")
}

pub(super) fn no_content() -> Response<ResponseBody> {
    with(StatusCode::NO_CONTENT, [], "")
}

/// There is no room, or the server goes down.
pub(super) fn unavailable() -> Response<ResponseBody> {
    with(StatusCode::SERVICE_UNAVAILABLE, [(CONNECTION, "close"), (RETRY_AFTER, RETRY_AFTER_SECONDS)], "")
}

fn with<const N: usize>(
    status: StatusCode,
    headers: [(HeaderName, &'static str); N],
    body: impl Into<Bytes>,
) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::new(body.into()));
    *response.status_mut() = status;
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
