//! The policies that the program carries: each with a good and a bad example, and the Pod Security Standards value by value.

use std::collections::BTreeSet;

use design_pipeline::{Compilation, MemoryWorld, Request, compile};
use design_policy::{POLICIES, Policy, SETS, find_policy, select};
use design_registry::definitions::KubernetesVersion;
use design_tests::{Project, files_below, golden, repository};
use design_vocabulary::Severity;
use serde_json::{Value, json};

const STANDARDS: &str = "tests/fixtures/policies/pod-security.json";

fn judged(policy: &'static Policy, files: Vec<(String, Vec<u8>)>, releases: &[KubernetesVersion]) -> Compilation {
    compile(
        &MemoryWorld::new(files),
        &Request {
            relationships: true,
            releases: releases.to_vec(),
            policy_sets: vec![policy],
            judges_schemas: false,
            ..Request::new([".".to_owned()])
        },
    )
}

/// What a policy finds, a line each: place, severity, message.
fn found(policy: &'static Policy, name: &str, text: Vec<u8>, release: &str) -> Vec<String> {
    let compilation = judged(policy, vec![(name.to_owned(), text)], &[release.parse().unwrap()]);
    let code = design_check::find_rule(policy.set).unwrap().code;
    let undecided = compilation.report.findings.iter().find(|finding| finding.code.0 == "D0706");
    assert_eq!(undecided, None);
    let findings = compilation.report.findings.iter().filter(|finding| finding.code == code);
    let lines = findings.map(|finding| {
        let source = compilation.sources.get(finding.primary.file).unwrap();
        let place = source.place(finding.primary);
        assert!(finding.help.is_some(), "{finding:?}");
        format!(
            "{}:{}: {}: {} | {}",
            place.line,
            place.column,
            finding.severity.as_str(),
            finding.message,
            source.slice(finding.primary.start, finding.primary.end).lines().next().unwrap_or_default()
        )
    });
    lines.collect()
}

#[test]
fn every_policy_passes_its_good_example_and_finds_each_fault_of_its_bad_one() {
    for policy in POLICIES {
        let folder = format!("tests/fixtures/policies/{}", policy.path());
        let read = |name: &str| std::fs::read(repository().join(&folder).join(name)).unwrap();
        let good = found(policy, "good.yaml", read("good.yaml"), "1.36");
        assert!(good.is_empty(), "{folder}: {good:?}");
        let bad = found(policy, "bad.yaml", read("bad.yaml"), "1.36");
        assert!(!bad.is_empty(), "{folder} finds nothing");
        golden(&format!("{folder}/bad.txt"), &format!("{}\n", bad.join("\n")));
    }
}

#[test]
fn every_file_of_a_policy_is_known_and_says_where_it_comes_from() {
    let files = files_below(&repository().join("models/policies"), &["rego"], |_| true);
    let paths: BTreeSet<String> = files
        .iter()
        .map(|file| file.with_extension("").strip_prefix(repository().join("models/policies")).unwrap().to_owned())
        .map(|path| path.to_string_lossy().into_owned())
        .filter(|path| path != "library")
        .collect();
    assert_eq!(paths, POLICIES.iter().map(Policy::path).collect());
    assert!(POLICIES.len() >= 40);
    let folder = repository().join("tests/fixtures/policies");
    assert_eq!(files_below(&folder, &["yaml"], |_| true).len(), 2 * POLICIES.len(), "examples of no policy");
    for policy in POLICIES {
        for part in [policy.title(), policy.description(), policy.standard(), policy.help()] {
            assert!(!part.is_empty(), "{}", policy.path());
        }
        assert!(policy.address().starts_with("https://"), "{}", policy.path());
        assert_eq!(find_policy(&policy.path()), Some(policy));
        assert!(design_check::find_rule(policy.set).is_some(), "{} has no code", policy.set);
    }
}

