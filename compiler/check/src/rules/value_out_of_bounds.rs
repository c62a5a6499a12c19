//! D0607 value-out-of-bounds.

use design_schema::{Bound, What};
use design_vocabulary::{Finding, display_path};

use super::unlisted_value::shown;
use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// A number, a text, a list or a mapping is smaller or larger than its field allows.
    ///
    /// The schema of the kind sets the bounds, and the API server refuses what passes them.
    ///
    /// ## What to do
    ///
    /// Write a value within the bound that the message names.
    "D0607", "value-out-of-bounds", Error
}

/// One finding a value.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let What::OutOfBounds(bound) = &fault.what else { continue };
        let Some(located) = context.field(fault) else { continue };
        let (path, releases) = (display_path(&fault.path), releases::suffix(context, &fault.releases));
        let path = if path.is_empty() { "the object".to_owned() } else { format!("`{path}`") };
        let value = context.value(fault).unwrap_or_default();
        let found = match bound {
            Bound::CharactersAtLeast(_) | Bound::CharactersAtMost(_) => {
                value.as_str().map_or(0, |text| text.chars().count()).to_string()
            }
            Bound::ElementsAtLeast(_) | Bound::ElementsAtMost(_) => value.as_array().map_or(0, <[_]>::len).to_string(),
            Bound::FieldsAtLeast(_) | Bound::FieldsAtMost(_) => {
                value.as_object().map_or(0, design_vocabulary::Object::len).to_string()
            }
            _ => shown(&value),
        };
        let message = format!("{path} should {}, found {found}{releases}", demand(bound));
        findings.push(RULE.finding(message, located.best()));
    }
}

fn demand(bound: &Bound) -> String {
    let counted = |count: &u64, one: &str, many: &str| {
        let noun = if *count == 1 { one } else { many };
        format!("{count} {noun}")
    };
    match bound {
        Bound::AtLeast(limit) => format!("be at least {limit}"),
        Bound::AtMost(limit) => format!("be at most {limit}"),
        Bound::MoreThan(limit) => format!("be more than {limit}"),
        Bound::LessThan(limit) => format!("be less than {limit}"),
        Bound::MultipleOf(limit) => format!("be a multiple of {limit}"),
        Bound::CharactersAtLeast(count) => format!("have at least {}", counted(count, "character", "characters")),
        Bound::CharactersAtMost(count) => format!("have at most {}", counted(count, "character", "characters")),
        Bound::ElementsAtLeast(count) => format!("have at least {}", counted(count, "element", "elements")),
        Bound::ElementsAtMost(count) => format!("have at most {}", counted(count, "element", "elements")),
        Bound::FieldsAtLeast(count) => format!("have at least {}", counted(count, "field", "fields")),
        Bound::FieldsAtMost(count) => format!("have at most {}", counted(count, "field", "fields")),
    }
}
