# METADATA
# title: Open load balancer
# description: "A load balancer without source ranges is open to everyone who reaches it."
# related_resources:
# - https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
# custom:
#   standard: "NSA/CISA Kubernetes Hardening Guide, network separation"
#   help: "set `loadBalancerSourceRanges`, or put an Ingress or Gateway before it"
#   components: Service
package design.network_isolation.open_sources

warn contains {"msg": msg, "component": service.id, "path": ["spec", "type"]} if {
	some service in input.components
	service.kind == "Service"
	service.object.spec.type == "LoadBalancer"
	not has_ranges(service.object.spec)
	msg := "this load balancer takes requests from everywhere"
}

has_ranges(spec) if count(spec.loadBalancerSourceRanges) > 0
