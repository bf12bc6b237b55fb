//! The growth of the figures as a picture: a small chart for each, side by side.
//!
//! Its colours are neutral and it has no background, so that it can be read on a light page and on a dark one.

use crate::growth::{AXES, Axis, Growth, SERVERS, Stage};
use crate::peers::{FLOOR, PARLOR};
use crate::table::thousands;

const COLUMNS: usize = 3;
/// Of one chart, with its words.
const WIDTH: f64 = 290.0;
const HEIGHT: f64 = 210.0;
/// Where its lines are.
const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH - 18.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = HEIGHT - 44.0;

const STYLE: &str = "\
text{font:11px system-ui,sans-serif;fill:#7d8590}.title{font-size:13px;font-weight:600}.end{text-anchor:end}\
.middle{text-anchor:middle}.grid{stroke:#7d8590;stroke-opacity:.3}polyline{fill:none;stroke-width:2}";

pub(crate) fn growth(growth: &Growth) -> String {
    let mut parts = Vec::new();
    let mut places = 0;
    for axis in AXES {
        for panel in 0..axis.panels.len() {
            parts.push(placed(places + panel, &chart(axis, panel, growth)));
        }
        let end = places + axis.panels.len();
        places = end.next_multiple_of(COLUMNS);
        if end < places {
            parts.push(placed(end, &legend()));
        }
    }
    let (width, height) = (WIDTH * COLUMNS as f64, HEIGHT * (places / COLUMNS) as f64);
    let parts = parts.concat();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\">\n\
         <style>{STYLE}</style>\n{parts}</svg>\n"
    )
}

/// Line by line, from the left.
fn placed(place: usize, content: &str) -> String {
    let (x, y) = ((place % COLUMNS) as f64 * WIDTH, (place / COLUMNS) as f64 * HEIGHT);
    format!("<g transform=\"translate({x} {y})\">\n{content}</g>\n")
}

fn chart(axis: &Axis, panel: usize, growth: &Growth) -> String {
    let values = |server| axis.stages.iter().map(move |stage| growth.median(*stage, server, panel));
    let most = SERVERS.into_iter().flat_map(values).flatten().fold(0.0, f64::max);
    let scale = Scale::up_to(most);
    let mut out = axis.panels.get(panel).map_or_else(String::new, |panel| {
        text("title", LEFT, 18.0, panel.title) + &text("", LEFT, 34.0, panel.unit)
    });
    for (value, label) in scale.ticks() {
        let y = scale.y(value);
        out += &format!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>\n");
        out += &text("end", LEFT - 6.0, y + 4.0, &label);
    }
    for stage in axis.stages {
        out += &text("middle", x(axis.stages, *stage), BOTTOM + 16.0, &thousands(stage.size()));
    }
    out += &text("middle", f64::midpoint(LEFT, RIGHT), BOTTOM + 32.0, axis.title);
    for server in SERVERS {
        let points = axis.stages.iter().zip(values(server));
        let points = points.filter_map(|(stage, value)| Some((x(axis.stages, *stage), scale.y(value?))));
        out += &line(colour(server), &points.collect::<Vec<_>>());
    }
    out
}

fn legend() -> String {
    let mut out = String::new();
    for (server, y) in SERVERS.into_iter().zip([TOP + 24.0, TOP + 48.0, TOP + 72.0]) {
        out += &line(colour(server), &[(LEFT, y), (LEFT + 30.0, y)]);
        out += &text("title", LEFT + 42.0, y + 4.0, server);
    }
    out
}

fn text(class: &str, x: f64, y: f64, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>\n")
}

/// A line with a dot where something was measured.
fn line(colour: &str, points: &[(f64, f64)]) -> String {
    let corners: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let dots: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"))
        .collect();
    format!("<polyline stroke=\"{colour}\" points=\"{}\"/>{}\n", corners.join(" "), dots.concat())
}

/// Blue, orange and grey are told apart by everybody, and seen on white and on black.
fn colour(server: &str) -> &'static str {
    match server {
        PARLOR => "#3b82f6",
        FLOOR => "#8b949e",
        _ => "#d9822b",
    }
}

/// Logarithmic, from the first stage to the last.
fn x(stages: &[Stage], stage: Stage) -> f64 {
    let log = |stage: Option<&Stage>| stage.map_or(0.0, |stage| (stage.size() as f64).ln());
    let (first, last) = (log(stages.first()), log(stages.last()));
    LEFT + 14.0 + (log(Some(&stage)) - first) / (last - first) * (RIGHT - LEFT - 28.0)
}

/// From zero, so that what does not grow is flat, up to a round number.
struct Scale {
    step: f64,
    steps: u32,
}

impl Scale {
    fn up_to(most: f64) -> Self {
        let most = most.max(1e-3);
        let power = 10_f64.powf((most / 4.0).log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
        let step = steps.into_iter().find(|step| most / step <= 4.0).unwrap_or(most);
        Self { step, steps: (1..4).find(|steps| step * f64::from(*steps) >= most).unwrap_or(4) }
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - value / (self.step * f64::from(self.steps)) * (BOTTOM - TOP)
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let decimals = if self.step < 0.1 { 2 } else { usize::from(self.step < 1.0) };
        (0..=self.steps).map(move |at| {
            let value = self.step * f64::from(at);
            (value, format!("{value:.decimals$}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(most: f64) -> Vec<String> {
        Scale::up_to(most).ticks().map(|(_, label)| label).collect()
    }

    #[test]
    fn scale_ends_at_a_round_number_above_all_values() {
        assert_eq!(labels(3.7), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(4.0), ["0", "1", "2", "3", "4"]);
        assert_eq!(labels(4.1), ["0", "2", "4", "6"]);
        assert_eq!(labels(0.9), ["0.0", "0.5", "1.0"]);
        assert_eq!(labels(130.0), ["0", "50", "100", "150"]);
        assert_eq!(labels(0.15), ["0.00", "0.05", "0.10", "0.15"]);
        assert_eq!((Scale::up_to(3.7).y(0.0), Scale::up_to(3.7).y(4.0)), (BOTTOM, TOP));
    }

    #[test]
    fn sizes_are_as_far_apart_as_their_ratio() {
        let stages = [1, 10, 100].map(Stage::Rooms);
        let [first, middle, last] = stages.map(|stage| x(&stages, stage));
        assert_eq!((first, last), (LEFT + 14.0, RIGHT - 14.0));
        assert!((middle - f64::midpoint(first, last)).abs() < 1e-9);
    }

    #[test]
    fn what_failed_leaves_a_gap_and_the_rest_is_drawn() {
        let mut seen = Growth::default();
        seen.add(Stage::Rooms(1), PARLOR, Ok(vec![1.0, 1.0, 1.0]));
        seen.add(Stage::Rooms(10), PARLOR, Err("lost".to_owned()));
        seen.add(Stage::Rooms(100), PARLOR, Ok(vec![2.0, 1.0, 1.0]));
        let drawn = chart(&AXES[1], 0, &seen);
        assert_eq!(drawn.matches("<circle").count(), 2);
        assert!(growth(&seen).ends_with("</svg>\n"));
    }
}
