# METADATA
# title: Running as non-root user
# description: "The user 0 is root. From Kubernetes 1.35 on, a pod in a user namespace is exempt."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Running as Non-root user (v1.23+)"
#   help: "leave `runAsUser` out, or choose another number"
package design.pod_security_restricted.run_as_non_root_user

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.has_user_namespace(pod)
	pod.spec.securityContext.runAsUser == 0
	msg := "the pod runs as root (`runAsUser` is 0)"
	path := array.concat(pod.specPath, ["securityContext", "runAsUser"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.has_user_namespace(pod)
	some container in pod.containers
	container.spec.securityContext.runAsUser == 0
	msg := sprintf("container `%s` runs as root (`runAsUser` is 0)", [container.name])
	path := array.concat(container.path, ["securityContext", "runAsUser"])
}
