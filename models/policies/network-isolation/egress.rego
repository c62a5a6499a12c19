# METADATA
# title: Egress isolation
# description: "Without a NetworkPolicy of the type Egress a pod is open: it may call whatever it can reach."
# related_resources:
# - https://kubernetes.io/docs/concepts/services-networking/network-policies/
# custom:
#   standard: "CIS Kubernetes Benchmark 5.3.2; NSA/CISA Kubernetes Hardening Guide, network separation"
#   help: "add a NetworkPolicy with the type Egress that selects these pods; an empty podSelector selects all of the namespace"
package design.network_isolation.egress

warn contains {"msg": msg, "component": pod.component} if {
	some pod in input.pods
	not is_isolated(pod)
	msg := "no NetworkPolicy of the type Egress selects these pods"
}

# The network policies of the cluster do not hold in the network of the node.
is_isolated(pod) if pod.spec.hostNetwork == true

is_isolated(pod) if {
	some edge in pod.incoming
	edge.component.kind == "NetworkPolicy"
	edge.fieldPath == "spec.podSelector"
	applies(edge.component.object)
}

applies(policy) if "Egress" in policy.spec.policyTypes

# Without types a policy is about what goes out where it has such rules.
applies(policy) if {
	not policy.spec.policyTypes
	policy.spec.egress
}
