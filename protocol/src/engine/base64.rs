//! Binary messages where only text passes: standard base64 (Engine.IO v4, "Payload encoding").

use alloc::{string::String, vec::Vec};

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padded when we write it; a peer may leave the padding out.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Appends `bytes` as padded base64 to `out`.
pub fn encode(bytes: &[u8], out: &mut String) {
    ENGINE.encode_string(bytes, out);
}

/// The bytes that `text` stands for; `None` when it is not base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    ENGINE.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_may_be_missing_and_anything_else_is_refused() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("AQ==", Some(b"\x01")),
            ("AQ", Some(b"\x01")),
            ("AQID", Some(b"\x01\x02\x03")),
            ("+/+/", Some(b"\xfb\xff\xbf")),
            ("-_-_", None),
            ("A", None),
            ("AQ==AQ==", None),
            ("AQ ID", None),
            ("é", None),
        ] {
            assert_eq!(decode(text).as_deref(), bytes, "{text:?}");
        }
    }
}
