//! The application's closures around requests. A panic in one is caught and logged, and no lock is held meanwhile.

use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, RwLock};

use futures_util::FutureExt;
use http::{HeaderMap, Request};
use parlor_protocol::engine::request;
use parlor_protocol::limits;

use super::{ConnectionError, Refused};
use crate::handler::{self, Running};
use crate::sync::{read, write};
use crate::{Handshake, Refusal, id};

type AllowRequest = Arc<dyn Fn(Arc<Handshake>) -> Running<Result<(), Refusal>> + Send + Sync>;
type GenerateId = Arc<dyn Fn(Arc<Handshake>) -> Running<Result<String, String>> + Send + Sync>;
type OnHeaders = Arc<dyn Fn(&mut HeaderMap, &Request<()>) + Send + Sync>;
type OnConnectionError = Arc<dyn Fn(&ConnectionError<'_>) + Send + Sync>;

/// What is registered on an [`Engine`](super::Engine).
#[derive(Default)]
pub(crate) struct Hooks(RwLock<Arc<Registered>>);

#[derive(Clone, Default)]
struct Registered {
    allow_request: Option<AllowRequest>,
    generate_id: Option<GenerateId>,
    initial_headers: Vec<OnHeaders>,
    headers: Vec<OnHeaders>,
    connection_error: Vec<OnConnectionError>,
}

impl Hooks {
    pub(super) fn set_allow_request<F, Fut>(&self, judge: F)
    where
        F: Fn(Arc<Handshake>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Refusal>> + Send + 'static,
    {
        let judge = Arc::new(judge);
        let judge: AllowRequest = Arc::new(move |handshake| {
            let judge = judge.clone();
            let judged = handler::caught("allow_request", async move { judge(handshake).await });
            Box::pin(judged.map(|judged| judged.unwrap_or_else(|| Err(Refusal::new("Forbidden")))))
        });
        self.change(|hooks| hooks.allow_request = Some(judge));
    }

    pub(super) fn set_generate_id<F, Fut, E>(&self, make: F)
    where
        F: Fn(Arc<Handshake>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
        E: fmt::Display,
    {
        let make = Arc::new(make);
        let make: GenerateId = Arc::new(move |handshake| {
            let make = make.clone();
            let made = handler::caught("generate_id", async move {
                make(handshake).await.map_err(|error| error.to_string())
            });
            Box::pin(made.map(|made| made.unwrap_or_else(|| Err("it panicked".to_owned()))))
        });
        self.change(|hooks| hooks.generate_id = Some(make));
    }

    pub(super) fn add_initial_headers(
        &self,
        add: impl Fn(&mut HeaderMap, &Request<()>) + Send + Sync + 'static,
    ) {
        self.change(|hooks| hooks.initial_headers.push(Arc::new(add)));
    }

    pub(super) fn add_headers(&self, add: impl Fn(&mut HeaderMap, &Request<()>) + Send + Sync + 'static) {
        self.change(|hooks| hooks.headers.push(Arc::new(add)));
    }

    pub(super) fn add_connection_error(&self, hear: impl Fn(&ConnectionError<'_>) + Send + Sync + 'static) {
        self.change(|hooks| hooks.connection_error.push(Arc::new(hear)));
    }

    /// The application's own check of a handshake.
    pub(crate) async fn judge(&self, handshake: &Arc<Handshake>) -> Result<(), Refused> {
        let Some(judge) = self.registered().allow_request.clone() else { return Ok(()) };
        judge(handshake.clone()).await.map_err(|refusal| Refused {
            refusal: request::Refusal::Forbidden,
            words: Some(refusal.message().to_owned()),
        })
    }

    /// A secret id for a session. Whether it is new is for the table of sessions to say.
    pub(crate) async fn draw_id(&self, handshake: &Arc<Handshake>) -> Result<String, Refused> {
        let drawn = match self.registered().generate_id.clone() {
            Some(make) => make(handshake.clone()).await.and_then(checked),
            None => id::random().map_err(|error| error.to_string()),
        };
        drawn.map_err(|error| {
            tracing::error!(error, "there is no id for a session");
            request::Refusal::BadRequest.into()
        })
    }

    /// Lets the application add headers to an answer; to the one that opens a session, others too.
    pub(crate) fn decorate(&self, headers: &mut HeaderMap, request: &Request<()>, opens_session: bool) {
        let hooks = self.registered();
        let initial = hooks.initial_headers.iter().filter(|_| opens_session);
        for add in initial.chain(&hooks.headers) {
            caught("headers", || add(headers, request));
        }
    }

    /// Tells the application of a refusal. One without a code is none of its business.
    pub(crate) fn tell(&self, request: &Request<()>, refused: &Refused) {
        let Some(code) = refused.refusal.code() else { return };
        let error = ConnectionError { request, code, message: refused.message() };
        for hear in &self.registered().connection_error {
            caught("connection_error", || hear(&error));
        }
    }

    fn registered(&self) -> Arc<Registered> {
        read(&self.0).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Registered)) {
        change(Arc::make_mut(&mut write(&self.0)));
    }
}

/// An id that may stand in a URL and in a cookie.
fn checked(id: String) -> Result<String, String> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    if is_plain && (1..=limits::MAX_SID_BYTES).contains(&id.len()) {
        return Ok(id);
    }
    Err("it is empty, too long, or holds a character that may not stand in a URL".to_owned())
}

fn caught(what: &'static str, code: impl FnOnce()) {
    if panic::catch_unwind(AssertUnwindSafe(code)).is_err() {
        tracing::error!(handler = what, "a handler panicked; the request goes on");
    }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn an_id_is_short_and_may_stand_in_a_url() {
        let (longest, longer) = ("x".repeat(128), "x".repeat(129));
        let rows = [
            ("a-B_3.~", true),
            (&longest, true),
            (&longer, false),
            ("", false),
            ("a b", false),
            ("a;b", false),
        ];
        for (id, good) in rows {
            assert_eq!(checked(id.to_owned()).is_ok(), good, "{id:?}");
        }
    }
}
