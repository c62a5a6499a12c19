# METADATA
# title: Seccomp
# description: "A seccomp profile must be chosen, for the pod or for each container. Pods of Windows are exempt."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Seccomp (v1.19+)"
#   help: "set `seccompProfile: {type: RuntimeDefault}` in the pod's securityContext"
#   overrides: pod-security-baseline/seccomp
package design.pod_security_restricted.seccomp

import data.design.library

allowed := {"RuntimeDefault", "Localhost"}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	value := pod.spec.securityContext.seccompProfile.type
	value != null
	not value in allowed
	msg := sprintf("the pod has the seccomp profile `%v`", [value])
	path := array.concat(pod.specPath, ["securityContext", "seccompProfile", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	some container in pod.containers
	value := container.spec.securityContext.seccompProfile.type
	value != null
	not value in allowed
	msg := sprintf("container `%s` has the seccomp profile `%v`", [container.name, value])
	path := array.concat(container.path, ["securityContext", "seccompProfile", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	object.get(pod.spec, ["securityContext", "seccompProfile", "type"], null) == null
	some container in pod.containers
	object.get(container.spec, ["securityContext", "seccompProfile", "type"], null) == null
	msg := sprintf("neither container `%s` nor its pod chooses a seccomp profile", [container.name])
	path := array.concat(container.path, ["securityContext", "seccompProfile"])
}
