//! Functions of paths with `/` between folders.

use super::{Call, Function};
use crate::fault::Fault;
use crate::value::Value;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "base" | "osBase" => |call, args| of_text(call, args, base),
        "dir" | "osDir" => {
            |call, args| of_text(call, args, |path| clean(path.rfind('/').map_or("", |at| &path[..=at])))
        }
        "clean" | "osClean" => |call, args| of_text(call, args, clean),
        "ext" | "osExt" => |call, args| {
            of_text(call, args, |path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                name.rfind('.').map_or("", |at| &name[at..]).to_owned()
            })
        },
        "isAbs" | "osIsAbs" => |call, args| Ok(call.text(args, 0)?.as_str().starts_with('/').into()),
        _ => return None,
    })
}

fn of_text(call: &Call<'_>, args: &[Value], change: impl Fn(&str) -> String) -> Result<Value, Fault> {
    Ok(change(call.text(args, 0)?.as_str()).into())
}

fn base(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".".to_owned(),
        "" => "/".to_owned(),
        path => path.rsplit('/').next().unwrap_or(path).to_owned(),
    }
}

fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    match (is_absolute, parts.join("/")) {
        (true, path) => format!("/{path}"),
        (false, path) if path.is_empty() => ".".to_owned(),
        (false, path) => path,
    }
}
