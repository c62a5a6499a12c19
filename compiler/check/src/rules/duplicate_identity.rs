//! D0303 duplicate-identity.

use design_vocabulary::{Finding, Text};

use crate::Context;

use crate::rule::rule;
use crate::rules::clashing_uses;

rule! {
    /// Two objects have one identity: the same kind, group, namespace and name.
    ///
    /// A cluster can hold only one of them; whichever is applied later wins, and which that is depends on the tool. Both are
    /// rendered, the second under a name with a number, so that nothing is lost.
    ///
    /// ## What to do
    ///
    /// Delete one, or give it another name or namespace. The same object in two API versions of one group counts as the same.
    "D0303", "duplicate-identity", Error
}

/// A finding at the later object, with the earlier one beside it.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for duplicate in &context.graph.duplicates {
        let path = ["configuration".into(), "metadata".into(), "name".into()];
        let name = |index: usize| match context.map.locate(index, &path).filter(|located| located.complete) {
            Some(located) => Some(located.value),
            None => context.span(index, &["displayName".into()]),
        };
        let (Some(first), Some(second)) = (name(duplicate.first), name(duplicate.second)) else {
            continue;
        };
        let Some(node) = context.graph.nodes.get(duplicate.first) else {
            continue;
        };
        if let Some((earlier, later)) = owners(context, duplicate.first, duplicate.second) {
            findings.push(clashing_uses::finding(&node.id, (&earlier, first), (&later, second)));
            continue;
        }
        findings.push(
            RULE.finding(format!("{} is declared twice", node.id), second)
                .related("it is declared here first", first)
                .help("delete one of them, or give it another name or namespace"),
        );
    }
}

/// Whose two components are, where they do not belong to the same design.
fn owners(context: &Context<'_>, first: usize, second: usize) -> Option<(String, String)> {
    let owner = |component: usize| {
        context.design.uses.iter().find(|used| used.components.contains(&component)).map(|used| &used.name)
    };
    let (first, second) = (owner(first), owner(second));
    let word = |owner: Option<&Text>| owner.map_or("the design itself".to_owned(), |name| format!("the use `{name}`"));
    (first != second).then(|| (word(first), word(second)))
}
