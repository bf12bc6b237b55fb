//! `cargo xtask test`: every test of the project, and nothing skipped.
//!
//! A suite that finds no test, or that leaves one out, has failed. One that fails does not keep the next from running.

use std::time::{Duration, Instant};

use crate::project::Project;
use crate::sh::{Failure, Outcome};

use count::Count;
use needs::Needs;
use suites::{SUITES, Suite};

mod client;
mod count;
mod needs;
mod suites;

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if arguments.iter().any(|word| word == "--list") {
        for Suite { name, about, .. } in SUITES {
            println!("{name:9} {about}");
        }
        return Ok(());
    }
    let chosen = choose(arguments)?;
    let mut needs = Needs::new(project);
    let results: Vec<Ran> = chosen.into_iter().map(|suite| ran(suite, &mut needs)).collect();
    println!("\n{}", summary(&results));
    match results.iter().filter(|ran| ran.verdict.is_err()).count() {
        0 => Ok(()),
        failed => Err(Failure::new(format!("{failed} of {} suites failed", results.len()))),
    }
}

/// One suite's end.
struct Ran {
    name: &'static str,
    verdict: Outcome,
    count: Count,
    took: Duration,
}

fn ran(suite: &Suite, needs: &mut Needs<'_>) -> Ran {
    println!("\n== {}: {}", suite.name, suite.about);
    let began = Instant::now();
    let mut count = Count::default();
    let verdict = suite.run(needs, &mut count).and_then(|()| count.verdict());
    let took = began.elapsed();
    match &verdict {
        Ok(()) => println!("== {}: ok, {count}, {:.1} s", suite.name, took.as_secs_f32()),
        Err(failure) => println!("== {}: FAILED, {count}: {failure}", suite.name),
    }
    Ran { name: suite.name, verdict, count, took }
}

/// The suites of these names in the table's order; all of them when there is no name.
fn choose(names: &[String]) -> Outcome<Vec<&'static Suite>> {
    if let Some(unknown) = names.iter().find(|name| !SUITES.iter().any(|suite| suite.name == **name)) {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        return Err(Failure::new(format!("there is no suite `{unknown}`; there are {}", known.join(", "))));
    }
    Ok(SUITES
        .iter()
        .filter(|suite| names.is_empty() || names.iter().any(|name| name == suite.name))
        .collect())
}

fn summary(results: &[Ran]) -> String {
    let mut text = format!("{:9} {:6} {:>7} {:>9}\n", "suite", "result", "passed", "seconds");
    for Ran { name, verdict, count, took } in results {
        let result = if verdict.is_ok() { "ok" } else { "FAILED" };
        text += &format!("{name:9} {result:6} {:>7} {:>9.1}", count.passed, took.as_secs_f32());
        if let Err(failure) = verdict {
            text += &format!("  {failure}");
        }
        text.push('\n');
        count.failures.iter().for_each(|name| text += &format!("  ✖ {name}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn suites_run_in_the_order_of_the_table_whatever_the_order_asked() {
        let chosen: Vec<&str> =
            choose(&words("native lint")).unwrap().iter().map(|suite| suite.name).collect();
        assert_eq!(chosen, ["lint", "native"]);
        assert_eq!(choose(&[]).unwrap().len(), SUITES.len());
    }

    #[test]
    fn unknown_suite_is_refused_with_the_names_there_are() {
        let Err(failure) = choose(&words("nativ")) else { panic!("`nativ` was taken for a suite") };
        assert!(failure.to_string().starts_with("there is no suite `nativ`; there are lint, "), "{failure}");
    }

    #[test]
    fn summary_has_a_line_for_each_suite_and_the_reason_and_name_of_each_failure() {
        let count = |passed| Count { passed, ..Count::default() };
        let one_failed = Count { passed: 3, failures: words("pictures"), ..Count::default() };
        let took = Duration::from_millis(1250);
        let results = [
            Ran { name: "native", verdict: Ok(()), count: count(12), took },
            Ran { name: "npm", verdict: Err(Failure::new("it ran no test")), count: count(0), took },
            Ran { name: "demo", verdict: Err(Failure::new("1 failed")), count: one_failed, took },
        ];
        let expected = "suite     result  passed   seconds\n\
                        native    ok          12       1.2\n\
                        npm       FAILED       0       1.2  it ran no test\n\
                        demo      FAILED       3       1.2  1 failed\n  ✖ pictures\n";
        assert_eq!(summary(&results), expected);
    }
}
