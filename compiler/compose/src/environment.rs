//! The variables of a project.

use crate::interpolate::Variables;
use crate::{Files, Problem, Unreadable, dotenv, join};
use design_vocabulary::Span;

/// The variables of a folder: those that are `given`, then those of its environment files, by default `.env`. Only named
/// files have to be there.
pub(crate) fn variables(
    files: &mut dyn Files,
    folder: &str,
    named: &[(String, Span)],
    given: &Variables,
    problems: &mut Vec<Problem>,
) -> Variables {
    let mut found = Variables::new();
    if named.is_empty()
        && let Ok(source) = files.read(&join(folder, ".env"))
    {
        add(&mut found, source.text(), given);
    }
    for (path, span) in named {
        match files.read(path) {
            Ok(source) => add(&mut found, source.text(), given),
            Err(error) => problems.push(absent(path, "environment file", error, *span)),
        }
    }
    found.extend(given.clone());
    found
}

fn add(found: &mut Variables, text: &str, given: &Variables) {
    let known: Variables = found.clone().into_iter().chain(given.clone()).collect();
    found.extend(dotenv::parse(text, &known).0);
}

/// A file that cannot be read.
pub(crate) fn absent(path: &str, purpose: &'static str, error: Unreadable, span: Span) -> Problem {
    let reason = match error {
        Unreadable::Absent => None,
        Unreadable::Other(reason) => Some(reason),
    };
    Problem::AbsentFile { path: path.to_owned(), purpose, reason, span }
}
