//! References inside a text: `$(parameters.db.host)` and Meshery's `$(#ref.services.web.id)`.

use std::ops::Range;

use design_vocabulary::Text;

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is meant: `$$(parameters.` is already `$(parameters.`.
    Text(String),
    /// A reference.
    Reference {
        /// What it refers to.
        target: Target,
        /// The bytes that it takes in the text.
        range: Range<usize>,
    },
    /// Something that begins like a reference and is none.
    Broken {
        /// The bytes that it takes in the text.
        range: Range<usize>,
    },
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A parameter, and the fields inside it.
    Parameter(Vec<Text>),
    /// A field of the design.
    Field(Vec<Text>),
}

const PARAMETERS: &str = "$(parameters";
const FIELD: &str = "$(#ref";

/// Cuts a text at its references; `None` where it has none, and nothing that is escaped like one.
///
/// Other things in `$(…)` belong to Kubernetes (`$(POD_NAME)` in an argument) and stay.
pub fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut plain = String::new();
    let (mut from, mut found) = (0, false);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("$(")).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        let Some(start) = begins(rest) else {
            plain.push_str(text.get(from..at + 2).unwrap_or_default());
            from = at + 2;
            continue;
        };
        found = true;
        let before = text.get(from..at).unwrap_or_default();
        if let Some(before) = before.strip_suffix('$') {
            plain.push_str(before);
            plain.push_str(start);
            from = at + start.len();
            continue;
        }
        plain.push_str(before);
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        let end = rest.find(')').map(|end| end + 1);
        let whole = end.and_then(|end| rest.get(..end)).unwrap_or(rest.lines().next().unwrap_or_default());
        let range = at..at + whole.len();
        from = range.end;
        let path = whole.strip_suffix(')').and_then(|whole| whole.get(start.len() + 1..)).unwrap_or_default();
        let is_field = start == FIELD;
        let path: Vec<Text> = path.split('.').map(Text::from).collect();
        let is_sound = path.iter().all(|part| if is_field { !part.is_empty() } else { is_name(part) });
        pieces.push(match (is_sound, is_field) {
            (false, _) => Piece::Broken { range },
            (true, true) => Piece::Reference { target: Target::Field(path), range },
            (true, false) => Piece::Reference { target: Target::Parameter(path), range },
        });
    }
    plain.push_str(text.get(from..).unwrap_or_default());
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    found.then_some(pieces)
}

/// What a text begins with that begins like a reference.
fn begins(text: &str) -> Option<&'static str> {
    let is_start = |start: &&str| text.strip_prefix(*start).is_some_and(|rest| rest.starts_with(['.', ')']));
    [PARAMETERS, FIELD].into_iter().find(is_start)
}

/// A text that reads as this one where references are followed.
pub fn escaped(text: &Text) -> Text {
    let mut written = String::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("$(")).map(|at| from + at) {
        written.push_str(text.get(from..at).unwrap_or_default());
        if begins(text.get(at..).unwrap_or_default()).is_some() {
            written.push('$');
        }
        written.push_str("$(");
        from = at + 2;
    }
    if from == 0 {
        return text.clone();
    }
    written.push_str(text.get(from..).unwrap_or_default());
    written.into()
}

/// Whether a reference can name a parameter, or a field inside one, so.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let Some(pieces) = pieces(text) else { return "none".to_owned() };
        let show = |piece: Piece| match piece {
            Piece::Text(text) => format!("{text:?}"),
            Piece::Reference { target: Target::Parameter(path), range } => {
                format!("{}={}", path.join("/"), &text[range])
            }
            Piece::Reference { target: Target::Field(path), range } => format!("#{}={}", path.join("/"), &text[range]),
            Piece::Broken { range } => format!("!{}", &text[range]),
        };
        pieces.into_iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn references_are_found_and_what_kubernetes_reads_stays() {
        for (text, expected) in [
            ("plain", "none"),
            ("$(POD_NAME) $$(X) $(parametersx)", "none"),
            ("$(parameters.a)", "a=$(parameters.a)"),
            ("x:$(parameters.a.b-c)!", "\"x:\" a/b-c=$(parameters.a.b-c) \"!\""),
            ("$(X)$(parameters.a)$(parameters.b)", "\"$(X)\" a=$(parameters.a) b=$(parameters.b)"),
            ("$$(parameters.a) $(parameters.b)", "\"$(parameters.a) \" b=$(parameters.b)"),
            ("$(#ref.services.a b.id)", "#services/a b/id=$(#ref.services.a b.id)"),
            ("$(parameters.a", "!$(parameters.a"),
            ("$(parameters.a\nb", "!$(parameters.a \"\\nb\""),
            ("$(parameters)", "!$(parameters)"),
            ("$(parameters.a..b) $(parameters.a b)", "!$(parameters.a..b) \" \" !$(parameters.a b)"),
            ("ä$(parameters.a)ö", "\"ä\" a=$(parameters.a) \"ö\""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn an_escaped_text_reads_as_the_text(text in "([$()a.b#{}é\n-]|\\$\\(parameters[.)]?|\\$\\(#ref\\.|a\\)){0,16}") {
            let text = Text::from(text);
            let read = match pieces(&escaped(&text)) {
                None => escaped(&text).to_string(),
                Some(pieces) => match pieces.as_slice() {
                    [Piece::Text(read)] => read.clone(),
                    other => format!("{other:?}"),
                },
            };
            proptest::prop_assert_eq!(read, text.to_string());
        }

        /// Whatever a text holds: references come in its order, each is what stands there, and nothing is lost between them.
        #[test]
        fn pieces_cover_the_text(text in "([$()a.b#{}é\n-]|\\$\\(parameters[.)]?|\\$\\(#ref\\.|a\\)){0,16}") {
            let (mut end, mut length) = (0, 0);
            for piece in pieces(&text).unwrap_or_else(|| vec![Piece::Text(text.clone())]) {
                match piece {
                    Piece::Text(plain) => length += plain.len(),
                    Piece::Broken { range } => {
                        proptest::prop_assert!(range.start >= end && text[range.clone()].starts_with("$("));
                        (end, length) = (range.end, length + range.len());
                    }
                    Piece::Reference { target, range } => {
                        let (start, path) = match target {
                            Target::Parameter(path) => ("$(parameters.", path),
                            Target::Field(path) => ("$(#ref.", path),
                        };
                        proptest::prop_assert!(range.start >= end);
                        proptest::prop_assert_eq!(format!("{start}{})", path.join(".")), &text[range.clone()]);
                        (end, length) = (range.end, length + range.len());
                    }
                }
            }
            // Only the first of two dollars is gone.
            let escaped = text.matches("$$(").count();
            proptest::prop_assert!(length <= text.len() && text.len() - length <= escaped, "{length} of {}", text.len());
        }
    }
}
