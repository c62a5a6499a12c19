//! Fields of components: read, written, and what `_` stands for.

use design_vocabulary::{Component, FieldPath, Object, Text, Value};
use ecow::EcoVec;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field<'a> {
    Text(&'a str),
    Value(&'a Value),
    Object(&'a Object),
}

impl<'a> Field<'a> {
    /// What a field of a component holds. Null and the empty text are no values.
    pub fn of(component: &'a Component, path: &[Text]) -> Option<Self> {
        Self::at(component, path)?.something()
    }

    /// As [`Field::of`], whatever it holds.
    pub fn at(component: &'a Component, path: &[Text]) -> Option<Self> {
        let (root, rest) = path.split_first()?;
        match (root.as_str(), rest) {
            ("configuration", rest) => Self::Object(&component.configuration).walk(rest),
            // What an object is called in a cluster: `metadata.name` goes before the name on the canvas.
            ("displayName", []) => component.name().map(Self::Text),
            ("component", [field]) if field == "kind" => Some(Self::Text(&component.kind)),
            ("component", [field]) if field == "version" => Some(Self::Text(&component.api_version)),
            _ => None,
        }
    }

    /// The fields and elements inside.
    pub fn walk(self, path: &[Text]) -> Option<Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        let inner = match self {
            Self::Object(object) | Self::Value(Value::Object(object)) => object.get(first)?,
            Self::Value(Value::Array(elements)) => elements.get(first.parse::<usize>().ok()?)?,
            _ => return None,
        };
        Self::Value(inner).walk(rest)
    }

    /// Itself, unless it is no value.
    pub fn something(self) -> Option<Self> {
        let is_nothing = match self {
            Self::Text(text) => text.is_empty(),
            Self::Value(value) => value.is_null() || value.as_str() == Some(""),
            Self::Object(_) => false,
        };
        (!is_nothing).then_some(self)
    }

    /// The elements of a sequence.
    pub fn elements(self) -> Option<&'a [Value]> {
        match self {
            Self::Value(value) => value.as_array(),
            _ => None,
        }
    }

    /// The value; parts of it are shared.
    pub fn to_value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Value(value) => value.clone(),
            Self::Object(object) => Value::Object(object.clone()),
        }
    }
}

/// The value of a field. Null and the empty text are no values.
pub(crate) fn read(component: &Component, path: &[Text]) -> Option<Value> {
    Field::of(component, path).map(Field::to_value)
}

/// What a path stands for once every `_` is an element, in the order of the elements. `false` where there are more elements
/// than are `left`.
pub(crate) fn each<'a>(component: &'a Component, path: &[Text], left: &mut usize, found: &mut Vec<Field<'a>>) -> bool {
    let at = path.iter().position(|segment| segment == FieldPath::EVERY).unwrap_or(path.len());
    let (before, rest) = path.split_at(at);
    let start = Field::at(component, before);
    each_inside(start, rest, (*left, left), found)
}

fn each_inside<'a>(
    start: Option<Field<'a>>,
    path: &[Text],
    (most, left): (usize, &mut usize),
    found: &mut Vec<Field<'a>>,
) -> bool {
    let Some((_, path)) = path.split_first() else {
        let Some(rest) = left.checked_sub(1) else { return false };
        *left = rest;
        found.extend(start.and_then(Field::something));
        return true;
    };
    let elements = start.and_then(Field::elements).unwrap_or_default();
    let at = path.iter().position(|segment| segment == FieldPath::EVERY).unwrap_or(path.len());
    let (before, rest) = path.split_at(at);
    elements.len() <= most
        && elements.iter().all(|element| each_inside(Field::Value(element).walk(before), rest, (most, left), found))
}

/// Why a field was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The component has no such field.
    NoSuchField,
    /// On the way there is a value that has no fields, or a sequence without that element.
    InTheWay,
    /// The field holds a number, and the text is none.
    NotANumber,
}

impl Refusal {
    /// The reason in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchField => "a component has no such field",
            Self::InTheWay => "a value on the way has no such field or element",
            Self::NotANumber => "the field holds a number, and the text is none",
        }
    }
}

/// Sets a field, or takes it out where there is no value. Mappings on the way are made.
pub(crate) fn write(component: &mut Component, path: &[Text], value: Option<Value>) -> Result<(), Refusal> {
    let (root, rest) = path.split_first().ok_or(Refusal::NoSuchField)?;
    match (root.as_str(), rest, value) {
        ("configuration", [_, ..], value) => write_inside(&mut component.configuration, rest, value),
        ("displayName", [], Some(Value::String(name))) => {
            component.display_name = name.clone();
            if let Some(Value::Object(metadata)) = component.configuration.get_mut("metadata")
                && metadata.get_str("name").is_some()
            {
                metadata.insert("name", Value::String(name));
            }
            Ok(())
        }
        ("displayName", [], None) => {
            component.display_name = Text::new();
            Ok(())
        }
        _ => Err(Refusal::NoSuchField),
    }
}

fn write_inside(object: &mut Object, path: &[Text], value: Option<Value>) -> Result<(), Refusal> {
    let (key, rest) = path.split_first().ok_or(Refusal::NoSuchField)?;
    let Some((next, _)) = rest.split_first() else {
        match value {
            Some(value) => drop(object.insert(key.clone(), value)),
            None => drop(object.remove(key)),
        }
        return Ok(());
    };
    if object.get(key).is_none_or(Value::is_null) {
        if value.is_none() {
            return Ok(());
        }
        let empty = if next.parse::<usize>().is_ok() { Value::Array(EcoVec::new()) } else { Object::new().into() };
        object.insert(key.clone(), empty);
    }
    object.get_mut(key).map_or(Err(Refusal::InTheWay), |inner| write_into(inner, rest, value))
}

