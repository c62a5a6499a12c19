//! D0602 unknown-object-field.

use design_schema::What;
use design_vocabulary::Finding;

use crate::Context;
use crate::releases;
use crate::rule::rule;

rule! {
    /// An object has a field that the schema of its kind does not know.
    ///
    /// It is a typo, stands at the wrong depth, or belongs to another release of Kubernetes. The API server refuses it where
    /// it validates strictly, as kubectl asks it to, and else drops it without a word.
    ///
    /// The schemas are those of Kubernetes itself; `--kubernetes-version` says of which releases. Those of custom resources
    /// come from their definitions: an object that lists no fields has none there, unless its schema says that unknown ones
    /// are kept (`x-kubernetes-preserve-unknown-fields`).
    ///
    /// ## What to do
    ///
    /// Correct the name or move the field. Notes belong in `metadata.annotations`.
    "D0602", "unknown-object-field", Error
}

/// One finding an unknown field, on its key.
pub fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for fault in context.faults {
        let (What::UnknownField { nearest }, Some((field, _))) = (&fault.what, fault.path.split_last()) else {
            continue;
        };
        let Some(located) = context.field(fault) else {
            continue;
        };
        let (object, field) = (context.parent(fault), design_vocabulary::display_path(std::slice::from_ref(field)));
        let message = format!("{object} has no field `{field}`{}", releases::suffix(context, &fault.releases));
        let help = match nearest {
            Some(near) => format!("did you mean `{near}`?"),
            None => "it is dropped or refused by the API server".to_owned(),
        };
        let path = Context::path(fault);
        let fix = nearest.as_ref().and_then(|near| context.renamed(fault.component, &path, near));
        findings.push(RULE.finding(message, located.key_or_value()).help(help).fix(fix));
    }
}
