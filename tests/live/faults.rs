//! What goes wrong on the way to a cluster, and two who go there at once.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use design_cluster::{Effect, Fault, Method, User};
use design_tests::binary;
use serde_json::{Value, json};

use crate::place::{APPLICATION, Place, place, run};

/// At so many points a run is killed, unless `DESIGN_TEST_POINTS` says otherwise.
const POINTS: u32 = 20;

/// What of a namespace has to be the same, however it came about: its objects without what the server numbers by itself.
fn outcome(place: &Place<'_>, namespace: &str) -> Value {
    let mut all = Vec::new();
    for path in [
        format!("/api/v1/namespaces/{namespace}/configmaps"),
        format!("/api/v1/namespaces/{namespace}/services"),
        format!("/apis/apps/v1/namespaces/{namespace}/deployments"),
    ] {
        let found = place.cluster.get(&path).unwrap().body;
        for item in found["items"].as_array().unwrap() {
            let name = item["metadata"]["name"].as_str().unwrap();
            if name == "kube-root-ca.crt" {
                continue;
            }
            let managers: Vec<&str> = item["metadata"]["managedFields"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|entry| entry["operation"] == "Apply")
                .filter_map(|entry| entry["manager"].as_str())
                .collect();
            // A number of the cluster: no two objects have the same.
            let mut spec = item["spec"].clone();
            if let Some(spec) = spec.as_object_mut() {
                spec.remove("clusterIP");
                spec.remove("clusterIPs");
            }
            let is_parent = item["metadata"]["annotations"]["applyset.kubernetes.io/tooling"].is_string();
            let annotations = if is_parent { item["metadata"]["annotations"].clone() } else { Value::Null };
            let kept = |mut annotations: Value| {
                if let Some(annotations) = annotations.as_object_mut() {
                    annotations.remove("applyset.kubernetes.io/additional-namespaces");
                }
                annotations
            };
            all.push(json!([name, spec, item["data"], item["metadata"]["generation"], managers, kept(annotations)]));
        }
    }
    Value::from(all)
}

/// The application without pods, of which a cluster of tests has room for some hundred.
fn without_pods() -> String {
    APPLICATION.replace("replicas: 2", "replicas: 0")
}

#[test]
fn faults_of_the_way_change_nothing_of_the_outcome() {
    let Some(place) = place("faults", &without_pods()) else { return };
    let kubeconfig = {
        let proxy = place.cluster.proxy(User::Admin).unwrap();
        run(&place.project, proxy.kubeconfig(), &place.namespace, &["apply"]).expect(0);
        proxy.seen()
    };
    let expected = outcome(&place, &place.namespace);
    let writes = kubeconfig.iter().filter(|seen| seen.method == Method::PATCH).count();
    let reads = kubeconfig.len() - writes;
    assert!(writes >= 4 && reads > writes, "{writes} writes, {reads} reads");
    let effects = [Effect::CONFLICT, Effect::TOO_MANY, Effect::ErrorAfterwards, Effect::Cut, Effect::CutAfterwards];
    for effect in effects {
        for nth in 1..=writes {
            let namespace = place.cluster.namespace("faulty").unwrap();
            let proxy = place.cluster.proxy(User::Admin).unwrap();
            proxy.inject(Fault::new(effect).method(Method::PATCH).nth(nth));
            run(&place.project, proxy.kubeconfig(), &namespace, &["apply"]).expect(0);
            assert_eq!(outcome(&place, &namespace), expected, "{effect:?} at patch {nth}");
        }
    }
    for effect in [Effect::TOO_MANY, Effect::ErrorAfterwards, Effect::Cut] {
        for nth in 1..=reads {
            let namespace = place.cluster.namespace("faulty").unwrap();
            let proxy = place.cluster.proxy(User::Admin).unwrap();
            proxy.inject(Fault::new(effect).method(Method::GET).nth(nth));
            run(&place.project, proxy.kubeconfig(), &namespace, &["apply"]).expect(0);
            assert_eq!(outcome(&place, &namespace), expected, "{effect:?} at read {nth}");
        }
    }
}

#[test]
fn an_answer_that_comes_late_is_waited_for_and_no_longer_than_the_time_there_is() {
    let Some(place) = place("late", &without_pods()) else { return };
    let proxy = place.cluster.proxy(User::Admin).unwrap();
    proxy.inject(Fault::new(Effect::StallAfterwards(Duration::from_secs(2))).method(Method::PATCH).nth(2));
    run(&place.project, proxy.kubeconfig(), &place.namespace, &["apply"]).expect(0);
    let expected = outcome(&place, &place.namespace);

    let namespace = place.cluster.namespace("late").unwrap();
    let proxy = place.cluster.proxy(User::Admin).unwrap();
    proxy.inject(Fault::new(Effect::Stall(Duration::from_secs(30))).method(Method::PATCH).nth(2));
    let before = Instant::now();
    let late = run(&place.project, proxy.kubeconfig(), &namespace, &["apply", "--timeout", "3s"]);
    assert!(late.code() == 1 && late.stderr().contains("D0970"), "{}\n{}", late.code(), late.stderr());
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
    run(&place.project, &place.cluster.kubeconfig(User::Admin), &namespace, &["apply"]).expect(0);
    assert_eq!(outcome(&place, &namespace), expected);
}

#[test]
fn a_run_that_was_killed_at_any_point_is_finished_by_the_next() {
    let Some(place) = place("killed", &without_pods()) else { return };
    let kubeconfig = place.cluster.kubeconfig(User::Admin);
    let arguments = ["apply", "--wait=never"];
    let before = Instant::now();
    run(&place.project, &kubeconfig, &place.namespace, &arguments).expect(0);
    let whole = before.elapsed();
    let expected = outcome(&place, &place.namespace);
    let points = std::env::var("DESIGN_TEST_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(POINTS);
    let mut unfinished = 0;
    for point in 0..points {
        let namespace = place.cluster.namespace("killed").unwrap();
        let mut child = Command::new(binary())
            .current_dir(place.project.path())
            .env("KUBECONFIG", &kubeconfig)
            .args(arguments)
            .args(["-n", &namespace])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * point / points);
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            unfinished += 1;
        }
        run(&place.project, &kubeconfig, &namespace, &arguments).expect(0);
        assert_eq!(outcome(&place, &namespace), expected, "point {point} of {points}, a run takes {whole:?}");
    }
    assert!(unfinished * 2 > points, "only {unfinished} of {points} were killed before their end");
}

#[test]
fn two_runs_at_once_do_what_one_does() {
    let Some(place) = place("alone", &without_pods()) else { return };
    place.run(&["apply"]).expect(0);
    let expected = outcome(&place, &place.namespace);
    let kubeconfig = place.cluster.kubeconfig(User::Admin);
    for _ in 0..5 {
        let namespace = place.cluster.namespace("together").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| run(&place.project, &kubeconfig, &namespace, &["apply"]).expect(0));
            }
        });
        assert_eq!(outcome(&place, &namespace), expected);
    }
}
