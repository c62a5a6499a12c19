# METADATA
# title: Running as non-root
# description: "A container must say that it does not run as root. From Kubernetes 1.35 on, a pod in a user namespace is exempt."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Running as Non-root"
#   help: "set `runAsNonRoot: true` in the pod's securityContext"
package design.pod_security_restricted.run_as_non_root

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.has_user_namespace(pod)
	value := pod.spec.securityContext.runAsNonRoot
	not value in {true, null}
	msg := "the pod may run as root (`runAsNonRoot` is not true)"
	path := array.concat(pod.specPath, ["securityContext", "runAsNonRoot"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.has_user_namespace(pod)
	of_pod := object.get(pod.spec, ["securityContext", "runAsNonRoot"], null)
	some container in pod.containers
	value := object.get(container.spec, ["securityContext", "runAsNonRoot"], null)
	not is_safe(value, of_pod)
	msg := sprintf("container `%s` may run as root (`runAsNonRoot` is not true)", [container.name])
	path := array.concat(container.path, ["securityContext", "runAsNonRoot"])
}

is_safe(value, _) if value == true

# A pod that says no has its own finding.
is_safe(value, of_pod) if {
	value == null
	is_boolean(of_pod)
}
