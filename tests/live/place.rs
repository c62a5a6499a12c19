//! What the suites about designs and clusters share: an application, and a place for it.

use std::path::Path;
use std::process::Command;

use design_cluster::{Cluster, User};
use design_tests::{Project, Run, binary, cluster};
use serde_json::Value;

/// Three objects, each of which needs the one before it.
pub const APPLICATION: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: hello}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: example.com/web:1
          envFrom: [{configMapRef: {name: settings}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
";

/// Runs `design` with a kubeconfig, in a namespace.
pub fn run(project: &Project, kubeconfig: &Path, namespace: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(binary());
    command.env("KUBECONFIG", kubeconfig).env("NO_COLOR", "1").args(arguments).args(["-n", namespace]);
    project.run(&mut command)
}

/// A namespace of the cluster, and a project whose design goes there.
pub struct Place<'a> {
    pub cluster: &'a Cluster,
    pub project: Project,
    pub namespace: String,
}

impl Place<'_> {
    /// Runs `design` as the administrator.
    pub fn run(&self, arguments: &[&str]) -> Run {
        run(&self.project, &self.cluster.kubeconfig(User::Admin), &self.namespace, arguments)
    }

    /// Runs `design` as the administrator, without saying in which namespace.
    pub fn run_plainly(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(binary());
        command.env("KUBECONFIG", self.cluster.kubeconfig(User::Admin)).env("NO_COLOR", "1").args(arguments);
        self.project.run(&mut command)
    }

    /// The path of what is said as `API RESOURCE`, such as `/api/v1 configmaps/a`, in the namespace.
    pub fn path(&self, rest: &str) -> String {
        let (group, resource) = rest.split_once(' ').unwrap();
        format!("{group}/namespaces/{}/{resource}", self.namespace)
    }

    /// What is there of it, or the server's refusal.
    pub fn get(&self, rest: &str) -> Value {
        self.cluster.get(&self.path(rest)).unwrap().body
    }

    /// Runs `kubectl` in the namespace.
    pub fn kubectl(&self, arguments: &[&str]) {
        let output = self.cluster.kubectl().args(["-n", &self.namespace]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A namespace with a project, unless there is no cluster.
pub fn place(name: &str, text: &str) -> Option<Place<'static>> {
    let cluster = cluster()?;
    Some(Place { cluster, project: Project::new(&[("app.yaml", text)]), namespace: cluster.namespace(name).unwrap() })
}
