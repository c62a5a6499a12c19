//! What parameters and references to them met, in words.

use design_parameters::Problem;
use design_vocabulary::Finding;

use crate::rules;

/// Words what reading, giving or using parameters met.
pub fn word_parameters(problem: &Problem) -> Finding {
    match problem {
        Problem::UnknownParameter { path, nearest, span } => {
            rules::unknown_parameter::finding(path, nearest.as_deref(), *span)
        }
        Problem::Missing { name, span, used } => rules::missing_parameter::finding(name, *used, *span),
        Problem::WrongValue { path, reason, span, declared } => {
            rules::wrong_parameter::finding(path, reason, *declared, *span)
        }
        Problem::UnknownValue { name, nearest, span } => rules::unknown_value::finding(name, nearest.as_deref(), *span),
        Problem::SecretOutside { name, span, declared } => rules::secret_outside::finding(name, *declared, *span),
        Problem::Undeclarable { reason, span } => rules::undeclarable_parameter::finding(reason, *span),
        Problem::UnknownEnvironment { name, nearest, span } => {
            rules::unknown_environment::finding(name, nearest.as_deref(), *span)
        }
        Problem::EnvironmentCircle { names, span } => rules::environments_in_a_circle::finding(names, *span),
        Problem::NotInEnvironment { what, nearest, span } => rules::not_in_environment::finding(what, *nearest, *span),
        Problem::NotUnderstood { what, span } => rules::reference_not_understood::finding(what, *span),
        Problem::Unused { name, span } => rules::unused_parameter::finding(name, *span),
        Problem::SecretWritten { name, span } => rules::secret_written::finding(name, *span),
        Problem::NoField { path, what, span } => rules::no_such_field::finding(path, what, *span),
        Problem::TooMuch { allowed, span } => {
            rules::limit_passed::finding(design_syntax::Limit::References, *allowed, *span)
        }
        Problem::SecretNotPassed { what, span } => rules::secret_not_passed::finding(what, *span),
        Problem::UnknownKeyword { keyword, nearest, span } => rules::unknown_keyword::finding(keyword, *nearest, *span),
    }
}
