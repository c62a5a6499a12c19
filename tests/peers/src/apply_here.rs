//! A bare client: it sends the objects of a file by server-side apply, many at a time, and does nothing else. What it takes
//! is what the server takes.
//!
//! `design-peers-apply KUBECONFIG FILE` is what the work `apply` of `design-peers` runs; the file holds a list of objects as
//! JSON.
#![expect(clippy::print_stderr, reason = "a program for developers")]

use std::path::Path;
use std::process::ExitCode;

use futures_util::{StreamExt as _, stream};
use http::{Request, header};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;

/// The allocator of the product, so that nothing but the work differs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// More requests at a time than this do not make the server faster.
const AT_A_TIME: usize = 32;

/// The resources of the kinds that the generator of objects makes.
const RESOURCES: [(&str, &str); 8] = [
    ("ConfigMap", "configmaps"),
    ("Deployment", "deployments"),
    ("HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    ("Ingress", "ingresses"),
    ("PersistentVolumeClaim", "persistentvolumeclaims"),
    ("Secret", "secrets"),
    ("Service", "services"),
    ("ServiceAccount", "serviceaccounts"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kubeconfig, file] = arguments.as_slice() else {
        eprintln!("usage: design-peers-apply KUBECONFIG FILE");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let sent = runtime
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(send(Path::new(kubeconfig), file)));
    match sent {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn send(kubeconfig: &Path, file: &str) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let kubeconfig = Kubeconfig::read_from(kubeconfig).map_err(|error| words(&error))?;
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| words(&error))?;
    config.default_retry = false;
    let client = Client::try_from(config).map_err(|error| words(&error))?;
    let text = std::fs::read(file).map_err(|error| words(&error))?;
    let objects: Vec<Value> = serde_json::from_slice(&text).map_err(|error| words(&error))?;
    let requests = objects.iter().map(request).collect::<Result<Vec<_>, String>>()?;
    let mut answers = stream::iter(requests)
        .map(|request| {
            let client = client.clone();
            async move { client.request_text(request).await }
        })
        .buffer_unordered(AT_A_TIME);
    while let Some(answer) = answers.next().await {
        answer.map_err(|error| words(&error))?;
    }
    Ok(())
}

fn request(object: &Value) -> Result<Request<Vec<u8>>, String> {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let kind = text("/kind");
    let resource = RESOURCES.iter().find(|(known, _)| *known == kind);
    let (_, plural) = resource.ok_or_else(|| format!("the resource of {kind} is not known here"))?;
    let version = text("/apiVersion");
    let root = if version.contains('/') { "apis" } else { "api" };
    let (namespace, name) = (text("/metadata/namespace"), text("/metadata/name"));
    let path = format!("/{root}/{version}/namespaces/{namespace}/{plural}/{name}?fieldManager=bare");
    let request = Request::patch(path).header(header::CONTENT_TYPE, "application/apply-patch+yaml");
    request.body(object.to_string().into_bytes()).map_err(|error| error.to_string())
}
