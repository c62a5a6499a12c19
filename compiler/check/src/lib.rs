//! The rules.
//!
//! A rule is a file under `rules/`: its code, its severity, how its findings are worded, and, as the doc comment of its
//! constant, the page that `design explain CODE` prints and `docs/findings/CODE.md` holds. The phases below this crate
//! return what they met as data; here it gets its words. To add a rule, add a file, list it in [`RULES`], and bless the
//! pages.

mod chart;
mod clash;
mod compose;
mod definitions;
mod edges;
mod evaluation;
mod fit;
mod fix;
mod gap;
mod helm;
mod kustomize;
mod live;
mod mesh;
mod oam;
mod overrides;
mod parameters;
mod policies;
mod reading;
mod releases;
mod rule;
pub mod rules;
mod suppression;

use std::ops::Range;

use design_graph::{Graph, Scopes};
use design_registry::definitions::KubernetesVersion;
use design_render::Manifests;
use design_schema::{Fault, Gap};
use design_source::{Located, SourceMap};
use design_vocabulary::{Component, Design, Finding, Segment, Span, Value, display_path};

pub use chart::word_chart;
pub use compose::{word_compose, word_score};
pub use definitions::{word_definition, word_fault};
pub use design_registry::nearest as nearest_name;
pub use evaluation::{word_evaluation, word_patches};
pub use helm::word_helm;
pub use kustomize::word_kustomization;
pub use live::word_live;
pub use oam::word_oam;
pub use overrides::Overrides;
pub use parameters::word_parameters;
pub use policies::{Broken, word_policy};
pub use rule::Rule;
pub use rules::{RULES, find_rule};
pub use suppression::{Suppressed, suppress};

/// A design with everything that the checks look at.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The design.
    pub design: &'a Design,
    /// Where its values stand.
    pub map: &'a SourceMap,
    /// Its graph.
    pub graph: &'a Graph,
    /// What is known of its kinds.
    pub scopes: &'a Scopes<'a>,
    /// What is rendered from it.
    pub manifests: &'a Manifests,
    /// Whether references that lead nowhere are judged.
    pub references: bool,
    /// Whether single objects are judged: by the schemas of their kinds, their names, their labels.
    pub judges_objects: bool,
    /// The releases of Kubernetes that it is for; without any, what they serve is not looked at.
    pub releases: &'a [KubernetesVersion],
    /// Where its components are not what the schemas of their kinds say.
    pub faults: &'a [Fault],
    /// What is amiss with the schemas of its kinds.
    pub gaps: &'a [Gap],
}

impl Context<'_> {
    /// The place of a field of a component: the value, or the key under which it is missing.
    fn span(&self, component: usize, path: &[Segment]) -> Option<Span> {
        self.map.locate(component, path).map(Located::best)
    }

    /// The place of what a fault is about.
    fn field(&self, fault: &Fault) -> Option<Located> {
        self.map.locate(fault.component, &Self::path(fault))
    }

    /// The path of what a fault is about, from its component.
    fn path(fault: &Fault) -> Vec<Segment> {
        [Segment::from("configuration")].into_iter().chain(fault.path.iter().cloned()).collect()
    }

    /// A component, and the place where it says its apiVersion.
    fn version_of(&self, component: usize) -> Option<(&Component, Span)> {
        let place = self.span(component, &["component".into(), "version".into()])?;
        Some((self.design.components.get(component)?, place))
    }

    /// What should have the field that a fault is about, at the beginning of a sentence.
    fn parent(&self, fault: &Fault) -> String {
        match fault.path.split_last() {
            Some((_, parent)) if !parent.is_empty() => format!("`{}`", display_path(parent)),
            _ => self
                .design
                .components
                .get(fault.component)
                .map_or_else(String::new, |component| component.kind.to_string()),
        }
    }

    /// The value that a fault is about.
    fn value(&self, fault: &Fault) -> Option<Value> {
        let configuration = Value::from(self.design.components.get(fault.component)?.configuration.clone());
        configuration.at(&fault.path).cloned()
    }

    /// Kind and name of a component, as sentences say them.
    fn named(&self, component: usize) -> String {
        let component = self.design.components.get(component);
        component.map_or_else(String::new, |component| {
            format!("{} {}", component.kind, component.name().unwrap_or_default())
        })
    }

    /// Whether two components declare one object.
    fn is_same(&self, one: usize, other: usize) -> bool {
        // A second component of the same identity ends in `#2`; nothing else holds that sign.
        let id = |component: usize| Some(self.graph.nodes.get(component)?.id.split('#').next());
        one == other || id(one).is_some_and(|one| Some(one) == id(other))
    }

    /// Some of the components, each with its position.
    fn objects(&self, objects: Range<usize>) -> impl Iterator<Item = (usize, &Component)> {
        objects.clone().zip(self.design.components.get(objects).unwrap_or_default())
    }

    /// The place where a component begins.
    fn component(&self, component: usize) -> Option<Span> {
        self.map.component(component)
    }
}

