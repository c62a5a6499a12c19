//! `${metadata.…}` and `${resources.…}` in texts.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text as it is.
    Text(String),
    /// What stands between `${` and `}`, at its dots; a dot behind a backslash does not count.
    Placeholder(Vec<String>),
}

/// The pieces of a text. `$$` is a dollar sign, and a dollar sign before anything else than `{` is itself. `None` where a
/// placeholder is not closed.
pub(crate) fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        plain.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            plain.push('$');
            rest = behind;
        } else if let Some(inside) = behind.strip_prefix('{') {
            let (name, behind) = inside.split_once('}')?;
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Placeholder(steps(name)));
            rest = behind;
        } else {
            plain.push('$');
            rest = behind;
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Some(pieces)
}

fn steps(name: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let next = letters.next();
                if let Some(last) = steps.last_mut() {
                    last.extend(next);
                }
            }
            '.' => steps.push(String::new()),
            letter => {
                if let Some(last) = steps.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_dollar_signs() {
        let placeholder = |steps: &[&str]| Piece::Placeholder(steps.iter().map(|step| (*step).to_owned()).collect());
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            pieces("a${resources.db.host}:${metadata.name}").unwrap(),
            [text("a"), placeholder(&["resources", "db", "host"]), text(":"), placeholder(&["metadata", "name"])]
        );
        assert_eq!(pieces("$$x $HOME $${a}").unwrap(), [text("$x $HOME ${a}")]);
        assert_eq!(
            pieces("${metadata.annotations.a\\.b}").unwrap(),
            [placeholder(&["metadata", "annotations", "a.b"])]
        );
        assert_eq!(pieces("${a"), None);
        assert_eq!(pieces("").unwrap(), []);
    }
}
