//! Who a container is and what it may do.

use design_vocabulary::{Object, Segment, Value};

use super::{Project, add_to, deeper, integer, scalar};

impl Project<'_> {
    /// A security context of a pod or a container. What is there already goes first: a container's own.
    #[expect(clippy::match_same_arms, reason = "an arm for each field, in the order of the specification")]
    pub(super) fn security(&mut self, index: usize, context: &Value, path: &[Segment], service: &mut Object) {
        let number = |key: &str| context.get(key).and_then(integer);
        if let Some(user) = number("runAsUser").filter(|_| !service.contains_key("user")) {
            let user = number("runAsGroup").map_or(user.to_string(), |group| format!("{user}:{group}"));
            service.insert("user", user.as_str().into());
        }
        for (key, value) in context.as_object().into_iter().flat_map(Object::iter) {
            let here = deeper(path, &[key]);
            let is_on = value.as_bool() == Some(true);
            match key.as_str() {
                "runAsUser" => {}
                "runAsGroup" if number("runAsUser").is_some() => {}
                // Whoever has a number other than 0 is not root.
                "runAsNonRoot" if number("runAsUser").is_some_and(|user| user > 0) || !is_on => {}
                "runAsNonRoot" if service.get_str("user").is_some_and(|user| !user.starts_with('0')) => {}
                "privileged" | "readOnlyRootFilesystem" => {
                    if is_on {
                        let to = if key == "privileged" { "privileged" } else { "read_only" };
                        service.insert(to, true.into());
                    }
                }
                "allowPrivilegeEscalation" => {
                    if value.as_bool() == Some(false) {
                        add_to(service, "security_opt", "no-new-privileges:true".into());
                    }
                }
                "capabilities" => {
                    for (side, to) in [("add", "cap_add"), ("drop", "cap_drop")] {
                        for name in value.get(side).and_then(Value::as_array).unwrap_or_default() {
                            add_to(service, to, name.clone());
                        }
                    }
                }
                "seccompProfile" | "appArmorProfile" => {
                    let option = if key == "seccompProfile" { "seccomp" } else { "apparmor" };
                    match (value.get("type").and_then(Value::as_str), value.get("localhostProfile").and_then(scalar)) {
                        (Some("RuntimeDefault"), _) => {}
                        (Some("Unconfined"), _) => {
                            add_to(service, "security_opt", format!("{option}:unconfined").as_str().into());
                        }
                        (Some("Localhost"), Some(profile)) if option == "apparmor" => {
                            add_to(service, "security_opt", format!("{option}:{profile}").as_str().into());
                        }
                        _ => self.field(index, &here, "a profile lies on the host"),
                    }
                }
                "seLinuxOptions" => {
                    for (name, value) in value.as_object().into_iter().flat_map(Object::iter) {
                        let value = scalar(value).unwrap_or_default();
                        add_to(service, "security_opt", format!("label:{name}:{value}").as_str().into());
                    }
                }
                "supplementalGroups" => {
                    let groups = value.as_array().unwrap_or_default().iter().filter_map(scalar);
                    groups.for_each(|group| add_to(service, "group_add", group.into()));
                }
                "fsGroup" => {
                    if let Some(group) = scalar(value) {
                        add_to(service, "group_add", group.into());
                    }
                    self.field(index, &here, "the container joins the group, but its volumes do not belong to it");
                }
                "fsGroupChangePolicy" => {}
                "sysctls" => {
                    for setting in value.as_array().unwrap_or_default() {
                        let name = setting.get("name").and_then(scalar).unwrap_or_default();
                        let value = setting.get("value").and_then(scalar).unwrap_or_default();
                        super::set_in(service, "sysctls", &name, value.into());
                    }
                }
                _ => self.field(index, &here, "compose has no such word"),
            }
        }
    }
}
