//! Objects that claim what only one can have.

use std::collections::HashMap;
use std::hash::Hash;

use design_vocabulary::{Finding, Path};

use crate::{Context, Rule};

/// A field that claims something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The component that has it.
    pub component: usize,
    /// The field, from the component's root.
    pub path: Path,
}

/// Claims, in the order in which they were made.
pub(crate) struct Claims<K> {
    all: Vec<(Claim, Vec<K>)>,
    /// The claims of each thing: the first, and the first of another component.
    by_thing: HashMap<K, (usize, Option<usize>)>,
}

impl<K: Eq + Hash + Clone> Claims<K> {
    pub(crate) fn new() -> Self {
        Self { all: Vec::new(), by_thing: HashMap::new() }
    }

    /// Adds a claim of some things.
    pub(crate) fn add(&mut self, claim: Claim, things: impl IntoIterator<Item = K>) {
        let number = self.all.len();
        let component = claim.component;
        let things: Vec<K> = things.into_iter().collect();
        for thing in &things {
            let (first, second) = self.by_thing.entry(thing.clone()).or_insert((number, None));
            let first = self.all.get(*first).map_or(component, |(claim, _)| claim.component);
            if first != component && second.is_none() {
                *second = Some(number);
            }
        }
        self.all.push((claim, things));
    }

    /// Each claim of which another component claims a thing as well, once, with the other claim and the thing.
    pub(crate) fn contested(&self) -> impl Iterator<Item = (&Claim, &Claim, &K)> {
        self.all.iter().filter_map(|(claim, things)| {
            things.iter().find_map(|thing| {
                let (first, second) = self.by_thing.get(thing)?;
                let (other, _) = [Some(*first), *second]
                    .into_iter()
                    .flatten()
                    .filter_map(|number| self.all.get(number))
                    .find(|(other, _)| other.component != claim.component)?;
                Some((claim, other, thing))
            })
        })
    }
}

/// One finding a contested claim, so that whoever looks at one file sees it, with the other claim beside it.
pub(crate) fn tell<K: Eq + Hash + Clone>(
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
    rule: &Rule,
    claims: &Claims<K>,
    word: impl Fn(&str, &str, &K) -> (String, String),
) {
    for (claim, other, thing) in claims.contested() {
        // One object that is declared twice is told of as such.
        if context.is_same(claim.component, other.component) {
            continue;
        }
        let Some(span) = context.span(claim.component, &claim.path) else { continue };
        let (name, other_name) = (context.named(claim.component), context.named(other.component));
        let (message, help) = word(&name, &other_name, thing);
        let mut finding = rule.finding(message, span).help(help);
        if let Some(span) = context.span(other.component, &other.path) {
            finding = finding.related(other_name, span);
        }
        findings.push(finding);
    }
}
