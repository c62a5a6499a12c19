//! Catalogs of git repositories: which versions there are, what is refused, and what is written.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use design_tests::served::{commit, our_patterns};
use design_tests::{Project, binary, files_in};
use serde_json::Value;

const PATTERN: &str = "\
name: web
title: Web
version: 1.0.0
publisher: us
description: A web server.
license: Apache-2.0
keywords: [web]
";

const DESIGN: &str = "\
name: web
version: 1.0.0
parameters:
  replicas: {type: integer, minimum: 1, default: 1, description: How many.}
components:
- displayName: web
  component: {kind: Deployment, version: apps/v1}
  configuration:
    spec:
      replicas: $(parameters.replicas)
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: 'web:1'}]}
";

/// A repository with a pattern in its first version.
fn catalog() -> Project {
    let project = Project::new(&[
        ("catalog/patterns/web/pattern.yaml", PATTERN),
        ("catalog/patterns/web/design.yaml", DESIGN),
        (
            "catalog/patterns/web/README.md",
            "# Web\n\nIt serves [its design](design.yaml).\n\n<script>alert(1)</script>\n",
        ),
        ("tests/fixtures/other/pattern.yaml", "name: other\nversion: 1.0.0\n"),
    ]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    project
}

/// The versions of a catalog, as its data has them.
fn versions(project: &Project) -> Vec<Value> {
    let lines = project.design(&["catalog", "index"]).expect(0).stdout();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_version_is_what_its_number_was_committed_with_first() {
    let project = catalog();
    let first = versions(&project);
    assert_eq!(first.len(), 1, "what lies elsewhere is no pattern of the catalog: {first:?}");
    assert_eq!((first[0]["publisher"].as_str(), first[0]["checks"].as_str()), (Some("us"), Some("pass")));
    project.design(&["catalog", "verify"]).expect(0);

    project.write("catalog/patterns/web/design.yaml", &DESIGN.replace("web:1", "web:2"));
    commit(&project);
    assert_eq!(versions(&project), first, "a version does not change");
    let refused = project.design(&["catalog", "verify"]).expect(1).stdout();
    assert!(refused.contains("D0951") && refused.contains("catalog/patterns/web/pattern.yaml:3:10"), "{refused}");

    project.write("catalog/patterns/web/pattern.yaml", &PATTERN.replace("1.0.0", "1.1.0"));
    commit(&project);
    let both = versions(&project);
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], first[0], "a file of lines only grows");
    assert_ne!(both[0]["digest"], both[1]["digest"]);
    // A draft is nothing yet, and may change.
    let draft = format!("{}draft: true\n", PATTERN.replace("1.0.0", "2.0.0"));
    project.write("catalog/patterns/web/pattern.yaml", &draft);
    commit(&project);
    assert_eq!(versions(&project), both);
    // What is gone from the branch was there.
    project.git(&["rm", "-r", "--quiet", "catalog/patterns/web"]);
    project.write("catalog/patterns/README.md", "Nothing is left.\n");
    commit(&project);
    assert_eq!(versions(&project), both);
}

#[test]
fn what_is_said_of_a_version_later_is_no_part_of_it() {
    let project = catalog();
    let before = versions(&project)[0]["digest"].clone();
    let state = |text: &str| {
        project.write("catalog/patterns/web/status.yaml", text);
        commit(&project);
        versions(&project).first().map(|line| (line["digest"].clone(), line["state"].as_str().unwrap().to_owned()))
    };
    assert_eq!(
        state("deprecated: {reason: old, replacement: us/new}\n"),
        Some((before.clone(), "deprecated".to_owned()))
    );
    assert_eq!(state("yanked: {1.0.0: broken}\n"), Some((before, "yanked".to_owned())));
    // What is blocked is not served at all.
    assert_eq!(state("blocked: a miner\n"), None);
    project.design(&["catalog", "verify"]).expect(0);
}

