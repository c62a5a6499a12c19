//! Gatekeeper's policies: a `ConstraintTemplate` holds the Rego, a constraint of its kind says to which objects it applies,
//! with which parameters, and how much it weighs.

mod constraint;
mod inventory;
mod review;
mod template;

use std::collections::HashMap;

use rayon::prelude::*;
use regorus::Value;

use crate::Read;
use crate::engine::{Program, Rule, insert, text_at};
use crate::objects::announce;
use crate::result::{About, verdicts};
use crate::task::{Answer, Fault, FaultKind, Listener, Origin, Subject};

use constraint::{Constraint, Namespaces};
use template::Template;

/// How many objects one thread takes at a time.
const AT_A_TIME: usize = 64;

/// Judges every object by the constraints that match it.
pub(crate) fn judge(task: &Read, listener: Option<Listener<'_>>, answer: &mut Answer) {
    if task.gatekeeper.is_empty() {
        return;
    }
    let mut templates: HashMap<String, Option<(Program, Rule)>> = HashMap::new();
    let mut constraints: Vec<Constraint<'_>> = Vec::new();
    let mut stock = None;
    for (index, document) in task.gatekeeper.iter().enumerate() {
        let (group, _) = text_at(document, &["apiVersion"]).split_once('/').unwrap_or_default();
        match (group, text_at(document, &["kind"])) {
            ("templates.gatekeeper.sh", "ConstraintTemplate") => {
                let template = Template::read(document, index);
                let ready = prepare(&template, task, &mut stock, listener, answer);
                templates.insert(template.kind.to_owned(), ready);
            }
            ("constraints.gatekeeper.sh", _) => constraints.push(Constraint::read(document, index)),
            // It asks the controller to keep copies of objects; here all of them are at hand.
            ("syncset.gatekeeper.sh", _) => {}
            (_, kind) => {
                let what = match group {
                    "mutations.gatekeeper.sh" => "mutates objects",
                    "externaldata.gatekeeper.sh" => "asks another server",
                    "expansion.gatekeeper.sh" => "expands objects into others",
                    _ => "configures the controller",
                };
                let message =
                    format!("a Gatekeeper {kind} {what}, which is not supported; objects are judged without it");
                answer.faults.push(Fault::new(FaultKind::Unsupported, Origin::Gatekeeper(index), message));
            }
        }
    }
    let namespaces = Namespaces::of(&task.objects);
    for constraint in &constraints {
        match templates.get(constraint.kind) {
            Some(Some(ready)) => apply(constraint, ready, &task.objects, &namespaces, listener, answer),
            // The template has its own finding.
            Some(None) => {}
            None => {
                let message = format!("there is no ConstraintTemplate for the kind `{}`", constraint.kind);
                answer.faults.push(Fault::new(FaultKind::Evaluate, Origin::Gatekeeper(constraint.index), message));
            }
        }
    }
}

/// Reads the Rego of a template; `None` where that is not possible, which is a fault.
fn prepare(
    template: &Template<'_>,
    task: &Read,
    stock: &mut Option<Value>,
    listener: Option<Listener<'_>>,
    answer: &mut Answer,
) -> Option<(Program, Rule)> {
    if let Some(reason) = template.refused() {
        let fault = Fault::new(FaultKind::Unsupported, Origin::Gatekeeper(template.index), reason);
        answer.faults.push(fault);
        return None;
    }
    let before = answer.faults.len();
    let mut program = Program::read(&template.texts, listener, &mut answer.faults);
    if answer.faults.len() > before {
        return None;
    }
    if template.texts.iter().any(|text| text.content.contains("inventory")) {
        let stock = stock.get_or_insert_with(|| inventory::of(&task.objects));
        if let Err(message) = program.add_data(&["inventory".to_owned()], stock.clone()) {
            answer.faults.push(Fault::new(FaultKind::Evaluate, Origin::Gatekeeper(template.index), message));
            return None;
        }
    }
    let package = program.packages().into_iter().next().unwrap_or_default();
    let Some(rule) = program.rules(&package, |name| name == "violation").pop() else {
        let message = format!("the Rego of the template has no rule `violation` in its package `{package}`");
        answer.faults.push(Fault::new(FaultKind::Compile, Origin::Gatekeeper(template.index), message));
        return None;
    };
    Some((program, rule))
}

fn apply(
    constraint: &Constraint<'_>,
    (program, rule): &(Program, Rule),
    objects: &[Subject<Value>],
    namespaces: &Namespaces<'_>,
    listener: Option<Listener<'_>>,
    answer: &mut Answer,
) {
    let weight = match constraint.weight() {
        Ok(Some(weight)) => weight,
        Ok(None) => return,
        Err(message) => {
            let fault = Fault::new(FaultKind::Unsupported, Origin::Gatekeeper(constraint.index), message);
            return answer.faults.push(fault);
        }
    };
    let name = constraint.name();
    let chunk = |(number, chunk): (usize, &[Subject<Value>])| {
        let mut program = program.clone();
        let mut answer = Answer::default();
        for (offset, subject) in chunk.iter().enumerate() {
            let review = review::of(subject);
            if !constraint.matches(&review, namespaces) {
                continue;
            }
            let object = number * AT_A_TIME + offset;
            announce(listener, rule, &name, object);
            let mut input = Value::new_object();
            insert(&mut input, "review", review.value);
            insert(&mut input, "parameters", constraint.parameters());
            program.set_input(input);
            let about =
                About { origin: Origin::Gatekeeper(constraint.index), ..About::new(rule, &name, weight, Some(object)) };
            match program.evaluate(rule).and_then(|value| verdicts(&value, about, &|_| None)) {
                Ok(verdicts) => answer.verdicts.extend(verdicts),
                Err(fault) => answer.faults.push(Fault { object: Some(object), ..fault }),
            }
        }
        answer
    };
    let answers: Vec<Answer> = if listener.is_some() || objects.len() <= AT_A_TIME {
        objects.chunks(AT_A_TIME).enumerate().map(chunk).collect()
    } else {
        objects.par_chunks(AT_A_TIME).enumerate().map(chunk).collect()
    };
    for one in answers {
        answer.verdicts.extend(one.verdicts);
        answer.faults.extend(one.faults);
    }
}
