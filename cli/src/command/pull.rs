//! `design pull`

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use design_apply::{Pulled, Wanted, pull};
use design_pipeline::{Compilation, Compiled, MemoryWorld, Request, SourceKind, compile};
use design_vocabulary::External;
use serde_json::json;

use crate::args::Options;
use crate::command::cluster::{AccessArgs, unanswered, with_cluster};
use crate::command::create_new;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Write the objects of a namespace or a cluster as a design
///
/// What controllers and the cluster itself make is left out, and so is what the server fills in: of an object is written what
/// somebody gave. Secrets stay in the cluster, and those that are referred to are named as external, unless --secrets asks
/// for them. Planned for the same cluster, the design changes nothing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design pull -n shop -o design.yaml
  design pull --context staging -A -o staging.yaml
  design pull -n shop | design graph -")]
pub struct PullArgs {
    #[command(flatten)]
    access: AccessArgs,

    /// Read all namespaces but those of the cluster itself, and what lives in no namespace
    #[arg(short = 'A', long, conflicts_with = "namespace")]
    all_namespaces: bool,

    /// Write Secrets with their values
    #[arg(long)]
    secrets: bool,

    /// The name of the design [default: that of the namespace, or of the context]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The file to write, which must not exist yet [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// So many objects are read as one file: files are read side by side.
const PER_FILE: usize = 500;

/// Runs `design pull`.
pub fn cmd_pull(terminal: &mut Terminal, options: &Options, args: &PullArgs) -> Result<Exit, Failure> {
    let mut output = args.output.as_deref().map(create_new).transpose()?;
    let answer = with_cluster(terminal, &args.access, async |cluster, _| {
        let connection = cluster.connection.clone();
        let namespace = (!args.all_namespaces).then(|| connection.namespace.clone());
        let name = args.name.clone().or_else(|| namespace.clone()).unwrap_or(connection.context);
        let wanted = Wanted { namespace, has_secrets: args.secrets };
        Ok((name, pull(&cluster, &wanted).await.map_err(unanswered)?))
    });
    let (name, pulled) = match answer {
        Ok(answer) => answer,
        Err(failure) => {
            // An empty file would be in the way of the next attempt. If it stays, nothing is lost.
            let _ = args.output.as_ref().map(std::fs::remove_file);
            return Err(failure);
        }
    };
    let text = text(options, &name, &pulled)?;
    match &mut output {
        None => terminal.print(&text)?,
        Some(file) => {
            let path = args.output.as_deref().unwrap_or_else(|| std::path::Path::new("-"));
            file.write_all(text.as_bytes()).map_err(|error| Failure::system("write", path, &error))?;
        }
    }
    for unread in &pulled.unread {
        terminal.error(&format!("warning: {} were not read: {}\n", unread.resource, unread.why))?;
    }
    if !terminal.is_quiet() {
        terminal.error(&summary(&pulled))?;
    }
    Ok(if pulled.unread.is_empty() { Exit::Done } else { Exit::Findings })
}

/// The design file of what was read.
fn text(options: &Options, name: &str, pulled: &Pulled) -> Result<String, Failure> {
    let files = pulled.objects.chunks(PER_FILE).enumerate().map(|(number, objects)| {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
        (format!("objects/{number:06}.json"), list.to_string())
    });
    let world = MemoryWorld::new(files);
    let request = Request {
        source: Some(SourceKind::Manifests),
        relationships: true,
        settle: false,
        given: design_pipeline::Given { environments: options.environments.clone(), ..Default::default() },
        ..Request::new(["objects"])
    };
    let mut compilation: Compilation = compile(&world, &request);
    let Some(compiled) = compilation.designs.first_mut() else {
        return Ok(format!("name: {name}\nversion: 0.0.1\ncomponents: []\n"));
    };
    compiled.design.name = name.into();
    compiled.design.externals.extend(externals(compiled, pulled));
    let (text, _) = compiled.import(Some(SourceKind::Manifests));
    text.ok_or_else(|| Failure::Usage(format!("{name} cannot be written as a design file")))
}

/// The Secrets that stayed in the cluster and that something refers to.
fn externals(compiled: &Compiled, pulled: &Pulled) -> Vec<External> {
    let wanted: BTreeSet<(&str, &str)> = compiled
        .graph
        .missing
        .iter()
        .filter(|missing| missing.kind == "Secret")
        .map(|missing| (missing.namespace.as_str(), missing.name.as_str()))
        .collect();
    let is_wanted = |(namespace, name): &&(String, String)| wanted.contains(&(namespace.as_str(), name.as_str()));
    let external = |(namespace, name): &(String, String)| External {
        kind: "Secret".into(),
        group: None,
        namespace: Some(namespace.as_str().into()),
        name: name.as_str().into(),
    };
    pulled.secrets.iter().filter(is_wanted).map(external).collect()
}

/// What was written, and what was not.
fn summary(pulled: &Pulled) -> String {
    let plural = |count: usize, one: &str, several: &str| format!("{count} {}", if count == 1 { one } else { several });
    let mut text = format!("{} written", plural(pulled.objects.len(), "object", "objects"));
    if pulled.defaults > 0 {
        text.push_str(&format!(", without {} that the server fills in", plural(pulled.defaults, "field", "fields")));
    }
    text.push('\n');
    let left_out: usize = pulled.left_out.values().sum();
    if left_out > 0 {
        let kinds: Vec<String> = pulled.left_out.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        text.push_str(&format!("left out, because they come by themselves: {}\n", kinds.join(", ")));
    }
    if !pulled.secrets.is_empty() {
        let count = plural(pulled.secrets.len(), "Secret stays", "Secrets stay");
        text.push_str(&format!("{count} in the cluster; --secrets writes them with their values\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_read_is_written_with_what_it_needs_from_outside() {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop", "uid": "1"},
            "spec": {"containers": [{"name": "web", "image": "web:1", "envFrom": [{"secretRef": {"name": "key"}}]}]}});
        let secrets = [("shop", "key"), ("shop", "other")].map(|(one, two)| (one.to_owned(), two.to_owned()));
        let pulled = Pulled { objects: vec![pod], secrets: secrets.to_vec(), ..Pulled::default() };
        let text = text(&Options::default(), "shop", &pulled).unwrap();
        let read: Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read["externals"], json!([{"kind": "Secret", "name": "key", "namespace": "shop"}]));
        assert_eq!(read["components"].as_array().map(Vec::len), Some(1));
        assert!(!text.contains("uid"), "{text}");
    }
}
