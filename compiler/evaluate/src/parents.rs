//! Parents that children name and that are not there.

use std::collections::{BTreeMap, HashSet};

use design_vocabulary::{Component, FieldPath, SelectorItem, Text, Value};

use crate::canonical::write;
use crate::columns::Compared;
use crate::family::{Family, Prepared, is_any, matches};
use crate::identify::pairs_of;
use crate::state::State;
use crate::{Because, Problem, field};

/// Makes the parents that inventories miss: one for all children that name it.
pub(crate) fn add(state: &mut State<'_>) {
    for prepared in state.definitions {
        if prepared.family != Family::Inventory {
            continue;
        }
        for set in &prepared.definition.selectors {
            for (child, parent) in pairs_of(set) {
                let count = child.patch.mutated.len().min(parent.patch.mutator.len());
                // Only who is named gives a name to somebody new: a kind, and fields that take it.
                if count > 0 && !is_any(&parent.kind) {
                    missing(state, prepared, (child, parent), count);
                }
            }
        }
    }
}

fn missing(state: &mut State<'_>, prepared: &Prepared, (child, parent): (&SelectorItem, &SelectorItem), count: usize) {
    let mutators: &[FieldPath] = parent.patch.mutator.get(..count).unwrap_or_default();
    let mutateds: &[FieldPath] = child.patch.mutated.get(..count).unwrap_or_default();
    let mut columns = std::mem::take(&mut state.columns);
    let compared = vec![Compared::Json; count];
    let (parents, children) =
        (columns.ask(parent, mutators, &compared, false), columns.ask(child, mutateds, &compared, false));
    columns.fill(state);
    let there: HashSet<u64> = columns.rows(parents, false).map(|(key, _)| key).collect();
    let mut seen = HashSet::new();
    let mut strangers: Vec<usize> = Vec::new();
    for (key, node) in columns.rows(children, false) {
        let is_missed = !there.contains(&key) && !seen.contains(&key) && !is_denied(state, prepared, node, parent);
        if is_missed {
            seen.insert(key);
            strangers.push(node);
        }
    }
    state.columns = columns;
    if strangers.is_empty() {
        return;
    }
    let mut there = HashSet::new();
    for node in state.candidates(parent) {
        for paths in state.expand(node, mutators) {
            there.extend(state.values(node, &paths).map(|values| key(&values)));
        }
    }
    let mut wanted: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for node in strangers {
        for paths in state.expand(node, mutateds) {
            let Some(values) = state.values(node, &paths) else { continue };
            let key = key(&values);
            if !there.contains(&key) {
                wanted.entry(key).or_insert(values);
            }
        }
    }
    for (key, values) in wanted {
        let mut component = Component {
            kind: parent.kind.clone(),
            api_version: design_registry::Registry::builtin().api_version(&parent.kind).unwrap_or_default().into(),
            model: if is_any(&parent.model.name) { Text::new() } else { parent.model.name.clone() },
            ..Component::default()
        };
        let written = mutators.iter().zip(values).try_for_each(|(path, value)| {
            if path.has_wildcard() {
                Err(field::Refusal::InTheWay)
            } else {
                field::write(&mut component, &path.0, Some(value))
            }
        });
        if component.model.is_empty() {
            component.model = crate::state::model_of(&component);
        }
        match written {
            Ok(()) => {
                let content = format!("parent {} {} {key}", component.kind, component.model);
                state.add_node(component, &content, Because::Definition(prepared.position));
            }
            Err(refusal) => state.problems.push(Problem::Parent { definition: prepared.position, refusal }),
        }
    }
}

fn key(values: &[Value]) -> String {
    let mut text = String::new();
    for value in values {
        write(value, &mut text);
        text.push('\u{0}');
    }
    text
}

/// Whether a child may not have such a parent, which is not there to be asked.
fn is_denied(state: &State<'_>, prepared: &Prepared, child: usize, parent: &SelectorItem) -> bool {
    prepared.definition.selectors.iter().any(|set| {
        set.deny.from.iter().any(|item| state.is_meant(item, child))
            && set.deny.to.iter().any(|item| matches(item, &parent.kind, &parent.model.name))
    })
}
