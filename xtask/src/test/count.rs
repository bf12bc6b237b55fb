//! How many tests a run had, read from what the test harnesses print.
//!
//! An exit status does not tell an empty run from a good one, so it is never enough.

use std::fmt;

use crate::sh::{Failure, Outcome};

/// Tests by how they ended.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    /// Ignored, skipped, to do or cancelled: everything that was there and did not run.
    pub(crate) left_out: u32,
    /// The names of those that failed, as far as the harness says them on a line of their own.
    pub(crate) failures: Vec<String>,
}

impl Count {
    /// Nothing failed, nothing was left out, and there was something.
    pub(crate) fn verdict(&self) -> Outcome {
        match self {
            Self { failed: 1.., .. } => Err(Failure::new(format!("{} failed", self.failed))),
            Self { left_out: 1.., .. } => {
                Err(Failure::new(format!("{} left out, and nothing may be", self.left_out)))
            }
            Self { passed: 0, .. } => Err(Failure::new("it ran no test")),
            _ => Ok(()),
        }
    }

    /// Adds up the line with which `cargo test`, and the runner of `wasm-bindgen-test`, end each program:
    /// `test result: ok. 5 passed; 0 failed; 1 ignored; ...`.
    pub(crate) fn add_cargo_line(&mut self, line: &str) {
        if let Some((name, "FAILED" | "FAIL")) =
            line.strip_prefix("test ").and_then(|it| it.split_once(" ... "))
        {
            self.failures.push(name.to_owned());
        }
        let Some((_, result)) = line.split_once("test result: ") else { return };
        let (_, numbers) = result.split_once(". ").unwrap_or_default();
        for part in numbers.split("; ") {
            match part.split_once(' ').map(|(number, word)| (number.parse(), word)) {
                Some((Ok(number), "passed")) => self.passed += number,
                Some((Ok(number), "failed")) => self.failed += number,
                Some((Ok::<u32, _>(number), "ignored")) => self.left_out += number,
                _ => {}
            }
        }
    }

    /// Adds up the lines with which `node --test` ends: `ℹ pass 5` from its reporter `spec`, `# pass 5` from `tap`.
    pub(crate) fn add_node_line(&mut self, line: &str) {
        if let Some(name) = failed_in_node(line) {
            // It stands where it failed, and again at the end.
            if !self.failures.iter().any(|known| known == name) {
                self.failures.push(name.to_owned());
            }
        }
        let Some(summary) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else { return };
        match summary.split_once(' ').map(|(word, number)| (word, number.parse())) {
            Some(("pass", Ok(number))) => self.passed += number,
            Some(("fail", Ok(number))) => self.failed += number,
            Some(("cancelled" | "skipped" | "todo", Ok::<u32, _>(number))) => self.left_out += number,
            _ => {}
        }
    }

    /// Adds up the lines with which Python's `unittest` ends: `Ran 5 tests in 0.1s`, and behind it `OK`,
    /// `OK (skipped=1)` or `FAILED (failures=1, errors=2)`.
    pub(crate) fn add_python_line(&mut self, line: &str) {
        if let Some(ran) = line.strip_prefix("Ran ").and_then(|rest| rest.split(' ').next()) {
            self.passed += ran.parse().unwrap_or(0);
        }
        let Some((_, parts)) = line.strip_suffix(')').and_then(|line| line.split_once(" (")) else { return };
        if !line.starts_with("OK (") && !line.starts_with("FAILED (") {
            return;
        }
        for part in parts.split(", ") {
            let Some((word, Ok(number))) =
                part.split_once('=').map(|(word, number)| (word, number.parse::<u32>()))
            else {
                continue;
            };
            // What could not even be set up is an error, and was not run.
            self.passed = self.passed.saturating_sub(number);
            match word {
                "failures" | "errors" | "unexpected successes" => self.failed += number,
                _ => self.left_out += number,
            }
        }
    }
}

