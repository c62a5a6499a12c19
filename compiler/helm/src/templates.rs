//! Parsed templates by name.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use design_syntax::SourceText;
use design_vocabulary::Span;
use gotmpl::TemplateError;
use gotmpl::parse::{ListNode, Parser, Pos};

use crate::fault::Fault;
use crate::prepare::prepare;
use crate::text::Text;

/// The text that templates were parsed from.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A file of the chart.
    File(Arc<SourceText>),
    /// A text that `tpl` was given, and the place of the call.
    Inside(Text, Option<Span>),
}

/// A template: what it writes, and where that was written.
#[derive(Debug)]
pub(crate) struct Template {
    pub body: ListNode,
    pub origin: Rc<Origin>,
}

/// Templates by name. A text of `tpl` may define more, which are known while it is rendered.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    scopes: Vec<BTreeMap<String, Rc<Template>>>,
}

impl Origin {
    pub fn text(&self) -> &str {
        match self {
            Self::File(source) => source.text(),
            Self::Inside(text, _) => text.as_str(),
        }
    }

    /// The place of a range of the text.
    pub fn span(&self, start: usize, end: usize) -> Option<Span> {
        match self {
            Self::File(source) => Some(Span::new(source.id(), to_u32(start), to_u32(end))),
            Self::Inside(text, call) => text.origin_of(start..end).or(*call),
        }
    }

    /// The place of the action that a position lies in, up to its end or that of its line.
    pub fn action(&self, at: Pos) -> Option<Span> {
        let rest = self.text().get(at.offset..).unwrap_or_default();
        let end = rest.find("}}").unwrap_or(rest.len()).min(rest.find('\n').unwrap_or(rest.len()));
        let action = rest.get(..end).unwrap_or_default().trim_end().trim_end_matches('-').trim_end();
        self.span(at.offset, at.offset + action.len())
    }
}

impl Templates {
    pub fn get(&self, name: &str) -> Option<Rc<Template>> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name)).map(Rc::clone)
    }

    /// Parses a text. What it defines is known from now on, and it itself under its name.
    pub fn add(&mut self, name: &str, origin: Origin) -> Result<(), Fault> {
        if self.scopes.is_empty() {
            self.scopes.push(BTreeMap::new());
        }
        let template = self.define(origin)?;
        self.insert(name, template);
        Ok(())
    }

    /// Parses a text of `tpl`. What it defines is known until [`Templates::leave`].
    pub fn enter(&mut self, origin: Origin) -> Result<Rc<Template>, Fault> {
        self.scopes.push(BTreeMap::new());
        self.define(origin)
    }

    /// Forgets what the last text of `tpl` defined.
    pub fn leave(&mut self) {
        self.scopes.pop();
    }

    fn insert(&mut self, name: &str, template: Rc<Template>) {
        let Some(scope) = self.scopes.last_mut() else { return };
        // An empty body replaces none that says something.
        if !(template.body.is_empty_tree() && scope.contains_key(name)) {
            scope.insert(name.to_owned(), template);
        }
    }

    fn define(&mut self, origin: Origin) -> Result<Rc<Template>, Fault> {
        let origin = Rc::new(origin);
        let at = |start: usize| {
            let line = origin.text().get(start..).and_then(|rest| rest.find('\n')).unwrap_or(0);
            origin.span(start, start + line)
        };
        let prepared = prepare(origin.text()).map_err(|(what, start)| Fault { at: at(start), ..Fault::wrong(what) })?;
        let parsed = Parser::new(&prepared, "{{", "}}").and_then(Parser::parse);
        let (body, defines) = parsed.map_err(|error| {
            let (start, what) = described(&error, &prepared);
            Fault { at: at(start), ..Fault::wrong(what) }
        })?;
        for define in defines {
            let template = Rc::new(Template { body: define.body, origin: Rc::clone(&origin) });
            self.insert(&define.name, template);
        }
        Ok(Rc::new(Template { body, origin }))
    }
}

/// Where an error of the parser is, and what it says.
fn described(error: &TemplateError, text: &str) -> (usize, String) {
    match error {
        TemplateError::Parse { line, col, message, .. } | TemplateError::Lex { line, col, message, .. } => {
            let before = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
            let rest = text.get(before..).unwrap_or_default();
            let within = rest.chars().take(col.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
            (before + within, message.clone())
        }
        other => (0, other.to_string()),
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
