//! Rules that judge one object at a time, as conftest has them.

use regorus::Value;

use crate::engine::{Program, Rule, elements};
use crate::result::{About, verdicts, weight_of};
use crate::task::{Announcement, Answer, Fault, Listener, Subject, Verdict, Weight};
use crate::wire::Frames;

/// A rule with what it is called, how much it weighs, and what excepts from it.
struct Judging {
    rule: Rule,
    name: String,
    weight: Weight,
    exception: Option<Rule>,
}

/// Judges every object by the rules of these packages. An error, in words, is an object that cannot be read.
pub(crate) fn judge(
    program: &mut Program,
    packages: &[&String],
    objects: &Frames<'_>,
    listener: Option<Listener<'_>>,
    answer: &mut Answer,
) -> Result<(), String> {
    let mut rules = Vec::new();
    for package in packages {
        let exception = program.rules(package, |name| name == "exception").pop();
        for rule in program.rules(package, |name| weight_of(name).is_some()) {
            if let Some(weight) = weight_of(&rule.name) {
                let name = format!("{package}.{}", rule.name);
                rules.push(Judging { rule, name, weight, exception: exception.clone() });
            }
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    program.prepare();
    let program: &Program = program;
    let judge = |first: usize, subjects: Vec<Subject<Value>>| {
        let mut program = program.clone();
        let mut answer = Answer::default();
        for (object, subject) in (first..).zip(subjects) {
            program.set_input(subject.object);
            for judging in &rules {
                announce(listener, &judging.rule, &judging.name, object);
                match one(&mut program, judging, object) {
                    Ok(verdicts) => answer.verdicts.extend(verdicts),
                    Err(fault) => answer.faults.push(Fault { object: Some(object), ..fault }),
                }
            }
        }
        answer
    };
    for one in objects.each(listener.is_some(), judge)? {
        answer.verdicts.extend(one.verdicts);
        answer.faults.extend(one.faults);
    }
    Ok(())
}

/// Tells the listener of a step.
pub(crate) fn announce(listener: Option<Listener<'_>>, rule: &Rule, name: &str, object: impl Into<Option<usize>>) {
    if let Some(listener) = listener {
        listener(&Announcement { origin: rule.origin, rule: name.to_owned(), object: object.into() });
    }
}

fn one(program: &mut Program, judging: &Judging, object: usize) -> Result<Vec<Verdict>, Fault> {
    let value = program.evaluate(&judging.rule)?;
    let about = About::new(&judging.rule, &judging.name, judging.weight, Some(object));
    let mut verdicts = verdicts(&value, about, &|_| None)?;
    if let Some(exception) = judging.exception.as_ref().filter(|_| !verdicts.is_empty()) {
        let excepted = program.evaluate(exception)?;
        if excepts(&excepted, &judging.rule.name) {
            for verdict in &mut verdicts {
                verdict.weight = Weight::Exempted;
            }
        }
    }
    Ok(verdicts)
}

/// Whether the value of `exception`, a set of arrays of names, has the name of a rule: what stands behind `deny_`,
/// `violation_` or `warn_`, or the whole name where nothing does.
fn excepts(value: &Value, rule: &str) -> bool {
    let name = rule.split_once('_').map_or(rule, |(_, name)| name);
    let lists = elements(value).unwrap_or_default();
    lists.iter().filter_map(|list| elements(list)).flatten().any(|one| one.as_string().is_ok_and(|one| &**one == name))
}
