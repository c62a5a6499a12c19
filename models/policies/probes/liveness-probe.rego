# METADATA
# title: Liveness probe
# description: "A program that hangs is not restarted unless a liveness probe finds out."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/probes/
# custom:
#   standard: "Kubernetes documentation, probes"
#   help: "add a livenessProbe, or leave this policy out where programs end when they fail"
package design.probes.liveness_probe

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	library.is_long_running(pod)
	some container in pod.containers
	container.type == "containers"
	not container.spec.livenessProbe
	msg := sprintf("container `%s` has no liveness probe", [container.name])
	path := array.concat(container.path, ["livenessProbe"])
}
