//! Some pages promise behaviour clause by clause; each promise names the test that keeps it.
//!
//! A test is named `` `path/to/file.rs::name_of_the_test` ``, from the top of the tree; of a script, the name is the
//! title of the test, or of the row in its table: `` `server/tests/node/ack.test.mjs::acks go both ways` ``. Of a title
//! that is computed in part, it is the rest. A name with a space in it, of a Rust file, is that of a row in a table:
//! `` `server/src/websocket/conformance/text.rs::5.6 text is UTF-8` ``.

use super::Finding;
use super::tree::{File, Tree};

const PAGES: [&str; 4] =
    ["docs/COMPATIBILITY.md", "docs/PROTOCOL.md", "docs/RECOVERY.md", "docs/WEBSOCKET.md"];

pub(super) fn tests_exist(tree: &Tree) -> Vec<Finding> {
    PAGES.iter().flat_map(|page| tests_of_page_exist(tree, page)).collect()
}

fn tests_of_page_exist(tree: &Tree, path: &str) -> Vec<Finding> {
    let Some(page) = tree.find(path) else { return vec![Finding::new(path, 0, "is not there")] };
    let mut findings = Vec::new();
    let mut promised = 0;
    for (number, line) in page.lines() {
        for (file, test) in tests_named(line) {
            promised += 1;
            match tree.find(file) {
                None => findings.push(Finding::new(path, number, format!("there is no file {file}"))),
                Some(found) if !has_test(found, test) => {
                    findings.push(Finding::new(path, number, format!("{file} has no test `{test}`")));
                }
                Some(_) => {}
            }
        }
    }
    if promised == 0 {
        findings.push(Finding::new(path, 0, "names no test, as `path/to/file.rs::name_of_the_test`"));
    }
    findings
}

/// File and name of each test that a line names between backticks.
fn tests_named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let code = line.split('`').skip(1).step_by(2);
    code.filter_map(|text| text.split_once("::"))
        .filter(|(file, _)| [".rs", ".mjs", ".js", ".ts", ".py"].iter().any(|ending| file.ends_with(ending)))
}

fn has_test(file: &File, test: &str) -> bool {
    if file.has_ending(&["py"]) {
        file.text.contains(&format!("def {test}("))
    } else if !file.has_ending(&["rs"]) {
        is_title(&file.text, test)
    } else if test.contains(' ') {
        file.text.contains(&format!("\"{test}\""))
    } else {
        file.code.contains(&format!("fn {test}("))
    }
}

/// Does it stand between quotes, or between them and what is computed?
fn is_title(text: &str, test: &str) -> bool {
    const QUOTES: [char; 3] = ['"', '\'', '`'];
    text.match_indices(test).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.trim_end_matches(' ').chars().next_back());
        let rest = text.get(at + found.len()..).unwrap_or_default();
        let after = rest.trim_start_matches([' ', ':', ',']).chars().next();
        let begins = before.is_some_and(|letter| letter == '}' || QUOTES.contains(&letter));
        begins && after.is_some_and(|letter| letter == '$' || QUOTES.contains(&letter))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn promise_without_its_test_is_found() {
        let page = "| clause | tests |\n\
                    | a | `protocol/tests/a.rs::kept`, `server/tests/b.test.mjs::acks go both ways` |\n\
                    | b | `protocol/tests/a.rs::broken` |\n\
                    | c | `protocol/tests/gone.rs::kept` |\n\
                    | d | `Engine::open` is no test |\n";
        let rows =
            "| 5.2 | `server/table.rs::5.2 RSV2 fails` |\n| 5.3 | `server/table.rs::5.2 RSV3 fails` |\n";
        let rows_of_scripts = "| a | `sdk/a.mjs::A.1 it is so` |\n\
                               | b | `sdk/a.mjs::A.2 it is ${what}` |\n\
                               | c | `sdk/a.mjs::it is so` |\n\
                               | d | `sdk/a.mjs::A.3 it was so` |\n\
                               | e | `sdk/b.py::test_it` |\n\
                               | f | `sdk/b.py::test_i` |\n\
                               | g | `sdk/a.mjs::A.2 it is` |\n\
                               | h | `sdk/a.mjs::A.1 it is` |\n";
        let files = [
            ("docs/COMPATIBILITY.md", rows_of_scripts),
            ("docs/PROTOCOL.md", page),
            ("docs/RECOVERY.md", "| a | `protocol/tests/a.rs::kept`, `protocol/tests/a.rs::gone` |\n"),
            ("docs/WEBSOCKET.md", rows),
            ("server/table.rs", "const ROWS: [&str; 1] = [\"5.2 RSV2 fails\"];\n"),
            ("protocol/tests/a.rs", "fn kept() {}\n// fn broken() {}\n"),
            ("server/tests/b.test.mjs", "test('acks go both ways', f);\n"),
            ("sdk/a.mjs", "title: \"A.1 it is so\",\ntitle: `A.2 it is ${what}`,\n// A.3 it was so\n"),
            ("sdk/b.py", "def test_it(a):\n"),
        ];
        assert_eq!(
            found(tests_exist, &files),
            [
                "docs/COMPATIBILITY.md:3",
                "docs/COMPATIBILITY.md:4",
                "docs/COMPATIBILITY.md:6",
                "docs/COMPATIBILITY.md:8",
                "docs/PROTOCOL.md:3",
                "docs/PROTOCOL.md:4",
                "docs/RECOVERY.md:1",
                "docs/WEBSOCKET.md:2"
            ]
        );
    }

    #[test]
    fn page_without_any_promise_is_found() {
        let all =
            ["docs/COMPATIBILITY.md:0", "docs/PROTOCOL.md:0", "docs/RECOVERY.md:0", "docs/WEBSOCKET.md:0"];
        assert_eq!(found(tests_exist, &PAGES.map(|page| (page, "soon\n"))), all);
        assert_eq!(found(tests_exist, &[]), all);
    }
}
