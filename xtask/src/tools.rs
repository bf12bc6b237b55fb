//! The tools that the commands need: found, or installed once with a word about it, or missed with the command to run.
//!
//! What we build ourselves is kept per version in the cache folder. It is built beside its place and moved there when
//! complete, so an install that was interrupted is never taken for a finished one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::project::{Project, locked_version};
use crate::sh::{Failure, Outcome, Run, found};

/// The newest that builds with the Rust version this workspace names; 0.22 needs a newer one.
const TRUNK: &str = "0.21.14";
/// The npm package that carries `wasm-opt`: newer than the systems' packages, and the same everywhere.
const BINARYEN: &str = "132.0.0";
const CARGO_FUZZ: &str = "0.13.2";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The first with `node --test-concurrency`, which the browser suites need.
const NODE_AT_LEAST: (u32, u32) = (20, 10);
/// The first with sharded channels.
const REDIS_AT_LEAST: u32 = 7;

pub(crate) fn cargo() -> Run {
    Run::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The Rust target of everything that runs in a browser.
pub(crate) fn ensure_wasm_target(project: &Project) -> Outcome {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).folder(&project.root).read()?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    let missing = |reason| {
        Failure::new(format!(
            "the Rust target {WASM_TARGET} is missing and {reason}: rustup target add {WASM_TARGET}"
        ))
    };
    if found("rustup").is_none() {
        return Err(missing("there is no rustup to add it"));
    }
    say(&format!("adding the Rust target {WASM_TARGET} (some seconds)"));
    let add = Run::new("rustup").args(["target", "add", WASM_TARGET]).folder(&project.root);
    add.stream().map_err(|_| missing("rustup could not add it"))
}

/// The folder with `wasm-bindgen` and `wasm-bindgen-test-runner`, of exactly the version the workspace is locked to:
/// the two ends of its format change together.
pub(crate) fn ensure_wasm_bindgen(project: &Project) -> Outcome<PathBuf> {
    let lock = project.read("Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen: is any crate using it?"))?;
    ensure_cargo_tool(project, "wasm-bindgen-cli", version, &[])
}

/// The folder with `trunk`.
pub(crate) fn ensure_trunk(project: &Project) -> Outcome<PathBuf> {
    ensure_cargo_tool(project, "trunk", TRUNK, &["--no-default-features", "--features", "rustls"])
}

/// The folder with `cargo-fuzz`.
pub(crate) fn ensure_cargo_fuzz(project: &Project) -> Outcome<PathBuf> {
    ensure_cargo_tool(project, "cargo-fuzz", CARGO_FUZZ, &[])
}

/// The folder with `wasm-opt`.
pub(crate) fn ensure_wasm_opt(project: &Project) -> Outcome<PathBuf> {
    ensure_node()?;
    let place = project.tools.join(format!("binaryen-{BINARYEN}"));
    let package = format!("binaryen@{BINARYEN}");
    install(&place, &format!("installing wasm-opt ({package} from npm, about 100 MB)"), |folder| {
        let npm = Run::new("npm").args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"]);
        npm.arg(folder).arg(&package).stream()
    })?;
    Ok(place.join("node_modules/.bin"))
}

/// Node and npm cannot be had without leave; say what is needed.
pub(crate) fn ensure_node() -> Outcome {
    let (major, minor) = NODE_AT_LEAST;
    let need = format!("Node {major}.{minor} or newer, with npm, is needed (https://nodejs.org)");
    let version = Run::new("node").arg("--version").read();
    let version = version.map_err(|_| Failure::new(format!("there is no `node`: {need}")))?;
    if node_version(&version).is_none_or(|version| version < NODE_AT_LEAST) {
        return Err(Failure::new(format!("node is {}: {need}", version.trim())));
    }
    Run::new("npm")
        .arg("--version")
        .read()
        .map(drop)
        .map_err(|_| Failure::new(format!("there is no `npm`: {need}")))
}

