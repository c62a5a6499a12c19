//! What was told of single objects, of those in documents that are as they were only once.

use std::ops::Range;

use design_check::{Context, check_objects};
use design_registry::definitions::KubernetesVersion;
use design_syntax::Document;
use design_vocabulary::{Component, Finding, Span};

use crate::judged::{is_definition, is_same};

/// What is known of the documents of one design.
#[derive(Debug, Default)]
pub(crate) struct Told {
    releases: Vec<KubernetesVersion>,
    references: bool,
    /// The definitions of kinds among the objects: where they differ, everything is looked at again.
    definitions: Vec<Component>,
    /// The documents in the order of the design, with what was found in each.
    documents: Vec<(Document, Vec<Finding>)>,
}

impl Told {
    /// What [`check_objects`] finds in all objects of a design.
    pub(crate) fn check(&mut self, context: &Context<'_>) -> Vec<Finding> {
        let all = 0..context.design.components.len();
        let Some(numbers) = context.map.component_documents().filter(|numbers| numbers.is_sorted()) else {
            return check_objects(context, all);
        };
        self.forget_others(context);
        let documents = context.map.documents();
        let (before, now) = (self.documents.len(), documents.len());
        let is_known = |((known, _), document): &(&(Document, Vec<Finding>), &Document)| known.is_same(document);
        let start = self.documents.iter().zip(documents).take_while(is_known).count();
        let backwards = self.documents.iter().rev().zip(documents.iter().rev());
        let behind = backwards.take(before.min(now) - start).take_while(is_known).count();
        let fresh = start..now - behind;
        let new = documents.get(fresh.clone()).unwrap_or_default();
        drop(self.documents.splice(start..before - behind, new.iter().map(|document| (document.clone(), Vec::new()))));
        let found = check_objects(context, objects_of(&numbers, &fresh));
        let mut places: Vec<(Span, usize)> =
            new.iter().map(Document::span).zip(fresh).filter(|_| !found.is_empty()).collect();
        places.sort_unstable();
        for finding in found {
            let behind = places
                .partition_point(|(span, _)| (span.file, span.start) <= (finding.primary.file, finding.primary.start));
            let place = behind.checked_sub(1).and_then(|place| places.get(place));
            let place = place.filter(|(span, _)| span.contains(finding.primary));
            let Some((_, findings)) = place.and_then(|(_, place)| self.documents.get_mut(*place)) else {
                // What stands in no document could not be forgotten with it.
                *self = Self::default();
                return check_objects(context, all);
            };
            findings.push(finding);
        }
        self.documents.iter().flat_map(|(_, findings)| findings).cloned().collect()
    }

    /// Forgets everything that was found for other releases, or by other definitions of kinds.
    fn forget_others(&mut self, context: &Context<'_>) {
        let components = &context.design.components;
        let definitions: Vec<&Component> = components.iter().filter(|component| is_definition(component)).collect();
        let is_current = self.releases == context.releases
            && self.references == context.references
            && self.definitions.len() == definitions.len()
            && self.definitions.iter().zip(&definitions).all(|(known, now)| is_same(known, now));
        if !is_current {
            *self = Self {
                releases: context.releases.to_vec(),
                references: context.references,
                definitions: definitions.into_iter().cloned().collect(),
                documents: Vec::new(),
            };
        }
    }
}

/// The components that stand in some documents, by the document of each, ascending.
fn objects_of(numbers: &[usize], documents: &Range<usize>) -> Range<usize> {
    let before = |document: usize| numbers.partition_point(|number| *number < document);
    before(documents.start)..before(documents.end)
}
