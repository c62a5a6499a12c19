# METADATA
# title: HostPath volumes
# description: "A volume of the node's own files lets a pod read and change the node."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
# custom:
#   standard: "Pod Security Standards, baseline, HostPath Volumes"
#   help: "use a volume of the cluster: a PersistentVolumeClaim, a ConfigMap, an emptyDir"
package design.pod_security_baseline.host_path_volumes

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some index, volume in pod.spec.volumes
	object.get(volume, "hostPath", null) != null
	msg := sprintf("volume `%s` is a folder of the node", [object.get(volume, "name", "")])
	path := array.concat(pod.specPath, ["volumes", index, "hostPath"])
}
