# METADATA
# title: Ingress isolation
# description: "Without a NetworkPolicy of the type Ingress a pod is open: whoever can reach it may call it."
# related_resources:
# - https://kubernetes.io/docs/concepts/services-networking/network-policies/
# custom:
#   standard: "CIS Kubernetes Benchmark 5.3.2; NSA/CISA Kubernetes Hardening Guide, network separation"
#   help: "add a NetworkPolicy with the type Ingress that selects these pods; an empty podSelector selects all of the namespace"
package design.network_isolation.ingress

warn contains {"msg": msg, "component": pod.component} if {
	some pod in input.pods
	not is_isolated(pod)
	msg := "no NetworkPolicy of the type Ingress selects these pods"
}

# The network policies of the cluster do not hold in the network of the node.
is_isolated(pod) if pod.spec.hostNetwork == true

is_isolated(pod) if {
	some edge in pod.incoming
	edge.component.kind == "NetworkPolicy"
	edge.fieldPath == "spec.podSelector"
	applies(edge.component.object)
}

applies(policy) if "Ingress" in policy.spec.policyTypes

# Without types a policy is about what comes in.
applies(policy) if not policy.spec.policyTypes
