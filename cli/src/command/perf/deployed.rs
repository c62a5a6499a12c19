//! Arms of a gate that are designs: each is applied to a namespace of its own, asked, and deleted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use design_apply::{
    Access, Cluster, Event, Manner, Member, Prepared, Trouble, Wait, apply, block_on, connect, members, remove,
    remove_namespace,
};
use design_pipeline::Compilation;
use serde_json::Value;

use super::time;
use crate::args::{Input, ModelOptions, Options, Source};
use crate::command::cluster::{Others, Target, prepared, tell_troubles, unanswered, unconnected};
use crate::command::{at_revision, compile_related, compile_related_in, only, repository, tell_errors};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use crate::world::DiskWorld;

/// What of a design is asked, and where it is applied.
#[derive(Args, Debug)]
#[command(next_help_heading = "Designs as arms")]
pub(super) struct DeployedArgs {
    /// The component that is asked, and its port [default: the label `component` of the profile]
    #[arg(long, value_name = "NAME[:PORT]")]
    component: Option<String>,

    /// Ask a component at this URL, and not through its Service; with `baseline:` or `candidate:` in front for one arm only
    #[arg(long, value_name = "[ARM:]COMPONENT=URL", value_parser = endpoint)]
    endpoint: Vec<Endpoint>,

    /// Take the cluster from this kubeconfig [default: KUBECONFIG, else ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,

    /// Use this context of the kubeconfig [default: the current one]
    #[arg(long, value_name = "NAME")]
    context: Option<String>,

    /// How long a design may take until it is ready, and until it is gone
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = time)]
    ready: Duration,
}

/// Where a component is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Endpoint {
    /// The arm; empty for both.
    arm: String,
    component: String,
    url: String,
}

fn endpoint(text: &str) -> Result<Endpoint, String> {
    let (name, url) = text.split_once('=').ok_or("it reads COMPONENT=URL")?;
    let (arm, component) = name.split_once(':').unwrap_or(("", name));
    if !matches!(arm, "" | "baseline" | "candidate") {
        return Err("the arm is `baseline` or `candidate`".to_owned());
    }
    Ok(Endpoint { arm: arm.to_owned(), component: component.to_owned(), url: url.to_owned() })
}

/// The designs of a gate that are in a cluster.
pub(super) struct Deployed {
    access: Access,
    ready: Duration,
    arms: Vec<Arm>,
}

struct Arm {
    name: &'static str,
    target: Target,
    namespace: String,
}

/// Whether an arm is a design: a folder, a YAML or JSON file, or one at a revision (`git:REVISION[:PATH]`).
fn is_design(text: &str) -> bool {
    let path = Path::new(text);
    let is_document = || {
        let extension = path.extension().and_then(|extension| extension.to_str());
        path.is_file() && extension.is_some_and(|extension| matches!(extension, "yaml" | "yml" | "json"))
    };
    at_revision(text).is_some() || path.is_dir() || is_document()
}

impl DeployedArgs {
    /// Applies those of the two arms that are designs, and puts the URLs at which they are asked in their places. `None` where one of them
    /// has errors or does not become ready, which was told; then nothing of them stays.
    pub(super) fn deploy(
        &self,
        terminal: &mut Terminal,
        options: &Options,
        labelled: Option<&str>,
        texts: [&mut String; 2],
    ) -> Result<Option<Deployed>, Failure> {
        let access = Access {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            namespace: None,
            user: None,
            groups: Vec::new(),
        };
        let mut deployed = Deployed { access, ready: self.ready, arms: Vec::new() };
        for (name, text) in ["baseline", "candidate"].into_iter().zip(texts) {
            if !is_design(text) {
                continue;
            }
            let asked = self.component.as_deref().or(labelled).ok_or_else(|| {
                let why =
                    "--component NAME:PORT, or the label `component` of the profile, says what of a design is asked";
                Failure::Usage(why.to_owned())
            })?;
            let reached = match deployed.add(terminal, options, name, text) {
                Ok(true) => self.url(&deployed, name, asked),
                Ok(false) => {
                    deployed.delete(terminal)?;
                    return Ok(None);
                }
                Err(why) => Err(why),
            };
            match reached {
                Ok(url) => *text = url,
                Err(why) => {
                    // What went wrong first is what the user has to know.
                    let _ = deployed.delete(terminal);
                    return Err(why);
                }
            }
        }
        Ok(Some(deployed))
    }

