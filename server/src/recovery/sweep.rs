//! Time for a namespace where nothing happens: what is too old goes even if nobody comes, leaves or emits.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time;

use super::State;
use crate::Namespace;
use crate::namespace::Shared;

/// How often it is looked. What is too old is never handed out; this only gives its memory back. Socket.IO's own.
const INTERVAL: Duration = Duration::from_secs(60);

/// Sweeps for as long as there are sessions, if nobody does yet. Needs tokio's runtime.
pub(super) fn begin(state: &mut State, namespace: &Arc<Shared>) {
    if !state.is_swept {
        state.is_swept = true;
        tokio::spawn(sweep(Arc::downgrade(namespace)));
    }
}

async fn sweep(namespace: Weak<Shared>) {
    loop {
        time::sleep(INTERVAL).await;
        let Some(namespace) = namespace.upgrade() else { return };
        if !namespace.recovery.as_ref().is_some_and(super::Recovery::purge) {
            return Namespace(namespace).vacate();
        }
    }
}
