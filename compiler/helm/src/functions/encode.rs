//! Functions from and to JSON, YAML and base64, and digests.

use std::sync::Arc;

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use data_encoding::BASE32;
use design_syntax::{Limits, SourceText, parse};
use design_vocabulary::{FileId, Value as Plain};
use sha2::{Digest as _, Sha256, Sha512};

use super::{Call, Function};
use crate::fault::Fault;
use crate::json::{Form, to_json};
use crate::text::Text;
use crate::value::{Map, Value};
use crate::yaml::{to_pretty_yaml, to_yaml};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "toYaml" | "mustToYaml" => |call, args| {
            let value = call.any(args, 0)?;
            call.budget.walk(value)?;
            let text = to_yaml(value);
            call.budget.bytes(text.len())?;
            Ok(text.into())
        },
        "toYamlPretty" => |call, args| {
            let value = call.any(args, 0)?;
            call.budget.walk(value)?;
            let text = to_pretty_yaml(value);
            call.budget.bytes(text.len())?;
            Ok(text.into())
        },
        "fromYaml" => |call, args| {
            Ok(match from_yaml(call, args)? {
                Ok(value) if value.as_map().is_some() => value,
                Ok(value) if value.is_nil() => Map::default().into(),
                Ok(_) => error("the text is no mapping").into(),
                Err(reason) => error(&reason).into(),
            })
        },
        "fromYamlArray" => |call, args| {
            Ok(match from_yaml(call, args)? {
                Ok(value) if value.as_list().is_some() => value,
                Ok(value) if value.is_nil() => Vec::new().into(),
                Ok(_) => vec!["the text is no list".into()].into(),
                Err(reason) => vec![reason.into()].into(),
            })
        },
        "toJson" | "mustToJson" => |call, args| json(call, args, Form { pretty: false, html: true }),
        "toRawJson" | "mustToRawJson" => |call, args| json(call, args, Form { pretty: false, html: false }),
        "toPrettyJson" | "mustToPrettyJson" => |call, args| json(call, args, Form { pretty: true, html: true }),
        "fromJson" => |call, args| {
            let value = from_json(call, args)?;
            let is_map = value.as_ref().is_ok_and(|value| value.as_map().is_some());
            Ok(value.ok().filter(|_| is_map).unwrap_or_else(|| error("the text is no JSON object").into()))
        },
        "mustFromJson" => |call, args| from_json(call, args)?.map_err(Fault::wrong),
        "fromJsonArray" => |call, args| {
            let value = from_json(call, args)?;
            let is_list = value.as_ref().is_ok_and(|value| value.as_list().is_some());
            Ok(value.ok().filter(|_| is_list).unwrap_or_else(|| vec!["the text is no JSON array".into()].into()))
        },
        "b64enc" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            Ok(Text::made(base64(text.as_str().as_bytes()), text.origin(0)).into())
        },
        "b64dec" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            let written: Vec<u8> = text.as_str().bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            let decoded = STANDARD.decode(&written).map_err(|error| match error {
                DecodeError::InvalidByte(offset, _) => format!("illegal base64 data at input byte {offset}"),
                // Go counts from the group of four letters that is not whole.
                _ => format!("illegal base64 data at input byte {}", written.len() / 4 * 4),
            });
            // Sprig gives the text of the error.
            Ok(decoded
                .map_or_else(Value::from, |bytes| Text::made(String::from_utf8_lossy(&bytes), text.origin(0)).into()))
        },
        "b32enc" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len().saturating_mul(2))?;
            Ok(Text::made(BASE32.encode(text.as_str().as_bytes()), text.origin(0)).into())
        },
        "b32dec" => |call, args| {
            let text = call.text(args, 0)?;
            call.budget.bytes(text.len())?;
            // Go skips line feeds.
            let written: Vec<u8> = text.as_str().bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            let decoded = BASE32.decode(&written).map_err(|error| error.to_string());
            Ok(decoded
                .map_or_else(Value::from, |bytes| Text::made(String::from_utf8_lossy(&bytes), text.origin(0)).into()))
        },
        "sha1sum" => |call, args| digest(call, args, |bytes| sha1_smol::Sha1::from(bytes).digest().to_string()),
        "adler32sum" => |call, args| digest(call, args, |bytes| adler2::adler32_slice(bytes).to_string()),
        "sha256sum" => |call, args| digest(call, args, |bytes| hexadecimal(&Sha256::digest(bytes))),
        "sha512sum" => |call, args| digest(call, args, |bytes| hexadecimal(&Sha512::digest(bytes))),
        _ => return None,
    })
}

/// Bytes in base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(call: &mut Call<'_>, args: &[Value], digest: impl Fn(&[u8]) -> String) -> Result<Value, Fault> {
    let text = call.text(args, 0)?;
    call.budget.bytes(text.len())?;
    Ok(digest(text.as_str().as_bytes()).into())
}

fn json(call: &mut Call<'_>, args: &[Value], form: Form) -> Result<Value, Fault> {
    let value = call.any(args, 0)?;
    call.budget.walk(value)?;
    let text = to_json(value, form);
    call.budget.bytes(text.len())?;
    Ok(Text::made(text, value.place).into())
}

/// What Helm gives for a text that cannot be read.
fn error(reason: &str) -> Map {
    [("Error".into(), reason.into())].into_iter().collect()
}

/// The value of a text of YAML; its scalars were made where the text was.
fn from_yaml(call: &mut Call<'_>, args: &[Value]) -> Result<Result<Value, String>, Fault> {
    let text = call.text(args, 0)?;
    call.budget.bytes(text.len())?;
    Ok(yaml_value(&text))
}

/// The value of the first document of a text. A scalar that stands in the text keeps the place of there.
pub(crate) fn yaml_value(text: &Text) -> Result<Value, String> {
    let source: Arc<SourceText> = SourceText::new(FileId(0), "", text.as_str());
    let parsed = parse(&source, &Limits::default());
    if let Some(problem) = parsed.problems.first() {
        return Err(format!("the text is no YAML: {problem:?}"));
    }
    let root = parsed.documents.first().and_then(design_syntax::Document::root);
    Ok(root.map_or(Value::NIL, |root| moved(Value::of_node(root), text)))
}

/// Moves the places of a value from a text to where that text comes from.
fn moved(mut value: Value, text: &Text) -> Value {
    if let Some(map) = value.as_map() {
        for (key, inner) in map.entries() {
            map.set(&key, moved(inner, text));
        }
    } else if let Some(list) = value.as_list() {
        let place = value.place;
        value = list.iter().map(|inner| moved(inner.clone(), text)).collect::<Vec<_>>().into();
        value.place = place;
    }
    value.place = value.place.and_then(|place| text.origin_of(place.start as usize..place.end as usize));
    value
}

fn from_json(call: &mut Call<'_>, args: &[Value]) -> Result<Result<Value, String>, Fault> {
    let text = call.text(args, 0)?;
    call.budget.bytes(text.len())?;
    let plain: Result<Plain, _> = serde_json::from_str(text.as_str());
    Ok(plain.map(|plain| Value::of_plain(&plain)).map_err(|error| error.to_string()))
}
