//! What goes over the wire: the same few messages for every server.
//!
//! The mask is always the same one, not zero: a server has its work with it, and the generator has not.

use std::net::SocketAddr;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What a browser asks for when it opens a WebSocket. The key is constant, so that the floor may answer with a constant.
pub(crate) fn upgrade_request(address: SocketAddr, offers_deflate: bool) -> String {
    let deflate = if offers_deflate {
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    } else {
        ""
    };
    format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nOrigin: http://{address}\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n\
         Accept-Language: en-US,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{deflate}\r\n"
    )
}

/// Appends a text message of a client.
pub(crate) fn push_text(text: &str, out: &mut Vec<u8>) {
    out.push(0x81);
    match u16::try_from(text.len()) {
        Ok(length @ 0..126) => out.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            out.push(0x80 | 126);
            out.extend(length.to_be_bytes());
        }
        Err(_) => {
            out.push(0x80 | 127);
            out.extend((text.len() as u64).to_be_bytes());
        }
    }
    out.extend(MASK);
    out.extend(text.bytes().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

pub(crate) const TEXT: u8 = 1;
pub(crate) const CLOSE: u8 = 8;

/// A frame of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) is_deflated: bool,
    pub(crate) payload: &'a [u8],
}

/// The frame that `bytes` begins with and what stands behind it; `None` while it is not complete.
pub(crate) fn split_frame(bytes: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (&[first, second], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match second {
        126 => {
            rest.split_first_chunk().map(|(length, rest)| (u64::from(u16::from_be_bytes(*length)), rest))?
        }
        127 => rest.split_first_chunk().map(|(length, rest)| (u64::from_be_bytes(*length), rest))?,
        short => (u64::from(short), rest),
    };
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Frame { opcode: first & 0x0f, is_deflated: first & 0x40 != 0, payload }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_text_is_masked_and_has_the_length_that_fits() {
        let mut out = Vec::new();
        push_text("Hello", &mut out);
        // RFC 6455, 5.7.
        assert_eq!(out, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        for (length, header) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let mut out = Vec::new();
            push_text(&"x".repeat(length), &mut out);
            assert_eq!(out.len(), header + 4 + length);
        }
    }

    #[test]
    fn frames_are_split_where_they_end_and_not_before_they_are_complete() {
        let hello = Frame { opcode: TEXT, is_deflated: false, payload: b"Hello" };
        assert_eq!(split_frame(b"\x81\x05Hello\x81"), Some((hello, &b"\x81"[..])));
        assert_eq!(split_frame(b"\x81\x05Hell"), None);
        assert_eq!(split_frame(b"\x81"), None);
        let mut long = vec![0xc1, 126, 1, 0];
        long.extend([b'x'; 256]);
        let (frame, rest) = split_frame(&long).unwrap();
        assert_eq!((frame.is_deflated, frame.payload.len(), rest.len()), (true, 256, 0));
    }
}
