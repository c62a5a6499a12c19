//! Texts: `find` and `findAll` by regular expressions, and the formats of Kubernetes' names.

use cel::{Context, ExecutionError, Value};
use regex::{Regex, RegexBuilder};

use super::{Declared, argument, failure, method, none, some, string, text_of};

/// How large a regular expression may become, in bytes.
const LARGEST: usize = 1 << 20;

pub(super) fn declare(context: &mut Context<'static, 'static>) -> Declared {
    method(context, "find", |text, arguments| {
        let (text, expression) = subject("find", text, arguments)?;
        Ok(string(expression.find(text).map_or("", |found| found.as_str())))
    })?;
    method(context, "findAll", |text, arguments| {
        let (text, expression) = subject("findAll", text, arguments)?;
        let most = match arguments.get(1) {
            Some(Value::Int(most)) => usize::try_from(*most).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        Ok(super::lists::texts(expression.find_iter(text).take(most).map(|found| found.as_str())))
    })?;
    for (name, format) in [
        ("format.dns1123Label", "dns1123Label"),
        ("format.dns1123Subdomain", "dns1123Subdomain"),
        ("format.dns1035Label", "dns1035Label"),
        ("format.qualifiedName", "qualifiedName"),
        ("format.labelValue", "labelValue"),
    ] {
        context.add_function(name, move || string(format))?;
    }
    // A format is its name; validating gives an optional list of what is wrong.
    method(context, "validate", |format, arguments| {
        let format = text_of("validate", format)?;
        let text = text_of("validate", argument("validate", arguments, 0)?)?;
        let is_valid = match format {
            "dns1123Label" => is_label(text, |first| first.is_ascii_lowercase() || first.is_ascii_digit()),
            "dns1035Label" => is_label(text, |first| first.is_ascii_lowercase()),
            "dns1123Subdomain" => is_subdomain(text),
            "labelValue" => text.is_empty() || is_name(text),
            "qualifiedName" => match text.split_once('/') {
                Some((prefix, name)) => is_subdomain(prefix) && is_name(name),
                None => is_name(text),
            },
            other => return Err(failure("validate", format_args!("there is no format `{other}`"))),
        };
        Ok(if is_valid { none() } else { some(super::lists::texts([format!("`{text}` is no {format}").as_str()])) })
    })
}

fn subject<'a>(function: &str, text: &'a Value, arguments: &[Value]) -> Result<(&'a str, Regex), ExecutionError> {
    let expression = text_of(function, argument(function, arguments, 0)?)?;
    let compiled = RegexBuilder::new(expression).size_limit(LARGEST).build();
    let compiled = compiled.map_err(|_| failure(function, format_args!("cannot read `{expression}`")))?;
    Ok((text_of(function, text)?, compiled))
}

fn is_label(text: &str, begins: fn(char) -> bool) -> bool {
    let is_inner = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    text.len() <= 63 && text.starts_with(begins) && text.chars().all(is_inner) && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    let is_part = |part: &str| is_label(part, |first| first.is_ascii_lowercase() || first.is_ascii_digit());
    text.len() <= 253 && text.split('.').all(is_part)
}

fn is_name(text: &str) -> bool {
    let is_inner = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let is_end = |letter: char| letter.is_ascii_alphanumeric();
    text.len() <= 63 && text.starts_with(is_end) && text.ends_with(is_end) && text.chars().all(is_inner)
}