#[test]
fn publishing_is_a_branch_with_one_commit() {
    let project = catalog();
    let before = project.git(&["status", "--porcelain"]).stdout();
    let publish =
        |arguments: &[&str]| project.design(&[&["pattern", "publish", "catalog/patterns/web"], arguments].concat());
    let again = publish(&[]).expect(0).stdout();
    assert!(again.contains("published already"), "{again}");
    // Other files under the same number are refused.
    project.write("catalog/patterns/web/design.yaml", &DESIGN.replace("web:1", "web:2"));
    let refused = publish(&[]).expect(1).stderr();
    assert!(refused.contains("D0951") && refused.contains("nothing was committed"), "{refused}");
    project.write("catalog/patterns/web/pattern.yaml", &PATTERN.replace("1.0.0", "1.1.0"));
    publish(&["--dry-run"]).expect(0);
    assert!(!project.git(&["branch", "--list"]).stdout().contains("publish"));
    let said = publish(&[]).expect(0).stdout();
    assert!(said.contains("of branch publish/web-1.1.0"), "{said}");
    assert_eq!(project.git(&["log", "--format=%s", "main..publish/web-1.1.0"]).stdout(), "Publish us/web 1.1.0\n");
    // Nothing that is checked out or staged has changed, and a branch is not made twice.
    assert_eq!(project.git(&["rev-parse", "--abbrev-ref", "HEAD"]).stdout(), "main\n");
    assert_eq!(before, "");
    assert!(project.git(&["diff", "--cached"]).stdout().is_empty());
    publish(&[]).expect(2);
    project.git(&["checkout", "--quiet", "--", "."]);
    project.git(&["merge", "--quiet", "--ff-only", "publish/web-1.1.0"]);
    assert_eq!(versions(&project).len(), 2);
    project.design(&["catalog", "verify"]).expect(0);
    // A design that fails its checks is not published, and neither is a credential.
    project.write("catalog/patterns/web/pattern.yaml", &PATTERN.replace("1.0.0", "1.2.0"));
    project.write("catalog/patterns/web/design.yaml", &DESIGN.replace("containers:", "containerz:"));
    let failing = publish(&[]).expect(1).stderr();
    assert!(failing.contains("containerz") && failing.contains("catalog/patterns/web/design.yaml:"), "{failing}");
    project.write("catalog/patterns/web/design.yaml", DESIGN);
    project.write("catalog/patterns/web/token.txt", &format!("{}{}\n", "ghp_", "a1B2".repeat(9)));
    assert!(publish(&[]).expect(1).stderr().contains("D0953"));
}

