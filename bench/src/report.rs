//! The report: what was measured, what of it had to hold, and how it was measured.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cells::Cell;
use crate::figures::{Figures, P99_AT_MOST, Pick, Verdict};
use crate::growth::{self, AXES, Axis, Growth, Panel};
use crate::peers::{FLOOR, PEERS, Peer};
use crate::plot;
use crate::rows::{Bound, Of, Row};
use crate::run::Results;
use crate::scenario::Sample;
use crate::table::{NOTHING, Table, short, thousands};

/// The folder for the report, from `cargo xtask bench server`.
const OUT: &str = "PARLOR_BENCH_OUT";
/// Where the picture is, seen from the report.
const PICTURE: &str = "../docs/images/growth.svg";

const FAILED: &str = "failed";

const INTRODUCTION: &str = "\
# Our server beside others

Written by `cargo xtask bench server --growth --write`: do not edit it.

The server has one core, the program that loads it the other. Every figure is the median over the rounds. In a round the
servers run one after the other, row by row, and in each round another one is first. A ratio is taken within each round
and is the median of those, because a slow phase of the machine hits neighbours alike; so it need not be the ratio of
the medians.
";

const COST: &str = "\
## Cost

µs are CPU time of the server, the kernel's part of it too, by the account of the scheduler. The best peer is the rival
with the lowest figure; the floor is none.
";

const DELAY: &str = "\
## Delay

The 99th percentile in ms: from a publish to its last delivery, from a question to its answer, from `connect` to the
answer to CONNECT. Ours should be at most 1.1 × that of the best peer.
";

const SPREAD: &str = "\
## Spread

The lowest and the highest figure of all rounds, in the units of the first table.
";

const GROWTH: &str = "\
## Growth

Figures as in the first table, each at several sizes. Connecting is measured with so many connections there already, and
joining with the answer that the client waits for; memory is that of a connection with all its rooms. The first room has
all 1 000 clients in it, each further one ten.

![The figures over the number of connections and of rooms](../docs/images/growth.svg)
";

const HOW: &str = "\
## How each row is measured

Every message is counted: a run in which one is lost, doubled, changed or out of order fails, loudly. Its cell says so,
and so does the command that wrote this, which then fails at its end.
";

/// Where the report goes; asked before anything is measured.
///
/// # Errors
///
/// Nobody said where.
pub(crate) fn folder() -> Outcome<PathBuf> {
    let folder = env::var_os(OUT).map(PathBuf::from);
    folder.ok_or_else(|| format!("{OUT} does not say where the report goes").into())
}

/// # Errors
///
/// A file cannot be written.
pub(crate) fn write(report: &str, growth: &Growth, folder: &Path) -> Outcome {
    let picture = folder.join(PICTURE);
    if let Some(images) = picture.parent() {
        fs::create_dir_all(images)?;
    }
    fs::write(picture, plot::growth(growth))?;
    Ok(fs::write(folder.join("RESULTS.md"), report)?)
}

/// All of it, as Markdown.
pub(crate) fn markdown(arguments: &Arguments, facts: &Table, results: &Results) -> String {
    let Results { figures, growth, .. } = results;
    let mut parts = vec![
        INTRODUCTION.to_owned(),
        format!("{COST}\n{}", costs(arguments, figures)),
        format!("{DELAY}\n{}", delays(arguments, figures)),
        format!("{SPREAD}\n{}", spreads(arguments, figures)),
    ];
    if arguments.growth {
        parts.push(GROWTH.to_owned());
        parts.extend(AXES.iter().map(|axis| stages(arguments, axis, growth).to_string()));
    }
    parts.push(format!("## What ran\n\n{facts}"));
    parts.push(how(arguments));
    parts.join("\n")
}

fn costs(arguments: &Arguments, figures: &Figures) -> Table {
    let peers = columns(arguments);
    let names = peers.iter().map(|peer| peer.name);
    let behind = ["÷ best peer", "÷ floor", "must", "goal", "met"];
    let mut table = Table::new(2, ["row", "unit"].into_iter().chain(names).chain(behind));
    for row in &arguments.rows {
        let cells = peers.iter().map(|peer| cell(figures, row, peer.name, Pick::Figure));
        let to_floor = figures.ratio(row, FLOOR, Pick::Figure).map_or(NOTHING.to_owned(), short);
        let ratios = [best_ratio(figures, row, Pick::Figure), to_floor];
        let bounds = [bound(row, row.must), bound(row, row.goal), met(figures, row)];
        let words = [row.title.to_owned(), row.unit.to_owned()];
        table.push(words.into_iter().chain(cells).chain(ratios).chain(bounds));
    }
    table
}

