# METADATA
# title: Secret in a ConfigMap
# description: "A ConfigMap is read by everyone who may look around in the namespace."
# related_resources:
# - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
# custom:
#   standard: "CIS Kubernetes Benchmark 5.4; CWE-312"
#   help: "move the key to a Secret"
#   components: ConfigMap
package design.secrets.config_map

import data.design.library

deny contains {"msg": msg, "component": map.id, "path": ["data", key]} if {
	some map in input.components
	map.kind == "ConfigMap"
	some key, value in map.object.data
	kind := kind_of(key, value)
	msg := sprintf("the key `%s` of this ConfigMap holds %s", [key, kind])
}

kind_of(_, value) := library.token(value)

kind_of(key, value) := "a secret in the open" if {
	not library.token(value)
	library.is_secret_name(key)
	library.is_literal(value)
}
