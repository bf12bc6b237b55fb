//! A payload in pieces, for other formats than a packet's: those that have bytes in the middle of their data.

use alloc::vec::Vec;

use bytes::Bytes;

use super::Payload;
use super::placeholder::{Placeholder, placeholders};
use crate::limits;

/// A part of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// JSON as it stands before, between or behind the attachments.
    Json(&'a str),
    /// An attachment, in the place of its placeholder.
    Attachment(&'a Bytes),
}

/// The pieces of `payload`, in order.
///
/// Whoever copies attachments copies one as often as it is pointed at, so those are counted: what looks like a
/// placeholder behind [`limits::MAX_PLACEHOLDERS_PER_ATTACHMENT`] for each stays JSON, as does one that points at
/// nothing.
pub(super) fn pieces(payload: &Payload) -> impl Iterator<Item = Piece<'_>> {
    let mut found = found(payload).into_iter().peekable();
    let mut at = 0;
    core::iter::from_fn(move || {
        // One inside another has been passed already.
        while found.next_if(|next| next.at < at).is_some() {}
        if let Some(next) = found.next_if(|next| next.at == at) {
            at = next.end;
            return payload.attachments.get(next.num).map(Piece::Attachment);
        }
        let end = found.peek().map_or(payload.json.len(), |next| next.at);
        let json = payload.json.get(at..end).filter(|json| !json.is_empty())?;
        at = end;
        Some(Piece::Json(json))
    })
}

/// The placeholders that count, in the order in which they begin.
fn found(payload: &Payload) -> Vec<Placeholder> {
    let attachments = payload.attachments.len();
    if attachments == 0 {
        return Vec::new();
    }
    let max = attachments.saturating_mul(limits::MAX_PLACEHOLDERS_PER_ATTACHMENT);
    let mut found: Vec<_> =
        placeholders(&payload.json, attachments).filter_map(Result::ok).take(max).collect();
    found.sort_unstable_by_key(|placeholder| placeholder.at);
    found
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    const A: Bytes = Bytes::from_static(b"a");
    const B: Bytes = Bytes::from_static(b"b");

    #[test]
    fn attachments_stand_where_their_placeholders_do() {
        for (json, expected) in [
            ("[1]", &[Piece::Json("[1]")][..]),
            (
                r#"["x",{"num":1,"_placeholder":true},{"_placeholder":true,"num":0}]"#,
                &[
                    Piece::Json(r#"["x","#),
                    Piece::Attachment(&B),
                    Piece::Json(","),
                    Piece::Attachment(&A),
                    Piece::Json("]"),
                ],
            ),
            (r#"{"_placeholder":true,"num":0}"#, &[Piece::Attachment(&A)]),
            // The outer one counts, as in JavaScript.
            (
                r#"[{"_placeholder":true,"num":0,"x":{"_placeholder":true,"num":1}}]"#,
                &[Piece::Json("["), Piece::Attachment(&A), Piece::Json("]")],
            ),
            (r#"[{"_placeholder":true,"num":2}]"#, &[Piece::Json(r#"[{"_placeholder":true,"num":2}]"#)]),
        ] {
            let payload = Payload { json: json.into(), attachments: [A, B].into() };
            assert_eq!(pieces(&payload).collect::<Vec<_>>(), expected, "{json}");
        }
    }

    #[test]
    fn without_attachments_all_is_json() {
        let payload = Payload { json: r#"[{"_placeholder":true,"num":0}]"#.into(), attachments: Vec::new() };
        assert_eq!(pieces(&payload).collect::<Vec<_>>(), [Piece::Json(payload.json())]);
    }

    #[test]
    fn an_attachment_is_given_out_a_bounded_number_of_times() {
        let json = ["[", &r#"{"_placeholder":true,"num":0},"#.repeat(1000), "0]"].concat();
        let payload = Payload { json: json.as_str().into(), attachments: [A].into() };
        let given = pieces(&payload).filter(|piece| matches!(piece, Piece::Attachment(_))).count();
        assert_eq!(given, limits::MAX_PLACEHOLDERS_PER_ATTACHMENT);
        let text: String = pieces(&payload)
            .map(|piece| match piece {
                Piece::Json(json) => json,
                Piece::Attachment(_) => r#"{"_placeholder":true,"num":0}"#,
            })
            .collect();
        assert_eq!(text, json);
    }
}
