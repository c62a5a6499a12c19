# METADATA
# title: Image digest
# description: "A tag can be moved; only a digest names one image for ever."
# related_resources:
# - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   standard: "Kubernetes documentation, image digests"
#   help: "add the digest: `image:tag@sha256:…`"
package design.images.digest

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	image := container.spec.image
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
	msg := sprintf("the image `%s` is not pinned by its digest", [image])
	path := array.concat(container.path, ["image"])
}
