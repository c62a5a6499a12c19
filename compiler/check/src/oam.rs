//! The words for what reading an application met.

use design_oam::Problem;
use design_vocabulary::Finding;

use crate::{rules, word_syntax};

/// Words what reading an application of the Open Application Model met.
pub fn word_oam(problem: &Problem) -> Finding {
    match problem {
        Problem::Syntax(problem) => word_syntax(problem),
        Problem::UnknownType { component, name, nearest, span, definition } => {
            rules::unknown_component_type::finding(component, name, *nearest, *definition, *span)
        }
        Problem::UnknownTrait { name, nearest, span, definition } => {
            rules::unknown_trait::finding(name, *nearest, *definition, *span)
        }
        Problem::UnknownProperty { property, of, nearest, span } => {
            rules::unknown_property::finding(property, of, *nearest, *span)
        }
        Problem::NotInKubernetes { what, why, span } => rules::controller_only::finding(what, why, *span),
        Problem::Invalid { message, span } => rules::invalid_application::finding(message, *span),
    }
}
