//! Components against the JSON Schemas of their kinds, in one or more releases of Kubernetes.
//!
//! The schemas are those of the models, closed: where an object lists its properties, no other is allowed. That is how the API
//! server judges fields under strict validation, which kubectl asks for. A null counts as absent, as it does there. Schemas of
//! custom resources come from [`Schemas`], which whoever calls has to provide.

mod definition;
mod describe;
mod elsewhere;
mod fault;
mod format;
mod instance;
mod judge;
mod lists;
mod quantity;
mod rules;
mod structural;
mod translated;
mod written;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use design_cel::Evaluator;
use design_registry::Registry;
use design_registry::definitions::{Definitions, KubernetesVersion};
use design_vocabulary::{Component, Design, Path, Text};
use serde_json::Value;

pub use definition::{CustomKind, CustomVersion, is_definition};
pub use elsewhere::{Dialect, Found, KindSchema, Schemas};
pub use fault::{Bound, Fault, Form, What};
pub use quantity::nearest_quantity;
pub use structural::{DefinitionFault, judge_definition};
pub use written::Written;

use judge::Judge;
use rules::Rules;

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Where components are not what their schemas say: component by component, in the order of the schema's complaints.
    pub faults: Vec<Fault>,
    /// What is amiss with the schemas themselves: kind by kind, in the order in which they were met.
    pub gaps: Vec<Gap>,
}

/// Something about the schema of a kind, and not about one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first component of the kind, by its position in the design.
    pub component: usize,
    /// How many components of the kind there are.
    pub count: usize,
    /// What it is.
    pub what: GapKind,
}

/// What is amiss with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapKind {
    /// There is none.
    NoSchema,
    /// The kind is defined in other versions only.
    OtherVersions(Vec<String>),
    /// It cannot be used, or not all of it.
    Unusable {
        /// Where it comes from.
        origin: String,
        /// Why, in words.
        reason: String,
    },
    /// A rule of it cannot be read.
    UnreadRule {
        /// Where the schema comes from.
        origin: String,
        /// The rule.
        rule: String,
        /// Why, in words.
        reason: String,
    },
    /// The message of a rule of it cannot be read.
    UnreadMessage {
        /// Where the schema comes from.
        origin: String,
        /// The expression that should make the message.
        expression: String,
        /// Why, in words.
        reason: String,
    },
    /// Rules of it compare with the object as it was before; there is none.
    Transitions {
        /// Where the schema comes from.
        origin: String,
        /// How many.
        count: usize,
    },
    /// Its author says that this version of the kind is deprecated.
    Deprecated(String),
}

/// Checks components, with validators that are compiled the first time that a kind is met.
pub struct Checker<'a> {
    releases: &'a [KubernetesVersion],
    schemas: &'a dyn Schemas,
    judges: Vec<Arc<Judge>>,
    /// The rules of custom resources beyond their schemas, by the number of the judge.
    rules: HashMap<usize, Rules>,
    /// The judges of Kubernetes' own kinds by the identity of the schema: releases in which a kind is the same share one.
    builtin: HashMap<usize, usize>,
    /// By where they come from, apiVersion and kind.
    custom: HashMap<(String, Text, Text), usize>,
    /// By apiVersion and kind.
    plans: HashMap<(Text, Text), Plan>,
    /// What evaluates the rules of custom resources, made when the first kind that has any is met.
    evaluator: OnceCell<Rc<Evaluator>>,
}

/// How the objects of a kind are judged.
#[derive(Clone, Default)]
struct Plan {
    /// The judges with the releases for which each speaks.
    judges: Vec<(usize, Vec<KubernetesVersion>)>,
    gaps: Vec<GapKind>,
}

impl<'a> Checker<'a> {
    /// A checker for releases. Without any it finds nothing.
    pub fn new(releases: &'a [KubernetesVersion], schemas: &'a dyn Schemas) -> Self {
        Self {
            releases,
            schemas,
            judges: Vec::new(),
            rules: HashMap::new(),
            builtin: HashMap::new(),
            custom: HashMap::new(),
            plans: HashMap::new(),
            evaluator: OnceCell::new(),
        }
    }

    /// Checks the components of a design.
    pub fn check(&mut self, design: &Design) -> Checked {
        let mut checked = Checked::default();
        // The gaps of a kind by where they begin in the list of all.
        let mut met: HashMap<(&Text, &Text), std::ops::Range<usize>> = HashMap::new();
        for (index, component) in design.components.iter().enumerate() {
            let is_named = !component.kind.is_empty() && !component.api_version.is_empty();
            if component.is_annotation || !is_named || self.releases.is_empty() {
                continue;
            }
            let key = (component.api_version.clone(), component.kind.clone());
            if !self.plans.contains_key(&key) {
                let plan = self.plan(component);
                self.plans.insert(key.clone(), plan);
            }
            let Some(plan) = self.plans.get(&key) else { continue };
            let gaps = met.entry((&component.api_version, &component.kind)).or_insert_with(|| {
                let start = checked.gaps.len();
                checked.gaps.extend(plan.gaps.iter().map(|what| Gap {
                    component: index,
                    count: 0,
                    what: what.clone(),
                }));
                start..checked.gaps.len()
            });
            for gap in checked.gaps.get_mut(gaps.clone()).into_iter().flatten() {
                gap.count += 1;
            }
            self.component(index, component, plan, &mut checked.faults);
        }
        checked
    }