#[test]
fn what_is_no_pattern_is_told_with_its_place() {
    let key = format!("-----BEGIN {} KEY-----\n{}\n", "PRIVATE", "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn".repeat(3));
    let project = Project::new(&[
        ("a/pattern.yaml", "name: a\nversion: '1'\n"),
        ("b/pattern.yaml", "name: b\nversion: 1.0.0\ndescription: B.\nlicense: MIT\n"),
        ("b/files/key.pem", &key),
        ("c/pattern.yaml", "name: c\nversion: 1.0.0\nclass: best\n"),
        ("d/pattern.yaml", "name: c\nversion: 2.0.0\ndescription: D.\nlicense: MIT\n"),
    ]);
    std::os::unix::fs::symlink("/etc/passwd", project.path().join("c/passwd")).unwrap();
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    let told = project.design(&["catalog", "verify"]).expect(1).stdout();
    for part in [
        "a/pattern.yaml:2:10",
        "b/files/key.pem:1:1",
        "c/pattern.yaml:3:8",
        "`passwd` is left out: it is a link",
        "`c` has this name",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert!(!told.contains("root:"), "{told}");
    assert_eq!(versions(&project).len(), 1, "only one of them is in the catalog");
}

#[test]
fn layouts_of_artifact_hub_and_of_meshery_are_read_as_they_are() {
    let metadata = |name: &str, version: &str| {
        format!(
            "version: {version}\nname: {name}\ndisplayName: {name}\ndescription: One.\nlicense: Apache-2.0\nprovider: {{name: Meshery}}\n"
        )
    };
    let design = "name: one\nservices:\n  web:\n    name: web\n    type: Service\n    apiVersion: v1\n    namespace: x\n    settings: {spec: {ports: [{port: 80}]}}\n";
    let (one, other) = ("0a1b2c3d-0000-4000-8000-000000000001", "9f8e7d6c-0000-4000-8000-000000000002");
    let project = Project::new(&[
        (&format!("{one}/0.0.1/artifacthub-pkg.yml"), &metadata("One", "0.0.1")),
        (&format!("{one}/0.0.1/design.yml"), design),
        (&format!("{one}/0.0.2/artifacthub-pkg.yml"), &metadata("One", "0.0.2")),
        (&format!("{one}/0.0.2/design.yml"), design),
        (&format!("{other}/0.0.1/artifacthub-pkg.yml"), &metadata("One", "0.0.1")),
        (&format!("{other}/0.0.1/design.yml"), design),
    ]);
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    commit(&project);
    let found: Vec<String> = versions(&project)
        .iter()
        .map(|line| {
            format!(
                "{}/{} {}",
                line["publisher"].as_str().unwrap(),
                line["name"].as_str().unwrap(),
                line["version"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(found, ["meshery/one 0.0.1", "meshery/one 0.0.2", "meshery/one-9f8e7d6c 0.0.1"]);
    project.design(&["catalog", "verify"]).expect(0);
    if let Some(corpus) = std::env::var_os("DESIGN_CORPUS") {
        let project = Project::new(&[]);
        for (path, bytes) in files_in(&Path::new(&corpus).join("designs/artifacthub")) {
            project.write(&path, &String::from_utf8(bytes).unwrap());
        }
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        commit(&project);
        assert!(!versions(&project).is_empty());
        project.design(&["catalog", "verify"]).expect(0);
    }
}

#[test]
fn our_own_patterns_pass() {
    // The working directory may have more than the last commit, so it is committed elsewhere.
    let project = our_patterns();
    let told = project.design(&["catalog", "verify"]).expect(0).stdout();
    let summary = told.lines().last().unwrap();
    let patterns: usize = summary.split(' ').next().unwrap().parse().unwrap();
    assert!(patterns >= 24 && summary.ends_with(" 0 failing versions, 0 refusals"), "{told}");
    for line in versions(&project) {
        let name = line["name"].as_str().unwrap();
        assert_ne!(line["class"], "reference-architecture", "{name} has no performance result");
        assert!(line["files"].as_array().unwrap().iter().any(|file| file == "README.md"), "{name} has no README");
    }
}

#[test]
fn an_export_is_whole_and_every_link_of_it_leads_somewhere() {
    let project = catalog();
    project.write("catalog/patterns/web/pattern.yaml", &PATTERN.replace("1.0.0", "1.1.0"));
    project.write("catalog/patterns/web/design.yaml", &DESIGN.replace("web:1", "web:2"));
    commit(&project);
    let export = ["catalog", "export", "-o", "out", "--base-url", "https://patterns.example/all"];
    project.design(&export).expect(0);
    let files = files_in(&project.path().join("out"));
    let names: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for name in [
        "index.html",
        "404.html",
        "patterns/us/web/index.html",
        "patterns/us/web/1.0.0/index.html",
        "patterns/us/web/1.1.0/manifests.yaml",
        "compare/us/web/1.0.0...1.1.0/index.html",
        "helm/us/index.yaml",
        "helm/us/web-1.1.0.tgz",
        "index/us/web.ndjson",
        "feed.atom",
        "sitemap.xml",
    ] {
        assert!(names.contains(name), "{name} is missing: {names:?}");
    }
    let mut links = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).unwrap();
        assert!(!page.contains("alert(1)"), "{path}");
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for link in page.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let here = link.strip_prefix("https://patterns.example").unwrap_or(link);
                if let Some(id) = here.strip_prefix('#') {
                    assert!(page.contains(&format!("id=\"{id}\"")), "{path} has no {here}");
                    continue;
                }
                let target = here.strip_prefix("/all/").unwrap_or_else(|| panic!("{path} leads to {link}"));
                let target = target.split(['?', '#']).next().unwrap();
                let file = if target.is_empty() || target.ends_with('/') {
                    format!("{target}index.html")
                } else {
                    target.to_owned()
                };
                assert!(names.contains(file.as_str()), "{path} leads to {link}, which is not there");
                links += 1;
            }
        }
    }
    assert!(links > 50, "{links}");
    // The same commit makes the same bytes.
    project.design(&export).expect(0);
    assert_eq!(files_in(&project.path().join("out")), files);
}

#[test]
fn one_thread_is_enough() {
    let project = our_patterns();
    // Compiling many designs at once, each of which has work for all threads, must not wait for a thread that is not there.
    let mut command = Command::new("timeout");
    command.arg("120").arg(binary()).args(["catalog", "verify"]).env("RAYON_NUM_THREADS", "1");
    project.run(&mut command).expect(0);
}
