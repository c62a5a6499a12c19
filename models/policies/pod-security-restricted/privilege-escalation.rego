# METADATA
# title: Privilege escalation
# description: "A program that may gain more rights than its parent (setuid) can become root. Pods of Windows are exempt."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Privilege Escalation (v1.8+)"
#   help: "set `allowPrivilegeEscalation: false`"
package design.pod_security_restricted.privilege_escalation

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	not library.is_windows(pod)
	some container in pod.containers
	object.get(container.spec, ["securityContext", "allowPrivilegeEscalation"], null) != false
	msg := sprintf("container `%s` may gain rights (`allowPrivilegeEscalation` is not false)", [container.name])
	path := array.concat(container.path, ["securityContext", "allowPrivilegeEscalation"])
}
