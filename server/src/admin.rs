//! The operator's namespace: the numbers, and sending people away, for whoever knows the passphrase.
//!
//! Rule: nobody learns anything about the passphrase but whether it was right, and nobody tries many. Passphrases are compared as
//! hashes, in a time that does not depend on them; they are tried one after the other, and a wrong one keeps the door
//! shut for `GUESS_DELAY`.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parlor_chat::admin::{
    CloseRoom, Enter, Figures, MAX_LISTED, MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARS, NAMESPACE, Numbers,
    RoomFigures, SendAway, SocketFigures,
};
use parlor_chat::{Event, Reason, Refusal, Reply, RoomName};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, Semaphore};
use tokio::time;

use crate::chat::tell;
use crate::{Ack, Metrics, Namespace, Server, Socket};

/// How long a wrong passphrase keeps everybody out: two guesses a second, of all clients together.
const GUESS_DELAY: Duration = Duration::from_millis(500);

/// Sockets that wait to be tried. Beyond it they are refused untried, so that an operator among them waits ten seconds
/// at most.
const MAX_KNOCKING: usize = 20;

/// What opens the operator's namespace. It is kept as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Hash);

type Hash = [u8; 32];

impl Passphrase {
    /// The first line of a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the line is no passphrase: see [`Passphrase::new`].
    pub fn read(file: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(file)?;
        Self::new(text.lines().next().unwrap_or_default())
            .map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))
    }

    /// One of at least [`MIN_PASSPHRASE_CHARS`] characters and at most [`MAX_PASSPHRASE_BYTES`] bytes.
    ///
    /// # Errors
    ///
    /// It is too short or too long.
    ///
    /// # Examples
    ///
    /// ```
    /// use parlor_server::admin::Passphrase;
    ///
    /// assert!(Passphrase::new("correct horse battery staple").is_ok());
    /// assert_eq!(Passphrase::new("1234").unwrap_err(), "a passphrase has at least 12 characters");
    /// ```
    pub fn new(text: &str) -> Result<Self, String> {
        if text.chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(format!("a passphrase has at least {MIN_PASSPHRASE_CHARS} characters"));
        }
        if text.len() > MAX_PASSPHRASE_BYTES {
            return Err(format!("a passphrase has at most {MAX_PASSPHRASE_BYTES} bytes"));
        }
        Ok(Self(hash(text)))
    }

    /// Whether it is this one. Takes as long whatever it is.
    fn is(&self, guess: &str) -> bool {
        let guess = hash(guess);
        self.0.iter().zip(guess).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
    }
}

impl fmt::Debug for Passphrase {
    /// Without the hash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Passphrase").finish_non_exhaustive()
    }
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// Opens the operator's namespace: see [`parlor_chat::admin`].
///
/// # Examples
///
/// ```
/// use parlor_server::admin::{self, Passphrase};
/// use parlor_server::{Config, Server};
///
/// let io = Server::new(Config::default());
/// admin::install(&io, Passphrase::new("correct horse battery staple")?);
/// # Ok::<(), String>(())
/// ```
pub fn install(io: &Server, passphrase: Passphrase) {
    let door = Arc::new(Door { passphrase, turn: Mutex::new(()), knocking: Semaphore::new(MAX_KNOCKING) });
    let admin = io.of(NAMESPACE);
    admin.middleware(move |socket: Socket| {
        let door = door.clone();
        async move { door.judge(&socket).await.map_err(crate::Refusal::new) }
    });
    // What holds on to the server's state and not to the server, which holds on to this.
    let (chat, metrics) = (Arc::downgrade(&io.shared().namespaces), Arc::downgrade(io.shared()));
    admin.on_connection(move |socket: Socket| {
        let (chat, metrics) = (chat.clone(), metrics.clone());
        async move {
            let root = move || chat.upgrade()?.find(&parlor_protocol::socket::Namespace::ROOT);
            let at_root = root.clone();
            on::<Numbers, _>(&socket, move |_| {
                let shared = metrics.upgrade()?;
                Some(figures(&at_root()?, &crate::metrics::gather(&shared)))
            });
            let at_root = root.clone();
            on::<CloseRoom, _>(&socket, move |close| Some(close_room(&at_root()?, &close.room)));
            on::<SendAway, _>(&socket, move |away| Some(send_away(&root()?, &away.id)));
        }
    });
}

