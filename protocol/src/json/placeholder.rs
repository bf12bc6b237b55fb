//! Where attachments belong: finds `{"_placeholder":true,"num":0}` in JSON that has been found valid
//! (Socket.IO protocol v5, "Binary").

use alloc::vec::Vec;

use super::scan::{Scan, unquote};

/// An object that stands for an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placeholder {
    /// The byte of the text at which it begins.
    pub(super) at: usize,
    /// The byte behind it.
    pub(super) end: usize,
    /// Which attachment it stands for.
    pub(super) num: usize,
}

/// A placeholder that points at no attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Illegal;

/// The placeholders in a text with that many attachments, in the order in which they end.
///
/// Holds one small entry for each object that is open, so that no depth is too deep.
pub(super) fn placeholders(
    json: &str,
    attachments: usize,
) -> impl Iterator<Item = Result<Placeholder, Illegal>> {
    let mut scan = Scan::new(json);
    let mut open: Vec<Candidate> = Vec::new();
    core::iter::from_fn(move || {
        while let Some(next) = scan.peek() {
            match next {
                b'{' => {
                    open.push(Candidate { at: scan.at(), marked: false, num: None });
                    scan.take(b'{');
                }
                b'}' => {
                    scan.take(b'}');
                    if let Some(Candidate { at, marked: true, num }) = open.pop() {
                        let end = scan.at();
                        return Some(num.map(|num| Placeholder { at, end, num }).ok_or(Illegal));
                    }
                }
                b'"' => {
                    let key = scan.token();
                    if let (true, Some(candidate)) = (scan.take(b':'), open.last_mut()) {
                        candidate.entry(key, scan, attachments);
                    }
                }
                b'[' | b']' | b',' | b':' => {
                    scan.take(next);
                }
                _ => {
                    scan.token();
                }
            }
        }
        None
    })
}

/// An object that may turn out to be a placeholder.
struct Candidate {
    at: usize,
    marked: bool,
    num: Option<usize>,
}

impl Candidate {
    /// Looks at one entry, whose value begins at `value`. The last entry of a name counts, as in JavaScript.
    fn entry(&mut self, key: &str, mut value: Scan<'_>, attachments: usize) {
        match &*unquote(key) {
            "_placeholder" => self.marked = value.token() == "true",
            "num" => self.num = number(value.token(), attachments),
            _ => {}
        }
    }
}

/// The attachment that a number names. `1.0` is 1: JavaScript does not tell them apart.
#[expect(clippy::cast_precision_loss, reason = "there are not 2^52 attachments")]
fn number(token: &str, attachments: usize) -> Option<usize> {
    let number: f64 = token.parse().ok()?;
    (0..attachments).find(|&num| num as f64 == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_found_at_any_depth_and_in_any_spelling() {
        for (json, expected) in [
            ("[]", &[][..]),
            (r#"["a",{"_placeholder":true,"num":1}]"#, &[Ok((5, 34, 1))]),
            (r#"{ "x" : [ { "num" : 0.0 , "_placeholder" : true } ] }"#, &[Ok((10, 49, 0))]),
            (r#"[{"\u005fplaceholder":true,"num":1}]"#, &[Ok((1, 35, 1))]),
            (r#"[{"_placeholder":true,"more":[{}],"num":1}]"#, &[Ok((1, 42, 1))]),
            (r#"[{"_placeholder":false,"num":9}]"#, &[]),
            (r#"["_placeholder",true,{"num":9}]"#, &[]),
            (r#"["{\"_placeholder\":true,\"num\":0}"]"#, &[]),
            (r#"[{"_placeholder":true,"_placeholder":false}]"#, &[]),
            (r#"[{"_placeholder":{"_placeholder":true,"num":0}}]"#, &[Ok((17, 46, 0))]),
            (r#"[{"_placeholder":true}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":2}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":-1}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":0.5}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":"0"}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":[0]}]"#, &[Err(Illegal)]),
            (r#"[{"_placeholder":true,"num":1e999}]"#, &[Err(Illegal)]),
        ] {
            let found = placeholders(json, 2).map(|found| found.map(|it| (it.at, it.end, it.num)));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{json}");
        }
    }
}
