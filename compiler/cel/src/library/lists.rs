//! Lists and sets: `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`; `sets.contains`, `equivalent`, `intersects`.

use std::cmp::Ordering;
use std::sync::Arc;

use cel::common::types::{CelInt, DYN_TYPE, LIST_TYPE};
use cel::common::value::CowVal;
use cel::extractors::Arguments;
use cel::{Context, Env, ExecutionError, Value};

use super::{Answer, Declared, argument, failure, one};

/// Methods whose names texts have, too.
pub(super) fn overloads(env: &mut Env) -> Declared {
    env.add_member_overload("indexOf", "list_index_of", LIST_TYPE, vec![DYN_TYPE], |values| {
        position(&values, |elements, wanted| elements.iter().position(|element| element == wanted))
    })?;
    env.add_member_overload("lastIndexOf", "list_last_index_of", LIST_TYPE, vec![DYN_TYPE], |values| {
        position(&values, |elements, wanted| elements.iter().rposition(|element| element == wanted))
    })
}

fn position<'b, 'v>(
    values: &[CowVal<'b, 'v>],
    find: impl Fn(&[Value], &Value) -> Option<usize>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let value = |index: usize| -> Result<Value, ExecutionError> {
        let value = values.get(index).ok_or_else(|| failure("indexOf", "has too few arguments"))?;
        value.as_ref().try_into()
    };
    let (list, wanted) = (value(0)?, value(1)?);
    let found = find(elements("indexOf", &list)?, &wanted);
    Ok(CowVal::owned(CelInt::from(found.and_then(|found| i64::try_from(found).ok()).unwrap_or(-1))))
}

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    one(context, "isSorted", |list| {
        let elements = elements("isSorted", list)?;
        let in_order = |pair: &[Value]| match pair {
            [first, second] => compare("isSorted", first, second).map(|order| order != Ordering::Greater),
            _ => Ok(true),
        };
        elements.windows(2).try_fold(true, |sorted, pair| Ok(sorted && in_order(pair)?)).map(Value::Bool)
    })?;
    one(context, "min", |list| extreme("min", list, Ordering::Less))?;
    one(context, "max", |list| extreme("max", list, Ordering::Greater))?;
    one(context, "sum", sum)?;
    let mut set = |name: &'static str, work: fn(&[Value], &[Value]) -> bool| {
        context.add_function(name, move |Arguments(arguments): Arguments| -> Answer {
            let list = |index: usize| elements(name, argument(name, &arguments, index)?);
            Ok(Value::Bool(work(list(0)?, list(1)?)))
        })
    };
    set("sets.contains", |all, wanted| wanted.iter().all(|one| all.contains(one)))?;
    set("sets.equivalent", |a, b| a.iter().all(|one| b.contains(one)) && b.iter().all(|one| a.contains(one)))?;
    set("sets.intersects", |a, b| a.iter().any(|one| b.contains(one)))
}

fn elements<'a>(function: &str, value: &'a Value) -> Result<&'a [Value], ExecutionError> {
    match value {
        Value::List(elements) => Ok(elements),
        other => Err(failure(function, format_args!("takes a list, not {}", other.type_of()))),
    }
}

fn compare(function: &str, first: &Value, second: &Value) -> Result<Ordering, ExecutionError> {
    first.partial_cmp(second).ok_or_else(|| failure(function, "the elements have no order"))
}

fn extreme(function: &str, list: &Value, wanted: Ordering) -> Answer {
    let mut elements = elements(function, list)?.iter();
    let first = elements.next().ok_or_else(|| failure(function, "the list is empty"))?;
    elements
        .try_fold(first, |best, next| Ok(if compare(function, next, best)? == wanted { next } else { best }))
        .cloned()
}

fn sum(list: &Value) -> Answer {
    let elements = elements("sum", list)?;
    let too_large = || failure("sum", "the sum is too large");
    let mut total = match elements.first() {
        Some(Value::Float(_)) => Value::Float(0.0),
        Some(Value::UInt(_)) => Value::UInt(0),
        Some(Value::Duration(first)) => Value::Duration(first.checked_sub(first).unwrap_or_default()),
        _ => Value::Int(0),
    };
    for element in elements {
        total = match (&total, element) {
            (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_add(*b).ok_or_else(too_large)?),
            (Value::UInt(a), Value::UInt(b)) => Value::UInt(a.checked_add(*b).ok_or_else(too_large)?),
            (Value::Float(a), Value::Float(b)) => Value::Float(a + b),
            (Value::Duration(a), Value::Duration(b)) => Value::Duration(a.checked_add(b).ok_or_else(too_large)?),
            (_, other) => return Err(failure("sum", format_args!("cannot add {}", other.type_of()))),
        };
    }
    Ok(total)
}

/// A list of texts.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    Value::List(Arc::new(texts.into_iter().map(super::string).collect()))
}
