//! An evaluation for people.

use std::collections::HashMap;

use design_vocabulary::{FieldPath, Relationship, RelationshipDefinition, SelectorItem, Text, Value};

use crate::binding::Leg;
use crate::pairs::Sides;
use crate::{Action, Because, Change, Evaluation, Item, Names, RelationshipUpdate, Step};

/// Relationships with their fields, then the actions: `+` for what is added, `-` for what is taken out, `~` for what
/// changes.
pub fn text(title: &str, evaluation: &Evaluation, names: &Names) -> String {
    let mut text = format!(
        "{title}: {} components, {} relationships, {} actions\n",
        evaluation.components.len(),
        evaluation.relationships.len(),
        evaluation.actions.len()
    );
    if !evaluation.relationships.is_empty() {
        text.push_str("\nrelationships\n");
    }
    for each in &evaluation.relationships {
        let relationship = &*each.relationship();
        let origin = if each.origin().is_some() { "declared" } else { "found" };
        text.push_str(&format!("  {}, {origin}\n", line(relationship, names)));
        for field in fields(relationship) {
            text.push_str(&format!("      {field}\n"));
        }
    }
    if evaluation.actions.is_empty() {
        text.push_str("\nnothing to do\n");
    } else {
        text.push_str("\nactions\n");
    }
    for action in &evaluation.actions {
        text.push_str(&format!("  {}\n", action_line(action, names, &evaluation.relationships)));
    }
    text
}

/// The steps in order, each with its reason.
pub fn trace(evaluation: &Evaluation, definitions: &[RelationshipDefinition], names: &Names) -> String {
    let mut text = String::from("\ntrace\n");
    let mut by_id = HashMap::new();
    for each in &evaluation.relationships {
        if let Some(id) = each.id() {
            by_id.entry(id).or_insert(each);
        }
    }
    for step in evaluation.steps() {
        let Step { pass, change, because } = &*step;
        let relationship = |id: &Text| {
            let found = by_id.get(id).map(|each| each.relationship());
            found.map_or_else(|| format!("relationship {id}"), |relationship| line(&relationship, names))
        };
        let what = match change {
            Change::Added { component } => format!("+ {}", called(names, component)),
            Change::Removed { component } => format!("- {}", called(names, component)),
            Change::Set { component, path, value } => {
                format!("~ {} {} = {}", called(names, component), path_text(path), value_text(value.as_ref()))
            }
            Change::Found { relationship: id } => format!("+ {}", relationship(id)),
            Change::Approved { relationship: id } | Change::Members { relationship: id } => {
                format!("~ {}", relationship(id))
            }
            Change::Lost { relationship: id } => format!("- {}", relationship(id)),
        };
        let why = match because {
            Because::Definition(position) => definitions.get(*position).map_or_else(String::new, |definition| {
                let words = if definition.description.is_empty() { "a definition" } else { &definition.description };
                format!("{words} ({})", definition.model.name)
            }),
            Because::Relationship(id) => relationship(id),
            Because::Deleted => "it is marked as deleted".to_owned(),
            Because::MissingEnd => "something that it names is not there".to_owned(),
            Because::EndsExist => "all that it names is there".to_owned(),
            Because::ValuesDiffer => "the values that it was found by are not there any more".to_owned(),
        };
        text.push_str(&format!("  {pass}  {what}\n       because: {why}\n"));
    }
    text
}

