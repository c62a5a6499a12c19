# METADATA
# title: Token of a known form
# description: "Some tokens are known by their form: keys of cloud providers, of code hosts, private keys, passwords in URLs."
# related_resources:
# - https://cwe.mitre.org/data/definitions/798.html
# custom:
#   standard: "CWE-798"
#   help: "revoke it, and keep the new one in a Secret"
package design.secrets.known_token

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some index, variable in container.spec.env
	kind := library.token(variable.value)
	msg := sprintf("the variable `%s` of container `%s` holds %s", [variable.name, container.name, kind])
	path := array.concat(container.path, ["env", index, "value"])
}

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some field in ["command", "args"]
	some index, argument in container.spec[field]
	kind := library.token(argument)
	msg := sprintf("an argument of container `%s` holds %s", [container.name, kind])
	path := array.concat(container.path, [field, index])
}
