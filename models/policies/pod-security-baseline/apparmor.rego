# METADATA
# title: AppArmor
# description: "On nodes that have it, AppArmor confines each container; a pod may choose a profile and not go without."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, AppArmor"
#   help: "leave it out, or take `RuntimeDefault` or `Localhost`"
package design.pod_security_baseline.apparmor

allowed := {"RuntimeDefault", "Localhost", null}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	value := pod.spec.securityContext.appArmorProfile.type
	not value in allowed
	msg := sprintf("the pod has the AppArmor profile `%v`", [value])
	path := array.concat(pod.specPath, ["securityContext", "appArmorProfile", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	value := container.spec.securityContext.appArmorProfile.type
	not value in allowed
	msg := sprintf("container `%s` has the AppArmor profile `%v`", [container.name, value])
	path := array.concat(container.path, ["securityContext", "appArmorProfile", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some key, value in pod.metadata.annotations
	startswith(key, "container.apparmor.security.beta.kubernetes.io/")
	not value in {"", "runtime/default"}
	not is_local(value)
	msg := sprintf("the annotation `%s` chooses the AppArmor profile `%v`", [key, value])
	path := array.concat(pod.metadataPath, ["annotations", key])
}

is_local(value) if startswith(value, "localhost/")
