# METADATA
# title: Node ports
# description: "A port on every node goes around what stands before the cluster."
# related_resources:
# - https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
# custom:
#   standard: "Kubernetes documentation, Service of the type NodePort"
#   help: "use the type ClusterIP with an Ingress or Gateway before it"
#   components: Service
package design.network_isolation.node_port

warn contains {"msg": msg, "component": service.id, "path": ["spec", "type"]} if {
	some service in input.components
	service.kind == "Service"
	service.object.spec.type == "NodePort"
	msg := "this Service opens a port on every node"
}
