//! Which sub-charts take part, under which names, and what they hand up.

use crate::chart::{Chart, Dependency};
use crate::coalesce::{Coalescing, overlay};
use crate::functions::versions::{Version, matches};
use crate::problem::{ChartFault, Problem};
use crate::value::{Data, Map, Value};

/// Settles the sub-charts of a chart: aliases, tags, conditions, and the values that it imports. `given` are the values of
/// the outermost chart.
pub(crate) fn settle(chart: &mut Chart, given: &Map, problems: &mut Vec<Problem>) {
    missing(chart, problems);
    enabled(chart, given, "", problems);
    imported(chart, problems);
}

/// Tells of what is declared and does not lie in `charts/`.
fn missing(chart: &Chart, problems: &mut Vec<Problem>) {
    for wanted in &chart.wanted {
        if !chart.charts.iter().any(|below| below.name == wanted.name) {
            let fault = ChartFault::MissingDependency { name: wanted.name.clone() };
            problems.push(Problem { fault, at: wanted.at });
        }
    }
}

fn fits(wanted: &Dependency, chart: &Chart) -> bool {
    let version = Version::read(&chart.version);
    chart.name == wanted.name
        && (wanted.version.is_empty()
            || version.is_some_and(|version| matches(&wanted.version, &version) == Some(true)))
}

fn enabled(chart: &mut Chart, given: &Map, path: &str, problems: &mut Vec<Problem>) {
    if chart.wanted.is_empty() {
        // Charts that lie there undeclared take part, and so do theirs.
        let values = coalesced(chart, given, problems);
        for below in &mut chart.charts {
            let path = format!("{path}{}.", below.name);
            enabled(below, &values, &path, problems);
        }
        return;
    }
    let mut charts: Vec<Chart> = Vec::new();
    charts.extend(chart.charts.iter().filter(|one| !chart.wanted.iter().any(|wanted| fits(wanted, one))).cloned());
    for wanted in &mut chart.wanted {
        if let Some(found) = chart.charts.iter().find(|one| fits(wanted, one)) {
            let mut found = found.clone();
            if !wanted.alias.is_empty() {
                found.name.clone_from(&wanted.alias);
                found.metadata = found.metadata.deep_copy();
                found.metadata.set("Name", wanted.alias.as_str().into());
            }
            charts.push(found);
        }
        if !wanted.alias.is_empty() {
            wanted.name.clone_from(&wanted.alias);
        }
    }
    chart.charts = charts;
    let values = coalesced(chart, given, problems);
    let is_enabled = |wanted: &Dependency| condition(wanted, &values, path).unwrap_or_else(|| by_tags(wanted, &values));
    let off: Vec<String> = chart.wanted.iter().filter(|one| !is_enabled(one)).map(|one| one.name.clone()).collect();
    chart.charts.retain(|one| !off.contains(&one.name));
    chart.wanted.retain(|one| !off.contains(&one.name));
    for below in &mut chart.charts {
        let path = format!("{path}{}.", below.name);
        enabled(below, &values, &path, problems);
    }
}

/// What the first of the conditions that says anything says.
fn condition(wanted: &Dependency, values: &Map, path: &str) -> Option<bool> {
    wanted.condition.trim().split(',').find_map(|condition| {
        let condition = condition.trim();
        if condition.is_empty() {
            return None;
        }
        match at(values, &format!("{path}{condition}"))?.data {
            Data::Bool(truth) => Some(truth),
            _ => None,
        }
    })
}

/// A chart with tags is off where one of them is false and none is true.
fn by_tags(wanted: &Dependency, values: &Map) -> bool {
    let tags = values.table("tags").unwrap_or_default();
    let said = |wanted_truth: bool| {
        wanted.tags.iter().any(|tag| matches!(tags.get(tag).map(|value| value.data.clone()), Some(Data::Bool(truth)) if truth == wanted_truth))
    };
    said(true) || !said(false)
}

fn coalesced(chart: &Chart, given: &Map, problems: &mut Vec<Problem>) -> Map {
    // What is ignored is told of once, when the values are laid over each other for good.
    let mut told = Vec::new();
    let values = Coalescing { problems: &mut told, keeps_nulls: false }.values(chart, given);
    problems.extend(told.into_iter().filter(|problem| !matches!(problem.fault, ChartFault::ValueIgnored { .. })));
    values
}

/// The value at a path with dots between keys.
fn at(values: &Map, path: &str) -> Option<Value> {
    let mut value = Value::from(values.clone());
    for key in path.split('.') {
        value = value.as_map()?.get(key)?;
    }
    Some(value)
}

/// Takes values of the sub-charts over, the inner charts first.
fn imported(chart: &mut Chart, problems: &mut Vec<Problem>) {
    for below in &mut chart.charts {
        imported(below, problems);
    }
    if chart.wanted.iter().all(|wanted| wanted.imports.is_empty()) {
        return;
    }
    let values = Coalescing { problems: &mut Vec::new(), keeps_nulls: true }.values(chart, &Map::default());
    let taken = Map::default();
    for wanted in &chart.wanted {
        for import in &wanted.imports {
            let path = format!("{}.{}", wanted.name, import.child);
            let Some(table) = at(&values, &path).and_then(|value| value.as_map().cloned()) else {
                let what = format!("`{}` has no values `{}` to import", wanted.name, import.child);
                problems.push(Problem { fault: ChartFault::ValueIgnored { what }, at: import.at });
                continue;
            };
            let mut nested = table.deep_copy();
            if import.parent != "." {
                for key in import.parent.rsplit('.') {
                    nested = [(key.into(), nested.into())].into_iter().collect();
                }
            }
            // Of two imports of one value the earlier one stays.
            overlay(&nested, &taken.deep_copy());
            overlay(&taken, &nested);
        }
    }
    // The values of the chart itself win over those that it imports.
    overlay(&taken, &values);
    chart.values = taken;
}
