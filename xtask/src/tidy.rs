//! `cargo xtask tidy`: the house rules that no compiler checks. A rule nobody checks is a wish.
//!
//! A rule is a function from the tree's text to what is wrong with it, so its tests hand it a small tree that breaks it.

use std::fmt;

use crate::project::Project;
use crate::sh::{Failure, Outcome};

use tree::Tree;

mod doors;
mod lockstep;
mod promises;
mod quotes;
mod rust;
mod tests_rules;
mod text;
mod tree;

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    match arguments.first().map(String::as_str) {
        None => check(project).map(|rules| println!("tidy: {rules} rules hold")),
        Some("--list") => {
            RULES.iter().for_each(|rule| println!("{}", rule.says));
            Ok(())
        }
        Some(word) => Err(Failure::new(format!("`tidy` takes no `{word}`"))),
    }
}

/// Checks every rule, shows what breaks one, and answers with the number of rules.
pub(crate) fn check(project: &Project) -> Outcome<u32> {
    let tree = Tree::read(&project.root)?;
    let mut findings = 0;
    let mut rules = 0;
    for rule in RULES {
        let found = (rule.check)(&tree);
        if !found.is_empty() {
            println!("rule: {}", rule.says);
        }
        found.iter().for_each(|finding| println!("  {finding}"));
        findings += found.len();
        rules += 1;
    }
    if findings == 0 {
        Ok(rules)
    } else {
        Err(Failure::new(format!("{findings} findings against the house rules")))
    }
}

struct Rule {
    says: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule { says: "a crate depends only on the crates its door opens to", check: doors::crates },
    Rule { says: "protocol's `engine` and `socket` do not know each other", check: doors::engine_and_socket },
    Rule {
        says: "browser and runtime stay at the edges of the client",
        check: doors::platforms_at_the_edges,
    },
    Rule { says: "rooms are pure data: no tokio, axum or hyper", check: doors::pure_rooms },
    Rule { says: "`server/src/websocket` stands on its own", check: doors::websocket_alone },
    Rule { says: "protocol is `no_std` but for its edge `json`", check: doors::protocol_without_std },
    Rule { says: "an open end names its issue: TODO(#12)", check: text::open_ends },
    Rule { says: "no machine's own paths", check: text::machine_paths },
    Rule { says: "a source file has at most 500 lines", check: text::length },
    Rule { says: "nothing is leaked with `forget`", check: text::forget },
    Rule { says: "no test is left out", check: tests_rules::left_out },
    Rule { says: "no test sleeps, and protocol never does", check: tests_rules::sleep },
    Rule { says: "one version everywhere", check: lockstep::versions },
    Rule { says: "a package.json has its package-lock.json", check: lockstep::npm_locks },
    Rule {
        says: "pages that promise clause by clause, or name by name, name tests that exist",
        check: promises::tests_exist,
    },
    Rule { says: "code that a page quotes is the code in its file", check: quotes::same },
];

/// Something that breaks a rule, and where.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// From 1; 0 for the file as a whole.
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a rule finds something: `path:line` for each finding.
    pub(super) fn found(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
        let places = check(&Tree::of(files)).into_iter();
        places.map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }
}
