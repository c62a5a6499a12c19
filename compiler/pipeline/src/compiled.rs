//! A design that was compiled.

use std::borrow::Cow;

use design_chart::{Chart, Input, chart};
use design_check::word_chart;
use design_graph::Graph;
use design_parameters::{Environment, Found, Values, secret};
use design_render::compose::ComposeProject;
use design_render::{Artifact, Manifests};
use design_source::{Open, SourceMap};
use design_vocabulary::{Design, Finding, Object};
use rayon::prelude::*;

use crate::Ordering;

/// One design, checked and ready to be rendered.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The design.
    pub design: Design,
    /// Where its values stand.
    pub map: SourceMap,
    /// Its graph.
    pub graph: Graph,
    /// The plan of its output.
    pub manifests: Manifests,
    /// Its parameters and their values.
    pub values: Values,
    /// Its components with their parameters open; `None` where no parameter is referred to.
    pub open: Option<Open>,
    /// The environments that it was read for, a base before what extends it.
    pub environments: Vec<Environment>,
    /// The chart, or why there is none; `None` where it was not asked for.
    pub chart: Option<Result<Chart, String>>,
    /// The compose project; `None` where it was not asked for.
    pub compose: Option<ComposeProject>,
}

impl Compiled {
    /// Renders the design in the order of the output. Manifests are written on all threads, a few hundred at a time, so
    /// that the output of a large design never lies in memory as a whole.
    pub fn artifacts(&self) -> impl Iterator<Item = Artifact> {
        self.artifacts_of(self.revealed())
    }

    /// The objects of the design as a cluster takes them, in the order of the output, each with the position of its
    /// component.
    pub fn objects(&self) -> Vec<(usize, Object)> {
        let design = self.revealed();
        let object = |(component, _): (usize, &str)| {
            let scope = self.graph.nodes.get(component)?.scope;
            Some((component, design_render::object(design.components.get(component)?, scope)))
        };
        self.manifests.files().filter_map(object).collect()
    }

    /// As [`Compiled::artifacts`], with annotations that say in which order a tool applies them.
    pub fn ordered(&self, ordering: Ordering) -> Vec<Artifact> {
        let design = ordering.annotated(self.revealed().into_owned(), &self.graph);
        ordering.arranged(self.artifacts_of(Cow::Owned(design)).collect(), &self.design, &self.graph)
    }

    fn artifacts_of<'a>(&'a self, design: Cow<'a, Design>) -> impl Iterator<Item = Artifact> + 'a {
        const AT_A_TIME: usize = 512;
        (0..self.manifests.len()).step_by(AT_A_TIME).flat_map(move |start| {
            let end = (start + AT_A_TIME).min(self.manifests.len());
            let write = |position| self.manifests.artifact(position, &design, &self.graph);
            // A handful of manifests is written before threads would have woken up.
            let chunk: Vec<Artifact> = if end - start < 32 {
                (start..end).filter_map(write).collect()
            } else {
                (start..end).into_par_iter().filter_map(write).collect()
            };
            chunk
        })
    }

    /// The design with the values of secrets where Secrets hold them, as only manifests say it.
    pub(crate) fn revealed(&self) -> Cow<'_, Design> {
        let mut design = Cow::Borrowed(&self.design);
        if self.values.has_secrets() {
            for (index, component) in self.design.components.iter().enumerate() {
                let revealed = secret::reveal(component, &self.values);
                if let (Some(revealed), Some(slot)) = (revealed, design.to_mut().components.get_mut(index)) {
                    *slot = revealed;
                }
            }
        }
        design
    }

    /// Writes the chart, and says what it cannot say. A design that was compiled for another target has one just as well.
    pub fn write_chart(&mut self) -> Vec<Finding> {
        let input = Input {
            design: &self.design,
            graph: &self.graph,
            manifests: &self.manifests,
            values: &self.values,
            open: self.open.as_ref(),
        };
        let chart = chart(&input);
        let problems = chart.as_ref().map(|chart| chart.problems.as_slice()).unwrap_or_default();
        let findings = problems.iter().filter_map(|problem| word_chart(problem, &self.map)).collect();
        self.chart = Some(chart);
        findings
    }

    /// The values of all parameters, those of secrets among them, as JSON: what a chart has to be given to say what the
    /// manifests say.
    pub(crate) fn given_values(&self) -> String {
        let mut values = Object::new();
        for parameter in self.values.parameters() {
            if let Found::Value { value, .. } = self.values.find(std::slice::from_ref(&parameter.name)) {
                values.insert(parameter.name.clone(), value.clone());
            }
        }
        // Writing a value as JSON cannot fail.
        serde_json::to_string(&values).unwrap_or_default()
    }
}
