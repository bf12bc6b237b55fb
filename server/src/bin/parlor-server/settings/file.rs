//! The TOML file that `--config` names.

use std::fs;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::sources::{Given, Mistake, Source, meant};
use super::table::Setting;

/// Reads the file. A key that is for nobody is a mistake: it was meant to change something.
pub(super) fn read(table: &[Setting], file: &Path, mistakes: &mut Vec<Mistake>) -> Vec<Given> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("the file cannot be read: {error}");
            mistakes.push(Mistake { place: file.display().to_string(), what });
            return Vec::new();
        }
    };
    let line = |span: Range<usize>| 1 + text.get(..span.start).unwrap_or(&text).matches('\n').count();
    let place = |span| format!("{}:{}", file.display(), line(span));
    let parsed = match DeTable::parse(&text) {
        Ok(parsed) => parsed.into_inner(),
        Err(error) => {
            let place = place(error.span().unwrap_or_default());
            mistakes.push(Mistake { place, what: error.message().to_owned() });
            return Vec::new();
        }
    };
    // The parser has the keys in the order of their names; people have the lines before them.
    let mut entries: Vec<_> = parsed.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut given = Vec::new();
    for (key, value) in entries {
        let (name, span) = (key.get_ref().as_ref(), key.span());
        let Some(setting) = table.iter().find(|setting| setting.name == name) else {
            let what =
                format!("{name}: there is no such setting{}", meant(name, table, |it| it.name.to_owned()));
            mistakes.push(Mistake { place: place(span), what });
            continue;
        };
        match value_text(value.get_ref()) {
            Some(text) => {
                let source = Source::File(file.to_owned(), line(span));
                given.push(Given { name: setting.name, text, source });
            }
            None => {
                let what = format!("{name}: a table is not right here: it takes {}", setting.placeholder);
                mistakes.push(Mistake { place: place(span), what });
            }
        }
    }
    given
}

/// As it would stand on the command line.
fn value_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(on) => Some(on.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(Spanned::get_ref).map(value_text).collect();
            Some(items?.join(","))
        }
        DeValue::Table(_) => None,
    }
}
