//! `between-objects`: what a case has wrong between its objects is what its verdict says, each at its field.

use std::collections::{BTreeSet, HashMap};

use design_check::RULES;
use design_pipeline::{Compiled, MemoryWorld, References, Request, compile};
use design_vocabulary::{Code, Path, Span, Value, display_path};

use super::Fault;
use crate::Verdicts;
use crate::case::Subject;
use crate::verdicts::Gap;

/// The codes of the rules that judge between objects: references, and what several objects claim.
const CODES: std::ops::RangeInclusive<&str> = "D0309"..="D0349";

/// A case without a verdict is only read.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Fault> {
    let Some(expected) = Verdicts::between_objects().gaps(&subject.case.path) else { return Vec::new() };
    let world = MemoryWorld::new([(subject.case.path.as_str(), subject.case.bytes.clone())]);
    let request =
        Request { relationships: true, references: References::Judged, ..Request::new([subject.case.path.as_str()]) };
    let compilation = compile(&world, &request);
    let mut places: HashMap<Span, (String, String)> = HashMap::new();
    for design in &compilation.designs {
        place_all(design, &mut places);
    }
    let judged = compilation.report.findings.iter().filter(|finding| CODES.contains(&finding.code.0));
    let found: BTreeSet<Gap> = judged
        .map(|finding| {
            let (from, field) = places.get(&finding.primary).cloned().unwrap_or_default();
            Gap { from, field, missing: rule_name(finding.code).to_owned() }
        })
        .collect();
    let absent = expected.difference(&found).map(|gap| Fault::new(shown(gap), "no such finding"));
    let surplus = found.difference(expected).map(|gap| Fault::new("no such finding", shown(gap)));
    absent.chain(surplus).collect()
}

fn rule_name(code: Code) -> &'static str {
    RULES.iter().find(|rule| rule.code == code).map_or("", |rule| rule.name)
}

fn shown(gap: &Gap) -> String {
    format!("{} at {} of {}", gap.missing, gap.field, gap.from)
}

/// Remembers the object and the field that stand at each place of the text.
fn place_all(design: &Compiled, places: &mut HashMap<Span, (String, String)>) {
    for (number, component) in design.design.components.iter().enumerate() {
        let from = design.graph.nodes.get(number).map(|node| node.id.clone()).unwrap_or_default();
        let mut waiting: Vec<(Path, Value)> =
            vec![(vec!["configuration".into()], Value::from(component.configuration.clone()))];
        while let Some((path, value)) = waiting.pop() {
            if let Some(located) = design.map.locate(number, &path).filter(|located| located.complete) {
                let field = display_path(path.get(1..).unwrap_or_default());
                // A list of one element and the element stand at one place.
                let known = places.entry(located.value).or_default();
                if known.1.len() < field.len() || known.0.is_empty() {
                    *known = (from.clone(), field);
                }
            }
            let below = |segment| path.iter().cloned().chain([segment]).collect::<Path>();
            match value {
                Value::Object(object) => {
                    waiting.extend(object.iter().map(|(key, value)| (below(key.clone().into()), value.clone())));
                }
                Value::Array(elements) => {
                    waiting
                        .extend(elements.iter().enumerate().map(|(place, value)| (below(place.into()), value.clone())));
                }
                _ => {}
            }
        }
    }
}
