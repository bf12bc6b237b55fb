//! What a builder refuses, and what its choices do.

use std::collections::BTreeMap;

use parlor_client::{BuildErrorKind, Client, ConnectionState, TransportKind, TransportOptions};
use serde::Deserialize;

use crate::support::{Signal, builder, connected, within};

pub(crate) async fn what_cannot_work_is_refused_when_it_is_built() {
    let rows = [
        (
            Client::builder("ftp://h"),
            "the server's address cannot be used: its scheme is none of http, https, ws and wss",
        ),
        (
            Client::builder("http://h/chat"),
            "the server's address cannot be used: it has a path: say `path` for that of requests, or `client.of` for \
             a namespace",
        ),
        (builder().transports([]), "no transports to connect over: name at least one, or leave the default"),
        (builder().auth(&bytes::Bytes::from_static(b"bytes")), "the value for auth cannot be used"),
    ];
    for (builder, wrong) in rows {
        assert_eq!(builder.build().unwrap_err().to_string(), wrong);
    }
    let error = builder().transports([]).build().unwrap_err();
    assert!(matches!(error.kind(), BuildErrorKind::NoTransports));
}

pub(crate) async fn an_empty_address_is_the_pages_own_host() {
    let client = Client::builder("").build();
    if cfg!(target_arch = "wasm32") {
        client.unwrap();
    } else {
        let wrong =
            "the server's address cannot be used: it names no host, and there is no page to take it from";
        assert_eq!(client.unwrap_err().to_string(), wrong);
    }
}

pub(crate) async fn each_transport_may_have_a_path_of_its_own() {
    let here = TransportOptions::default().path("/socket.io/");
    let client = builder()
        .path("/nowhere")
        .transport_options(TransportKind::Polling, here.clone())
        .transport_options(TransportKind::WebSocket, here)
        .build()
        .unwrap();
    let states = Signal::new();
    let _guard = client.on_state(states.receiver());
    connected(&client.of("/")).await;
    while client.state() != (ConnectionState::Connected { transport: TransportKind::WebSocket }) {
        states.next("the upgrade").await;
    }
}

pub(crate) async fn polling_carries_credentials_headers_and_query_past_another_origins_rules() {
    let client = builder()
        .transports([TransportKind::Polling])
        .with_credentials(true)
        .extra_header("X-Parlor", "yes")
        .query("room", "a b&c")
        .auth_with(|| BTreeMap::from([("token", 7)]))
        .build()
        .unwrap();
    let socket = client.of("/");
    let mut welcome = socket.events::<Welcome>("welcome");
    connected(&socket).await;
    assert_eq!(within("the welcome", welcome.next()).await.unwrap().unwrap().auth, Auth { token: 7 });
}

#[derive(Deserialize)]
struct Welcome {
    auth: Auth,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Auth {
    token: u32,
}
