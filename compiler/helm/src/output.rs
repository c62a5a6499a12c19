//! What templates wrote, as objects with the places of their values.

use std::sync::Arc;

use design_source::{Loaded, Traced};
use design_syntax::{Kind, Limits, NodeRef, Problem as Syntax, Rules, SourceText, key_text, lower, parse};
use design_vocabulary::{FileId, Span, Value};

use crate::problem::{ChartFault, Problem};
use crate::render::Skipped;
use crate::text::Text;

/// The annotation of a hook.
const HOOK: &str = "helm.sh/hook";

/// The file number of a text that lies in no file.
const NOWHERE: FileId = FileId(u32::MAX);

/// What a file of a chart wrote.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// The name under which Helm knows the template, such as `shop/templates/web.yaml`.
    pub name: String,
    /// The beginning of the file.
    pub start: Span,
    pub text: Text,
}

/// An object that a chart makes.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The name under which Helm knows its template, such as `shop/templates/web.yaml`.
    pub template: String,
    /// The object with the places of its values.
    pub object: Traced,
}

/// The objects of a text.
pub(crate) fn objects(written: &Written, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<Rendered> {
    let source: Arc<SourceText> = SourceText::new(NOWHERE, written.name.as_str(), written.text.as_str());
    let parsed = parse(&source, limits);
    let reading = Reading { written };
    for problem in parsed.problems {
        problems.push(reading.problem(problem));
    }
    let mut found = Vec::new();
    for mut document in parsed.documents {
        document.set_rules(Rules::Kubernetes);
        if let Some(root) = document.root() {
            let mut faults = Vec::new();
            let value = lower(root, &mut faults);
            problems.extend(faults.into_iter().map(|fault| reading.problem(fault)));
            if !value.is_null() {
                reading.object(root, &mut found, problems);
            }
        }
    }
    found
}

struct Reading<'a> {
    written: &'a Written,
}

impl Reading<'_> {
    fn object(&self, node: NodeRef<'_>, found: &mut Vec<Rendered>, problems: &mut Vec<Problem>) {
        let target = node.resolved();
        if target.kind() != Kind::Mapping {
            let what = "what the template writes is no object".to_owned();
            problems.push(Problem { fault: ChartFault::Output { what }, at: self.place(target.span()) });
            return;
        }
        let is_list = target.get("kind").is_some_and(|kind| kind.text().ends_with("List"));
        let items = target.get("items").filter(|items| is_list && items.kind() == Kind::Sequence);
        if let Some(items) = items {
            for item in items.children() {
                self.object(item, found, problems);
            }
            return;
        }
        let object = self.traced(target);
        found.push(Rendered { template: self.written.name.clone(), object });
    }

    fn traced(&self, node: NodeRef<'_>) -> Traced {
        let target = node.resolved();
        match target.kind() {
            Kind::Sequence => {
                Traced::list(self.place(target.span()), target.children().map(|child| self.traced(child)).collect())
            }
            Kind::Mapping if target.entries().all(|(key, _)| key.text() != "<<") => {
                let mut mapping = Traced::mapping(self.place(target.span()));
                for (key, value) in target.entries() {
                    mapping.set(key_text(key).as_ref(), self.traced(value).under(Some(self.place(key.span()))));
                }
                mapping
            }
            _ => Traced::new(self.scalar(target.span()), lower(target, &mut Vec::new())),
        }
    }

    /// Where a scalar comes from: the value that it is verbatim, or the template.
    fn scalar(&self, span: Span) -> Span {
        let (mut start, mut end) = (span.start as usize, span.end as usize);
        let written = self.written.text.as_str().get(start..end).unwrap_or_default();
        if written.len() > 2 && written.starts_with(['"', '\'']) {
            (start, end) = (start + 1, end - 1);
        }
        let text = &self.written.text;
        // What several parts make up stands in the template that puts them together.
        let found = text.whole_origin(start..end).or_else(|| text.written_origin(start..end));
        found.unwrap_or_else(|| self.place(span))
    }

    fn place(&self, span: Span) -> Span {
        let range = span.start as usize..span.end as usize;
        self.written.text.origin_of(range).unwrap_or(self.written.start)
    }

    /// A problem of the text, at the places that the text comes from.
    fn problem(&self, problem: Syntax) -> Problem {
        let here = |span: Span| self.place(span);
        let fault = match problem {
            Syntax::Syntax { message, span } => {
                let what = format!("what the template writes is no YAML: {message}");
                return Problem { fault: ChartFault::Output { what }, at: here(span) };
            }
            Syntax::DuplicateKey { key, first, second } => {
                Syntax::DuplicateKey { key, first: here(first), second: here(second) }
            }
            Syntax::LimitPassed { limit, allowed, span } => Syntax::LimitPassed { limit, allowed, span: here(span) },
            Syntax::NotJson { what, span } => Syntax::NotJson { what, span: here(span) },
            Syntax::ReadDifferently { written, kubernetes, here: read, span } => {
                Syntax::ReadDifferently { written, kubernetes, here: read, span: here(span) }
            }
        };
        Problem { fault: ChartFault::Syntax(fault), at: self.written.start }
    }
}

/// The events at which Helm runs an object as a hook; `None` of any other object.
fn events(object: &Traced) -> Option<&Traced> {
    object.get("metadata")?.get("annotations")?.get(HOOK)
}

/// Whether an object is a hook of those that are left out.
pub(crate) fn is_skipped(object: &Traced, skips: Skipped) -> bool {
    let Some(events) = events(object) else { return false };
    let tests = ["test", "test-success", "test-failure"];
    let is_test = || events.as_str().is_some_and(|text| text.split(',').any(|event| tests.contains(&event.trim())));
    match skips {
        Skipped::None => false,
        Skipped::Tests => is_test(),
        Skipped::Hooks => true,
    }
}

/// Tells of an object that Helm runs as a hook.
pub(crate) fn hook(object: &Traced) -> Option<Problem> {
    let metadata = object.get("metadata")?;
    let events = events(object)?;
    let text = |value: Option<&Traced>| value.and_then(Traced::as_str).unwrap_or_default().to_owned();
    let object = format!("{}/{}", text(object.get("kind")), text(metadata.get("name")));
    Some(Problem { fault: ChartFault::Hook { object, events: text(Some(events)) }, at: events.place })
}

/// Adds an object to a design, as a component.
pub fn push(loaded: &mut Loaded, object: &Traced) {
    let text = |key: &str| object.get(key).and_then(Traced::as_str).unwrap_or_default().to_owned();
    let mut configuration = Traced::mapping(object.place);
    for (key, value) in object.entries() {
        let is_text = matches!(&value.data, design_source::Data::Whole(Value::String(_)));
        if !(is_text && matches!(key.as_str(), "kind" | "apiVersion")) {
            configuration.set(key.clone(), value.clone());
        }
    }
    loaded.push_traced(&text("kind"), &text("apiVersion"), &configuration);
}
