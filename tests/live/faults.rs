//! What goes wrong on the way to a cluster, and two who go there at once.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use design_cluster::{Effect, Fault, Method, Seen, User};
use design_tests::binary;
use serde_json::{Value, json};

use crate::place::{APPLICATION, Place, place, run};

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
    let meets = &|effect: Effect, method: &Method, nth: usize| {
        let namespace = place.cluster.namespace("faulty").unwrap();
        let proxy = place.cluster.proxy(User::Admin).unwrap();
        proxy.inject(Fault::new(effect).method(method.clone()).nth(nth));
        run(&place.project, proxy.kubeconfig(), &namespace, &["apply"]).expect(0);
        assert_eq!(outcome(&place, &namespace), expected, "{effect:?} at {method} {nth}");
    };
    // Side by side: most of the time goes into pauses between attempts.
    std::thread::scope(|scope| {
        for effect in effects {
            scope.spawn(move || (1..=writes).for_each(|nth| meets(effect, &Method::PATCH, nth)));
        }
        for effect in [Effect::TOO_MANY, Effect::ErrorAfterwards, Effect::Cut] {
            scope.spawn(move || (1..=reads).for_each(|nth| meets(effect, &Method::GET, nth)));
        }
    });
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
    assert!(late.code() == 1 && late.stderr().contains("D0979"), "{}\n{}", late.code(), late.stderr());
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
    run(&place.project, &place.cluster.kubeconfig(User::Admin), &namespace, &["apply"]).expect(0);
    assert_eq!(outcome(&place, &namespace), expected);
}

#[test]
fn a_run_that_was_killed_at_any_point_is_finished_by_the_next() {
    let points: usize = std::env::var("DESIGN_TEST_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut text = without_pods();
    for number in 0..points / 2 {
        text.push_str(&format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: more-{number}}}\n"));
    }
    let Some(place) = place("killed", &text) else { return };
    let kubeconfig = place.cluster.kubeconfig(User::Admin);
    let arguments = ["apply", "--wait=never"];
    let proxy = place.cluster.proxy(User::Admin).unwrap();
    run(&place.project, proxy.kubeconfig(), &place.namespace, &arguments).expect(0);
    let requests = proxy.seen().len();
    let expected = outcome(&place, &place.namespace);
    let long = Duration::from_mins(1);
    for nth in 1..=requests {
        // Before the server heard of the request, and after it did what it was asked for.
        for effect in [Effect::Stall(long), Effect::StallAfterwards(long)] {
            let namespace = place.cluster.namespace("killed").unwrap();
            let proxy = place.cluster.proxy(User::Admin).unwrap();
            proxy.inject(Fault::new(effect).nth(nth));
            let mut child = Command::new(binary())
                .current_dir(place.project.path())
                .env("KUBECONFIG", proxy.kubeconfig())
                .args(arguments)
                .args(["-n", &namespace])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let is_there = |seen: &Seen| {
                seen.effect == Some(effect) && (seen.status.is_some() || matches!(effect, Effect::Stall(_)))
            };
            let before = Instant::now();
            while !proxy.seen().iter().any(is_there) {
                assert!(before.elapsed() < long, "request {nth} of {requests} did not come");
                std::thread::sleep(Duration::from_millis(2));
            }
            child.kill().unwrap();
            assert!(!child.wait().unwrap().success(), "{effect:?} at request {nth}");
            run(&place.project, &kubeconfig, &namespace, &arguments).expect(0);
            assert_eq!(outcome(&place, &namespace), expected, "{effect:?} at request {nth} of {requests}");
        }
    }
    assert!(requests * 2 >= points, "{requests} requests");
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
