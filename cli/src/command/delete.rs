//! `design delete`

use std::io::Write as _;

use clap::Args;
use design_apply::{Guard, Member, Prepared, Trouble, members, remove};

use crate::args::Options;
use crate::command::apply::may_remove;
use crate::command::cluster::{
    ClusterArgs, Others, Target, prepared, targets, tell_troubles, unanswered, with_clusters,
};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Delete what a design has brought into a cluster, what others need last
///
/// What is deleted is what the inventory in the cluster says. It waits until everything is gone.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design delete --yes
  design delete k8s/ --context staging -n shop")]
pub struct DeleteArgs {
    #[command(flatten)]
    cluster: ClusterArgs,

    /// Delete without a question
    #[arg(long)]
    yes: bool,
}

/// Runs `design delete`.
pub fn cmd_delete(terminal: &mut Terminal, options: &Options, args: &DeleteArgs) -> Result<Exit, Failure> {
    let Some(targets) = targets(terminal, options, &args.cluster)? else { return Ok(Exit::Findings) };
    with_clusters(terminal, args.cluster.access(), &targets, async |clusters, terminal| {
        let mut exit = Exit::Done;
        let prepared = prepared(clusters, &targets, true, Others::Ignored).await?;
        for (target, prepared) in targets.iter().zip(prepared) {
            if delete(terminal, args, target, prepared).await? != Exit::Done {
                exit = Exit::Findings;
            }
        }
        Ok(exit)
    })
}

/// Deletes what the inventory of one place says.
async fn delete(
    terminal: &mut Terminal,
    args: &DeleteArgs,
    target: &Target,
    mut prepared: Prepared,
) -> Result<Exit, Failure> {
    let prefix = target.prefix();
    if !prepared.set.is_there {
        terminal.print(&format!("{prefix}nothing to delete: the cluster has no inventory of this design\n"))?;
        return Ok(Exit::Done);
    }
    let unlisted: Vec<Trouble> = prepared.troubles.iter().filter(|trouble| trouble.is_unlisted()).cloned().collect();
    if !unlisted.is_empty() {
        return tell_troubles(terminal, target, &prepared, &unlisted);
    }
    let found = members(&mut prepared);
    let is_copied = |member: &Member| matches!(member.guard(), Some(guard) if guard.is_of_others());
    let (copied, found): (Vec<Member>, Vec<Member>) = found.into_iter().partition(is_copied);
    for member in &copied {
        let reason = member.guard().map(Guard::words).unwrap_or_default();
        terminal.error(&format!("{prefix}warning: {} stays: {reason}\n", member.id()))?;
    }
    if !may_remove(terminal, args.yes, &found)? {
        return Ok(Exit::Findings);
    }
    let (total, is_quiet) = (found.len(), terminal.is_quiet());
    let told = |member: &Member| {
        if !is_quiet {
            // Whoever does not read the log wants the objects deleted all the same.
            let _ = writeln!(std::io::stderr().lock(), "{prefix}deleted {}", member.id());
        }
    };
    let remaining = remove(&prepared.cluster, &prepared.desired, found, &told).await;
    if remaining.is_empty() {
        prepared.set.remove(&prepared.cluster).await.map_err(unanswered)?;
    }
    for each in &remaining {
        terminal.error(&format!("{prefix}error: {} is still there: {}\n", each.member.id(), each.reason))?;
    }
    terminal.print(&format!("{prefix}{} deleted\n", total - remaining.len()))?;
    Ok(if remaining.is_empty() { Exit::Done } else { Exit::Findings })
}
