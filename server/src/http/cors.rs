//! Cross-Origin Resource Sharing: the headers by which a browser knows that a page of another origin may ask.

use http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Response};

use super::{ResponseBody, answer};
use crate::Cors;

/// The answer to a browser that asks before it asks.
pub(super) fn preflight(cors: &Cors, method: &Method, headers: &HeaderMap) -> Option<Response<ResponseBody>> {
    if method != Method::OPTIONS || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut answer = answer::no_content();
    let allowed = answer.headers_mut();
    if allow(cors, headers.get(ORIGIN), allowed) {
        let wanted = headers.get(ACCESS_CONTROL_REQUEST_HEADERS);
        let said = [
            (ACCESS_CONTROL_ALLOW_METHODS, cors.allowed_methods()),
            (ACCESS_CONTROL_ALLOW_HEADERS, cors.headers_allowed_of(wanted)),
            (ACCESS_CONTROL_MAX_AGE, cors.preflight_age()),
        ];
        for (name, value) in said {
            if let Some(value) = value {
                allowed.insert(name, value);
            }
        }
        if wanted.is_some() && cors.mirrors_headers() {
            allowed.append(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
        }
    }
    Some(answer)
}

/// Adds what the origin may know. Gives whether it may know anything.
pub(super) fn allow(cors: &Cors, origin: Option<&HeaderValue>, headers: &mut HeaderMap) -> bool {
    // Whatever the answer is, it depends on who asks.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else { return false };
    if !origin.to_str().is_ok_and(|origin| cors.allows(origin)) {
        tracing::warn!(?origin, "a page of this origin is not allowed to ask");
        return false;
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    if cors.allows_credentials() {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if let Some(exposed) = cors.headers_exposed() {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    if headers.contains_key(ACCEPT_ENCODING) {
        // What a client may compress its bodies with: no page sees that header otherwise.
        headers.append(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Accept-Encoding"));
    }
    true
}
