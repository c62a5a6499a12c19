//! Paths with choices: `containers|initContainers[*].env[*].value`, `data.*`.

use design_vocabulary::{Object, Path, Segment, Value};

/// A path that may lead to several values of one object.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    /// Keys to follow; empty: every key.
    keys: Vec<String>,
    /// Whether only the first of them that is there is followed.
    only_first: bool,
    /// Whether the value is a list whose every element is meant.
    elements: bool,
}

impl Pattern {
    /// Reads a pattern: keys between dots, `a|b` for each of several, `a||b` for `b` where there is no `a`, `*` for any,
    /// `[*]` behind a key for every element of its list, `\.` for a dot in a key. The empty text is the object itself.
    pub(crate) fn new(text: &str) -> Self {
        let guarded = text.replace("\\.", "\u{0}");
        let steps = guarded.split('.').filter(|step| !step.is_empty()).map(|step| {
            let (keys, elements) = step.strip_suffix("[*]").map_or((step, false), |keys| (keys, true));
            let only_first = keys.contains("||");
            let choices = keys.split('|').filter(|key| !key.is_empty()).map(|key| key.replace('\u{0}', "."));
            let keys = if keys == "*" { Vec::new() } else { choices.collect() };
            Step { keys, only_first, elements }
        });
        Self(steps.collect())
    }

    /// This pattern below another.
    pub(crate) fn below(&self, outer: &Self) -> Self {
        Self(outer.0.iter().chain(&self.0).cloned().collect())
    }

    /// Gives every value that the pattern leads to, with its path, in the order of the object.
    pub(crate) fn visit<'a>(&self, object: &'a Object, found: &mut dyn FnMut(&Path, &'a Value)) {
        visit_object(&self.0, object, &mut Path::new(), found);
    }

    /// As [`Pattern::visit`], for a mapping inside an object; the paths begin with its own.
    pub(crate) fn visit_at<'a>(&self, object: &'a Object, at: &[Segment], found: &mut dyn FnMut(&Path, &'a Value)) {
        visit_object(&self.0, object, &mut at.to_vec(), found);
    }

    /// The first value that the pattern leads to.
    pub(crate) fn first_value<'a>(&self, object: &'a Object) -> Option<&'a Value> {
        let mut first = None;
        self.visit(object, &mut |_, value| first = first.or(Some(value)));
        first
    }

    /// The first text that the pattern leads to.
    pub(crate) fn first_text<'a>(&self, object: &'a Object) -> Option<&'a str> {
        self.first_value(object)?.as_str()
    }

    /// The first mapping that the pattern leads to.
    pub(crate) fn first_object<'a>(&self, object: &'a Object) -> Option<&'a Object> {
        self.first_value(object)?.as_object()
    }
}

fn visit_object<'a>(steps: &[Step], object: &'a Object, path: &mut Path, found: &mut dyn FnMut(&Path, &'a Value)) {
    let Some((step, rest)) = steps.split_first() else { return };
    if step.keys.is_empty() {
        for (key, value) in object.iter() {
            path.push(key.clone().into());
            visit_value(step, rest, value, path, found);
            path.pop();
        }
        return;
    }
    for key in &step.keys {
        if let Some(value) = object.get(key) {
            path.push(key.as_str().into());
            visit_value(step, rest, value, path, found);
            path.pop();
            if step.only_first {
                return;
            }
        }
    }
}

fn visit_value<'a>(
    step: &Step,
    rest: &[Step],
    value: &'a Value,
    path: &mut Path,
    found: &mut dyn FnMut(&Path, &'a Value),
) {
    if !step.elements {
        return end_or_go_on(rest, value, path, found);
    }
    for (index, element) in value.as_array().unwrap_or_default().iter().enumerate() {
        path.push(Segment::Index(index));
        end_or_go_on(rest, element, path, found);
        path.pop();
    }
}

fn end_or_go_on<'a>(rest: &[Step], value: &'a Value, path: &mut Path, found: &mut dyn FnMut(&Path, &'a Value)) {
    if rest.is_empty() {
        found(path, value);
    } else if let Value::Object(object) = value {
        visit_object(rest, object, path, found);
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::display_path;

    use super::*;

    fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        Value::Object(entries.into_iter().collect())
    }

    #[test]
    fn every_element_and_every_choice_is_visited() {
        let container = |name: &'static str| object([("name", name.into())]);
        let list = |names: &[&'static str]| names.iter().map(|name| container(name)).collect::<Value>();
        let pod = object([
            ("initContainers", list(&["a"])),
            ("containers", list(&["b", "c"])),
            ("data", object([("x.y", "z".into())])),
        ]);
        let visited = |pattern: &str| {
            let mut found = Vec::new();
            Pattern::new(pattern).visit(pod.as_object().unwrap(), &mut |path, value| {
                found.push(format!("{}={}", display_path(path), value.as_str().unwrap_or("?")));
            });
            found
        };
        assert_eq!(
            visited("containers|initContainers[*].name"),
            ["containers[0].name=b", "containers[1].name=c", "initContainers[0].name=a"]
        );
        assert_eq!(visited("initContainers||containers[*].name"), ["initContainers[0].name=a"]);
        assert_eq!(visited("absent||initContainers[*].name"), ["initContainers[0].name=a"]);
        assert_eq!(visited("data.*"), [r#"data["x.y"]=z"#]);
        assert_eq!(visited(r"data.x\.y"), [r#"data["x.y"]=z"#]);
        assert_eq!(visited("absent[*].name"), Vec::<String>::new());
    }
}
