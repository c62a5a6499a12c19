//! The way to a cluster: the kubeconfig and what the command line says over it.
//!
//! Files of `KUBECONFIG` are merged as kubectl merges them, exec plugins are run, and inside of a cluster the service account
//! is taken where there is no kubeconfig. kube does all of that. What is chosen here: the context, the namespace, the user to
//! act as, and that kube never repeats a request by itself, because [`Cluster`](crate::Cluster) does so under a deadline.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

/// What the command line or an environment says of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// The only kubeconfig to read; `None`: those of `KUBECONFIG`, else `~/.kube/config`, else the service account.
    pub kubeconfig: Option<PathBuf>,
    /// The context; `None`: the current one.
    pub context: Option<String>,
    /// The namespace of what names none; `None`: that of the context, else `default`.
    pub namespace: Option<String>,
    /// The user to act as.
    pub user: Option<String>,
    /// The groups to act as.
    pub groups: Vec<String>,
}

/// A client of a cluster, and what to call it.
#[derive(Clone)]
pub struct Connection {
    /// The client. It repeats nothing by itself.
    pub client: Client,
    /// The name of the context; `in-cluster` where a service account is used.
    pub context: String,
    /// The namespace of what names none.
    pub namespace: String,
    /// The address of the API server.
    pub server: String,
}

/// Why there is no connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Unconnected {
    /// There is no kubeconfig, and this is no pod.
    NoKubeconfig {
        /// Where it was looked for.
        looked_at: String,
    },
    /// The kubeconfig has no such context.
    NoContext {
        /// The name that was asked for; `None` where none is current.
        wanted: Option<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The kubeconfig cannot be used, in words.
    Unusable(String),
}

/// How long a connection may take to come about: a server that is there answers at once.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads the configuration and makes a client; nothing is sent yet.
pub async fn connect(access: &Access) -> Result<Connection, Unconnected> {
    let (mut config, context) = configuration(access).await?;
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    if let Some(user) = &access.user {
        config.auth_info.impersonate = Some(user.clone());
    }
    if !access.groups.is_empty() {
        config.auth_info.impersonate_groups = Some(access.groups.clone());
    }
    let namespace = access.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    let server = config.cluster_url.to_string();
    let client = Client::try_from(config).map_err(|error| Unconnected::Unusable(error.to_string()))?;
    Ok(Connection { client, context, namespace, server })
}

async fn configuration(access: &Access) -> Result<(Config, String), Unconnected> {
    let unusable = |error: &dyn std::fmt::Display| Unconnected::Unusable(error.to_string());
    let kubeconfig = match read(access.kubeconfig.as_deref()) {
        Ok(Some(kubeconfig)) => kubeconfig,
        Ok(None) if access.context.is_none() => {
            let looked_at = looked_at();
            let config = Config::incluster().map_err(|_| Unconnected::NoKubeconfig { looked_at })?;
            return Ok((config, "in-cluster".to_owned()));
        }
        Ok(None) => return Err(Unconnected::NoKubeconfig { looked_at: looked_at() }),
        Err(error) => return Err(unusable(&error)),
    };
    let known = || kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
    let name = access.context.clone().or_else(|| kubeconfig.current_context.clone()).filter(|name| !name.is_empty());
    let Some(name) = name else { return Err(Unconnected::NoContext { wanted: None, known: known() }) };
    if !kubeconfig.contexts.iter().any(|context| context.name == name) {
        return Err(Unconnected::NoContext { wanted: Some(name), known: known() });
    }
    let options = KubeConfigOptions { context: Some(name.clone()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| unusable(&error))?;
    Ok((config, name))
}

/// The merged kubeconfig; `None` where there is no file. A file that is named and is not there is skipped when it is one of
/// several, as kubectl does, and an error when it was asked for by itself.
fn read(only: Option<&Path>) -> Result<Option<Kubeconfig>, KubeconfigError> {
    if let Some(path) = only {
        return Kubeconfig::read_from(path).map(Some);
    }
    let paths: Vec<PathBuf> = match std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty()) {
        Some(value) => std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube/config")).into_iter().collect(),
    };
    let mut merged: Option<Kubeconfig> = None;
    for path in paths.iter().filter(|path| path.exists()) {
        let next = Kubeconfig::read_from(path)?;
        merged = Some(match merged {
            Some(merged) => merged.merge(next)?,
            None => next,
        });
    }
    Ok(merged)
}

fn looked_at() -> String {
    match std::env::var("KUBECONFIG") {
        Ok(value) if !value.is_empty() => format!("KUBECONFIG={value}"),
        _ => "~/.kube/config".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "
apiVersion: v1
kind: Config
current-context: one
clusters: [{name: here, cluster: {server: 'http://127.0.0.1:1'}}]
contexts:
  - {name: one, context: {cluster: here, namespace: shop}}
  - {name: two, context: {cluster: here}}
";

    fn answer(access: &Access) -> Result<Connection, Unconnected> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(connect(access))
    }

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("design-connect-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn the_command_line_wins_over_the_context() {
        let path = file("wins", KUBECONFIG);
        let access = Access { kubeconfig: Some(path.clone()), ..Access::default() };
        let connection = answer(&access).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((connection.context.as_str(), connection.namespace.as_str()), ("one", "shop"));
        let access = Access { context: Some("two".to_owned()), ..access };
        let connection = answer(&access).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((connection.context.as_str(), connection.namespace.as_str()), ("two", "default"));
        let access = Access { namespace: Some("mine".to_owned()), ..access };
        assert_eq!(answer(&access).unwrap_or_else(|error| panic!("{error:?}")).namespace, "mine");
        let access = Access { context: Some("three".to_owned()), ..access };
        let known = vec!["one".to_owned(), "two".to_owned()];
        assert_eq!(answer(&access).err(), Some(Unconnected::NoContext { wanted: Some("three".to_owned()), known }));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_kubeconfig_without_a_context_or_a_cluster_says_so() {
        let path = file("without", "apiVersion: v1\nkind: Config\ncontexts: [{name: a, context: {cluster: gone}}]\n");
        let access = Access { kubeconfig: Some(path.clone()), ..Access::default() };
        let known = vec!["a".to_owned()];
        assert_eq!(answer(&access).err(), Some(Unconnected::NoContext { wanted: None, known }));
        let access = Access { context: Some("a".to_owned()), ..access };
        assert!(matches!(answer(&access).err(), Some(Unconnected::Unusable(why)) if why.contains("gone")));
        std::fs::remove_file(path).unwrap();
    }
}
