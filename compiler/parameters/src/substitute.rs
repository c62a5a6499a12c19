//! Values in the place of references.

use design_registry::Registry;
use design_registry::definitions::Definitions;
use design_syntax::NodeRef;
use design_vocabulary::{Object, Path, Segment, Span, Text, Value};

use crate::secret::{self, marker};
use crate::symbol::{Part, Symbol, Symbols};
use crate::text::noun;
use crate::values::{Found, Values};
use crate::{Piece, Problem, Target, pieces, text_of};

/// The parts of a design file in which references are followed.
const SECTIONS: [&str; 5] = ["uses", "components", "services", "externals", "relationships"];

/// References to fields may lead through this many others.
const DEPTH: usize = 32;

/// What references may add to a design, in nodes and bytes of text. A short text can refer to a long one any number of times.
const ADDED: u64 = 64 << 20;

/// What following one reference to a field counts.
const FIELD: u64 = 512;

/// A design with the values of its parameters.
#[derive(Debug, Default)]
pub struct Substituted {
    /// The design file with values in the place of references.
    pub design: Object,
    /// The same with symbols in their place; `None` where no parameter is referred to.
    pub symbolic: Option<Object>,
    /// The symbols.
    pub symbols: Symbols,
}

/// Follows the references of a design file, `root` being its node.
pub fn substitute(design: &Object, root: NodeRef<'_>, values: &mut Values, problems: &mut Vec<Problem>) -> Substituted {
    let mut run = Run { design, root, values, problems, symbols: Symbols::default(), fields: Vec::new(), added: 0 };
    let mut substituted = design.clone();
    let mut symbolic = design.clone();
    for section in SECTIONS {
        let Some(value) = design.get(section) else { continue };
        if let Some(pair) = run.value(value, &mut vec![section.into()]) {
            substituted.insert(section, pair.plain);
            symbolic.insert(section, pair.symbolic);
        }
    }
    if let Some(mut section) = uses_section(design).filter(|section| section.len() > 1) {
        let kept = Value::Object(design.clone()).at(&section).cloned();
        if let Some(pair) = kept.and_then(|kept| run.value(&kept, &mut section)) {
            keep_uses(&mut substituted, pair.plain);
            keep_uses(&mut symbolic, pair.symbolic);
        }
    }
    let symbols = run.symbols;
    values.finish(problems);
    let symbolic = (!symbols.is_empty()).then_some(symbolic);
    Substituted { design: substituted, symbolic, symbols }
}

/// Where a design says which others it uses. A design that was written for Meshery, which knows no such section, keeps it
/// under `metadata`.
pub fn uses_section(design: &Object) -> Option<Path> {
    if design.get("uses").is_some() {
        return Some(vec!["uses".into()]);
    }
    let kept = design.get("metadata")?.get("uses")?.as_array()?;
    let is_use = |entry: &Value| entry.get("name").is_some() && entry.get("design").is_some();
    kept.iter().all(is_use).then(|| vec!["metadata".into(), "uses".into()])
}

fn keep_uses(design: &mut Object, uses: Value) {
    if let Some(Value::Object(metadata)) = design.get_mut("metadata") {
        metadata.insert("uses", uses);
    }
}

struct Pair {
    plain: Value,
    symbolic: Value,
}

struct Run<'a> {
    design: &'a Object,
    root: NodeRef<'a>,
    values: &'a mut Values,
    problems: &'a mut Vec<Problem>,
    symbols: Symbols,
    /// The references to fields that are being followed.
    fields: Vec<Path>,
    /// What references have added so far.
    added: u64,
}

/// What a reference gives.
enum Answer {
    /// A value, and what stands for it.
    Value(Pair, Vec<Part>),
    /// Nothing: the parameter has no value. What stands for it is known all the same.
    Nothing(Vec<Part>),
    /// It cannot be followed, and that is told of. What stands for it is known where there is such a parameter.
    Faulty(Vec<Part>),
}

