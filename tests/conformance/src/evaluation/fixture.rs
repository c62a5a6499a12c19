//! A saved design: every relationship in it is found again from its components.

use design_evaluate::{Action, EvaluatedComponent, Evaluation, Limits, evaluate};
use design_source::read_design;
use design_vocabulary::{Component, Design, FieldPath, Object, RelationshipDefinition, Text, Value};

use crate::case::parse_text;
use crate::rules::{Fault, Rule};

/// What a relationship is and whom it joins: sort, from, to. The `from` of an alias is the part that it stands for.
type Fingerprint = (String, String, String);

pub(super) fn judge(text: &str, expectation: &Object, definitions: &[RelationshipDefinition]) -> Vec<(Rule, Fault)> {
    let Some(document) = parse_text(text).documents.into_iter().next() else {
        return vec![(Rule::Read, Fault::new("a design", "nothing"))];
    };
    let saved = read_design(document, "fixture").design;
    let mut faults = Vec::new();
    let bare = Design { relationships: Vec::new(), ..saved.clone() };
    let found = evaluate(&bare, definitions, &Limits::default());
    let fingerprints: Vec<Fingerprint> =
        found.relationships.iter().flat_map(|each| fingerprints(&each.relationship())).collect();
    let listed = expectation.get("relationships").and_then(Value::as_array).unwrap_or_default();
    for listed in listed {
        let part = |index: usize| {
            let list = listed.get("fingerprint").and_then(Value::as_array).unwrap_or_default();
            list.get(index).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let [kind, type_name, sub_type, from, to] = [0, 1, 2, 3, 4].map(part);
        let sort = format!("{kind}/{type_name}/{sub_type}").to_lowercase();
        // An alias is the part that it stands for, whatever its id.
        let from = saved
            .relationships
            .iter()
            .flat_map(fingerprints_with_ids)
            .find_map(|(id, print)| (print.0 == sort && id == from && print.2 == to).then_some(print.1));
        let wanted = (sort, from.unwrap_or_default(), to);
        if !fingerprints.contains(&wanted) {
            faults.push((Rule::Relationships, Fault::new(format!("{wanted:?}"), "no such relationship")));
        }
    }
    for design in [&bare, &saved] {
        faults.extend(properties(design, definitions).into_iter().map(|fault| (Rule::Properties, fault)));
    }
    faults
}

fn fingerprints(relationship: &design_vocabulary::Relationship) -> Vec<Fingerprint> {
    fingerprints_with_ids(relationship).map(|(_, print)| print).collect()
}

fn fingerprints_with_ids(
    relationship: &design_vocabulary::Relationship,
) -> impl Iterator<Item = (Text, Fingerprint)> + '_ {
    let sort = format!("{}/{}/{}", relationship.kind, relationship.type_name, relationship.sub_type).to_lowercase();
    let is_alias = sort == "hierarchical/parent/alias";
    let sets = relationship.selectors.iter();
    let pairs =
        sets.flat_map(|set| set.allow.from.iter().flat_map(|from| set.allow.to.iter().map(move |to| (from, to))));
    pairs.map(move |(from, to)| {
        let id = from.id.clone().unwrap_or_default();
        let part = from.patch.mutator.first().map(|path| path.0.join("/"));
        let start = if is_alias { part.unwrap_or_default() } else { id.to_string() };
        (id, (sort.clone(), start, to.id.clone().unwrap_or_default().to_string()))
    })
}

/// What holds after any evaluation, as Meshery's own suite has it.
fn properties(design: &Design, definitions: &[RelationshipDefinition]) -> Vec<Fault> {
    let limits = Limits::default();
    let first = evaluate(design, definitions, &limits);
    let mut faults = Vec::new();
    let ids: Vec<&Text> = first.components.iter().map(EvaluatedComponent::id).collect();
    for each in &first.relationships {
        let relationship = each.relationship();
        let ends = relationship.from.iter().chain(&relationship.to);
        for end in ends.filter(|end| end.id.as_ref().is_none_or(|id| !ids.contains(&id))) {
            faults.push(Fault::new("both ends of a relationship", format!("no component {:?}", end.id)));
        }
    }
    for alias in &first.aliases {
        let parent = first.components.iter().find(|each| *each.id() == alias.resolved_parent);
        let parent = parent.map(|parent| parent.component(design));
        let value = parent.as_deref().and_then(|parent| at(parent, &alias.resolved_path));
        if value.and_then(Value::as_object).is_none() {
            faults.push(Fault::new("an alias stands for an object", format!("{alias:?}")));
        }
    }
    let again = evaluated(&first, design);
    let second = evaluate(&again, definitions, &limits);
    if !second.actions.is_empty() {
        let names: Vec<&str> = second.actions.iter().map(Action::operation).collect();
        faults.push(Fault::new("no actions in a second evaluation", names.join(", ")));
    }
    faults.extend(cleared(&again, definitions));
    faults
}

/// Takes every mutated value out, one at a time; evaluation brings each back.
fn cleared(design: &Design, definitions: &[RelationshipDefinition]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let items = design.relationships.iter().filter(|each| !each.sub_type.eq_ignore_ascii_case("alias"));
    let items = items.flat_map(|each| &each.selectors).flat_map(|set| set.allow.from.iter().chain(&set.allow.to));
    for (id, path) in items.flat_map(|item| item.patch.mutated.iter().map(|path| (item.id.clone(), path))) {
        let mut changed = design.clone();
        let Some(component) = changed.components.iter_mut().find(|component| component.id == id) else { continue };
        let before = at(component, path).cloned();
        if before.is_none() || !take(component, path) {
            continue;
        }
        let after = evaluate(&changed, definitions, &Limits::default());
        let component = after.components.iter().find(|each| Some(each.id()) == id.as_ref());
        let component = component.map(|each| each.component(&changed));
        let value = component.as_deref().and_then(|component| at(component, path));
        if value != before.as_ref() {
            let place = format!("{} of {}", path.0.join("."), id.unwrap_or_default());
            faults.push(Fault::new(format!("{place} is restored"), format!("{value:?}")));
        }
    }
    faults
}

fn at<'c>(component: &'c Component, path: &FieldPath) -> Option<&'c Value> {
    let (first, rest) = path.0.split_first()?;
    let (second, rest) = rest.split_first().filter(|_| first == "configuration")?;
    rest.iter().try_fold(component.configuration.get(second)?, |value, segment| match value {
        Value::Array(elements) => elements.get(segment.parse::<usize>().ok()?),
        other => other.get(segment),
    })
}

/// Takes a value out of its mapping. Returns whether it was in one.
fn take(component: &mut Component, path: &FieldPath) -> bool {
    let Some((last, above)) = path.0.split_last().filter(|_| path.0.len() > 2) else { return false };
    let Some(second) = above.get(1) else { return false };
    let mut value = component.configuration.get_mut(second);
    for segment in above.iter().skip(2) {
        value = match value {
            Some(Value::Object(object)) => object.get_mut(segment),
            Some(Value::Array(elements)) => {
                segment.parse::<usize>().ok().and_then(|index| elements.make_mut().get_mut(index))
            }
            _ => None,
        };
    }
    match value {
        Some(Value::Object(object)) => object.remove(last).is_some(),
        _ => false,
    }
}

/// The design that an evaluation makes of one.
pub(super) fn evaluated(evaluation: &Evaluation, design: &Design) -> Design {
    Design {
        components: evaluation.components.iter().map(|each| each.component(design).into_owned()).collect(),
        relationships: evaluation.relationships.iter().map(|each| each.relationship().into_owned()).collect(),
        ..design.clone()
    }
}
