//! The frame header on the wire (RFC 6455, 5.2).
//!
//! Rule: whatever a header alone can prove wrong is refused here, at the earliest byte that proves it. What needs
//! the frames before it (fragments, sizes, extensions) is the decoder's.

use super::{ProtocolError, ProtocolErrorKind as Kind};

/// The longest payload of a control frame, and the longest length that fits into the second byte (5.5).
pub(super) const MAX_CONTROL_BYTES: usize = 125;

const FIN: u8 = 0b1000_0000;
const RSV1: u8 = 0b0100_0000;
const RSV2_AND_RSV3: u8 = 0b0011_0000;
const OPCODE: u8 = 0b0000_1111;
const MASKED: u8 = 0b1000_0000;
const LENGTH: u8 = 0b0111_1111;
const LENGTH_IN_16_BITS: u8 = 126;
const LENGTH_IN_64_BITS: u8 = 127;

/// One header that a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) is_final: bool,
    /// The bit that permessage-deflate claims (RFC 7692); the decoder knows whether it was negotiated.
    pub(super) rsv1: bool,
    pub(super) opcode: Opcode,
    pub(super) mask: [u8; 4],
    pub(super) payload_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Data(DataOpcode),
    Control(ControlOpcode),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataOpcode {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ControlOpcode {
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

impl Header {
    /// Reads a header from the start of `bytes` and says how many bytes it took; `None` when more are needed.
    pub(super) fn decode(bytes: &[u8]) -> Result<Option<(Self, usize)>, ProtocolError> {
        let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
        if first & RSV2_AND_RSV3 != 0 {
            return Err(Kind::ReservedBit.into());
        }
        let opcode = Opcode::decode(first & OPCODE)?;
        let is_final = first & FIN != 0;
        if matches!(opcode, Opcode::Control(_)) && !is_final {
            return Err(Kind::FragmentedControl.into());
        }

        let Some((&second, rest)) = rest.split_first() else { return Ok(None) };
        if second & MASKED == 0 {
            return Err(Kind::Unmasked.into());
        }
        if matches!(opcode, Opcode::Control(_)) && usize::from(second & LENGTH) > MAX_CONTROL_BYTES {
            return Err(Kind::OversizedControl.into());
        }
        let Some((payload_bytes, rest)) = decode_length(second & LENGTH, rest)? else { return Ok(None) };
        let Some((&mask, rest)) = rest.split_first_chunk() else { return Ok(None) };
        let header = Self { is_final, rsv1: first & RSV1 != 0, opcode, mask, payload_bytes };
        Ok(Some((header, bytes.len() - rest.len())))
    }
}

impl Opcode {
    const fn decode(bits: u8) -> Result<Self, ProtocolError> {
        Ok(match bits {
            0x0 => Self::Data(DataOpcode::Continuation),
            0x1 => Self::Data(DataOpcode::Text),
            0x2 => Self::Data(DataOpcode::Binary),
            0x8 => Self::Control(ControlOpcode::Close),
            0x9 => Self::Control(ControlOpcode::Ping),
            0xA => Self::Control(ControlOpcode::Pong),
            _ => return Err(ProtocolError::new(Kind::ReservedOpcode)),
        })
    }

    const fn bits(self) -> u8 {
        match self {
            Self::Data(opcode) => opcode as u8,
            Self::Control(opcode) => opcode as u8,
        }
    }
}

/// Says how many bytes [`encode`] writes.
pub(super) const fn encoded_bytes(payload_bytes: usize) -> usize {
    match payload_bytes {
        0..=125 => 2,
        126..=0xFFFF => 4,
        _ => 10,
    }
}

/// Appends the header of a server's frame: final, as this end never sends fragments, and unmasked (5.1).
pub(super) fn encode(opcode: Opcode, rsv1: bool, payload_bytes: usize, wire: &mut Vec<u8>) {
    wire.push(FIN | if rsv1 { RSV1 } else { 0 } | opcode.bits());
    match (u8::try_from(payload_bytes), u16::try_from(payload_bytes)) {
        (Ok(length @ 0..LENGTH_IN_16_BITS), _) => wire.push(length),
        (_, Ok(length)) => {
            wire.push(LENGTH_IN_16_BITS);
            wire.extend_from_slice(&length.to_be_bytes());
        }
        (_, Err(_)) => {
            wire.push(LENGTH_IN_64_BITS);
            wire.extend_from_slice(&(payload_bytes as u64).to_be_bytes());
        }
    }
}

fn decode_length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, ProtocolError> {
    let (length, rest, least) = match short {
        LENGTH_IN_16_BITS => match rest.split_first_chunk() {
            Some((bytes, rest)) => (u64::from(u16::from_be_bytes(*bytes)), rest, 126),
            None => return Ok(None),
        },
        LENGTH_IN_64_BITS => match rest.split_first_chunk() {
            Some((bytes, rest)) => (u64::from_be_bytes(*bytes), rest, 0x1_0000),
            None => return Ok(None),
        },
        _ => (u64::from(short), rest, 0),
    };
    if length > i64::MAX.unsigned_abs() {
        return Err(Kind::LengthOverflow.into());
    }
    if length < least {
        return Err(Kind::LengthNotMinimal.into());
    }
    Ok(Some((length, rest)))
}

#[cfg(test)]
mod tests {
    use super::{ControlOpcode::*, DataOpcode::*, Header, Kind, Opcode, encode, encoded_bytes};

    const CONTINUATION: Opcode = Opcode::Data(Continuation);
    const TEXT: Opcode = Opcode::Data(Text);
    const BINARY: Opcode = Opcode::Data(Binary);
    const CLOSE: Opcode = Opcode::Control(Close);
    const PING: Opcode = Opcode::Control(Ping);
    const PONG: Opcode = Opcode::Control(Pong);

    /// Wire bytes; final?; RSV1?; opcode; payload length. Every mask is 1, 2, 3, 4.
    type Row = (&'static [u8], bool, bool, Opcode, u64);

    const GOOD: [Row; 12] = [
        (&[0x81, 0x80, 1, 2, 3, 4], true, false, TEXT, 0),
        (&[0x01, 0x80, 1, 2, 3, 4], false, false, TEXT, 0),
        (&[0x00, 0x81, 1, 2, 3, 4], false, false, CONTINUATION, 1),
        (&[0x80, 0xFD, 1, 2, 3, 4], true, false, CONTINUATION, 125),
        (&[0x82, 0xFE, 0x00, 0x7E, 1, 2, 3, 4], true, false, BINARY, 126),
        (&[0x82, 0xFE, 0xFF, 0xFF, 1, 2, 3, 4], true, false, BINARY, 65535),
        (&[0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4], true, false, BINARY, 65536),
        (
            &[0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4],
            true,
            false,
            BINARY,
            (1 << 63) - 1,
        ),
        (&[0xC1, 0x85, 1, 2, 3, 4], true, true, TEXT, 5),
        (&[0x88, 0x80, 1, 2, 3, 4], true, false, CLOSE, 0),
        (&[0x89, 0xFD, 1, 2, 3, 4], true, false, PING, 125),
        (&[0x8A, 0x81, 1, 2, 3, 4], true, false, PONG, 1),
    ];

    #[test]
    fn every_field_is_read_once_the_whole_header_is_there() {
        for (wire, is_final, rsv1, opcode, payload_bytes) in GOOD {
            let header = Header { is_final, rsv1, opcode, mask: [1, 2, 3, 4], payload_bytes };
            assert_eq!(Header::decode(wire), Ok(Some((header, wire.len()))), "{wire:x?}");
            for cut in 0..wire.len() {
                assert_eq!(Header::decode(&wire[..cut]), Ok(None), "{:x?}", &wire[..cut]);
            }
        }
    }

    #[test]
    fn bad_headers_are_refused_at_the_first_byte_that_proves_it() {
        let rows: [(&[u8], Kind); 16] = [
            (&[0xA1], Kind::ReservedBit),
            (&[0x91], Kind::ReservedBit),
            (&[0x83], Kind::ReservedOpcode),
            (&[0x87], Kind::ReservedOpcode),
            (&[0x8B], Kind::ReservedOpcode),
            (&[0x8F], Kind::ReservedOpcode),
            (&[0x08], Kind::FragmentedControl),
            (&[0x09], Kind::FragmentedControl),
            (&[0x0A], Kind::FragmentedControl),
            (&[0x81, 0x05], Kind::Unmasked),
            (&[0x88, 0xFE], Kind::OversizedControl),
            (&[0x89, 0xFE], Kind::OversizedControl),
            (&[0x8A, 0xFF], Kind::OversizedControl),
            (&[0x81, 0xFE, 0x00, 0x7D], Kind::LengthNotMinimal),
            (&[0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], Kind::LengthNotMinimal),
            (&[0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], Kind::LengthOverflow),
        ];
        for (wire, kind) in rows {
            assert_eq!(Header::decode(wire), Err(kind.into()), "{wire:x?}");
            assert_eq!(Header::decode(&wire[..wire.len() - 1]), Ok(None), "{wire:x?} without its last byte");
        }
    }

    #[test]
    fn server_headers_use_the_shortest_length() {
        let rows: [(Opcode, usize, &[u8]); 9] = [
            (TEXT, 0, &[0x81, 0]),
            (TEXT, 125, &[0x81, 125]),
            (TEXT, 126, &[0x81, 126, 0, 126]),
            (BINARY, 255, &[0x82, 126, 0, 255]),
            (BINARY, 256, &[0x82, 126, 1, 0]),
            (BINARY, 65535, &[0x82, 126, 0xFF, 0xFF]),
            (BINARY, 65536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
            (CLOSE, 2, &[0x88, 2]),
            (PONG, 5, &[0x8A, 5]),
        ];
        for (opcode, length, expected) in rows {
            let mut wire = Vec::new();
            encode(opcode, false, length, &mut wire);
            assert_eq!(wire, expected);
            assert_eq!(encoded_bytes(length), expected.len());
        }
    }
}
