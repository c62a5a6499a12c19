# METADATA
# title: HostProcess containers
# description: "A HostProcess container of Windows has the rights of the node."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, HostProcess"
#   help: "leave `hostProcess` out"
package design.pod_security_baseline.host_process

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	value := pod.spec.securityContext.windowsOptions.hostProcess
	not value in {false, null}
	msg := "the pod runs as a process of the Windows node"
	path := array.concat(pod.specPath, ["securityContext", "windowsOptions", "hostProcess"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	value := container.spec.securityContext.windowsOptions.hostProcess
	not value in {false, null}
	msg := sprintf("container `%s` runs as a process of the Windows node", [container.name])
	path := array.concat(container.path, ["securityContext", "windowsOptions", "hostProcess"])
}
