//! The images of what waits in a compose project, as parameters: a cluster may have them under other names.

use design_parameters::{Declared, Found, Part, Symbol, Symbols, Values};
use design_source::{Loaded, Open, Problem};
use design_syntax::{Document, Rules, SourceText, lower, parse};
use design_vocabulary::{Component, Object, Text, Value};

use crate::reading::Reading;

/// How the containers are called that wait.
const WAITING: &str = "wait-for-";

/// An image of what waits, as a parameter.
struct Image<'a> {
    name: &'static str,
    description: &'static str,
    /// The image that the project was read with.
    written: &'a str,
}

/// Makes parameters of the images of what waits, as far as anything does, with what is given for them.
pub(super) fn open(reading: &mut Reading<'_>, loaded: &mut Loaded, options: &design_compose::Options, folder: &str) {
    let all = [
        Image {
            name: "waitImage",
            description: "image of what waits for a service; it needs sh, nc and nslookup",
            written: &options.wait_image,
        },
        Image {
            name: "jobWaitImage",
            description: "image of what waits for a job; it needs kubectl as its entry point",
            written: &options.job_wait_image,
        },
    ];
    let mut found = Vec::new();
    for component in &loaded.design.components {
        replaced(component, &mut |image| {
            found.push(image.to_owned());
            None
        });
    }
    let used: Vec<&Image<'_>> = all.iter().filter(|image| found.iter().any(|found| found == image.written)).collect();
    if used.is_empty() {
        return;
    }
    let values = declared(reading, loaded, &used, folder);
    let mut symbols = Symbols::default();
    let mut pairs: Vec<(&str, Text, Value)> = Vec::new();
    for image in used {
        let Found::Value { value: Value::String(text), .. } = values.find(&[image.name.into()]) else { continue };
        let parts = vec![Part::Parameter(vec![image.name.into()])];
        let symbol = symbols.push(Symbol { value: Value::String(text.clone()), parts });
        pairs.push((image.written, text.clone(), symbol));
    }
    let of = |image: &str| pairs.iter().find(|(written, ..)| *written == image);
    let components = loaded.design.components.iter();
    let open = components
        .map(|component| replaced(component, &mut |image| of(image).map(|(_, _, symbol)| symbol.clone())))
        .collect();
    for component in &mut loaded.design.components {
        *component = replaced(component, &mut |image| of(image).map(|(_, text, _)| Value::String(text.clone())));
    }
    loaded.values = values;
    loaded.open = Some(Open { components: open, symbols });
}

/// The parameters with what is given for them.
fn declared(reading: &mut Reading<'_>, loaded: &mut Loaded, images: &[&Image<'_>], folder: &str) -> Values {
    let mut parameters = Object::new();
    for image in images {
        let schema = [("type", "string"), ("description", image.description), ("default", image.written)];
        let schema: Object = schema.into_iter().map(|(key, text)| (key, Value::from(text))).collect();
        parameters.insert(image.name, Value::Object(schema));
    }
    let design = Object::from_iter([("parameters", Value::Object(parameters))]);
    // They stand in no file; what is found about them stands where they are given.
    let text = design_syntax::to_yaml(&design).unwrap_or_default();
    let id = reading.option("parameters of compose projects", &text);
    let parsed = parse(&SourceText::new(id, "parameters of compose projects", text), &reading.request.limits);
    let Some(mut document) = parsed.documents.into_iter().next() else { return Values::default() };
    document.set_rules(Rules::Core);
    let Some(root) = Document::root(&document).map(design_syntax::NodeRef::resolved) else { return Values::default() };
    let Value::Object(design) = lower(root, &mut Vec::new()) else { return Values::default() };
    let layers = reading.layers_of(folder);
    let mut problems = Vec::new();
    let values = Declared::read(&design, root, &mut problems).resolve(root, &layers, &mut problems);
    loaded.problems.extend(problems.into_iter().map(Problem::Parameters));
    values
}

/// A component with other images of what waits.
fn replaced(component: &Component, change: &mut dyn FnMut(&str) -> Option<Value>) -> Component {
    let configuration = within(&Value::Object(component.configuration.clone()), change);
    match configuration {
        Value::Object(configuration) => Component { configuration, ..component.clone() },
        _ => component.clone(),
    }
}

fn within(value: &Value, change: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let mut changed = Object::new();
    for (key, value) in object.iter() {
        let value = match (key.as_str(), value) {
            ("initContainers", Value::Array(containers)) => {
                containers.iter().map(|container| waiting(container, change)).collect()
            }
            // A pod stands in these.
            ("spec" | "template" | "jobTemplate", Value::Object(_)) => within(value, change),
            _ => value.clone(),
        };
        changed.insert(key.clone(), value);
    }
    Value::Object(changed)
}

fn waiting(container: &Value, change: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
    let is_waiting = container.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with(WAITING));
    let image = container.get("image").and_then(Value::as_str).filter(|_| is_waiting).and_then(change);
    match (container, image) {
        (Value::Object(object), Some(image)) => {
            let mut object = object.clone();
            object.insert("image", image);
            Value::Object(object)
        }
        _ => container.clone(),
    }
}
