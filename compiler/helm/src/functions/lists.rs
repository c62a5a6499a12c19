//! Functions of lists.

use std::rc::Rc;

use super::{Call, Function};
use crate::fault::Fault;
use crate::print::as_text;
use crate::text::Text;
use crate::value::{Value, deep_equal};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "list" | "tuple" => |_, args| Ok(args.to_vec().into()),
        "first" | "mustFirst" => |call, args| {
            let list = call.list(args, 0)?;
            Ok(list.as_slice().first().cloned().unwrap_or(Value::NIL))
        },
        "last" | "mustLast" => |call, args| {
            let list = call.list(args, 0)?;
            Ok(list.as_slice().last().cloned().unwrap_or(Value::NIL))
        },
        "rest" | "mustRest" => |call, args| {
            let list = call.list(args, 0)?;
            Ok(list.as_slice().split_first().map_or(Value::NIL, |(_, rest)| rest.to_vec().into()))
        },
        "initial" | "mustInitial" => |call, args| {
            let list = call.list(args, 0)?;
            Ok(list.as_slice().split_last().map_or(Value::NIL, |(_, rest)| rest.to_vec().into()))
        },
        "append" | "push" | "mustAppend" | "mustPush" => |call, args| {
            let mut list = taken(call, args)?;
            list.push(call.any(args, 1)?.clone());
            Ok(list.into())
        },
        "prepend" | "mustPrepend" => |call, args| {
            let mut list = vec![call.any(args, 1)?.clone()];
            list.extend(taken(call, args)?);
            Ok(list.into())
        },
        "reverse" | "mustReverse" => |call, args| {
            let mut list = taken(call, args)?;
            list.reverse();
            Ok(list.into())
        },
        "compact" | "mustCompact" => |call, args| {
            let mut list = taken(call, args)?;
            list.retain(Value::is_true);
            Ok(list.into())
        },
        "uniq" | "mustUniq" => |call, args| {
            let list = taken(call, args)?;
            unlike(call, &list, &[], true)
        },
        "without" | "mustWithout" => |call, args| {
            let list = taken(call, args)?;
            unlike(call, &list, args.get(1..).unwrap_or_default(), false)
        },
        "has" | "mustHas" => |call, args| {
            if call.any(args, 1)?.is_nil() {
                return Ok(false.into());
            }
            let list = call.list(args, 1)?;
            call.budget.walk_all(list.as_slice())?;
            let needle = call.any(args, 0)?;
            call.budget.walk(needle)?;
            Ok(list.iter().any(|element| deep_equal(needle, element)).into())
        },
        "concat" => |call, args| {
            let mut all = Vec::new();
            for position in 0..args.len() {
                let list = call.list(args, position)?;
                call.budget.steps(list.iter().len())?;
                all.extend(list.iter().cloned());
            }
            Ok(all.into())
        },
        "slice" | "mustSlice" => slice,
        "chunk" | "mustChunk" => |call, args| {
            let (size, list) = (call.integer(args, 0)?, call.list(args, 1)?);
            let size = usize::try_from(size).ok().filter(|size| *size > 0);
            let size = size.ok_or_else(|| Fault::wrong("`chunk` wants a number above zero"))?;
            call.budget.steps(list.iter().len())?;
            Ok(list.as_slice().chunks(size).map(|part| part.to_vec().into()).collect::<Vec<Value>>().into())
        },
        "sortAlpha" => |call, args| {
            let mut texts = texts(call, call_list(call, args, 0))?;
            texts.sort_by(|a, b| a.as_str().cmp(b.as_str()));
            Ok(texts.into_iter().map(Value::from).collect::<Vec<_>>().into())
        },
        "join" => |call, args| {
            let separator = call.text(args, 0)?;
            let texts = texts(call, call_list(call, args, 1))?;
            let mut output = Text::default();
            for (index, text) in texts.iter().enumerate() {
                if index > 0 {
                    output.push(separator.as_str());
                }
                call.budget.bytes(text.len() + separator.len())?;
                output.push_text(text, None);
            }
            Ok(output.into())
        },
        "toStrings" => |call, args| {
            let texts = texts(call, call_list(call, args, 0))?;
            Ok(texts.into_iter().map(Value::from).collect::<Vec<_>>().into())
        },
        _ => return None,
    })
}

fn taken(call: &mut Call<'_>, args: &[Value]) -> Result<Vec<Value>, Fault> {
    let list = call.list(args, 0)?;
    call.budget.steps(list.iter().len())?;
    Ok(list.as_slice().to_vec())
}

/// The elements of a list; any other value is the only element of one, and nothing is none.
fn call_list(call: &Call<'_>, args: &[Value], position: usize) -> Result<Vec<Value>, Fault> {
    let value = call.any(args, position)?;
    Ok(match value.as_list() {
        Some(list) => list.as_slice().to_vec(),
        None if value.is_nil() => Vec::new(),
        None => vec![value.clone()],
    })
}

/// The elements that are something, as text.
fn texts(call: &mut Call<'_>, elements: Result<Vec<Value>, Fault>) -> Result<Vec<Text>, Fault> {
    let elements = elements?;
    call.budget.walk_all(&elements)?;
    Ok(elements.iter().filter(|element| !element.is_nil()).map(as_text).collect())
}

/// The elements that are like none of some values and, with `once`, like none before them.
fn unlike(call: &mut Call<'_>, list: &[Value], omitted: &[Value], once: bool) -> Result<Value, Fault> {
    call.budget.walk_all(list)?;
    call.budget.walk_all(omitted)?;
    let mut kept: Vec<Value> = Vec::new();
    for element in list {
        call.budget.steps(kept.len() + omitted.len())?;
        let is_new = !once || !kept.iter().any(|other| deep_equal(other, element));
        if is_new && !omitted.iter().any(|other| deep_equal(other, element)) {
            kept.push(element.clone());
        }
    }
    Ok(kept.into())
}

fn slice(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let list = taken(call, args)?;
    if list.is_empty() {
        return Ok(Value::NIL);
    }
    let position = |position: usize, otherwise: usize| match args.get(position) {
        Some(value) => usize::try_from(super::numbers::to_integer(value)).ok(),
        None => Some(otherwise),
    };
    let part = position(1, 0).zip(position(2, list.len())).and_then(|(start, end)| list.get(start..end));
    let part =
        part.ok_or_else(|| Fault::wrong(format!("`slice` goes beyond the {} elements of the list", list.len())))?;
    Ok(Rc::<[Value]>::from(part).to_vec().into())
}
