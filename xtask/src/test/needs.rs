//! What suites need before they run: tools and things built from the tree, each made once per run.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::demo;
use crate::npm;
use crate::project::Project;
use crate::sh::{Failure, Outcome, Run};
use crate::tools;

/// One thing a suite needs, and the environment variable in which its tests find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    WasmTarget,
    /// `wasm-bindgen-test-runner`, on the `PATH`.
    WasmBindgen,
    /// `PARLOR_CHROMIUM`, `CHROMEDRIVER`
    Chromium,
    /// `PARLOR_POSTGRES_BIN`: the folder of PostgreSQL's programs.
    Postgres,
    /// `PARLOR_SERVER_BIN`: the room server.
    Server,
    /// `PARLOR_TEST_SERVER_BIN`: the server with the handlers that the clients' tests talk to.
    TestServer,
    /// `PARLOR_CHEATSHEET_SERVER_BIN`: the server that says each line of Socket.IO's cheat sheet.
    CheatsheetServer,
    /// `PARLOR_NAMESPACES_SERVER_BIN`: the server with namespaces of every kind.
    NamespacesServer,
    /// `PARLOR_WEBSOCKET_ECHO_BIN`: an echo over bare WebSockets.
    WebSocketEcho,
    /// `PARLOR_REDIS_SERVER`: the program `redis-server`.
    Redis,
    /// `PARLOR_CLUSTER_SERVER_BIN`: the server that does as the tests of a cluster tell it.
    ClusterServer,
    /// `PARLOR_NGINX`: the program `nginx`.
    Nginx,
    /// `PARLOR_HELLO_BIN`: the README's server.
    Hello,
    /// `PARLOR_GUIDE_FIRST_BIN`, `PARLOR_GUIDE_CHAT_BIN`: the guide's servers.
    GuideServers,
    /// `PARLOR_GUIDE_PAGE`: the folder with the guide's pages in Yew, as WebAssembly.
    GuidePage,
    /// `PARLOR_NPM_TARBALL`: our npm package, packed.
    NpmTarball,
    /// What `sdk/js/tests` has installed, for a suite that takes its helpers from there.
    NpmHelpers,
    /// What `demo-app/tests` has installed, for the same.
    DemoHelpers,
    /// `PARLOR_TRUNK`, and on the `PATH` what it calls.
    Trunk,
    /// `PARLOR_DEMO_DIST`: the folder with the built demo page.
    DemoDist,
}

/// What a need gives to the programs of a suite.
#[derive(Debug, Default, Clone)]
pub(super) struct Given {
    pub(super) env: Vec<(&'static str, OsString)>,
    pub(super) path: Vec<PathBuf>,
}

/// The needs met so far.
pub(super) struct Needs<'a> {
    pub(super) project: &'a Project,
    met: Vec<(Need, Result<Given, String>)>,
}

impl<'a> Needs<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        Self { project, met: Vec::new() }
    }

    /// Meets all of these; the environment variables of the answer include the `PATH`.
    pub(super) fn meet(&mut self, wanted: &[Need]) -> Outcome<Vec<(&'static str, OsString)>> {
        let mut all = Given::default();
        for need in wanted {
            let given = self.meet_one(*need)?;
            all.env.extend(given.env);
            all.path.extend(given.path);
        }
        all.env.push(("PATH", tools::path_with(&all.path)));
        Ok(all.env)
    }

    fn meet_one(&mut self, need: Need) -> Outcome<Given> {
        if let Some((_, given)) = self.met.iter().find(|(met, _)| *met == need) {
            // What failed once is not tried again for the next suite.
            return given.clone().map_err(Failure::new);
        }
        let given = give(self.project, need);
        self.met.push((need, given.as_ref().map(Given::clone).map_err(ToString::to_string)));
        given
    }
}

