# METADATA
# title: Secret in an environment value
# description: "A secret in a manifest is in git, in the cluster's history and in every copy of both."
# related_resources:
# - https://cwe.mitre.org/data/definitions/798.html
# custom:
#   standard: "CIS Kubernetes Benchmark 5.4; CWE-798"
#   help: "keep it in a Secret and name that by `valueFrom.secretKeyRef`"
package design.secrets.environment_value

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, variable in container.spec.env
	library.is_secret_name(variable.name)
	library.is_literal(variable.value)
	msg := sprintf("the variable `%s` of container `%s` holds a secret in the open", [variable.name, container.name])
	path := array.concat(container.path, ["env", index, "value"])
}
