//! Reading YAML without the compiler: another crate's resolver, to compare with.

use design_vocabulary::{Number, Value};
use serde_yaml::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};

/// How plain scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As kubectl does: `yes` is true, `014` is twelve.
    Kubernetes,
    /// As the core schema of YAML 1.2 says.
    Core,
}

/// Both ways, for text that has to mean the same to everybody.
pub(crate) const READINGS: [Reading; 2] = [Reading::Kubernetes, Reading::Core];

/// The documents of a text, those without content left out; the error is one line.
pub(crate) fn read(text: &str, reading: Reading) -> Result<Vec<Value>, String> {
    let yaml_11 = reading == Reading::Kubernetes;
    let options = serde_yaml::options! {
        // The defaults are below the size of files that people publish. Depth stays where the compiler has its own
        // limit, and what aliases may add keeps its default, so that a hostile file ends in an error here too.
        budget: serde_yaml::budget! {
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_documents: usize::MAX,
            max_total_scalar_bytes: usize::MAX,
            max_depth: 200,
            enforce_alias_anchor_ratio: false,
        },
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        legacy_octal_numbers: yaml_11,
        strict_booleans: !yaml_11,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        ignore_binary_tag_for_string: true,
        with_snippet: false,
    };
    serde_yaml::from_multiple_with_options(text, options).map_err(|error| error.to_string())
}

/// The key that a plain scalar becomes in JSON: under YAML 1.1 `on` is `true` and `0x10` is `16`. `None` for a text
/// that stays itself.
pub(crate) fn key_in_json(key: &str) -> Option<String> {
    let value = read(key, Reading::Kubernetes).ok()?.into_iter().next()?;
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(Number::Int(value)) => Some(value.to_string()),
        Value::Number(Number::Unsigned(value)) => Some(value.to_string()),
        Value::Number(Number::Float(value)) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_readings_differ_where_yaml_does() {
        let first = |reading| read("a: yes\nb: 014\nc: \"yes\"\n", reading).unwrap().remove(0);
        let (kubernetes, core) = (first(Reading::Kubernetes), first(Reading::Core));
        assert_eq!(kubernetes.get("a"), Some(&Value::Bool(true)));
        assert_eq!(kubernetes.get("b"), Some(&Value::from(12)));
        assert_eq!(core.get("a"), Some(&Value::from("yes")));
        assert_eq!(core.get("c"), kubernetes.get("c"));
        assert!(read("a: [", Reading::Core).is_err());
        assert_eq!(key_in_json("on").as_deref(), Some("true"));
        assert_eq!(key_in_json("0x10").as_deref(), Some("16"));
        assert_eq!(key_in_json("web"), None);
    }
}