fn action_line(action: &Action, names: &Names, all: &[crate::EvaluatedRelationship]) -> String {
    match action {
        Action::AddComponent(component) => {
            format!("+ {}", component.id.as_ref().map_or("", |id| called(names, id)))
        }
        Action::DeleteComponent { id } => format!("- {}", called(names, id)),
        Action::UpdateComponent(update) => format!(
            "~ {}  {}: {} -> {}",
            called(names, &update.id),
            path_text(&update.path),
            value_text(update.old.as_ref()),
            value_text(update.new.as_ref())
        ),
        Action::AddRelationship { position } => {
            format!("+ {}", all.get(*position).map_or_else(String::new, |each| line(&each.relationship(), names)))
        }
        Action::DeleteRelationship { id, origin } => format!("- relationship {}", numbered(id, *origin)),
        Action::UpdateRelationship(update) => {
            let RelationshipUpdate { id, origin, item } = &**update;
            let mut all = all.iter().filter(|each| each.origin() == Some(*origin));
            let name = all.next().map_or_else(|| numbered(id, *origin), |each| line(&each.relationship(), names));
            match item {
                Item::Status { old, new } => format!("~ {name}  status: {old} -> {new}"),
                Item::Selectors => format!("~ {name}  joins other components"),
            }
        }
    }
}

fn numbered(id: &Text, origin: usize) -> String {
    if id.is_empty() { format!("number {}", origin + 1) } else { id.to_string() }
}

pub(crate) fn called<'n>(names: &'n Names, id: &'n Text) -> &'n str {
    names.get(id).map_or(id.as_str(), String::as_str)
}

/// `from -> to, kind/type/subType`; of many ends the first and the number of the others.
fn line(relationship: &Relationship, names: &Names) -> String {
    let side = |ends: &[design_vocabulary::Endpoint]| {
        let first = ends.first().and_then(|end| end.id.as_ref()).map_or("nothing", |id| called(names, id));
        if ends.len() > 1 { format!("{first} and {} more", ends.len() - 1) } else { first.to_owned() }
    };
    let Relationship { kind, type_name, sub_type, from, to, .. } = relationship;
    format!("{} -> {}  {kind}/{type_name}/{sub_type}", side(from), side(to))
}

/// The fields of a relationship: which one takes the value of which other one.
fn fields(relationship: &Relationship) -> Vec<String> {
    let mut lines = Vec::new();
    let sets = relationship.selectors.iter();
    let pairs = sets.filter_map(|set| set.allow.from.first().zip(set.allow.to.first()));
    for (from, to) in pairs {
        if let Some(sides) = Sides::of(from, to) {
            let arrow = if sides.is_from_mutator { "->" } else { "<-" };
            for (giver, taker) in sides.mutators().iter().zip(sides.mutateds()) {
                let (left, right) = if sides.is_from_mutator { (giver, taker) } else { (taker, giver) };
                lines.push(format!("{} {arrow} {}", path_text(left), path_text(right)));
            }
        }
        lines.extend([from, to].into_iter().flat_map(leg_fields));
    }
    lines
}

fn leg_fields(item: &SelectorItem) -> Vec<String> {
    let Some(leg) = Leg::of(item) else { return Vec::new() };
    let arrow = if leg.is_own_mutator { "->" } else { "<-" };
    let pairs = leg.own.iter().zip(leg.middle);
    pairs
        .map(|(own, middle)| {
            format!("{} {} {arrow} {} {}", item.kind, path_text(own), leg.middle_kind, path_text(middle))
        })
        .collect()
}

/// A path as people write it; `_` becomes `[*]`.
pub fn path_text(path: &FieldPath) -> String {
    let mut text = String::new();
    for segment in &path.0 {
        if segment == FieldPath::EVERY {
            text.push_str("[*]");
        } else if !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()) {
            text.push_str(&format!("[{segment}]"));
        } else if segment.bytes().any(|byte| byte == b'.' || byte == b'/' || byte == b' ') {
            text.push_str(&format!("[{:?}]", segment.as_str()));
        } else {
            let dot = if text.is_empty() { "" } else { "." };
            text.push_str(&format!("{dot}{segment}"));
        }
    }
    text
}

/// A value in one line, cut where it is long.
pub fn value_text(value: Option<&Value>) -> String {
    const LONGEST: usize = 60;
    let Some(value) = value else { return "nothing".to_owned() };
    let text = serde_json::to_string(value).unwrap_or_default();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
