# METADATA
# title: CPU request
# description: "Without a request the scheduler takes a container for one that needs nothing, and it starves first."
# related_resources:
# - https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# custom:
#   standard: "Kubernetes documentation, resource management"
#   help: "set `resources.requests.cpu`"
package design.resources.cpu_request

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.of_pod(pod, "requests", "cpu")
	some container in pod.containers
	container.type != "ephemeralContainers"
	not library.of_container(container, "requests", "cpu")
	msg := sprintf("container `%s` has no CPU request", [container.name])
	path := array.concat(container.path, ["resources", "requests", "cpu"])
}
