//! Paths as replacements and variables write them: `spec.containers.[name=web].image`, `data.list.0`, `spec.*.name`.

use design_source::{Trace, Written};
use design_vocabulary::{Object, Segment, Text, Value};
use regex::Regex;

use crate::cursor::text_of;

/// A path.
#[derive(Clone, Debug)]
pub(crate) struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(Text),
    Number(usize),
    Last,
    Every,
    /// The elements whose field (or which themselves, without a field) are a value.
    Where(Text, Text),
}

/// What is made where a path leads nowhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    /// What the new values are made for.
    pub by: Written,
    /// Whether the last value is to be a mapping.
    pub is_mapping: bool,
}

impl FieldPath {
    /// Reads a path: dots between steps, except behind a backslash and in brackets.
    pub fn new(text: &str) -> Self {
        let mut parts: Vec<String> = Vec::new();
        let mut open = false;
        for part in crate::field_spec::split_path(text, '.') {
            match parts.last_mut().filter(|_| open) {
                Some(last) => {
                    last.push('.');
                    last.push_str(&part);
                }
                None => parts.push(part.to_string()),
            }
            open = parts.last().is_some_and(|last| last.starts_with('[') && !last.ends_with(']'));
        }
        Self(parts.iter().filter(|part| !part.trim().is_empty()).map(|part| Step::new(part)).collect())
    }

    /// Where the path leads in a value; `None` where it leads nowhere.
    pub fn lookup(&self, value: &Value) -> Option<Vec<Segment>> {
        let mut place = Vec::new();
        let mut value = value;
        for step in &self.0 {
            let segment = match (step, value) {
                (Step::Key(key), _) => Segment::Key(key.clone()),
                (Step::Number(number), Value::Array(_)) => Segment::Index(*number),
                (Step::Number(number), _) => Segment::Key(number.to_string().into()),
                (Step::Last, Value::Array(elements)) => Segment::Index(elements.len().checked_sub(1)?),
                (Step::Where(field, wanted), Value::Array(elements)) => {
                    let is_it = |element: &Value| field_of(element, field).and_then(text_of).as_ref() == Some(wanted);
                    Segment::Index(elements.iter().position(is_it)?)
                }
                _ => return None,
            };
            value = value.at(std::slice::from_ref(&segment))?;
            place.push(segment);
        }
        Some(place)
    }

    /// Where the path leads to a text, and how it goes on from there; `None` where it leads to none before its end.
    pub fn up_to_text(&self, value: &Value) -> Option<(Vec<Segment>, Self)> {
        (1..self.0.len()).find_map(|length| {
            let (before, behind) = self.0.split_at_checked(length)?;
            let place = Self(before.to_vec()).lookup(value)?;
            matches!(value.at(&place), Some(Value::String(_))).then(|| (place, Self(behind.to_vec())))
        })
    }

    /// Every place that the path leads to, and whether it was made for this. It fails with a sentence where the path does not
    /// fit the value.
    pub fn matches(
        &self,
        value: &mut Value,
        trace: &mut Trace,
        made: Option<&Made>,
        places: &mut Vec<(Vec<Segment>, bool)>,
    ) -> Result<(), String> {
        follow(&self.0, value, &mut Found { trace, made, places, path: Vec::new() }, false)
    }
}

impl Step {
    fn new(part: &str) -> Self {
        if let Some(inner) = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return match inner.split_once('=') {
                Some((field, value)) => Self::Where(field.into(), value.into()),
                None => Self::Key(inner.into()),
            };
        }
        match (part, part.parse()) {
            ("*", _) => Self::Every,
            ("-", _) => Self::Last,
            (_, Ok(number)) => Self::Number(number),
            _ => Self::Key(part.into()),
        }
    }
}

fn field_of<'a>(element: &'a Value, field: &str) -> Option<&'a Value> {
    if field.is_empty() { Some(element) } else { element.get(field) }
}

struct Found<'a> {
    trace: &'a mut Trace,
    made: Option<&'a Made>,
    places: &'a mut Vec<(Vec<Segment>, bool)>,
    path: Vec<Segment>,
}

