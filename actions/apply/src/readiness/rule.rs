//! The tests of a rule, and how they are read.
//!
//! ```text
//! TEST   part {" and " part}
//! part   ["not "] one of
//!        always                          every object
//!        stale                           its controller has not seen the last change
//!        outdated                        a condition was written before the last change
//!        deleting                        it is being deleted
//!        PATH exists | PATH missing      whether a value is there that is not empty
//!        PATH OP VALUE{"|"VALUE}         OP: = != < <= > >= starts
//!        PATH OP PATH
//!        PATH halves                     whether `a/b` has the same on both sides
//!        PATH varies                     whether its values are not all the same
//!        some PATH: part                 whether it holds of an element; paths of the part then begin with a dot
//!        TYPE{"|"TYPE}=STATUS{"|"STATUS} [(["not "]REASON{"|"REASON})] [~TEXT] [current] [at PATH]
//! ```
//!
//! A path begins with spec, status, metadata, data, kind or apiVersion; anything else is the type of a condition. It may have
//! ` ?? VALUE` after it, which stands where nothing is. `*` in a type, a status, a reason or a value stands for any text.
//! `~TEXT` wants a text in the condition's message; `current` wants that it was written for the last change; `at` says where
//! the conditions are, if not under `status.conditions`.

use super::path::Path;

/// What a path begins with; anything else is the type of a condition.
const ROOTS: [&str; 8] = ["spec.", "status.", "status ", "metadata.", "data.", "kind ", "apiVersion ", "."];

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Different,
    Less,
    AtMost,
    More,
    AtLeast,
    Starts,
}

/// Longer ones first, since they are looked for in this order.
const OPERATORS: [(&str, Operator); 7] = [
    (" != ", Operator::Different),
    (" <= ", Operator::AtMost),
    (" >= ", Operator::AtLeast),
    (" = ", Operator::Equal),
    (" < ", Operator::Less),
    (" > ", Operator::More),
    (" starts ", Operator::Starts),
];

/// A path and what stands where nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operand {
    pub(super) path: Path,
    pub(super) default: Option<String>,
}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// One of these.
    Texts(Vec<String>),
    /// What lies at another path.
    Operand(Operand),
}

/// A condition that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) types: Vec<String>,
    pub(super) statuses: Vec<String>,
    pub(super) reasons: Option<Reasons>,
    pub(super) message: Option<String>,
    pub(super) is_current: bool,
    /// `None`: `status.conditions`, or the element of an `each`.
    pub(super) at: Option<Path>,
}

/// The reasons that a condition may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reasons {
    pub(super) are_excluded: bool,
    pub(super) patterns: Vec<String>,
}

/// One part of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Always,
    Stale,
    Outdated,
    Deleting,
    Exists(Path),
    Missing(Path),
    Compare(Operand, Operator, Right),
    Condition(Wanted),
    Halves(Path),
    Varies(Path),
    Some(Path, Box<Self>),
    Not(Box<Self>),
}

/// Reads a test; an error says which part of it is none.
pub(super) fn parse(test: &str) -> Result<Vec<Part>, String> {
    test.split(" and ").map(|part| parse_part(part.trim())).collect()
}

