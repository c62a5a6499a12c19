//! What is told of a comparison.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{percent, time};
use crate::compare::{Compared, Comparison, Ranking};
use crate::gate::METRICS;

/// A ranking for people: a table that is Markdown as well.
pub fn ranking_text(comparison: &Comparison, ranking: &Ranking) -> String {
    let mut text = String::from("| place | target |");
    let mut line = String::from("|---|---|");
    for metric in METRICS {
        // Writing to a string does not fail.
        let _ = write!(text, " {} | against the first |", metric.words());
        line.push_str("---|---|");
    }
    let _ = writeln!(text, " failed |\n{line}---|");
    for (number, place) in ranking.places.iter().enumerate() {
        let _ = write!(text, "| {} | {} |", number + 1, place.target.replace('|', "\\|"));
        for metric in METRICS {
            let one = place.of(metric);
            let value = one.and_then(|one| one.value).map_or_else(|| "-".to_owned(), |value| time(value / 1e6));
            let _ = write!(text, " {value} | {} |", one.map(change).unwrap_or_default());
        }
        let _ = writeln!(text, " {:.2} % |", place.failed());
    }
    let _ = writeln!(
        text,
        "\n- By {}; {} rounds at {:.0} requests a second, {} connections; attempt {}.",
        comparison.by.words(),
        ranking.rounds,
        ranking.rate,
        comparison.trials.connections,
        comparison.attempt
    );
    if !ranking.redone.is_empty() {
        let _ = writeln!(text, "- {} rounds were measured again: {}.", ranking.redone.len(), ranking.redone.join(", "));
    }
    text.push_str("- Where an interval holds 0 %, two targets are not told apart.\n");
    text
}

fn change(one: &Compared) -> String {
    one.change.map_or_else(String::new, |change| {
        let (lower, upper) = (percent(change.lower), percent(change.upper));
        format!("{} ({lower} to {upper})", percent(change.center))
    })
}

/// A ranking for programs: `schemas/perf-compare.schema.json`.
pub fn ranking_json(comparison: &Comparison, ranking: &Ranking) -> Value {
    json!({
        "schemaVersion": "perf-compare.design/v1",
        "by": comparison.by,
        "connections": comparison.trials.connections,
        "attempt": comparison.attempt,
        "rounds": ranking.rounds,
        "rate": ranking.rate,
        "redone": ranking.redone,
        "environment": ranking.environment,
        "places": ranking.places,
    })
}