fn write_into(target: &mut Value, path: &[Text], value: Option<Value>) -> Result<(), Refusal> {
    match target {
        Value::Object(object) => write_inside(object, path, value),
        Value::Array(elements) => {
            let (index, rest) = path.split_first().ok_or(Refusal::InTheWay)?;
            let index: usize = index.parse().map_err(|_| Refusal::InTheWay)?;
            // An element behind the last one can be made, one further out leaves a hole.
            if index == elements.len() && value.is_some() {
                elements.push(Value::Null);
            }
            let element = elements.make_mut().get_mut(index).ok_or(Refusal::InTheWay)?;
            match (rest.split_first(), value) {
                (None, Some(value)) => *element = value,
                (None, None) => return Err(Refusal::InTheWay),
                (Some((next, _)), value) => {
                    if element.is_null() {
                        let is_index = next.parse::<usize>().is_ok();
                        *element = if is_index { Value::Array(EcoVec::new()) } else { Object::new().into() };
                    }
                    return write_into(element, rest, value);
                }
            }
            Ok(())
        }
        _ => Err(Refusal::InTheWay),
    }
}

/// What a list of paths stands for once every `_` is an element: paths with the same beginning stand for the same element.
/// `read` gives the sequences. At most `limit` lists; the flag says whether there would be more.
pub(crate) fn expand(
    paths: &[FieldPath],
    limit: usize,
    read: &impl Fn(&FieldPath) -> Option<Value>,
) -> (Vec<Vec<FieldPath>>, bool) {
    let mut open = vec![paths.to_vec()];
    let mut done = Vec::new();
    while let Some(paths) = open.pop() {
        let wildcard = paths.iter().find_map(|path| {
            let at = path.0.iter().position(|segment| segment == FieldPath::EVERY)?;
            Some(FieldPath(path.0.iter().take(at).cloned().collect()))
        });
        let Some(prefix) = wildcard else {
            if done.len() == limit {
                return (done, true);
            }
            done.push(paths);
            continue;
        };
        let count = read(&prefix).and_then(|value| value.as_array().map(<[Value]>::len)).unwrap_or(0);
        if count > limit {
            return (done, true);
        }
        // The last element is pushed first, so that lists come out in the order of the elements.
        for index in (0..count).rev() {
            let element = Text::from(index.to_string());
            open.push(paths.iter().map(|path| with_element(path, &prefix, &element)).collect());
        }
    }
    (done, false)
}

fn with_element(path: &FieldPath, prefix: &FieldPath, element: &Text) -> FieldPath {
    let at = prefix.0.len();
    let is_there = path.0.starts_with(&prefix.0) && path.0.get(at).is_some_and(|segment| segment == FieldPath::EVERY);
    if !is_there {
        return path.clone();
    }
    let segments = path.0.iter().enumerate();
    FieldPath(segments.map(|(index, segment)| if index == at { element.clone() } else { segment.clone() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(text: &str) -> Component {
        let Value::Object(configuration) = serde_json::from_str(text).unwrap() else { panic!("{text}") };
        Component { configuration, ..Component::default() }
    }

    fn path(text: &str) -> Vec<Text> {
        text.split('/').map(Text::from).collect()
    }

    #[test]
    fn a_key_with_dots_is_one_segment() {
        let mut component = component(r#"{"metadata":{"labels":{"a":"b"}}}"#);
        let path = path("configuration/metadata/labels/kubernetes.io~service").into_iter();
        let path: Vec<Text> = path.map(|segment| segment.replace("~", "/")).collect();
        write(&mut component, &path, Some("x".into())).unwrap();
        let labels = component.metadata().unwrap().get("labels").unwrap();
        assert_eq!(labels.get("kubernetes.io/service"), Some(&"x".into()));
        write(&mut component, &path, None).unwrap();
        assert_eq!(read(&component, &path), None);
    }

    #[test]
    fn mappings_and_the_next_element_are_made_and_nothing_else() {
        let mut component = component(r#"{"list":[{"a":1}],"text":"x"}"#);
        for (at, expected) in [
            ("configuration/new/deep", Ok(())),
            ("configuration/list/0/a", Ok(())),
            ("configuration/list/1/a", Ok(())),
            ("configuration/list/3/a", Err(Refusal::InTheWay)),
            ("configuration/text/a", Err(Refusal::InTheWay)),
            ("styles/colour", Err(Refusal::NoSuchField)),
        ] {
            assert_eq!(write(&mut component, &path(at), Some(2.into())), expected, "{at}");
        }
        let expected = r#"{"list":[{"a":2},{"a":2}],"text":"x","new":{"deep":2}}"#;
        assert_eq!(serde_json::to_string(&component.configuration).unwrap(), expected);
    }

    #[test]
    fn one_beginning_stands_for_one_element() {
        let component = component(r#"{"subjects":[{"kind":"A","names":[1,2]},{"kind":"B","names":[3]}]}"#);
        let paths = ["configuration/subjects/_/kind", "configuration/subjects/_/names/_"];
        let paths: Vec<FieldPath> = paths.iter().map(|text| FieldPath::new(path(text))).collect();
        let (lists, more) = expand(&paths, 10, &|path| read(&component, &path.0));
        let indices: Vec<String> =
            lists.iter().map(|list| format!("{}{}", list[0].0[2], &list[1].0[2..].join(""))).collect();
        assert_eq!(indices, ["00names0", "00names1", "11names0"]);
        assert!(!more);
        assert!(expand(&paths, 2, &|path| read(&component, &path.0)).1);
    }
}
