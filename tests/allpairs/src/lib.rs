//! A plain evaluator: every component with every other one, and for bindings every triple.
//!
//! It is written from docs/evaluation.md and shares nothing with the evaluator of the product but the types of a design.
//! It finds what relates in a design as it stands: the relationships of one pass, the parents that are missing, the parts
//! that aliases stand for. It is slow on purpose, and has no order, limits or ids.

use std::collections::BTreeSet;

use design_vocabulary::{
    Component, Design, FieldPath, MatchItem, Number, RelationshipDefinition, SelectorItem, Strategy, Text, Value,
};

/// A relationship: its sort in lower case, the ids of both ends, and of the middle or the part where there is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// `kind/type/subtype`.
    pub sort: String,
    /// The component that it starts at; empty for an alias, whose id is nobody's business.
    pub from: Text,
    /// The component that it ends at.
    pub to: Text,
    /// The component in the middle, the part of an alias, or the label of siblings.
    pub middle: String,
}

/// What an evaluation of one pass finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Pairs, triples and parts.
    pub related: BTreeSet<Related>,
    /// Groups of siblings: the label, and the ids of the members.
    pub siblings: BTreeSet<(String, Vec<Text>)>,
    /// Parents that children name and that are not there: kind and values.
    pub missing: BTreeSet<(Text, String)>,
}

