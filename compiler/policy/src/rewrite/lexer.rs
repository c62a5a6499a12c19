//! The tokens of a module, with their places.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword.
    Word,
    /// A number, or a text in either kind of quotes.
    Literal,
    /// Anything else.
    Symbol,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub text: &'a str,
    /// The byte that it begins at.
    pub start: usize,
    /// Its line, from 0.
    pub line: usize,
}

impl Token<'_> {
    /// The byte behind it.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens of a text; comments and spaces are none. A quote that is not closed goes to the end.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let (kind, length) = match first {
            '\n' => {
                line += 1;
                at += 1;
                continue;
            }
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            space if space.is_whitespace() => {
                at += space.len_utf8();
                continue;
            }
            '"' => (Kind::Literal, quoted(rest)),
            '`' => (Kind::Literal, rest[1..].find('`').map_or(rest.len(), |end| end + 2)),
            letter if letter.is_alphabetic() || letter == '_' => (Kind::Word, word(rest)),
            digit if digit.is_ascii_digit() => (Kind::Literal, word(rest)),
            _ => {
                let is_long = [":=", "==", "!=", "<=", ">="].iter().any(|symbol| rest.starts_with(symbol));
                (Kind::Symbol, if is_long { 2 } else { first.len_utf8() })
            }
        };
        let text = rest.get(..length).unwrap_or(rest);
        tokens.push(Token { kind, text, start: at, line });
        line += text.matches('\n').count();
        at += text.len();
    }
    tokens
}

fn quoted(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            '"' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn word(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
}
