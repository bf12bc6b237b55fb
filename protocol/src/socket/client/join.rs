//! How far a socket has got with joining its namespace.

/// A socket's way into its namespace, and out again. It outlives connections.
#[derive(Debug)]
pub struct Join {
    /// The user wants it connected, and it was neither refused nor sent away since.
    wanted: bool,
    phase: Phase,
}

/// There is one CONNECT for each session: servers close on a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is no session.
    Idle,
    /// The user is asked for the data of CONNECT.
    Asking,
    /// CONNECT is on its way.
    Asked,
    /// The server has let it in.
    Connected,
}

impl Join {
    /// A socket that nobody has connected yet.
    pub const fn new() -> Self {
        Self { wanted: false, phase: Phase::Idle }
    }

    /// Whether the user wants it connected.
    pub const fn is_active(&self) -> bool {
        self.wanted
    }

    /// Whether the server has let it in.
    pub fn is_connected(&self) -> bool {
        self.phase == Phase::Connected
    }

    /// The user wants it connected.
    pub const fn activate(&mut self) {
        self.wanted = true;
    }

    /// A session is open. Gives whether to ask the user what to say in CONNECT.
    pub fn session_opened(&mut self) -> bool {
        self.step(Phase::Idle, Phase::Asking)
    }

    /// The user has said it. Gives whether to send CONNECT: a second or late answer is ignored.
    pub fn authenticated(&mut self) -> bool {
        self.step(Phase::Asking, Phase::Asked)
    }

    /// The server lets it in. Gives whether anybody cares.
    pub const fn accepted(&mut self) -> bool {
        if self.wanted {
            self.phase = Phase::Connected;
        }
        self.wanted
    }

    /// The session is gone. Gives whether to tell so: an active socket does even if it was never let in.
    pub const fn session_closed(&mut self) -> bool {
        self.phase = Phase::Idle;
        self.wanted
    }

    /// It leaves: the user wants so, or the server sent it away or never let it in. Gives whether it was wanted.
    pub const fn leave(&mut self) -> bool {
        self.phase = Phase::Idle;
        core::mem::replace(&mut self.wanted, false)
    }

    fn step(&mut self, from: Phase, to: Phase) -> bool {
        let steps = self.wanted && self.phase == from;
        if steps {
            self.phase = to;
        }
        steps
    }
}

impl Default for Join {
    fn default() -> Self {
        Self::new()
    }
}
