//! Values that remember where each of their parts comes from.
//!
//! A component that is made from something else than its own text (a compose service, a Score workload) has no node to be
//! followed through. Its configuration is built as a [`Traced`] value: every part carries the place that it was made from.

use design_vocabulary::{Component, Object, Segment, Span, Text, Value};

use crate::map::{Base, Origin, Places};
use crate::{Loaded, Located};

/// A value whose parts each have a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// The key that the value stands under, where it has a place of its own.
    pub key: Option<Span>,
    /// What the value was made from.
    pub place: Span,
    /// The value.
    pub data: Data,
}

/// What a traced value holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// A value without parts that have places of their own.
    Whole(Value),
    /// A list.
    List(Vec<Traced>),
    /// A mapping with unique keys in order.
    Mapping(Vec<(Text, Traced)>),
}

impl Data {
    /// The entries of a mapping; anything else becomes an empty one.
    fn mapping(&mut self) -> &mut Vec<(Text, Traced)> {
        if !matches!(self, Self::Mapping(_)) {
            *self = Self::Mapping(Vec::new());
        }
        match self {
            Self::Mapping(entries) => entries,
            Self::Whole(_) | Self::List(_) => unreachable!("it was made a mapping above"),
        }
    }
}

impl Traced {
    /// A value that was made from one place as a whole.
    pub fn new(place: Span, value: impl Into<Value>) -> Self {
        Self { key: None, place, data: Data::Whole(value.into()) }
    }

    /// An empty mapping.
    pub fn mapping(place: Span) -> Self {
        Self { key: None, place, data: Data::Mapping(Vec::new()) }
    }

    /// A list.
    pub fn list(place: Span, elements: Vec<Self>) -> Self {
        Self { key: None, place, data: Data::List(elements) }
    }

    /// The same value under a key that has a place.
    #[must_use]
    pub fn under(mut self, key: Option<Span>) -> Self {
        self.key = key;
        self
    }

    /// The same mapping with one more entry; one that is there is replaced. A value that is no mapping stays as it is.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text>, value: Self) -> Self {
        self.set(key, value);
        self
    }

    /// As [`Traced::with`], where there is a value.
    #[must_use]
    pub fn with_some(mut self, key: impl Into<Text>, value: Option<Self>) -> Self {
        if let Some(value) = value {
            self.set(key, value);
        }
        self
    }

    /// Sets an entry of a mapping, in its place where it is there.
    pub fn set(&mut self, key: impl Into<Text>, value: Self) {
        let key = key.into();
        if let Data::Mapping(entries) = &mut self.data {
            match entries.iter_mut().find(|(name, _)| *name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            }
        }
    }

    /// Adds an element to a list.
    pub fn push(&mut self, element: Self) {
        if let Data::List(elements) = &mut self.data {
            elements.push(element);
        }
    }

    /// The entry of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.data {
            Data::Mapping(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Data::Whole(_) | Data::List(_) => None,
        }
    }

    /// The entry of a mapping, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.data {
            Data::Mapping(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            Data::Whole(_) | Data::List(_) => None,
        }
    }

    /// The mapping under a key, made where it is missing.
    pub fn entry(&mut self, key: &str, place: Span) -> &mut Self {
        self.entry_or(key, || Self::mapping(place))
    }

    /// The list under a key, made where it is missing.
    pub fn entry_list(&mut self, key: &str, place: Span) -> &mut Self {
        self.entry_or(key, || Self::list(place, Vec::new()))
    }

    fn entry_or(&mut self, key: &str, make: impl FnOnce() -> Self) -> &mut Self {
        let entries = self.data.mapping();
        let position = entries.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
            entries.push((key.into(), make()));
            entries.len() - 1
        });
        &mut entries[position].1
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> &[Self] {
        match &self.data {
            Data::List(elements) => elements,
            Data::Whole(_) | Data::Mapping(_) => &[],
        }
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[(Text, Self)] {
        match &self.data {
            Data::Mapping(entries) => entries,
            Data::Whole(_) | Data::List(_) => &[],
        }
    }

    /// Whether there is nothing in a list or mapping.
    pub fn is_empty(&self) -> bool {
        match &self.data {
            Data::List(elements) => elements.is_empty(),
            Data::Mapping(entries) => entries.is_empty(),
            Data::Whole(value) => value.is_null(),
        }
    }

    /// The text of a value that is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Whole(value) => value.as_str(),
            Data::List(_) | Data::Mapping(_) => None,
        }
    }

    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.data {
            Data::Whole(value) => value.clone(),
            Data::List(elements) => elements.iter().map(Self::to_value).collect(),
            Data::Mapping(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_value())).collect())
            }
        }
    }

    /// The places without the values.
    fn to_places(&self) -> Places {
        let children = match &self.data {
            Data::Whole(_) => Vec::new(),
            Data::List(elements) => {
                elements.iter().enumerate().map(|(index, element)| (index.into(), element.to_places())).collect()
            }
            Data::Mapping(entries) => {
                entries.iter().map(|(key, value)| (Segment::from(key.clone()), value.to_places())).collect()
            }
        };
        Places { key: self.key, place: self.place, children }
    }
}

