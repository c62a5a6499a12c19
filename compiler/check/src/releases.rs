//! Releases of Kubernetes in sentences.

use design_registry::definitions::KubernetesVersion;

use crate::Context;

/// Releases as a part of a sentence: `1.33`, `1.33 and 1.34`, `1.33, 1.34 and 1.35`.
pub(crate) fn listed(releases: &[KubernetesVersion]) -> String {
    let texts: Vec<String> = releases.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => texts.concat(),
    }
}

/// The end of a message that holds for some releases; nothing where a single one was asked for.
pub(crate) fn suffix(context: &Context<'_>, releases: &[KubernetesVersion]) -> String {
    if context.releases.len() < 2 { String::new() } else { format!(" in Kubernetes {}", listed(releases)) }
}