/// The name in a line `✖ two tabs read each other (41.8ms)`, at whatever depth.
fn failed_in_node(line: &str) -> Option<&str> {
    let (name, time) = line.trim_start().strip_prefix("✖ ")?.rsplit_once(" (")?;
    time.ends_with("ms)").then_some(name)
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        if self.left_out > 0 {
            write!(f, ", {} left out", self.left_out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_failed_are_named_once() {
        let mut count = Count::default();
        count.add_cargo_line("test frames::a_ping_is_answered ... FAILED");
        count.add_cargo_line("test frames::a_ping_is_sent ... ok");
        count.add_cargo_line("test a_ping_in_a_browser ... FAIL");
        let lines = [
            "  ✖ two tabs read each other (in Node) (41.8ms)",
            "✔ a third one too (3ms)",
            "✖ failing tests:",
            "✖ two tabs read each other (in Node) (41.8ms)",
        ];
        lines.into_iter().for_each(|line| count.add_node_line(line));
        assert_eq!(
            count.failures,
            ["frames::a_ping_is_answered", "a_ping_in_a_browser", "two tabs read each other (in Node)"]
        );
    }

    #[test]
    fn cargo_counts_add_up_over_programs() {
        let mut count = Count::default();
        let lines = [
            "running 6 tests",
            "test a ... ok",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 filtered out; finished in 0.11s",
        ];
        lines.into_iter().for_each(|line| count.add_cargo_line(line));
        assert_eq!(count, Count { passed: 7, failed: 3, left_out: 1, ..Count::default() });
    }

    #[test]
    fn node_counts_are_read_from_either_reporter() {
        let spec = [
            "✔ a b (1ms)",
            "ℹ tests 9",
            "ℹ suites 0",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "ℹ skipped 1",
            "ℹ todo 1",
        ];
        let tap = [
            "ok 1 - a",
            "# tests 9",
            "# suites 0",
            "# pass 5",
            "# fail 1",
            "# cancelled 1",
            "# skipped 1",
            "# todo 1",
        ];
        for lines in [spec, tap] {
            let mut count = Count::default();
            lines.into_iter().for_each(|line| count.add_node_line(line));
            assert_eq!(count, Count { passed: 5, failed: 1, left_out: 3, ..Count::default() });
        }
    }

    #[test]
    fn python_counts_are_read_from_its_last_lines() {
        let rows = [
            (&["test_a (test_client.A.test_a) ... ok", "Ran 5 tests in 2.041s", "OK"][..], (5, 0, 0)),
            (&["Ran 1 test in 0.1s", "OK (skipped=1)"], (0, 0, 1)),
            (&["Ran 9 tests in 0.1s", "FAILED (failures=1, errors=2, expected failures=1)"], (5, 3, 1)),
            (&["Ran 0 tests in 0.1s", "FAILED (errors=1)"], (0, 1, 0)),
            (&["Ran 0 tests in 0.1s", "NO TESTS RAN"], (0, 0, 0)),
        ];
        for (lines, (passed, failed, left_out)) in rows {
            let mut count = Count::default();
            lines.iter().for_each(|line| count.add_python_line(line));
            assert_eq!(count, Count { passed, failed, left_out, ..Count::default() }, "{lines:?}");
        }
    }

    #[test]
    fn run_without_a_test_has_failed() {
        let sentence = |count: Count| count.verdict().map_err(|failure| failure.to_string());
        assert_eq!(sentence(Count { passed: 1, failed: 0, left_out: 0, ..Count::default() }), Ok(()));
        assert_eq!(sentence(Count::default()), Err("it ran no test".into()));
        assert_eq!(
            sentence(Count { passed: 9, failed: 1, left_out: 1, ..Count::default() }),
            Err("1 failed".into())
        );
        assert_eq!(
            sentence(Count { passed: 9, failed: 0, left_out: 1, ..Count::default() }),
            Err("1 left out, and nothing may be".into())
        );
    }
}