impl Loaded {
    /// Adds a component whose configuration was made from elsewhere; returns its position in the design.
    pub fn push_traced(&mut self, kind: &str, api_version: &str, configuration: &Traced) -> usize {
        let object = match configuration.to_value() {
            Value::Object(object) => object,
            _ => Object::new(),
        };
        let component = Component {
            kind: kind.into(),
            api_version: api_version.into(),
            configuration: object,
            ..Component::default()
        };
        self.design.components.push(component);
        self.map.push_component(Origin { document: 0, base: Base::Places(Box::new(configuration.to_places())) });
        self.design.components.len() - 1
    }
}

impl Places {
    /// Follows a path of a component as far as it leads.
    pub(crate) fn locate(&self, path: &[Segment]) -> Located {
        let whole = Located { key: self.key, value: self.place, complete: true };
        let Some((first, rest)) = path.split_first() else { return whole };
        if *first != Segment::from("configuration") {
            return Located { complete: path.is_empty(), ..whole };
        }
        let mut here = self;
        for (followed, segment) in rest.iter().enumerate() {
            // A value that was made as a whole stands for all its parts.
            let Some((_, next)) = here.children.iter().find(|(name, _)| name == segment) else {
                return Located { key: here.key, value: here.place, complete: followed == rest.len() };
            };
            here = next;
        }
        Located { key: here.key, value: here.place, complete: true }
    }
}

#[cfg(test)]
mod tests {
    use design_vocabulary::FileId;

    use super::*;

    fn at(start: u32) -> Span {
        Span::new(FileId(0), start, start + 1)
    }

    #[test]
    fn a_path_ends_at_the_nearest_place() {
        let mut value = Traced::mapping(at(0));
        value.entry("spec", at(1)).set("replicas", Traced::new(at(3), 2).under(Some(at(2))));
        value.entry("spec", at(9)).entry_list("list", at(4)).push(Traced::new(at(5), "x"));
        let mut loaded = Loaded::default();
        let component = loaded.push_traced("Deployment", "apps/v1", &value);
        let path = |keys: &[Segment]| loaded.map.locate(component, &[&["configuration".into()], keys].concat());
        assert_eq!(path(&["spec".into(), "replicas".into()]).unwrap().best(), at(3));
        assert_eq!(path(&["spec".into(), "list".into(), 0.into()]).unwrap().best(), at(5));
        assert_eq!(path(&["spec".into(), "other".into(), 0.into()]).unwrap().best(), at(1));
        assert_eq!(loaded.design.components[0].configuration.get("spec").unwrap().get("replicas"), Some(&2.into()));
        assert_eq!(loaded.map.component(component), Some(at(0)));
    }
}
