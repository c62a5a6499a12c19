//! Rules of custom resource definitions: the extension `x-kubernetes-validations`.

use std::cell::OnceCell;
use std::rc::Rc;

use design_cel::{Evaluator, Expression, TypedValue};
use design_vocabulary::{Path, Segment};
use serde_json::Value;

use crate::What;

/// Schemas are nested no deeper than this by people.
const DEEPEST: usize = 64;

/// The rules of a kind, where they stand in its schema.
pub(crate) struct Rules {
    evaluator: Rc<Evaluator>,
    root: Node,
    /// How many of them compare with the object as it was before: there is none.
    pub transitions: usize,
    /// Those that cannot be read: the rule and why.
    pub unread: Vec<(String, String)>,
    /// The expressions for messages that cannot be read, and why.
    pub unread_messages: Vec<(String, String)>,
}

/// A part of a schema with rules in it or below it.
#[derive(Default)]
struct Node {
    /// What the rules see is typed by it.
    schema: Value,
    rules: Vec<Rule>,
    properties: Vec<(String, Node)>,
    items: Option<Box<Node>>,
    values: Option<Box<Node>>,
}

struct Rule {
    text: String,
    expression: Expression,
    message: String,
    message_expression: Option<Expression>,
    field: Path,
    /// Whether `oldSelf` is an optional, so that the rule can be evaluated without an old object.
    is_optional: bool,
}

impl Rules {
    /// The rules of a structural schema; `None` where it has none.
    pub fn of(schema: &Value, evaluator: &OnceCell<Rc<Evaluator>>) -> Option<Self> {
        if !has_rules(schema, 0) {
            return None;
        }
        let evaluator = evaluator.get_or_init(|| Rc::new(Evaluator::new()));
        let mut rules = Self {
            evaluator: Rc::clone(evaluator),
            root: Node::default(),
            transitions: 0,
            unread: Vec::new(),
            unread_messages: Vec::new(),
        };
        rules.root = rules.node(schema, 0)?;
        Some(rules)
    }

    fn node(&mut self, schema: &Value, depth: usize) -> Option<Node> {
        if depth >= DEEPEST {
            return None;
        }
        let mut node = Node::default();
        let stated = schema.get("x-kubernetes-validations").and_then(Value::as_array);
        let before = self.transitions + self.unread.len();
        node.rules = stated.into_iter().flatten().filter_map(|rule| self.rule(rule)).collect();
        if !node.rules.is_empty() {
            node.schema = schema.clone();
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            node.properties.extend(self.node(property, depth + 1).map(|node| (name.clone(), node)));
        }
        node.items = schema.get("items").and_then(|items| self.node(items, depth + 1)).map(Box::new);
        node.values = schema.get("additionalProperties").and_then(|values| self.node(values, depth + 1)).map(Box::new);
        let is_empty = node.rules.is_empty()
            && node.properties.is_empty()
            && node.items.is_none()
            && node.values.is_none()
            && before == self.transitions + self.unread.len();
        (!is_empty).then_some(node)
    }

    fn rule(&mut self, rule: &Value) -> Option<Rule> {
        let text = rule.get("rule")?.as_str()?.to_owned();
        let string = |key: &str| rule.get(key).and_then(Value::as_str);
        let expression = match self.evaluator.compile(&text) {
            Ok(expression) => expression,
            Err(reason) => {
                self.unread.push((text, reason));
                return None;
            }
        };
        let is_optional = rule.get("optionalOldSelf").and_then(Value::as_bool) == Some(true);
        if expression.needs_old_object() && !is_optional {
            self.transitions += 1;
            return None;
        }
        let message_expression = string("messageExpression").and_then(|text| {
            let read = self.evaluator.compile(text);
            self.unread_messages.extend(read.as_ref().err().map(|reason| (text.to_owned(), reason.clone())));
            read.ok()
        });
        Some(Rule {
            message: string("message").map_or_else(String::new, |text| text.trim().to_owned()),
            message_expression,
            field: string("fieldPath").map(field_path).unwrap_or_default(),
            is_optional,
            text,
            expression,
        })
    }

    /// What the rules say of an object.
    pub fn judge(&self, instance: &Value, found: &mut Vec<(Path, What)>) {
        self.at(&self.root, instance, &mut Path::new(), found);
    }

