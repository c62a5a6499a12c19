# METADATA
# title: SELinux
# description: "The SELinux type confines a container; a user or role of its own undoes that."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, SELinux"
#   help: "leave `user` and `role` out, and take one of the types that the standard lists"
package design.pod_security_baseline.selinux

allowed := {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some context in contexts(pod)
	value := context.options.type
	value != null
	not value in allowed
	msg := sprintf("%s has the SELinux type `%v`", [context.who, value])
	path := array.concat(context.path, ["securityContext", "seLinuxOptions", "type"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some context in contexts(pod)
	some field in ["user", "role"]
	value := context.options[field]
	not value in {"", null}
	msg := sprintf("%s has the SELinux %s `%v`", [context.who, field, value])
	path := array.concat(context.path, ["securityContext", "seLinuxOptions", field])
}

contexts(pod) := array.concat(
	[{"who": "the pod", "options": options, "path": pod.specPath} | options := pod.spec.securityContext.seLinuxOptions],
	[{"who": who, "options": options, "path": container.path} |
		some container in pod.containers
		options := container.spec.securityContext.seLinuxOptions
		who := sprintf("container `%s`", [container.name])
	],
)
