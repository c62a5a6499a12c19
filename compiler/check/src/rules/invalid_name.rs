//! D0301 invalid-name.

use std::ops::Range;

use design_registry::NameRule;
use design_vocabulary::Finding;

use crate::Context;

use crate::rule::rule;

rule! {
    /// The name or namespace of an object breaks the rule for its kind, so the API server refuses it.
    ///
    /// Most names are DNS subdomains: at most 253 characters, lower-case letters, digits, `-` and `.`, a letter or digit at
    /// both ends of each part. Namespaces are DNS labels (63 characters, no dots), services too, and they begin with a
    /// letter. A cron job's name has at most 52 characters, since the controller appends to it. Roles and their bindings
    /// may contain nearly everything.
    ///
    /// Source: "Object Names and IDs" of the Kubernetes documentation and the API server's validation of each kind.
    ///
    /// ## What to do
    ///
    /// Write the name that the help proposes, and correct whatever refers to the old one.
    "D0301", "invalid-name", Error
}

/// Judges names and namespaces of everything that is rendered.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        if component.is_annotation {
            continue;
        }
        let rule = context.scopes.kind(component).map_or(NameRule::Subdomain, |kind| kind.name);
        if let Some(name) = component.name()
            && let Some(fault) = rule.fault(name)
        {
            let path = ["configuration".into(), "metadata".into(), "name".into()];
            let in_metadata = context.map.locate(index, &path).filter(|located| located.complete);
            let located = in_metadata.or_else(|| context.map.locate(index, &["displayName".into()]));
            if let Some(located) = located {
                let message = format!("the name `{name}` of {} {fault}", component.kind);
                findings.push(help(RULE.finding(message, located.best()), name, rule));
            }
        }
        if let Some(namespace) = component.namespace()
            && let Some(fault) = NameRule::Label.fault(namespace)
            && let Some(span) = context.span(index, &["configuration".into(), "metadata".into(), "namespace".into()])
        {
            let finding = RULE.finding(format!("the namespace `{namespace}` {fault}"), span);
            findings.push(help(finding, namespace, NameRule::Label));
        }
    }
}

/// Proposes a sound name where one can be made of the written one.
fn help(finding: Finding, name: &str, rule: NameRule) -> Finding {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '.';
    let lowered = name.to_lowercase();
    let mapped: String = lowered.chars().map(|letter| if allowed(letter) { letter } else { '-' }).collect();
    let mapped = if rule == NameRule::Label || rule == NameRule::Service { mapped.replace('.', "-") } else { mapped };
    let proposal: Vec<&str> = mapped.split('-').filter(|part| !part.is_empty()).collect();
    let proposal = proposal.join("-");
    if rule.fault(&proposal).is_none() { finding.help(format!("write `{proposal}`")) } else { finding }
}
