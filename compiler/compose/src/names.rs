//! Names that Kubernetes allows.

/// A name as an object may have it (RFC 1123, 63 letters): lower case, other letters a `-`, none at either end. A name
/// without any letter that may stay is `unnamed`.
pub fn object_name(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(letter).collect();
    let name: String = name.trim_matches('-').chars().take(63).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

/// A text as the value of a label may have it: 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or
/// digit.
pub fn label_value(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.') { letter } else { '-' }
    };
    let text: String = text.chars().map(letter).take(63).collect();
    text.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()).to_owned()
}

/// Whether a text may be a key of a config map or secret.
pub(crate) fn is_data_key(key: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    !key.is_empty() && key.len() <= 253 && key.chars().all(is_letter) && key != "." && !key.starts_with("..")
}

/// A text as a key of a config map or secret.
pub(crate) fn data_key(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.') { letter } else { '-' }
    };
    let key: String = text.chars().map(letter).take(253).collect();
    if is_data_key(&key) { key } else { format!("key-{}", key.trim_matches('.')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_valid() {
        assert_eq!(object_name("My_App.web"), "my-app-web");
        assert_eq!(object_name("_x_"), "x");
        assert_eq!(object_name("***"), "unnamed");
        assert_eq!(object_name(&"a_".repeat(60)).len(), 63);
        assert_eq!(label_value("_a b_"), "a-b");
        assert_eq!(data_key("a b.txt"), "a-b.txt");
        assert_eq!(data_key(".."), "key-");
    }
}
