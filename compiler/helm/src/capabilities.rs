//! `.Capabilities`: what `helm template` says of the cluster when it is told nothing.

use crate::evaluate::context;
use crate::value::{Data, Value};

/// The release of Kubernetes that Helm 4.2 takes for granted.
pub(crate) const KUBE_VERSION: &str = "v1.36.0";

/// The release of Helm whose answers these are.
const HELM_VERSION: &str = "v4.2.4";

/// The API versions that Helm 4.2 takes for granted: those of client-go 0.36 and of the definitions of custom resources.
const API_VERSIONS: &str = include_str!("api_versions.txt");

/// `.Capabilities` for a release of Kubernetes, and for API versions that the cluster has beside the usual ones.
pub(crate) fn capabilities(kube_version: &str, more: &[String]) -> Value {
    let versions: Vec<String> = API_VERSIONS.lines().map(str::to_owned).chain(more.iter().cloned()).collect();
    let helm = [
        ("Version", HELM_VERSION.into()),
        ("GitCommit", "".into()),
        ("GitTreeState", "".into()),
        ("GoVersion", "".into()),
        ("KubeClientVersion", KUBE_VERSION.into()),
    ];
    let entries = [
        ("KubeVersion", Value::from(Data::KubeVersion(kube_version.into()))),
        ("APIVersions", Data::Versions(versions.into()).into()),
        ("HelmVersion", context(helm).into()),
    ];
    context(entries).into()
}
