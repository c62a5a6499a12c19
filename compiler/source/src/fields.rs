//! The fields of design files, in the order in which `design fmt` writes them.
//!
//! What a person writes comes first, what machines add comes behind it. The names are those of Meshery's design,
//! component and relationship schemas v1beta1 to v1beta3; `parameters` is ours.

/// Fields of a design.
pub(crate) const DESIGN: &[&str] =
    &["name", "version", "schemaVersion", "id", "metadata", "preferences", "parameters", "components", "relationships"];

/// Fields of a component.
pub(crate) const COMPONENT: &[&str] = &[
    "displayName",
    "component",
    "configuration",
    "id",
    "schemaVersion",
    "version",
    "description",
    "format",
    "model",
    "modelReference",
    "modelId",
    "metadata",
    "capabilities",
    "status",
    "styles",
    "createdAt",
    "updatedAt",
    "deletedAt",
];

/// Fields of `component` in a component.
pub(crate) const DEFINITION: &[&str] = &["kind", "version", "schema"];

/// Fields of a relationship.
pub(crate) const RELATIONSHIP: &[&str] = &[
    "kind",
    "type",
    "subType",
    "selectors",
    "id",
    "schemaVersion",
    "version",
    "model",
    "modelId",
    "modelReference",
    "status",
    "metadata",
    "evaluationQuery",
    "capabilities",
    "createdAt",
    "updatedAt",
    "deletedAt",
];

/// Fields of a service in the legacy form.
pub(crate) const SERVICE: &[&str] = &[
    "type",
    "apiVersion",
    "namespace",
    "name",
    "labels",
    "annotations",
    "dependsOn",
    "settings",
    "id",
    "version",
    "model",
    "isAnnotation",
    "traits",
];

/// Names that Meshery writes in both cases, depending on the version: snake case, camel case.
///
/// v1beta1 files have the former, v1beta3 files the latter, and real files mix them, so both are read everywhere.
pub(crate) const CASES: &[(&str, &str)] = &[
    ("alias_component_id", "aliasComponentId"),
    ("immediate_parent_id", "immediateParentId"),
    ("immediate_ref_field_path", "immediateRefFieldPath"),
    ("relationship_id", "relationshipId"),
    ("resolved_parent_id", "resolvedParentId"),
    ("resolved_ref_field_path", "resolvedRefFieldPath"),
    ("created_at", "createdAt"),
    ("updated_at", "updatedAt"),
    ("deleted_at", "deletedAt"),
    ("sub_type", "subType"),
    ("credential_id", "credentialId"),
    ("connection_id", "registrantId"),
    ("user_id", "userId"),
    ("model_id", "modelId"),
    ("match_strategy_matrix", "matchStrategyMatrix"),
    ("components_count", "componentsCount"),
    ("relationships_count", "relationshipsCount"),
];

/// The camel-case form of a name that has two.
pub(crate) fn camel(name: &str) -> &str {
    CASES.iter().find(|(snake, _)| *snake == name).map_or(name, |(_, camel)| camel)
}
