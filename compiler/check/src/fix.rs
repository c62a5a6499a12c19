//! Changes of the text that take findings away, in the style in which the text is written.

use design_syntax::{Kind, NodeRef, Resolved, Rules, Style, resolve};
use design_vocabulary::{Fix, Segment, Span};

use crate::Context;

/// Writes another text in the place of a scalar whose text is known, quotes kept. `None` where it is written in a way that
/// leaves no such place: over several lines, with escapes or a tag, or as an alias.
pub(crate) fn replace(span: Span, current: &str, text: &str) -> Option<Fix> {
    let length = span.end.checked_sub(span.start)? as usize;
    if text.contains(['\n', '"', '\'', '\\']) {
        return None;
    }
    if length == current.len() {
        let text = if is_plain(text) { text.to_owned() } else { format!("\"{text}\"") };
        return Some(Fix::certain(span, text));
    }
    let inner = Span::new(span.file, span.start + 1, span.end.saturating_sub(1));
    (length == current.len() + 2).then(|| Fix::certain(inner, text))
}

/// Whether a text means itself without quotes, by every rule for plain scalars.
fn is_plain(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let is_text = |rules| matches!(resolve(text, rules), Resolved::String);
    begins && text.bytes().all(is_word) && is_text(Rules::Kubernetes) && is_text(Rules::Core)
}

/// Puts quotes around a plain scalar whose text is known.
pub(crate) fn quote(span: Span, written: &str) -> Option<Fix> {
    let is_plain = span.end.checked_sub(span.start)? as usize == written.len();
    (is_plain && !written.contains(['\n', '"', '\\'])).then(|| Fix::certain(span, format!("\"{written}\"")))
}

/// What a word means by the older rules of YAML, where it is none of `true` and `false`.
pub(crate) fn truth(text: &str) -> Option<&'static str> {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Some("true"),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Some("false"),
        _ => None,
    }
}

impl Context<'_> {
    /// The scalar of a field, where it is written as one in its own place.
    fn scalar(&self, component: usize, path: &[Segment]) -> Option<NodeRef<'_>> {
        let (_, value) = self.map.entry(component, path)?;
        (value.kind() == Kind::Scalar && value.tag().is_none()).then_some(value)
    }

    /// Puts quotes around the plain scalar of a field.
    pub(crate) fn quoted(&self, component: usize, path: &[Segment]) -> Option<Fix> {
        let value = self.scalar(component, path)?;
        quote(value.span(), value.text())
    }

    /// Takes the quotes of the scalar of a field away.
    pub(crate) fn unquoted(&self, component: usize, path: &[Segment]) -> Option<Fix> {
        let value = self.scalar(component, path).filter(|value| value.style() == Style::Quoted)?;
        Some(Fix::certain(value.span(), value.text()))
    }

    /// Writes `true` or `false` in the place of a plain word that older rules read so.
    pub(crate) fn truth(&self, component: usize, path: &[Segment], text: &str) -> Option<Fix> {
        let value = self.scalar(component, path).filter(|value| value.style() == Style::Plain)?;
        Some(Fix::certain(value.span(), truth(text)?))
    }

    /// Writes another text in the place of the scalar of a field.
    pub(crate) fn rewritten(&self, component: usize, path: &[Segment], text: &str) -> Option<Fix> {
        let value = self.scalar(component, path)?;
        replace(value.span(), value.text(), text)
    }

    /// Gives the field another key, unless the mapping has that key already.
    pub(crate) fn renamed(&self, component: usize, path: &[Segment], key: &str) -> Option<Fix> {
        let (name, _) = self.map.entry(component, path)?;
        let name = name.filter(|name| name.kind() == Kind::Scalar && name.tag().is_none())?;
        let sibling: Vec<Segment> = path.split_last()?.1.iter().cloned().chain([Segment::from(key)]).collect();
        if self.map.entry(component, &sibling).is_some() {
            return None;
        }
        replace(name.span(), name.text(), key)
    }
}

/// The same change, as one that a person has to choose.
pub(crate) fn possible(fix: Option<Fix>) -> Option<Fix> {
    fix.map(|fix| Fix { is_certain: false, ..fix })
}
