//! Relationships that definitions find.

use design_vocabulary::{Endpoint, FieldPath, Relationship, Selector, SelectorItem, SelectorSet, Text};

use uuid::Uuid;

use crate::canonical::{derived_id, derived_uuid, write};
use crate::columns::Columns;
use crate::family::{Family, Prepared};
use crate::known::{Known, Sort, sort_of};
use crate::link::{Body, Link, Pair, Template, short};
use crate::state::{Kinds, State, concerns};
use crate::{alias, binding, pairs, sibling};

/// Looks for the relationships of all definitions that the design does not have yet.
///
/// A definition that concerns none of the components that changed since the last pass finds what it found then.
pub(crate) fn identify(state: &mut State<'_>) {
    let touched = state.touched.replace(Kinds::default());
    let mut known = state.known.take().unwrap_or_else(|| Known::of(state));
    let mut columns = std::mem::take(&mut state.columns);
    let definitions = state.definitions;
    let concerned: Vec<(usize, &Prepared)> =
        definitions.iter().enumerate().filter(|(_, prepared)| concerns(prepared, touched.as_ref())).collect();
    for (_, prepared) in &concerned {
        for (from, to) in prepared.definition.selectors.iter().flat_map(pairs_of) {
            match prepared.family {
                Family::Inventory | Family::Wallet | Family::NonBinding => pairs::ask(&mut columns, from, to),
                Family::Binding => binding::ask(&mut columns, from, to),
                Family::Alias | Family::Sibling => {}
            }
        }
    }
    columns.fill(state);
    for (number, prepared) in concerned {
        match prepared.family {
            Family::Inventory | Family::Wallet | Family::NonBinding => {
                agreeing(state, &mut columns, number, prepared, &mut known);
            }
            Family::Alias => alias::identify(state, number, prepared, &mut known),
            Family::Binding => binding::identify(state, &mut columns, number, prepared, &mut known),
            Family::Sibling => {}
        }
        if state.is_exhausted {
            break;
        }
    }
    state.columns = columns;
    if state.is_exhausted {
        return;
    }
    state.known = Some(known);
    sibling::identify(state);
}

fn agreeing(state: &mut State<'_>, columns: &mut Columns, number: usize, prepared: &Prepared, known: &mut Known) {
    let sort = known.number(&prepared.sort);
    for set in &prepared.definition.selectors {
        for (from, to) in pairs_of(set) {
            let found = pairs::agreeing(state, columns, prepared, (from, to));
            if found.pairs.is_empty() {
                continue;
            }
            let (digest, declared) = (digest(&prepared.sort, from, to), known.declared(from, to));
            let number_of_template = short(state.templates.len());
            state.templates.push(template(prepared, from, to));
            for (from, to) in known.add_all(sort, (from, to), declared, found) {
                let id = pair_id(state, &digest, from, to);
                let pair = Pair { template: number_of_template, from: short(from), to: short(to), id };
                if !state.add_link(number, Body::Pair(pair)) {
                    return;
                }
            }
        }
    }
}

/// What the relationships between components of two items have in common.
fn template(prepared: &Prepared, from: &SelectorItem, to: &SelectorItem) -> Template {
    let item = |item: &SelectorItem| vec![SelectorItem { id: None, ..item.clone() }];
    let allow = Selector { from: item(from), to: item(to) };
    Template(without_id(prepared, SelectorSet { allow, deny: Selector::default() }))
}

/// As [`id_of`], for two components without one in the middle.
fn pair_id(state: &State<'_>, digest: &Text, from: usize, to: usize) -> Uuid {
    let mut content = String::with_capacity(160);
    for part in [digest, "/", state.ids.get(from), "/", state.ids.get(to)] {
        content.push_str(part);
    }
    derived_uuid(&content)
}

/// Every item of one side with every item of the other.
pub(crate) fn pairs_of(set: &SelectorSet) -> impl Iterator<Item = (&SelectorItem, &SelectorItem)> {
    set.allow.from.iter().flat_map(|from| set.allow.to.iter().map(move |to| (from, to)))
}

