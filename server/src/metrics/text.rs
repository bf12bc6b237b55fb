//! The text format of Prometheus, version 0.0.4.

use std::fmt::{self, Display, Formatter, Write};

use super::{Family, Kind, Metrics};

impl Display for Metrics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.families.iter().try_for_each(|family| family.fmt(f))
    }
}

impl Display for Family {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { name, help, kind, label, samples } = self;
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        writeln!(f, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
        for sample in samples {
            f.write_str(name)?;
            if let Some(label) = label {
                write!(f, "{{{label}=\"")?;
                write_escaped(&sample.label, f)?;
                f.write_str("\"}")?;
            }
            writeln!(f, " {}", sample.value)?;
        }
        Ok(())
    }
}

/// The value of a label: a client may have chosen it.
fn write_escaped(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '\\' => f.write_str("\\\\")?,
            '"' => f.write_str("\\\"")?,
            '\n' => f.write_str("\\n")?,
            other => f.write_char(other)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    #[test]
    fn a_metric_is_its_help_its_type_and_a_line_for_each_number() {
        let sample = |label: &str, value| Sample { label: label.into(), value };
        let families = vec![
            Family {
                name: "parlor_sockets",
                help: "Sockets.",
                kind: Kind::Gauge,
                label: Some("namespace"),
                samples: vec![sample("/", 2), sample("/a\"b\\c\nd", 1)],
            },
            Family {
                name: "parlor_upgrades_total",
                help: "Upgrades.",
                kind: Kind::Counter,
                label: None,
                samples: vec![sample("", 7)],
            },
        ];
        let expected = r#"# HELP parlor_sockets Sockets.
# TYPE parlor_sockets gauge
parlor_sockets{namespace="/"} 2
parlor_sockets{namespace="/a\"b\\c\nd"} 1
# HELP parlor_upgrades_total Upgrades.
# TYPE parlor_upgrades_total counter
parlor_upgrades_total 7
"#;
        assert_eq!(Metrics { families }.to_string(), expected);
    }
}
