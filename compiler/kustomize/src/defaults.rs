//! The fields that kustomize knows without being told. Which they are comes from its documentation and its built-in
//! configuration (`kustomize config`); here they are put together from where pods stand in objects and what pods name.

use design_vocabulary::Text;

use crate::config::{Config, NameReference};
use crate::field_spec::FieldSpec;
use crate::resource::Gvk;

/// Where a pod stands in objects of a kind.
const PODS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", "spec/template/spec"),
    ("ReplicaSet", "spec/template/spec"),
    ("DaemonSet", "spec/template/spec"),
    ("StatefulSet", "spec/template/spec"),
    ("ReplicationController", "spec/template/spec"),
    ("Job", "spec/template/spec"),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// Kinds whose pods are not looked at for configuration.
const WITHOUT_CONFIGURATION: &[&str] = &["ReplicationController"];

/// Kinds whose pods are not looked at for accounts, claims and priorities.
const WITHOUT_ACCOUNTS: &[&str] = &["PodTemplate", "ReplicaSet"];

/// Kinds whose pods are not looked at for variables.
const WITHOUT_VARIABLES: &[&str] = &["PodTemplate", "ReplicationController"];

fn gvk(text: &str) -> Gvk {
    let mut parts = text.split('|');
    let mut next = || Text::from(parts.next().unwrap_or_default());
    let kind = next();
    Gvk { kind, group: next(), version: next() }
}

/// A field of a kind; the kind is `Kind|group|version`.
fn spec(kind: &str, path: &str, create: bool) -> FieldSpec {
    FieldSpec { gvk: gvk(kind), path: path.into(), create }
}

fn in_pods(without: &[&str], inner: &[&str]) -> Vec<FieldSpec> {
    let pods = PODS.iter().filter(|(kind, _)| !without.contains(kind));
    pods.flat_map(|(kind, pod)| inner.iter().map(move |path| spec(kind, &format!("{pod}/{path}"), false))).collect()
}

/// The built-in configuration.
pub(crate) fn config() -> Config {
    let template_labels = metadata_labels();
    let mut common_labels = selectors();
    common_labels.extend(template_labels.iter().cloned());
    Config {
        name_prefix: vec![FieldSpec::any("metadata/name", false)],
        name_suffix: vec![FieldSpec::any("metadata/name", false)],
        namespace: vec![
            spec("Namespace", "metadata/name", true),
            spec("APIService|apiregistration.k8s.io", "spec/service/namespace", true),
            spec(
                "CustomResourceDefinition|apiextensions.k8s.io",
                "spec/conversion/webhook/clientConfig/service/namespace",
                false,
            ),
        ],
        common_labels,
        labels: Vec::new(),
        template_labels,
        common_annotations: annotations(),
        name_references: name_references(),
        variable_references: variable_references(),
        images: images(),
        replicas: ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"]
            .map(|kind| spec(kind, "spec/replicas", true))
            .to_vec(),
    }
}

fn selectors() -> Vec<FieldSpec> {
    let mut specs =
        vec![spec("Service||v1", "spec/selector", true), spec("ReplicationController||v1", "spec/selector", true)];
    for kind in ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet|apps"] {
        specs.push(spec(kind, "spec/selector/matchLabels", true));
    }
    let terms = [
        "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
        "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
        "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
        "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
        "topologySpreadConstraints",
    ];
    for kind in ["Deployment|apps", "StatefulSet|apps"] {
        for term in terms {
            specs.push(spec(kind, &format!("spec/template/spec/{term}/labelSelector/matchLabels"), false));
        }
    }
    specs.extend([
        spec("Job|batch", "spec/selector/matchLabels", false),
        spec("CronJob|batch", "spec/jobTemplate/spec/selector/matchLabels", false),
        spec("PodDisruptionBudget|policy", "spec/selector/matchLabels", false),
    ]);
    for path in ["spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"] {
        specs.push(spec("NetworkPolicy|networking.k8s.io", &format!("{path}/matchLabels"), false));
    }
    specs
}

