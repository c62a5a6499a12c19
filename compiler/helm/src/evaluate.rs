//! Renders templates: an evaluation of the parsed templates under Go's rules, which knows where every byte comes from.

use std::collections::HashMap;
use std::rc::Rc;

use design_vocabulary::Span;
use gotmpl::parse::{BranchNode, CommandNode, Expr, ListNode, Node, Number, PipeNode, Pos, SmolStr};

use crate::budget::Budget;
use crate::fault::{Cause, Fault};
use crate::functions::{Function, noun};
use crate::print::shown;
use crate::templates::{Origin, Template, Templates};
use crate::text::Text;
use crate::value::{Data, Map, Value};

/// Templates, branches and parentheses inside each other.
const DEPTH: usize = 2000;

/// What Go writes for nothing; Helm takes it out of what was rendered.
pub(crate) const NO_VALUE: &str = "<no value>";

/// Renders templates that may call each other.
#[derive(Debug, Default)]
pub(crate) struct Renderer {
    pub templates: Templates,
    pub budget: Budget,
    /// Functions that were called before, by name.
    pub functions: HashMap<SmolStr, Function>,
    depth: usize,
}

/// One template that is being rendered: its text, and its variables, the inner ones last.
pub(crate) struct Frame {
    origin: Rc<Origin>,
    variables: Vec<(SmolStr, Value)>,
}

/// How a list of nodes ended.
#[derive(PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl Frame {
    fn get(&self, name: &str) -> Option<&Value> {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn declare(&mut self, pipe: &PipeNode, index: usize, value: Value) -> Result<(), Fault> {
        let Some(name) = pipe.decl.get(index) else { return Ok(()) };
        if !pipe.is_assign {
            self.variables.push((name.clone(), value));
            return Ok(());
        }
        let known = self.variables.iter_mut().rev().find(|(known, _)| known == name);
        let (_, slot) = known.ok_or_else(|| Fault::wrong(format!("there is no variable `{name}`")))?;
        *slot = value;
        Ok(())
    }

    /// The place of the action that a position lies in.
    pub fn action(&self, at: Pos) -> Option<Span> {
        self.origin.action(at)
    }
}

impl Renderer {
    /// What a template that is known by its name writes.
    pub fn render(&mut self, name: &str, dot: &Value) -> Result<Text, Fault> {
        let template = self.templates.get(name);
        let template = template.ok_or_else(|| Fault::wrong(format!("there is no template `{name}`")))?;
        self.budget.begin();
        Ok(self.run(&template, dot)?.without(NO_VALUE))
    }

    pub(crate) fn run(&mut self, template: &Template, dot: &Value) -> Result<Text, Fault> {
        let mut frame =
            Frame { origin: Rc::clone(&template.origin), variables: vec![(SmolStr::new_static("$"), dot.clone())] };
        let mut output = Text::default();
        self.nested(|renderer| renderer.list(&mut frame, &template.body, dot, &mut output))?;
        Ok(output)
    }

