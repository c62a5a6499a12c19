//! Functions of regular expressions. Go's syntax is that of the crate that is used here, but for rare classes.

use regex::Regex;

use super::{Call, Function};
use crate::fault::Fault;
use crate::text::Text;
use crate::value::Value;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        // What is no regular expression matches nothing.
        "regexMatch" => |call, args| {
            let (written, text) = (call.text(args, 0)?, call.text(args, 1)?);
            call.budget.steps(1000)?;
            if matches!(Regex::new(written.as_str()), Err(regex::Error::Syntax(_))) {
                return Ok(false.into());
            }
            Ok(pattern(call, args)?.is_match(text.as_str()).into())
        },
        "mustRegexMatch" => |call, args| {
            let (pattern, text) = (pattern(call, args)?, call.text(args, 1)?);
            Ok(pattern.is_match(text.as_str()).into())
        },
        "regexFind" | "mustRegexFind" => |call, args| {
            let (pattern, text) = (pattern(call, args)?, call.text(args, 1)?);
            let found = pattern.find(text.as_str());
            Ok(found.map_or_else(|| "".into(), |found| text.part(found.as_str()).into()))
        },
        "regexFindAll" | "mustRegexFindAll" => |call, args| {
            let (pattern, text, count) = (pattern(call, args)?, call.text(args, 1)?, call.integer(args, 2)?);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let found = pattern.find_iter(text.as_str()).take(count).map(|found| text.part(found.as_str()).into());
            Ok(found.collect::<Vec<Value>>().into())
        },
        "regexReplaceAll" | "mustRegexReplaceAll" => |call, args| replaced(call, args, false),
        "regexReplaceAllLiteral" | "mustRegexReplaceAllLiteral" => |call, args| replaced(call, args, true),
        "regexSplit" | "mustRegexSplit" => |call, args| {
            let (pattern, text, count) = (pattern(call, args)?, call.text(args, 1)?, call.integer(args, 2)?);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let parts = split(&pattern, text.as_str(), count).into_iter().map(|part| text.part(part).into());
            Ok(parts.collect::<Vec<Value>>().into())
        },
        "regexQuoteMeta" => |call, args| Ok(regex::escape(call.text(args, 0)?.as_str()).into()),
        _ => return None,
    })
}

/// The parts of a text between what matches, at most so many. As in Go, nothing is split off before an empty match at the
/// beginning or behind one at the end.
fn split<'t>(pattern: &Regex, text: &'t str, count: usize) -> Vec<&'t str> {
    if count == 0 {
        return Vec::new();
    }
    if !pattern.as_str().is_empty() && text.is_empty() {
        return vec![""];
    }
    let (mut parts, mut begin, mut end) = (Vec::new(), 0, 0);
    for found in pattern.find_iter(text) {
        if parts.len() == count - 1 {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(text.get(begin..end).unwrap_or_default());
        }
        begin = found.end();
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default());
    }
    parts
}

fn pattern(call: &mut Call<'_>, args: &[Value]) -> Result<Regex, Fault> {
    // Making one costs far more than using it.
    call.budget.steps(1000)?;
    let written = call.text(args, 0)?;
    let text = call.text(args, 1)?;
    call.budget.bytes(text.len())?;
    Regex::new(written.as_str()).map_err(|_| Fault::wrong(format!("`{}` is no regular expression", written.as_str())))
}

fn replaced(call: &mut Call<'_>, args: &[Value], literal: bool) -> Result<Value, Fault> {
    let (pattern, text, new) = (pattern(call, args)?, call.text(args, 1)?, call.text(args, 2)?);
    let count = pattern.find_iter(text.as_str()).count();
    call.budget.bytes(count.saturating_mul(new.len().saturating_add(text.len() / 8)))?;
    let replaced = if literal {
        pattern.replace_all(text.as_str(), regex::NoExpand(new.as_str()))
    } else {
        pattern.replace_all(text.as_str(), new.as_str())
    };
    Ok(Text::made(replaced, text.origin(0)).into())
}
