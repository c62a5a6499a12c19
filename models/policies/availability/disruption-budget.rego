# METADATA
# title: PodDisruptionBudget
# description: "Without a budget, whoever drains nodes may end all copies at once."
# related_resources:
# - https://kubernetes.io/docs/tasks/run-application/configure-pdb/
# custom:
#   standard: "Kubernetes documentation, disruption budgets"
#   help: "add a PodDisruptionBudget that selects these pods"
package design.availability.disruption_budget

import data.design.library

warn contains {"msg": msg, "component": pod.component} if {
	some pod in input.pods
	library.is_replicated(pod)
	not has_budget(pod)
	msg := "no PodDisruptionBudget selects these pods"
}

has_budget(pod) if {
	some edge in pod.incoming
	edge.component.kind == "PodDisruptionBudget"
}
