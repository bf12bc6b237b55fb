//! What may come by Redis: whatever it is, it is understood or refused, and what is understood can be said and understood
//! again.

pub(crate) fn run(data: &[u8]) {
    if let Err(broken) = parlor_server::redis::replay_cluster_message(data) {
        panic!("{broken}");
    }
}