impl Run<'_> {
    /// A value with what its references give; `None` where it has none.
    fn value(&mut self, value: &Value, path: &mut Path) -> Option<Pair> {
        match value {
            Value::String(text) if text.contains("$(") => self.text(text, path),
            Value::Array(elements) => {
                let mut changed: Option<(Vec<Value>, Vec<Value>)> = None;
                for (index, element) in elements.iter().enumerate() {
                    path.push(index.into());
                    if let Some(pair) = self.value(element, path) {
                        let (plain, symbolic) = changed.get_or_insert_with(|| (elements.to_vec(), elements.to_vec()));
                        if let (Some(plain), Some(symbolic)) = (plain.get_mut(index), symbolic.get_mut(index)) {
                            (*plain, *symbolic) = (pair.plain, pair.symbolic);
                        }
                    }
                    path.pop();
                }
                let (plain, symbolic) = changed?;
                Some(Pair { plain: plain.into_iter().collect(), symbolic: symbolic.into_iter().collect() })
            }
            Value::Object(object) => {
                let mut changed: Option<(Object, Object)> = None;
                for (key, value) in object.iter() {
                    path.push(key.clone().into());
                    if key.contains("$(") && pieces(key).is_some() {
                        let span = self.root.follow(path).1.map_or_else(|| self.place(path), NodeRef::span);
                        let what = format!("`{key}` is a key, and only values are filled in");
                        self.tell(Problem::NotUnderstood { what, span });
                    }
                    if let Some(pair) = self.value(value, path) {
                        let (plain, symbolic) = changed.get_or_insert_with(|| (object.clone(), object.clone()));
                        plain.insert(key.clone(), pair.plain);
                        symbolic.insert(key.clone(), pair.symbolic);
                    }
                    path.pop();
                }
                let (plain, symbolic) = changed?;
                Some(Pair { plain: plain.into(), symbolic: symbolic.into() })
            }
            _ => None,
        }
    }

    fn text(&mut self, text: &str, path: &mut Path) -> Option<Pair> {
        let pieces = pieces(text)?;
        if let [Piece::Reference { target, range }] = pieces.as_slice() {
            let span = self.reference(path, text, range.start..range.end);
            return match self.follow(target, path, span) {
                Answer::Value(pair, parts) => Some(match self.as_text(path, &pair.plain) {
                    // A part before the reference, empty as it is, says that this is a text.
                    Some(plain) => {
                        let parts = std::iter::once(Part::Text(Text::new())).chain(parts).collect();
                        self.symbol(Pair { symbolic: plain.clone(), plain }, parts)
                    }
                    None => self.symbol(pair, parts),
                }),
                Answer::Nothing(parts) => Some(self.symbol(Pair { plain: Value::Null, symbolic: Value::Null }, parts)),
                Answer::Faulty(parts) => {
                    let plain = Value::from(text);
                    Some(self.symbol(Pair { symbolic: plain.clone(), plain }, parts))
                }
            };
        }
        let (mut plain, mut parts) = (String::new(), Vec::new());
        for piece in &pieces {
            let (value, of) = self.piece(piece, text, path);
            plain.push_str(&value);
            for part in of {
                match (parts.last_mut(), part) {
                    (Some(Part::Text(last)), Part::Text(text)) => last.push_str(&text),
                    (_, part) => parts.push(part),
                }
            }
        }
        let plain = Value::String(plain.into());
        Some(self.symbol(Pair { symbolic: plain.clone(), plain }, parts))
    }

    /// A number or truth value as a text, where the kind of the component wants a text: `data` of a ConfigMap, a label, the
    /// value of an environment variable.
    fn as_text(&self, at: &[Segment], value: &Value) -> Option<Value> {
        if !matches!(value, Value::Number(_) | Value::Bool(_)) {
            return None;
        }
        let (Segment::Key(section), Segment::Index(index), Segment::Key(body)) = (at.first()?, at.get(1)?, at.get(2)?)
        else {
            return None;
        };
        let component = self.design.get(section)?.as_array()?.get(*index)?;
        let definition = component.get("component")?;
        let kind = definition.get("kind")?.as_str()?;
        let written = definition.get("version").and_then(Value::as_str).filter(|written| !written.is_empty());
        let api_version = written.map(str::to_owned).or_else(|| Registry::builtin().api_version(kind))?;
        let api_version = api_version.as_str();
        let definitions = Definitions::builtin();
        let release = *definitions.served_in(api_version, kind).last()?;
        let path = at.get(3..)?.iter().map(|segment| match segment {
            Segment::Key(key) => key.as_str(),
            Segment::Index(_) => "[*]",
        });
        let field = definitions.schema(release, api_version, kind)?.field(path)?;
        let is_text = section == "components" && body == "configuration" && field.type_name() == Some("string");
        is_text.then(|| text_of(value)).flatten().map(|text| Value::String(text.into()))
    }

    /// The text of a piece, and what stands for it.
    fn piece(&mut self, piece: &Piece, text: &str, path: &mut Path) -> (Text, Vec<Part>) {
        let as_it_is = |text: &str| (Text::from(text), vec![Part::Text(text.into())]);
        let (target, range) = match piece {
            Piece::Text(text) => return as_it_is(text),
            Piece::Broken { range } => {
                let span = self.reference(path, text, range.clone());
                let written = text.get(range.clone()).unwrap_or_default();
                let what = format!("`{written}` is no reference, which would read `$(parameters.NAME)`");
                self.tell(Problem::NotUnderstood { what, span });
                return as_it_is(written);
            }
            Piece::Reference { target, range } => (target, range.clone()),
        };
        let span = self.reference(path, text, range.clone());
        let written = text.get(range).unwrap_or_default();
        match self.follow(target, path, span) {
            Answer::Value(pair, parts) => {
                if let Some(value) = text_of(&pair.plain) {
                    return (value.into(), parts);
                }
                let what = format!("`{written}` is {}, which cannot stand inside a text", noun(&pair.plain));
                self.tell(Problem::NotUnderstood { what, span });
            }
            Answer::Nothing(parts) => {
                let what = format!("`{written}` has no value, and stands inside a text");
                self.tell(Problem::NotUnderstood { what, span });
                return (written.into(), parts);
            }
            Answer::Faulty(parts) if !parts.is_empty() => return (written.into(), parts),
            Answer::Faulty(_) => {}
        }
        as_it_is(written)
    }

    /// What stands for a value: itself, where no parameter is a part of it.
    fn symbol(&mut self, pair: Pair, parts: Vec<Part>) -> Pair {
        if !parts.iter().any(|part| matches!(part, Part::Parameter(_))) {
            return pair;
        }
        let symbolic = self.symbols.push(Symbol { value: pair.plain.clone(), parts });
        Pair { plain: pair.plain, symbolic }
    }

    fn follow(&mut self, target: &Target, at: &mut Path, span: Span) -> Answer {
        if self.added > ADDED {
            return Answer::Faulty(Vec::new());
        }
        let answer = match target {
            Target::Parameter(path) => self.parameter(path, at, span),
            Target::Field(path) => {
                // Fields can refer to each other, twice each time, so following one counts even where it adds nothing.
                self.added += FIELD;
                self.field(path, span)
            }
        };
        if let Answer::Value(pair, _) = &answer {
            self.added += size(&pair.plain);
            if self.added > ADDED {
                self.tell(Problem::TooMuch { allowed: ADDED, span });
                return Answer::Faulty(Vec::new());
            }
        }
        answer
    }

    fn parameter(&mut self, path: &[Text], at: &Path, span: Span) -> Answer {
        let position = path.first().and_then(|name| self.values.position(name));
        if let Some(used) = position.and_then(|position| self.values.used.get_mut(position)) {
            used.get_or_insert(span);
        }
        let parameter = position.and_then(|position| self.values.parameters().get(position));
        let secret = parameter.filter(|parameter| parameter.is_secret).map(|one| (one.name.clone(), one.span));
        if let Some((name, declared)) = secret
            && !self.is_in_secret(at)
        {
            self.tell(Problem::SecretOutside { name, span, declared });
            let plain = marker(path);
            return Answer::Value(Pair { symbolic: plain.clone(), plain: plain.clone() }, Vec::new());
        }
        match self.values.find(path) {
            Found::Value { value, is_secret } => {
                let plain = if is_secret { marker(path) } else { value.clone() };
                Answer::Value(Pair { symbolic: plain.clone(), plain }, vec![Part::Parameter(path.to_vec())])
            }
            Found::Unset { is_faulty: true } => Answer::Faulty(vec![Part::Parameter(path.to_vec())]),
            Found::Unset { is_faulty: false } => Answer::Nothing(vec![Part::Parameter(path.to_vec())]),
            Found::Unknown { nearest } => {
                self.tell(Problem::UnknownParameter { path: path.join(".").into(), nearest, span });
                Answer::Faulty(Vec::new())
            }
        }
    }

    /// A field of the design, as Meshery refers to it. A component may be named by its position, its name or its id.
    fn field(&mut self, path: &[Text], span: Span) -> Answer {
        let fault = |run: &mut Self, what| {
            run.tell(Problem::NoField { path: path.join(".").into(), what, span });
            Answer::Faulty(Vec::new())
        };
        let mut at: Path = Vec::new();
        let whole = Value::Object(self.design.clone());
        let mut value = &whole;
        for part in path {
            let segment = match value {
                Value::Array(elements) => element(elements, part).map(Segment::from),
                _ => Some(part.clone().into()),
            };
            let next = segment.and_then(|segment| {
                at.push(segment);
                value.at(at.get(at.len() - 1..)?)
            });
            match next {
                Some(next) => value = next,
                None => return fault(self, "the design has no such field"),
            }
        }
        if self.fields.contains(&at) || self.fields.len() >= DEPTH {
            return fault(self, "it leads round in a circle");
        }
        self.fields.push(at.clone());
        let found = value.clone();
        let pair = self.value(&found, &mut at).unwrap_or_else(|| Pair { plain: found.clone(), symbolic: found });
        self.fields.pop();
        let parts = match (self.symbols.get(&pair.symbolic), text_of(&pair.plain)) {
            (Some(symbol), _) => symbol.parts.clone(),
            (None, Some(text)) => vec![Part::Text(text.into())],
            (None, None) => Vec::new(),
        };
        Answer::Value(pair, parts)
    }

    /// Whether a place is one where a Secret holds what is secret, or one where it is handed on to another design: whether
    /// that keeps it secret is known only when it is read.
    fn is_in_secret(&self, at: &[Segment]) -> bool {
        let key = |position: usize| match at.get(position) {
            Some(Segment::Key(key)) => key.as_str(),
            _ => "",
        };
        let (body, kinds): (&str, [&[&str]; 2]) = match key(0) {
            "components" => ("configuration", [&["component", "kind"], &["configuration", "kind"]]),
            "services" => ("settings", [&["type"], &[]]),
            "uses" => return key(2) == "parameters",
            "metadata" => return key(1) == "uses" && key(3) == "parameters",
            _ => return false,
        };
        let component = at.get(..2).unwrap_or_default();
        let kind = kinds.into_iter().filter(|path| !path.is_empty()).find_map(|path| {
            let path: Path = component.iter().cloned().chain(path.iter().map(|key| Segment::from(*key))).collect();
            let section = self.design.get(key(0))?;
            section.at(path.get(1..)?)?.as_str()
        });
        let is_secret = kind.is_some_and(|kind| kind == "Secret" || kind == "Secret.K8s");
        is_secret && key(2) == body && secret::FIELDS.contains(&key(3))
    }

    /// A field that is referred to twice, or through another one, is told of once.
    fn tell(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn place(&self, path: &[Segment]) -> Span {
        self.root.follow(path).2.span()
    }

    /// The place of a reference inside the text at a path.
    fn reference(&self, path: &[Segment], text: &str, range: std::ops::Range<usize>) -> Span {
        let node = self.root.follow(path).2.resolved();
        let whole = node.span();
        let written = text.get(range.clone()).unwrap_or_default();
        let earlier = text.get(..range.start).unwrap_or_default().matches(written).count();
        // Where escapes or folding write it otherwise, the text as a whole is the place.
        let source = node.document().source().slice(whole.start, whole.end);
        let found = source.match_indices(written).nth(earlier).map(|(at, _)| at);
        let offset = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        found.map_or(whole, |at| {
            Span::new(whole.file, whole.start + offset(at), whole.start + offset(at + written.len()))
        })
    }
}

