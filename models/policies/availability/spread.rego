# METADATA
# title: Spread over nodes
# description: "Copies on one node go away together."
# related_resources:
# - https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
# custom:
#   standard: "Kubernetes documentation, topology spread constraints"
#   help: "add topologySpreadConstraints or a podAntiAffinity"
package design.availability.spread

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": pod.specPath} if {
	some pod in input.pods
	library.is_replicated(pod)
	not is_spread(pod.spec)
	msg := "nothing keeps the copies of these pods from lying on one node"
}

is_spread(spec) if count(spec.topologySpreadConstraints) > 0

is_spread(spec) if count(spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution) > 0

is_spread(spec) if count(spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution) > 0
