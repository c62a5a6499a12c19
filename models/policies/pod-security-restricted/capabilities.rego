# METADATA
# title: Capabilities
# description: "Containers drop all capabilities, and add none but NET_BIND_SERVICE. Pods of Windows are exempt."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Capabilities (v1.22+)"
#   help: "set `capabilities: {drop: [ALL]}`"
#   overrides: pod-security-baseline/capabilities
package design.pod_security_restricted.capabilities

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	some container in pod.containers
	not drops_all(container.spec)
	msg := sprintf("container `%s` does not drop all capabilities", [container.name])
	path := array.concat(container.path, ["securityContext", "capabilities", "drop"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	some container in pod.containers
	some index, capability in container.spec.securityContext.capabilities.add
	capability != "NET_BIND_SERVICE"
	msg := sprintf("container `%s` adds the capability `%v`", [container.name, capability])
	path := array.concat(container.path, ["securityContext", "capabilities", "add", index])
}

drops_all(container) if {
	some capability in container.securityContext.capabilities.drop
	capability == "ALL"
}
