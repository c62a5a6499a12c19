//! Values of a chart and of its sub-charts, laid over each other by Helm's rules: what is given wins over what a chart says,
//! a chart over its sub-charts, mappings are merged, and null takes a key away.

use design_vocabulary::Span;

use crate::chart::Chart;
use crate::problem::{ChartFault, Problem};
use crate::value::{Map, Value};

/// Lays values over others, which change: mappings are merged, everything else is replaced.
pub(crate) fn overlay(under: &Map, over: &Map) {
    for (key, value) in over.entries() {
        match (under.table(&key), value.as_map()) {
            (Some(under), Some(over)) => overlay(&under, over),
            _ => under.set(&key, value),
        }
    }
}

/// What is told of while values are laid over each other.
pub(crate) struct Coalescing<'a> {
    pub problems: &'a mut Vec<Problem>,
    /// Whether nulls stay, for those who lay the result over something again.
    pub keeps_nulls: bool,
}

impl Coalescing<'_> {
    /// The values of a chart with those that are given over them; nothing is shared with either.
    pub fn values(&mut self, chart: &Chart, given: &Map) -> Map {
        let values = given.deep_copy();
        self.chart(chart, &values);
        values
    }

    fn ignored(&mut self, what: String, at: Option<Span>, chart: &Chart) {
        self.problems.push(Problem { fault: ChartFault::ValueIgnored { what }, at: at.unwrap_or(chart.start) });
    }

    fn chart(&mut self, chart: &Chart, values: &Map) {
        self.own(chart, values);
        for below in &chart.charts {
            let inner = match values.get(&below.name) {
                None => {
                    let made = Map::default();
                    values.set(&below.name, made.clone().into());
                    made
                }
                Some(value) => {
                    let Some(map) = value.as_map() else {
                        let what =
                            format!("`{}` holds the values of the sub-chart and has to be a mapping", below.name);
                        self.ignored(what, value.place, chart);
                        continue;
                    };
                    map.clone()
                }
            };
            globals(&inner, values);
            self.chart(below, &inner);
        }
    }

    /// Lays what is given over the values of one chart.
    fn own(&mut self, chart: &Chart, values: &Map) {
        for (key, value) in chart.values.deep_copy().entries() {
            let Some(given) = values.get(&key) else {
                if self.keeps_nulls {
                    values.set(&key, value);
                } else if !value.is_nil() {
                    without_nulls(&value);
                    values.set(&key, value);
                }
                continue;
            };
            match (given.as_map(), value.as_map()) {
                _ if given.is_nil() && !self.keeps_nulls => values.remove(&key),
                (Some(over), Some(under)) => {
                    let is_chart = chart.charts.iter().any(|below| below.name == key.as_ref());
                    let keeps_nulls = self.keeps_nulls || is_chart;
                    if !keeps_nulls {
                        without_nulls(&value);
                    }
                    self.tables(chart, over, under, keeps_nulls);
                }
                (Some(_), None) if !value.is_nil() => {
                    let what = format!("`{key}` is a mapping here and none in the values of the chart");
                    self.ignored(what, given.place, chart);
                }
                _ => {}
            }
        }
    }

    /// Lays a mapping over another; the upper one changes.
    fn tables(&mut self, chart: &Chart, over: &Map, under: &Map, keeps_nulls: bool) {
        for (key, value) in under.entries() {
            match over.get(&key) {
                Some(given) if given.is_nil() && !keeps_nulls && !value.is_nil() => over.remove(&key),
                None => over.set(&key, value),
                Some(given) => match (given.as_map(), value.as_map()) {
                    (Some(over), Some(under)) => self.tables(chart, over, under, keeps_nulls),
                    (None, Some(_)) if !given.is_nil() => {
                        let what = format!("`{key}` is no mapping here, and one in the values of the chart");
                        self.ignored(what, given.place, chart);
                    }
                    (Some(_), None) if !value.is_nil() => {
                        let what = format!("`{key}` is a mapping here and none in the values of the chart");
                        self.ignored(what, given.place, chart);
                    }
                    _ => {}
                },
            }
        }
    }
}

/// Hands `global` down to the values of a sub-chart; what the chart around it says wins.
fn globals(values: &Map, around: &Map) {
    let own = match values.get("global") {
        None => Map::default(),
        Some(value) => match value.as_map() {
            Some(map) => map.clone(),
            None => return,
        },
    };
    let outer = match around.get("global") {
        None => Map::default(),
        Some(value) => match value.as_map() {
            Some(map) => map.clone(),
            None => return,
        },
    };
    for (key, value) in outer.entries() {
        match (own.get(&key), value.as_map()) {
            (None, Some(_)) => own.set(&key, value.deep_copy()),
            (Some(inner), Some(table)) => {
                if let Some(inner) = inner.as_map() {
                    let merged = inner.deep_copy();
                    overlay(&merged, &table.deep_copy());
                    own.set(&key, merged.into());
                }
            }
            (Some(inner), None) if inner.as_map().is_some() => {}
            _ => own.set(&key, value),
        }
    }
    values.set("global", own.into());
}

/// Takes the keys of a mapping away that hold nothing.
fn without_nulls(value: &Value) {
    let Some(map) = value.as_map() else { return };
    for (key, inner) in map.entries() {
        if inner.is_nil() {
            map.remove(&key);
        } else {
            without_nulls(&inner);
        }
    }
}
