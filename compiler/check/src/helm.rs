//! Words what reading and rendering a chart met.

use design_helm::{ChartFault, Problem};
use design_vocabulary::Finding;

use crate::rules;

/// Words what reading and rendering a chart met.
pub fn word_helm(problem: &Problem) -> Finding {
    let at = problem.at;
    match &problem.fault {
        ChartFault::Syntax(problem) => crate::word_syntax(problem),
        ChartFault::Approximate => rules::approximate_chart::finding(at),
        ChartFault::NotCovered { function, template } => rules::chart_not_covered::finding(function, template, at),
        ChartFault::NotDeterministic { function, template } => {
            rules::chart_not_deterministic::finding(function, template, at)
        }
        ChartFault::Template { what } => rules::template_failed::finding(what, at),
        ChartFault::Said { what } => rules::chart_refuses::finding(what, at),
        ChartFault::Limit { what } => rules::chart_too_costly::finding(what, at),
        ChartFault::MissingDependency { name } => rules::missing_dependency::finding(name, at),
        ChartFault::Value { what } => rules::value_against_schema::finding(what, at),
        ChartFault::Hook { object, events } => rules::chart_hook::finding(object, events, at),
        ChartFault::File { what } => rules::invalid_chart::finding(what, at),
        ChartFault::Set { what } => rules::invalid_chart_value::finding(what, at),
        ChartFault::Output { what } => rules::template_output::finding(what, at),
        ChartFault::ValueIgnored { what } => rules::chart_value_ignored::finding(what, at),
    }
}
