//! What the errors of the validator say, as faults.

use design_registry::definitions::{Field, Schema};
use design_registry::nearest;
use design_vocabulary::{Path, Segment};
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::lists::{self, plain};
use crate::translated::QUANTITY;
use crate::{Bound, Form, What, instance};

/// The pattern that generators of custom resource definitions write for quantities begins so.
const QUANTITY_PATTERN: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE]";

/// What an error says; one that names several fields is several faults.
///
/// `schema` is the schema that the validator was made of: what an error is about is looked up in it.
pub(crate) fn describe(schema: &Schema, instance: &Value, error: &ValidationError<'_>) -> Vec<(Path, What)> {
    let path = instance::path(error.instance_path().as_str(), instance);
    let below = |field: &str| path.iter().cloned().chain([Segment::from(field)]).collect::<Path>();
    let keyword = || schema.value().pointer(error.schema_path().as_str());
    let what = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let object = field_at(schema, &path);
            let known: Vec<&str> = object.iter().flat_map(Field::names).collect();
            let unknown = |field: &String| {
                let nearest = nearest(field, known.iter().copied()).map(str::to_owned);
                (below(field), What::UnknownField { nearest })
            };
            return unexpected.iter().map(unknown).collect();
        }
        ValidationErrorKind::Required { property } => {
            return property.as_str().map(|field| (below(field), What::Missing)).into_iter().collect();
        }
        ValidationErrorKind::Custom { .. } => {
            let list = instance.pointer(error.instance_path().as_str()).unwrap_or(&Value::Null);
            let field = field_at(schema, &path);
            let keys = field.and_then(|field| field.keyword(lists::KEYWORD)).or_else(keyword).unwrap_or(&Value::Null);
            let repeated = lists::find(keys, &path, list).into_iter();
            return repeated
                .map(|found| (found.element, What::Repeated { first: found.first, keys: found.keys }))
                .collect();
        }
        ValidationErrorKind::Type { kind } => What::WrongType { expected: type_names(kind) },
        ValidationErrorKind::Enum { options } => unlisted(options, error.instance()),
        ValidationErrorKind::Constant { expected_value } => {
            What::Unlisted { allowed: vec![plain(expected_value)], nearest: None }
        }
        ValidationErrorKind::Pattern { pattern } if pattern.starts_with(QUANTITY_PATTERN) => {
            What::Malformed(Form::Quantity)
        }
        ValidationErrorKind::Pattern { pattern } => What::Malformed(Form::Pattern(pattern.clone())),
        ValidationErrorKind::Format { format } if format == QUANTITY => What::Malformed(Form::Quantity),
        ValidationErrorKind::Format { format } => What::Malformed(Form::Named(format.clone())),
        ValidationErrorKind::Minimum { limit } => What::OutOfBounds(Bound::AtLeast(limit.to_string())),
        ValidationErrorKind::Maximum { limit } => What::OutOfBounds(Bound::AtMost(limit.to_string())),
        ValidationErrorKind::ExclusiveMinimum { limit } => What::OutOfBounds(Bound::MoreThan(limit.to_string())),
        ValidationErrorKind::ExclusiveMaximum { limit } => What::OutOfBounds(Bound::LessThan(limit.to_string())),
        ValidationErrorKind::MultipleOf { multiple_of } => {
            What::OutOfBounds(Bound::MultipleOf(multiple_of.to_string()))
        }
        ValidationErrorKind::MinLength { limit } => What::OutOfBounds(Bound::CharactersAtLeast(*limit)),
        ValidationErrorKind::MaxLength { limit } => What::OutOfBounds(Bound::CharactersAtMost(*limit)),
        ValidationErrorKind::MinItems { limit } => What::OutOfBounds(Bound::ElementsAtLeast(*limit)),
        ValidationErrorKind::MaxItems { limit } => What::OutOfBounds(Bound::ElementsAtMost(*limit)),
        ValidationErrorKind::MinProperties { limit } => What::OutOfBounds(Bound::FieldsAtLeast(*limit)),
        ValidationErrorKind::MaxProperties { limit } => What::OutOfBounds(Bound::FieldsAtMost(*limit)),
        ValidationErrorKind::UniqueItems => What::NotAllowed { reason: "has an element twice".to_owned() },
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::AnyOf { .. } => choice(keyword(), false),
        ValidationErrorKind::OneOfMultipleValid { .. } => choice(keyword(), true),
        ValidationErrorKind::Not { schema } => excluded(schema),
        ValidationErrorKind::FalseSchema => What::NotAllowed { reason: "must not be there".to_owned() },
        ValidationErrorKind::PropertyNames { .. } => {
            What::NotAllowed { reason: "has a key that is not written as keys must be".to_owned() }
        }
        _ => {
            let keyword = error.schema_path().as_str().rsplit('/').next().unwrap_or_default().to_owned();
            What::NotAllowed { reason: format!("breaks `{keyword}` of its schema") }
        }
    };
    vec![(path, what)]
}

fn unlisted(options: &Value, found: &Value) -> What {
    let allowed: Vec<String> =
        options.as_array().into_iter().flatten().filter(|value| !value.is_null()).map(plain).collect();
    let nearest = found.as_str().and_then(|text| {
        let alike = allowed.iter().find(|allowed| allowed.eq_ignore_ascii_case(text)).map(String::as_str);
        alike.or_else(|| nearest(text, allowed.iter().map(String::as_str)))
    });
    let nearest = nearest.map(str::to_owned);
    What::Unlisted { allowed, nearest }
}

/// What a choice between branches asks for: mostly that one of some fields is there.
fn choice(branches: Option<&Value>, is_several: bool) -> What {
    let branches = branches.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut fields: Vec<String> = Vec::new();
    let mut asks_for_fields_only = !branches.is_empty();
    for branch in branches {
        let names: Vec<&str> = strings(branch.get("required")).collect();
        // A branch of `not` alone is the one in which none of the fields is there.
        let is_none_of_them = branch.as_object().is_some_and(|object| object.len() == 1 && object.contains_key("not"));
        asks_for_fields_only &= !names.is_empty() || is_none_of_them;
        for name in names {
            if !fields.iter().any(|known| known == name) {
                fields.push(name.to_owned());
            }
        }
    }
    if asks_for_fields_only && fields.len() > 1 {
        return What::Choice { fields, is_several };
    }
    let count = branches.len();
    let reason = match (is_several, count) {
        (true, _) => "fits several of the forms that the schema keeps apart".to_owned(),
        (false, 0) => "fits none of the forms that the schema allows".to_owned(),
        (false, count) => format!("fits none of the {count} forms that the schema allows"),
    };
    What::NotAllowed { reason }
}

/// What must not be there.
fn excluded(schema: &Value) -> What {
    let names: Vec<String> = strings(schema.get("required")).map(|name| format!("`{name}`")).collect();
    let reason = match names.as_slice() {
        [] => "has a form that the schema excludes".to_owned(),
        [name] => format!("must not have {name}"),
        names => format!("must not have {} together", names.join(" and ")),
    };
    What::NotAllowed { reason }
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

pub(crate) fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(name) => vec![name.to_string()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).filter(|name| name != "null").collect(),
    }
}

pub(crate) fn field_at<'a>(schema: &'a Schema, path: &[Segment]) -> Option<Field<'a>> {
    schema.field(path.iter().map(|segment| match segment {
        Segment::Key(key) => key.as_str(),
        Segment::Index(_) => "[*]",
    }))
}
