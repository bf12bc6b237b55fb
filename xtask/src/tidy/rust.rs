//! Just enough of Rust's syntax for the rules: what is code, and which paths it names.

/// The text with comments and the inside of literals blanked. Lines keep their numbers.
pub(super) fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, blanked) = match first {
            '/' if rest.starts_with("//") => (0, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (0, block_comment(rest)),
            '"' => (1, string(rest)),
            'r' if !ends_in_word(&code) => raw_string(rest).map_or((1, 1), |length| (1, length)),
            '\'' => (1, char_literal(rest).unwrap_or(1)),
            _ => (first.len_utf8(), first.len_utf8()),
        };
        let (token, after) = rest.split_at(blanked);
        code.push_str(token.get(..kept).unwrap_or_default());
        code.extend(token.get(kept..).unwrap_or_default().matches('\n'));
        rest = after;
    }
    code
}

/// Every path the code names with `::`, with its line: `use a::{b, c::d}` gives `a::b` and `a::c::d`.
pub(super) fn paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    // For each open brace, what to put before the paths in it: only the braces of a `use` have something.
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut line = 1;
    for character in code.chars() {
        match character {
            ':' => path.push(':'),
            _ if is_word(character) => path.push(character),
            '{' => {
                let prefix = if path.ends_with("::") { joined(&prefixes, &path) } else { String::new() };
                prefixes.push(prefix);
                path.clear();
            }
            // rustfmt leaves no space inside a path, so anything else ends one.
            _ => push_path(&mut found, line, &prefixes, &mut path),
        }
        match character {
            '\n' => line += 1,
            '}' => drop(prefixes.pop()),
            _ => {}
        }
    }
    push_path(&mut found, line, &prefixes, &mut path);
    found
}

fn push_path(found: &mut Vec<(usize, String)>, line: usize, prefixes: &[String], path: &mut String) {
    let full = joined(prefixes, path);
    if !path.is_empty() && full.contains("::") {
        found.push((line, full));
    }
    path.clear();
}

fn joined(prefixes: &[String], path: &str) -> String {
    format!("{}{path}", prefixes.last().map_or("", String::as_str))
}

/// Does the path name this crate or module, or something in it?
pub(super) fn names(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Does the line name this word, whole?
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + word.len()..).unwrap_or_default();
        !ends_in_word(before) && !after.starts_with(is_word)
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(is_word)
}

/// The length of the comment the text begins with; block comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string literal the text begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string the text begins with, if it is one: `r"..."`, `r#"..."#`.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes: String = after.chars().take_while(|character| *character == '#').collect();
    let inside = after.strip_prefix(hashes.as_str())?.strip_prefix('"')?;
    let start = text.len() - inside.len();
    let end = format!("\"{hashes}");
    Some(inside.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// The length of the character literal the text begins with; `None` for a lifetime.
fn char_literal(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next()?;
        return characters.find(|(_, character)| *character == '\'').map(|(at, _)| at + 1);
    }
    characters.next().filter(|(_, character)| *character == '\'').map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_is_left_without_comments_and_literals() {
        let rows = [
            ("a // b\nc", "a \nc"),
            ("a /* b /* c */ \n d */ e", "a \n e"),
            (r#"f("x \" // y"); g"#, "f(\"); g"),
            ("let s = r#\"a \" b\"#; c", "let s = r; c"),
            ("for 'a in x", "for 'a in x"),
            (r"['\'', '\u{1f}', 'x', b'\\'] y", "[', ', ', b'] y"),
            ("bar\"x\"", "bar\""),
            ("\"öffnen\" ö", "\" ö"),
            ("\"never closed", "\""),
        ];
        for (text, code) in rows {
            assert_eq!(code_of(text), code, "{text}");
        }
    }

    #[test]
    fn use_trees_are_spread_out_and_plain_paths_are_seen() {
        let code = "use crate::{\n    engine::{self, Packet},\n    socket,\n};\nfn f(x: crate::limits::Max) { super::a::b() }\n";
        let expected = [
            (2, "crate::engine::self"),
            (2, "crate::engine::Packet"),
            (3, "crate::socket"),
            (5, "crate::limits::Max"),
            (5, "super::a::b"),
        ];
        let expected: Vec<(usize, String)> = expected.map(|(line, path)| (line, path.to_owned())).into();
        assert_eq!(paths(code), expected);
    }

    #[test]
    fn word_is_found_whole_only() {
        assert!(has_word("a tokio::spawn", "tokio"));
        assert!(!has_word("a tokio_like", "tokio"));
        assert!(!has_word("my_tokio", "tokio"));
    }
}
