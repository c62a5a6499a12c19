//! A real Kubernetes control plane for tests, and a proxy that makes it fail.
//!
//! [`shared`] gives the one instance of a test binary, started when it is first asked for: etcd and an API server, the
//! controllers, the scheduler, and nodes whose kubelets are simulated (`stages.yaml` says how pods are made to fail).
//! [`Cluster::start`] starts another with less. Nothing of it outlives the process that started it, however that ends.
//! Tests keep apart by [`Cluster::namespace`].

mod client;
mod fault;
mod process;
mod programs;
mod proxy;
mod start;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub use client::Answer;
pub use fault::{Effect, Fault, Seen};
pub use hyper::Method;
pub use programs::Programs;
pub use proxy::Proxy;

use process::Process;

/// Whose requests they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// May do everything.
    Admin,
    /// May do what everyone who is known may do, which is to look at the server's version and its kinds, and what a test
    /// binds roles for: the user is called `guest`.
    Guest,
}

impl User {
    /// The name that roles are bound to.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Guest => "guest",
        }
    }

    /// The token that says who it is. It is worth nothing outside of the test cluster.
    const fn token(self) -> &'static str {
        match self {
            Self::Admin => "the-admin-of-a-test",
            Self::Guest => "the-guest-of-a-test",
        }
    }
}

/// What a cluster has beside etcd and the API server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The controllers: Deployments get pods, owned objects are collected, namespaces end.
    pub has_controllers: bool,
    /// How many simulated nodes; where there are some, a scheduler puts pods on them.
    pub nodes: usize,
}

impl Options {
    /// Everything, and three nodes.
    pub const fn everything() -> Self {
        Self { has_controllers: true, nodes: 3 }
    }
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    connections: client::Connections,
    runtime: Option<Runtime>,
    /// In the order in which they end.
    processes: Vec<Process>,
}

/// The one cluster of this process, with everything. An error says why there is none; it is the same each time.
pub fn shared() -> Result<&'static Cluster, &'static str> {
    static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(Options::everything())).as_ref().map_err(String::as_str)
}

impl Cluster {
    /// Starts a cluster and waits until it is ready. An error says which program is missing or failed, with the end of its
    /// log.
    pub fn start(options: Options) -> Result<Self, String> {
        start::start(&Programs::find()?, options)
    }

    /// Where the API server listens.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The kubeconfig of a user. Its one context is called `test`.
    pub fn kubeconfig(&self, user: User) -> PathBuf {
        self.folder.join(format!("{}.kubeconfig", user.name()))
    }

    /// `kubectl` as the administrator, without arguments yet.
    pub fn kubectl(&self) -> Command {
        let mut command = Command::new(&self.programs.control_plane);
        command.arg("kubectl").env("KUBECONFIG", self.kubeconfig(User::Admin)).env("HOME", &self.folder);
        command
    }

    /// A new namespace, whose name begins with what is given.
    pub fn namespace(&self, begin: &str) -> Result<String, String> {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let name = format!("{begin}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let answer = self.send(Method::POST, "/api/v1/namespaces", "application/json", &namespace)?;
        if answer.is_success() { Ok(name) } else { Err(format!("namespace {name}: {}", answer.body)) }
    }

    /// What the administrator gets from a path.
    pub fn get(&self, path: &str) -> Result<Answer, String> {
        self.ask(User::Admin, Method::GET, path, "application/json", Vec::new())
    }

    /// What becomes of a request of the administrator with a JSON body.
    pub fn send(&self, method: Method, path: &str, content_type: &str, body: &Value) -> Result<Answer, String> {
        self.ask(User::Admin, method, path, content_type, body.to_string().into_bytes())
    }

    /// What becomes of a request of a user.
    pub fn ask(
        &self,
        user: User,
        method: Method,
        path: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        let url = format!("{}{path}", self.url());
        let connections = self.connections.clone();
        let (sender, receiver) = mpsc::channel();
        let request = client::send(connections, method, url, user.token().to_owned(), content_type.to_owned(), body);
        // Not `block_on`: a test may itself run in an asynchronous runtime.
        self.runtime()?.spawn(async move {
            let _ = sender.send(request.await);
        });
        receiver.recv().map_err(|_| "the client of the test cluster ended".to_owned())?
    }

    /// A proxy before the API server, for a user; faults are injected there.
    pub fn proxy(&self, user: User) -> Result<Proxy, String> {
        Proxy::start(self.runtime()?.handle(), &self.connections, &self.url(), user, &self.folder)
    }

    /// Where its programs write what they log.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn runtime(&self) -> Result<&Runtime, String> {
        self.runtime.as_ref().ok_or_else(|| "the cluster was stopped".to_owned())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.processes.clear();
        // A runtime may not be dropped where another one runs, as it does in an asynchronous test.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
