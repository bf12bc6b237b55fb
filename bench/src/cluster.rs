//! Two servers joined by a Redis, beside two of npm's: `parlor-bench cluster`.
//!
//! Both servers have one core together, so that what is delivered in a second is what their time makes possible; the
//! Redis has the other, with this program. Each run is on a Redis and on servers of its own.

mod arguments;
mod crossing;
mod pair;
mod redis;
mod report;
mod rows;
mod run;
mod staying;
mod tap;

use std::fs;

use crate::{Outcome, report as reports};
use arguments::Arguments;

/// Runs what was asked for and tells about all of it, and fails afterwards if some of it failed.
pub(crate) fn measure(words: &[String]) -> Outcome {
    let arguments = Arguments::read(words)?;
    let folder = arguments.write.then(reports::folder).transpose()?;
    // Before, because what is measured for so long may be committed meanwhile.
    let facts = report::facts(&arguments)?;
    let results = run::all(&arguments)?;
    let report = report::markdown(&arguments, &facts, &results);
    println!("{report}");
    if let Some(folder) = folder {
        fs::write(folder.join("CLUSTER.md"), report)?;
    }
    crate::all_well(&results.failures)
}
