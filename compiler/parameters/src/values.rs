//! The values of parameters: defaults, what is given over them, and whether the schemas allow the result.

use std::fmt;

use design_registry::nearest;
use design_syntax::NodeRef;
use design_vocabulary::{Object, Path, Segment, Span, Text, Value, display_path};

use crate::declared::{Declared, Parameter, place};
use crate::given::Given;
use crate::{Assignment, Layer, Layers, Problem};

/// Parameters with their values.
#[derive(Clone, Default)]
pub struct Values {
    parameters: Vec<Parameter>,
    current: Vec<Option<Value>>,
    /// Parameters whose value is wrong or missing: what refers to them is not told of again.
    faulty: Vec<bool>,
    /// The first reference to each.
    pub(crate) used: Vec<Option<Span>>,
    /// Where values are given that a parameter takes.
    pub accepted: Vec<Span>,
    /// Where the values of secrets stand.
    pub secrets: Vec<Span>,
    /// Whether values under names that are not declared are taken as well, as those of a chart. None of them is secret.
    pub takes_any: bool,
}

impl fmt::Debug for Values {
    /// Without values: some of them may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Values").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

/// What a path of parameters leads to.
#[derive(Debug)]
pub enum Found<'a> {
    /// A value.
    Value {
        /// The value.
        value: &'a Value,
        /// Whether nobody may see it.
        is_secret: bool,
    },
    /// A parameter that is declared and has no value. `is_faulty`: and that is told of already.
    Unset {
        /// Whether a finding says so.
        is_faulty: bool,
    },
    /// Nothing.
    Unknown {
        /// The path that was probably meant.
        nearest: Option<Text>,
    },
}

impl Declared {
    /// The values of the parameters: the default, over it what the layers give. Mappings are merged key by key, and null
    /// takes away what is below it, as Helm does it with values.
    pub fn resolve(self, root: NodeRef<'_>, layers: &Layers, problems: &mut Vec<Problem>) -> Values {
        let mut values = Values::default();
        let assignments: Vec<&Assignment> = layers.0.iter().flat_map(|layer| &layer.assignments).collect();
        for parameter in self.parameters {
            let of_it: Vec<&Assignment> =
                assignments.iter().copied().filter(|given| given.path.first() == Some(&parameter.name)).collect();
            let value = value(&parameter, &of_it);
            values.accepted.extend(of_it.iter().map(|given| given.name));
            if parameter.is_secret {
                values.secrets.extend(of_it.iter().map(|given| given.place.span()));
                let path = [parameter.path.as_slice(), &["default".into()]].concat();
                values.secrets.extend(parameter.default.is_some().then(|| place(root, &path)));
            }
            let faults = faults(&parameter, value.as_ref(), &of_it, root);
            let is_missing = value.is_none() && parameter.is_required;
            values.faulty.push(is_missing || !faults.is_empty());
            // A value that is not allowed would only bring more findings of its own.
            values.current.push(value.filter(|_| faults.is_empty()));
            values.used.push(None);
            values.parameters.push(parameter);
            problems.extend(faults);
        }
        values
    }
}

/// What is given in layers and no design takes, `designs` being the values of those that could.
pub fn unknown_values<'a>(layers: impl Iterator<Item = &'a Layer>, designs: &[&Values]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for given in layers.flat_map(|layer| &layer.assignments) {
        let Some(name) = given.path.first() else { continue };
        if designs.iter().any(|values| values.takes_any || values.accepted.contains(&given.name)) {
            continue;
        }
        let names = designs.iter().flat_map(|values| &values.parameters).map(|parameter| parameter.name.as_str());
        let nearest = nearest(name, names).map(Text::from);
        problems.push(Problem::UnknownValue { name: name.clone(), nearest, span: given.name });
    }
    problems
}

pub(crate) fn value(parameter: &Parameter, assignments: &[&Assignment]) -> Option<Value> {
    let mut value = parameter.default.clone().unwrap_or_default();
    for assignment in assignments {
        let inside = assignment.path.get(1..).unwrap_or_default();
        let given = match &assignment.given {
            Given::Value(given) => given.clone(),
            Given::Text(text) => parameter.typed(inside, text),
        };
        set(&mut value, inside, given);
    }
    Some(value).filter(|value| !value.is_null())
}

fn set(value: &mut Value, path: &[Text], given: Value) {
    let Some((first, rest)) = path.split_first() else {
        merge(value, given);
        return;
    };
    if let (Value::Array(elements), Ok(index)) = (&mut *value, first.parse::<usize>())
        && let Some(element) = elements.make_mut().get_mut(index)
    {
        return set(element, rest, given);
    }
    if value.as_object().is_none() {
        *value = Object::new().into();
    }
    if let Value::Object(object) = value {
        let mut inner = object.get(first).cloned().unwrap_or_default();
        set(&mut inner, rest, given);
        if inner.is_null() {
            object.remove(first);
        } else {
            object.insert(first.clone(), inner);
        }
    }
}

