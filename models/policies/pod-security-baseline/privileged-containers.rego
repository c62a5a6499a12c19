# METADATA
# title: Privileged containers
# description: "A privileged container is root on its node."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Privileged Containers"
#   help: "leave `privileged` out, and add the one capability that the program needs"
package design.pod_security_baseline.privileged_containers

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	value := container.spec.securityContext.privileged
	not value in {false, null}
	msg := sprintf("container `%s` is privileged", [container.name])
	path := array.concat(container.path, ["securityContext", "privileged"])
}
