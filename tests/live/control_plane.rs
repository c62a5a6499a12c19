//! The cluster of the tests itself: that it does what tests rely on, and that its proxy fails as it is told.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use design_cluster::{Cluster, Effect, Fault, Method, Seen, User};
use design_tests::cluster;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::{Value, json};

/// A client of kube by a kubeconfig, without its own retries: a fault is seen.
async fn client(kubeconfig: &Path) -> Client {
    let kubeconfig = Kubeconfig::read_from(kubeconfig).unwrap();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    config.default_retry = false;
    Client::try_from(config).unwrap()
}

fn config_map(name: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": value}})
}

async fn apply(config_maps: &Api<ConfigMap>, name: &str, value: &str) -> Result<ConfigMap, kube::Error> {
    config_maps.patch(name, &PatchParams::apply("test"), &Patch::Apply(config_map(name, value))).await
}

/// The code of the API server's refusal; `None` where the answer is none.
fn code(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

/// Asks for an object until it is as it should be.
fn until(cluster: &Cluster, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let found = cluster.get(path).unwrap().body;
        if is_so(&found) {
            return found;
        }
        assert!(Instant::now() < end, "{found:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn deployment(name: &str, labels: &Value) -> Value {
    let mut all = json!({"app": name});
    all.as_object_mut().unwrap().extend(labels.as_object().unwrap().clone());
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": all},
                "spec": {"containers": [{"name": "web", "image": "example.com/web:1"}]},
            },
        },
    })
}

#[tokio::test]
async fn a_config_map_is_applied_by_the_server() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("applied").unwrap();
    let config_maps = Api::<ConfigMap>::namespaced(client(&cluster.kubeconfig(User::Admin)).await, &namespace);
    let applied = apply(&config_maps, "settings", "one").await.unwrap();
    assert_eq!(applied.data.unwrap()["key"], "one");
    assert_eq!(applied.metadata.managed_fields.unwrap()[0].manager.as_deref(), Some("test"));

    let guest = Api::<ConfigMap>::namespaced(client(&cluster.kubeconfig(User::Guest)).await, &namespace);
    assert_eq!(code(&guest.get("settings").await.unwrap_err()), Some(403));
}

#[test]
fn a_deployment_becomes_available_and_one_that_crashes_does_not() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("deployed").unwrap();
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    for object in [deployment("web", &json!({})), deployment("broken", &json!({"test.design/pod": "crash"}))] {
        let answer = cluster.send(Method::POST, &path, "application/json", &object).unwrap();
        assert!(answer.is_success(), "{}", answer.body);
    }
    until(cluster, &format!("{path}/web"), |found| found["status"]["availableReplicas"] == 2);
    let pods = format!("/api/v1/namespaces/{namespace}/pods?labelSelector=app%3Dbroken");
    let found = until(cluster, &pods, |found| {
        found["items"][0]["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    });
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let broken = cluster.get(&format!("{path}/broken")).unwrap().body;
    assert_eq!(broken["status"]["unavailableReplicas"], 2);
}

#[test]
fn jobs_end_and_namespaces_go_away() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("jobs").unwrap();
    let path = format!("/apis/batch/v1/namespaces/{namespace}/jobs");
    for (name, labels) in [("works", json!({})), ("fails", json!({"test.design/pod": "fail"}))] {
        let template = json!({
            "metadata": {"labels": labels},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "once", "image": "example.com/once:1"}]},
        });
        let job = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name},
            "spec": {"backoffLimit": 0, "template": template},
        });
        let answer = cluster.send(Method::POST, &path, "application/json", &job).unwrap();
        assert!(answer.is_success(), "{}", answer.body);
    }
    let has = |found: &Value, wanted: &str| {
        let conditions = found["status"]["conditions"].as_array().cloned().unwrap_or_default();
        conditions.iter().any(|each| each["type"] == wanted && each["status"] == "True")
    };
    until(cluster, &format!("{path}/works"), |found| has(found, "Complete"));
    until(cluster, &format!("{path}/fails"), |found| has(found, "Failed"));

    let namespace = format!("/api/v1/namespaces/{namespace}");
    cluster.send(Method::DELETE, &namespace, "application/json", &json!({})).unwrap();
    until(cluster, &namespace, |found| found["code"] == 404);
}

