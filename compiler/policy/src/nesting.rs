//! How deep the brackets of a text lie, before the engine reads it: its parser needs time that grows with a power of that.

/// How deep brackets may lie. Nothing that people write comes near.
pub(crate) const LIMIT: usize = 64;

/// The line, counted from 1, at which brackets pass the limit; `None` where they never do.
pub(crate) fn too_deep(text: &str) -> Option<u32> {
    let (mut depth, mut line) = (0_usize, 1_u32);
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\n' {
            line = line.saturating_add(1);
        }
        match (quote, letter) {
            (Some('"'), '\\') => {
                letters.next();
            }
            // Only a raw string goes on in the next line.
            (Some(open), letter) if letter == open || (open != '`' && letter == '\n') => quote = None,
            (None, '"' | '`') => quote = Some(letter),
            (None, '#') => quote = Some('\n'),
            (None, '[' | '{' | '(') => {
                depth += 1;
                if depth > LIMIT {
                    return Some(line);
                }
            }
            (None, ']' | '}' | ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_and_comments_are_no_brackets() {
        let many = "[".repeat(LIMIT + 1);
        for text in [format!("x := \"{many}\""), format!("x := `\n{many}`"), format!("# {many}\nx := \"\\\"{many}\"")] {
            assert_eq!(too_deep(&text), None, "{text}");
        }
        assert_eq!(too_deep(&format!("package p\n\nx := {many}")), Some(3));
        assert_eq!(too_deep(&"[]".repeat(LIMIT + 1)), None);
    }
}
