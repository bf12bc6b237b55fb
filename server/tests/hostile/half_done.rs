//! What begins well: deep JSON, attachments that do not come.

use std::time::Duration;

use crate::child::Process;
use crate::client::{Client, frame};
use tokio::io::AsyncWriteExt;

/// By how much one deep event may make the server grow: a few copies of its text.
const MAX_DEEP_GROWTH_KIB: u64 = 16 * 1024;

/// How many clients announce ten attachments and send nine.
const HOARDERS: u64 = 4;

/// How long each attachment is.
const ATTACHMENT_BYTES: usize = 1_000_000;

/// What those may cost: nine attachments each, and as much again for buffers.
const MAX_HOARD_KIB: u64 = 2 * HOARDERS * 9 * 1024;

#[tokio::test]
async fn deep_json_is_passed_on_as_it_is_and_refused_as_a_type() {
    let server = Process::start(Duration::from_secs(60));
    let mut client = Client::joined(server.address).await;
    let before = server.memory_kib();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let echoed = client.ask(&format!(r#"["echo",{deep}]"#)).await;
    assert_eq!(echoed, format!("[{deep}]"));
    // As a type it would have to be read, which recurses: the handler is not called, and there is no answer.
    client.send(&format!(r#"421["typed",{deep}]"#)).await;
    client.send(r#"422["typed",[[1]]]"#).await;
    client.send(r#"423["echo","hi"]"#).await;
    assert_eq!([client.text().await, client.text().await], [r#"432["understood"]"#, r#"433["hi"]"#]);
    let growth = server.most_memory_kib().saturating_sub(before);
    println!(
        "deep JSON: 200 KB of brackets, three times through the server, which grew by {growth} KiB at most"
    );
    assert!(growth < MAX_DEEP_GROWTH_KIB, "{growth} KiB");
}

#[tokio::test]
async fn attachments_that_wait_for_the_last_one_are_all_that_is_kept() {
    let server = Process::start(Duration::from_secs(60));
    let mut bystander = Client::joined(server.address).await;
    let before = server.memory_kib();
    let attachment = frame(0x82, &vec![7; ATTACHMENT_BYTES]);
    let places: Vec<_> = (0..10).map(|num| format!(r#"{{"_placeholder":true,"num":{num}}}"#)).collect();
    let mut hoarders = Vec::new();
    for _ in 0..HOARDERS {
        let mut client = Client::joined(server.address).await;
        client.send(&format!(r#"4510-["echo",{}]"#, places.join(","))).await;
        for _ in 0..9 {
            client.0.write_all(&attachment).await.unwrap();
        }
        hoarders.push(client);
    }
    bystander.round_trip().await;
    // One too many, then, from one of them: text where an attachment must be.
    hoarders[0].send("42[]").await;
    assert_eq!(hoarders[0].closed().await, Some(1000));
    let growth = server.most_memory_kib().saturating_sub(before);
    println!("{HOARDERS} clients with 9 of 10 attachments of {ATTACHMENT_BYTES} bytes: {growth} KiB at most");
    assert!(growth < MAX_HOARD_KIB, "{growth} KiB");
}