impl Found<'_> {
    fn within(&mut self, segment: Segment, look: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), String> {
        self.path.push(segment);
        let result = look(self);
        self.path.pop();
        result
    }

    fn note(&mut self, segment: Segment, made: &Made) {
        let mut path = self.path.clone();
        path.push(segment);
        self.trace.set(&path, made.by);
    }
}

fn follow(steps: &[Step], value: &mut Value, found: &mut Found<'_>, is_new: bool) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        found.places.push((found.path.clone(), is_new));
        return Ok(());
    };
    match (step, value) {
        (Step::Number(number), Value::Array(elements)) => {
            let mut is_new = is_new;
            if let Some(made) = found.made.filter(|_| *number == elements.len()) {
                elements.push(new_for(rest, made));
                found.note(Segment::Index(*number), made);
                is_new = true;
            }
            let length = elements.len();
            let Some(element) = elements.make_mut().get_mut(*number) else {
                return Err(format!("the list has {length} elements, and none with the number {number}"));
            };
            found.within(Segment::Index(*number), |found| follow(rest, element, found, is_new))
        }
        (Step::Every, Value::Array(elements)) => {
            for (index, element) in elements.make_mut().iter_mut().enumerate() {
                found.within(Segment::Index(index), |found| follow(rest, element, found, is_new))?;
            }
            Ok(())
        }
        (Step::Where(field, wanted), Value::Array(elements)) => {
            let expression = Regex::new(wanted).map_err(|_| format!("`{wanted}` is no regular expression"))?;
            let is_it = |element: &Value| {
                field_of(element, field).and_then(text_of).is_some_and(|text| expression.is_match(&text))
            };
            let mut numbers: Vec<usize> =
                elements.iter().enumerate().filter(|(_, element)| is_it(element)).map(|(index, _)| index).collect();
            if let Some(made) = found.made.filter(|_| numbers.is_empty()) {
                let value = Value::String(wanted.clone());
                let element = if field.is_empty() {
                    value
                } else {
                    Value::Object([(field.clone(), value)].into_iter().collect())
                };
                numbers.push(elements.len());
                found.note(Segment::Index(elements.len()), made);
                elements.push(element);
            }
            for number in numbers {
                if let Some(element) = elements.make_mut().get_mut(number) {
                    let rest = if field.is_empty() { &[] } else { rest };
                    found.within(Segment::Index(number), |found| follow(rest, element, found, false))?;
                }
            }
            Ok(())
        }
        (Step::Where(..) | Step::Every, other) => {
            Err(format!("{} is there where the path wants a list", crate::noun(other)))
        }
        (step, Value::Object(object)) => {
            let key: Text = match step {
                Step::Key(key) => key.clone(),
                Step::Number(number) => number.to_string().into(),
                _ => "-".into(),
            };
            let mut is_new = is_new;
            if let Some(made) = found.made.filter(|_| !object.contains_key(&key)) {
                object.insert(key.clone(), new_for(rest, made));
                found.note(Segment::Key(key.clone()), made);
                is_new = true;
            }
            match object.get_mut(&key) {
                Some(inner) => found.within(Segment::Key(key), |found| follow(rest, inner, found, is_new)),
                None => Ok(()),
            }
        }
        (_, Value::String(_)) => Err("the path leads into a text that has no such field".to_owned()),
        (_, Value::Null) => Ok(()),
        (_, other) => Err(format!("{} is there where the path wants a mapping", crate::noun(other))),
    }
}

/// What is made for the rest of a path to go on in.
fn new_for(rest: &[Step], made: &Made) -> Value {
    match rest.first() {
        Some(Step::Where(..) | Step::Number(_)) => Value::Array(ecow::EcoVec::new()),
        Some(_) => Value::Object(Object::new()),
        None if made.is_mapping => Value::Object(Object::new()),
        None => Value::String(Text::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_keys_numbers_and_conditions() {
        let path = FieldPath::new("metadata.annotations.[a.b/c].list.[name=x.y].0.d\\.e");
        let key = |text: &str| Step::Key(text.into());
        let expected = [
            key("metadata"),
            key("annotations"),
            key("a.b/c"),
            key("list"),
            Step::Where("name".into(), "x.y".into()),
            Step::Number(0),
            key("d.e"),
        ];
        assert_eq!(path.0, expected);
    }
}
