//! Settings from the command line, the environment and a file.

use std::fs;

use crate::command::command;
use crate::program::Program;

const FILE: &str =
    "listen = \"127.0.0.1:0\"\nping_interval = \"3s\"\nping_timeout = \"3s\"\nupgrade_timeout = \"3s\"\n";

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parlor.toml");
    fs::write(&file, FILE).unwrap();
    let mut check = command(&["--check-config", "--ping-interval", "1s"]);
    check.env("PARLOR_CONFIG", &file).env("PARLOR_PING_INTERVAL", "2s").env("PARLOR_PING_TIMEOUT", "2s");
    let output = check.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| {
        let line = printed.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("ping_interval"), "ping_interval = \"1s\" # --ping-interval");
    assert_eq!(line("ping_timeout"), "ping_timeout = \"2s\" # PARLOR_PING_TIMEOUT");
    assert_eq!(line("upgrade_timeout"), format!("upgrade_timeout = \"3s\" # {}:4", file.display()));
    assert_eq!(line("connect_timeout"), "connect_timeout = \"45s\" # default");

    // What is checked is what is in force.
    let mut serve = command(&["--ping-interval", "1s"]);
    serve.env("PARLOR_CONFIG", &file).env("PARLOR_PING_INTERVAL", "2s").env("PARLOR_PING_TIMEOUT", "2s");
    let program = Program::run(serve);
    let opened = crate::http::get(program.address, "/socket.io/?EIO=4&transport=polling", &[]);
    assert!(opened.text().contains(r#""pingInterval":1000,"pingTimeout":2000"#), "{}", opened.text());
}

#[test]
fn mistakes_are_told_with_their_places_and_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parlor.toml");
    fs::write(&file, "listen = \"127.0.0.1:0\"\nmax_handler = 3\n").unwrap();
    let file = file.display().to_string();
    let expected = format!(
        "parlor-server: PARLOR_LISTENS: there is no such setting, did you mean `PARLOR_LISTEN`?\n\
         parlor-server: {file}:2: max_handler: there is no such setting, did you mean `max_handlers`?\n\
         parlor-server: --ping-timeout: `soon` is not right: it takes a time with its unit, as 500ms, 25s, 2m or 1h\n"
    );
    for mode in [&["--check-config"][..], &[]] {
        let mut command = command(&["--config", &file, "--ping-timeout", "soon"]);
        let output = command.args(mode).env("PARLOR_LISTENS", "x").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn the_help_and_the_version_are_printed() {
    let output = command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("--ping-interval <DURATION>"), "{help}");
    let output = command(&["--version"]).output().unwrap();
    assert_eq!(output.stdout, concat!("parlor-server ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
}

#[test]
fn the_log_can_be_objects() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log-format", "json"]);
    let line: serde_json::Value = serde_json::from_str(&program.log("listening")).unwrap();
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["message"], "listening");
    assert_eq!(line["address"], program.address.to_string());
}

#[test]
fn an_origin_that_is_refused_is_named_in_the_log() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--cors-origin", "http://a.example"]);
    let ask = |origin: &str| {
        crate::http::get(
            program.address,
            "/socket.io/?EIO=4&transport=polling",
            &[&format!("Origin: {origin}")],
        )
    };
    assert_eq!(ask("http://a.example").header("access-control-allow-origin"), Some("http://a.example"));
    assert_eq!(ask("http://b.example").header("access-control-allow-origin"), None);
    program.log("http://b.example");
}

#[test]
fn a_passphrase_that_is_too_short_or_not_there_is_told_and_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    let serve = || {
        let file = file.display().to_string();
        let arguments =
            ["--listen", "127.0.0.1:0", "--database", "sqlite::memory:", "--admin-passphrase-file", &file];
        let output = command(&arguments).output().unwrap();
        assert_eq!((output.status.code(), output.stdout), (Some(1), vec![]));
        String::from_utf8(output.stderr).unwrap()
    };
    let name = format!("parlor-server: {}: ", file.display());
    assert_eq!(serve(), format!("{name}No such file or directory (os error 2)\n"));
    fs::write(&file, "1234\n").unwrap();
    assert_eq!(serve(), format!("{name}a passphrase has at least 12 characters\n"));
}
