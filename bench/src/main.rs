//! Side-by-side measurements of servers: `cargo xtask bench server` and `bench cluster` build everything and start this.
//!
//! One core is the server's, the other this program's. Each row of the table is run against each server in turn, round
//! after round, and the medians count: what else the machine does then hits all of them.

mod arguments;
mod cells;
mod client;
mod cluster;
mod facts;
mod figures;
mod fleet;
mod growth;
mod peers;
mod plot;
mod process;
mod progress;
mod report;
mod rows;
mod run;
mod scenario;
mod table;
mod wire;

use std::error::Error;
use std::process::ExitCode;

use arguments::Arguments;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match measure(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("parlor-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(words: &[String]) -> Outcome {
    match words.first().map(String::as_str) {
        Some("cluster") => cluster::measure(words),
        _ => servers(words),
    }
}

/// Runs what was asked for and tells about all of it, and fails afterwards if some of it failed.
fn servers(words: &[String]) -> Outcome {
    let arguments = Arguments::read(words)?;
    let folder = arguments.write.then(report::folder).transpose()?;
    // Before, because what is measured for so long may be committed meanwhile.
    let facts = facts::table(facts::rivals(), arguments.rounds, arguments.pace);
    let results = run::all(&arguments)?;
    let report = report::markdown(&arguments, &facts, &results);
    println!("{report}");
    if let Some(folder) = folder {
        report::write(&report, &results.growth, &folder)?;
    }
    all_well(&results.failures)
}

fn all_well(failures: &[String]) -> Outcome {
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("not every run went well:\n  {}", failures.join("\n  ")).into())
}
