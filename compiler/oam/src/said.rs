//! Nodes of a document as values that remember their places.

use design_source::{Data, Traced};
use design_syntax::{Kind, NodeRef, lower};
use design_vocabulary::{Number, Span, Text, Value};

/// The value of a node, every part with its own place.
pub(crate) fn said(node: NodeRef<'_>) -> Traced {
    let target = node.resolved();
    match target.kind() {
        Kind::Sequence => Traced::list(node.span(), target.children().map(said).collect()),
        Kind::Mapping => {
            let mut mapping = Traced::mapping(node.span());
            for (key, value) in target.entries() {
                // What a merge key brings stands where it is merged from, with its own precedence: a key that is here wins.
                if key.text() == "<<" {
                    let merged = said(value);
                    for (name, inner) in merged.entries() {
                        if target.entries().all(|(own, _)| own.text() != name.as_str()) {
                            mapping.set(name.clone(), inner.clone());
                        }
                    }
                } else {
                    mapping.set(key.text(), said(value).under(Some(key.span())));
                }
            }
            mapping
        }
        Kind::Scalar | Kind::Alias => Traced::new(node.span(), lower(target, &mut Vec::new())),
    }
}

/// A text that was not written, at the place of what it was made from.
pub(crate) fn text(place: Span, text: impl Into<Text>) -> Traced {
    Traced::new(place, Value::String(text.into()))
}

/// The whole number that a value is, also where it is written as text.
pub(crate) fn integer(value: &Traced) -> Option<i64> {
    match &value.data {
        Data::Whole(Value::Number(Number::Int(number))) => Some(*number),
        Data::Whole(Value::String(text)) => text.parse().ok(),
        _ => None,
    }
}

/// Whether a value is `true`.
pub(crate) fn is_true(value: &Traced) -> bool {
    matches!(value.data, Data::Whole(Value::Bool(true)))
}

/// A value as the text that an environment variable holds: numbers and booleans as they are written in JSON.
pub(crate) fn as_text(value: Traced) -> Traced {
    let written = match &value.data {
        Data::Whole(Value::Bool(truth)) => Some(truth.to_string()),
        Data::Whole(Value::Number(Number::Int(number))) => Some(number.to_string()),
        Data::Whole(Value::Number(Number::Unsigned(number))) => Some(number.to_string()),
        Data::Whole(Value::Number(Number::Float(number))) => Some(number.to_string()),
        _ => None,
    };
    match written {
        Some(written) => Traced { data: Data::Whole(Value::String(written.into())), ..value },
        None => value,
    }
}

/// The elements of a list, to be changed; an empty list of anything else.
pub(crate) fn elements_mut(value: &mut Traced) -> &mut [Traced] {
    match &mut value.data {
        Data::List(elements) => elements,
        Data::Whole(_) | Data::Mapping(_) => &mut [],
    }
}

/// Adds an element to a list of mappings, in place of the one with the same value of a key.
pub(crate) fn merge_by(list: &mut Traced, key: &str, element: Traced) {
    let name = element.get(key).map(Traced::to_value);
    let known =
        elements_mut(list).iter_mut().find(|known| name.is_some() && known.get(key).map(Traced::to_value) == name);
    match known {
        Some(known) => *known = element,
        None => list.push(element),
    }
}
