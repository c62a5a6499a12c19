//! The text of a file to definitions.

use std::sync::Arc;

use design_syntax::{Document, Kind, Limits, NodeRef, Rules, SourceText, lower, parse};
use design_vocabulary::{
    ComponentDefinition, Misread, Model, Path, RelationshipDefinition, Segment, Span, Text, Value, display_path,
};

use crate::Form;
use crate::short::{ShortForm, is_short, read_short};

/// What became of the text of a file.
#[derive(Debug, Default)]
pub struct Read {
    /// The definitions in the order of the text.
    pub definitions: Vec<Loaded>,
    /// What could not be read, or not as it stands.
    pub problems: Vec<Problem>,
    /// Documents that belong to a model and are no definitions: connections, policies.
    pub passed_over: usize,
}

/// A definition and the document that it stands in.
#[derive(Debug)]
pub struct Loaded {
    /// The definition.
    pub definition: Definition,
    /// Its document.
    pub document: Document,
}

/// A definition.
#[derive(Debug)]
pub enum Definition {
    /// A model.
    Model(Model),
    /// A kind with its schema.
    Component(ComponentDefinition),
    /// A relationship between kinds, in Meshery's form.
    Relationship(RelationshipDefinition),
    /// Any of these in our own form.
    Short(ShortForm),
}

/// Something that could not be read, or not as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text is not well-formed, or passes a limit.
    Syntax(design_syntax::Problem),
    /// A document, or a part of it, is not used at all.
    Refused {
        /// Why, as a sentence without a full stop.
        reason: String,
        /// Where it stands.
        span: Span,
    },
    /// A value has the wrong type and is read as absent.
    Misread {
        /// The path from the root of the definition.
        path: Path,
        /// What it should be, with its article.
        expected: &'static str,
        /// What it is, in the words of JSON Schema.
        found: &'static str,
        /// Where it stands.
        span: Span,
    },
    /// A field that nobody reads.
    UnknownField {
        /// Its name.
        field: Text,
        /// What it stands in, with its article.
        inside: &'static str,
        /// What to do about it.
        help: Option<String>,
        /// Where it stands.
        span: Span,
    },
}

impl Loaded {
    /// The place of a value: of the nearest one above it where the path leads nowhere.
    pub fn place(&self, path: &[Segment]) -> Span {
        self.document.root().map_or(self.document.span(), |root| place(root, path))
    }
}

/// The place of the value at a path below a node.
pub(crate) fn place(root: NodeRef<'_>, path: &[Segment]) -> Span {
    let (followed, key, node) = root.follow(path);
    // A value that is absent is missing under the last key that is there.
    if followed < path.len() { key.unwrap_or(node).span() } else { node.span() }
}

/// Reads the definitions of a file: JSON or YAML, one document or several. It never fails.
pub fn read(source: &Arc<SourceText>, limits: &Limits) -> Read {
    let parsed = parse(source, limits);
    let mut read = Read { problems: parsed.problems.into_iter().map(Problem::Syntax).collect(), ..Read::default() };
    if parsed.documents.is_empty() && read.problems.is_empty() {
        let span = Span::start_of(source.id());
        read.problems.push(Problem::Refused { reason: "the file is empty".to_owned(), span });
    }
    for mut document in parsed.documents {
        document.set_rules(Rules::Core);
        let mut passed_over = false;
        if let Some(definition) = definition(&document, &mut read.problems, &mut passed_over) {
            read.definitions.push(Loaded { definition, document });
        }
        read.passed_over += usize::from(passed_over);
    }
    read
}

