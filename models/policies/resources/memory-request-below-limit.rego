# METADATA
# title: Memory beyond the request
# description: "What a container takes beyond its request is not reserved: under pressure the node ends such pods first."
# related_resources:
# - https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
# custom:
#   standard: "Kubernetes documentation, node-pressure eviction"
#   help: "request as much memory as the limit allows, or at least half of it"
package design.resources.memory_request_below_limit

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	request := container.spec.resources.requests.memory
	limit := container.spec.resources.limits.memory
	units.parse_bytes(sprintf("%v", [limit])) > 2 * units.parse_bytes(sprintf("%v", [request]))
	msg := sprintf("container `%s` may take more than twice the memory that it requests (%v of %v)", [
		container.name, limit, request,
	])
	path := array.concat(container.path, ["resources", "requests", "memory"])
}
