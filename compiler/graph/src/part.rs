//! Parts of objects that other objects name: keys of config maps, ports of services and containers, sections of gateways.

use std::rc::Rc;

use design_registry::{FieldRelationships, PartField, PartKind, PartList, Unless};
use design_vocabulary::{Component, Number, Object, Path, Segment, Text, Value};
use foldhash::{HashMap, HashMapExt};

use crate::index::{Index, KindKey, text};
use crate::pattern::Pattern;

/// A part of an object as a field names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its name, or its number.
    pub name: Text,
}

/// What a field names a part by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PartName<'a> {
    Name(&'a str),
    Number(i64),
}

impl PartName<'_> {
    /// As a field writes it.
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Name(name) => name.into(),
            Self::Number(number) => number.to_string().into(),
        }
    }
}

/// One value that names a part.
pub(crate) struct Wanted<'a> {
    pub name: PartName<'a>,
    /// The protocol that a port has to have; `None`: any.
    pub protocol: Option<&'a str>,
    /// The field, below the object.
    pub path: Path,
}

/// The parts of one kind that one object has.
#[derive(Debug, Default)]
pub(crate) struct PartSet<'a> {
    names: HashMap<PartName<'a>, Vec<&'a str>>,
    /// Whether any part may be there, listed or not.
    is_open: bool,
    /// Whether any number may be there.
    has_open_numbers: bool,
}

impl PartSet<'_> {
    /// Whether the part is there, or may be.
    pub(crate) fn has(&self, wanted: &Wanted<'_>) -> bool {
        let is_listed = self
            .names
            .get(&wanted.name)
            .is_some_and(|protocols| wanted.protocol.is_none_or(|protocol| protocols.contains(&protocol)));
        is_listed || self.is_open || (self.has_open_numbers && matches!(wanted.name, PartName::Number(_)))
    }
}

/// The parts of a design's objects, collected when somebody first names one of an object.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    lists: Vec<List>,
    sets: HashMap<(usize, PartKind), Option<Rc<PartSet<'a>>>>,
}

#[derive(Debug)]
struct List {
    definition: &'static PartList,
    of: Option<Pattern>,
    path: Pattern,
}

/// The protocol of a port that names none (`ServicePort` and `ContainerPort` of the API reference).
const USUAL_PROTOCOL: &str = "TCP";

impl<'a> Parts<'a> {
    pub(crate) fn of(relationships: &'static FieldRelationships) -> Self {
        let list = |definition: &'static PartList| List {
            definition,
            of: definition.of.as_deref().map(Pattern::new),
            path: Pattern::new(&definition.path),
        };
        Self { lists: relationships.parts.iter().map(list).collect(), sets: HashMap::new() }
    }

    /// The parts of an object; `None` where no definition says where they are listed.
    pub(crate) fn set(
        &mut self,
        index: &Index<'a>,
        number: usize,
        component: &'a Component,
        kind: PartKind,
    ) -> Option<Rc<PartSet<'a>>> {
        if let Some(known) = self.sets.get(&(number, kind)) {
            return known.clone();
        }
        let key: KindKey<'_> = (component.kind.as_str(), component.group());
        let pods = index.pod_spec(component);
        let mut set: Option<PartSet<'a>> = None;
        for list in self.lists.iter().filter(|list| list.definition.part == kind) {
            let definition = list.definition;
            let base = if definition.pods {
                pods
            } else {
                Some(&component.configuration).filter(|_| key == (definition.kind.as_str(), definition.group.as_str()))
            };
            if let Some(base) = base {
                list.collect(base, set.get_or_insert_default());
            }
        }
        let set = set.map(Rc::new);
        self.sets.insert((number, kind), set.clone());
        set
    }

    /// The parts that one element of pods has: the ports of a container.
    pub(crate) fn within(&self, element: &'a Object, kind: PartKind) -> PartSet<'a> {
        let mut set = PartSet::default();
        for list in self.lists.iter().filter(|list| list.definition.part == kind && list.of.is_some()) {
            let before = set.names.len();
            list.path.visit(element, &mut |_, value| list.add(value, &mut set));
            set.has_open_numbers |= set.names.len() == before;
        }
        set
    }
}

/// The names and the numbers of the parts of one kind that an object lists, sorted.
pub fn listed_parts(component: &Component, kind: PartKind, relationships: &'static FieldRelationships) -> Vec<Text> {
    let key: KindKey<'_> = (component.kind.as_str(), component.group());
    let pods = relationships.pods.iter().find(|pod| key == (pod.kind.as_str(), pod.group.as_str()));
    let pods = pods.and_then(|pod| Pattern::new(&pod.spec).first_object(&component.configuration));
    let mut set = PartSet::default();
    for list in Parts::of(relationships).lists.iter().filter(|list| list.definition.part == kind) {
        let own = Some(&component.configuration);
        let is_own = key == (list.definition.kind.as_str(), list.definition.group.as_str());
        let base = if list.definition.pods { pods } else { own.filter(|_| is_own) };
        if let Some(base) = base {
            list.collect(base, &mut set);
        }
    }
    let mut names: Vec<Text> = set.names.into_keys().map(PartName::text).collect();
    names.sort_unstable();
    names
}

