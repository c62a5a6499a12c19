//! D0325 missing-subset.

use std::collections::HashMap;

use design_vocabulary::{Finding, Path, Segment, Severity};

use crate::mesh::{destinations, full_host, is, namespace};
use crate::reading::{at, list, text};
use crate::rule::rule;
use crate::{Context, nearest_name};

rule! {
    /// A route leads to a subset of a service that no `DestinationRule` defines.
    ///
    /// A subset is defined by the `DestinationRule` whose host is the one of the destination. Requests to one that is not
    /// defined are answered with 503.
    ///
    /// Where the input has no destination rule for the host at all, it is a warning: somebody else may create it.
    ///
    /// ## What to do
    ///
    /// Correct the name, or add the subset to the destination rule of the host.
    "D0325", "missing-subset", Error
}

/// The subsets of one host.
#[derive(Default)]
struct Defined<'a> {
    names: Vec<&'a str>,
    /// The first rule for the host.
    rule: Option<usize>,
}

/// One finding a destination.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut defined: HashMap<String, Defined<'_>> = HashMap::new();
    for (number, component) in context.design.components.iter().enumerate() {
        let Some(spec) = at(component, &["spec"]).filter(|_| is(component, "DestinationRule")) else { continue };
        let Some(host) = text(spec, "host") else { continue };
        let known = defined.entry(full_host(host, namespace(component))).or_default();
        known.rule = known.rule.or(Some(number));
        known.names.extend(list(spec, "subsets").iter().filter_map(|subset| text(subset, "name")));
    }
    for (number, component) in context.design.components.iter().enumerate().filter(|(_, one)| is(one, "VirtualService"))
    {
        for destination in destinations(component) {
            let (Some(host), Some(subset)) = (destination.host(), text(destination.value, "subset")) else { continue };
            let full = full_host(host, namespace(component));
            let wildcards = full.match_indices('.').filter_map(|(dot, _)| Some(format!("*{}", full.get(dot..)?)));
            let keys: Vec<String> = std::iter::once(full.clone()).chain(wildcards).collect();
            let known: Vec<&Defined<'_>> = keys.iter().filter_map(|key| defined.get(key)).collect();
            if known.iter().any(|known| known.names.contains(&subset)) {
                continue;
            }
            let Some(span) = context.span(number, &destination.field("subset")) else { continue };
            let message = format!(
                "{} leads to the subset `{subset}` of `{host}`, which no DestinationRule defines",
                context.named(number)
            );
            let names = known.iter().flat_map(|known| known.names.iter().copied());
            let help = match nearest_name(subset, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add the subset to the DestinationRule of the host".to_owned(),
            };
            let mut finding = RULE.finding(message, span).help(help);
            if known.is_empty() {
                finding.severity = Severity::Warning;
            }
            let path: Path = vec!["configuration".into(), Segment::from("spec"), Segment::from("host")];
            if let Some(rule) = known.iter().find_map(|known| known.rule)
                && let Some(span) = context.span(rule, &path)
            {
                finding = finding.related(format!("{} is for this host", context.named(rule)), span);
            }
            findings.push(finding);
        }
    }
}
