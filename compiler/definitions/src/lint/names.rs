//! What the name of a file says, and the model that a definition names.

use design_vocabulary::{ModelReference, Span};

use super::{Fault, Subject, What};
use crate::{Definition, compare_versions};

/// The kinds of relationships.
const KINDS: [&str; 3] = ["hierarchical", "edge", "sibling"];

/// Sub-types as they stand in the names of files.
const SUB_TYPES: [&str; 10] = [
    "inventory",
    "alias",
    "wallet",
    "network",
    "firewall",
    "mount",
    "permission",
    "reference",
    "annotation",
    "tagsets",
];

pub(super) fn check(subject: Subject<'_>, faults: &mut Vec<Fault>) {
    let (folder, name) = subject.path.rsplit_once('/').unwrap_or(("", subject.path));
    let stem = name.split_once(".json").or_else(|| name.rsplit_once('.')).map_or(name, |(stem, _)| stem);
    let place = |keys: &[&str]| subject.loaded.place_of(&keys.iter().map(|key| (*key).into()).collect());
    let mut told = |named: String, content: String, span: Span| {
        faults.push(Fault { what: What::FileName { named, content }, span, related: None });
    };
    let own = match &subject.loaded.definition {
        Definition::Component(component) => {
            let is_kind = |rest: &str| rest.is_empty() || rest.starts_with('.');
            if folder.ends_with("components") && !stem.strip_prefix(component.kind.as_str()).is_some_and(is_kind) {
                told(stem.to_owned(), component.kind.to_string(), place(&["component", "kind"]));
            }
            &component.model
        }
        Definition::Relationship(relationship) => {
            let said = words_of(stem);
            let content = [&relationship.kind, &relationship.type_name, &relationship.sub_type];
            let agrees = |(word, content): (&Option<String>, &&design_vocabulary::Text)| {
                word.as_ref().is_none_or(|word| word.eq_ignore_ascii_case(content))
            };
            // `sibling` is a kind in one spelling and a type in the other.
            let is_sibling = said.first() == Some(&Some("sibling".to_owned())) && relationship.type_name == "sibling";
            if !is_sibling && !said.iter().zip(&content).all(agrees) {
                let named: Vec<String> = said.into_iter().flatten().collect();
                told(named.join("/"), relationship.combination().to_string(), place(&["kind"]));
            }
            &relationship.model
        }
        Definition::Model(model) => {
            check_folder(folder, &model.reference, place(&["name"]), faults);
            return;
        }
        Definition::Short(_) => return,
    };
    check_model(subject, own, place(&["model"]), faults);
}

/// Kind, type and subType as the beginning of a file's name says them.
fn words_of(stem: &str) -> [Option<String>; 3] {
    let mut words = stem.split(['-', '_']).peekable();
    let mut take = |known: &dyn Fn(&str) -> bool| words.next_if(|word| known(&word.to_ascii_lowercase()));
    let Some(kind) = take(&|word| KINDS.contains(&word)) else { return [None, None, None] };
    let type_name = match take(&|word| ["parent", "non", "binding", "sibling"].contains(&word)) {
        Some(non) if non.eq_ignore_ascii_case("non") => {
            take(&|word| word == "binding").map(|_| "non-binding".to_owned())
        }
        other => other.map(str::to_owned),
    };
    let sub_type = take(&|word| SUB_TYPES.contains(&word));
    [Some(kind.to_owned()), type_name, sub_type.map(str::to_owned)]
}

/// The folders of a model are its name, the version of what it describes and the version of its definitions. A folder
/// that follows another plan says nothing.
fn check_folder(folder: &str, reference: &ModelReference, span: Span, faults: &mut Vec<Fault>) {
    let mut parts = folder.rsplit('/');
    let (Some(version), Some(upstream), Some(name)) = (parts.next(), parts.next(), parts.next()) else { return };
    if version != reference.version || (upstream == reference.upstream_version && name == reference.name) {
        return;
    }
    let content = format!("{}/{}/{version}", reference.name, reference.upstream_version);
    faults.push(Fault {
        what: What::FileName { named: format!("{name}/{upstream}/{version}"), content },
        span,
        related: None,
    });
}

fn check_model(subject: Subject<'_>, own: &ModelReference, span: Span, faults: &mut Vec<Fault>) {
    let what = match subject.model {
        None if own.name.is_empty() => What::NoModel,
        Some(folder) if !own.name.is_empty() && own.name != folder.name => {
            What::OtherModel { named: own.name.to_string(), folder: folder.name.to_string() }
        }
        Some(folder)
            if !own.upstream_version.is_empty()
                && compare_versions(&own.upstream_version, &folder.upstream_version).is_ne()
                // Definitions that hold for every version of the model say so.
                && own.upstream_version != "*" =>
        {
            What::OtherModel {
                named: format!("{} {}", own.name, own.upstream_version),
                folder: format!("{} {}", folder.name, folder.upstream_version),
            }
        }
        _ => return,
    };
    faults.push(Fault { what, span, related: None });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_its_first_words_say() {
        let said = |stem| words_of(stem).map(Option::unwrap_or_default).join("/");
        assert_eq!(said("edge-non-binding-network-duixv"), "edge/non-binding/network");
        assert_eq!(said("hierarchical-inventory-configMap-to-pod"), "hierarchical//inventory");
        assert_eq!(said("edge-network-ingress-to-service"), "edge//network");
        assert_eq!(said("hierarchical-parent-environment"), "hierarchical/parent/");
        assert_eq!(said("sibling-matchlabels"), "sibling//");
        assert_eq!(said("network-policy"), "//");
    }
}
