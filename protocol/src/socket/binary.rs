//! A packet whose attachments are still on their way (Socket.IO protocol v5, "Binary").

use alloc::vec::Vec;

use super::decode::{Header, Whole};

/// A text that announced attachments, and those that have come.
#[derive(Debug)]
pub(super) struct Reassembly<T, B> {
    header: Header,
    text: T,
    attachments: Vec<B>,
}

impl<T, B> Reassembly<T, B> {
    pub(super) const fn new(header: Header, text: T) -> Self {
        Self { header, text, attachments: Vec::new() }
    }

    pub(super) fn with(mut self, attachment: B) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// The whole packet when nothing is missing, else itself.
    pub(super) fn finish(self) -> Result<Whole<T, B>, Self> {
        if self.attachments.len() < self.header.attachments {
            return Err(self);
        }
        let Self { header, text, attachments } = self;
        Ok(Whole { header, text, attachments })
    }
}
