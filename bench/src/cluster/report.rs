//! The report: what was measured, what of it had to hold, and how it was measured.

use super::arguments::Arguments;
use super::crossing::Crossed;
use super::redis;
use super::rows::{AT_LEAST, LOADS, Mode, Row, Work};
use super::run::Results;
use super::staying::BROADCASTS;
use crate::Outcome;
use crate::facts;
use crate::peers::{JOINED, NODE, PARLOR};
use crate::table::{NOTHING, Table, short, thousands};

const NODE_PACKAGE: &str = include_str!("../../peers/node-redis/package.json");

const INTRODUCTION: &str = "\
# Two of our servers on a Redis beside two of npm's

Written by `cargo xtask bench cluster --write`: do not edit it.

Clients of server A publish to rooms, and clients of server B are in these rooms: what they hear has crossed the Redis.
Both servers have one core together; the Redis has the other, with the program that loads them. So the messages in a
second are what the servers' time allows, and not who gets a core by luck. Each run is on a fresh Redis and on fresh
servers. Every figure is the median over the rounds; in a round ours and npm's run one after the other, row by row, and
in each round the other one is first. A ratio is taken within each round and is the median of those, because a slow phase
of the machine hits neighbours alike; so it need not be the ratio of the medians. Ratios say how many times better than
Node ours is: above 1 is better, whether more or less of the figure is.
";

const THROUGHPUT: &str = "\
## Messages

How many a second have been heard by everybody whom they were for, on both servers.
";

const COST: &str = "\
## Cost

µs of CPU time for each message, the kernel's part of it too, by the account of the scheduler: of A, which publishes, and
of B, which receives, and of both together. That of the Redis is beside them for information: it is not ours, but how
often it is spoken to is.
";

const DELAY: &str = "\
## Delay

From when a client sends a message until everybody has heard it, in µs, with nothing else on its way: for information.
Between two cores this is mostly waking up: A, the Redis, B and the client each once.
";

const STAYING: &str = "\
## What does not cross

Broadcasts to a room with no member on B that came to B all the same. Sharded, none must; in the classic format every
server hears everything, here and there.
";

const SPREAD: &str = "\
## Spread

The least and the most messages a second of all rounds.
";

const HOW: &str = "\
## How each row is measured

Every message is checked where it arrives: a run in which one is lost, doubled, changed or out of order fails, loudly. Its
cell says so, and so does the command that wrote this, which then fails at its end.
";

const FAILED: &str = "failed";

/// What ran, and where.
///
/// # Errors
///
/// Nobody said where the Redis is.
pub(super) fn facts(arguments: &Arguments) -> Outcome<Table> {
    let redis = facts::said_by(redis::program()?, &["--version"]);
    let servers = [("redis", redis), ("node", facts::node(NODE_PACKAGE))];
    Ok(facts::table(servers, arguments.rounds, arguments.pace))
}

/// All of it, as Markdown.
pub(super) fn markdown(arguments: &Arguments, facts: &Table, results: &Results) -> String {
    let report = Report { rows: &arguments.rows, results };
    [
        INTRODUCTION.to_owned(),
        format!("{THROUGHPUT}\n{}", report.throughput()),
        format!("{COST}\n{}", report.cost()),
        format!("{DELAY}\n{}", report.delay()),
        format!("{STAYING}\n{}", report.staying()),
        format!("## Where we lose\n\n{}", report.losses()),
        format!("{SPREAD}\n{}", report.spread()),
        format!("## What ran\n\n{facts}"),
        how(),
    ]
    .join("\n")
}

struct Report<'a> {
    rows: &'a [Row],
    results: &'a Results,
}

/// A figure of a run.
#[derive(Clone, Copy)]
struct Pick {
    name: &'static str,
    of: fn(&Crossed) -> f64,
    /// Whether more of it is better.
    is_speed: bool,
}

const fn time(name: &'static str, of: fn(&Crossed) -> f64) -> Pick {
    Pick { name, of, is_speed: false }
}

const PER_SECOND: Pick = Pick { name: "messages/s", of: |crossed| crossed.per_second, is_speed: true };
const SERVERS: Pick = time("both", Crossed::servers_us);
const COSTS: [Pick; 4] = [
    time("A", |crossed| crossed.a_us),
    time("B", |crossed| crossed.b_us),
    SERVERS,
    time("Redis", |crossed| crossed.redis_us),
];
const P50: Pick = time("p50", |crossed| crossed.p50_us);
const DELAYS: [Pick; 2] = [P50, time("p99", |crossed| crossed.p99_us)];

