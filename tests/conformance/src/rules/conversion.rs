//! `fixed-point`, the other half: converting a design to a version of Meshery's format loses nothing.

use design_source::{Version, convert};
use design_syntax::{Document, layout_of, print, to_yaml};
use design_vocabulary::{Object, Value};
use uuid::Uuid;

use super::Fault;
use super::deterministic::artifacts;
use super::fixed_point::{changed, other_text, read_back};
use crate::case::compile_text;

const VERSIONS: [(Version, &str); 2] =
    [(Version::V1Beta1, "designs.meshery.io/v1beta1"), (Version::V1Beta3, "designs.meshery.io/v1beta3")];

/// Converts to each version, twice, there and back, and compares ids, counts and what is rendered.
pub(super) fn judge(document: &Document, design: &Object, faults: &mut Vec<Fault>) {
    let ids = ids(design);
    for (version, name) in VERSIONS {
        let converted = convert(design, version);
        let value = Value::Object(converted.design.clone());
        if converted.design.get_str("schemaVersion") != Some(name) {
            faults.push(Fault::new(format!("a design of {name}"), "another schemaVersion"));
        }
        let twice = Value::Object(convert(&converted.design, version).design);
        faults.extend(changed(&format!("{name} twice"), &value, &twice));
        faults.extend(kept_ids(name, &ids, &converted.design));
        let mut layout = layout_of(document);
        for (from, to) in &converted.moved {
            layout.rename(from, to);
        }
        match print(&value, &layout) {
            Ok(text) => match read_back(&format!("{name} printed"), &text) {
                Ok((_, again)) => faults.extend(changed(&format!("{name} printed"), &value, &Value::Object(again))),
                Err(fault) => faults.push(fault),
            },
            Err(_) => faults.push(Fault::new(format!("{name}: a value that can be printed"), "an error")),
        }
        faults.extend(same_output(name, &Value::Object(design.clone()), &value));
    }
    let there = convert(design, Version::V1Beta1).design;
    let back = convert(&convert(&there, Version::V1Beta3).design, Version::V1Beta1).design;
    faults.extend(changed("v1beta1 by way of v1beta3", &Value::Object(there), &Value::Object(back)));
}

/// The ids of the components as the file has them, by position; `None` where one has none that says anything.
fn ids(design: &Object) -> Vec<Option<Uuid>> {
    let id = |value: Option<&Value>| {
        let id = value.and_then(Value::as_str).and_then(|text| text.parse::<Uuid>().ok());
        id.filter(|id| !id.is_nil())
    };
    if let Some(components) = design.get("components").and_then(Value::as_array) {
        return components.iter().map(|component| id(component.get("id"))).collect();
    }
    let services = design.get("services").and_then(Value::as_object);
    let services = services.into_iter().flat_map(Object::iter);
    services
        .map(|(_, service)| {
            // What the service says goes before what its drawing says, also where it says no UUID.
            let own = service.get("id").filter(|id| id.as_str().is_some_and(|text| !text.is_empty()));
            let drawn = || service.get("traits")?.get("meshmap")?.get("id");
            id(own.or_else(drawn))
        })
        .collect()
}

/// The faults where an id is lost, or where two components have one id that had none before.
fn kept_ids(name: &str, ids: &[Option<Uuid>], converted: &Object) -> Vec<Fault> {
    let components = converted.get("components").and_then(Value::as_array).unwrap_or_default();
    if components.len() != ids.len() {
        return vec![Fault::new(format!("{name}: {} components", ids.len()), components.len().to_string())];
    }
    let mut faults = Vec::new();
    for (index, (before, component)) in
        ids.iter().zip(components).enumerate().filter(|(_, (_, now))| now.as_object().is_some())
    {
        let now = component.get("id").and_then(Value::as_str).and_then(|text| text.parse::<Uuid>().ok());
        let is_kept = before.is_none_or(|before| now == Some(before));
        if !is_kept || now.is_none() {
            let wanted = before.map_or_else(|| "some id".to_owned(), |id| id.to_string());
            let got = now.map_or_else(|| "none".to_owned(), |id| id.to_string());
            faults.push(Fault::new(format!("{name}: components[{index}] with {wanted}"), got));
        }
        let taken = components.iter().take(index).position(|other| other.get("id") == component.get("id"));
        if let (Some(other), None) = (taken, before) {
            let got = format!("the id of components[{other}]");
            faults.push(Fault::new(format!("{name}: components[{index}] with an id of its own"), got));
        }
    }
    faults
}

/// The fault where a converted design renders something else than the original.
fn same_output(name: &str, original: &Value, converted: &Value) -> Option<Fault> {
    let (Ok(original), Ok(converted)) = (to_yaml(original), to_yaml(converted)) else { return None };
    let (before, after) = (artifacts(&compile_text(&original)), artifacts(&compile_text(&converted)));
    if before.len() != after.len() {
        return Some(Fault::new(
            format!("{name} with {} artifacts, as the original", before.len()),
            after.len().to_string(),
        ));
    }
    let (one, two) = before.iter().zip(&after).find(|(one, two)| one != two)?;
    if one.0 != two.0 {
        return Some(Fault::new(format!("{name} with {}, as the original", one.0), two.0.clone()));
    }
    other_text(&format!("{name}: {} as the original has it", one.0), &one.1, &two.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_id_is_noticed() {
        let id = "11111111-1111-4111-8111-111111111111";
        let (_, design) = read_back("x", &format!("name: a\ncomponents: [{{id: {id}}}, {{}}]\n")).unwrap();
        let known = ids(&design);
        assert_eq!(known, [id.parse().ok(), None]);
        let converted = convert(&design, Version::V1Beta1).design;
        assert_eq!(kept_ids("x", &known, &converted), []);
        let other = "22222222-2222-4222-8222-222222222222".parse().ok();
        assert_eq!(kept_ids("x", &[other, None], &converted).len(), 1);
        assert_eq!(kept_ids("x", &[other], &converted).len(), 1);
    }
}
