//! What was found worth keeping, tried again: on every compiler, without libFuzzer.

use std::fs;
use std::path::{Path, PathBuf};

use parlor_fuzz::TARGETS;

#[test]
fn every_input_of_every_corpus_keeps_the_promises() {
    for target in TARGETS {
        let inputs = inputs(target.name);
        assert!(!inputs.is_empty(), "corpus/{} is empty", target.name);
        println!("{}: {} inputs", target.name, inputs.len());
        for input in inputs {
            let data = fs::read(&input).unwrap_or_else(|error| panic!("{}: {error}", input.display()));
            // Names the input, should the target panic.
            println!("{}", input.display());
            (target.run)(&data);
        }
    }
}

#[test]
fn every_folder_and_every_program_belongs_to_a_target() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let stems = |folder: &str| -> Vec<String> {
        let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut stems: Vec<_> = entries(&root().join(folder)).into_iter().filter_map(stem).collect();
        stems.sort();
        stems
    };
    assert_eq!(stems("corpus"), names);
    assert_eq!(stems("targets"), names);
}

fn inputs(target: &str) -> Vec<PathBuf> {
    entries(&root().join("corpus").join(target))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap_or_else(|error| panic!("{error}")).path()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
