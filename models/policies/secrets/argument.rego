# METADATA
# title: Secret in an argument
# description: "Arguments of a program are in the manifest, and on the node everyone who lists processes sees them."
# related_resources:
# - https://cwe.mitre.org/data/definitions/214.html
# custom:
#   standard: "CWE-214"
#   help: "give it by an environment variable or a file from a Secret"
package design.secrets.argument

import data.design.library

deny contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	some container in pod.containers
	some field in ["command", "args"]
	some index, argument in container.spec[field]
	startswith(argument, "-")
	contains(argument, "=")
	parts := split(argument, "=")
	library.is_secret_name(trim_left(parts[0], "-"))
	library.is_literal(concat("=", array.slice(parts, 1, count(parts))))
	msg := sprintf("the argument `%s` of container `%s` holds a secret in the open", [parts[0], container.name])
	path := array.concat(container.path, [field, index])
}