fn definition(document: &Document, problems: &mut Vec<Problem>, passed_over: &mut bool) -> Option<Definition> {
    let root = document.root()?.resolved();
    if root.kind() != Kind::Mapping {
        let reason = "a definition is a mapping with `schemaVersion`".to_owned();
        problems.push(Problem::Refused { reason, span: root.span() });
        return None;
    }
    let form = match form(root) {
        Ok(form) => form,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    if form == Form::Other {
        *passed_over = true;
        return None;
    }
    let mut syntax = Vec::new();
    let Value::Object(object) = lower(root, &mut syntax) else { return None };
    // How kubectl would read a scalar matters where it is going to: not here.
    syntax.retain(|problem| !matches!(problem, design_syntax::Problem::ReadDifferently { .. }));
    problems.extend(syntax.into_iter().map(Problem::Syntax));
    let mut misread = Vec::new();
    let definition = match form {
        Form::Model => Definition::Model(Model::read(&object, &mut misread)),
        Form::Component => Definition::Component(ComponentDefinition::read(&object, &mut misread)),
        Form::Relationship => Definition::Relationship(RelationshipDefinition::read(&object, &mut misread)),
        Form::Short | Form::Other => Definition::Short(read_short(&object, root, problems)),
    };
    problems.extend(misread.into_iter().map(|Misread { path, expected, found }| Problem::Misread {
        span: place(root, &path),
        path,
        expected,
        found,
    }));
    complete(definition, root, problems)
}

fn form(root: NodeRef<'_>) -> Result<Form, Problem> {
    let Some((key, value)) = root.entry("schemaVersion").or_else(|| root.entry("schema_version")) else {
        if is_short(root) {
            return Ok(Form::Short);
        }
        let span = root.entries().next().map_or(root.span(), |(key, _)| key.span());
        return Err(Problem::Refused { reason: "there is no `schemaVersion`".to_owned(), span });
    };
    let value = value.resolved();
    if value.kind() != Kind::Scalar {
        return Err(Problem::Refused { reason: "`schemaVersion` is not a text".to_owned(), span: key.span() });
    }
    Form::of(value.text()).map_err(|reason| Problem::Refused { reason, span: value.span() })
}

/// Refuses a definition that does not say what it defines, and a schema that is none.
fn complete(mut definition: Definition, root: NodeRef<'_>, problems: &mut Vec<Problem>) -> Option<Definition> {
    let required: &[(&str, &[&str], &Text)] = match &definition {
        Definition::Model(model) => &[("a model", &["name"], &model.reference.name)],
        Definition::Component(component) => &[
            ("a component definition", &["component", "kind"], &component.kind),
            ("a component definition", &["component", "version"], &component.api_version),
        ],
        Definition::Relationship(relationship) => &[
            ("a relationship definition", &["kind"], &relationship.kind),
            ("a relationship definition", &["type"], &relationship.type_name),
            ("a relationship definition", &["subType"], &relationship.sub_type),
        ],
        Definition::Short(short) => match &short.model {
            Some(model) => &[("a model", &["name"], &model.reference.name)],
            None => &[],
        },
    };
    for (what, keys, value) in required {
        if value.is_empty() {
            let path: Path = keys.iter().map(|key| (*key).into()).collect();
            let span = match root.follow(&path) {
                (0, ..) => root.entries().next().map_or(root.span(), |(key, _)| key.span()),
                _ => place(root, &path),
            };
            problems.push(Problem::Refused { reason: format!("{what} needs `{}`", display_path(&path)), span });
            return None;
        }
    }
    if let Definition::Component(component) = &mut definition {
        check_schema(component, root, problems);
    }
    Some(definition)
}

/// A schema is kept only if it is one; the kind is known without it too.
fn check_schema(component: &mut ComponentDefinition, root: NodeRef<'_>, problems: &mut Vec<Problem>) {
    if component.schema.is_empty() {
        return;
    }
    let fault = match serde_json::from_str::<serde_json::Value>(&component.schema) {
        Ok(serde_json::Value::Object(_)) => return,
        Ok(_) => "the schema is JSON, but not a mapping".to_owned(),
        Err(error) => format!("the schema is not JSON: {error}"),
    };
    component.schema = Text::new();
    let path: Path = vec!["component".into(), "schema".into()];
    problems.push(Problem::Refused { reason: fault, span: place(root, &path) });
}
