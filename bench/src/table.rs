//! Tables of Markdown that can be read as text, too.

use std::fmt;

/// A row of headings, and rows of cells below. What is a number everywhere in its column stands to the right.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    /// The columns of words, which come first.
    words: usize,
}

/// What stands where there is nothing to say.
pub(crate) const NOTHING: &str = "–";

impl Table {
    /// The first columns hold words and stand to the left; the others hold numbers.
    pub(crate) fn new(words: usize, headings: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { rows: vec![headings.into_iter().map(Into::into).collect()], words }
    }

    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default().max(3)
    }

    fn line(&self, row: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (column, cell) in row.iter().enumerate() {
            let width = self.width(column);
            if column < self.words {
                write!(f, "| {cell:<width$} ")?;
            } else {
                write!(f, "| {cell:>width$} ")?;
            }
        }
        writeln!(f, "|")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((headings, rows)) = self.rows.split_first() else { return Ok(()) };
        self.line(headings, f)?;
        for column in 0..headings.len() {
            let rule = "-".repeat(self.width(column) + 1);
            write!(f, "|{}", if column < self.words { format!("{rule}-") } else { format!("{rule}:") })?;
        }
        writeln!(f, "|")?;
        rows.iter().try_for_each(|row| self.line(row, f))
    }
}

/// Three digits that count, and no more behind the point than that needs.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        0.0..9.995 => format!("{value:.2}"),
        0.0..99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A number of people or bytes: with a space between its thousands.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let mut table = Table::new(1, ["row", "µs", "÷ floor"]);
        table.push(["acks".to_owned(), "1.25".to_owned(), NOTHING.to_owned()]);
        table.push(["a".to_owned(), "3".to_owned(), "0.5".to_owned()]);
        let expected = "\
            | row  |   µs | ÷ floor |\n\
            |------|-----:|--------:|\n\
            | acks | 1.25 |       – |\n\
            | a    |    3 |     0.5 |\n";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn numbers_are_short() {
        let rows = [
            (0.0, "0.00"),
            (0.123, "0.12"),
            (9.994, "9.99"),
            (9.996, "10.0"),
            (99.94, "99.9"),
            (99.96, "100"),
        ];
        for (value, text) in rows {
            assert_eq!(short(value), text);
        }
        for (number, text) in [(1, "1"), (100, "100"), (1000, "1 000"), (12_345_678, "12 345 678")] {
            assert_eq!(thousands(number), text);
        }
    }
}