fn metadata_labels() -> Vec<FieldSpec> {
    vec![
        FieldSpec::any("metadata/labels", true),
        spec("ReplicationController||v1", "spec/template/metadata/labels", true),
        spec("Deployment", "spec/template/metadata/labels", true),
        spec("ReplicaSet", "spec/template/metadata/labels", true),
        spec("DaemonSet", "spec/template/metadata/labels", true),
        spec("StatefulSet|apps", "spec/template/metadata/labels", true),
        spec("StatefulSet|apps", "spec/volumeClaimTemplates[]/metadata/labels", true),
        spec("Job|batch", "spec/template/metadata/labels", true),
        spec("CronJob|batch", "spec/jobTemplate/metadata/labels", true),
        spec("CronJob|batch", "spec/jobTemplate/spec/template/metadata/labels", true),
    ]
}

fn annotations() -> Vec<FieldSpec> {
    vec![
        FieldSpec::any("metadata/annotations", true),
        spec("ReplicationController||v1", "spec/template/metadata/annotations", true),
        spec("Deployment", "spec/template/metadata/annotations", true),
        spec("ReplicaSet", "spec/template/metadata/annotations", true),
        spec("DaemonSet", "spec/template/metadata/annotations", true),
        spec("StatefulSet", "spec/template/metadata/annotations", true),
        spec("Job|batch", "spec/template/metadata/annotations", true),
        spec("CronJob|batch", "spec/jobTemplate/metadata/annotations", true),
        spec("CronJob|batch", "spec/jobTemplate/spec/template/metadata/annotations", true),
    ]
}

fn images() -> Vec<FieldSpec> {
    let inner = ["containers[]/image", "initContainers[]/image", "volumes[]/image/reference"];
    let pods = ["spec", "spec/template/spec"];
    let paths = pods.iter().flat_map(|pod| inner.iter().map(move |path| format!("{pod}/{path}")));
    paths.map(|path| FieldSpec::any(&path, true)).collect()
}

