//! How a cluster is started.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::json;

use crate::process::Process;
use crate::programs::Programs;
use crate::{Cluster, Options, User, client};

/// How long a part may take to be ready. A quiet machine needs three seconds for all of them.
const LONGEST: Duration = Duration::from_mins(3);

/// How often it is tried: another process can take a port between when it was found free and when it is used.
const TRIES: usize = 4;

/// What simulated kubelets do.
const STAGES: &str = include_str!("../stages.yaml");

/// Starts a cluster.
pub(crate) fn start(programs: &Programs, options: Options) -> Result<Cluster, String> {
    let mut last = String::new();
    for _ in 0..TRIES {
        match start_once(programs.clone(), options) {
            Err(failure) if failure.contains("address already in use") => last = failure,
            outcome => return outcome,
        }
    }
    Err(last)
}

fn start_once(programs: Programs, options: Options) -> Result<Cluster, String> {
    let folder = tempfile::Builder::new().prefix("design-cluster-").tempdir();
    // It is removed by the program that ends last, since a process can end without anything of ours running.
    let folder = folder.map_err(|error| format!("no temporary folder: {error}"))?.keep();
    let outcome = start_in(folder.clone(), programs, options);
    if outcome.is_err() {
        let _ = fs::remove_dir_all(folder);
    }
    outcome
}

fn start_in(folder: PathBuf, programs: Programs, options: Options) -> Result<Cluster, String> {
    let [port, etcd_port, peer_port] = free_ports()?;
    write_key(&programs, &folder.join("signing.key"))?;
    write(&folder.join("stages.yaml"), STAGES)?;
    let tokens: String = [(User::Admin, "system:masters"), (User::Guest, "guests")]
        .map(|(user, group)| format!("{},{},{},\"{group}\"\n", user.token(), user.name(), user.name()))
        .concat();
    write(&folder.join("tokens.csv"), &tokens)?;

    let etcd = format!("http://127.0.0.1:{etcd_port}");
    let arguments = etcd_arguments(&folder, &etcd, peer_port);
    let mut processes = vec![Process::start(&programs, "etcd", &folder, true, &arguments)?];
    let arguments = server_arguments(&folder, &etcd, port);
    processes.insert(0, Process::start(&programs, "kube-apiserver", &folder, false, &arguments)?);

    let certificate = folder.join("certificates/apiserver.crt");
    wait(&mut processes, "its certificate", || certificate.exists().then_some(()))?;
    let url = format!("https://127.0.0.1:{port}");
    for user in [User::Admin, User::Guest] {
        let kubeconfig = folder.join(format!("{}.kubeconfig", user.name()));
        write_kubeconfig(&kubeconfig, &url, Some(&certificate), user)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| format!("no asynchronous runtime: {error}"))?;
    // It is written in two steps, and the first of them leaves it empty.
    let connections = wait(&mut processes, "its certificate", || client::connections(&certificate).ok())?;
    let mut cluster = Cluster { programs, folder, port, connections, runtime: Some(runtime), processes: Vec::new() };
    wait(&mut processes, "/readyz", || cluster.get("/readyz").ok().filter(client::Answer::is_success).map(|_| ()))?;
    start_others(&cluster, options, &mut processes)?;
    cluster.processes = processes;
    Ok(cluster)
}

/// Starts what a cluster has beside the API server.
fn start_others(cluster: &Cluster, options: Options, processes: &mut Vec<Process>) -> Result<(), String> {
    let programs = &cluster.programs;
    let folder = cluster.folder.as_path();
    let kubeconfig = text(&cluster.kubeconfig(User::Admin));
    if options.has_controllers {
        let mut arguments = controller_arguments("kube-controller-manager", &kubeconfig, folder)?;
        arguments.push(format!("--service-account-private-key-file={}", text(&folder.join("signing.key"))));
        arguments.push(format!("--root-ca-file={}", text(&folder.join("certificates/apiserver.crt"))));
        processes.insert(0, Process::start(programs, "kube-controller-manager", folder, false, &arguments)?);
    }
    if options.nodes > 0 {
        let arguments = controller_arguments("kube-scheduler", &kubeconfig, folder)?;
        processes.insert(0, Process::start(programs, "kube-scheduler", folder, false, &arguments)?);
        let [port] = free_ports()?;
        let arguments = kwok_arguments(&text(&programs.kwok), &kubeconfig, folder, port);
        processes.insert(0, Process::start(programs, "kwok", folder, false, &arguments)?);
    }
    let resources = json!({"cpu": "32", "memory": "256Gi", "pods": "110"});
    for number in 1..=options.nodes {
        let name = format!("node-{number}");
        let node = json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "labels": {
                    "kubernetes.io/hostname": name,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": "amd64",
                    "topology.kubernetes.io/zone": format!("zone-{number}"),
                },
            },
            "status": {"allocatable": resources, "capacity": resources},
        });
        let answer = cluster.send(Method::POST, "/api/v1/nodes", "application/json", &node)?;
        if !answer.is_success() {
            return Err(format!("{name} is refused: {}", answer.body));
        }
    }
    for number in 1..=options.nodes {
        let path = format!("/api/v1/nodes/node-{number}");
        let is_ready = || {
            let node = cluster.get(&path).ok()?.body;
            let conditions = node["status"]["conditions"].as_array()?;
            conditions.iter().find(|each| each["type"] == "Ready" && each["status"] == "True").map(|_| ())
        };
        wait(processes, "nodes", is_ready)?;
    }
    Ok(())
}

