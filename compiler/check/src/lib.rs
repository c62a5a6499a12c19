//! The rules.
//!
//! A rule is a file under `rules/`: its code, its severity, how its findings are worded, and, as the doc comment of its
//! constant, the page that `design explain CODE` prints and `docs/findings/CODE.md` holds. The phases below this crate
//! return what they met as data; here it gets its words. To add a rule, add a file, list it in [`RULES`], and bless the
//! pages.

mod overrides;
mod rule;
pub mod rules;

use design_graph::{Graph, Scopes};
use design_render::Manifests;
use design_source::SourceMap;
use design_vocabulary::{Design, Finding, Segment, Span};

pub use design_registry::nearest as nearest_name;
pub use overrides::Overrides;
pub use rule::Rule;
pub use rules::{RULES, find_rule};

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
}

impl Context<'_> {
    /// The place of a field of a component: the value, or the key under which it is missing.
    fn span(&self, component: usize, path: &[Segment]) -> Option<Span> {
        self.map.locate(component, path).map(design_source::Located::best)
    }

    /// The place where a component begins.
    fn component(&self, component: usize) -> Option<Span> {
        self.map.component(component)
    }
}

/// Runs every check over a design. The order of the findings is that of the rules, then that of the design; whoever
/// prints them sorts them by place.
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in [
        rules::missing_kind::check,
        rules::missing_api_version::check,
        rules::missing_name::check,
        rules::invalid_name::check,
        rules::invalid_label::check,
        rules::duplicate_identity::check,
        rules::value_lost::check,
        rules::dangling_relationship::check,
        rules::unknown_kind::check,
        rules::dependency_cycle::check,
        rules::unused_external::check,
        rules::limit_passed::check,
        rules::left_out::check,
    ] {
        rule(context, &mut findings);
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
        Problem::ValueLost { what, span } => rules::value_lost::finding(what, *span),
        Problem::Unsupported { what, span } => rules::unsupported::finding(what, *span),
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
