//! D0321 two-budgets.

use design_vocabulary::Finding;

use crate::Context;
use crate::clash::{Claim, Claims, tell};
use crate::edges::Edges;
use crate::rule::rule;

rule! {
    /// Two `PodDisruptionBudget` objects select the same pods.
    ///
    /// The eviction API refuses to evict a pod that more than one budget selects, so nodes with such pods cannot be drained
    /// ("Arbitrary workloads and arbitrary selectors" of the Kubernetes documentation on disruption budgets).
    ///
    /// ## What to do
    ///
    /// Delete one of the budgets, or narrow its selector.
    "D0321", "two-budgets", Error
}

/// One finding a budget.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let edges = Edges::of(context, &["disruption-budget-of-pods"]);
    let mut claims = Claims::new();
    for (number, component) in context.design.components.iter().enumerate() {
        if component.kind == "PodDisruptionBudget"
            && let Some(first) = edges.from(number).first()
        {
            let pods = edges.from(number).iter().map(|edge| edge.to);
            claims.add(Claim { component: number, path: first.path.to_vec() }, pods);
        }
    }
    tell(context, findings, &RULE, &claims, |name, other, pods| {
        let message = format!("{name} selects the pods of {}, and so does {other}", context.named(*pods));
        (message, "delete one of the budgets, or narrow its selector".to_owned())
    });
}
