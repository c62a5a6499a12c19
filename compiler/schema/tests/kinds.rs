//! Every kind of every release is judged.

use design_registry::definitions::Definitions;
use design_schema::{Checker, What};
use design_vocabulary::{Component, Design, Object, Value};

#[test]
fn an_unknown_field_is_found_in_every_kind_that_is_served() {
    let definitions = Definitions::builtin();
    for release in definitions.releases() {
        let mut configuration = Object::new();
        configuration.insert("noSuchField", Value::from(true));
        let components = definitions.served_by(release.version).map(|definition| Component {
            kind: definition.kind.as_str().into(),
            api_version: definition.api_version().into(),
            configuration: configuration.clone(),
            ..Component::default()
        });
        let design = Design { components: components.collect(), ..Design::default() };
        let releases = [release.version];
        let faults = Checker::new(&releases, &()).check(&design).faults;
        for (index, component) in design.components.iter().enumerate() {
            let found = faults.iter().any(|fault| {
                let is_unknown = matches!(fault.what, What::UnknownField { .. });
                fault.component == index && is_unknown && fault.path == ["noSuchField".into()]
            });
            assert!(found, "{} {} in {}", component.api_version, component.kind, release.version);
        }
    }
}

#[test]
fn what_is_wrong_in_several_releases_is_told_once() {
    let definitions = Definitions::builtin();
    let releases: Vec<_> = definitions.releases().iter().map(|release| release.version).collect();
    let mut spec = Object::new();
    spec.insert("hostnameOverride", Value::from("a"));
    spec.insert("restartPolice", Value::from("Never"));
    let mut configuration = Object::new();
    configuration.insert("spec", Value::from(spec));
    let pod = Component { kind: "Pod".into(), api_version: "v1".into(), configuration, ..Component::default() };
    let design = Design { components: vec![pod], ..Design::default() };
    let faults = Checker::new(&releases, &()).check(&design).faults;
    let of =
        |field: &str| faults.iter().filter(|fault| fault.path == ["spec".into(), field.into()]).collect::<Vec<_>>();
    let [typo] = of("restartPolice")[..] else { panic!("{faults:?}") };
    assert_eq!(typo.releases, releases);
    assert_eq!(typo.what, What::UnknownField { nearest: Some("restartPolicy".to_owned()) });
    // Since 1.34.
    let [new] = of("hostnameOverride")[..] else { panic!("{faults:?}") };
    assert_eq!(new.releases, releases[..1]);
    assert_eq!(Checker::new(&[], &()).check(&design).faults, []);
}
