//! What a document is, by its content.

use design_syntax::{Document, Kind, NodeRef};

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// A design with `components`.
    Design,
    /// A design with `services` of types, as Meshery wrote it before v1beta1.
    LegacyDesign,
    /// A Kubernetes object, or something that should be one: it has `apiVersion` or `kind`.
    Manifest,
    /// A kustomization or one of its components.
    Kustomization,
    /// A compose file.
    Compose,
    /// An Open Application Model object, or an Appfile.
    Oam,
    /// A Score workload.
    Score,
    /// A definition of a Meshery model: a component, relationship or model.
    ModelDefinition,
    /// A mapping that is none of these.
    Other,
    /// Not a mapping.
    NotAMapping,
}

/// Says what a document is. Only its first two levels are looked at.
pub fn classify(document: &Document) -> Form {
    let Some(root) = document.root() else {
        return Form::NotAMapping;
    };
    let root = root.resolved();
    if root.kind() != Kind::Mapping {
        return Form::NotAMapping;
    }
    let schema_version = root.get("schemaVersion").map(NodeRef::text).unwrap_or_default();
    // Whatever the host: forks of Meshery write theirs.
    let definitions = ["components.", "models.", "relationships.", "connections.", "capability."];
    let is_definition = |start: &&str| schema_version.starts_with(*start) && schema_version.contains("/v");
    if definitions.iter().any(is_definition) || schema_version.starts_with("model.design/") {
        return Form::ModelDefinition;
    }
    if root.get("kind").is_some() || root.get("apiVersion").is_some() {
        return manifest(root);
    }
    let components = root.get("components");
    if schema_version.starts_with("designs.meshery.io/") || components.is_some_and(|list| list.kind() == Kind::Sequence)
    {
        return Form::Design;
    }
    let uses = root.get("uses").is_some_and(|list| list.kind() == Kind::Sequence);
    if uses && root.get("services").is_none() && root.get("name").is_some() {
        return Form::Design;
    }
    if is_appfile(root) {
        return Form::Oam;
    }
    if let Some(services) = root.get("services").filter(|services| services.kind() == Kind::Mapping) {
        let is_typed =
            |service: NodeRef<'_>| ["type", "settings", "traits"].iter().any(|key| service.get(key).is_some());
        let legacy = services.entries().any(|(_, service)| is_typed(service.resolved()));
        return if legacy { Form::LegacyDesign } else { Form::Compose };
    }
    let is_named = ["name", "relationships", "schemaVersion"].iter().any(|key| root.get(key).is_some());
    if components.is_some() && is_named { Form::Design } else { Form::Other }
}

/// Whether a document is an Appfile of KubeVela (`vela.yaml`): every service has a type of its own, and none of the parts that
/// a service of a design has.
pub fn is_appfile(root: NodeRef<'_>) -> bool {
    const TYPES: [&str; 7] = ["webservice", "worker", "statefulset", "statefulservice", "daemon", "task", "cron-task"];
    let Some(services) = root.get("services").filter(|services| services.kind() == Kind::Mapping) else { return false };
    let is_service = |service: NodeRef<'_>| {
        let has_type = service.get("type").is_some_and(|name| TYPES.contains(&name.text()));
        has_type && service.get("settings").is_none() && service.get("traits").is_none()
    };
    let mut services = services.entries().map(|(_, service)| service.resolved()).peekable();
    services.peek().is_some() && services.all(is_service)
}

fn manifest(root: NodeRef<'_>) -> Form {
    let group = root.get("apiVersion").map(NodeRef::text).unwrap_or_default();
    if group.starts_with("kustomize.config.k8s.io/") {
        Form::Kustomization
    } else if group.starts_with("core.oam.dev/") {
        Form::Oam
    } else if group.starts_with("score.dev/") {
        Form::Score
    } else {
        Form::Manifest
    }
}

/// Whether an API group holds things that only a canvas shows (`core.meshery.io`, `meshery-shapes.meshery.io`).
pub fn is_drawing_group(group: &str) -> bool {
    group == "meshery.io" || group.ends_with(".meshery.io")
}

#[cfg(test)]
mod tests {
    use design_syntax::{Limits, SourceText, parse};
    use design_vocabulary::FileId;

    use super::*;

    #[test]
    fn the_content_decides() {
        for (text, form) in [
            ("schemaVersion: designs.meshery.io/v1beta1\n", Form::Design),
            ("name: a\ncomponents: []\n", Form::Design),
            ("components: []\n", Form::Design),
            ("name: a\nuses: []\n", Form::Design),
            ("name: a\nuses: []\nservices: {b: {image: nginx}}\n", Form::Compose),
            ("services:\n  a: {type: Service.K8s}\n", Form::LegacyDesign),
            ("services:\n  a: {type: Service.K8s}\ncomponents: []\n", Form::Design),
            ("kind: edge\nschemaVersion: relationships.meshery.io/v1alpha3\n", Form::ModelDefinition),
            ("services:\n  a: {image: nginx}\n", Form::Compose),
            ("services:\n  a: {type: webservice, image: nginx}\n", Form::Oam),
            ("apiVersion: v1\nkind: Pod\n", Form::Manifest),
            ("kind: Pod\n", Form::Manifest),
            ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", Form::Kustomization),
            ("apiVersion: core.oam.dev/v1beta1\nkind: Application\n", Form::Oam),
            ("apiVersion: score.dev/v1b1\nmetadata: {name: a}\n", Form::Score),
            ("schemaVersion: components.meshery.io/v1beta1\n", Form::ModelDefinition),
            ("kind: edge\nschemaVersion: relationships.a.fork.example/v1alpha3\n", Form::ModelDefinition),
            ("name: acme\nschemaVersion: model.design/v1\n", Form::ModelDefinition),
            ("hello: world\n", Form::Other),
            ("- a\n", Form::NotAMapping),
            ("text\n", Form::NotAMapping),
        ] {
            let parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
            assert_eq!(classify(&parsed.documents[0]), form, "{text}");
        }
    }
}