fn name_references() -> Vec<NameReference> {
    let to = |target: &str, referrers: Vec<FieldSpec>| NameReference { target: gvk(target), referrers };
    let listed = |fields: &[(&str, &str)]| -> Vec<FieldSpec> {
        fields.iter().map(|(kind, path)| spec(kind, path, false)).collect()
    };
    let scaled = listed(&[("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]);
    let mut references: Vec<NameReference> = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"]
        .iter()
        .map(|kind| to(kind, scaled.clone()))
        .collect();

    let mut config_map = in_pods(
        WITHOUT_CONFIGURATION,
        &[
            "volumes/configMap/name",
            "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name",
            "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name",
            "volumes/projected/sources/configMap/name",
        ],
    );
    config_map.extend(listed(&[
        ("Node", "spec/configSource/configMap"),
        ("Role", "rules/resourceNames"),
        ("ClusterRole", "rules/resourceNames"),
        ("Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"),
    ]));
    references.push(to("ConfigMap||v1", config_map));

    let mut secret = in_pods(
        WITHOUT_CONFIGURATION,
        &[
            "volumes/secret/secretName",
            "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name",
            "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name",
            "imagePullSecrets/name",
            "volumes/projected/sources/secret/name",
        ],
    );
    secret.extend(listed(&[
        ("Ingress", "spec/tls/secretName"),
        ("Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
        ("Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret"),
        ("Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret"),
        ("ServiceAccount", "imagePullSecrets/name"),
        ("StorageClass", "parameters/secretName"),
        ("StorageClass", "parameters/adminSecretName"),
        ("StorageClass", "parameters/userSecretName"),
        ("StorageClass", "parameters/secretRef"),
        ("Role", "rules/resourceNames"),
        ("ClusterRole", "rules/resourceNames"),
        ("Service|serving.knative.dev|v1", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        ("PersistentVolume", "spec/azureFile/secretName"),
    ]));
    references.push(to("Secret||v1", secret));

    references.push(to(
        "Service||v1",
        listed(&[
            ("StatefulSet|apps", "spec/serviceName"),
            ("Ingress", "spec/rules/http/paths/backend/serviceName"),
            ("Ingress", "spec/backend/serviceName"),
            ("Ingress", "spec/rules/http/paths/backend/service/name"),
            ("Ingress", "spec/defaultBackend/service/name"),
            ("APIService|apiregistration.k8s.io", "spec/service/name"),
            ("ValidatingWebhookConfiguration|admissionregistration.k8s.io", "webhooks/clientConfig/service"),
            ("MutatingWebhookConfiguration|admissionregistration.k8s.io", "webhooks/clientConfig/service"),
        ]),
    ));
    let binding = ("RoleBinding|rbac.authorization.k8s.io", "roleRef/name");
    let cluster_binding = ("ClusterRoleBinding|rbac.authorization.k8s.io", "roleRef/name");
    references.push(to("Role|rbac.authorization.k8s.io", listed(&[binding])));
    references.push(to("ClusterRole|rbac.authorization.k8s.io", listed(&[binding, cluster_binding])));

    let mut account = listed(&[
        ("RoleBinding|rbac.authorization.k8s.io", "subjects"),
        ("ClusterRoleBinding|rbac.authorization.k8s.io", "subjects"),
    ]);
    account.extend(in_pods(WITHOUT_ACCOUNTS, &["serviceAccountName"]));
    references.push(to("ServiceAccount||v1", account));
    let claim = in_pods(WITHOUT_ACCOUNTS, &["volumes/persistentVolumeClaim/claimName"]);
    references.push(to("PersistentVolumeClaim||v1", claim));
    references.push(to(
        "PersistentVolume||v1",
        listed(&[("PersistentVolumeClaim", "spec/volumeName"), ("ClusterRole", "rules/resourceNames")]),
    ));
    references.push(to(
        "StorageClass|storage.k8s.io|v1",
        listed(&[
            ("PersistentVolume", "spec/storageClassName"),
            ("PersistentVolumeClaim", "spec/storageClassName"),
            ("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
        ]),
    ));
    references.push(to("PriorityClass|scheduling.k8s.io|v1", in_pods(WITHOUT_ACCOUNTS, &["priorityClassName"])));
    references.push(to(
        "ValidatingAdmissionPolicy|admissionregistration.k8s.io",
        listed(&[("ValidatingAdmissionPolicyBinding|admissionregistration.k8s.io", "spec/policyName")]),
    ));
    references
}

fn variable_references() -> Vec<FieldSpec> {
    let mut specs = in_pods(
        WITHOUT_VARIABLES,
        &[
            "containers/args",
            "containers/command",
            "containers/env/value",
            "containers/volumeMounts/mountPath",
            "initContainers/args",
            "initContainers/command",
            "initContainers/env/value",
            "initContainers/volumeMounts/mountPath",
        ],
    );
    for (kind, path) in [
        ("Pod", "spec/volumes/nfs/server"),
        ("DaemonSet", "spec/template/spec/volumes/nfs/server"),
        ("Deployment", "spec/template/spec/volumes/nfs/server"),
        ("Job", "spec/template/spec/volumes/nfs/server"),
        ("ReplicaSet", "spec/template/spec/volumes/nfs/server"),
        ("CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server"),
        ("StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server"),
        ("PersistentVolume", "spec/nfs/server"),
        ("Deployment", "spec/template/metadata/annotations"),
        ("Ingress", "spec/rules/host"),
        ("Ingress", "spec/tls/hosts"),
        ("Ingress", "spec/tls/secretName"),
        ("Service", "spec/ports/port"),
        ("Service", "spec/ports/targetPort"),
    ] {
        specs.push(spec(kind, path, false));
    }
    specs.push(FieldSpec::any("metadata/labels", false));
    specs.push(FieldSpec::any("metadata/annotations", false));
    specs
}
