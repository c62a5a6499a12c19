//! The policies that the program carries, over the designs of a compilation.

use design_check::{Broken, rules, word_policy};
use design_policy::{Chosen, Link, Weight, find_policy};
use design_registry::Registry;
use design_registry::definitions::KubernetesVersion;
use design_vocabulary::{FileId, Finding, Severity, Span, display_path};

use crate::Compiled;
use crate::policies::{field, pod_kinds};

/// What these policies find in each design.
pub(crate) fn judge_by_sets(
    policies: &Chosen,
    designs: &[Compiled],
    releases: &[KubernetesVersion],
    registry: &Registry,
) -> Vec<Finding> {
    let versions: Vec<String> = releases.iter().map(ToString::to_string).collect();
    let pod_kinds = pod_kinds(registry);
    let mut findings = Vec::new();
    for compiled in designs {
        let ids: Vec<&str> = compiled.graph.nodes.iter().map(|node| node.id.as_str()).collect();
        let links = compiled.graph.edges.iter().map(|edge| Link {
            from: edge.from,
            to: edge.to,
            sub_type: &edge.sub_type,
            // A path inside the object, as policies see it.
            field_path: display_path(edge.path.strip_prefix(&["configuration".into()]).unwrap_or(&edge.path)),
        });
        let links: Vec<Link<'_>> = links.collect();
        let answer = policies.judge(design_policy::Design {
            components: &compiled.design.components,
            ids: &ids,
            links: &links,
            pod_kinds: &pod_kinds,
            kubernetes_versions: &versions,
        });
        let nowhere = Span::start_of(FileId(0));
        for verdict in &answer.verdicts {
            let Some(policy) = find_policy(&verdict.rule) else { continue };
            let severity = if verdict.weight == Weight::Denied { Severity::Error } else { Severity::Warning };
            let place = field(verdict, compiled).unwrap_or(nowhere);
            let broken =
                Broken { set: policy.set, policy: &verdict.rule, message: &verdict.message, help: policy.help() };
            findings.extend(word_policy(broken, severity, place));
        }
        let fault = |fault: &design_policy::Fault| rules::policy_failed::finding(&fault.message, nowhere, None);
        findings.extend(answer.faults.iter().map(fault));
    }
    findings
}
