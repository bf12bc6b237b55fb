//! The text format of Prometheus, read as strictly as its description allows.

use std::collections::{BTreeMap, BTreeSet};

/// Every series with its value. Panics at whatever a strict reader would refuse.
pub(crate) fn parse(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n'), "the last line has no end");
    let mut series = BTreeMap::new();
    let mut names = BTreeSet::new();
    let mut lines = text.lines().peekable();
    while let Some(help) = lines.next() {
        let (name, words) = help.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')).unwrap();
        assert!(is_name(name) && name.starts_with("parlor_"), "{name}");
        assert!(names.insert(name), "{name} is there twice");
        assert!(words.ends_with('.') && !words.contains('\\'), "{words}");
        let kind = lines.next().and_then(|line| line.strip_prefix(&format!("# TYPE {name} "))).unwrap();
        assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
        assert!(["counter", "gauge"].contains(&kind), "{kind}");
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            let (key, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(key.split('{').next(), Some(name), "a sample under another name");
            if let Some((_, label)) = key.split_once('{') {
                assert_label(label);
            }
            let value: f64 = value.parse().unwrap();
            assert!(value.is_finite() && value >= 0.0, "{line}");
            assert_eq!(series.insert(key.to_owned(), value), None, "{key} is there twice");
        }
    }
    series
}

/// `name="value"}`, the value escaped.
fn assert_label(label: &str) {
    let (name, value) = label.split_once("=\"").unwrap();
    assert!(is_name(name) && !name.contains(':'), "{name}");
    let mut rest = value.strip_suffix("\"}").unwrap().chars();
    while let Some(letter) = rest.next() {
        assert!(letter != '"' && letter != '\n', "{value} is not escaped");
        assert!(letter != '\\' || matches!(rest.next(), Some('\\' | '"' | 'n')), "{value} is not escaped");
    }
}

fn is_name(name: &str) -> bool {
    name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':')
        && name.starts_with(|letter: char| !letter.is_ascii_digit())
}
