# What several policies of the sets need.
package design.library

minors := [to_number(split(version, ".")[1]) | some version in input.environment.kubernetesVersions]

# The newest and the oldest of the releases that the objects are for.
newest := max(minors)

oldest := min(minors)

is_windows(pod) if pod.spec.os.name == "windows"

# From 1.35 on the standard trusts user namespaces; it has to hold in every release that the objects are for.
has_user_namespace(pod) if {
	pod.spec.hostUsers == false
	oldest >= 35
}

is_long_running(pod) if not pod.kind in {"Job", "CronJob", "ScaledJob"}

# A request or limit of a container, or of its pod as a whole.
of_container(container, section, resource) := value if {
	value := container.spec.resources[section][resource]
	value != null
}

of_pod(pod, section, resource) := value if {
	value := pod.spec.resources[section][resource]
	value != null
}

# The tag of an image without digest; empty where it has none.
tag(image) := text if {
	parts := split(image, "/")
	[_, text] := split(parts[count(parts) - 1], ":")
} else := ""

is_scaled(pod) if {
	some edge in pod.incoming
	edge.component.kind in {"HorizontalPodAutoscaler", "ScaledObject"}
}

is_replicated(pod) if {
	pod.kind in {"Deployment", "StatefulSet"}
	object.get(pod.object, ["spec", "replicas"], 1) > 1
}

is_replicated(pod) if {
	pod.kind in {"Deployment", "StatefulSet"}
	some edge in pod.incoming
	edge.component.kind == "HorizontalPodAutoscaler"
	edge.component.object.spec.maxReplicas > 1
}

# Names that people give to secrets. `..._FILE` and the like say where one lies, `..._PULL_SECRET` and the like name an object.
is_secret_name(name) if {
	regex.match(`(?i)(^|[-_.]|[a-z])(password|passwd|passphrase|pwd|secret|secret[-_.]?key|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth[-_.]?token|access[-_.]?token|token|credentials?)$`, name)
	not regex.match(`(?i)(^|[-_.])(public|max|min|num|count|enable|enabled|use|allow|disable)[-_.]`, name)
	not regex.match(`(?i)(^|[-_.])(pull|tls|ssl|certificate|registry)[-_.]?secret$`, name)
}

# A value that could be a secret: neither empty, nor a switch, nor a stand-in, nor something that says where the secret is.
is_literal(value) if {
	is_string(value)
	count(value) >= 3
	not is_switch(value)
	not is_stand_in(value)
	not is_place(value)
}

is_switch(value) if lower(value) in {"true", "false", "yes", "off", "none", "null", "enabled", "disabled"}

is_stand_in(value) if regex.match(`(?i)^(\*+|x+|redacted|placeholder|todo|changeme-from-secret)$`, value)

# A variable or a template, a path, or an address in a store of secrets.
is_place(value) if regex.match(`^(\$[({]|\$+[A-Z_][A-Z0-9_]*$|\{\{|<|%\{|ENC\[|\{cipher\})`, value)

is_place(value) if regex.match(`^(\.{0,2}/|[A-Za-z]:\\)`, value)

is_place(value) if regex.match(`^[\w./-]+/[\w.-]+\.(txt|pem|key|crt|cer|json|ya?ml|jks|p12|pfx|env)$`, value)

is_place(value) if {
	regex.match(`^(file|vault|secret|secretref|op|ref\+[a-z]+|arn|ssm|awssm|gcpsm|azkv|env|kms|sops):`, value)
}

# The address of a page, such as the one where a password is reset.
is_place(value) if {
	regex.match(`^https?://`, value)
	not contains(value, "@")
}

# An object by its namespace and its name.
is_place(value) if regex.match(`^[a-z0-9][-a-z0-9]*/[a-z0-9][-a-z0-9.]*$`, value)

token(value) := "a private key" if contains(value, "-----BEGIN ")

else := "an access key of AWS" if {
	regex.match(`(^|[^A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}($|[^A-Z0-9])`, value)
} else := "a token of GitHub" if {
	regex.match(`gh[pousr]_[A-Za-z0-9]{36}`, value)
} else := "a token of Slack" if {
	regex.match(`xox[abprs]-[A-Za-z0-9-]{10,}`, value)
} else := "a key of Google" if {
	regex.match(`AIza[A-Za-z0-9_-]{35}`, value)
} else := "a password in a URL" if {
	regex.match(`[a-z][a-z0-9+.-]*://[^/@:$ ]+:[^/@$ {}<>]+@`, value)
}
