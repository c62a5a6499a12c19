//! What an expression may cost, before it is evaluated.
//!
//! CEL has no loops but comprehensions, so the steps of an expression are at most its nodes, each as often as the
//! comprehensions around it run: the size of the largest list, once for each of them.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr};
use serde_json::Value;

/// The most steps.
const MOST: f64 = 2e6;

/// What is known of the cost of an expression.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    nodes: u32,
    /// How deep comprehensions are nested, by what each of them runs through as well.
    depth: i32,
    /// The elements of the longest list that the expression itself writes.
    longest: usize,
    /// Whether it makes lists whose length nothing bounds.
    pub makes_lists: bool,
}

impl Cost {
    /// The cost of an expression.
    pub fn of(expression: &IdedExpr) -> Self {
        let mut cost = Self::default();
        cost.add(expression, 0);
        cost
    }

    /// Whether the expression may be evaluated on a value whose largest part has so many elements.
    pub fn allows(self, largest: usize) -> Result<(), String> {
        let size = u32::try_from(largest.max(self.longest).max(1)).unwrap_or(u32::MAX);
        let steps = f64::from(self.nodes) * f64::from(size).powi(self.depth);
        if steps <= MOST { Ok(()) } else { Err(format!("it could take {steps:.0} steps, and {MOST:.0} are allowed")) }
    }

    fn add(&mut self, expression: &IdedExpr, depth: i32) {
        self.nodes = self.nodes.saturating_add(1);
        self.depth = self.depth.max(depth);
        match &expression.expr {
            Expr::Call(call) => {
                let of =
                    call.target.as_ref().is_some_and(|of| matches!(&of.expr, Expr::Ident(name) if name == "lists"));
                self.makes_lists |= call.func_name == "lists.range" || (of && call.func_name == "range");
                for inner in call.target.iter().map(AsRef::as_ref).chain(&call.args) {
                    self.add(inner, depth);
                }
            }
            Expr::Comprehension(comprehension) => {
                self.add(&comprehension.iter_range, depth);
                self.add(&comprehension.accu_init, depth);
                for inner in [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result] {
                    self.add(inner, depth + 1);
                }
            }
            Expr::List(list) => {
                self.longest = self.longest.max(list.elements.len());
                list.elements.iter().for_each(|element| self.add(element, depth));
            }
            Expr::Map(map) => self.entries(&map.entries, depth),
            Expr::Struct(object) => self.entries(&object.entries, depth),
            Expr::Select(select) => self.add(&select.operand, depth),
            _ => {}
        }
    }

    fn entries(&mut self, entries: &[cel::common::ast::IdedEntryExpr], depth: i32) {
        self.longest = self.longest.max(entries.len());
        for entry in entries {
            match &entry.expr {
                EntryExpr::StructField(field) => self.add(&field.value, depth),
                EntryExpr::MapEntry(entry) => {
                    self.add(&entry.key, depth);
                    self.add(&entry.value, depth);
                }
            }
        }
    }
}

/// The size of the largest part of a value: the elements of a list or a mapping, or the kilobytes of a text.
pub(crate) fn largest(value: &Value) -> usize {
    match value {
        Value::Array(elements) => elements.iter().map(largest).max().unwrap_or_default().max(elements.len()),
        Value::Object(fields) => fields.values().map(largest).max().unwrap_or_default().max(fields.len()),
        Value::String(text) => text.len() >> 10,
        _ => 0,
    }
}