/// Installs what a folder's `package-lock.json` says, unless it did so for this very lock file.
pub(crate) fn ensure_npm_packages(project: &Project, folder: &str) -> Outcome {
    ensure_node()?;
    let lock = project.read(&format!("{folder}/package-lock.json"))?;
    // Inside node_modules, so that the stamp goes when the packages go.
    let stamp = project.root.join(folder).join("node_modules/.parlor-installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    say(&format!("installing the npm packages of {folder}"));
    Run::new("npm").args(["ci", "--no-audit", "--no-fund"]).folder(project.root.join(folder)).stream()?;
    let place = stamp.parent().map(fs::create_dir_all).transpose();
    place.and_then(|_| fs::write(&stamp, lock)).map_err(|cause| io_failure(&stamp, &cause))
}

/// A Python that has what a folder's `requirements.txt` says, in an environment of its own for this very list.
pub(crate) fn ensure_python_packages(project: &Project, folder: &str) -> Outcome<PathBuf> {
    let need =
        "Python 3 with its module venv is needed: apt-get install python3-venv (or https://python.org)";
    if Run::new("python3").args(["-c", "import venv, ensurepip"]).read().is_err() {
        return Err(Failure::new(need));
    }
    let requirements = project.read(&format!("{folder}/requirements.txt"))?;
    let mut hash = DefaultHasher::new();
    requirements.hash(&mut hash);
    let place = project.tools.join(format!("python-{:016x}", hash.finish()));
    install(&place, &format!("installing the PyPI packages of {folder}"), |part| {
        Run::new("python3").args(["-m", "venv"]).arg(part).stream()?;
        let pip = Run::new(part.join("bin/python")).args(["-m", "pip", "install", "--quiet", "--no-deps"]);
        let list = project.root.join(folder).join("requirements.txt");
        pip.args(["--disable-pip-version-check", "--requirement"]).arg(list).stream()
    })?;
    Ok(place.join("bin/python"))
}

/// A browser and the driver that goes with it.
#[derive(Debug, Clone)]
pub(crate) struct Chromium {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Chromium from `PARLOR_CHROMIUM` and `CHROMEDRIVER`, from the `PATH`, or from the system's packages where we may.
pub(crate) fn ensure_chromium() -> Outcome<Chromium> {
    if let Some(chromium) = find_chromium() {
        return Ok(chromium);
    }
    let missing = |reason: &str| {
        Failure::new(format!(
            "Chromium and chromedriver are needed and {reason}: apt-get install chromium chromium-driver \
             (or set PARLOR_CHROMIUM and CHROMEDRIVER to the programs)"
        ))
    };
    let about = "Chromium and its driver from the system's packages (some minutes, about 300 MB)";
    // Debian's names, then Ubuntu's.
    let packages: [&[&str]; 2] =
        [&["chromium", "chromium-driver"], &["chromium-browser", "chromium-chromedriver"]];
    install_packages(about, &packages).map_err(missing)?;
    find_chromium().ok_or_else(|| missing("still not found after the install"))
}

/// The folder of PostgreSQL's programs: `PARLOR_POSTGRES_BIN`, where Debian has them, the `PATH`, or the system's packages
/// where we may.
pub(crate) fn ensure_postgres() -> Outcome<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    let missing = |reason: &str| {
        Failure::new(format!(
            "PostgreSQL is needed and {reason}: apt-get install postgresql (or set PARLOR_POSTGRES_BIN to the folder of \
             initdb and pg_ctl)"
        ))
    };
    install_packages("PostgreSQL from the system's packages", &[&["postgresql"]]).map_err(missing)?;
    find_postgres().ok_or_else(|| missing("still not found after the install"))
}

/// `redis-server`: `PARLOR_REDIS_SERVER`, the `PATH`, or the system's packages where we may.
pub(crate) fn ensure_redis() -> Outcome<PathBuf> {
    let server = find_redis().map_or_else(install_redis, Ok)?;
    let version = Run::new(&server).arg("--version").read()?;
    if redis_version(&version).is_none_or(|major| major < REDIS_AT_LEAST) {
        let need = format!("Redis {REDIS_AT_LEAST}.0 or newer is needed (https://redis.io)");
        return Err(Failure::new(format!("{} is {}: {need}", server.display(), version.trim())));
    }
    Ok(server)
}

fn install_redis() -> Outcome<PathBuf> {
    let missing = |reason: &str| {
        Failure::new(format!(
            "Redis is needed and {reason}: apt-get install redis-server (or set PARLOR_REDIS_SERVER to the program)"
        ))
    };
    install_packages("Redis from the system's packages", &[&["redis-server"]]).map_err(missing)?;
    find_redis().ok_or_else(|| missing("still not found after the install"))
}

/// `nginx`: `PARLOR_NGINX`, the `PATH`, where Debian has it, or the system's packages where we may.
pub(crate) fn ensure_nginx() -> Outcome<PathBuf> {
    if let Some(program) = find_nginx() {
        return Ok(program);
    }
    let missing = |reason: &str| {
        Failure::new(format!(
            "nginx is needed and {reason}: apt-get install nginx (or set PARLOR_NGINX to the program)"
        ))
    };
    install_packages("nginx from the system's packages", &[&["nginx"]]).map_err(missing)?;
    find_nginx().ok_or_else(|| missing("still not found after the install"))
}

/// Installs packages of the system, all of one of these lists; or says in a few words why not.
fn install_packages(about: &str, lists: &[&[&str]]) -> Result<(), &'static str> {
    if found("apt-get").is_none() {
        return Err("not found, and this system has no apt-get");
    }
    let as_root = as_root().ok_or("not found, and installing needs root or a sudo without password")?;
    say(&format!("installing {about}"));
    let apt = |arguments: &[&str]| {
        let mut words = as_root.iter().copied().chain(["apt-get"]);
        let run = Run::new(words.next().unwrap_or("apt-get")).args(words).args(arguments);
        run.env("DEBIAN_FRONTEND", "noninteractive").stream()
    };
    // An old package list may still do: whether the packages came is what counts.
    apt(&["update"]).unwrap_or_else(|failure| println!("  {failure}"));
    let install = |packages: &&[&str]| {
        apt(&[&["install", "-y", "--no-install-recommends"], *packages].concat()).is_ok()
    };
    if lists.iter().any(install) { Ok(()) } else { Err("apt-get could not install it") }
}

