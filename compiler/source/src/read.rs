//! Design files as designs.

use std::collections::HashMap;

use design_parameters::{Layers, substitute};
use design_registry::{Registry, nearest};
use design_syntax::{Document, Limit, NodeId, NodeRef, Rules, lower};
use design_vocabulary::{
    Component, Design, Endpoint, Misread, Object, Path, Relationship, RelationshipDefinition, Segment, SelectorItem,
    Span, Text, Value,
};

use crate::classify::{Form, classify, is_drawing_group};
use crate::external::{Declared, commented, external, not_texts};
use crate::fields;
use crate::manifests::noun;
use crate::map::{Base, Origin, follow};
use crate::{Level, Loaded, Open, Problem, legacy, uses};

/// Reads a design file of any version: with `components`, or in the legacy form with `services`. `fallback_name` names
/// a design that does not name itself.
pub fn read_design(document: Document, fallback_name: &str) -> Loaded {
    read_design_with(document, fallback_name, &Layers::default())
}

/// As [`read_design`], with values for its parameters.
pub fn read_design_with(mut document: Document, fallback_name: &str, layers: &Layers) -> Loaded {
    let is_legacy = classify(&document) == Form::LegacyDesign;
    document.set_rules(Rules::Core);
    let mut loaded = Loaded::default();
    let Some(root) = document.root() else { return loaded };
    let root = root.resolved();
    let mut syntax = Vec::new();
    let value = lower_design(root, &mut syntax);
    let bodies = bodies(root, is_legacy);
    syntax.retain(|problem| match problem {
        design_syntax::Problem::ReadDifferently { span, .. } => {
            let before = bodies.partition_point(|body| body.start <= span.start);
            before.checked_sub(1).and_then(|last| bodies.get(last)).is_some_and(|body| body.contains(*span))
        }
        _ => true,
    });
    loaded.problems.extend(syntax.into_iter().map(Problem::Syntax));
    let Value::Object(mut object) = value else {
        loaded.problems.push(Problem::NotAnObject { found: noun(root), span: root.span() });
        return loaded;
    };
    let mut parameters = Vec::new();
    let declared = design_parameters::Declared::read(&object, root, &mut parameters);
    loaded.values = declared.resolve(root, layers, &mut parameters);
    let substituted = substitute(&object, root, &mut loaded.values, &mut parameters);
    let symbolic = substituted.symbolic.as_ref();
    let sides = (&substituted.design, symbolic, &substituted.symbols);
    loaded.uses = uses::read(sides, (root, &document), &loaded.values, &mut parameters, &mut loaded.problems);
    loaded.problems.extend(parameters.into_iter().map(Problem::Parameters));
    object = substituted.design;
    let mut bases = Vec::new();
    let mut relationships: Vec<NodeId> = Vec::new();
    if is_legacy {
        legacy::report(root, &object, &mut loaded.problems);
        for (_, service) in root.get("services").into_iter().flat_map(NodeRef::entries) {
            bases.push(Base::Service(service.id()));
        }
        relationships = legacy::edge_nodes(root);
        object = legacy::modernize(&object);
    } else {
        let list = |key: &str| root.get(key).into_iter().flat_map(NodeRef::children);
        bases.extend(list("components").map(|node| Base::Component(node.id())));
        relationships.extend(list("relationships").map(NodeRef::id));
    }
    let mut reader = Reader { root, is_legacy, edges: 0, problems: &mut loaded.problems };
    let (design, kept) = reader.design(&object, fallback_name);
    loaded.design = design;
    if let Some(symbolic) = substituted.symbolic {
        let symbolic = if is_legacy { legacy::modernize(&symbolic) } else { symbolic };
        // What is wrong with it is wrong with the design, and told of there.
        let mut reader = Reader { root, is_legacy, edges: 0, problems: &mut Vec::new() };
        let components = reader.design(&symbolic, fallback_name).0.components;
        loaded.open = Some(Open { components, symbols: substituted.symbols });
    }
    let comments = commented(&document, &mut loaded.problems);
    for (external, span) in kept.externals.into_iter().chain(comments) {
        loaded.design.externals.push(external);
        loaded.map.push_external(span);
    }
    let number = loaded.map.push_document(document);
    for index in kept.components {
        // An element without a node comes through a merge key; the root then stands for it.
        let base = bases.get(index).cloned().unwrap_or(Base::Component(NodeId::ROOT));
        loaded.map.push_component(Origin { document: number, base });
    }
    for index in kept.relationships {
        loaded.map.push_relationship(number, relationships.get(index).copied().unwrap_or(NodeId::ROOT));
    }
    loaded
}

