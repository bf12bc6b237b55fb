//! `cargo xtask fuzz`: looks for inputs that break a promise of the decoders and machines in `fuzz/`.
//!
//! What the tests replay is the committed corpus; here libFuzzer looks further. It works in `target/fuzz/`, and
//! `--keep` adds what reaches new code to the corpus, the smallest inputs only. An input that breaks something stays
//! in `target/fuzz/found/`: mend what it shows, then move it into the corpus.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tools;

const SECONDS: u32 = 60;
/// Longer inputs find nothing that shorter ones do not, and slow everything down.
const MAX_INPUT_BYTES: u32 = 4096;

/// What the command was asked to do.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    seconds: u32,
    keep: bool,
    /// None is all.
    targets: Vec<String>,
}

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    let wish = Wish::read(arguments)?;
    let all = targets(&project.root.join("fuzz/targets"))?;
    if let Some(unknown) = wish.targets.iter().find(|target| !all.contains(target)) {
        return Err(Failure::new(format!("there is no target `{unknown}`, only {}", all.join(", "))));
    }
    let chosen = if wish.targets.is_empty() { &all } else { &wish.targets };
    let cargo_fuzz = tools::ensure_cargo_fuzz(project)?;
    for target in chosen {
        println!("\n* {target}: {} s", wish.seconds);
        explore(project, &cargo_fuzz, target, &wish)?;
    }
    println!("\nnothing was found");
    Ok(())
}

impl Wish {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let mut wish = Self { seconds: SECONDS, keep: false, targets: Vec::new() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--keep" => wish.keep = true,
                "--seconds" => {
                    let seconds = words.next().and_then(|seconds| seconds.parse().ok());
                    wish.seconds = seconds.ok_or_else(|| Failure::new("`--seconds` takes a number"))?;
                }
                option if option.starts_with('-') => {
                    return Err(Failure::new(format!("`fuzz` takes no `{option}`")));
                }
                target => wish.targets.push(target.to_owned()),
            }
        }
        Ok(wish)
    }
}

fn explore(project: &Project, cargo_fuzz: &Path, target: &str, wish: &Wish) -> Outcome {
    let place = project.target.join("fuzz");
    let (explored, found) = (place.join("explored").join(target), place.join("found").join(target));
    let corpus = project.root.join("fuzz/corpus").join(target);
    for folder in [&explored, &found] {
        fs::create_dir_all(folder)
            .map_err(|cause| Failure::new(format!("cannot make {}: {cause}", folder.display())))?;
    }
    let options = [
        format!("-max_total_time={}", wish.seconds),
        format!("-max_len={MAX_INPUT_BYTES}"),
        format!("-artifact_prefix={}/", found.display()),
        "-print_final_stats=1".to_owned(),
        "-timeout=10".to_owned(),
    ];
    libfuzzer(project, cargo_fuzz, target).arg(&explored).arg(&corpus).arg("--").args(options).stream()?;
    if wish.keep {
        // Takes from the second folder what the first one does not reach.
        let merge = libfuzzer(project, cargo_fuzz, target).arg(&corpus).arg(&explored);
        merge.args(["--", "-merge=1"]).stream()?;
    }
    Ok(())
}

/// Without a sanitizer: there is no `unsafe` to watch, and any compiler will do.
fn libfuzzer(project: &Project, cargo_fuzz: &Path, target: &str) -> Run {
    let path = tools::path_with(&[cargo_fuzz.to_owned()]);
    let run = tools::cargo().folder(&project.root).env("PATH", path).envs(tools::QUICK_LINK);
    let run = run.args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none", "--features", "explore"]);
    run.arg("--target-dir").arg(project.target.join("fuzz/build")).arg(target)
}

fn targets(folder: &Path) -> Outcome<Vec<String>> {
    let entries = fs::read_dir(folder)
        .map_err(|cause| Failure::new(format!("cannot read {}: {cause}", folder.display())))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let stem = |file: PathBuf| Some(file.file_stem()?.to_str()?.to_owned());
    let mut targets: Vec<String> = files.filter_map(stem).collect();
    targets.sort();
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_targets_and_the_rest_is_refused() {
        let read = |words: &[&str]| {
            Wish::read(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
                .map_err(|failure| failure.to_string())
        };
        let targets = vec!["socket_packets".to_owned()];
        assert_eq!(read(&[]), Ok(Wish { seconds: 60, keep: false, targets: vec![] }));
        assert_eq!(
            read(&["--seconds", "600", "socket_packets", "--keep"]),
            Ok(Wish { seconds: 600, keep: true, targets })
        );
        assert_eq!(read(&["--seconds"]), Err("`--seconds` takes a number".to_owned()));
        assert_eq!(read(&["--for", "5"]), Err("`fuzz` takes no `--for`".to_owned()));
    }
}
