//! D0816 differs-from-kustomize.

use design_vocabulary::{Finding, Span};

use crate::rule::rule;

rule! {
    /// Something that kustomize does otherwise than kubectl, loses, or ignores.
    ///
    /// Kustomize writes kubectl's instructions `$setElementOrder`, `$retainKeys` and `$deleteFromPrimitiveList`
    /// into the object as if they were fields; here they are done. And where the elements of a list are told apart
    /// by two keys (ports: number and protocol), kustomize does not find the element that a patch means if the
    /// patch leaves one of them out; such a part has no effect here either. Fields that a generator or transformer
    /// in a file of its own does not have are ignored by kustomize.
    ///
    /// ## What to do
    ///
    /// Say the same in a way that both understand: write both keys of the element, or patch with operations.
    "D0816", "differs-from-kustomize", Warning
}

/// How, as a sentence.
pub fn finding(what: &str, span: Span) -> Finding {
    RULE.finding(what, span)
}
