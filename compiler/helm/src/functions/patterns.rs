//! Functions of regular expressions. Go's syntax is that of the crate that is used here, but for rare classes.

use regex::Regex;

use super::{Call, Function};
use crate::fault::Fault;
use crate::text::Text;
use crate::value::Value;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "regexMatch" | "mustRegexMatch" => |call, args| {
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
            let parts = pattern.splitn(text.as_str(), count).map(|part| text.part(part).into());
            Ok(parts.collect::<Vec<Value>>().into())
        },
        "regexQuoteMeta" => |call, args| Ok(regex::escape(call.text(args, 0)?.as_str()).into()),
        _ => return None,
    })
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
