# METADATA
# title: Host namespaces
# description: "A pod in the network, process or IPC namespace of its node sees and reaches what other pods and the node do."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Host Namespaces"
#   help: "leave the field out"
package design.pod_security_baseline.host_namespaces

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some field in ["hostNetwork", "hostPID", "hostIPC"]
	value := pod.spec[field]
	not value in {false, null}
	msg := sprintf("the pod shares a namespace of its node (`%s`)", [field])
	path := array.concat(pod.specPath, [field])
}