    fn nested<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= DEPTH {
            return Err(Cause::Limit("templates that call each other without an end").into());
        }
        self.depth += 1;
        let result = body(self);
        self.depth -= 1;
        result
    }

    fn list(&mut self, frame: &mut Frame, list: &ListNode, dot: &Value, output: &mut Text) -> Result<Flow, Fault> {
        for node in &list.nodes {
            match self.node(frame, node, dot, output)? {
                Flow::Next => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, frame: &mut Frame, node: &Node, dot: &Value, output: &mut Text) -> Result<Flow, Fault> {
        self.budget.steps(1)?;
        match node {
            Node::Text(text) => {
                self.budget.bytes(text.text.len())?;
                push_written(frame, text.pos.offset, &text.text, output);
            }
            Node::Action(action) => {
                let value = self.pipeline(frame, dot, &action.pipe)?;
                if action.pipe.decl.is_empty() {
                    self.budget.walk(&value)?;
                    let at = frame.action(action.pos);
                    let text = if value.is_nil() { Text::plain(NO_VALUE) } else { shown(&value) };
                    self.budget.bytes(text.len())?;
                    output.push_text(&text, at);
                }
            }
            Node::If(branch) => return self.branch(frame, branch, dot, output, false),
            Node::With(branch) => return self.branch(frame, branch, dot, output, true),
            Node::Range(branch) => return self.range(frame, branch, dot, output),
            Node::Template(call) => {
                let value = match &call.pipe {
                    Some(pipe) => self.pipeline(frame, dot, pipe)?,
                    None => Value::NIL,
                };
                let at = frame.action(call.pos);
                let template = self.templates.get(&call.name);
                let template = template
                    .ok_or_else(|| Fault { at, ..Fault::wrong(format!("there is no template `{}`", call.name)) })?;
                let text = self.run(&template, &value)?;
                output.push_text(&text, at);
            }
            // Definitions were taken when the text was parsed.
            Node::Define(_) => {}
            Node::List(list) => return self.list(frame, list, dot, output),
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn branch(
        &mut self,
        frame: &mut Frame,
        branch: &BranchNode,
        dot: &Value,
        output: &mut Text,
        with: bool,
    ) -> Result<Flow, Fault> {
        let outer = frame.variables.len();
        let flow = self.nested(|renderer| {
            let value = renderer.pipeline(frame, dot, &branch.pipe)?;
            if value.is_true() {
                let inner = if with { &value } else { dot };
                return renderer.list(frame, &branch.body, inner, output);
            }
            match &branch.else_body {
                Some(list) => renderer.list(frame, list, dot, output),
                None => Ok(Flow::Next),
            }
        });
        frame.variables.truncate(outer);
        flow
    }

    fn range(&mut self, frame: &mut Frame, branch: &BranchNode, dot: &Value, output: &mut Text) -> Result<Flow, Fault> {
        let outer = frame.variables.len();
        let flow = self.nested(|renderer| {
            let value = renderer.evaluate(frame, dot, &branch.pipe)?;
            let at = frame.action(branch.pos);
            let elements = renderer.elements(&value).map_err(|fault| Fault { at: fault.at.or(at), ..fault })?;
            if elements.is_empty() {
                return match &branch.else_body {
                    Some(list) => renderer.list(frame, list, dot, output),
                    None => Ok(Flow::Next),
                };
            }
            for (key, element) in elements {
                renderer.budget.steps(1)?;
                let inner = frame.variables.len();
                if branch.pipe.decl.len() > 1 {
                    frame.declare(&branch.pipe, 0, key)?;
                    frame.declare(&branch.pipe, 1, element.clone())?;
                } else {
                    frame.declare(&branch.pipe, 0, element.clone())?;
                }
                let flow = renderer.list(frame, &branch.body, &element, output)?;
                frame.variables.truncate(inner);
                if flow == Flow::Break {
                    break;
                }
            }
            Ok(Flow::Next)
        });
        frame.variables.truncate(outer);
        flow
    }

    /// The keys and elements that a loop goes through.
    fn elements(&mut self, value: &Value) -> Result<Vec<(Value, Value)>, Fault> {
        let numbered =
            |count: usize| (0..count).map(|index| Data::Int(i64::try_from(index).unwrap_or(i64::MAX)).into());
        Ok(match &value.data {
            Data::Nil => Vec::new(),
            Data::Map(map) => map.entries().into_iter().map(|(key, value)| (key.as_ref().into(), value)).collect(),
            Data::Files(files) => {
                files.iter().map(|(path, bytes)| (path.as_ref().into(), Data::Bytes(Rc::clone(bytes)).into())).collect()
            }
            Data::Int(count) | Data::Int64(count) => {
                let count = usize::try_from(*count).unwrap_or(0);
                self.budget.steps(count)?;
                numbered(count).map(|number: Value| (number.clone(), number)).collect()
            }
            _ => {
                let list = value.as_list();
                let list = list.ok_or_else(|| Fault::wrong(format!("`range` cannot go through {}", noun(value))))?;
                self.budget.steps(list.iter().len())?;
                numbered(list.iter().len()).zip(list.iter().cloned()).collect()
            }
        })
    }

    fn pipeline(&mut self, frame: &mut Frame, dot: &Value, pipe: &PipeNode) -> Result<Value, Fault> {
        let value = self.evaluate(frame, dot, pipe)?;
        frame.declare(pipe, 0, value.clone()).map_err(|fault| at(fault, frame.action(pipe.pos)))?;
        Ok(value)
    }

    /// A pipeline without its declarations.
    fn evaluate(&mut self, frame: &mut Frame, dot: &Value, pipe: &PipeNode) -> Result<Value, Fault> {
        let mut value: Option<Value> = None;
        for command in &pipe.commands {
            let result = self.command(frame, dot, command, value.take());
            value = Some(result.map_err(|fault| at(fault, frame.action(command.pos)))?);
        }
        value.ok_or_else(|| Fault::wrong("the action is empty"))
    }

    fn command(
        &mut self,
        frame: &mut Frame,
        dot: &Value,
        command: &CommandNode,
        piped: Option<Value>,
    ) -> Result<Value, Fault> {
        self.budget.steps(1)?;
        let Some((first, rest)) = command.args.split_first() else { return Err(Fault::wrong("the action is empty")) };
        match first {
            Expr::Identifier(_, name) => self.call(frame, dot, name, rest, piped),
            Expr::Chain(_, inner, fields) if matches!(**inner, Expr::Identifier(..)) => {
                let Expr::Identifier(_, name) = inner.as_ref() else { return Ok(Value::NIL) };
                let value = self.call(frame, dot, name, rest, piped)?;
                self.fields(value, fields, &[])
            }
            Expr::Field(_, fields) => {
                let args = self.arguments(frame, dot, rest, piped)?;
                self.fields(dot.clone(), fields, &args)
            }
            Expr::Variable(_, name, fields) if !fields.is_empty() => {
                let args = self.arguments(frame, dot, rest, piped)?;
                let value = variable(frame, name)?;
                self.fields(value, fields, &args)
            }
            Expr::Chain(_, inner, fields) => {
                let value = self.expression(frame, dot, inner)?;
                let args = self.arguments(frame, dot, rest, piped)?;
                self.fields(value, fields, &args)
            }
            _ if rest.is_empty() && piped.is_none() => match first {
                Expr::Nil(_) => Err(Fault::wrong("`nil` is no command")),
                _ => self.expression(frame, dot, first),
            },
            _ => Err(Fault::wrong("what is no function takes no arguments")),
        }
    }

    pub(crate) fn arguments(
        &mut self,
        frame: &mut Frame,
        dot: &Value,
        written: &[Expr],
        piped: Option<Value>,
    ) -> Result<Vec<Value>, Fault> {
        let mut args = Vec::with_capacity(written.len() + 1);
        for argument in written {
            args.push(self.expression(frame, dot, argument)?);
        }
        args.extend(piped);
        Ok(args)
    }

    pub(crate) fn expression(&mut self, frame: &mut Frame, dot: &Value, expression: &Expr) -> Result<Value, Fault> {
        match expression {
            Expr::Dot(_) => Ok(dot.clone()),
            Expr::Field(_, fields) => self.fields(dot.clone(), fields, &[]),
            Expr::Variable(_, name, fields) => {
                let value = variable(frame, name)?;
                self.fields(value, fields, &[])
            }
            Expr::Identifier(_, name) => self.call(frame, dot, name, &[], None),
            Expr::String(_, text) => Ok(text.as_ref().into()),
            Expr::Number(_, Number::Int(number)) => Ok(Data::Int(*number).into()),
            Expr::Number(_, Number::Float(number)) => Ok(Data::Float(*number).into()),
            Expr::Number(_, Number::Uint(number)) => Err(Fault::wrong(format!("{number} is too large"))),
            Expr::Bool(_, truth) => Ok((*truth).into()),
            Expr::Nil(_) => Ok(Value::NIL),
            Expr::Pipe(_, pipe) => self.nested(|renderer| renderer.pipeline(frame, dot, pipe)),
            Expr::Chain(_, inner, fields) => {
                let value = self.expression(frame, dot, inner)?;
                self.fields(value, fields, &[])
            }
        }
    }
}

/// Gives a fault a place, where it has none.
fn at(fault: Fault, place: Option<Span>) -> Fault {
    match place {
        Some(place) => fault.or_at(place),
        None => fault,
    }
}

fn variable(frame: &Frame, name: &str) -> Result<Value, Fault> {
    frame.get(name).cloned().ok_or_else(|| Fault::wrong(format!("there is no variable `{name}`")))
}

/// Writes a text node. Its position is that before blanks were trimmed.
fn push_written(frame: &Frame, at: usize, text: &str, output: &mut Text) {
    let rest = frame.origin.text().get(at..).unwrap_or_default();
    let trimmed = if rest.starts_with(text) { 0 } else { rest.len() - rest.trim_start().len() };
    let start = at + trimmed;
    match frame.origin.as_ref() {
        Origin::File(_) => {
            if let Some(span) = frame.origin.span(start, start + text.len()) {
                output.push_written(text, span);
            }
        }
        Origin::Inside(whole, call) => output.push_text(&whole.slice(start..start + text.len()), *call),
    }
}

/// The context of a template: `.Values`, `.Chart` and so on.
pub(crate) fn context(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Map {
    entries.into_iter().map(|(name, value)| (Rc::from(name), value)).collect()
}