/// The value of a design: as [`lower`] reads it, but a version is a text. `version: 1.10` is a number to YAML; to people,
/// and to everyone who compares versions, it is what is written.
pub fn lower_design(root: NodeRef<'_>, problems: &mut Vec<design_syntax::Problem>) -> Value {
    let mut value = lower(root, problems);
    if let Value::Object(design) = &mut value {
        version_as_text(design, root);
        for key in ["components", "relationships", "services"] {
            let Some(list) = root.get(key) else { continue };
            let nodes: Vec<NodeRef<'_>> = list.children().chain(list.entries().map(|(_, value)| value)).collect();
            if let Some(list) = design.get_mut(key) {
                for (element, node) in elements_mut(list).into_iter().zip(nodes) {
                    version_as_text(element, node);
                    if let (Some(Value::Object(definition)), Some(node)) =
                        (element.get_mut("component"), node.get("component"))
                    {
                        version_as_text(definition, node);
                    }
                }
            }
        }
    }
    value
}

/// The mappings in a list or mapping, each in its place; nothing where one of them is something else.
fn elements_mut(list: &mut Value) -> Vec<&mut Object> {
    let values: Vec<&mut Value> = match list {
        Value::Array(elements) => elements.make_mut().iter_mut().collect(),
        Value::Object(object) => object.values_mut().collect(),
        _ => Vec::new(),
    };
    let count = values.len();
    let objects: Vec<&mut Object> = values
        .into_iter()
        .map_while(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        })
        .collect();
    if objects.len() == count { objects } else { Vec::new() }
}

fn version_as_text(object: &mut Object, node: NodeRef<'_>) {
    let is_number = matches!(object.get("version"), Some(Value::Number(_)));
    if let Some(written) = node.get("version").filter(|_| is_number) {
        object.insert("version", written.text().into());
    }
}

/// The spans of the bodies of objects, sorted: what goes to a manifest, and so is read by others too. Elsewhere in a design file
/// (positions on a canvas have a key `y`) only this reader counts.
fn bodies(root: NodeRef<'_>, is_legacy: bool) -> Vec<Span> {
    let components: Vec<NodeRef<'_>> = if is_legacy {
        root.get("services").into_iter().flat_map(NodeRef::entries).map(|(_, service)| service).collect()
    } else {
        root.get("components").into_iter().flat_map(NodeRef::children).collect()
    };
    let keys: &[&str] = if is_legacy { &["settings", "labels", "annotations"] } else { &["configuration"] };
    let bodies = components.iter().flat_map(|component| keys.iter().filter_map(|key| component.get(key)));
    let mut spans: Vec<Span> = bodies.map(NodeRef::span).collect();
    spans.sort_unstable();
    spans
}

/// Which elements of the lists of a file became part of the design.
struct Kept {
    components: Vec<usize>,
    relationships: Vec<usize>,
    externals: Vec<Declared>,
}

/// Edges that the relationships of one design may name: ten for each of a hundred thousand components.
const EDGES: usize = 1_000_000;