/// A relationship of a definition with the given selectors, under an id that is made of nothing but its content. The
/// digest is that of the fields, which all relationships of two items have in common.
pub(crate) fn relationship(prepared: &Prepared, set: SelectorSet, digest: &Text) -> Relationship {
    let mut relationship = without_id(prepared, set);
    relationship.id = Some(id_of(digest, &relationship));
    relationship
}

fn without_id(prepared: &Prepared, set: SelectorSet) -> Relationship {
    let definition = &prepared.definition;
    let end = |item: &SelectorItem| Endpoint { id: item.id.clone(), kind: item.kind.clone() };
    Relationship {
        id: None,
        kind: definition.kind.clone(),
        type_name: definition.type_name.clone(),
        sub_type: definition.sub_type.clone(),
        status: "approved".into(),
        from: set.allow.from.iter().map(end).collect(),
        to: set.allow.to.iter().map(end).collect(),
        selectors: vec![set],
    }
}

/// What relationships of one sort with these fields have in common, as an id.
pub(crate) fn digest(sort: &Sort, from: &SelectorItem, to: &SelectorItem) -> Text {
    let mut content = format!("{}/{}/{}", sort.0, sort.1, sort.2);
    for item in [from, to] {
        let matching = [&item.matching.from, &item.matching.to];
        content.push_str(&format!("|{}|{}", item.kind, item.model.name));
        for paths in [&item.patch.mutator, &item.patch.mutated, &item.matching.refs] {
            write_paths(paths, &mut content);
        }
        for end in matching.into_iter().flatten() {
            content.push_str(&format!("|{}", end.kind));
            write_paths(&end.mutator, &mut content);
            write_paths(&end.mutated, &mut content);
        }
        for row in &item.strategies {
            let names: Vec<&str> = row.iter().map(design_vocabulary::Strategy::as_str).collect();
            content.push_str(&format!("|{}", names.join(",")));
        }
    }
    derived_id(&content)
}

fn write_paths(paths: &[FieldPath], content: &mut String) {
    content.push('|');
    for path in paths {
        write(&path.to_value(), content);
    }
}

/// The id of a relationship whose fields have a digest: that of the digest with the components that it joins.
fn id_of(digest: &Text, relationship: &Relationship) -> Text {
    let mut content = String::with_capacity(160);
    content.push_str(digest);
    let items = relationship.selectors.iter().flat_map(|set| set.allow.from.iter().chain(&set.allow.to));
    for item in items {
        let middles = item.matching.from.iter().chain(&item.matching.to).map(|end| end.id.as_ref());
        for id in std::iter::once(item.id.as_ref()).chain(middles) {
            content.push('/');
            content.push_str(id.map_or("", Text::as_str));
        }
    }
    derived_id(&content)
}

/// The id that evaluation gives to a relationship with this content; `None` for one that it would not make.
fn content_id(relationship: &Relationship) -> Option<Text> {
    let [set] = relationship.selectors.as_slice() else { return None };
    let ([from], [to]) = (set.allow.from.as_slice(), set.allow.to.as_slice()) else { return None };
    Some(id_of(&digest(&sort_of(relationship), from, to), relationship))
}

/// Whether evaluation found a relationship, now or earlier: a person's has another id, or none.
pub(crate) fn is_found(link: &Link) -> bool {
    let is_of_content =
        |relationship: &Relationship| relationship.id.is_some() && relationship.id == content_id(relationship);
    link.written().is_none_or(is_of_content)
}

/// The last two segments of a path, as the name of a part.
pub(crate) fn part_name(path: &FieldPath) -> Text {
    let last = path.0.iter().rev().take(2).map(Text::as_str).collect::<Vec<_>>();
    Text::from(last.into_iter().rev().collect::<Vec<_>>().join("."))
}
