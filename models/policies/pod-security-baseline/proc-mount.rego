# METADATA
# title: /proc mount type
# description: "The masks over /proc hide what a container has no business with. From Kubernetes 1.35 on, a pod in a user namespace may do without."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, /proc Mount Type"
#   help: "leave `procMount` out"
package design.pod_security_baseline.proc_mount

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.has_user_namespace(pod)
	some container in pod.containers
	value := container.spec.securityContext.procMount
	not value in {"Default", null}
	msg := sprintf("container `%s` takes the masks off /proc (`%v`)", [container.name, value])
	path := array.concat(container.path, ["securityContext", "procMount"])
}
