//! The content of a compose file: values with places, under the rules of compose-go's reader.

use design_syntax::{Document, Kind, NodeRef, Resolved, Rules, Style, resolve};
use design_vocabulary::{Number, Span, Text, Value};

/// A value of a compose file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The key that it stands under.
    pub key: Option<Span>,
    /// Where it stands.
    pub span: Span,
    /// What its tag says about merging.
    pub tag: Tag,
    /// The byte of the file at which its text begins, where the text is written there letter for letter.
    pub verbatim: Option<u32>,
    /// What it holds.
    pub data: Data,
}

/// The tags by which a file says how its value is merged over that of an earlier file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tag {
    /// As its key wants.
    #[default]
    None,
    /// The earlier value goes.
    Reset,
    /// The earlier value is replaced.
    Override,
}

/// What a value holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Vec<(Text, Node)>),
}

impl Node {
    /// A value made from another place.
    pub fn made(span: Span, data: Data) -> Self {
        Self { key: None, span, tag: Tag::None, verbatim: None, data }
    }

    /// A text made from another place.
    pub fn text(span: Span, text: impl Into<Text>) -> Self {
        Self::made(span, Data::Text(text.into()))
    }

    /// The root of a document; nothing where it is empty.
    pub fn of(document: &Document) -> Option<Self> {
        document.root().map(|root| build(root, None))
    }

    /// The key where there is one, else the value.
    pub fn place(&self) -> Span {
        self.key.unwrap_or(self.span)
    }

    /// The entry of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entry of a mapping, unless it is null.
    pub fn some(&self, key: &str) -> Option<&Self> {
        self.get(key).filter(|node| node.data != Data::Null)
    }

    /// The entry of a mapping, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.data {
            Data::Map(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Takes an entry out of a mapping.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        match &mut self.data {
            Data::Map(entries) => {
                let position = entries.iter().position(|(name, _)| name == key)?;
                Some(entries.remove(position).1)
            }
            _ => None,
        }
    }

    /// Sets an entry of a mapping.
    pub fn set(&mut self, key: &str, value: Self) {
        if let Some(old) = self.get_mut(key) {
            *old = value;
        } else if let Data::Map(entries) = &mut self.data {
            entries.push((key.into(), value));
        }
    }

    /// The entries of a mapping; none of anything else.
    pub fn entries(&self) -> &[(Text, Self)] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub fn elements(&self) -> &[Self] {
        match &self.data {
            Data::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What a scalar says as text, as compose-go prints it; `None` for lists, mappings and null.
    pub fn scalar(&self) -> Option<Text> {
        match &self.data {
            Data::Text(text) => Some(text.clone()),
            Data::Bool(value) => Some(if *value { "true".into() } else { "false".into() }),
            Data::Number(Number::Int(value)) => Some(value.to_string().into()),
            Data::Number(Number::Unsigned(value)) => Some(value.to_string().into()),
            Data::Number(Number::Float(value)) => Some(value.to_string().into()),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// A truth value, also where interpolation left it as text.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(value) => Some(*value),
            Data::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" | "1" => Some(true),
                "false" | "no" | "n" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// An integer, also where it is written as text.
    pub fn as_integer(&self) -> Option<i64> {
        match &self.data {
            Data::Number(Number::Int(value)) => Some(*value),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a double without a fraction, in the range of integers"
            )]
            Data::Number(Number::Float(value)) if value.fract() == 0.0 && value.abs() < 1e15 => Some(*value as i64),
            Data::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A part of a text as a node: with a place of its own where the text is written letter for letter.
    #[must_use]
    pub fn part(&self, start: usize, end: usize) -> Self {
        let text = self.as_text().and_then(|text| text.get(start..end)).unwrap_or_default();
        let at = |offset: usize| self.verbatim.map(|first| first + u32::try_from(offset).unwrap_or(u32::MAX));
        let span = match (at(start), at(end)) {
            (Some(start), Some(end)) => Span::new(self.span.file, start, end),
            _ => self.span,
        };
        Self { key: self.key, span, tag: Tag::None, verbatim: at(start), data: Data::Text(text.into()) }
    }

    /// The value without its places.
    pub fn to_value(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Number(value) => Value::Number(*value),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(elements) => elements.iter().map(Self::to_value).collect(),
            Data::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_value())).collect())
            }
        }
    }
}

fn build(node: NodeRef<'_>, key: Option<Span>) -> Node {
    let target = node.resolved();
    let tag = match target.tag() {
        Some("!reset") => Tag::Reset,
        Some("!override") => Tag::Override,
        _ => Tag::None,
    };
    let data = match target.kind() {
        Kind::Sequence => Data::List(target.children().map(|child| build(child, None)).collect()),
        Kind::Mapping => Data::Map(mapping(target)),
        Kind::Scalar => scalar(target),
        Kind::Alias => Data::Null,
    };
    let verbatim = match &data {
        Data::Text(text) => verbatim(target, text),
        _ => None,
    };
    Node { key, span: node.span(), tag, verbatim, data }
}

