//! The requests of polling: the handshake, GETs that wait, POSTs.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use bytestring::ByteString;
use http::{HeaderValue, Request, Response, header};
use parlor_protocol::engine::request::Refusal;
use parlor_protocol::engine::server::RequestId;
use tokio::sync::oneshot;

use super::admission::Admitted;
use super::body::{self, BodyError};
use super::coding::{self, Coding, Given};
use super::{ResponseBody, answer};
use crate::connection::{self, Answer, Command, Opening};
use crate::server::{Session, Shared};
use crate::{HttpCompression, TransportKind};

/// A GET without a session: opens one, and is answered with its handshake.
pub(super) async fn handshake(shared: &Arc<Shared>, admitted: Admitted) -> Response<ResponseBody> {
    let Admitted { sid, handshake, counted, under_way } = admitted;
    let cookie = shared.config.cookie.as_ref().map(|cookie| cookie.header(&sid));
    let (responder, answer) = oneshot::channel();
    connection::open(shared, sid, handshake, counted, Opening::Polling(responder));
    drop(under_way);
    let mut answer = answered(answer).await;
    let (name, accepted) = coding::ACCEPTED;
    answer.headers_mut().insert(name, HeaderValue::from_static(accepted));
    match cookie {
        Some(Some(cookie)) => drop(answer.headers_mut().append(header::SET_COOKIE, cookie)),
        Some(None) => tracing::error!("no cookie was set: its name, path or domain may not stand in one"),
        None => {}
    }
    answer
}

/// A GET: answered as soon as there is something to say, compressed if that is wanted.
pub(super) async fn poll(shared: &Shared, session: &Session, get: &Request<()>) -> Response<ResponseBody> {
    let (responder, answer) = oneshot::channel();
    let request = session.link.next_request();
    if session.commands.send(Box::new(Command::Poll(request, responder))).await.is_err() {
        return gone();
    }
    match answer.await {
        Ok(Answer::Payload { body, compress: true }) => payload(shared, get, body),
        Ok(answer) => answer::session(answer),
        Err(_) => gone(),
    }
}

/// A payload with something in it that is worth compressing.
fn payload(shared: &Shared, get: &Request<()>, body: Bytes) -> Response<ResponseBody> {
    let is_long = |compression: &HttpCompression| body.len() >= compression.threshold_bytes;
    let is_wanted = shared.config.http_compression.as_ref().is_some_and(is_long);
    let Some(coding) = Coding::accepted(get.headers()).filter(|_| is_wanted) else {
        return answer::payload(body, None);
    };
    match coding.compress(&body) {
        Some(compressed) => {
            shared.metrics.compressions.add(&TransportKind::Polling, 1);
            answer::payload(compressed, Some(coding))
        }
        None => answer::payload(body, None),
    }
}

/// A POST: answered when its packets have been read.
pub(super) async fn post<B>(
    shared: &Shared,
    session: &Session,
    request: &Request<()>,
    body: B,
) -> Response<ResponseBody>
where
    B: http_body::Body,
    B::Error: fmt::Display,
{
    let (responder, mut answer) = oneshot::channel();
    let id = session.link.next_request();
    if session.commands.send(Box::new(Command::PostBegun(id, responder))).await.is_err() {
        return gone();
    }
    let given = Given::of(request.headers());
    if is_octet_stream(request) {
        return refused(session, id, answer, Refused::OctetStream).await;
    }
    if given == Given::Unknown {
        return refused(session, id, answer, Refused::UnknownCoding).await;
    }
    let max_bytes = shared.config.max_http_buffer_bytes;
    let body = tokio::select! {
        // A second POST beside the first one is refused before its body is read.
        early = &mut answer => return early.map_or_else(|_| gone(), answer::session),
        body = body::read(body, max_bytes, shared.config.request_timeout) => body,
    };
    let body = body.and_then(|body| match given {
        Given::Gzip => Ok(coding::gunzip(&body, max_bytes)?),
        Given::Plain | Given::Unknown => Ok(body),
    });
    match body {
        Ok(body) => posted(session, id, answer, ByteString::try_from(body).ok()).await,
        Err(BodyError::TooLong) => refused(session, id, answer, Refused::TooLong).await,
        Err(BodyError::Damaged) => refused(session, id, answer, Refused::Damaged).await,
        // Dropping the answer's other end tells the session.
        Err(BodyError::TooSlow) => {
            tracing::warn!(connection = session.link.number, "a request body takes too long: closing");
            answer::timed_out()
        }
        Err(BodyError::Broken(error)) => {
            tracing::debug!(connection = session.link.number, error, "a request body ended early");
            answer::bad_request()
        }
    }
}

async fn posted(
    session: &Session,
    request: RequestId,
    answer: oneshot::Receiver<Answer>,
    body: Option<ByteString>,
) -> Response<ResponseBody> {
    let is_utf8 = body.is_some();
    if session.commands.send(Box::new(Command::Posted(request, body))).await.is_err() {
        return gone();
    }
    let answer = answered(answer).await;
    if is_utf8 { answer } else { answer::bad_request() }
}

enum Refused {
    OctetStream,
    UnknownCoding,
    Damaged,
    TooLong,
}

async fn refused(
    session: &Session,
    request: RequestId,
    answer: oneshot::Receiver<Answer>,
    why: Refused,
) -> Response<ResponseBody> {
    let connection = session.link.number;
    let (fatal, response) = match why {
        Refused::OctetStream => {
            tracing::warn!(
                connection,
                "a request body is application/octet-stream, it must be text: closing"
            );
            (true, answer::bad_request())
        }
        Refused::UnknownCoding => {
            tracing::warn!(connection, "a request body is neither plain nor gzip: refused");
            (false, answer::unknown_coding())
        }
        Refused::Damaged => {
            tracing::warn!(connection, "a request body is not the gzip that it is said to be: closing");
            (true, answer::bad_request())
        }
        Refused::TooLong => {
            tracing::warn!(connection, "a request body is longer than max_http_buffer_bytes: refused");
            (false, answer::too_large())
        }
    };
    if session.commands.send(Box::new(Command::PostRefused { request, fatal })).await.is_ok() {
        // Until the session has heard it, this must not look like hanging up.
        let _ = answer.await;
    }
    response
}

async fn answered(answer: oneshot::Receiver<Answer>) -> Response<ResponseBody> {
    answer.await.map_or_else(|_| gone(), answer::session)
}

/// The session ended between the look at the table and the request.
fn gone() -> Response<ResponseBody> {
    answer::refusal(&Refusal::SessionUnknown.into(), false)
}

fn is_octet_stream(request: &Request<()>) -> bool {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/octet-stream")
}