/// How much a value is: its nodes, and the bytes of its texts.
fn size(value: &Value) -> u64 {
    let bytes = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX);
    match value {
        Value::String(text) => 1 + bytes(text),
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<u64>(),
        Value::Object(object) => 1 + object.iter().map(|(key, value)| bytes(key) + size(value)).sum::<u64>(),
        _ => 1,
    }
}

/// The position of an element that is named by its number, its name or its id.
fn element(elements: &[Value], name: &str) -> Option<usize> {
    let is_called = |element: &Value| {
        ["displayName", "name", "id"].iter().any(|key| element.get(key).and_then(Value::as_str) == Some(name))
    };
    name.parse::<usize>().ok().filter(|index| *index < elements.len()).or_else(|| elements.iter().position(is_called))
}

#[cfg(test)]
mod tests {
    use design_syntax::{Limits, SourceText, lower, parse};
    use design_vocabulary::FileId;

    use super::*;

    #[test]
    fn fields_that_refer_to_each_other_twice_are_bounded() {
        let mut text = String::from("components:\n- a0: laugh\n");
        for number in 1..40 {
            let before = format!("$(#ref.components.0.a{})", number - 1);
            text.push_str(&format!("  a{number}: {before}{before}\n"));
        }
        let parsed = parse(&SourceText::new(FileId(0), "design.yaml", text), &Limits::default());
        let root = parsed.documents[0].root().unwrap();
        let Value::Object(design) = lower(root, &mut Vec::new()) else { panic!("no mapping") };
        let mut problems = Vec::new();
        substitute(&design, root, &mut Values::default(), &mut problems);
        assert!(problems.iter().any(|problem| matches!(problem, Problem::TooMuch { .. })), "{problems:?}");
    }
}
