//! What evaluation met, in words.

use design_evaluate::{Action, Evaluation, FieldUpdate, Problem, path_text, value_text};
use design_source::{Located, SourceMap};
use design_vocabulary::{Component, Design, FieldPath, Finding, Path, RelationshipDefinition, Segment, Span, Value};

use crate::rules::{conflicting_mutators, limit_passed, patched, same_id, value_not_written, values_in_a_circle};

/// A design with its places.
struct Words<'a> {
    evaluation: &'a Evaluation,
    design: &'a Design,
    map: &'a SourceMap,
    definitions: &'a [RelationshipDefinition],
}

/// Words a problem of an evaluation. `None` for one without a place, which only a design without text has.
pub fn word_evaluation(
    problem: &Problem,
    evaluation: &Evaluation,
    design: &Design,
    map: &SourceMap,
    definitions: &[RelationshipDefinition],
) -> Option<Finding> {
    let words = Words { evaluation, design, map, definitions };
    match problem {
        Problem::Conflict { component, path, relationships } => {
            let message = format!("relationships disagree about `{}` of {}", path_text(path), words.name(*component));
            let mutators = relationships.iter().filter_map(|number| words.mutator(*number)).collect();
            Some(conflicting_mutators::finding(message, words.field(*component, path)?, mutators))
        }
        Problem::Circle { relationships } => {
            let mut places = relationships.iter().filter_map(|number| words.mutator(*number));
            let (_, first) = places.next()?;
            Some(values_in_a_circle::finding(first, places.collect()))
        }
        Problem::Refused { relationship, component, path, refusal } => {
            let what = format!("`{}` of {}", path_text(path), words.name(*component));
            let place = words.mutator(*relationship).map(|(_, place)| place);
            Some(value_not_written::finding(&what, refusal.as_str(), place.or_else(|| words.start(*component))?))
        }
        Problem::Unclear { relationship, component } => {
            let what = format!("a field of {}", words.name(*component));
            let place = words.mutator(*relationship).map(|(_, place)| place);
            let why = "`_` in its path may mean several elements, or none";
            Some(value_not_written::finding(&what, why, place.or_else(|| words.start(*component))?))
        }
        Problem::Parent { definition, refusal } => {
            let what = format!("a parent by the definition {}", words.definition(*definition));
            Some(value_not_written::finding(&what, refusal.as_str(), words.start(0)?))
        }
        Problem::SameId { first, second } => {
            let id = design.components.get(*second).and_then(|component| component.id.clone()).unwrap_or_default();
            let place = |component: usize| map.locate(component, &["id".into()]).map(Located::best);
            Some(same_id::finding(&id, place(*first)?, place(*second)?))
        }
        Problem::Elements { component, allowed } => {
            let what = format!("a list of {} has more than {allowed} elements", words.name(*component));
            Some(limit_passed::evaluation(what, words.start(*component)?))
        }
        Problem::Groups { definition, allowed } => {
            let what = format!("the definition {} finds more than {allowed} groups", words.definition(*definition));
            Some(limit_passed::evaluation(what, words.start(0)?))
        }
        Problem::Fanout { relationships, comparisons } => {
            let what = format!(
                "evaluation would find more than {relationships} relationships, or compare more than {comparisons} pairs"
            );
            Some(limit_passed::evaluation(what, words.start(0)?))
        }
        Problem::Passes { allowed } => {
            Some(limit_passed::evaluation(format!("components still change after {allowed} passes"), words.start(0)?))
        }
    }
}

/// A finding for each field that the relationships of a design change before it is built.
pub fn word_patches(evaluation: &Evaluation, design: &Design, map: &SourceMap) -> Vec<Finding> {
    let words = Words { evaluation, design, map, definitions: &[] };
    let ids = design_evaluate::component_ids(design);
    let position = |id: &str| ids.iter().position(|each| each == id);
    let mut findings = Vec::new();
    for action in &evaluation.actions {
        let Action::UpdateComponent(update) = action else { continue };
        let FieldUpdate { id, path, old, new } = &**update;
        let Some(component) = position(id) else { continue };
        let Some(place) = words.field(component, path) else { continue };
        let message = format!(
            "`{}` of {} becomes {}, which a relationship of this design wants; it is {}",
            path_text(path),
            words.name(component),
            value_text(new.as_ref()),
            value_text(old.as_ref())
        );
        findings.push(patched::finding(message, place));
    }
    findings
}

impl Words<'_> {
    fn component(&self, position: usize) -> Option<&Component> {
        let added = || self.evaluation.components.get(position)?.own();
        self.design.components.get(position).or_else(added)
    }

    fn name(&self, position: usize) -> String {
        let Some(component) = self.component(position) else { return "a component".to_owned() };
        format!("{} `{}`", component.kind, component.name().unwrap_or_default())
    }

    fn definition(&self, position: usize) -> String {
        let definition = self.definitions.get(position);
        definition.map_or_else(String::new, |definition| {
            format!("{}/{}/{} of {}", definition.kind, definition.type_name, definition.sub_type, definition.model.name)
        })
    }

    fn start(&self, position: usize) -> Option<Span> {
        self.map.component(position).or_else(|| self.map.component(0))
    }

    /// The place of a field, or the nearest one above it.
    fn field(&self, position: usize, path: &FieldPath) -> Option<Span> {
        let component = self.component(position)?;
        let inside = path.0.split_first().filter(|(root, _)| *root == "configuration").map(|(_, rest)| rest);
        let path: Path = match inside {
            Some(rest) => {
                let root = Value::Object(component.configuration.clone());
                let rest = FieldPath(rest.into()).segments(&root);
                std::iter::once(Segment::from("configuration")).chain(rest).collect()
            }
            None => path.0.iter().cloned().map(Segment::Key).collect(),
        };
        self.map.locate(position, &path).map(Located::best).or_else(|| self.start(position))
    }

    /// Who wants a value: in words, and where the relationship stands. `None` for one that was found.
    fn mutator(&self, relationship: usize) -> Option<(String, Span)> {
        let place = self.map.relationship(relationship, &[])?.best();
        let place = Span::new(place.file, place.start, place.start.saturating_add(1).min(place.end));
        let declared = self.design.relationships.get(relationship)?;
        let words = format!("{}/{}/{}", declared.kind, declared.type_name, declared.sub_type);
        Some((words, place))
    }
}
