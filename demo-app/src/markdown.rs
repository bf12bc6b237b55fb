//! The little that a message may say about its looks: `**bold**`, `*italic*`, `` `code` ``, fences, links, and `@mentions`.
//!
//! What comes out borrows from the text and is never HTML: the view makes nodes of it. Whatever is not well formed stays
//! as it was typed. Neither bold nor italic stands in itself, so nothing nests deeper than there are kinds.

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Span<'a> {
    Text(&'a str),
    Bold(Vec<Span<'a>>),
    Italic(Vec<Span<'a>>),
    Code(&'a str),
    /// Code with lines of its own.
    Block(&'a str),
    /// The address begins with `http://` or `https://`.
    Link {
        address: &'a str,
        label: Vec<Span<'a>>,
    },
    /// One of the names, without the `@`.
    Mention(&'a str),
}

const FENCE: &str = "```";

/// Reads a text. Only these names are mentioned.
pub(crate) fn read<'a>(text: &'a str, names: &[&str]) -> Vec<Span<'a>> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((before, code, after)) = enclosed(rest, FENCE) {
        spans.extend(Reader::new(before, names, Inside::default()).read());
        spans.push(Span::Block(code.strip_prefix('\n').unwrap_or(code).trim_end()));
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    spans.extend(Reader::new(rest, names, Inside::default()).read());
    spans
}

/// Whether one of the names is mentioned anywhere.
pub(crate) fn mentions(spans: &[Span<'_>], name: &str) -> bool {
    spans.iter().any(|span| match span {
        Span::Mention(mentioned) => *mentioned == name,
        Span::Bold(inner) | Span::Italic(inner) | Span::Link { label: inner, .. } => mentions(inner, name),
        Span::Text(_) | Span::Code(_) | Span::Block(_) => false,
    })
}

/// What stands before the first pair of marks, between them, and behind.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, rest) = text.split_once(mark)?;
    let (inside, after) = rest.split_once(mark)?;
    (!inside.trim().is_empty()).then_some((before, inside, after))
}

/// In what the text stands that is read.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    bold: bool,
    italic: bool,
    link: bool,
}

struct Reader<'a, 'n> {
    text: &'a str,
    /// Where the next mark may begin; what is before it and behind `plain` is text.
    at: usize,
    plain: usize,
    names: &'n [&'n str],
    inside: Inside,
    spans: Vec<Span<'a>>,
}

impl<'a, 'n> Reader<'a, 'n> {
    const fn new(text: &'a str, names: &'n [&'n str], inside: Inside) -> Self {
        Self { text, at: 0, plain: 0, names, inside, spans: Vec::new() }
    }

    fn read(mut self) -> Vec<Span<'a>> {
        while let Some(first) = self.rest().chars().next() {
            match self.mark(first) {
                Some((span, length)) => {
                    self.end_plain();
                    self.spans.push(span);
                    self.at += length;
                    self.plain = self.at;
                }
                None => self.at += first.len_utf8(),
            }
        }
        self.end_plain();
        self.spans
    }

    /// What begins here, and how many bytes of the text it takes.
    fn mark(&self, first: char) -> Option<(Span<'a>, usize)> {
        match first {
            '`' => self.code(),
            '*' if self.rest().starts_with("**") => self.bold(),
            '*' => self.italic("*"),
            '_' if !self.is_in_word() => self.italic("_"),
            '[' => self.link(),
            'h' | 'H' if !self.is_in_word() => self.address(),
            '@' if !self.is_in_word() => self.mention(),
            _ => None,
        }
    }

    fn code(&self) -> Option<(Span<'a>, usize)> {
        let (code, _) = self.rest().strip_prefix('`')?.split_once('`')?;
        (!code.trim().is_empty()).then_some((Span::Code(code), code.len() + 2))
    }

    fn bold(&self) -> Option<(Span<'a>, usize)> {
        let (inner, _) = self.rest().strip_prefix("**")?.split_once("**")?;
        let may_be = !self.inside.bold && is_tight(inner);
        may_be
            .then(|| (Span::Bold(self.within(inner, Inside { bold: true, ..self.inside })), inner.len() + 4))
    }

    fn italic(&self, mark: &str) -> Option<(Span<'a>, usize)> {
        let rest = self.rest().strip_prefix(mark)?;
        let end = rest.match_indices(mark).map(|(at, _)| at).find(|at| ends_italic(rest, *at, mark))?;
        let inner = rest.get(..end)?;
        let may_be = !self.inside.italic && is_tight(inner);
        may_be.then(|| {
            (Span::Italic(self.within(inner, Inside { italic: true, ..self.inside })), inner.len() + 2)
        })
    }

    fn link(&self) -> Option<(Span<'a>, usize)> {
        let (label, rest) = self.rest().strip_prefix('[')?.split_once("](")?;
        let (address, _) = rest.split_once(')')?;
        let may_be = !self.inside.link && is_address(address) && is_tight(label) && !label.contains('\n');
        may_be.then(|| {
            let length = label.len() + address.len() + 4;
            (Span::Link { address, label: self.within(label, Inside { link: true, ..self.inside }) }, length)
        })
    }

    /// An address as such.
    fn address(&self) -> Option<(Span<'a>, usize)> {
        let rest = self.rest();
        let end = rest.find(|letter: char| letter.is_whitespace() || "<>\"`".contains(letter));
        let address = rest.get(..end.unwrap_or(rest.len()))?;
        // What ends a sentence or encloses the address is not of it.
        let closes = |letter: char| {
            ".,;:!?'*_".contains(letter) || (letter == ')' && !address.contains('(')) || letter == ']'
        };
        let address = address.trim_end_matches(closes);
        let may_be = !self.inside.link && is_address(address);
        may_be.then(|| (Span::Link { address, label: vec![Span::Text(address)] }, address.len()))
    }

    fn mention(&self) -> Option<(Span<'a>, usize)> {
        let rest = self.rest().strip_prefix('@')?;
        let is_named = |name: &&&str| {
            let after = rest.strip_prefix(**name);
            !name.is_empty() && after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        };
        let length = self.names.iter().filter(is_named).map(|name| name.len()).max()?;
        Some((Span::Mention(rest.get(..length)?), length + 1))
    }

    fn within(&self, inner: &'a str, inside: Inside) -> Vec<Span<'a>> {
        Reader::new(inner, self.names, inside).read()
    }

    fn end_plain(&mut self) {
        if let Some(text) = self.text.get(self.plain..self.at).filter(|text| !text.is_empty()) {
            self.spans.push(Span::Text(text));
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn is_in_word(&self) -> bool {
        self.text.get(..self.at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
    }
}

/// Whether a single mark ends here: it is not half of a double one, and no `_` inside a word.
fn ends_italic(text: &str, at: usize, mark: &str) -> bool {
    let (before, after) =
        (text.get(..at).unwrap_or_default(), text.get(at + mark.len()..).unwrap_or_default());
    let is_double = before.ends_with(mark) || after.starts_with(mark);
    let is_in_word = mark == "_" && after.starts_with(char::is_alphanumeric);
    !is_double && !is_in_word
}

/// `2 * 3 * 4` is arithmetic.
fn is_tight(inner: &str) -> bool {
    !inner.is_empty() && !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace)
}

/// Only what opens a page: `javascript:` and `data:` would run in this one.
fn is_address(address: &str) -> bool {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let is_clean = !address.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    is_clean && scheme.is_some_and(|scheme| address.len() > scheme.len())
}

#[cfg(test)]
mod tests;
