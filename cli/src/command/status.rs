//! `design status`

use clap::Args;
use design_apply::{Action, Plan, Prepared, State, plan, readiness};
use futures_util::future::join_all;

use crate::args::Options;
use crate::command::cluster::{ClusterArgs, Others, prepared, targets, unanswered, with_clusters};
use crate::command::plan::change_text;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Say how the objects of a design do in a cluster, and which of their fields others have changed
///
/// Exits with 1 unless all of them are there, healthy and as the design wants them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design status
  design status k8s/ --context staging -n shop")]
pub struct StatusArgs {
    #[command(flatten)]
    cluster: ClusterArgs,
}

/// Runs `design status`.
pub fn cmd_status(terminal: &mut Terminal, options: &Options, args: &StatusArgs) -> Result<Exit, Failure> {
    let Some(targets) = targets(terminal, options, &args.cluster)? else { return Ok(Exit::Findings) };
    let found = with_clusters(terminal, args.cluster.access(), &targets, async |clusters, _| {
        let prepared = prepared(clusters, &targets, true, Others::Ignored).await?;
        let each = prepared.into_iter().map(async |mut prepared| {
            let plan = plan(&mut prepared, true).await.map_err(unanswered)?;
            Ok((prepared, plan))
        });
        join_all(each).await.into_iter().collect::<Result<Vec<(Prepared, Plan)>, Failure>>()
    })?;
    let mut exit = Exit::Done;
    for (target, (prepared, plan)) in targets.iter().zip(&found) {
        if !target.environment.is_empty() {
            terminal.print(&format!("environment {}\n", target.environment))?;
        }
        let (text, is_well) = text(prepared, plan);
        terminal.print(&text)?;
        if !is_well {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}

/// How the objects of one place do, and whether all of them do well.
fn text(prepared: &Prepared, plan: &Plan) -> (String, bool) {
    let mut text = String::new();
    let (mut healthy, mut drifted) = (0, 0);
    for step in &plan.steps {
        let Some(desired) = prepared.desired.get(step.desired) else { continue };
        let live = prepared.live.get(step.desired).and_then(Option::as_ref);
        let Some(live) = live else {
            text.push_str(&format!("{:<12} {}\n", State::Missing.name(), desired.id));
            continue;
        };
        let found = readiness(live);
        let is_well = matches!(found.state, State::Healthy | State::Suspended);
        healthy += usize::from(is_well);
        let reason = if is_well { String::new() } else { format!(": {}", found.reason) };
        text.push_str(&format!("{:<12} {}{reason}\n", found.state.name(), desired.id));
        drifted += usize::from(step.action == Action::Update);
        for change in &step.changes {
            text.push_str(&format!("{:<12}   {}\n", "", change_text(change)));
        }
    }
    let total = plan.steps.len();
    text.push_str(&format!("{healthy} of {total} healthy, {drifted} with other fields than the design wants\n"));
    (text, healthy == total && drifted == 0)
}
