//! Evaluation of what was compiled: by which definitions, in whose names, and as which file.

use design_check::word_evaluation;
use design_evaluate::{Evaluation, Limits, Names, evaluate, written};
use design_graph::{Graph, Scopes};
use design_registry::Registry;
use design_source::{Form, classify, lower_design, modernize};
use design_vocabulary::{Design, FileId, Finding, Object, RelationshipDefinition, Value};
use rayon::prelude::*;

use crate::{Compiled, Models, World};

/// A design that was evaluated.
#[derive(Debug)]
pub struct Evaluated {
    /// What came of it.
    pub evaluation: Evaluation,
    /// Its components as the graph names them.
    pub names: Names,
    /// What could not be done.
    pub findings: Vec<Finding>,
}

/// The definitions by which designs are evaluated: the built-in ones, then those of models, in the order of their files.
/// Also the files that could not be read, with the reason.
pub fn relationship_definitions(
    world: &dyn World,
    models: &Models,
) -> (Vec<RelationshipDefinition>, Vec<(String, String)>) {
    let mut definitions = Registry::builtin().evaluated().to_vec();
    let mut refused = Vec::new();
    let wanted: Vec<usize> = (0..models.index.files.len())
        .filter(|file| {
            let file = models.index.files.get(*file);
            file.is_some_and(|file| {
                file.heads.iter().any(|head| matches!(head, design_definitions::Head::Relationship { .. }))
            })
        })
        .collect();
    let read = wanted.into_par_iter().filter_map(|file| {
        let number = u32::try_from(file).ok()?;
        let path = models.index.files.get(file)?.path.to_string();
        Some((path, models.read(world, number, FileId(0))?))
    });
    for (path, model) in read.collect::<Vec<_>>() {
        refused.extend(model.refused.into_iter().map(|reason| (path.clone(), reason)));
        for loaded in model.read.definitions {
            if let design_definitions::Definition::Relationship(definition) = loaded.definition {
                definitions.push(definition);
            }
        }
    }
    (definitions, refused)
}

impl Compiled {
    /// Evaluates the design. It has to be compiled without its relationships having been applied
    /// ([`Request::settle`](crate::Request::settle)), so that all that evaluation changes is among the actions.
    pub fn evaluate(&self, definitions: &[RelationshipDefinition], limits: &Limits) -> Evaluated {
        let evaluation = evaluate(&self.design, definitions, limits);
        let after = Design {
            components: evaluation.components.iter().map(|each| each.component(&self.design).into_owned()).collect(),
            ..Design::default()
        };
        let graph = Graph::build(&after, &Scopes::of(&after, Registry::builtin()));
        let mut names: Names = self
            .design
            .components
            .iter()
            .zip(&self.graph.nodes)
            .filter_map(|(component, node)| Some((component.id.clone()?, node.id.clone())))
            .collect();
        names.extend(
            after
                .components
                .iter()
                .zip(graph.nodes)
                .filter_map(|(component, node)| Some((component.id.clone()?, node.id))),
        );
        let mut findings: Vec<Finding> = evaluation
            .problems
            .iter()
            .filter_map(|problem| word_evaluation(problem, &evaluation, &self.design, &self.map, definitions))
            .collect();
        findings.dedup();
        Evaluated { evaluation, names, findings }
    }

    /// The evaluated design as the value of a design file. `None` where the file holds something that is no component or
    /// no relationship, and would be lost.
    pub fn evaluated_file(&self, evaluation: &Evaluation) -> Option<Object> {
        let file = self.file();
        if let Some(file) = &file {
            let count = |key: &str| {
                let elements = file.get(key).and_then(Value::as_array).unwrap_or_default();
                elements.iter().all(|element| element.as_object().is_some()).then_some(elements.len())
            };
            if count("components") != Some(self.design.components.len())
                || count("relationships") != Some(self.design.relationships.len())
            {
                return None;
            }
        }
        Some(written(file.as_ref(), &self.design, evaluation))
    }

    /// The design file that this was read from, in the form with `components`; `None` for manifests.
    fn file(&self) -> Option<Object> {
        let document = self.map.documents().first()?;
        let form = classify(document);
        let root = document.root().filter(|_| matches!(form, Form::Design | Form::LegacyDesign))?;
        let Value::Object(object) = lower_design(root.resolved(), &mut Vec::new()) else { return None };
        Some(if form == Form::LegacyDesign { modernize(&object) } else { object })
    }
}
