//! The environment: `PARLOR_` and the name of a setting.

use std::ffi::OsString;
use std::path::PathBuf;

use super::sources::{Given, Mistake, Source, meant};
use super::table::Setting;

const PREFIX: &str = "PARLOR_";

/// Names the file.
const CONFIG: &str = "PARLOR_CONFIG";

/// What the project's own commands take, which a developer's shell may have.
const NOT_OURS: [&str; 5] =
    ["PARLOR_CACHE", "PARLOR_CHROMIUM", "PARLOR_NGINX", "PARLOR_POSTGRES_BIN", "PARLOR_REDIS_SERVER"];

/// What the environment says.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) file: Option<PathBuf>,
    pub(super) given: Vec<Given>,
}

/// Reads the variables that are for this program. One that is for nobody is a mistake: it was meant to change something.
pub(super) fn read(
    table: &[Setting],
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    mistakes: &mut Vec<Mistake>,
) -> Environment {
    let mut read = Environment::default();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        if name == CONFIG {
            read.file = Some(value.into());
            continue;
        }
        let setting = table.iter().find(|setting| setting.variable() == name);
        let source = Source::Environment(name.to_owned());
        match (setting, value.into_string()) {
            (Some(setting), Ok(text)) => read.given.push(Given { name: setting.name, text, source }),
            (Some(_), Err(_)) => {
                mistakes.push(Mistake { place: name.to_owned(), what: "the value is not UTF-8".to_owned() });
            }
            (None, _) if NOT_OURS.contains(&name) || is_service_link(name) => {}
            (None, _) => mistakes.push(unknown(table, name)),
        }
    }
    read
}

fn unknown(table: &[Setting], name: &str) -> Mistake {
    let wrong = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase();
    let meant = meant(&wrong, table, Setting::variable);
    Mistake { place: name.to_owned(), what: format!("there is no such setting{meant}") }
}

/// Kubernetes gives these to every container next to a service whose name begins with `parlor`.
fn is_service_link(name: &str) -> bool {
    let is_port = |tail: &str| {
        let mut parts = tail.split('_');
        parts.next().is_some_and(|port| port.parse::<u16>().is_ok())
            && parts.next().is_some_and(|protocol| matches!(protocol, "TCP" | "UDP" | "SCTP"))
    };
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || name.split_once("_PORT_").is_some_and(|(_, tail)| is_port(tail))
}

#[cfg(test)]
mod tests {
    use super::is_service_link;

    #[test]
    fn what_kubernetes_adds_is_not_a_setting() {
        let rows = [
            ("PARLOR_SERVICE_HOST", true),
            ("PARLOR_SERVICE_PORT", true),
            ("PARLOR_SERVICE_PORT_HTTP", true),
            ("PARLOR_PORT", true),
            ("PARLOR_PORT_3000_TCP", true),
            ("PARLOR_PORT_3000_TCP_ADDR", true),
            ("PARLOR_PORT_NUMBER", false),
            ("PARLOR_LISTENS", false),
        ];
        for (name, expected) in rows {
            assert_eq!(is_service_link(name), expected, "{name}");
        }
    }
}
