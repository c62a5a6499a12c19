# METADATA
# title: Seccomp
# description: "A seccomp profile keeps a container from system calls that it does not need; it may not be switched off."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Seccomp"
#   help: "leave it out, or take `RuntimeDefault` or `Localhost`"
package design.pod_security_baseline.seccomp

allowed := {"RuntimeDefault", "Localhost", null}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	value := pod.spec.securityContext.seccompProfile.type
	not value in allowed
	msg := sprintf("the pod has the seccomp profile `%v`", [value])
	path := array.concat(pod.specPath, ["securityContext", "seccompProfile", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	value := container.spec.securityContext.seccompProfile.type
	not value in allowed
	msg := sprintf("container `%s` has the seccomp profile `%v`", [container.name, value])
	path := array.concat(container.path, ["securityContext", "seccompProfile", "type"])
}