fn parse_part(text: &str) -> Result<Part, String> {
    if let Some(rest) = text.strip_prefix("not ") {
        return Ok(Part::Not(Box::new(parse_part(rest)?)));
    }
    if let Some(rest) = text.strip_prefix("some ") {
        let (path, part) = rest.split_once(": ").ok_or_else(|| format!("`{text}` lacks `: `"))?;
        return Ok(Part::Some(Path::parse(path)?, Box::new(parse_part(part)?)));
    }
    match text {
        "always" => return Ok(Part::Always),
        "stale" => return Ok(Part::Stale),
        "outdated" => return Ok(Part::Outdated),
        "deleting" => return Ok(Part::Deleting),
        _ => {}
    }
    if !ROOTS.iter().any(|root| text.starts_with(root)) {
        return parse_condition(text).map(Part::Condition);
    }
    if let Some(path) = text.strip_suffix(" exists") {
        return Path::parse(path).map(Part::Exists);
    }
    if let Some(path) = text.strip_suffix(" missing") {
        return Path::parse(path).map(Part::Missing);
    }
    if let Some(path) = text.strip_suffix(" varies") {
        return Path::parse(path).map(Part::Varies);
    }
    if let Some(path) = text.strip_suffix(" halves") {
        return Path::parse(path).map(Part::Halves);
    }
    let found = OPERATORS.iter().find_map(|(sign, operator)| Some((text.split_once(sign)?, *operator)));
    let ((left, right), operator) = found.ok_or_else(|| format!("`{text}` compares nothing"))?;
    let right = if ROOTS.iter().any(|root| root.ends_with('.') && right.starts_with(root) && !right.contains('|')) {
        Right::Operand(parse_operand(right)?)
    } else {
        Right::Texts(alternatives(right))
    };
    Ok(Part::Compare(parse_operand(left)?, operator, right))
}

fn parse_operand(text: &str) -> Result<Operand, String> {
    let (path, default) = match text.split_once(" ?? ") {
        Some((path, default)) => (path, Some(default.to_owned())),
        None => (text, None),
    };
    Ok(Operand { path: Path::parse(path.trim())?, default })
}

fn parse_condition(text: &str) -> Result<Wanted, String> {
    let (types, rest) = text.split_once('=').ok_or_else(|| format!("`{text}` is no test"))?;
    let end = rest.find([' ', '(']).unwrap_or(rest.len());
    let (statuses, mut rest) = rest.split_at(end);
    let mut wanted = Wanted {
        types: alternatives(types),
        statuses: alternatives(statuses),
        reasons: None,
        message: None,
        is_current: false,
        at: None,
    };
    if let Some(after) = rest.strip_prefix('(') {
        let (reasons, after) = after.split_once(')').ok_or_else(|| format!("`{text}` lacks `)`"))?;
        let excluded = reasons.strip_prefix("not ");
        wanted.reasons =
            Some(Reasons { are_excluded: excluded.is_some(), patterns: alternatives(excluded.unwrap_or(reasons)) });
        rest = after;
    }
    if let Some((before, path)) = rest.split_once(" at ") {
        wanted.at = Some(Path::parse(path)?);
        rest = before;
    }
    if let Some(before) = rest.strip_suffix(" current") {
        wanted.is_current = true;
        rest = before;
    }
    if let Some(message) = rest.trim().strip_prefix('~') {
        wanted.message = Some(message.to_owned());
        rest = "";
    }
    if rest.trim().is_empty() { Ok(wanted) } else { Err(format!("`{rest}` of `{text}` means nothing")) }
}

fn alternatives(text: &str) -> Vec<String> {
    text.split('|').map(|each| each.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_nothing_is_refused() {
        for wrong in ["", "Ready", "Ready=True(", "Ready=True later", "status.phase", "status. = x", "stale and never"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn parts_are_told_apart() {
        let parts =
            parse("Ready|Available=False|Unknown(not Pending|*Wait*) ~no node current at status.x[*].c").unwrap();
        let [Part::Condition(wanted)] = parts.as_slice() else { panic!("{parts:?}") };
        assert_eq!(wanted.types, ["Ready", "Available"]);
        assert_eq!(wanted.statuses, ["False", "Unknown"]);
        assert!(wanted.reasons.as_ref().is_some_and(|reasons| reasons.are_excluded && reasons.patterns.len() == 2));
        assert_eq!(wanted.message.as_deref(), Some("no node"));
        assert!(wanted.is_current && wanted.at.is_some());
        let parts =
            parse("not stale and status.ready ?? 0 < spec.replicas ?? 1 and status.phase = Running|Done").unwrap();
        assert!(matches!(parts[0], Part::Not(_)));
        assert!(
            matches!(&parts[1], Part::Compare(_, Operator::Less, Right::Operand(right)) if right.default.is_some())
        );
        assert!(matches!(&parts[2], Part::Compare(_, Operator::Equal, Right::Texts(texts)) if texts.len() == 2));
    }
}
