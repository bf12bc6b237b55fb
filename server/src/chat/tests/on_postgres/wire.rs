//! A wire to a PostgreSQL that loses an answer when it is asked to.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinHandle;

use crate::chat::postgres::Postgres;

pub(super) struct Wire {
    address: SocketAddr,
    swallows: Arc<AtomicBool>,
    passing: JoinHandle<()>,
}

impl Wire {
    pub(super) async fn to(postgres: &Postgres) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let swallows = Arc::new(AtomicBool::new(false));
        let passing = tokio::spawn(pass_all(listener, postgres.socket(), swallows.clone()));
        Self { address, swallows, passing }
    }

    /// The same database as behind this URL, at the other end of the wire.
    pub(super) fn url(&self, url: &str) -> String {
        let (start, _) = url.split_once("?host=").unwrap();
        start.replace("@/", &format!("@{}/", self.address))
    }

    /// Brings it to the database, and loses the answer and the connection.
    pub(super) fn swallow_the_next_commit(&self) {
        self.swallows.store(true, Ordering::Relaxed);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.passing.abort();
    }
}

async fn pass_all(listener: TcpListener, socket: PathBuf, swallows: Arc<AtomicBool>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let (socket, swallows) = (socket.clone(), swallows.clone());
        tokio::spawn(async move { pass(client, &socket, &swallows).await });
    }
}

/// Until either end closes, or an answer is to be lost.
async fn pass(mut client: TcpStream, socket: &Path, swallows: &AtomicBool) -> std::io::Result<()> {
    let mut server = UnixStream::connect(socket).await?;
    let (mut up, mut down) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let bytes = &up[..read?];
                server.write_all(bytes).await?;
                let commits = bytes.windows(7).any(|word| word == b"COMMIT\0");
                if bytes.is_empty() || commits && swallows.swap(false, Ordering::Relaxed) {
                    // Its answer is read, so that it is stored by now.
                    let _lost = server.read(&mut down).await?;
                    return Ok(());
                }
            }
            read = server.read(&mut down) => match read? {
                0 => return Ok(()),
                read => client.write_all(&down[..read]).await?,
            },
        }
    }
}