/// The entries of a mapping; of equal keys the last counts, and merge keys give what is not there.
fn mapping(node: NodeRef<'_>) -> Vec<(Text, Node)> {
    let mut entries: Vec<(Text, Node)> = Vec::new();
    let mut merges = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for (name, value) in node.entries() {
        let target = name.resolved();
        if target.style() == Style::Plain && target.text() == "<<" && target.kind() == Kind::Scalar {
            merges.push(value.resolved());
            continue;
        }
        let key = Text::from(target.text());
        let built = build(value, Some(name.span()));
        if let Some(position) = seen.get(&key) {
            entries[*position] = (key, built);
        } else {
            seen.insert(key.clone(), entries.len());
            entries.push((key, built));
        }
    }
    for merge in merges {
        let sources: Vec<NodeRef<'_>> = if merge.kind() == Kind::Sequence {
            merge.children().map(NodeRef::resolved).collect()
        } else {
            vec![merge]
        };
        for source in sources.into_iter().filter(|source| source.kind() == Kind::Mapping) {
            for (key, value) in mapping(source) {
                if !seen.contains_key(&key) {
                    seen.insert(key.clone(), entries.len());
                    entries.push((key, value));
                }
            }
        }
    }
    entries
}

/// What compose-go's reader (go.yaml.in/yaml) makes of a scalar: truth values are those of YAML 1.2, and a number may be
/// written as YAML 1.1 has it (`0440` is octal).
fn scalar(node: NodeRef<'_>) -> Data {
    let text = node.text();
    if node.style() != Style::Plain || node.tag() == Some("tag:yaml.org,2002:str") {
        return Data::Text(text.into());
    }
    match resolve(text, Rules::Core) {
        Resolved::Null => Data::Null,
        Resolved::Bool(value) => Data::Bool(value),
        core => match (resolve(text, Rules::Kubernetes), core) {
            (Resolved::Number(number), _) | (_, Resolved::Number(number)) => Data::Number(number),
            _ => Data::Text(text.into()),
        },
    }
}

/// Where the text of a scalar begins in the file, if it is written there without escapes and folding.
fn verbatim(node: NodeRef<'_>, text: &str) -> Option<u32> {
    let span = node.span();
    let written = node.document().source().slice(span.start, span.end);
    if written == text {
        return Some(span.start);
    }
    let inside = written.get(1..written.len().checked_sub(1)?)?;
    (inside == text && written.starts_with(['"', '\''])).then_some(span.start + 1)
}

#[cfg(test)]
pub(crate) mod tests {
    use design_syntax::{Limits, SourceText, parse};
    use design_vocabulary::FileId;

    use super::*;

    pub(crate) fn node(text: &str) -> Node {
        let parsed = parse(&SourceText::new(FileId(0), "compose.yaml", text), &Limits::default());
        Node::of(&parsed.documents[0]).unwrap()
    }

    #[test]
    fn scalars_are_read_as_compose_reads_them() {
        let read = node("a: 0440\nb: yes\nc: 0o17\nd: 1.50\ne: 'x'\nf: 22:22\ng: ~\nh: true\ni: 1_000\n");
        let value = |key: &str| read.get(key).unwrap().to_value();
        assert_eq!(value("a"), 288.into());
        assert_eq!(value("b"), "yes".into());
        assert_eq!(value("c"), 15.into());
        assert_eq!(value("d"), Value::Number(Number::Float(1.5)));
        assert_eq!(read.get("d").unwrap().scalar().unwrap(), "1.5");
        assert_eq!(value("f"), "22:22".into());
        assert_eq!(value("g"), Value::Null);
        assert_eq!(value("h"), true.into());
        assert_eq!(value("i"), 1000.into());
    }

    #[test]
    fn a_part_of_a_text_has_its_own_place() {
        let read = node("a: '80:8080'\nb: \"x\\ty\"\n");
        let part = read.get("a").unwrap().part(3, 7);
        assert_eq!((part.as_text(), part.span.start, part.span.end), (Some("8080"), 7, 11));
        let whole = read.get("b").unwrap();
        assert_eq!(whole.part(0, 1).span, whole.span);
    }

    #[test]
    fn merge_keys_give_what_is_not_there() {
        let read = node("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3}\n");
        let merged = read.get("y").unwrap();
        assert_eq!((merged.get("a").unwrap().as_integer(), merged.get("b").unwrap().as_integer()), (Some(1), Some(3)));
    }
}
