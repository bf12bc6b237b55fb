//! One value from four places: which one wins, and where it came from.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::command_line::{self, Request};
use super::table::{Setting, settings};
use super::{Settings, environment, file};

/// Where a value came from; a later one wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Default,
    /// A file and the line in it.
    File(PathBuf, usize),
    /// A variable.
    Environment(String),
    /// An option, without its dashes.
    CommandLine(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(file, line) => write!(f, "{}:{line}", file.display()),
            Self::Environment(variable) => f.write_str(variable),
            Self::CommandLine(option) => write!(f, "--{option}"),
        }
    }
}

/// Something that the operator has to put right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where; nothing for what concerns a whole file.
    pub(super) place: String,
    pub(super) what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// A value that somebody gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The name of the setting.
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) source: Source,
}

/// What was asked for, and with which settings.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) request: Request,
    pub(crate) settings: Settings,
    /// In the order of the table.
    pub(super) sources: Vec<Source>,
}

/// Why there are no settings.
#[derive(Debug)]
pub(crate) enum Unread {
    /// What the command line has instead: the help, the version, or a mistake in its form.
    CommandLine(clap::Error),
    /// All that is wrong elsewhere.
    Mistakes(Vec<Mistake>),
}

/// Reads everything there is.
///
/// # Errors
///
/// See [`Unread`]. A value that loses is read as well: a mistake in it would show one day.
pub(crate) fn read(
    arguments: impl IntoIterator<Item = OsString>,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Read, Unread> {
    let table = settings();
    let command_line = command_line::read(&table, arguments).map_err(Unread::CommandLine)?;
    let mut mistakes = Vec::new();
    let environment = environment::read(&table, variables, &mut mistakes);
    let file = command_line.file.or(environment.file);
    let from_file = file.map(|file| file::read(&table, &file, &mut mistakes)).unwrap_or_default();
    let given = from_file.into_iter().chain(environment.given).chain(command_line.given);
    let (settings, sources) = put_together(&table, given, &mut mistakes);
    if mistakes.is_empty() {
        mistakes.extend(contradictions(&table, &settings, &sources));
    }
    if mistakes.is_empty() {
        return Ok(Read { request: command_line.request, settings, sources });
    }
    Err(Unread::Mistakes(mistakes))
}

fn put_together(
    table: &[Setting],
    given: impl Iterator<Item = Given>,
    mistakes: &mut Vec<Mistake>,
) -> (Settings, Vec<Source>) {
    let mut settings = Settings::default();
    let mut sources = vec![Source::Default; table.len()];
    for Given { name, text, source } in given {
        for (setting, winner) in table.iter().zip(&mut sources).filter(|(setting, _)| setting.name == name) {
            match setting.set(&mut settings, &text) {
                Ok(()) => *winner = source.clone(),
                Err(what) => mistakes.push(mistake(name, &source, what)),
            }
        }
    }
    (settings, sources)
}

fn contradictions(table: &[Setting], settings: &Settings, sources: &[Source]) -> Vec<Mistake> {
    let source = |name: &str| {
        let at = table.iter().position(|setting| setting.name == name);
        at.and_then(|at| sources.get(at)).unwrap_or(&Source::Default)
    };
    settings.contradictions().into_iter().map(|(name, what)| mistake(name, source(name), what)).collect()
}

fn mistake(name: &str, source: &Source, what: String) -> Mistake {
    // A line alone would leave the reader to count.
    let place = match source {
        Source::File(..) | Source::Default => format!("{source}: {name}"),
        Source::Environment(_) | Source::CommandLine(_) => source.to_string(),
    };
    Mistake { place, what }
}

/// The setting that somebody may have meant, called as it is called there.
pub(super) fn meant(wrong: &str, table: &[Setting], called: fn(&Setting) -> String) -> String {
    let similar = table.iter().map(|setting| (strsim::jaro_winkler(wrong, setting.name), setting));
    let best = similar.max_by(|(one, _), (other, _)| one.total_cmp(other));
    // The bound of clap, which suggests the options.
    let best = best.filter(|(likeness, _)| *likeness > 0.8);
    best.map_or_else(String::new, |(_, setting)| format!(", did you mean `{}`?", called(setting)))
}

#[cfg(test)]
mod tests;