impl List {
    fn collect<'a>(&self, base: &'a Object, set: &mut PartSet<'a>) {
        let Some(of) = &self.of else {
            let before = set.names.len();
            self.path.visit(base, &mut |_, value| self.add(value, set));
            set.is_open |= self.definition.open && set.names.len() == before;
            return;
        };
        of.visit(base, &mut |_, element| {
            let mut count = 0;
            if let Some(element) = element.as_object() {
                self.path.visit(element, &mut |_, value| {
                    count += 1;
                    self.add(value, set);
                });
            }
            set.has_open_numbers |= count == 0;
        });
    }

    fn add<'a>(&self, value: &'a Value, set: &mut PartSet<'a>) {
        let protocol = text(value, "protocol").unwrap_or(USUAL_PROTOCOL);
        let mut add = |name| set.names.entry(name).or_default().push(protocol);
        match (self.definition.name.as_deref(), self.definition.number.as_deref()) {
            (None, None) => {
                for key in value.as_object().into_iter().flat_map(Object::keys) {
                    add(PartName::Name(key));
                }
            }
            (name, number) => {
                name.and_then(|key| text(value, key)).map(PartName::Name).into_iter().for_each(&mut add);
                number.and_then(|key| integer(value.get(key)?)).map(PartName::Number).into_iter().for_each(add);
            }
        }
    }
}

/// The fields near another that name parts of the same object.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    /// What it names, and how.
    pub definition: &'static PartField,
    /// How many mappings further out the path begins.
    outwards: usize,
    path: Pattern,
    unless: Option<(Pattern, &'static Unless)>,
}

impl Beside {
    pub(crate) fn of(definition: &'static PartField) -> Self {
        let path = definition.path.trim_start_matches("^.");
        Self {
            definition,
            outwards: (definition.path.len() - path.len()) / 2,
            path: Pattern::new(path),
            unless: definition.unless.as_ref().map(|unless| (Pattern::new(&unless.path), unless)),
        }
    }

    /// Whether an object may be named any part of.
    pub(crate) fn is_free(&self, target: &Component) -> bool {
        self.unless
            .as_ref()
            .is_some_and(|(path, unless)| path.first_text(&target.configuration) == Some(unless.is.as_str()))
    }

    /// The parts that are named near a field, or, without any, the one that is meant then.
    pub(crate) fn wanted<'a>(&self, object: &'a Object, field: &[Segment]) -> Vec<Wanted<'a>> {
        let mut wanted = Vec::new();
        let usual = self.definition.protocol.as_deref();
        let Some((at, mapping)) = around(object, field, self.outwards) else { return wanted };
        self.path.visit_at(mapping, at, &mut |path, value| {
            let name = match value {
                Value::String(name) if !name.is_empty() => PartName::Name(name),
                _ => match integer(value).filter(|_| !self.definition.names_only) {
                    Some(number) => PartName::Number(number),
                    None => return,
                },
            };
            let beside = || text_beside(object, path, "protocol");
            wanted.push(Wanted { name, protocol: usual.map(|usual| beside().unwrap_or(usual)), path: path.clone() });
        });
        if let (true, Some(number)) = (wanted.is_empty(), self.definition.default) {
            wanted.push(Wanted { name: PartName::Number(number), protocol: usual, path: field.to_vec() });
        }
        wanted
    }
}

/// The mapping around a field, or one further out: where it lies and what it is.
pub(crate) fn around<'a, 'p>(
    object: &'a Object,
    field: &'p [Segment],
    outwards: usize,
) -> Option<(&'p [Segment], &'a Object)> {
    let keys = (0..field.len()).rev().filter(|length| matches!(field.get(*length), Some(Segment::Key(_))));
    let at = field.get(..keys.into_iter().nth(outwards)?)?;
    Some((at, object_at(object, at)?))
}

/// The text under a key of the mapping around a field.
pub(crate) fn text_beside<'a>(object: &'a Object, field: &[Segment], key: &str) -> Option<&'a str> {
    beside(object, field, key)?.as_str()
}

/// The value under a key of the mapping around a field.
pub(crate) fn beside<'a>(object: &'a Object, field: &[Segment], key: &str) -> Option<&'a Value> {
    around(object, field, 0)?.1.get(key)
}

fn object_at<'a>(object: &'a Object, path: &[Segment]) -> Option<&'a Object> {
    match path.split_first() {
        None => Some(object),
        Some((Segment::Key(first), rest)) => object.get(first)?.at(rest)?.as_object(),
        Some((Segment::Index(_), _)) => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(Number::Int(number)) => Some(*number),
        _ => None,
    }
}