impl Report<'_> {
    fn rows(&self, is_wanted: fn(&Work) -> bool) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| is_wanted(&row.load.work))
    }

    fn streams(&self) -> impl Iterator<Item = &Row> {
        self.rows(|work| matches!(work, Work::Stream(_)))
    }

    fn delays(&self) -> impl Iterator<Item = &Row> {
        self.rows(|work| matches!(work, Work::Delay(_)))
    }

    fn throughput(&self) -> Table {
        let mut table = headed(JOINED.map(|peer| peer.name), &["× Node", "must", "met"]);
        for row in self.streams() {
            let cells = JOINED.map(|peer| self.median(row, peer.name, PER_SECOND));
            let ratio = self.times_better(row, PER_SECOND);
            let behind = [told(ratio), format!("≥ {AT_LEAST}"), met(ratio.map(|ratio| ratio >= AT_LEAST))];
            table.push(words(row).into_iter().chain(cells).chain(behind));
        }
        table
    }

    fn cost(&self) -> Table {
        self.beside(self.streams(), &COSTS, SERVERS)
    }

    fn delay(&self) -> Table {
        self.beside(self.delays(), &DELAYS, P50)
    }

    /// Theirs, then ours, and how many times better one figure of ours is.
    fn beside<'a>(&self, rows: impl Iterator<Item = &'a Row>, picks: &[Pick], compared: Pick) -> Table {
        let columns = JOINED.iter().flat_map(|peer| picks.iter().map(|pick| (peer.name, *pick)));
        let headings = columns.clone().map(|(peer, pick)| format!("{peer}: {}", pick.name));
        let mut table = headed(headings, &[&format!("{}, × Node", compared.name)]);
        for row in rows {
            let cells = columns.clone().map(|(peer, pick)| self.median(row, peer, pick));
            table.push(words(row).into_iter().chain(cells).chain([told(self.times_better(row, compared))]));
        }
        table
    }

    fn staying(&self) -> Table {
        let mut table = headed(JOINED.map(|peer| peer.name), &["must", "met"]);
        for row in self.rows(|work| matches!(work, Work::Staying)) {
            let cells = JOINED.map(|peer| match self.strays(row, peer.name) {
                Some(strays) => format!("{} of {}", thousands(strays), thousands(BROADCASTS)),
                None => FAILED.to_owned(),
            });
            let behind = match row.mode {
                Mode::Classic => [NOTHING; 2].map(str::to_owned),
                Mode::Sharded => ["0".to_owned(), met(self.strays(row, PARLOR).map(|strays| strays == 0))],
            };
            table.push(words(row).into_iter().chain(cells).chain(behind));
        }
        table
    }

    /// The most of all rounds, if none failed.
    fn strays(&self, row: &Row, peer: &'static str) -> Option<usize> {
        let rounds = self.results.strays.cell(row.key(), peer)?.iter();
        rounds.map(|run| run.as_ref().ok().copied()).max_by_key(|strays| strays.unwrap_or(usize::MAX))?
    }

    fn spread(&self) -> Table {
        let mut table = headed(JOINED.map(|peer| peer.name), &[]);
        for row in self.streams() {
            let cells = JOINED.map(|peer| {
                let pick = |crossed: &Crossed| Some(crossed.per_second);
                let spread = self.results.crossed.spread(row.key(), peer.name, pick);
                spread
                    .map_or(FAILED.to_owned(), |(least, most)| format!("{} … {}", short(least), short(most)))
            });
            table.push(words(row).into_iter().chain(cells));
        }
        table
    }

    /// Every figure in which Node is better.
    fn losses(&self) -> String {
        let streams = self.streams().flat_map(|row| [(row, PER_SECOND), (row, SERVERS)]);
        let figures = streams.chain(self.delays().map(|row| (row, P50)));
        let losses: Vec<_> = figures
            .filter_map(|(row, pick)| {
                let ratio = self.times_better(row, pick).filter(|ratio| *ratio < 1.0)?;
                let [title, mode] = words(row);
                Some(format!("* {title}, {mode}, {}: {} × Node.\n", pick.name, short(ratio)))
            })
            .collect();
        if losses.is_empty() { "Nowhere, in this run.\n".to_owned() } else { losses.concat() }
    }

    fn median(&self, row: &Row, peer: &'static str, pick: Pick) -> String {
        let median = self.results.crossed.median(row.key(), peer, |crossed| Some((pick.of)(crossed)));
        median.map_or(FAILED.to_owned(), short)
    }

    fn times_better(&self, row: &Row, pick: Pick) -> Option<f64> {
        let order = if pick.is_speed { [PARLOR, NODE] } else { [NODE, PARLOR] };
        self.results.crossed.ratio(row.key(), order, |crossed| Some((pick.of)(crossed)))
    }
}

fn headed(servers: impl IntoIterator<Item = impl Into<String>>, behind: &[&str]) -> Table {
    let words = ["row", "format"].map(str::to_owned).into_iter();
    let behind = behind.iter().map(|&heading| heading.to_owned());
    Table::new(2, words.chain(servers.into_iter().map(Into::into)).chain(behind))
}

