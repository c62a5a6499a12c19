//! What the containers of a pod share.

use design_source::Traced;

use super::{Conversion, Service, said, text, texts, truth};
use crate::node::Node;
use crate::{object_name, quantity};

impl Conversion<'_> {
    /// What a service says about the pod that runs it.
    pub(super) fn pod(&mut self, service: Service<'_>, pod: &mut Traced) {
        self.host_names(service, pod);
        self.names_and_addresses(service, pod);
        if let Some(node) = service.some("stop_grace_period") {
            match node.scalar().and_then(|text| quantity::seconds(&text)) {
                Some(seconds) => pod.set("terminationGracePeriodSeconds", said(node, seconds)),
                None => self.invalid(service, "stop_grace_period", "a duration such as `1m30s`", node),
            }
        }
        if let Some(node) = service.some("stop_signal") {
            let why = "the signal is that of the image; set STOPSIGNAL when it is built";
            self.inexpressible(service, "stop_signal", why, node.place());
        }
        self.shared_namespaces(service, pod);
        self.pod_security(service, pod);
        self.placement(service, pod);
        self.platform(service, pod);
        if let Some(label) = service.steering("kompose.serviceaccount-name") {
            pod.set("serviceAccountName", label.said());
        }
        if let Some(label) = service.steering("kompose.image-pull-secret") {
            let reference = Traced::mapping(label.node.span).with("name", label.said());
            pod.set("imagePullSecrets", Traced::list(label.node.span, vec![reference]));
        }
        if let Some(image) = service.steering("kompose.init.containers.image") {
            let name = service.steering("kompose.init.containers.name");
            let name = name.map_or_else(|| Traced::new(image.node.span, "init-service"), |name| name.said());
            let mut init = Traced::mapping(image.node.span).with("name", name).with("image", image.said());
            if let Some(command) = service.steering("kompose.init.containers.command") {
                let words = init_command(&command.text);
                let words = words.iter().map(|word| Traced::new(command.node.span, word.as_str())).collect();
                init.set("command", Traced::list(command.node.span, words));
            }
            pod.entry_list("initContainers", image.node.span).push(init);
        }
    }

    fn host_names(&mut self, service: Service<'_>, pod: &mut Traced) {
        for (key, to) in [("hostname", "hostname"), ("domainname", "subdomain")] {
            let Some(node) = service.some(key) else { continue };
            let Some(name) = node.scalar() else { continue };
            let is_other = pod.get(to).and_then(Traced::as_str).is_some_and(|known| *known != *name);
            if is_other {
                self.inexpressible(
                    service,
                    key,
                    "a pod has one name, and the first of its services gave one",
                    node.place(),
                );
            } else if object_name(&name) == *name {
                pod.set(to, said(node, name));
            } else {
                let why = "the name of a pod is one label: lower case letters, digits and `-`";
                self.inexpressible(service, key, why, node.place());
            }
        }
    }

    fn names_and_addresses(&mut self, service: Service<'_>, pod: &mut Traced) {
        for (key, to) in [("dns", "nameservers"), ("dns_search", "searches")] {
            if let Some(node) = service.some(key).filter(|node| !node.elements().is_empty()) {
                pod.entry("dnsConfig", node.place()).set(to, texts(node));
            }
        }
        for node in service.some("dns_opt").map(Node::elements).unwrap_or_default() {
            let Some(written) = node.scalar() else { continue };
            let (name, value) =
                written.split_once(':').map_or((written.as_str(), None), |(name, value)| (name, Some(value)));
            let option = Traced::mapping(node.span)
                .with("name", said(node, name))
                .with_some("value", value.map(|value| said(node, value)));
            pod.entry("dnsConfig", node.span).entry_list("options", node.span).push(option);
        }
        for (host, node) in service.some("extra_hosts").map(Node::entries).unwrap_or_default() {
            let addresses = if node.elements().is_empty() { std::slice::from_ref(node) } else { node.elements() };
            for address in addresses {
                let Some(ip) = address.scalar() else { continue };
                let ip = ip.trim_matches(['[', ']']);
                if ip == "host-gateway" {
                    let why = "a pod has no host whose address it could be given";
                    self.inexpressible(service, "extra_hosts", why, address.place());
                    continue;
                }
                let name = Traced::new(address.place(), host.clone());
                let aliases = pod.entry_list("hostAliases", address.place());
                let known = match &mut aliases.data {
                    design_source::Data::List(list) => {
                        list.iter_mut().find(|alias| alias.get("ip").and_then(Traced::as_str) == Some(ip))
                    }
                    _ => None,
                };
                if let Some(alias) = known {
                    alias.entry_list("hostnames", address.place()).push(name);
                } else {
                    let alias = Traced::mapping(address.place())
                        .with("ip", said(address, ip))
                        .with("hostnames", Traced::list(address.place(), vec![name]));
                    aliases.push(alias);
                }
            }
        }
    }

    fn shared_namespaces(&mut self, service: Service<'_>, pod: &mut Traced) {
        for (key, to) in [("pid", "hostPID"), ("ipc", "hostIPC"), ("network_mode", "hostNetwork")] {
            let Some(node) = service.some(key) else { continue };
            let Some(mode) = node.scalar() else { continue };
            match (key, mode.as_str()) {
                (_, "host") => {
                    pod.set(to, said(node, true));
                    if key == "network_mode" {
                        // Names of services are found from the network of the node only when asked for.
                        pod.set("dnsPolicy", said(node, "ClusterFirstWithHostNet"));
                    }
                }
                ("network_mode", "bridge" | "default") | ("ipc", "private" | "shareable") => {}
                ("network_mode", mode) if mode.strip_prefix("service:").is_some() => {
                    let other = mode.strip_prefix("service:").unwrap_or_default();
                    if self.project.services.get(other).is_none() {
                        self.problems.push(self.project.services.undefined("service", other, node.span));
                    }
                }
                ("pid" | "ipc", mode) if self.shares_pod(service, mode) => {
                    if key == "pid" {
                        pod.set("shareProcessNamespace", said(node, true));
                    }
                }
                _ => {
                    let why = "only the containers of one pod share it: give both services the same \
                               `kompose.service.group` label";
                    self.inexpressible(service, key, why, node.place());
                }
            }
        }
        if let Some(node) = service.some("init").filter(|_| truth(self, service, "init")) {
            pod.set("shareProcessNamespace", said(node, true));
            let what = "the pod shares one process namespace, whose first process reaps what is left";
            self.loosely(service, "init", what, node.place());
        }
    }

    /// Whether a mode names a service of the same pod.
    fn shares_pod(&self, service: Service<'_>, mode: &str) -> bool {
        let other = mode.strip_prefix("service:").and_then(|other| self.project.services.position(other));
        other.is_some_and(|other| self.groups.leader(other) == self.groups.leader(service.position))
    }

    fn pod_security(&mut self, service: Service<'_>, pod: &mut Traced) {
        for node in service.some("group_add").map(Node::elements).unwrap_or_default() {
            match node.as_integer() {
                Some(group) => {
                    let context = pod.entry("securityContext", node.span);
                    context.entry_list("supplementalGroups", node.span).push(said(node, group));
                }
                None => self.inexpressible(service, "group_add", "Kubernetes knows groups by number only", node.span),
            }
        }
        if let Some(label) = service.steering("kompose.security-context.fsgroup") {
            match label.node.as_integer() {
                Some(group) => pod.entry("securityContext", label.node.span).set("fsGroup", said(label.node, group)),
                None => self.invalid(service, "labels", "the number of a group", label.node),
            }
        }
        for (name, node) in service.some("sysctls").map(Node::entries).unwrap_or_default() {
            let Some(value) = text(node) else { continue };
            let setting = Traced::mapping(node.place())
                .with("name", Traced::new(node.place(), name.clone()))
                .with("value", value);
            pod.entry("securityContext", node.place()).entry_list("sysctls", node.place()).push(setting);
        }
        if let Some(node) = service.some("ulimits").filter(|node| !node.entries().is_empty()) {
            self.inexpressible(service, "ulimits", "the container runtime of the node sets limits", node.place());
        }
        if let Some(node) = service.some("runtime") {
            let why = "a RuntimeClass of the cluster names a runtime, and which one is not known here";
            self.inexpressible(service, "runtime", why, node.place());
        }
    }

    /// The operating system and architecture of the nodes.
    fn platform(&mut self, service: Service<'_>, pod: &mut Traced) {
        let Some(node) = service.some("platform") else { return };
        let Some(written) = node.scalar() else { return };
        let mut parts = written.split('/');
        let (system, architecture) = (parts.next().unwrap_or_default(), parts.next());
        if !matches!(system, "linux" | "windows") {
            self.inexpressible(service, "platform", "a node runs `linux` or `windows`", node.place());
            return;
        }
        let architecture = match architecture {
            Some("x86_64" | "x86-64") => Some("amd64"),
            Some("aarch64") => Some("arm64"),
            other => other,
        };
        let selector = pod.entry("nodeSelector", node.place());
        selector.set("kubernetes.io/os", said(node, system));
        if let Some(architecture) = architecture {
            selector.set("kubernetes.io/arch", said(node, architecture));
        }
        if let Some(variant) = parts.next() {
            let _ = variant;
            self.inexpressible(
                service,
                "platform",
                "a node does not say the variant of its architecture",
                node.place(),
            );
        }
    }
}

/// The words of an init container's command as Kompose reads them: a list between brackets, or one word.
fn init_command(text: &str) -> Vec<String> {
    if !text.contains(',') {
        return vec![text.to_owned()];
    }
    let inside = text.trim().trim_matches(['[', ']']).trim();
    inside.split(',').map(|word| word.trim().trim_matches(['"', '\'', ' ']).to_owned()).collect()
}
