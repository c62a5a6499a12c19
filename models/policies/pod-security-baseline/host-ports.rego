# METADATA
# title: Host ports
# description: "A port of the node goes around the network policies, and no second such pod fits on the node."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Host Ports"
#   help: "leave `hostPort` out; a Service makes the port reachable"
package design.pod_security_baseline.host_ports

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, port in container.spec.ports
	value := port.hostPort
	not value in {0, null}
	msg := sprintf("container `%s` takes port %v of the node", [container.name, value])
	path := array.concat(container.path, ["ports", index, "hostPort"])
}
