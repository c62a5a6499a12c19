# METADATA
# title: Hosts of probes and lifecycle hooks
# description: "A probe with a host makes the kubelet call that host; the standard forbids it from Kubernetes 1.34 on."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, Host Probes / Lifecycle Hooks (v1.34+)"
#   help: "leave `host` out; the pod itself is asked"
package design.pod_security_baseline.host_probes

import data.design.library

hooks := [
	["livenessProbe", "httpGet"], ["readinessProbe", "httpGet"], ["startupProbe", "httpGet"],
	["livenessProbe", "tcpSocket"], ["readinessProbe", "tcpSocket"], ["startupProbe", "tcpSocket"],
	["lifecycle", "postStart", "httpGet"], ["lifecycle", "preStop", "httpGet"],
	["lifecycle", "postStart", "tcpSocket"], ["lifecycle", "preStop", "tcpSocket"],
]

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	library.newest >= 34
	some pod in input.pods
	some container in pod.containers
	some hook in hooks
	host := object.get(container.spec, array.concat(hook, ["host"]), "")
	not host in {"", null}
	msg := sprintf("`%s` of container `%s` calls the host `%v`", [hook[0], container.name, host])
	path := array.concat(container.path, array.concat(hook, ["host"]))
}
