# METADATA
# title: Image registry
# description: "An image without a registry comes from wherever the node's runtime looks first."
# related_resources:
# - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   standard: "Kubernetes documentation, image names"
#   help: "write the registry before the name, as in `registry.example.com/team/app`"
package design.images.registry

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	image := container.spec.image
	parts := split(image, "/")
	not names_registry(parts)
	msg := sprintf("the image `%s` names no registry", [image])
	path := array.concat(container.path, ["image"])
}

names_registry(parts) if {
	count(parts) > 1
	regex.match(`[.:]|^localhost$`, parts[0])
}
