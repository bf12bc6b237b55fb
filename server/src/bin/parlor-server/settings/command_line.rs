//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::kinds::Form;
use super::sources::{Given, Source};
use super::table::Setting;

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    Serve,
    CheckConfig,
}

/// What the command line says.
pub(super) struct CommandLine {
    pub(super) request: Request,
    pub(super) file: Option<PathBuf>,
    pub(super) given: Vec<Given>,
}

const ABOUT: &str = "The Parlor room server: a Socket.IO server with the chat in it.";

const AFTER_HELP: &str = "\
Every option can also be given as an environment variable (--ping-interval as PARLOR_PING_INTERVAL), and as a key of the \
TOML file that --config names (ping_interval = \"25s\"). The command line wins over the environment, and that over the \
file. DURATION takes a unit (500ms, 25s, 2m, 1h), BYTES may have one (64KiB, 4MiB, 1MB). RATE is a \
number of events and a time: 100/10s is 100 at once, and then one every 100 ms.

At the first SIGTERM or Ctrl-C clients are sent away and the program ends with 0; a second one cuts them off.
GET /healthz, /readyz and /metrics tell how it is.";

/// Reads the command line.
///
/// # Errors
///
/// The help and the version are errors too: what there is to print instead of serving.
pub(super) fn read(
    table: &[Setting],
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<CommandLine, clap::Error> {
    let matches = command(table).try_get_matches_from(arguments)?;
    let request = if matches.get_flag("check-config") { Request::CheckConfig } else { Request::Serve };
    let given = table.iter().filter_map(|setting| given(setting, &matches)).collect();
    Ok(CommandLine { request, file: matches.get_one("config").cloned(), given })
}

fn command(table: &[Setting]) -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .help("Read settings from this TOML file [env: PARLOR_CONFIG]");
    let check = Arg::new("check-config")
        .long("check-config")
        .action(ArgAction::SetTrue)
        .help("Print all settings and where each comes from, or what is wrong with them, and end");
    Command::new("parlor-server")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(AFTER_HELP)
        .max_term_width(110)
        .args([config, check])
        .args(table.iter().map(argument))
}

fn argument(setting: &Setting) -> Arg {
    let default = setting.default().map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let argument = Arg::new(setting.name)
        .long(setting.option())
        .value_name(setting.placeholder)
        .help_heading(setting.group)
        .help(format!("{}{default}", setting.about))
        .allow_hyphen_values(true);
    match setting.form {
        Form::Single => argument.action(ArgAction::Set),
        Form::List => argument.action(ArgAction::Append),
        Form::Switch => argument.num_args(0..=1).require_equals(true).default_missing_value("true"),
    }
}

fn given(setting: &Setting, matches: &ArgMatches) -> Option<Given> {
    let texts: Vec<&str> = matches.get_many::<String>(setting.name)?.map(String::as_str).collect();
    Some(Given { name: setting.name, text: texts.join(","), source: Source::CommandLine(setting.option()) })
}
