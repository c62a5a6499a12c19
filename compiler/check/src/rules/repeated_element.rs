//! D0608 repeated-element.

use design_schema::What;
use design_source::Located;
use design_vocabulary::{Finding, Segment, Severity, display_path};

use super::unlisted_value::shown;
use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// Two elements of a list have the same keys.
    ///
    /// Some lists are mappings in disguise: containers by `name`, the ports of a Service by `port` and `protocol`. Kubernetes
    /// tells their elements apart by these keys. Of a custom resource, the API server refuses a list in which two elements
    /// have the same. Of Kubernetes' own kinds, server-side apply does (Flux, Argo CD and `kubectl apply --server-side` use
    /// it), and some lists are refused in any case; where they are not, the later element mostly hides the earlier one: of two
    /// environment variables of a name, the last counts. So the finding is a warning there.
    ///
    /// ## What to do
    ///
    /// Take one of the two out, or give it a key of its own. The related place is the earlier one.
    "D0608", "repeated-element", Error
}

/// One finding an element, with the earlier one as a related place.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let What::Repeated { first, keys } = &fault.what else { continue };
        let list = display_path(fault.path.split_last().map_or(&[], |(_, list)| list));
        let (Some(place), releases) = (context.field(fault), releases::suffix(context, &fault.releases)) else {
            continue;
        };
        let message = if keys.is_empty() {
            let value = context.value(fault).unwrap_or_default();
            format!("`{list}` has {} twice{releases}", shown(&value))
        } else {
            let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key} `{value}`")).collect();
            format!("`{list}` has two elements with {}{releases}", keys.join(" and "))
        };
        let path: Vec<Segment> = [Segment::from("configuration")].into_iter().chain(first.iter().cloned()).collect();
        let mut finding = RULE.finding(message, place.best());
        if let Some(first) = context.map.locate(fault.component, &path).map(Located::best) {
            finding = finding.related("the first is here", first);
        }
        if !fault.is_custom {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}
