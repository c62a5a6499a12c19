//! The search for what one field names: an object by its name, by its labels, or by its host name, and parts of it.

use std::rc::Rc;
use std::sync::Arc;

use design_registry::{By, FieldRelationships, PartKind, Registry};
use design_vocabulary::{Component, Design, Path, Segment, Text, Value};
use foldhash::{HashMap, HashMapExt};

use crate::host::{Certainty, Host, hosts, is_address_name};
use crate::index::{Index, KindKey, NAMESPACE, namespace, text};
use crate::infer::{Inferred, Missing, Rule, Stopped};
use crate::part::{Part, PartName, Parts, Wanted, beside, text_beside};
use crate::{Detail, Edge};

/// Looking at so many objects costs as much as finding one edge.
const LOOKS_AN_EDGE: usize = 64;

/// One field that names something.
#[derive(Clone, Copy)]
pub(crate) struct Field<'f, 'a> {
    pub rule: &'f Rule,
    /// The component that has it.
    pub number: usize,
    pub component: &'a Component,
    /// Where it is, below the configuration.
    pub path: &'f [Segment],
    pub value: &'a Value,
}

impl<'a> Field<'_, 'a> {
    /// Its path from the component's root.
    pub(crate) fn full(&self) -> Arc<[Segment]> {
        full(self.path)
    }

    /// The value under a key of the mapping that holds it.
    fn beside(&self, key: &str) -> Option<&'a Value> {
        beside(&self.component.configuration, self.path, key)
    }
}

/// The object that a value names.
#[derive(Clone, Copy)]
pub(crate) struct Target<'t> {
    pub kind: KindKey<'t>,
    pub namespace: &'t str,
    pub name: &'t str,
}

/// What a service makes of a host name with a port.
#[derive(Clone, Copy)]
enum Listening {
    /// It listens there, or nobody can say.
    OnPort,
    /// It is called, and does not listen there.
    OnOthers,
    /// It is not called: the text only looks like it.
    NoCall,
}

