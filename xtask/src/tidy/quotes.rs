//! What a page shows as a file's content is that file: the code a newcomer copies is code that the tests run.
//!
//! A quote is a line `<!-- from: path/to/file.rs -->` with a fenced block right below it. `path/to/file.rs#part` is a part
//! of the file: what stands between its lines `// [part]` and `// [/part]`.

use super::Finding;
use super::tree::Tree;

const OPENING: &str = "<!-- from: ";
const CLOSING: &str = " -->";
const FENCE: &str = "```";

pub(super) fn same(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, source, shown) in quotes(&page.text) {
            let (path, name) =
                source.split_once('#').map_or((source, None), |(path, name)| (path, Some(name)));
            let what = match tree.find(path) {
                None => format!("there is no file {path}"),
                Some(file) => match part(&file.text, name) {
                    None => format!("there is no part {source}"),
                    Some(text) if text.trim_end() != shown => format!("{source} reads differently"),
                    Some(_) => continue,
                },
            };
            findings.push(Finding::new(&page.path, line, what));
        }
    }
    findings
}

/// The part of a text of that name; without a name, all of it.
fn part<'a>(text: &'a str, name: Option<&str>) -> Option<&'a str> {
    let Some(name) = name else { return Some(text) };
    let (_, rest) = text.split_once(&format!("// [{name}]\n"))?;
    rest.split_once(&format!("// [/{name}]\n")).map(|(part, _)| part)
}

/// The line, the path and the text of each quote of a page.
fn quotes(page: &str) -> Vec<(usize, &str, String)> {
    let mut quotes = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(path) = line.strip_prefix(OPENING).and_then(|rest| rest.strip_suffix(CLOSING)) else {
            continue;
        };
        lines.next();
        let shown: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with(FENCE)).collect();
        quotes.push((number + 1, path, shown.join("\n")));
    }
    quotes
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn quote_that_differs_from_its_file_is_found() {
        let page = "# Hello\n\n<!-- from: a.rs -->\n```rust\nfn a() {}\n\nfn b() {}\n```\n";
        assert_eq!(found(same, &[("README.md", page), ("a.rs", "fn a() {}\n\nfn b() {}\n")]), [""; 0]);
        assert_eq!(found(same, &[("README.md", page), ("a.rs", "fn a() {}\n")]), ["README.md:3"]);
        assert_eq!(found(same, &[("README.md", page)]), ["README.md:3"]);
    }

    #[test]
    fn quote_that_differs_from_its_part_of_a_file_is_found() {
        let page = "<!-- from: a.rs#b -->\n```rust\nfn b() {}\n```\n<!-- from: a.rs#c -->\n```rust\nfn c() {}\n```\n";
        let parts = "fn a() {}\n\n// [b]\nfn b() {}\n// [/b]\n\n// [c]\nfn c() {}\n// [/c]\n";
        assert_eq!(found(same, &[("README.md", page), ("a.rs", parts)]), [""; 0]);
        let other = parts.replace("b()", "d()");
        assert_eq!(found(same, &[("README.md", page), ("a.rs", &other)]), ["README.md:1"]);
        let without_end = parts.replace("// [/c]", "");
        assert_eq!(found(same, &[("README.md", page), ("a.rs", &without_end)]), ["README.md:5"]);
    }
}