fn delays(arguments: &Arguments, figures: &Figures) -> Table {
    let peers = columns(arguments);
    let names = peers.iter().map(|peer| peer.name);
    let mut table = Table::new(1, ["row"].into_iter().chain(names).chain(["÷ best peer", "≤ 1.1"]));
    for row in arguments.rows.iter().filter(|row| row.has_delay()) {
        let cells = peers.iter().map(|peer| cell(figures, row, peer.name, Pick::P99Ms));
        let holds = match figures.holds(row, P99_AT_MOST, Pick::P99Ms) {
            Some(true) => "met",
            Some(false) => "missed",
            None => NOTHING,
        };
        let behind = [best_ratio(figures, row, Pick::P99Ms), holds.to_owned()];
        table.push([row.title.to_owned()].into_iter().chain(cells).chain(behind));
    }
    table
}

fn spreads(arguments: &Arguments, figures: &Figures) -> Table {
    let peers = columns(arguments);
    let mut table = Table::new(1, ["row"].into_iter().chain(peers.iter().map(|peer| peer.name)));
    for row in &arguments.rows {
        let cells = peers.iter().map(|peer| match figures.spread(row, peer.name, Pick::Figure) {
            Some((least, most)) => format!("{} … {}", short(least), short(most)),
            None => NOTHING.to_owned(),
        });
        table.push([row.title.to_owned()].into_iter().chain(cells));
    }
    table
}

/// The servers that were asked for, in the order of all tables.
fn columns(arguments: &Arguments) -> Vec<&'static Peer> {
    PEERS.iter().filter(|peer| arguments.peers.contains(peer)).collect()
}

fn cell(figures: &Figures, row: &Row, peer: &'static str, pick: Pick) -> String {
    let Some(cell) = figures.cell(row, peer) else { return NOTHING.to_owned() };
    if let Some(failure) = cell.iter().find_map(|run| run.as_ref().err()) {
        return if row.may_fail_on(peer) { failure.clone() } else { FAILED.to_owned() };
    }
    let median = figures.median(row, peer, pick).map_or(NOTHING.to_owned(), short);
    let notes = if pick == Pick::Figure { notes(cell) } else { String::new() };
    if notes.is_empty() { median } else { format!("{median} ({notes})") }
}

/// What the runs of a cell have to say beside their figures, each thing once.
fn notes(cell: &Cell<Sample>) -> String {
    let notes = cell.iter().filter_map(|run| run.as_ref().ok()?.note.as_deref());
    let mut notes: Vec<&str> = notes.collect();
    notes.sort_unstable();
    notes.dedup();
    notes.join(", ")
}

/// Ours to the best peer's, and who that is. A ratio of ratios would say nothing.
fn best_ratio(figures: &Figures, row: &Row, pick: Pick) -> String {
    let best = figures.best_peer(row, pick).filter(|_| pick != Pick::Figure || !row.is_ratio());
    let ratio = best.and_then(|best| Some((best, figures.ratio(row, best, pick)?)));
    ratio.map_or(NOTHING.to_owned(), |(best, ratio)| format!("{} {best}", short(ratio)))
}

fn bound(row: &Row, bound: Bound) -> String {
    let at_most = bound.at_most;
    match bound.of {
        Of::BestPeer => format!("≤ {at_most} × best peer"),
        Of::Peer(peer) => format!("≤ {at_most} × {peer}"),
        Of::Itself if row.is_ratio() => format!("≤ {at_most}"),
        Of::Itself => format!("≤ {at_most} {}", row.unit),
    }
}

fn met(figures: &Figures, row: &Row) -> String {
    let word = match figures.verdict(row) {
        Some(Verdict::Goal) => "goal",
        Some(Verdict::Must) => "must",
        Some(Verdict::Missed) => "missed",
        None => NOTHING,
    };
    word.to_owned()
}

