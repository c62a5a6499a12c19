# METADATA
# title: /proc mount type
# description: "The masks over /proc stay, also in a user namespace."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, /proc Mount Type"
#   help: "leave `procMount` out"
#   overrides: pod-security-baseline/proc-mount
package design.pod_security_restricted.proc_mount

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	value := container.spec.securityContext.procMount
	not value in {"Default", null}
	msg := sprintf("container `%s` takes the masks off /proc (`%v`)", [container.name, value])
	path := array.concat(container.path, ["securityContext", "procMount"])
}
