# METADATA
# title: Memory limit
# description: "Without a limit one leak takes the memory of the whole node."
# related_resources:
# - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# custom:
#   standard: "NSA/CISA Kubernetes Hardening Guide, resource policies"
#   help: "set `resources.limits.memory`"
package design.resources.memory_limit

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.of_pod(pod, "limits", "memory")
	some container in pod.containers
	container.type != "ephemeralContainers"
	not library.of_container(container, "limits", "memory")
	msg := sprintf("container `%s` has no memory limit", [container.name])
	path := array.concat(container.path, ["resources", "limits", "memory"])
}