/// One figure a line for each server, and a column for each size.
fn stages(arguments: &Arguments, axis: &Axis, growth: &Growth) -> Table {
    let sizes = axis.stages.iter().map(|stage| thousands(stage.size()));
    let words = [axis.title, "unit", "server"].map(str::to_owned);
    let mut table = Table::new(3, words.into_iter().chain(sizes));
    for (at, Panel { title, unit }) in axis.panels.iter().enumerate() {
        for server in columns(arguments).into_iter().filter(|peer| growth::runs_on(peer)) {
            let values = axis.stages.iter().map(|stage| growth.median(*stage, server.name, at));
            let cells = values.map(|value| value.map_or(FAILED.to_owned(), short));
            table.push([*title, *unit, server.name].map(str::to_owned).into_iter().chain(cells));
        }
    }
    table
}

fn how(arguments: &Arguments) -> String {
    let rows = arguments.rows.iter().map(|row| format!("* **{}** (`{}`). {}", row.title, row.name, row.how));
    let peers = columns(arguments).into_iter().map(|peer| format!("* **{}**: {}.", peer.name, peer.about));
    let lines = |items: Vec<String>| items.join("\n");
    format!("{HOW}\n{}\n\nThe servers:\n\n{}\n", lines(rows.collect()), lines(peers.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Arguments::read(&words).unwrap()
    }

    fn add(figures: &mut Figures, row: &'static str, peer: &'static str, figure: f64, p99_us: f64) {
        figures.add(row, peer, Ok(Sample { figure, p99_us: Some(p99_us), ..Sample::default() }));
    }

    #[test]
    fn costs_are_held_against_peers_and_floor() {
        let mut figures = Figures::default();
        for (peer, figure) in [("floor", 2.0), ("bun", 5.0), ("node", 4.0), ("parlor", 3.0)] {
            add(&mut figures, "acks-16", peer, figure, 1000.0);
        }
        let expected = "\
            | row                                          | unit | floor |  bun | node | parlor | ÷ best peer | ÷ floor |              must |        goal |  met |\n\
            |----------------------------------------------|------|------:|-----:|-----:|-------:|------------:|--------:|------------------:|------------:|-----:|\n\
            | acks: 50 clients, 16 in flight each; per ack | µs   |  2.00 | 5.00 | 4.00 |   3.00 |   0.75 node |    1.50 | ≤ 0.8 × best peer | ≤ 2 × floor | goal |\n";
        let table = costs(&arguments("server acks-16 parlor node bun floor"), &figures).to_string();
        assert_eq!(table, expected);
    }

    #[test]
    fn delays_are_in_milliseconds_and_at_most_a_tenth_longer() {
        for (ours, expected) in [(2200.0, "2.20 | 1.10 bun | met"), (2300.0, "2.30 | 1.15 bun | missed")] {
            let mut figures = Figures::default();
            add(&mut figures, "acks-1", "bun", 9.0, 2000.0);
            add(&mut figures, "acks-1", "parlor", 1.0, ours);
            let table = delays(&arguments("server acks-1 bun parlor"), &figures).to_string();
            let line = table.lines().last().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(line.ends_with(&format!("| 2.00 | {expected} |")), "{line}");
        }
    }

    #[test]
    fn a_cell_tells_what_went_wrong() {
        let mut figures = Figures::default();
        let row = |name| arguments(&format!("server {name}")).rows[0];
        add(&mut figures, "acks-1", "bun", 1.0, 1.0);
        figures.add("acks-1", "bun", Err("client 3 got what nobody said: x".to_owned()));
        assert_eq!(cell(&figures, row("acks-1"), "bun", Pick::Figure), "failed");
        figures.add("slow", "bun", Err("the server has hung up on client 3".to_owned()));
        assert_eq!(cell(&figures, row("slow"), "bun", Pick::Figure), "the server has hung up on client 3");
        assert_eq!(cell(&figures, row("slow"), "node", Pick::Figure), "–");
        for note in ["kept", "cut off", "kept"] {
            let note = Some(note.to_owned());
            figures.add("slow", "node", Ok(Sample { figure: 1.0, note, ..Sample::default() }));
        }
        assert_eq!(cell(&figures, row("slow"), "node", Pick::Figure), "1.00 (cut off, kept)");
        assert_eq!(bound(row("idle"), row("idle").goal), "≤ 6 KiB");
        assert_eq!(bound(row("slow"), row("slow").must), "≤ 1.2");
    }
}
