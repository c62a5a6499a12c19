# METADATA
# title: Capabilities
# description: "Capabilities beyond those that a runtime gives by itself let a container reach out of its bounds."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Capabilities"
#   help: "leave the capability out"
package design.pod_security_baseline.capabilities

allowed := {
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID",
	"SETPCAP", "SETUID", "SYS_CHROOT",
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, capability in container.spec.securityContext.capabilities.add
	not capability in allowed
	msg := sprintf("container `%s` adds the capability `%v`", [container.name, capability])
	path := array.concat(container.path, ["securityContext", "capabilities", "add", index])
}
