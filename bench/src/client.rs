//! One client: what comes from its server, cut into messages.

use std::net::TcpStream;

use flate2::{Decompress, FlushDecompress, Status};

use crate::Outcome;
use crate::fleet::Sends;
use crate::wire::{self, Frame};

/// The longest message that a scenario sends, unpacked.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;

/// What a compressed message ends with, and what is left out of it (RFC 7692, 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    is_upgraded: bool,
    /// The beginning of something that is not complete.
    partial: Vec<u8>,
    inflater: Option<Inflater>,
}

struct Inflater {
    state: Decompress,
    /// The server begins anew with each message.
    forgets: bool,
}

impl Client {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, is_upgraded: false, partial: Vec::new(), inflater: None }
    }

    /// Hands over the messages that are complete now, but for those that any client answers by itself.
    pub(crate) fn receive(
        &mut self,
        at: usize,
        bytes: &[u8],
        sends: &mut Sends,
        each: &mut impl FnMut(usize, &[u8], &mut Sends) -> Outcome,
    ) -> Outcome {
        if self.partial.is_empty() {
            let read = self.read(at, bytes, sends, each)?;
            self.partial.extend_from_slice(bytes.get(read..).unwrap_or_default());
            return Ok(());
        }
        let mut partial = std::mem::take(&mut self.partial);
        partial.extend_from_slice(bytes);
        let read = self.read(at, &partial, sends, each)?;
        partial.drain(..read);
        self.partial = partial;
        Ok(())
    }

    /// Gives how much of it was complete.
    fn read(
        &mut self,
        at: usize,
        bytes: &[u8],
        sends: &mut Sends,
        each: &mut impl FnMut(usize, &[u8], &mut Sends) -> Outcome,
    ) -> Outcome<usize> {
        let mut rest = bytes;
        if !self.is_upgraded {
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(0) };
            let (head, frames) = bytes.split_at(end + 4);
            self.upgrade(&String::from_utf8_lossy(head))?;
            rest = frames;
        }
        while let Some((frame, behind)) = wire::split_frame(rest) {
            let unpacked;
            let message = if frame.is_deflated {
                unpacked = self.inflate(&frame)?;
                &unpacked[..]
            } else {
                frame.payload
            };
            match (frame.opcode, message.first()) {
                (wire::CLOSE, _) => return Err(format!("the server closes client {at}").into()),
                (wire::TEXT, Some(b'0')) => sends.text(at, "40"),
                (wire::TEXT, Some(b'2')) => sends.text(at, "3"),
                _ => each(at, message, sends)?,
            }
            rest = behind;
        }
        Ok(bytes.len() - rest.len())
    }

    fn upgrade(&mut self, head: &str) -> Outcome {
        if !head.starts_with("HTTP/1.1 101 ") {
            return Err(format!("a client was refused: {head}").into());
        }
        let extension =
            head.lines().find(|line| line.to_ascii_lowercase().starts_with("sec-websocket-extensions:"));
        self.inflater = extension.map(|extension| Inflater {
            state: Decompress::new(false),
            forgets: extension.contains("server_no_context_takeover"),
        });
        self.is_upgraded = true;
        Ok(())
    }

    fn inflate(&mut self, frame: &Frame<'_>) -> Outcome<Vec<u8>> {
        let inflater = self.inflater.as_mut().ok_or("a compressed message that nobody asked for")?;
        if inflater.forgets {
            inflater.state.reset(false);
        }
        let mut out = Vec::with_capacity(MAX_MESSAGE_BYTES);
        for part in [frame.payload, &TAIL] {
            let before = inflater.state.total_in();
            let status = inflater.state.decompress_vec(part, &mut out, FlushDecompress::Sync)?;
            let taken = inflater.state.total_in() - before;
            if status != Status::Ok || taken != part.len() as u64 {
                return Err("a compressed message is longer than any that was sent".into());
            }
        }
        Ok(out)
    }
}
