//! How wide a text is, without a font at hand, and where it is broken.
//!
//! The estimates are upper bounds: they are taken from the widest of the faces that the pictures ask for. Texts beyond
//! ASCII, whose glyphs no estimate holds for, are told to take the estimated width (`textLength`), so none leaves its box.

/// A face in which texts are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Of fixed width, 13 pixels high: names.
    Name,
    /// Proportional, 11 pixels high: kinds, notes.
    Small,
}

/// The characters of a line of a name.
pub const NAME: usize = 28;
/// The characters of a line of a note.
pub const NOTE: usize = 46;
/// The lines of a label; a longer one ends in an ellipsis. A name of Kubernetes has at most 253 characters, which fit.
const LINES: usize = 12;

/// An upper bound of the width of a text in pixels.
pub fn width(text: &str, face: Face) -> i64 {
    let thousandths: i64 = text.chars().map(|letter| advance(letter, face)).sum();
    let size = match face {
        Face::Name => 13,
        Face::Small => 11,
    };
    (thousandths * size + 999) / 1000
}

/// The width of a character in thousandths of the size of its face.
fn advance(letter: char, face: Face) -> i64 {
    match (face, letter) {
        (_, '\u{300}'..='\u{36f}') => 100,
        (_, '\u{1100}'..) => 1200,
        (_, '\u{80}'..) => 800,
        (Face::Name, _) => 610,
        (Face::Small, 'm' | 'w' | 'M' | 'W' | '@' | '%') => 1000,
        (
            Face::Small,
            'f' | 'i' | 'j' | 'l' | 'r' | 't' | 'I' | ' ' | '.' | ',' | ':' | ';' | '/' | '|' | '!' | '\'',
        ) => 450,
        (Face::Small, 'A'..='Z') => 790,
        (Face::Small, _) => 660,
    }
}

/// A text as lines of at most so many characters, broken behind a dash, dot, slash or other mark where there is one, else where a line is full.
pub fn lines(text: &str, most: usize) -> Vec<String> {
    let text = shown(text);
    let mut rest: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    while rest.len() > most && lines.len() + 1 < LINES {
        let breaks = |letter: &char| " -_./:,;=)]}".contains(*letter);
        let end = rest.iter().take(most).rposition(breaks).map_or(most, |mark| mark + 1);
        // A break near the begin of a line makes more lines than it helps.
        let end = if end < most / 3 { most } else { end };
        lines.push(rest.drain(..end).collect::<String>().trim_end().to_owned());
    }
    if rest.len() > most {
        rest.truncate(most - 1);
        rest.push('…');
    }
    lines.push(rest.into_iter().collect());
    lines
}

/// A text with what cannot be seen, or would turn others round, put as the sign for what cannot be shown.
fn shown(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(letter: char) -> char {
    let is_hidden = letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if is_hidden { '\u{fffd}' } else { letter }
}

/// A text between tags or in a quoted attribute, of SVG and of HTML; breaks between lines stay.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => safe.push('\n'),
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(visible(letter)),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_broken_and_nothing_is_lost() {
        assert_eq!(lines("cart", NAME), ["cart"]);
        let name = "recommendation-service-configuration-of-the-shop";
        assert_eq!(lines(name, NAME), ["recommendation-service-", "configuration-of-the-shop"]);
        let longest = "x".repeat(253);
        assert_eq!(lines(&longest, NAME).concat(), longest);
        assert!(lines(&"y".repeat(5000), NAME).last().unwrap().ends_with('…'));
    }

    #[test]
    fn markup_and_what_cannot_be_seen_are_made_visible() {
        assert_eq!(escaped("<b title='x'>\u{202e}\u{0}&\""), "&lt;b title=&#39;x&#39;&gt;\u{fffd}\u{fffd}&amp;&quot;");
    }
}
