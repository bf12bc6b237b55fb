//! Steps through JSON text that serde_json has found valid: where values begin and end, no more.
//!
//! Takes time in proportion to the text however deep it nests, and ends on any text, valid or not.

use alloc::borrow::Cow;

use bytes::Bytes;

use crate::socket::First;

/// A position in JSON text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The same text from another byte on.
    pub(super) const fn moved_to(self, at: usize) -> Self {
        Self { at, ..self }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is not whitespace, and the position moved there.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.at += space;
        rest.get(space).copied()
    }

    /// Steps over `byte` if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    /// Steps over one string, number, `true`, `false` or `null`, and gives its text.
    pub(super) fn token(&mut self) -> &'a str {
        let first = self.peek();
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        self.at += match first {
            Some(b'"') => string_len(rest),
            _ => rest.iter().take_while(|byte| !b",:]}[{\" \t\n\r".contains(byte)).count(),
        };
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Steps over one value of any kind, and gives its text.
    pub(super) fn value(&mut self) -> &'a str {
        if self.peek() == Some(b'"') {
            return self.token();
        }
        let mut depth = 0_usize;
        let start = self.at;
        while let Some(next) = self.peek() {
            match next {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            match next {
                b'[' | b'{' | b']' | b'}' | b',' | b':' => self.at += 1,
                _ => {
                    self.token();
                }
            }
            if depth == 0 {
                break;
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }
}

/// How long the string is that begins here, quotes included.
fn string_len(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        match text.get(at) {
            Some(b'\\') => at += 2,
            _ => return at + 1,
        }
    }
    text.len()
}

/// The items of an array, each as its text. Nothing else has items.
pub(super) fn items(json: &str) -> impl Iterator<Item = &str> {
    let mut scan = Scan::new(json);
    let mut more = scan.take(b'[') && scan.peek() != Some(b']');
    core::iter::from_fn(move || {
        let item = more.then(|| scan.value());
        more = more && scan.take(b',');
        item
    })
}

/// What a JSON string stands for; it comes with its quotes. Half a surrogate pair, which only JavaScript can keep, becomes
/// U+FFFD.
///
/// ```
/// assert_eq!(parlor_protocol::json::unquote(r#""a\u0062""#), "ab");
/// ```
pub fn unquote(token: &str) -> Cow<'_, str> {
    let inside = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(token);
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let bytes: Bytes = serde_json::from_str(token).unwrap_or_default();
    alloc::string::String::from_utf8_lossy(&bytes).into_owned().into()
}

/// An event's name, from the text of a packet's first item: a string's content, a number's text.
pub(super) fn name(item: &str) -> Option<Cow<'_, str>> {
    match item.as_bytes().first()? {
        b'"' => Some(unquote(item)),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(item)),
        _ => None,
    }
}

/// An event's name that is written as nearly all are: it comes first in the array, and nothing in it is escaped.
pub(super) fn plain_name(json: &str) -> Option<&str> {
    let rest = json.strip_prefix("[\"")?;
    let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
    let (name, behind) = rest.split_at_checked(end)?;
    behind.starts_with('"').then_some(name)
}

/// What a string stands for in which nothing is escaped. `None` for any other value.
pub(super) fn plain_text(json: &str) -> Option<&str> {
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    memchr::memchr(b'\\', text.as_bytes()).is_none().then_some(text)
}

/// How the rule for packets sees a first item whose [`name`] this is.
pub(super) fn first(item: Option<&str>, name: Option<&str>) -> First {
    match (item, name) {
        (None, _) => First::Nothing,
        (Some(item), Some(name)) if item.starts_with('"') => First::of(name),
        (Some(_), Some(_)) => First::Number,
        (Some(_), None) => First::Other,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn an_array_falls_into_the_texts_of_its_items() {
        for (json, expected) in [
            ("[]", &[][..]),
            ("[ ]", &[]),
            ("[1]", &["1"]),
            (
                r#"["a,]",  [1,[2]] ,{"x":{"y":"}"}} , true]"#,
                &[r#""a,]""#, "[1,[2]]", r#"{"x":{"y":"}"}}"#, "true"],
            ),
            (r#"["\"","\\",""]"#, &[r#""\"""#, r#""\\""#, r#""""#]),
            ("{}", &[]),
            (r#""[1]""#, &[]),
        ] {
            assert_eq!(items(json).collect::<Vec<_>>(), expected, "{json}");
        }
    }

    #[test]
    fn a_text_that_is_not_json_comes_to_an_end() {
        for text in ["[", "[\"", "[\"\\", "[,", "[,]", "[}", "]", "[1 2", "[:", "[\u{e9}", "\"\u{e9}"] {
            assert!(items(text).count() <= 2, "{text}");
        }
    }

    #[test]
    fn a_hundred_thousand_levels_are_one_item() {
        let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
        assert_eq!(items(&deep).count(), 1);
    }
}
