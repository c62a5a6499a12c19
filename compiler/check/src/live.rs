//! The words for what was taken out of objects of a cluster.

use design_source::Live;
use design_vocabulary::Finding;

use crate::rules;

/// Words what was taken out, counted.
pub fn word_live(live: &Live) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(first) = live.first {
        findings.push(rules::from_a_cluster::finding(live.objects, &live.removed, first));
    }
    for ((kind, why), (count, first)) in &live.left_out {
        findings.push(rules::made_by_a_cluster::finding(*count, kind, why, *first));
    }
    findings
}
