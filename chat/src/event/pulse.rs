//! Is anybody there?

use serde::{Deserialize, Serialize};

use super::Event;
use crate::refusal::Reply;

/// To the server: asks for nothing but an answer. It waits for no other request, nor for the disk, so the time
/// that the answer takes is the connection's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {}

impl Event for Pulse {
    const NAME: &'static str = "pulse";
    type Ack = Reply<()>;
}
