//! What a design is rendered as.

/// What a design is rendered as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Manifests of Kubernetes.
    #[default]
    Kubernetes,
    /// A Helm chart.
    Helm,
    /// A compose file.
    Compose,
}
