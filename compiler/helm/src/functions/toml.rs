//! `toToml` and `fromToml`, as the library has them that Helm uses: direct values of a table first, then tables below it,
//! each sorted by key and indented by its depth.

use super::{Call, Function};
use crate::fault::{Cause, Fault};
use crate::print::shortest;
use crate::text::Text;
use crate::value::{Data, Map, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "toToml" => |call, args| match written(call, args)? {
            Ok(text) => Ok(text),
            // Helm gives the text of the error.
            Err(reason) => Ok(reason.into()),
        },
        "mustToToml" => |call, args| written(call, args)?.map_err(Fault::wrong),
        "fromToml" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            match text.as_str().parse::<toml::Table>() {
                Ok(table) => read(&toml::Value::Table(table)),
                Err(error) => Ok([("Error".into(), error.message().into())].into_iter().collect::<Map>().into()),
            }
        },
        _ => return None,
    })
}

/// A value of TOML. Whole numbers stay such, which those of YAML and JSON do not in Helm.
fn read(value: &toml::Value) -> Result<Value, Fault> {
    Ok(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => Data::Int64(*number).into(),
        toml::Value::Float(number) => Data::Float(*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        // Go makes a value of them that prints in ways of its own.
        toml::Value::Datetime(_) => return Err(Cause::NotCovered("fromToml".to_owned()).into()),
        toml::Value::Array(elements) => elements.iter().map(read).collect::<Result<Vec<_>, _>>()?.into(),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| Ok((key.as_str().into(), read(value)?)));
            entries.collect::<Result<Map, Fault>>()?.into()
        }
    })
}

fn written(call: &mut Call<'_>, args: &[Value]) -> Result<Result<Value, String>, Fault> {
    let value = call.any(args, 0)?;
    call.budget.walk(value)?;
    if value.is_nil() {
        return Err(Fault::wrong(format!("`{}` wants a value and got nothing", call.name)));
    }
    let mut writer = Writer::default();
    let result = writer.value(&[], value);
    call.budget.bytes(writer.output.len())?;
    Ok(result.map(|()| Text::made(writer.output, value.place).into()))
}

/// What a value is in TOML.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    Plain,
    Table,
    /// A list of tables.
    Tables,
}

fn sort(value: &Value) -> Result<Sort, String> {
    Ok(match &value.data {
        Data::Map(_) => Sort::Table,
        Data::List(list) => {
            if list.iter().any(Value::is_nil) {
                return Err("toml: cannot encode array with nil element".to_owned());
            }
            let is_tables = !list.is_empty() && list.iter().all(|one| matches!(one.data, Data::Map(_)));
            // Lists in lists are looked through for what is nothing as well.
            for element in list.iter() {
                sort(element)?;
            }
            if is_tables { Sort::Tables } else { Sort::Plain }
        }
        Data::Files(_) | Data::KubeVersion(_) => return Err(format!("unsupported type: {}", value.type_name())),
        _ => Sort::Plain,
    })
}

#[derive(Default)]
struct Writer {
    output: String,
}

impl Writer {
    fn newline(&mut self) {
        if !self.output.is_empty() {
            self.output.push('\n');
        }
    }

    fn indent(&mut self, path: &[&str]) {
        self.output.push_str(&"  ".repeat(path.len().saturating_sub(1)));
    }

    fn value(&mut self, path: &[&str], value: &Value) -> Result<(), String> {
        match (sort(value)?, &value.data) {
            (Sort::Table, Data::Map(map)) => {
                if path.len() == 1 {
                    self.newline();
                }
                if !path.is_empty() {
                    self.heading(path, ["[", "]"]);
                }
                self.table(path, map)
            }
            (Sort::Tables, Data::List(_)) if path.is_empty() => {
                Err("toml: top-level values must be Go maps or structs".to_owned())
            }
            (Sort::Tables, Data::List(list)) => {
                for map in list.iter().filter_map(Value::as_map) {
                    self.newline();
                    self.heading(path, ["[[", "]]"]);
                    self.table(path, map)?;
                }
                Ok(())
            }
            _ => {
                let Some(key) = path.last() else { return self.inline(value) };
                self.indent(path);
                self.output.push_str(&quoted_key(key));
                self.output.push_str(" = ");
                self.inline(value)?;
                self.newline();
                Ok(())
            }
        }
    }

