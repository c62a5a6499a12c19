# METADATA
# title: Size of temporary volumes
# description: "An emptyDir without a limit fills the disk, or in memory the memory, of its node."
# related_resources:
# - https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
# custom:
#   standard: "Kubernetes documentation, emptyDir"
#   help: "set `emptyDir.sizeLimit`"
package design.resources.volume_size_limit

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some index, volume in pod.spec.volumes
	source := volume.emptyDir
	not source.sizeLimit
	msg := sprintf("the temporary volume `%s` has no limit of size", [object.get(volume, "name", "")])
	path := array.concat(pod.specPath, ["volumes", index, "emptyDir", "sizeLimit"])
}
