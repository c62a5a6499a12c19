//! Compose in and out: what waits still waits after every way there and back, and `docker compose` takes what is written.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use design_pipeline::{Compilation, Compiled, Given, MemoryWorld, Request, Target, compile, compose_file};
use design_tests::{repository, tool};

const PROJECT: &str = "\
services:
  web:
    image: registry.example.com/web:1.0
    ports: [\"8080:80\"]
    command: serve $$(NAME) $$$$
    environment: {PRICE: $$5}
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
      cache: {condition: service_started}
    volumes: [\"data:/data\"]
    configs: [{source: page, target: /page.html}]
  db:
    image: postgres:18
    expose: [5432]
    healthcheck: {test: [CMD-SHELL, pg_isready], interval: 3s, timeout: 2s, retries: 5, start_period: 10s}
  migrate: {image: \"registry.example.com/migrate:1.0\", restart: \"no\"}
  cache: {image: \"redis:8\", profiles: []}
volumes: {data: {}}
configs: {page: {content: hello}}
";

fn rendered(name: &str, text: &str, target: Target) -> String {
    let world = MemoryWorld::new([(name, text)]);
    let compilation = compile(&world, &Request { target, ..Request::new([name]) });
    if target == Target::Compose {
        return compilation.designs.iter().filter_map(|design| design.compose.as_ref()).map(compose_file).collect();
    }
    let artifacts = compilation.designs.iter().flat_map(Compiled::artifacts);
    artifacts.map(|artifact| artifact.text).collect::<Vec<_>>().join("---\n")
}

#[test]
fn what_waits_waits_in_manifests_and_back_in_compose() {
    let manifests = rendered("compose.yaml", PROJECT, Target::Kubernetes);
    assert!(manifests.contains("name: wait-for-db"), "{manifests}");
    assert!(manifests.contains("until nc -z -w 2 db 5432; do sleep 1; done"), "{manifests}");
    assert!(manifests.contains("job/migrate") && manifests.contains("kind: Job"), "{manifests}");
    assert!(!manifests.contains("wait-for-cache"), "{manifests}");
    let directly = rendered("compose.yaml", PROJECT, Target::Compose);
    let by_manifests = rendered("manifests.yaml", &manifests, Target::Compose);
    for text in [&directly, &by_manifests] {
        for said in [
            "      db:\n        condition: service_healthy\n",
            "      migrate:\n        condition: service_completed_successfully\n",
            "      cache:\n        condition: service_started\n",
            "    - 8080:80\n",
            "      - pg_isready\n      interval: 3s\n      timeout: 2s\n      retries: 5\n      start_period: 10s\n",
            "    - $$(NAME)\n    - $$$$\n",
            "      PRICE: $$5\n",
            "    content: hello\n",
        ] {
            assert!(text.contains(said), "{said}\n{text}");
        }
        assert!(!text.contains("wait-for-"), "{text}");
    }
    // A second way there and back changes nothing.
    assert_eq!(rendered("compose.yaml", &directly, Target::Compose), directly);
}

#[test]
fn the_images_of_what_waits_are_parameters() {
    let images = |compilation: &Compilation| -> Vec<String> {
        let artifacts = compilation.designs.iter().flat_map(Compiled::artifacts).map(|artifact| artifact.text);
        let lines = artifacts.collect::<String>();
        let waiting = lines.split("- name: wait-for-").skip(1).filter_map(|rest| rest.split("image: ").nth(1));
        waiting.filter_map(|rest| rest.lines().next()).map(str::to_owned).collect()
    };
    let given = |set: &[&str]| Given { set: set.iter().map(|text| (*text).to_owned()).collect(), ..Given::default() };
    let built = |given: Given, target: Target| {
        let world = MemoryWorld::new([("compose.yaml", PROJECT)]);
        compile(&world, &Request { target, given, ..Request::new(["compose.yaml"]) })
    };
    let plain = images(&built(Given::default(), Target::Kubernetes));
    assert!(plain.len() == 2 && plain.iter().all(|image| image.contains("@sha256:")), "{plain:?}");
    let set = built(given(&["waitImage=mirror/busybox:1", "jobWaitImage=mirror/kubectl:1"]), Target::Kubernetes);
    assert_eq!(images(&set), ["mirror/busybox:1", "mirror/kubectl:1"]);
    assert!(set.report.findings.iter().all(|finding| finding.code.0 != "D0904"), "{:?}", set.report.findings);
    let wrong = built(given(&["waitImages=x"]), Target::Kubernetes);
    assert!(wrong.report.findings.iter().any(|finding| finding.code.0 == "D0904"));
    // In a chart they are values, the other images are not.
    let chart = built(Given::default(), Target::Helm);
    let files = &chart.designs[0].chart.as_ref().unwrap().as_ref().unwrap().files;
    let text = |end: &str| files.iter().find(|(path, _)| path.ends_with(end)).unwrap().1.clone();
    assert!(text("values.yaml").contains("waitImage: ") && text("values.yaml").contains("jobWaitImage: "));
    let web = text("templates/deployment.apps-web.yaml");
    assert!(web.contains(".Values.waitImage") && web.contains("registry.example.com/web:1.0"), "{web}");
    // Without anything that waits there is nothing to give.
    let world = MemoryWorld::new([("compose.yaml", "services: {web: {image: nginx}}\n")]);
    let request = Request { given: given(&["waitImage=x"]), ..Request::new(["compose.yaml"]) };
    assert!(compile(&world, &request).report.findings.iter().any(|finding| finding.code.0 == "D0904"));
    // A design that uses the project gives them on.
    let design =
        "name: d\nversion: 1.0.0\nuses:\n- {name: c, design: compose.yaml, parameters: {waitImage: own/image:1}}\n";
    let world = MemoryWorld::new([("p/compose.yaml", PROJECT), ("p/design.yaml", design)]);
    let compilation = compile(&world, &Request::new(["p/design.yaml"]));
    assert_eq!(images(&compilation)[0], "own/image:1", "{:?}", compilation.report.findings);
}

#[test]
fn docker_compose_takes_what_is_written() {
    let Some(composer) = tool("docker-compose") else { return };
    let pattern = std::fs::read_to_string(repository().join("catalog/patterns/boutique/design.yaml")).unwrap();
    for text in [rendered("design.yaml", &pattern, Target::Compose), rendered("compose.yaml", PROJECT, Target::Compose)]
    {
        let said = refused(&composer, &text);
        assert_eq!(said, None, "{text}");
    }
}

fn refused(composer: &Path, text: &str) -> Option<String> {
    let mut child = Command::new(composer)
        .args(["-f", "-", "config", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}