#[test]
fn sets_are_chosen_by_name_and_a_stricter_policy_takes_the_place_of_a_laxer_one() {
    let paths = |names: &[&str]| -> Vec<String> { select(names).unwrap().iter().map(|policy| policy.path()).collect() };
    assert_eq!(paths(&["images/tag", "images/digest", "images/tag"]), ["images/digest", "images/tag"]);
    let restricted = paths(&["pod-security-restricted"]);
    assert!(restricted.contains(&"pod-security-baseline/host-ports".to_owned()));
    assert!(restricted.contains(&"pod-security-restricted/volume-types".to_owned()));
    assert!(!restricted.contains(&"pod-security-baseline/host-path-volumes".to_owned()));
    let all: Vec<&str> = SETS.iter().map(|set| set.name).collect();
    assert_eq!(paths(&all).len(), POLICIES.len() - 4);
    assert_eq!(select(&["images", "imagine"]), Err("imagine".to_owned()));
    assert_eq!(select(&["images/nothing"]), Err("images/nothing".to_owned()));
}

/// The kinds with pods: version, kind, and the keys to the spec of the pods.
const KINDS: [(&str, &str, &[&str]); 9] = [
    ("v1", "Pod", &["spec"]),
    ("v1", "PodTemplate", &["template", "spec"]),
    ("v1", "ReplicationController", &["spec", "template", "spec"]),
    ("apps/v1", "Deployment", &["spec", "template", "spec"]),
    ("apps/v1", "StatefulSet", &["spec", "template", "spec"]),
    ("apps/v1", "DaemonSet", &["spec", "template", "spec"]),
    ("apps/v1", "ReplicaSet", &["spec", "template", "spec"]),
    ("batch/v1", "Job", &["spec", "template", "spec"]),
    ("batch/v1", "CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
];

/// Sets the value at the end of keys; a key that is a number is a position in a list.
fn set(value: &mut Value, keys: &[&str], leaf: &Value) {
    let Some((first, rest)) = keys.split_first() else {
        return *value = leaf.clone();
    };
    if let Ok(index) = first.parse::<usize>() {
        if !value.is_array() {
            *value = json!([]);
        }
        let list = value.as_array_mut().unwrap();
        while list.len() <= index {
            list.push(json!({}));
        }
        return set(&mut list[index], rest, leaf);
    }
    if !value.is_object() {
        *value = json!({});
    }
    set(value.as_object_mut().unwrap().entry(*first).or_insert(Value::Null), rest, leaf);
}

/// An object of a kind with one container of each sort, and what a case adds to its pod.
fn object(kind: (&str, &str, &[&str]), name: &str, pod: &Value) -> Value {
    let (api_version, kind, path) = kind;
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
    let mut spec = pod["spec"].clone();
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        set(&mut spec, &[list, "0", "name"], &json!(list.to_lowercase()));
    }
    set(&mut object, path, &spec);
    let mut metadata: Vec<&str> = path.to_vec();
    *metadata.last_mut().unwrap() = "metadata";
    for (key, value) in pod["metadata"].as_object().into_iter().flatten() {
        metadata.push(key);
        set(&mut object, &metadata, value);
        metadata.pop();
    }
    object
}

/// What the standard documents, field by field: each allowed and each forbidden value, in every kind with pods, for every
/// sort of container.
#[test]
fn the_pod_security_standards_hold_value_by_value() {
    let text = std::fs::read_to_string(repository().join(STANDARDS)).unwrap();
    let controls: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut covered = BTreeSet::new();
    let mut values = 0;
    for control in &controls {
        let policy = find_policy(control["policy"].as_str().unwrap()).unwrap();
        covered.insert(policy.path());
        for field in control["fields"].as_array().unwrap() {
            let field = field.as_str().unwrap();
            for (key, is_allowed) in [("allowed", true), ("forbidden", false)] {
                for value in control[key].as_array().unwrap() {
                    for release in control["releases"].as_array().unwrap() {
                        values += 1;
                        let release = release.as_str().unwrap();
                        let base = &control["base"];
                        the_value_is_judged(policy, (base, field, value), release, is_allowed);
                    }
                }
            }
        }
    }
    let expected = POLICIES.iter().filter(|policy| policy.set.starts_with("pod-security-")).map(Policy::path);
    assert_eq!(covered, expected.collect());
    assert!(values > 200, "{values}");
}

