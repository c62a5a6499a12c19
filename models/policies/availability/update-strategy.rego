# METADATA
# title: Update without a gap
# description: "`Recreate`, or all copies unavailable at once, leaves a gap at each new version."
# related_resources:
# - https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
# custom:
#   standard: "Kubernetes documentation, deployment strategy"
#   help: "use the type RollingUpdate with fewer copies away than there are"
package design.availability.update_strategy

warn contains {"msg": msg, "component": pod.component, "path": ["spec", "strategy", "type"]} if {
	some pod in input.pods
	pod.kind == "Deployment"
	pod.object.spec.strategy.type == "Recreate"
	msg := "each new version ends all copies before it starts"
}

warn contains {"msg": msg, "component": pod.component, "path": path} if {
	some pod in input.pods
	pod.kind == "Deployment"
	pod.object.spec.strategy.rollingUpdate.maxUnavailable == "100%"
	path := ["spec", "strategy", "rollingUpdate", "maxUnavailable"]
	msg := "each new version may end all copies at once"
}
