//! What a search found of each component, for the next search through nearly the same design.
//!
//! Nothing here is part of an answer: a search with a memory finds what one without finds. Components are compared from both
//! ends of the design; those that differ between are searched again, and with them those that asked for anything that a
//! component that differs answers to, before or now.

use std::collections::HashSet;

use design_registry::FieldRelationships;
use design_vocabulary::{Component, Design, Text};

use crate::Scope;
use crate::created::Recipes;
use crate::index::Index;
use crate::infer::{Inferred, Rules, apply_all};
use crate::pods::Pods;
use crate::question::{Key, Question, answered};
use crate::search::Search;

/// What is known of the fields of a design; empty before the first search. It belongs to one design and its models.
#[derive(Debug, Default)]
pub struct Memory {
    /// What was looked for.
    wanted: Option<Wanted>,
    known: Vec<Known>,
    /// The namespaces, in the order in which the design names them.
    namespaces: Vec<Text>,
    /// At least what a search without a memory would cost, in edges.
    cost: usize,
    /// Whether the design has so many edges that where the search stops matters.
    is_useless: bool,
}

#[derive(Debug)]
struct Wanted {
    relationships: &'static FieldRelationships,
    elsewhere: bool,
    rules: Rules,
    recipes: Recipes,
    pods: Pods,
}

#[derive(Debug)]
struct Known {
    component: Component,
    scope: Scope,
    /// What its fields name; `None`: that has to be looked for.
    found: Option<Found>,
}

#[derive(Debug)]
struct Found {
    inferred: Inferred,
    asked: Box<[Key]>,
}

impl Known {
    fn new(component: &Component, scope: Scope) -> Self {
        Self { component: component.clone(), scope, found: None }
    }

    /// Whether a search sees no difference. Those that share their configuration are not compared.
    fn is_same(&self, component: &Component, scope: Scope) -> bool {
        let known = &self.component;
        self.scope == scope
            && known.kind == component.kind
            && known.api_version == component.api_version
            && known.display_name == component.display_name
            && known.is_annotation == component.is_annotation
            && (known.configuration.is_same(&component.configuration) || known.configuration == component.configuration)
    }
}

/// Which components differ from those that are known, and what the others are called now.
#[derive(Clone, Copy, Debug)]
struct Change {
    /// So many at the beginning are the same.
    start: usize,
    /// From this number on, of those that were known, they are the same again.
    end: usize,
    /// How many there were, and how many there are.
    before: usize,
    now: usize,
}

impl Change {
    /// The number of a component now; `None` for one that differs.
    fn number(self, before: usize) -> Option<usize> {
        if before < self.start { Some(before) } else { (before >= self.end).then(|| before + self.now - self.before) }
    }
}

impl Memory {
    /// Finds what a search without a memory finds; `None` where only that can tell, because there are too many edges.
    pub(crate) fn infer(
        &mut self,
        design: &Design,
        scopes: &[Scope],
        relationships: &'static FieldRelationships,
        wants_elsewhere: bool,
        allowed: usize,
    ) -> Option<Inferred> {
        if self.is_useless {
            return None;
        }
        self.want(relationships, wants_elsewhere);
        let index = Index::of(design, scopes, relationships);
        self.compare(design, scopes, &index);
        let Self { wanted: Some(wanted), known, .. } = self else { return None };
        let mut search = Search::new(design, &index, relationships, allowed, wants_elsewhere);
        for (number, component) in design.components.iter().enumerate() {
            let Some(known) = known.get_mut(number).filter(|known| known.found.is_none()) else { continue };
            index.questions.listen();
            if !component.is_annotation {
                apply_all(&mut search, &wanted.rules, number, component);
            }
            known.found = Some(Found { inferred: search.take(), asked: index.questions.take() });
        }
        self.cost = self.cost.saturating_add(search.cost());
        // Far below the limit the order in which fields are looked at does not matter.
        if search.has_stopped() || self.cost > allowed / 2 {
            *self = Self { is_useless: true, ..Self::default() };
            return None;
        }
        let mut all = Inferred::default();
        for found in self.known.iter().filter_map(|known| known.found.as_ref()) {
            all.append(&found.inferred);
        }
        Some(all)
    }

    /// Forgets everything that was found by other definitions.
    fn want(&mut self, relationships: &'static FieldRelationships, elsewhere: bool) {
        let is_wanted =
            |wanted: &Wanted| std::ptr::eq(wanted.relationships, relationships) && wanted.elsewhere == elsewhere;
        if !self.wanted.as_ref().is_some_and(is_wanted) {
            let wanted = Wanted {
                relationships,
                elsewhere,
                rules: Rules::of(relationships),
                recipes: Recipes::of(relationships),
                pods: Pods::of(relationships),
            };
            *self = Self { wanted: Some(wanted), ..Self::default() };
        }
    }

    /// Takes the components of a design in the place of those that are known, and forgets what may not hold any more.
    fn compare(&mut self, design: &Design, scopes: &[Scope], index: &Index<'_>) {
        let Some(wanted) = &self.wanted else { return };
        let (before, now) = (self.known.len(), design.components.len());
        let is_same = |(known, (component, scope)): &(&Known, (&Component, &Scope))| known.is_same(component, **scope);
        let placed = || design.components.iter().zip(scopes);
        let start = self.known.iter().zip(placed()).take_while(is_same).count();
        let backwards = self.known.iter().rev().zip(placed().rev());
        let behind = backwards.take(before.min(now) - start).take_while(is_same).count();
        let change = Change { start, end: before - behind, before, now };
        let fresh = placed().skip(start).take(now - behind - start);
        let fresh: Vec<Known> = fresh.map(|(component, scope)| Known::new(component, *scope)).collect();
        let fresh_end = start + fresh.len();
        let gone: Vec<Known> = self.known.splice(start..change.end, fresh).collect();
        let mut changed: HashSet<Key> = HashSet::new();
        let differing = gone.iter().chain(self.known.get(start..fresh_end).unwrap_or_default());
        for known in differing {
            answered(&known.component, &wanted.pods, &wanted.recipes, &mut |question| {
                changed.insert(question.key());
            });
        }
        if !index.namespaces().eq(self.namespaces.iter().map(Text::as_str)) {
            self.namespaces = index.namespaces().map(Text::from).collect();
            changed.insert(Question::Namespaces.key());
        }
        for known in &mut self.known {
            let holds = |found: &mut Found| {
                !found.asked.iter().any(|asked| changed.contains(asked))
                    && found.inferred.renumber(|number| change.number(number))
            };
            if !known.found.as_mut().is_some_and(holds) {
                known.found = None;
            }
        }
    }
}
