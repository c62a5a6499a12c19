//! D0613 invalid-definition.

use std::ops::Range;

use design_schema::{DefinitionFault, judge_definition};
use design_vocabulary::{Finding, Path, Segment, display_path};

use crate::Context;
use crate::rule::rule;

rule! {
    /// A custom resource definition that the API server refuses, though it has the right fields.
    ///
    /// A definition in `apiextensions.k8s.io/v1` has to be named by plural and group, store exactly one of its versions, and
    /// give each a structural schema: every part has a type; an object lists its fields or takes any; the branches of `allOf`,
    /// `anyOf`, `oneOf` and `not` only constrain what is described around them; `$ref`, `definitions`, `uniqueItems: true` and
    /// some other keywords are not there; the keys of a list of type `map` are fields of its elements.
    ///
    /// The rules are those of Kubernetes' page on structural schemas.
    ///
    /// ## What to do
    ///
    /// Change what the message names.
    "D0613", "invalid-definition", Error
}

/// One finding a fault of a definition.
pub fn check(context: &Context<'_>, objects: Range<usize>, findings: &mut Vec<Finding>) {
    for (index, component) in context.objects(objects) {
        for (path, fault) in judge_definition(component) {
            let full: Path = [Segment::from("configuration")].into_iter().chain(path.iter().cloned()).collect();
            let Some(located) = context.map.locate(index, &full) else { continue };
            let place = match fault {
                DefinitionFault::Keyword { .. } | DefinitionFault::NoType | DefinitionFault::OnlyInBranch { .. } => {
                    located.key_or_value()
                }
                _ => located.best(),
            };
            let (message, help) = word(&path, &fault);
            let finding = RULE.finding(message, place);
            findings.push(match help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }
}

fn word(path: &[Segment], fault: &DefinitionFault) -> (String, Option<String>) {
    let shown = display_path(path);
    let help = |text: &str| Some(text.to_owned());
    match fault {
        DefinitionFault::Name { expected } => (
            format!("the name of this definition should be `{expected}`"),
            help("it is the plural and the group, with a dot between them"),
        ),
        DefinitionFault::ListKind => ("`spec.names.listKind` should not be the kind itself".to_owned(), None),
        DefinitionFault::NoVersion => ("this definition has no version".to_owned(), None),
        DefinitionFault::Stored(0) => (
            "no version of this definition is stored".to_owned(),
            help("one version has `storage: true`, the others `storage: false`"),
        ),
        DefinitionFault::Stored(count) => (
            format!("{count} versions of this definition are stored, and one has to be"),
            help("one version has `storage: true`, the others `storage: false`"),
        ),
        DefinitionFault::VersionTwice => (format!("`{shown}` names a version twice"), None),
        DefinitionFault::NoSchema => (
            format!("`{shown}` has no schema"),
            help(
                "write `schema.openAPIV3Schema`; `type: object` with `x-kubernetes-preserve-unknown-fields: true` allows anything",
            ),
        ),
        DefinitionFault::KeepsEverything => (
            "`spec.preserveUnknownFields` should not be true".to_owned(),
            help("write `x-kubernetes-preserve-unknown-fields: true` in the schema where it is needed"),
        ),
        DefinitionFault::RootType => ("the schema of a whole object should have the type `object`".to_owned(), None),
        DefinitionFault::NoType => (
            format!("`{shown}` has no type"),
            help("write `type`, or `x-kubernetes-preserve-unknown-fields: true` where anything may stand"),
        ),
        DefinitionFault::Keyword { keyword, reason } => {
            (format!("`{shown}`: `{keyword}` is not allowed here"), Some((*reason).to_owned()))
        }
        DefinitionFault::OnlyInBranch { field } => (
            format!("`{shown}` constrains a field `{field}` that the schema around it does not describe"),
            help("describe the field under `properties` beside the choice"),
        ),
        DefinitionFault::ListKey { key: None } => {
            (format!("`{shown}` is `map`, and there are no keys"), help("name them in `x-kubernetes-list-map-keys`"))
        }
        DefinitionFault::ListKey { key: Some(key) } => {
            (format!("`{shown}` names `{key}`, which is no field of the elements"), None)
        }
    }
}