#[tokio::test]
async fn the_proxy_fails_as_it_is_told() {
    let Some(cluster) = cluster() else { return };
    let namespace = cluster.namespace("faults").unwrap();
    let proxy = cluster.proxy(User::Admin).unwrap();
    let config_maps = Api::<ConfigMap>::namespaced(client(proxy.kubeconfig()).await, &namespace);
    let is_there = |name: &str| {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps/{name}");
        cluster.get(&path).unwrap().status == 200
    };
    apply(&config_maps, "plain", "one").await.unwrap();
    assert!(is_there("plain"));

    // The second write meets it, not the first and not the third.
    proxy.inject(Fault::new(Effect::CONFLICT).method(Method::PATCH).nth(2));
    apply(&config_maps, "first", "one").await.unwrap();
    assert_eq!(code(&apply(&config_maps, "second", "one").await.unwrap_err()), Some(409));
    apply(&config_maps, "third", "one").await.unwrap();
    assert!(!is_there("second"));

    proxy.inject(Fault::new(Effect::TOO_MANY).path("/busy"));
    assert_eq!(code(&apply(&config_maps, "busy", "one").await.unwrap_err()), Some(429));
    assert!(!is_there("busy"));

    proxy.inject(Fault::new(Effect::ErrorAfterwards).path("/failed"));
    assert_eq!(code(&apply(&config_maps, "failed", "one").await.unwrap_err()), Some(500));
    assert!(is_there("failed"));

    for (name, effect, written) in [("cut", Effect::Cut, false), ("lost", Effect::CutAfterwards, true)] {
        proxy.inject(Fault::new(effect).path(&format!("/{name}")));
        assert_eq!(code(&apply(&config_maps, name, "one").await.unwrap_err()), None, "no answer came");
        assert_eq!(is_there(name), written);
    }

    let wait = Duration::from_millis(400);
    for effect in [Effect::Stall(wait), Effect::StallAfterwards(wait)] {
        proxy.inject(Fault::new(effect).path("/late"));
        let begin = Instant::now();
        apply(&config_maps, "late", "one").await.unwrap();
        assert!(begin.elapsed() >= wait);
    }
    let seen = proxy.seen();
    assert_eq!(seen.iter().filter(|each| each.effect.is_some()).count(), 7);
    assert!(seen.iter().all(Seen::is_write));
    let answers: Vec<_> = seen.iter().filter(|each| each.path.contains("/lost")).map(|each| each.status).collect();
    assert_eq!(answers, [Some(201)]);
}

/// What the test below runs in another process: starts a cluster, says where it is, and waits to be killed.
#[test]
fn holder() {
    if std::env::var_os("DESIGN_TEST_HOLDS").is_none() {
        return;
    }
    let cluster = Cluster::start(design_cluster::Options::default()).unwrap();
    std::fs::write(std::env::var_os("DESIGN_TEST_HOLDS").unwrap(), cluster.folder().to_string_lossy().as_bytes())
        .unwrap();
    std::thread::sleep(Duration::from_mins(2));
}

#[test]
fn nothing_is_left_of_a_test_that_was_killed() {
    if cluster().is_none() {
        return;
    }
    let project = design_tests::Project::new(&[]);
    let said = project.path().join("folder");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "control_plane::holder"])
        .env("DESIGN_TEST_HOLDS", &said)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_mins(2);
    let folder = loop {
        if let Some(folder) = project.read("folder").filter(|text| !text.is_empty()) {
            break folder;
        }
        assert!(child.try_wait().unwrap().is_none() && Instant::now() < end, "no cluster was started");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(Path::new(&folder).is_dir());
    child.kill().unwrap();
    child.wait().unwrap();
    while Path::new(&folder).exists() || is_used(&folder) {
        assert!(Instant::now() < end, "{folder} is still there or in use");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether a process runs that names a folder in its arguments; where processes are not listed as files, none is seen.
fn is_used(folder: &str) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.flatten().any(|process| {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&arguments).contains(folder)
    })
}
