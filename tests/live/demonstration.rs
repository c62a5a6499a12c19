//! The life of an application of eleven services in a cluster, step by step; `BLESS=1` writes it down as docs/apply-log.md.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use design_cluster::Method;
use design_tests::{files_below, repository};
use serde_json::json;

use crate::place::{Place, place};

/// The steps with what they print, as a page.
struct Log {
    page: String,
}

impl Log {
    /// Runs `design` and notes what it prints: standard error without what is waited for meanwhile, then standard output.
    fn design(&mut self, place: &Place<'_>, arguments: &[&str], code: i32) -> String {
        let run = place.run(arguments).expect(code);
        let shown = |text: &str| text.replace(&place.namespace, "shop");
        let errors = run.stderr();
        let mut lines: Vec<&str> = errors.lines().collect();
        // What is done side by side is told in any order, and what is waited for depends on the machine.
        lines.retain(|line| !["waiting for ", "ready "].iter().any(|start| line.starts_with(start)));
        let is_step = |line: &&str| ["created ", "updated ", "deleted "].iter().any(|start| line.starts_with(start));
        let first = lines.iter().position(is_step).unwrap_or(lines.len());
        let count = lines.iter().filter(|line| is_step(line)).count();
        if let Some(steps) = lines.get_mut(first..first + count) {
            steps.sort_unstable();
        }
        let command = shown(&arguments.join(" "));
        writeln!(self.page, "$ design {command} -n shop").unwrap();
        for line in lines {
            writeln!(self.page, "{}", shown(line)).unwrap();
        }
        self.page.push_str(&shown(&run.stdout()));
        if code != 0 {
            writeln!(self.page, "(exit code {code})").unwrap();
        }
        self.page.push('\n');
        run.stdout() + &run.stderr()
    }

    fn say(&mut self, text: &str) {
        writeln!(self.page, "{text}").unwrap();
    }
}

/// The names of what lives in a namespace: of the kinds that the application has.
fn inventory(place: &Place<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for resource in ["/api/v1 configmaps", "/api/v1 services", "/api/v1 serviceaccounts", "/apis/apps/v1 deployments"] {
        let found = place.get(resource);
        let items = found["items"].as_array().unwrap();
        let all = items.iter().map(|item| format!("{resource} {}", item["metadata"]["name"].as_str().unwrap()));
        // These come by themselves, a moment after the namespace.
        names.extend(all.filter(|name| !name.ends_with(" kube-root-ca.crt") && !name.ends_with(" default")));
    }
    names
}

/// Does what a cloud does: gives a load balancer its address, once its Service is there.
fn give_an_address(place: &Place<'_>, service: &str) {
    let path = place.path(&format!("/api/v1 services/{service}/status"));
    let address = json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}});
    let end = Instant::now() + Duration::from_mins(2);
    while Instant::now() < end {
        let answer = place.cluster.send(Method::PATCH, &path, "application/merge-patch+json", &address).unwrap();
        if answer.is_success() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_application_lives_and_goes() {
    let Some(corpus) = std::env::var_os("DESIGN_CORPUS") else {
        design_tests::has_part("DESIGN_CORPUS", false);
        return;
    };
    let folder = Path::new(&corpus).join("apps/microservices-demo/kubernetes-manifests");
    let files = files_below(&folder, &["yaml"], |_| false);
    assert!(files.len() > 10, "{}", folder.display());
    let Some(place) = place("demonstration", "") else { return };
    let before = inventory(&place);
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap();
        if name == "kustomization.yaml" {
            continue;
        }
        place.project.write(&format!("demo/{name}"), &std::fs::read_to_string(file).unwrap());
    }
    let mut log = Log { page: String::new() };
    log.say("# The life of an application in a cluster\n");
    log.say(
        "Google's microservices-demo on the control plane of the tests, written down by tests/live/demonstration.rs.\n",
    );
    log.say("```console");
    log.design(&place, &["plan", "demo"], 0);
    std::thread::scope(|scope| {
        scope.spawn(|| give_an_address(&place, "frontend-external"));
        log.design(&place, &["apply", "demo", "--wait"], 0);
    });
    log.design(&place, &["status", "demo"], 0);

    place.kubectl(&["set", "image", "deployment/frontend", "server=example.com/frontend:patched"]);
    log.say("$ kubectl set image deployment/frontend server=example.com/frontend:patched -n shop\n");
    let said = log.design(&place, &["status", "demo"], 1);
    assert!(
        said.contains(".image: example.com/frontend:patched -> ") && said.contains("(set by kubectl-set)"),
        "{said}"
    );
    let said = log.design(&place, &["apply", "demo"], 1);
    assert!(said.contains(".image` of Deployment.apps//frontend belongs to `kubectl-set`"), "{said}");
    log.design(&place, &["apply", "demo", "--force-conflicts"], 0);

    std::fs::remove_file(place.project.path().join("demo/loadgenerator.yaml")).unwrap();
    log.say("(the load generator leaves the design)\n");
    log.design(&place, &["apply", "demo"], 1);
    log.design(&place, &["apply", "demo", "--yes"], 0);
    log.design(&place, &["delete", "demo", "--yes"], 0);
    log.say("```");
    assert_eq!(inventory(&place), before);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(repository().join("docs/apply-log.md"), log.page).unwrap();
    }
}