fn give(project: &Project, need: Need) -> Outcome<Given> {
    match need {
        Need::WasmTarget => tools::ensure_wasm_target(project).map(|()| Given::default()),
        Need::WasmBindgen => {
            let path = vec![tools::ensure_wasm_bindgen(project)?];
            Ok(Given { path, ..Given::default() })
        }
        Need::Chromium => {
            let tools::Chromium { browser, driver } = tools::ensure_chromium()?;
            Ok(variables([("PARLOR_CHROMIUM", browser), ("CHROMEDRIVER", driver)]))
        }
        Need::Postgres => Ok(variables([("PARLOR_POSTGRES_BIN", tools::ensure_postgres()?)])),
        Need::Server => {
            let server = demo::build_server(project)?;
            Ok(variables([("PARLOR_SERVER_BIN", server)]))
        }
        Need::TestServer => Ok(variables([("PARLOR_TEST_SERVER_BIN", example(project, "test_server")?)])),
        Need::CheatsheetServer => {
            Ok(variables([("PARLOR_CHEATSHEET_SERVER_BIN", example(project, "cheatsheet_server")?)]))
        }
        Need::NamespacesServer => {
            Ok(variables([("PARLOR_NAMESPACES_SERVER_BIN", example(project, "namespaces_server")?)]))
        }
        Need::WebSocketEcho => {
            Ok(variables([("PARLOR_WEBSOCKET_ECHO_BIN", example(project, "websocket_echo")?)]))
        }
        Need::Redis => Ok(variables([("PARLOR_REDIS_SERVER", tools::ensure_redis()?)])),
        Need::ClusterServer => {
            let server = example_with(project, "cluster_server", &["--features", "redis"])?;
            Ok(variables([("PARLOR_CLUSTER_SERVER_BIN", server)]))
        }
        Need::Nginx => Ok(variables([("PARLOR_NGINX", tools::ensure_nginx()?)])),
        Need::Hello => Ok(variables([("PARLOR_HELLO_BIN", example(project, "hello")?)])),
        Need::GuideServers => Ok(variables([
            ("PARLOR_GUIDE_FIRST_BIN", example(project, "guide_first")?),
            ("PARLOR_GUIDE_CHAT_BIN", example(project, "guide_chat")?),
        ])),
        Need::GuidePage => Ok(variables([("PARLOR_GUIDE_PAGE", guide_page(project)?)])),
        Need::NpmTarball => Ok(variables([("PARLOR_NPM_TARBALL", npm::build(project)?)])),
        Need::NpmHelpers => tools::ensure_npm_packages(project, "sdk/js/tests").map(|()| Given::default()),
        Need::DemoHelpers => tools::ensure_npm_packages(project, "demo-app/tests").map(|()| Given::default()),
        Need::Trunk => {
            let path = demo::ensure_tools(project)?;
            let trunk = path.iter().map(|folder| folder.join("trunk")).find(|file| file.is_file());
            let trunk = trunk.ok_or_else(|| Failure::new("trunk was installed, and is not there"))?;
            Ok(Given { path, ..variables([("PARLOR_TRUNK", trunk)]) })
        }
        Need::DemoDist => Ok(variables([("PARLOR_DEMO_DIST", demo::build_page(project)?)])),
    }
}

/// Builds one of the server's examples.
fn example(project: &Project, name: &str) -> Outcome<PathBuf> {
    example_with(project, name, &[])
}

/// Builds one of the server's examples, with these options for cargo.
fn example_with(project: &Project, name: &str, options: &[&str]) -> Outcome<PathBuf> {
    let build = ["build", "-p", "parlor-server", "--example", name];
    tools::cargo().args(build).args(options).folder(&project.root).stream()?;
    Ok(project.built(&format!("examples/{name}")))
}

/// Builds the guide's pages in Yew and answers with the folder: the first as its reader does, by trunk, and the whole one
/// beside it, without a page around it.
fn guide_page(project: &Project) -> Outcome<PathBuf> {
    let path = demo::ensure_tools(project)?;
    let folder = project.target.join("guide-page");
    let trunk = Run::new("trunk").args(["build", "--skip-version-check", "--dist"]).arg(&folder);
    let trunk = trunk.envs(demo::trunk_environment(project, &path));
    trunk.folder(project.root.join("docs/guide/yew")).stream()?;

    let build = ["build", "-p", "parlor-guide", "--example", "chat", "--target", "wasm32-unknown-unknown"];
    tools::cargo().args(build).folder(&project.root).stream()?;
    let bind = Run::new(tools::ensure_wasm_bindgen(project)?.join("wasm-bindgen"));
    let bind = bind.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&folder);
    bind.arg(project.target.join("wasm32-unknown-unknown/debug/examples/chat.wasm")).stream()?;
    Ok(folder)
}

fn variables<const N: usize>(set: [(&'static str, PathBuf); N]) -> Given {
    Given { env: set.map(|(name, value)| (name, value.into_os_string())).into(), path: Vec::new() }
}
