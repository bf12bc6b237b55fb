//! What is looked up when somebody asks: one walk over the connections and the namespaces.

use parlor_protocol::engine::TransportKind;

use super::{Family, Kind, Metrics, Sample};
use crate::Namespace;
use crate::server::Shared;

/// How many namespaces have numbers of their own; further ones, in the order of their names, are added up as
/// [`OTHERS`], and so are those that were made for clients. A monitoring system keeps a series for each, for weeks, and
/// clients can think of many names.
const MAX_LABELLED_NAMESPACES: usize = 64;

/// Not the name of a namespace: those begin with a slash.
const OTHERS: &str = "(others)";

/// Everything, as it is now.
pub(crate) fn gather(shared: &Shared) -> Metrics {
    let mut families = connections(shared);
    families.extend(namespaces(shared));
    families.extend(cluster(shared));
    families.extend(shared.metrics.families());
    Metrics { families }
}

fn connections(shared: &Shared) -> Vec<Family> {
    let (mut polling, mut websocket, mut queued_bytes, mut backlog_bytes) = (0, 0, 0, 0);
    for session in shared.sessions() {
        match session.link.transport() {
            TransportKind::WebSocket => websocket += 1,
            _ => polling += 1,
        }
        queued_bytes += session.link.queue.bytes() as u64;
        backlog_bytes += session.link.backlog_bytes() as u64;
    }
    vec![
        gauge(
            "parlor_connections",
            "Connections that are open, by transport.",
            Some("transport"),
            vec![sample("polling", polling), sample("websocket", websocket)],
        ),
        gauge("parlor_queue_bytes", "Bytes that wait to be sent.", None, vec![sample("", queued_bytes)]),
        gauge(
            "parlor_backlog_bytes",
            "Bytes of events that wait for their handlers.",
            None,
            vec![sample("", backlog_bytes)],
        ),
    ]
}

fn namespaces(shared: &Shared) -> Vec<Family> {
    let mut namespaces = shared.namespaces.all();
    let rank = |namespace: &Namespace| (namespace.0.is_made_for_client(), namespace.0.name.clone());
    namespaces.sort_by_cached_key(rank);
    let (mut sockets, mut rooms, mut acks_pending) = (Vec::new(), Vec::new(), 0);
    let (mut recovery_bytes, mut recovery_sessions) = (0, 0);
    for (at, namespace) in namespaces.iter().enumerate() {
        let census = namespace.0.census();
        acks_pending += census.acks_pending as u64;
        if let Some(recovery) = &namespace.0.recovery {
            let (bytes, sessions) = recovery.kept();
            recovery_bytes += bytes as u64;
            recovery_sessions += sessions as u64;
        }
        let is_labelled = at < MAX_LABELLED_NAMESPACES && !namespace.0.is_made_for_client();
        let label = if is_labelled { namespace.name() } else { OTHERS };
        if sockets.last().is_none_or(|last: &Sample| last.label != label) {
            sockets.push(sample(label, 0));
            rooms.push(sample(label, 0));
        }
        for (samples, count) in [(&mut sockets, census.sockets), (&mut rooms, census.rooms)] {
            if let Some(last) = samples.last_mut() {
                last.value += count as u64;
            }
        }
    }
    vec![
        gauge("parlor_sockets", "Sockets in each namespace.", Some("namespace"), sockets),
        gauge(
            "parlor_rooms",
            "Rooms in each namespace, with the one that every socket has for itself.",
            Some("namespace"),
            rooms,
        ),
        gauge(
            "parlor_acks_pending",
            "Answers that the application waits for.",
            None,
            vec![sample("", acks_pending)],
        ),
        gauge(
            "parlor_recovery_bytes",
            "Bytes of events that are kept for clients that may come back.",
            None,
            vec![sample("", recovery_bytes)],
        ),
        gauge(
            "parlor_recovery_sessions",
            "Clients that are away and may come back.",
            None,
            vec![sample("", recovery_sessions)],
        ),
    ]
}

fn cluster(shared: &Shared) -> Vec<Family> {
    let status = shared.adapter.as_ref().map(|adapter| adapter.status()).unwrap_or_default();
    let counter = |name, help, value| Family {
        name,
        help,
        kind: Kind::Counter,
        label: None,
        samples: vec![sample("", value)],
    };
    vec![
        gauge(
            "parlor_cluster_connected",
            "1 while the engine that joins the cluster is reached; 0 while not, and for a server alone.",
            None,
            vec![sample("", u64::from(status.is_connected))],
        ),
        counter(
            "parlor_cluster_published_total",
            "Messages that were handed on to the other servers.",
            status.published,
        ),
        counter("parlor_cluster_received_total", "Messages of other servers that came.", status.received),
        counter(
            "parlor_cluster_lost_total",
            "Messages for the other servers that were lost, because the engine was away or behind.",
            status.lost,
        ),
    ]
}

fn gauge(
    name: &'static str,
    help: &'static str,
    label: Option<&'static str>,
    samples: Vec<Sample>,
) -> Family {
    Family { name, help, kind: Kind::Gauge, label, samples }
}

fn sample(label: &str, value: u64) -> Sample {
    Sample { label: label.to_owned(), value }
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use crate::{Config, Server};

    const PAGE: &str = include_str!("../../../docs/SERVER.md");

    #[tokio::test]
    async fn the_page_for_operators_lists_every_metric_as_it_is() {
        let mut table = String::from("| metric | type | label | meaning |\n|---|---|---|---|\n");
        for family in Server::new(Config::default()).metrics().families() {
            let kind = if family.kind == Kind::Counter { "counter" } else { "gauge" };
            let label = family.label.map(|label| format!("`{label}`")).unwrap_or_default();
            table += &format!("| `{}` | {kind} | {label} | {} |\n", family.name, family.help);
        }
        let listed = PAGE.lines().skip_while(|line| !line.starts_with("| metric |"));
        let listed: String =
            listed.take_while(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
        assert_eq!(listed, table, "docs/SERVER.md must have this table:\n{table}");
    }

    #[tokio::test]
    async fn further_namespaces_share_one_label() {
        let io = Server::new(Config::default());
        for number in 0..70 {
            let _ = io.of(&format!("/{number:02}"));
        }
        let metrics = io.metrics();
        let family = metrics.families().iter().find(|family| family.name == "parlor_sockets").unwrap();
        assert_eq!(family.samples.len(), 65);
        assert_eq!(family.samples[0].label, "/");
        assert_eq!(family.samples[63].label, "/62");
        assert_eq!(family.samples[64].label, "(others)");
    }
}
