//! A gate whose arms are designs.

use design_tests::{Run, Server};

use crate::place::{APPLICATION, Place, place};

/// Where a server answers for a component of an arm: in a cluster without kubelets its pods do not.
fn endpoint(arm: &str, server: &Server) -> String {
    format!("{arm}web={}", server.url)
}

fn gate(place: &Place<'_>, arguments: &[&str]) -> Run {
    let short = ["--open", "300ms", "--burst", "100ms", "--warm-up", "100ms", "-c", "8", "--rate", "200"];
    place.run_plainly(&[&["perf", "gate", "--most-pairs", "8"], arguments, &short].concat())
}

/// The namespaces that a gate says it made and that are still there.
fn left(place: &Place<'_>, run: &Run) -> Vec<String> {
    let errors = run.stderr();
    let made = errors.lines().filter_map(|line| Some(line.split_once(" to the namespace ")?.1));
    let is_there = |name: &&str| place.cluster.get(&format!("/api/v1/namespaces/{name}")).unwrap().body["code"] != 404;
    made.filter(is_there).map(str::to_owned).collect()
}

#[test]
fn designs_are_applied_asked_and_deleted() {
    let Some(place) = place("gate", APPLICATION) else { return };
    place.project.git(&["init", "--quiet", "--initial-branch=main"]);
    place.project.git(&["add", "app.yaml"]);
    place.project.git(&["commit", "--quiet", "--message", "one"]);
    place.project.write("app.yaml", &APPLICATION.replace("hello", "hello again"));
    let (fast, slow) = (Server::start(&["--sleep", "2000"]), Server::start(&["--sleep", "9000"]));
    let arms = ["--baseline", "git:main:app.yaml", "--candidate", "app.yaml", "--component", "web:80"];
    let endpoints = [endpoint("baseline:", &fast), endpoint("candidate:", &slow)];
    let asked = ["--endpoint", endpoints[0].as_str(), "--endpoint", endpoints[1].as_str()];
    let run = (0..3).map(|_| gate(&place, &[arms.as_slice(), &asked].concat())).find(|run| run.code() != 3).unwrap();
    let run = run.expect(1);
    assert!(run.stdout().starts_with("FAIL: p50 latency"), "{}", run.stdout());
    for step in ["baseline: applying ", "candidate: applying ", "baseline: deleted ", "candidate: deleted "] {
        assert!(run.stderr().contains(step), "{}", run.stderr());
    }
    assert_eq!(left(&place, &run), [""; 0]);
}

#[test]
fn what_cannot_be_an_arm_is_said_and_nothing_stays() {
    let Some(place) = place("gatefaults", APPLICATION) else { return };
    place.project.write("cluster.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n");
    place.project.write("broken.yaml", &APPLICATION.replace("kind: Service", "kind: [Service"));
    let url = "web=http://127.0.0.1:1/";
    let both =
        |file: &'static str| ["--baseline", "app.yaml", "--candidate", file, "--component", "web", "--endpoint", url];
    let shared = gate(&place, &both("cluster.yaml")).expect(2);
    assert!(shared.stderr().contains("the candidate has Namespace/"), "{}", shared.stderr());
    let broken = gate(&place, &both("broken.yaml")).expect(1);
    // Without a cluster around it and without an address of its own the Service cannot be asked.
    let nowhere =
        gate(&place, &["--baseline", "app.yaml", "--candidate", "app.yaml", "--component", "web:80"]).expect(2);
    assert!(nowhere.stderr().contains("--endpoint web=URL says where"), "{}", nowhere.stderr());
    let unsaid = gate(&place, &["--baseline", "app.yaml", "--candidate", "app.yaml"]).expect(2);
    assert!(unsaid.stderr().contains("--component NAME:PORT"), "{}", unsaid.stderr());
    for run in [shared, broken, nowhere] {
        assert!(run.stderr().contains("baseline: applying "), "{}", run.stderr());
        assert_eq!(left(&place, &run), [""; 0]);
    }
}
