# METADATA
# title: Pull policy
# description: "With a tag that moves and an image that is kept, each node may run another version."
# related_resources:
# - https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   standard: "Kubernetes documentation, image pull policy"
#   help: "leave `imagePullPolicy` out, or name a version"
package design.images.pull_policy

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	image := container.spec.image
	not contains(image, "@")
	library.tag(image) in {"", "latest"}
	policy := container.spec.imagePullPolicy
	policy in {"IfNotPresent", "Never"}
	msg := sprintf("the image `%s` moves, and with `%s` a node keeps the one that it has", [image, policy])
	path := array.concat(container.path, ["imagePullPolicy"])
}
