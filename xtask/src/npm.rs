//! `cargo xtask npm`: the package `parlor-client`, packed as npm would publish it.
//!
//! Here are the tools and the WebAssembly; what becomes of it is the package's own `sdk/js/build.mjs`.

use std::fs;
use std::path::PathBuf;

use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tools;

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if let Some(word) = arguments.first() {
        return Err(Failure::new(format!("`npm` takes no `{word}`")));
    }
    let tarball = build(project)?;
    println!("\n{}", tarball.display());
    Ok(())
}

/// Builds the package and answers with its tarball.
pub(crate) fn build(project: &Project) -> Outcome<PathBuf> {
    tools::ensure_wasm_target(project)?;
    let wasm_opt = tools::ensure_wasm_opt(project)?.join("wasm-opt");
    tools::ensure_npm_packages(project, "sdk/js")?;

    let build =
        ["build", "-p", "parlor-client-js", "--target", "wasm32-unknown-unknown", "--profile", "wasm"];
    tools::cargo().args(build).folder(&project.root).stream()?;

    let tarball = project.npm_out().join(format!("parlor-client-{}.tgz", project.version()?));
    // An old one must not pass for the one that was not made.
    fs::remove_file(&tarball).unwrap_or_default();
    Run::new("node")
        .arg("sdk/js/build.mjs")
        .folder(&project.root)
        .env("WASM", project.target.join("wasm32-unknown-unknown/wasm/parlor_client_js.wasm"))
        .env("WASM_OPT", wasm_opt)
        .env("OUT", project.npm_out())
        .stream()?;
    if tarball.is_file() {
        Ok(tarball)
    } else {
        Err(Failure::new(format!("there is no {}", tarball.display())))
    }
}
