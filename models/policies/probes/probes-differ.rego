# METADATA
# title: Liveness and readiness differ
# description: "A pod that is busy should get no requests and still not be restarted; equal probes do both at once."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/probes/
# custom:
#   standard: "kube-score, pod-probes"
#   help: "let the liveness probe ask for less, or fail later, than the readiness probe"
package design.probes.probes_differ

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	probe := container.spec.livenessProbe
	is_object(probe)
	probe == container.spec.readinessProbe
	msg := sprintf("container `%s` has one and the same probe for liveness and readiness", [container.name])
	path := array.concat(container.path, ["livenessProbe"])
}
