# METADATA
# title: Replicas
# description: "One copy is away whenever its node is, or a new version starts."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
# custom:
#   standard: "Kubernetes documentation, disruptions"
#   help: "set `replicas: 2` or more, or let a HorizontalPodAutoscaler decide"
package design.availability.replicas

import data.design.library

warn contains {"msg": msg, "component": pod.component, "path": ["spec", "replicas"]} if {
	some pod in input.pods
	pod.kind in {"Deployment", "StatefulSet"}
	object.get(pod.object, ["spec", "replicas"], 1) in {1, null}
	not library.is_scaled(pod)
	msg := "there is one copy of these pods"
}