    fn heading(&mut self, path: &[&str], brackets: [&str; 2]) {
        self.indent(path);
        let keys: Vec<String> = path.iter().map(|key| quoted_key(key)).collect();
        let [open, close] = brackets;
        self.output.push_str(&format!("{open}{}{close}", keys.join(".")));
        self.newline();
    }

    fn table(&mut self, path: &[&str], map: &Map) -> Result<(), String> {
        let entries = map.entries();
        for tables in [false, true] {
            for (key, value) in &entries {
                if (sort(value)? != Sort::Plain) == tables && !value.is_nil() {
                    self.value(&[path, &[key]].concat(), value)?;
                }
            }
        }
        Ok(())
    }

    /// A value behind `=`, or in one that stands there.
    fn inline(&mut self, value: &Value) -> Result<(), String> {
        match &value.data {
            Data::Bool(truth) => self.output.push_str(if *truth { "true" } else { "false" }),
            Data::Int(number) | Data::Int64(number) => self.output.push_str(&number.to_string()),
            Data::Float(number) => self.output.push_str(&float(*number)),
            Data::Text(text) => self.output.push_str(&quoted(text.as_str())),
            Data::Semver(semver) => self.output.push_str(&quoted(&semver.to_string())),
            Data::Map(map) => {
                let mut parts = [Vec::new(), Vec::new()];
                for (key, value) in map.entries() {
                    let [direct, tables] = &mut parts;
                    let part = if sort(&value)? == Sort::Plain { direct } else { tables };
                    part.push((key, value));
                }
                let has_tables = parts.last().is_some_and(|tables| !tables.is_empty());
                self.output.push('{');
                for (tables, part) in parts.iter().enumerate() {
                    for (index, (key, value)) in part.iter().enumerate().filter(|(_, (_, value))| !value.is_nil()) {
                        self.output.push_str(&format!("{} = ", quoted_key(key)));
                        self.inline(value)?;
                        if index + 1 < part.len() || (tables == 0 && has_tables) {
                            self.output.push_str(", ");
                        }
                    }
                }
                self.output.push('}');
            }
            Data::Bytes(_) | Data::List(_) | Data::Versions(_) => {
                self.output.push('[');
                for (index, element) in value.as_list().unwrap_or_default().iter().enumerate() {
                    if index > 0 {
                        self.output.push_str(", ");
                    }
                    self.inline(element)?;
                }
                self.output.push(']');
            }
            Data::Nil | Data::Files(_) | Data::KubeVersion(_) => {
                return Err(format!("unexpected type: {}", value.type_name()));
            }
        }
        Ok(())
    }
}

/// A number with a fraction or an exponent, since TOML tells it from a whole one by them.
fn float(number: f64) -> String {
    match shortest(number).as_str() {
        "NaN" => "nan".to_owned(),
        "+Inf" => "inf".to_owned(),
        "-Inf" => "-inf".to_owned(),
        text if text.contains(['e', '.']) => text.to_owned(),
        text => format!("{text}.0"),
    }
}

fn quoted_key(key: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut output = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\u{8}' => output.push_str("\\b"),
            '\t' => output.push_str("\\t"),
            '\n' => output.push_str("\\n"),
            '\u{c}' => output.push_str("\\f"),
            '\r' => output.push_str("\\r"),
            letter if letter < ' ' || letter == '\u{7f}' => {
                output.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => output.push(letter),
        }
    }
    output.push('"');
    output
}
