# METADATA
# title: Time to start
# description: "A liveness probe that begins at once restarts a program that is still starting."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/probes/
# custom:
#   standard: "Kubernetes documentation, startup probes"
#   help: "add a startupProbe, or set `initialDelaySeconds`"
package design.probes.slow_start

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	probe := container.spec.livenessProbe
	is_object(probe)
	not container.spec.startupProbe
	object.get(probe, "initialDelaySeconds", 0) in {0, null}
	object.get(probe, "failureThreshold", 3) * object.get(probe, "periodSeconds", 10) < 30
	msg := sprintf("container `%s` has less than 30 seconds to start before it is restarted", [container.name])
	path := array.concat(container.path, ["livenessProbe"])
}
