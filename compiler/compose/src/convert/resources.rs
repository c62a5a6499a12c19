//! What a container may use and what it wants.

use design_source::Traced;

use super::{Conversion, Service, said};
use crate::node::Node;
use crate::quantity;

impl Conversion<'_> {
    pub(super) fn resources(&mut self, service: Service<'_>) -> Option<Traced> {
        let resources = service.some("deploy").and_then(|deploy| deploy.some("resources"));
        let place = resources.map_or(service.place(), |node| node.span);
        let mut whole = Traced::mapping(place);
        // The older keys of a service say the same; those of `deploy` win.
        for (key, side, name) in
            [("cpus", "limits", "cpu"), ("mem_limit", "limits", "memory"), ("mem_reservation", "requests", "memory")]
        {
            if let Some(node) = service.some(key) {
                self.amount(service, key, node, &mut whole, (side, name));
            }
        }
        for (key, side) in [("limits", "limits"), ("reservations", "requests")] {
            let Some(node) = resources.and_then(|resources| resources.some(key)) else { continue };
            for (name, amount) in node.entries() {
                let field = format!("deploy.resources.{key}.{name}");
                match name.as_str() {
                    "cpus" => self.amount(service, &field, amount, &mut whole, (side, "cpu")),
                    "memory" => self.amount(service, &field, amount, &mut whole, (side, "memory")),
                    "pids" => self.inexpressible(service, &field, "the kubelet limits processes", amount.place()),
                    "devices" => {
                        let why = "the resource of the device plugin, such as `nvidia.com/gpu`, is not known here";
                        self.inexpressible(service, &field, why, amount.place());
                    }
                    "generic_resources" => {
                        self.inexpressible(
                            service,
                            &field,
                            "the resources of the cluster are not known here",
                            amount.place(),
                        );
                    }
                    name if name.starts_with("x-") => {}
                    _ => self.invalid(service, &field, "`cpus`, `memory`, `pids` or `devices`", amount),
                }
            }
        }
        (!whole.is_empty()).then_some(whole)
    }

    fn amount(
        &mut self,
        service: Service<'_>,
        field: &str,
        node: &Node,
        whole: &mut Traced,
        (side, name): (&str, &str),
    ) {
        let Some(written) = node.scalar() else { return self.invalid(service, field, "a number", node) };
        let (quantity, expected) = if name == "cpu" {
            (quantity::processors(&written), "a number of processors such as `0.5`")
        } else {
            (quantity::bytes(&written).map(quantity::memory), "a size such as `50M`")
        };
        match quantity {
            // Nothing is no limit.
            Some(quantity) if quantity == "0" => {}
            Some(quantity) => whole.entry(side, node.place()).set(name, said(node, quantity.as_str())),
            None => self.invalid(service, field, expected, node),
        }
    }
}
