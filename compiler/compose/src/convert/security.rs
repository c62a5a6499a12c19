//! Who a container is and what it may do.

use design_source::Traced;

use super::{Conversion, Service, said, texts, truth};
use crate::node::Node;

impl Conversion<'_> {
    pub(super) fn security_context(&mut self, service: Service<'_>) -> Option<Traced> {
        let mut context = Traced::mapping(service.place());
        if let Some(node) = service.some("user") {
            self.user(service, node, &mut context);
        }
        for (key, to) in [("privileged", "privileged"), ("read_only", "readOnlyRootFilesystem")] {
            if let Some(node) = service.some(key).filter(|_| truth(self, service, key)) {
                context.set(to, said(node, true));
            }
        }
        for (key, to) in [("cap_add", "add"), ("cap_drop", "drop")] {
            if let Some(node) = service.some(key).filter(|node| !node.elements().is_empty()) {
                let mut names = texts(node);
                if let design_source::Data::List(elements) = &mut names.data {
                    // Kubernetes leaves out the prefix that Linux has.
                    for element in elements {
                        if let Some(short) = element.as_str().and_then(|name| name.strip_prefix("CAP_")) {
                            *element = Traced::new(element.place, short);
                        }
                    }
                }
                context.entry("capabilities", node.place()).set(to, names);
            }
        }
        for option in service.some("security_opt").map(Node::elements).unwrap_or_default() {
            self.security_option(service, option, &mut context);
        }
        (!context.is_empty()).then_some(context)
    }

    fn user(&mut self, service: Service<'_>, node: &Node, context: &mut Traced) {
        let Some(written) = node.scalar() else { return };
        let (user, group) =
            written.split_once(':').map_or((written.as_str(), None), |(user, group)| (user, Some(group)));
        for (part, to) in [(Some(user), "runAsUser"), (group, "runAsGroup")] {
            match part.map(|part| (part, part.parse::<i64>())) {
                Some((_, Ok(number))) => context.set(to, said(node, number)),
                Some(("", _)) | None => {}
                Some(_) => {
                    let why = "Kubernetes knows users and groups by number only";
                    self.inexpressible(service, "user", why, node.place());
                }
            }
        }
    }

    fn security_option(&mut self, service: Service<'_>, node: &Node, context: &mut Traced) {
        let Some(written) = node.scalar() else { return };
        let (name, value) = written.split_once(['=', ':']).unwrap_or((&written, ""));
        match (name, value) {
            ("no-new-privileges", "" | "true") => context.set("allowPrivilegeEscalation", said(node, false)),
            ("no-new-privileges", "false") => context.set("allowPrivilegeEscalation", said(node, true)),
            ("seccomp", "unconfined") => {
                let profile = Traced::mapping(node.span).with("type", said(node, "Unconfined"));
                context.set("seccompProfile", profile);
            }
            ("apparmor", "unconfined") => {
                let profile = Traced::mapping(node.span).with("type", said(node, "Unconfined"));
                context.set("appArmorProfile", profile);
            }
            ("apparmor", profile) if !profile.is_empty() => {
                let profile = Traced::mapping(node.span)
                    .with("type", said(node, "Localhost"))
                    .with("localhostProfile", said(node, profile));
                context.set("appArmorProfile", profile);
            }
            ("label", value) => match value.split_once([':', '=']) {
                Some((key @ ("level" | "type" | "user" | "role"), value)) => {
                    context.entry("seLinuxOptions", node.span).set(key, said(node, value));
                }
                _ => self.inexpressible(service, "security_opt", "there is no such option of SELinux", node.span),
            },
            ("seccomp", _) => {
                let why = "a seccomp profile of one's own lies on the node";
                self.inexpressible(service, "security_opt", why, node.span);
            }
            _ => self.inexpressible(service, "security_opt", "a security context has no such option", node.span),
        }
    }
}
