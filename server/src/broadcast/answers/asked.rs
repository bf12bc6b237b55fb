//! A question that went to many, until all of them have answered.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tokio::time::{self, Instant};

use super::others::Others;
use super::{BroadcastAckError, Missing, Outcome, Unanswered};
use crate::ack::{Answer, Share};
use crate::cluster::{Responses, deadline};
use crate::emitter::Flags;
use crate::namespace::Shared as Namespace;
use crate::outgoing::Outgoing;
use crate::rooms::Target;
use crate::{AckError, Payload, Socket};

/// A question that went to many. Dropping it gives up on the answers that have not come.
pub(crate) struct Asked {
    id: u64,
    event: Arc<str>,
    timeout: Duration,
    deadline: Instant,
    /// Those who have been asked; `None` once they have spoken.
    silent: Vec<Option<Socket>>,
    /// Not bounded here, but each who is asked speaks once.
    said: mpsc::UnboundedReceiver<(usize, Answer)>,
    speaking: Option<mpsc::UnboundedSender<(usize, Answer)>>,
    /// The other servers, if they were asked too.
    others: Option<Others>,
    /// One answer is all that is wanted.
    is_for_one: bool,
}

impl Asked {
    /// Nobody is asked yet.
    fn new(id: u64, event: &str, timeout: Duration) -> Self {
        let (speaking, said) = mpsc::unbounded_channel();
        Self {
            id,
            event: event.into(),
            timeout,
            deadline: deadline(timeout),
            silent: Vec::new(),
            said,
            speaking: Some(speaking),
            others: None,
            is_for_one: false,
        }
    }

    /// Asks this server's clients.
    pub(crate) fn put(
        namespace: &Namespace,
        data: Payload,
        flags: Flags,
        timeout: Duration,
        target: &Target,
    ) -> Self {
        let id = namespace.ack_ids.fetch_add(1, Ordering::Relaxed);
        let mut asked = Self::new(id, &data.event_name().unwrap_or_default(), timeout);
        let outgoing = Outgoing { data, ack: Some(id), flags };
        outgoing.broadcast(namespace, target, |recipients| asked.wait_for(recipients.members()));
        asked
    }

    /// None of this server's clients is asked.
    pub(crate) fn of_nobody(event: &str, timeout: Duration) -> Self {
        let mut asked = Self::new(0, event, timeout);
        asked.speaking = None;
        asked
    }

    /// The other servers were asked too.
    pub(crate) fn with_others(mut self, namespace: Arc<Namespace>, responses: Responses) -> Self {
        self.others = Some(Others::new(namespace, responses));
        self
    }

    /// It is put to one client, wherever that is: nobody else is waited for once it has answered.
    pub(crate) const fn for_one(mut self) -> Self {
        self.is_for_one = true;
        self
    }

    /// How many of this server's clients are asked.
    pub(crate) const fn count(&self) -> usize {
        self.silent.len()
    }

    /// Before they are asked: a fast answer would be lost.
    fn wait_for<'a>(&mut self, recipients: impl Iterator<Item = &'a Socket>) {
        let Some(speaking) = self.speaking.take() else { return };
        // One that is being sent away is in its rooms for a moment more, and is not asked.
        for recipient in recipients.filter(|recipient| recipient.is_connected()) {
            let share = Share::new(self.silent.len(), speaking.clone());
            self.silent.push(Some(recipient.clone()));
            recipient.acks().0.wait_among_many(self.id, share);
        }
    }

    pub(super) async fn collect<A: DeserializeOwned>(mut self) -> Outcome<A> {
        let (mut answers, mut missing) = (Vec::new(), Vec::new());
        let mut others = self.others.take().unwrap_or_else(Others::nobody);
        let (mut is_waiting, deadline) = (true, self.deadline);
        while is_waiting || !others.have_answered() {
            if self.is_for_one && !answers.is_empty() {
                return Ok(answers);
            }
            tokio::select! {
                // What has come by the end of the time counts.
                biased;
                // Ends by itself when everybody has spoken or left.
                said = self.said.recv(), if is_waiting => match said {
                    Some((index, answer)) => match self.read(index, answer) {
                        Some(Ok(answer)) => answers.push(answer),
                        Some(Err(one)) => missing.push(one),
                        None => {}
                    },
                    None => is_waiting = false,
                },
                answer = others.next(), if !others.have_answered() => match answer.map(|args| args.read_args()) {
                    Some(Ok(answer)) => answers.push(answer),
                    Some(Err(_)) => others.misunderstood(),
                    None => {}
                },
                () = time::sleep_until(deadline) => break,
            }
        }
        for socket in self.give_up() {
            let error = AckError::TimedOut { event: self.event.clone(), timeout: self.timeout };
            missing.push(Missing { socket: socket.shared_id(), error });
        }
        let elsewhere = others.missing();
        if missing.is_empty() && elsewhere.is_nothing() {
            return Ok(answers);
        }
        let (event, timeout) = (self.event.clone(), self.timeout);
        Err(BroadcastAckError::Unanswered(Unanswered { event, timeout, answers, missing, elsewhere }))
    }

    /// What one of this server's clients has said; `None` for one that has spoken before.
    fn read<A: DeserializeOwned>(&mut self, index: usize, answer: Answer) -> Option<Result<A, Missing>> {
        let socket = self.silent.get_mut(index)?.take()?;
        let answer = answer.map_err(AckError::from);
        let read = answer.and_then(|args| args.read_args().map_err(AckError::Args));
        Some(read.map_err(|error| Missing { socket: socket.shared_id(), error }))
    }

    /// Tells every answer to another server, unread.
    pub(crate) async fn forward(mut self, tell: impl Fn(Payload) + Send) {
        while let Ok(Some((index, answer))) = time::timeout_at(self.deadline, self.said.recv()).await {
            self.silent.get_mut(index).and_then(Option::take);
            if let Ok(args) = answer {
                tell(args);
            }
        }
    }

    /// Those who have not spoken are not waited for any more.
    fn give_up(&mut self) -> impl Iterator<Item = Socket> + use<> {
        let id = self.id;
        let silent = mem::take(&mut self.silent).into_iter().flatten();
        silent.inspect(move |socket| socket.acks().0.forget(id))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.give_up().for_each(drop);
    }
}