    /// Where a component of an arm is asked.
    fn url(&self, deployed: &Deployed, arm: &str, asked: &str) -> Result<String, Failure> {
        let (component, port) = asked.split_once(':').map_or((asked, None), |(name, port)| (name, Some(port)));
        let of_arm = |endpoint: &&Endpoint| endpoint.component == component;
        let named = self.endpoint.iter().filter(of_arm);
        let exact = named.clone().find(|endpoint| endpoint.arm == arm);
        if let Some(endpoint) = exact.or_else(|| named.clone().find(|endpoint| endpoint.arm.is_empty())) {
            return Ok(endpoint.url.clone());
        }
        let port = port.unwrap_or("80");
        let namespace = deployed.arms.iter().find(|one| one.name == arm).map_or("", |one| one.namespace.as_str());
        // In a cluster its names lead to Services.
        if std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() {
            return Ok(format!("http://{component}.{namespace}.svc:{port}/"));
        }
        let service = deployed.within(async |cluster| {
            cluster.get(&format!("/api/v1/namespaces/{namespace}/services/{component}")).await.map_err(unanswered)
        })?;
        if let Some(host) = balancer(&service) {
            return Ok(format!("http://{host}:{port}/"));
        }
        Err(Failure::Usage(format!(
            "the Service `{component}` has no address outside of the cluster; --endpoint {component}=URL says where it is asked"
        )))
    }
}

/// The address of a load balancer that a Service has.
fn balancer(service: &Value) -> Option<String> {
    let first = service.pointer("/status/loadBalancer/ingress/0")?;
    let host = first.get("hostname").or_else(|| first.get("ip"))?.as_str()?;
    Some(if host.contains(':') { format!("[{host}]") } else { host.to_owned() })
}

