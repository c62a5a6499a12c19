//! Writing profiles.

use serde_json::{Map, Value, json};

use super::{Client, Dialect, Profile, Protocol};

/// A profile in a dialect, as YAML. What is zero is left out, as the specification's own encoding leaves it out. `None` of
/// the dialect that is only read, and where the text cannot be made.
pub fn write(profile: &Profile, dialect: Dialect) -> Option<String> {
    let test = test(profile, dialect);
    let whole = match dialect {
        Dialect::Saved => return None,
        Dialect::Bare => test,
        Dialect::Wrapped => json!({"test": test, "mesh": profile.mesh.clone().unwrap_or_else(|| json!({}))}),
        Dialect::Native => {
            let mut whole = Map::new();
            whole.insert("test".to_owned(), test);
            if let Some(mesh) = &profile.mesh {
                whole.insert("mesh".to_owned(), mesh.clone());
            }
            Value::Object(whole)
        }
    };
    yaml(&whole)
}

/// A value as YAML.
pub(super) fn yaml(value: &Value) -> Option<String> {
    design_syntax::to_yaml(value).ok()
}

/// The names of fields in the order in which they are written.
fn test(profile: &Profile, dialect: Dialect) -> Value {
    let clients: Vec<Value> = profile.clients.iter().map(|client| of_client(client, dialect)).collect();
    message(
        dialect,
        [
            ("smp_version", Value::from(profile.smp_version.as_str())),
            ("id", Value::from(profile.id.as_str())),
            ("name", Value::from(profile.name.as_str())),
            ("labels", json!(profile.labels)),
            ("clients", Value::from(clients)),
            ("duration", Value::from(profile.duration.as_str())),
        ],
    )
}

fn of_client(client: &Client, dialect: Dialect) -> Value {
    let protocol = match (client.protocol, dialect) {
        (Protocol::Unsaid, _) => String::new(),
        (protocol, Dialect::Native) => protocol.name().to_owned(),
        (protocol, _) => format!("PROTOCOL_{}", protocol.name().to_uppercase()),
    };
    message(
        dialect,
        [
            ("internal", Value::from(client.internal)),
            ("load_generator", Value::from(client.load_generator.as_str())),
            ("protocol", Value::from(protocol)),
            ("connections", Value::from(client.connections)),
            ("rps", Value::from(client.rps)),
            ("headers", json!(client.headers)),
            ("cookies", json!(client.cookies)),
            ("body", Value::from(client.body.as_str())),
            ("content_type", Value::from(client.content_type.as_str())),
            ("endpoint_urls", json!(client.endpoint_urls)),
            ("ssl_certificate", Value::from(client.ssl_certificate.as_str())),
            ("additional_options", Value::from(client.additional_options.as_str())),
        ],
    )
}

/// A message without the fields that are zero, its names as the dialect spells them.
fn message<const COUNT: usize>(dialect: Dialect, fields: [(&str, Value); COUNT]) -> Value {
    let is_zero = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    };
    let spelled = |name: &str| if dialect == Dialect::Native { camel(name) } else { name.to_owned() };
    fields.into_iter().filter(|(_, value)| !is_zero(value)).map(|(name, value)| (spelled(name), value)).collect()
}

fn camel(name: &str) -> String {
    let mut spelled = String::new();
    let mut is_next = false;
    for letter in name.chars() {
        match letter {
            '_' => is_next = true,
            letter if is_next => {
                spelled.extend(letter.to_uppercase());
                is_next = false;
            }
            letter => spelled.push(letter),
        }
    }
    spelled
}
