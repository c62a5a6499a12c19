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

# Names that people give to secrets. `..._FILE` and the like say where one lies.
is_secret_name(name) if {
	regex.match(`(?i)(^|[-_.]|[a-z])(password|passwd|passphrase|pwd|secret|secret[-_.]?key|api[-_.]?key|access[-_.]?key|private[-_.]?key|auth[-_.]?token|access[-_.]?token|token|credentials?)$`, name)
	not regex.match(`(?i)(^|[-_.])(public|max|min|num|count|enable|enabled|use|allow|disable)[-_.]`, name)
}

# A value that is neither empty nor says where to find another.
is_literal(value) if {
	is_string(value)
	count(value) >= 3
	not regex.match(`^(\$[({]|/|\{\{|file:|vault:|secret:|<)`, value)
	not lower(value) in {"true", "false", "none", "null", "changeme-from-secret"}
}

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