impl Deployed {
    /// Applies an arm and waits until all of it is ready. Returns whether it is; what stands in the way was told.
    fn add(
        &mut self,
        terminal: &mut Terminal,
        options: &Options,
        name: &'static str,
        text: &str,
    ) -> Result<bool, Failure> {
        let Some(compilation) = compiled(terminal, options, text)? else { return Ok(false) };
        let design = only(&compilation, text)?.design.name.to_string();
        let namespace = format!("design-{}-{name}", std::process::id());
        if !terminal.is_quiet() {
            terminal.error(&format!("{name}: applying {design} to the namespace {namespace}\n"))?;
        }
        let target = Target::new(String::new(), compilation, self.access.clone());
        let arm = Arm { name, target, namespace };
        self.arms.push(arm);
        let Some(arm) = self.arms.last() else { return Ok(false) };
        self.within_namespace(arm, async |cluster| {
            let mut prepared = prepared(vec![cluster], std::slice::from_ref(&arm.target), true, Others::Hinder).await?;
            let Some(prepared) = prepared.pop() else { return Ok(false) };
            if let Some(shared) = shared(&prepared, &arm.namespace) {
                return Err(Failure::Usage(format!(
                    "the {name} has {shared}, which does not live in a namespace of its own: the arms of a gate would share it"
                )));
            }
            if prepared.troubles.iter().any(Trouble::blocks_all) {
                tell_troubles(terminal, &arm.target, &prepared, &prepared.troubles)?;
                return Ok(false);
            }
            let manner = Manner { force: false, wait: Wait::All };
            let applied = apply(&prepared, manner, &|_: Event<'_>| {}).await.map_err(unanswered)?;
            Ok(tell_troubles(terminal, &arm.target, &prepared, &applied.troubles)? == Exit::Done)
        })
    }

    /// Deletes all arms, and waits until they are gone: each of them, whatever comes of another. An error is the first of theirs.
    pub(super) fn delete(&self, terminal: &mut Terminal) -> Result<(), Failure> {
        let each = self.arms.iter().map(|arm| self.delete_arm(terminal, arm));
        each.fold(Ok(()), Result::and)
    }

    fn delete_arm(&self, terminal: &mut Terminal, arm: &Arm) -> Result<(), Failure> {
        let left = self.within_namespace(arm, async |cluster| {
            let targets = std::slice::from_ref(&arm.target);
            let mut prepared = prepared(vec![cluster], targets, true, Others::Ignored).await?;
            let Some(mut prepared) = prepared.pop() else { return Ok(0) };
            let found: Vec<Member> = members(&mut prepared);
            let left = remove(&prepared.cluster, &prepared.desired, found, &|_| {}).await.len();
            let stays = remove_namespace(&prepared.cluster, &arm.namespace).await.map_err(unanswered)?;
            Ok(left + usize::from(stays.is_some()))
        })?;
        let Arm { name, namespace, .. } = arm;
        if left > 0 {
            terminal.error(&format!("warning: {left} objects of the namespace {namespace} are still there\n"))
        } else if terminal.is_quiet() {
            Ok(())
        } else {
            terminal.error(&format!("{name}: deleted the namespace {namespace}\n"))
        }
    }

    fn within<T>(&self, work: impl AsyncFnOnce(Cluster) -> Result<T, Failure>) -> Result<T, Failure> {
        self.connected(&self.access, work)
    }

    fn within_namespace<T>(
        &self,
        arm: &Arm,
        work: impl AsyncFnOnce(Cluster) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.connected(&Access { namespace: Some(arm.namespace.clone()), ..self.access.clone() }, work)
    }

    fn connected<T>(
        &self,
        access: &Access,
        work: impl AsyncFnOnce(Cluster) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let system = |error: std::io::Error| Failure::Environment(format!("cannot talk to a cluster: {error}"));
        block_on(async {
            let connection = connect(access).await.map_err(|why| unconnected(&why))?;
            work(Cluster::new(connection, self.ready)).await
        })
        .map_err(system)?
    }
}

/// An object that the arms of a gate would share.
fn shared(prepared: &Prepared, namespace: &str) -> Option<String> {
    let desired = prepared.desired.iter();
    desired.clone().find(|one| one.namespace.as_deref() != Some(namespace)).map(|one| one.id.clone())
}

/// Compiles an arm. `None` where it has errors, which were told.
fn compiled(terminal: &mut Terminal, options: &Options, text: &str) -> Result<Option<Compilation>, Failure> {
    let input =
        |path: &str| Input { paths: vec![path.to_owned()], source: Source::default(), models: ModelOptions::default() };
    let mut compilation = match at_revision(text) {
        None => compile_related(terminal, options, &input(text))?.0,
        Some((revision, path)) => {
            let path = path.unwrap_or(".");
            let (disk, here) = (DiskWorld::with_repositories(options), Path::new("."));
            let world = repository()?.world(revision, here, &disk).map_err(Failure::Usage)?;
            let found = compile_related_in(terminal, options, &input(path), &world)?;
            found.ok_or_else(|| Failure::Usage(format!("there is no `{path}` at `{revision}`")))?
        }
    };
    if tell_errors(terminal, &mut compilation)? {
        return Ok(None);
    }
    Ok(Some(compilation))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn endpoints_are_of_an_arm_or_of_both() {
        let one = endpoint("web=http://127.0.0.1:1/?a=b").unwrap();
        assert_eq!(
            (one.arm.as_str(), one.component.as_str(), one.url.as_str()),
            ("", "web", "http://127.0.0.1:1/?a=b")
        );
        assert_eq!(endpoint("candidate:web=http://h/").unwrap().arm, "candidate");
        assert!(endpoint("other:web=http://h/").is_err() && endpoint("web").is_err());
    }

    #[test]
    fn a_balancer_has_a_name_or_an_address() {
        let service = |ingress: Value| json!({"status": {"loadBalancer": {"ingress": [ingress]}}});
        assert_eq!(balancer(&service(json!({"ip": "10.0.0.1"}))).as_deref(), Some("10.0.0.1"));
        assert_eq!(balancer(&service(json!({"ip": "fd00::1"}))).as_deref(), Some("[fd00::1]"));
        assert_eq!(balancer(&service(json!({"hostname": "lb.example"}))).as_deref(), Some("lb.example"));
        assert_eq!(balancer(&json!({"status": {}})), None);
    }
}