/// Runs every check over a design. The order of the findings is that of the rules, then that of the design; whoever
/// prints them sorts them by place.
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = check_objects(context, 0..context.design.components.len());
    findings.extend(check_design(context));
    findings
}

/// Runs the checks of which each looks at one object, over some of the objects. What they find depends on these objects, on
/// the releases and on the kinds that are known, and on nothing else of the design.
pub fn check_objects(context: &Context<'_>, objects: Range<usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Without these three nobody knows what an object is.
    let always = [rules::missing_kind::check, rules::missing_api_version::check, rules::missing_name::check];
    let judging = [
        rules::invalid_name::check,
        rules::invalid_label::check,
        rules::unknown_kind::check,
        rules::api_not_served::check,
        rules::deprecated_api::check,
        rules::invalid_definition::check,
    ];
    for rule in always.into_iter().chain(judging.into_iter().filter(|_| context.judges_objects)) {
        rule(context, objects.clone(), &mut findings);
    }
    if context.references {
        rules::powerful_binding::check(context, objects, &mut findings);
    }
    findings
}

/// Runs all other checks, those that look at several objects at once.
pub fn check_design(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in [
        rules::duplicate_identity::check,
        rules::value_lost::check,
        rules::dangling_relationship::check,
        rules::dependency_cycle::check,
        rules::unknown_object_field::check,
        rules::value_not_allowed::check,
        rules::missing_object_field::check,
        rules::unlisted_value::check,
        rules::malformed_value::check,
        rules::value_out_of_bounds::check,
        rules::repeated_element::check,
        rules::deprecated_api::check_custom,
        rules::no_schema::check,
        rules::unusable_schema::check,
        rules::version_not_defined::check,
        rules::broken_rule::check,
        rules::unevaluated_rule::check,
        rules::transition_rule::check,
        rules::unread_message::check,
        rules::unused_external::check,
        rules::limit_passed::check,
        rules::left_out::check,
    ] {
        rule(context, &mut findings);
    }
    if context.references {
        for rule in [
            rules::missing_object::check,
            rules::absent_host::check,
            rules::selects_nothing::check,
            rules::missing_key::check,
            rules::missing_port::check,
            rules::missing_section::check,
            rules::scaled_replicas::check,
            rules::blocked_eviction::check,
            rules::not_closed::check,
            rules::two_owners::check,
            rules::clashing_routes::check,
            rules::two_scalers::check,
            rules::two_budgets::check,
            rules::escalating_permission::check,
            rules::missing_subset::check,
            rules::empty_subset::check,
            rules::host_not_served::check,
            rules::conflicting_gateways::check,
            rules::duplicate_certificate::check,
            rules::conflicting_hosts::check,
            rules::closed_gateway_port::check,
            rules::two_configurations::check,
            rules::ineffective_selector::check,
            rules::missing_authentication::check,
            rules::conflicting_ports::check,
            rules::conflicting_entries::check,
            rules::ambiguous_port::check,
            rules::ineffective_route::check,
            rules::policy_without_pods::check,
            rules::governing_service::check,
            rules::ineffective_sidecar::check,
            rules::incomplete_certificate::check,
            rules::missing_grant::check,
            rules::route_not_allowed::check,
        ] {
            rule(context, &mut findings);
        }
    }
    findings
}

/// Words what a phase below met.
pub fn word(problem: &design_source::Problem) -> Finding {
    use design_source::Problem;
    match problem {
        Problem::Syntax(problem) => word_syntax(problem),
        Problem::NotAnObject { found, span } => rules::not_an_object::finding(found, *span),
        Problem::FieldType { path, expected, found, span } => rules::field_type::finding(path, expected, found, *span),
        Problem::UnknownField { field, level, nearest, span } => {
            rules::unknown_field::finding(field, *level, *nearest, *span)
        }
        Problem::MissingField { field, span } => rules::missing_design_field::finding(field, *span),
        Problem::CommentNotUnderstood { span } => rules::incomplete_external::comment(*span),
        Problem::IncompleteExternal { key, span } => rules::incomplete_external::finding(key, *span),
        Problem::NoComponents { span } => rules::no_components::finding(*span),
        Problem::UnsoundUse { what, span } => rules::unsound_use::finding(what, *span),
        Problem::ValueLost { what, span } => rules::value_lost::finding(what, *span),
        Problem::Parameters(problem) => word_parameters(problem),
    }
}

/// Words what parsing met.
pub fn word_syntax(problem: &design_syntax::Problem) -> Finding {
    use design_syntax::Problem;
    match problem {
        Problem::Syntax { message, span } => rules::syntax_error::finding(message, *span),
        Problem::DuplicateKey { key, first, second } => rules::duplicate_key::finding(key, *first, *second),
        Problem::LimitPassed { limit, allowed, span } => rules::limit_passed::finding(*limit, *allowed, *span),
        Problem::NotJson { what, span } => rules::not_json::finding(what, *span),
        Problem::ReadDifferently { written, kubernetes, here, span } => {
            rules::read_differently::finding(written, kubernetes, here, *span)
        }
    }
}
