//! `design apply`

mod progress;

use std::io::{IsTerminal as _, Write as _};

use clap::{Args, ValueEnum};
use design_apply::{Action, Applied, Event, Manner, Member, Prepared, Trouble, Wait, apply, left, remove};
use futures_util::future::join_all;

use crate::args::Options;
use crate::command::cluster::{
    ClusterArgs, Others, Target, prepared, targets, tell_clashes, tell_troubles, unanswered, with_clusters,
};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

use progress::Progress;

/// Apply a design to a cluster, in the order that its relationships want
///
/// Each object is applied by the server (`design` is the field manager), once what it needs is there and ready. What failed
/// withholds what depends on it, and nothing else; applying again does the rest. What left the design is deleted, after a
/// question or with --yes.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  design apply
  design apply k8s/ --context staging -n shop --wait
  design apply --yes --prune-limit 20
  design apply --force-conflicts")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct ApplyArgs {
    #[command(flatten)]
    cluster: ClusterArgs,

    /// Wait until everything is ready; without this option, for what something else depends on
    #[arg(long, value_enum, default_value = "needed", default_missing_value = "all", num_args = 0..=1, require_equals = true, value_name = "FOR")]
    wait: WaitFor,

    /// Take over fields that others own
    #[arg(long)]
    force_conflicts: bool,

    /// Take over objects of other tools and designs, with their fields
    #[arg(long)]
    adopt: bool,

    /// Make namespaces that are missing
    #[arg(long)]
    create_namespace: bool,

    /// Delete what left the design without a question
    #[arg(long)]
    yes: bool,

    /// Delete nothing if more than this many objects left the design
    #[arg(long, value_name = "N", default_value_t = 10)]
    prune_limit: usize,
}

/// For what is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WaitFor {
    /// For nothing
    Never,
    /// For what something else depends on
    Needed,
    /// For everything
    All,
}

/// Runs `design apply`.
pub fn cmd_apply(terminal: &mut Terminal, options: &Options, args: &ApplyArgs) -> Result<Exit, Failure> {
    let Some(targets) = targets(terminal, options, &args.cluster)? else { return Ok(Exit::Findings) };
    with_clusters(terminal, args.cluster.access(), &targets, async |clusters, terminal| {
        let mut prepared = prepared(clusters, &targets, args.create_namespace, Others::by(args.adopt)).await?;
        if is_blocked(terminal, &targets, &prepared)? {
            return Ok(Exit::Findings);
        }
        let mut gone = Vec::new();
        for (target, prepared) in targets.iter().zip(&mut prepared) {
            let (left, kept) = left(prepared);
            for (member, guard) in &kept {
                let (id, why) = (member.id(), guard.words());
                terminal.error(&format!("{}warning: {id} left the design and stays: {why}\n", target.prefix()))?;
            }
            gone.push(left);
        }
        let progress = Progress::new(terminal.is_quiet());
        let each = targets.iter().zip(&prepared).map(async |(target, prepared)| {
            let prefix = target.prefix();
            let listener = |event: Event<'_>| progress.tell(&prefix, &event);
            apply(prepared, args.manner(), &listener).await.map_err(unanswered)
        });
        let applied = join_all(each).await.into_iter().collect::<Result<Vec<Applied>, Failure>>();
        progress.finish();
        let applied = applied?;
        let mut exit = Exit::Done;
        for (((target, prepared), applied), left) in targets.iter().zip(&prepared).zip(&applied).zip(gone) {
            if finish(terminal, args, target, prepared, applied, left).await? != Exit::Done {
                exit = Exit::Findings;
            }
        }
        Ok(exit)
    })
}

/// Tells of what stands in the way of everything: then nothing is written anywhere.
fn is_blocked(terminal: &mut Terminal, targets: &[Target], prepared: &[Prepared]) -> Result<bool, Failure> {
    if tell_clashes(terminal, targets, prepared)? {
        return Ok(true);
    }
    let mut is_blocked = false;
    for (target, prepared) in targets.iter().zip(prepared) {
        if prepared.troubles.iter().any(Trouble::blocks_all) {
            tell_troubles(terminal, target, prepared, &prepared.troubles)?;
            is_blocked = true;
        }
    }
    Ok(is_blocked)
}

/// Tells what came of one place, and deletes what left the design there.
async fn finish(
    terminal: &mut Terminal,
    args: &ApplyArgs,
    target: &Target,
    prepared: &Prepared,
    applied: &Applied,
    left: Vec<Member>,
) -> Result<Exit, Failure> {
    let exit = tell_troubles(terminal, target, prepared, &applied.troubles)?;
    let removed = if applied.troubles.is_empty() {
        prune(terminal, args, prepared, left).await?
    } else {
        if !left.is_empty() {
            let count = left.len();
            terminal.error(&format!("{count} objects left the design and stay, because something failed\n"))?;
        }
        Some(0)
    };
    let count = |action: Action| applied.actions.iter().filter(|each| **each == action).count();
    terminal.print(&format!(
        "{}{} created, {} updated, {} deleted, {} as they were, {} not applied\n",
        target.prefix(),
        count(Action::Create),
        count(Action::Update),
        removed.unwrap_or_default(),
        count(Action::Keep),
        count(Action::Nothing),
    ))?;
    Ok(if removed.is_none() { Exit::Findings } else { exit })
}

impl ApplyArgs {
    fn manner(&self) -> Manner {
        Manner {
            force: self.force_conflicts || self.adopt,
            wait: match self.wait {
                WaitFor::Never => Wait::Never,
                WaitFor::Needed => Wait::Needed,
                WaitFor::All => Wait::All,
            },
        }
    }
}

/// Deletes what left the design, if that may be. Returns how many objects went; `None` where some should have and did not,
/// which was told.
async fn prune(
    terminal: &mut Terminal,
    args: &ApplyArgs,
    prepared: &Prepared,
    left: Vec<Member>,
) -> Result<Option<usize>, Failure> {
    let total = left.len();
    if total > args.prune_limit {
        terminal.error(&format!(
            "error: {total} objects left the design, which is more than --prune-limit {}; nothing was deleted\n",
            args.prune_limit
        ))?;
        return Ok(None);
    }
    if total > 0 && !may_remove(terminal, args.yes, &left)? {
        return Ok(None);
    }
    let is_quiet = terminal.is_quiet();
    let told = |member: &Member| {
        if !is_quiet {
            // Whoever does not read the log wants the objects deleted all the same.
            let _ = writeln!(std::io::stderr().lock(), "deleted {}", member.id());
        }
    };
    let remaining = remove(&prepared.cluster, &prepared.desired, left, &told).await;
    for each in &remaining {
        terminal.error(&format!("error: {} is still there: {}\n", each.member.id(), each.reason))?;
    }
    if !remaining.is_empty() {
        return Ok(None);
    }
    prepared.set.write(&prepared.cluster, &prepared.desired, false).await.map_err(unanswered)?;
    Ok(Some(total))
}

/// Whether objects may be deleted: `--yes` says so, or the answer to a question.
pub fn may_remove(terminal: &mut Terminal, yes: bool, members: &[Member]) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    for member in members {
        terminal.error(&format!("  - delete {}\n", member.id()))?;
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        terminal.error(&format!("error: {} objects would be deleted; --yes says that they may\n", members.len()))?;
        return Ok(false);
    }
    terminal.error(&format!("Delete {} objects? [y/N] ", members.len()))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| Failure::Environment(error.to_string()))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
