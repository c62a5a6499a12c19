//! From the value of a rule to verdicts.

use regorus::Value;

use crate::engine::{Rule, at, elements, elements_at};
use crate::task::{Fault, FaultKind, Origin, Place, Step, Verdict, Weight};

/// The rules whose results count: `deny`, `violation`, `warn`, and each of them with a name behind it, as in `deny_latest`.
pub(crate) fn weight_of(rule: &str) -> Option<Weight> {
    let (stem, name) = rule.split_once('_').map_or((rule, None), |(stem, name)| (stem, Some(name)));
    if name.is_some_and(str::is_empty) {
        return None;
    }
    match stem {
        "deny" | "violation" => Some(Weight::Denied),
        "warn" => Some(Weight::Warned),
        _ => None,
    }
}

/// What is known of a rule before it is evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// Its name as people are told it.
    pub name: &'a str,
    /// Where it stands.
    pub origin: Origin,
    /// How much its results weigh.
    pub weight: Weight,
    /// The object that is judged; `None` where the results may name one.
    pub object: Option<usize>,
}

impl<'a> About<'a> {
    /// A rule with results of one weight.
    pub fn new(rule: &Rule, name: &'a str, weight: Weight, object: Option<usize>) -> Self {
        Self { name, origin: rule.origin, weight, object }
    }
}

/// Reads the value of a rule: strings, or objects with `msg`. Anything else is a fault, since it says neither yes nor no.
pub(crate) fn verdicts(
    value: &Value,
    about: About<'_>,
    find: &dyn Fn(&str) -> Option<usize>,
) -> Result<Vec<Verdict>, Fault> {
    let fault =
        |message: String| Fault { object: about.object, ..Fault::new(FaultKind::Evaluate, about.origin, message) };
    match value {
        Value::Undefined | Value::Bool(false) => Ok(Vec::new()),
        Value::String(_) => Ok(vec![verdict(value, about, find).ok_or_else(|| fault(shape(about.name)))?]),
        Value::Object(_) => Err(fault(format!(
            "`{}` is an object, where results are a set; write `{} contains msg if {{ … }}`",
            about.name,
            about.name.rsplit('.').next().unwrap_or(about.name)
        ))),
        _ => {
            let results = elements(value).ok_or_else(|| fault(shape(about.name)))?;
            results.into_iter().map(|one| verdict(one, about, find).ok_or_else(|| fault(shape(about.name)))).collect()
        }
    }
}

fn shape(rule: &str) -> String {
    format!("a result of `{rule}` is neither a string nor an object with a string `msg`")
}

fn verdict(result: &Value, about: About<'_>, find: &dyn Fn(&str) -> Option<usize>) -> Option<Verdict> {
    let text = |keys: &[&str]| at(result, keys)?.as_string().ok().map(ToString::to_string);
    let message = match result {
        Value::String(message) => message.to_string(),
        _ => text(&["msg"])?,
    };
    let object = about.object.or_else(|| find(&text(&["component"])?));
    let path = elements_at(result, &["path"]).into_iter().filter_map(step).collect();
    Some(Verdict {
        weight: about.weight,
        message,
        rule: about.name.to_owned(),
        origin: about.origin,
        object,
        path,
        place: at(result, &["_loc"]).and_then(place),
    })
}

fn step(value: &Value) -> Option<Step> {
    match value {
        Value::String(key) => Some(Step::Key(key.to_string())),
        _ => value.as_u64().ok().and_then(|index| usize::try_from(index).ok()).map(Step::Index),
    }
}

fn place(value: &Value) -> Option<Place> {
    let file = at(value, &["file"])?.as_string().ok()?.to_string();
    let line = at(value, &["line"])?.as_u32().ok()?;
    Some(Place { file, line })
}
