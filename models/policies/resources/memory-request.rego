# METADATA
# title: Memory request
# description: "Without a request the scheduler packs pods onto a node that has not the memory for them."
# related_resources:
# - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# custom:
#   standard: "Kubernetes documentation, resource management"
#   help: "set `resources.requests.memory`"
package design.resources.memory_request

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.of_pod(pod, "requests", "memory")
	some container in pod.containers
	container.type != "ephemeralContainers"
	not library.of_container(container, "requests", "memory")
	msg := sprintf("container `%s` has no memory request", [container.name])
	path := array.concat(container.path, ["resources", "requests", "memory"])
}
