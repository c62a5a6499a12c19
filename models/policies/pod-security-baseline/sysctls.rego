# METADATA
# title: Sysctls
# description: "Most settings of the kernel hold for all pods of a node; the standard lists those that do not."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Sysctls"
#   help: "leave the setting out, or make it where nodes are set up"
package design.pod_security_baseline.sysctls

allowed := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some index, sysctl in pod.spec.securityContext.sysctls
	name := object.get(sysctl, "name", "")
	not name in allowed
	msg := sprintf("the pod sets `%v`, which is not among the safe settings", [name])
	path := array.concat(pod.specPath, ["securityContext", "sysctls", index, "name"])
}