/// Waits for something; an error where a program ended meanwhile or time is up.
fn wait<T>(processes: &mut [Process], what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, String> {
    let end = Instant::now() + LONGEST;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if let Some(why) = processes.iter_mut().find_map(Process::ended) {
            return Err(why);
        }
        if Instant::now() > end {
            let logs: Vec<String> = processes.iter().map(Process::log_end).collect();
            return Err(format!("no {what} after {} s\n{}", LONGEST.as_secs(), logs.join("\n")));
        }
        sleep(Duration::from_millis(50));
    }
}

/// Ports of loopback that nothing listens on now.
fn free_ports<const COUNT: usize>() -> Result<[u16; COUNT], String> {
    let failed = |error| format!("no free port: {error}");
    let mut ports = [0; COUNT];
    // They are all held until each is known, so that no two are the same.
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        *port = listener.local_addr().map_err(failed)?.port();
        held.push(listener);
    }
    Ok(ports)
}

fn etcd_arguments(folder: &Path, url: &str, peer_port: u16) -> Vec<String> {
    words(&[
        "etcd",
        "--data-dir",
        &text(&folder.join("etcd")),
        "--listen-client-urls",
        url,
        "--advertise-client-urls",
        url,
        "--listen-peer-urls",
        &format!("http://127.0.0.1:{peer_port}"),
        "--unsafe-no-fsync",
    ])
}

fn server_arguments(folder: &Path, etcd: &str, port: u16) -> Vec<String> {
    let key = text(&folder.join("signing.key"));
    words(&[
        "kube-apiserver",
        "--etcd-servers",
        etcd,
        "--cert-dir",
        &text(&folder.join("certificates")),
        "--secure-port",
        &port.to_string(),
        "--bind-address",
        "127.0.0.1",
        "--service-account-issuer",
        "https://kubernetes.default.svc",
        "--service-account-signing-key-file",
        &key,
        "--service-account-key-file",
        &key,
        "--service-cluster-ip-range",
        "10.0.0.0/16",
        "--authorization-mode",
        "RBAC,Node",
        "--token-auth-file",
        &text(&folder.join("tokens.csv")),
        "--disable-admission-plugins",
        "ServiceAccount",
        // As installers set it: node agents of the examples ask for it.
        "--allow-privileged=true",
    ])
}

fn controller_arguments(name: &str, kubeconfig: &str, folder: &Path) -> Result<Vec<String>, String> {
    let [port] = free_ports()?;
    Ok(words(&[
        name,
        "--kubeconfig",
        kubeconfig,
        "--authentication-kubeconfig",
        kubeconfig,
        "--authorization-kubeconfig",
        kubeconfig,
        "--leader-elect=false",
        "--bind-address",
        "127.0.0.1",
        "--secure-port",
        &port.to_string(),
        "--cert-dir",
        &text(&folder.join(name)),
    ]))
}

fn kwok_arguments(kwok: &str, kubeconfig: &str, folder: &Path, port: u16) -> Vec<String> {
    words(&[
        "run",
        kwok,
        "--kubeconfig",
        kubeconfig,
        "--config",
        &text(&folder.join("stages.yaml")),
        "--manage-all-nodes",
        "--node-ip",
        "127.0.0.1",
        "--server-address",
        &format!("127.0.0.1:{port}"),
    ])
}

/// Writes a key that tokens of service accounts are signed with.
fn write_key(programs: &Programs, file: &Path) -> Result<(), String> {
    let output = Command::new(&programs.control_plane).arg("key").arg(file).output();
    let output = output.map_err(|error| format!("{} cannot be run: {error}", programs.control_plane.display()))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Writes a kubeconfig with one context.
pub(crate) fn write_kubeconfig(
    file: &Path,
    server: &str,
    certificate: Option<&Path>,
    user: User,
) -> Result<(), String> {
    let mut cluster = json!({"server": server});
    if let Some(certificate) = certificate {
        cluster["certificate-authority"] = json!(certificate);
    }
    let kubeconfig = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": user.name()}}],
        "clusters": [{"name": "test", "cluster": cluster}],
        "users": [{"name": user.name(), "user": {"token": user.token()}}],
    });
    write(file, &kubeconfig.to_string())
}

fn write(file: &Path, content: &str) -> Result<(), String> {
    fs::write(file, content).map_err(|error| format!("{} cannot be written: {error}", file.display()))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
