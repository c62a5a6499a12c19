//! Command lines as lists of words, by the quoting rules of a POSIX shell, without expansion.

/// Splits a command line. `None` where a quote is not closed.
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        letter => word.push(letter),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            '\n' => {}
                            escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        letter => word.push(letter),
                    }
                }
            }
            '\\' => match letters.next() {
                Some('\n') => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => word.get_or_insert_default().push('\\'),
            },
            letter if letter.is_whitespace() => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_are_those_of_a_shell() {
        let split = |line: &str| split(line).map(|words| words.join("|"));
        assert_eq!(split("sh -c \"a && b\"").as_deref(), Some("sh|-c|a && b"));
        assert_eq!(split("a  'b c'd\\ e \"\"").as_deref(), Some("a|b cd e|"));
        assert_eq!(split(r#"echo "\"x\" \n $y""#).as_deref(), Some(r#"echo|"x" \n $y"#));
        assert_eq!(split("a\nb").as_deref(), Some("a|b"));
        assert_eq!(split("a 'b"), None);
        assert_eq!(split("").as_deref(), Some(""));
    }
}
