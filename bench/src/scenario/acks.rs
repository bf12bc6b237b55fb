//! Each client asks and waits for its answers.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Pace, Sample, Window};
use crate::Outcome;
use crate::fleet::{Fleet, Sends};
use crate::process::Server;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Acks {
    pub(crate) clients: usize,
    /// How many questions each client has on their way at the same time.
    pub(crate) in_flight: usize,
}

/// What is echoed: 64 bytes.
const TEXT: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

impl Acks {
    pub(crate) fn run(&self, server: &Server, pace: Pace) -> Outcome<Sample> {
        let mut fleet = Fleet::new(server.address, false)?;
        fleet.connect(self.clients)?;
        self.ask(&mut fleet, server, pace)
    }

    /// The first clients of the fleet ask until the window has closed, and then all get the answers that are missing.
    /// Others may be there beside, and silent.
    pub(crate) fn ask(&self, fleet: &mut Fleet, server: &Server, pace: Pace) -> Outcome<Sample> {
        let mut asking: Vec<Asking> = (0..self.clients).map(|_| Asking::default()).collect();
        let mut window = Window::of(pace);
        let mut result = None;
        for (client, asking) in asking.iter_mut().enumerate() {
            (0..self.in_flight).for_each(|_| asking.ask(client, fleet.sends()));
        }
        while result.is_none() || asking.iter().any(|asking| !asking.pending.is_empty()) {
            fleet.turn(|client, message, sends| {
                let asking = asking.get_mut(client).ok_or("an answer for a client that did not ask")?;
                window.took(asking.answered(message)?.elapsed());
                window.count(1);
                if result.is_none() {
                    asking.ask(client, sends);
                }
                Ok(())
            })?;
            if result.is_none() {
                result = window.look(&[&server.process])?;
            }
        }
        fleet.hear_nothing_else(self.clients)?;
        result.ok_or("nothing was asked")?.sample()
    }
}

/// One client's questions: answers come in their order, as every server here gives them.
#[derive(Default)]
struct Asking {
    next: u64,
    pending: VecDeque<(u64, Instant)>,
}

impl Asking {
    fn ask(&mut self, client: usize, sends: &mut Sends) {
        sends.text(client, &format!(r#"42{}["echo","{TEXT}"]"#, self.next));
        self.pending.push_back((self.next, Instant::now()));
        self.next += 1;
    }

    fn answered(&mut self, message: &[u8]) -> Outcome<Instant> {
        let (id, asked) = self.pending.pop_front().ok_or("an answer that nobody waits for")?;
        if message == format!(r#"43{id}["{TEXT}"]"#).as_bytes() {
            Ok(asked)
        } else {
            Err(format!("not the answer to {id}: {}", String::from_utf8_lossy(message)).into())
        }
    }
}
