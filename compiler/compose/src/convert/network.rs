//! Networks: policies where they are asked for, and what else they say.

use design_source::Traced;
use design_vocabulary::{Span, Text};

use super::{Conversion, Service};
use crate::node::Node;
use crate::{Problem, object_name};

/// The label of the pods of a network.
fn label(network: &str) -> String {
    format!("design.network/{network}")
}

impl Conversion<'_> {
    /// The name of a network's policy.
    fn network_name(&self, network: &str) -> String {
        let declared = self.project.networks.get(network);
        let own = declared.and_then(|declared| declared.some("name")).and_then(Node::scalar);
        object_name(own.as_deref().unwrap_or(network))
    }

    /// Labels the pods of a service with its networks, where policies are asked for.
    pub(super) fn member_of_networks(&mut self, service: Service<'_>, metadata: &mut Traced) {
        for (network, node) in service.some("networks").map(Node::entries).unwrap_or_default() {
            if network != "default" && self.project.networks.get(network).is_none() {
                self.problems.push(self.project.networks.undefined("network", network, node.place()));
            }
            for key in ["ipv4_address", "ipv6_address", "link_local_ips", "mac_address"] {
                if let Some(node) = node.some(key) {
                    let why = "the cluster's network chooses addresses";
                    self.inexpressible(service, &format!("networks.{network}.{key}"), why, node.place());
                }
            }
            for key in ["driver_opts", "priority", "gw_priority", "interface_name"] {
                if let Some(node) = node.some(key) {
                    let why = "a pod has one network";
                    self.inexpressible(service, &format!("networks.{network}.{key}"), why, node.place());
                }
            }
            if self.options.network_policies {
                let key = label(&self.network_name(network));
                metadata.entry("labels", node.place()).set(key, Traced::new(node.place(), "true"));
            }
        }
    }

    /// The policies of the networks, and what is declared of networks that Kubernetes cannot say.
    pub(super) fn networks(&mut self) {
        let mut used: Vec<(Text, Span)> = Vec::new();
        for service in self.services() {
            for (network, node) in service.some("networks").map(Node::entries).unwrap_or_default() {
                if !used.iter().any(|(known, _)| known == network) {
                    used.push((network.clone(), node.place()));
                }
            }
        }
        for (name, node) in self.project.networks.iter() {
            for key in ["driver", "driver_opts", "ipam", "enable_ipv4", "enable_ipv6", "attachable"] {
                let Some(said) = node.some(key) else { continue };
                if key == "driver"
                    && said.scalar().is_some_and(|driver| matches!(driver.as_str(), "bridge" | "overlay" | "default"))
                {
                    continue;
                }
                let field = format!("networks.{name}.{key}");
                self.problems.push(Problem::Inexpressible {
                    field,
                    why: "the cluster has one network",
                    span: said.place(),
                });
            }
            if let Some(internal) = node.some("internal").filter(|node| node.as_bool() == Some(true)) {
                let field = format!("networks.{name}.internal");
                let why = "a policy about what leaves a pod would have to name the addresses outside";
                self.problems.push(Problem::Inexpressible { field, why, span: internal.place() });
            }
        }
        if self.options.network_policies {
            used.sort();
            for (network, place) in used {
                self.policy(&network, place);
            }
        } else if let [(_, first), _, ..] = used.as_slice() {
            let what = "every pod reaches every other; ask for network policies to keep networks apart".to_owned();
            self.problems.push(Problem::Loosely { field: "networks".to_owned(), what, span: *first });
        }
    }

    /// Only pods of a network reach the pods of it.
    fn policy(&mut self, network: &str, place: Span) {
        let place = self.project.networks.get(network).map_or(place, Node::place);
        let name = self.network_name(network);
        let pods = || {
            let labels = Traced::mapping(place).with(label(&name), Traced::new(place, "true"));
            Traced::mapping(place).with("matchLabels", labels)
        };
        let peer = Traced::mapping(place).with("podSelector", pods());
        let rule = Traced::mapping(place).with("from", Traced::list(place, vec![peer]));
        let spec = Traced::mapping(place)
            .with("podSelector", pods())
            .with("policyTypes", Traced::list(place, vec![Traced::new(place, "Ingress")]))
            .with("ingress", Traced::list(place, vec![rule]));
        let object = Traced::mapping(place).with("spec", spec);
        self.push("NetworkPolicy", "networking.k8s.io/v1", object, &Traced::new(place, name.as_str()));
    }

    /// Configs, volumes and networks that no service uses make no object, as with compose itself; secrets are made.
    pub(super) fn unused_declarations(&mut self) {
        for (sort, section) in [("configs", &self.project.configs), ("volumes", &self.project.volumes)] {
            for (name, node) in section.iter() {
                let name = object_name(node.some("name").and_then(Node::scalar).as_deref().unwrap_or(name));
                let kind = if sort == "configs" { "ConfigMap" } else { "PersistentVolumeClaim" };
                if !self.made.contains(&(kind, name)) {
                    let what = "no active service uses it, so it makes no object".to_owned();
                    self.problems.push(Problem::Loosely { field: sort.to_owned(), what, span: node.place() });
                }
            }
        }
    }
}
