//! What `--check-config` prints: a TOML file with every setting, and where each value came from.

use super::sources::Read;
use super::table::settings;

/// The settings as they are in force. Secrets are left out.
pub(crate) fn report(read: &Read) -> String {
    let mut report = String::new();
    for (setting, source) in settings().iter().zip(&read.sources) {
        let line = match setting.show(&read.settings) {
            Some(value) => format!("{} = {value}", setting.name),
            None => format!("# {} is not set", setting.name),
        };
        report += &format!("{line:<44} # {source}\n");
    }
    report
}