/// `PATH` with these folders in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path));
    // A folder with the separator in its name cannot be on any PATH: leave the PATH as it was.
    env::join_paths(all).unwrap_or(path)
}

fn find_chromium() -> Option<Chromium> {
    let named = |variable| env::var_os(variable).map(PathBuf::from).filter(|file| file.is_file());
    let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let browser = named("PARLOR_CHROMIUM").or_else(|| browsers.into_iter().find_map(found))?;
    let driver = named("CHROMEDRIVER").or_else(|| found("chromedriver"))?;
    Some(Chromium { browser, driver })
}

fn find_postgres() -> Option<PathBuf> {
    let is_whole = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "psql", "createdb"].iter().all(|program| folder.join(program).is_file())
    };
    let named = env::var_os("PARLOR_POSTGRES_BIN").map(PathBuf::from);
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort_unstable();
    let on_path = found("initdb").and_then(|program| Some(program.parent()?.to_owned()));
    named.into_iter().chain(debian.into_iter().rev()).chain(on_path).find(is_whole)
}

fn find_redis() -> Option<PathBuf> {
    let named = env::var_os("PARLOR_REDIS_SERVER").map(PathBuf::from).filter(|file| file.is_file());
    named.or_else(|| found("redis-server"))
}

fn find_nginx() -> Option<PathBuf> {
    let is_there = |file: &PathBuf| file.is_file();
    let named = env::var_os("PARLOR_NGINX").map(PathBuf::from).filter(is_there);
    // Root's programs are not on everybody's PATH.
    let debian = Some(PathBuf::from("/usr/sbin/nginx")).filter(is_there);
    named.or_else(|| found("nginx")).or(debian)
}

/// What to put before a command that only root may run; `None` when we may not.
fn as_root() -> Option<&'static [&'static str]> {
    if Run::new("id").arg("-u").read().is_ok_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    Run::new("sudo").args(["-n", "true"]).read().is_ok().then_some(&["sudo", "-n"])
}

