//! A PostgreSQL of the tests' own: in a folder that goes with it, and reached through a socket in that folder, so that it
//! takes no port. Tests that need one take this in with `#[path]`.
//!
//! It ends with the test's process, however that ends: a shell waits for the end of a pipe that only we hold.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// What the shell does when the pipe ends: the folder stays if a word on the pipe says so.
const GUARD: &str = r#"read -r word; folder=$1; shift; "$@"; [ "$word" = keep ] || rm -rf -- "$folder""#;

/// Durable enough for a database whose machine does not lose power while a test runs.
const SETTINGS: &str = "-c fsync=off -c max_connections=200";
const NO_PORT: &str = "-c listen_addresses=";

/// Everybody is who they say they are, but for this one, who needs a password.
pub(crate) const GUARDED: &str = "guarded";

pub(crate) struct Postgres {
    folder: PathBuf,
    /// The settings that say where it listens.
    listens: String,
    guard: Option<Child>,
}

impl Postgres {
    /// The one that all tests of a process share, each with a database of its own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// One that may be stopped.
    pub(crate) fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("parlor-postgres-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let mut postgres = Self { folder, listens: NO_PORT.to_owned(), guard: None };
        let initdb = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        run(postgres.as_owner("initdb").arg("-D").arg(postgres.data()).args(initdb));
        let trusted = std::fs::read_to_string(postgres.data().join("pg_hba.conf")).unwrap();
        let guarded = format!("local all {GUARDED} scram-sha-256\n{trusted}");
        std::fs::write(postgres.data().join("pg_hba.conf"), guarded).unwrap();
        postgres.goes_on();
        postgres
    }

    /// Starts it again, with all that it had.
    pub(crate) fn goes_on(&mut self) {
        assert!(self.tries_to_go_on(), "see the end of {}", self.folder.join("log").display());
    }

    fn tries_to_go_on(&mut self) -> bool {
        let stop = self.as_owner("pg_ctl");
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(&self.folder).arg(stop.get_program()).args(stop.get_args());
        guard.arg("-D").arg(self.data()).args(["-m", "immediate", "stop"]);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.guard = Some(guard.spawn().unwrap());
        let options = format!("-k {} {SETTINGS} {}", self.folder.display(), self.listens);
        let mut start = self.as_owner("pg_ctl");
        start.arg("-D").arg(self.data()).arg("-l").arg(self.folder.join("log"));
        start.args(["-o", &options, "-w", "start"]).stdin(Stdio::null()).stdout(Stdio::null());
        start.status().unwrap().success()
    }

    /// Ends it at once, as if it were killed; it can go on later.
    pub(crate) fn crashes(&mut self) {
        self.end("keep\n");
    }

    /// Makes an empty database, and answers with its URL.
    pub(crate) fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("chat{}", COUNT.fetch_add(1, Ordering::Relaxed));
        run(program("createdb").arg("-h").arg(&self.folder).args(["-U", "postgres", &name]));
        format!("postgres://postgres@/{name}?host={}", self.folder.display())
    }

    /// Starts it again, on a port and with a certificate that signs itself. Answers with the database's URL there, and the
    /// certificate's file.
    #[allow(dead_code, reason = "the program's tests need it alone")]
    pub(crate) fn takes_tls(&mut self, url: &str) -> (String, PathBuf) {
        self.crashes();
        let [certificate, key] = ["cert.pem", "key.pem"].map(|name| self.folder.join(name));
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext"]);
        openssl.args(["subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]);
        run(openssl.arg("-out").arg(&certificate).arg("-keyout").arg(&key));
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&key));
        }
        let files = format!("-c ssl_cert_file={} -c ssl_key_file={}", certificate.display(), key.display());
        // It cannot choose a free one, and another program may be faster.
        let port = (0..5).find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            self.listens = format!("-c listen_addresses=127.0.0.1 -p {port} -c ssl=on {files}");
            let goes_on = self.tries_to_go_on();
            if !goes_on {
                self.crashes();
            }
            goes_on.then_some(port)
        });
        let port = port.unwrap();
        let name = url.rsplit_once("@/").unwrap().1.split('?').next().unwrap();
        (format!("postgres://postgres@127.0.0.1:{port}/{name}"), certificate)
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The program, as who owns the folder: PostgreSQL does not run as root.
    fn as_owner(&self, name: &str) -> Command {
        if !is_root() {
            return program(name);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        command.arg(program(name).get_program()).current_dir(&self.folder);
        command
    }

    fn end(&mut self, word: &str) {
        let Some(mut guard) = self.guard.take() else { return };
        guard.stdin.take().unwrap().write_all(word.as_bytes()).unwrap();
        guard.wait().unwrap();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end("\n");
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Asks a database as its operator would, and answers with the rows, one on a line, columns between bars.
pub(crate) fn ask(url: &str, sql: &str) -> String {
    let mut psql = program("psql");
    psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql]);
    let output = psql.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{sql}: {}", output.status);
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn program(name: &str) -> Command {
    let folder = std::env::var_os("PARLOR_POSTGRES_BIN");
    let folder = folder.expect("PARLOR_POSTGRES_BIN: these tests are run by `cargo xtask test postgres`");
    let mut command = Command::new(Path::new(&folder).join(name));
    command.env_remove("PGPORT");
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