    fn at(&self, node: &Node, value: &Value, path: &mut Path, found: &mut Vec<(Path, What)>) {
        if !node.rules.is_empty() {
            let typed = TypedValue::new(value, &node.schema);
            for rule in &node.rules {
                found.extend(self.broken(rule, &typed, path));
            }
        }
        match value {
            Value::Object(fields) => {
                for (name, below) in &node.properties {
                    // Where a default fills the field in, the author of the definition answers for it.
                    if let Some(value) = fields.get(name) {
                        path.push(Segment::from(name.as_str()));
                        self.at(below, value, path, found);
                        path.pop();
                    }
                }
                if let Some(below) = &node.values {
                    for (name, value) in fields {
                        path.push(Segment::from(name.as_str()));
                        self.at(below, value, path, found);
                        path.pop();
                    }
                }
            }
            Value::Array(elements) => {
                if let Some(below) = &node.items {
                    for (index, value) in elements.iter().enumerate() {
                        path.push(Segment::Index(index));
                        self.at(below, value, path, found);
                        path.pop();
                    }
                }
            }
            _ => {}
        }
    }

    fn broken(&self, rule: &Rule, value: &TypedValue, path: &[Segment]) -> Option<(Path, What)> {
        let what = match self.evaluator.holds(&rule.expression, value, rule.is_optional) {
            Ok(true) => return None,
            Ok(false) => {
                let made = rule.message_expression.as_ref().map(|text| self.evaluator.text(text, value));
                // A message that cannot be made gives way to the one that is written, as in the API server.
                let message = made.and_then(Result::ok).unwrap_or_else(|| rule.message.clone());
                What::Broken { message, rule: rule.text.clone() }
            }
            Err(reason) => What::Unevaluated { rule: rule.text.clone(), reason },
        };
        let mut path = path.to_vec();
        path.extend(rule.field.iter().cloned());
        Some((path, what))
    }
}

/// Whether a schema has any rule.
fn has_rules(schema: &Value, depth: usize) -> bool {
    let Some(fields) = schema.as_object().filter(|_| depth < DEEPEST) else { return false };
    fields.contains_key("x-kubernetes-validations")
        || ["items", "additionalProperties"]
            .iter()
            .filter_map(|keyword| fields.get(*keyword))
            .chain(fields.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.values()))
            .any(|below| has_rules(below, depth + 1))
}

/// A path as definitions write it: `.spec.list` or `.labels['a.b']`.
fn field_path(text: &str) -> Path {
    let mut path = Path::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("['") {
            let (name, behind) = quoted.split_once("']").unwrap_or((quoted, ""));
            path.push(Segment::from(name));
            rest = behind;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at(end);
            if name.is_empty() {
                break;
            }
            path.push(Segment::from(name));
            rest = behind;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_are_judged_where_they_stand() {
        let schema = json!({"type": "object", "properties": {"spec": {"type": "object",
            "x-kubernetes-validations": [
                {"rule": "self.min <= self.max", "message": "min is above max", "fieldPath": ".min"},
                {"rule": "self.max > 0", "messageExpression": "'max is ' + string(self.max)"},
                {"rule": "self.min == oldSelf.min"},
                {"rule": "self.min < 9", "messageExpression": "'it is ' +"},
                {"rule": "self.min ==="}],
            "properties": {"min": {"type": "integer"}, "max": {"type": "integer"},
                "list": {"type": "array", "items": {"type": "string",
                    "x-kubernetes-validations": [{"rule": "self.size() < 3"}]}}}}}});
        let rules = Rules::of(&schema, &OnceCell::new()).unwrap();
        assert_eq!((rules.transitions, rules.unread.len(), rules.unread_messages.len()), (1, 1, 1));
        let mut found = Vec::new();
        rules.judge(&json!({"spec": {"min": 1, "max": -1, "list": ["ab", "abc"]}}), &mut found);
        let paths: Vec<String> = found.iter().map(|(path, _)| design_vocabulary::display_path(path)).collect();
        assert_eq!(paths, ["spec.min", "spec", "spec.list[1]"]);
        assert!(matches!(&found[1].1, What::Broken { message, .. } if message == "max is -1"));
        assert!(Rules::of(&json!({"type": "object"}), &OnceCell::new()).is_none());
    }

    #[test]
    fn field_paths_are_read() {
        assert_eq!(field_path(".spec.a"), ["spec".into(), "a".into()]);
        assert_eq!(field_path(".labels['a.b'].c"), ["labels".into(), "a.b".into(), "c".into()]);
    }
}
