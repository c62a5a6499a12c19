//! Go's own functions, and those that choose between values.

use std::cmp::Ordering;

use super::{Call, Function, format, noun};
use crate::fault::{Cause, Fault};
use crate::print::{as_text, plain, printed};
use crate::text::Text;
use crate::value::{Data, Map, Value, deep_equal};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "eq" => |call, args| {
            call.at_least(args, 2)?;
            let first = call.any(args, 0)?;
            for other in args.iter().skip(1) {
                if equal(first, other)? {
                    return Ok(true.into());
                }
            }
            Ok(false.into())
        },
        "ne" => |call, args| Ok((!equal(call.any(args, 0)?, call.any(args, 1)?)?).into()),
        "lt" => |call, args| ordered(call, args, Ordering::is_lt),
        "le" => |call, args| ordered(call, args, Ordering::is_le),
        "gt" => |call, args| ordered(call, args, Ordering::is_gt),
        "ge" => |call, args| ordered(call, args, Ordering::is_ge),
        "not" => |call, args| {
            call.exactly(args, 1)?;
            Ok((!call.any(args, 0)?.is_true()).into())
        },
        "deepEqual" => |call, args| {
            call.budget.walk_all(args)?;
            Ok(deep_equal(call.any(args, 0)?, call.any(args, 1)?).into())
        },
        "len" => len,
        "index" => index,
        "print" => |call, args| {
            call.budget.walk_all(args)?;
            Ok(print(args).into())
        },
        "println" => |call, args| {
            call.budget.walk_all(args)?;
            let texts: Vec<String> = args.iter().map(plain).collect();
            Ok(format!("{}\n", texts.join(" ")).into())
        },
        "printf" => format::printf,
        "urlquery" => |call, args| {
            call.budget.walk_all(args)?;
            Ok(gotmpl::url_encode(&args.iter().map(plain).collect::<String>()).into())
        },
        "default" => |call, args| {
            let given = args.get(1).filter(|given| given.is_true());
            Ok(given.unwrap_or(call.any(args, 0)?).clone())
        },
        "empty" => |call, args| Ok((!call.any(args, 0)?.is_true()).into()),
        "coalesce" => |_, args| Ok(args.iter().find(|value| value.is_true()).cloned().unwrap_or(Value::NIL)),
        "all" => |_, args| Ok(args.iter().all(Value::is_true).into()),
        "any" => |_, args| Ok(args.iter().any(Value::is_true).into()),
        "ternary" => |call, args| match call.any(args, 2)?.data {
            Data::Bool(truth) => call.any(args, usize::from(!truth)).cloned(),
            _ => Err(call.expected("true or false", call.any(args, 2)?)),
        },
        "required" => |call, args| {
            let value = call.any(args, 1)?;
            let is_empty = value.is_nil() || value.as_text().is_some_and(|text| text.is_empty());
            if is_empty {
                Err(Cause::Said(as_text(call.any(args, 0)?).as_str().to_owned()).into())
            } else {
                Ok(value.clone())
            }
        },
        "fail" => |call, args| Err(Cause::Said(as_text(call.any(args, 0)?).as_str().to_owned()).into()),
        // Without a cluster nothing is there.
        "lookup" => |call, args| {
            call.exactly(args, 4)?;
            Ok(Map::default().into())
        },
        // Helm asks no name server while it renders, and neither does this.
        "getHostByName" => |call, args| {
            call.exactly(args, 1)?;
            Ok("".into())
        },
        _ => return None,
    })
}

/// Whether Go's `eq` calls two values equal; values of different types are an error there.
fn equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    match (&a.data, &b.data) {
        (Data::Nil, Data::Nil) => Ok(true),
        (Data::Nil, _) | (_, Data::Nil) => Ok(false),
        (Data::Bool(a), Data::Bool(b)) => Ok(a == b),
        (Data::Int(a) | Data::Int64(a), Data::Int(b) | Data::Int64(b)) => Ok(a == b),
        (Data::Float(a), Data::Float(b)) => Ok(a.total_cmp(b).is_eq() || (*a == 0.0 && *b == 0.0)),
        (Data::Text(a), Data::Text(b)) => Ok(a.as_str() == b.as_str()),
        (Data::List(_) | Data::Map(_), _) | (_, Data::List(_) | Data::Map(_)) => {
            Err(Fault::wrong("lists and mappings cannot be compared"))
        }
        _ => Err(incompatible(a, b)),
    }
}

fn incompatible(a: &Value, b: &Value) -> Fault {
    let is_number = |value: &Value| matches!(value.data, Data::Float(_));
    let hint = if is_number(a) || is_number(b) { "; `int` makes a number of the values whole" } else { "" };
    Fault::wrong(format!("{} cannot be compared with {}{hint}", noun(a), noun(b)))
}

fn ordered(call: &mut Call<'_>, args: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, Fault> {
    let (a, b) = (call.any(args, 0)?, call.any(args, 1)?);
    let order = match (&a.data, &b.data) {
        (Data::Int(a) | Data::Int64(a), Data::Int(b) | Data::Int64(b)) => Some(a.cmp(b)),
        (Data::Float(a), Data::Float(b)) => a.partial_cmp(b),
        (Data::Text(a), Data::Text(b)) => Some(a.as_str().cmp(b.as_str())),
        _ => None,
    };
    order.map(|order| holds(order).into()).ok_or_else(|| incompatible(a, b))
}

fn len(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let value = call.any(args, 0)?;
    let length = match &value.data {
        Data::Text(text) => text.len(),
        Data::Map(map) => map.len(),
        Data::Files(files) => files.iter().count(),
        _ => call.list(args, 0)?.iter().len(),
    };
    Ok(Data::Int(i64::try_from(length).unwrap_or(i64::MAX)).into())
}

fn index(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut value = call.any(args, 0)?.clone();
    for key in args.iter().skip(1) {
        value = match (&value.data, &key.data) {
            (Data::Map(map), Data::Text(key)) => map.get(key.as_str()).unwrap_or(Value::NIL),
            (Data::Files(files), Data::Text(key)) => {
                files.bytes(key.as_str()).map_or(Value::NIL, |bytes| Data::Bytes(bytes).into())
            }
            (Data::Text(text), Data::Int(at) | Data::Int64(at)) => {
                let byte = usize::try_from(*at).ok().and_then(|at| text.as_str().as_bytes().get(at));
                byte.map(|byte| Data::Int(i64::from(*byte)).into()).ok_or_else(|| out_of_range(*at))?
            }
            (_, Data::Int(at) | Data::Int64(at)) => {
                let list = call.list(std::slice::from_ref(&value), 0)?;
                let element = usize::try_from(*at).ok().and_then(|at| list.as_slice().get(at));
                element.cloned().ok_or_else(|| out_of_range(*at))?
            }
            _ => return Err(Fault::wrong(format!("`index` finds no {} in {}", noun(key), noun(&value)))),
        };
    }
    Ok(value)
}

fn out_of_range(at: i64) -> Fault {
    Fault::wrong(format!("there is no element {at}"))
}

/// Go's `print`: a space between two values of which neither is a text.
fn print(args: &[Value]) -> Text {
    let mut output = Text::default();
    let mut before: Option<&Value> = None;
    for value in args {
        if before.is_some_and(|before| before.as_text().is_none() && value.as_text().is_none()) {
            output.push(" ");
        }
        output.push_text(&printed(value), None);
        before = Some(value);
    }
    output
}
