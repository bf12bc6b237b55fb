//! Rules about tests.

use super::Finding;
use super::rust::{has_word, paths};
use super::tree::{File, Tree};

pub(super) fn left_out(tree: &Tree) -> Vec<Finding> {
    const RUST: [&str; 1] = ["#[ignore"];
    const SCRIPT: [&str; 7] = [".skip(", ".only(", ".todo(", " skip:", " only:", " todo:", "xit("];
    let mut findings = Vec::new();
    for file in &tree.files {
        let script = file.has_ending(&["mjs", "js", "ts"]) && is_test_file(file);
        let (text, ways): (&str, &[&str]) = if script { (&file.text, &SCRIPT) } else { (&file.code, &RUST) };
        for (number, line) in (1..).zip(text.lines()) {
            for way in ways.iter().filter(|way| line.contains(*way)) {
                findings.push(Finding::new(
                    &file.path,
                    number,
                    format!("a test is left out: {}", way.trim()),
                ));
            }
        }
    }
    findings
}

/// Wait for the condition, with a deadline: a sleep is too short on one machine and too long on all others.
pub(super) fn sleep(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let protocol = file.is_below("protocol");
        for (line, path) in paths(&file.code) {
            let sleeps = path.ends_with("thread::sleep") || path.ends_with("time::sleep");
            if sleeps && !protocol && in_tests(file, line) {
                findings.push(Finding::new(&file.path, line, format!("a test sleeps: `{path}`")));
            }
        }
        for (number, _) in file.code_lines().filter(|(_, line)| protocol && has_word(line, "sleep")) {
            findings.push(Finding::new(&file.path, number, "protocol sleeps: time is an input"));
        }
    }
    findings
}

fn is_test_file(file: &File) -> bool {
    file.path.contains("/tests/") || file.path.contains(".test.") || file.path.ends_with("/tests.rs")
}

/// Is the line of a test file, or in the tests at the end of another? Tests come last in a file; where `#[cfg(test)]` is
/// only on a declaration, they are in another file.
pub(super) fn in_tests(file: &File, line: usize) -> bool {
    let attributes = file.code_lines().zip(file.code_lines().skip(1));
    let mut modules = attributes.filter(|((_, code), (_, next))| {
        code.trim_start().starts_with("#[cfg(test)]") && !next.trim_end().ends_with(';')
    });
    is_test_file(file) || modules.next().is_some_and(|((first, _), _)| line > first)
}

#[cfg(test)]
mod tests {
    use super::super::tests::found;
    use super::*;

    #[test]
    fn test_that_is_left_out_is_found_in_either_language() {
        let rust = "#[ignore]\n#[ignore = \"slow\"]\nlist.iter().skip(1);\n// #[ignore]\n";
        let script =
            "test.skip('a', f);\ntest('b', { skip: true }, f);\ntest('c', f);\ndescribe.only('d', f);\n";
        let files =
            [("a/src/lib.rs", rust), ("a/tests/b.test.mjs", script), ("sdk/js/src/list.mjs", "a.skip(1)\n")];
        let expected = [
            "a/src/lib.rs:1",
            "a/src/lib.rs:2",
            "a/tests/b.test.mjs:1",
            "a/tests/b.test.mjs:2",
            "a/tests/b.test.mjs:4",
        ];
        assert_eq!(found(left_out, &files), expected);
    }

    #[test]
    fn sleep_is_found_in_tests_and_anywhere_in_protocol() {
        let grouped = "use tokio::time::{Duration, sleep};\n";
        let inside = "#[cfg(test)]\nmod table;\nfn wait() { std::thread::sleep(x) }\n#[cfg(test)]\nmod tests {\n    fn f() { std::thread::sleep(x) }\n}\n";
        let files = [
            ("server/tests/a.rs", grouped),
            ("xtask/src/demo.rs", inside),
            ("protocol/src/a.rs", "fn f() { sleep(1) }\n"),
            ("server/src/b.rs", grouped),
        ];
        assert_eq!(
            found(sleep, &files),
            ["server/tests/a.rs:1", "xtask/src/demo.rs:6", "protocol/src/a.rs:1"]
        );
    }
}
