//! Who asks many leaves nothing behind, however it ends.

use std::sync::Arc;

use parlor_protocol::engine::TransportKind;
use tokio::time::{self, Instant};

use super::*;
use crate::link::Link;
use crate::recovery::Identity;
use crate::{Config, Handshake, Payload, Server, Socket};

/// Sockets of clients that never say anything by themselves.
fn sockets<const N: usize>(io: &Server) -> [Socket; N] {
    std::array::from_fn(|number| {
        let handshake = Arc::new(Handshake::new(&http::Request::new(())));
        let link = Link::new(0, TransportKind::WebSocket, handshake, 1_000_000, Arc::default());
        let socket =
            Socket::new(Identity::new(format!("socket {number}")), io.of("/").0, Arc::new(link), None);
        socket.admit();
        socket
    })
}

fn waiting<const N: usize>(sockets: &[Socket; N]) -> [usize; N] {
    sockets.each_ref().map(|socket| socket.acks().0.count())
}

#[tokio::test(start_paused = true)]
async fn dropping_the_future_or_the_end_of_the_time_frees_what_waits() {
    let io = Server::new(Config::default());
    let sockets: [Socket; 3] = sockets(&io);

    let dropped = io.local().emit_with_ack::<u32>("question", &());
    assert_eq!(waiting(&sockets), [1, 1, 1]);
    drop(dropped);
    assert_eq!(waiting(&sockets), [0, 0, 0]);

    let late = io.timeout(Duration::from_secs(7)).emit_with_ack::<u32>("question", &());
    sockets[1].resolve_ack(1, Payload::args(&5).unwrap());
    assert_eq!(waiting(&sockets), [1, 0, 1]);
    let error = late.await.unwrap_err();
    assert_eq!(error.to_string(), "2 of 3 clients did not answer event `question` within 7s");
    assert_eq!(waiting(&sockets), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn five_seconds_are_the_default_and_for_ever_can_be_said() {
    let io = Server::new(Config::default());
    let sockets: [Socket; 1] = sockets(&io);
    let begin = Instant::now();
    io.local().emit_with_ack::<()>("question", &()).await.unwrap_err();
    assert_eq!(begin.elapsed(), Duration::from_secs(5));

    let asked = io.timeout(Duration::MAX).emit_with_ack::<u32>("question", &());
    time::advance(Duration::from_secs(24 * 60 * 60)).await;
    sockets[0].resolve_ack(1, Payload::args(&5).unwrap());
    assert_eq!(asked.await.unwrap(), [5]);
}
