//! How a server ends: politely over some time, or at once.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time;

use crate::Server;
use crate::queue::Farewell;

/// The longest pause between two clients that are sent away: a hundred a second can come back without hurting anybody,
/// so a server with few of them need not take its time.
const MAX_PAUSE: Duration = Duration::from_millis(10);

/// How far a server is on its way to the end. It never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Clients come and go.
    Open,
    /// Nobody is let in any more, and clients are sent away one by one.
    Draining,
    /// Everybody is cut off.
    Closing,
}

impl Phase {
    /// What a connection that comes now hears as soon as it is there.
    pub(crate) const fn farewell(self) -> Option<Farewell> {
        match self {
            Self::Open => None,
            Self::Draining => Some(Farewell::GoAway),
            Self::Closing => Some(Farewell::Shutdown),
        }
    }
}

impl Server {
    /// Sends every client away, and lets none in: for the end of a server whose clients shall go on elsewhere.
    ///
    /// New clients get 503 with `Retry-After` from now on. Those that are there get what waits for them, then their
    /// connection is closed without a DISCONNECT packet, so that they reconnect by themselves. That is spread over the
    /// time given, or less when there are few of them, so that they do not all come back in the same moment. Their
    /// sockets leave with `server shutting down`.
    ///
    /// Ready when all connections are closed. One that does not read may take half a minute longer than the time
    /// given: set a limit of your own, and [`close`](Server::close) behind it. Dropping the future stops sending
    /// clients away; new ones are refused for good.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use parlor_server::{Config, Server};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let io = Server::new(Config::default());
    /// let drained = io.drain(Duration::from_secs(10));
    /// let in_time = tokio::time::timeout(Duration::from_secs(20), drained).await;
    /// io.close().await;
    /// assert!(in_time.is_ok() && !io.is_open());
    /// # });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn drain(&self, over: Duration) {
        let shared = self.shared();
        shared.advance(Phase::Draining);
        let sessions = shared.sessions();
        let pause = pause(over, sessions.len());
        let mut next = time::Instant::now();
        for session in sessions {
            time::sleep_until(next).await;
            session.link.queue.push_farewell(Farewell::GoAway);
            next += pause;
        }
        shared.all_closed().await;
    }

    /// Ends every connection at once with `server shutting down`, without a DISCONNECT packet and without what still
    /// waits to be sent, and lets no client in any more. Ready when all are closed; [`serve`](crate::serve) then
    /// returns. [`drain`](Server::drain) is the polite way.
    pub async fn close(&self) {
        let shared = self.shared();
        shared.advance(Phase::Closing);
        for session in shared.sessions() {
            session.link.queue.push_farewell(Farewell::Shutdown);
        }
        shared.all_closed().await;
        if let Some(adapter) = &shared.adapter {
            adapter.close().await;
        }
    }

    /// Whether clients are let in: from the start until [`drain`](Server::drain) or [`close`](Server::close).
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.shared().phase() == Phase::Open
    }

    /// Ready when everybody is being cut off.
    pub(crate) async fn closing(&self) {
        wait_for(self.shared().phases(), Phase::Closing).await;
    }
}

fn pause(over: Duration, clients: usize) -> Duration {
    let clients = u32::try_from(clients).unwrap_or(u32::MAX).max(1);
    (over / clients).min(MAX_PAUSE)
}

async fn wait_for(mut phases: watch::Receiver<Phase>, phase: Phase) {
    // An error means that the server is gone, which is an end as well.
    let _ = phases.wait_for(|reached| *reached >= phase).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_clients_leave_over_the_whole_time_and_few_a_hundred_a_second() {
        let rows = [
            (10_000, 0, 10_000),
            (10_000, 3, 10_000),
            (10_000, 1000, 10_000),
            (10_000, 100_000, 100),
            (0, 5, 0),
        ];
        for (over_ms, clients, micros) in rows {
            let pause = pause(Duration::from_millis(over_ms), clients);
            assert_eq!(pause, Duration::from_micros(micros), "{clients} over {over_ms} ms");
        }
    }
}