fn merge(value: &mut Value, given: Value) {
    match (value, given) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, given) in above {
                if given.is_null() {
                    below.remove(&key);
                    continue;
                }
                let mut inner = below.get(&key).cloned().unwrap_or_default();
                merge(&mut inner, given);
                below.insert(key, inner);
            }
        }
        (value, given) => *value = given,
    }
}

/// What the schema of a parameter says against its value, each at the place that gave what is wrong.
fn faults(parameter: &Parameter, value: Option<&Value>, given: &[&Assignment], root: NodeRef<'_>) -> Vec<Problem> {
    let (Some(value), Some(written)) = (value, &parameter.written) else { return Vec::new() };
    let fault = |(inside, reason): (Path, String)| {
        let path = [&[Segment::from(parameter.name.clone())], inside.as_slice()].concat();
        Problem::WrongValue {
            path: display_path(&path).into(),
            reason,
            span: place_of(parameter, &inside, given, root),
            declared: parameter.span,
        }
    };
    written.faults(value, parameter.is_secret).into_iter().map(fault).collect()
}

/// Where a field of a value was given: in the topmost layer that says it, else in the one that leads nearest to it.
fn place_of(parameter: &Parameter, path: &[Segment], given: &[&Assignment], root: NodeRef<'_>) -> Span {
    let default: Path = [parameter.path.as_slice(), &["default".into()]].concat();
    let mut best = if parameter.default.is_some() {
        let (followed, _, node) = root.follow(&[default.as_slice(), path].concat());
        (followed.saturating_sub(default.len()), node.span())
    } else {
        (0, parameter.span)
    };
    for assignment in given {
        let inside: Path = assignment.path.iter().skip(1).map(|part| Segment::from(part.clone())).collect();
        let common = inside.iter().zip(path).take_while(|(one, other)| one == other).count();
        let (followed, span) = match path.strip_prefix(inside.as_slice()) {
            Some(rest) => assignment.place.at(rest),
            None => (0, assignment.place.span()),
        };
        if common + followed >= best.0 {
            best = (common + followed, span);
        }
    }
    best.1
}

impl Values {
    /// The parameters, in the order of the file.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Whether any parameter is secret.
    pub fn has_secrets(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.is_secret)
    }

    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// What a path leads to.
    pub fn find(&self, path: &[Text]) -> Found<'_> {
        let Some((name, inside)) = path.split_first() else { return Found::Unknown { nearest: None } };
        let Some(position) = self.position(name) else {
            let names = self.parameters.iter().map(|parameter| parameter.name.as_str());
            return Found::Unknown { nearest: nearest(name, names).map(Text::from) };
        };
        let is_faulty = self.faulty.get(position).copied().unwrap_or_default();
        let Some(value) = self.current.get(position).and_then(Option::as_ref) else {
            return Found::Unset { is_faulty };
        };
        let is_secret = self.parameters.get(position).is_some_and(|parameter| parameter.is_secret);
        let mut at = value;
        for (depth, part) in inside.iter().enumerate() {
            let next = match at {
                Value::Array(elements) => part.parse::<usize>().ok().and_then(|index| elements.get(index)),
                other => other.get(part),
            };
            if let Some(next) = next {
                at = next;
                continue;
            }
            // What the schema has by name may be left out.
            let declared = self.parameters.get(position).and_then(|parameter| {
                let (last, before) = inside.get(..=depth)?.split_last()?;
                parameter.schema_at(before)?.get("properties")?.get(last)
            });
            if declared.is_some() {
                return Found::Unset { is_faulty: false };
            }
            let known = at.as_object().into_iter().flat_map(Object::keys).map(Text::as_str);
            let near = nearest(part, known).map(|near| {
                let before = path.get(..=depth).unwrap_or_default();
                let whole: Vec<&str> = before.iter().map(Text::as_str).chain([near]).collect();
                Text::from(whole.join("."))
            });
            return Found::Unknown { nearest: near };
        }
        Found::Value { value: at, is_secret }
    }

    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }

    /// What is missing, and what nothing refers to; known when every reference has been met.
    pub(crate) fn finish(&self, problems: &mut Vec<Problem>) {
        for (position, parameter) in self.parameters.iter().enumerate() {
            let used = self.used.get(position).copied().flatten();
            let has_value = self.current.get(position).is_some_and(Option::is_some);
            if parameter.is_required && !has_value && parameter.written.is_some() {
                let is_told = problems.iter().any(
                    |problem| matches!(problem, Problem::WrongValue { declared, .. } if *declared == parameter.span),
                );
                if !is_told {
                    problems.push(Problem::Missing { name: parameter.name.clone(), span: parameter.span, used });
                }
            }
            if used.is_none() {
                problems.push(Problem::Unused { name: parameter.name.clone(), span: parameter.span });
            }
        }
    }
}
