//! D0802 unknown-kustomization-field.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// A field that kustomizations do not have.
    ///
    /// Kustomize refuses such a file; here the field is left out and everything else is built. Most often it is a
    /// typing error, or a field that stands one level too high or too low.
    ///
    /// ## What to do
    ///
    /// Correct the name, or move the field to where kustomize takes it.
    "D0802", "unknown-kustomization-field", Error
}

/// The field, and the one that was probably meant.
pub fn finding(field: &str, nearest: Option<&str>, span: Span) -> Finding {
    let finding = RULE.finding(format!("kustomize has no field `{field}` here"), span);
    match nearest {
        Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
        None => {
            finding.help("remove it, or see https://kubectl.docs.kubernetes.io/references/kustomize/ for the fields")
        }
    }
}
