//! A way to a Redis on which it is counted how often a text comes from there: what a server hears of is what comes over
//! its connections, whatever the server makes of it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::Outcome;

const READ_BYTES: usize = 64 * 1024;

pub(super) struct Tap {
    /// Where the server connects to instead.
    pub(super) address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

impl Tap {
    /// A way to `redis`. It stays until this program ends.
    pub(super) fn open(redis: SocketAddr, text: &'static str) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let seen = Arc::<AtomicUsize>::default();
        let counter = seen.clone();
        thread::spawn(move || {
            for server in listener.incoming() {
                // What cannot be connected is a server without a Redis, which is noticed.
                let _ = server.and_then(|server| join(server, redis, Counter::new(text, counter.clone())));
            }
        });
        Ok(Self { address, seen })
    }

    /// How often the text has come.
    pub(super) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

fn join(server: TcpStream, redis: SocketAddr, mut counter: Counter) -> io::Result<()> {
    let redis = TcpStream::connect(redis)?;
    for end in [&server, &redis] {
        end.set_nodelay(true)?;
    }
    let (to_redis, to_server) = (redis.try_clone()?, server.try_clone()?);
    thread::spawn(move || forward(server, to_redis, |_| ()));
    thread::spawn(move || forward(redis, to_server, |bytes| counter.look(bytes)));
    Ok(())
}

/// Until one of them ends.
fn forward(mut from: TcpStream, mut to: TcpStream, mut look: impl FnMut(&[u8])) {
    let mut buffer = vec![0; READ_BYTES];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let bytes = buffer.get(..read).unwrap_or_default();
        // Counted before the server can have heard it.
        look(bytes);
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    // An error means that it has ended already.
    let _ = to.shutdown(Shutdown::Both);
}

/// Counts a text in a stream that comes in pieces.
struct Counter {
    text: &'static [u8],
    seen: Arc<AtomicUsize>,
    /// What has come last, shorter than the text.
    tail: Vec<u8>,
}

impl Counter {
    fn new(text: &'static str, seen: Arc<AtomicUsize>) -> Self {
        Self { text: text.as_bytes(), seen, tail: Vec::new() }
    }

    fn look(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let found = self.tail.windows(self.text.len()).filter(|window| *window == self.text).count();
        self.seen.fetch_add(found, Ordering::SeqCst);
        let known = (self.tail.len() + 1).saturating_sub(self.text.len());
        self.tail.drain(..known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_once_wherever_the_stream_is_cut() {
        let stream = b"<text><<text>te><text>";
        for cut in 0..=stream.len() {
            let mut counter = Counter::new("<text>", Arc::default());
            let (one, other) = stream.split_at(cut);
            counter.look(one);
            counter.look(other);
            assert_eq!(counter.seen.load(Ordering::SeqCst), 3, "{cut}");
        }
        let mut counter = Counter::new("<text>", Arc::default());
        stream.iter().for_each(|byte| counter.look(&[*byte]));
        assert_eq!(counter.seen.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn what_comes_from_a_redis_is_counted_and_what_goes_there_is_not() {
        let redis = TcpListener::bind("127.0.0.1:0").unwrap();
        let tap = Tap::open(redis.local_addr().unwrap(), "<text>").unwrap();
        let mut server = TcpStream::connect(tap.address).unwrap();
        server.write_all(b"<text>!").unwrap();
        let (mut redis, _) = redis.accept().unwrap();
        let mut heard = [0; 7];
        redis.read_exact(&mut heard).unwrap();
        assert_eq!((&heard, tap.seen()), (b"<text>!", 0));
        redis.write_all(b"<text>?").unwrap();
        server.read_exact(&mut heard).unwrap();
        assert_eq!((&heard, tap.seen()), (b"<text>?", 1));
    }
}
