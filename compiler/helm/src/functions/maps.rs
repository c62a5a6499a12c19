//! Functions of mappings. Those that change a mapping change the one that they are given, as in Helm.

use std::rc::Rc;

use super::{Call, Function};
use crate::fault::Fault;
use crate::print::as_text;
use crate::value::{Data, Map, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "dict" => dict,
        "get" => |call, args| {
            let map = call.map(args, 0)?;
            Ok(map.get(call.text(args, 1)?.as_str()).unwrap_or_else(|| "".into()))
        },
        "set" => |call, args| {
            let (map, key) = (call.map(args, 0)?, call.text(args, 1)?);
            put(call, &map, key.as_str(), call_any(call, args, 2)?)?;
            Ok(map.into())
        },
        "unset" => |call, args| {
            let map = call.map(args, 0)?;
            map.remove(call.text(args, 1)?.as_str());
            Ok(map.into())
        },
        "hasKey" => |call, args| {
            let map = call.map(args, 0)?;
            Ok(map.has(call.text(args, 1)?.as_str()).into())
        },
        "pluck" => |call, args| {
            let key = call.text(args, 0)?;
            let maps = (1..args.len()).map(|position| call.map(args, position)).collect::<Result<Vec<_>, _>>()?;
            Ok(maps.iter().filter_map(|map| map.get(key.as_str())).collect::<Vec<_>>().into())
        },
        "keys" => |call, args| {
            let maps = (0..args.len()).map(|position| call.map(args, position)).collect::<Result<Vec<_>, _>>()?;
            // Go gives them in an order of its own each time; they are sorted here.
            let keys = maps.iter().flat_map(Map::entries).map(|(key, _)| key.as_ref().into());
            Ok(keys.collect::<Vec<Value>>().into())
        },
        "values" => |call, args| {
            let values = call.map(args, 0)?.entries().into_iter().map(|(_, value)| value);
            Ok(values.collect::<Vec<_>>().into())
        },
        "pick" => |call, args| chosen(call, args, true),
        "omit" => |call, args| chosen(call, args, false),
        "merge" | "mustMerge" => |call, args| merged(call, args, false),
        "mergeOverwrite" | "mustMergeOverwrite" => |call, args| merged(call, args, true),
        "deepCopy" | "mustDeepCopy" => |call, args| {
            let value = call.any(args, 0)?;
            call.budget.walk(value)?;
            Ok(value.deep_copy())
        },
        "dig" => dig,
        _ => return None,
    })
}

fn call_any(call: &Call<'_>, args: &[Value], position: usize) -> Result<Value, Fault> {
    call.any(args, position).cloned()
}

/// Sets an entry, unless the mapping would hold itself then.
fn put(call: &mut Call<'_>, map: &Map, key: &str, value: Value) -> Result<(), Fault> {
    call.budget.insertable(&value, map)?;
    map.set(key, value);
    Ok(())
}

fn dict(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    let map = Map::default();
    for pair in args.chunks(2) {
        call.budget.steps(1)?;
        let [key, rest @ ..] = pair else { continue };
        map.set(as_text(key).as_str(), rest.first().cloned().unwrap_or_else(|| "".into()));
    }
    Ok(map.into())
}

fn chosen(call: &mut Call<'_>, args: &[Value], named: bool) -> Result<Value, Fault> {
    let map = call.map(args, 0)?;
    let mut keys = Vec::new();
    for position in 1..args.len() {
        keys.push(call.text(args, position)?);
    }
    let is_named = |key: &Rc<str>| keys.iter().any(|named| named.as_str() == key.as_ref());
    Ok(map.entries().into_iter().filter(|(key, _)| is_named(key) == named).collect::<Map>().into())
}

fn merged(call: &mut Call<'_>, args: &[Value], overwrite: bool) -> Result<Value, Fault> {
    call.budget.walk_all(args)?;
    let target = call.map(args, 0)?;
    for position in 1..args.len() {
        merge(call, &target, &call.map(args, position)?, overwrite)?;
    }
    Ok(target.into())
}

/// Merges as the library that Sprig uses does: what is empty in the target counts as not there.
fn merge(call: &mut Call<'_>, target: &Map, source: &Map, overwrite: bool) -> Result<(), Fault> {
    if target.is_same(source) {
        return Ok(());
    }
    for (key, value) in source.entries() {
        call.budget.steps(1)?;
        let old = target.get(&key);
        match (&value.data, old.as_ref().map(|old| &old.data)) {
            (Data::Nil, _) if overwrite => target.set(&key, value),
            (Data::Nil, _) => {}
            (Data::Map(inner), Some(Data::Map(below))) => merge(call, below, inner, overwrite)?,
            _ if overwrite || !old.as_ref().is_some_and(Value::is_true) => put(call, target, &key, value)?,
            _ => {}
        }
    }
    Ok(())
}

/// `dig "a" "b" default map`: what stands at a path.
fn dig(call: &mut Call<'_>, args: &[Value]) -> Result<Value, Fault> {
    call.at_least(args, 3)?;
    let default = call.any(args, args.len() - 2)?.clone();
    let mut map = call.map(args, args.len() - 1)?;
    for position in 0..args.len() - 2 {
        let Some(found) = map.get(call.text(args, position)?.as_str()) else { return Ok(default) };
        if position == args.len() - 3 {
            return Ok(found);
        }
        map = call.map(std::slice::from_ref(&found), 0)?;
    }
    Ok(default)
}
