//! What a page shows as a file's content is that file: the code a newcomer copies is code that the tests run.
//!
//! A quote is a line `<!-- from: path/to/file.rs -->` with a fenced block right below it.

use super::Finding;
use super::tree::Tree;

const OPENING: &str = "<!-- from: ";
const CLOSING: &str = " -->";
const FENCE: &str = "```";

pub(super) fn same(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, path, shown) in quotes(&page.text) {
            match tree.find(path) {
                None => findings.push(Finding::new(&page.path, line, format!("there is no file {path}"))),
                Some(file) if file.text.trim_end() != shown => {
                    findings.push(Finding::new(&page.path, line, format!("{path} reads differently")));
                }
                Some(_) => {}
            }
        }
    }
    findings
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
}
