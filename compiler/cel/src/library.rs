//! The functions that rules may call: those of CEL, and the libraries that Kubernetes adds.
//!
//! The names and their meaning are those of Kubernetes' page "Common Expression Language in Kubernetes". `authorizer`, which
//! asks a cluster, is not there.

mod lists;
mod net;
mod quantity;
mod semver;
mod text;
mod url;

use std::sync::Arc;

use cel::extractors::{Arguments, This};
use cel::objects::OptionalValue;
use cel::{Context, Env, ExecutionError, Value, extensions};

/// What a function gives.
type Answer = Result<Value, ExecutionError>;

/// What declaring a function gives: that its name is free. The names are ours, and a test calls each of them.
type Declared = Result<(), cel::DeclarationError>;

/// The language: CEL with its libraries of strings, lists, numbers and encodings.
pub(crate) fn environment() -> Env {
    let mut env = Env::stdlib();
    // Two libraries that declare one name twice would be found by the tests.
    for declared in [
        env.add_extension(extensions::strings),
        env.add_extension(extensions::math),
        env.add_extension(extensions::encoders),
        env.add_extension(extensions::lists),
        lists::overloads(&mut env),
    ] {
        debug_assert!(declared.is_ok(), "{declared:?}");
    }
    env
}

/// The libraries of Kubernetes.
pub(crate) fn functions(context: &mut Context<'static, 'static>) {
    for declare in [lists::declare, text::declare, quantity::declare, net::declare, url::declare, semver::declare] {
        let declared: Declared = declare(context);
        debug_assert!(declared.is_ok(), "{declared:?}");
    }
}

/// An optional without a value.
pub(crate) fn none() -> Value {
    Value::Opaque(Arc::new(OptionalValue::none()))
}

/// An optional with a value.
fn some(value: Value) -> Value {
    Value::Opaque(Arc::new(OptionalValue::of(value)))
}

/// Declares a function with one argument, or a method without any.
fn one(context: &mut Context<'static, 'static>, name: &'static str, work: fn(&Value) -> Answer) -> Declared {
    context.add_function(name, move |This(value): This<Value>| work(&value))
}

/// Declares a method with arguments; called as a function, the first argument is what it is called on.
fn method(
    context: &mut Context<'static, 'static>,
    name: &'static str,
    work: fn(&Value, &[Value]) -> Answer,
) -> Declared {
    context
        .add_function(name, move |This(value): This<Value>, Arguments(arguments): Arguments| work(&value, &arguments))
}

/// An error of a function.
fn failure(function: &str, message: impl std::fmt::Display) -> ExecutionError {
    ExecutionError::function_error(function, format!("{message}"))
}

fn text_of<'a>(function: &str, value: &'a Value) -> Result<&'a str, ExecutionError> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(failure(function, format_args!("takes a string, not {}", other.type_of()))),
    }
}

fn argument<'a>(function: &str, arguments: &'a [Value], index: usize) -> Result<&'a Value, ExecutionError> {
    arguments.get(index).ok_or_else(|| failure(function, "has too few arguments"))
}

fn string(text: impl Into<String>) -> Value {
    Value::String(Arc::new(text.into()))
}
