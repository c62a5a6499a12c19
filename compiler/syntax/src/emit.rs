//! The only place that writes YAML.

use std::fmt;

use serde::Serialize;

/// A value as one YAML document, ending in a line break.
///
/// Strings that a YAML 1.1 reader (kubectl, Helm, PyYAML) would take for something else are quoted; long lines are not
/// folded; lists are not indented under their key. The text depends on nothing but the value. It fails only for types
/// that YAML cannot hold, which a [`Value`](design_vocabulary::Value) never is.
pub fn to_yaml<T: Serialize>(value: &T) -> Result<String, fmt::Error> {
    let mut text = String::new();
    write_yaml(&mut text, value)?;
    Ok(text)
}

/// As [`to_yaml`], appended to a text.
pub fn write_yaml<T: Serialize>(output: &mut String, value: &T) -> Result<(), fmt::Error> {
    let options = serde_yaml::ser_options! { folded_wrap_chars: usize::MAX >> 1 };
    serde_yaml::to_fmt_writer_with_options(output, value, options).map_err(|_| fmt::Error)?;
    if !output.ends_with('\n') {
        output.push('\n');
    }
    Ok(())
}
