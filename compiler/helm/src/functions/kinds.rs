//! Functions that ask what a value is.

use super::Function;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "typeOf" => |call, args| Ok(call.any(args, 0)?.type_name().into()),
        "typeIs" => |call, args| {
            let wanted = call.text(args, 0)?;
            Ok((wanted.as_str() == call.any(args, 1)?.type_name()).into())
        },
        "typeIsLike" => |call, args| {
            let wanted = call.text(args, 0)?;
            Ok((wanted.as_str().trim_start_matches('*') == call.any(args, 1)?.type_name()).into())
        },
        "kindOf" => |call, args| Ok(call.any(args, 0)?.kind().into()),
        "kindIs" => |call, args| {
            let wanted = call.text(args, 0)?;
            Ok((wanted.as_str() == call.any(args, 1)?.kind()).into())
        },
        _ => return None,
    })
}
