//! `cargo xtask demo`: the room server and the demo page, side by side until Ctrl-C; and a [`supervisor`], through which the
//! page has the server killed.

use std::ffi::OsString;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::project::Project;
use crate::sh::{Background, Failure, Outcome, Run};
use crate::tools;

use supervisor::{DOWN_FOR, Supervisor};

mod supervisor;

pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    let ports = Ports::parse(arguments)?;
    // Before minutes of building, not after.
    ensure_free(ports.page, "--port")?;
    ensure_free(ports.server, "--server-port")?;

    let path = ensure_tools(project)?;
    let program = build_server(project)?;
    let mut server = start_server(project, &program, ports.server)?;
    let supervisor = Supervisor::start(ports.page)?;

    let config = write_config(project, ports.server, supervisor.port)?;
    let trunk = Run::new("trunk").args(["serve", "--skip-version-check", "--config"]).arg(config);
    let trunk = trunk.args(["--port", &ports.page.to_string()]);
    let trunk = trunk.envs(trunk_environment(project, &path));
    println!("* building the demo page (a minute or two the first time)");
    let mut page = trunk.folder(&project.root).start("trunk serve")?;

    let mut told = false;
    loop {
        if supervisor.is_asked() {
            println!("* killing the server, as the page asked; it is back in {} s", DOWN_FOR.as_secs());
            server.kill();
            thread::sleep(DOWN_FOR);
            server = start_server(project, &program, ports.server)?;
            // Whoever pressed once more while it was down meant this time.
            supervisor.is_asked();
        }
        for running in [&mut server, &mut page] {
            if let Some(status) = running.ended() {
                return Err(Failure::new(format!(
                    "{} ended ({status}), so the other was stopped too",
                    running.name
                )));
            }
        }
        if !told && answers(ports.page) {
            told = true;
            println!(
                "\nThe demo is at http://127.0.0.1:{}/ (with ?guest=1, a second tab is somebody else; Ctrl-C ends it)\n",
                ports.page
            );
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn start_server(project: &Project, program: &Path, port: u16) -> Outcome<Background> {
    let server = Run::new(program).args(["--listen", &format!("127.0.0.1:{port}")]).folder(&project.root);
    server.start_and_read_line("parlor-server", SERVER_START_LIMIT).map(|(server, _)| server)
}

const SERVER_START_LIMIT: Duration = Duration::from_secs(30);
/// How soon a person learns that the page is ready, or that one of the two has ended.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What `trunk` needs: the folders to put on the `PATH`, its own among them.
pub(crate) fn ensure_tools(project: &Project) -> Outcome<Vec<PathBuf>> {
    tools::ensure_wasm_target(project)?;
    let wasm_bindgen = tools::ensure_wasm_bindgen(project)?;
    let trunk = tools::ensure_trunk(project)?;
    Ok(vec![trunk, wasm_bindgen, tools::ensure_wasm_opt(project)?])
}

/// What `trunk` finds in its environment.
pub(crate) fn trunk_environment(project: &Project, path: &[PathBuf]) -> [(&'static str, OsString); 3] {
    [
        ("PATH", tools::path_with(path)),
        ("CARGO_TARGET_DIR", project.target.clone().into()),
        // When the page does not compile, the compiler's words matter, and not where trunk was.
        ("RUST_BACKTRACE", "0".into()),
    ]
}

/// Builds the room server and answers with the program.
pub(crate) fn build_server(project: &Project) -> Outcome<PathBuf> {
    tools::cargo().args(["build", "-p", "parlor-server", "--bins"]).folder(&project.root).stream()?;
    Ok(project.built("parlor-server"))
}

/// Builds the demo page as it would be published and answers with its folder.
pub(crate) fn build_page(project: &Project) -> Outcome<PathBuf> {
    let path = ensure_tools(project)?;
    let dist = project.target.join("demo-dist");
    let trunk = Run::new("trunk").args(["build", "--release", "--skip-version-check", "--dist"]).arg(&dist);
    let trunk = trunk.envs(trunk_environment(project, &path));
    trunk.folder(&project.root).stream()?;
    Ok(dist)
}

#[derive(Debug, PartialEq, Eq)]
struct Ports {
    page: u16,
    server: u16,
}

impl Ports {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut ports = Self { page: 8080, server: 3000 };
        let mut words = arguments.iter();
        while let Some(option) = words.next() {
            let port = match option.as_str() {
                "--port" => &mut ports.page,
                "--server-port" => &mut ports.server,
                _ => {
                    return Err(Failure::new(format!(
                        "`demo` takes no `{option}`: only --port and --server-port"
                    )));
                }
            };
            let value = words.next().and_then(|word| word.parse().ok()).filter(|port| *port != 0);
            *port = value.ok_or_else(|| Failure::new(format!("{option} takes a port, 1 to 65535")))?;
        }
        Ok(ports)
    }
}

fn ensure_free(port: u16, option: &str) -> Outcome {
    TcpListener::bind(("127.0.0.1", port)).map(drop).map_err(|cause| {
        Failure::new(format!(
            "port {port} cannot be used ({cause}): end what uses it, or choose another with {option}"
        ))
    })
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// The project's `Trunk.toml` for a room server and a supervisor on these ports.
fn write_config(project: &Project, server_port: u16, supervisor_port: u16) -> Outcome<PathBuf> {
    let root = project.root.display().to_string();
    let text = config(&project.read("Trunk.toml")?, &root, server_port) + &supervisor::proxy(supervisor_port);
    let file = project.target.join("demo-trunk.toml");
    fs::write(&file, text)
        .map_err(|cause| Failure::new(format!("cannot write {}: {cause}", file.display())))?;
    Ok(file)
}

/// Trunk takes paths as relative to its configuration, which is elsewhere now.
fn config(text: &str, root: &str, server_port: u16) -> String {
    text.replace("\"./", &format!("\"{root}/")).replace("127.0.0.1:3000", &format!("127.0.0.1:{server_port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Ports, String> {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        Ports::parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn ports_have_defaults_and_either_can_be_chosen() {
        assert_eq!(parse(""), Ok(Ports { page: 8080, server: 3000 }));
        assert_eq!(parse("--server-port 4000"), Ok(Ports { page: 8080, server: 4000 }));
        assert_eq!(parse("--port 9000 --server-port 4000"), Ok(Ports { page: 9000, server: 4000 }));
    }

    #[test]
    fn option_that_is_no_port_is_refused() {
        assert_eq!(parse("--port"), Err("--port takes a port, 1 to 65535".into()));
        assert_eq!(parse("--port 0"), Err("--port takes a port, 1 to 65535".into()));
        assert_eq!(parse("--open"), Err("`demo` takes no `--open`: only --port and --server-port".into()));
    }

    #[test]
    fn port_in_use_is_named_with_the_option_that_chooses_another() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let sentence = ensure_free(port, "--port").unwrap_err().to_string();
        assert!(sentence.starts_with(&format!("port {port} cannot be used")), "{sentence}");
        assert!(sentence.ends_with("choose another with --port"), "{sentence}");
    }

    #[test]
    fn config_for_another_port_changes_every_proxy_and_keeps_the_paths() {
        let text =
            "dist = \"./dist\"\nbackend = \"http://127.0.0.1:3000/a\"\nbackend = \"ws://127.0.0.1:3000/a\"\n";
        let expected = "dist = \"/top/dist\"\nbackend = \"http://127.0.0.1:4000/a\"\nbackend = \"ws://127.0.0.1:4000/a\"\n";
        assert_eq!(config(text, "/top", 4000), expected);
    }
}
