use std::fs;
use std::time::Duration;

use super::super::report;
use super::*;

/// What is wrong, or the settings: read from a command line, `NAME=value` variables, and the text of a file.
fn read_all(arguments: &[&str], variables: &[&str], file: Option<&str>) -> Result<Read, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.toml");
    let mut arguments: Vec<OsString> =
        ["parlor-server"].iter().chain(arguments).map(|&argument| argument.into()).collect();
    if let Some(text) = file {
        fs::write(&path, text).unwrap();
        arguments.extend(["--config".into(), path.into_os_string()]);
    }
    let variables = variables.iter().map(|variable| variable.split_once('=').unwrap());
    let variables = variables.map(|(name, value)| (name.into(), value.into()));
    read(arguments, variables).map_err(|unread| match unread {
        Unread::CommandLine(error) => vec![error.to_string()],
        Unread::Mistakes(mistakes) => {
            let folder = format!("{}/", folder.path().display());
            mistakes.iter().map(|mistake| mistake.to_string().replace(&folder, "")).collect()
        }
    })
}

#[test]
fn the_command_line_wins_over_the_environment_that_over_the_file_and_that_over_the_default() {
    let (flag, variable, file) =
        (["--ping-interval=1s"], ["PARLOR_PING_INTERVAL=2s"], "ping_interval = \"3s\"");
    /// Arguments; variables; file; seconds; source.
    type Row<'a> = (&'a [&'a str], &'a [&'a str], Option<&'a str>, u64, &'a str);
    let rows: [Row<'_>; 6] = [
        (&flag, &variable, Some(file), 1, "--ping-interval"),
        (&flag, &[], None, 1, "--ping-interval"),
        (&[], &variable, Some(file), 2, "PARLOR_PING_INTERVAL"),
        (&[], &variable, None, 2, "PARLOR_PING_INTERVAL"),
        (&[], &[], Some(file), 3, "parlor.toml:1"),
        (&[], &[], None, 25, "default"),
    ];
    for (arguments, variables, file, seconds, source) in rows {
        let read = read_all(arguments, variables, file).unwrap();
        assert_eq!(read.settings.config.ping_interval, Duration::from_secs(seconds));
        let at = settings().iter().position(|setting| setting.name == "ping_interval").unwrap();
        assert!(read.sources[at].to_string().ends_with(source), "{}: {source}", read.sources[at]);
    }
}

#[test]
fn every_form_of_a_value_is_taken_everywhere() {
    let file = "cors_origin = [\"http://a.example\", \"http://b.example\"]\nallow_upgrades = false\nmax_handlers = 5\n\
                max_queue_bytes = \"1MiB\"\n";
    let variables = [
        "PARLOR_CORS_ORIGIN=http://a.example,http://b.example",
        "PARLOR_ALLOW_UPGRADES=false",
        "PARLOR_MAX_HANDLERS=5",
        "PARLOR_MAX_QUEUE_BYTES=1048576",
    ];
    let arguments = [
        "--cors-origin=http://a.example",
        "--cors-origin",
        "http://b.example",
        "--allow-upgrades=false",
        "--max-handlers=5",
        "--max-queue-bytes=1MiB",
    ];
    for read in
        [read_all(&arguments, &[], None), read_all(&[], &variables, None), read_all(&[], &[], Some(file))]
    {
        let settings = read.unwrap().settings;
        assert_eq!(settings.cors_origin, ["http://a.example", "http://b.example"]);
        assert!(!settings.config.allow_upgrades);
        assert_eq!((settings.config.max_handlers, settings.config.max_queue_bytes), (5, 1 << 20));
    }
    assert!(read_all(&["--deflate"], &[], None).unwrap().settings.deflate, "a switch alone");
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let file = "listen = \"3000\"\n\nping_intervall = \"1s\"\n[bounds]\nmax_handlers = 1\n";
    let variables = [
        "PARLOR_PING_TIMEOUT=7",
        "PARLOR_LOGFORMAT=json",
        "PARLOR_SOMETHING=1",
        "PARLOR_SERVICE_HOST=10.0.0.1",
        "OTHER=1",
    ];
    let mistakes = read_all(&["--transports=smoke"], &variables, Some(file)).unwrap_err();
    let expected = [
        "PARLOR_LOGFORMAT: there is no such setting, did you mean `PARLOR_LOG_FORMAT`?",
        "PARLOR_SOMETHING: there is no such setting",
        "parlor.toml:3: ping_intervall: there is no such setting, did you mean `ping_interval`?",
        "parlor.toml:4: bounds: there is no such setting",
        "parlor.toml:1: listen: `3000` is not right: it takes an IP address and a port, as 127.0.0.1:3000",
        "PARLOR_PING_TIMEOUT: `7` is not right: it takes a time with its unit, as 500ms, 25s, 2m or 1h",
        "--transports: `smoke` is not right: it takes polling or websocket",
    ];
    assert_eq!(mistakes, expected);
}

#[test]
fn a_file_that_is_not_toml_is_told_with_the_line() {
    let mistakes = read_all(&[], &[], Some("listen = \"127.0.0.1:0\"\npath = \n")).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert!(mistakes[0].starts_with("parlor.toml:2: "), "{mistakes:?}");
    let mistakes = read_all(&["--config", "nowhere.toml"], &[], None).unwrap_err();
    assert!(mistakes[0].starts_with("nowhere.toml: the file cannot be read: "), "{mistakes:?}");
}

#[test]
fn the_environment_can_name_the_file_and_the_command_line_another() {
    let mistakes = read_all(&[], &["PARLOR_CONFIG=nowhere.toml"], None).unwrap_err();
    assert!(mistakes[0].starts_with("nowhere.toml: "), "{mistakes:?}");
    assert!(read_all(&[], &["PARLOR_CONFIG=nowhere.toml"], Some("")).is_ok());
}

#[test]
fn values_that_contradict_each_other_are_told() {
    let rows: [(&[&str], &str); 4] = [
        (
            &["--cors-credentials"],
            "--cors-credentials: no page of another origin is allowed: set cors_origin as well",
        ),
        (&["--rate-limit-disconnect"], "--rate-limit-disconnect: there is no limit: set rate_limit as well"),
        (&["--cookie-secure"], "--cookie-secure: there is no cookie: set cookie as well"),
        (&["--assets", "nowhere"], "--assets: the folder has no index.html: name the folder of a built page"),
    ];
    for (arguments, expected) in rows {
        assert_eq!(read_all(arguments, &[], None).unwrap_err(), [expected]);
    }
}

#[test]
fn an_option_that_is_not_there_is_told_with_what_may_be_meant() {
    let mistakes = read_all(&["--listne", "x"], &[], None).unwrap_err();
    assert!(mistakes[0].contains("unexpected argument '--listne'"), "{mistakes:?}");
    assert!(mistakes[0].contains("'--listen'"), "{mistakes:?}");
}

#[test]
fn the_report_is_a_file_with_the_same_settings() {
    let arguments = ["--ping-interval=3s", "--cors-origin=*", "--deflate", "--log=warn"];
    let printed = report(&read_all(&arguments, &["PARLOR_MAX_HANDLERS=7"], None).unwrap());
    for line in [
        "ping_interval = \"3s\"                         # --ping-interval\n",
        "cors_origin = [\"*\"]                          # --cors-origin\n",
        "max_handlers = 7                             # PARLOR_MAX_HANDLERS\n",
        "listen = \"127.0.0.1:3000\"                    # default\n",
        "# assets is not set                          # default\n",
    ] {
        assert!(printed.contains(line), "{line} {printed}");
    }
    let again = report(&read_all(&[], &[], Some(&printed)).unwrap());
    let values = |report: &str| -> Vec<String> {
        report.lines().map(|line| line[..line.rfind('#').unwrap()].trim_end().to_owned()).collect()
    };
    assert_eq!(values(&again), values(&printed));
}