/// Where passphrases are tried.
struct Door {
    passphrase: Passphrase,
    turn: Mutex<()>,
    knocking: Semaphore,
}

impl Door {
    async fn judge(&self, socket: &Socket) -> Result<(), &'static str> {
        let Ok(_knock) = self.knocking.try_acquire() else {
            return Err("too many are trying: come again later");
        };
        let guess =
            socket.auth::<Enter>().ok().filter(|enter| enter.passphrase.len() <= MAX_PASSPHRASE_BYTES);
        let Some(guess) = guess else { return Err("the passphrase, please") };
        let _turn = self.turn.lock().await;
        if self.passphrase.is(&guess.passphrase) {
            tracing::info!(socket = socket.id(), "an operator has come");
            return Ok(());
        }
        tracing::warn!(address = ?socket.handshake().address(), "a wrong passphrase");
        time::sleep(GUESS_DELAY).await;
        Err("this is not the passphrase")
    }
}

fn on<E, A>(socket: &Socket, answer: impl Fn(E) -> Option<A> + Send + Sync + Clone + 'static)
where
    E: Event<Ack = Reply<A>> + Send + 'static,
    A: serde::Serialize + serde::de::DeserializeOwned,
{
    socket.on(E::NAME, move |_, event: E, ack: Ack| {
        let answer = answer.clone();
        async move {
            let gone = || Refusal::new(Reason::Busy, "the server is ending");
            ack.send(&Reply::from(answer(event).ok_or_else(gone)));
        }
    });
}

fn figures(root: &Namespace, metrics: &Metrics) -> Figures {
    let sum = |name: &str| {
        let family = metrics.families().iter().find(|family| family.name == name);
        family.map_or(0, |family| family.samples.iter().map(|sample| sample.value).sum())
    };
    let mut rooms: Vec<_> = root.rooms().iter().filter_map(|room| public(root, room)).collect();
    rooms.sort_by(|one, other| other.sockets.cmp(&one.sockets).then_with(|| one.name.cmp(&other.name)));
    rooms.truncate(MAX_LISTED);
    let sockets = root.sockets().into_iter().take(MAX_LISTED);
    let sockets = sockets.map(|socket| SocketFigures {
        id: socket.id().to_owned(),
        transport: socket.transport().as_str().to_owned(),
    });
    Figures {
        connections: sum("parlor_connections"),
        events_in: sum("parlor_events_received_total"),
        events_out: sum("parlor_events_sent_total"),
        rooms,
        sockets: sockets.collect(),
    }
}

/// A room of the chat that is not private.
fn public(root: &Namespace, room: &str) -> Option<RoomFigures> {
    let name = tell::room_of(room)?;
    (name.pair().is_none())
        .then(|| RoomFigures { name: name.as_str().to_owned(), sockets: root.within(room).sockets().len() })
}

fn close_room(root: &Namespace, room: &str) -> usize {
    let Ok(room) = RoomName::read(room) else { return 0 };
    let sockets = root.within(tell::channel(&room)).sockets();
    tracing::info!(room = room.as_str(), sockets = sockets.len(), "an operator closes a room");
    sockets.iter().for_each(|socket| socket.disconnect(true));
    sockets.len()
}

fn send_away(root: &Namespace, id: &str) -> usize {
    let Some(socket) = root.socket(id) else { return 0 };
    tracing::info!(socket = id, "an operator sends a socket away");
    socket.disconnect(true);
    1
}

#[cfg(test)]
mod tests;