    fn component(&self, index: usize, component: &Component, plan: &Plan, faults: &mut Vec<Fault>) {
        if plan.judges.is_empty() {
            return;
        }
        let instance = instance::of(&component.configuration);
        let first = faults.len();
        for (number, releases) in &plan.judges {
            let Some(judge) = self.judges.get(*number) else { continue };
            for (path, what) in judge.judge(&instance, self.rules.get(number)) {
                match faults.iter_mut().skip(first).find(|fault| fault.path == path && fault.what == what) {
                    Some(known) => known.releases.extend(releases),
                    None => faults.push(Fault {
                        component: index,
                        path,
                        what,
                        is_custom: judge.is_custom,
                        releases: releases.clone(),
                    }),
                }
            }
        }
        for fault in faults.iter_mut().skip(first) {
            fault.releases.sort_unstable();
        }
    }

    /// How the objects of a component's kind are judged.
    fn plan(&mut self, component: &Component) -> Plan {
        let definitions = Definitions::builtin();
        let mut plan = Plan::default();
        let is_builtin = Registry::builtin().find(component.group(), &component.kind).is_some();
        for release in self.releases {
            let judge = match definitions.schema(*release, &component.api_version, &component.kind) {
                Some(schema) => *self.builtin.entry(schema.identity()).or_insert_with(|| {
                    self.judges.push(Judge::shared(schema));
                    self.judges.len() - 1
                }),
                // What no release serves any more is told elsewhere.
                None if is_builtin => continue,
                None => match self.schemas.find(*release, &component.api_version, &component.kind) {
                    Found::Schema(found) => self.custom(component, &found, &mut plan),
                    Found::Anything => continue,
                    Found::OtherVersions(versions) => {
                        plan.note(GapKind::OtherVersions(versions));
                        continue;
                    }
                    Found::Unreadable { origin, reason } => {
                        plan.note(GapKind::Unusable { origin, reason });
                        continue;
                    }
                    Found::Nothing => {
                        plan.note(GapKind::NoSchema);
                        continue;
                    }
                },
            };
            match plan.judges.iter_mut().find(|(known, _)| *known == judge) {
                Some((_, releases)) => releases.push(*release),
                None => plan.judges.push((judge, vec![*release])),
            }
        }
        plan
    }

    fn custom(&mut self, component: &Component, found: &KindSchema, plan: &mut Plan) -> usize {
        let key = (found.origin.clone(), component.api_version.clone(), component.kind.clone());
        let number = *self.custom.entry(key).or_insert_with(|| {
            // Schemas of Kubernetes count from 0; the others count from the other end.
            let identity = usize::MAX - self.judges.len();
            let judge = Judge::custom(identity, &component.kind, &found.schema, found.dialect);
            self.judges.push(Arc::new(judge));
            let rules = (found.dialect == Dialect::Structural).then(|| Rules::of(&found.schema, &self.evaluator));
            self.rules.extend(rules.flatten().map(|rules| (self.judges.len() - 1, rules)));
            self.judges.len() - 1
        });
        if let Some(words) = &found.deprecated {
            plan.note(GapKind::Deprecated(words.clone()));
        }
        let Some(judge) = self.judges.get(number) else { return number };
        let origin = || found.origin.clone();
        for reason in &judge.problems {
            plan.note(GapKind::Unusable { origin: origin(), reason: reason.clone() });
        }
        if let Some(rules) = self.rules.get(&number) {
            for (rule, reason) in &rules.unread {
                plan.note(GapKind::UnreadRule { origin: origin(), rule: rule.clone(), reason: reason.clone() });
            }
            for (expression, reason) in &rules.unread_messages {
                let (expression, reason) = (expression.clone(), reason.clone());
                plan.note(GapKind::UnreadMessage { origin: origin(), expression, reason });
            }
            if rules.transitions > 0 {
                plan.note(GapKind::Transitions { origin: origin(), count: rules.transitions });
            }
        }
        number
    }
}

impl Plan {
    fn note(&mut self, gap: GapKind) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }
}

impl Judge {
    /// What is wrong with an object.
    fn judge(&self, instance: &Value, rules: Option<&Rules>) -> Vec<(Path, What)> {
        let mut found = self.complaints(instance);
        // As in the API server, rules are for objects that have the right types and all their fields.
        let is_shapeless =
            found.iter().any(|(_, what)| matches!(what, What::WrongType { .. } | What::Missing | What::OutOfBounds(_)));
        if let Some(rules) = rules.filter(|_| !is_shapeless) {
            rules.judge(instance, &mut found);
        }
        found
    }

    /// What the validator complains about.
    fn complaints(&self, instance: &Value) -> Vec<(Path, What)> {
        let Some(validator) = self.validator.as_ref().filter(|validator| !validator.is_valid(instance)) else {
            return Vec::new();
        };
        let mut found: Vec<(Path, What)> = validator
            .iter_errors(instance)
            .flat_map(|error| describe::describe(&self.schema, instance, &error))
            .collect();
        // Of a value of the wrong type nothing else is worth saying.
        let is_type = |what: &What| matches!(what, What::WrongType { .. });
        let mistyped: Vec<Path> =
            found.iter().filter(|(_, what)| is_type(what)).map(|(path, _)| path.clone()).collect();
        found.retain(|(path, what)| is_type(what) || !mistyped.contains(path));
        found
    }
}
