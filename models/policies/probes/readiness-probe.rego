# METADATA
# title: Readiness probe
# description: "A Service sends requests to a pod as soon as it runs unless a readiness probe says when it is ready."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/probes/
# custom:
#   standard: "Kubernetes documentation, probes"
#   help: "add a readinessProbe to the container that serves"
package design.probes.readiness_probe

warn contains {"msg": msg, "component": pod.component, "path": pod.specPath} if {
	some pod in input.pods
	some edge in pod.incoming
	edge.component.kind == "Service"
	edge.fieldPath == "spec.selector"
	not has_probe(pod)
	msg := sprintf("the Service `%s` leads here, and no container says when it is ready", [edge.component.name])
}

has_probe(pod) if {
	some container in pod.containers
	container.type != "ephemeralContainers"
	is_object(container.spec.readinessProbe)
}