fn ensure_cargo_tool(project: &Project, name: &str, version: &str, options: &[&str]) -> Outcome<PathBuf> {
    let full = format!("{name}-{version}");
    let place = project.tools.join(&full);
    // One build folder per tool: what an interrupted build had done is not done again.
    let build = project.tools.join(format!(".build-{full}"));
    let install_once = |folder: &Path, locked: &[&str]| {
        let run = cargo().folder(&project.root).args(["install", name, "--version", version]);
        let run = run.args(options).args(locked).arg("--root").arg(folder);
        run.envs(QUICK_BUILD).env("CARGO_TARGET_DIR", &build).stream()
    };
    install(&place, &format!("building {name} {version} once (2 to 10 minutes)"), |folder| {
        // A registry's mirror may lag behind the versions in the tool's own lock file.
        install_once(folder, &["--locked"]).or_else(|failure| {
            println!("  {failure}; trying without its lock file");
            install_once(folder, &[])
        })
    })?;
    // Only disk space; the tool is in its place.
    fs::remove_dir_all(&build).unwrap_or_default();
    Ok(place.join("bin"))
}

/// The tools run for seconds: building them fast matters more than their speed.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// What runs for a minute need not be linked for minutes; debug assertions stay on.
pub(crate) const QUICK_LINK: [(&str, &str); 2] =
    [("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")];

/// Makes the folder `place` with `fill` if it does not exist: all of it or nothing.
fn install(place: &Path, what: &str, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
    if place.is_dir() {
        return Ok(());
    }
    say(what);
    let mut name = place.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".part-{}", std::process::id()));
    let part = place.with_file_name(name);
    fs::create_dir_all(&part).map_err(|cause| io_failure(&part, &cause))?;
    let filled = fill(&part).and_then(|()| match fs::rename(&part, place) {
        Err(cause) if !place.is_dir() => Err(io_failure(place, &cause)),
        // Moved, or another xtask was quicker: then its copy serves.
        _ => Ok(()),
    });
    fs::remove_dir_all(&part).unwrap_or_default();
    filled
}

fn io_failure(path: &Path, cause: &std::io::Error) -> Failure {
    Failure::new(format!("cannot write {}: {cause}", path.display()))
}

fn say(what: &str) {
    println!("* {what}");
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The first number in `Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0`.
fn redis_version(text: &str) -> Option<u32> {
    text.split_once(" v=")?.1.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_version_is_compared_as_numbers() {
        assert_eq!(node_version("v20.20.2\n"), Some((20, 20)));
        assert!(node_version("v9.11.0") < Some(NODE_AT_LEAST));
        assert_eq!(node_version("20"), None);
    }

    #[test]
    fn redis_version_is_its_first_number() {
        assert_eq!(redis_version("Redis server v=7.0.15 sha=00000000:0 bits=64\n"), Some(7));
        assert_eq!(redis_version("Redis server v=10.2.0 sha=00000000:0 bits=64\n"), Some(10));
        assert_eq!(redis_version("7.0.15"), None);
    }

    #[test]
    fn interrupted_install_leaves_nothing_in_its_place() {
        let folder = scratch("interrupted");
        let place = folder.join("tool-1.0");
        let outcome = install(&place, "half a tool", |part| {
            fs::write(part.join("half"), "").unwrap();
            Err(Failure::new("the network went away"))
        });
        assert_eq!(outcome.unwrap_err().to_string(), "the network went away");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn finished_install_is_moved_to_its_place_and_not_repeated() {
        let place = scratch("finished").join("tool-1.0");
        install(&place, "a tool", |part| fs::write(part.join("bin"), "1").map_err(|_| Failure::new("write")))
            .unwrap();
        install(&place, "a tool again", |_| Err(Failure::new("it was installed twice"))).unwrap();
        assert_eq!(fs::read_to_string(place.join("bin")).unwrap(), "1");
    }

    /// An empty folder of this test's own.
    fn scratch(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("parlor-xtask-{}-{name}", std::process::id()));
        fs::remove_dir_all(&folder).unwrap_or_default();
        fs::create_dir_all(&folder).unwrap();
        folder
    }
}
