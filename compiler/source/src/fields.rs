//! The fields of design files, in the order in which `design fmt` writes them.
//!
//! What a person writes comes first, what machines add comes behind it. The names are those of Meshery's design,
//! component and relationship schemas v1beta1 to v1beta3; `parameters`, `uses` and `externals` are
//! ours.

/// Fields of a design.
pub(crate) const DESIGN: &[&str] = &[
    "name",
    "version",
    "schemaVersion",
    "id",
    "metadata",
    "preferences",
    "parameters",
    "uses",
    "externals",
    "components",
    "relationships",
];

/// Fields of an entry of `uses`.
pub(crate) const USE: &[&str] = &["name", "design", "tag", "commit", "path", "parameters"];

/// Fields of an entry of `externals`.
pub(crate) const EXTERNAL: &[&str] = &["kind", "name", "namespace", "apiVersion", "group"];

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

/// Which spelling of a name the schemas have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Snake case in every version.
    Snake,
    /// Camel case in every version.
    Camel,
    /// Snake case in v1beta1, camel case in v1beta3.
    ByVersion,
}

/// Names that occur in both cases: snake case, camel case, and which one the schemas of v1beta1 and v1beta3 have.
///
/// Real files mix them, whatever version they declare (the server's own types write `connection_id` where the schema says
/// `registrantId`), so both are read everywhere.
pub(crate) const CASES: &[(&str, &str, Case)] = &[
    ("alias_component_id", "aliasComponentId", Case::ByVersion),
    ("immediate_parent_id", "immediateParentId", Case::ByVersion),
    ("immediate_ref_field_path", "immediateRefFieldPath", Case::ByVersion),
    ("relationship_id", "relationshipId", Case::ByVersion),
    ("resolved_parent_id", "resolvedParentId", Case::ByVersion),
    ("resolved_ref_field_path", "resolvedRefFieldPath", Case::ByVersion),
    ("match_strategy_matrix", "matchStrategyMatrix", Case::ByVersion),
    ("created_at", "createdAt", Case::Snake),
    ("updated_at", "updatedAt", Case::Snake),
    ("deleted_at", "deletedAt", Case::Snake),
    ("user_id", "userId", Case::Snake),
    ("sub_type", "subType", Case::Camel),
    ("credential_id", "credentialId", Case::Camel),
    ("connection_id", "registrantId", Case::Camel),
    ("model_id", "modelId", Case::Camel),
    ("components_count", "componentsCount", Case::Camel),
    ("relationships_count", "relationshipsCount", Case::Camel),
];

/// The camel-case form of a name that has two.
pub(crate) fn camel(name: &str) -> &str {
    CASES.iter().find(|(snake, ..)| *snake == name).map_or(name, |(_, camel, _)| camel)
}
