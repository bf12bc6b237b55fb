//! Who may open a session: the application's check, the protocol's version, an id, and room for one more.

use std::sync::Arc;

use parlor_protocol::engine::request;
use tokio::sync::OwnedSemaphorePermit;

use crate::Handshake;
use crate::ending::Phase;
use crate::engine::Refused;
use crate::server::{Counted, Shared};

/// A client that may have its session.
pub(super) struct Admitted {
    pub(super) sid: String,
    pub(super) handshake: Arc<Handshake>,
    pub(super) counted: Counted,
    /// Held until the session is open.
    pub(super) under_way: OwnedSemaphorePermit,
}

/// Why a client gets no session.
pub(super) enum Unadmitted {
    Refused(Refused),
    /// The server has no room for it now, or goes down.
    Full,
}

/// Judges a handshake, in the order of engine.io: `allowRequest`, then `EIO`, then the id.
pub(super) async fn admit(
    shared: &Arc<Shared>,
    handshake: Handshake,
    eio: Option<&str>,
) -> Result<Admitted, Unadmitted> {
    if shared.phase() != Phase::Open {
        tracing::debug!("the server goes down: a handshake was refused");
        return Err(Unadmitted::Full);
    }
    let Ok(under_way) = shared.handshakes.clone().try_acquire_owned() else {
        let max_handshakes = shared.config.max_handshakes;
        tracing::warn!(max_handshakes, "too many handshakes at the same time: refused");
        return Err(Unadmitted::Full);
    };
    let handshake = Arc::new(handshake);
    shared.hooks.judge(&handshake).await?;
    request::check_protocol(eio).map_err(Refused::from)?;
    let Some(counted) = shared.count_connection() else {
        tracing::warn!(
            max_connections = shared.config.max_connections,
            "there is no room for a connection: refused"
        );
        return Err(Unadmitted::Full);
    };
    let sid = shared.hooks.draw_id(&handshake).await?;
    if shared.session(&sid).is_some() {
        tracing::error!("a session's id was made twice: refused");
        return Err(Refused::from(request::Refusal::BadRequest).into());
    }
    Ok(Admitted { sid, handshake, counted, under_way })
}

impl From<Refused> for Unadmitted {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