struct Reader<'a> {
    root: NodeRef<'a>,
    is_legacy: bool,
    /// How many edges the relationships read so far name.
    edges: usize,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn design(&mut self, object: &Object, fallback_name: &str) -> (Design, Kept) {
        let start = self.root.entries().next().map_or(self.root.span(), |(key, _)| key.span());
        self.unknown_fields(object, fields::DESIGN, Level::Design, &[]);
        let name = self.text(object, "name", &[]).filter(|name| !name.is_empty());
        if name.is_none() {
            self.problems.push(Problem::MissingField { field: "name", span: start });
        }
        let version = self.text(object, "version", &[]).filter(|version| !version.is_empty());
        if version.is_none() && !self.is_legacy {
            self.problems.push(Problem::MissingField { field: "version", span: start });
        }
        let mut kept = Kept { components: Vec::new(), relationships: Vec::new(), externals: Vec::new() };
        let mut design = Design {
            id: self.text(object, "id", &[]),
            name: name.unwrap_or_else(|| fallback_name.into()),
            version,
            disabled: disabled(object),
            ..Design::default()
        };
        for (index, element) in self.list(object, "components") {
            design.components.push(self.component(element, index));
            kept.components.push(index);
        }
        for (index, element) in self.list(object, "relationships") {
            design.relationships.push(self.relationship(element, index));
            kept.relationships.push(index);
        }
        for (index, element) in self.list(object, "externals") {
            kept.externals.extend(self.external(element, index));
        }
        if design.components.is_empty() && object.get("uses").and_then(Value::as_array).is_none_or(<[_]>::is_empty) {
            self.problems.push(Problem::NoComponents { span: start });
        }
        (design, kept)
    }

    fn component(&mut self, object: &Object, index: usize) -> Component {
        let at = |key: &str| -> Path { vec!["components".into(), index.into(), key.into()] };
        if !self.is_legacy {
            self.unknown_fields(object, fields::COMPONENT, Level::Component, &["components".into(), index.into()]);
        }
        let path = ["components".into(), index.into()];
        let mut component = Component {
            id: self.text(object, "id", &path),
            display_name: self.text(object, "displayName", &path).unwrap_or_default(),
            configuration: self.object(object, "configuration", &path).unwrap_or_default(),
            ..Component::default()
        };
        if let Some(definition) = self.object(object, "component", &path) {
            if !self.is_legacy {
                self.unknown_fields(&definition, fields::DEFINITION, Level::Definition, &at("component"));
            }
            component.kind = self.text(&definition, "kind", &at("component")).unwrap_or_default();
            component.api_version = self.text(&definition, "version", &at("component")).unwrap_or_default();
        }
        self.take_type_from_configuration(&mut component, index);
        if component.api_version.is_empty()
            && let Some(api_version) = Registry::builtin().api_version(&component.kind)
        {
            component.api_version = api_version.into();
        }
        let model = |key: &str| object.get(key).and_then(|model| model.get("name")).and_then(Value::as_str);
        component.model = model("modelReference").or_else(|| model("model")).unwrap_or_default().into();
        let metadata = object.get("metadata").and_then(Value::as_object);
        let flag = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(Value::as_bool);
        component.is_namespaced = flag("isNamespaced");
        component.is_annotation = flag("isAnnotation") == Some(true) || is_drawing(&component);
        let depends_on = metadata.and_then(|metadata| metadata.get("dependsOn")).and_then(Value::as_array);
        component.depends_on =
            depends_on.unwrap_or_default().iter().filter_map(Value::as_str).map(Text::from).collect();
        component
    }

    /// A configuration may be a whole object, type included; what `component` says goes first.
    fn take_type_from_configuration(&mut self, component: &mut Component, index: usize) {
        for key in ["kind", "apiVersion"] {
            let Some(text) = component.configuration.get_str(key).map(Text::from) else {
                continue;
            };
            let declared = if key == "kind" { &mut component.kind } else { &mut component.api_version };
            if declared.is_empty() {
                *declared = text;
            } else if *declared != text {
                let what =
                    format!("`configuration.{key}` says `{text}`, but `component` says `{declared}`, which is used");
                let span = self.span(&["components".into(), index.into(), "configuration".into(), key.into()]);
                self.problems.push(Problem::ValueLost { what, span });
            }
            component.configuration.remove(key);
        }
    }

    fn relationship(&mut self, object: &Object, index: usize) -> Relationship {
        let path = ["relationships".into(), index.into()];
        self.unknown_fields(object, fields::RELATIONSHIP, Level::Relationship, &path);
        let mut relationship = Relationship {
            id: self.text(object, "id", &path),
            kind: self.text(object, "kind", &path).unwrap_or_default(),
            type_name: self.text(object, "type", &path).unwrap_or_default(),
            sub_type: self
                .text(object, "subType", &path)
                .or_else(|| self.text(object, "sub_type", &path))
                .unwrap_or_default(),
            status: self.text(object, "status", &path).unwrap_or_default(),
            ..Relationship::default()
        };
        let mut misread = Vec::new();
        relationship.selectors = RelationshipDefinition::read_selectors(object, &mut misread);
        for Misread { path: inner, expected, found } in misread {
            let path = [path.as_slice(), &inner].concat();
            let span = self.span(&path);
            self.problems.push(Problem::FieldType { path, expected, found, span });
        }
        for set in &relationship.selectors {
            relationship.from.extend(set.allow.from.iter().map(endpoint));
            relationship.to.extend(set.allow.to.iter().map(endpoint));
        }
        // Every end of one side meets every end of the other, so a short text can ask for any number of edges.
        let named = relationship.from.len().saturating_mul(relationship.to.len());
        if named <= EDGES - self.edges {
            self.edges += named;
        } else {
            let span = self.span(&path);
            self.problems.push(Problem::Syntax(design_syntax::Problem::LimitPassed {
                limit: Limit::Edges,
                allowed: EDGES as u64,
                span: Span::new(span.file, span.start, span.start),
            }));
            relationship.from.clear();
            relationship.to.clear();
            relationship.selectors.clear();
        }
        relationship
    }

    fn external(&mut self, object: &Object, index: usize) -> Option<Declared> {
        let path: Path = vec!["externals".into(), index.into()];
        self.unknown_fields(object, fields::EXTERNAL, Level::External, &path);
        for (path, value) in not_texts(object, &path) {
            self.field_type(path, "a string", value);
        }
        let (_, _, node) = self.root.follow(&path);
        let span = node.resolved().entries().next().map_or(node.span(), |(key, _)| key.span());
        match external(object) {
            Ok(external) => Some((external, span)),
            Err(key) => {
                self.problems.push(Problem::IncompleteExternal { key, span });
                None
            }
        }
    }

    /// The mappings in a list; other elements are told of and left out.
    fn list<'o>(&mut self, object: &'o Object, key: &str) -> Vec<(usize, &'o Object)> {
        let elements = match object.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(elements)) => elements,
            Some(other) => {
                self.field_type(vec![key.into()], "a list", other);
                return Vec::new();
            }
        };
        let mut objects = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            match element {
                Value::Object(object) => objects.push((index, object)),
                other => self.field_type(vec![key.into(), index.into()], "a mapping", other),
            }
        }
        objects
    }

    fn object(&mut self, object: &Object, key: &str, path: &[Segment]) -> Option<Object> {
        match object.get(key)? {
            Value::Object(inner) => Some(inner.clone()),
            Value::Null => None,
            other => {
                self.field_type([path, &[key.into()]].concat(), "a mapping", other);
                None
            }
        }
    }

    fn text(&mut self, object: &Object, key: &str, path: &[Segment]) -> Option<Text> {
        match object.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => {
                self.field_type([path, &[key.into()]].concat(), "a string", other);
                None
            }
        }
    }

    fn field_type(&mut self, path: Path, expected: &'static str, found: &Value) {
        let span = self.span(&path);
        self.problems.push(Problem::FieldType { path, expected, found: found.type_name(), span });
    }

    fn unknown_fields(&mut self, object: &Object, known: &'static [&'static str], level: Level, path: &[Segment]) {
        if self.is_legacy {
            return;
        }
        let mut unknown = object.keys().filter(|key| !known.contains(&fields::camel(key))).peekable();
        if unknown.peek().is_none() {
            return;
        }
        // One pass over the entries: looking each key up would cost the square of their number.
        let (_, _, node) = self.root.follow(path);
        let written: HashMap<&str, Span> = node.entries().map(|(name, _)| (name.text(), name.span())).collect();
        for key in unknown {
            let span = written.get(key.as_str()).copied();
            let span =
                span.unwrap_or_else(|| follow(self.root, &[path, &[key.clone().into()]].concat()).key_or_value());
            // Who wrote the right name as well did not mean it a second time.
            let absent = || known.iter().copied().filter(|name| !object.contains_key(name));
            let nearest = nearest(key, absent()).and_then(|near| absent().find(|name| *name == near));
            let problem = Problem::UnknownField { field: key.clone(), level, nearest, span };
            self.problems.push(problem);
        }
    }

    fn span(&self, path: &[Segment]) -> Span {
        let path = if self.is_legacy { legacy::original_path(self.root, path) } else { path.to_vec() };
        follow(self.root, &path).best()
    }
}

fn is_drawing(component: &Component) -> bool {
    is_drawing_group(component.group())
        || matches!(component.model.as_str(), "meshery-core" | "meshery-shapes" | "flowchart")
}

fn endpoint(item: &SelectorItem) -> Endpoint {
    Endpoint { id: item.id.clone(), kind: item.kind.clone() }
}

/// The families that `preferences.layers.relationships` turns off.
fn disabled(object: &Object) -> Vec<Text> {
    let layers = object.get("preferences").and_then(|preferences| preferences.get("layers"));
    let families = layers.and_then(|layers| layers.get("relationships")).and_then(Value::as_object);
    let off = families.into_iter().flat_map(Object::iter).filter(|(_, wanted)| wanted.as_bool() == Some(false));
    off.map(|(family, _)| family.to_lowercase()).collect()
}
