//! The one connection to Redis: made, used, lost, and made again, for as long as the adapter lives.
//!
//! Rules: nothing is kept for a Redis that is away. What comes late is worth little to those whom it is for, and other
//! servers that come back later than this one would not hear it anyway: it is counted as lost. When Redis is back,
//! everything is subscribed to again before anything is published.

use std::ops::ControlFlow;
use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, Pipeline, PushInfo, PushKind, RedisError, RedisResult, Value,
};
use tokio::sync::Notify;
use tokio::time;

use super::adapter::Shared;
use super::outbox::Command;

/// How long Redis may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long Redis may take to answer. It answers in a millisecond; one that needs seconds is as good as gone.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// After how much quiet Redis is asked whether it is still there. A connection that was cut without a word would
/// otherwise be noticed by the next message, which would be lost.
const QUIET: Duration = Duration::from_secs(5);

/// The pause before the first attempt to come back; each is twice as long as the one before.
const MIN_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause: an attempt costs little (by TLS some milliseconds, for whom the system trusts is read anew), and
/// everybody waits for it.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Runs until the adapter is gone or closed.
pub(super) async fn run(client: Client, shared: Weak<Shared>) {
    let mut pause = MIN_PAUSE;
    let mut is_outage = false;
    loop {
        let Some(adapter) = shared.upgrade().filter(|adapter| !adapter.is_closed()) else { return };
        let error = match connect(&client, &adapter).await {
            Ok((connection, lost)) => {
                pause = MIN_PAUSE;
                is_outage = false;
                tracing::info!("Redis is reached: this server is part of its cluster");
                adapter.connected(connection.clone());
                // The adapter may go while nothing is to be done.
                drop(adapter);
                let ended = serve(connection, &lost, &shared).await;
                let Some(adapter) = shared.upgrade() else { return };
                adapter.disconnected();
                match ended {
                    Some(error) => error,
                    None => return,
                }
            }
            Err(error) => {
                // It may have got as far as taking what waits.
                adapter.disconnected();
                error
            }
        };
        if !is_outage {
            is_outage = true;
            tracing::warn!(%error, "Redis is away: this server serves its own clients alone until it is back");
        }
        time::sleep(pause).await;
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

/// Connects, and subscribes to everything. What is given with the connection is told when it is lost.
async fn connect(
    client: &Client,
    adapter: &Arc<Shared>,
) -> RedisResult<(MultiplexedConnection, Arc<Notify>)> {
    let lost = Arc::<Notify>::default();
    let (tell, hearer) = (lost.clone(), Arc::downgrade(adapter));
    let hear = move |push: PushInfo| {
        match (push.kind, hearer.upgrade()) {
            (PushKind::Disconnection, _) => tell.notify_one(),
            (kind, Some(adapter)) => hear(&adapter, &kind, push.data),
            (_, None) => {}
        }
        Ok::<_, redis::aio::SendError>(())
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT))
        .set_push_sender(hear);
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    // What is subscribed to from here on goes through the outbox.
    adapter.outbox.open();
    let all: Vec<_> = adapter.subscriptions.all().into_iter().map(Command::Subscribe).collect();
    for answer in send(&mut connection, &all).await? {
        answer?;
    }
    Ok((connection, lost))
}

/// Sends what there is to send. Gives why it had to end; nothing when the adapter has gone or was closed.
async fn serve(
    mut connection: MultiplexedConnection,
    lost: &Notify,
    shared: &Weak<Shared>,
) -> Option<RedisError> {
    loop {
        let outbox = shared.upgrade()?.outbox.clone();
        let batch = tokio::select! {
            batch = outbox.batch() => batch,
            () = lost.notified() => return Some(gone()),
            () = time::sleep(QUIET) => Vec::new(),
        };
        let adapter = shared.upgrade()?;
        if adapter.is_closed() {
            adapter.lost(messages(&batch));
            return None;
        }
        if let ControlFlow::Break(error) = turn(&mut connection, batch, &adapter).await {
            return Some(error);
        }
        if outbox.is_overrun() {
            return Some(behind());
        }
    }
}

/// Sends one batch, and counts what becomes of it. An empty one asks whether Redis is there.
async fn turn(
    connection: &mut MultiplexedConnection,
    batch: Vec<Command>,
    adapter: &Shared,
) -> ControlFlow<RedisError> {
    let count = messages(&batch);
    let answers = match send(connection, &batch).await {
        Ok(answers) => answers,
        Err(error) => {
            // Some may have gone out, but nobody can say which.
            adapter.lost(count);
            return ControlFlow::Break(error);
        }
    };
    let mut refused = 0;
    let of_redis = batch.iter().filter(|command| !matches!(command, Command::Barrier(_)));
    for (command, answer) in of_redis.zip(answers) {
        match (command, answer) {
            (_, Ok(_)) => {}
            (Command::Publish { channel, .. }, Err(error)) => {
                refused += 1;
                adapter.refused(channel, &error);
            }
            // Without it messages would be missing for ever, and nobody would know.
            (_, Err(error)) => {
                adapter.lost(refused);
                return ControlFlow::Break(error);
            }
        }
    }
    adapter.lost(refused);
    adapter.published(count - refused);
    for command in batch {
        if let Command::Barrier(waiting) = command {
            // Who waited may have given up.
            let _ = waiting.send(());
        }
    }
    ControlFlow::Continue(())
}

/// Sends commands, and waits for an answer to each.
async fn send(
    connection: &mut MultiplexedConnection,
    batch: &[Command],
) -> RedisResult<Vec<RedisResult<Value>>> {
    let mut pipeline = Pipeline::with_capacity(batch.len().max(1));
    for command in batch {
        match command {
            Command::Publish { verb, channel, body } => pipeline.cmd(verb).arg(channel).arg(body),
            Command::Subscribe(it) => pipeline.cmd(it.verbs()[0]).arg(&it.name),
            Command::Unsubscribe(it) => pipeline.cmd(it.verbs()[1]).arg(&it.name),
            Command::Barrier(_) => continue,
        };
    }
    if pipeline.is_empty() {
        pipeline.cmd("PING");
    }
    pipeline.ignore_errors().query_async(connection).await
}

/// Something was published. It is heard here and now, so that the network waits for a server that is behind, and not
/// its memory.
fn hear(adapter: &Shared, kind: &PushKind, data: Vec<Value>) {
    let mut parts = data.into_iter().map(|part| match part {
        Value::BulkString(bytes) => bytes,
        Value::SimpleString(text) => text.into_bytes(),
        _ => Vec::new(),
    });
    let mut next = || parts.next().unwrap_or_default();
    let (subscription, channel) = match kind {
        PushKind::PMessage => (next(), next()),
        PushKind::Message | PushKind::SMessage => {
            let channel = next();
            (channel.clone(), channel)
        }
        _ => return,
    };
    adapter.hear(&String::from_utf8_lossy(&subscription), &String::from_utf8_lossy(&channel), next());
}

/// How many of them are messages for the other servers.
fn messages(batch: &[Command]) -> u64 {
    batch.iter().filter(|command| matches!(command, Command::Publish { .. })).count() as u64
}

fn behind() -> RedisError {
    (ErrorKind::Io, "subscriptions were lost, because too much waits").into()
}

fn gone() -> RedisError {
    (ErrorKind::Io, "the connection was closed").into()
}
