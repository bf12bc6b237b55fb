//! What a server has done and what it holds at the moment, as numbers: the public, read-only side.
//!
//! Rule: a number is counted where it happens (`counters`), or looked up when somebody asks (`gather`). Gauges are
//! always looked up: one that is counted up and down drifts with the first path that forgets to count down.

mod counters;
mod gather;
mod text;

pub(crate) use self::counters::{Counters, Recovery as RecoveryOutcome, Tally, Traffic};
pub(crate) use self::gather::gather;

/// The numbers of a server at one moment, made by [`Server::metrics`](crate::Server::metrics).
///
/// Its `Display` is the text format of Prometheus, with [`Metrics::CONTENT_TYPE`]. The names are listed with their
/// meaning in `docs/SERVER.md`.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let metrics = Server::new(Config::default()).metrics();
/// assert_eq!(metrics.value("parlor_connections", "websocket"), Some(0));
/// assert_eq!(metrics.value("parlor_upgrades_total", ""), Some(0));
/// assert!(metrics.to_string().contains("# TYPE parlor_sockets gauge\nparlor_sockets{namespace=\"/\"} 0\n"));
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    families: Vec<Family>,
}

impl Metrics {
    /// The media type of the text.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// The metrics, in the order of the text.
    #[must_use]
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// One number: of that metric, with that value of its label; `""` for a metric that has no label.
    #[must_use]
    pub fn value(&self, name: &str, label: &str) -> Option<u64> {
        let family = self.families.iter().find(|family| family.name == name)?;
        Some(family.samples.iter().find(|sample| sample.label == label)?.value)
    }
}

/// One metric: all its numbers, told apart by one label at most.
///
/// # Examples
///
/// ```
/// use parlor_server::{Config, Server, metrics::Kind};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let metrics = Server::new(Config::default()).metrics();
/// let family = metrics.families().iter().find(|family| family.name == "parlor_connections").unwrap();
/// assert_eq!((family.kind, family.label), (Kind::Gauge, Some("transport")));
/// assert_eq!(family.samples.len(), 2);
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Family {
    /// The name, with its unit and, for a counter, `_total`.
    pub name: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// The name of the label, if there is one.
    pub label: Option<&'static str>,
    /// The numbers.
    pub samples: Vec<Sample>,
}

/// How a metric moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// It only grows, from 0 at the server's start.
    Counter,
    /// It is what it is at the moment.
    Gauge,
}

/// One number of a [`Family`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The value of the family's label; empty when it has none.
    pub label: String,
    /// The number.
    pub value: u64,
}
