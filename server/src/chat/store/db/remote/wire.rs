//! What the database is reached by: plain, or by TLS where the URL says `sslmode=require`.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
#[cfg(feature = "postgres-tls")]
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket};

/// What reads and writes, whenever the runtime runs.
pub(super) type Wire = JoinHandle<Result<(), Error>>;

pub(super) async fn connect(config: &Config) -> Result<(Client, Wire), Error> {
    #[cfg(feature = "postgres-tls")]
    if config.get_ssl_mode() == SslMode::Require {
        return Ok(run(config.connect(tls()).await?));
    }
    Ok(run(config.connect(NoTls).await?))
}

fn run<S>((client, connection): (Client, Connection<Socket, S>)) -> (Client, Wire)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    (client, tokio::spawn(connection))
}

/// Made for each connection: whom the system trusts may change while the database is away.
#[cfg(feature = "postgres-tls")]
fn tls() -> tokio_postgres_rustls::MakeRustlsConnect {
    crate::tls::choose_cryptography();
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "some of those whom the system trusts cannot be read");
    }
    let mut roots = rustls::RootCertStore::empty();
    // Where there are none, nobody is trusted.
    roots.add_parsable_certificates(found.certs);
    let mut config = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    // PostgreSQL wants to hear so with `sslnegotiation=direct`.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    tokio_postgres_rustls::MakeRustlsConnect::new(config)
}
