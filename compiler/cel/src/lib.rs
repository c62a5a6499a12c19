//! Rules of custom resource definitions (`x-kubernetes-validations`), in CEL with the functions that Kubernetes has.
//!
//! A rule is compiled once and evaluated against values that are typed by their schema. What an expression may cost is
//! bounded before it runs: its length, its depth, and the product of the lists that its loops run through. Nothing here reads a
//! clock.

mod cost;
mod library;
mod value;
mod wording;

use std::sync::Arc;

use cel::{Context, Env, Program, Value};
use serde_json::Value as Json;

/// The longest expression, in bytes.
const LONGEST: usize = 16 << 10;

/// The deepest nesting of brackets, and of choices in one expression.
const DEEPEST: usize = 24;

/// An expression that was read.
pub struct Expression {
    program: Program,
    cost: cost::Cost,
}

/// Where expressions are evaluated: the functions that they may call.
pub struct Evaluator {
    env: Arc<Env>,
    context: Context<'static, 'static>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new()
    }
}

impl Evaluator {
    /// An evaluator with the functions of Kubernetes.
    pub fn new() -> Self {
        let env = Arc::new(library::environment());
        let mut context = Context::with_env(Arc::clone(&env));
        library::functions(&mut context);
        Self { env, context }
    }

    /// Reads an expression. The error says why it cannot be read.
    pub fn compile(&self, text: &str) -> Result<Expression, String> {
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        // The parser goes one call deeper for each bracket and each choice, and a stack that is full ends the process.
        if depth(text) > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} deep"));
        }
        let program = self.env.compile(text).map_err(|errors| wording::unread(&errors, text))?;
        let cost = cost::Cost::of(program.expression());
        if cost.makes_lists {
            return Err("`lists.range` makes lists of any length, and is not evaluated".to_owned());
        }
        Ok(Expression { program, cost })
    }

    /// Evaluates an expression that must be true or false. `old` says that `oldSelf` is an optional without a value, as it is
    /// while an object is created.
    pub fn holds(&self, expression: &Expression, value: &TypedValue, old: bool) -> Result<bool, String> {
        match self.evaluate(expression, value, old)? {
            Value::Bool(holds) => Ok(holds),
            other => Err(format!("it gives {}, not true or false", other.type_of())),
        }
    }

    /// Evaluates an expression that must be a text.
    pub fn text(&self, expression: &Expression, value: &TypedValue) -> Result<String, String> {
        match self.evaluate(expression, value, true)? {
            Value::String(text) => Ok(text.to_string()),
            other => Err(format!("it gives {}, not a text", other.type_of())),
        }
    }

    fn evaluate(&self, expression: &Expression, value: &TypedValue, old: bool) -> Result<Value, String> {
        expression.cost.allows(value.largest)?;
        let mut scope = self.context.new_inner_scope();
        scope.add_variable_from_value("self", value.value.clone());
        if old {
            scope.add_variable_from_value("oldSelf", library::none());
        }
        expression.program.execute(&scope).map_err(|error| wording::failed(&error))
    }
}

impl Expression {
    /// Whether the expression looks at the object as it was before.
    pub fn needs_old_object(&self) -> bool {
        self.program.references().has_variable("oldSelf")
    }
}

/// A value as expressions see it.
#[derive(Clone, Debug)]
pub struct TypedValue {
    value: Value,
    /// How many elements the largest list or mapping in it has, and how long its longest text is in kilobytes.
    largest: usize,
}

impl TypedValue {
    /// A value typed by its schema, a structural schema of Kubernetes.
    pub fn new(value: &Json, schema: &Json) -> Self {
        Self { value: value::typed(value, schema), largest: cost::largest(value) }
    }
}

/// How deep brackets are nested in an expression, or how many choices (`? :`) it has, whichever is more. Quoted texts do not
/// count.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest, mut choices) = (0usize, 0, 0);
    let mut quote = None;
    let mut is_escaped = false;
    for letter in text.chars() {
        match (quote, letter) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), letter) if mark == letter => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[' | '{') => {
                open += 1;
                deepest = deepest.max(open);
            }
            (None, ')' | ']' | '}') => open = open.saturating_sub(1),
            (None, '?') => choices += 1,
            // Inside a quoted text, and what nests nothing.
            _ => {}
        }
    }
    deepest.max(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_are_no_depth() {
        assert_eq!(depth("f(a[b], [c])"), 2);
        assert_eq!(depth(r#"a.matches('((\'((') && "[[" != '"('"#), 1);
        assert_eq!(depth("a ? b : c ? d : e"), 2);
    }
}
