//! D0604 missing-object-field.

use design_schema::What;
use design_vocabulary::Finding;

use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// An object lacks a field that the schema of its kind requires.
    ///
    /// The API server refuses it. A field that is there and null counts as missing.
    ///
    /// ## What to do
    ///
    /// Write the field.
    "D0604", "missing-object-field", Error
}

/// One finding a missing field, on what should have it.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let (What::Missing, Some((field, _))) = (&fault.what, fault.path.split_last()) else {
            continue;
        };
        let Some(located) = context.field(fault) else {
            continue;
        };
        let (object, field) = (context.parent(fault), design_vocabulary::display_path(std::slice::from_ref(field)));
        let message = format!("{object} must have `{field}`{}", releases::suffix(context, &fault.releases));
        findings.push(RULE.finding(message, located.best()));
    }
}
