# METADATA
# title: Volume types
# description: "Only volumes that say nothing of the node or of the storage behind a claim are allowed."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
# custom:
#   standard: "Pod Security Standards, restricted, Volume Types"
#   help: "use one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret"
#   overrides: pod-security-baseline/host-path-volumes
package design.pod_security_restricted.volume_types

allowed := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some index, volume in pod.spec.volumes
	types := [type | some type, source in volume; type != "name"; source != null]
	not is_allowed(types)
	msg := sprintf("volume `%s` is of a type that is not allowed (`%s`)", [
		object.get(volume, "name", ""), concat("`, `", types),
	])
	path := array.concat(pod.specPath, array.concat(["volumes", index], array.slice(types, 0, 1)))
}

is_allowed(types) if {
	some type in types
	type in allowed
}