fn words(row: &Row) -> [String; 2] {
    [row.load.title, row.mode.name()].map(str::to_owned)
}

fn told(ratio: Option<f64>) -> String {
    ratio.map_or(NOTHING.to_owned(), short)
}

fn met(holds: Option<bool>) -> String {
    holds.map_or(NOTHING, |holds| if holds { "met" } else { "missed" }).to_owned()
}

fn how() -> String {
    let rows = LOADS.iter().map(|load| format!("* **{}** (`…-{}`). {}\n", load.title, load.name, load.how));
    let servers = JOINED.map(|peer| format!("* **{}**: {}.\n", peer.name, peer.about));
    format!("{HOW}\n{}\nThe servers:\n\n{}", rows.collect::<String>(), servers.concat())
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;

    fn rows(names: &[&str]) -> Vec<Row> {
        rows::all().filter(|row| names.contains(&&*row.name())).collect()
    }

    /// Of one round: messages a second, the time of A and B, and how long one took.
    fn add(results: &mut Results, row: &Row, peer: &'static str, [per_second, a_us, b_us, p50_us]: [f64; 4]) {
        let crossed = Crossed { per_second, a_us, b_us, p50_us, redis_us: 3.0, p99_us: 900.0 };
        results.crossed.add(row.key(), peer, Ok(crossed));
    }

    fn flat(table: &Table) -> Vec<String> {
        let text = table.to_string();
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn above_one_is_better_whether_more_or_less_is() {
        let rows = rows(&["classic-one-100", "classic-delay-100"]);
        let mut results = Results::default();
        for row in &rows {
            add(&mut results, row, NODE, [1000.0, 20.0, 40.0, 300.0]);
            add(&mut results, row, PARLOR, [2500.0, 5.0, 10.0, 400.0]);
        }
        let report = Report { rows: &rows, results: &results };
        let line = &flat(&report.throughput())[2];
        assert_eq!(line, "| to one on the other server, 100 B | classic | 1000 | 2500 | 2.50 | ≥ 1 | met |");
        let cost = flat(&report.cost());
        assert!(cost[0].ends_with("| parlor: both | parlor: Redis | both, × Node |"), "{}", cost[0]);
        assert!(
            cost[2].ends_with("| 20.0 | 40.0 | 60.0 | 3.00 | 5.00 | 10.0 | 15.0 | 3.00 | 4.00 |"),
            "{}",
            cost[2]
        );
        assert_eq!(
            flat(&report.delay())[2],
            "| one at a time, 100 B | classic | 300 | 900 | 400 | 900 | 0.75 |"
        );
        assert_eq!(report.losses(), "* one at a time, 100 B, classic, p50: 0.75 × Node.\n");
    }

    #[test]
    fn below_one_is_missed_and_what_failed_is_neither() {
        let rows = rows(&["sharded-room-2k", "classic-room-2k"]);
        let mut results = Results::default();
        let [classic, sharded] = &rows[..] else { panic!("two rows") };
        add(&mut results, classic, NODE, [1000.0, 1.0, 1.0, 1.0]);
        add(&mut results, classic, PARLOR, [999.0, 1.0, 1.0, 1.0]);
        add(&mut results, sharded, NODE, [1000.0, 1.0, 1.0, 1.0]);
        results.crossed.add(sharded.key(), PARLOR, Err("a message was lost".to_owned()));
        let table = flat(&Report { rows: &rows, results: &results }.throughput());
        assert!(table[2].ends_with("| classic | 1000 | 999 | 1.00 | ≥ 1 | missed |"), "{}", table[2]);
        assert!(table[3].ends_with("| sharded | 1000 | failed | – | ≥ 1 | – |"), "{}", table[3]);
    }

    #[test]
    fn the_most_that_came_counts_and_only_sharded_must_nothing_come() {
        let rows = rows(&["classic-stay", "sharded-stay"]);
        let mut results = Results::default();
        for (row, strays) in rows.iter().zip([[1000, 1000], [0, 1]]) {
            for strays in strays {
                results.strays.add(row.key(), NODE, Ok(0));
                results.strays.add(row.key(), PARLOR, Ok(strays));
            }
        }
        let table = flat(&Report { rows: &rows, results: &results }.staying());
        assert!(table[2].ends_with("| classic | 0 of 1 000 | 1 000 of 1 000 | – | – |"), "{}", table[2]);
        assert!(table[3].ends_with("| sharded | 0 of 1 000 | 1 of 1 000 | 0 | missed |"), "{}", table[3]);
        results.strays.add(rows[1].key(), PARLOR, Err("hung up".to_owned()));
        assert_eq!(Report { rows: &rows, results: &results }.strays(&rows[1], PARLOR), None);
    }
}
