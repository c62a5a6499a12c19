# METADATA
# title: Secret as an environment variable
# description: "Variables of the environment show in dumps and go to every child process; files do not."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   standard: "CIS Kubernetes Benchmark 5.4.1"
#   help: "mount the Secret as a volume"
package design.secrets.environment_reference

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, variable in container.spec.env
	variable.valueFrom.secretKeyRef
	msg := sprintf("the variable `%s` of container `%s` holds a Secret, which a file holds better", [
		variable.name, container.name,
	])
	path := array.concat(container.path, ["env", index, "valueFrom", "secretKeyRef"])
}

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, source in container.spec.envFrom
	source.secretRef
	msg := sprintf("container `%s` has a whole Secret in its environment, which files hold better", [container.name])
	path := array.concat(container.path, ["envFrom", index, "secretRef"])
}
