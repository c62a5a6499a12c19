# METADATA
# title: Image tag
# description: "An image without a tag, or with the tag `latest`, is another one tomorrow."
# related_resources:
# - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   standard: "Kubernetes documentation, configuration best practices"
#   help: "name the version, or better the digest"
package design.images.tag

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	image := container.spec.image
	not contains(image, "@")
	tag := library.tag(image)
	tag in {"", "latest"}
	msg := sprintf("the image `%s` is not of a certain version", [image])
	path := array.concat(container.path, ["image"])
}
