//! The URL of a PostgreSQL, and what of it may be shown.

use std::fmt;
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, SslNegotiation};

use super::DatabaseUrlError;

/// What is said of us in the database's own lists of who is connected, if the URL says nothing else.
const APPLICATION_NAME: &str = "parlor-server";

/// Where a PostgreSQL is, and who we are there. Shown without the user and the password.
#[derive(Clone, PartialEq, Eq)]
pub(in super::super) struct PostgresUrl(Box<Config>);

impl PostgresUrl {
    pub(in super::super) fn config(&self) -> Config {
        let mut config = Config::clone(&self.0);
        if config.get_application_name().is_none() {
            config.application_name(APPLICATION_NAME);
        }
        config
    }
}

impl FromStr for PostgresUrl {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        // What stands behind the first one is taken for the host, and that is shown.
        if url.matches('@').count() > 1 {
            return Err(DatabaseUrlError(
                "an `@` in a user, a password or an option is written as %40".to_owned(),
            ));
        }
        // Options that others know. Asked only when the URL is wrong, so that a password may hold these words.
        let is_foreign = ["sslmode=verify-", "sslrootcert="].iter().any(|word| url.contains(word));
        // What is wrong with it is not said: it could quote what nobody may see.
        let config = url.parse::<Config>().map_err(|_| if is_foreign { foreign() } else { wrong() })?;
        if config.get_hosts().is_empty() {
            return Err(wrong());
        }
        let wants_tls = config.get_ssl_mode() == SslMode::Require;
        if config.get_ssl_negotiation() == SslNegotiation::Direct && !wants_tls {
            return Err(foreign());
        }
        if wants_tls && !cfg!(feature = "postgres-tls") {
            return Err(DatabaseUrlError(
                "this server was built without TLS to PostgreSQL, which `sslmode=require` asks for"
                    .to_owned(),
            ));
        }
        Ok(Self(Box::new(config)))
    }
}

fn wrong() -> DatabaseUrlError {
    DatabaseUrlError(
        "this is no URL of a PostgreSQL: write postgres://USER:PASSWORD@HOST/DATABASE".to_owned(),
    )
}

fn foreign() -> DatabaseUrlError {
    DatabaseUrlError(
        "TLS to PostgreSQL is written `sslmode=require`, and trusts whom `SSL_CERT_FILE` or the system does"
            .to_owned(),
    )
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        for (at, host) in self.0.get_hosts().iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            match host {
                Host::Tcp(name) => write!(f, "{comma}{name}")?,
                Host::Unix(folder) => {
                    write!(f, "{comma}{}", folder.display().to_string().replace('/', "%2F"))?
                }
            }
            if let Some(port) = self.0.get_ports().get(at) {
                write!(f, ":{port}")?;
            }
        }
        write!(f, "/{}", self.0.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use crate::chat::Database;

    #[test]
    fn url_is_shown_without_its_secrets() {
        let rows = [
            ("postgres://me:secret@db.example/chat", "postgres://db.example:5432/chat"),
            ("postgresql://me:secret@db.example:5433/chat", "postgres://db.example:5433/chat"),
            (
                "postgres://me:se:cr/et?secret@a,b:5433/chat?target_session_attrs=read-write",
                "postgres://a:5432,b:5433/chat",
            ),
            ("postgres://db.example/chat?user=me&password=secret", "postgres://db.example:5432/chat"),
            (
                "postgres://me@%2Frun%2Fpostgresql/chat?password=secret",
                "postgres://%2Frun%2Fpostgresql:5432/chat",
            ),
            ("postgres:///chat?host=/run/postgresql&password=secret", "postgres://%2Frun%2Fpostgresql/chat"),
            ("postgres://me:secret@db.example", "postgres://db.example:5432/"),
            #[cfg(feature = "postgres-tls")]
            ("postgres://me:secret@db.example/chat?sslmode=require", "postgres://db.example:5432/chat"),
        ];
        for (url, shown) in rows {
            let database: Database = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(database.to_string(), shown, "{url}");
            assert!(!format!("{database:?}").contains("secret"), "{url}");
        }
    }

    #[test]
    fn url_that_is_wrong_is_refused_without_being_quoted() {
        let rows = [
            "postgres://me:sec@ret@db.example/chat",
            "postgres://me:secret@db.example:port/chat",
            "postgres://me:secret@db.example/chat?secret=secret",
            "postgres://",
            "postgres:///chat",
            "postgres://me:secret@db.example/chat?sslmode=verify-full",
            "postgres://me:secret@db.example/chat?sslmode=require&sslrootcert=secret.pem",
            "postgres://me:secret@db.example/chat?sslnegotiation=direct",
            #[cfg(not(feature = "postgres-tls"))]
            "postgres://me:secret@db.example/chat?sslmode=require",
        ];
        for url in rows {
            let error = url.parse::<Database>().unwrap_err();
            assert!(!error.to_string().contains("sec"), "{url}: {error}");
            assert_eq!(error.to_string().contains("sslmode=require"), url.contains("ssl"), "{url}: {error}");
        }
    }
}