/// The state of a search through the fields of a design.
pub(crate) struct Search<'a> {
    pub(crate) design: &'a Design,
    pub(crate) index: &'a Index<'a>,
    pub(crate) found: Inferred,
    parts: Parts<'a>,
    /// What selectors with many candidates select, by what they ask for and where.
    pub(crate) selected: HashMap<(KindKey<'static>, Option<Text>, String), Rc<[usize]>>,
    /// How many objects were looked at.
    pub(crate) looks: usize,
    /// How many edges were found and taken.
    taken: usize,
    allowed: usize,
    wants_elsewhere: bool,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        design: &'a Design,
        index: &'a Index<'a>,
        relationships: &'static FieldRelationships,
        allowed: usize,
        wants_elsewhere: bool,
    ) -> Self {
        Self {
            design,
            index,
            found: Inferred::default(),
            parts: Parts::of(relationships),
            selected: HashMap::new(),
            looks: 0,
            taken: 0,
            allowed,
            wants_elsewhere,
        }
    }

    /// Whether there were too many edges to go on.
    pub(crate) fn has_stopped(&self) -> bool {
        self.found.stopped.is_some()
    }

    /// Takes what was found since the last time.
    pub(crate) fn take(&mut self) -> Inferred {
        self.taken += self.found.edges.len();
        let stopped = self.found.stopped.clone();
        std::mem::replace(&mut self.found, Inferred { stopped, ..Inferred::default() })
    }

    /// What the search cost so far, in edges.
    pub(crate) fn cost(&self) -> usize {
        self.taken + self.found.edges.len() + self.looks / LOOKS_AN_EDGE
    }

    /// An object of a kind that the design defines.
    pub(crate) fn definition(&mut self, rule: &Rule, number: usize, component: &Component) {
        let path: Arc<[Segment]> = ["component".into(), "kind".into()].into();
        if let Some(to) = self.index.definition(component) {
            return self.edge(rule, number, to, &path, None);
        }
        if self.wants_elsewhere && component.group().contains('.') {
            let field = Field { rule, number, component: &Component::default(), path: &[], value: &Value::Null };
            let kind = ("CustomResourceDefinition", "apiextensions.k8s.io");
            let name = format!("{}.{}", component.kind, component.group());
            self.missing(&field, path, Target { kind, namespace: "", name: &name }, None, false);
        }
    }

    /// Looks at one field.
    pub(crate) fn field(&mut self, field: &Field<'_, 'a>) {
        let definition = field.rule.definition;
        if self.has_stopped() || definition.unless.as_deref().is_some_and(|key| field.beside(key).is_some()) {
            return;
        }
        match definition.by {
            By::Name => self.by_name(field),
            By::Object => self.by_object(field),
            By::Selector => self.by_selector(field),
            By::Host => self.by_host(field),
            By::MeshHost => self.by_mesh_host(field),
            By::Resource => self.by_resource(field),
            By::Parameter => self.by_parameter(field),
            By::Within => self.within(field),
            By::Definition => {}
        }
    }

    fn by_name(&mut self, field: &Field<'_, 'a>) {
        let definition = field.rule.definition;
        let (Some(written), Some(kind)) = (field.value.as_str().filter(|name| !name.is_empty()), &definition.to.kind)
        else {
            return;
        };
        let group = definition.to.group.as_str();
        // No name holds a star: it stands for any text.
        if written.contains('*') {
            if (kind.as_str(), group) == NAMESPACE && !self.index.is_inhabited_like(written) {
                let target = Target { kind: NAMESPACE, namespace: "", name: written };
                self.missing(field, field.full(), target, None, false);
            }
            return;
        }
        if let Some(path) = &field.rule.beside_pods {
            return self.beside_pods(field, path, (kind, group), written);
        }
        // Names hold no slash, so one stands between a namespace and a name.
        let (namespace, name) = written.split_once('/').unwrap_or((namespace(field.component), written));
        let optional = definition.optional.as_deref().and_then(|key| field.beside(key)).and_then(Value::as_bool);
        let groups = std::iter::once(group).chain(definition.to.also.iter().map(String::as_str));
        let mut targets = groups.map(|group| Target { kind: (kind, group), namespace, name });
        let target = targets.find(|target| self.find(*target).is_some());
        let target = target.unwrap_or(Target { kind: (kind, group), namespace, name });
        self.reference(field, target, field.path, optional.unwrap_or(false));
    }

    fn by_object(&mut self, field: &Field<'_, 'a>) {
        let Some(name) = text(field.value, "name").filter(|name| !name.is_empty()) else { return };
        let to = &field.rule.definition.to;
        let Some(kind) = text(field.value, "kind").or(to.kind.as_deref()) else { return };
        if field.rule.definition.only.as_deref().is_some_and(|only| only != kind) {
            return;
        }
        let group = group_of(field.value).unwrap_or(&to.group);
        let path: Path = field.path.iter().cloned().chain([Segment::from("name")]).collect();
        let namespace = text(field.value, "namespace").unwrap_or(namespace(field.component));
        let optional = field.rule.definition.optional.as_deref().and_then(|key| field.value.get(key)?.as_bool());
        let target = Target { kind: (kind, group), namespace, name };
        self.reference(field, target, &path, optional.unwrap_or(false));
    }

    /// A name in a rule that says of which resources it is: one of them is enough.
    fn by_resource(&mut self, field: &Field<'_, 'a>) {
        let Some(name) = field.value.as_str() else { return };
        let to = &field.rule.definition.to;
        let listed = field.beside("resources").and_then(Value::as_array).unwrap_or_default();
        let kinds: Vec<&String> = listed.iter().filter_map(|listed| to.resources.get(listed.as_str()?)).collect();
        let target = |kind| Target { kind: (kind, &to.group), namespace: namespace(field.component), name };
        let found: Vec<usize> = kinds.iter().filter_map(|kind| self.find(target(kind.as_str()))).collect();
        let path = field.full();
        for to in &found {
            self.edge(field.rule, field.number, *to, &path, None);
        }
        if let (true, Some(kind)) = (found.is_empty(), kinds.first()) {
            self.missing(field, path, target(kind.as_str()), None, false);
        }
    }

    /// A parameter of what another object declares: that object says of which kind.
    fn by_parameter(&mut self, field: &Field<'_, 'a>) {
        let rule = field.rule;
        let (Some(through), Some((path, says))) = (&rule.definition.through, &rule.through) else { return };
        let Some(name) = text(field.value, "name") else { return };
        let declared = path.first_text(&field.component.configuration);
        let declared = declared.and_then(|name| self.index.named((&through.kind, &through.group), "", name));
        let Some(declared) = declared.and_then(|number| self.design.components.get(number)) else { return };
        let Some(says) = says.first_value(&declared.configuration) else { return };
        let Some(kind) = text(says, "kind") else { return };
        let kind = (kind, group_of(says).unwrap_or_default());
        let path: Path = field.path.iter().cloned().chain([Segment::from("name")]).collect();
        let namespace = text(field.value, "namespace").unwrap_or_default();
        self.reference(field, Target { kind, namespace, name }, &path, false);
    }

    /// Fields inside a mapping that name parts of the same mapping.
    fn within(&mut self, field: &Field<'_, 'a>) {
        let Some(element) = field.value.as_object() else { return };
        let path: Path = field.path.iter().cloned().chain([Segment::from("name")]).collect();
        let component = field.component;
        for part in &field.rule.parts {
            let wanted = part.wanted(&component.configuration, &path);
            if wanted.is_empty() {
                continue;
            }
            let has = self.parts.within(element, part.definition.part);
            for wanted in wanted.iter().filter(|wanted| !has.has(wanted)) {
                let kind = (component.kind.as_str(), component.group());
                let target =
                    Target { kind, namespace: namespace(component), name: component.name().unwrap_or_default() };
                self.missing_part(field, target, part.definition.part, wanted, false);
            }
        }
    }

    fn by_host(&mut self, field: &Field<'_, 'a>) {
        let Some(written) = field.value.as_str() else { return };
        let definition = field.rule.definition;
        // A variable that is called after an address makes a lone word one.
        let is_element = matches!(field.path, [.., Segment::Index(_), Segment::Key(_)]);
        let variable = || text_beside(&field.component.configuration, field.path, "name");
        let hints = definition.certain || (is_element && variable().is_some_and(is_address_name));
        let mut calls: Vec<(usize, Detail)> = Vec::new();
        for host in hosts(written) {
            if host.certainty == Certainty::Word && !hints {
                continue;
            }
            let in_namespace = host.namespace.unwrap_or(namespace(field.component));
            let target = Target { kind: ("Service", ""), namespace: in_namespace, name: host.service };
            if let Some((to, target)) = self.called(field, target, &host) {
                let port = match self.listens(field, to, target, &host, hints) {
                    Listening::OnPort => host.port,
                    Listening::OnOthers => None,
                    Listening::NoCall => continue,
                };
                let beside = self.parts_of(field, field.path, &[to], target, false);
                call(&mut calls, to, host.scheme, port, beside.as_deref());
                continue;
            }
            let is_sure = match host.certainty {
                Certainty::ClusterName => true,
                Certainty::LocalAddress => hints,
                Certainty::Word => definition.certain,
                Certainty::Address => false,
            };
            if is_sure {
                self.missing(field, field.full(), target, None, false);
            }
        }
        for (to, detail) in calls {
            let path = field.full();
            self.edge(field.rule, field.number, to, &path, Some(Arc::new(detail)));
        }
    }

    /// The service that a host name names: by itself, or with a pod's name before it.
    fn called<'t>(&self, field: &Field<'_, 't>, target: Target<'t>, host: &Host<'t>) -> Option<(usize, Target<'t>)> {
        if let Some(to) = self.find(target) {
            return Some((to, target));
        }
        let is_pod = target.name.rsplit_once('-').is_some_and(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()));
        let service = host.namespace.filter(|_| is_pod && host.certainty == Certainty::Address)?;
        let target = Target { namespace: namespace(field.component), name: service, ..target };
        Some((self.find(target)?, target))
    }

    /// Whether a host is a call of a service, and on which of its ports. It is one where the service listens on the port, and
    /// where the place of the host leaves no doubt: then the port is what is wrong, and is told of.
    fn listens(
        &mut self,
        field: &Field<'_, 'a>,
        to: usize,
        target: Target<'_>,
        host: &Host<'_>,
        hints: bool,
    ) -> Listening {
        let (Some(number), Some(compared)) = (host.port, field.rule.parts.first()) else { return Listening::OnPort };
        let Some(component) = self.design.components.get(to) else { return Listening::NoCall };
        let set = self.parts.set(self.index, to, component, PartKind::Port).filter(|_| !compared.is_free(component));
        let wanted = Wanted { name: PartName::Number(i64::from(number)), protocol: None, path: field.path.to_vec() };
        if set.is_none_or(|set| set.has(&wanted)) {
            return Listening::OnPort;
        }
        if !hints && !host.is_called {
            return Listening::NoCall;
        }
        self.missing_part(field, target, PartKind::Port, &wanted, false);
        Listening::OnOthers
    }

    pub(crate) fn reference(&mut self, field: &Field<'_, 'a>, target: Target<'_>, path: &[Segment], optional: bool) {
        if let Some(to) = self.find(target) {
            let detail = self.parts_of(field, path, &[to], target, optional);
            let before = self.found.edges.len();
            self.edge(field.rule, field.number, to, &full(path), detail);
            // What may be missing is not waited for.
            if let Some(edge) = self.found.edges.get_mut(before).filter(|_| optional) {
                edge.is_need = false;
            }
            return;
        }
        if self.index.is_own(field.number, target.kind, target.name) {
            return;
        }
        // A namespace is there as soon as something lies in it.
        if target.kind == NAMESPACE && self.index.is_inhabited(target.name) && !self.wants_elsewhere {
            return;
        }
        let in_cluster = self.index.is_in_cluster(field.number) && field.rule.definition.by == By::Name;
        let (kind, group) = target.kind;
        let is_of_cluster = Registry::builtin().find(group, kind).is_some_and(|kind| !kind.namespaced);
        let namespace = if in_cluster || is_of_cluster { "" } else { target.namespace };
        self.missing(field, full(path), Target { namespace, ..target }, None, optional);
    }

    /// Compares the parts that are named near a field with those of the objects that it names; what none of them has is
    /// told of. Returns what the edges say of it.
    pub(crate) fn parts_of(
        &mut self,
        field: &Field<'_, 'a>,
        path: &[Segment],
        targets: &[usize],
        named: Target<'_>,
        optional: bool,
    ) -> Option<Arc<Detail>> {
        let mut detail = Detail::default();
        for part in &field.rule.parts {
            let kind = part.definition.part;
            let wanted = part.wanted(&field.component.configuration, path);
            if wanted.is_empty() {
                continue;
            }
            let mut sets = Vec::with_capacity(targets.len());
            let mut is_free = false;
            for target in targets {
                let Some(component) = self.design.components.get(*target) else { continue };
                is_free |= part.is_free(component);
                match self.parts.set(self.index, *target, component, kind) {
                    Some(set) => sets.push(set),
                    None => is_free = true,
                }
            }
            for wanted in wanted {
                self.looks += sets.len();
                if is_free || sets.iter().any(|set| set.has(&wanted)) {
                    detail.add(kind, wanted.name.text());
                } else {
                    self.missing_part(field, named, kind, &wanted, optional);
                }
            }
        }
        (detail != Detail::default()).then(|| Arc::new(detail))
    }

    pub(crate) fn find(&self, target: Target<'_>) -> Option<usize> {
        self.index.named(target.kind, target.namespace, target.name)
    }

    pub(crate) fn edge(
        &mut self,
        rule: &Rule,
        from: usize,
        to: usize,
        path: &Arc<[Segment]>,
        detail: Option<Arc<Detail>>,
    ) {
        // An object that names itself (a custom resource definition its own conversion, a drawing) is no relationship.
        let is_none = from == to || self.design.components.get(to).is_none_or(|component| component.is_annotation);
        if is_none || !self.has_room(from, path) {
            return;
        }
        let definition = rule.definition;
        self.found.edges.push(Edge {
            from,
            to,
            kind: definition.kind.as_str().into(),
            type_name: definition.type_name.as_str().into(),
            sub_type: definition.sub_type.as_str().into(),
            relationship: None,
            definition: Some(&definition.name),
            path: Arc::clone(path),
            is_need: definition.is_need(),
            detail,
        });
    }

    /// Whether there may be more edges; the first field for which there may not be is remembered.
    pub(crate) fn has_room(&mut self, from: usize, path: &Arc<[Segment]>) -> bool {
        if !self.has_stopped() && self.cost() >= self.allowed {
            self.found.stopped = Some(Stopped { component: from, path: Arc::clone(path), allowed: self.allowed });
        }
        !self.has_stopped()
    }

    fn missing_part(
        &mut self,
        field: &Field<'_, 'a>,
        target: Target<'_>,
        kind: PartKind,
        wanted: &Wanted<'_>,
        optional: bool,
    ) {
        let part = Part { kind, name: wanted.name.text() };
        self.missing(field, full(&wanted.path), target, Some(part), optional);
    }

    pub(crate) fn missing(
        &mut self,
        field: &Field<'_, '_>,
        path: Arc<[Segment]>,
        target: Target<'_>,
        part: Option<Part>,
        optional: bool,
    ) {
        let definition = field.rule.definition;
        let is_known = definition.known.iter().any(|known| match known.strip_suffix('*') {
            Some(start) => target.name.starts_with(start),
            None => target.name == known,
        });
        let is_elsewhere = (is_known || definition.elsewhere || definition.by == By::Definition) && part.is_none();
        if is_elsewhere && !self.wants_elsewhere {
            return;
        }
        // What nobody wrote is not told: an object without a namespace goes wherever it is applied.
        let is_written = target.namespace != namespace(field.component) || field.component.namespace().is_some();
        let missing = Missing {
            from: field.number,
            kind: target.kind.0.into(),
            group: target.kind.1.into(),
            namespace: if is_written { target.namespace.into() } else { Text::new() },
            name: target.name.into(),
            part,
            path,
            optional,
            definition: &definition.name,
        };
        match (is_elsewhere, is_known) {
            (false, _) => self.found.missing.push(missing),
            (true, false) => self.found.elsewhere.push(missing),
            (true, true) => self.found.known.push(missing),
        }
    }
}

/// A field of the configuration as a path from the component's root.
fn full(path: &[Segment]) -> Arc<[Segment]> {
    std::iter::once(Segment::from("configuration")).chain(path.iter().cloned()).collect()
}

/// The group that a reference names, in whichever of the ways that Kubernetes has.
fn group_of(value: &Value) -> Option<&str> {
    let of_version = |version: &'_ str| version.split_once('/').map_or(0, |(group, _)| group.len());
    let version = text(value, "apiVersion").map(|version| version.get(..of_version(version)).unwrap_or_default());
    version.or_else(|| text(value, "apiGroup").or(text(value, "group")))
}

/// Adds a call to those of one field: one edge a service, however often the field names it.
fn call(calls: &mut Vec<(usize, Detail)>, to: usize, scheme: Option<&str>, port: Option<u16>, beside: Option<&Detail>) {
    if !calls.iter().any(|(known, _)| *known == to) {
        calls.push((to, beside.cloned().unwrap_or_default()));
    }
    if let Some((_, detail)) = calls.iter_mut().find(|(known, _)| *known == to) {
        detail.scheme = detail.scheme.take().or_else(|| scheme.map(Text::from));
        if let Some(port) = port {
            detail.add(PartKind::Port, port.to_string().into());
        }
    }
}
