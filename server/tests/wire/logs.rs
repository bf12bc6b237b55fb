//! What the server has logged.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::soon;

#[derive(Clone, Default)]
pub(crate) struct Logs {
    text: Arc<Mutex<String>>,
    news: Arc<Notify>,
}

impl Logs {
    /// Catches what this thread logs while the guard lives.
    pub(crate) fn of_this_thread() -> (Self, DefaultGuard) {
        let logs = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(logs.clone())
            .finish();
        (logs, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// Waits for a line with that in it, and gives it.
    pub(crate) async fn line(&self, wanted: &str) -> String {
        self.nth_line(wanted, 1).await
    }

    /// Waits for the nth line with that in it, and gives it.
    pub(crate) async fn nth_line(&self, wanted: &str, nth: usize) -> String {
        let line = async {
            loop {
                let news = self.news.notified();
                if let Some(line) = self.text().lines().filter(|line| line.contains(wanted)).nth(nth - 1) {
                    return line.to_owned();
                }
                news.await;
            }
        };
        soon(&format!("a log line with {wanted:?}"), line).await
    }

    /// How many lines have that in them.
    pub(crate) fn count(&self, wanted: &str) -> usize {
        self.text().lines().filter(|line| line.contains(wanted)).count()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        self.news.notify_waiters();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
