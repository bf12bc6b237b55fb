//! PostgreSQL: another program, which other servers write into as well, and which may be away for a while.
//!
//! Only the clerk's thread waits for it, on a runtime of its own that lives as long as it waits, and never longer than
//! [`SILENCE`]. A connection that is lost is made again by [`Remote::revive`] alone, so that no statement of a transaction
//! can find itself in another connection, outside of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, Statement};

use super::{Fault, Result, Value};
use crate::chat::database::PostgresUrl;
use crate::chat::store::OpenErrorKind;
use outage::Outage;
use wire::Wire;

mod outage;
mod wire;

/// How long a statement may take, also when it waits for another server's turn to end, before the senders are refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long nothing may come before the connection is given up: the database keeps to [`PATIENCE`] itself, so it is the
/// network that is silent, or the database stands still. The other servers must not take our people for gone meanwhile: the
/// silence that the chat's servers forgive each other is longer.
const SILENCE: Duration = Duration::from_secs(7);

/// How long the database may take to let us in: everybody who asks the chat waits meanwhile. From another continent it
/// takes half a second, and by TLS two round trips more.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

/// What each connection is told first, with [`PATIENCE`] in milliseconds. A server that dies in the middle of its turn must
/// not keep the others waiting for long. An operator may ask for more than `on`, several copies for example, but no less.
fn greeting() -> String {
    let patience = PATIENCE.as_millis();
    format!(
        "SET lock_timeout = {patience}; SET statement_timeout = {patience};
        SET idle_in_transaction_session_timeout = {patience};
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
}

pub(in super::super) struct Remote {
    runtime: Runtime,
    config: Config,
    state: RefCell<State>,
}

struct State {
    link: Option<Link>,
    outage: Option<Outage>,
}

/// One connection.
struct Link {
    client: Client,
    /// What reads and writes, whenever the runtime runs.
    wire: Wire,
    statements: HashMap<&'static str, Statement>,
    /// Something in the transaction has failed: PostgreSQL would answer its COMMIT as if nothing were wrong, and roll back.
    is_spoilt: bool,
}

impl Remote {
    pub(super) fn open(url: &PostgresUrl) -> std::result::Result<Self, OpenErrorKind> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(OpenErrorKind::Thread)?;
        let config = url.config();
        let link = runtime.block_on(connect(&config))?;
        let state = RefCell::new(State { link: Some(link), outage: None });
        let remote = Self { runtime, config, state };
        let encoding = remote.all("SHOW server_encoding", &[])?;
        let encoding: String =
            encoding.first().map_or(Ok(String::new()), |row| row.try_get(0)).map_err(Fault::from)?;
        if encoding == "UTF8" { Ok(remote) } else { Err(OpenErrorKind::Encoding(encoding)) }
    }

    pub(super) fn begin(&self, statements: &str) -> Result<()> {
        self.with_link(|runtime, link| {
            link.is_spoilt = false;
            runtime.block_on(within(link.client.batch_execute(statements)))
        })
    }

    pub(super) fn commit(&self) -> Result<()> {
        self.with_link(|runtime, link| {
            if link.is_spoilt {
                return Err(Fault::Spoilt);
            }
            runtime.block_on(within(link.client.batch_execute("COMMIT")))
        })
    }

    pub(super) fn roll_back(&self) -> Result<()> {
        if self.state.borrow().link.is_none() {
            // The database does so itself when it sees that we are gone.
            return Ok(());
        }
        self.batch("ROLLBACK")
    }

    pub(super) fn batch(&self, statements: &str) -> Result<()> {
        self.with_link(|runtime, link| runtime.block_on(within(link.client.batch_execute(statements))))
    }

    pub(super) fn run(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64> {
        self.with_link(|runtime, link| {
            runtime.block_on(async {
                let statement = link.statement(sql).await?;
                within(link.client.execute(&statement, &parameters(values))).await
            })
        })
    }

    pub(super) fn all(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        self.with_link(|runtime, link| {
            runtime.block_on(async {
                let statement = link.statement(sql).await?;
                within(link.client.query(&statement, &parameters(values))).await
            })
        })
    }

    /// When to try again to reach the database; `None` when there is a connection.
    pub(in super::super) fn retry_at(&self) -> Option<Instant> {
        self.state.borrow().outage.as_ref().map(Outage::retry_at)
    }

    /// Makes a connection again, if there is none and it is time to.
    pub(in super::super) fn revive(&self) {
        let mut state = self.state.borrow_mut();
        let Some(outage) = &mut state.outage else { return };
        if outage.retry_at() > Instant::now() {
            return;
        }
        match self.runtime.block_on(connect(&self.config)) {
            Ok(link) => {
                tracing::info!(after = ?outage.length(Instant::now()), "the chat's database is reachable again");
                *state = State { link: Some(link), outage: None };
            }
            Err(fault) => {
                outage.put_off(Instant::now());
                tracing::debug!(error = &fault as &dyn Error, "the chat's database is still unreachable");
            }
        }
    }

    fn with_link<T>(&self, ask: impl FnOnce(&Runtime, &mut Link) -> Result<T>) -> Result<T> {
        let mut state = self.state.borrow_mut();
        let link = state.link.as_mut().ok_or(Fault::Away)?;
        let answer = ask(&self.runtime, link);
        if let Err(fault) = &answer {
            link.is_spoilt = true;
            if fault.ends_connection() || link.client.is_closed() {
                state.lose(&self.runtime, fault);
            }
        }
        answer
    }
}

impl State {
    /// The connection is of no more use.
    fn lose(&mut self, runtime: &Runtime, fault: &Fault) {
        let Some(mut link) = self.link.take() else { return };
        // What the database said when it ended the connection says more than that it has ended.
        let said = link
            .wire
            .is_finished()
            .then(|| runtime.block_on(&mut link.wire))
            .and_then(std::result::Result::ok);
        let last_words = said.and_then(std::result::Result::err).map(Fault::from);
        let cause = last_words.as_ref().unwrap_or(fault) as &dyn Error;
        tracing::warn!(
            error = cause,
            "the chat's database is unreachable: nothing is stored until it is back"
        );
        self.outage = Some(Outage::new(Instant::now()));
    }
}

impl Link {
    /// Each statement is prepared once for each connection.
    async fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = within(self.client.prepare(sql)).await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // It would wait for the end of a client that does not answer.
        self.wire.abort();
    }
}

async fn connect(config: &Config) -> Result<Link> {
    let connecting = async {
        let (client, wire) = wire::connect(config).await?;
        let link = Link { client, wire, statements: HashMap::new(), is_spoilt: false };
        link.client.batch_execute(&greeting()).await?;
        Ok::<_, Fault>(link)
    };
    timeout(CONNECT_PATIENCE, connecting).await.unwrap_or(Err(Fault::Silent))
}

async fn within<T>(answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>) -> Result<T> {
    match timeout(SILENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Fault::Silent),
    }
}

fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    let parameter = |value: &'a Value<'a>| -> &'a (dyn ToSql + Sync) {
        match value {
            Value::Number(number) => number,
            Value::Text(text) => text,
            Value::Bytes(bytes) => bytes,
        }
    };
    values.iter().map(parameter).collect()
}
