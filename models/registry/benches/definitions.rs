//! What the first look at the Kubernetes model costs: `cargo bench -p design-registry`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use design_registry::definitions::{Archive, DefinitionList, Definitions, KubernetesVersion};

const LIST: &str = include_str!("../../kubernetes/definitions.json");
const SCHEMAS: &[u8] = include_bytes!("../../kubernetes/schemas.bin");

fn main() {
    divan::main();
}

/// What every command pays that asks for a kind.
#[divan::bench]
fn list() -> DefinitionList {
    serde_json::from_str(LIST).unwrap()
}

#[divan::bench]
fn index_of_schemas() -> Archive {
    Archive::open(SCHEMAS).unwrap()
}

/// What a process pays for its first schema.
#[divan::bench(args = [("v1", "ConfigMap"), ("apps/v1", "Deployment"), ("networking.k8s.io/v1", "Ingress")])]
fn first_schema(bencher: divan::Bencher<'_, '_>, kind: (&str, &str)) {
    let list: DefinitionList = serde_json::from_str(LIST).unwrap();
    bencher.with_inputs(|| Definitions::new(list.clone(), SCHEMAS)).bench_refs(|definitions| {
        definitions.schema(KubernetesVersion::new(1, 36), kind.0, kind.1).unwrap().identity()
    });
}

#[divan::bench]
fn known_schema(bencher: divan::Bencher<'_, '_>) {
    let definitions = Definitions::builtin();
    bencher.bench(|| definitions.schema(KubernetesVersion::new(1, 36), "apps/v1", "Deployment").unwrap().identity());
}

#[divan::bench]
fn every_schema() -> usize {
    let definitions = Definitions::new(serde_json::from_str(LIST).unwrap(), SCHEMAS);
    let versions = definitions.releases().iter().map(|release| release.version);
    versions
        .flat_map(|version| definitions.served_by(version).map(move |definition| (version, definition)))
        .filter_map(|(version, definition)| definitions.schema(version, &definition.api_version(), &definition.kind))
        .count()
}
