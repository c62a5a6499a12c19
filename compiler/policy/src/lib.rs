//! Policies in Rego.
//!
//! Three forms are read: rules that judge one object at a time (`deny`, `violation`, `warn`, `exception`, as conftest has
//! them), rules of the package `design` that judge the whole graph, and Gatekeeper's templates with their constraints.
//! [`judge`] takes a [`Task`] and gives an [`Answer`], both as bytes: a policy can use up all the memory and time that
//! there is, so whoever does not trust one lets another process call it. The policies that the program carries are trusted:
//! [`Chosen`].

mod convert;
mod engine;
mod gatekeeper;
mod nesting;
mod objects;
mod pods;
mod reads;
mod result;
mod rewrite;
mod sets;
mod task;
mod whole;
mod wire;

use std::collections::HashMap;

use engine::{Program, Syntax, Text};
use regorus::Value;
use wire::{Frames, Received};

pub use sets::{Chosen, Design, Link, POLICIES, Policy, PolicySet, SETS, find as find_policy, select};
pub use task::{
    ANSWER_LIMIT, Announcement, Answer, Data, Fault, FaultKind, Listener, Module, Origin, Place, PodKind, Step,
    Subject, Task, TemplateText, Verdict, Weight,
};

/// A task as a judge reads it.
type Read = Task<Value>;

/// Judges a task, the parts of [`Task::encode`] one behind the other, and returns the [`Answer`] as JSON. Announces each step to the listener
/// where the task asks for that. What is wrong with a policy is in the answer; an error, in words, is a task that cannot be
/// read.
pub fn judge(task: &[u8], listener: Listener<'_>) -> Result<Vec<u8>, String> {
    let Received { mut task, objects } = wire::decode(task)?;
    let listener = task.is_traced.then_some(listener);
    let mut answer = Answer::default();
    modules(&mut task, &objects, listener, &mut answer)?;
    if !task.gatekeeper.is_empty() {
        read_all(&mut task, &objects)?;
        gatekeeper::judge(&task, listener, &mut answer);
    }
    answer.faults = gathered(answer.faults);
    serde_json::to_vec(&answer).map_err(|error| error.to_string())
}

/// Reads the objects for those who need all of them at once.
fn read_all(task: &mut Read, objects: &Frames<'_>) -> Result<(), String> {
    if task.objects.is_empty() {
        task.objects = objects.all()?;
    }
    Ok(())
}

/// Judges by the modules: those of the wanted packages object by object, those of `design` once.
fn modules(
    task: &mut Read,
    objects: &Frames<'_>,
    listener: Option<Listener<'_>>,
    answer: &mut Answer,
) -> Result<(), String> {
    if task.modules.is_empty() {
        return Ok(());
    }
    let texts: Vec<Text<'_>> = task
        .modules
        .iter()
        .enumerate()
        .map(|(index, module)| Text { content: &module.text, origin: Origin::Module(index, 1), syntax: Syntax::Either })
        .collect();
    let mut program = Program::read(&texts, listener, &mut answer.faults);
    if !answer.faults.is_empty() {
        // What is left might miss a rule that denies.
        return Ok(());
    }
    for data in &task.data {
        if let Err(message) = program.add_data(&data.folders, data.value.clone()) {
            answer.faults.push(Fault::new(FaultKind::Compile, Origin::Everything, message));
        }
    }
    let packages = program.packages();
    let is_ours = |package: &str| package == "design" || package.starts_with("design.");
    let known: Vec<&String> = task.namespaces.iter().filter(|namespace| packages.contains(namespace)).collect();
    for missing in task.namespaces.iter().filter(|namespace| !packages.contains(namespace)) {
        if !packages.iter().any(|package| is_ours(package)) {
            let message = format!("no policy is of the package `{missing}`, so nothing was judged by it");
            answer.faults.push(Fault::new(FaultKind::Evaluate, Origin::Everything, message));
        }
    }
    objects::judge(&mut program, &known, objects, listener, answer)?;
    let ours: Vec<&String> = packages.iter().filter(|package| is_ours(package)).collect();
    if !ours.is_empty() {
        read_all(task, objects)?;
        whole::judge(&mut program, &ours, task, listener, answer);
    }
    Ok(())
}

/// The faults, those that show with several objects once.
fn gathered(faults: Vec<Fault>) -> Vec<Fault> {
    let mut gathered: Vec<Fault> = Vec::new();
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for fault in faults {
        let key = (format!("{:?} {:?} {}", fault.kind, fault.origin, fault.column), fault.message.clone());
        if let Some(first) = seen.get(&key).and_then(|index| gathered.get_mut(*index)) {
            first.more += 1 + fault.more;
        } else {
            seen.insert(key, gathered.len());
            gathered.push(fault);
        }
    }
    gathered
}
