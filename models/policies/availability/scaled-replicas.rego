# METADATA
# title: Fewest replicas of an autoscaler
# description: "Where load is low an autoscaler leaves as few copies as it may; one is away whenever its node is."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
# custom:
#   standard: "Kubernetes documentation, disruptions"
#   help: "set `minReplicas: 2` or more"
#   components: HorizontalPodAutoscaler
package design.availability.scaled_replicas

warn contains {"msg": msg, "component": scaler.id, "path": ["spec", "minReplicas"]} if {
	some scaler in input.components
	scaler.kind == "HorizontalPodAutoscaler"
	object.get(scaler.object, ["spec", "minReplicas"], 1) in {0, 1, null}
	msg := "this autoscaler may leave one copy or none"
}