/// Compares everything with everything. Every component needs an id and a model.
pub fn compare(design: &Design, definitions: &[RelationshipDefinition]) -> Found {
    let mut found = Found::default();
    for definition in definitions {
        let sort = format!("{}/{}/{}", definition.kind, definition.type_name, definition.sub_type).to_lowercase();
        let parts: Vec<&str> = sort.split('/').collect();
        for set in &definition.selectors {
            for from in &set.allow.from {
                for to in &set.allow.to {
                    match parts.as_slice() {
                        [_, "sibling", _] | ["sibling", ..] => siblings(design, from, to, &mut found),
                        ["hierarchical", "parent", "alias"] => aliases(design, &sort, from, to, &mut found),
                        ["edge", "binding", ..] => bindings(design, definition, &sort, from, to, &mut found),
                        ["hierarchical", "parent", "inventory"] => {
                            pairs(design, definition, &sort, from, to, &mut found);
                            parents(design, definition, from, to, &mut found);
                        }
                        ["hierarchical", "parent", "wallet"] | ["edge", "non-binding", ..] => {
                            pairs(design, definition, &sort, from, to, &mut found);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

fn pairs(
    design: &Design,
    definition: &RelationshipDefinition,
    sort: &str,
    from: &SelectorItem,
    to: &SelectorItem,
    found: &mut Found,
) {
    for one in &design.components {
        for other in &design.components {
            if is_meant(from, one)
                && is_meant(to, other)
                && one.id != other.id
                && !is_denied(definition, one, other)
                && (!definition.same_namespace || one.namespace() == other.namespace())
                && agree(from, to, one, other)
            {
                found.related.insert(Related {
                    sort: sort.to_owned(),
                    from: id(one),
                    to: id(other),
                    middle: String::new(),
                });
            }
        }
    }
}

fn agree(from: &SelectorItem, to: &SelectorItem, one: &Component, other: &Component) -> bool {
    let (mutators, mutateds, giver, taker) = if !from.patch.mutator.is_empty() && !to.patch.mutated.is_empty() {
        (&from.patch.mutator, &to.patch.mutated, one, other)
    } else if !to.patch.mutator.is_empty() && !from.patch.mutated.is_empty() {
        (&to.patch.mutator, &from.patch.mutated, other, one)
    } else {
        return false;
    };
    let count = mutators.len().min(mutateds.len());
    let targets = rows(taker, &mutateds[..count]);
    rows(giver, &mutators[..count]).iter().any(|given| {
        targets.iter().any(|target| {
            (0..count).all(|index| {
                let strategies = from.strategies.get(index).map(|row| row.to_vec()).filter(|row| !row.is_empty());
                let strategies = strategies.unwrap_or_else(|| vec![Strategy::Equal]);
                strategies.iter().all(|strategy| holds(strategy, &given[index], &target[index]))
            })
        })
    })
}

fn holds(strategy: &Strategy, mutator: &Value, mutated: &Value) -> bool {
    match strategy {
        Strategy::NotNull => true,
        Strategy::EqualAsStrings => as_text(mutator) == as_text(mutated),
        Strategy::ToContainsFrom => has_entry(mutator) && contains(mutated, mutator),
        Strategy::Equal | Strategy::Other(_) => as_json(mutator) == as_json(mutated),
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|whole| contains(whole, value)))
        }
        _ => as_json(whole) == as_json(part),
    }
}

fn has_entry(value: &Value) -> bool {
    value.as_object().is_none_or(|object| object.iter().any(|(_, value)| has_entry(value)))
}

fn bindings(
    design: &Design,
    definition: &RelationshipDefinition,
    sort: &str,
    from: &SelectorItem,
    to: &SelectorItem,
    found: &mut Found,
) {
    let kind_of = |item: &SelectorItem| {
        let ends = item.matching.from.iter().chain(&item.matching.to);
        ends.map(|end| end.kind.clone()).find(|kind| kind != "self")
    };
    if kind_of(from) != kind_of(to) {
        return;
    }
    let Some(kind) = kind_of(from) else { return };
    for middle in design.components.iter().filter(|middle| middle.kind == kind) {
        for one in design.components.iter().filter(|one| is_meant(from, one)) {
            for other in design.components.iter().filter(|other| is_meant(to, other)) {
                let distinct = one.id != other.id && one.id != middle.id && other.id != middle.id;
                let same = one.namespace() == middle.namespace() && other.namespace() == middle.namespace();
                if distinct
                    && (!definition.same_namespace || same)
                    && !is_denied(definition, one, other)
                    && leg(from, one, middle)
                    && leg(to, other, middle)
                {
                    found.related.insert(Related {
                        sort: sort.to_owned(),
                        from: id(one),
                        to: id(other),
                        middle: id(middle).to_string(),
                    });
                }
            }
        }
    }
}

fn leg(item: &SelectorItem, own: &Component, middle: &Component) -> bool {
    let (Some(first), Some(second)) = (item.matching.from.first(), item.matching.to.first()) else { return false };
    let (mine, theirs): (&MatchItem, &MatchItem) = if first.kind == "self" { (first, second) } else { (second, first) };
    let (mine, theirs) = if !mine.mutator.is_empty() && !theirs.mutated.is_empty() {
        (&mine.mutator, &theirs.mutated)
    } else {
        (&mine.mutated, &theirs.mutator)
    };
    let count = mine.len().min(theirs.len());
    let other = rows(middle, &theirs[..count]);
    count > 0
        && rows(own, &mine[..count]).iter().any(|mine| {
            other.iter().any(|other| mine.iter().zip(other).all(|(one, other)| as_json(one) == as_json(other)))
        })
}

fn aliases(design: &Design, sort: &str, from: &SelectorItem, to: &SelectorItem, found: &mut Found) {
    let Some(path) = from.patch.mutator.first() else { return };
    for parent in design.components.iter().filter(|parent| is_meant(to, parent)) {
        for concrete in concrete(parent, std::slice::from_ref(path)) {
            if value(parent, &concrete[0]).is_some() {
                found.related.insert(Related {
                    sort: sort.to_owned(),
                    from: Text::new(),
                    to: id(parent),
                    middle: concrete[0].0.join("/"),
                });
            }
        }
    }
}

fn siblings(design: &Design, from: &SelectorItem, to: &SelectorItem, found: &mut Found) {
    let Some(path) = from.matching.refs.first() else { return };
    let labels = |component: &Component| match value(component, path) {
        Some(Value::Object(labels)) => {
            labels.iter().map(|(key, value)| format!("{key}={}", as_json(value))).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    };
    let every: BTreeSet<String> = design.components.iter().flat_map(labels).collect();
    for label in every {
        let has = |item: &SelectorItem| -> Vec<&Component> {
            let meant = design.components.iter().filter(|component| is_meant(item, component));
            meant.filter(|component| labels(component).contains(&label)).collect()
        };
        let (starts, ends) = (has(from), has(to));
        let members: BTreeSet<Text> = starts.iter().chain(&ends).map(|component| id(component)).collect();
        if !starts.is_empty() && !ends.is_empty() && members.len() > 1 {
            found.siblings.insert((label, members.into_iter().collect()));
        }
    }
}

fn parents(
    design: &Design,
    definition: &RelationshipDefinition,
    child: &SelectorItem,
    parent: &SelectorItem,
    found: &mut Found,
) {
    let count = child.patch.mutated.len().min(parent.patch.mutator.len());
    if count == 0 || parent.kind.is_empty() || parent.kind == "*" {
        return;
    }
    let stand_in = Component { kind: parent.kind.clone(), model: parent.model.name.clone(), ..Component::default() };
    for one in design.components.iter().filter(|one| is_meant(child, one)) {
        if is_denied(definition, one, &stand_in) {
            continue;
        }
        for wanted in rows(one, &child.patch.mutated[..count]) {
            let wanted: Vec<String> = wanted.iter().map(as_json).collect();
            let mut there = design.components.iter().filter(|other| is_meant(parent, other));
            let is_there = there.any(|other| {
                let rows = rows(other, &parent.patch.mutator[..count]);
                rows.iter().any(|row| row.iter().map(as_json).collect::<Vec<_>>() == wanted)
            });
            if !is_there {
                found.missing.insert((parent.kind.clone(), wanted.join(" ")));
            }
        }
    }
}

fn id(component: &Component) -> Text {
    component.id.clone().unwrap_or_default()
}

fn is_meant(item: &SelectorItem, component: &Component) -> bool {
    let any = |name: &Text| name.is_empty() || name == "*";
    (any(&item.kind) || item.kind == component.kind)
        && (any(&item.model.name) || component.model.is_empty() || item.model.name == component.model)
}

fn is_denied(definition: &RelationshipDefinition, one: &Component, other: &Component) -> bool {
    definition.selectors.iter().any(|set| {
        set.deny.from.iter().any(|item| is_meant(item, one)) && set.deny.to.iter().any(|item| is_meant(item, other))
    })
}

/// The values of fields, once for each way in which `_` can be an element; only where all of them are there.
fn rows(component: &Component, paths: &[FieldPath]) -> Vec<Vec<Value>> {
    let lists = concrete(component, paths).into_iter();
    lists.filter_map(|paths| paths.iter().map(|path| value(component, path)).collect()).collect()
}

fn concrete(component: &Component, paths: &[FieldPath]) -> Vec<Vec<FieldPath>> {
    let first = paths.iter().find_map(|path| Some((path, path.0.iter().position(|segment| segment == "_")?)));
    let Some((path, at)) = first else { return vec![paths.to_vec()] };
    let prefix = path.0[..at].to_vec();
    let sequence = value(component, &FieldPath::new(prefix.clone()));
    let count = sequence.and_then(|value| value.as_array().map(<[Value]>::len)).unwrap_or(0);
    let mut all = Vec::new();
    for index in 0..count {
        let with_index = |path: &FieldPath| {
            let mut segments = path.0.to_vec();
            if segments.starts_with(&prefix) && segments.get(at).is_some_and(|segment| segment == "_") {
                segments[at] = index.to_string().into();
            }
            FieldPath::new(segments)
        };
        let paths: Vec<FieldPath> = paths.iter().map(with_index).collect();
        all.extend(concrete(component, &paths));
    }
    all
}

fn value(component: &Component, path: &FieldPath) -> Option<Value> {
    let segments: Vec<&str> = path.0.iter().map(Text::as_str).collect();
    let found = match segments.as_slice() {
        ["displayName"] => component.name().map(Value::from)?,
        ["component", "kind"] => Value::String(component.kind.clone()),
        ["component", "version"] => Value::String(component.api_version.clone()),
        ["configuration", rest @ ..] => {
            let mut value = Value::Object(component.configuration.clone());
            for segment in rest {
                value = match &value {
                    Value::Object(object) => object.get(segment)?.clone(),
                    Value::Array(elements) => elements.get(segment.parse::<usize>().ok()?)?.clone(),
                    _ => return None,
                };
            }
            value
        }
        _ => return None,
    };
    (!found.is_null() && found.as_str() != Some("")).then_some(found)
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| as_json(value), str::to_owned)
}

fn as_json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Int(value)) => value.to_string(),
        Value::Number(Number::Unsigned(value)) => value.to_string(),
        Value::Number(Number::Float(value)) => value.to_string(),
        Value::String(text) => format!("{:?}", text.as_str()),
        Value::Array(elements) => elements.iter().map(|element| as_json(element) + ",").collect::<String>() + "]",
        Value::Object(object) => {
            let mut entries: Vec<String> =
                object.iter().map(|(key, value)| format!("{key:?}:{}", as_json(value))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
    }
}
