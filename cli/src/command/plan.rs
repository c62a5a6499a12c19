//! `design plan`

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use design_apply::{Action, Change, Permission, Plan, Prepared, plan};
use design_report::Sources;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::args::Options;
use crate::command::cluster::{
    ClusterArgs, Others, Target, prepared, targets, tell_clashes, tell_troubles, unanswered, with_clusters,
};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say what applying would do to a cluster
///
/// The server itself says what would change, by a dry run, wherever what it knows of its objects leaves a doubt. Nothing is
/// written. Fields come with the manager that set them last.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design plan
  design plan k8s/ --context staging -n shop
  design plan --exit-code || echo 'something would change'
  design plan --format json | jq '.steps[] | select(.action == \"update\")'")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct PlanArgs {
    #[command(flatten)]
    cluster: ClusterArgs,

    /// The format of the plan
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 if anything would change
    #[arg(long)]
    exit_code: bool,

    /// Plan to take over fields that others own
    #[arg(long)]
    force_conflicts: bool,

    /// Plan to take over objects of other tools and designs, with their fields
    #[arg(long)]
    adopt: bool,

    /// Plan for namespaces that are missing and would be made
    #[arg(long)]
    create_namespace: bool,
}

/// How a plan is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Runs `design plan`.
pub fn cmd_plan(terminal: &mut Terminal, options: &Options, args: &PlanArgs) -> Result<Exit, Failure> {
    let Some(targets) = targets(terminal, options, &args.cluster)? else { return Ok(Exit::Findings) };
    let force = args.force_conflicts || args.adopt;
    let plans = with_clusters(terminal, args.cluster.access(), &targets, async |clusters, _| {
        let prepared = prepared(clusters, &targets, args.create_namespace, Others::by(args.adopt)).await?;
        let each = prepared.into_iter().map(async |mut prepared| {
            let plan = plan(&mut prepared, force).await.map_err(unanswered)?;
            Ok((prepared, plan))
        });
        join_all(each).await.into_iter().collect::<Result<Vec<(Prepared, Plan)>, Failure>>()
    })?;
    let (prepared, plans): (Vec<Prepared>, Vec<Plan>) = plans.into_iter().unzip();
    let mut exit = if tell_clashes(terminal, &targets, &prepared)? { Exit::Findings } else { Exit::Done };
    for ((target, prepared), plan) in targets.iter().zip(&prepared).zip(&plans) {
        let text = match args.format {
            Format::Text => {
                let environment = &target.environment;
                let head = if environment.is_empty() { String::new() } else { format!("environment {environment}\n") };
                head + &text(prepared, plan, &target.compilation.sources)
            }
            Format::Json => format!("{:#}\n", machine(target, prepared, plan)),
        };
        terminal.print(&text)?;
        let told = tell_troubles(terminal, target, prepared, &plan.troubles)?;
        if told != Exit::Done || (args.exit_code && plan.has_changes()) {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

/// A plan for people: batch by batch, with the reason for each order.
fn text(prepared: &Prepared, plan: &Plan, sources: &Sources) -> String {
    let mut text = String::new();
    let mut batch = None;
    for step in &plan.steps {
        let Some(desired) = prepared.desired.get(step.desired) else { continue };
        if batch != Some(desired.batch) {
            batch = Some(desired.batch);
            text.push_str(&format!("batch {}\n", desired.batch + 1));
        }
        let sign = match step.action {
            Action::Create => '+',
            Action::Update => '~',
            Action::Keep => '=',
            Action::Nothing => '!',
        };
        text.push_str(&format!("  {sign} {} {}\n", step.action.name(), desired.id));
        for change in &step.changes {
            text.push_str(&format!("      {}\n", change_text(change)));
        }
        if step.action == Action::Create {
            for need in &desired.needs {
                let Some(other) = prepared.desired.get(need.on) else { continue };
                let place = sources.get(need.place.file).map(|source| {
                    let place = source.place(need.place);
                    format!("{}:{}:{}", source.path(), place.line, place.column)
                });
                let field = if need.field.is_empty() { "a relationship" } else { need.field.as_str() };
                let place = place.unwrap_or_default();
                text.push_str(&format!("      after {}, because of {field} at {place}\n", other.id));
            }
        }
    }
    for member in &plan.pruned {
        text.push_str(&format!("  - delete {}, which left the design\n", member.id()));
    }
    for (member, guard) in &plan.kept {
        text.push_str(&format!("  = keep {}, which left the design: {}\n", member.id(), guard.words()));
    }
    let count = |action: Action| plan.steps.iter().filter(|step| step.action == action).count();
    text.push_str(&format!(
        "{} to create, {} to update, {} to delete, {} as they are, {} blocked\n",
        count(Action::Create),
        count(Action::Update),
        plan.pruned.len(),
        count(Action::Keep),
        count(Action::Nothing),
    ));
    text + &needed(&prepared.permissions)
}

/// What applying has to be allowed, a line for each namespace and combination of verbs.
fn needed(permissions: &[Permission]) -> String {
    let mut verbs: BTreeMap<(Option<&str>, &str), Vec<&str>> = BTreeMap::new();
    for permission in permissions {
        let key = (permission.namespace.as_deref(), permission.resource.as_str());
        verbs.entry(key).or_default().push(permission.verb);
    }
    let mut lines: BTreeMap<(Option<&str>, String), Vec<&str>> = BTreeMap::new();
    for ((namespace, resource), verbs) in verbs {
        lines.entry((namespace, verbs.join(", "))).or_default().push(resource);
    }
    let line = |((namespace, verbs), resources): ((Option<&str>, String), Vec<&str>)| {
        let place = namespace.map_or_else(|| "the whole cluster".to_owned(), |name| format!("namespace {name}"));
        format!("needs in {place}: {verbs} of {}\n", resources.join(", "))
    };
    lines.into_iter().map(line).collect()
}

/// A change on one line.
pub fn change_text(change: &Change) -> String {
    let value = |value: &Option<Value>| match value {
        None => "nothing".to_owned(),
        Some(value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let short: String = text.chars().take(80).collect();
            if short.len() < text.len() { format!("{short}…") } else { text }
        }
    };
    let manager = change.manager.as_ref().map(|manager| format!(" (set by {manager})")).unwrap_or_default();
    format!("{}: {} -> {}{manager}", change.path, value(&change.from), value(&change.to))
}

/// A plan for programs: `schemas/plan.schema.json`.
fn machine(target: &Target, prepared: &Prepared, plan: &Plan) -> Value {
    let id = |number: usize| prepared.desired.get(number).map(|desired| desired.id.as_str());
    let steps = plan.steps.iter().filter_map(|step| {
        let desired = prepared.desired.get(step.desired)?;
        let after: Vec<&str> = desired.needs.iter().filter_map(|need| id(need.on)).collect();
        let changes: Vec<Value> = step
            .changes
            .iter()
            .map(|change| json!({"path": change.path, "from": change.from, "to": change.to, "manager": change.manager}))
            .collect();
        Some(json!({
            "batch": desired.batch + 1,
            "action": step.action.name(),
            "id": desired.id,
            "after": after,
            "changes": changes,
        }))
    });
    let pruned = plan
        .pruned
        .iter()
        .map(|member| json!({"batch": 0, "action": "delete", "id": member.id(), "after": [], "changes": []}));
    let permissions = prepared.permissions.iter().map(|permission| {
        json!({
            "namespace": permission.namespace,
            "resource": permission.resource,
            "verb": permission.verb,
            "allowed": permission.is_allowed,
        })
    });
    let mut whole = json!({
        "schemaVersion": "plan.design/v1",
        "context": prepared.cluster.connection.context,
        "namespace": prepared.cluster.connection.namespace,
        "steps": steps.chain(pruned).collect::<Vec<Value>>(),
        "permissions": permissions.collect::<Vec<Value>>(),
    });
    if let Some(whole) = whole.as_object_mut().filter(|_| !target.environment.is_empty()) {
        whole.insert("environment".to_owned(), Value::from(target.environment.as_str()));
    }
    whole
}