fn the_value_is_judged(policy: &'static Policy, case: (&Value, &str, &Value), release: &str, is_allowed: bool) {
    let (base, field, value) = case;
    let mut pods = vec![String::new()];
    if field.contains('*') {
        pods = ["containers", "initContainers", "ephemeralContainers"].map(str::to_owned).to_vec();
    }
    let mut objects = Vec::new();
    for list in &pods {
        let field = field.replace("containers[*]", &format!("{list}.0"));
        let keys: Vec<&str> = field
            .split('.')
            .map(|key| if key == "APPARMOR" { "container.apparmor.security.beta.kubernetes.io/web" } else { key })
            .collect();
        let mut pod = base.clone();
        if *value != json!("(absent)") {
            set(&mut pod, &keys, value);
        }
        for (number, kind) in KINDS.into_iter().enumerate() {
            objects.push(object(kind, &format!("case-{number}-{}", list.to_lowercase()), &pod));
        }
    }
    let text: Vec<String> = objects.iter().map(Value::to_string).collect();
    let lines = found(policy, "case.yaml", text.join("\n---\n").into_bytes(), release);
    if is_allowed {
        assert!(lines.is_empty(), "{} {field} = {value} in {release}: {lines:?}", policy.path());
    } else {
        let documents: BTreeSet<usize> =
            lines.iter().map(|line| line.split(':').next().unwrap().parse::<usize>().unwrap() / 2).collect();
        assert_eq!(documents.len(), objects.len(), "{} {field} = {value} in {release}: {lines:?}", policy.path());
    }
}

#[test]
fn sets_are_named_by_option_and_by_setting_and_listed() {
    let bad = std::fs::read_to_string(repository().join("tests/fixtures/policies/images/tag/bad.yaml")).unwrap();
    let project = Project::new(&[("app.yaml", &bad)]);
    assert!(!project.design(&["check", "app.yaml"]).stdout().contains("images/tag"));
    let run = project.design(&["check", "app.yaml", "--policy-set", "images/tag"]).expect(1);
    assert!(run.stdout().contains("error[D0713]") && run.stdout().contains("(images/tag)"), "{}", run.stdout());
    project.write(".design.yaml", "policySets: [images/tag]\n");
    assert_eq!(project.design(&["check", "app.yaml"]).expect(1).stdout(), run.stdout());
    project.write(".design.yaml", "policySets: [image]\n");
    let run = project.design(&["check", "app.yaml"]);
    assert!(run.stdout().contains("the settings have no policy set `image`"), "{}", run.stdout());
    project.write(".design.yaml", "");
    let run = project.design(&["check", "app.yaml", "--policy-set", "image"]).expect(2);
    assert!(run.stderr().contains("did you mean `images`?"), "{}", run.stderr());
    let list = project.design(&["explain"]).expect(0);
    for policy in POLICIES {
        assert!(list.stdout().contains(&policy.path()), "{}", policy.path());
    }
    let page = project.design(&["explain", "images/tag"]).expect(0);
    assert!(page.stdout().contains("package design.images.tag"), "{}", page.stdout());
}

/// A finding of a set weighs what its policy says.
#[test]
fn what_a_policy_denies_is_an_error_and_what_it_warns_of_a_warning() {
    for (path, severity) in [("images/tag", Severity::Error), ("images/digest", Severity::Warning)] {
        let policy = find_policy(path).unwrap();
        let bad = std::fs::read(repository().join(format!("tests/fixtures/policies/{path}/bad.yaml"))).unwrap();
        let compilation = judged(policy, vec![("bad.yaml".to_owned(), bad)], &[]);
        let finding = compilation.report.findings.iter().find(|finding| finding.message.contains(path)).unwrap();
        assert_eq!(finding.severity, severity);
    }
}
